"""What is the creatinine clearance, and how far did the kidneys fall off? Cockcroft-Gault with the actual weight.

The clearance of labels, not the eGFR of the guideline: computed from creatinine, age and the weight of that time, never
taken from a reported eGFR.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Final

from lutetia.course import Fact
from lutetia.criteria import Interval
from lutetia.criteria.interval import steady
from lutetia.criteria.renal import age_years, cockcroft_gault
from lutetia.guideline.logic.condition import Condition, kleene_all, kleene_any, kleene_not
from lutetia.guideline.logic.context import span
from lutetia.guideline.logic.finding import Finding, Reading, distinct
from lutetia.guideline.logic.graded import When, facts_when
from lutetia.guideline.logic.quantity import Quantity
from lutetia.guideline.logic.reduction import BELOW
from lutetia.guideline.logic.since_treatment import Stretch, in_stretch
from lutetia.guideline.verdict import Ask, Evidence
from lutetia.vocabulary import laboratory, person

if TYPE_CHECKING:
    from lutetia.guideline.logic.context import Context
    from lutetia.guideline.logic.limit import Limits, limit

_UNIT: Final = "mL/min"


def _clearance(creatinine: Fact, weight: Fact, birth: date) -> Interval:
    age = age_years(birth, creatinine.day)
    value = steady(cockcroft_gault(creatinine.quantity, age, weight.quantity))
    if creatinine.comparator == "<":
        return Interval(value, float("inf"), low_open=True)
    return Interval(0.0, value, high_open=True) if creatinine.comparator == ">" else Interval.point(value)


def _no_birth(context: Context) -> Ask:
    return Ask(item="patient.birth_date", question="Date of birth?", why="the clearance is computed from it")


def _shown(interval: Interval, creatinine: Fact, weight: Fact) -> Evidence:
    why = f"Cockcroft-Gault from creatinine, age and {weight.quantity:g} kg ({weight.day})"
    return Evidence(
        item="lab.creatinine_clearance", shown=f"{interval.low:.1f} {_UNIT}", on=creatinine.day, state="used", why=why
    )


class clearance(Quantity):  # noqa: N801 - reads as a word in a rule
    """The creatinine clearance by Cockcroft-Gault with the actual weight, now or before the first cycle [mL/min]."""

    __slots__ = ("before",)

    def __init__(self, *, before: bool = False) -> None:
        self.before = before

    def measure(self, context: Context) -> Reading:
        """Compute it from creatinine, age and weight of that time."""
        key = ("clearance", self.before)
        if key not in context.memo:
            context.memo[key] = self._measure(context)
        found: Reading = context.memo[key]
        return found

    def _measure(self, context: Context) -> Reading:
        when: When = "before the first cycle" if self.before else "now"
        creatinine, evidence, asks = facts_when(context, laboratory.creatinine, when)
        weight, weighed, more = facts_when(context, person.weight, when)
        birth = context.course.patient.birth_date
        asks = (*asks, *more, *(() if birth else (_no_birth(context),)))
        if not creatinine or not weight or birth is None:
            return Reading(None, evidence + weighed, asks)
        known = birth
        interval = span(creatinine, lambda fact: _clearance(fact, weight[-1], known))
        assert interval is not None
        shown = _shown(interval, creatinine[-1], weight[-1])
        return Reading(
            interval, (shown, *evidence, *weighed), (), context.ask_exactly(laboratory.creatinine, creatinine)
        )

    def words(self, limits: Limits) -> str:
        """Say which clearance."""
        return f"creatinine clearance (Cockcroft-Gault){' before the first cycle' if self.before else ''}"

    def names(self) -> frozenset[str]:
        """Return the limit on the age of a reference, where one is used."""
        return frozenset({"reference_age_max"}) if self.before else frozenset()


class lowest_clearance_below(Condition):  # noqa: N801 - reads as a word in a rule
    """In a stretch of time the creatinine clearance lay below a limit."""

    __slots__ = ("least", "stretch")

    def __init__(self, least: limit, stretch: Stretch) -> None:
        self.least, self.stretch = least, stretch

    def find(self, context: Context) -> Finding:
        """Compute the clearance of every creatinine of the stretch with the weight of that time."""
        least = Interval.point(self.least.number(context))
        return _any_result(context, self.stretch, lambda creatinine, value: value.below(least))

    def words(self, limits: Limits) -> str:
        """Say when, and below what."""
        when = "" if self.stretch == "now" else f" {self.stretch}"
        return f"creatinine clearance (Cockcroft-Gault){when} < {self.least.words(limits)}"

    def names(self) -> frozenset[str]:
        """Return the limits."""
        return self.least.names() | (frozenset({BELOW}) if "reduction" in self.stretch else frozenset())


class kidney_loss(Condition):  # noqa: N801 - reads as a word in a rule
    """A creatinine that rose by a part or more, with a clearance that fell by more than a part, of those before."""

    __slots__ = ("fall", "rise", "stretch")

    def __init__(self, *, rise: limit, fall: limit, stretch: Stretch) -> None:
        self.rise, self.fall, self.stretch = rise, fall, stretch

    def find(self, context: Context) -> Finding:
        """Compare every creatinine of the stretch, and the clearance that goes with it, with those before treatment."""
        before = facts_when(context, laboratory.creatinine, "before the first cycle")[0]
        reference = clearance(before=True).measure(context)
        if not before or reference.interval is None:
            return Finding(None, reference.evidence, reference.asks)
        base, was = before[-1].quantity, reference.interval.low
        highest = Interval.point(base * (1 + self.rise.number(context)))
        lowest = Interval.point(was * (1 - self.fall.number(context)))

        def lost(creatinine: Fact, value: Interval) -> bool | None:
            measured = Interval.result(creatinine.quantity, creatinine.comparator)
            return kleene_all(kleene_not(measured.below(highest)), value.below(lowest))

        found = _any_result(context, self.stretch, lost)
        return found._replace(evidence=distinct((*found.evidence, *reference.evidence)))

    def words(self, limits: Limits) -> str:
        """Say by how much both moved."""
        when = "" if self.stretch == "now" else f" {self.stretch}"
        return (
            f"creatinine{when} >= {self.rise.words(limits)} above and the clearance > {self.fall.words(limits)} below "
            "the values before the first cycle"
        )

    def names(self) -> frozenset[str]:
        """Return the limits."""
        reduction = frozenset({BELOW}) if "reduction" in self.stretch else frozenset()
        return self.rise.names() | self.fall.names() | {"reference_age_max"} | reduction


def _any_result(context: Context, stretch: Stretch, holds: Callable[[Fact, Interval], bool | None]) -> Finding:
    """Ask a question about every creatinine of a stretch with its clearance; one that holds decides."""
    facts, evidence, asks = in_stretch(context, laboratory.creatinine, stretch)
    birth = context.course.patient.birth_date
    if birth is None:
        return Finding(None, evidence, (*asks, _no_birth(context)))
    if not facts:
        return Finding(None, evidence, asks)
    told: list[tuple[bool | None, tuple[Evidence, ...]]] = []
    wanted: list[Ask] = []
    for fact in facts:
        weight = _weight_at(fact, stretch, context)
        if weight is None:
            told.append((None, ()))
            wanted += _ask_weight(fact, stretch, context)
            continue
        value = _clearance(fact, weight, birth)
        answer = holds(fact, value)
        told.append((answer, (_shown(value, fact, weight),)))
        if answer is None:
            wanted += context.ask_exactly(laboratory.creatinine, (fact,))
    joined = kleene_any(*(answer for answer, _ in told))
    seen = [shown for answer, shown in told if answer is joined][-1]
    return Finding(joined, (*seen, *evidence[-1:]), distinct(wanted) if joined is None else ())


def _weight_at(creatinine: Fact, stretch: Stretch, context: Context) -> Fact | None:
    """Return the weight that goes with a creatinine: on the day of the question the valid one, else the latest before.

    It must not be older than a reference may be.
    """
    if stretch == "now":
        return next(iter(context.seen(person.weight).facts[-1:]), None)
    oldest = context.limits["reference_age_max"].value
    before = [fact for fact in context.facts(person.weight) if fact.day <= creatinine.day]
    return before[-1] if before and (creatinine.day - before[-1].day).days <= oldest else None


def _ask_weight(creatinine: Fact, stretch: Stretch, context: Context) -> tuple[Ask, ...]:
    if stretch == "now":
        return context.seen(person.weight).asks
    why = f"no weight of that time goes with the creatinine of {creatinine.day}"
    return (Ask(item=person.weight.id, question=f"Body weight on {creatinine.day}?", why=why),)
