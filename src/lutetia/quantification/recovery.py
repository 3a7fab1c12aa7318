"""How much of a region's activity is seen inside its contour, and how much of what is seen there is its own?

An image of finite resolution loses activity over a region's edge and gains some from neighbours and background. Both
follow from the contours and the resolution: every region, and the tissue around each, is blurred by the stated width,
and the concentrations that explain all measured means together are solved for (geometric transfer matrix; Rousset, Ma,
Evans, J Nucl Med 1998;39:904). Each compartment is taken as uniform.

The stated width is that of the image as reconstructed, voxels included. The covered part of a voxel is already the
region averaged over the voxel, so the voxel's own variance (d^2/12 along each axis) is taken off the Gaussian's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, log, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lutetia.volume import Coverage, Volume

FWHM_PER_SIGMA: Final = 2 * sqrt(2 * log(2))
TRUNCATED_AT: Final = 4.0
"""The Gaussian is cut at this many standard deviations; 0.02 % lie beyond."""
SHELL_FWHM: Final = 1.5
"""Background is measured up to this many widths from a region (Lutetia's choice: near enough to be the same tissue)."""
BEYOND_FWHM: Final = 1.5
"""It is taken to go on this much further, so that its own outer edge does not matter where it is measured."""

Array = NDArray[np.float32]
Box = tuple[slice, slice, slice]


@dataclass(frozen=True, eq=False)
class Patch:
    """Values within a box of a grid, 0 elsewhere."""

    box: Box
    values: Array

    @classmethod
    def around(cls, fractions: Array, margin: tuple[int, ...] = (0, 0, 0)) -> Patch:
        """Cut out what is not 0, with a margin in voxels where the grid allows it."""
        box = _box_of(fractions)
        if any(margin):
            grown = zip(box, margin, fractions.shape, strict=True)
            z, y, x = (slice(max(0, s.start - more), min(size, s.stop + more)) for s, more, size in grown)
            box = (z, y, x)
        return cls(box, np.ascontiguousarray(fractions[box]))

    def dot(self, other: Patch) -> float:
        """Return the sum of products where both boxes overlap."""
        shared = [slice(max(a.start, b.start), min(a.stop, b.stop)) for a, b in zip(self.box, other.box, strict=True)]
        if any(s.start >= s.stop for s in shared):
            return 0.0
        mine, theirs = (
            p.values[tuple(slice(s.start - b.start, s.stop - b.start) for s, b in zip(shared, p.box, strict=True))]
            for p in (self, other)
        )
        return float(np.sum(mine * theirs, dtype=np.float64))

    def measure(self, image: Array) -> float:
        """Return the sum of an image weighted with these values."""
        return float(np.sum(self.values * image[self.box], dtype=np.float64))


def _box_of(fractions: Array) -> Box:
    """Return the smallest box that holds what is not 0; an empty one if there is nothing."""
    bounds: list[slice] = []
    for axis in range(3):
        rest = fractions[tuple(bounds)]
        held = np.flatnonzero(rest.any(axis=tuple(a for a in range(3) if a != axis)))
        bounds.append(slice(int(held[0]), int(held[-1]) + 1) if held.size else slice(0, 0))
    return bounds[0], bounds[1], bounds[2]


def sigma_voxels(fwhm_mm: float, spacing_mm: tuple[float, float, float]) -> tuple[float, float, float]:
    """Return the Gaussian's standard deviation beyond the voxel's own blur, along each axis [voxels]."""
    sigma = fwhm_mm / FWHM_PER_SIGMA
    z, y, x = (sqrt(max(0.0, (sigma / d) ** 2 - 1 / 12)) for d in spacing_mm)
    return z, y, x


def blurred(fractions: Array, fwhm_mm: float, spacing_mm: tuple[float, float, float]) -> Patch:
    """Return the image of a region of unit concentration."""
    from scipy.ndimage import gaussian_filter

    sigma = sigma_voxels(fwhm_mm, spacing_mm)
    reach = (ceil(TRUNCATED_AT * sigma[0]), ceil(TRUNCATED_AT * sigma[1]), ceil(TRUNCATED_AT * sigma[2]))
    patch = Patch.around(fractions, reach)
    smooth = gaussian_filter(patch.values, sigma, mode="constant", truncate=TRUNCATED_AT)
    return Patch(patch.box, np.asarray(smooth, dtype=np.float32))


def simple_recovery(region: Coverage, fwhm_mm: float) -> float:
    """Return the part of a region's activity that is seen inside its contour, in empty surroundings.

    Parameters
    ----------
    region : Coverage
        Not empty.
    fwhm_mm : float
        Resolution of the image, at least 0 [mm]; 0 leaves the effect of the voxel alone.
    """
    own = Patch.around(region.fractions)
    return own.dot(blurred(region.fractions, fwhm_mm, region.geometry.spacing_mm)) / float(
        own.values.sum(dtype=np.float64)
    )


def corrected_mbq(
    activity: Volume, regions: Mapping[str, Coverage], *, fwhm_mm: float, body: Coverage | None = None
) -> dict[str, float]:
    """Return the activity of every region, corrected for what went out over its edge and what came in.

    Parameters
    ----------
    activity : Volume
        Activity concentration [Bq/mL].
    regions : mapping of str to Coverage
        All contoured regions, on the grid of ``activity``. Where two overlap the smaller one has the voxel, and its
        activity is counted in both.
    fwhm_mm : float
        Resolution of the image, positive [mm].
    body : Coverage, optional
        Where there is tissue; outside it no background is taken to exist.

    Returns
    -------
    dict of str to float
        Activity [MBq].
    """
    names = sorted(regions, key=lambda name: regions[name].volume_ml)
    parts, free = _disjoint({name: regions[name].fractions for name in names})
    if body is not None:
        free = np.minimum(free, body.fractions)
    spacing = activity.geometry.spacing_mm
    sources = {name: blurred(part, fwhm_mm, spacing) for name, part in parts.items()}
    seen = {name: Patch.around(part) for name, part in parts.items()}
    for name, (near, wide) in _surroundings(parts, free, fwhm_mm, spacing).items():
        key = f"around {name}"
        seen[key], sources[key] = Patch.around(near), blurred(wide, fwhm_mm, spacing)
    keys = list(seen)
    matrix = np.array([[seen[row].dot(sources[column]) for column in keys] for row in keys])
    measured = np.array([seen[row].measure(activity.values) for row in keys])
    concentration = dict(zip(keys, np.linalg.solve(matrix, measured), strict=True))
    voxel_mbq = activity.geometry.voxel_ml * 1e-6
    return {
        name: voxel_mbq * sum(concentration[part] * voxels for part, voxels in shares.items())
        for name, shares in _shares(regions, parts).items()
    }


def _disjoint(fractions: Mapping[str, Array]) -> tuple[dict[str, Array], Array]:
    """Give every voxel to the first region that covers it; return the parts and what is left of each voxel."""
    free = np.ones(next(iter(fractions.values())).shape, dtype=np.float32)
    parts = {}
    for name, covered in fractions.items():
        part = np.minimum(covered, free)
        if part.sum(dtype=np.float64) > 0:
            parts[name] = part
            free = free - part
    return parts, free


def _shares(regions: Mapping[str, Coverage], parts: Mapping[str, Array]) -> dict[str, dict[str, float]]:
    """Return of what each region is made up [voxels]: its own part, and what smaller regions took from it."""
    shares: dict[str, dict[str, float]] = {}
    for name, region in regions.items():
        own = parts.get(name)
        shares[name] = {} if own is None else {name: float(own.sum(dtype=np.float64))}
        taken = Patch.around(region.fractions if own is None else region.fractions - own)
        if not taken.values.any():
            continue
        for other, part in parts.items():
            if other != name:
                shares[name][other] = float(np.minimum(taken.values, part[taken.box]).sum(dtype=np.float64))
    return shares


def _surroundings(
    parts: Mapping[str, Array], free: Array, fwhm_mm: float, spacing_mm: tuple[float, float, float]
) -> dict[str, tuple[Array, Array]]:
    """Divide the tissue near the regions among them; return where each part is measured, and its wider extent."""
    from scipy.ndimage import distance_transform_edt

    far = (SHELL_FWHM + BEYOND_FWHM) * fwhm_mm
    margin = (ceil(far / spacing_mm[0]), ceil(far / spacing_mm[1]), ceil(far / spacing_mm[2]))
    distance = np.full(free.shape, np.inf, dtype=np.float32)
    owner = np.zeros(free.shape, dtype=np.int32)
    for number, part in enumerate(parts.values(), start=1):
        patch = Patch.around(part, margin)
        held = patch.values >= min(0.5, float(patch.values.max()))
        own = np.asarray(distance_transform_edt(~held, sampling=spacing_mm), dtype=np.float32)
        nearer = own < distance[patch.box]
        distance[patch.box][nearer], owner[patch.box][nearer] = own[nearer], number
    free = np.where(distance <= far, free, np.float32(0))
    shells = {}
    for number, name in enumerate(parts, start=1):
        wide = np.where(owner == number, free, np.float32(0))
        near = np.where(distance <= SHELL_FWHM * fwhm_mm, wide, np.float32(0))
        if near.sum(dtype=np.float64) > 1:
            shells[name] = (near, wide)
    return shells
