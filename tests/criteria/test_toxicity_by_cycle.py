"""The worst grade of every cycle, what is worse than before, what has recovered, and what cannot be told."""

from datetime import date

import pytest

from lutetia.course import Course
from lutetia.course.file import parse_course
from lutetia.criteria.ctcae import GradeRange
from lutetia.criteria.renal_trajectory import estimate_by
from lutetia.criteria.toxicity import (
    BASELINE_MAX_AGE_DAYS,
    GradeOnDay,
    MixedVersionsError,
    abnormal_baselines,
    events_of_other_versions,
    worst_of,
)
from lutetia.criteria.toxicity_cycle import AFTER_LAST_DAYS, Toxicity, periods, shift_table, worst_by_cycle

HEAD = """
format: lutetia-course/1
id: T-1
timezone: Europe/Berlin
patient: {birth_date: 1955-01-01}
"""
CYCLES = """
cycles:
  - number: 1
    agent: "[177Lu]Lu-PSMA-617"
    planned: 2026-01-12
    administration:
      started_at: 2026-01-12T10:00:00+01:00
      reported: {activity: {value: 7.4, unit: GBq}, source: letter}
  - number: 2
    agent: "[177Lu]Lu-PSMA-617"
    planned: 2026-03-09
    originally_planned: 2026-02-23
    administration:
      started_at: 2026-03-09T10:00:00+01:00
      reported: {activity: {value: 7.4, unit: GBq}, source: letter}
"""
END = date(2026, 12, 1)


def platelets(*rows: tuple[int, str], lower: int | None = 150) -> str:
    limit = "" if lower is None else f", lower: {lower}"
    lines = [f"    - {{value: {value}, unit: 10*9/L, at: {on}{limit}}}" for value, on in rows]
    return "\n".join(["  lab.platelets:", *lines])


def course(facts: str = "", rest: str = "", cycles: str = CYCLES) -> Course:
    return parse_course("\n".join([HEAD, "facts:" if facts else "", facts, rest, cycles]), name="course.yaml")


def of(found: Toxicity, term: str = "platelet count decreased") -> list[tuple[int, ...] | None]:
    row = found.term(term)
    assert row is not None
    return [None if one.worst is None else tuple(one.worst) for one in row.periods]


def test_a_cycle_reaches_to_the_day_of_the_next_administration() -> None:
    facts = platelets((200, "2026-01-10"), (60, "2026-01-12"), (70, "2026-03-09"), (30, "2026-03-10"))
    found = worst_by_cycle(course(facts), known_on=END)
    assert [one.name for one in found.periods] == ["before cycle 1", "cycle 1", "cycle 2"]
    assert of(found) == [(2, 2), (2, 2), (3, 3)]


def test_the_cycle_that_no_other_follows_lasts_as_long_as_stated_and_the_rest_is_late() -> None:
    on, after = "2026-04-20", "2026-04-21"  # 42 and 43 days after the second administration
    facts = platelets((200, "2026-01-10"), (70, on), (40, after))
    found = worst_by_cycle(course(facts), known_on=END)
    assert [one.name for one in found.periods] == ["before cycle 1", "cycle 1", "cycle 2", "later"]
    assert of(found) == [(0, 0), None, (2, 2), (3, 3)]
    longer = worst_by_cycle(course(facts), known_on=END, after_last_days=AFTER_LAST_DAYS + 1)
    assert of(longer) == [(0, 0), None, (3, 3)]


def test_the_last_cycle_reaches_to_the_day_on_which_the_next_is_planned() -> None:
    planned = '  - {number: 3, agent: "[177Lu]Lu-PSMA-617", planned: 2026-05-04}'
    facts = platelets((200, "2026-01-10"), (70, "2026-05-04"))
    found = worst_by_cycle(course(facts, cycles=f"{CYCLES}{planned}"), known_on=END)
    assert of(found) == [(0, 0), None, (2, 2)]


def test_treatment_emergent_means_worse_than_before_the_first_cycle() -> None:
    low_before = worst_by_cycle(course(platelets((70, "2026-01-10"), (60, "2026-02-02"))), known_on=END)
    row = low_before.term("platelet count decreased")
    assert row is not None
    assert row.baseline == GradeRange(2, 2)
    assert row.emergent is False
    worse = worst_by_cycle(course(platelets((70, "2026-01-10"), (40, "2026-02-02"))), known_on=END)
    assert [one.emergent for one in worse.terms[0].periods] == [None, True, None]


def test_without_a_value_before_the_therapy_nobody_knows_whether_it_is_worse() -> None:
    found = worst_by_cycle(course(platelets((60, "2026-02-02"))), known_on=END)
    assert found.terms[0].emergent is None
    assert any("the grade before cycle 1" in need for need in found.needs)


