"""What a drawing shows on a grid on which the man lies moved, and parts of grids."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lutetia.volume import Geometry, Rigid, moved_geometry


def read_image(values: NDArray[np.float32], source: Geometry, onto: Geometry, motion: Rigid) -> NDArray[np.float32]:
    """Return an image of the drawn man at the voxels of a grid on which he lies moved, by cubic splines."""
    from scipy import ndimage

    matrix, offset = _lying(source, onto, motion)
    result = np.zeros(onto.shape, dtype=np.float32)
    ndimage.affine_transform(
        values, matrix, offset, output_shape=onto.shape, output=result, order=3, mode="constant", cval=0.0
    )
    return result


def read_labels(labels: NDArray[np.uint8], source: Geometry, onto: Geometry, motion: Rigid) -> NDArray[np.uint8]:
    """Return the labels of the drawn man at the voxels of a grid on which he lies moved."""
    from scipy import ndimage

    matrix, offset = _lying(source, onto, motion)
    result = np.zeros(onto.shape, dtype=np.uint8)
    ndimage.affine_transform(
        labels, matrix, offset, output_shape=onto.shape, output=result, order=0, mode="constant", cval=0
    )
    return result


def _lying(source: Geometry, onto: Geometry, motion: Rigid) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return matrix and offset that turn indices of a grid into those of the moved drawing."""
    there = moved_geometry(source, motion, frame_of_reference=None)
    offset = there.to_index(onto.to_patient((0, 0, 0)))
    return (there.to_index(onto.to_patient(np.eye(3))) - offset).T, offset


def grid_between(low: NDArray[np.float64], high: NDArray[np.float64], step: float) -> Geometry:
    """Return cubes between two corners (x, y, z) [mm]."""
    count = np.ceil((high - low) / step).astype(int) + 1
    x, y, z = (float(v) for v in low)
    return Geometry(shape=(int(count[2]), int(count[1]), int(count[0])), spacing_mm=(step,) * 3, origin_mm=(x, y, z))


def box_in(grid: Geometry, low: NDArray[np.float64], high: NDArray[np.float64]) -> tuple[slice, slice, slice]:
    """Return the box of a grid that holds two corners (x, y, z) [mm]."""
    first = np.maximum(np.floor(grid.to_index(low)).astype(int), 0)
    last = np.minimum(np.ceil(grid.to_index(high)).astype(int) + 1, grid.shape)
    k, j, i = (slice(int(a), int(max(a, b))) for a, b in zip(first, last, strict=True))
    return k, j, i


def part_of(grid: Geometry, box: tuple[slice, slice, slice]) -> Geometry:
    """Return a box of a grid as a grid of its own."""
    corner = grid.to_patient([part.start for part in box])
    shape = tuple(part.stop - part.start for part in box)
    x, y, z = (float(v) for v in corner)
    return Geometry(
        shape=(shape[0], shape[1], shape[2]), spacing_mm=grid.spacing_mm, origin_mm=(x, y, z), axes=grid.axes,
        frame_of_reference=grid.frame_of_reference,
    )  # fmt: skip
