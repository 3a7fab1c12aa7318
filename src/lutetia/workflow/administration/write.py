"""How each cycle was given, as a DICOM object that dose archives take over: TID 10021.

What the standard demands and the course does not say is asked for, never assumed. A record is filed under patient and
study of the cycle's images; where there are none, under the patient id of the course in a study of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from lutetia.course import Course, Cycle
from lutetia.errors import LutetiaError
from lutetia.report import Stop
from lutetia.workflow.administration.facts import AdministrationError, record_of
from lutetia.workflow.administration.told import Filed
from lutetia.workflow.dose.imaging import series_in
from lutetia.workflow.dose.measured import MeasuredCycle
from lutetia.workflow.guideline.consulted import Outcome
from lutetia.workflow.new_folder import require_empty
from lutetia.workflow.object_header import object_header
from lutetia.workflow.progress import Tell, silently
from lutetia.workflow.record.opened import Opened, open_all

if TYPE_CHECKING:
    from lutetia.dicom.read import SeriesFiles
    from lutetia.dicom.write import AdministrationRecord, Header

SERIES_NUMBER = 9005
FILE = "administration.dcm"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdministrationOutcome(Outcome):
    """The records of a course's administrations, and what could not be recorded and why."""

    course: str
    synthetic: bool
    filed: tuple[Filed, ...]
    stopped: tuple[Stop, ...]


def record_administrations(
    course_path: Path,
    *,
    site_path: Path | None,
    known_on: date,
    cycle: int | None = None,
    objects: Path | None = None,
    tell: Tell = silently,
) -> AdministrationOutcome:
    """Make the record of every given cycle, or of one, and write them where a folder is named.

    Parameters
    ----------
    course_path, site_path : Path
        See :func:`lutetia.workflow.record.opened.open_all`.
    known_on : date
        The record as known on this day is used.
    cycle : int, optional
        Only this one.
    objects : Path, optional
        New or empty.
    tell : Tell

    Raises
    ------
    InputError
        If no cycle was given, or the one asked for cannot be recorded.
    """
    opened = open_all(course_path, site_path)
    known = opened.course.as_known(known_on)
    cycles = _given(known, cycle)
    series = series_in(opened.folder, tell) if opened.folder.imaging.is_dir() else {}
    if objects is not None:
        require_empty(objects)
    filed, stopped = [], []
    for one in cycles:
        tell(f"recording cycle {one.number}", None)
        try:
            filed.append(_filed(opened, known, one, series, objects))
        except LutetiaError as error:
            if cycle is not None:
                raise
            stopped.append(Stop.from_error(f"administration of cycle {one.number}", error))
    return AdministrationOutcome(
        course=known.id, synthetic=known.synthetic, filed=tuple(filed), stopped=tuple(stopped),
        notes=opened.notes_on(known_on),
        record=opened.record("administration", parameters={"known_on": known_on.isoformat(), "cycle": cycle or ""}),
    )  # fmt: skip


def write_beside(place: Path, course: Course, images: MeasuredCycle, *, made_at: datetime) -> tuple[Path, ...]:
    """Write the record of one cycle beside the other objects of its images, and return its file.

    Parameters
    ----------
    place : Path
        The folder of these objects.
    course : Course
        As known.
    images : MeasuredCycle
        It is filed under patient and study of their reference scan.
    made_at : datetime

    Raises
    ------
    InputError
        As :func:`lutetia.workflow.administration.facts.record_of`.
    """
    from lutetia.dicom.read import event_uid_of

    cycle = course.cycle(images.cycle)
    assert cycle is not None
    there = made_at.astimezone(timezone(timedelta(seconds=images.reference.offset_s)))
    series = images.series[images.reference.scan.series_uid]
    header = _header_of_images(course, cycle, series, there)
    _write(place / FILE, record_of(course, cycle, sex=header.sex, event_uid=event_uid_of(series)), header, course)
    return (place / FILE,)


def _given(course: Course, number: int | None) -> tuple[Cycle, ...]:
    if number is None:
        if not course.given_cycles:
            raise AdministrationError(
                "the course", "no cycle has been given", "record an administration in course.yaml"
            )
        return course.given_cycles
    cycle = course.cycle(number)
    if cycle is None or cycle.administration is None:
        given = ", ".join(str(one.number) for one in course.given_cycles) or "none"
        raise AdministrationError(f"--cycle {number}", "it has not been given", f"given are: {given}")
    return (cycle,)


def _filed(
    opened: Opened, course: Course, cycle: Cycle, series: Mapping[str, SeriesFiles], objects: Path | None
) -> Filed:
    from lutetia.dicom.read import event_uid_of

    given = cycle.administration
    assert given is not None
    made_at = opened.started_at.astimezone(given.started_at.tzinfo)
    images = next((series[uid] for scan in cycle.scans if (uid := scan.series_uid) in series), None)
    if images is None:
        header = _header_of_course(course, cycle, made_at)
    else:
        header = _header_of_images(course, cycle, images, made_at)
    record = record_of(course, cycle, sex=header.sex, event_uid=None if images is None else event_uid_of(images))
    path = None if objects is None else objects / f"administration-cycle-{cycle.number}.dcm"
    if path is not None:
        _write(path, record, header, course)
    return Filed(
        cycle=cycle.number, record=record, study_uid=header.study_uid, with_images=images is not None, file=path
    )


def _write(path: Path, record: AdministrationRecord, header: Header, course: Course) -> None:
    from lutetia.dicom.write import write_administration

    write_administration(path, record, header, comment="SYNTHETIC: made up, of no patient." if course.synthetic else "")


def _header_of_images(course: Course, cycle: Cycle, images: SeriesFiles, made_at: datetime) -> Header:
    from lutetia.dicom.read.stated import Stated, require_patient

    require_patient(images.patient_id, Stated(patient_id=course.patient.dicom_patient_id), images.where)
    return object_header(
        images, name="administration", number=SERIES_NUMBER, description=_description(course, cycle),
        frame_of_reference="", made_at=made_at,
    )  # fmt: skip


def _header_of_course(course: Course, cycle: Cycle, made_at: datetime) -> Header:
    from lutetia.dicom.write import Header, uid_of

    patient_id, given = course.patient.dicom_patient_id, cycle.administration
    assert given is not None
    if patient_id is None:
        raise AdministrationError(
            "patient.dicom_patient_id", "it is not recorded, and the cycle has no images that tell it",
            "add it to course.yaml", "a record of nobody cannot be filed",
        )  # fmt: skip
    own = (course.id, patient_id, "administration", str(cycle.number))
    return Header(
        patient_id=patient_id,
        patient_name="",
        birth_date=course.patient.birth_date,
        study_uid=uid_of(*own, "study"),
        study_at=given.started_at,
        study_description="Radiopharmaceutical administration",
        series_uid=uid_of(*own, made_at.isoformat()),
        series_number=SERIES_NUMBER,
        series_description=_description(course, cycle),
        frame_of_reference="",
        acquired_at=made_at,
        manufacturer="Lutetia",
        model="Lutetia",
    )


def _description(course: Course, cycle: Cycle) -> str:
    return f"{'SYNTHETIC ' if course.synthetic else ''}Administration, cycle {cycle.number}"
