"""Consent, interval, pauses, toxicity that must resolve, contraception: each clock on both sides of its days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from lutetia.course import Course
from lutetia.guideline import CycleQuestion, assess
from lutetia.guideline.logic.traits import unresolved_since
from lutetia.guideline.schedule import DueItem, DueState, plan
from lutetia.guideline.schedule_treatment import months_after
from lutetia.guideline.verdict import Status

AGENT, OTHER = "[177Lu]Lu-PSMA-617", "[177Lu]Lu-PSMA-I&T"
FIRST, SECOND = date(2026, 1, 12), date(2026, 2, 23)
THIRD = SECOND + timedelta(days=42)


def given_on(number: int, day: date, agent: str = AGENT) -> dict[str, Any]:
    activity = {"activity": {"value": 7.4, "unit": "GBq"}, "source": "elsewhere"}
    administration = {"started_at": f"{day}T10:00+01:00", "reported": activity}
    return {"number": number, "agent": agent, "planned": day.isoformat(), "administration": administration}


def planned_for(number: int, day: date, agent: str = AGENT, **more: Any) -> dict[str, Any]:
    return {"number": number, "agent": agent, "planned": day.isoformat(), **more}


def course(*cycles: dict[str, Any], **parts: Any) -> Course:
    raw = {
        "format": "lutetia-course/1",
        "id": "P-1",
        "timezone": "Europe/Paris",
        "patient": {"birth_date": "1954-01-15"},
    }
    return Course.model_validate({**raw, "cycles": list(cycles), **parts})


def item(record: Course, key: str, on: date) -> DueItem:
    return plan(record, known_on=on).item(key)


def complete(on: date, *entries: dict[str, Any]) -> dict[str, Any]:
    return {"complete_as_of": on.isoformat(), "by": "Dr A", "entries": list(entries)}


TWO = (given_on(1, FIRST), given_on(2, SECOND))
LAW = {"setting.consent_24h_required": True, "setting.written_consent_required": True}


def law(**answers: bool) -> dict[str, Any]:
    told = {**LAW, **{f"setting.{name}": answer for name, answer in answers.items()}}
    return {name: [{"value": value, "at": "2025-01-01"}] for name, value in told.items()}


# Consent


@pytest.mark.parametrize(
    ("on", "expected"),
    [(date(2026, 1, 11), DueState.DUE_NOW), (date(2026, 1, 12), DueState.OVERDUE)],
)
def test_consent_is_due_until_the_day_before_the_first_cycle(on: date, expected: DueState) -> None:
    found = item(course(planned_for(1, FIRST), facts=law()), "PROC-1e/1", on)
    assert (found.state, found.closes) == (expected, date(2026, 1, 11))


def test_where_the_law_asks_for_no_24_hours_consent_is_due_until_the_day_itself() -> None:
    found = item(course(planned_for(1, FIRST), facts=law(consent_24h_required=False)), "PROC-1e/1", FIRST)
    assert (found.state, found.closes) == (DueState.DUE_NOW, FIRST)


def test_a_written_consent_two_days_before_is_done_and_carries_its_day() -> None:
    consents = [{"given_at": "2026-01-10T10:00+01:00", "written": True}]
    found = item(course(planned_for(1, FIRST), facts=law(), consents=consents), "PROC-1e/1", date(2026, 1, 11))
    assert (found.state, found.done_on) == (DueState.DONE, date(2026, 1, 10))


def test_a_consent_of_the_day_itself_is_not_enough_where_24_hours_are_asked_for() -> None:
    consents = [{"given_at": "2026-01-12T08:00+01:00", "written": True}]
    assert item(course(planned_for(1, FIRST), facts=law(), consents=consents), "PROC-1e/1", FIRST).state is (
        DueState.OVERDUE
    )


def test_a_consent_whose_form_nobody_recorded_is_unknown_and_never_done() -> None:
    consents = [{"given_at": "2026-01-05"}]
    found = item(course(planned_for(1, FIRST), facts=law(), consents=consents), "PROC-1e/1", date(2026, 1, 8))
    assert found.state is DueState.UNKNOWN
    assert "in writing" in found.asks_for[0].question


def test_a_consent_withdrawn_is_due_again() -> None:
    consents = [{"given_at": "2026-01-05", "written": True, "withdrawn_on": "2026-01-08"}]
    record = course(planned_for(1, FIRST), facts=law(), consents=consents)
    assert item(record, "PROC-1e/1", date(2026, 1, 7)).state is DueState.DONE
    assert item(record, "PROC-1e/1", date(2026, 1, 8)).state is DueState.DUE_NOW


def test_a_consent_that_was_lacking_when_the_first_cycle_was_given_is_missed() -> None:
    assert item(course(*TWO, facts=law()), "PROC-1e/1", SECOND).state is DueState.MISSED


# The interval


@pytest.mark.parametrize(
    ("after", "expected"),
    [(34, DueState.UPCOMING), (35, DueState.DUE_NOW), (49, DueState.DUE_NOW), (50, DueState.OVERDUE)],
)
def test_the_next_cycle_is_due_on_days_35_to_49(after: int, expected: DueState) -> None:
    record = course(*TWO, planned_for(3, SECOND + timedelta(days=60)))
    found = item(record, "PROC-11a/3", SECOND + timedelta(days=after))
    assert found.state is expected
    assert (found.ideal, "outside the window" in found.because) == (THIRD, True)


@pytest.mark.parametrize(("interval", "outside"), [(34, True), (35, False), (49, False), (50, True)])
def test_an_interval_that_was_kept_is_done_and_one_that_was_not_says_so(interval: int, outside: bool) -> None:
    record = course(given_on(1, FIRST), given_on(2, FIRST + timedelta(days=interval)))
    found = item(record, "PROC-11a/2", FIRST + timedelta(days=60))
    assert found.state is DueState.DONE
    assert ("outside the window" in found.because) is outside


@pytest.mark.parametrize(
    ("after", "expected"),
    [(27, DueState.UPCOMING), (28, DueState.DUE_NOW), (70, DueState.DUE_NOW), (71, DueState.OVERDUE)],
)
def test_for_the_other_ligand_published_practice_stands(after: int, expected: DueState) -> None:
    record = course(given_on(1, FIRST, OTHER), planned_for(2, FIRST + timedelta(days=80), OTHER))
    found = plan(record, known_on=FIRST + timedelta(days=after))
    assert found.item("PROC-11b/2").state is expected
    assert not [one for one in found.items if one.rule == "PROC-11a"]


def test_without_a_plan_the_next_cycle_is_asked_for_with_its_window() -> None:
    found = item(course(*TWO), "PROC-11a/3", SECOND)
    assert found.state is DueState.UNKNOWN
    assert (found.opens, found.closes) == (SECOND + timedelta(days=35), SECOND + timedelta(days=49))


def test_a_hold_that_was_decided_stands_beside_the_day() -> None:
    hold = {"on": "2026-03-30", "cycle": 3, "outcome": "hold", "author": "Dr A", "reason": "colitis"}
    found = item(course(*TWO, planned_for(3, THIRD), decisions=[hold]), "PROC-11a/3", THIRD)
    assert "hold decided on 2026-03-30" in found.because


@pytest.mark.parametrize(("number", "beyond"), [(6, False), (7, True)])
def test_a_cycle_beyond_the_approved_number_says_so(number: int, beyond: bool) -> None:
    given = [given_on(one, FIRST + timedelta(days=42 * (one - 1))) for one in range(1, number)]
    last = FIRST + timedelta(days=42 * (number - 2))
    record = course(*given, planned_for(number, last + timedelta(days=42)))
    found = item(record, f"PROC-11a/{number}", last + timedelta(days=1))
    assert ("beyond the 6 cycles" in found.because) is beyond


def test_of_two_decisions_of_one_day_the_one_recorded_last_stands() -> None:
    go_on = {"on": "2026-03-10", "cycle": 3, "outcome": "go", "author": "Dr A"}
    stop = {"on": "2026-03-10", "cycle": 3, "outcome": "discontinue", "author": "Dr A", "reason": "his wish"}
    record = course(*TWO, planned_for(3, THIRD), decisions=[go_on, stop])
    assert plan(record, known_on=THIRD).ended.startswith("discontinue")


# Pauses


def gcsf(day: date) -> dict[str, Any]:
    return {"kind": "g-csf", "drug": "filgrastim", "on": day.isoformat()}


@pytest.mark.parametrize(("after", "expected"), [(0, DueState.BLOCKED), (13, DueState.BLOCKED),
                                                 (14, DueState.NOT_APPLICABLE)])  # fmt: skip
def test_after_g_csf_the_cycle_is_blocked_for_14_days(after: int, expected: DueState) -> None:
    day = date(2026, 3, 30)
    on = day + timedelta(days=after)
    record = course(*TWO, planned_for(3, THIRD), support=complete(on, gcsf(day)))
    found = item(record, "AE-1c/3", on)
    assert found.state is expected
    if expected is DueState.BLOCKED:
        assert found.blocked_until == date(2026, 4, 13)
        assert "the planned day 2026-04-06 lies before it" in found.because


def test_a_running_pause_blocks_the_cycle_itself_and_moves_its_window() -> None:
    day = date(2026, 4, 1)
    lists = {name: complete(day) for name in ("therapies", "external_beam", "earlier_radionuclides", "events")}
    record = course(*TWO, planned_for(3, THIRD), support=complete(day, gcsf(day)), **lists)
    found = item(record, "PROC-11a/3", day)
    assert (found.state, found.blocked_until) == (DueState.BLOCKED, date(2026, 4, 15))
    assert found.opens == found.closes == date(2026, 4, 15)
    assert "AE-1c" in found.because


def test_a_list_that_nobody_called_complete_leaves_the_pause_unknown() -> None:
    found = item(course(*TWO, planned_for(3, THIRD)), "AE-1c/3", THIRD)
    assert found.state is DueState.UNKNOWN
    assert found.asks_for[0].item == "support"


@pytest.mark.parametrize(("after", "expected"), [(27, DueState.BLOCKED), (28, DueState.NOT_APPLICABLE)])
@pytest.mark.parametrize("kind", ["chemotherapy", "large field", "bone-seeker"])
def test_after_marrow_suppressing_treatment_the_cycle_is_blocked_for_28_days(
    kind: str, after: int, expected: DueState
) -> None:
    day = date(2025, 12, 20)
    on, ended = day + timedelta(days=after), day.isoformat()
    lists = {name: complete(on) for name in ("therapies", "external_beam", "earlier_radionuclides")}
    if kind == "chemotherapy":
        line = {"drug": "docetaxel", "drug_class": "taxane", "started": "2025-09-01", "stopped": ended}
        lists["therapies"] = complete(on, line)
    elif kind == "large field":
        beam = {"site": "pelvis", "large_field": True, "started": "2025-12-01", "ended": ended}
        lists["external_beam"] = complete(on, beam)
    else:
        lists["earlier_radionuclides"] = complete(on, {"agent": "223Ra", "bone_seeking": True, "on": ended})
    found = item(course(planned_for(1, date(2026, 1, 20)), **lists), "CI-C2/1", on)
    assert found.state is expected
    if expected is DueState.BLOCKED:
        assert found.blocked_until == date(2026, 1, 17)


def test_chemotherapy_that_goes_on_blocks_without_an_end_and_asks_for_it() -> None:
    line = {"drug": "docetaxel", "drug_class": "taxane", "started": "2025-12-01", "ongoing": True}
    lists = {name: complete(FIRST) for name in ("external_beam", "earlier_radionuclides")}
    record = course(planned_for(1, date(2026, 1, 20)), therapies=complete(FIRST, line), **lists)
    found = item(record, "CI-C2/1", FIRST)
    assert (found.state, found.blocked_until) == (DueState.BLOCKED, None)
    assert found.asks_for[0].question == "When did it end?"


def low_platelets(day: date) -> dict[str, Any]:
    return {
        "lab.platelets": [
            {"value": 200, "unit": "10*9/L", "lower": 150, "at": "2026-01-09"},
            {"value": 30, "unit": "10*9/L", "lower": 150, "at": day.isoformat()},
        ]
    }


def test_grade_3_between_the_cycles_postpones_by_14_days_from_the_day_originally_planned() -> None:
    facts = low_platelets(date(2026, 3, 12))
    found = item(course(*TWO, planned_for(3, THIRD), facts=facts), "AE-1a/3", date(2026, 3, 20))
    assert (found.state, found.blocked_until) == (DueState.BLOCKED, THIRD + timedelta(days=14))


@pytest.mark.parametrize(("after", "expected"), [(13, DueState.BLOCKED), (14, DueState.DONE), (15, DueState.DONE)])
def test_a_postponed_cycle_is_free_again_on_the_14th_day(after: int, expected: DueState) -> None:
    until = THIRD + timedelta(days=14)
    moved = planned_for(3, until, originally_planned=THIRD.isoformat())
    record = course(*TWO, moved, facts=low_platelets(date(2026, 3, 12)))
    on = THIRD + timedelta(days=after)
    found = plan(record, known_on=on)
    assert found.item("AE-1a/3").state is expected
    cycle = found.item("PROC-11a/3")
    assert cycle.closes == until
    assert "outside the window" not in cycle.because


def test_before_the_nadir_the_postponement_only_awaits_the_counts() -> None:
    record = course(*TWO, planned_for(3, THIRD))
    assert item(record, "AE-1a/3", SECOND + timedelta(days=13)).state is DueState.UPCOMING
    assert item(record, "AE-1a/3", SECOND + timedelta(days=14)).state is DueState.UNKNOWN


@pytest.mark.parametrize("rule", ["AE-1a", "AE-1c", "CI-C2"])
def test_plan_and_assessment_agree_on_every_pause(rule: str) -> None:
    day = date(2026, 4, 1)
    line = {"drug": "docetaxel", "drug_class": "taxane", "started": "2025-09-01", "stopped": "2026-03-20"}
    lists = {name: complete(day) for name in ("external_beam", "earlier_radionuclides")}
    record = course(*TWO, planned_for(3, THIRD), facts=low_platelets(date(2026, 3, 12)),
                    support=complete(day, gcsf(date(2026, 3, 28))), therapies=complete(day, line), **lists)  # fmt: skip
    found = item(record, f"{rule}/3", day)
    assert found.blocked_until is not None
    too_early = found.blocked_until - timedelta(days=1)
    if rule != "AE-1a":  # counts from the plan, whatever the day
        asked = CycleQuestion(3, too_early)
        assert assess(record, asked, known_on=day).answer(rule).status is Status.MET
        free = assess(record, CycleQuestion(3, found.blocked_until), known_on=day).answer(rule).status
        assert free is Status.NOT_MET
    until = assess(record, CycleQuestion(3, THIRD), known_on=day).decision
    assert until is not None
    assert until.until == max(item(record, f"{one}/3", day).blocked_until for one in ("AE-1a", "AE-1c", "CI-C2"))


# Toxicity that must resolve


def event(*grades: tuple[date, int]) -> dict[str, Any]:
    return {
        "term": "sepsis {grade}", "ctcae": "5.0", "organ": "other", "baseline_grade": 0,
        "grades": [{"on": on.isoformat(), "grade": grade} for on, grade in grades],
    }  # fmt: skip


@pytest.mark.parametrize(("after", "expected"), [(0, DueState.DUE_NOW), (28, DueState.DUE_NOW), (29, DueState.OVERDUE)])
def test_a_grade_4_event_has_28_days_to_resolve(after: int, expected: DueState) -> None:
    began = date(2026, 3, 2)
    on = began + timedelta(days=after)
    record = course(*TWO, events=complete(on, event((began, 4))))
    (found,) = [one for one in plan(record, known_on=on).items if one.rule == "AE-6b"]
    assert (found.state, found.closes) == (expected, date(2026, 3, 30))
    assert "2026-03-31" in found.because
    held = assess(record, CycleQuestion(3, on), known_on=on).answer("AE-6b").status is Status.MET
    assert held is (expected is DueState.OVERDUE)


def test_a_grade_4_event_that_came_back_to_grade_2_is_done() -> None:
    record = course(*TWO, events=complete(THIRD, event((date(2026, 3, 2), 4), (date(2026, 3, 10), 3),
                                                       (date(2026, 3, 20), 2))))  # fmt: skip
    found = [one for one in plan(record, known_on=THIRD).items if one.rule == "AE-6b"]
    assert [(one.state, one.done_on) for one in found] == [(DueState.DONE, date(2026, 3, 20))]


def test_a_grade_4_count_starts_the_clock_without_an_event() -> None:
    low = {"lab.platelets": [
        {"value": 200, "unit": "10*9/L", "lower": 150, "at": "2026-01-09"},
        {"value": 20, "unit": "10*9/L", "lower": 150, "at": "2026-03-12"},
    ]}  # fmt: skip
    record = course(*TWO, facts=low)
    found = [one for one in plan(record, known_on=date(2026, 3, 15)).items if one.rule == "AE-6b"]
    assert [(one.state, one.opens, one.closes) for one in found] == [
        (DueState.DUE_NOW, date(2026, 3, 12), date(2026, 4, 9))
    ]


@pytest.mark.parametrize("grades", [(4,), (4, 2), (4, 3), (3, 4), (4, 2, 4), (4, 0), (2, 4, 1, 4, 3)])
def test_episodes_agree_with_the_rule_on_what_still_lasts(grades: tuple[int, ...]) -> None:
    days = [date(2026, 3, 2) + timedelta(days=3 * place) for place in range(len(grades))]
    record = course(*TWO, events=complete(THIRD, event(*zip(days, grades, strict=True))))
    running = [one.opens for one in plan(record, known_on=THIRD).items if one.rule == "AE-6b"
               and one.state in (DueState.DUE_NOW, DueState.OVERDUE)]  # fmt: skip
    from lutetia.guideline.book import load
    from lutetia.guideline.schedule_treatment import Treatment

    treatment = Treatment.of(record, known_on=THIRD, edition=load("eanm_snmmi_2023").edition(THIRD), numbers={})
    since = unresolved_since(record.events.entries[0], treatment.context(THIRD, 3), grade=4, recovered=2)
    assert running == ([] if since is None else [since])


def test_events_that_nobody_called_complete_are_asked_for() -> None:
    found = item(course(*TWO), "AE-6b/list", SECOND)
    assert found.state is DueState.UNKNOWN
    assert item(course(*TWO, events=complete(SECOND)), "AE-6b/list", SECOND).state is DueState.NOT_APPLICABLE


# Contraception


@pytest.mark.parametrize(
    ("on", "expected"), [(date(2026, 5, 23), DueState.DUE_NOW), (date(2026, 5, 24), DueState.DONE)]
)
def test_contraception_lasts_until_three_months_after_the_last_cycle(on: date, expected: DueState) -> None:
    assert item(course(*TWO), "CI-C5a/course", on).state is expected


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2026, 2, 23), date(2026, 5, 23)),
        (date(2026, 11, 30), date(2027, 3, 1)),  # no 30 February
        (date(2027, 11, 29), date(2028, 2, 29)),  # a leap year
        (date(2026, 11, 29), date(2027, 3, 1)),
        (date(2026, 1, 31), date(2026, 5, 1)),
        (date(2026, 9, 30), date(2026, 12, 30)),
        (date(2026, 10, 31), date(2027, 1, 31)),
    ],
)
def test_three_months_end_on_the_same_day_or_on_the_first_of_the_next_month(day: date, later: date) -> None:
    assert months_after(day, 3) == later
