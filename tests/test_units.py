"""Are values carried from one unit into another as laboratories and physicists do it?"""

from __future__ import annotations

import pytest

from lutetia.units import UnitError, convert, convertible_units, dimension, spellings, unit

PRINTED_TO_TWO_DIGITS = 0.005
"""Half of the last printed digit, relative to values printed with two or three digits."""
ROUNDED_FACTOR = 0.001
"""Conversion factors are printed with three or four digits."""
EXACT = 1e-12
"""Both units are defined by a whole number of the other."""


@pytest.mark.parametrize(
    ("value", "given", "wanted", "substance", "expected", "tolerance"),
    [
        # haemoglobin: 1 mmol/L (per chain) = 1.6114 g/dL, as laboratories print it
        (6.7, "mmol/L", "g/dL", "haemoglobin", 10.8, PRINTED_TO_TWO_DIGITS),
        (8.7, "mmol/L", "g/dL", "haemoglobin", 14.0, PRINTED_TO_TWO_DIGITS),
        (13.0, "g/dL", "mmol/L", "haemoglobin", 8.07, PRINTED_TO_TWO_DIGITS),
        (108, "g/L", "g/dL", "haemoglobin", 10.8, EXACT),
        # creatinine: 88.4 umol/L for each mg/dL (KDIGO 2012, conversion factors)
        (1.0, "mg/dL", "umol/L", "creatinine", 88.4, ROUNDED_FACTOR),
        (150, "umol/L", "mg/dL", "creatinine", 1.697, ROUNDED_FACTOR),
        # testosterone: nmol/L = ng/dL x 0.0347; castrate level 50 ng/dL
        (50, "ng/dL", "nmol/L", "testosterone", 1.735, ROUNDED_FACTOR),
        (1.7, "nmol/L", "ng/dL", "testosterone", 49.0, PRINTED_TO_TWO_DIGITS),
        (0.5, "ng/mL", "ng/dL", "testosterone", 50, EXACT),
        # bilirubin: 17.1 umol/L for each mg/dL
        (1.2, "mg/dL", "umol/L", "bilirubin", 20.52, ROUNDED_FACTOR),
        # counts: one thousand in a microlitre is a thousand million in a litre
        (75, "/nl", "10*9/L", None, 75, EXACT),
        (75, "10*3/uL", "10*9/L", None, 75, EXACT),
        (75000, "/uL", "10*9/L", None, 75, EXACT),
        (75000, "/µl", "/nl", None, 75, EXACT),
        # 1 Ci = 37 GBq exactly
        (200, "mCi", "GBq", None, 7.4, EXACT),
        (160, "mCi", "MBq", None, 5920, EXACT),
        (7.4, "GBq", "mCi", None, 200, EXACT),
        # PSA: ng/mL and ug/L are the same
        (42, "ng/mL", "ug/L", None, 42, EXACT),
        (40, "g/L", "g/dL", None, 4.0, EXACT),
        (33, "%", "L/L", None, 0.33, EXACT),
        (1, "ukat/L", "U/L", None, 60, EXACT),
        (2, "wk", "d", None, 14, EXACT),
        (17.8, "cm", "mm", None, 178, EXACT),
    ],
)
def test_a_value_is_carried_into_the_unit_that_is_wanted(
    value: float, given: str, wanted: str, substance: str | None, expected: float, tolerance: float
) -> None:
    assert convert(value, given, wanted, substance=substance) == pytest.approx(expected, rel=tolerance)


@pytest.mark.parametrize("written", ["µg/L", "μg/L", "ug/L"])
def test_the_micro_sign_and_the_greek_letter_are_the_same(written: str) -> None:
    assert unit(written).ucum == "ug/L"


@pytest.mark.parametrize("written", ["mg%", "", " ", "Mg/dl", "mbq", "GBQ", "nmol", "10*9", "10*6/uL", "gbq"])
def test_a_spelling_that_is_not_known_is_refused_not_guessed(written: str) -> None:
    with pytest.raises(UnitError, match="unknown unit"):
        unit(written)


def test_a_refused_spelling_is_answered_with_the_one_it_resembles() -> None:
    with pytest.raises(UnitError, match="id you mean 'MBq'"):
        unit("mbq")


@pytest.mark.parametrize(
    ("given", "wanted", "substance"),
    [
        ("mmol/L", "g/dL", None),
        ("mmol/L", "g/dL", "albumin"),
        ("10*9/L", "g/dL", "haemoglobin"),
        ("mL/min", "mL/min/{1.73_m2}", None),
        ("GBq", "Gy", None),
    ],
)
def test_what_does_not_measure_the_same_is_not_converted(given: str, wanted: str, substance: str | None) -> None:
    with pytest.raises(UnitError, match="is a unit of"):
        convert(1.0, given, wanted, substance=substance)


def test_moles_open_only_for_a_substance_of_known_molar_mass() -> None:
    assert "mmol/L" in convertible_units("g/dL", substance="haemoglobin")
    assert "mmol/L" not in convertible_units("g/dL")
    assert convertible_units("GBq")[0] == "GBq"


def test_every_spelling_is_read_as_the_unit_it_is_listed_under() -> None:
    assert {unit(written).ucum for written in spellings("10*9/L")} == {"10*9/L"}
    assert dimension("GBq") == "activity"
