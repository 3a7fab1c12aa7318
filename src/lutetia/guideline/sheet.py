"""What does a person sign? Every statement of a book in the order of the source, with all that stands behind it.

Plain values only: what is said, never how it is set. The words of conditions are made from the expressions
(:mod:`lutetia.guideline.outline`), and one hash (:mod:`lutetia.guideline.content_hash`) says for which content a
signature stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, runtime_checkable
from typing import Protocol as Structure

from lutetia.guideline.book import Book, Rule, load
from lutetia.guideline.case_words import CaseShown, cases_shown
from lutetia.guideline.content_hash import content_hash
from lutetia.guideline.coverage import Statement, coverage, executable_statement
from lutetia.guideline.departure import with_protocol
from lutetia.guideline.logic.condition import name_of
from lutetia.guideline.logic.limit import Limit, Limits, read_limits
from lutetia.guideline.outline import Outline, looked_at, outline
from lutetia.guideline.protocol import Protocol
from lutetia.guideline.recommendation import DayRule, Effect
from lutetia.guideline.verdict import Departure, LocalCheck
from lutetia.vocabulary import ITEMS


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectSaid:
    """What a recommendation does to the decision on a cycle, in words.

    Attributes
    ----------
    precedence : str
        Place in the order of the book, ``P0`` first.
    does : str
        Outcome, the other arm, the part of the activity that remains.
    when : Outline or None
        Narrows it; None means whenever the recommendation speaks.
    until : str
        The first day on which a postponed cycle may be given.
    remarks : tuple of str
    """

    precedence: str
    does: str
    when: Outline | None
    until: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementSaid:
    """A statement of the source as it is signed; one that is not executable has no rule and nothing behind it.

    Attributes
    ----------
    place : str
        Where it stands, with the title of the book.
    unless : tuple of Outline
        What excuses, when recorded as true.
    needs : Outline or None
        What must be there when it holds.
    ages : tuple of str
        How old the facts may be that it looks at, by kind of question.
    off : bool
        True where a local protocol has switched it off.
    """

    statement: Statement
    place: str
    rule: Rule | None = None
    condition: Outline | None = None
    applies: Outline | None = None
    unless: tuple[Outline, ...] = ()
    needs: Outline | None = None
    effects: tuple[EffectSaid, ...] = ()
    ages: tuple[str, ...] = ()
    cases: tuple[CaseShown, ...] = ()
    off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedLimit:
    """A number with every value that it has had, and the recommendations that look at it."""

    limit: Limit
    values: tuple[tuple[date, str], ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A book as it is signed.

    Attributes
    ----------
    content : str
        SHA-256 of everything that decides or is signed.
    sections : tuple of (str, tuple of StatementSaid)
        In the order of the source.
    validity : tuple of (str, str, str)
        Kind of question, item or group, greatest age.
    protocol : Protocol or None
        The local protocol that is laid over, with its departures and the questions that it adds.
    """

    book: Book
    content: str
    sections: tuple[tuple[str, tuple[StatementSaid, ...]], ...]
    limits: tuple[DatedLimit, ...]
    validity: tuple[tuple[str, str, str], ...]
    protocol: Protocol | None = None
    departures: tuple[Departure, ...] = ()
    checklist: tuple[LocalCheck, ...] = ()

    @property
    def statements(self) -> tuple[StatementSaid, ...]:
        """Every statement in the order of the source."""
        return tuple(one for _, statements in self.sections for one in statements)


def sheet(book: str, protocol: Protocol | None = None) -> Sheet:
    """Return a book as it is signed.

    Parameters
    ----------
    book : str
        Name of the book's folder.
    protocol : Protocol or None
        A local protocol to lay over it.

    Raises
    ------
    ProtocolError
        If the protocol departs from another book.
    """
    maker = _Maker(load(book), protocol)
    found = coverage(book)
    sections = tuple(
        (section, tuple(maker.said(one) for one in found.of_section(section))) for section in found.sections
    )
    overlay = maker.overlay
    return Sheet(
        book=maker.book, content=content_hash(book, protocol), sections=sections, limits=tuple(maker.dated_limits()),
        validity=tuple(maker.greatest_ages()), protocol=protocol,
        departures=overlay.departures if overlay else (), checklist=overlay.checklist if overlay else (),
    )  # fmt: skip


def statement_said(rule: Rule) -> StatementSaid:
    """Return one recommendation as it is signed, by the latest numbers of its book."""
    book = load(rule.book)
    return _Maker(book, None).said(executable_statement(rule.recommendation, book, rule.section))


def place(statement: Statement, book: Book) -> str:
    """Return where a statement stands, with the title of the book; by its section where no closer place is known."""
    return f"{book.title}, {statement.where or statement.section}"


