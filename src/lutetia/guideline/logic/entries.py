"""Conditions over lists: an absent entry means absent only up to the day on which somebody called the list complete."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from math import inf
from typing import TYPE_CHECKING, Any, Literal

from lutetia.course import Listed
from lutetia.criteria import Interval
from lutetia.fileform import day_of
from lutetia.guideline.logic.condition import Condition, kleene_all
from lutetia.guideline.logic.finding import Finding, Reading, distinct
from lutetia.guideline.logic.quantity import Quantity
from lutetia.guideline.verdict import Ask, Evidence
from lutetia.vocabulary import Item

if TYPE_CHECKING:
    from lutetia.guideline.logic.context import Context
    from lutetia.guideline.logic.limit import Limits, limit

Holds = Callable[[Any, "Context"], bool | None]


@dataclass(frozen=True, slots=True)
class Trait:
    """Something that holds for an entry, does not, or is not recorded.

    Attributes
    ----------
    words : str
        Said after the name of the list; ``{name}`` stands for the limit of that name.
    holds : callable
        Of entry and context.
    asks : str
        The question for an entry of which it is not known; ``{entry}`` stands for the entry.
    excuse : callable or None
        Of entry and context: an exception that counts only when it is recorded.
    excuse_asks : str
        The question for an exception that is not recorded.
    limits : frozenset of str
        Names of the limits used.
    raised : {1, -1, 0}
        Whether raising any of its limits lets more or fewer entries have the trait; 0 where that is not told.
    """

    words: str
    holds: Holds
    asks: str = ""
    excuse: Holds | None = None
    excuse_asks: str = ""
    limits: frozenset[str] = frozenset()
    raised: Literal[1, -1, 0] = 0

    def said(self, limits: Limits) -> str:
        """Say the trait with its numbers."""
        return self.words.format_map({name: limits[name].shown for name in self.limits})

    def of(self, entry: Any, context: Context) -> bool | None:
        """Tell whether an entry has the trait and is not excused."""
        holds = self.holds(entry, context)
        return False if holds and self.excuse is not None and self.excuse(entry, context) else holds


def describe(entry: Any) -> str:
    """Return an entry of any list as a person reads it."""
    for name in ("drug", "term", "agent", "site", "substance", "kind"):
        if (word := getattr(entry, name, None)) is not None:
            grade = getattr(entry, "grade", None)
            return f"{word}, grade {grade}" if grade is not None else str(word)
    return type(entry).__name__


def told_of(entry: Any) -> str:
    """Return an entry with what rules look at: until when it was given, and whether the disease progressed."""
    end = getattr(entry, "stopped", None) or getattr(entry, "ended", None)
    parts = [describe(entry), f"until {end}" if end else "", "ongoing" if getattr(entry, "ongoing", None) else ""]
    parts.append("progressed" if getattr(entry, "progressed_under", None) else "")
    return ", ".join(part for part in parts if part)


class entries(Quantity):  # noqa: N801 - reads as a word in a rule
    """How many entries of a list have every trait."""

    __slots__ = ("name", "title", "traits")

    def __init__(self, name: str, *traits: Trait, title: str = "") -> None:
        self.name, self.traits, self.title = name, traits, title or name.replace("_", " ")

    def told(self, context: Context) -> list[tuple[Any, bool | None]]:
        """Return each entry up to the day with whether it has the traits, entries without them left out."""
        told: list[tuple[Any, bool | None]] = []
        for entry in getattr(context.course, self.name).entries:
            if (own := entry.own_date()) is not None and day_of(own) > context.on:
                continue  # what was recorded later is known all the same: the course is the one known on the day
            holds = kleene_all(*(trait.of(entry, context) for trait in self.traits))
            if holds is not False:
                told.append((entry, holds))
        return told

    def measure(self, context: Context) -> Reading:
        """Count: surely so many, and possibly more; once for each evaluation of the book."""
        key = ("entries", id(self))
        if key not in context.memo:
            context.memo[key] = self._measure(context)
        found: Reading = context.memo[key]
        return found

    def _measure(self, context: Context) -> Reading:
        told = self.told(context)
        listed: Listed[Any] = getattr(context.course, self.name)
        complete = listed.complete_as_of is not None and listed.complete_as_of >= context.reads_to
        sure = sum(holds is True for _, holds in told)
        most = len(told) if complete else inf
        evidence = [self._evidence(entry, holds) for entry, holds in told]
        asks = [ask for entry, holds in told if holds is None for ask in self._asks(entry, context)]
        if not complete:
            ask = self.incomplete(context)
            evidence.append(Evidence(item=self.name, shown="", on=listed.complete_as_of, state="list not complete",
                                     why=ask.why))  # fmt: skip
            asks.append(ask)
        elif not told:
            why = f"the list is complete as of {listed.complete_as_of}, by {listed.by}"
            evidence.append(Evidence(item=self.name, shown="none", on=listed.complete_as_of, state="used", why=why))
        excuses = [ask for entry, holds in told if holds for ask in self._excuses(entry, context)]
        return Reading(Interval(sure, most), tuple(evidence), distinct(excuses), distinct(asks))

    def _evidence(self, entry: Any, holds: bool | None) -> Evidence:
        own = entry.own_date()
        day = None if own is None else day_of(own)
        state = "used" if holds else "missing"
        return Evidence(
            item=self.name, shown=told_of(entry), on=day, state=state,
                        why="" if holds else "recorded in part")  # fmt: skip

    def _asks(self, entry: Any, context: Context) -> list[Ask]:
        return [
            Ask(item=self.name, question=trait.asks.format(entry=describe(entry)), why="not recorded")
            for trait in self.traits
            if trait.holds(entry, context) is None
        ]

    def _excuses(self, entry: Any, context: Context) -> list[Ask]:
        return [
            Ask(item=self.name, question=trait.excuse_asks.format(entry=describe(entry)), why="exception not recorded")
            for trait in self.traits
            if trait.excuse is not None and trait.excuse(entry, context) is None
        ]

    def incomplete(self, context: Context) -> Ask:
        """Return the question whether the list is complete."""
        as_of = getattr(context.course, self.name).complete_as_of
        why = "nobody has called the list complete" if as_of is None else f"complete only as of {as_of}"
        return Ask(item=self.name, question=f"Is the list of {self.title} complete to {context.reads_to}?", why=why)

    def words(self, limits: Limits) -> str:
        """Say what is counted."""
        return f"number of {self.said(limits)}"

    def said(self, limits: Limits) -> str:
        """Say which entries."""
        return " ".join((self.title, *(trait.said(limits) for trait in self.traits)))

    def names(self) -> frozenset[str]:
        """Return the limits of the traits."""
        return frozenset().union(*(trait.limits for trait in self.traits))

    def exist(self) -> Condition:
        """Return the condition that there is at least one."""
        return Exists(self)

    def last_day_after(self, last: Callable[[Any, Context], date | None], pause: limit) -> DayAfter:
        """Return the day that lies a pause after the last of the entries."""
        return DayAfter(self, last, pause)


class Exists(Condition):
    """At least one entry of a list has every trait."""

    __slots__ = ("of",)

    def __init__(self, of: entries) -> None:
        self.of = of

    def find(self, context: Context) -> Finding:
        """Find one that surely has them; none is certain only in a complete list."""
        reading = self.of.measure(context)
        assert reading.interval is not None
        if reading.interval.low >= 1:
            return Finding(True, reading.evidence, reading.asks)
        return Finding(False if reading.interval.high == 0 else None, reading.evidence, reading.refine)

    def words(self, limits: Limits) -> str:
        """Say what there is."""
        return f"there are {self.of.said(limits)}"

    def names(self) -> frozenset[str]:
        """Return the limits of the traits."""
        return self.of.names()


@dataclass(frozen=True, slots=True)
class DayAfter:
    """The day that lies a number of days after the last of some entries."""

    of: entries
    last: Callable[[Any, Any], date | None]
    pause: limit

    def day(self, context: Context) -> date | None:
        """Return the day; None where an entry has no end yet."""
        days = [self.last(entry, context) for entry, holds in self.of.told(context) if holds]
        known = [day for day in days if day is not None]
        if not known or len(known) < len(days):
            return None
        return max(known) + timedelta(days=self.pause.number(context))

    def words(self, limits: Limits) -> str:
        """Say from what it is counted."""
        return f"not before {self.pause.words(limits)} after the last of these {self.of.title}"


class lacks(Condition):  # noqa: N801 - reads as a word in a rule
    """Something that must be there is missing: never certain, for it may exist and not be in the record."""

    __slots__ = ("items", "limits", "lists")

    def __init__(self, *items: Item | Quantity, lists: tuple[entries, ...] = (), limits: tuple[str, ...] = ()) -> None:
        self.items, self.lists, self.limits = items, lists, limits

    def names(self) -> frozenset[str]:
        """Return the limits on the age."""
        return frozenset(self.limits)

    def find(self, context: Context) -> Finding:
        """Return False where everything is there and recent enough, None otherwise."""
        evidence: list[Evidence] = []
        asks: list[Ask] = []
        for item in self.items:
            seen = item.measure(context) if isinstance(item, Quantity) else context.seen(item)
            evidence += seen.evidence
            asks += seen.asks
        for listed in self.lists:
            reading = listed.measure(context)
            evidence += reading.evidence
            asks += reading.refine
        return Finding(None if asks else False, tuple(evidence), distinct(asks))

    def words(self, limits: Limits) -> str:
        """Say what must be there."""
        names = [one.words(limits) if isinstance(one, Quantity) else one.asks.rstrip("?") for one in self.items] + [
            f"list of {one.title}" for one in self.lists
        ]
        return f"missing or too old: {', '.join(names)}"
