"""Laws of grades: worse is never milder, knowing more never contradicts, and the unit that was written is no matter."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from lutetia.course import Fact
from lutetia.criteria.ctcae import GradeRange, SymptomTerm, Term, grade_answers, grade_term, table
from lutetia.criteria.interval import Interval
from lutetia.units import convert, convertible_units
from lutetia.vocabulary import ITEMS

TERMS = {term.name: term for term in table().terms}
SYMPTOMS = {term.name: term for term in table().symptoms}
RUNS = settings(max_examples=150, deadline=None, derandomize=True, database=None)
FAR_FROM_A_LIMIT = 1e-6
"""A conversion there and back moves a number by less than this part of itself; closer to a limit it may cross it."""


def plausible(term: Term) -> st.SearchStrategy[float]:
    low, high = ITEMS[term.item].plausible or (0.1, 100.0)
    return st.floats(max(low, 0.01), min(high, 1e4)).map(lambda value: round(value, 3))


@st.composite
def a_result(draw: st.DrawFn) -> tuple[Term, dict[str, float], float]:
    term = TERMS[draw(st.sampled_from(sorted(TERMS)))]
    lower, upper, baseline = sorted(draw(plausible(term)) for _ in range(3))
    return term, {"lower": lower, "upper": upper, "baseline": draw(st.sampled_from((lower, baseline, upper)))}, upper


def graded(term: Term, value: float, **references: float | None) -> GradeRange:
    return grade_term(term, Interval.point(value), computed_only=True, **references)


@RUNS
@given(a_result(), st.data())
def test_a_worse_value_never_has_a_milder_grade(
    drawn: tuple[Term, dict[str, float], float], data: st.DataObject
) -> None:
    term, references, _ = drawn
    low, high = sorted((data.draw(plausible(term)), data.draw(plausible(term))))
    low_is_bad = next(iter(term.grades.values()))[0].side in ("below", "to")
    milder, worse = (high, low) if low_is_bad else (low, high)
    first, second = graded(term, milder, **references), graded(term, worse, **references)
    assert first.least <= second.least
    assert first.most <= second.most


@RUNS
@given(a_result(), st.data())
def test_a_limit_that_becomes_known_only_narrows_the_grade(
    drawn: tuple[Term, dict[str, float], float], data: st.DataObject
) -> None:
    term, references, _ = drawn
    value = data.draw(plausible(term))
    hidden = data.draw(st.sampled_from(sorted(references)))
    less = graded(term, value, **{**references, hidden: None})
    more = graded(term, value, **references)
    assert less.least <= more.least
    assert more.most <= less.most


@RUNS
@given(a_result(), st.data())
def test_the_unit_in_which_a_result_was_written_does_not_change_its_grade(
    drawn: tuple[Term, dict[str, float], float], data: st.DataObject
) -> None:
    term, references, _ = drawn
    item, value = ITEMS[term.item], data.draw(plausible(term))
    unit = data.draw(st.sampled_from(convertible_units(item.unit, substance=item.substance)))
    written = convert(value, item.unit, unit, substance=item.substance)
    fact = Fact(item=item.id, value=written, unit=unit, at=date(2026, 1, 1), confirmed="as drawn")
    steps = [step for steps in (*term.grades.values(), *term.abnormal_baseline.values()) for step in steps]
    limits = [(references[s.of] if isinstance(s.of, str) else s.of) * s.times for s in steps]
    if any(abs(value - limit) <= FAR_FROM_A_LIMIT * limit for limit in limits):
        return
    assert graded(term, fact.quantity, **references) == graded(term, value, **references)


@st.composite
def some_answers(draw: st.DrawFn) -> tuple[SymptomTerm, dict[str, str]]:
    """Draw answers to all questions about a symptom that the man has: nobody denies it and is limited by it."""
    term = SYMPTOMS[draw(st.sampled_from(sorted(SYMPTOMS)))]
    asked = [item for item in term.asks if ITEMS[item].choices]
    offered = {item: sorted(set(ITEMS[item].choices) - ({"none"} if item == asked[0] else set())) for item in asked}
    return term, {item: draw(st.sampled_from(offered[item])) for item in asked}


@RUNS
@given(some_answers(), st.data())
def test_an_answer_more_only_narrows_the_grade(drawn: tuple[SymptomTerm, dict[str, str]], data: st.DataObject) -> None:
    term, answers = drawn
    hidden = data.draw(st.sampled_from(sorted(answers)))
    less = grade_answers(term, {item: answer for item, answer in answers.items() if item != hidden})
    more = grade_answers(term, answers)
    assert less.least <= more.least
    assert more.most <= less.most
    assert more.settled


@RUNS
@given(some_answers(), st.data())
def test_a_worse_answer_never_has_a_milder_grade(
    drawn: tuple[SymptomTerm, dict[str, str]], data: st.DataObject
) -> None:
    term, answers = drawn
    item = data.draw(st.sampled_from(sorted(answers)))
    order = [choice for choice in ITEMS[item].choices if choice != "none" or item != term.asks[0]]
    found = [grade_answers(term, {**answers, item: answer}) for answer in order]
    assert [one.least for one in found] == sorted(one.least for one in found)
