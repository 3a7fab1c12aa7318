"""The book of published criteria: each limit is held by a case, nothing decides, and sources are told."""

from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from lutetia.guideline import CycleQuestion, assess, coverage
from lutetia.guideline.book import Edition, load
from lutetia.guideline.cases import Case, differences, read_cases
from lutetia.guideline.evaluate import assess_by
from lutetia.guideline.logic.limit import Limit
from lutetia.guideline.topic import Topic
from lutetia.guideline.verdict import Answer, Polarity, Status, Strength
from lutetia.reference.psma_tracer import liver_compares

BOOK = load("selection_criteria")
CASES = read_cases("selection_criteria")
DAY = date(2026, 3, 2)
EDITION = BOOK.edition(DAY)


def moved(limit: Limit, way: int) -> Limit:
    """Move whole numbers of days and rises by one, other numbers by one per cent."""
    whole = limit.unit == "d" or limit.name == "entry_rises"
    return replace(limit, value=limit.value + way if whole else limit.value * (1 + 0.01 * way))


@cache
def speaking_of(name: str) -> tuple[Case, ...]:
    rules = {rule.id for rule in EDITION.rules.values() if name in {limit.name for limit in rule.limits}}
    return tuple(case for case in CASES if rules & set(case.expected["expect"]))


@pytest.mark.parametrize("way", [1, -1], ids=["up", "down"])
@pytest.mark.parametrize("name", sorted(EDITION.limits))
def test_a_limit_that_is_moved_a_little_changes_a_case(name: str, way: int) -> None:
    edition = Edition.of(BOOK, {**EDITION.limits, name: moved(EDITION.limits[name], way)}, DAY)

    def differs(case: Case) -> bool:
        found = assess_by(edition, case.course, case.question, known_on=case.known_on, settings=case.settings)
        return differences(case, found) != ()

    assert any(differs(case) for case in speaking_of(name))


@pytest.mark.parametrize("rule", sorted(EDITION.rules))
def test_every_recommendation_has_a_case_of_each_kind(rule: str) -> None:
    said = {case.expected["expect"][rule] for case in CASES if rule in case.expected["expect"]}
    assert {"MET", "UNKNOWN", "NOT_APPLICABLE"} <= said
    assert "NOT_MET" in said


def test_every_unknown_answer_asks_for_something() -> None:
    for case in CASES:
        for answer in case.assess().answers:
            assert answer.asks_for or answer.status is not Status.UNKNOWN, (case, answer.id)


def test_no_criterion_excludes_or_decides_on_a_cycle() -> None:
    for rule in EDITION.rules.values():
        assert rule.polarity not in (Polarity.EXCLUDES, Polarity.REQUIRES)
        assert rule.recommendation.effects == ()
        assert rule.strength in (Strength.EVIDENCE, Strength.DEFINITION, Strength.UNRATED)


def test_what_was_seen_only_in_secondary_sources_says_so() -> None:
    to_verify = {rule.id for rule in EDITION.rules.values() if rule.recommendation.caveat}
    assert to_verify == {
        *("VISION-POS", "VISION-NEG", "VISION", "THERAP-20", "THERAP-10", "THERAP-FDG", "THERAP"),
        *("CRPC-PCWG3", "CRPC-ENTRY"),
    }


def test_every_recommendation_speaks_about_a_topic_that_other_books_share() -> None:
    assert set(BOOK.topics) == {Topic.IMAGING, Topic.CASTRATION_RESISTANCE}
    assert {rule for rules in BOOK.topics.values() for rule in rules} == set(EDITION.rules)


def test_the_coverage_names_every_recommendation_once() -> None:
    found = [one.id for one in coverage("selection_criteria").statements]
    assert len(found) == len(set(found))
    assert set(EDITION.rules) <= set(found)


def test_what_was_read_is_told_apart_from_what_was_measured() -> None:
    def shown(name: str, rule: str) -> str:
        case = next(case for case in CASES if case.name == name)
        answer = next(one for one in case.assess().answers if one.id == rule)
        return " | ".join(seen.shown for seen in answer.evidence if seen.state == "used")

    measured = shown("three bright metastases would have been taken", "VISION-POS")
    assert measured == "psma-pet: L1, L2, L3 (measured)"
    assert shown("without the liver's uptake the lesion's reader stands in", "VISION-POS").endswith("L1 (as read: L1)")
    assert shown("measured nowhere, the reader's word counts", "VISION-POS") == "yes"
    fdg = shown("a site negative on both does not", "THERAP-FDG")
    assert fdg == "psma-pet: none of 2 sites (as read: L1, L2) | fdg-pet"


def test_guideline_and_book_answer_castration_resistance_alike() -> None:
    for case in CASES:
        if "CRPC-EANM" not in case.expected["expect"] or case.question.number != 1:
            continue
        guideline = assess(case.course, CycleQuestion(1, DAY))
        status = {one.id: one.status for one in guideline.answers}["DEF-4"]
        assert status.name == case.expected["expect"]["CRPC-EANM"], case


@pytest.mark.parametrize(
    ("tracer", "compares"),
    [
        ("[68Ga]Ga-PSMA-11", True),
        ("[18F]DCFPyL", True),
        (None, True),
        ("[18F]PSMA-1007", False),
        ("18F-PSMA 1007", False),
    ],
)
def test_the_liver_compares_but_for_the_ligand_that_it_takes_up(tracer: str | None, compares: bool) -> None:
    assert liver_compares(tracer) is compares


def passes(answer: Answer) -> bool:
    """Whether an answer lets a man through."""
    if answer.polarity is Polarity.FOR:
        return answer.status is Status.MET
    return answer.status in (Status.NOT_MET, Status.NOT_APPLICABLE)


def test_forgetting_what_was_recorded_of_an_item_never_makes_a_pass() -> None:
    for case in CASES:
        before = {one.id: one for one in case.assess().answers if one.polarity is not Polarity.INFORMS}
        for item in case.course.facts:
            kept = {name: facts for name, facts in case.course.facts.items() if name != item}
            course = case.course.model_copy(update={"facts": kept})
            found = assess(course, case.question, known_on=case.known_on, book="selection_criteria")
            made = [one.id for one in found.answers if one.id in before and passes(one) and not passes(before[one.id])]
            assert made == [], (case, item)
