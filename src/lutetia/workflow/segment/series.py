"""Which voxels of one PET, without a course, does a method call PSMA-positive?

No person marked anything, so every piece is a proposal: it is told and written as made by a program alone. What of it
is disease is read by a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

from lutetia.errors import InputError
from lutetia.fileform.findings import nearest
from lutetia.quantification.segmentation import (
    Components,
    Method,
    Removed,
    components,
    liver_threshold,
    qpsma_mask,
    reference_sphere,
    threshold_at,
    without,
)
from lutetia.quantification.suv import KINDS
from lutetia.quantification.uptake import Uptake, measure_uptake
from lutetia.response import TUMOUR_SINK_ML
from lutetia.site.dosimetry.lesions import EXCLUDABLE
from lutetia.vocabulary.region import GROUPS
from lutetia.volume import Mask, Volume
from lutetia.workflow.image_schema import SEGMENT_SERIES_FORMAT
from lutetia.workflow.progress import Tell, silently
from lutetia.workflow.suv.measure import ReadSuv, SuvOptions, read_suv
from lutetia.workflow.suv.regions import regions_on

SeriesRule = Literal["fixed threshold", "liver threshold", "qPSMA"]
SERIES_RULES: Final[tuple[SeriesRule, ...]] = ("fixed threshold", "liver threshold", "qPSMA")
BONE: Final = "bone"
"""Name of the region that qPSMA takes for the skeleton."""
MOST_PIECES: Final = 99


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesChoice:
    """How one PET is segmented; ``at_least`` belongs to the fixed threshold alone [SUV by body weight]."""

    rule: SeriesRule
    at_least: float | None = None
    smallest_ml: float
    without: tuple[str, ...] = ()
    margin_mm: float = 0.0

    @property
    def organs(self) -> tuple[str, ...]:
        """The organs taken out, groups told apart."""
        return tuple(dict.fromkeys(organ for key in self.without for organ in GROUPS.get(key, (key,))))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SegmentedSeries:
    """What a method calls PSMA-positive on one PET.

    Attributes
    ----------
    method : Method
        With tracer, organs and smallest piece: what a comparison needs.
    threshold : float
        From which soft tissue counted [SUV].
    pieces : tuple of Uptake
        The largest first, at most 99.
    volume_ml, total : float
        Of all pieces [mL, SUV mL]: PSMA-TV and PSMA-TL, once a person has taken out what is no disease.
    bone_ml : float or None
        The part of it in bone, where a region ``bone`` was given [mL].
    masks : mapping of str to Mask
        By the name of the piece.
    """

    method: Method
    threshold: float
    pieces: tuple[Uptake, ...]
    volume_ml: float
    total: float
    bone_ml: float | None
    removed: tuple[Removed, ...]
    notes: tuple[str, ...]
    cautions: tuple[str, ...]
    masks: Mapping[str, Mask] = field(repr=False)
    read: ReadSuv = field(repr=False)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values; :func:`lutetia.workflow.image_schema.segment_schema` is their shape."""
        return {
            "format": SEGMENT_SERIES_FORMAT,
            "series_uid": self.read.pet.series_uid,
            "tracer": self.read.tracer,
            "method": str(self.method),
            "suv_rule": self.read.rule.name,
            "unit": self.read.suv.unit,
            "threshold": self.threshold,
            "pieces": [
                {
                    "piece": one.region,
                    "volume_ml": one.volume_ml,
                    "mean": one.mean,
                    "maximum": one.maximum,
                    "peak": one.peak.value,
                    "total": one.total,
                    "hottest_mm": list(one.maximum_at_mm),
                }
                for one in self.pieces
            ],
            "volume_ml": self.volume_ml,
            "total": self.total,
            "bone_ml": self.bone_ml,
            "taken_out": [{"organ": one.organ, "volume_ml": one.volume_ml} for one in self.removed],
            "cautions": list(self.cautions),
            "notes": list(self.notes),
        }


