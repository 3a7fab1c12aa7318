"""What would an instrument of finite resolution show of a region, in the voxels of its own grid?

A region's voxels are samples of something smooth: each stands for its volume at its centre. So the contour's own voxels
blur nothing, and the answer does not hang on how the two grids lie to each other, as it does when the parts of coarse
voxels that a region covers are blurred instead.
"""

from __future__ import annotations

from math import ceil, log, pi, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lutetia.volume.geometry import Geometry
from lutetia.volume.grid import Mask
from lutetia.volume.index_map import axis_map, index_map

Box = tuple[slice, slice, slice]

FWHM_PER_SIGMA: Final = 2 * sqrt(2 * log(2))
BLURRED_TO: Final = 4.5
"""Standard deviations beyond a region up to which it is followed; 0.0007 % of it lie further out."""
FINE_ENOUGH: Final = 0.6
"""Standard deviations, at least, for each of a region's voxels: samples further apart would show (0.1 % of a wave)."""
LATTICE_PER_FWHM: Final = 4.0
"""Where the grids are oblique, the image is made on a lattice along the region's axes, of so many points per width, and
read off it by cubic splines."""
SPLINE_MARGIN: Final = 3
"""Lattice points beyond, so that the splines' own edge does not matter."""


def beyond_voxel_mm(fwhm_mm: float, spacing_mm: tuple[float, float, float]) -> tuple[float, float, float]:
    """Return the standard deviation of what blurs beside the voxel itself, along each axis [mm]; 0 for none."""
    z, y, x = (sqrt(max(0.0, (fwhm_mm / FWHM_PER_SIGMA) ** 2 - d**2 / 12)) for d in spacing_mm)
    return z, y, x


def can_blur(region: Mask, onto: Geometry, fwhm_mm: float) -> bool:
    """Tell whether a region's voxels are close enough for an image of this resolution and these voxels."""
    return min(beyond_voxel_mm(fwhm_mm, onto.spacing_mm)) >= FINE_ENOUGH * max(region.geometry.spacing_mm)


def blurred_mask(region: Mask, onto: Geometry, fwhm_mm: float) -> tuple[Box, NDArray[np.float32]]:
    """Return the image of a region of unit concentration.

    Parameters
    ----------
    region : Mask
        Not empty.
    onto : Geometry
        The instrument's grid, in any orientation, in the same frame of reference.
    fwhm_mm : float
        Resolution of the image as it is, voxels included [mm]; :func:`can_blur` tells whether it is coarse enough.

    Returns
    -------
    box : tuple of slice
        The part of ``onto`` that the region's image reaches; it may be empty.
    values : ndarray of float32, shape of the box
        From 0 to 1.
    """
    inside, voxels = region.cut()
    small = region.geometry.part(inside)
    sigma_mm = fwhm_mm / FWHM_PER_SIGMA
    reach_mm = BLURRED_TO * sigma_mm
    lattice = _lattice(small, reach_mm, fwhm_mm / LATTICE_PER_FWHM)
    box = onto.touched_by(lattice)
    if any(s.stop <= s.start for s in box):
        return box, np.zeros([max(0, s.stop - s.start) for s in box], dtype=np.float32)
    target = onto.part(box)
    if axis_map(small, target) is None:
        return box, _read(_along_axes(voxels, small, lattice, (sigma_mm,) * 3, within=0.0), lattice, target)
    return box, _along_axes(voxels, small, target, beyond_voxel_mm(fwhm_mm, target.spacing_mm), within=1.0)


def _lattice(grid: Geometry, reach_mm: float, spacing_mm: float) -> Geometry:
    """Return a lattice along a grid's axes that holds all that is reached from it."""
    margin = [reach_mm / d + SPLINE_MARGIN * spacing_mm / d for d in grid.spacing_mm]
    x, y, z = grid.to_patient([-m for m in margin])
    a, b, c = (
        ceil((n + 2 * m) * d / spacing_mm) + 1 for n, m, d in zip(grid.shape, margin, grid.spacing_mm, strict=True)
    )
    return Geometry(
        shape=(a, b, c), spacing_mm=(spacing_mm, spacing_mm, spacing_mm),
        origin_mm=(float(x), float(y), float(z)), axes=grid.axes, frame_of_reference=grid.frame_of_reference,
    )  # fmt: skip


def _along_axes(
    voxels: NDArray[np.bool_], grid: Geometry, target: Geometry, sigma_mm: tuple[float, float, float], *, within: float
) -> NDArray[np.float32]:
    """Blur along each axis in turn, from the region's samples to the voxels of a parallel grid.

    ``within`` is the part of a target voxel over which the image is averaged: 1, or 0 for its centre alone.
    """
    places = axis_map(grid, target)
    assert places is not None
    result: NDArray[np.float32] = voxels.transpose(places.partner).astype(np.float32)
    for axis, partner in enumerate(places.partner):
        spacing = grid.spacing_mm[partner]
        away = np.arange(grid.shape[partner])[None, :] - places.centres(axis, target.shape[axis])[:, None]
        weights = _weights(away * spacing, sigma_mm[axis], within * target.spacing_mm[axis]) * spacing
        result = np.moveaxis(np.tensordot(weights.astype(np.float32), result, axes=(1, axis)), 0, axis)
    return np.ascontiguousarray(result)


def _weights(away_mm: NDArray[np.float64], sigma_mm: float, width_mm: float) -> NDArray[np.float64]:
    """Return the density of a Gaussian at distances, averaged over a width [1/mm]."""
    if width_mm == 0:
        return np.asarray(np.exp(-((away_mm / sigma_mm) ** 2) / 2) / (sigma_mm * sqrt(2 * pi)), dtype=np.float64)
    from scipy.special import ndtr

    upper, lower = (away_mm + width_mm / 2) / sigma_mm, (away_mm - width_mm / 2) / sigma_mm
    return np.asarray((ndtr(upper) - ndtr(lower)) / width_mm, dtype=np.float64)


def _read(values: NDArray[np.float32], lattice: Geometry, target: Geometry) -> NDArray[np.float32]:
    """Read a smooth image off a lattice, at the centres of an oblique grid."""
    from scipy import ndimage

    matrix, offset = index_map(lattice, target)
    found = np.empty(target.shape, dtype=np.float32)
    ndimage.affine_transform(
        values, matrix, offset=offset, output_shape=target.shape, output=found, order=3, mode="constant", cval=0.0
    )
    return np.clip(found, 0.0, 1.0, out=found)
