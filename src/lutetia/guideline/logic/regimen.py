"""Conditions on the question and the regimen: which cycle, which ligand, how much, how long since the last."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from lutetia.course import read_agent
from lutetia.criteria import Interval
from lutetia.criteria.interval import steady
from lutetia.guideline.logic.condition import Condition
from lutetia.guideline.logic.finding import Finding, Reading
from lutetia.guideline.logic.quantity import Quantity
from lutetia.guideline.verdict import Ask, Evidence

if TYPE_CHECKING:
    from lutetia.guideline.logic.context import Context
    from lutetia.guideline.logic.limit import Limits, limit


def missing(item: str, question: str, why: str) -> tuple[tuple[Evidence, ...], tuple[Ask, ...]]:
    """Return evidence and question for something that is not in the record."""
    evidence = Evidence(item=item, shown="", on=None, state="missing", why=why)
    return (evidence,), (Ask(item=item, question=question, why=why),)


class _Asked(Condition):
    """What the question is about."""

    __slots__ = ("first", "later", "said", "selection")

    def __init__(self, said: str, *, selection: bool = False, first: bool = False, later: bool = False) -> None:
        self.said, self.selection, self.first, self.later = said, selection, first, later

    def find(self, context: Context) -> Finding:
        number = context.question.number
        return Finding(self.selection if number == 0 else self.first if number == 1 else self.later)

    def words(self, limits: Limits) -> str:
        return self.said


a_cycle: Final[Condition] = _Asked("a cycle is asked about", first=True, later=True)
the_first_cycle: Final[Condition] = _Asked("the first cycle is asked about", first=True)
a_later_cycle: Final[Condition] = _Asked("a cycle after the first is asked about", later=True)
before_treatment: Final[Condition] = _Asked("selection or the first cycle is asked about", selection=True, first=True)


class ligand(Condition):  # noqa: N801 - reads as a word in a rule
    """The ligand of the cycle asked about, or of the latest cycle in the record."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def find(self, context: Context) -> Finding:
        """Read the ligand from the agent's name."""
        agent = agent_of(context)
        if agent is None:
            return Finding(None, *missing("cycles", "Which radioligand?", "no cycle is recorded"))
        evidence = Evidence(item="cycles", shown=agent, on=None, state="used")
        return Finding(read_agent(agent).ligand == self.name, (evidence,))

    def words(self, limits: Limits) -> str:
        """Name the ligand."""
        return f"the ligand is {self.name}"


def agent_of(context: Context) -> str | None:
    """Return the agent of the cycle asked about, or of the latest cycle in the record."""
    if context.cycle is not None:
        return context.cycle.agent
    return context.course.cycles[-1].agent if context.course.cycles else None


class _Prescribed(Quantity):
    """The activity prescribed for the cycle [GBq]."""

    __slots__ = ()

    def measure(self, context: Context) -> Reading:
        prescription = context.cycle.prescription if context.cycle is not None else None
        if prescription is None:
            question = f"Which activity is prescribed for {context.question}?"
            return Reading(None, *missing("cycles", question, "this cycle has no prescription"))
        shown = f"{prescription.activity} prescribed"
        evidence = Evidence(item="cycles", shown=shown, on=prescription.on, state="used")
        return Reading(Interval.point(prescription.activity.to("GBq")), (evidence,))

    def words(self, limits: Limits) -> str:
        return "prescribed activity"


prescribed: Final[Quantity] = _Prescribed()


class departure(Quantity):  # noqa: N801 - reads as a word in a rule
    """By which part the prescribed activity departs from a regular one [1]."""

    __slots__ = ("regular",)

    def __init__(self, regular: limit) -> None:
        self.regular = regular

    def measure(self, context: Context) -> Reading:
        """Return the relative difference, without sign."""
        reading = prescribed.measure(context)
        if reading.interval is None:
            return reading
        regular = self.regular.number(context)
        part = steady(abs(reading.interval.low - regular) / regular)
        return reading._replace(interval=Interval.point(part))

    def words(self, limits: Limits) -> str:
        """Say what departs from what."""
        return f"departure of the prescribed activity from {self.regular.words(limits)}"

    def names(self) -> frozenset[str]:
        """Return the limit."""
        return self.regular.names()


