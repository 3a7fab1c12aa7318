"""Whose is a DICOM object that is made from a series? Its patient's and its study's, in a series of its own."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lutetia.dicom.read import SeriesFiles
    from lutetia.dicom.write import Header


def object_header(
    made_from: SeriesFiles, *, name: str, number: int, description: str, frame_of_reference: str, made_at: datetime
) -> Header:
    """Return the header of an object made from a series: its patient and study, a series of its own.

    Parameters
    ----------
    made_from : SeriesFiles
    name : str
        Tells objects apart that were made from one series at one time.
    number : int
        Of the new series.
    description : str
    frame_of_reference : str
    made_at : datetime
        In the zone of the images.
    """
    from lutetia.dicom.read import read_identity
    from lutetia.dicom.write import Header, uid_of

    assert made_at.tzinfo is not None
    whose = read_identity(made_from, zone=made_at.tzinfo)
    return Header(
        patient_id=whose.patient_id,
        patient_name=whose.patient_name,
        birth_date=whose.birth_date,
        sex=whose.sex if whose.sex in {"M", "F", "O"} else None,  # type: ignore[arg-type]
        study_uid=whose.study_uid,
        study_at=whose.study_at or made_at,
        study_id=whose.study_id,
        accession_number=whose.accession_number,
        study_description=whose.study_description,
        series_uid=uid_of(made_from.series_uid, made_at.isoformat(), name),
        series_number=number,
        series_description=description,
        frame_of_reference=frame_of_reference,
        acquired_at=made_at,
        manufacturer="Lutetia",
        model="Lutetia",
    )
