"""The page on the guideline names what the code holds."""

from datetime import date
from pathlib import Path

import pytest

from lutetia.guideline import DEFAULT_BOOK, rules
from lutetia.guideline import logic as logic_words
from lutetia.guideline.book import load

PAGE = (Path(__file__).parents[2] / "docs" / "guideline.md").read_text(encoding="utf-8")
EDITION = load(DEFAULT_BOOK).edition(date(2026, 1, 1))


@pytest.mark.parametrize(
    "limit", [one for one in EDITION.limits.values() if one.chosen_by_lutetia], ids=lambda one: one.name
)
def test_every_number_that_lutetia_chose_is_on_the_page(limit: object) -> None:
    assert f"`{limit.name}`" in PAGE  # type: ignore[attr-defined]


def test_every_rule_with_an_effect_stands_at_its_place_in_the_order() -> None:
    shown = {line.split("|")[1].strip(): line for line in PAGE.splitlines() if line.startswith("| P")}
    spoken = {
        "AE-6a": "AE-6a to AE-6d",
        "AE-6b": "AE-6a to AE-6d",
        "AE-6c": "AE-6a to AE-6d",
        "AE-6d": "AE-6a to AE-6d",
    }
    for rule in rules(DEFAULT_BOOK):
        for effect in rule.recommendation.effects:
            words = {"P1": "consent", "P6": "relative contra-indications"}.get(effect.precedence)
            words = words or ("exactly 30" if effect.when and rule.id == "AE-6c" else spoken.get(rule.id, rule.id))
            assert words in shown[effect.precedence], rule.id


def test_the_words_of_the_page_are_those_of_the_code() -> None:
    for word in ("latest", "limit", "yes", "no", "choice", "all_of", "any_of", "not_", "for_any"):
        assert hasattr(logic_words, word)
        assert f"`{word}`" in PAGE
