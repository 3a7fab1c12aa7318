"""Laws of every assessment: learning never turns, forgetting never passes, worse is never more permissive.

A random course is a written case in which up to four items are forgotten or drawn anew. Every run takes 200 of them for
each law; with ``LUTETIA_DEEP=20000`` in the environment, so many.
"""

import os
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from lutetia.course import Course
from lutetia.guideline import CycleQuestion, Question, Selection, assess
from lutetia.guideline.cases import Case, read_cases
from lutetia.guideline.cycle_decision import RESTRICTION
from lutetia.guideline.verdict import Answer, Assessment, Outcome, Polarity, Status
from lutetia.vocabulary import ITEMS, Item

CASES = [case for case in read_cases() if case.course.facts and not case.file.startswith("boundaries/")]
RUNS = int(os.environ.get("LUTETIA_DEEP") or 200)
QUIET = settings(
    max_examples=RUNS, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
CYCLE_3, CYCLE_1 = CycleQuestion(3, date(2026, 5, 25)), CycleQuestion(1, date(2026, 3, 2))
ASKED = [item for item in ITEMS.values() if item.group not in ("person",) and item.kind not in ("text", "day")]


def with_facts(course: Course, item: str, facts: list[dict[str, Any]] | None) -> Course:
    kept = {name: found for name, found in course.facts.items() if name != item}
    parts = {name: getattr(course, name) for name in type(course).model_fields}
    added = {item: [{**fact, "item": item} for fact in facts]} if facts else {}
    try:
        return Course.model_validate({**parts, "facts": {**kept, **added}})
    except ValidationError:  # what no record can say, such as a value after the patient's death
        reject()


def a_value(item: Item) -> st.SearchStrategy[Any]:
    if item.kind == "flag":
        return st.booleans()
    if item.kind == "choice":
        return st.sampled_from(sorted(item.choices))
    low, high = item.plausible or (0, 10)
    if item.kind == "score":
        return st.integers(int(low), int(high))
    return st.floats(max(low, 0.1), high).map(lambda value: round(value, 2))


def a_fact(item: Item, value: object, on: date) -> dict[str, Any]:
    fact: dict[str, Any] = {"value": value, "at": on.isoformat()}
    if item.kind == "quantity":
        fact["unit"] = item.unit
    return fact


UP_TO_ITEMS = 4


def a_course(data: st.DataObject, case: Case) -> Course:
    """The course of a case in which some items are forgotten or known otherwise."""
    course = case.course
    for item in data.draw(st.lists(st.sampled_from(ASKED), max_size=UP_TO_ITEMS, unique_by=lambda one: one.id)):
        if data.draw(st.booleans()):
            course = with_facts(course, item.id, None)
        else:
            on = case.question.on - timedelta(days=data.draw(st.integers(0, 40)))
            kept = [f.model_dump(exclude={"item"}, exclude_none=True) for f in course.facts_of(item) if f.day != on]
            facts = sorted([*kept, a_fact(item, data.draw(a_value(item)), on)], key=lambda fact: str(fact["at"])[:10])
            course = with_facts(course, item.id, facts)
    return course


def statuses(assessment: Assessment) -> dict[str, Status]:
    return {answer.id: answer.status for answer in assessment.answers}


def passes(answer: Answer) -> bool:
    """Whether an answer lets the patient through."""
    if answer.polarity is Polarity.FOR:
        return answer.status is Status.MET
    return answer.status in (Status.NOT_MET, Status.NOT_APPLICABLE)


ONE_GFR = ("lab.egfr", "lab.creatinine")
"""Two sources of one quantity: where they contradict each other it is unknown, and forgetting one of the two would
decide again. For the laws they are one item."""


@QUIET
@given(st.data())
def test_learning_an_unknown_item_never_swaps_met_and_not_met(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(CASES))
    item = data.draw(st.sampled_from(ASKED))
    course = with_facts(a_course(data, case), item.id, None)
    if item.id in ONE_GFR:  # a second source of the same number may contradict the first, which makes it unknown
        for source in ONE_GFR:
            course = with_facts(course, source, None)
    learnt = with_facts(course, item.id, [a_fact(item, data.draw(a_value(item)), case.question.on)])
    before = statuses(assess(course, case.question, settings=case.settings))
    after = statuses(assess(learnt, case.question, settings=case.settings))
    for rule, status in before.items():
        if status in (Status.MET, Status.NOT_MET):
            assert after[rule] is status, f"{rule} turned from {status} to {after[rule]} by {item.id}"


@QUIET
@given(st.data())
def test_forgetting_an_item_never_makes_a_pass(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(CASES))
    course = a_course(data, case)
    present = sorted(item for item in course.facts if ITEMS[item].group != "setting")
    item = data.draw(st.sampled_from(present))
    whole = assess(course, case.question, settings=case.settings)
    without = with_facts(course, item, None)
    if item in ONE_GFR:
        for source in ONE_GFR:
            without = with_facts(without, source, None)
    poorer = assess(without, case.question, settings=case.settings)
    for before, after in zip(whole.answers, poorer.answers, strict=True):
        assert passes(before) or not passes(after), f"{before.id}: without {item} {before.status} became {after.status}"
    if whole.decision is not None and poorer.decision is not None and whole.decision.outcome is not Outcome.GO:
        assert poorer.decision.outcome is not Outcome.GO, f"without {item}"
    if whole.ready not in (None, Status.MET):
        assert poorer.ready is not Status.MET


WORSE: dict[str, int] = {
    "lab.haemoglobin": -1, "lab.leukocytes": -1, "lab.neutrophils": -1, "lab.platelets": -1, "lab.egfr": -1,
    "lab.creatinine": 1, "lab.ast": 1, "lab.alt": 1, "condition.life_expectancy": -1,
}  # fmt: skip
LISTS = ("therapies", "external_beam", "earlier_radionuclides", "support", "events", "medication", "comorbidities")


@pytest.mark.parametrize("name", LISTS)
def test_a_list_that_nobody_calls_complete_never_makes_a_pass(name: str) -> None:
    for case in CASES[::EVERY_FOURTH]:
        listed = getattr(case.course, name)
        if listed.entries or listed.complete_as_of is None:
            continue
        open_ended = case.course.model_copy(update={name: type(listed)()})
        whole = assess(case.course, case.question, settings=case.settings)
        poorer = assess(open_ended, case.question, settings=case.settings)
        for before, after in zip(whole.answers, poorer.answers, strict=True):
            assert passes(before) or not passes(after), f"{case.name}: {before.id} without {name}"


EVERY_FOURTH = 4
BAD = {
    "condition.ecog": 4, "condition.acute_infection": True, "condition.hydronephrosis": True,
    "condition.toxicity_unacceptable": True, "condition.severe_comorbidity": True,
    "condition.tolerates_hydration": False, "condition.urinary_incontinence": "unmanageable",
    "condition.organ_deterioration": True, "condition.unmanageable_psychiatric": True,
}  # fmt: skip


def worse_number(course: Course, item: str, factor: float) -> Course | None:
    """Worsen the latest value, unless it is one that later values are compared with."""
    facts = course.facts_of(item)
    first = course.cycle(1)
    if not facts or (first is not None and first.given_on is not None and facts[-1].day <= first.given_on):
        return None
    last = facts[-1]
    value = last.quantity * factor if WORSE[item] < 0 else last.quantity / factor
    low, high = ITEMS[item].plausible or (0, 1e9)
    changed = {"value": min(max(value, low), high), "unit": ITEMS[item].unit, "at": last.at}
    limits = {"lower": last.lower_limit, "upper": last.upper_limit} if ITEMS[item].has_limits else {}
    return course.model_copy(
        update={"facts": {**course.facts, item: (*facts[:-1], type(last)(item=item, **changed, **limits))}}
    )


def assert_not_more_permissive(before: Assessment, after: Assessment, what: str) -> None:
    if before.decision is None or after.decision is None:
        return
    old, new = before.decision, after.decision
    assert RESTRICTION[new.at_most] >= RESTRICTION[old.at_most], what
    assert old.outcome is Outcome.GO or new.outcome is not Outcome.GO, what
    if old.activity_gbq is not None and new.activity_gbq is not None:
        assert new.activity_gbq <= old.activity_gbq, what


@QUIET
@given(st.data())
def test_a_worse_current_number_is_never_more_permissive(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from([case for case in CASES if case.question.kind == "cycle"]))
    item = data.draw(st.sampled_from(sorted(WORSE)))
    course = a_course(data, case)
    for other in set(ONE_GFR) - {item} if item in ONE_GFR else ():  # two sources may come to contradict each other
        course = with_facts(course, other, None)
    worse = worse_number(course, item, data.draw(st.floats(0.02, 0.999)))
    if worse is None:
        return
    before = assess(course, case.question, settings=case.settings)
    after = assess(worse, case.question, settings=case.settings)
    assert_not_more_permissive(before, after, f"{case.name}: {item}")


@QUIET
@given(st.data())
def test_every_course_has_one_decision_and_the_same_one_again(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from([case for case in CASES if case.question.kind == "cycle"]))
    course = a_course(data, case)
    first = assess(course, case.question, known_on=case.known_on, settings=case.settings)
    again = assess(course.model_copy(deep=True), case.question, known_on=case.known_on, settings=case.settings)
    assert first == again
    if first.in_scope:
        assert first.decision is not None
        assert first.decision.outcome is not Outcome.UNDETERMINED or first.decision.decides or first.decision.weigh
        assert all(answer.asks_for for answer in first.answers if answer.status is Status.UNKNOWN)


@pytest.mark.parametrize("item", sorted(BAD))
@pytest.mark.parametrize("question", [CYCLE_1, CYCLE_3], ids=str)
def test_a_worse_current_condition_is_never_more_permissive(item: str, question: Question) -> None:
    for case in [case for case in CASES if case.question == question][::EVERY_FOURTH]:
        fact = a_fact(ITEMS[item], BAD[item], question.on)
        others = [f.model_dump(exclude={"item"}, exclude_none=True) for f in case.course.facts_of(item)]
        worse = with_facts(case.course, item, [*others, fact])
        before = assess(case.course, question, settings=case.settings)
        after = assess(worse, question, settings=case.settings)
        assert_not_more_permissive(before, after, f"{case.name}: {item}")


@QUIET
@given(st.data())
def test_what_comes_after_the_day_as_known_changes_nothing(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(CASES))
    item = data.draw(st.sampled_from(ASKED))
    later = date(2027, 6, 1)
    fact = a_fact(item, data.draw(a_value(item)), later)
    others = [f.model_dump(exclude={"item"}, exclude_none=True) for f in case.course.facts_of(item)]
    grown = with_facts(case.course, item.id, [*others, fact])
    assert assess(grown, case.question, settings=case.settings) == assess(
        case.course, case.question, settings=case.settings
    )


def test_selection_makes_no_decision_on_a_cycle() -> None:
    assert all(assess(case.course, Selection(case.question.on)).decision is None for case in CASES[:5])
