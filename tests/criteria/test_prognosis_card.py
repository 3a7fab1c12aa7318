"""A model is computed exactly from its card and never from a value that nobody knows; bad cards are refused."""

from datetime import date
from math import exp, log

import pytest

from lutetia.course import Course
from lutetia.course.file import parse_course
from lutetia.criteria.prognosis import Prediction, known_value, named_models, predict
from lutetia.criteria.prognosis_card import DERIVED, CardFileError, parse_card
from lutetia.vocabulary import ITEMS

EXACT_BUT_FOR_ROUNDING = 1e-12
ON = date(2026, 3, 1)
FACTS = """
format: lutetia-course/1
id: T-1
patient: {birth_date: 1955-06-01}
facts:
  disease.diagnosed_on: [{value: 2020-03-01, at: 2026-02-20}]
  disease.liver_metastases: [{value: true, at: 2026-02-20}]
  lab.haemoglobin: [{value: 110, unit: g/L, at: 2026-02-25}]
  lab.ldh: [{value: 300, unit: U/L, at: 2026-02-25}]
  condition.ecog: [{value: 2, at: 2026-02-25}]
  imaging.psg_visual: [{value: low, at: 2026-02-20}]
"""
HEAD = """
format: lutetia-model-card/1
name: Made-up model
version: "1"
outcome: overall survival
source: {title: A made-up source, year: 2026, identifier: none, locator: Table 2}
time_zero: day as known
no_older_than_days: 28
population:
  men: 100
  described: made up
  ranges:
    - {item: lab.haemoglobin, unit: g/dL, lowest: 8, highest: 16}
    - {item: disease.liver_metastases, values: ["true", "false"]}
"""
COX = (
    HEAD
    + """
cox:
  at_linear_predictor: 0.5
  survival: [{months: 12, survival: 0.6}, {months: 24, survival: 0.3}]
  covariates:
    - {name: haemoglobin, item: lab.haemoglobin, unit: g/dL, centre: 12, per: 2, coefficient: -0.4}
    - {name: LDH, item: lab.ldh, unit: U/L, transform: ln, coefficient: 0.3}
    - {name: ECOG 2 or more, item: condition.ecog, at_least: 2, coefficient: 0.6}
    - {name: liver, item: disease.liver_metastases, coefficient: 0.7}
    - {name: uptake, item: imaging.psg_visual, levels: {high: -0.5, intermediate: 0, low: 0.25}}
    - {name: age, item: derived.age_years, per: 10, coefficient: 0.1}
"""
)
NOMOGRAM = (
    HEAD
    + """
nomogram:
  covariates:
    - {name: haemoglobin, item: lab.haemoglobin, unit: g/dL, points: [[6, 100], [16, 0]]}
    - {name: uptake, item: imaging.psg_visual, levels: {high: 0, intermediate: 20, low: 40}}
  totals:
    - {points: 0, survival: [{months: 12, survival: 0.9}]}
    - {points: 100, survival: [{months: 12, survival: 0.5}]}
"""
)


def course(text: str = FACTS) -> Course:
    return parse_course(text, name="course.yaml")


def of(card: str, facts: str = FACTS) -> Prediction:
    return predict(parse_card(card, name="card.yaml"), course(facts), known_on=ON)


def test_a_cox_model_gives_what_is_computed_by_hand() -> None:
    found = of(COX)
    by_hand = -0.4 * (11 - 12) / 2 + 0.3 * log(300) + 0.6 + 0.7 + 0.25 + 0.1 * 70 / 10
    assert found.score == pytest.approx(by_hand, abs=EXACT_BUT_FOR_ROUNDING)
    expected = [survival ** exp(by_hand - 0.5) for survival in (0.6, 0.3)]
    assert [at.probability for at in found.survival] == pytest.approx(expected, abs=EXACT_BUT_FOR_ROUNDING)
    assert found.within is True


def test_a_nomogram_is_read_along_straight_lines() -> None:
    found = of(NOMOGRAM)
    assert found.score == pytest.approx(50 + 40, abs=EXACT_BUT_FOR_ROUNDING)
    assert found.survival[0].probability == pytest.approx(0.9 - 0.4 * 0.9, abs=EXACT_BUT_FOR_ROUNDING)


def test_a_nomogram_is_not_read_beyond_its_scale_or_its_totals() -> None:
    beyond = of(NOMOGRAM, FACTS.replace("value: 110", "value: 50"))
    assert beyond.score is None
    assert "beyond the nomogram's scale" in beyond.needs[0]
    over = of(NOMOGRAM.replace("low: 40", "low: 60"))
    assert over.survival == ()
    assert "beyond the nomogram's totals" in over.notes[0]


