"""Where do two dose maps agree, a little disagreement in dose traded against a little in place?

For each point of the reference, the smallest over all points of the evaluated map, interpolated linearly, of
``sqrt((distance / DTA)^2 + (difference / tolerance)^2)``; 1 or less passes. The search goes outwards in steps of a
tenth of the distance to agreement (DTA); a point drops out once no farther place could lower its index, for its
distance or for the doses there are around it. It is a statement about two maps, not about which of them is right; a
criterion of 2 or 3 mm is less than a voxel of SPECT.

Sources: Low, Harms, Mutic, Purdy, Med Phys 1998;25:656 (the index); AAPM TG-218, Med Phys 2018;45:e53 (global
normalisation, cut-off of 10 %, 3 %/2 mm as its own criterion).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil, isfinite

import numpy as np
from numpy.typing import NDArray

from lutetia.errors import InputError
from lutetia.volume import FrameOfReferenceError, Volume

STEPS_PER_DTA = 10
AT_ONCE = 2_000_000
"""Places looked up together; bounds the memory."""

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class GammaCriterion:
    """What counts as agreement.

    Attributes
    ----------
    dose_percent : float
        Tolerance, positive [% of the reference's maximum; of the point's own dose where ``local``].
    distance_mm : float
        Distance to agreement, positive [mm].
    cutoff_percent : float
        Points of the reference below this are not judged [% of its maximum].
    local : bool
    largest : float
        Indices above it are not followed further; they count as this much.
    """

    dose_percent: float = 3.0
    distance_mm: float = 3.0
    cutoff_percent: float = 10.0
    local: bool = False
    largest: float = 2.0

    def __post_init__(self) -> None:
        numbers = (self.dose_percent, self.distance_mm, self.cutoff_percent)
        if not all(isfinite(n) for n in numbers) or min(self.dose_percent, self.distance_mm) <= 0:
            raise ValueError("tolerances of dose and distance are positive numbers")
        if not 0 <= self.cutoff_percent < 100 or self.largest < 1:
            raise ValueError("a cut-off lies from 0 to below 100 %, and the largest index is at least 1")

    def __str__(self) -> str:
        """Read as physicists say it."""
        kind = "local" if self.local else "global"
        return f"{self.dose_percent:g} %/{self.distance_mm:g} mm, {kind}, cut-off {self.cutoff_percent:g} %"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GammaResult:
    """The gamma index of the points judged.

    Attributes
    ----------
    criterion : GammaCriterion
    indices : ndarray of float64
        One per point judged, at most ``criterion.largest``.
    maximum_gy : float
        Of the reference; what percentages refer to [Gy].
    outside : int
        Points of the reference above the cut-off that lie outside the evaluated map, and are not judged.
    """

    criterion: GammaCriterion
    indices: _Array = field(repr=False)
    maximum_gy: float
    outside: int

    @property
    def points(self) -> int:
        """Number of points judged."""
        return int(self.indices.size)

    @property
    def passing(self) -> float:
        """Part of the points with an index of at most 1."""
        return float((self.indices <= 1.0).mean())

    @property
    def mean(self) -> float:
        """Mean index; those that were not followed further count as the largest."""
        return float(self.indices.mean())

    def percentile(self, percent: float) -> float:
        """Return the index that this part of the points does not exceed."""
        return float(np.percentile(self.indices, percent))


def gamma_index(reference: Volume, evaluated: Volume, criterion: GammaCriterion | None = None) -> GammaResult:
    """Compare two dose maps.

    Parameters
    ----------
    reference : Volume
        [Gy]; its voxel centres are the points judged.
    evaluated : Volume
        [Gy]; on any grid in the same frame of reference.
    criterion : GammaCriterion, optional
        3 %/3 mm, global, cut-off 10 %, if none is given.

    Raises
    ------
    FrameOfReferenceError
        If the two have no common coordinates.
    InputError
        If the reference holds no dose, or nothing of it lies in the evaluated map.
    """
    criterion = criterion or GammaCriterion()
    if reference.unit != "Gy" or evaluated.unit != "Gy":
        raise ValueError("a gamma index compares doses in Gy")
    if reference.geometry.frame_of_reference != evaluated.geometry.frame_of_reference:
        raise FrameOfReferenceError(
            "gamma index",
            "the two dose maps have different frames of reference",
            "compare maps of one scan session, or register them first",
            "the same millimetres mean another place in the patient",
        )
    highest = float(reference.values.max())
    if not highest > 0:
        raise InputError("gamma index", "the reference holds no dose above 0 Gy", "give the map of a cycle with dose")
    judged = np.argwhere((reference.values > 0) & (reference.values >= highest * criterion.cutoff_percent / 100))
    doses = reference.values[tuple(judged.T)].astype(np.float64)
    places = evaluated.geometry.to_index(reference.geometry.to_patient(judged))
    within = ((places >= 0) & (places <= np.asarray(evaluated.geometry.shape) - 1)).all(axis=1)
    if not within.any():
        raise InputError(
            "gamma index",
            "no point of the reference above the cut-off lies in the evaluated map",
            "give maps that overlap",
        )
    tolerance = criterion.dose_percent / 100 * (doses if criterion.local else np.full_like(doses, highest))
    indices = _indices(doses[within], tolerance[within], places[within], evaluated, criterion)
    return GammaResult(criterion=criterion, indices=indices, maximum_gy=highest, outside=int((~within).sum()))


def _indices(doses: _Array, tolerance: _Array, places: _Array, evaluated: Volume, criterion: GammaCriterion) -> _Array:
    """Search outwards; ``best`` holds the squared index found so far."""
    best = np.full(doses.shape, criterion.largest**2)
    least = _least(doses, tolerance, places, evaluated, criterion)
    active = np.arange(doses.size)
    values = np.ascontiguousarray(evaluated.values, dtype=np.float32)
    to_index = evaluated.geometry.directions.T / np.asarray(evaluated.geometry.spacing_mm)
    for distance, offsets_mm in _shells(criterion):
        active = active[best[active] > least[active] + (distance / criterion.distance_mm) ** 2]
        if not active.size:
            break
        steps = offsets_mm @ to_index
        away = (np.linalg.norm(offsets_mm, axis=1) / criterion.distance_mm) ** 2
        for part in _parts(active, len(steps)):
            at = places[part][:, None, :] + steps[None, :, :]
            off = (_at(values, at) - doses[part][:, None]) / tolerance[part][:, None]
            best[part] = np.fmin(best[part], np.nanmin(np.where(np.isnan(off), np.inf, off**2 + away), axis=1))
    indices: _Array = np.sqrt(best)
    return indices


def _least(doses: _Array, tolerance: _Array, places: _Array, evaluated: Volume, criterion: GammaCriterion) -> _Array:
    """Return the squared index that the doses within reach allow at best, wherever among them it is found."""
    from scipy import ndimage

    reach = criterion.largest * criterion.distance_mm
    size = [2 * (ceil(reach / spacing) + 1) + 1 for spacing in evaluated.geometry.spacing_mm]
    at = tuple(np.rint(places).astype(np.intp).T)
    highest = ndimage.maximum_filter(evaluated.values, size=size, mode="nearest")[at]
    lowest = ndimage.minimum_filter(evaluated.values, size=size, mode="nearest")[at]
    off = np.maximum(0.0, np.maximum(doses - highest, lowest - doses)) / tolerance
    least: _Array = np.asarray(off**2, dtype=np.float64)
    return least


def _shells(criterion: GammaCriterion) -> Iterator[tuple[float, _Array]]:
    """Yield the least distance and the offsets [mm] of one shell after the other, from a lattice of fine steps."""
    step = criterion.distance_mm / STEPS_PER_DTA
    reach = ceil(criterion.largest * STEPS_PER_DTA)
    axis = np.arange(-reach, reach + 1)
    lattice = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)
    radius = np.sqrt((lattice**2).sum(axis=1))
    inside = radius <= reach
    lattice, shell = lattice[inside], np.ceil(radius[inside]).astype(int)
    order = np.argsort(shell, kind="stable")
    borders = np.searchsorted(shell[order], np.arange(reach + 2))
    for n in range(reach + 1):
        members = order[borders[n] : borders[n + 1]]
        yield max(n - 1, 0) * step, lattice[members].astype(np.float64) * step


def _parts(active: NDArray[np.intp], offsets: int) -> Iterator[NDArray[np.intp]]:
    size = max(1, AT_ONCE // offsets)
    for start in range(0, active.size, size):
        yield active[start : start + size]


def _at(values: NDArray[np.float32], at: _Array) -> _Array:
    """Interpolate linearly; what lies outside the map is not a number."""
    from scipy import ndimage

    found = ndimage.map_coordinates(
        values, at.reshape(-1, 3).T, order=1, mode="constant", cval=np.nan, output=np.float64
    )
    values_there: _Array = np.asarray(found, dtype=np.float64)
    return values_there.reshape(at.shape[0], at.shape[1])
