"""From which uptake on is soft tissue called PSMA-positive, by the patient's own liver?

qPSMA multiplies the liver's mean plus one standard deviation by 4.30 over that mean: 4.30 is the mean liver uptake of
its 80 patients, so that a liver from which much tumour has taken the ligand does not lower the threshold as much as it
fell. It still drifts between scans of a man who responds; a fixed threshold does not.

Source: Gafita et al., J Nucl Med 2019;60:1277 (qPSMA), PMC6735278. The reference is a sphere of 3 cm in the right lobe.
The standard deviation is that of the voxels, divided by their number.
"""

from __future__ import annotations

from math import isfinite
from typing import Final

import numpy as np

from lutetia.errors import InputError
from lutetia.quantification.segmentation.threshold import require_grid
from lutetia.units import UnitError
from lutetia.volume import Mask, Volume

QPSMA_LIVER_MEAN: Final = 4.30
"""SUVmean of the liver in the 80 patients of qPSMA."""
REFERENCE_DIAMETER_MM: Final = 30.0
BY_MASS: Final = "g/mL"
"""Unit of uptake values by a mass of the body; by its surface they are about a quarter of those by weight."""


def liver_threshold(suv: Volume, liver: Mask) -> float:
    """Return the uptake from which soft tissue counts, from a reference region in the liver [SUV].

    Parameters
    ----------
    suv : Volume
        Standardised uptake values by body weight.
    liver : Mask
        The reference region on the same grid, free of metastases: usually :func:`reference_sphere` of the liver.

    Raises
    ------
    UnitError
        If the image holds no standardised uptake values.
    InputError
        If the reference region is empty or takes nothing up.
    """
    if suv.unit != BY_MASS:
        raise UnitError(
            "liver threshold",
            f"the image holds {suv.unit}",
            "give the image as uptake values by body weight",
            "the 4.30 of its formula is an SUV",
        )
    require_grid(suv, liver)
    values = suv.values[liver.voxels]
    if not values.size:
        raise InputError(f"region '{liver.name}'", "it holds no voxel of the image", "draw it in the liver")
    return qpsma_threshold(float(values.mean(dtype=np.float64)), float(values.std(dtype=np.float64)))


def qpsma_threshold(mean: float, sd: float) -> float:
    """Return 4.30 / mean x (mean + SD) [SUV].

    Parameters
    ----------
    mean, sd : float
        Of the reference region in the liver [SUV]; mean positive, SD not negative.

    Raises
    ------
    InputError
        If they cannot be those of a liver.
    """
    if not (isfinite(mean) and mean > 0 and isfinite(sd) and sd >= 0):
        raise InputError(
            "liver threshold",
            f"a mean of {mean:g} and an SD of {sd:g} are not those of a liver",
            "check the reference region, or take a fixed threshold",
        )
    return QPSMA_LIVER_MEAN / mean * (mean + sd)


def reference_sphere(organ: Mask, *, diameter_mm: float = REFERENCE_DIAMETER_MM) -> Mask:
    """Return a sphere around the voxel that lies deepest in an organ: in a liver, usually in its right lobe.

    Parameters
    ----------
    organ : Mask
        Disease in it is to be taken out before, or the sphere may hold it.
    diameter_mm : float
        Positive [mm].

    Raises
    ------
    InputError
        If the organ is empty, or the sphere does not fit into it.
    """
    from scipy.ndimage import distance_transform_edt

    where = f"region '{organ.name}'"
    box, inside = organ.cut()
    if not inside.any():
        raise InputError(where, "it holds no voxel", "give the organ on this image")
    depth = distance_transform_edt(np.pad(inside, 1), sampling=organ.geometry.spacing_mm)[1:-1, 1:-1, 1:-1]
    deepest = np.unravel_index(int(depth.argmax()), depth.shape)
    if depth[deepest] < diameter_mm / 2:
        raise InputError(
            where,
            f"a sphere of {diameter_mm:g} mm does not fit into it: it is {2 * depth[deepest]:.0f} mm thick at most",
            "draw the reference region by hand, or take a fixed threshold",
        )
    off_mm = [
        (np.arange(n) - at) * step for n, at, step in zip(inside.shape, deepest, organ.geometry.spacing_mm, strict=True)
    ]
    z, y, x = np.meshgrid(*off_mm, indexing="ij", sparse=True)
    voxels = np.zeros(organ.geometry.shape, dtype=np.bool_)
    voxels[box] = inside & (z**2 + y**2 + x**2 <= (diameter_mm / 2) ** 2)
    return Mask(voxels=voxels, geometry=organ.geometry, name=f"{organ.name} reference")
