"""From the lesions of a record to how they changed, how strongly they express PSMA, and how far disease has spread."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from lutetia.course import Course, day_of
from lutetia.course.findings import Examination, LesionMeasurement
from lutetia.criteria.primary import primary_score
from lutetia.criteria.promise import Finding, MiTnm, expression, from_lesions
from lutetia.reference.psma_tracer import liver_compares
from lutetia.report.restaging import LesionChange
from lutetia.vocabulary import Item, imaging
from lutetia.workflow.response.imaging import WITHIN_DAYS, nothing_left


def lesion_changes(course: Course, before: Examination | None, now: Examination) -> tuple[LesionChange, ...]:
    """Return every lesion that one of the two PET measured, in the order of the record."""
    first = {} if before is None else {one.lesion: one for one in before.lesions}
    second = {one.lesion: one for one in now.lesions}
    return tuple(
        LesionChange(
            lesion=lesion.id or "",
            site=lesion.site,
            kind=lesion.kind,
            volume_ml=(_volume(first.get(lesion.id or "")), _volume(second.get(lesion.id or ""))),
            suv_mean=(_mean(first.get(lesion.id or "")), _mean(second.get(lesion.id or ""))),
            suv_max=(_most(first.get(lesion.id or "")), _most(second.get(lesion.id or ""))),
            new=bool(before and lesion.first_seen and lesion.first_seen > day_of(before.on)),
            expression=_expression(second.get(lesion.id or ""), now),
        )
        for lesion in course.lesions.entries
        if lesion.id in first or lesion.id in second
    )


def _volume(one: LesionMeasurement | None) -> float | None:
    return None if one is None or one.volume is None else one.volume.to("mL")


def _mean(one: LesionMeasurement | None) -> float | None:
    return None if one is None else one.suv_mean


def _most(one: LesionMeasurement | None) -> float | None:
    return None if one is None else one.suv_max


def _expression(measured: LesionMeasurement | None, now: Examination) -> str:
    if measured is None:
        return "no uptake left" if nothing_left(now) else "not measured"
    organs = {one.organ: one.suv_mean for one in now.reference_organs}
    found = expression(
        measured.suv_mean, blood_pool=organs.get("blood-pool"), liver=organs.get("liver"),
        parotid=organs.get("parotid"), spleen=organs.get("spleen"), liver_compares=liver_compares(now.tracer),
    )  # fmt: skip
    return found.why if found.score is None else str(found.score)


def extent(course: Course, pet: Examination) -> tuple[tuple[str, str], ...]:
    """Return miTNM by the lesions and by the reader's form, and the PRIMARY score where a pattern was stated."""
    day = day_of(pet.on)
    rows = [("lesions", _told(_by_lesions(course, pet)))]
    read = _by_reader(course, pet)
    if read != MiTnm():
        rows.append(("reader", str(read)))
    pattern = _answer(course, pet, imaging.primary_pattern)
    if pattern is not None:
        local = {lesion.id for lesion in course.lesions.entries if lesion.kind == "local"}
        brightest = max(
            (one.suv_max for one in pet.lesions if one.lesion in local and one.suv_max is not None), default=None
        )
        found = primary_score(pattern, brightest, prostatectomy=read.t == "Tr")
        rows.append(("PRIMARY", str(found.score) if found.score else f"unknown: {found.why} ({day})"))
    return tuple(rows)


def _told(found: MiTnm) -> str:
    needs = "; ".join(map(str, found.needs))
    return f"{found}; needs {needs}" if needs else str(found)


def _by_lesions(course: Course, pet: Examination) -> MiTnm:
    if nothing_left(pet):
        return from_lesions((), all_listed=True)
    day = day_of(pet.on)
    measured = {one.lesion: one for one in pet.lesions}
    known = [one for one in course.lesions.entries if one.first_seen is None or one.first_seen <= day]
    judged = [one for one in known if (seen := measured.get(one.id or "")) and seen.psma_positive is not None]
    positive = [one for one in judged if measured[one.id or ""].psma_positive]
    findings = [Finding(one.id or one.site, one.kind, one.region) for one in positive]
    return from_lesions(findings, all_listed=course.lesions.complete_on(day) and len(judged) == len(known))


def _by_reader(course: Course, pet: Examination) -> MiTnm:
    return MiTnm(
        t=_answer(course, pet, imaging.mi_t),
        n=_answer(course, pet, imaging.mi_n),
        m1a=_answer(course, pet, imaging.mi_m1a),
        m1b=_answer(course, pet, imaging.mi_m1b),
        m1c=_answer(course, pet, imaging.mi_m1c),
    )


def _answer(course: Course, pet: Examination, item: Item) -> Any:
    """Return what the reader said of this PET: the last answer from its day on, within the time of a restaging."""
    day = day_of(pet.on)
    found = [one.value for one in course.facts_of(item) if day <= one.day <= day + timedelta(days=WITHIN_DAYS)]
    return found[-1] if found else None
