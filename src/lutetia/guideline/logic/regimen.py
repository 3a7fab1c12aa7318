"""Conditions on the question and the regimen: which cycle, which ligand, how much, how long since the last, consent."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from lutetia.course import Moment
from lutetia.course.decision import Consent
from lutetia.course.vocabulary import Item
from lutetia.criteria import Interval
from lutetia.criteria.interval import steady
from lutetia.guideline.logic.condition import Condition, kleene_all, kleene_any, kleene_not, yes
from lutetia.guideline.logic.finding import Finding, Reading, distinct
from lutetia.guideline.logic.quantity import Quantity
from lutetia.guideline.verdict import Ask, Evidence

if TYPE_CHECKING:
    from lutetia.guideline.logic.context import Context
    from lutetia.guideline.logic.limit import Limits, limit


def _missing(item: str, question: str, why: str) -> tuple[tuple[Evidence, ...], tuple[Ask, ...]]:
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
            return Finding(None, *_missing("cycles", "Which radioligand?", "no cycle is recorded"))
        evidence = Evidence(item="cycles", shown=agent, on=None, state="used")
        from lutetia.course import read_agent  # the reading is the course's

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
            return Reading(None, *_missing("cycles", question, "this cycle has no prescription"))
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
            return Reading(None, *_missing("cycles", f"When was cycle {number} given?", why))
        evidence = Evidence(item="cycles", shown=f"cycle {number} given", on=given, state="used")
        return Reading(Interval.point((context.on - given).days), (evidence,))

    def words(self, limits: Limits) -> str:
        return "days since the previous administration"


days_since_previous: Final[Quantity] = _SincePrevious()


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


def after_plan(pause: limit) -> _AfterPlan:
    """Return the day that lies a pause after the one originally planned."""
    return _AfterPlan(pause)


def originally_planned(context: Context) -> date:
    """Return the first plan of the cycle asked about."""
    cycle = context.cycle
    return cycle.originally_planned if cycle is not None and cycle.originally_planned is not None else context.on


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


class consent_lacking(Condition):  # noqa: N801 - reads as a word in a rule
    """No valid informed consent is recorded, in the form and in the time that the law asks for."""

    __slots__ = ("hours", "in_time", "in_writing")

    def __init__(self, *, in_writing: Item, in_time: Item, hours: limit) -> None:
        self.in_writing, self.in_time, self.hours = in_writing, in_time, hours

    def find(self, context: Context) -> Finding:
        """Look for one consent that lacks nothing."""
        valid = [consent for consent in context.course.consents if not consent.withdrawn]
        if not valid:
            why = "withdrawn" if context.course.consents else "not recorded"
            return Finding(True, *_missing("consents", "Has informed consent been obtained, and when?", why))
        found = [self._lacking(consent, context) for consent in valid]
        lacks = kleene_all(*(one.holds for one in found))
        evidence = distinct(seen for one in found for seen in one.evidence)
        return Finding(lacks, evidence, distinct(ask for one in found for ask in one.asks) if lacks is None else ())

    def _lacking(self, consent: Consent, context: Context) -> Finding:
        writing, timing = yes(self.in_writing).find(context), yes(self.in_time).find(context)
        short = _hours_between(consent.given_at, context.on).below(Interval.point(self.hours.number(context)))
        form = kleene_all(writing.holds, kleene_not(consent.written))
        when = kleene_all(timing.holds, short)
        written = {True: "in writing", False: "not in writing", None: "form not recorded"}[consent.written]
        evidence = Evidence(item="consents", shown=f"consent, {written}", on=None, state="used", why=str(consent.given_at))
        asks: list[Ask] = []
        if form is None:
            asks += writing.asks
            if consent.written is None:
                asks += _missing("consents", "Was the consent given in writing?", "not recorded")[1]
        if when is None:
            asks += timing.asks
            if short is None:
                question = f"Was the consent given {self.hours.number(context):g} h before the administration?"
                asks += _missing("consents", question, "only the day is known")[1]
        return Finding(kleene_any(form, when), (evidence, *writing.evidence, *timing.evidence), tuple(asks))

    def words(self, limits: Limits) -> str:
        """Say what must be there."""
        return (
            "no valid consent is recorded, or not in writing where the law asks for it, or less than "
            f"{self.hours.words(limits)} before the first administration where the law asks for it"
        )

    def names(self) -> frozenset[str]:
        """Return the limit."""
        return self.hours.names()


def _hours_between(consent: Moment, planned: date) -> Interval:
    """Return the span of hours from a consent to some time on the planned day."""
    zone = consent.tzinfo if isinstance(consent, datetime) else UTC
    day_begins = datetime.combine(planned, time(), zone)
    if isinstance(consent, datetime):
        earliest = latest = consent
    else:
        earliest = datetime.combine(consent, time(), zone)
        latest = earliest + timedelta(days=1)
    hours = ((day_begins - latest) / timedelta(hours=1), (day_begins + timedelta(days=1) - earliest) / timedelta(hours=1))
    return Interval(*hours)
