"""Whether the slices of a PET are of one patient, of one injection, and corrected for attenuation.

Sources: QIBA vendor-neutral pseudo-code (ATTN is asked for); IBSI manual for SUV computation (intercept 0).
"""

from __future__ import annotations

import re
from datetime import datetime, tzinfo
from typing import Final

from lutetia.dicom.error import DicomInputError
from lutetia.dicom.read.clock import on_day_of
from lutetia.dicom.read.header import Header
from lutetia.dicom.read.series import SeriesFiles
from lutetia.dicom.read.stated import Stated
from lutetia.dicom.read.stored_as_pet import refuse_unless_static, uptake_scale

_ONE_VALUE: Final = ("PatientWeight", "PatientSize", "PatientSex")
"""Attributes of the patient: slices that differ in them are of two patients, or of two versions of a header."""

SAME_MINUTE_S: Final = 60.0
_DAY_S: Final = 86400.0

CLOCK_TELLS_WITHIN_H: Final = 12.0
"""A clock time without its day tells the day of an injection only where the scan came within half a day."""

_UNCORRECTED: Final = re.compile(r"(?<![A-Z])(NAC|NO[-_ ]?AC|UNCORR(ECTED)?)(?![A-Z])", re.IGNORECASE)


def require_uptake_slice(header: Header) -> None:
    """Refuse a slice of which no uptake value can be had, whatever is stated about it."""
    refuse_unless_static(header)
    uptake_scale(header)
    intercept = header.number("RescaleIntercept")
    if intercept:
        raise DicomInputError(
            header.where, f"RescaleIntercept is {intercept:g}", "export the reconstruction again",
            "it is 0 in every PET of the standard",
        )  # fmt: skip


def refuse_contradictions(headers: tuple[Header, ...], series: SeriesFiles, stated: Stated) -> None:
    """Refuse headers that are of two patients or injections, or of an image not corrected for attenuation."""
    header = headers[0]
    _refuse_uncorrected(header, series)
    for keyword in _ONE_VALUE:
        if len({one.words(keyword) for one in headers}) > 1:
            raise DicomInputError(
                series.where, f"its slices differ in {keyword}", "export the series again, of one patient"
            )
    injected = {_injection(one) for one in headers}
    if len(injected) > 1:
        raise DicomInputError(series.where, "its slices differ in the injection", "export the series again")
    items = header.items("RadiopharmaceuticalInformationSequence")
    if len(items) > 1 and (stated.administered_mbq is None or stated.administered_at is None):
        raise DicomInputError(
            series.where,
            f"the header describes {len(items)} injections",
            "state 'injected' and 'injected_at' for this PET in the course",
            "which of them the image shows cannot be told",
        )


def _injection(header: Header) -> tuple[tuple[str, ...], ...]:
    fields = ("RadionuclideTotalDose", "RadiopharmaceuticalStartTime", "RadiopharmaceuticalStartDateTime",
              "RadionuclideHalfLife")  # fmt: skip
    item = header.first("RadiopharmaceuticalInformationSequence")
    return () if item is None else tuple(item.words(field) for field in fields)


def _refuse_uncorrected(header: Header, series: SeriesFiles) -> None:
    """Refuse an image that was not corrected for attenuation, or of which nothing says that it was."""
    listed = header.words("CorrectedImage")
    method = (header.text("AttenuationCorrectionMethod") or "").casefold()
    found = None
    if listed and "ATTN" not in listed:
        found = f"CorrectedImage ({', '.join(listed)}) does not list ATTN"
    elif method == "none":
        found = "AttenuationCorrectionMethod is NONE"
    elif not listed and not method:
        found = "neither CorrectedImage nor AttenuationCorrectionMethod says that it was corrected for attenuation"
    elif _UNCORRECTED.search(series.description):
        found = f"its description, '{series.description}', is that of an image without attenuation correction"
    if found is not None:
        raise DicomInputError(
            series.where,
            found,
            "give the attenuation-corrected reconstruction",
            "uptake of an image without attenuation correction is too low by an unknown factor",
        )


def refuse_doubtful_injection_time(
    header: Header, injected_at: datetime, scan_at: datetime, zone: tzinfo | None
) -> None:
    """Refuse a time of injection that the header gives in two ways, or of which it does not tell the day.

    Parameters
    ----------
    header : Header
    injected_at, scan_at : datetime
        As they were read from it.
    zone : tzinfo or None
        For clock times without an offset.
    """
    item = header.first("RadiopharmaceuticalInformationSequence")
    clock = None if item is None else item.text("RadiopharmaceuticalStartTime")
    if item is None or clock is None:
        return
    if item.text("RadiopharmaceuticalStartDateTime") is not None:
        apart_s = (injected_at - on_day_of(clock, injected_at, zone, header.where)).total_seconds() % _DAY_S
        if min(apart_s, _DAY_S - apart_s) > SAME_MINUTE_S:
            raise DicomInputError(
                header.where,
                f"RadiopharmaceuticalStartDateTime says {injected_at:%H:%M:%S}, RadiopharmaceuticalStartTime {clock}",
                "state 'injected_at' for this PET in the course",
                "the two are one event",
            )
        return
    hours = (scan_at - injected_at).total_seconds() / 3600
    half_life_s = item.number("RadionuclideHalfLife")
    if hours > CLOCK_TELLS_WITHIN_H or (half_life_s is not None and half_life_s > CLOCK_TELLS_WITHIN_H * 3600):
        raise DicomInputError(
            header.where,
            f"RadiopharmaceuticalStartTime, {clock}, is a clock time without its day, and the last such time lies "
            f"{hours:.1f} h before the scan",
            "state 'injected_at' for this PET in the course",
            "the scan may have begun before that clock time, or on another day",
        )
