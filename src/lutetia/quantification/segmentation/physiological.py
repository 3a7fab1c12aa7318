"""What of a mask is the uptake of healthy organs, and how much was taken out for it?

Every PSMA ligand lights up kidneys, liver, spleen, salivary and lacrimal glands, bowel and bladder. An organ is taken
out by its own mask, widened by a margin because the camera blurs its uptake beyond its edge. What is taken out is told
in mL for each organ: disease inside or beside an organ goes with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import isfinite
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lutetia.errors import InputError
from lutetia.quantification.patch import Box, box_around
from lutetia.volume import Mask, resample_mask

ROUNDING_MM: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What one organ took out of a mask.

    Attributes
    ----------
    organ : str
        Its name.
    volume_ml : float
        Taken out that no organ before it had taken [mL].
    """

    organ: str
    volume_ml: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Remaining:
    """A mask without physiological uptake, and what was taken out of it.

    Attributes
    ----------
    mask : Mask
        What is left, under the same name.
    removed : tuple of Removed
        In the order in which the organs were given.
    """

    mask: Mask
    removed: tuple[Removed, ...]


def without(mask: Mask, physiological: Iterable[Mask], *, margin_mm: float = 0.0) -> Remaining:
    """Take organs, widened by a margin, out of a mask.

    Parameters
    ----------
    mask : Mask
    physiological : iterable of Mask
        On any grid of the same frame of reference; a voxel belongs to an organ if its centre does.
    margin_mm : float
        From the centre of a voxel to the nearest of the organ [mm]; 0 takes out the organ as drawn.

    Raises
    ------
    InputError
        If the margin is negative.
    lutetia.volume.FrameOfReferenceError
        If an organ was drawn in another frame of reference.
    """
    left = mask.voxels.copy()
    removed = []
    for organ in physiological:
        here = organ if organ.geometry.matches(mask.geometry) else resample_mask(organ, mask.geometry)
        box, grown = _near(here, margin_mm)
        taken = int(np.count_nonzero(left[box] & grown))
        left[box] &= ~grown
        removed.append(Removed(organ=organ.name, volume_ml=taken * mask.geometry.voxel_ml))
    return Remaining(mask=replace(mask, voxels=left), removed=tuple(removed))


def widened(mask: Mask, margin_mm: float) -> Mask:
    """Return a mask with all voxels whose centre lies within a margin of one of its own.

    Parameters
    ----------
    mask : Mask
    margin_mm : float
        Not negative [mm].

    Raises
    ------
    InputError
        If the margin is negative or no number.
    """
    box, near = _near(mask, margin_mm)
    grown = np.zeros(mask.geometry.shape, dtype=np.bool_)
    grown[box] = near
    return replace(mask, voxels=grown)


def _near(mask: Mask, margin_mm: float) -> tuple[Box, NDArray[np.bool_]]:
    """Return the box of a widened mask, and its voxels in it."""
    from scipy.ndimage import distance_transform_edt

    if not (isfinite(margin_mm) and margin_mm >= 0):
        raise InputError("margin", f"{margin_mm:g} mm is no margin", "state 0 or a positive number of millimetres")
    if margin_mm == 0 or not mask.voxels.any():
        return mask.cut()
    spacing = mask.geometry.spacing_mm
    box = box_around(mask.box, tuple(int(margin_mm / s) + 1 for s in spacing), mask.geometry.shape)
    distance: NDArray[np.float64] = distance_transform_edt(~mask.voxels[box], sampling=spacing)
    return box, distance <= margin_mm + ROUNDING_MM
