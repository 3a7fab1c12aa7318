"""How much of a book is encoded? Every statement of it, with its state and the reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Literal

from lutetia.guideline.book import load

State = Literal["executable", "checklist", "definition", "evidence", "not-yet"]
STATES: tuple[State, ...] = ("executable", "checklist", "definition", "evidence", "not-yet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement of a book.

    Attributes
    ----------
    state : str
        ``executable``: evaluated over the record. ``checklist``: no record decides it, a person has to answer.
        ``definition`` and ``evidence``: nothing to decide. ``not-yet``: could be encoded and is not.
    reason : str
        One line: where it is used, or why it is not executable.
    """

    id: str
    section: str
    state: State
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Every statement of a book with its state."""

    book: str
    title: str
    statements: tuple[Statement, ...]

    @property
    def counts(self) -> dict[State, int]:
        """How many statements are in each state."""
        counted = Counter(statement.state for statement in self.statements)
        return {state: counted[state] for state in STATES}


@cache
def coverage(book: str) -> Coverage:
    """Return what of a book is encoded and what is not.

    Parameters
    ----------
    book : str
        Name of the book's folder.
    """
    loaded = load(book)
    executable = {one.id: one.asks for one in loaded.recommendations}
    statements = tuple(
        Statement(id=one, section=section["section"], state=entry[0], reason=entry[1] or executable.get(one, ""))
        for section in loaded.read("coverage.yaml")
        for one, entry in section["statements"].items()
    )
    return Coverage(book=book, title=loaded.title, statements=statements)
