"""How recovery follows resolution and volume: the grid against the closed form of a sphere."""

from math import log, pi

import numpy as np
import pytest

from lutetia.quantification import background_ratio, recovery_slope
from lutetia.quantification.sphere import seen_ml, sphere_recovery
from lutetia.volume import Coverage, Geometry

FWHM = 11.0
SPACING = 2.4
GRID_AND_DIFFERENCES = 0.02
"""Voxels of 2.4 mm and steps of 5 % of the resolution."""


def sphere(volume_ml, parts=6):
    radius = (3000 * volume_ml / (4 * pi)) ** (1 / 3)
    n = 2 * int(np.ceil((radius + 24) / SPACING)) + 1
    axis = ((np.arange(n * parts) + 0.5) / parts - n / 2 + 0.2) * SPACING
    z, y, x = np.meshgrid(axis, axis, axis, indexing="ij")
    inside = (x**2 + y**2 + z**2 <= radius**2).reshape(n, parts, n, parts, n, parts).mean(axis=(1, 3, 5))
    geometry = Geometry(shape=(n, n, n), spacing_mm=(SPACING,) * 3)
    return Coverage(fractions=inside.astype(np.float32), geometry=geometry, name="sphere")


def closed(function, at, step=1e-3):
    return log(function(at * (1 + step)) / function(at * (1 - step))) / log((1 + step) / (1 - step))


@pytest.mark.parametrize("volume_ml", [5.0, 20.0])
def test_the_slopes_of_a_drawn_sphere_are_those_of_the_closed_form(volume_ml):
    found = recovery_slope(sphere(volume_ml), FWHM)
    measured_with = (FWHM**2 + SPACING**2 * 8 * log(2) / 12) ** 0.5
    assert found.recovery == pytest.approx(sphere_recovery(volume_ml, measured_with), rel=GRID_AND_DIFFERENCES)
    assert found.by_volume == pytest.approx(
        closed(lambda v: sphere_recovery(v, measured_with), volume_ml), rel=2 * GRID_AND_DIFFERENCES
    )
    by_width = closed(lambda f: sphere_recovery(volume_ml, f), measured_with) * FWHM**2 / measured_with**2
    assert found.by_fwhm == pytest.approx(by_width, rel=2 * GRID_AND_DIFFERENCES)


def test_solving_for_the_surroundings_makes_the_activity_follow_the_resolution_more():
    found = recovery_slope(sphere(5.0), FWHM)
    assert -found.by_fwhm < found.solved_by_fwhm < -1.5 * found.by_fwhm


def test_a_larger_region_follows_resolution_and_volume_less():
    small, large = recovery_slope(sphere(5.0), FWHM), recovery_slope(sphere(40.0), FWHM)
    assert small.by_fwhm < large.by_fwhm < 0
    assert small.by_volume > large.by_volume > 0
    assert small.solved_by_fwhm > large.solved_by_fwhm > 0


def test_the_ratio_of_the_background_is_read_off_the_two_recoveries():
    assert background_ratio(0.6 + 0.2 * 0.4, 0.6) == pytest.approx(0.2)
    assert background_ratio(0.55, 0.6) == 0.0
    assert background_ratio(1.0, 1.0) == 0.0


def test_a_contour_much_larger_than_the_sphere_sees_all_of_it():
    assert seen_ml(1000.0, 2.0, FWHM) == pytest.approx(2.0)
