"""The units in use, as UCUM writes them, and the only conversions between them.

A unit is never guessed from the size of a number: an unknown spelling is refused, and a conversion between
amount and mass needs the substance. Customary spellings are accepted on reading and written as UCUM.

Sources: UCUM 2.1 (the spellings); IUPAC 2021 standard atomic weights (molar masses); 1 Ci = 37 GBq exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lutetia.errors import InputError

MOLAR_MASS_G: Final = {
    "haemoglobin": 16114.5,  # per Fe, that is one chain: the laboratory's mmol/L counts chains
    "creatinine": 113.12,
    "testosterone": 288.43,
    "bilirubin": 584.67,
}
"""Molar masses [g/mol] of the substances that laboratories report in mmol/L as well as in mass."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as UCUM spells it: its dimension, and its size in that dimension's reference unit."""

    ucum: str
    dimension: str
    size: float


_UNITS: Final = (
    # dimension "number concentration", reference 10*9/L
    Unit("10*9/L", "number concentration", 1.0),
    Unit("10*3/uL", "number concentration", 1.0),
    Unit("10*6/L", "number concentration", 1e-3),
    Unit("/uL", "number concentration", 1e-3),
    # mass concentration, reference g/L
    Unit("g/dL", "mass concentration", 10.0),
    Unit("g/L", "mass concentration", 1.0),
    Unit("mg/dL", "mass concentration", 1e-2),
    Unit("mg/L", "mass concentration", 1e-3),
    Unit("ng/mL", "mass concentration", 1e-6),
    Unit("ug/L", "mass concentration", 1e-6),
    Unit("ng/dL", "mass concentration", 1e-8),
    # amount concentration, reference mol/L
    Unit("mmol/L", "amount concentration", 1e-3),
    Unit("umol/L", "amount concentration", 1e-6),
    Unit("nmol/L", "amount concentration", 1e-9),
    Unit("U/L", "catalytic concentration", 1.0),
    Unit("ukat/L", "catalytic concentration", 60.0),
    Unit("mL/min/{1.73_m2}", "normalised clearance", 1.0),
    Unit("mL/min", "clearance", 1.0),
    Unit("MBq", "activity", 1.0),
    Unit("GBq", "activity", 1e3),
    Unit("kBq", "activity", 1e-3),
    Unit("Bq", "activity", 1e-6),
    Unit("mCi", "activity", 37.0),
    Unit("Bq/mL", "activity concentration", 1.0),
    Unit("kBq/mL", "activity concentration", 1e3),
    Unit("MBq/mL", "activity concentration", 1e6),
    Unit("Gy", "absorbed dose", 1.0),
    Unit("mGy", "absorbed dose", 1e-3),
    Unit("kg", "mass", 1e3),
    Unit("g", "mass", 1.0),
    Unit("m", "length", 1e3),
    Unit("cm", "length", 10.0),
    Unit("mm", "length", 1.0),
    Unit("mL", "volume", 1.0),
    Unit("L", "volume", 1e3),
    Unit("d", "time", 24.0),
    Unit("h", "time", 1.0),
    Unit("min", "time", 1 / 60),
    Unit("s", "time", 1 / 3600),
    Unit("wk", "time", 168.0),
    Unit("mo", "time", 730.5),
    Unit("%", "fraction", 1e-2),
    Unit("1", "fraction", 1.0),
)

_AMOUNT_OR_MASS: Final = {"amount concentration", "mass concentration"}

_BY_UCUM: Final = {unit.ucum: unit for unit in _UNITS}

