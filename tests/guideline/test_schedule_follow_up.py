"""Scans after the injection, PSA and when it counts, restaging: each on both sides of its days and hours."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from lutetia.course import Course
from lutetia.guideline.schedule import DueItem, DueState, plan

AGENT = "[177Lu]Lu-PSMA-617"
FIRST, SECOND = date(2026, 1, 12), date(2026, 2, 23)


def given_on(number: int, day: date, *scans: str | None) -> dict[str, Any]:
    activity = {"activity": {"value": 7.4, "unit": "GBq"}, "source": "elsewhere"}
    series = [
        {"series_uid": f"1.2.{number}.{place}", **({"acquired_at": at} if at else {})} for place, at in enumerate(scans)
    ]
    administration = {"started_at": f"{day}T10:00+01:00", "reported": activity}
    return {"number": number, "agent": AGENT, "planned": day.isoformat(), "administration": administration,
            "scans": series}  # fmt: skip


def course(*cycles: dict[str, Any], **parts: Any) -> Course:
    raw = {"format": "lutetia-course/1", "id": "P-1", "timezone": "Europe/Paris"}
    return Course.model_validate({**raw, "cycles": list(cycles), **parts})


def item(record: Course, key: str, on: date) -> DueItem:
    return plan(record, known_on=on).item(key)


def psa(*values: tuple[date, float]) -> dict[str, Any]:
    return {"lab.psa": [{"value": value, "unit": "ng/mL", "at": on.isoformat()} for on, value in values]}


def examined(*made: tuple[str, str]) -> dict[str, Any]:
    return {"entries": [{"kind": kind, "on": on} for kind, on in made]}


TWO = (given_on(1, FIRST), given_on(2, SECOND))
STOPPED = [{"on": "2026-02-24", "outcome": "discontinue", "author": "Dr A", "reason": "his wish"}]


# Scans


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-01-12T12:00+01:00", DueState.DUE_NOW),  # exactly 2 h
        ("2026-01-12T12:01+01:00", DueState.DONE),
        ("2026-01-12T11:30+00:00", DueState.DONE),  # 2.5 h, on another clock
    ],
)
def test_the_first_scan_counts_later_than_two_hours(at: str, expected: DueState) -> None:
    assert item(course(given_on(1, FIRST, at)), "PROC-9/1", FIRST).state is expected


@pytest.mark.parametrize(("after", "expected"), [(0, DueState.DUE_NOW), (2, DueState.DUE_NOW), (3, DueState.OVERDUE)])
def test_without_a_scan_it_is_due_for_two_days_and_then_overdue(after: int, expected: DueState) -> None:
    assert item(course(given_on(1, FIRST)), "PROC-9/1", FIRST + timedelta(days=after)).state is expected


def test_a_scan_after_a_week_still_shows_the_distribution_but_not_the_response() -> None:
    record = course(given_on(1, FIRST, "2026-01-19T10:00+01:00"))
    on = FIRST + timedelta(days=8)
    assert item(record, "PROC-9/1", on).state is DueState.DONE  # the source sets no end
    assert item(record, "FU-3a/1", on).state is DueState.MISSED


@pytest.mark.parametrize(
    ("at", "done"),
    [
        ("2026-01-12T23:00+01:00", False),
        ("2026-01-13T08:00+01:00", True),  # 22 h, and the day after
        ("2026-01-14T17:00+01:00", True),
        ("2026-01-15T00:30+01:00", False),
        ("2026-01-14T23:30+00:00", False),  # half past midnight where he was treated
    ],
)
def test_the_scan_for_the_response_is_made_one_or_two_calendar_days_after(at: str, done: bool) -> None:
    found = item(course(given_on(1, FIRST, at)), "FU-3a/1", FIRST + timedelta(days=4))
    assert found.state is (DueState.DONE if done else DueState.MISSED)


def test_what_is_only_offered_is_never_overdue() -> None:
    found = item(course(given_on(1, FIRST)), "FU-3a/1", FIRST + timedelta(days=9))
    assert found.state is DueState.MISSED
    assert "an offer" in found.because


def test_a_scan_without_a_time_is_asked_about_and_never_done() -> None:
    found = item(course(given_on(1, FIRST, None)), "PROC-9/1", FIRST + timedelta(days=1))
    assert found.state is DueState.UNKNOWN
    assert found.asks_for[0].question == "When was the scan made?"


def test_a_scan_that_is_recorded_as_an_examination_counts() -> None:
    record = course(given_on(1, FIRST), examinations=examined(("post-therapy-spect", "2026-01-13")))
    assert item(record, "PROC-9/1", FIRST + timedelta(days=2)).state is DueState.DONE
    assert item(record, "FU-3a/1", FIRST + timedelta(days=2)).state is DueState.DONE


# PSA


@pytest.mark.parametrize(("after", "expected"), [(13, DueState.UPCOMING), (14, DueState.DUE_NOW)])
def test_psa_is_reliable_from_two_weeks_after_the_second_cycle(after: int, expected: DueState) -> None:
    assert item(course(*TWO), "FU-2b/course", SECOND + timedelta(days=after)).state is expected


@pytest.mark.parametrize(("after", "done"), [(13, False), (14, True)])
def test_only_a_psa_from_that_day_on_can_be_judged(after: int, done: bool) -> None:
    record = course(*TWO, facts=psa((SECOND + timedelta(days=after), 20)))
    assert (item(record, "FU-2b/course", SECOND + timedelta(days=30)).state is DueState.DONE) is done


def keys(record: Course, rule: str, on: date) -> list[tuple[str, DueState]]:
    return [(one.key, one.state) for one in plan(record, known_on=on).items if one.rule == rule]


@pytest.mark.parametrize(("value", "asked"), [(49.9, False), (50.0, False), (50.1, True)])
def test_a_rise_of_more_than_a_quarter_above_the_lowest_asks_for_restaging(value: float, asked: bool) -> None:
    on = SECOND + timedelta(days=20)
    record = course(*TWO, facts=psa((FIRST, 80), (date(2026, 2, 20), 40), (on, value)))
    assert keys(record, "FU-2c", on) == ([(f"FU-2c/{on}", DueState.DUE_NOW)] if asked else [])


AGAIN = (given_on(3, date(2027, 1, 11)), given_on(4, date(2027, 2, 22)))
BEFORE = ((FIRST, 80), (date(2026, 6, 1), 2), (date(2027, 1, 8), 40))


@pytest.mark.parametrize(("value", "asked"), [(12.0, False), (12.5, False), (12.6, True)])
def test_treated_again_a_rise_counts_from_the_lowest_of_the_present_series(value: float, asked: bool) -> None:
    on = date(2027, 4, 5)
    record = course(*TWO, *AGAIN, facts=psa(*BEFORE, (date(2027, 2, 19), 10), (on, value)))
    assert bool(keys(record, "FU-2c", on)) is asked


def test_treated_again_psa_is_reliable_only_after_the_second_cycle_of_the_series() -> None:
    on = date(2027, 2, 15)
    assert keys(course(*TWO, AGAIN[0], facts=psa(*BEFORE, (on, 80))), "FU-2c", on) == []


def test_a_rise_before_psa_is_reliable_asks_for_nothing() -> None:
    on = SECOND + timedelta(days=13)
    assert keys(course(*TWO, facts=psa((FIRST, 80), (on, 200))), "FU-2c", on) == []


@pytest.mark.parametrize(("made", "expected"), [(-1, DueState.DUE_NOW), (0, DueState.DONE), (5, DueState.DONE)])
def test_a_psma_pet_from_the_day_of_the_rise_on_answers_it(made: int, expected: DueState) -> None:
    on = SECOND + timedelta(days=20)
    examinations = examined(("psma-pet", (on + timedelta(days=made)).isoformat()))
    record = course(*TWO, facts=psa((FIRST, 40), (on, 90)), examinations=examinations)
    assert keys(record, "FU-2c", on + timedelta(days=6)) == [(f"FU-2c/{on}", expected)]


def test_a_psa_from_long_before_the_last_one_before_treatment_is_no_reference() -> None:
    on = SECOND + timedelta(days=20)
    record = course(*TWO, facts=psa((date(2024, 1, 1), 1), (FIRST, 80), (on, 70)))
    assert keys(record, "FU-2c", on) == []


def test_a_lowest_value_below_detection_still_lets_a_clear_rise_speak() -> None:
    on = SECOND + timedelta(days=20)
    low = {"value": 0.02, "unit": "ng/mL", "at": "2026-02-20", "comparator": "<"}
    facts = {"lab.psa": [*psa((FIRST, 5))["lab.psa"], low, *psa((on, 3))["lab.psa"]]}
    assert keys(course(*TWO, facts=facts), "FU-2c", on) == [(f"FU-2c/{on}", DueState.DUE_NOW)]


def test_a_corrected_psa_no_longer_asks_for_restaging() -> None:
    on = SECOND + timedelta(days=20)
    wrong = {"id": "x", "value": 90, "unit": "ng/mL", "at": on.isoformat()}
    right = {"value": 9, "unit": "ng/mL", "at": on.isoformat(), "supersedes": "x", "why": "comma",
             "recorded_at": (on + timedelta(days=2)).isoformat()}  # fmt: skip
    record = course(*TWO, facts={"lab.psa": [*psa((FIRST, 40))["lab.psa"], wrong, right]})
    assert keys(record, "FU-2c", on + timedelta(days=1)) == [(f"FU-2c/{on}", DueState.DUE_NOW)]
    assert keys(record, "FU-2c", on + timedelta(days=2)) == []


# Restaging


@pytest.mark.parametrize(
    ("after", "expected"),
    [(69, DueState.UPCOMING), (70, DueState.DUE_NOW), (84, DueState.DUE_NOW), (85, DueState.OVERDUE)],
)
def test_restaging_is_due_84_days_after_the_first_cycle(after: int, expected: DueState) -> None:
    assert item(course(*TWO), "FU-4c/1", FIRST + timedelta(days=after)).state is expected


def test_each_restaging_starts_the_next_12_weeks() -> None:
    record = course(*TWO, examinations=examined(("psma-pet", "2025-12-01"), ("psma-pet", "2026-04-01")))
    found = plan(record, known_on=date(2026, 4, 7))
    assert found.item("FU-4c/1").done_on == date(2026, 4, 1)
    assert found.item("FU-4c/2").closes == date(2026, 6, 24)


def test_ct_alone_is_no_restaging() -> None:
    record = course(*TWO, examinations=examined(("ct", "2026-04-01")))
    assert item(record, "FU-4c/1", date(2026, 4, 7)).state is DueState.OVERDUE


def test_a_late_restaging_is_done_and_says_how_late() -> None:
    record = course(*TWO, examinations=examined(("psma-pet", "2026-04-09")))
    found = item(record, "FU-4c/1", date(2026, 4, 10))
    assert found.state is DueState.DONE
    assert found.because.endswith("3 d after the window")


@pytest.mark.parametrize(("made", "done"), [("2026-02-23", False), ("2026-02-24", True), ("2026-05-18", True)])
def test_at_the_end_of_the_series_restaging_comes_after_the_last_cycle(made: str, done: bool) -> None:
    record = course(*TWO, decisions=STOPPED, examinations=examined(("psma-pet", made)))
    found = item(record, "FU-4c/end", date(2026, 5, 18))
    assert found.state is (DueState.DONE if done else DueState.DUE_NOW)
    assert (found.opens, found.closes) == (date(2026, 2, 24), date(2026, 5, 18))


def test_after_the_end_the_12_weeks_no_longer_run() -> None:
    found = plan(course(*TWO, decisions=STOPPED), known_on=date(2026, 3, 1))
    assert [one.key for one in found.items if one.rule == "FU-4c"] == ["FU-4c/end"]


@pytest.mark.parametrize(
    ("kind", "on", "expected"),
    [
        ("ct", "2026-04-29", DueState.DONE),
        ("ct", "2026-04-30", DueState.UNKNOWN),
        ("bone-scan", "2026-03-04", DueState.DONE),
        ("fdg-pet", "2026-03-03", DueState.UNKNOWN),
        ("mri", "2026-04-01", DueState.UNKNOWN),
    ],
)
def test_a_second_modality_belongs_to_each_restaging(kind: str, on: str, expected: DueState) -> None:
    record = course(*TWO, examinations=examined(("psma-pet", "2026-04-01"), (kind, on)))
    assert item(record, "FU-4b/2026-04-01", date(2026, 5, 1)).state is expected
