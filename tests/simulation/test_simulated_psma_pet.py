"""A simulated PSMA PET holds the disease that was put into it, wherever the man lies."""

from __future__ import annotations

import numpy as np
import pytest

from lutetia.simulation.acquisition import SUV_OF_REGION
from lutetia.simulation.psma_pet import Deposit, scan
from lutetia.simulation.response_pairs import simulate_pair
from lutetia.simulation.response_scenarios import scenario
from lutetia.volume import Geometry, Rigid

IN_LIVER = Deposit(id="x", centre=(-75.0, 0.0, 130.0), radii=(9.0, 9.0, 9.0), suv=20.0)
GRID = Geometry(shape=(40, 40, 40), spacing_mm=(3.0, 3.0, 3.0), origin_mm=(-133.5, -58.5, 71.5))
TURNED = Rigid.about((-75, 0, 130), turned_degrees=(3, -2, 5), shift_mm=(2.2, -1.3, 0.7))
INTERPOLATED = 0.005
"""Cubic splines on points finer than the blur, and what of the blur lies beyond the small field."""
COUNTED_IN_VOXELS = 0.05
"""A ball of some hundred voxels, counted whole."""


def taken(deposits, motion: Rigid):
    return scan(deposits, motion=motion, frame_of_reference="1.2.3", seed=1, threshold=3.0, grid=GRID)


@pytest.mark.parametrize("motion", [Rigid(), TURNED], ids=["as drawn", "turned"])
def test_a_lesion_adds_its_volume_times_its_uptake(motion: Rigid) -> None:
    with_it, without = (taken(deposits, motion).noise_free for deposits in ((IN_LIVER,), ()))
    added = float((with_it.values - without.values).sum(dtype=np.float64)) * GRID.voxel_ml
    around = SUV_OF_REGION["liver"]
    assert added == pytest.approx(IN_LIVER.volume_ml * (IN_LIVER.suv - around), rel=INTERPOLATED)


def test_what_the_scanner_shows_does_not_depend_on_how_he_lies() -> None:
    first, second = (taken((IN_LIVER,), motion).lesions[0] for motion in (Rigid(), TURNED))
    assert first.seen_ml == second.seen_ml
    assert second.seen_on_grid_ml == pytest.approx(second.seen_ml, rel=COUNTED_IN_VOXELS)
    assert second.centre_mm == pytest.approx(tuple(TURNED.point(IN_LIVER.centre)))


def test_a_threshold_far_out_on_the_slope_shows_more_than_was_drawn() -> None:
    (lesion,) = taken((IN_LIVER,), Rigid()).lesions
    assert lesion.seen_ml > lesion.deposit.volume_ml


def test_the_lungs_are_two_and_lie_on_their_own_sides() -> None:
    left = Geometry(shape=(20, 20, 20), spacing_mm=(3.0, 3.0, 3.0), origin_mm=(40.0, -10.0, 280.0))
    masks = scan((), motion=TURNED, frame_of_reference="1.2.3", seed=1, threshold=3.0, grid=left).masks()
    assert masks["lung_left"].voxels.any()
    assert not masks["lung_right"].voxels.any()


def test_the_same_scenario_gives_the_same_pair() -> None:
    first, second = (simulate_pair(scenario("a single node gone"), grid=GRID) for _ in range(2))
    assert np.array_equal(first.follow_up.suv.values, second.follow_up.suv.values)
    assert first.truth == second.truth
    assert first.truth.vanished == ("common-iliac-right",)