_SPELLINGS: Final = {
    "g/dl": "g/dL",
    "g/l": "g/L",
    "mg/dl": "mg/dL",
    "mg/l": "mg/L",
    "ng/ml": "ng/mL",
    "ug/l": "ug/L",
    "µg/l": "ug/L",
    "µg/L": "ug/L",
    "ng/dl": "ng/dL",
    "mmol/l": "mmol/L",
    "umol/l": "umol/L",
    "µmol/l": "umol/L",
    "µmol/L": "umol/L",
    "nmol/l": "nmol/L",
    "/nl": "10*9/L",
    "/nL": "10*9/L",
    "G/l": "10*9/L",
    "G/L": "10*9/L",
    "10*9/l": "10*9/L",
    "10^9/l": "10*9/L",
    "10^9/L": "10*9/L",
    "x10^9/L": "10*9/L",
    "10E9/L": "10*9/L",
    "10*3/ul": "10*3/uL",
    "10^3/ul": "10*3/uL",
    "10^3/uL": "10*3/uL",
    "10^3/µl": "10*3/uL",
    "10^3/µL": "10*3/uL",
    "x10^3/uL": "10*3/uL",
    "x10^3/µL": "10*3/uL",
    "K/uL": "10*3/uL",
    "K/µL": "10*3/uL",
    "/ul": "/uL",
    "/µl": "/uL",
    "/µL": "/uL",
    "U/l": "U/L",
    "IU/L": "U/L",
    "IU/l": "U/L",
    "µkat/L": "ukat/L",
    "µkat/l": "ukat/L",
    "ml/min": "mL/min",
    "ml/min/1.73m2": "mL/min/{1.73_m2}",
    "mL/min/1.73m2": "mL/min/{1.73_m2}",
    "mL/min/1.73 m2": "mL/min/{1.73_m2}",
    "ml/min/1.73 m2": "mL/min/{1.73_m2}",
    "mL/min/1.73m²": "mL/min/{1.73_m2}",
    "ml/min/1.73m²": "mL/min/{1.73_m2}",
    "mL/min/1.73 m²": "mL/min/{1.73_m2}",
    "L/L": "1",
    "l/l": "1",
    "Bq/ml": "Bq/mL",
    "kBq/ml": "kBq/mL",
    "MBq/ml": "MBq/mL",
    "ml": "mL",
    "l": "L",
}

_MICRO, _MU = "\u00b5", "\u03bc"
"""Two signs that look the same: the micro sign, in which the table is written, and the Greek letter."""


class UnitError(InputError, ValueError):
    """A unit is unknown, or cannot be converted into the one that is needed."""


def unit(text: str, *, where: str = "unit") -> Unit:
    """Read a unit as written.

    Parameters
    ----------
    text : str
        A UCUM unit or one of the customary spellings, e.g. ``"10*9/L"``, ``"/nl"``.
    where : str
        Used in the error.

    Raises
    ------
    UnitError
        If the spelling is not known.
    """
    plain = text.replace(_MU, _MICRO)
    found = _BY_UCUM.get(_SPELLINGS.get(plain, plain))
    if found is None:
        alike = sorted(u for u in _BY_UCUM if u.lower() == text.strip().lower())
        hint = f"did you mean '{alike[0]}'" if alike else f"known units: {', '.join(sorted(_BY_UCUM))}"
        raise UnitError(where, f"unknown unit '{text}'", hint)
    return found


def convert(value: float, given: str, wanted: str, *, substance: str | None = None, where: str = "value") -> float:
    """Convert a value between units of one dimension, or between amount and mass of a named substance.

    Parameters
    ----------
    value : float
        The value in ``given``.
    given, wanted : str
        Units as understood by :func:`unit`.
    substance : str, optional
        A key of :data:`MOLAR_MASS_G`; needed between mmol/L and g/dL and their like.
    where : str
        Used in errors.

    Raises
    ------
    UnitError
        If a unit is unknown or the two do not measure the same thing.
    """
    source, target = unit(given, where=where), unit(wanted, where=where)
    if source.ucum == target.ucum:
        return value
    if source.dimension == target.dimension:
        return value * source.size / target.size
    molar = MOLAR_MASS_G.get(substance or "")
    if molar is not None and source.dimension == "amount concentration" and target.dimension == "mass concentration":
        return value * source.size * molar / target.size
    if molar is not None and source.dimension == "mass concentration" and target.dimension == "amount concentration":
        return value * source.size / molar / target.size
    raise UnitError(
        where,
        f"'{given}' is a unit of {source.dimension}, and {target.dimension} ('{wanted}') is needed",
        f"write the value in '{wanted}' or another unit of {target.dimension}",
    )


def dimension(text: str) -> str:
    """Name what a unit measures, e.g. ``"activity"`` for ``"GBq"``."""
    return unit(text).dimension


def convertible_units(text: str, *, substance: str | None = None) -> tuple[str, ...]:
    """Return the UCUM units whose values can be given in place of a unit, that unit first.

    Parameters
    ----------
    text : str
        A unit as understood by :func:`unit`.
    substance : str, optional
        A key of :data:`MOLAR_MASS_G`; opens the way between amount and mass.
    """
    own = unit(text)
    dimensions = {own.dimension}
    if substance in MOLAR_MASS_G and own.dimension in _AMOUNT_OR_MASS:
        dimensions |= _AMOUNT_OR_MASS
    return (own.ucum, *(other.ucum for other in _UNITS if other.dimension in dimensions and other != own))


def spellings(ucum: str) -> tuple[str, ...]:
    """Return every spelling that is read as a UCUM unit, that unit first."""
    return (ucum, *(written for written, meant in _SPELLINGS.items() if meant == ucum))
