"""What would the book say if a fact were otherwise? A supposed fact on a copy of the record, and both verdicts.

The record itself is never changed. A supposed fact stands in the place of what the record has for the same item and
day, and what is supposed passes the same checks as a record: vocabulary, unit, plausible range.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pydantic import ValidationError

from lutetia.course import Course, Fact
from lutetia.course.consistency import misfits
from lutetia.errors import InputError
from lutetia.fileform import MisfitError
from lutetia.fileform.document import plain
from lutetia.fileform.findings import nearest
from lutetia.fileform.moment import read_day
from lutetia.guideline.evaluate import DEFAULT_BOOK, assess
from lutetia.guideline.logic import Question, Settings
from lutetia.guideline.protocol import Protocol
from lutetia.guideline.verdict import Assessment, Status
from lutetia.units import UnitError, convert
from lutetia.vocabulary import ITEMS, OTHER_NAMES, Item

HYPOTHETICAL: Final = "Hypothetical: supposed facts on a copy of the record, in which nothing is written."
_EXAMPLE: Final = "write e.g. 'lab.platelets=80 10*9/L' or 'condition.ecog=1@2026-03-02'"
_WRITTEN: Final = re.compile(
    r"\s*(?P<item>[A-Za-z0-9_.]+)\s*=\s*(?P<comparator>[<>])?\s*(?P<value>[^\s@]+)"
    r"(?:\s+(?P<unit>[^\s@]+))?\s*(?:@\s*(?P<on>\S+))?\s*"
)


class SuppositionError(InputError):
    """What is supposed could not stand in a record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposition:
    """A fact as if it were known.

    Attributes
    ----------
    fact : Fact
    dated : bool
        Whether its day was stated; else it is the day as known.
    """

    fact: Fact
    dated: bool = True

    @property
    def written(self) -> str:
        """The supposition as it is written on a command line."""
        comparator, unit = self.fact.comparator or "", f" {self.fact.unit}" if self.fact.unit else ""
        value = self.fact.value
        value = str(value).lower() if isinstance(value, bool) else f"{value:.9g}" if isinstance(value, float) else value
        return f"{self.fact.item}={comparator}{value}{unit}@{self.fact.day}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposed:
    """What was supposed, as a person reads it: the value, its day, and what it stands in place of."""

    item: str
    asks: str
    shown: str
    on: date
    dated: bool
    instead_of: str
    written: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """A recommendation whose answer is another one under the supposition."""

    id: str
    asks: str
    before: Status
    after: Status
    excused_before: str
    excused_after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The verdict on the record and on the supposed one, side by side.

    Attributes
    ----------
    statement : str
        That it is hypothetical.
    changed : tuple of Turned
        The answers that differ.
    unheeded : tuple of str
        Supposed items that no answer looked at as supposed.
    """

    supposed: tuple[Supposed, ...]
    before: Assessment
    after: Assessment
    changed: tuple[Turned, ...]
    unheeded: tuple[str, ...]
    statement: str = HYPOTHETICAL

    @property
    def decision_changes(self) -> bool:
        """Whether the advice on the cycle, its activity or its day differs."""
        return _advice(self.before) != _advice(self.after)


def _advice(assessment: Assessment) -> object:
    one = assessment.decision
    return (
        assessment.ready,
        one and (one.outcome, one.at_most, one.alternatives, one.until, one.activity_gbq, one.weigh),
    )


def read_supposition(text: str, *, known_on: date) -> Supposition:
    """Read ``ITEM=VALUE [UNIT] [@DATE]``; without a date the day as known is taken.

    Raises
    ------
    SuppositionError
        If it is written otherwise, the item is not in the vocabulary, the unit is missing or wrong, or the value is
        implausible or lies after the day as known.
    """
    where = f"--what-if '{text}'"
    parts = _WRITTEN.fullmatch(text)
    if parts is None:
        raise SuppositionError(where, "it is not 'item=value unit'", _EXAMPLE)
    item = ITEMS.get(parts["item"])
    if item is None:
        hint = nearest(parts["item"], ITEMS, also=OTHER_NAMES) or "write one of the items in docs/vocabulary.md"
        if hint.startswith("did you mean"):
            hint = f"write {hint.removeprefix('did you mean ').rstrip('?')}, if that is meant"
        raise SuppositionError(where, f"'{parts['item']}' is not in the vocabulary", hint)
    try:
        on = read_day(parts["on"]) if parts["on"] else known_on
    except ValueError as error:
        found, _, remedy = str(error).partition("; ")
        raise SuppositionError(where, found, remedy) from None
    if on > known_on:
        remedy = f"ask as known on that day (--as-of {on}), or suppose it up to {known_on}"
        raise SuppositionError(where, f"{on} lies after the day as known ({known_on})", remedy)
    value = parts["value"] if item.kind in ("choice", "text", "day") else plain(parts["value"])
    raw = {"value": value, "unit": parts["unit"], "comparator": parts["comparator"], "at": on}
    return Supposition(fact=_fact(item, raw, where), dated=parts["on"] is not None)


def _fact(item: Item, raw: dict[str, Any], where: str) -> Fact:
    try:
        return Fact.model_validate(
            {"item": item.id, **{name: value for name, value in raw.items() if value is not None}}
        )
    except ValidationError as error:
        raised = (error.errors()[0].get("ctx") or {}).get("error")
        first = raised.misfits[0].found if isinstance(raised, MisfitError) else str(raised or error.errors()[0]["msg"])
        found, _, remedy = first.partition("; ")
        if "'unit:" in remedy:  # as a file writes it
            remedy = f"write it behind the value, e.g. '{item.id}={raw['value']} {item.unit}'"
        if "confirmed" in remedy:
            remedy = "correct the value or its unit"
        raise SuppositionError(where, found, remedy or _EXAMPLE) from None


def suppose(course: Course, suppositions: Sequence[Supposition], *, known_on: date) -> Course:
    """Return a copy of the record as known on a day, with supposed facts; the record given stays as it is.

    A supposed fact replaces those of the same item and day. A laboratory result keeps the limits of normal of the
    latest result before it.

    Raises
    ------
    SuppositionError
        If an item is supposed twice on one day, or contradicts what is recorded.
    """
    known = course.as_known(known_on)
    facts = dict(known.facts)
    told: set[tuple[str, date]] = set()
    for one in suppositions:
        key = (one.fact.item, one.fact.day)
        if key in told:
            raise SuppositionError(f"--what-if '{one.written}'", "this is supposed twice on one day", "state it once")
        told.add(key)
        kept = tuple(fact for fact in facts.get(one.fact.item, ()) if fact.day != one.fact.day)
        facts[one.fact.item] = (*kept, with_laboratory_limits(one.fact, known))
    supposed = known.model_copy(update={"facts": facts})
    before = {misfit.found for misfit in misfits(known)}
    for misfit in misfits(supposed):
        if misfit.found not in before:
            found, _, remedy = misfit.found.partition("; ")
            written = ", ".join(one.written for one in suppositions)
            raise SuppositionError(f"--what-if '{written}'", found, remedy or "suppose what the record allows")
    return supposed


def with_laboratory_limits(fact: Fact, known: Course) -> Fact:
    """Return a fact with the limits of normal of the latest result of the record, in its own unit."""
    item = fact.definition
    earlier = [one for one in known.facts_of(item) if one.day <= fact.day]
    if not item.has_limits or fact.lower is not None or fact.upper is not None or not earlier or fact.unit is None:
        return fact
    try:
        limits = {
            name: convert(limit, item.unit, fact.unit, substance=item.substance)
            for name, limit in (("lower", earlier[-1].lower_limit), ("upper", earlier[-1].upper_limit))
            if limit is not None
        }
    except UnitError:
        return fact
    return fact.model_copy(update=limits) if limits else fact


def what_if(
    course: Course,
    question: Question,
    suppositions: Sequence[Supposition],
    *,
    known_on: date | None = None,
    book: str = DEFAULT_BOOK,
    settings: Settings | None = None,
    protocol: Protocol | None = None,
) -> WhatIf:
    """Answer a question on the record and on a copy of it with supposed facts.

    Parameters are those of :func:`lutetia.guideline.assess`; nothing is written anywhere.

    Raises
    ------
    SuppositionError
        See :func:`suppose`.
    """
    known_on = known_on or question.on
    supposed = suppose(course, suppositions, known_on=known_on)
    before, after = (
        assess(one, question, known_on=known_on, book=book, settings=settings, protocol=protocol)
        for one in (course, supposed)
    )
    known = course.as_known(known_on)
    return WhatIf(
        supposed=tuple(_as_read(one, known) for one in suppositions),
        before=before,
        after=after,
        changed=turned(before, after),
        unheeded=tuple(one.fact.item for one in suppositions if not _heeded(one, after)),
    )


def turned(before: Assessment, after: Assessment) -> tuple[Turned, ...]:
    """Return the recommendations whose answers differ between two assessments."""
    then = {answer.id: answer for answer in after.answers}
    return tuple(
        Turned(
            id=one.id, asks=one.asks, before=one.status, after=then[one.id].status,
            excused_before=one.excused_by, excused_after=then[one.id].excused_by,
        )
        for one in before.answers
        if one.id in then and (one.status, one.excused_by) != (then[one.id].status, then[one.id].excused_by)
    )  # fmt: skip


def _as_read(one: Supposition, known: Course) -> Supposed:
    instead = [fact for fact in known.facts_of(one.fact.item) if fact.day <= one.fact.day]
    said = f"{instead[-1].shown()} of {instead[-1].day}" if instead else "nothing recorded"
    return Supposed(
        item=one.fact.item, asks=one.fact.definition.asks, shown=one.fact.shown(), on=one.fact.day, dated=one.dated,
        instead_of=said, written=one.written,
    )  # fmt: skip


def _heeded(one: Supposition, after: Assessment) -> bool:
    return any(
        seen.item == one.fact.item and seen.state == "used" and seen.on == one.fact.day
        for answer in after.answers
        for seen in answer.evidence
    )
