"""What a book says of its source is said in our words: no eight words in a row stand as in the guideline's text."""

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from lutetia.guideline import DEFAULT_BOOK, books, coverage
from lutetia.guideline.book import load
from lutetia.guideline.verdict import Strength

DATA = os.environ.get("LUTETIA_REAL_DATA")
TEXT = Path(DATA or ".").parent / "seeds" / "guideline_EANM_SNMMI_2023_177Lu-PSMA-RLT.txt"
IN_A_ROW = 8
"""So many words in a row are a copy; names and numbers of the field alone reach seven."""

GRADES = {Strength.STRONG, Strength.MODERATE_STRONG, Strength.WEAK}
PLACE = re.compile(r", (?:para \d|Table \d|introduction|closing|prognostic \d|predictive \d|[ABC]?\d|A$)")

needs_text = pytest.mark.skipif(
    DATA is None or not TEXT.is_file(), reason="LUTETIA_REAL_DATA names no folder with the guideline's text beside it"
)


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:\.\d+)?|%", text.lower())


def rows(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[n : n + IN_A_ROW]) for n in range(len(found) - IN_A_ROW + 1)}


def unbroken(text: str) -> Iterator[str]:
    """A hyphen at the end of a line may belong to the word, or not."""
    yield re.sub(r"-\s*\n\s*", "", text)
    yield re.sub(r"-\s*\n\s*", "-", text)


@cache
def printed() -> frozenset[tuple[str, ...]]:
    whole = TEXT.read_text(encoding="utf-8")
    return frozenset(row for text in unbroken(whole) for row in rows(text))


def said(book: str) -> Iterator[tuple[str, str]]:
    """Every text that speaks for the source, or beside it, with the id of its statement."""
    for statement in coverage(book).statements:
        yield statement.id, statement.says
        yield statement.id, statement.reason
    for one in load(book).recommendations:
        remarks = (text for effect in one.effects for text in (effect.says, effect.note))
        for text in (one.asks, one.says, one.consequence, *one.choices, *remarks):
            yield one.id, text


@needs_text
@pytest.mark.parametrize("book", books())
def test_no_eight_words_in_a_row_are_the_guidelines(book: str) -> None:
    copied = {(id, " ".join(row)) for id, text in said(book) for row in rows(text) & printed()}
    assert copied == set()


@needs_text
def test_a_copied_sentence_would_be_found() -> None:
    lines = TEXT.read_text(encoding="utf-8").splitlines()
    for copied in ("\n".join(lines[n : n + 6]) for n in range(200, 900, 100)):
        assert any(rows(text) & printed() for text in unbroken(copied))


def test_every_statement_of_the_guideline_has_our_paraphrase_and_its_place() -> None:
    for one in coverage(DEFAULT_BOOK).statements:
        assert one.says.endswith("."), one.id
        assert one.says.rstrip(".") != one.reason, one.id
        assert PLACE.search(one.where), one.id


def test_a_paraphrase_is_short() -> None:
    for one in coverage(DEFAULT_BOOK).statements:
        ends = re.findall(r"[.?!](?=\s+[A-Z“\[]|$)", one.says)
        assert len(ends) <= 2, one.id


def test_the_guideline_grades_eight_statements_and_all_of_them_are_executable() -> None:
    graded = [one for one in coverage(DEFAULT_BOOK).statements if one.strength in GRADES]
    ids = ["IND-1", "IND-2", "IND-3a", "CI-B-SUPERSCAN", "SEL-1", "SEL-4", "AE-7", "AE-8a"]
    assert [one.id for one in graded] == ids
    assert {one.kind for one in graded} == {"executable"}
    others = [one for one in coverage(DEFAULT_BOOK).statements if one.kind != "executable"]
    assert {one.strength for one in others} == {Strength.UNRATED}
