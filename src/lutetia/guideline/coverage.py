"""How much of a book is encoded? Every statement of it, with its kind, the reason, and the cases that speak of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from lutetia.guideline.book import Book, load
from lutetia.guideline.recommendation import Recommendation
from lutetia.guideline.verdict import Strength

Kind = Literal["executable", "checklist", "definition", "evidence", "not-yet"]
KINDS: tuple[Kind, ...] = ("executable", "checklist", "definition", "evidence", "not-yet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement of a book.

    Attributes
    ----------
    kind : str
        ``executable``: evaluated over the record. ``checklist``: no record decides it, a person has to answer.
        ``definition`` and ``evidence``: nothing to decide. ``not-yet``: could be encoded and is not.
    reason : str
        One line: what it decides, or what it is about and why it is not evaluated.
    says : str
        The statement in our words, never the text of the source.
    where : str
        Its place: section and item, paragraph or row of a table, as printed.
    strength : Strength
        As the source states it.
    caveat : str
        What a reader has to do before relying on it.
    """

    id: str
    section: str
    kind: Kind
    reason: str
    says: str = ""
    where: str = ""
    strength: Strength = Strength.UNRATED
    caveat: str = ""


@dataclass(frozen=True, slots=True)
class CaseName:
    """A case by the name of its file and its own name."""

    file: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Every statement of a book with its kind."""

    book: str
    title: str
    statements: tuple[Statement, ...]

    @property
    def counts(self) -> dict[Kind, int]:
        """How many statements are of each kind."""
        counted = Counter(statement.kind for statement in self.statements)
        return {kind: counted[kind] for kind in KINDS}

    def of_section(self, section: str) -> tuple[Statement, ...]:
        """Return the statements of a section, in the order of the document."""
        return tuple(one for one in self.statements if one.section == section)

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections in the order of the document."""
        return tuple(dict.fromkeys(one.section for one in self.statements))


@cache
def coverage(book: str) -> Coverage:
    """Return what of a book is encoded and what is not.

    Parameters
    ----------
    book : str
        Name of the book's folder.
    """
    loaded = load(book)
    encoded = {one.id: one for one in loaded.recommendations}
    statements = tuple(
        executable_statement(encoded[one], loaded, section["section"], reason=entry[1])
        if one in encoded
        else _statement(one, loaded, section["section"], entry)
        for section in loaded.read("coverage.yaml")
        for one, entry in section["statements"].items()
    )
    return Coverage(book=book, title=loaded.title, statements=statements)


def executable_statement(one: Recommendation, book: Book, section: str, *, reason: str = "") -> Statement:
    """Return a recommendation as a statement: what it says, where and how strongly is written with it."""
    return Statement(
        id=one.id, section=section, kind="executable", reason=reason or one.asks, says=one.says,
        where=str(one.where), strength=one.strength, caveat=one.caveat or book.caveat,
    )  # fmt: skip


def _statement(id: str, book: Book, section: str, written: list[str] | Mapping[str, str]) -> Statement:
    """Return a statement that is not executable, written as ``[kind, reason]`` or as a mapping of its fields."""
    entry: dict[str, Any] = dict(
        written if isinstance(written, Mapping) else zip(("kind", "reason"), written, strict=True)
    )
    entry["strength"] = Strength(entry.get("strength", Strength.UNRATED))
    return Statement(id=id, section=section, **{"caveat": book.caveat} | entry)


@cache
def cases_of(book: str) -> dict[str, tuple[CaseName, ...]]:
    """Return for each recommendation the cases that expect something of it, in the order of the files."""
    from lutetia.guideline.cases import written_cases

    found: dict[str, dict[CaseName, None]] = {}
    for case in written_cases(book):
        named = CaseName(case.file, str(case.raw["name"]))
        for rule in spoken_of(case.raw):
            found.setdefault(rule, {})[named] = None
    return {rule: tuple(cases) for rule, cases in found.items()}


def spoken_of(case: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the recommendations of which a case, as written, expects something: an answer, a part in the decision."""
    decision = case.get("decision") or {}
    parts = (
        case.get("expect"),
        case.get("excused"),
        case.get("beside"),
        decision.get("because"),
        decision.get("weigh"),
    )
    return tuple(dict.fromkeys(rule for part in parts for rule in part or ()))
