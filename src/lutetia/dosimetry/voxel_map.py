"""How is a region's time-integrated activity spread over its voxels, where each has a curve of its own?

The sum over a region stays what its own curve says; the voxels only share it out. That keeps dose table and map
together, and keeps the recovery correction, which a single voxel has none of, out of the sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lutetia.dosimetry.result import SpreadOfVoxels, TimeActivityFit
from lutetia.dosimetry.voxel_kinetics import LEAST_SCANS, fit_voxels, integrate_voxels
from lutetia.errors import InputError
from lutetia.vocabulary.voxel_curves import VoxelCurves
from lutetia.volume import Coverage, Volume

LEAST_VOXELS: Final = 8
"""Lutetia's choice: noise and spread of fewer voxels are hardly known; they keep their region's curve."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OnOneGrid:
    """The scans of a cycle on the grid of its reference scan.

    Attributes
    ----------
    activities : tuple of Volume
        In the order of time, in Bq/mL, as they were then.
    hours : tuple of float
    durations : tuple of float or None
        Of the scans [s]; None where one is not known, and they count as equal.
    reference : int
        Which of them is the reference scan.
    told : tuple of str
        What a reader has to know of how they were laid on it.
    """

    activities: tuple[Volume, ...]
    hours: tuple[float, ...]
    durations: tuple[float, ...] | None
    reference: int
    told: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.activities) < LEAST_SCANS:
            raise InputError(
                "curves of voxels",
                f"there are {len(self.activities)} scans",
                f"use at least {LEAST_SCANS}, or the curves of the regions",
                "with fewer nothing tells how noisy a voxel is",
            )


def shared_out(
    tia: Volume,
    covered: Mapping[str, Coverage],
    curves: Mapping[str, TimeActivityFit],
    scans: OnOneGrid,
    how: VoxelCurves,
    *,
    half_life_h: float,
    remainder: str,
) -> tuple[Volume, Volume, tuple[SpreadOfVoxels, ...]]:
    """Share every region's time-integrated activity out among its voxels.

    Parameters
    ----------
    tia : Volume
        By the curves of the regions [Bq h/mL].
    covered : mapping of str to Coverage
        Regions on the same grid; where they overlap the smaller one has the voxel.
    curves : mapping of str to TimeActivityFit
        Of regions, and of what lies outside under ``remainder``; those without one stay as they are.
    scans : OnOneGrid
    how : {"fitted", "integrated"}
        One exponential per voxel, or straight lines between the scans.
    half_life_h : float
    remainder : str

    Returns
    -------
    tuple
        The map; for each voxel 1 where it has kinetics of its own and 0 where it took its region's; what was found.
    """
    values = tia.values.copy()
    own = np.zeros(values.shape, dtype=np.float32)
    found = []
    stack = [volume.values for volume in scans.activities]
    for name, inside in _voxels(covered, values.shape, remainder):
        if name not in curves or np.count_nonzero(inside) < LEAST_VOXELS:
            continue
        activity = np.stack([volume[inside] for volume in stack])
        whole = float(values[inside].sum(dtype=np.float64))
        if not (whole > 0 and activity.mean() > 0):
            continue
        spread, made, its_own = _of_region(name, activity, curves[name], scans, how, half_life_h, whole)
        values[inside] = made
        own[inside] = its_own
        found.append(spread)
    return tia.with_values(values), Volume(values=own, geometry=tia.geometry, unit="1"), tuple(found)


def _voxels(
    covered: Mapping[str, Coverage], shape: tuple[int, ...], remainder: str
) -> Sequence[tuple[str, NDArray[np.bool_]]]:
    """Return each region's voxels, the smallest region first, and at last what is left."""
    free = np.ones(shape, dtype=bool)
    found = []
    for name in sorted(covered, key=lambda region: covered[region].volume_ml):
        inside = (covered[name].fractions >= 0.5) & free
        free &= ~inside
        found.append((name, inside))
    return [*found, (remainder, free)]


def _of_region(
    name: str,
    activity: NDArray[np.float32],
    curve: TimeActivityFit,
    scans: OnOneGrid,
    how: VoxelCurves,
    half_life_h: float,
    whole: float,
) -> tuple[SpreadOfVoxels, NDArray[np.float32], NDArray[np.float32]]:
    if how == "integrated":
        made = integrate_voxels(activity, scans.hours, curve.terms)
        its_own = (made > 0).astype(np.float32)
        spread, noise = None, None
    else:
        fitted = fit_voxels(activity, scans.hours, half_life_h=half_life_h, durations=scans.durations)
        made, its_own = fitted.tia, (~fitted.from_region).astype(np.float32)
        spread, noise = fitted.spread, fitted.relative_noise[scans.reference]
    summed = float(made.sum(dtype=np.float64))
    told = SpreadOfVoxels(
        region=name, voxels=made.size, from_region=1 - float(its_own.mean()), spread=spread, noise=noise,
        sum_ratio=summed / whole,
    )  # fmt: skip
    return told, np.asarray(made * np.float32(whole / summed), dtype=np.float32), its_own
