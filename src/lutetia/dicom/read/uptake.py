"""A PET as it was stored, with every fact that its uptake values rest on and where each of them comes from.

What a person stated comes before the header, and is named as stated. Headers that contradict themselves are refused
with the fields that do. Which rule makes uptake values of it is the work of :mod:`lutetia.quantification.suv`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from types import MappingProxyType
from typing import Final

from lutetia.dicom.error import DicomInputError
from lutetia.dicom.read.clock import moment, zone_of
from lutetia.dicom.read.header import Header
from lutetia.dicom.read.pet import PetImage, pet_image, pet_stack
from lutetia.dicom.read.series import SeriesFiles, nuclide_of
from lutetia.dicom.read.stack import Stack
from lutetia.dicom.read.stated import NOTHING_STATED, Stated
from lutetia.dicom.read.stored_as_pet import uptake_scale
from lutetia.dicom.read.uptake_check import refuse_contradictions, refuse_doubtful_injection_time, require_uptake_slice
from lutetia.dicom.read.vendor import (
    GE_INJECTION,
    GE_SCAN_START,
    PHILIPS_ACTIVITY,
    PHILIPS_SUV,
    SIEMENS_DECAY,
    private_number,
    private_text,
    private_time,
)
from lutetia.quantification.suv import Body, DecayCorrection, Sex, SliceTime, SuvFacts
from lutetia.quantification.suv.facts import STATED

ONE_CLOCK: Final = (
    "no time zone is stated: all times are read off one clock, which is taken not to have been changed between "
    "injection and scan"
)

_OWN_OFFSET: Final = re.compile(r"[+-]\d{4}$")

_ATTRIBUTES: Final = {
    "units": "Units",
    "suv_type": "SUVType",
    "decay_correction": "DecayCorrection",
    "administered_mbq": "RadionuclideTotalDose",
    "nuclide": "RadionuclideCodeSequence",
    "half_life_s": "RadionuclideHalfLife",
    "weight_kg": "PatientWeight",
    "height_m": "PatientSize",
    "sex": "PatientSex",
    "philips_suv_factor": PHILIPS_SUV.tag,
    "philips_activity_factor": PHILIPS_ACTIVITY.tag,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class UptakeSource:
    """A PET from which uptake values can be had.

    Attributes
    ----------
    image : PetImage
        Its volume holds the rescaled values in Bq/mL, counts, g/mL or cm2/mL.
    facts : SuvFacts
    tracer : str or None
        The header's words.
    """

    image: PetImage
    facts: SuvFacts
    tracer: str | None


def read_for_suv(
    series: SeriesFiles,
    *,
    stated: Stated = NOTHING_STATED,
    on_file: Callable[[int, int], None] | None = None,
) -> UptakeSource:
    """Read a PET and the facts that uptake values need; missing facts are left open, contradictions refused.

    Parameters
    ----------
    series : SeriesFiles
        From :func:`lutetia.dicom.read.scan_folder`.
    stated : Stated
        What course and site say; it comes before the header.
    on_file : callable, optional
        Called with (files done, files in all).

    Raises
    ------
    DicomInputError
        If it is no whole static PET of this patient corrected for attenuation, or contradicts itself.
    """
    stack = pet_stack(series, stated, check=require_uptake_slice, on_file=on_file)
    header = stack.headers[0]
    refuse_contradictions(stack.headers, series, stated)
    zone, notes = _clock(stack, stated)
    image = pet_image(series, stack, stated, zone, unit=uptake_scale(header))
    injected_at = image.administration.administered_at
    if stated.administered_at is None and injected_at is not None:
        refuse_doubtful_injection_time(header, injected_at, image.acquired_at, zone)
    return UptakeSource(image=image, facts=_facts(stack, image, stated, zone, notes), tracer=image.administration.agent)


def _clock(stack: Stack, stated: Stated) -> tuple[tzinfo | None, tuple[str, ...]]:
    """Return the zone of clock times; where nothing names one and all are of one clock, intervals need none."""
    header = stack.headers[0]
    zone = zone_of(header, stated.timezone)
    aware = (stated.acquired_at, stated.administered_at, stated.corrected_to)
    if zone is not None or any(one is not None for one in aware) or _with_offset(header):
        return zone, ()
    return UTC, (ONE_CLOCK,)


def _with_offset(header: Header) -> bool:
    item = header.first("RadiopharmaceuticalInformationSequence")
    times = (
        header.text("AcquisitionDateTime"),
        item.text("RadiopharmaceuticalStartDateTime") if item else None,
        *(private_text(header, one) for one in (GE_SCAN_START, GE_INJECTION, SIEMENS_DECAY)),
    )
    return any(text is not None and _OWN_OFFSET.search(text) for text in times)


def _facts(stack: Stack, image: PetImage, stated: Stated, zone: tzinfo | None, notes: tuple[str, ...]) -> SuvFacts:
    header = stack.headers[0]
    said: list[str] = [*notes, *image.notes]
    scan_at, wrong = private_time(header, GE_SCAN_START, zone)
    decay_at, also_wrong = private_time(header, SIEMENS_DECAY, zone)
    injected_at, injected_from = _injected_at(header, image, stated, zone, said)
    origins = {field: f"header, {attribute}" for field, attribute in _ATTRIBUTES.items()}
    origins |= dict.fromkeys(_stated_fields(stated), STATED)
    origins["administered_at"] = injected_from
    said += [words for words in (wrong, also_wrong) if words]
    said += _differences(header, stated)
    given = image.administration
    unused = next((note for note in given.notes if note.startswith("RadionuclideTotalDose")), None)
    return SuvFacts(
        where=f"PET series {image.series_uid}",
        units=header.text("Units"),
        suv_type=header.text("SUVType"),
        philips_suv_factor=private_number(header, PHILIPS_SUV),
        philips_activity_factor=private_number(header, PHILIPS_ACTIVITY),
        decay_correction=_decay_correction(header, image, stated),
        decay_factors=_lenient(stack, "DecayFactor", said),
        series_at=image.series_at,
        vendor_scan_at=scan_at,
        vendor_decay_at=decay_at,
        stated_reference_at=stated.corrected_to,
        slices=_slices(stack, stated, zone, said),
        administered_mbq=given.administered_mbq,
        administered_at=injected_at,
        nuclide=stated.nuclide or nuclide_of(header),
        half_life_s=given.half_life_s,
        body=_body(header, image, stated, said),
        origins=MappingProxyType(origins),
        doubts=MappingProxyType({"injected": unused} if unused else {}),
        notes=tuple(dict.fromkeys(said)),
    )


def _stated_fields(stated: Stated) -> Iterator[str]:
    fields = ("administered_mbq", "administered_at", "weight_kg", "height_m", "sex", "nuclide", "decay_correction")
    return (field for field in fields if getattr(stated, field) is not None)


def _injected_at(
    header: Header, image: PetImage, stated: Stated, zone: tzinfo | None, said: list[str]
) -> tuple[datetime | None, str]:
    """Return when the activity was injected, and what told it; GE's private time stands in for a public one."""
    private, wrong = private_time(header, GE_INJECTION, zone)
    public = image.administration.administered_at
    if wrong:
        said.append(wrong)
    if public is None and private is not None:
        return private, f"header, GE's private {GE_INJECTION.tag}"
    if public is not None and private is not None and stated.administered_at is None:
        apart_s = abs((public - private).total_seconds())
        if apart_s > 60:
            said.append(
                f"GE's private time of injection {GE_INJECTION.tag} lies {apart_s / 60:.1f} min away from the public "
                "one, which is used"
            )
    if stated.administered_at is not None:
        return public, STATED
    item = header.first("RadiopharmaceuticalInformationSequence")
    whole = item is not None and item.text("RadiopharmaceuticalStartDateTime") is not None
    return public, f"header, RadiopharmaceuticalStart{'DateTime' if whole else 'Time'}"


