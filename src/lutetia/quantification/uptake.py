"""What is the uptake of a region: maximum, mean, peak, volume, and the product of the last two?

A voxel belongs to a region when its centre does; it counts whole. The volume is the number of voxels times the volume
of one (IBSI: approximate volume); the surface of a mesh is not laid around it. Total uptake is mean times volume: of a
whole tumour mask, the total lesion uptake (PSMA-TL, TLG on FDG), and the volume is then PSMA-TV or MTV. Source:
Zwanenburg et al., Image biomarker standardisation initiative, reference manual (arXiv:1612.07003).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from lutetia.errors import InputError
from lutetia.quantification.segmentation.threshold import threshold_at
from lutetia.quantification.uptake_peak import Peak, intensity_peaks
from lutetia.volume import Mask, Volume

UPTAKE_UNITS: Final = ("g/mL", "cm2/mL")
"""Units of uptake values: by a mass of the body, and by its surface."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uptake:
    """Uptake of a region.

    Attributes
    ----------
    region : str
    unit : str
        Of the uptake values.
    voxels : int
    volume_ml : float
        [mL].
    minimum, median, mean, maximum : float
    sd : float
        Of the voxels, about their mean (N in the denominator).
    maximum_at_mm : tuple of float
        Patient coordinates (x, y, z) [mm].
    local_peak, peak : Peak
        Around the maximum, and the highest of the region (SUVpeak).
    at_least : float or None
        The threshold from which voxels of the region count; None where all do.
    """

    region: str
    unit: str
    voxels: int
    volume_ml: float
    minimum: float
    median: float
    mean: float
    maximum: float
    sd: float
    maximum_at_mm: tuple[float, float, float]
    local_peak: Peak
    peak: Peak
    at_least: float | None = None

    @property
    def total(self) -> float:
        """Mean times volume [unit mL]."""
        return self.mean * self.volume_ml


def measure_uptake(suv: Volume, region: Mask, *, at_least: float | None = None) -> Uptake:
    """Measure the uptake of a region.

    Parameters
    ----------
    suv : Volume
        Uptake values, from :func:`lutetia.quantification.suv.to_suv`.
    region : Mask
        On the grid of ``suv``.
    at_least : float, optional
        Only voxels of the region with at least this uptake count.

    Raises
    ------
    InputError
        If no voxel counts.
    """
    _require_uptake(suv, region)
    if at_least is not None:
        region = with_at_least(suv, region, at_least)
    box, voxels = region.cut()
    if not voxels.any():
        found = "it holds no voxel of the image" if at_least is None else f"no voxel of it reaches {at_least:g}"
        raise InputError(f"region '{region.name}'", found, "draw it on this image, or leave it out")
    values = suv.values[box][voxels].astype(np.float64)
    peaks = intensity_peaks(suv, region)
    hottest = np.argwhere(voxels)[int(values.argmax())] + [part.start for part in box]
    x, y, z = suv.geometry.to_patient(hottest)
    return Uptake(
        region=region.name,
        unit=suv.unit,
        voxels=int(values.size),
        volume_ml=region.volume_ml,
        minimum=float(values.min()),
        median=float(np.median(values)),
        mean=float(values.mean()),
        maximum=float(values.max()),
        sd=float(values.std()),
        maximum_at_mm=(float(x), float(y), float(z)),
        local_peak=peaks.local,
        peak=peaks.highest,
        at_least=at_least,
    )


def with_at_least(suv: Volume, region: Mask, threshold: float) -> Mask:
    """Return the voxels of a region whose uptake reaches a threshold."""
    _require_uptake(suv, region)
    return threshold_at(suv, at_least=threshold, unit=suv.unit, within=region, name=region.name)


def _require_uptake(suv: Volume, region: Mask) -> None:
    if suv.unit not in UPTAKE_UNITS:
        raise ValueError(f"uptake values are needed, not {suv.unit}")
    if not suv.geometry.matches(region.geometry):
        raise ValueError(f"region '{region.name}' and image lie on different grids")
