"""How bad did it get since treatment began? The worst grade of a laboratory result or an event in a stretch of time.

The stretches are those of a label that asks what happened since the first cycle, and before and after a first reduction
of the activity. What was as bad before the first cycle does not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from lutetia.course import Fact
from lutetia.course.event import AdverseEvent
from lutetia.criteria import Interval, grade
from lutetia.guideline.logic.condition import Condition, all_of, for_any, name_of
from lutetia.guideline.logic.entries import Trait
from lutetia.guideline.logic.finding import Reading, distinct
from lutetia.guideline.logic.graded import ctcae, facts_when
from lutetia.guideline.logic.quantity import Quantity
from lutetia.guideline.logic.reduction import BELOW, earlier_reduction
from lutetia.guideline.logic.regimen import missing
from lutetia.guideline.logic.traits import baseline_of
from lutetia.guideline.verdict import Ask, Evidence
from lutetia.vocabulary import Item

if TYPE_CHECKING:
    from lutetia.guideline.logic.context import Context
    from lutetia.guideline.logic.limit import Limits, limit

Stretch = Literal["now", "since the first cycle", "before the reduction", "since the reduction"]
_BEFORE_TREATMENT: Final = "before the first cycle"


class Days(NamedTuple):
    """The days of a stretch: after ``after`` and up to ``upto``; None where they are not known, with what to ask."""

    after: date | None
    upto: date | None
    evidence: tuple[Evidence, ...] = ()
    asks: tuple[Ask, ...] = ()

    def hold(self, day: date) -> bool:
        """Tell whether a day lies in it; never where the days are not known."""
        return self.after is not None and self.upto is not None and self.after < day <= self.upto


def days_of(stretch: Stretch, context: Context) -> Days:
    """Return the days of a stretch of time before the question."""
    first = context.given_on(1)
    if first is None:
        why = "the day on which cycle 1 was given is not recorded"
        return Days(None, None, *missing("cycles", "When was cycle 1 given?", why))
    if stretch == "since the first cycle":
        return Days(first, context.on)
    reduction = earlier_reduction(context)
    if reduction.on is None:
        return Days(None, None, reduction.evidence, reduction.asks)
    return Days(first, reduction.on) if stretch == "before the reduction" else Days(reduction.on, context.on)


def in_stretch(
    context: Context, item: Item, stretch: Stretch
) -> tuple[tuple[Fact, ...], tuple[Evidence, ...], tuple[Ask, ...]]:
    """Return the facts of an item in a stretch of time, with what is missing where there are none."""
    if stretch == "now":
        return context.seen(item)
    days = days_of(stretch, context)
    facts = tuple(fact for fact in context.facts(item) if days.hold(fact.day))
    if facts or days.after is None:
        return facts, tuple(context.used(fact, stretch) for fact in facts) or days.evidence, days.asks
    question = f"{item.asks.rstrip('?')} between {days.after} and {days.upto}?"
    return (), *missing(item.id, question, f"no value {stretch}")


class worst(Quantity):  # noqa: N801 - reads as a word in a rule
    """The worst CTCAE v5.0 grade of an item in a stretch of time; against the value before the first cycle, if asked.

    Creatinine has grades by the value before treatment; ``by_baseline`` says that it is to be looked up.
    """

    __slots__ = ("by_baseline", "item", "stretch")

    def __init__(self, item: Item, stretch: Stretch, *, by_baseline: bool = False) -> None:
        self.item, self.stretch, self.by_baseline = item, stretch, by_baseline

    def measure(self, context: Context) -> Reading:
        """Grade every result of the stretch."""
        key = ("worst", self.item.id, self.stretch, self.by_baseline)
        if key not in context.memo:
            context.memo[key] = self._measure(context)
        found: Reading = context.memo[key]
        return found

    def _measure(self, context: Context) -> Reading:
        facts, evidence, asks = in_stretch(context, self.item, self.stretch)
        if not facts:
            return Reading(None, evidence, asks)
        baseline, refine = self._baseline(context)
        grades = [_grade(fact, baseline) for fact in facts]
        high = max(one.high for one in grades)
        telling = [seen for seen, one in zip(evidence, grades, strict=False) if one.high == high]
        bounds = () if all(fact.upper_limit is not None for fact in facts) or not self.by_baseline else (
            context.ask_bound(self.item, "upper"),
        )  # fmt: skip
        narrow = distinct((*refine, *bounds, *context.ask_exactly(self.item, facts)))
        return Reading(Interval(max(one.low for one in grades), high), tuple(telling[-1:]), (), narrow)

    def _baseline(self, context: Context) -> tuple[float | None, tuple[Ask, ...]]:
        if not self.by_baseline:
            return None, ()
        facts, _, asks = facts_when(context, self.item, "before the first cycle")
        return (facts[-1].quantity, ()) if len({fact.quantity for fact in facts}) == 1 else (None, asks)

    def words(self, limits: Limits) -> str:
        """Say what is graded, and when."""
        said = f"CTCAE grade of {name_of(self.item)}"
        return said if self.stretch == "now" else f"worst {said} {self.stretch}"

    def names(self) -> frozenset[str]:
        """Return the limits that say what the stretch is, and how old a reference may be."""
        reduction = frozenset({BELOW}) if "reduction" in self.stretch else frozenset()
        return reduction | (frozenset({"reference_age_max"}) if self.by_baseline else frozenset())


def worsened(items: Sequence[Item], stretch: Stretch, least: limit) -> Condition:
    """Return: one of some results reached a grade in a stretch of time, and a worse one than before the first cycle."""

    def worse(item: Item) -> Condition:
        found = worst(item, stretch)
        return all_of(found >= least, found > ctcae(item, _BEFORE_TREATMENT))

    return for_any(items, worse)


def _grade(fact: Fact, baseline: float | None) -> Interval:
    value = Interval.result(fact.quantity, fact.comparator)
    return grade(fact.item, value, lower=fact.lower_limit, upper=fact.upper_limit, baseline=baseline,
                 computed_only=True).interval  # fmt: skip


def _term(event: AdverseEvent) -> str:
    return event.term.strip().lower()


def of_term(*words: str) -> Trait:
    """Return: an event whose term contains one of some words, whatever organ it is entered under."""
    return Trait(
        f"called {' or '.join(words)}",
        lambda entry, _: any(word in _term(entry) for word in words),
    )


def not_of_term(*words: str) -> Trait:
    """Return: an event whose term contains none of some words."""
    return Trait(
        f"not called {' or '.join(words)}",
        lambda entry, _: not any(word in _term(entry) for word in words),
    )


def reached(least: limit, stretch: Stretch) -> Trait:
    """Return: an event that reached a grade in a stretch of time, and a worse one than before the first cycle."""

    def holds(entry: AdverseEvent, context: Context) -> bool | None:
        return _reached(entry, least.number(context), stretch, context)

    words = f"that reached grade {{{least.name}}} {stretch}, and a worse one than {_BEFORE_TREATMENT}"
    limits = least.names() | (frozenset({BELOW}) if "reduction" in stretch else frozenset())
    return Trait(words, holds, _asks(stretch), limits=limits, raised=-1)


def _asks(stretch: Stretch) -> str:
    turn = "first dose" if stretch == "since the first cycle" else "first dose of a reduced activity"
    return f"{{entry}}: before or after the {turn}, and when was that given?"


def _reached(entry: AdverseEvent, least: float, stretch: Stretch, context: Context) -> bool | None:
    days = days_of(stretch, context)
    if days.after is None:
        return None if days.asks else False
    baseline = baseline_of(entry, context) or 0
    return any(one.grade >= least and one.grade > baseline for one in entry.grades if days.hold(one.on))


def recurred(least: limit, group: Sequence[Trait] = ()) -> Trait:
    """Return: an event that reached a grade after the reduction, as one of its group had before it.

    Without a group the same term must have come back.
    """

    def holds(entry: AdverseEvent, context: Context) -> bool | None:
        number = least.number(context)
        again = _reached(entry, number, "since the reduction", context)
        if not again:
            return again
        alike = (one for one in context.course.events.entries if _alike(entry, one, group, context))
        return any(_reached(one, number, "before the reduction", context) for one in alike)

    words = f"of grade {{{least.name}}} or worse that came back after the reduction"
    return Trait(words, holds, _asks("since the reduction"), limits=least.names() | {BELOW}, raised=-1)


def _alike(entry: AdverseEvent, other: AdverseEvent, group: Sequence[Trait], context: Context) -> bool:
    if not group:
        return _term(entry) == _term(other)
    return all(trait.holds(other, context) is True for trait in group)


def worst_exactly(exact: limit) -> Trait:
    """Return: an event whose worst grade since the first cycle is exactly this one."""

    def holds(entry: AdverseEvent, context: Context) -> bool | None:
        days = days_of("since the first cycle", context)
        if days.after is None:
            return None
        grades: list[Any] = [one.grade for one in entry.grades if days.hold(one.on)]
        return bool(grades) and max(grades) == exact.number(context)

    return Trait(
        f"of grade {{{exact.name}}} at worst since the first cycle",
        holds,
        _asks("since the first cycle"),
        limits=exact.names(),
    )
