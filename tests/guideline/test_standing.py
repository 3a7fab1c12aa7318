"""Death and standing decisions come before every rule; prognosis annotates; a reported eGFR that waits is named."""

from datetime import date
from typing import Any

import pytest

from lutetia.course import Course
from lutetia.guideline import DEFAULT_BOOK, Selection, assess, rules
from lutetia.guideline.cases import Case, read_cases
from lutetia.guideline.verdict import Outcome, Polarity

CASES = {case.name: case for case in read_cases()}
WELL = CASES["nothing in the way of the third cycle"]
ELIGIBLE = CASES["eligible, and nothing stands against the first cycle"]
CYCLES = [case for case in CASES.values() if case.question.kind == "cycle"][::6]


def with_parts(course: Course, **parts: Any) -> Course:
    return Course.model_validate({**{name: getattr(course, name) for name in type(course).model_fields}, **parts})


def decided(course: Course, outcome: str, on: date) -> Course:
    return with_parts(course, decisions=[{"on": on.isoformat(), "outcome": outcome, "author": "Dr A"}])


@pytest.mark.parametrize("case", CYCLES, ids=lambda case: case.name)
@pytest.mark.parametrize("outcome", ["discontinue", "do-not-treat"])
def test_no_cycle_is_advised_against_a_standing_decision(case: Case, outcome: str) -> None:
    course = decided(case.course, outcome, min(case.known_on or case.question.on, case.question.on))
    decision = assess(course, case.question, known_on=case.known_on, settings=case.settings).decision
    if decision is not None:
        assert decision.outcome is Outcome.DISCONTINUE
        assert decision.activity_gbq is None
        assert "DECISION" in {reason.rule for reason in decision.reasons}
        assert "Lutetia's choice" in decision.reasons[0].citation


def test_at_selection_a_death_and_a_standing_decision_are_remarks() -> None:
    death = {"item": "person.died_on", "value": "2026-06-20", "at": "2026-06-21"}
    dead = with_parts(WELL.course, facts={**WELL.course.facts, "person.died_on": [death]})
    course = decided(dead, "do-not-treat", date(2026, 6, 1))
    notes = assess(course, Selection(date(2026, 7, 1))).notes
    assert any("he died on 2026-06-20" in note for note in notes)
    assert any("decided on 2026-06-01 by Dr A: do-not-treat" in note for note in notes)


def test_a_decision_made_after_the_day_of_a_given_cycle_says_nothing_about_it() -> None:
    course = decided(WELL.course, "discontinue", date(2026, 5, 4))
    decision = assess(course, "cycle 2", known_on=date(2026, 5, 20)).decision
    assert decision is not None
    assert "DECISION" not in {reason.rule for reason in decision.reasons}


def test_no_prognostic_factor_has_an_effect_or_is_more_than_information() -> None:
    for rule in rules(DEFAULT_BOOK):
        if rule.id.startswith(("PROG-", "PRED-")):
            assert rule.polarity is Polarity.INFORMS, rule.id
            assert rule.recommendation.effects == (), rule.id


def test_only_these_rules_can_decide_a_cycle() -> None:
    deciding = {rule.id for rule in rules(DEFAULT_BOOK) if rule.recommendation.effects}
    assert deciding == {
        "CI-A-2", "CI-B-LIFE", "CI-B-ECOG", "CI-B-INCONT", "CI-B-OBSTR", "CI-B-PSYCH", "CI-B-COMORB", "CI-B-GFR",
        "CI-B-CREA", "CI-B-LIVER", "CI-B-ORGAN", "CI-B-INFECT", "CI-B-WBC", "CI-B-ANC", "CI-B-PLT", "CI-C2", "CI-C3c",
        "PROC-1e", "SEL-7", "AE-1a", "AE-1b", "AE-1c", "AE-2", "AE-3", "AE-4", "AE-5", "AE-6a", "AE-6b", "AE-6c",
        "AE-6d", "OPEN-1",
    }  # fmt: skip


def test_without_creatinine_the_ask_names_the_reported_egfr_and_why_it_does_not_decide() -> None:
    case = CASES["without creatinine the ask says that a reported eGFR does not decide"]
    (ask,) = case.assess().answer("AE-6c").asks_for
    assert ask.item == "lab.creatinine"
    assert "the reported eGFR of 80" in ask.why
    assert "CKD-EPI 2021" in ask.why


def test_what_excuses_stands_in_words_beside_its_rule() -> None:
    exceptions = {rule.id: rule.exceptions for rule in rules(DEFAULT_BOOK) if rule.exceptions}
    assert exceptions["CI-B-PLT"] == ("CI-B-SUPERSCAN",)
    assert exceptions["CI-B-LIFE"] == ("[Is the main purpose to relieve tumour symptoms? yes]",)