class _Maker:
    """Says statements by the latest numbers of a book, or by those of a local protocol laid over it."""

    def __init__(self, book: Book, protocol: Protocol | None) -> None:
        self.book = book
        edition = book.edition(date.max)
        if protocol is not None:
            edition = with_protocol(edition, protocol)
        self.edition, self.overlay = edition, edition.overlay
        self.limits: Limits = {**read_limits(book.read("limits.yaml")), **edition.limits}
        self.rules = {**book.printed, **edition.rules} if protocol else book.printed

    def said(self, statement: Statement) -> StatementSaid:
        rule = self.rules.get(statement.id)
        if rule is None:
            return StatementSaid(statement=statement, place=place(statement, self.book))
        one = rule.recommendation
        expressions = (one.applies, one.condition, *one.unless, one.needs, *(effect.when for effect in one.effects))
        items = looked_at(*expressions)
        return StatementSaid(
            statement=statement,
            place=rule.citation,
            rule=rule,
            condition=outline(one.condition, self.limits),
            applies=outline(one.applies, self.limits),
            unless=tuple(self._excuse(no) if isinstance(no, str) else outline(no, self.limits) for no in one.unless),
            needs=None if one.needs is None else outline(one.needs, self.limits),
            effects=tuple(self._effect(effect, rule) for effect in one.effects),
            ages=tuple(self._ages(items)),
            cases=cases_shown(self.book.id, one.id, items),
            off=self.overlay is not None and one.id in self.overlay.off,
        )

    def _excuse(self, rule: str) -> Outline:
        asks = self.rules[rule].recommendation.asks if rule in self.rules else ""
        return Outline(f"{rule} holds ({asks})" if asks else f"{rule} holds")

    def _effect(self, effect: Effect, rule: Rule) -> EffectSaid:
        does = effect.outcome.value
        if effect.factor is not None:
            does = f"{does}: {effect.factor.words(self.limits)} × the prescribed activity"
        if effect.alternatives:
            does = f"{does}, or {' or '.join(arm.value for arm in effect.alternatives)}"
        regular = effect.regular
        already = "" if regular is None else (
            f"not again where the prescription already has it (regular: {regular.words(self.limits)})"
        )  # fmt: skip
        return EffectSaid(
            precedence=effect.precedence,
            does=does,
            when=None if effect.when is None else outline(effect.when, self.limits),
            until="" if effect.until is None else _day_in_words(effect.until, self.limits),
            remarks=tuple(remark for remark in (effect.says, effect.note, already) if remark),
        )

    def _ages(self, items: tuple[str, ...]) -> Iterator[str]:
        for kind in self.edition.validity:
            most = self.edition.ages(kind)
            ages: dict[float | None, list[str]] = {}
            for item in (item for item in items if item in ITEMS):
                age = most(item)
                ages.setdefault(None if age is None else age.days, []).append(name_of(item))
            for days, names in ages.items():
                if days is not None:
                    named = f"{', '.join(names)}: " if len(ages) > 1 else ""
                    yield f"{named}at most {days:g} d old for a question on {_kind(kind)}"

    def dated_limits(self) -> Iterator[DatedLimit]:
        raw = self.book.read("limits.yaml")
        for name, entry in raw.items():
            one = self.limits[name]
            dated = sorted(entry["values"], key=lambda value: value["from"])
            values = tuple((value["from"], replace(one, value=float(value["value"])).shown) for value in dated)
            users = tuple(id for id, rule in self.rules.items() if name in {seen.name for seen in rule.limits})
            yield DatedLimit(limit=one, values=values, rules=users)

    def greatest_ages(self) -> Iterator[tuple[str, str, str]]:
        for kind, ages in self.edition.validity.items():
            if not ages:
                yield _kind(kind), "every fact", "none: the age is shown"
            for item, name in (ages or {}).items():
                shown = "none: the age is shown" if name is None else self.limits[name].shown
                yield _kind(kind), _facts(item), shown


def _facts(item: str) -> str:
    """Name an item by its question, a group by what it holds."""
    return f"“{ITEMS[item].asks}”" if item in ITEMS else _GROUPS.get(item, f"the group {item}")


_GROUPS: Final = {
    "lab": "laboratory results", "condition": "judgements of his condition", "symptom": "symptoms",
    "disease": "findings on the disease", "imaging": "what readers say of the imaging", "fitness": "fitness for drugs",
}  # fmt: skip


def _kind(kind: str) -> str:
    return {"cycle": "a cycle", "selection": "selection"}.get(kind, kind)


@runtime_checkable
class _Speaks(Structure):
    def words(self, limits: Limits) -> str: ...


def _day_in_words(rule: DayRule, limits: Limits) -> str:
    return rule.words(limits) if isinstance(rule, _Speaks) else f"not before {rule.pause.words(limits)} have passed"
