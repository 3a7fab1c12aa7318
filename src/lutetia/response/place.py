"""What does the other scan show at the place of a lesion?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from lutetia.response.lesion import FoundLesion, Point
from lutetia.volume import Geometry, Rigid, Volume

_AROUND = np.array([step for step in product((-1, 0, 1), repeat=3) if any(step)])


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherScan:
    """What another scan shows at the place of a lesion.

    Attributes
    ----------
    at_mm : tuple of float
        The place of the lesion's centre there (x, y, z) [mm].
    in_field : float
        Part of the lesion that lies in the field of that scan.
    suv_max : float or None
        The highest uptake there, a voxel around included; None outside of the field.
    own_focus : bool
        Whether that is a focus of its own: it lies in no organ, and no voxel next to it is hotter. Uptake that rises
        towards an organ or another lesion is none.
    in_organs : float
        Part of the lesion that lies in what was taken for an organ there.
    """

    at_mm: Point
    in_field: float
    suv_max: float | None
    own_focus: bool
    in_organs: float


def points_mm(lesion: FoundLesion, geometry: Geometry) -> NDArray[np.float64]:
    """Return the centres of a lesion's voxels (x, y, z) [mm], shape (n, 3)."""
    first = np.array([part.start for part in lesion.box])
    return geometry.to_patient(np.argwhere(lesion.voxels) + first)


def seen_there(
    lesion: FoundLesion, geometry: Geometry, motion: Rigid, other: Volume, organs: NDArray[np.bool_] | None
) -> OtherScan:
    """Return what another scan shows at the place of a lesion.

    Parameters
    ----------
    lesion : FoundLesion
    geometry : Geometry
        Of the scan it was found on.
    motion : Rigid
        From that scan to the other.
    other : Volume
        Uptake values of the other scan.
    organs : ndarray of bool or None
        What was taken for organs on the grid of the other scan.
    """
    x, y, z = (float(v) for v in motion.point(lesion.centre_mm))
    index = np.rint(other.geometry.to_index(motion.point(points_mm(lesion, geometry)))).astype(np.intp)
    held = _inside(index, other.geometry)
    if not held.any():
        return OtherScan(at_mm=(x, y, z), in_field=0.0, suv_max=None, own_focus=False, in_organs=0.0)
    core = index[held]
    room = np.unique(np.concatenate([core, *(core + step for step in _AROUND)]), axis=0)
    room = room[_inside(room, other.geometry)]
    values = other.values[tuple(room.T)]
    top = room[int(values.argmax())]
    beside = top + _AROUND
    beside = beside[_inside(beside, other.geometry)]
    return OtherScan(
        at_mm=(x, y, z),
        in_field=float(held.mean()),
        suv_max=float(values.max()),
        own_focus=bool((other.values[tuple(beside.T)] <= values.max()).all())
        and not (organs is not None and bool(organs[tuple(top)])),
        in_organs=0.0 if organs is None else float(organs[tuple(core.T)].mean()),
    )


def _inside(index: NDArray[np.intp], geometry: Geometry) -> NDArray[np.bool_]:
    return np.asarray(((index >= 0) & (index < np.array(geometry.shape))).all(axis=1), dtype=np.bool_)
