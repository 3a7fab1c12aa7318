"""How high is uptake around a voxel, when one voxel alone is mostly noise?

The intensity peak of IBSI: the mean of all voxels whose centre lies within a sphere of 1 cm3 (radius 6.204 mm) around
a voxel's centre, whether they belong to the region or not; voxels beyond the image do not exist. Voxels count whole:
none is weighted by the part of it that lies in the sphere. *Local*: around the region's maximum, and where several
voxels share it, the highest of their means. *Global*: the highest of the means around any voxel of the region.
Source: Zwanenburg et al., Image biomarker standardisation initiative, reference manual (arXiv:1612.07003), Local
intensity features; SUVpeak as Wahl et al., J Nucl Med 2009;50(Suppl 1):122S (PERCIST) has it is the global one.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lutetia.volume import Geometry, Mask, Volume

SPHERE_ML: Final = 1.0
SPHERE_RADIUS_MM: Final = (3 * SPHERE_ML * 1000 / (4 * pi)) ** (1 / 3)

ON_THE_SURFACE_MM: Final = 1e-6
"""A centre on the surface of the sphere is inside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """An intensity peak.

    Attributes
    ----------
    value : float
        In the unit of the image.
    at_mm : tuple of float
        Centre of the sphere in patient coordinates (x, y, z) [mm].
    voxels : int
        How many were averaged.
    """

    value: float
    at_mm: tuple[float, float, float]
    voxels: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Peaks:
    """The local and the global intensity peak of a region."""

    local: Peak
    highest: Peak


def sphere_offsets(geometry: Geometry, radius_mm: float = SPHERE_RADIUS_MM) -> NDArray[np.intp]:
    """Return the index offsets of the voxels whose centre lies within a sphere around one of them, shape (n, 3)."""
    spacing = np.asarray(geometry.spacing_mm)
    reach = np.floor((radius_mm + ON_THE_SURFACE_MM) / spacing).astype(int)
    steps = np.stack(np.meshgrid(*(np.arange(-n, n + 1) for n in reach), indexing="ij"), axis=-1).reshape(-1, 3)
    inside = np.linalg.norm(steps * spacing, axis=1) <= radius_mm + ON_THE_SURFACE_MM
    return np.asarray(steps[inside], dtype=np.intp)


def intensity_peaks(volume: Volume, region: Mask) -> Peaks:
    """Return both peaks of a region that is not empty and lies on the grid of the volume."""
    return peaks_in(volume, *region.cut())


def peaks_in(volume: Volume, box: tuple[slice, slice, slice], voxels: NDArray[np.bool_]) -> Peaks:
    """Return both peaks of a region that is given by its voxels, not none, in a box of the volume."""
    means, counts = _means(volume, box)
    values = volume.values[box]
    hottest = voxels & (values == values[voxels].max())
    local, highest = (_highest(volume, box, means, counts, among) for among in (hottest, voxels))
    return Peaks(local=local, highest=highest)


def _means(volume: Volume, box: tuple[slice, slice, slice]) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Return the mean over the sphere around each voxel of a box, and how many voxels it holds."""
    offsets = sphere_offsets(volume.geometry)
    reach = np.abs(offsets).max(axis=0)
    shape = volume.geometry.shape
    low = [max(part.start - int(n), 0) for part, n in zip(box, reach, strict=True)]
    high = [min(part.stop + int(n), size) for part, n, size in zip(box, reach, shape, strict=True)]
    around = volume.values[tuple(slice(a, b) for a, b in zip(low, high, strict=True))].astype(np.float64)
    margins = [
        (int(n) - (part.start - a), int(n) - (b - part.stop))
        for n, part, a, b in zip(reach, box, low, high, strict=True)
    ]
    values = np.pad(around, margins)
    exists = np.pad(np.ones(around.shape, dtype=np.int32), margins)
    size = tuple(part.stop - part.start for part in box)
    total, counts = np.zeros(size), np.zeros(size, dtype=np.int32)
    for offset in offsets:
        cut = tuple(
            slice(int(n + step), int(n + step) + length) for n, step, length in zip(reach, offset, size, strict=True)
        )
        total += values[cut]
        counts += exists[cut]
    return total / counts, counts


def _highest(
    volume: Volume,
    box: tuple[slice, slice, slice],
    means: NDArray[np.float64],
    counts: NDArray[np.int32],
    among: NDArray[np.bool_],
) -> Peak:
    at = np.unravel_index(int(np.where(among, means, -np.inf).argmax()), means.shape)
    x, y, z = volume.geometry.to_patient([part.start + int(n) for part, n in zip(box, at, strict=True)])
    return Peak(value=float(means[at]), at_mm=(float(x), float(y), float(z)), voxels=int(counts[at]))
