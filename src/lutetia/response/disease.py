"""How much PSMA-positive disease does one PET show: lesion by lesion, and in all?

What a segmenter finds is taken apart into connected pieces. A piece whose hottest voxel lies against an organ that is
hotter still is what that organ spills out, and does not count; it stays in the table, and a reader may count it.
Where kidneys or another bright organ was not drawn, a threshold takes it for disease: volume and total uptake are
unknown then, until it is given or a reader has said of every piece whether it counts. Volume in all (PSMA-TV) is the
sum of voxels, total uptake (PSMA-TL) that of SUV times voxel volume. Sources: Gafita et
al., J Nucl Med 2019;60:1277 (qPSMA); Gafita et al., J Nucl Med 2022;63:74, 10.2967/jnumed.121.261906 (tumour sink).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lutetia.quantification.patch import box_around
from lutetia.quantification.segmentation import Components, Method, Removed, components, require_comparable
from lutetia.quantification.uptake_peak import peaks_in
from lutetia.response.lesion import Box, FoundLesion, nearest_organ, place
from lutetia.response.pet import TELLING, PsmaPet
from lutetia.response.reference import reference_uptake
from lutetia.response.segmenter import Found, Segmenter, checked
from lutetia.response.threshold import ThresholdSegmenter
from lutetia.vocabulary.region import ORGANS
from lutetia.volume import Geometry, Mask

TUMOUR_SINK_ML: Final = 1355.0
"""From here on (the highest fifth of the men of the source) organs take up a third less of the ligand."""
NOT_TOLD_APART: Final = "disease or organ, not told apart"
"""What a piece of uptake is called where no organ was drawn and no reader has judged it."""
NOT_TAKEN_OUT: Final = "not taken out"
UNTOLD: Final = "disease and organs are not told apart"
NONE_DRAWN: Final = "none of kidneys, bladder, salivary glands, liver and spleen is drawn"
DRAW: Final = (
    "on the PET or its CT (structure set or segmentation; a contour bears the code of its organ, or "
    "'--organ NAME=CODE' gives it)"
)
JUDGE: Final = "state in a reading of every piece whether it counts"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Disease:
    """PSMA-positive disease of one PET.

    Attributes
    ----------
    pet : PsmaPet
    method : Method
    level_suv : float or None
        The uptake from which on a voxel could count.
    lesions : tuple of FoundLesion
        Those that count, the largest first, then what organs spill out. Where disease and organs are not
        :attr:`told_apart`, every piece that takes up enough.
    references : mapping of str to float
        Mean uptake of liver, parotids, spleen and blood pool, where they were drawn [SUV].
    organs : Mask or None
        What was taken for physiological uptake.
    removed : tuple of Removed
        What each organ took out of what takes up enough.
    read_by : str
        Who laid his decisions on it, and when; empty for the measurement alone.
    by_masks : bool
        See :class:`~lutetia.response.segmenter.Found`.
    absent : tuple of str
        Organs that this PET does not show, as its reader says: out of its field, or removed.
    """

    pet: PsmaPet
    method: Method
    level_suv: float | None
    lesions: tuple[FoundLesion, ...]
    references: Mapping[str, float]
    organs: Mask | None = None
    removed: tuple[Removed, ...] = ()
    read_by: str = ""
    by_masks: bool = False
    absent: tuple[str, ...] = ()

    @property
    def geometry(self) -> Geometry:
        """The grid of the PET."""
        return self.pet.suv.geometry

    @property
    def left_in(self) -> tuple[str, ...]:
        """The organs with uptake of their own that were not taken out: what they take up is among the lesions."""
        return tuple(code for code in self.pet.not_drawn if code not in self.absent) if self.by_masks else ()

    @property
    def judged(self) -> bool:
        """Whether a reader has said of every piece whether it counts; what a drawn organ spills out needs no word."""
        return all(lesion.decided_by != "measured" for lesion in self.lesions)

    @property
    def told_apart(self) -> bool:
        """Whether disease is told from the bright organs: by their masks, the segmenter, or a reader of every piece."""
        return self.judged or not self.by_masks or (self.pet.tells_organs and not self.untold)

    @property
    def untold(self) -> tuple[str, ...]:
        """The bright organs among those left in: what they take up would make most of a volume."""
        return tuple(code for code in self.left_in if code in TELLING)

    @property
    def settled(self) -> bool:
        """Whether nothing that counts may be an organ that nobody took out."""
        return self.judged or not self.left_in

    @property
    def left_open(self) -> str:
        """Why the volume is unknown, or what may be wrong in it; empty where it is settled."""
        if self.settled:
            return ""
        if self.told_apart:
            return f"{NOT_TAKEN_OUT}: {listed_organs(self.left_in)}"
        return f"{f'not drawn: {listed_organs(self.untold)}' if self.pet.tells_organs else NONE_DRAWN}; {UNTOLD}"

    @property
    def remedy(self) -> str:
        """What would settle the volume; empty where it is settled."""
        if self.settled:
            return ""
        if not self.pet.tells_organs:
            return f"draw these organs {DRAW}, or {JUDGE}"
        return f"draw them {DRAW}, name in a reading those that this PET does not show ('absent'), or {JUDGE}"

    @property
    def counted(self) -> tuple[FoundLesion, ...]:
        """The lesions that count; where disease and organs are not told apart, all that may."""
        return tuple(lesion for lesion in self.lesions if lesion.counted)

    @property
    def volume_ml(self) -> float | None:
        """Volume of all disease that counts, PSMA-TV; None where disease and organs are not told apart [mL]."""
        return sum(lesion.volume_ml for lesion in self.counted) if self.told_apart else None

    @property
    def total_uptake(self) -> float | None:
        """Total uptake of all disease that counts, PSMA-TL; None where the volume is not known [SUV mL]."""
        return sum(lesion.total_uptake for lesion in self.counted) if self.told_apart else None

    @property
    def suv_mean(self) -> float | None:
        """Mean uptake of all disease that counts; None where there is none, or the volume is not known [SUV]."""
        ml, total = self.volume_ml, self.total_uptake
        return total / ml if ml and total is not None else None

    def kind_ml(self, kind: str | None) -> float | None:
        """Return the volume of the lesions of a kind, None for those that await a reader; None where not known [mL]."""
        return sum(lesion.volume_ml for lesion in self.counted if lesion.kind == kind) if self.told_apart else None

    def lesion(self, number: str) -> FoundLesion:
        """Return a lesion by its id."""
        return next(lesion for lesion in self.lesions if lesion.id == number)

    def mask(self, lesion: FoundLesion | None = None) -> Mask:
        """Return one lesion, or all that count, on the grid of the PET."""
        chosen = self.counted if lesion is None else (lesion,)
        voxels = np.zeros(self.geometry.shape, dtype=np.bool_)
        for one in chosen:
            voxels[one.box] |= one.voxels
        return Mask(voxels=voxels, geometry=self.geometry, name="disease" if lesion is None else lesion.id)

    @property
    def cautions(self) -> tuple[str, ...]:
        """What a reader should know before he believes the volume."""
        return tuple(self._cautions())

    def _cautions(self) -> Iterator[str]:
        if not self.told_apart:
            yield f"{self.left_open}; their volume and total uptake stay unknown"
            return
        if not self.settled:
            yield f"{self.left_open}; what they take up counts as disease until a reader excludes it"
        if self.volume_ml is not None and self.volume_ml >= TUMOUR_SINK_ML:
            yield (
                f"the volume is {self.volume_ml:.0f} mL: from {TUMOUR_SINK_ML:g} mL on organs were seen to take up a "
                "third less (tumour sink), so that ratios to organs and thresholds from the liver mislead "
                "(J Nucl Med 2022;63:74)"
            )
        spilled = [lesion.id for lesion in self.lesions if lesion.decided_by == "spill-out"]
        if spilled:
            some = f"{len(spilled)} pieces" if len(spilled) > 1 else "a piece"
            ids = f"{spilled[0]} to {spilled[-1]}" if len(spilled) > 1 else spilled[0]
            yield f"{some} at the edge of a hotter organ {'do' if len(spilled) > 1 else 'does'} not count: {ids}"
        waiting = [lesion.id for lesion in self.counted if lesion.kind is None]
        if waiting:
            yield f"of what kind they are awaits a reader: {', '.join(waiting)}"

    def as_json(self) -> dict[str, Any]:
        """Return everything but images as plain values."""
        at = self.pet.acquired_at
        kinds = ("bone", "node", "visceral", "local", None)
        return {
            "pet": self.pet.name,
            "acquired_at": None if at is None else at.isoformat(),
            "tracer": self.pet.tracer,
            "method": str(self.method),
            "level_suv": self.level_suv,
            "read_by": self.read_by or None,
            "organs": {
                "drawn": [one.name for one in self.pet.physiological],
                "not_taken_out": list(self.left_in),
                "told_apart": self.told_apart,
                "settled": self.settled,
                "left_open": self.left_open or None,
                "absent": list(self.absent),
                "remedy": self.remedy or None,
            },
            "volume_ml": self.volume_ml,
            "total_uptake_suv_ml": self.total_uptake,
            "suv_mean": self.suv_mean,
            "volume_ml_by_kind": {kind or "awaits a reader": self.kind_ml(kind) for kind in kinds},
            "reference_suv_mean": dict(self.references),
            "lesions": [self._lesion_json(lesion) for lesion in self.lesions],
            "taken_out_ml": {one.organ: one.volume_ml for one in self.removed},
            "cautions": list(self.cautions),
        }

    def _lesion_json(self, lesion: FoundLesion) -> dict[str, Any]:
        """Return a lesion as plain values; whether it counts is null while nothing tells it from an organ."""
        return lesion.as_json() | ({} if self.told(lesion) else {"counted": None})

    def told(self, lesion: FoundLesion) -> bool:
        """Tell whether a lesion is told from an organ: all are, or a reader has judged this one."""
        return self.told_apart or lesion.decided_by == "reader"


def listed_organs(codes: tuple[str, ...]) -> str:
    """Write codes of organs as a list in words."""
    return ", ".join(ORGANS.get(code, code.replace("_", " ")).lower() for code in codes)


def measure_disease(pet: PsmaPet, *, by: Segmenter | None = None) -> Disease:
    """Measure the PSMA-positive disease of one PET.

    Parameters
    ----------
    pet : PsmaPet
    by : Segmenter, optional
        A fixed threshold of SUV 3 without it.

    Raises
    ------
    lutetia.errors.InputError
        If the rule needs an organ that was not drawn, or a plug-in does not keep to its contract.
    """
    found = checked((by or ThresholdSegmenter()).find(pet), pet)
    pieces = components(found.mask)
    references = reference_uptake(pet)
    organs = pet.physiological
    letter = "U" if found.by_masks and TELLING.intersection(pet.not_drawn) else "D"
    lesions = _numbered([_lesion(pet, pieces, n, found, references, organs) for n in range(len(pieces))], letter)
    return Disease(
        pet=pet,
        method=found.method,
        level_suv=found.level_suv,
        lesions=lesions,
        references=references,
        organs=found.organs,
        removed=found.removed,
        by_masks=found.by_masks,
    )


def _numbered(lesions: list[FoundLesion], letter_of_counted: str) -> tuple[FoundLesion, ...]:
    """Return the lesions that count, the largest first, as D1, D2, then what organs spill out, as S1, S2."""
    counted = [lesion for lesion in lesions if lesion.counted]
    spilled_out = [lesion for lesion in lesions if not lesion.counted]
    return tuple(
        replace(lesion, id=f"{letter}{n}")
        for letter, some in ((letter_of_counted, counted), ("S", spilled_out))
        for n, lesion in enumerate(some, start=1)
    )


def _lesion(
    pet: PsmaPet, pieces: Components, n: int, found: Found, references: Mapping[str, float], organs: tuple[Mask, ...]
) -> FoundLesion:
    box = pieces.boxes[n]
    voxels = np.asarray(pieces.labels[box] == n + 1, dtype=np.bool_)
    values = pieces.values(pet.suv, n).astype(np.float64)
    x, y, z = (float(v) for v in pet.suv.geometry.to_patient(_middle(box, voxels)))
    kind, by = place(pet, box, voxels)
    lesion = FoundLesion(
        id=str(n + 1),
        box=box,
        voxels=voxels,
        centre_mm=(x, y, z),
        volume_ml=pieces.volumes_ml[n],
        suv_max=float(values.max()),
        suv_mean=float(values.mean()),
        suv_peak=peaks_in(pet.suv, box, voxels).highest.value,
        kind=kind,
        placed_by=by,
        ratios={organ: float(values.mean()) / mean for organ, mean in references.items()},
        beside=nearest_organ(box, voxels, organs),
    )
    if found.organs is None or not spilled(pet, box, voxels, found.organs):
        return lesion
    organ = "an organ" if lesion.beside is None else lesion.beside.organ
    return replace(lesion, counted=False, decided_by="spill-out", why=f"its uptake rises into {organ}")


def _middle(box: Box, voxels: NDArray[np.bool_]) -> NDArray[np.float64]:
    first = np.array([part.start for part in box])
    return np.asarray(np.argwhere(voxels).mean(axis=0) + first, dtype=np.float64)


def spilled(pet: PsmaPet, box: Box, voxels: NDArray[np.bool_], organs: Mask) -> bool:
    """Tell whether a piece is what an organ spills out: next to its hottest voxel the organ is hotter still."""
    values = np.where(voxels, pet.suv.values[box], -np.inf)
    k, j, i = (int(at) + part.start for at, part in zip(np.unravel_index(int(values.argmax()), values.shape), box,
                                                        strict=True))  # fmt: skip
    here = (slice(k, k + 1), slice(j, j + 1), slice(i, i + 1))
    around = box_around(here, (1, 1, 1), organs.geometry.shape)
    beside = organs.voxels[around] & (pet.suv.values[around] > pet.suv.values[k, j, i])
    return bool(beside.any())


def compare_volumes(baseline: Disease, follow_up: Disease) -> float | None:
    """Return by how much the volume changed [%]; None where there was none at baseline, or one is not known.

    Raises
    ------
    lutetia.quantification.segmentation.DifferentMethodsError
        If the two were not measured in the same way, or not with the same tracer.
    """
    require_comparable(baseline.method, follow_up.method, what="PSMA-positive volume")
    before, after = baseline.volume_ml, follow_up.volume_ml
    if not before or after is None:
        return None
    return 100 * (after - before) / before
