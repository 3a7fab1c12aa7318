"""Every window opens and closes on its day, and what the record shows decides its state."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from lutetia.course import Course
from lutetia.errors import InputError
from lutetia.guideline.schedule import DueItem, DueState, Plan, book_windows, plan

AGENT = "[177Lu]Lu-PSMA-617"
FIRST = date(2026, 1, 12)
SECOND = date(2026, 2, 23)
THIRD = date(2026, 4, 6)
BLOOD = ("lab.haemoglobin", "lab.leukocytes", "lab.neutrophils", "lab.platelets", "lab.creatinine")
REST = (
    "lab.ast", "lab.alt", "lab.bilirubin", "lab.albumin", "lab.alkaline_phosphatase", "lab.ldh", "lab.psa", "lab.crp",
)  # fmt: skip
VALUES: dict[str, tuple[float, str]] = {
    "lab.haemoglobin": (12.0, "g/dL"), "lab.leukocytes": (5.0, "10*9/L"), "lab.neutrophils": (3.0, "10*9/L"),
    "lab.platelets": (180, "10*9/L"), "lab.creatinine": (1.0, "mg/dL"), "lab.ast": (28, "U/L"), "lab.alt": (24, "U/L"),
    "lab.bilirubin": (0.6, "mg/dL"), "lab.albumin": (4.0, "g/dL"), "lab.alkaline_phosphatase": (110, "U/L"),
    "lab.ldh": (220, "U/L"), "lab.psa": (40, "ng/mL"), "lab.crp": (4, "mg/L"),
}  # fmt: skip


def measured(item: str, *days: date, **more: Any) -> dict[str, list[dict[str, Any]]]:
    value, unit = VALUES[item]
    return {item: [{"value": value, "unit": unit, "at": day.isoformat(), **more} for day in days]}


def all_measured(items: tuple[str, ...], *days: date) -> dict[str, list[dict[str, Any]]]:
    return {item: measured(item, *days)[item] for item in items}


def given_on(number: int, day: date, **more: Any) -> dict[str, Any]:
    return {"number": number, "agent": AGENT, "planned": day.isoformat(), "administration": injected(day), **more}


def injected(day: date) -> dict[str, Any]:
    activity = {"activity": {"value": 7.4, "unit": "GBq"}, "source": "elsewhere"}
    return {"started_at": f"{day}T10:00+01:00", "reported": activity}


def planned_for(number: int, day: date, **more: Any) -> dict[str, Any]:
    return {"number": number, "agent": AGENT, "planned": day.isoformat(), **more}


def course(*cycles: dict[str, Any], **parts: Any) -> Course:
    raw = {
        "format": "lutetia-course/1",
        "id": "P-1",
        "timezone": "Europe/Paris",
        "patient": {"birth_date": "1954-01-15"},
    }
    return Course.model_validate({**raw, "cycles": list(cycles), **parts})


def state(record: Course, key: str, on: date) -> DueState:
    return plan(record, known_on=on).item(key).state


TWO = (given_on(1, FIRST), given_on(2, SECOND))


# Blood count and creatinine at the nadir


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (13, DueState.UPCOMING),
        (14, DueState.DUE_NOW),
        (21, DueState.DUE_NOW),
        (22, DueState.OVERDUE),
    ],
)
def test_the_nadir_window_is_days_14_to_21_both_included(after: int, expected: DueState) -> None:
    assert state(course(*TWO), "FU-1a/2", SECOND + timedelta(days=after)) is expected


@pytest.mark.parametrize(("after", "counts"), [(13, False), (14, True), (21, True), (22, False)])
def test_a_nadir_count_counts_within_the_window_only(after: int, counts: bool) -> None:
    facts = all_measured(BLOOD, SECOND + timedelta(days=after))
    found = plan(course(*TWO, facts=facts), known_on=SECOND + timedelta(days=30)).item("FU-1a/2")
    assert (found.state is DueState.DONE) is counts
    assert (found.done_on is not None) is counts


@pytest.mark.parametrize("missing", BLOOD)
def test_a_nadir_check_without_one_of_its_tests_is_not_done_and_asks_for_it(missing: str) -> None:
    facts = all_measured(tuple(item for item in BLOOD if item != missing), SECOND + timedelta(days=16))
    found = plan(course(*TWO, facts=facts), known_on=SECOND + timedelta(days=17)).item("FU-1a/2")
    assert found.state is DueState.DUE_NOW
    assert [ask.item for ask in found.asks_for] == [missing]


def test_a_count_after_the_window_is_called_missed_with_its_day_and_not_asked_for_as_overdue() -> None:
    facts = all_measured(BLOOD, SECOND + timedelta(days=25))
    found = plan(course(*TWO, facts=facts), known_on=SECOND + timedelta(days=26)).item("FU-1a/2")
    assert found.state is DueState.MISSED
    assert "4 d after the window" in found.because


def test_a_nadir_that_was_not_recorded_is_missed_once_the_next_cycle_was_given() -> None:
    assert state(course(given_on(1, FIRST)), "FU-1a/1", SECOND) is DueState.OVERDUE
    assert state(course(*TWO), "FU-1a/1", SECOND) is DueState.MISSED


def test_a_corrected_result_counts_on_its_corrected_day() -> None:
    day = SECOND + timedelta(days=15)
    wrong = {"id": "x", "value": 1.0, "unit": "mg/dL", "at": "2026-02-24"}
    right = {
        "value": 1.0, "unit": "mg/dL", "at": day.isoformat(), "recorded_at": (day + timedelta(days=3)).isoformat(),
        "supersedes": "x", "why": "date mistyped",
    }  # fmt: skip
    facts = {**all_measured(BLOOD[:4], day), "lab.creatinine": [wrong, right]}
    record = course(*TWO, facts=facts)
    assert state(record, "FU-1a/2", day + timedelta(days=2)) is DueState.DUE_NOW
    assert state(record, "FU-1a/2", day + timedelta(days=3)) is DueState.DONE


def test_a_result_recorded_later_is_not_known_before() -> None:
    day = SECOND + timedelta(days=20)
    facts = {item: measured(item, day, recorded_at=(day + timedelta(days=4)).isoformat())[item] for item in BLOOD}
    record = course(*TWO, facts=facts)
    assert state(record, "FU-1a/2", day + timedelta(days=3)) is DueState.OVERDUE
    assert state(record, "FU-1a/2", day + timedelta(days=4)) is DueState.DONE


def test_after_a_planned_cycle_windows_are_tentative_and_move_with_the_plan() -> None:
    first = plan(course(*TWO, planned_for(3, THIRD)), known_on=date(2026, 4, 1)).item("FU-1a/3")
    moved = plan(course(*TWO, planned_for(3, THIRD + timedelta(days=14))), known_on=date(2026, 4, 1)).item("FU-1a/3")
    assert first.tentative
    assert (first.opens, first.closes) == (date(2026, 4, 20), date(2026, 4, 27))
    assert (moved.opens, moved.closes) == (date(2026, 5, 4), date(2026, 5, 11))


@pytest.mark.parametrize(
    ("given", "opens", "closes"),
    [
        (date(2024, 2, 15), date(2024, 2, 29), date(2024, 3, 7)),  # a leap year
        (date(2026, 2, 15), date(2026, 3, 1), date(2026, 3, 8)),
        (date(2025, 12, 20), date(2026, 1, 3), date(2026, 1, 10)),  # over the end of a year
    ],
)
def test_windows_run_over_leap_days_and_ends_of_years(given: date, opens: date, closes: date) -> None:
    found = plan(course(given_on(1, given)), known_on=given).item("FU-1a/1")
    assert (found.opens, found.closes) == (opens, closes)


# After the last cycle


@pytest.mark.parametrize("rule", ["FU-1b", "FU-2a"])
@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (27, DueState.UPCOMING),
        (28, DueState.DUE_NOW),
        (42, DueState.DUE_NOW),
        (43, DueState.OVERDUE),
    ],
)
def test_the_final_check_is_due_on_days_28_to_42_after_the_last_cycle(
    rule: str, after: int, expected: DueState
) -> None:
    stop = {"on": "2026-02-24", "outcome": "discontinue", "author": "Dr A", "reason": "his wish"}
    assert state(course(*TWO, decisions=[stop]), f"{rule}/2", SECOND + timedelta(days=after)) is expected


def test_whether_it_was_the_last_cycle_is_asked_where_nobody_says() -> None:
    found = plan(course(*TWO), known_on=SECOND + timedelta(days=30)).item("FU-1b/2")
    assert found.state is DueState.UNKNOWN
    assert "was it the last" in found.asks_for[0].question


def test_before_a_planned_cycle_there_is_no_final_check() -> None:
    assert state(course(*TWO, planned_for(3, THIRD)), "FU-1b/2", SECOND) is DueState.NOT_APPLICABLE


def test_the_final_check_is_done_by_psa_on_day_28() -> None:
    record = course(*TWO, facts=measured("lab.psa", SECOND + timedelta(days=28)))
    assert state(record, "FU-2a/2", SECOND + timedelta(days=60)) is DueState.DONE


def test_a_cancelled_cycle_is_not_the_next_one() -> None:
    cancelled = {"on": "2026-04-01", "cycle": 3, "outcome": "cancel", "author": "Dr A", "reason": "no recovery"}
    record = course(*TWO, planned_for(3, THIRD), decisions=[cancelled])
    assert state(record, "FU-1b/2", date(2026, 4, 2)) is DueState.UNKNOWN


def test_all_six_cycles_end_the_treatment() -> None:
    six = [given_on(number, FIRST + timedelta(days=42 * (number - 1))) for number in range(1, 7)]
    last = FIRST + timedelta(days=210)
    found = plan(course(*six), known_on=last + timedelta(days=30))
    assert "all 6 cycles" in found.ended
    assert found.item("FU-1b/6").state is DueState.DUE_NOW
    assert found.item("PROC-11a/7").state is DueState.NOT_APPLICABLE


def test_a_decision_to_go_on_takes_back_a_decision_to_stop() -> None:
    stop = {"on": "2026-03-01", "outcome": "discontinue", "author": "Dr A", "reason": "toxicity"}
    go_on = {"on": "2026-03-10", "cycle": 3, "outcome": "go", "author": "Dr A"}
    record = course(*TWO, planned_for(3, THIRD), decisions=[stop, go_on])
    assert plan(record, known_on=date(2026, 3, 5)).ended
    assert not plan(record, known_on=date(2026, 3, 10)).ended


def test_for_a_man_who_died_nothing_stays_open() -> None:
    died = {"person.died_on": [{"value": "2026-03-20", "at": "2026-03-20"}]}
    found = plan(course(*TWO, planned_for(3, THIRD), facts=died), known_on=date(2026, 4, 20))
    assert found.pending() == ()
    assert "died on 2026-03-20" in found.ended


# Laboratory tests before a cycle


@pytest.mark.parametrize(("before", "expected"), [(6, DueState.UPCOMING), (5, DueState.DUE_NOW), (0, DueState.DUE_NOW)])
def test_tests_before_a_cycle_are_due_from_the_fifth_day_before_it(before: int, expected: DueState) -> None:
    record = course(*TWO, planned_for(3, THIRD))
    assert state(record, "PROC-2-LABS/3", THIRD - timedelta(days=before)) is expected


@pytest.mark.parametrize(("before", "counts"), [(6, False), (5, True), (0, True)])
def test_tests_count_from_the_fifth_day_before_the_cycle(before: int, counts: bool) -> None:
    facts = all_measured((*BLOOD, *REST), THIRD - timedelta(days=before))
    record = course(*TWO, planned_for(3, THIRD), facts=facts)
    assert (state(record, "PROC-2-LABS/3", THIRD) is DueState.DONE) is counts


@pytest.mark.parametrize("missing", [*BLOOD, *REST])
def test_without_one_test_the_cycle_is_not_ready(missing: str) -> None:
    facts = all_measured(tuple(item for item in (*BLOOD, *REST) if item != missing), THIRD - timedelta(days=2))
    found = plan(course(*TWO, planned_for(3, THIRD), facts=facts), known_on=THIRD).item("PROC-2-LABS/3")
    assert found.state is DueState.DUE_NOW
    assert missing in {ask.item for ask in found.asks_for}


def test_tests_that_were_lacking_when_a_cycle_was_given_are_missed() -> None:
    assert state(course(*TWO), "PROC-2-LABS/2", SECOND) is DueState.MISSED
    assert state(course(*TWO), "PROC-2-LABS/2", SECOND + timedelta(days=9)) is DueState.MISSED


def test_a_planned_day_that_passed_without_an_injection_is_asked_about() -> None:
    record = course(*TWO, planned_for(3, THIRD))
    found = plan(record, known_on=THIRD + timedelta(days=1))
    for key in ("PROC-2-LABS/3", "CI-C3b/3", "PROC-9/3", "FU-3a/3", "FU-1a/3", "PROC-11a/3"):
        assert found.item(key).state is DueState.UNKNOWN, key
        assert "Was cycle 3 given" in found.item(key).asks_for[0].question


def test_a_creatinine_between_two_cycles_shows_the_egfr_and_one_before_does_not() -> None:
    between = course(*TWO, facts=measured("lab.creatinine", FIRST + timedelta(days=1)))
    before = course(*TWO, facts=measured("lab.creatinine", FIRST))
    assert state(between, "CI-C3b/2", SECOND) is DueState.DONE
    assert state(before, "CI-C3b/2", SECOND) is DueState.MISSED


# The book


def test_out_of_scope_nothing_is_planned_and_it_is_said_why() -> None:
    cycle = {**planned_for(1, THIRD), "agent": "225Ac-PSMA-617"}
    found = plan(course(cycle), known_on=FIRST)
    assert (found.in_scope, found.items) == (False, ())
    assert "out of scope" in found.scope


def test_an_empty_record_asks_for_the_day_of_the_first_cycle() -> None:
    found = plan(course(), known_on=FIRST)
    assert [item.key for item in found.pending()] == ["PROC-1e/1"]
    assert found.items[0].asks_for[0].question == "For which day is cycle 1 planned?"


def test_a_book_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="there is no book"):
        plan(course(), known_on=FIRST, book="none")


def test_a_book_without_windows_states_none_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lutetia.guideline.schedule.find_spec", lambda name: None)
    assert book_windows("eanm_snmmi_2023") == ()
    assert plan(course(*TWO), known_on=SECOND).notes == ("The book eanm_snmmi_2023 states no windows.",)


def test_an_item_opens_to_its_place_its_numbers_and_lutetias_choices() -> None:
    found = plan(course(*TWO), known_on=SECOND).item("FU-1a/2")
    assert found.citation == "EANM/SNMMI 2023, Follow-up, 1"
    assert [(one.shown, one.chosen_by_lutetia) for one in found.windows] == [("14 d", False), ("21 d", False)]
    assert found.choices


def test_every_window_has_its_words_and_known_numbers() -> None:
    for window in book_windows("eanm_snmmi_2023"):
        assert window.says.endswith("."), window.id
        assert window.where.item, window.id
        assert window.what[0].isupper() or window.what.startswith("eGFR"), window.id


def test_numbers_that_the_source_does_not_give_are_marked() -> None:
    found = plan(course(*TWO), known_on=SECOND)
    chosen = {one.name for item in found.items for one in item.windows if one.chosen_by_lutetia}
    assert {"verification_to", "restaging_ahead"} <= chosen
    assert not chosen & {"nadir_from", "nadir_to", "final_to", "restaging_every", "interval_min"}


def test_the_most_urgent_comes_first() -> None:
    found: Plan = plan(course(*TWO, planned_for(3, THIRD)), known_on=date(2026, 4, 2))
    order = list(DueState)
    places = [order.index(item.state) for item in found.items]
    assert places == sorted(places)
    assert [item.key for item in found.items[:2]] == ["PROC-9/2", "FU-1a/2"]  # in the order in which they closed


def test_an_unknown_item_asks_and_a_window_never_closes_before_it_opens() -> None:
    item = plan(course(*TWO), known_on=SECOND).item("FU-1a/2")
    parts = {name: getattr(item, name) for name in DueItem.__dataclass_fields__}
    with pytest.raises(ValueError, match="closes before it opens"):
        DueItem(**{**parts, "opens": date(2026, 3, 2), "closes": date(2026, 3, 1)})
    with pytest.raises(ValueError, match="nothing is asked for"):
        DueItem(**{**parts, "state": DueState.UNKNOWN, "asks_for": ()})
