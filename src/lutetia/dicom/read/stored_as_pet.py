"""What the values of an object stored as PET are, and whether they are one moment's.

Source: DICOM PS3.3 C.8.9.1 (PET Series: Units, Series Type).
"""

from __future__ import annotations

from typing import Literal

from lutetia.dicom.error import DicomInputError
from lutetia.dicom.read.header import Header


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
    found = "Units is missing: nothing says what the values are" if units is None else f"Units is '{units}'"
    raise DicomInputError(
        header.where,
        found if units is None else f"{found}, which is no activity per volume",
        "export the reconstruction in Bq/ml (Units BQML)",
        "a unit is never guessed from the size of the numbers",
    )


def refuse_unless_static(header: Header) -> None:
    """Refuse dynamic and gated series, whose slices repeat in time."""
    kind = header.words("SeriesType")
    if kind and kind[0] in {"DYNAMIC", "GATED"}:
        raise DicomInputError(
            header.where, f"it is a {kind[0].lower()} series", "give the static or whole-body reconstruction"
        )
