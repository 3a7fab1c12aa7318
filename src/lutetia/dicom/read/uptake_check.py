"""Whether the slices of a PET are of one patient, of one injection, and corrected for attenuation.

Sources: QIBA vendor-neutral pseudo-code (ATTN is asked for); IBSI manual for SUV computation (intercept 0).
"""

from __future__ import annotations

import re
from typing import Final

from lutetia.dicom.error import DicomInputError
from lutetia.dicom.read.header import Header
from lutetia.dicom.read.series import SeriesFiles
from lutetia.dicom.read.stated import Stated
from lutetia.dicom.read.stored_as_pet import refuse_unless_static, uptake_scale

_ONE_VALUE: Final = ("PatientWeight", "PatientSize", "PatientSex")
"""Attributes of the patient: slices that differ in them are of two patients, or of two versions of a header."""

_UNCORRECTED: Final = re.compile(r"\bNAC\b|NO[-_ ]?AC\b|UNCORRECTED|\bUNCORR\b", re.IGNORECASE)


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
