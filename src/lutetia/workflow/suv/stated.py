"""What does a course state about a PET that its header cannot say, and is what the image shows to be doubted?"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lutetia.course import Course
from lutetia.course.entry import superseded_ids
from lutetia.course.findings import Examination
from lutetia.errors import InputError
from lutetia.fileform.moment import time_zone
from lutetia.quantification.suv import DOUBTFUL_SHARE, Sex
from lutetia.workflow.record.opened import Opened

if TYPE_CHECKING:
    from lutetia.dicom.read import Stated


def examination_of(course: Course, series_uid: str) -> Examination | None:
    """Return the examination that names a PET series, corrections applied; None where none does."""
    found = [one for one in course.examinations.entries if one.pet is not None and one.pet.series_uid == series_uid]
    corrected = superseded_ids(course.examinations.entries)
    return next((one for one in found if one.id is None or one.id not in corrected), None)


def stated_about(
    opened: Opened | None, examination: Examination | None, *, timezone: str | None, sex: Sex | None = None
) -> Stated:
    """Return what a person states about a PET.

    Parameters
    ----------
    opened : Opened or None
        The course, whose patient it has to be of.
    examination : Examination or None
        The one that names the series.
    timezone : str or None
        IANA name, for clock times without an offset.
    sex : str or None
        Comes before that of the examination.

    Raises
    ------
    lutetia.errors.InputError
        If there is no such time zone.
    """
    from lutetia.dicom.read import Stated
    from lutetia.dicom.read.series import nuclide_in

    pet = examination.pet if examination is not None else None
    tracer = examination.tracer if examination is not None else None
    known = Stated(
        timezone=None if timezone is None else _zone(timezone),
        patient_id=opened.course.patient.dicom_patient_id if opened else None,
        sex=sex or (pet.sex if pet else None),
        nuclide=nuclide_in(tracer) if tracer else None,
    )
    if pet is None:
        return known
    return Stated(
        timezone=known.timezone,
        patient_id=known.patient_id,
        sex=known.sex,
        nuclide=known.nuclide,
        acquired_at=pet.acquired_at,
        administered_at=pet.injected_at,
        administered_mbq=pet.injected_mbq,
        weight_kg=pet.weight_kg,
        height_m=pet.height_m,
        decay_correction=pet.decay,
        corrected_to=pet.corrected_to,
    )


def doubtful_share(share: float | None) -> tuple[str, ...]:
    """Return a caution where an image shows more than was injected."""
    if share is None or share <= DOUBTFUL_SHARE:
        return ()
    return (f"the image shows {share:.0%} of the activity injected: activity, weight or the scale of the image is off",)


def _zone(name: str) -> ZoneInfo:
    try:
        return time_zone(name)
    except ValueError as reason:
        raise InputError("--timezone", str(reason).split(";", maxsplit=1)[0], "write e.g. Europe/Paris") from None
