"""Where in the body was the dose given?

The reference scan is multiplied, voxel by voxel, with the ratio of time-integrated activity to activity of the region
the voxel belongs to, shared out where a voxel belongs to several; outside all regions with that of the remainder. The
map keeps the blur of the camera: it shows where dose was given and conserves energy, and a region's mean is lower on
it than in the table, because part of its dose lies beyond its edge.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lutetia.dosimetry.input import ScanInput
from lutetia.dosimetry.voxel.engine import VoxelEngine, dose_map
from lutetia.reference.tissue import AIR_G_ML
from lutetia.volume import Coverage, Geometry, Volume, parallel, resample
from lutetia.volume.resample import Method


def tia_map(activity: Volume, covered: Mapping[str, Coverage], ratios_h: Mapping[str, float], rest_h: float) -> Volume:
    """Return the time-integrated activity of every voxel [Bq h/mL].

    Parameters
    ----------
    activity : Volume
        At the reference scan [Bq/mL]; negative values count as 0.
    covered : mapping of str to Coverage
        Regions on the grid of ``activity``; where they overlap the smaller one has the voxel.
    ratios_h : mapping of str to float
        Time-integrated activity of each region over its activity at the reference scan [h].
    rest_h : float
        The same for what lies outside all regions [h].
    """
    ratio = np.zeros(activity.geometry.shape, dtype=np.float32)
    free = np.ones_like(ratio)
    for name in sorted(covered, key=lambda region: covered[region].volume_ml):
        part: NDArray[np.float32] = np.minimum(covered[name].fractions, free)
        ratio += part * np.float32(ratios_h[name])
        free -= part
    ratio += free * np.float32(rest_h)
    return activity.with_values(np.clip(activity.values, 0, None) * ratio, "Bq h/mL")


def dose_of(engine: VoxelEngine, tia: Volume, scan: ScanInput) -> Volume:
    """Return the dose map on the grid of the reference scan [Gy], with the density of its CT where there is one."""
    return dose_map(engine, tia, density_on(scan, tia.geometry))


def density_on(scan: ScanInput, grid: Geometry) -> Volume | None:
    """Return the density of a scan's CT on a grid [g/mL]; None where there is no CT."""
    if scan.density is None:
        return None
    method: Method = "mean" if parallel(scan.density.geometry, grid) else "linear"
    return resample(scan.density, grid, outside=AIR_G_ML, method=method)