def _decay_correction(header: Header, image: PetImage, stated: Stated) -> DecayCorrection | None:
    """Return to which moment the values are corrected; list and attribute must agree, unless a person decided."""
    if stated.decay_correction is not None:
        return stated.decay_correction
    found, listed = image.decay_correction, image.corrections
    if found is None and (written := header.text("DecayCorrection")) is not None:
        raise DicomInputError(
            header.where,
            f"DecayCorrection is '{written}', which the standard does not define",
            "state 'decay: START', 'ADMIN' or 'NONE' for this PET in the course",
        )
    if found is not None and listed and ("DECY" in listed) != (found != "NONE"):
        says = "lists" if "DECY" in listed else "does not list"
        raise DicomInputError(
            header.where,
            f"DecayCorrection is {found}, and CorrectedImage {says} a decay correction (DECY)",
            "state 'decay: START', 'ADMIN' or 'NONE' for this PET in the course",
            "the answer changes every uptake value",
        )
    return found


def _body(header: Header, image: PetImage, stated: Stated, said: list[str]) -> Body:
    written = header.text("PatientSex")
    sexes: dict[str | None, Sex] = {"M": "M", "F": "F"}
    sex = stated.sex or sexes.get(written)
    if sex is None:
        said.append(f"PatientSex is {written or 'absent'}: SUV by lean mass or ideal weight has no agreed formula")
    height = stated.height_m if stated.height_m is not None else image.patient_height_m
    return Body(weight_kg=image.patient_weight_kg, height_m=height, sex=sex)