def segment_series(
    folder: Path, choice: SeriesChoice, options: SuvOptions, *, tell: Tell = silently
) -> SegmentedSeries:
    """Segment one PET.

    Parameters
    ----------
    folder : Path
        With the PET, and organs drawn on it.
    choice : SeriesChoice
    options : SuvOptions
        By body weight; its regions are organs, and ``bone``.
    tell : Tell

    Raises
    ------
    InputError
        If the PET has no uptake values, or a region that the method needs was not given.
    """
    _require_names(choice)
    read = read_suv(folder, options, tell)
    regions, notes = regions_on(read.image, read.suv.geometry, read.series, options.regions, options.regions_from)
    drawn = {mask.name: mask for mask in regions}
    above, threshold = _above(read.suv, choice, drawn)
    above = replace(above, name="piece")
    organs = [_given(drawn, code, "--without") for code in choice.organs]
    left = without(above, organs, margin_mm=choice.margin_mm)
    found = components(left.mask, at_least_ml=choice.smallest_ml)
    masks = {mask.name: mask for mask in found[:MOST_PIECES]}
    volume_ml = sum(found.volumes_ml)
    return SegmentedSeries(
        method=_method(choice, read),
        threshold=threshold,
        pieces=tuple(measure_uptake(read.suv, mask) for mask in masks.values()),
        volume_ml=volume_ml,
        total=sum(float(found.values(read.suv, n).sum(dtype="float64")) for n in range(len(found)))
        * read.suv.geometry.voxel_ml,
        bone_ml=_in_bone_ml(found, drawn.get(BONE)),
        removed=left.removed,
        notes=(*read.rule.notes, *notes, *_left_unsaid(found)),
        cautions=(*read.rule.cautions, *_cautions(choice, volume_ml, drawn)),
        masks=masks,
        read=read,
    )


def _require_names(choice: SeriesChoice) -> None:
    for key in choice.without:
        if key not in EXCLUDABLE:
            raise InputError(
                "--without", f"'{key}' is no organ; {nearest(key, EXCLUDABLE).rstrip('?')}", "write its code"
            )


def _given(drawn: Mapping[str, Mask], code: str, asked_by: str) -> Mask:
    found = drawn.get(code)
    if found is None:
        raise InputError(
            asked_by,
            f"no region '{code}' was given for this PET",
            f"name its contour, as in --region 'NAME={code}' (--regions-from PATH for other files)",
            f"the regions are: {', '.join(sorted(drawn)) or 'none'}",
        )
    return found


def _above(suv: Volume, choice: SeriesChoice, drawn: Mapping[str, Mask]) -> tuple[Mask, float]:
    """Return all voxels that the method takes, and the threshold of soft tissue."""
    if choice.rule == "qPSMA":
        found = qpsma_mask(suv, bone=_given(drawn, BONE, "qPSMA"), liver=_given(drawn, "liver", "qPSMA"))
        return found.mask, found.soft_tissue_from
    if choice.rule == "liver threshold":
        limit = liver_threshold(suv, reference_sphere(_given(drawn, "liver", "liver threshold")))
    elif choice.at_least is None:
        raise InputError("--value", "a fixed threshold needs its number", "write it as '3 SUV'")
    else:
        limit = choice.at_least
    return threshold_at(suv, at_least=limit, unit=suv.unit), limit


def _method(choice: SeriesChoice, read: ReadSuv) -> Method:
    return Method(
        name=choice.rule,
        threshold=choice.at_least,
        unit=read.suv.unit,
        tracer=read.tracer,
        excluded=choice.organs,
        margin_mm=choice.margin_mm if choice.organs else 0.0,
        at_least_ml=choice.smallest_ml,
        quantity=f"SUV by {KINDS[read.rule.kind]}",
    )


def _in_bone_ml(found: Components, bone: Mask | None) -> float | None:
    if bone is None:
        return None
    return int(((found.labels > 0) & bone.voxels).sum()) * bone.geometry.voxel_ml


def _left_unsaid(found: Components) -> tuple[str, ...]:
    more = len(found) - MOST_PIECES
    return (f"{more} smaller pieces count in the volume and are not told one by one",) if more > 0 else ()


def _cautions(choice: SeriesChoice, volume_ml: float, drawn: Mapping[str, Mask]) -> tuple[str, ...]:
    unread = "no person has read these pieces: volume and total hold whatever is no disease and was not taken out"
    if not choice.without:
        there = ", ".join(code for code in EXCLUDABLE if code in drawn)
        how = f"; drawn here and taken out by --without: {there}" if there else ""
        return unread, f"no organ was taken out: physiological uptake is among the pieces{how}"
    if volume_ml >= TUMOUR_SINK_ML:
        sink = (
            "disease takes the tracer from the organs (tumour sink): the liver's threshold and ratios to organs drift"
        )
        return unread, f"above {TUMOUR_SINK_ML:g} mL {sink}"
    return (unread,)