@pytest.mark.parametrize(
    "line", [line for line in FACTS.splitlines() if line.startswith("  ") and "diagnosed" not in line]
)
def test_a_covariate_that_nobody_recorded_leaves_the_answer_unknown(line: str) -> None:
    found = of(COX, FACTS.replace(line + "\n", ""))
    assert found.score is None
    assert found.survival == ()
    assert len(found.needs) >= 1


def test_a_covariate_that_is_too_old_or_only_a_bound_is_not_used() -> None:
    old = of(COX, FACTS.replace("unit: U/L, at: 2026-02-25", "unit: U/L, at: 2026-01-31"))
    assert "29 days old" in old.needs[0]
    bound = of(COX, FACTS.replace("{value: 300", "{comparator: '>', value: 300"))
    assert "a number, not > 300" in bound.needs[0]


def test_a_man_outside_the_population_is_told_so_and_still_computed() -> None:
    found = of(COX, FACTS.replace("value: 110", "value: 70"))
    assert found.within is False
    assert "lab.haemoglobin is 70 g/L" in found.outside[0]
    assert found.score is not None


def test_whether_he_is_of_the_population_is_unknown_where_a_range_cannot_be_checked() -> None:
    card = NOMOGRAM.replace(
        "{item: lab.haemoglobin, unit: g/dL, lowest: 8, highest: 16}", "{item: lab.psa, unit: ng/mL, lowest: 1}"
    )
    assert of(card).within is None


def test_time_since_diagnosis_is_made_of_the_day() -> None:
    known = known_value(course(), "derived.months_since_diagnosis", None, on=ON, days=None)
    assert known.value == pytest.approx(2191 / 30.4375)


BROKEN = (
    ("item: lab.ldh, unit: U/L", "item: lab.ldh", "a unit is never guessed"),
    ("item: lab.ldh, unit: U/L", "item: lab.ldh, unit: g/dL", "is a unit of"),
    ("item: lab.ldh, unit: U/L", "item: lab.lhd, unit: U/L", "not in the vocabulary"),
    ("item: lab.ldh, unit: U/L", "item: person.cause_of_death", "is a text"),
    ("item: condition.ecog", "item: condition.ecog, unit: U/L", "takes no unit"),
    ("coefficient: 0.3}", "coefficient: 0.3, points: [[1, 2], [2, 3]]}", "more than one of"),
    ("at_least: 2, coefficient: 0.6", "at_least: 2", "none of"),
    ("high: -0.5, ", "", "The answers high are missing"),
    ("low: 0.25}", "low: 0.25, none: 1}", "No answer of"),
    ("transform: ln", "transform: sqrt", "'sqrt' is not possible here"),
    ("name: liver,", "name: LDH,", "stands in the card twice"),
    ("survival: 0.3}", "survival: 0.7}", "survival rises with time"),
    ("survival: 0.6}", "survival: 60}", "outside what is possible"),
    ("at_linear_predictor: 0.5", "", "'at_linear_predictor' is missing"),
    ("time_zero: day as known", "time_zero: diagnosis", "'diagnosis' is not possible"),
    ("no_older_than_days: 28", "", "'no_older_than_days' is missing"),
    ("lowest: 8, highest: 16", "values: [a]", "is bounded by"),
    ('values: ["true", "false"]', 'values: ["maybe"]', "'maybe' is no answer"),
    ("cox:", "nomogram:", "not known here"),
    ("locator: Table 2", "", "'locator' is missing"),
)


@pytest.mark.parametrize(("old", "new", "words"), BROKEN, ids=[words for *_, words in BROKEN])
def test_a_broken_card_is_refused_with_what_to_write(old: str, new: str, words: str) -> None:
    assert old in COX
    with pytest.raises(CardFileError, match=words):
        parse_card(COX.replace(old, new), name="card.yaml")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[[6, 100], [16, 0]]", "[[6, 100], [6, 0]]", "rising values"),
        ("points: [[6, 100], [16, 0]]", "coefficient: 1", "A nomogram has points"),
        ("points: 100, survival", "points: 0, survival", "The totals do not rise"),
        ("{points: 100, survival: [{months: 12,", "{points: 100, survival: [{months: 24,", "different times"),
    ],
)
def test_a_broken_nomogram_is_refused(old: str, new: str, words: str) -> None:
    with pytest.raises(CardFileError, match=words):
        parse_card(NOMOGRAM.replace(old, new), name="card.yaml")


def test_a_card_without_a_model_or_with_two_is_refused() -> None:
    with pytest.raises(CardFileError, match="one model"):
        parse_card(HEAD, name="card.yaml")


def test_published_models_are_named_with_what_they_need_and_none_has_a_number_to_compute_with() -> None:
    assert len(named_models()) == 3
    for model in named_models():
        assert model.source.title
        assert "coefficients" in model.needs
        assert all(not item or item in ITEMS or item in DERIVED for _, item in model.covariates)
