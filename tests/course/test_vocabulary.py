"""Is each item of the vocabulary defined so that a form, a file and a rule can rely on it?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from lutetia.course import Fact
from lutetia.course.therapy import Support, TherapyLine
from lutetia.units import unit
from lutetia.vocabulary import ITEMS, OTHER_NAMES, Item, laboratory
from lutetia.vocabulary.drugs import DRUGS, RADIOLIGANDS, DrugClass, drug
from lutetia.vocabulary.table import as_markdown


@pytest.mark.parametrize("item", ITEMS.values(), ids=lambda item: item.id)
def test_an_item_is_complete_for_its_kind(item: Item) -> None:
    assert item.asks.endswith("?")
    assert re.fullmatch(r"[a-z]+\.[a-z_0-9]+", item.id)
    assert (item.kind == "quantity") == bool(item.unit) == (item.unit != "" and unit(item.unit).ucum == item.unit)
    assert (item.kind == "choice") == bool(item.choices)
    if item.kind in ("quantity", "score"):
        assert item.plausible is not None
        assert item.plausible[0] < item.plausible[1]


def test_no_two_items_have_one_name_or_code() -> None:
    codes = [code for item in ITEMS.values() for code in item.codes.values()]
    assert len(codes) == len(set(codes))
    assert not set(OTHER_NAMES) & set(ITEMS)


def test_loinc_codes_carry_their_check_digit() -> None:
    for item in ITEMS.values():
        if "loinc" not in item.codes:
            continue
        body, digit = item.codes["loinc"].split("-")
        doubled = [int(d) * (2 if place % 2 == 0 else 1) for place, d in enumerate(reversed(body))]
        assert (10 - sum(d // 10 + d % 10 for d in doubled) % 10) % 10 == int(digit), item.id


# The codes as published in implementation guides; albumin's is sometimes printed for ALT, so both stand here.
@pytest.mark.parametrize(
    ("item", "loinc"),
    [
        (laboratory.haemoglobin, "718-7"), (laboratory.leukocytes, "6690-2"), (laboratory.neutrophils, "751-8"),
        (laboratory.platelets, "777-3"), (laboratory.creatinine, "2160-0"), (laboratory.egfr, "98979-8"),
        (laboratory.ast, "1920-8"), (laboratory.alt, "1742-6"), (laboratory.albumin, "1751-7"),
        (laboratory.bilirubin, "1975-2"), (laboratory.alkaline_phosphatase, "6768-6"), (laboratory.ldh, "2532-0"),
        (laboratory.psa, "2857-1"), (laboratory.crp, "1988-5"), (laboratory.testosterone, "2986-8"),
    ],
)  # fmt: skip
def test_a_laboratory_item_has_its_loinc_code(item: Item, loinc: str) -> None:
    assert item.codes["loinc"] == loinc


def test_each_drug_has_one_code_and_known_classes() -> None:
    every = (*DRUGS, *RADIOLIGANDS)
    assert len({d.atc for d in every}) == len(every)
    assert all(re.fullmatch(r"[A-Z]\d{2}[A-Z]{2}\d{2}", d.atc) for d in every)
    assert all(name in get_args(DrugClass) for d in DRUGS for name in d.classes)


@pytest.mark.parametrize(
    ("name", "atc"),
    [
        ("Xtandi", "L02BB04"), ("abiraterone acetate", "L02BX03"), ("Docetaxel 75 mg/m2", "L01CD02"),
        ("zoledronic  acid", "M05BA08"),
    ],
)  # fmt: skip
def test_a_drug_is_known_by_its_brand_and_with_its_strength(name: str, atc: str) -> None:
    known = drug(name)
    assert known is not None
    assert known.atc == atc


def test_a_drug_that_is_not_in_the_table_is_taken_as_written() -> None:
    assert drug("capivasertib") is None
    line = TherapyLine(drug="capivasertib", drug_class="other", started="2025-01-01")  # type: ignore[arg-type]
    assert line.drug == "capivasertib"


def test_bicalutamide_is_no_novel_androgen_axis_drug() -> None:
    with pytest.raises(ValueError, match="L02BB03"):
        TherapyLine(drug="bicalutamide", drug_class="arpi", started="2019-01-01")  # type: ignore[arg-type]


def test_a_long_acting_growth_factor_cannot_be_called_short_acting() -> None:
    with pytest.raises(ValueError, match="write 'long_acting: true'"):
        Support(kind="g-csf", drug="pegfilgrastim", long_acting=False, on="2026-01-01")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no g-csf"):
        Support(kind="g-csf", drug="enzalutamide", on="2026-01-01")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("item", "value", "unit", "comparator", "shown"),
    [
        ("lab.platelets", 180, "10*9/L", None, "180 10*9/L"),
        ("lab.platelets", 180000, "/uL", None, "180000 /uL"),
        ("lab.haemoglobin", 6.7, "mmol/L", None, "6.7 mmol/L"),
        ("lab.psa", 0.02, "ng/mL", "<", "< 0.02 ng/mL"),
        ("lab.haemoglobin", 11.0, "g/dL", None, "11 g/dL"),
        ("condition.ecog", 1, None, None, "1"),
        ("condition.acute_infection", False, None, None, "no"),
        ("disease.histology", "small-cell", None, None, "small-cell carcinoma"),
    ],
)
def test_a_fact_is_shown_as_it_was_given(
    item: str, value: object, unit: str | None, comparator: str | None, shown: str
) -> None:
    fact = Fact.model_validate(
        {"item": item, "value": value, "unit": unit, "comparator": comparator, "at": "2026-02-27"}
    )
    assert fact.shown() == shown


def test_a_result_is_compared_in_the_unit_of_its_item_and_so_are_its_limits() -> None:
    raw = {"item": "lab.creatinine", "value": 150, "unit": "umol/L", "upper": 104, "lower": 64, "at": "2026-02-27"}
    fact = Fact.model_validate(raw)
    printed_to_three_digits = 0.005
    assert fact.quantity == pytest.approx(1.70, abs=printed_to_three_digits)
    assert fact.upper_limit == pytest.approx(1.18, abs=printed_to_three_digits)
    assert fact.lower_limit == pytest.approx(0.724, abs=printed_to_three_digits)


def test_an_implausible_value_is_taken_when_somebody_confirms_it() -> None:
    raw = {"item": "lab.psa", "value": 120000, "unit": "ng/mL", "at": "2026-02-27"}
    with pytest.raises(ValueError, match="plausible"):
        Fact.model_validate(raw)
    assert Fact.model_validate({**raw, "confirmed": "measured in two dilutions"}).quantity == 120000


def test_the_page_of_the_vocabulary_is_that_of_this_version_and_lists_every_item() -> None:
    page = (Path(__file__).parents[2] / "docs" / "vocabulary.md").read_text(encoding="utf-8")
    assert page == as_markdown(), "write lutetia.vocabulary.table.as_markdown() to docs/vocabulary.md"
    assert all(f"| `{item}` |" in page for item in ITEMS)
