"""Projections of a block of tissue: what both heads count is what attenuation leaves of the activity."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import numpy as np
import pytest

from lutetia.simulation import tissue
from lutetia.simulation.anatomy import Structure
from lutetia.simulation.body import Body
from lutetia.simulation.planar import MASS_ATTENUATION_CM2_G, PlanarCamera, views_of
from lutetia.volume import Geometry

GRID = Geometry(shape=(60, 40, 60), spacing_mm=(4.0, 5.0, 4.0))
BODY = Body((Structure(tissue.MUSCLE, ()),), np.ones(GRID.shape, dtype=np.uint8), GRID)
PER_CM = tissue.MUSCLE.density_g_per_ml * MASS_ATTENUATION_CM2_G
SHARP = PlanarCamera(fwhm_mm=4.0, scatter_fraction=0.0, duration_s=1e4)
FIVE_SIGMA = 5.0


def source(row: int, mbq: float = 100.0) -> np.ndarray:
    values = np.zeros(GRID.shape, dtype=np.float32)
    values[30, row, 30] = mbq / GRID.voxel_ml
    return values


@pytest.mark.parametrize("row", [2, 20, 37])
def test_each_head_counts_what_its_depth_leaves(row: int) -> None:
    views = views_of(source(row), BODY, SHARP, np.random.default_rng(1))
    depth_cm = (row + 0.5) * 0.5
    for view, thickness in ((views.anterior, depth_cm), (views.posterior, 20.0 - depth_cm)):
        expected = 100 * SHARP.cps_per_mbq * SHARP.duration_s * exp(-PER_CM * thickness)
        assert abs(view.peak.sum(dtype=np.float64) - expected) < FIVE_SIGMA * expected**0.5
        assert view.lower.sum() == 0


def test_scatter_is_in_the_windows_as_a_linear_spectrum_has_it() -> None:
    camera = replace(SHARP, scatter_fraction=0.4, scatter_fwhm_mm=20.0)
    view = views_of(source(20), BODY, camera, np.random.default_rng(2)).anterior
    primary = 100 * camera.cps_per_mbq * camera.duration_s * exp(-PER_CM * 10.25)
    per_kev = 0.4 * primary / camera.peak_kev
    lower, upper = (w.sum(dtype=np.float64) / (per_kev * 20) for w in (view.lower, view.upper))
    assert lower == pytest.approx(1.2, rel=FIVE_SIGMA / (per_kev * 24) ** 0.5)
    assert upper == pytest.approx(0.8, rel=FIVE_SIGMA / (per_kev * 16) ** 0.5)


def test_the_same_random_numbers_give_the_same_views() -> None:
    first, again = (views_of(source(20), BODY, SHARP, np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(first.posterior.peak, again.posterior.peak)
