"""How much of each voxel of an image does a region fill, when the region was drawn on another grid?

A contour drawn on a CT of 1 to 3 mm is laid over SPECT voxels of 4 to 5 mm. Taking whole voxels would move the edge
by up to half a voxel; the covered part of each voxel keeps the region's volume exactly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lutetia.volume import Coverage, FrameOfReferenceError, Geometry, Mask, Volume, parallel, resample
from lutetia.volume.index_map import index_map

ROUNDING = 1e-3
"""In voxels: coordinates in files carry few decimals."""
SAMPLES, LEAST_PER_VOXEL, MOST_PER_VOXEL = 4_000_000, 64, 1000
"""An oblique image is sampled at so many places in all, within these limits for each of its voxels."""
GOLDEN = 1.2207440846057596
"""The real root of x^4 = x + 1: multiples of its powers fill a cube evenly and in no rows (Roberts 2018, sequence R3).
A regular lattice of samples beats with the mask's planes, and counts of a small region's voxels too many or too few."""


def cover(region: Mask, onto: Geometry) -> Coverage:
    """Return the covered part of each voxel of a grid.

    Parameters
    ----------
    region : Mask
        Usually on a finer grid; on the same grid the answer is 0 or 1.
    onto : Geometry
        Any orientation, in the same frame of reference.

    Raises
    ------
    FrameOfReferenceError
        If the frames of reference differ.
    """
    if region.geometry.frame_of_reference != onto.frame_of_reference:
        raise FrameOfReferenceError(
            f"region '{region.name}'",
            "it is drawn in another frame of reference than the image",
            "name the structure set drawn on this image, or register the two first",
            "the same millimetres mean another place in the patient",
        )
    if region.geometry.matches(onto):
        return Coverage(fractions=region.voxels.astype(np.float32), geometry=onto, name=region.name)
    if not region.voxels.any():
        return Coverage(fractions=np.zeros(onto.shape, dtype=np.float32), geometry=onto, name=region.name)
    small = _cropped(region)
    if parallel(small.geometry, onto):
        inside = Volume(values=small.voxels.astype(np.float32), geometry=small.geometry, unit="1")
        fractions = resample(inside, onto, outside=0.0, method="mean").values
    else:
        fractions = _sampled(small, onto)
    return Coverage(fractions=np.clip(fractions, 0.0, 1.0), geometry=onto, name=region.name)


def visible_fraction(region: Mask, onto: Geometry) -> float:
    """Return the part of a region's voxels whose centre lies within a grid; 0 for an empty region."""
    if not region.voxels.any():
        return 0.0
    small = _cropped(region)
    ends = [(0, n - 1) for n in small.geometry.shape]
    corners = np.stack(np.meshgrid(*ends, indexing="ij"), axis=-1).reshape(-1, 3)
    if _within(small.geometry.to_patient(corners), onto).all():
        return 1.0
    return float(_within(small.geometry.to_patient(np.argwhere(small.voxels)), onto).mean())


def _within(points: NDArray[np.float64], grid: Geometry) -> NDArray[np.bool_]:
    index = grid.to_index(points)
    return np.asarray(
        ((index >= -0.5 - ROUNDING) & (index <= np.asarray(grid.shape) - 0.5 + ROUNDING)).all(axis=1), dtype=np.bool_
    )


def _cropped(region: Mask) -> Mask:
    """Return a mask cut down to the box that holds it; the mask is not empty."""
    box, voxels = region.cut()
    return Mask(voxels=voxels, geometry=region.geometry.part(box), name=region.name)


def _sampled(region: Mask, onto: Geometry) -> NDArray[np.float32]:
    """Sample each voxel of an oblique target grid at places that no axis of either grid repeats."""
    from scipy import ndimage

    box = onto.touched_by(region.geometry)
    fractions = np.zeros(onto.shape, dtype=np.float32)
    shape = fractions[box].shape
    if 0 in shape:
        return fractions
    voxels = region.voxels.astype(np.uint8)
    matrix, at = index_map(region.geometry, onto.part(box))
    shifts = _places(min(MOST_PER_VOXEL, max(LEAST_PER_VOXEL, SAMPLES // int(np.prod(shape)))))
    inside = np.zeros(shape, dtype=np.float32)
    found = np.empty(shape, dtype=np.uint8)
    for shift in shifts:
        ndimage.affine_transform(
            voxels, matrix, at + matrix @ shift, output_shape=shape, output=found, order=0, mode="grid-constant"
        )
        inside += found
    fractions[box] = inside / np.float32(len(shifts))
    return fractions


def _places(count: int) -> NDArray[np.float64]:
    """Return places spread evenly over a voxel, from -0.5 to 0.5 along each axis, shape (count, 3)."""
    steps = GOLDEN ** -np.arange(1.0, 4.0)
    return np.asarray((0.5 + np.arange(1, count + 1)[:, None] * steps) % 1.0 - 0.5, dtype=np.float64)
