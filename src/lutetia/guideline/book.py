"""What is a book? One source as a folder: sections with recommendations, its limits, its coverage.

A folder under ``lutetia.guideline.books`` that defines ``BOOK`` is a book; nothing else needs to know of it.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from importlib import import_module, resources
from types import ModuleType
from typing import TYPE_CHECKING, Any

import yaml

from lutetia.criteria import Interval
from lutetia.errors import InputError
from lutetia.guideline.logic import Context, Reading
from lutetia.guideline.logic.context import MaximumAge
from lutetia.guideline.logic.limit import Limit, read_limits
from lutetia.guideline.recommendation import Recommendation
from lutetia.guideline.topic import Topic
from lutetia.guideline.verdict import Answer, LimitShown, Polarity, Strength, VersionUsed
from lutetia.provenance import Source

if TYPE_CHECKING:
    from lutetia.guideline.departure import Overlay

_BOOKS = "lutetia.guideline.books"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whether a book speaks about the agent of a course; None where no agent is recorded."""

    inside: bool | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A recommendation as it is printed: with its condition in words and its limits."""

    recommendation: Recommendation
    book: str
    section: str
    citation: str
    condition: str
    applies: str
    limits: tuple[LimitShown, ...]
    exceptions: tuple[str, ...] = ()
    """What excuses, in words: other recommendations by their id, conditions as they read."""
    caveat: str = ""
    """What a reader has to do before relying on it."""

    @property
    def id(self) -> str:
        """The id of the recommendation."""
        return self.recommendation.id

    @property
    def polarity(self) -> Polarity:
        """What it means when the condition holds."""
        return self.recommendation.polarity

    @property
    def strength(self) -> Strength:
        """The strength as the source states it."""
        return self.recommendation.strength


def _no_note(recommendation: Recommendation, context: Context) -> str:
    return ""


def _no_summary(answers: Mapping[str, Answer]) -> str:
    return ""


def _in_scope(context: Context) -> Scope:
    return Scope(inside=True, text="")


def _no_doubt(context: Context) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Book:
    """One source, encoded.

    Attributes
    ----------
    id : str
        The name of its folder.
    title : str
    source : Source
    sections : sequence of module
        In the order of the document; recommendations are read from them in the order written.
    indications : tuple of str
        The recommendations that are indications.
    scope, strength_note, summary, notes : callable
        Whether the book speaks about the agent; a remark on the strength for this agent; the indication in words;
        remarks on the whole assessment.
    not_encoded : tuple of str
        Layers of the verdict that the book has and this code does not.
    topics : mapping of Topic to tuple of str
        The recommendations that speak about what other books speak about too, by their ids.
    jurisdiction : str
        ``US``, ``EU`` or another code where the source is law or label of one place only; empty for all others.
    versions : tuple of VersionUsed
        The versions of a source that changes with time, oldest first; on a day before the first nothing is answered.
        Empty for a source that has one version only.
    caveat : str
        What a reader has to do before relying on anything in it, e.g. where only secondary sources were seen.
    touches : mapping of str to tuple of str
        For a book of evidence: by its recommendation the statements of other books that it bears upon; it never
        changes them.
    """

    id: str
    title: str
    source: Source
    sections: Sequence[ModuleType]
    topics: Mapping[Topic, tuple[str, ...]] = field(default_factory=dict)
    jurisdiction: str = ""
    versions: tuple[VersionUsed, ...] = ()
    caveat: str = ""
    touches: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    indications: tuple[str, ...] = ()
    scope: Callable[[Context], Scope] = _in_scope
    strength_note: Callable[[Recommendation, Context], str] = _no_note
    summary: Callable[[Mapping[str, Answer]], str] = _no_summary
    notes: Callable[[Context], tuple[str, ...]] = _no_doubt
    not_encoded: tuple[str, ...] = ()
    _on: dict[tuple[date, ...], Edition] = field(default_factory=dict, repr=False)

    def read(self, file: str) -> Any:
        """Read a YAML file that stands beside the sections."""
        return yaml.safe_load(resources.files(f"{_BOOKS}.{self.id}").joinpath(file).read_text(encoding="utf-8"))

    @cached_property
    def recommendations(self) -> tuple[Recommendation, ...]:
        """Every recommendation in the order of the book."""
        return tuple(one for section in self.sections for one in vars(section).values()
                     if isinstance(one, Recommendation))  # fmt: skip

    @cached_property
    def decides(self) -> bool:
        """Whether it says what to do with a cycle; a book that only informs gives no decision, and no "go"."""
        return any(one.effects for one in self.recommendations)

    @cached_property
    def _raw_limits(self) -> Mapping[str, Any]:
        limits: Mapping[str, Any] = self.read("limits.yaml")
        return limits

    @cached_property
    def _turning_days(self) -> tuple[date, ...]:
        days = {value["from"] for entry in self._raw_limits.values() for value in entry["values"]}
        days |= {version.since for version in self.versions}
        days |= {day for one in self.recommendations for day in (one.since, one.until) if day is not None}
        return tuple(sorted(days))

    def edition(self, on: date) -> Edition:
        """Return the book as it holds on a day: its recommendations, its numbers, its version."""
        key = tuple(day for day in self._turning_days if day <= on)
        if key not in self._on:
            self._on[key] = Edition.of(self, read_limits(self._raw_limits, on), on)
        return self._on[key]

    def version(self, on: date) -> VersionUsed | None:
        """Return the version that holds on a day; None before the first, and for a source without versions."""
        return next((one for one in reversed(self.versions) if one.since <= on), None)

    @cached_property
    def printed(self) -> Mapping[str, Rule]:
        """Every recommendation of the book as it is printed, whichever version says it; with the latest numbers."""
        limits = read_limits(self._raw_limits)
        return {one.id: _printed(one, self, limits) for one in self.recommendations}


@dataclass(frozen=True, kw_only=True)
class Edition:
    """A book as it holds on a day, ready to be evaluated; ``overlay`` is a local protocol laid over.

    ``version`` is None where the book has no versions, and on a day before the first; ``on`` is a day on which it
    holds.
    """

    book: Book
    limits: Mapping[str, Limit]
    readings: Mapping[str, Reading]
    rules: Mapping[str, Rule]
    validity: Mapping[str, Mapping[str, str | None]]
    overlay: Overlay | None = None
    version: VersionUsed | None = None
    on: date = date.max

    @classmethod
    def of(cls, book: Book, limits: Mapping[str, Limit], on: date = date.max) -> Edition:
        """Prepare a book once for many evaluations, as it holds on a day."""
        return cls(
            book=book,
            limits=limits,
            readings={name: Reading(Interval.point(limit.value)) for name, limit in limits.items()},
            rules={one.id: _printed(one, book, limits) for one in book.recommendations if one.holds_on(on)},
            validity=book.read("validity.yaml"),
            version=book.version(on),
            on=on,
        )

    @property
    def protocol(self) -> str:
        """The file of the local protocol that is laid over; empty where none is."""
        return self.overlay.protocol.file if self.overlay is not None else ""

    @property
    def title(self) -> str:
        """The title of the book, or that it is read with a local protocol."""
        return f"Local protocol {self.protocol}" if self.overlay is not None else self.book.title

    def with_limits(self, limits: Mapping[str, Limit]) -> Edition:
        """Return the same edition with other numbers, and without a local protocol."""
        return Edition.of(self.book, limits, self.on)

    def ages(self, kind: str) -> Callable[[str], MaximumAge | None]:
        """Return the greatest age of an item's facts for a kind of question; a longer name wins over its group."""
        named = self.validity.get(kind) or {}

        def most(item: str) -> MaximumAge | None:
            name = named[item] if item in named else named.get(item.partition(".")[0])
            return MaximumAge(self.limits[name].value, name) if name else None

        return most


