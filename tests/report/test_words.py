"""Numbers, units and names are written as a reader expects them."""

from __future__ import annotations

import pytest

from lutetia.report import words
from lutetia.report.references import per_activity, quoted_limit


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.43219, "0.432"),
        (9.996, "10.0"),
        (99.96, "100"),
        (1234.5, "1230"),
        (18812, "18800"),
        (0.0, "0"),
        (-2.345, "−2.35"),
        (None, "–"),
        (float("nan"), "–"),
        (float("inf"), "–"),
        (0.00123456, "0.00123"),
    ],
)
def test_numbers_have_three_significant_digits(value: float | None, written: str) -> None:
    assert words.number(value) == written


@pytest.mark.parametrize(("value", "written"), [(40.0, "40"), (10.4, "10.4"), (2.6, "2.6"), (148, "148"), (0.5, "0.5")])
def test_recorded_values_gain_no_digits(value: float, written: str) -> None:
    assert words.measured(value) == written


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("[177Lu]Lu-PSMA-617", "[¹⁷⁷Lu]Lu-PSMA-617"),
        ("177Lu-PSMA-I&T", "¹⁷⁷Lu-PSMA-I&T"),
        ("Lu-177 DOTATATE", "Lu-177 DOTATATE"),
        ("[68Ga]Ga-PSMA-11", "[⁶⁸Ga]Ga-PSMA-11"),
    ],
)
def test_mass_numbers_are_raised_and_ligand_numbers_are_not(name: str, written: str) -> None:
    assert words.nuclide(name) == written


def test_units_inside_sentences_are_printed_not_coded() -> None:
    assert (
        words.prose("eGFR < 30 mL/min/{1.73_m2}, platelets 75 10*9/L") == "eGFR < 30 mL/min/1.73 m², platelets 75 10⁹/L"
    )


def test_regions_and_items_have_readable_names() -> None:
    assert words.region("kidney_left") == "kidney L"
    assert words.region("L1") == "L1"
    assert words.item("lab.egfr") == "eGFR"
    assert words.item("disease.psma_positive") == "PSMA-positive on imaging"
    assert words.item("therapies") == "therapies"
    assert words.prose("unknown: lab.creatinine, patient.birth_date") == "unknown: creatinine, date of birth"


def test_words_are_joined_and_sentences_end() -> None:
    assert words.listed(["a"]) == "a"
    assert words.listed(["a", "b", "c"], "or") == "a, b or c"
    assert words.sentence("postpone by 2 weeks") == "Postpone by 2 weeks."
    assert words.sentence("eGFR 71 to 40.") == "eGFR 71 to 40."
    assert words.short_region("L5 left supraclavicular lymph node") == "L5"
    assert words.short_region("Left parotid gland") == "Left parotid"
    assert words.place("EANM/SNMMI 2023, Indications, 1", "EANM/SNMMI 2023") == "Indications, 1"


def test_references_are_those_of_the_guidelines_dosimetry_section() -> None:
    kidney = per_activity("kidney_left", "PSMA-617")
    assert kidney is not None
    assert (kidney.mean_gy_per_gbq, kidney.sd_gy_per_gbq) == (0.43, 0.16)
    assert "Dosimetry, para 1" in kidney.source
    assert per_activity("kidney_left", None) is None
    limit = quoted_limit("kidney_right")
    assert limit is not None
    assert "not validated for radioligand therapy" in limit.source