class _SincePrevious(Quantity):
    """Days from the previous administration to the planned day."""

    __slots__ = ()

    def measure(self, context: Context) -> Reading:
        number = context.question.number - 1
        given = context.given_on(number)
        if given is None:
            why = f"the day on which cycle {number} was given is not recorded"
            return Reading(None, *missing("cycles", f"When was cycle {number} given?", why))
        evidence = Evidence(item="cycles", shown=f"cycle {number} given", on=given, state="used")
        return Reading(Interval.point((context.on - given).days), (evidence,))

    def words(self, limits: Limits) -> str:
        return "days since the previous administration"


days_since_previous: Final[Quantity] = _SincePrevious()


class _SinceLast(Quantity):
    """Days from the last administration before the day of the question."""

    __slots__ = ()

    def measure(self, context: Context) -> Reading:
        given = [cycle for cycle in context.course.given_cycles if cycle.given_on and cycle.given_on <= context.on]
        last = given[-1].given_on if given else None
        if last is None:
            return Reading(None, *missing("cycles", "When was the last cycle given?", "no cycle was given yet"))
        evidence = Evidence(item="cycles", shown=f"cycle {given[-1].number} given", on=last, state="used")
        return Reading(Interval.point((context.on - last).days), (evidence,))

    def words(self, limits: Limits) -> str:
        return "days since the last administration"


days_since_last: Final[Quantity] = _SinceLast()


class _Delay(Quantity):
    """Days from the day originally planned to the day of the question."""

    __slots__ = ()

    def measure(self, context: Context) -> Reading:
        first = originally_planned(context)
        evidence = Evidence(item="cycles", shown=f"originally planned {first}", on=first, state="used")
        return Reading(Interval.point((context.on - first).days), (evidence,))

    def words(self, limits: Limits) -> str:
        return "days after the day originally planned"


days_delayed: Final[Quantity] = _Delay()


class _Number(Quantity):
    __slots__ = ()

    def measure(self, context: Context) -> Reading:
        return Reading(Interval.point(context.question.number))

    def words(self, limits: Limits) -> str:
        return "number of the cycle"


cycle_number: Final[Quantity] = _Number()


class _AfterPlan:
    """A pause counted from the day originally planned."""

    def __init__(self, pause: limit) -> None:
        self.pause = pause

    def day(self, context: Context) -> date | None:
        """Return the first day after the pause."""
        return originally_planned(context) + timedelta(days=self.pause.number(context))

    def words(self, limits: Limits) -> str:
        """Say from what it is counted."""
        return f"not before {self.pause.words(limits)} after the day originally planned"


def after_plan(pause: limit) -> _AfterPlan:
    """Return the day that lies a pause after the one originally planned."""
    return _AfterPlan(pause)


def originally_planned(context: Context) -> date:
    """Return the first plan of the cycle asked about."""
    cycle = context.cycle
    return context.on if cycle is None else cycle.originally_planned or min(cycle.planned, context.on)


class delayed_by(Condition):  # noqa: N801 - reads as a word in a rule
    """The planned day lies at least a pause after the one originally planned."""

    __slots__ = ("pause",)

    def __init__(self, pause: limit) -> None:
        self.pause = pause

    def find(self, context: Context) -> Finding:
        """Compare the plan with the first one."""
        first = originally_planned(context)
        evidence = Evidence(item="cycles", shown=f"originally planned {first}", on=first, state="used")
        return Finding((context.on - first).days >= self.pause.number(context), (evidence,))

    def words(self, limits: Limits) -> str:
        """Say by how much."""
        return f"already postponed by {self.pause.words(limits)} or more"

    def names(self) -> frozenset[str]:
        """Return the limit."""
        return self.pause.names()
