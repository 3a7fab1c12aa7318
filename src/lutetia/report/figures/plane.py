"""Planes and boxes through volumes of any orientation, in patient coordinates, so that no left is guessed.

Display boxes have axes (z, y, x) along DICOM's patient axes (x to the patient's left, y to his back, z to his head).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lutetia.volume import Geometry, Mask, Volume

LPS_AXES = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
MARGIN_MM = 30.0


@dataclass(frozen=True, slots=True)
class Box:
    """A box along the patient axes: lower and upper corner (x, y, z) [mm]."""

    low: tuple[float, float, float]
    high: tuple[float, float, float]

    def grid(self, spacing_mm: float) -> Geometry:
        """Return a grid of isotropic voxels that fills the box."""
        size = np.asarray(self.high) - np.asarray(self.low)
        columns, rows, slices = (max(1, round(float(length) / spacing_mm) + 1) for length in size)
        return Geometry(shape=(slices, rows, columns), spacing_mm=(spacing_mm,) * 3, origin_mm=self.low, axes=LPS_AXES)


def corners(geometry: Geometry) -> Box:
    """Return the box that holds every voxel centre of a grid."""
    ends = np.array([[k, j, i] for k in (0, geometry.shape[0] - 1) for j in (0, geometry.shape[1] - 1)
                     for i in (0, geometry.shape[2] - 1)])  # fmt: skip
    return _around(geometry.to_patient(ends))


def inside(mask: Mask) -> Box | None:
    """Return the box that holds a region; None for an empty one."""
    indices = np.argwhere(mask.voxels)
    if not len(indices):
        return None
    ends = np.array(np.meshgrid(*zip(indices.min(0), indices.max(0), strict=True))).reshape(3, -1).T
    return _around(mask.geometry.to_patient(ends))


def common(first: Box, second: Box) -> Box:
    """Return the part that two boxes share; the first where they share none."""
    low, high = np.maximum(first.low, second.low), np.minimum(first.high, second.high)
    return _box(low, high) if (low < high).all() else first


def widened(box: Box, margin_mm: float = MARGIN_MM) -> Box:
    """Return a box with a margin on every side."""
    return _box(np.asarray(box.low) - margin_mm, np.asarray(box.high) + margin_mm)


def union(boxes: list[Box]) -> Box:
    """Return the box that holds all boxes."""
    return _box(np.min([box.low for box in boxes], axis=0), np.max([box.high for box in boxes], axis=0))


def sample(volume: Volume, grid: Geometry, *, outside: float) -> NDArray[np.float32]:
    """Return a volume's values on a display grid, linearly interpolated; ``outside`` where it has none."""
    from scipy.ndimage import map_coordinates

    values = map_coordinates(volume.values, _indices(volume.geometry, grid), order=1, mode="constant", cval=np.nan,
                             prefilter=False)  # fmt: skip
    edge = map_coordinates(volume.values, _indices(volume.geometry, grid), order=0, mode="grid-constant", cval=outside)
    return np.asarray(np.where(np.isnan(values), edge, values), dtype=np.float32)


def sample_mask(mask: Mask, grid: Geometry) -> NDArray[np.float32]:
    """Return how much of a region each display voxel holds (0 to 1, linear), for smooth outlines."""
    from scipy.ndimage import map_coordinates

    fine = map_coordinates(mask.voxels.astype(np.float32), _indices(mask.geometry, grid), order=1, mode="grid-constant",
                           cval=0.0, prefilter=False)  # fmt: skip
    return np.asarray(fine, dtype=np.float32)


def plane(grid: Geometry, *, axis: int, at_mm: float) -> Geometry:
    """Return the one-voxel-thick slab of a display grid at a patient coordinate of its axis 0 (z) or 1 (y) [mm]."""
    x, y, z = grid.origin_mm
    slices, rows, columns = grid.shape
    if axis == 0:
        return replace(grid, origin_mm=(x, y, at_mm), shape=(1, rows, columns))
    return replace(grid, origin_mm=(x, at_mm, z), shape=(slices, 1, columns))


def shadow(mask: Mask, grid: Geometry, *, axis: int) -> NDArray[np.bool_]:
    """Return where a region lies when a display grid is looked at along an axis."""
    seen = np.zeros([n for place, n in enumerate(grid.shape) if place != axis], dtype=bool)
    box = inside(mask)
    if box is None:
        return seen
    low = np.floor(grid.to_index(box.low)).astype(int)
    high = np.ceil(grid.to_index(box.high)).astype(int) + 1
    window = tuple(slice(max(0, a), min(n, b)) for a, b, n in zip(low, high, grid.shape, strict=True))
    shape = tuple(max(0, w.stop - w.start) for w in window)
    if 0 in shape:
        return seen
    corner = grid.to_patient([w.start for w in window])
    at = (float(corner[0]), float(corner[1]), float(corner[2]))
    part = replace(grid, shape=(shape[0], shape[1], shape[2]), origin_mm=at)
    seen[tuple(w for place, w in enumerate(window) if place != axis)] = (sample_mask(mask, part) >= 0.5).any(axis=axis)
    return seen


def _indices(geometry: Geometry, grid: Geometry) -> NDArray[np.float64]:
    index = np.stack(np.meshgrid(*(np.arange(n) for n in grid.shape), indexing="ij"), axis=-1)
    return np.moveaxis(geometry.to_index(grid.to_patient(index)), -1, 0)


def _around(points: NDArray[np.float64]) -> Box:
    return _box(points.min(axis=0), points.max(axis=0))


def _box(low: NDArray[np.floating], high: NDArray[np.floating]) -> Box:
    return Box((float(low[0]), float(low[1]), float(low[2])), (float(high[0]), float(high[1]), float(high[2])))
