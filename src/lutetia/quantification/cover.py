"""How much of each voxel of an image does a region fill, when the region was drawn on another grid?

A contour drawn on a CT of 1 to 3 mm is laid over SPECT voxels of 4 to 5 mm. Taking whole voxels would move the edge
by up to half a voxel; the covered part of each voxel keeps the region's volume exactly.
"""

from __future__ import annotations

from math import ceil

import numpy as np
from numpy.typing import NDArray

from lutetia.volume import Coverage, FrameOfReferenceError, Geometry, Mask, Volume, resample

PARALLEL_WITHIN = 1e-4
"""Cosines between axes of parallel grids are 0 or 1 up to the decimals in which scanners write them."""
ROUNDING = 1e-3
"""In voxels: coordinates in files carry few decimals."""
PARTS_OF_A_VOXEL = 4
"""Samples of an oblique mask lie at most a quarter of a target voxel apart."""


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
    cosines = np.abs(small.geometry.directions @ onto.directions.T)
    if (np.minimum(cosines, np.abs(cosines - 1)) < PARALLEL_WITHIN).all():
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
    slices = []
    voxels = region.voxels
    for axis in range(3):
        held = np.flatnonzero(voxels.any(axis=tuple(a for a in range(3) if a != axis)))
        slices.append(slice(int(held[0]), int(held[-1]) + 1))
        voxels = voxels[(slice(None),) * axis + (slices[axis],)]
    grid = region.geometry
    x, y, z = grid.to_patient([s.start for s in slices])
    box = Geometry(
        shape=(voxels.shape[0], voxels.shape[1], voxels.shape[2]),
        spacing_mm=grid.spacing_mm,
        origin_mm=(float(x), float(y), float(z)),
        axes=grid.axes,
        frame_of_reference=grid.frame_of_reference,
    )
    return Mask(voxels=voxels, geometry=box, name=region.name)


def _sampled(region: Mask, onto: Geometry) -> NDArray[np.float32]:
    """Count fine samples of each of the mask's voxels in the oblique target grid."""
    step = min(onto.spacing_mm) / PARTS_OF_A_VOXEL
    parts = [ceil(d / step) for d in region.geometry.spacing_mm]
    offsets = [(np.arange(n) + 0.5) / n - 0.5 for n in parts]
    held = np.argwhere(region.voxels).astype(np.float64)
    counts = np.zeros(onto.voxels)
    for shift in np.stack(np.meshgrid(*offsets, indexing="ij"), axis=-1).reshape(-1, 3):
        index = np.rint(onto.to_index(region.geometry.to_patient(held + shift))).astype(np.intp)
        inside = ((index >= 0) & (index < np.asarray(onto.shape))).all(axis=1)
        flat = np.ravel_multi_index(tuple(index[inside].T), onto.shape)
        counts += np.bincount(flat, minlength=onto.voxels)
    part_ml = region.geometry.voxel_ml / float(np.prod(parts))
    return np.asarray(counts.reshape(onto.shape) * (part_ml / onto.voxel_ml), dtype=np.float32)