def _differences(header: Header, stated: Stated) -> Iterator[str]:
    """Say where a person and the header differ."""
    item = header.first("RadiopharmaceuticalInformationSequence")
    dose = item.number("RadionuclideTotalDose") if item else None
    pairs = (
        ("weight", stated.weight_kg, header.number("PatientWeight"), "kg"),
        ("height", stated.height_m, header.number("PatientSize"), "m"),
        ("activity", stated.administered_mbq, dose / 1e6 if dose else None, "MBq"),
    )
    for name, ours, theirs, unit in pairs:
        if ours is not None and theirs and abs(theirs / ours - 1) > 0.005:
            yield f"the {name} stated, {ours:g} {unit}, is used; the header has {theirs:g} {unit}"
    if stated.sex is not None and (written := header.text("PatientSex")) not in {None, stated.sex}:
        yield f"the sex stated, {stated.sex}, is used; the header has {written}"
    named = nuclide_of(header)
    if stated.nuclide is not None and named not in {None, stated.nuclide}:
        raise DicomInputError(
            header.where,
            f"the header names {named}, and the tracer stated is one of {stated.nuclide}",
            "name the series of this PET, or correct the tracer in the course",
            "the image is of another examination",
        )


def _slices(stack: Stack, stated: Stated, zone: tzinfo | None, said: list[str]) -> tuple[SliceTime, ...]:
    references = _lenient(stack, "FrameReferenceTime", said)
    durations = _lenient(stack, "ActualFrameDuration", said)
    taken: list[datetime | None] = []
    for header in stack.headers:
        at = None if stated.acquired_at is not None else moment(header, "Acquisition", zone)
        taken.append(stated.acquired_at if at is None else at.at)
    return tuple(
        SliceTime(
            acquired_at=at,
            frame_reference_s=references[n] / 1e3 if references else None,
            duration_s=durations[n] / 1e3 if durations else None,
        )
        for n, at in enumerate(taken)
    )


def _lenient(stack: Stack, keyword: str, said: list[str]) -> tuple[float, ...]:
    """Return a number of every slice that only some rules need; nothing where it is absent or cannot be read."""
    try:
        values = [header.number(keyword) for header in stack.headers]
    except DicomInputError as error:
        said.append(f"{error.found}; it is not used")
        return ()
    return tuple(value for value in values if value is not None) if None not in values else ()
