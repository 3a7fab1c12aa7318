"""SPECT: counts or Bq/mL where they lie, and what must be known before they become activity.

Reads reconstructed nuclear medicine objects (one multi-frame file) and SPECT that its maker stored as PET.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Literal

import numpy as np

from lutetia.dicom.error import DicomInputError
from lutetia.dicom.read.acquired import acquired
from lutetia.dicom.read.administration import HeaderAdministration, administration_of
from lutetia.dicom.read.clock import Moment, zone_of
from lutetia.dicom.read.decay import DecayReading, DecayState, decay_of
from lutetia.dicom.read.frames import Duration, duration_of, ordered_frames, quantity
from lutetia.dicom.read.header import Header
from lutetia.dicom.read.pixels import stored_values
from lutetia.dicom.read.series import SeriesFiles, require_kind, windows_kev
from lutetia.dicom.read.stack import read_stack
from lutetia.dicom.read.stated import NOTHING_STATED, Stated, merged, require_patient, weight_of
from lutetia.dicom.read.stored_as_pet import pet_unit, refuse_unless_static
from lutetia.volume import Volume


@dataclass(frozen=True, slots=True, kw_only=True)
class SpectImage:
    """A reconstructed SPECT.

    Attributes
    ----------
    volume : Volume
        In ``"count"`` or ``"Bq/mL"``, in the decay state below.
    unit_from : str
        Which attribute told the unit.
    decay_state : str or None
        To which time the values are corrected; None where the header contradicts itself or is silent.
    decay_found : str
        What the header says about decay, in words.
    duration_s : float or None
        Length of the acquisition [s]; None where the header allows more than one reading.
    duration_found : str
        What the header says about it.
    heads : int or None
        Detectors stated.
    acquired_at : datetime
        Start of the acquisition, with offset.
    acquired_from : str
        Which fact told it.
    administration : HeaderAdministration
        The injection as header or course tell it.
    windows_kev : tuple of (float, float)
        Energy windows, lower and upper [keV].
    corrections : tuple of str
        As listed by the header, e.g. ``("ATTN", "SCAT")``.
    counts_accumulated : float or None
        All counts of the object, where a nuclear medicine header states them.
    stored_as : str
        ``"NM"``, or ``"PT"`` where the maker stored it as PET.
    notes : tuple of str
        What a reader should know; printed with every result.
    """

    volume: Volume
    unit_from: str
    series_uid: str
    study_uid: str
    frame_of_reference: str
    patient_id: str | None = field(repr=False)
    description: str
    acquired_at: datetime
    acquired_from: str
    decay_state: DecayState | None
    decay_found: str
    duration_s: float | None
    duration_found: str
    heads: int | None
    administration: HeaderAdministration
    patient_weight_kg: float | None
    manufacturer: str
    model: str
    windows_kev: tuple[tuple[float, float], ...]
    corrections: tuple[str, ...]
    stored_as: Literal["NM", "PT"]
    notes: tuple[str, ...] = ()
    counts_accumulated: float | None = None

    @property
    def nuclide(self) -> str | None:
        """The nuclide the header names, as ``"Lu-177"``."""
        return self.administration.nuclide

    @property
    def administered_mbq(self) -> float | None:
        """Activity at ``administered_at`` [MBq]."""
        return self.administration.administered_mbq

    @property
    def administered_at(self) -> datetime | None:
        """Start of the administration, with offset."""
        return self.administration.administered_at

    @property
    def hours_since_administration(self) -> float | None:
        """Start of the scan after the administration [h]; None where nobody says when that was."""
        if self.administered_at is None:
            return None
        return (self.acquired_at - self.administered_at).total_seconds() / 3600


def read_spect(
    series: SeriesFiles,
    *,
    timezone: tzinfo | None = None,
    expected_patient_id: str | None = None,
    stated: Stated = NOTHING_STATED,
    on_file: Callable[[int, int], None] | None = None,
) -> SpectImage:
    """Read a reconstructed SPECT, whether stored as nuclear medicine or as PET.

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
        If it is not a whole SPECT in counts or Bq/mL of this patient, or nobody says when it was taken.
    """
    stated = merged(stated, timezone, expected_patient_id)
    require_kind(series, "SPECT")
    require_patient(series.patient_id, stated, series.where)
    if series.stored_as == "PT":
        return _stored_as_pet(series, stated, on_file)
    return _stored_as_nm(series, stated)


def _stored_as_nm(series: SeriesFiles, stated: Stated) -> SpectImage:
    if len(series.files) != 1:
        raise DicomInputError(
            series.where,
            f"the series holds {len(series.files)} reconstructions",
            "leave the one that is to be used in the folder",
        )
    header, stored = stored_values(series.files[0], series.where)
    frames, geometry, notes = ordered_frames(header, stored, series.series_uid)
    slope, intercept, unit, unit_from = quantity(header)
    values = frames.astype(np.float64) * slope + intercept
    volume = Volume(values=values.astype(np.float32), geometry=geometry, unit=unit)
    return _image(series, (header,), volume, unit_from, duration_of(header), stated, notes, bq_per_unit=1e6)


def _stored_as_pet(series: SeriesFiles, stated: Stated, on_file: Callable[[int, int], None] | None) -> SpectImage:
    stack = read_stack(series, on_file=on_file, check=refuse_unless_static)
    unit = pet_unit(stack.headers[0], counts_too=True)
    volume = Volume(values=stack.values, geometry=stack.geometry, unit=unit)
    durations = {header.number("ActualFrameDuration") for header in stack.headers}
    only = durations.pop() if len(durations) == 1 else None
    duration = (
        Duration(only / 1000, "ActualFrameDuration of all slices")
        if only
        else Duration(None, "ActualFrameDuration is missing or differs between slices")
    )
    unit_from = f"Units {stack.headers[0].text('Units')}"
    return _image(series, stack.headers, volume, unit_from, duration, stated, (), bq_per_unit=1.0)


def _image(
    series: SeriesFiles,
    headers: tuple[Header, ...],
    volume: Volume,
    unit_from: str,
    duration: Duration,
    stated: Stated,
    notes: tuple[str, ...],
    *,
    bq_per_unit: float,
) -> SpectImage:
    header = headers[0]
    zone = zone_of(header, stated.timezone)
    taken, time_notes = acquired(headers, zone, stated, series_time_will_do=False)
    given = administration_of(header, taken.at, zone, stated, bq_per_unit=bq_per_unit)
    decay = decay_of(
        headers, acquired_at=taken.at, administered_at=given.administered_at, half_life_s=given.half_life_s
    )
    return _joined(series, header, volume, unit_from, duration, taken, given, decay, stated, notes + time_notes)


def _joined(
    series: SeriesFiles,
    header: Header,
    volume: Volume,
    unit_from: str,
    duration: Duration,
    taken: Moment,
    given: HeaderAdministration,
    decay: DecayReading,
    stated: Stated,
    notes: tuple[str, ...],
) -> SpectImage:
    heads = header.number("NumberOfDetectors")
    frame = str(volume.geometry.frame_of_reference)
    if header.text("FrameOfReferenceUID") is None:
        notes += ("no FrameOfReferenceUID: it shares its coordinates with no other series",)
    return SpectImage(
        volume=volume,
        unit_from=unit_from,
        series_uid=series.series_uid,
        study_uid=series.study_uid,
        frame_of_reference=frame,
        patient_id=series.patient_id,
        description=series.description,
        acquired_at=taken.at,
        acquired_from=taken.told_by,
        decay_state=decay.state,
        decay_found=decay.found,
        duration_s=duration.seconds,
        duration_found=duration.found,
        heads=int(heads) if heads else None,
        administration=given,
        patient_weight_kg=weight_of(header, stated),
        manufacturer=header.text("Manufacturer") or "",
        model=header.text("ManufacturerModelName") or "",
        windows_kev=windows_kev(header),
        corrections=header.words("CorrectedImage"),
        stored_as="PT" if series.stored_as == "PT" else "NM",
        notes=notes + given.notes,
        counts_accumulated=None if series.stored_as == "PT" else header.number("CountsAccumulated") or None,
    )