def test_a_value_before_the_therapy_that_is_too_old_is_none() -> None:
    first = date(2026, 1, 12)
    old = date.fromordinal(first.toordinal() - BASELINE_MAX_AGE_DAYS - 1).isoformat()
    just = date.fromordinal(first.toordinal() - BASELINE_MAX_AGE_DAYS).isoformat()
    baselines = [worst_by_cycle(course(platelets((200, on))), known_on=END).terms[0].baseline for on in (old, just)]
    assert baselines == [None, GradeRange(0, 0)]


def test_the_age_of_a_baseline_is_that_of_a_reference_in_the_book() -> None:
    from lutetia.guideline.book import load

    limit = load("eanm_snmmi_2023").edition(END).limits["reference_age_max"]
    assert limit.value == BASELINE_MAX_AGE_DAYS


def test_a_missing_limit_of_normal_leaves_the_grade_open_and_is_asked_for() -> None:
    found = worst_by_cycle(course(platelets((140, "2026-01-10"), (120, "2026-02-02"), lower=None)), known_on=END)
    assert of(found) == [(0, 1), (0, 1), None]
    assert any("lower limit of normal" in need and "2026-02-02" in need for need in found.needs)


def test_recovery_is_looked_for_by_the_day_on_which_the_next_cycle_was_first_planned() -> None:
    facts = platelets((200, "2026-01-10"), (40, "2026-02-02"), (60, "2026-02-20"), (90, "2026-03-06"))
    cell = worst_by_cycle(course(facts), known_on=END).terms[0].periods[1]
    assert (cell.worst, cell.recovered, cell.recovered_by) == (GradeRange(3, 3), False, date(2026, 2, 23))
    facts = platelets((200, "2026-01-10"), (40, "2026-02-02"), (75, "2026-02-23"))
    assert worst_by_cycle(course(facts), known_on=END).terms[0].periods[1].recovered is True


def test_before_that_day_nothing_is_called_unrecovered() -> None:
    facts = platelets((200, "2026-01-10"), (40, "2026-02-02"))
    cell = worst_by_cycle(course(facts), known_on=date(2026, 2, 10)).terms[0].periods[1]
    assert cell.recovered is None
    assert cell.waits


def test_what_a_man_had_before_the_therapy_needs_no_recovery() -> None:
    cell = worst_by_cycle(course(platelets((70, "2026-01-10"), (70, "2026-02-02"))), known_on=END).terms[0].periods[1]
    assert cell.had_to_recover is False


def test_later_entries_are_not_known_earlier() -> None:
    facts = platelets((200, "2026-01-10"), (40, "2026-02-02"))
    assert of(worst_by_cycle(course(facts), known_on=date(2026, 2, 1))) == [(0, 0), None]


EVENT = """
events:
  complete_as_of: {complete}
  by: nurse
  entries:
    - term: fatigue
      ctcae: "{ctcae}"
      organ: general
      grades: [{{on: 2026-01-20, grade: 2}}, {{on: 2026-03-20, grade: 0}}]
"""


def test_an_event_lasts_until_its_grade_changes() -> None:
    found = worst_by_cycle(course(rest=EVENT.format(complete="2026-06-01", ctcae="5.0")), known_on=END)
    assert of(found, "fatigue") == [None, (2, 2), (2, 2)]
    row = found.term("fatigue")
    assert row is not None
    assert row.emergent is True  # absent before, by the word of who called the list complete
    assert [one.recovered for one in row.periods] == [None, False, True]


def test_an_event_of_a_list_that_nobody_called_complete_may_have_been_there_before() -> None:
    text = EVENT.format(complete="2026-01-01", ctcae="5.0")
    row = worst_by_cycle(course(rest=text), known_on=END).term("fatigue")
    assert row is not None
    assert row.emergent is None


def test_an_event_of_another_version_is_told_apart_and_enters_no_grade() -> None:
    record = course(rest=EVENT.format(complete="2026-06-01", ctcae="4.03"))
    found = worst_by_cycle(record, known_on=END)
    assert found.terms == ()
    assert found.other_versions == ("fatigue: grade 2 at worst, from 2026-01-20 (CTCAE 4.03)",)
    assert len(events_of_other_versions(record)) == 1


def test_grades_of_two_versions_are_never_compared() -> None:
    grades = [
        GradeOnDay(term="x", version=version, on=END, grade=GradeRange(1, 1), shown="x") for version in ("5.0", "4.03")
    ]
    with pytest.raises(MixedVersionsError, match=r"4\.03 and 5\.0"):
        worst_of(grades)


def test_answers_about_a_symptom_are_graded_on_their_day_and_ask_for_what_is_missing() -> None:
    facts = """
  symptom.fatigue:
    - {value: none, at: 2026-01-10}
    - {value: not-relieved, at: 2026-02-02}
  symptom.fatigue_limits:
    - {value: none, at: 2026-01-10}
  symptom.dry_mouth:
    - {value: diet-altered, at: 2026-02-02}
"""
    found = worst_by_cycle(course(facts), known_on=END)
    assert of(found, "fatigue") == [(0, 0), (2, 3), None]
    assert of(found, "dry mouth") == [None, (2, 2), None]
    assert "Does fatigue limit his daily living, on 2026-02-02" in found.needs


