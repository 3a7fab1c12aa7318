"""Each number of the book is held by a case: moved a little either way, some case comes out otherwise."""

from dataclasses import replace
from functools import cache

import pytest

from lutetia.guideline import DEFAULT_BOOK
from lutetia.guideline.book import Edition, load
from lutetia.guideline.cases import Case, differences, read_cases
from lutetia.guideline.evaluate import assess_by
from lutetia.guideline.logic.limit import Limit

CASES = read_cases()
BOOK = load(DEFAULT_BOOK)
LIMITS = BOOK.edition(CASES[0].question.on).limits
NOT_DECIDING = {"contraception": "said in a remark, which a case holds one way"}


def moved(limit: Limit, way: int) -> Limit:
    """Move whole numbers of days, grades, lines and the like by one, other numbers by two per cent."""
    whole = limit.unit in ("", "d", "lines") and limit.value == int(limit.value)
    return replace(limit, value=limit.value + way if whole else limit.value * (1 + 0.02 * way))


@cache
def rules_with(name: str) -> frozenset[str]:
    rules = BOOK.edition(CASES[0].question.on).rules
    return frozenset(rule.id for rule in rules.values() if name in {limit.name for limit in rule.limits})


def comes_out_otherwise(case: Case, edition: Edition) -> bool:
    assessment = assess_by(edition, case.course, case.question, known_on=case.known_on, settings=case.settings)
    return differences(case, assessment) != ()


def holding(name: str) -> list[Case]:
    rules = rules_with(name)
    return [case for case in CASES if rules & set(case.expected.get("expect", {}))] or list(CASES)


@pytest.mark.parametrize("way", [1, -1], ids=["up", "down"])
@pytest.mark.parametrize("name", sorted(set(LIMITS) - set(NOT_DECIDING)))
def test_a_limit_that_is_moved_changes_a_case(name: str, way: int) -> None:
    edition = Edition.of(BOOK, {**LIMITS, name: moved(LIMITS[name], way)})
    assert any(comes_out_otherwise(case, edition) for case in holding(name))


def test_every_limit_is_used_by_a_rule_or_by_the_ages() -> None:
    edition = BOOK.edition(CASES[0].question.on)
    used = {limit.name for rule in edition.rules.values() for limit in rule.limits}
    used |= {name for ages in edition.validity.values() for name in (ages or {}).values() if name}
    assert set(LIMITS) - used - set(NOT_DECIDING) == set()
