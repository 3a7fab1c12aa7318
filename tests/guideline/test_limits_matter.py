"""Each number of a book, and each comparison, is held by a case: with a slip in it, some case comes out otherwise."""

from functools import cache
from random import Random

import pytest

from lutetia.guideline import books
from lutetia.guideline.book import load
from lutetia.guideline.cases import Case, read_cases
from lutetia.guideline.proof.mutation import Mutant, condition_mutants, limit_mutants, moved, noticed_by
from lutetia.guideline.proof.signing import equivalents
from lutetia.guideline.proof.slips import COMPARISON

SEED = 617
SAMPLE = 60
"""Of the comparisons and other parts of the conditions of each book; `make mutation` makes every slip."""


@cache
def cases_of(book: str) -> tuple[Case, ...]:
    return read_cases(book)


def limits() -> list[tuple[str, Mutant]]:
    return [(book, mutant) for book in books() for mutant in limit_mutants(load(book))]


def sample() -> list[tuple[str, Mutant]]:
    found = []
    for book in books():
        known = equivalents(load(book))
        made = [one for one in condition_mutants(load(book)) if one.kind == COMPARISON and one.name not in known]
        found += [(book, one) for one in Random(SEED).sample(made, min(SAMPLE, len(made)))]
    return found


def name_of(told: object) -> str:
    return told.name if isinstance(told, Mutant) else str(told)


@pytest.mark.parametrize(("book", "mutant"), limits(), ids=name_of)
def test_a_limit_that_is_moved_changes_a_case(book: str, mutant: Mutant) -> None:
    if mutant.name not in equivalents(load(book)):
        assert noticed_by(mutant, cases_of(book)) is not None, mutant.said


@pytest.mark.parametrize(("book", "mutant"), sample(), ids=name_of)
def test_a_slip_in_a_condition_changes_a_case(book: str, mutant: Mutant) -> None:
    assert noticed_by(mutant, cases_of(book)) is not None, mutant.said


@pytest.mark.parametrize("book", books())
def test_what_is_listed_as_changing_nothing_changes_nothing(book: str) -> None:
    made = {one.name: one for one in (*limit_mutants(load(book)), *condition_mutants(load(book)))}
    for name, reason in equivalents(load(book)).items():
        assert reason.strip()
        assert name in made, f"{name} is no slip of {book}"
        naming = [case for case in cases_of(book) if made[name].rules & set(case.expected.get("expect", ()))]
        assert noticed_by(made[name], naming) is None, f"{name} is noticed by a case, and no longer listed"


@pytest.mark.parametrize("book", books())
def test_every_limit_is_used_by_a_rule_or_by_the_ages(book: str) -> None:
    every = {limit for rule in load(book).recommendations for limit in rule.condition.names()}
    for day in {case.question.on for case in cases_of(book)}:
        edition = load(book).edition(day)
        every |= {limit.name for rule in edition.rules.values() for limit in rule.limits}
        every |= {name for ages in edition.validity.values() for name in (ages or {}).values() if name}
    named_in_remarks = {"contraception"}
    assert set(load(book).read("limits.yaml") or {}) - every <= named_in_remarks


def test_whole_numbers_move_by_one_and_others_by_two_per_cent() -> None:
    limit = load("eanm_snmmi_2023").edition(cases_of("eanm_snmmi_2023")[0].question.on).limits
    assert [moved(limit["lab_age_max"], way).value for way in (1, -1)] == [6, 4]
    assert [moved(limit["platelets_min"], way).value for way in (1, -1)] == [76.5, 73.5]
