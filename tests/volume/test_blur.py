"""A ball blurred by a Gaussian, against its closed form."""

from math import cos, pi, radians, sin

import numpy as np
import pytest
from scipy.special import erf

from lutetia.volume import Geometry, Mask
from lutetia.volume.blur import FWHM_PER_SIGMA, blurred_mask, can_blur

FWHM_MM = 11.0
RADIUS_MM = 16.0
SAMPLED = 0.003
"""Of the concentration: a ball's surface goes along voxels of 0.75 mm, a fifteenth of the image's width."""
SINGLE_PRECISION = 1e-6
ACTIVITY_KEPT = 1e-4
"""Cut off at 4.5 standard deviations, and summed in single precision."""
AS_SUMMED = 4e-4
"""Of the concentration: an oblique image is read off a lattice of four points per width by splines; a straight one is
averaged over its voxels and blurred by as much less, which differs from a Gaussian in the fourth moment."""


def turned(degrees: float) -> tuple[tuple[float, float, float], ...]:
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return ((0.0, 0.0, 1.0), (-s, c, 0.0), (c, s, 0.0))


def grid(
    spacing_mm: tuple[float, float, float], half_mm: float, shift_mm: float = 0.0, degrees: float = 0.0
) -> Geometry:
    shape = tuple(int(2 * half_mm / d) + 1 for d in spacing_mm)
    axes = turned(degrees)
    middle = (np.array(shape) - 1) / 2 * np.array(spacing_mm)
    origin = shift_mm - middle @ np.array(axes)
    return Geometry(shape=shape, spacing_mm=spacing_mm, origin_mm=tuple(origin), axes=axes)


def away_mm(geometry: Geometry) -> np.ndarray:
    index = np.stack(np.meshgrid(*[np.arange(n) for n in geometry.shape], indexing="ij"), axis=-1)
    return np.linalg.norm(geometry.to_patient(index), axis=-1)


def ball(geometry: Geometry, radius_mm: float = RADIUS_MM) -> Mask:
    return Mask(voxels=away_mm(geometry) < radius_mm, geometry=geometry, name="ball")


def closed_form(away: np.ndarray, radius: float, sigma: float) -> np.ndarray:
    """Profile of a uniform ball after a Gaussian."""
    r = np.maximum(away, 1e-6)
    near, far = (radius - r) / sigma, (radius + r) / sigma
    edge = (np.exp(-(near**2) / 2) - np.exp(-(far**2) / 2)) * sigma / (r * np.sqrt(2 * pi))
    return (erf(near / np.sqrt(2)) + erf(far / np.sqrt(2))) / 2 - edge


def shown(region: Mask, onto: Geometry, fwhm_mm: float = FWHM_MM) -> np.ndarray:
    whole = np.zeros(onto.shape)
    box, values = blurred_mask(region, onto, fwhm_mm)
    whole[box] = values
    return whole


@pytest.mark.parametrize("degrees", [0, 90, 23])
@pytest.mark.parametrize("shift_mm", [0.0, 0.7, 1.9])
def test_the_image_of_a_ball_is_that_of_its_closed_form(shift_mm, degrees):
    drawn = ball(grid((0.75, 0.75, 0.75), 22))
    onto = grid((4.8, 4.8, 4.8), 45, shift_mm, degrees)
    radius_of_the_samples = (3 * drawn.volume_ml * 1000 / (4 * pi)) ** (1 / 3)
    expected = closed_form(away_mm(onto), radius_of_the_samples, FWHM_MM / FWHM_PER_SIGMA)
    assert shown(drawn, onto) == pytest.approx(expected, abs=SAMPLED)


@pytest.mark.parametrize("spacing_mm", [(1.0, 1.0, 1.0), (3.0, 2.4, 2.4), (5.0, 1.2, 1.2), (4.8, 4.8, 4.8)])
@pytest.mark.parametrize("shift_mm", [0.0, 1.1, 2.3])
def test_all_activity_is_in_the_image_wherever_the_grids_lie(spacing_mm, shift_mm):
    drawn = ball(grid(spacing_mm, 25))
    onto = grid((4.8, 4.8, 4.8), 60, shift_mm)
    assert shown(drawn, onto).sum() * onto.voxel_ml == pytest.approx(drawn.volume_ml, rel=ACTIVITY_KEPT)


def test_the_width_is_the_stated_one_on_any_grid():
    one = grid((2.0, 2.0, 2.0), 10)
    voxels = np.zeros(one.shape, dtype=bool)
    voxels[5, 5, 5] = True
    for degrees in (0, 31):
        onto = grid((4.0, 4.0, 4.0), 40, degrees=degrees)
        image = shown(Mask(voxels=voxels, geometry=one, name="point"), onto)
        square = (image * away_mm(onto) ** 2).sum() / image.sum() / 3
        cut_off_and_splines = 0.003
        assert np.sqrt(square) * FWHM_PER_SIGMA == pytest.approx(FWHM_MM, rel=cut_off_and_splines)


@pytest.mark.parametrize("degrees", [0, 1, 23, 45])
def test_the_image_is_the_sum_of_a_gaussian_around_every_sample(degrees):
    drawn, onto = ball(grid((3.0, 2.4, 2.4), 22)), grid((4.8, 4.8, 4.8), 36, 0.9, degrees)
    samples = drawn.geometry.to_patient(np.argwhere(drawn.voxels))
    index = np.stack(np.meshgrid(*[np.arange(n) for n in onto.shape], indexing="ij"), axis=-1)
    square = ((onto.to_patient(index)[..., None, :] - samples) ** 2).sum(axis=-1)
    sigma = FWHM_MM / FWHM_PER_SIGMA
    peak = drawn.geometry.voxel_ml * 1000 / (sigma * np.sqrt(2 * pi)) ** 3
    assert shown(drawn, onto) == pytest.approx(peak * np.exp(-square / (2 * sigma**2)).sum(axis=-1), abs=AS_SUMMED)


def test_a_region_at_the_edge_of_the_image_is_shown_as_far_as_it_reaches():
    drawn = ball(grid((1.5, 1.5, 1.5), 22))
    whole, half = grid((4.8, 4.8, 4.8), 48), grid((4.8, 4.8, 4.8), 48).part((slice(10, 21), slice(0, 21), slice(0, 21)))
    assert shown(drawn, half) == pytest.approx(shown(drawn, whole)[10:], abs=SINGLE_PRECISION)


def test_a_region_out_of_sight_has_an_empty_image():
    drawn = ball(grid((1.5, 1.5, 1.5), 22))
    box, values = blurred_mask(drawn, grid((4.8, 4.8, 4.8), 20, shift_mm=300), FWHM_MM)
    assert values.size == 0
    assert any(s.stop <= s.start for s in box)


@pytest.mark.parametrize(("mask_mm", "fwhm_mm", "enough"), [(2.0, 11.0, True), (5.0, 11.0, True), (10.0, 11.0, False),
                                                            (1.0, 3.3, False)])  # fmt: skip
def test_voxels_too_coarse_for_the_image_are_told(mask_mm, fwhm_mm, enough):
    assert can_blur(ball(grid((mask_mm,) * 3, 22)), grid((4.8, 4.8, 4.8), 40), fwhm_mm) is enough
