"""The camera blurs by what it states, keeps what it counts, and its noise has no preference."""

import numpy as np
import pytest

from lutetia.simulation.camera import FWHM_PER_SIGMA, Camera, blurred, shared_noise
from lutetia.volume import Geometry

FINE = Geometry(shape=(80, 90, 100), spacing_mm=(2, 2, 2))
COARSE = Geometry(shape=(40, 45, 50), spacing_mm=(4.8, 4.8, 4.8), origin_mm=(-17, -13, -11))
A_SUM_OF_SAMPLES_STANDS_FOR_THE_INTEGRAL = 1e-3
FLOAT32 = 2e-4


def test_the_total_is_kept_from_one_grid_to_another():
    block = np.zeros(FINE.shape, dtype=np.float32)
    block[30:50, 35:50, 40:60] = 3
    image = blurred(block, FINE, COARSE, 11)
    before, after = block.sum() * FINE.voxel_ml, image.sum() * COARSE.voxel_ml
    assert after == pytest.approx(before, rel=A_SUM_OF_SAMPLES_STANDS_FOR_THE_INTEGRAL)


def test_the_centre_of_activity_stays_where_it_is_along_each_axis():
    block = np.zeros(FINE.shape, dtype=np.float32)
    block[20, 50, 70] = 1
    image = blurred(block, FINE, COARSE, 11).astype(np.float64)
    centre = [(np.indices(image.shape)[axis] * image).sum() / image.sum() for axis in range(3)]
    assert COARSE.to_patient(centre) == pytest.approx(FINE.to_patient((20, 50, 70)), abs=0.05)


def test_a_point_is_as_wide_as_stated():
    block = np.zeros(FINE.shape, dtype=np.float32)
    block[40, 45, 50] = 1
    image = blurred(block, FINE, FINE, 12).astype(np.float64)
    line = image[:, 45, 50]
    z = 2.0 * (np.arange(80) - 40)
    sigma = np.sqrt((line * z**2).sum() / line.sum())
    assert sigma * FWHM_PER_SIGMA == pytest.approx(12, rel=FLOAT32)


def test_deep_inside_a_large_region_the_concentration_is_seen_whole():
    block = np.full(FINE.shape, 5.0, dtype=np.float32)
    image = blurred(block, FINE, FINE, 12)
    assert image[40, 45, 50] == pytest.approx(5, rel=FLOAT32)


def test_grids_with_other_axes_are_refused():
    turned = Geometry(shape=(4, 4, 4), spacing_mm=(1, 1, 1), axes=((0, 0, -1), (0, 1, 0), (1, 0, 0)))
    with pytest.raises(ValueError, match="same axes"):
        blurred(np.zeros((4, 4, 4), np.float32), turned, COARSE, 10)


def test_noise_is_whole_unbiased_as_large_as_stated_and_shared_by_neighbours():
    expected = np.full(COARSE.shape, 100.0, dtype=np.float32)
    camera = Camera()
    seen = shared_noise(expected, camera, COARSE, np.random.default_rng(3))
    inner = seen[6:-6, 6:-6, 6:-6]
    assert np.array_equal(seen, np.rint(seen))
    assert inner.mean() == pytest.approx(100, abs=1.0)
    assert inner.std() == pytest.approx(10 * camera.noise, rel=0.1)
    apart = inner - inner.mean()
    assert (apart[1:] * apart[:-1]).mean() / inner.var() > 0.3


def test_no_count_is_negative():
    expected = np.full(COARSE.shape, 0.3, dtype=np.float32)
    assert shared_noise(expected, Camera(), COARSE, np.random.default_rng(3)).min() >= 0
