"""Whose label holds in a country? Labels are law of one place; where none is known, the answer is unknown.

The countries of the European Union and of the European Economic Area share one central authorisation, that of the EU.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from lutetia.errors import InputError

EU: Final = "EU"
EEA: Final = frozenset(
    ("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT",
     "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK")
)  # fmt: skip
"""ISO 3166 codes of the EU's members and of Iceland, Liechtenstein and Norway."""
_OFTEN_MEANT: Final = {"UK": "GB", "EL": "GR"}


def read_jurisdiction(text: str) -> str:
    """Read a country's code.

    Parameters
    ----------
    text : str
        Two letters of ISO 3166, in capitals or not; or ``EU``.

    Raises
    ------
    InputError
        If it is no such code.
    """
    code = text.strip().upper()
    meant = _OFTEN_MEANT.get(code)
    if meant is None and re.fullmatch("[A-Z]{2}", code):
        return code
    remedy = f"write {meant}" if meant else "write the two letters of ISO 3166, e.g. US, DE or JP; or EU"
    raise InputError("jurisdiction", f"'{text}' is no country's code", remedy)


def place_of(jurisdiction: str) -> str:
    """Return the place whose label holds in a country: ``EU`` for its members and the EEA, else the country itself."""
    return EU if jurisdiction in EEA else jurisdiction


def no_label(jurisdiction: str) -> str:
    """Say that no label is known for a country; none of another place stands in for it."""
    return f"no label of {jurisdiction} is known here; ask the national product information"


def in_force(places: Iterable[str], jurisdiction: str | None) -> frozenset[str]:
    """Return which of the places' labels hold: all of them, marked by their place, where no jurisdiction is stated."""
    known = frozenset(places)
    return known if jurisdiction is None else known & {place_of(jurisdiction)}
