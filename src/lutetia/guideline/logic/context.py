"""What a rule may look at: a course as known on a day, the question, the limits, and the age that facts may have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, NamedTuple, cast

from lutetia.course import Course, Cycle, Fact
from lutetia.criteria import Interval
from lutetia.guideline.logic.finding import Finding, Reading
from lutetia.guideline.verdict import Ask, Evidence
from lutetia.vocabulary import Item, setting

EgfrSource = Literal["CKD-EPI 2021", "CKD-EPI 2009", "MDRD", "reported"]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the book: selection on a day, or a cycle on its planned day.

    Attributes
    ----------
    kind : {"selection", "cycle"}
    on : date
        The day of selection, or the planned day.
    number : int
        Of the cycle; 0 for selection.
    """

    kind: Literal["selection", "cycle"]
    on: date
    number: int = 0

    def __str__(self) -> str:
        return "selection" if self.kind == "selection" else f"cycle {self.number}"

    @property
    def day_name(self) -> str:
        """How the day is called in a sentence."""
        return "the day of selection" if self.kind == "selection" else "the planned day"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a site may choose where the book leaves it open.

    Attributes
    ----------
    egfr : str
        Which eGFR decides: computed from creatinine and age by the equation named, or as ``reported``.
    """

    egfr: EgfrSource = "CKD-EPI 2021"

    @classmethod
    def of(cls, course: Course, on: date) -> Settings:
        """Return what site or course have chosen by a day, as the record tells; else what holds without a choice."""
        chosen = [fact.value for fact in course.facts_of(setting.egfr_source) if fact.day <= on]
        return cls(egfr=cast("EgfrSource", chosen[-1])) if chosen else cls()


class Seen(NamedTuple):
    """The facts of an item that count on the day: those of the latest day, or none."""

    facts: tuple[Fact, ...]
    evidence: tuple[Evidence, ...]
    asks: tuple[Ask, ...]


class MaximumAge(NamedTuple):
    """How old a fact may be on the day of the question [d], and the limit that says so."""

    days: float
    limit: str


def readable(fact: Fact) -> str:
    """Return a fact as a person reads it, without the brackets of UCUM."""
    return fact.shown().replace("{1.73_m2}", "1.73m2")


def last_day(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Return the facts of the latest day; the last by the clock where every one has a clock time."""
    if len(facts) <= 1:
        return tuple(facts)
    same = [fact for fact in facts if fact.day == facts[-1].day]
    timed = [fact.at for fact in same if isinstance(fact.at, datetime)]
    return tuple(fact for fact in same if fact.at == max(timed)) if len(timed) == len(same) else tuple(same)


@dataclass(slots=True, kw_only=True)
class Context:
    """One evaluation of a book over a course.

    Attributes
    ----------
    course : Course
        As known on ``known_on``.
    limits, limit_readings : mapping
        The numbers of the book as they hold on the day.
    ages : callable
        The greatest age of an item's facts for this question, or None where the book sets none.
    """

    course: Course
    question: Question
    known_on: date
    settings: Settings
    limits: Mapping[str, Any]
    limit_readings: Mapping[str, Reading]
    ages: Callable[[str], MaximumAge | None]
    findings: dict[int, Finding] = field(default_factory=dict)
    _seen: dict[str, Seen] = field(default_factory=dict)
    _latest: dict[str, Reading] = field(default_factory=dict)
    memo: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    @property
    def on(self) -> date:
        """The day of the question."""
        return self.question.on

    @property
    def reads_to(self) -> date:
        """The last day that the record can speak about: known, and not after the day of the question."""
        return min(self.known_on, self.question.on)

    def facts(self, item: Item) -> tuple[Fact, ...]:
        """Return the facts of an item up to the day of the question, oldest first."""
        key = ("facts", item.id)
        found: tuple[Fact, ...] | None = self.memo.get(key)
        if found is None:
            found = tuple(fact for fact in self.course.facts_of(item) if fact.day <= self.question.on)
            self.memo[key] = found
        return found

    def ask(self, item: Item, why: str) -> Ask:
        """Return what to ask about an item."""
        return Ask(item=item.id, question=item.asks, why=why)

    def ask_bound(self, item: Item, bound: Literal["lower", "upper"]) -> Ask:
        """Return the question for a laboratory's limit of normal."""
        name = item.asks.rstrip("?")
        question = f"{name}: the laboratory's {bound} limit of normal?"
        return Ask(item=item.id, question=question, why=f"recorded without the laboratory's {bound} limit")

    def ask_exactly(self, item: Item, facts: Sequence[Fact]) -> tuple[Ask, ...]:
        """Return what to ask where the results of a day leave a span."""
        if any(fact.comparator for fact in facts):
            return (self.ask(item, "the result lies beyond what the laboratory can measure"),)
        if len({fact.quantity for fact in facts}) > 1:
            return (self.ask(item, "two results on one day without a clock time"),)
        return ()

    def seen(self, item: Item) -> Seen:
        """Return the facts of an item that count on the day, with the evidence."""
        found = self._seen.get(item.id)
        if found is None:
            found = self._seen[item.id] = self._look(item)
        return found

    def _look(self, item: Item) -> Seen:
        facts = last_day(self.facts(item))
        if not facts:
            evidence = Evidence(item=item.id, shown="", on=None, state="missing", why="not recorded")
            return Seen((), (evidence,), (self.ask(item, "not recorded"),))
        age = (self.question.on - facts[-1].day).days
        most = self.ages(item.id)
        if most is not None and age > most.days:
            why = f"stale: {age} d before {self.question.day_name}, at most {most.days:g} d"
            evidence = Evidence(item=item.id, shown=readable(facts[-1]), on=facts[-1].day, state="stale", why=why)
            return Seen((), (evidence,), (self.ask(item, why),))
        return Seen(facts, tuple(self.used(fact) for fact in facts), ())

    def used(self, fact: Fact, why: str = "") -> Evidence:
        """Return the evidence for a fact that was used, with its age."""
        age = (self.question.on - fact.day).days
        why = why or (f"{age} d before {self.question.day_name}" if age else "")
        return Evidence(item=fact.item, shown=readable(fact), on=fact.day, state="used", why=why)

    def latest(self, item: Item) -> Reading:
        """Return the number of an item that counts on the day."""
        reading = self._latest.get(item.id)
        if reading is None:
            seen = self.seen(item)
            reading = Reading(span(seen.facts), seen.evidence, seen.asks, self.ask_exactly(item, seen.facts))
            self._latest[item.id] = reading
        return reading

    def given_on(self, number: int) -> date | None:
        """Return the day on which a cycle was given, if it is known."""
        cycle = self.course.cycle(number)
        return None if cycle is None else cycle.given_on

    @property
    def cycle(self) -> Cycle | None:
        """The cycle asked about, if it is in the record."""
        return self.course.cycle(self.question.number)


def span(facts: Sequence[Fact], number: Callable[[Fact], Interval] | None = None) -> Interval | None:
    """Return the span of the facts' numbers; two results of one day without a clock time both count."""
    interval = None
    for fact in facts:
        one = number(fact) if number else Interval.result(fact.quantity, fact.comparator)
        interval = one if interval is None else interval.hull(one)
    return interval
