"""PET: Bq/mL where they lie, with the header facts that uptake values rest on.

The values stay as stored, corrected for decay to the reference the header names; turning them into uptake values is
the work of :mod:`lutetia.quantification.suv`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from lutetia.dicom.read.acquired import acquired
from lutetia.dicom.read.administration import HeaderAdministration, administration_of
from lutetia.dicom.read.clock import Moment, moment, zone_of
from lutetia.dicom.read.header import Header
from lutetia.dicom.read.series import SeriesFiles, require_kind, windows_kev
from lutetia.dicom.read.stack import Stack, read_stack
from lutetia.dicom.read.stated import NOTHING_STATED, Stated, merged, require_patient, weight_of
from lutetia.dicom.read.stored_as_pet import UptakeScale, pet_unit, refuse_unless_static
from lutetia.dicom.read.vendor import GE_SCAN_START, private_time
from lutetia.quantification.suv.facts import DecayCorrection
from lutetia.volume import Volume


@dataclass(frozen=True, slots=True, kw_only=True)
class PetImage:
    """A PET series.

    Attributes
    ----------
    volume : Volume
        In Bq/mL, corrected for decay as ``decay_correction`` says; read for uptake values, in whatever they need.
    acquired_at : datetime
        Earliest acquisition time of all slices, with offset.
    series_at : datetime or None
        The series time, which correction to START refers to on most scanners.
    vendor_scan_at : datetime or None
        GE's private start of the scan.
    decay_correction : str or None
        ``"START"``, ``"ADMIN"`` or ``"NONE"``.
    decay_factors : tuple of float
        Slice by slice, in the order of the volume; empty where the header has none.
    attenuation_corrected : bool or None
        None where list of corrections and method contradict each other.
    notes : tuple of str
        What a reader should know.
    """

    volume: Volume
    series_uid: str
    study_uid: str
    frame_of_reference: str
    patient_id: str | None = field(repr=False)
    description: str
    acquired_at: datetime
    acquired_from: str
    series_at: datetime | None
    vendor_scan_at: datetime | None
    decay_correction: DecayCorrection | None
    decay_factors: tuple[float, ...]
    administration: HeaderAdministration
    patient_weight_kg: float | None
    patient_height_m: float | None
    sex: str | None
    manufacturer: str
    model: str
    windows_kev: tuple[tuple[float, float], ...]
    corrections: tuple[str, ...]
    attenuation_corrected: bool | None
    notes: tuple[str, ...] = ()


def read_pet(
    series: SeriesFiles,
    *,
    timezone: tzinfo | None = None,
    expected_patient_id: str | None = None,
    stated: Stated = NOTHING_STATED,
    on_file: Callable[[int, int], None] | None = None,
) -> PetImage:
    """Read a PET series in Bq/mL; :func:`lutetia.dicom.read.read_for_suv` reads what uptake values need as well.

    Parameters
    ----------
    series : SeriesFiles
        From :func:`lutetia.dicom.read.scan_folder`.
    timezone, expected_patient_id
        Short for ``stated.timezone`` and ``stated.patient_id``.
    stated : Stated
        What course and site say; it comes before the header.
    on_file : callable, optional
        Called with (files done, files in all).

    Raises
    ------
    DicomInputError
        If it is not a whole PET in Bq/mL of this patient.
    """
    stated = merged(stated, timezone, expected_patient_id)
    stack = pet_stack(series, stated, check=_require_activity, on_file=on_file)
    return pet_image(series, stack, stated, zone_of(stack.headers[0], stated.timezone), unit="Bq/mL")


def pet_stack(
    series: SeriesFiles,
    stated: Stated,
    *,
    check: Callable[[Header], None],
    on_file: Callable[[int, int], None] | None,
) -> Stack:
    """Read the slices of a PET of the patient that is expected."""
    require_kind(series, "PET")
    require_patient(series.patient_id, stated, series.where)
    return read_stack(series, on_file=on_file, check=check)


def pet_image(series: SeriesFiles, stack: Stack, stated: Stated, zone: tzinfo | None, *, unit: UptakeScale) -> PetImage:
    """Join the slices of a PET with what their headers say of scan and injection."""
    header = stack.headers[0]
    taken, notes = acquired(stack.headers, zone, stated, series_time_will_do=True)
    given = administration_of(header, taken.at, zone, stated, bq_per_unit=1.0)
    attenuation, attenuation_notes = _attenuation(header)
    volume = Volume(values=stack.values, geometry=stack.geometry, unit=unit)
    image = _joined(series, stack.headers, volume, taken, given, stated, zone, attenuation)
    return replace(image, notes=notes + given.notes + attenuation_notes)


def _joined(
    series: SeriesFiles,
    headers: tuple[Header, ...],
    volume: Volume,
    taken: Moment,
    given: HeaderAdministration,
    stated: Stated,
    zone: tzinfo | None,
    attenuation: bool | None,
) -> PetImage:
    header = headers[0]
    series_at = moment(header, "Series", zone)
    return PetImage(
        volume=volume,
        series_uid=series.series_uid,
        study_uid=series.study_uid,
        frame_of_reference=str(volume.geometry.frame_of_reference),
        patient_id=series.patient_id,
        description=series.description,
        acquired_at=taken.at,
        acquired_from=taken.told_by,
        series_at=series_at.at if series_at else None,
        vendor_scan_at=private_time(header, GE_SCAN_START, zone)[0],
        decay_correction=_decay_correction(header),
        decay_factors=_all_or_none(headers, "DecayFactor"),
        administration=given,
        patient_weight_kg=weight_of(header, stated),
        patient_height_m=header.number("PatientSize") or None,
        sex=header.text("PatientSex"),
        manufacturer=header.text("Manufacturer") or "",
        model=header.text("ManufacturerModelName") or "",
        windows_kev=windows_kev(header),
        corrections=header.words("CorrectedImage"),
        attenuation_corrected=attenuation,
    )


def _require_activity(header: Header) -> None:
    refuse_unless_static(header)
    pet_unit(header, counts_too=False)


def _all_or_none(headers: tuple[Header, ...], keyword: str) -> tuple[float, ...]:
    values = [header.number(keyword) for header in headers]
    return tuple(value for value in values if value is not None) if None not in values else ()


def _decay_correction(header: Header) -> DecayCorrection | None:
    written = header.text("DecayCorrection")
    found: dict[str | None, DecayCorrection] = {"START": "START", "ADMIN": "ADMIN", "NONE": "NONE"}
    return found.get(written)


def _attenuation(header: Header) -> tuple[bool | None, tuple[str, ...]]:
    """Tell whether attenuation was corrected; reconstructions without it may still list it."""
    listed = "ATTN" in header.words("CorrectedImage")
    method = (header.text("AttenuationCorrectionMethod") or "").lower()
    if listed and not method:
        return None, ("CorrectedImage lists ATTN, and no AttenuationCorrectionMethod is given",)
    if not listed and method not in {"", "none"}:
        return None, (f"an AttenuationCorrectionMethod ('{method}') is given, and CorrectedImage does not list ATTN",)
    return listed and method != "none", ()
