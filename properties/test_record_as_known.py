"""Laws of the record: what is known on a day never grows backwards, and no view shows more than it may."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lutetia.course import Course
from lutetia.course.consistency import LISTS

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 60).map(lambda n: FIRST + timedelta(days=n))
ITEMS = ("lab.platelets", "lab.neutrophils")
EXAMPLES = 60


@st.composite
def fact_histories(draw: st.DrawFn, item: str) -> list[dict[str, Any]]:
    """Return facts of one item; some are corrected once or several times, each time a day or more later."""
    facts: list[dict[str, Any]] = []
    for number, at in enumerate(draw(st.lists(DAYS, max_size=4, unique=True))):
        recorded = at + timedelta(days=draw(st.integers(0, 10)))
        name = f"{item}-{number}"
        facts.append({"value": draw(st.integers(1, 200)), "unit": "10*9/L", "at": at, "id": name})
        if draw(st.booleans()):
            facts[-1]["recorded_at"] = recorded
        for correction in range(draw(st.integers(0, 2))):
            recorded += timedelta(days=draw(st.integers(0, 10)))
            wrong, name = name, f"{name}-{correction}"
            facts.append(
                {
                    "value": draw(st.integers(1, 200)),
                    "unit": "10*9/L",
                    "at": at,
                    "id": name,
                    "recorded_at": recorded,
                    "supersedes": wrong,
                    "why": "typing error",
                }
            )
    return draw(st.permutations(facts))


@st.composite
def therapies(draw: st.DrawFn) -> dict[str, Any]:
    """Return a line of treatment, ended or not, with or without dated progression."""
    started = draw(DAYS)
    line: dict[str, Any] = {"drug": "docetaxel", "drug_class": "taxane", "started": started}
    if draw(st.booleans()):
        line |= {"stopped": started + timedelta(days=draw(st.integers(0, 30))), "reason_for_stopping": "progression"}
    if draw(st.booleans()):
        line |= {"progressed": True, "progressed_on": started + timedelta(days=draw(st.integers(0, 30)))}
    return line


@st.composite
def administrations(draw: st.DrawFn, day: date) -> dict[str, Any]:
    """Return an administration on a day, perhaps a correction of an earlier version of itself."""

    def version(gbq: float) -> dict[str, Any]:
        at = f"{day}T10:00+01:00"
        return {"started_at": at, "syringe_before": {"activity": {"value": gbq, "unit": "GBq"}, "at": at}}

    wrong = version(4.7)
    if not draw(st.booleans()):
        return wrong
    recorded = day + timedelta(days=draw(st.integers(0, 10)))
    return {**version(7.4), "recorded_at": recorded, "why": "read from the wrong line", "corrects": wrong}


@st.composite
def cycles(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return up to two cycles, given in order or only planned."""
    first = draw(DAYS)
    days = [first, first + timedelta(days=draw(st.integers(1, 30)))][: draw(st.integers(0, 2))]
    found = []
    for number, day in enumerate(days, start=1):
        cycle: dict[str, Any] = {"number": number, "agent": "[177Lu]Lu-PSMA-617", "planned": day}
        if draw(st.booleans()):
            cycle |= {"administration": draw(administrations(day)), "preparation": {"batch": "B1"}}
        if draw(st.booleans()):
            cycle["recorded_at"] = draw(DAYS)
        found.append(cycle)
    return found


@st.composite
def courses(draw: st.DrawFn) -> Course:
    """Return a record of which parts became known on different days."""
    grades = [
        {"on": day, "grade": draw(st.integers(0, 4))} for day in sorted(draw(st.sets(DAYS, min_size=1, max_size=3)))
    ]
    seen = draw(DAYS)
    lesion = {"id": "L1", "site": "rib", "kind": "bone", "first_seen": seen, "recorded_at": draw(DAYS)}
    return Course.model_validate(
        {
            "format": "lutetia-course/1",
            "id": "P-001",
            "facts": {item: facts for item in ITEMS if (facts := draw(fact_histories(item)))},
            "therapies": {"entries": draw(st.lists(therapies(), max_size=2)), "complete_as_of": draw(DAYS), "by": "x"},
            "events": {"entries": [{"term": "nausea", "ctcae": "5.0", "organ": "general", "grades": grades}]},
            "lesions": {"entries": [lesion]},
            "examinations": {"entries": [{"on": max(seen, draw(DAYS)), "kind": "ct", "lesions": [{"lesion": "L1"}]}]},
            "consents": [{"given_at": seen, "withdrawn_on": max(seen, draw(DAYS))}],
            "cycles": draw(cycles()),
        }
    )


@settings(max_examples=EXAMPLES, deadline=None)
@given(courses(), DAYS)
def test_asking_twice_for_a_day_changes_nothing(course: Course, day: date) -> None:
    assert course.as_known(day).as_known(day) == course.as_known(day)


@settings(max_examples=EXAMPLES, deadline=None)
@given(courses(), DAYS, DAYS)
def test_a_view_of_a_view_is_the_view_of_the_earlier_day(course: Course, one: date, other: date) -> None:
    assert course.as_known(one).as_known(other) == course.as_known(min(one, other))


@settings(max_examples=EXAMPLES, deadline=None)
@given(courses(), DAYS)
def test_no_view_holds_anything_dated_or_recorded_later(course: Course, day: date) -> None:
    for entry in course.as_known(day).all_entries():
        known_from = entry.known_from()
        inside_cycles = "corrects" in type(entry).model_fields  # an old version stays inside the one that replaced it
        assert known_from is None or known_from <= day or inside_cycles


@settings(max_examples=EXAMPLES, deadline=None)
@given(courses(), DAYS, DAYS)
def test_what_happened_is_never_forgotten(course: Course, one: date, other: date) -> None:
    early, late = (course.as_known(day) for day in sorted((one, other)))
    for item in ITEMS:  # a correction replaces a value; no time of sampling is lost by it
        assert {fact.at for fact in early.facts_of(item)} <= {fact.at for fact in late.facts_of(item)}
    for name in LISTS:
        assert len(getattr(early, name).entries) <= len(getattr(late, name).entries)
    assert len(early.given_cycles) <= len(late.given_cycles)


@settings(max_examples=EXAMPLES, deadline=None)
@given(courses())
def test_in_the_end_each_fact_has_exactly_its_last_correction(course: Course) -> None:
    final = course.as_known(date.max)
    for item in ITEMS:
        corrected = {fact.supersedes for fact in course.facts.get(item, ())}
        expected = {fact.id for fact in course.facts.get(item, ())} - corrected
        assert {fact.id for fact in final.facts_of(item)} == expected
        assert final.facts_of(item) == course.facts_of(item)


@settings(max_examples=EXAMPLES, deadline=None)
@given(courses(), DAYS)
def test_on_each_day_at_most_one_version_of_a_result_is_seen(course: Course, day: date) -> None:
    for item in ITEMS:
        times = [fact.at for fact in course.as_known(day).facts_of(item)]
        assert times == sorted(set(times))
