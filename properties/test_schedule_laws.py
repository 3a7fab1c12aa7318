"""Laws of every plan: time never makes overdue upcoming, a fact completes what was due, windows run forward."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lutetia.course import Course
from lutetia.guideline.schedule import PENDING, DueState, Plan, plan
from lutetia.report.calendar import LONGEST_LINE, render_calendar

QUIET = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
START = date(2027, 11, 20)  # the courses run over a leap day
BLOOD = {
    "lab.haemoglobin": (12.0, "g/dL"), "lab.leukocytes": (5.0, "10*9/L"), "lab.neutrophils": (3.0, "10*9/L"),
    "lab.platelets": (120, "10*9/L"), "lab.creatinine": (1.0, "mg/dL"), "lab.psa": (40, "ng/mL"),
}  # fmt: skip
DAYS = st.integers(0, 300).map(lambda after: START + timedelta(days=after))


def fact(item: str, on: date, factor: float = 1.0) -> dict[str, Any]:
    value, unit = BLOOD[item]
    return {"item": item, "value": round(value * factor, 2), "unit": unit, "at": on.isoformat()}


@st.composite
def courses(draw: st.DrawFn) -> Course:
    """Draw a record with cycles given at some intervals, results, scans, events, examinations and decisions."""
    agent = draw(st.sampled_from(["[177Lu]Lu-PSMA-617", "[177Lu]Lu-PSMA-I&T"]))
    day, cycles = START, []
    for number in range(1, draw(st.integers(0, 4)) + 1):
        at, hours = f"{day}T10:00+01:00", draw(st.sampled_from([None, 1, 24, 72]))
        scans = [] if hours is None else [{"series_uid": f"1.2.{number}", "acquired_at": _later(day, hours)}]
        reported = {"activity": {"value": 7.4, "unit": "GBq"}, "source": "elsewhere"}
        cycles.append({"number": number, "agent": agent, "planned": day.isoformat(), "scans": scans,
                       "administration": {"started_at": at, "reported": reported}})  # fmt: skip
        day += timedelta(days=draw(st.integers(20, 80)))
    if draw(st.booleans()):
        cycles.append({"number": len(cycles) + 1, "agent": agent, "planned": day.isoformat()})
    facts: dict[str, list[dict[str, Any]]] = {}
    for item, on, factor in draw(
        st.lists(st.tuples(st.sampled_from(sorted(BLOOD)), DAYS, st.sampled_from([0.2, 0.5, 1.0, 1.6])), max_size=25)
    ):
        if all(one["at"] != on.isoformat() for one in facts.get(item, ())):
            facts.setdefault(item, []).append(fact(item, on, factor))
    pets = [{"kind": "psma-pet", "on": on.isoformat()} for on in draw(st.lists(DAYS, max_size=3, unique=True))]
    support = [{"kind": "g-csf", "on": on.isoformat()} for on in draw(st.lists(DAYS, max_size=2, unique=True))]
    grades = sorted(draw(st.lists(st.tuples(DAYS, st.integers(0, 4)), max_size=4, unique_by=lambda one: one[0])))
    told = [{"on": on.isoformat(), "grade": grade} for on, grade in grades]
    event = {"term": "colitis", "ctcae": "5.0", "organ": "gastrointestinal", "grades": told}
    events = [event] if told else []
    stops = [{"on": on.isoformat(), "outcome": "discontinue", "author": "Dr A", "reason": "his wish"}
             for on in draw(st.lists(DAYS, max_size=1))]  # fmt: skip
    return Course.model_validate({
        "format": "lutetia-course/1", "id": "P-1", "timezone": "Europe/Paris", "cycles": cycles, "facts": facts,
        "examinations": {"entries": pets}, "support": {"entries": support}, "events": {"entries": events},
        "decisions": stops,
    })  # fmt: skip


def _later(day: date, hours: int) -> str:
    whole = day + timedelta(days=(10 + hours) // 24)
    return f"{whole}T{(10 + hours) % 24:02d}:00+01:00"


def states(found: Plan) -> dict[str, DueState]:
    return {item.key: item.state for item in found.items}


@QUIET
@given(courses(), DAYS, st.integers(1, 120))
def test_a_later_day_never_turns_overdue_into_upcoming(record: Course, day: date, more: int) -> None:
    before = states(plan(record, known_on=day))
    after = states(plan(record, known_on=day + timedelta(days=more)))
    for key, found in before.items():
        if found in (DueState.OVERDUE, DueState.MISSED):
            assert after.get(key) is not DueState.UPCOMING, key


@QUIET
@given(courses(), DAYS)
def test_windows_run_forward_and_every_state_has_what_it_needs(record: Course, day: date) -> None:
    found = plan(record, known_on=day)
    assert len({item.key for item in found.items}) == len(found.items)
    for item in found.items:
        known = [one for one in (item.opens, item.ideal, item.closes) if one is not None]
        assert known == sorted(known), item.key
        assert item.because, item.key
        if item.state is DueState.DONE:
            assert item.done_on is not None, item.key
            assert item.done_on <= day, item.key
        else:
            assert item.done_on is None, item.key
        if item.state is DueState.UNKNOWN:
            assert item.asks_for, item.key
        if item.state is DueState.UPCOMING:
            assert item.opens is not None, item.key
            assert item.opens > day or item.tentative, item.key
        if item.state is DueState.OVERDUE:
            assert item.closes is not None, item.key
            assert item.closes < day, item.key
        if item.blocked_until is not None:
            assert item.blocked_until > day, item.key


@QUIET
@given(courses(), DAYS)
def test_the_same_record_and_day_give_the_same_plan_and_calendar(record: Course, day: date) -> None:
    assert plan(record, known_on=day) == plan(record, known_on=day)
    assert render_calendar(plan(record, known_on=day)) == render_calendar(plan(record, known_on=day))


@QUIET
@given(courses(), DAYS)
def test_the_plan_of_a_day_is_made_of_what_was_known_on_it(record: Course, day: date) -> None:
    assert plan(record, known_on=day) == plan(record.as_known(day), known_on=day)


@QUIET
@given(st.data())
def test_adding_what_is_due_makes_it_done(data: st.DataObject) -> None:
    record, day = data.draw(courses()), data.draw(DAYS)
    found = plan(record, known_on=day)
    for item in found.items:
        if item.rule not in ("FU-1a", "FU-1b", "FU-2a", "CI-C3b") or item.opens is None or item.closes is None:
            continue
        if item.state not in (DueState.DUE_NOW, DueState.OVERDUE):
            continue
        when = min(item.closes, day)
        added = {ask.item: ({**fact(ask.item, when), "at": when},) for ask in item.asks_for}
        for facts in added.values():
            facts[0].pop("item")
        fuller = plan(record.with_facts(added), known_on=day).item(item.key)
        assert fuller.state is DueState.DONE, item.key
        assert fuller.done_on == when


@QUIET
@given(courses(), DAYS)
def test_without_any_fact_nothing_that_a_fact_must_show_is_done(record: Course, day: date) -> None:
    parts = {name: getattr(record, name) for name in type(record).model_fields}
    bare = Course.model_validate({**parts, "facts": {}})
    for item in plan(bare, known_on=day).items:
        if item.rule in ("PROC-2-LABS", "CI-C3b", "FU-1a", "FU-1b", "FU-2a", "FU-2b", "PROC-1e"):
            assert item.state is not DueState.DONE, item.key


@QUIET
@given(courses(), DAYS)
def test_every_line_of_a_calendar_fits(record: Course, day: date) -> None:
    text = render_calendar(plan(record, known_on=day), every=True)
    assert text.endswith("\r\n")
    assert all(len(line.encode()) <= LONGEST_LINE for line in text.split("\r\n"))
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT")
    assert not [item for item in plan(record, known_on=day).pending() if item.state not in PENDING]
