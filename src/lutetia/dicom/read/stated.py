"""What course and site say about a scan that its header cannot say, or says wrongly."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from lutetia.dicom.error import DicomInputError
from lutetia.dicom.read.clock import fixed
from lutetia.dicom.read.header import Header
from lutetia.quantification.suv import DecayCorrection, Sex
from lutetia.vocabulary.person import PLAUSIBLE_WEIGHT_KG

PLAUSIBLE_ACTIVITY_MBQ = (1.0, 50_000.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """Facts given by a person; each comes before the header's, and where the two differ the image's notes say so.

    Attributes
    ----------
    timezone : tzinfo or None
        Read into clock times that have no offset.
    patient_id : str or None
        Whose images these are expected to be.
    acquired_at, administered_at : datetime or None
        With offset.
    administered_mbq : float or None
        Activity at ``administered_at`` [MBq].
    weight_kg, height_m : float or None
        On the day of the scan [kg, m].
    sex : str or None
        Whose formula of lean body mass or ideal weight is meant, or the mean of both.
    nuclide : str or None
        As ``"Ga-68"``.
    decay_correction : str or None
        Of a PET: ``"START"``, ``"ADMIN"`` or ``"NONE"``.
    corrected_to : datetime or None
        Of a PET: the moment to which START refers, with offset.
    """

    timezone: tzinfo | None = None
    patient_id: str | None = field(default=None, repr=False)
    acquired_at: datetime | None = None
    administered_at: datetime | None = None
    administered_mbq: float | None = None
    weight_kg: float | None = None
    height_m: float | None = None
    sex: Sex | None = None
    nuclide: str | None = None
    decay_correction: DecayCorrection | None = None
    corrected_to: datetime | None = None

    def __post_init__(self) -> None:
        for name in ("acquired_at", "administered_at", "corrected_to"):
            moment = getattr(self, name)
            if moment is not None:
                object.__setattr__(self, name, fixed(moment))


NOTHING_STATED = Stated()


def merged(stated: Stated, timezone: tzinfo | None, patient_id: str | None) -> Stated:
    """Put the two most used facts into the stated ones."""
    return replace(stated, timezone=timezone or stated.timezone, patient_id=patient_id or stated.patient_id)


def require_patient(header_id: str | None, stated: Stated, where: str) -> None:
    """Refuse an object of another patient, or of nobody where a patient was expected."""
    if stated.patient_id is None or header_id == stated.patient_id:
        return
    found = "its patient id is not the one of the course" if header_id else "it carries no patient id"
    raise DicomInputError(
        where,
        found,
        "take the images of this patient, or correct the patient id in the course",
        "images of one patient in the record of another would decide his treatment",
    )


def weight_of(header: Header, stated: Stated) -> float | None:
    """Return the weight [kg]; None where it is absent, or zero, which scanners write for 'not entered'."""
    weight = stated.weight_kg if stated.weight_kg is not None else header.number("PatientWeight")
    if weight is None or weight == 0:
        return None
    low, high = PLAUSIBLE_WEIGHT_KG
    if not low <= weight <= high:
        raise DicomInputError(
            header.where,
            f"PatientWeight is {weight:g} kg, outside {low:g} to {high:g} kg",
            "state the weight of that day in the course",
            "it was entered in another unit or mistyped",
        )
    return weight
