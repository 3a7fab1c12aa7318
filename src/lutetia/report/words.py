"""How values, units, dates and names are written for a reader.

Three significant digits unless an uncertainty says otherwise; ISO dates; units as printed, not as UCUM codes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from math import floor, isfinite, log10
from typing import Final

from lutetia.dosimetry.uncertainty import with_uncertainty
from lutetia.vocabulary import ITEMS

SIGNIFICANT_DIGITS: Final = 3

_UNITS: Final = {
    "10*9/L": "10⁹/L",
    "10*3/uL": "10³/µL",
    "10*6/L": "10⁶/L",
    "mL/min/{1.73_m2}": "mL/min/1.73 m²",
    "/uL": "/µL",
    "umol/L": "µmol/L",
    "ug/L": "µg/L",
    "ukat/L": "µkat/L",
    "mL/min/1.73m2": "mL/min/1.73 m²",
    "1": "",
}
_NAMES: Final = {
    "lab.egfr": "eGFR",
    "lab.measured_gfr": "measured GFR",
    "lab.psa": "PSA",
    "lab.ast": "AST",
    "lab.alt": "ALT",
    "lab.ldh": "LDH",
    "lab.ggt": "gamma-GT",
    "lab.crp": "CRP",
    "condition.ecog": "ECOG",
    "disease.hrr_status": "HRR status",
    "disease.psma_positive": "PSMA-positive on imaging",
    "disease.castration_resistant": "castration-resistant",
    "fitness.second_taxane": "fitness for a second taxane",
    "patient.birth_date": "date of birth",
    "external_beam": "external-beam radiotherapy",
    "earlier_radionuclides": "earlier radionuclide therapies",
}
_IDS: Final = sorted({*ITEMS, *_NAMES}, key=len, reverse=True)
_ID: Final = re.compile(rf"\b(?:{'|'.join(map(re.escape, _IDS))})\b")
_LESION: Final = re.compile(r"([A-Z]{1,2}\d+)[ ,]")
_SIDES: Final = {"left": "L", "right": "R"}
_SUPERSCRIPT: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float | None, digits: int = SIGNIFICANT_DIGITS) -> str:
    """Write a number with so many significant digits, never in powers of ten; an absent one as a dash."""
    if value is None or not isfinite(value):
        return "–"
    if value == 0:
        return "0"
    places = digits - 1 - floor(log10(abs(value)))
    rounded = round(value, places)
    places = digits - 1 - floor(log10(abs(rounded)))  # 9.996 has become 10.0
    return f"{rounded:.{max(places, 0)}f}".replace("-", "−")


def with_sigma(value: float | None, sigma: float | None) -> str:
    """Write a number with its standard uncertainty where there is one, and no more digits than that allows."""
    if value is None or sigma is None or not (isfinite(value) and isfinite(sigma) and sigma > 0):
        return number(value)
    return with_uncertainty(value, sigma)


def measured(value: float) -> str:
    """Write a recorded value with at most three significant digits, adding none that nobody wrote."""
    text = number(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(fraction: float) -> str:
    """Write a fraction as whole percent."""
    return f"{round(100 * fraction):d} %".replace("-", "−")


def unit(ucum: str) -> str:
    """Write a UCUM unit as it is printed."""
    return _UNITS.get(ucum, ucum)


def prose(text: str) -> str:
    """Write UCUM units, nuclides and ids of the vocabulary inside a sentence as they are printed."""
    for code, printed in _UNITS.items():
        if len(code) > 1:
            text = text.replace(code, printed)
    return nuclide(_ID.sub(lambda found: item(found[0]), text))


def nuclide(name: str) -> str:
    """Raise the mass number of a nuclide: ``[177Lu]Lu-PSMA-617`` becomes ``[¹⁷⁷Lu]Lu-PSMA-617``."""
    return re.sub(
        r"(?<![\w.])(\d{2,3})(?=m?(?:Lu|Ga|Ac|Ra|I|Tb|Y|Tc|F)\b)", lambda m: m[1].translate(_SUPERSCRIPT), name
    )


def region(name: str) -> str:
    """Write a region's code as a label: ``kidney_left`` becomes ``kidney L``; other names stay as they are."""
    words = name.split("_")
    if words[-1] in _SIDES and len(words) > 1:
        return f"{' '.join(words[:-1])} {_SIDES[words[-1]]}"
    return name.replace("_", " ")


def short_region(name: str) -> str:
    """Write a region's label where there is little room: a lesion by its id, a gland without the word."""
    found = _LESION.match(name)
    return found[1] if found else region(name).removesuffix(" gland")


def place(citation: str, source: str) -> str:
    """Write where a statement stands without the source's name, which the page says once."""
    return citation.removeprefix(f"{source}, ")


def sentence(text: str) -> str:
    """Begin a text with a capital letter, unless it begins with a name such as eGFR, and end it with a full stop."""
    text = text.strip()
    first = text[:1] if text[1:2].isupper() else text[:1].upper()
    return f"{first}{text[1:]}{'' if text.endswith(('.', '?', '!')) else '.'}"


def listed(parts: Iterable[str], joint: str = "and") -> str:
    """Write ``a, b and c``."""
    *others, last = list(parts) or [""]
    return f"{', '.join(others)} {joint} {last}" if others else last


def day(on: date | None) -> str:
    """Write a day as ISO 8601; an absent one as a dash."""
    return "–" if on is None else on.isoformat()[:10]


def item(item_id: str) -> str:
    """Name an item of the vocabulary, or a part of the course, in words."""
    return _NAMES.get(item_id, item_id.rpartition(".")[2].replace("_", " "))


def count(how_many: int, singular: str, plural: str = "") -> str:
    """Write ``1 fact`` or ``2 facts``."""
    return f"{how_many} {singular if how_many == 1 else plural or singular + 's'}"
