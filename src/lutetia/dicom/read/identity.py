"""Whose images are these, of which study, and which objects make up a series?

What a result has to carry over from the images it was made from, so that an archive files it beside them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from lutetia.dicom.error import DicomInputError
from lutetia.dicom.read.header import Header, open_header
from lutetia.dicom.read.series import SeriesFiles

_IDENTITY = (
    "PatientID",
    "PatientName",
    "PatientBirthDate",
    "PatientSex",
    "StudyDate",
    "StudyTime",
    "StudyID",
    "AccessionNumber",
    "StudyDescription",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Patient and study as an image tells them; what it leaves open is empty."""

    patient_id: str = field(repr=False)
    patient_name: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    sex: str
    study_uid: str
    study_at: datetime | None
    study_id: str
    accession_number: str
    study_description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectReference:
    """One object, as another refers to it."""

    study_uid: str
    series_uid: str
    sop_class_uid: str
    instance_uid: str


def read_identity(series: SeriesFiles, *, zone: tzinfo) -> Identity:
    """Read patient and study from the first file of a series.

    Parameters
    ----------
    series : SeriesFiles
    zone : tzinfo
        In which the study's clock time is read.
    """
    header = open_header(series.files[0], series.where, only=_IDENTITY)
    return Identity(
        patient_id=header.text("PatientID") or "",
        patient_name=header.text("PatientName") or "",
        birth_date=_day(header.text("PatientBirthDate")),
        sex=header.text("PatientSex") or "",
        study_uid=series.study_uid,
        study_at=_moment(header, zone),
        study_id=header.text("StudyID") or "",
        accession_number=header.text("AccessionNumber") or "",
        study_description=header.text("StudyDescription") or "",
    )


def references_of(series: SeriesFiles) -> tuple[ObjectReference, ...]:
    """Return one reference for each file of a series.

    Raises
    ------
    DicomInputError
        If a file does not say which object it is.
    """
    found = []
    for path in series.files:
        header = open_header(path, series.where, only=("SOPClassUID", "SOPInstanceUID"))
        sop_class, instance = header.text("SOPClassUID"), header.text("SOPInstanceUID")
        if sop_class is None or instance is None:
            raise DicomInputError(series.where, f"{path.name} has no SOPInstanceUID", "export the series again")
        found.append(
            ObjectReference(
                study_uid=series.study_uid, series_uid=series.series_uid, sop_class_uid=sop_class, instance_uid=instance
            )
        )
    return tuple(found)


def _day(text: str | None) -> date | None:
    try:
        return datetime.strptime(text or "", "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def _moment(header: Header, zone: tzinfo) -> datetime | None:
    day, clock = header.text("StudyDate"), (header.text("StudyTime") or "").partition(".")[0]
    try:
        return datetime.strptime(f"{day}{clock:0<6}", "%Y%m%d%H%M%S").replace(tzinfo=zone)
    except ValueError:
        return None
