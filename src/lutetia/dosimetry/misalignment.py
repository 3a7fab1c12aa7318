"""How much would a region's activity change, if its moved contour lay off by what the alignment left?

A contour that was moved from another scan still lies off by a length that was measured and a direction that was not.
It is shifted by that length along the six directions of the patient's axes; the root mean square of the changes of the
activity inside is one standard uncertainty of that scan's activity (Lutetia's rule).
"""

from __future__ import annotations

from dataclasses import replace
from math import log, sqrt
from typing import Final

import numpy as np

from lutetia.quantification import cover
from lutetia.quantification.patch import Patch
from lutetia.volume import Coverage, Mask, Volume

DIRECTIONS: Final = np.concatenate([np.eye(3), -np.eye(3)])
LEAST_LEFT: Final = 0.05
"""A shifted contour that sees less than this part counts as this part: it lies beside the region."""


def misaligned(activity: Volume, region: Mask, seen: Coverage, off_mm: float) -> float:
    """Return the relative standard uncertainty of a region's activity from where its contour lies.

    Parameters
    ----------
    activity : Volume
        Of the scan to which the contour was moved.
    region : Mask
        Where it came to lie.
    seen : Coverage
        The same on the grid of ``activity``.
    off_mm : float
        By how much it still lies off, at least 0 [mm].
    """
    here = _inside(activity, seen)
    if off_mm == 0 or here <= 0:
        return 0.0
    parts = [_inside(activity, cover(_shifted(region, off_mm * way), activity.geometry)) / here for way in DIRECTIONS]
    return sqrt(sum(log(max(part, LEAST_LEFT)) ** 2 for part in parts) / len(parts))


def _shifted(region: Mask, by_mm: np.ndarray) -> Mask:
    x, y, z = (float(v) for v in np.asarray(region.geometry.origin_mm) + by_mm)
    return Mask(voxels=region.voxels, geometry=replace(region.geometry, origin_mm=(x, y, z)), name=region.name)


def _inside(activity: Volume, covered: Coverage) -> float:
    return Patch.around(covered.fractions).measure(activity.values) if covered.fractions.any() else 0.0
