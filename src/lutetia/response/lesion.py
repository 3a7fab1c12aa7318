"""One lesion of one PET: where it lies, how large it is, how much it takes up, and whether it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from lutetia.course.findings import LesionKind, NodeRegion
from lutetia.quantification.patch import box_around
from lutetia.response.pet import SKELETON, VISCERAL, PsmaPet
from lutetia.volume import Mask

Point = tuple[float, float, float]
Box = tuple[slice, slice, slice]

LOOK_AROUND_MM: Final = 15.0
"""How far the nearest organ is looked for."""
IN_BONE: Final = 0.3
"""Part of a lesion's voxels from which on it lies in bone: blur carries it beyond a thin one."""
IN_ORGAN: Final = 0.5
"""The same for an organ."""
Decided = Literal["measured", "spill-out", "reader"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The organ with uptake of its own that lies nearest.

    Attributes
    ----------
    organ : str
    mm : float
        From the lesion's nearest voxel to the organ's [mm].
    """

    organ: str
    mm: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FoundLesion:
    """A connected piece of what a segmenter found.

    Attributes
    ----------
    id : str
        ``D1`` is the largest that was measured as disease; ``S1`` the largest that an organ spills out; ``U1`` the
        largest piece of uptake where no organ was drawn, which may be one.
    box : tuple of slice
        Where it lies in the grid of the PET.
    voxels : ndarray of bool
        In that box.
    centre_mm : tuple of float
        Mean of its voxels' centres (x, y, z) [mm].
    volume_ml : float
    suv_max, suv_mean, suv_peak : float
        The peak is the highest mean of a 1 mL sphere around a voxel of the lesion (IBSI).
    kind : str or None
        Bone, node, visceral or local; None until a reader says so where no mask tells.
    region : str or None
        Of a node, as PROMISE V2 names it; a reader says so.
    site : str
        In words; empty until a reader says so.
    placed_by : str
        What told the kind: the code of a mask, the reader's name, or nothing.
    ratios : mapping of str to float
        ``suv_mean`` over the mean of a reference organ, by organ.
    beside : Beside or None
        None where no organ with uptake lies near.
    counted : bool
        Whether it counts as disease.
    decided_by : str
        What decided that: the measurement, that it is what an organ spills out, or a reader.
    why : str
        Of a decision that is not the measurement's; the name of a reader who gave no reason.
    """

    id: str
    box: Box = field(repr=False)
    voxels: NDArray[np.bool_] = field(repr=False)
    centre_mm: Point
    volume_ml: float
    suv_max: float
    suv_mean: float
    suv_peak: float
    kind: LesionKind | None = None
    region: NodeRegion | None = None
    site: str = ""
    placed_by: str = ""
    ratios: Mapping[str, float] = field(default_factory=dict)
    beside: Beside | None = None
    counted: bool = True
    decided_by: Decided = "measured"
    why: str = ""

    @property
    def total_uptake(self) -> float:
        """Mean uptake times volume [SUV mL]."""
        return self.suv_mean * self.volume_ml

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        beside = None if self.beside is None else {"organ": self.beside.organ, "mm": self.beside.mm}
        return {
            "id": self.id,
            "centre_mm": list(self.centre_mm),
            "volume_ml": self.volume_ml,
            "suv_max": self.suv_max,
            "suv_mean": self.suv_mean,
            "suv_peak": self.suv_peak,
            "total_uptake_suv_ml": self.total_uptake,
            "kind": self.kind,
            "region": self.region,
            "site": self.site or None,
            "placed_by": self.placed_by or None,
            "ratios_of_suv_mean": dict(self.ratios),
            "beside": beside,
            "counted": self.counted,
            "decided_by": self.decided_by,
            "why": self.why or None,
        }


def nearest_organ(box: Box, voxels: NDArray[np.bool_], organs: tuple[Mask, ...]) -> Beside | None:
    """Return the organ that lies nearest to a lesion; None where none lies near.

    Parameters
    ----------
    box : tuple of slice
    voxels : ndarray of bool
        The lesion in that box.
    organs : tuple of Mask
        On the same grid.
    """
    from scipy.ndimage import distance_transform_edt

    found: list[Beside] = []
    for organ in organs:
        spacing = organ.geometry.spacing_mm
        margin = [int(LOOK_AROUND_MM / step) + 1 for step in spacing]
        wide = box_around(box, (margin[0], margin[1], margin[2]), organ.geometry.shape)
        part = organ.voxels[wide]
        if not part.any():
            continue
        away = np.asarray(distance_transform_edt(~part, sampling=spacing))
        inner = tuple(slice(b.start - w.start, b.stop - w.start) for b, w in zip(box, wide, strict=True))
        mm = float(away[inner][voxels].min())
        if mm <= LOOK_AROUND_MM:
            found.append(Beside(organ=organ.name, mm=mm))
    return min(found, key=lambda one: one.mm, default=None)


def place(pet: PsmaPet, box: Box, voxels: NDArray[np.bool_]) -> tuple[LesionKind | None, str]:
    """Return of what kind a lesion is by the masks that hold most of it, and which mask said so.

    Bone is told by the skeleton, an organ by its own mask. A lymph node lies in no mask: it awaits a reader.
    """
    told: list[tuple[LesionKind, str, float]] = [("bone", SKELETON, IN_BONE), ("local", "prostate", IN_ORGAN)]
    told += [("visceral", code, IN_ORGAN) for code in sorted(VISCERAL)]
    for kind, code, least in told:
        mask = pet.organ(code)
        if mask is not None and mask.voxels[box][voxels].mean() >= least:
            return kind, code
    return None, ""
