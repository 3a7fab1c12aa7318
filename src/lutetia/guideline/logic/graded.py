"""Numbers made from facts: CTCAE grades now, before treatment and between cycles; eGFR and its fall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

from lutetia.course import Fact
from lutetia.criteria import FORMULAS, GradeRange, Interval, egfr, grade
from lutetia.criteria.ctcae import terms
from lutetia.criteria.interval import falling_with, steady
from lutetia.criteria.renal import age_years, cockcroft_gault
from lutetia.guideline.logic.condition import name_of
from lutetia.guideline.logic.context import last_day, readable, span
from lutetia.guideline.logic.finding import Reading, distinct
from lutetia.guideline.logic.quantity import Quantity
from lutetia.guideline.verdict import Ask, Evidence
from lutetia.vocabulary import Item, laboratory, person

if TYPE_CHECKING:
    from lutetia.guideline.logic.context import Context
    from lutetia.guideline.logic.limit import Limits

When = Literal["now", "before the first cycle", "before the previous cycle"]


@cache
def _needs_lower_limit(item: str) -> bool:
    return any(step.of == "lower" for steps in terms()[item].grades.values() for step in steps)


def _grade_of(fact: Fact) -> Interval:
    value = Interval.result(fact.quantity, fact.comparator)
    return grade(fact.item, value, lower=fact.lower_limit, upper=fact.upper_limit,
                 computed_only=True).interval  # fmt: skip


def _reading(context: Context, item: Item, facts: Sequence[Fact], evidence: tuple[Evidence, ...]) -> Reading:
    no_limit = _needs_lower_limit(item.id) and any(fact.lower_limit is None for fact in facts)
    refine = (*((context.ask_bound(item, "lower"),) if no_limit else ()), *context.ask_exactly(item, facts))
    return Reading(span(facts, _grade_of), evidence, (), refine)


def _with_grade(seen: Evidence, fact: Fact) -> Evidence:
    low, high = _grade_of(fact)[:2]
    return replace(seen, why="; ".join(part for part in (str(GradeRange(int(low), int(high))), seen.why) if part))


def facts_when(
    context: Context, item: Item, when: When
) -> tuple[tuple[Fact, ...], tuple[Evidence, ...], tuple[Ask, ...]]:
    """Return the facts of an item that count now or counted before an earlier administration."""
    if when == "now":
        return context.seen(item)
    key = ("facts", item.id, when)
    if key not in context.memo:
        context.memo[key] = _facts_before(context, item, when)
    found: tuple[tuple[Fact, ...], tuple[Evidence, ...], tuple[Ask, ...]] = context.memo[key]
    return found


def _facts_before(
    context: Context, item: Item, when: When
) -> tuple[tuple[Fact, ...], tuple[Evidence, ...], tuple[Ask, ...]]:
    number = 1 if when == "before the first cycle" else context.question.number - 1
    given = context.given_on(number)
    if given is None:
        why = f"the day on which cycle {number} was given is not recorded"
        return (
            (),
            (_missing("cycles", why),),
            (Ask(item="cycles", question=f"When was cycle {number} given?", why=why),),
        )
    oldest = context.limits["reference_age_max"].value
    facts = last_day([fact for fact in context.course.facts_of(item) if fact.day <= given])
    question = f"{item.asks.rstrip('?')} before cycle {number} ({given})?"
    if not facts:
        why = f"no value before cycle {number}"
        return (), (_missing(item.id, why),), (Ask(item=item.id, question=question, why=why),)
    age = (given - facts[-1].day).days
    if age > oldest:
        why = f"stale: {age} d before cycle {number}, at most {oldest:g} d"
        stale = Evidence(item=item.id, shown=readable(facts[-1]), on=facts[-1].day, state="stale", why=why)
        return (), (stale,), (Ask(item=item.id, question=question, why=why),)
    return facts, tuple(context.used(fact, f"reference: {when}") for fact in facts), ()


def _missing(item: str, why: str) -> Evidence:
    return Evidence(item=item, shown="", on=None, state="missing", why=why)


class ctcae(Quantity):  # noqa: N801 - reads as a word in a rule
    """The CTCAE v5.0 grade of a laboratory result, now or before the first cycle."""

    __slots__ = ("item", "when")

    def __init__(self, item: Item, when: When = "now") -> None:
        self.item, self.when = item, when

    def measure(self, context: Context) -> Reading:
        """Grade the facts that count."""
        key = ("grade", self.item.id, self.when)
        if key not in context.memo:
            facts, evidence, asks = facts_when(context, self.item, self.when)
            graded = tuple(_with_grade(seen, fact) for seen, fact in zip(evidence, facts, strict=False))
            reading = _reading(context, self.item, facts, graded) if facts else Reading(None, evidence, asks)
            context.memo[key] = reading
        found: Reading = context.memo[key]
        return found

    def words(self, limits: Limits) -> str:
        """Say what is graded."""
        when = "" if self.when == "now" else f" {self.when}"
        return f"CTCAE grade of {name_of(self.item)}{when}"

    def names(self) -> frozenset[str]:
        """Return the limit on the age of a reference, where one is used."""
        return frozenset() if self.when == "now" else frozenset({"reference_age_max"})


class worst_between_cycles(Quantity):  # noqa: N801 - reads as a word in a rule
    """The worst CTCAE grade of an item after the previous administration and before the planned day."""

    __slots__ = ("item",)

    def __init__(self, item: Item) -> None:
        self.item = item

    def measure(self, context: Context) -> Reading:
        """Grade every result between the two days."""
        number = context.question.number - 1
        given = context.given_on(number)
        if given is None:
            why = f"the day on which cycle {number} was given is not recorded"
            ask = Ask(item="cycles", question=f"When was cycle {number} given?", why=why)
            return Reading(None, (_missing("cycles", why),), (ask,))
        facts = [fact for fact in context.facts(self.item) if given < fact.day < context.on]
        if not facts:
            why = f"no value between cycle {number} ({given}) and the planned day"
            question = f"{self.item.asks.rstrip('?')} between cycle {number} ({given}) and the planned day?"
            return Reading(None, (_missing(self.item.id, why),), (Ask(item=self.item.id, question=question, why=why),))
        grades = [_grade_of(fact) for fact in facts]
        worst = Interval(max(one.low for one in grades), max(one.high for one in grades))
        telling = [fact for fact, one in zip(facts, grades, strict=True) if one.high == worst.high][-1]
        seen = _with_grade(context.used(telling, f"worst since cycle {number}"), telling)
        reading = _reading(context, self.item, facts, (seen,))
        return reading._replace(interval=worst)

    def words(self, limits: Limits) -> str:
        """Say what is graded."""
        return f"worst CTCAE grade of {name_of(self.item)} since the previous cycle"


class reference(Quantity):  # noqa: N801 - reads as a word in a rule
    """The value of an item before the first or before the previous cycle."""

    __slots__ = ("item", "when")

    def __init__(self, item: Item, when: When) -> None:
        self.item, self.when = item, when

    def measure(self, context: Context) -> Reading:
        """Look the value up as of its day."""
        facts, evidence, asks = facts_when(context, self.item, self.when)
        return Reading(span(facts), evidence, asks, context.ask_exactly(self.item, facts))

    def words(self, limits: Limits) -> str:
        """Say which value."""
        return f"{name_of(self.item)} {self.when}"

    def names(self) -> frozenset[str]:
        """Return the limit on the age of a reference."""
        return frozenset({"reference_age_max"})


class _Age(Quantity):
    __slots__ = ()

    def measure(self, context: Context) -> Reading:
        birth = context.course.patient.birth_date
        if birth is None:
            ask = Ask(item="patient.birth_date", question="Date of birth?", why="not recorded")
            return Reading(None, (_missing("patient.birth_date", "not recorded"),), (ask,))
        years = age_years(birth, context.on)
        shown = Evidence(item="patient.birth_date", shown=f"{years} years", on=birth, state="used")
        return Reading(Interval.point(years), (shown,))

    def words(self, limits: Limits) -> str:
        return "age"


EQUATIONS_DIFFER: Final = 0.2
"""CKD-EPI 2021, CKD-EPI 2009 and MDRD lie closer together than this in elderly men; more is another creatinine."""


age: Final[Quantity] = _Age()


def contradict(one: Interval, other: Interval) -> bool:
    """Tell whether two estimates of one GFR lie further apart than equations do."""
    apart = max(one.low, other.low) - min(one.high, other.high)
    return apart > EQUATIONS_DIFFER * min(one.high, other.high)


class gfr(Quantity):  # noqa: N801 - reads as a word in a rule
    """The eGFR by the source that the settings name, now or before an earlier cycle."""

    __slots__ = ("when",)

    def __init__(self, when: When = "now") -> None:
        self.when = when

    def measure(self, context: Context) -> Reading:
        """Compute from creatinine and age, or take what was reported."""
        key = ("egfr", self.when)
        if key not in context.memo:
            context.memo[key] = self._measure(context)
        found: Reading = context.memo[key]
        return found

    def _measure(self, context: Context) -> Reading:
        formula = context.settings.egfr
        if formula == "reported":
            facts, evidence, asks = facts_when(context, laboratory.egfr, self.when)
            return Reading(span(facts), evidence, asks, context.ask_exactly(laboratory.egfr, facts))
        facts, evidence, asks = facts_when(context, laboratory.creatinine, self.when)
        birth = context.course.patient.birth_date
        if birth is None:
            ask = Ask(item="patient.birth_date", question="Date of birth?", why="the eGFR is computed from it")
            return Reading(None, (*evidence, _missing("patient.birth_date", "not recorded")), (*asks, ask))
        if not facts:
            return Reading(None, evidence, self._not_the_reported(context, asks, formula))
        interval = span(facts, lambda fact: _computed(fact, birth, formula))
        assert interval is not None
        shown = _as_evidence(interval, formula, facts[-1], birth)
        computed = Reading(interval, (shown, *evidence), (), context.ask_exactly(laboratory.creatinine, facts))
        return self._with_contradiction(context, computed, formula)

    def _with_contradiction(self, context: Context, computed: Reading, formula: str) -> Reading:
        """Widen the computed eGFR to the reported one where no equation explains their difference.

        One of the two numbers is wrong then; what they decide alike is decided, and everything else is unknown.
        """
        facts, evidence, _ = facts_when(context, laboratory.egfr, self.when)
        reported = span(facts)
        assert computed.interval is not None
        if reported is None or not contradict(computed.interval, reported):
            return computed
        why = (
            f"reported as {readable(facts[-1])} and computed by {formula} as {computed.interval.low:.0f}: "
            "no equation explains that, so one is wrong; measure again, or correct the record"
        )
        both = (*computed.evidence, *evidence)
        return Reading(
            computed.interval.hull(reported), both, (), (*computed.refine, context.ask(laboratory.egfr, why))
        )

    def _not_the_reported(self, context: Context, asks: tuple[Ask, ...], formula: str) -> tuple[Ask, ...]:
        """Say that a reported value is there and does not decide, where creatinine is what lacks."""
        reported = facts_when(context, laboratory.egfr, self.when)[0][-1:]
        if not reported:
            return asks
        fact = reported[0]
        why = f"the reported eGFR of {readable(fact)} ({fact.day}) does not decide, since this site computes it by"
        return tuple(replace(ask, why=f"{ask.why}; {why} {formula}") for ask in asks)

    def words(self, limits: Limits) -> str:
        """Say which eGFR."""
        return "eGFR" if self.when == "now" else f"eGFR {self.when}"

    def names(self) -> frozenset[str]:
        """Return the limit on the age of a reference, where one is used."""
        return frozenset() if self.when == "now" else frozenset({"reference_age_max"})


def _computed(fact: Fact, birth: date, formula: str) -> Interval:
    value = egfr(fact.quantity, age_years(birth, fact.day), formula=formula)
    return falling_with(value, fact.comparator)


def _as_evidence(interval: Interval, formula: str, fact: Fact, birth: date) -> Evidence:
    low, high = interval.low, interval.high
    number = f"{low:.1f}" if low == high else f"{low:.1f} to {high:.1f}"
    why = f"{formula} from creatinine and {age_years(birth, fact.day)} years"
    return Evidence(item="lab.egfr", shown=f"{number} mL/min/1.73m2", on=fact.day, state="used", why=why)


class fall(Quantity):  # noqa: N801 - reads as a word in a rule
    """By which part of the reference the eGFR has fallen [1]."""

    __slots__ = ("since",)

    def __init__(self, since: When) -> None:
        self.since = since

    def measure(self, context: Context) -> Reading:
        """Return one minus the ratio of now to the reference."""
        now, reference = gfr().measure(context), gfr(self.since).measure(context)
        evidence = now.evidence + reference.evidence
        if now.interval is None or reference.interval is None:
            return Reading(None, evidence, distinct(now.asks + reference.asks))
        n, r = now.interval, reference.interval
        least = steady(1 - n.high / r.low) if r.low else -float("inf")
        told = f"{r.low:.0f} -> {n.low:.0f} ({100 * (n.low / r.low - 1):+.0f} %)" if r.low else "from 0"
        change = Evidence(
            item="lab.egfr", shown=told, on=now.evidence[-1].on, state="used", why=f"reference: {self.since}"
        )
        interval = Interval(least, steady(1 - n.low / r.high))
        return Reading(interval, (change, *evidence), (), distinct(now.refine + reference.refine))

    def words(self, limits: Limits) -> str:
        """Say what fell since when."""
        return f"fall of the eGFR since the value {self.since}"

    def names(self) -> frozenset[str]:
        """Return the limit on the age of the reference."""
        return gfr(self.since).names()


def other_estimates(context: Context) -> dict[str, float]:
    """Return what every source says about the GFR on the day, by its name [mL/min/1.73 m2, Cockcroft-Gault mL/min]."""
    estimates: dict[str, float] = {}
    for fact in context.seen(laboratory.egfr).facts[-1:]:
        estimates[f"reported{f' by {fact.method}' if fact.method else ''}"] = fact.quantity
    for fact in context.seen(laboratory.measured_gfr).facts[-1:]:
        estimates["measured"] = fact.quantity
    birth, creatinine = context.course.patient.birth_date, context.seen(laboratory.creatinine).facts[-1:]
    for fact in creatinine if birth else ():
        assert birth is not None
        age = age_years(birth, fact.day)
        estimates |= {name: formula(fact.quantity, age) for name, formula in FORMULAS.items()}
        for weight in context.seen(person.weight).facts[-1:]:
            estimates["Cockcroft-Gault"] = cockcroft_gault(fact.quantity, age, weight.quantity)
    return estimates
