"""What makers of PET scanners write beside the standard: factors for counts, and times.

A private element counts where its block names its creator. Where a file has lost the creators, as after some kinds of
de-identification, it counts only where Manufacturer is the maker's, and that is said. Sources: conformance statements
of Philips (7053,1000), (7053,1009), GE (0009,100D), (0009,103B) and Siemens (0071,1022).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from lutetia.dicom.error import DicomInputError
from lutetia.dicom.read.clock import date_time
from lutetia.dicom.read.header import Header


@dataclass(frozen=True, slots=True)
class PrivateElement:
    """A private element: its block, and the maker whose it is."""

    group: int
    creator: str
    offset: int
    maker: str

    @property
    def tag(self) -> str:
        """How it is written, as in ``(7053,1000)``."""
        return f"({self.group:04x},{0x1000 + self.offset:04x})".upper()


PHILIPS_SUV: Final = PrivateElement(0x7053, "Philips PET Private Group", 0x00, "philips")
PHILIPS_ACTIVITY: Final = PrivateElement(0x7053, "Philips PET Private Group", 0x09, "philips")
GE_SCAN_START: Final = PrivateElement(0x0009, "GEMS_PETD_01", 0x0D, "ge med")
GE_INJECTION: Final = PrivateElement(0x0009, "GEMS_PETD_01", 0x3B, "ge med")
SIEMENS_DECAY: Final = PrivateElement(0x0071, "SIEMENS MED PT", 0x22, "siemens")


def private_text(header: Header, element: PrivateElement) -> str | None:
    """Return a private element as text; None where it is absent or not its maker's."""
    text = header.private(element.group, element.creator, element.offset)
    if text is not None:
        return text
    made_by = (header.text("Manufacturer") or "").casefold()
    if header.has_private_creator(element.group) or element.maker not in made_by:
        return None
    return header.private_without_creator(element.group, 0x1000 + element.offset)


def private_number(header: Header, element: PrivateElement) -> float | None:
    """Return a private element as a number; None where it is absent.

    Raises
    ------
    DicomInputError
        If it is no number.
    """
    text = private_text(header, element)
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not abs(value) < float("inf"):
        raise DicomInputError(
            header.where, f"the private element {element.tag} is not a number", "export the reconstruction in Bq/ml"
        )
    return value


def private_time(header: Header, element: PrivateElement, zone: tzinfo | None) -> tuple[datetime | None, str]:
    """Return a private element as a moment, and what is wrong with one that cannot be read."""
    text = private_text(header, element)
    if text is None:
        return None, ""
    try:
        return date_time(text, zone, f"the private time {element.tag}", header.where), ""
    except DicomInputError as error:
        return None, f"{error.found}; it is not used"
