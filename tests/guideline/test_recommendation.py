"""A recommendation is written with exactly one polarity, and its conditions read as words."""

from datetime import date

import pytest

from lutetia.guideline import DEFAULT_BOOK
from lutetia.guideline.book import load
from lutetia.guideline.logic import all_of, any_of, for_any, latest, limit, not_, yes
from lutetia.guideline.logic.condition import Condition
from lutetia.guideline.logic.quantity import upper_limit
from lutetia.guideline.recommendation import Cite, Recommendation
from lutetia.vocabulary import condition, laboratory

LIMITS = load(DEFAULT_BOOK).edition(date(2026, 1, 1)).limits
FEW = latest(laboratory.platelets) < limit("platelets_min")


def test_two_polarities_are_refused() -> None:
    with pytest.raises(ValueError, match="2 conditions with a polarity"):
        Recommendation(id="X", where=Cite("S"), asks="?", says=".", against=FEW, for_=FEW)


def test_no_condition_is_refused() -> None:
    with pytest.raises(ValueError, match="0 conditions with a polarity"):
        Recommendation(id="X", where=Cite("S"), asks="?", says=".")


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (FEW, "platelets < 75 10*9/L"),
        (not_(FEW), "not (platelets < 75 10*9/L)"),
        (latest(laboratory.ast) > limit("liver_stop_multiple") * upper_limit(laboratory.ast),
         "AST > 5 x the laboratory's upper limit"),
        (all_of(FEW, yes(condition.acute_infection)), "platelets < 75 10*9/L and [An acute infection? yes]"),
        (all_of(FEW, any_of(FEW, yes(condition.acute_infection))),
         "platelets < 75 10*9/L and (platelets < 75 10*9/L or [An acute infection? yes])"),
        (for_any((laboratory.platelets, laboratory.leukocytes), lambda item: latest(item) < limit("platelets_min")),
         "for platelets or leukocytes: it < 75 10*9/L"),
    ],
)  # fmt: skip
def test_a_condition_reads_as_words(written: Condition, words: str) -> None:
    assert written.words(LIMITS) == words
    assert written.names() <= set(LIMITS)
