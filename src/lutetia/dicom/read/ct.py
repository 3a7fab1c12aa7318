"""CT: Hounsfield units where they lie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

import numpy as np

from lutetia.dicom.error import DicomInputError
from lutetia.dicom.read.clock import moment, zone_of
from lutetia.dicom.read.header import Header
from lutetia.dicom.read.series import SeriesFiles, require_kind
from lutetia.dicom.read.stack import Stack, read_stack
from lutetia.dicom.read.stated import NOTHING_STATED, Stated, merged, require_patient
from lutetia.volume import Volume

AIR_HU = -1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CtImage:
    """A CT series.

    Attributes
    ----------
    volume : Volume
        In HU; pixels that the scanner marked as padding are air.
    acquired_at : datetime or None
        With offset; None where the header has no time.
    acquired_from : str
        Which attribute told it.
    notes : tuple of str
        What a reader should know.
    """

    volume: Volume
    series_uid: str
    study_uid: str
    frame_of_reference: str
    patient_id: str | None = field(repr=False)
    acquired_at: datetime | None
    acquired_from: str
    description: str
    notes: tuple[str, ...] = ()


def read_ct(
    series: SeriesFiles,
    *,
    timezone: tzinfo | None = None,
    expected_patient_id: str | None = None,
    stated: Stated = NOTHING_STATED,
    on_file: Callable[[int, int], None] | None = None,
) -> CtImage:
    """Read a CT series.

    Parameters
    ----------
    series : SeriesFiles
        From :func:`lutetia.dicom.read.scan_folder`.
    timezone, expected_patient_id
        Short for ``stated.timezone`` and ``stated.patient_id``.
    stated : Stated
        What course and site say.
    on_file : callable, optional
        Called with (files done, files in all).

    Raises
    ------
    DicomInputError
        If it is not a whole CT in HU of this patient.
    """
    stated = merged(stated, timezone, expected_patient_id)
    require_kind(series, "CT")
    require_patient(series.patient_id, stated, series.where)
    stack = read_stack(series, on_file=on_file, check=_require_hounsfield)
    volume, notes = _without_padding(stack)
    header = stack.headers[0]
    zone = zone_of(header, stated.timezone)
    told = moment(header, "Acquisition", zone) or moment(header, "Series", zone)
    return CtImage(
        volume=volume,
        series_uid=series.series_uid,
        study_uid=series.study_uid,
        frame_of_reference=str(stack.geometry.frame_of_reference),
        patient_id=series.patient_id,
        acquired_at=stated.acquired_at or (told.at if told else None),
        acquired_from="stated by the course"
        if stated.acquired_at
        else told.told_by
        if told
        else "no time in the header",
        description=series.description,
        notes=notes,
    )


def _require_hounsfield(header: Header) -> None:
    unit = header.text("RescaleType")
    if unit not in {None, "HU", "UNSPECIFIED"}:
        raise DicomInputError(
            header.where,
            f"its values are '{unit}' (RescaleType), not HU",
            "give a CT reconstructed in Hounsfield units",
        )


def _without_padding(stack: Stack) -> tuple[Volume, tuple[str, ...]]:
    header = stack.headers[0]
    padding = header.number("PixelPaddingValue")
    values = stack.values
    if padding is None:
        return Volume(values=values, geometry=stack.geometry, unit="HU"), ()
    pad_hu = padding * (header.number("RescaleSlope") or 1.0) + (header.number("RescaleIntercept") or 0.0)
    if pad_hu >= AIR_HU:
        return Volume(values=values, geometry=stack.geometry, unit="HU"), ()
    filled = np.where(values <= pad_hu, np.float32(AIR_HU), values)
    notes = (f"padding ({pad_hu:.0f} HU) outside the scanner's circle is read as air ({AIR_HU:.0f} HU)",)
    return Volume(values=filled, geometry=stack.geometry, unit="HU"), notes
