"""Is a phantom measured where it is uniform, and a point source whole?"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from lutetia.errors import InputError
from lutetia.quantification.phantom import count_cylinder, count_point
from lutetia.volume import Geometry, Volume

EDGE_IN_WHOLE_VOXELS = 0.05
"""A cylinder at half its height is counted in whole voxels."""
TEXTURE_OF_THE_REGION = 0.002

GRID = Geometry(shape=(40, 44, 44), spacing_mm=(6.0, 5.0, 5.0))
SIGMA = (0.8, 1.0, 1.0)


def image(values: NDArray[np.floating], unit: str = "count") -> Volume:
    return Volume(values=np.asarray(values, dtype=np.float32), geometry=GRID, unit=unit)  # type: ignore[arg-type]


def cylinder(level: float = 80.0, shift: int = 0) -> tuple[NDArray[np.float64], float]:
    z, y, x = (d * (np.arange(n) - (n - 1) / 2) for d, n in zip(GRID.spacing_mm, GRID.shape, strict=True))
    inside = (np.hypot(y[:, None], x) < 85)[None] & (np.abs(z + 6.0 * shift) < 80)[:, None, None]
    return gaussian_filter(np.where(inside, level, 0.0), SIGMA), float(inside.sum()) * GRID.voxel_ml


def test_a_cylinder_is_counted_inside_its_edge() -> None:
    values, volume_ml = cylinder()
    found = count_cylinder(image(values), volume_ml=volume_ml, edge_mm=25)
    blur_at_the_edge = 1e-3
    assert found.counts == pytest.approx(80 / GRID.voxel_ml, rel=blur_at_the_edge)
    assert found.seen_ml == pytest.approx(volume_ml, rel=EDGE_IN_WHOLE_VOXELS)
    assert found.region_ml < 0.6 * volume_ml
    assert not found.cut_off


def test_noise_and_the_choice_of_the_region_are_within_the_stated_uncertainty() -> None:
    rng = np.random.default_rng(1)
    values, volume_ml = cylinder()
    off = []
    for _ in range(20):
        found = count_cylinder(image(rng.poisson(values)), volume_ml=volume_ml, edge_mm=25)
        off.append((found.counts * GRID.voxel_ml / 80 - 1) / np.hypot(found.counting, found.region))
    assert np.sqrt(np.mean(np.square(off))) < 1.5


def test_a_cylinder_beyond_the_image_is_counted_and_told() -> None:
    values, volume_ml = cylinder(shift=12)
    found = count_cylinder(image(values), volume_ml=volume_ml, edge_mm=25)
    assert found.cut_off
    assert found.counts == pytest.approx(80 / GRID.voxel_ml, rel=TEXTURE_OF_THE_REGION)


def test_missing_attenuation_correction_is_refused_as_not_uniform() -> None:
    values, volume_ml = cylinder()
    y, x = (5.0 * (np.arange(44) - 21.5) for _ in range(2))
    cupped = values * np.exp((np.hypot(y[:, None], x) - 85) / 150)
    with pytest.raises(InputError, match="its parts from edge to centre differ by"):
        count_cylinder(image(cupped), volume_ml=volume_ml, edge_mm=25)


def test_another_volume_is_refused() -> None:
    values, volume_ml = cylinder()
    with pytest.raises(InputError, match="is seen at half its height fills"):
        count_cylinder(image(values), volume_ml=volume_ml / 2, edge_mm=25)


def test_negative_counts_are_refused() -> None:
    values, volume_ml = cylinder()
    with pytest.raises(InputError, match="voxels are negative, which no count is"):
        count_cylinder(image(values - 1.0), volume_ml=volume_ml, edge_mm=25)


@pytest.mark.parametrize("count", [count_cylinder, count_point])
def test_an_empty_image_is_refused(count) -> None:  # type: ignore[no-untyped-def]
    asked = {"volume_ml": 1000.0, "edge_mm": 25.0} if count is count_cylinder else {"radius_mm": 40.0}
    with pytest.raises(InputError, match="it holds no counts"):
        count(image(np.zeros(GRID.shape)), **asked)


def point(counts: float, at: tuple[int, int, int] = (20, 22, 21), background: float = 0.0) -> NDArray[np.float64]:
    values = np.zeros(GRID.shape)
    values[at] = counts
    return gaussian_filter(values, SIGMA) + background


def test_a_point_source_is_counted_whole_and_its_background_taken_off() -> None:
    found = count_point(image(point(2e5, background=2.0)), radius_mm=40)
    gaussian_beyond_the_radius = 1e-4
    assert found.counts == pytest.approx(2e5, rel=gaussian_beyond_the_radius)
    assert found.counting > 1 / np.sqrt(2e5)


def test_a_radius_that_cuts_the_source_is_refused() -> None:
    with pytest.raises(InputError, match="lie just beyond that radius"):
        count_point(image(point(2e5)), radius_mm=9)


def test_a_source_at_the_edge_of_the_image_is_refused() -> None:
    with pytest.raises(InputError, match="from the edge of the image"):
        count_point(image(point(2e5, at=(20, 3, 21))), radius_mm=40)