def test_a_liver_test_is_compared_with_an_abnormal_value_before_the_therapy() -> None:
    facts = """
  lab.ast:
    - {value: 100, unit: U/L, at: 2026-01-10, upper: 40}
    - {value: 149, unit: U/L, at: 2026-02-02, upper: 40}
    - {value: 301, unit: U/L, at: 2026-03-20, upper: 40}
"""
    assert of(worst_by_cycle(course(facts), known_on=END), "AST increased") == [(0, 0), (0, 0), (2, 2)]
    assert [(term, fact.quantity) for term, fact in abnormal_baselines(course(facts))] == [("AST increased", 100)]


def test_loss_of_weight_is_counted_from_the_weight_before_the_therapy() -> None:
    facts = """
  person.weight:
    - {value: 80, unit: kg, at: 2026-01-10}
    - {value: 76, unit: kg, at: 2026-02-02}
    - {value: 72, unit: kg, at: 2026-03-20}
"""
    assert of(worst_by_cycle(course(facts), known_on=END), "weight loss") == [(0, 0), (1, 1), (2, 2)]


def test_an_estimated_gfr_is_graded_and_its_missing_limit_of_normal_is_named() -> None:
    facts = """
  lab.creatinine:
    - {value: 0.9, unit: mg/dL, at: 2026-01-10, upper: 1.2}
    - {value: 2.4, unit: mg/dL, at: 2026-02-02, upper: 1.2}
"""
    record = course(facts)
    found = worst_by_cycle(record, known_on=END, estimate=estimate_by(record, "CKD-EPI 2021"))
    assert of(found, "chronic kidney disease") == [(0, 1), (3, 3), None]
    assert of(found, "creatinine increased") == [(0, 0), (2, 2), None]
    asked = "the lower limit of normal that the laboratory gives with Estimated GFR of 2026-01-10"
    assert asked in found.needs
    with_limit = (
        facts
        + """
  lab.egfr: [{value: 84, unit: "mL/min/{1.73_m2}", at: 2026-01-10, lower: 60}]
"""
    )
    record = course(with_limit)
    found = worst_by_cycle(record, known_on=END, estimate=estimate_by(record, "CKD-EPI 2021"))
    assert of(found, "chronic kidney disease") == [(0, 0), (3, 3), None]
    assert found.needs == ()


def test_the_shift_table_holds_each_term_by_before_and_worst() -> None:
    facts = platelets((200, "2026-01-10"), (40, "2026-02-02"))
    shifted = shift_table(worst_by_cycle(course(facts), known_on=END))
    assert [[row.term for row in rows] for rows in shifted.values()] == [["platelet count decreased"]]
    assert list(shifted) == [(GradeRange(0, 0), GradeRange(3, 3))]


def test_without_a_cycle_everything_is_of_the_time_before() -> None:
    record = course(platelets((70, "2026-01-10")), cycles="")
    assert [one.name for one in periods(record)] == ["before cycle 1"]
    found = worst_by_cycle(record, known_on=END)
    assert of(found) == [(2, 2)]
    assert found.terms[0].worst is None


def events(*rows: str) -> str:
    return "\n".join(["events:", "  complete_as_of: 2026-12-01", "  by: nurse", "  entries:", *rows])


def event(grades: str, term: str = "nausea") -> str:
    return f"    - {{term: {term}, ctcae: '5.0', organ: gastrointestinal, grades: [{grades}]}}"


def test_an_event_that_begins_on_the_day_of_an_injection_followed_it() -> None:
    told = events(event("{on: 2026-01-12, grade: 1}, {on: 2026-01-14, grade: 0}"))
    found = worst_by_cycle(course(rest=told), known_on=END)
    assert of(found, "nausea") == [None, (1, 1), None]
    row = found.term("nausea")
    assert row is not None
    assert row.baseline == GradeRange(0, 0)
    assert row.emergent is True


def test_an_event_that_gets_worse_on_the_day_of_the_next_injection_belongs_to_the_next_cycle() -> None:
    told = events(event("{on: 2026-02-01, grade: 1}, {on: 2026-03-09, grade: 2}, {on: 2026-03-12, grade: 0}"))
    assert of(worst_by_cycle(course(rest=told), known_on=END), "nausea") == [None, (1, 1), (2, 2)]


def test_an_event_that_is_over_on_the_day_of_the_next_injection_recovered_in_the_cycle_before() -> None:
    told = events(event("{on: 2026-02-01, grade: 2}, {on: 2026-02-23, grade: 0}"))
    row = worst_by_cycle(course(rest=told), known_on=END).term("nausea")
    assert row is not None
    assert row.periods[1].recovered is True


def test_of_two_events_of_one_name_the_worse_one_lasts() -> None:
    told = events(event("{on: 2026-01-20, grade: 2}", "pain"), event("{on: 2026-02-01, grade: 1}", "pain"))
    assert of(worst_by_cycle(course(rest=told), known_on=END), "pain")[2] == (2, 2)
