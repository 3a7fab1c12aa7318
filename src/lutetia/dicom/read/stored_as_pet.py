"""What the values of an object stored as PET are, and whether they are one moment's.

Source: DICOM PS3.3 C.8.9.1 (PET Series: Units, Series Type).
"""

from __future__ import annotations

from typing import Final, Literal

from lutetia.dicom.error import DicomInputError
from lutetia.dicom.read.header import Header

UptakeScale = Literal["Bq/mL", "count", "g/mL", "cm2/mL"]

_UPTAKE_SCALES: Final[dict[str | None, UptakeScale]] = {
    "BQML": "Bq/mL",
    "CNTS": "count",
    "GML": "g/mL",
    "CM2ML": "cm2/mL",
}
"""Units from which an uptake value can be had, counts with their maker's factor."""


def pet_unit(header: Header, *, counts_too: bool) -> Literal["count", "Bq/mL"]:
    """Return what the values of an image stored as PET are.

    Raises
    ------
    DicomInputError
        If Units is missing or means no activity.
    """
    units = header.text("Units")
    if units == "BQML":
        return "Bq/mL"
    if units == "CNTS" and counts_too:
        return "count"
    raise _no_activity(header, units)


def uptake_scale(header: Header) -> UptakeScale:
    """Return what the values of a PET are from which uptake values are to be had.

    Raises
    ------
    DicomInputError
        If Units is missing, or is one from which no uptake value can be had, as that of uncorrected images.
    """
    units = header.text("Units")
    if (scale := _UPTAKE_SCALES.get(units)) is not None:
        return scale
    raise _no_activity(header, units)


def _no_activity(header: Header, units: str | None) -> DicomInputError:
    found = "Units is missing: nothing says what the values are" if units is None else f"Units is '{units}'"
    return DicomInputError(
        header.where,
        found if units is None else f"{found}, which is no activity per volume",
        "export the reconstruction in Bq/ml (Units BQML)",
        "a unit is never guessed from the size of the numbers",
    )


def refuse_unless_static(header: Header) -> None:
    """Refuse dynamic and gated series, whose slices repeat in time, and projections of the patient."""
    kind = header.words("SeriesType")
    if "REPROJECTION" in kind:
        raise DicomInputError(
            header.where, "it is a projection (SeriesType REPROJECTION)", "give the slices that it was made of"
        )
    if kind and kind[0] in {"DYNAMIC", "GATED"}:
        raise DicomInputError(
            header.where, f"it is a {kind[0].lower()} series", "give the static or whole-body reconstruction"
        )
