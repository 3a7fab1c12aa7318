"""What is recorded of one administration, gathered from a course as the standard asks for it.

What it demands and the course does not say is asked for, never assumed; what it leaves free and nobody recorded stays
out. Of the patient stands what was last measured before the injection, with its day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from lutetia.course import Course, Cycle
from lutetia.course.administration import Administration, SyringeReading
from lutetia.course.fact import Fact
from lutetia.criteria.renal import age_years
from lutetia.errors import InputError
from lutetia.fileform import day_of
from lutetia.workflow.dose.cycles import activity_given, nuclide_of

if TYPE_CHECKING:
    from lutetia.dicom.write import AdministrationRecord, Measured, PatientThen


class AdministrationError(InputError):
    """An administration cannot be written as the standard has it."""


def record_of(
    course: Course, cycle: Cycle, *, sex: str | None = None, event_uid: str | None = None
) -> AdministrationRecord:
    """Return what is recorded of one administration.

    Parameters
    ----------
    course : Course
        As known on the day of the record.
    cycle : Cycle
        Of that course.
    sex : str, optional
        ``"M"`` or ``"F"``, as his images tell it; the course does not.
    event_uid : str, optional
        Under which his images name the injection; else one made of the course and the cycle's number.

    Raises
    ------
    InputError
        If the activity given is unknown, or something that the standard demands is not recorded.
    """
    from lutetia.dicom.write import AdministrationRecord, uid_of

    physical = nuclide_of(cycle)
    given_mbq = activity_given(cycle, physical)
    given = cycle.administration
    assert given is not None
    _require_complete(cycle.number, given)
    assert given.route is not None
    assert given.by is not None
    return AdministrationRecord(
        event_uid=event_uid
        or uid_of(course.id, course.patient.dicom_patient_id or "", "administration", str(cycle.number)),
        agent=cycle.agent,
        ligand=cycle.read_agent.ligand,
        nuclide=physical.name,
        half_life_s=physical.half_life_h * 3600,
        started_at=given.started_at,
        ended_at=given.ended_at,
        given_mbq=given_mbq,
        volume_ml=None if given.volume is None else given.volume.to("mL"),
        full=_reading(given.syringe_before),
        residual=_reading(given.syringe_after),
        meter=given.calibrator,
        meter_uid=None if given.calibrator is None else uid_of(course.id, "activity meter", given.calibrator),
        route=given.route,
        site=given.site,
        side=given.side,
        by=given.by,
        lot=None if cycle.preparation is None else cycle.preparation.batch,
        comments=_comments(cycle, given, _latest(course, "lab.egfr", given)),
        patient=_patient_then(course, given, sex),
    )


def _require_complete(number: int, given: Administration) -> None:
    """Refuse what the standard demands (TID 10022 rows 20, 21 and 23) and nobody recorded, all at once."""
    missing = {
        "route": ("'route: intravenous'", given.route is None),
        "site": ("'site: arm vein'", given.site is None and given.route in {None, "intravenous"}),
        "by": ("'by: NAME' (who gave it)", not (given.by or "").strip()),
    }
    lacking = {name: remedy for name, (remedy, absent) in missing.items() if absent}
    if lacking:
        raise AdministrationError(
            f"cycle {number}, administration",
            f"not recorded: {', '.join(lacking)}",
            f"add to it in course.yaml, as it was: {', '.join(lacking.values())}",
            "the standard demands it of an administration record, and it is never assumed",
        )


def _reading(syringe: SyringeReading | None) -> Measured | None:
    from lutetia.dicom.write import Measured

    return None if syringe is None else Measured(syringe.activity.to("MBq"), syringe.at)


def _patient_then(course: Course, given: Administration, sex: str | None) -> PatientThen:
    from lutetia.dicom.write import PatientThen

    birth = course.patient.birth_date
    then = PatientThen(
        age_years=None if birth is None else age_years(birth, day_of(given.started_at)),
        sex=sex,
        height_cm=_measured(_latest(course, "person.height", given)),
        weight_kg=_measured(_latest(course, "person.weight", given)),
        creatinine_mg_dl=_measured(_latest(course, "lab.creatinine", given)),
    )
    gfr = _latest(course, "lab.egfr", given)
    method = _gfr_method(gfr)
    return then if method is None else replace(then, gfr_ml_min=_measured(gfr), gfr_method=method)


def _latest(course: Course, item: str, given: Administration) -> Fact | None:
    """Return the last result before the injection; None where it is below or above what can be measured."""
    before = [fact for fact in course.facts_of(item) if not _after(fact.at, given.started_at)]
    return before[-1] if before and before[-1].comparator is None else None


def _after(at: date | datetime, start: datetime) -> bool:
    return at > start if isinstance(at, datetime) else at > day_of(start)


def _measured(fact: Fact | None) -> Measured | None:
    from lutetia.dicom.write import Measured

    return None if fact is None else Measured(fact.quantity, fact.at)


def _gfr_method(fact: Fact | None) -> str | None:
    """Return the method by which the standard knows a GFR; None where it was not told, or has no code there."""
    from lutetia.dicom.write.administration import GFR_METHODS

    told = "" if fact is None else (fact.method or "").casefold()
    return next((word for word in GFR_METHODS if word in told), None)


def _comments(cycle: Cycle, given: Administration, gfr: Fact | None) -> tuple[str, ...]:
    """Say in words what the template has no place for."""
    said = [f"Agent as recorded: {cycle.agent}."]
    if given.extravasation is not None:
        said.append(f"Extravasation: {'yes' if given.extravasation else 'no'}.")
    if given.reported is not None:
        said.append(f"Activity as reported by: {given.reported.source}.")
    if _gfr_method(gfr) is not None and gfr is not None:
        said.append(f"GFR by {gfr.method}.")
    return tuple(said)