def _printed(one: Recommendation, book: Book, limits: Mapping[str, Limit]) -> Rule:
    names = one.condition.names() | one.applies.names()
    for effect in one.effects:
        names |= effect.when.names() if effect.when else frozenset()
        names |= frozenset(
            number.name for number in (effect.factor, effect.regular, effect.activity) if number is not None
        )
        names |= effect.until.pause.names() if effect.until else frozenset()
    return Rule(
        recommendation=one,
        book=book.id,
        section=one.where.section,
        citation=f"{book.title}, {one.where}",
        condition=one.condition.words(limits),
        applies=one.applies.words(limits),
        limits=tuple(limits[name].as_used for name in sorted(names)),
        exceptions=tuple(no if isinstance(no, str) else no.words(limits) for no in one.unless),
        caveat=one.caveat or book.caveat,
    )


@cache
def books() -> tuple[str, ...]:
    """Return the names of the books that are there."""
    package = import_module(_BOOKS)
    return tuple(sorted(found.name for found in pkgutil.iter_modules(package.__path__) if found.ispkg))


@cache
def load(name: str) -> Book:
    """Return a book by the name of its folder.

    Raises
    ------
    InputError
        If there is no such book.
    """
    if name not in books():
        raise InputError("book", f"there is no book '{name}'", f"choose one of: {', '.join(books())}")
    book = import_module(f"{_BOOKS}.{name}").BOOK
    assert isinstance(book, Book)
    return book


def find(rule_id: str, *, book: str | None = None) -> Rule:
    """Return a recommendation by its id, from one book or from the first that has it.

    Raises
    ------
    InputError
        If no book has it as an executable recommendation.
    """
    for name in (book,) if book else books():
        rules = load(name).printed
        if rule_id in rules:
            return rules[rule_id]
    known = sorted(one for name in ((book,) if book else books()) for one in load(name).printed)
    near = [one for one in known if one.partition("-")[0] == rule_id.upper().partition("-")[0]] or known
    raise InputError(
        "rule", f"no recommendation '{rule_id}' is encoded", f"known here: {', '.join(near)}; see 'guideline coverage'"
    )


def rules(book: str) -> tuple[Rule, ...]:
    """Return the executable recommendations of a book in its order, those of every version."""
    return tuple(load(book).printed.values())
