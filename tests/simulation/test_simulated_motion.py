"""A man's motion between two scans leads there and back, and is the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from lutetia.simulation.anatomy import Build, structures
from lutetia.simulation.body import paint
from lutetia.simulation.motion import BLADDER, CLOSED_WITHIN_MM, DOME, FINE, SmoothMotion, painted_after
from lutetia.volume import Geometry, Rigid

PLACES = np.random.default_rng(2).uniform((-180, -100, -200), (180, 100, 500), (300, 3))
LIVER = Geometry(shape=(18, 20, 20), spacing_mm=(12.0,) * 3, origin_mm=tuple(FINE.to_patient((90, 26, 40)).tolist()))
"""Every fifth voxel of the grid on which he is painted before he moves."""
AT_THE_EDGE_ITSELF = 0.002
"""Of the voxels: coordinates in single precision decide otherwise where a surface runs through a centre."""
MOST_STEPS_PER_MM = 0.5
"""Of displacement over distance: below 1 nothing folds."""


@pytest.mark.parametrize("seed", range(6))
def test_every_place_goes_there_and_back_and_nothing_folds(seed: int) -> None:
    motion = SmoothMotion.drawn(seed)
    assert np.abs(motion.before(motion.after(PLACES)) - PLACES).max() < 10 * CLOSED_WITHIN_MM
    back = motion.before(PLACES)
    steps = [motion.before(PLACES + step) - back - motion.whole.inverse().matrix @ step for step in np.eye(3)]
    assert max(np.linalg.norm(step, axis=-1).max() for step in steps) < MOST_STEPS_PER_MM


def test_the_same_seed_gives_the_same_motion_and_another_one_another() -> None:
    assert SmoothMotion.drawn(4) == SmoothMotion.drawn(4)
    assert SmoothMotion.drawn(4) != SmoothMotion.drawn(5)


def test_the_diaphragm_rises_and_the_bladder_widens_by_what_is_stated() -> None:
    risen = SmoothMotion(breath_mm=12.0)
    assert risen.before(DOME)[2] == pytest.approx(DOME[2] - 12.0)
    assert SmoothMotion(breath_mm=12.0).after(DOME)[2] > DOME[2]
    filled = SmoothMotion(filling=0.2)
    edge = np.add(BLADDER, (30.0, 0.0, 0.0))
    assert filled.after(edge)[0] > edge[0]
    assert filled.after(BLADDER) == pytest.approx(BLADDER)


def test_a_motion_that_folds_him_is_refused() -> None:
    with pytest.raises(ValueError, match="folds"):
        SmoothMotion(breath_mm=400.0).after(PLACES)


def test_a_man_who_only_turned_is_painted_where_the_motion_says() -> None:
    motion = SmoothMotion(whole=Rigid(translation_mm=(12.0, 0.0, 24.0)))
    man = structures(Build())
    still, moved = paint(man, LIVER), painted_after(man, LIVER, motion)
    same = moved.labels[2:, :, 1:] == still.labels[:-2, :, :-1]
    assert 1 - same.mean() < AT_THE_EDGE_ITSELF
