"""What should have followed a cycle: tests in a window, a scan, a complete record; doses that a person accepted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, Literal

from lutetia.course import Cycle
from lutetia.criteria import Interval
from lutetia.criteria.interval import steady
from lutetia.fileform import day_of
from lutetia.guideline.logic.condition import Condition, kleene_any, name_of
from lutetia.guideline.logic.finding import Finding, distinct
from lutetia.guideline.logic.regimen import missing
from lutetia.guideline.verdict import Ask, Evidence
from lutetia.reference.nuclide import nuclide
from lutetia.vocabulary import Item

if TYPE_CHECKING:
    from lutetia.guideline.logic.context import Context
    from lutetia.guideline.logic.limit import Limits, limit

Which = Literal["the previous cycle", "the last cycle"]


def cycle_meant(context: Context, which: Which) -> Cycle | None:
    """Return the cycle before the one asked about, or the last one that was given."""
    if which == "the previous cycle":
        return context.course.cycle(context.question.number - 1)
    given = [one for one in context.course.given_cycles if one.given_on is not None and one.given_on <= context.on]
    return given[-1] if given else None


class _SeriesOver(Condition):
    """Selection is asked about a course of which every cycle in the record was given."""

    __slots__ = ()

    def find(self, context: Context) -> Finding:
        cycles = context.course.cycles
        over = bool(cycles) and all(one.given_on is not None and one.given_on <= context.on for one in cycles)
        return Finding(context.question.number == 0 and over)

    def words(self, limits: Limits) -> str:
        return "every cycle in the record was given, and none is asked about"


series_over: Final[Condition] = _SeriesOver()


class treated_again(Condition):  # noqa: N801 - reads as a word in a rule
    """Selection is asked after cycles that were given: as many as a limit, or with none of the record left to give."""

    __slots__ = ("most",)

    def __init__(self, most: limit) -> None:
        self.most = most

    def find(self, context: Context) -> Finding:
        """Look at the last cycle that was given."""
        last = cycle_meant(context, "the last cycle")
        if context.question.number != 0 or last is None:
            return Finding(False)
        shown = f"cycle {last.number} was the last one given"
        evidence = Evidence(item="cycles", shown=shown, on=last.given_on, state="used")
        return Finding(series_over.find(context).holds or last.number >= self.most.number(context), (evidence,))

    def words(self, limits: Limits) -> str:
        """Say after what."""
        most = self.most.words(limits)
        return f"selection is asked after {most} cycles or more, or after cycles with none in the record left to give"

    def names(self) -> frozenset[str]:
        """Return the limit."""
        return self.most.names()


class not_checked_between(Condition):  # noqa: N801 - reads as a word in a rule
    """No value of some items lies in a window of days after a cycle, and the window is over."""

    __slots__ = ("after", "end", "items", "start")

    def __init__(self, *items: Item, after: Which, start: limit, end: limit) -> None:
        self.items, self.after, self.start, self.end = items, after, start, end

    def find(self, context: Context) -> Finding:
        """Look for each item; while the window is open nothing is overdue, and a value may exist unrecorded."""
        cycle = cycle_meant(context, self.after)
        given = None if cycle is None else cycle.given_on
        if given is None:
            why = f"the day on which {self.after} was given is not recorded"
            return Finding(None, *missing("cycles", f"When was {self.after} given?", why))
        start, end = (given + timedelta(days=one.number(context)) for one in (self.start, self.end))
        evidence: list[Evidence] = []
        asks: list[Ask] = []
        for item in self.items:
            inside = [fact for fact in context.facts(item) if start <= fact.day <= end]
            if inside:
                evidence.append(context.used(inside[-1]))
            elif context.on > end:
                why = f"no value from {start} to {end}"
                question = f"{item.asks.rstrip('?')} between {start} and {end}?"
                evidence.append(Evidence(item=item.id, shown="", on=None, state="missing", why=why))
                asks.append(Ask(item=item.id, question=question, why=why))
        return Finding(None if asks else False, tuple(evidence), distinct(asks))

    def words(self, limits: Limits) -> str:
        """Say what is looked for."""
        *names, last = [name_of(item) for item in self.items]
        said = f"{', '.join(names)} or {last}" if names else last
        window = f"{self.start.words(limits)} to {self.end.words(limits)} after {self.after}"
        head = f"at least one of {said}" if names else said
        return f"{head} is not recorded from {window}"

    def names(self) -> frozenset[str]:
        """Return the limits."""
        return self.start.names() | self.end.names()


class not_scanned_after(Condition):  # noqa: N801 - reads as a word in a rule
    """No scan of a cycle lies more than some hours after its injection."""

    __slots__ = ("hours",)

    def __init__(self, hours: limit) -> None:
        self.hours = hours

    def find(self, context: Context) -> Finding:
        """Look at the scans of the latest cycle given; one that is not recorded may exist."""
        cycle = cycle_meant(context, "the last cycle")
        if cycle is None or cycle.administration is None:
            return Finding(None, *missing("cycles", "When was the last cycle given?", "not recorded"))
        started = cycle.administration.started_at
        for scan in cycle.scans:
            if scan.acquired_at is None:
                continue
            later = steady((scan.acquired_at - started).total_seconds() / 3600)
            if later > self.hours.number(context):
                shown = f"cycle {cycle.number} scanned {later:.1f} h after the injection"
                return Finding(
                    False, (Evidence(item="cycles", shown=shown, on=day_of(scan.acquired_at), state="used"),)
                )
        why = f"no scan later than {self.hours.number(context):g} h after cycle {cycle.number} is recorded"
        return Finding(None, *missing("cycles", f"When was cycle {cycle.number} scanned?", why))

    def words(self, limits: Limits) -> str:
        """Say what is looked for."""
        return f"the last cycle has no scan more than {self.hours.words(limits)} after the injection"

    def names(self) -> frozenset[str]:
        """Return the limit."""
        return self.hours.names()


class _Given(Condition):
    """A cycle was given."""

    __slots__ = ()

    def find(self, context: Context) -> Finding:
        return Finding(cycle_meant(context, "the last cycle") is not None)

    def words(self, limits: Limits) -> str:
        return "a cycle was given"


a_cycle_was_given: Final[Condition] = _Given()


class _HalfMeasured(Condition):
    """The syringe of the last cycle was not read both before and after the injection."""

    __slots__ = ()

    def find(self, context: Context) -> Finding:
        cycle = cycle_meant(context, "the last cycle")
        given = None if cycle is None else cycle.administration
        if cycle is None or given is None:
            return Finding(None, *missing("cycles", "When was the last cycle given?", "not recorded"))
        if given.reported is not None:
            shown = f"cycle {cycle.number}: {given.reported.activity} as reported by {given.reported.source}"
            return Finding(False, (Evidence(item="cycles", shown=shown, on=cycle.given_on, state="used"),))
        before = "before" if given.syringe_before else "not before"
        after = "after" if given.syringe_after else "not after"
        shown = f"cycle {cycle.number}: syringe read {before} and {after}"
        evidence = Evidence(item="cycles", shown=shown, on=cycle.given_on, state="used")
        return Finding(given.syringe_before is None or given.syringe_after is None, (evidence,))

    def words(self, limits: Limits) -> str:
        return "the syringe of the last cycle was not read both before and after the injection"


half_measured: Final[Condition] = _HalfMeasured()


class _DosesAccepted(Condition):
    """The record holds absorbed doses that a person accepted."""

    __slots__ = ()

    def find(self, context: Context) -> Finding:
        doses = [(cycle.number, dose) for cycle in context.course.cycles for dose in cycle.doses]
        shown = tuple(
            Evidence(item="cycles", shown=f"cycle {number}: {dose.region} {dose.dose}, {dose.method}",
                     on=dose.accepted_on, state="used")
            for number, dose in doses
        )  # fmt: skip
        return Finding(bool(doses), shown)

    def words(self, limits: Limits) -> str:
        return "the record holds accepted doses"


doses_accepted: Final[Condition] = _DosesAccepted()


class dose_made_by(Condition):  # noqa: N801 - reads as a word in a rule
    """An accepted dose was computed by a method."""

    __slots__ = ("method",)

    def __init__(self, method: str) -> None:
        self.method = method

    def find(self, context: Context) -> Finding:
        """Read the method of each."""
        found = doses_accepted.find(context)
        seen = tuple(one for one in found.evidence if self.method in one.shown)
        return Finding(bool(seen), seen or found.evidence)

    def words(self, limits: Limits) -> str:
        """Say which."""
        return f"an accepted dose was computed by the method '{self.method}'"


class dose_out_of_range(Condition):  # noqa: N801 - reads as a word in a rule
    """An accepted dose for the activity given lies more than some standard deviations from a published mean."""

    __slots__ = ("deviations", "organs")

    def __init__(self, organs: Mapping[str, tuple[str, limit, limit]], deviations: limit) -> None:
        self.organs, self.deviations = organs, deviations

    def find(self, context: Context) -> Finding:
        """Divide each dose by the activity given in its cycle."""
        found: list[bool | None] = []
        evidence: list[Evidence] = []
        asks: list[Ask] = []
        half_life_h = nuclide("Lu-177").half_life_h
        for cycle in context.course.cycles:
            given = None if cycle.administration is None else cycle.administration.given_mbq(half_life_h)
            for dose in cycle.doses:
                if dose.region not in self.organs:
                    continue
                if not given:
                    seen, asked = missing(
                        "cycles", f"Which activity was given in cycle {cycle.number}?", "not recorded"
                    )
                    evidence += seen
                    asks += asked
                    found.append(None)
                    continue
                name, mean, deviation = self.organs[dose.region]
                rate = steady(dose.dose.to("Gy") / (given / 1000))
                shown = (
                    f"cycle {cycle.number}: {dose.region} {rate:.3g} Gy/GBq (VISION, {name}: {mean.number(context):g})"
                )
                evidence.append(Evidence(item="cycles", shown=shown, on=dose.accepted_on, state="used"))
                found.append(self._outside(rate, mean.number(context), deviation.number(context), context))
        holds = kleene_any(*found)
        return Finding(holds, tuple(evidence), distinct(asks) if holds is None else ())

    def _outside(self, rate: float, mean: float, deviation: float, context: Context) -> bool:
        span = self.deviations.number(context) * deviation
        inside = Interval(max(mean - span, 0.0), steady(mean + span))
        return rate > inside.high or rate < inside.low or rate <= 0

    def words(self, limits: Limits) -> str:
        """Say from what."""
        return f"an accepted dose lies more than {self.deviations.words(limits)} standard deviations from VISION's mean"

    def names(self) -> frozenset[str]:
        """Return the limits."""
        own = (one.names() for _, mean, deviation in self.organs.values() for one in (mean, deviation))
        return self.deviations.names().union(*own)


class later_than(Condition):  # noqa: N801 - reads as a word in a rule
    """The day of the question lies more than some days after the day from which a limit holds."""

    __slots__ = ("days",)

    def __init__(self, days: limit) -> None:
        self.days = days

    def find(self, context: Context) -> Finding:
        """Count from the day on which the source appeared."""
        since: date = context.limits[self.days.name].since
        return Finding((context.on - since).days > self.days.number(context))

    def words(self, limits: Limits) -> str:
        """Say how long."""
        return f"more than {self.days.words(limits)} after {limits[self.days.name].since}"

    def names(self) -> frozenset[str]:
        """Return the limit."""
        return self.days.names()
