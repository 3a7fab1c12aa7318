"""What a series of PSA says: castration resistance by the guideline, the lowest value, how fast it doubles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from math import inf, log
from statistics import linear_regression
from typing import TYPE_CHECKING, Final

from lutetia.course import Fact
from lutetia.course.treatment_series import Series, treatment_series
from lutetia.criteria import Interval
from lutetia.criteria.castration_resistance import Psa, Rise, two_rises
from lutetia.criteria.interval import steady
from lutetia.guideline.logic.condition import Condition
from lutetia.guideline.logic.finding import Finding, Reading
from lutetia.guideline.logic.quantity import Quantity
from lutetia.guideline.logic.regimen import missing
from lutetia.vocabulary import laboratory

if TYPE_CHECKING:
    from lutetia.guideline.logic.context import Context
    from lutetia.guideline.logic.limit import Limits, limit

_SECOND = 2
_VALUES_FOR_A_DOUBLING_TIME = 3
_DAYS_IN_A_MONTH = 30.44


def before_treatment(context: Context) -> tuple[Fact, ...]:
    """Return the PSA values up to the first administration, those beyond the measuring range left out."""
    first = context.given_on(1) or date.max
    return tuple(
        fact for fact in context.facts(laboratory.psa) if fact.comparator is None and fact.day <= min(first, context.on)
    )


def shown_by_psa(context: Context, rise: Callable[[Sequence[Psa]], Rise | None], none: str) -> Finding:
    """Look for a rise in the values before treatment; where it is not found, further values may show it."""
    facts = before_treatment(context)
    found = rise([Psa(fact.day, fact.quantity) for fact in facts])
    if found is not None:
        values = set(found)
        return Finding(True, tuple(context.used(fact) for fact in facts if (fact.day, fact.quantity) in values))
    why = f"{none} among {len(facts)} values before treatment"
    return Finding(None, *missing("lab.psa", "Earlier PSA values under suppressed testosterone?", why))


class psa_progressed_twice(Condition):  # noqa: N801 - reads as a word in a rule
    """Two consecutive rises of PSA over the nadir, some days apart, the second to a multiple of the nadir."""

    __slots__ = ("apart", "factor")

    def __init__(self, *, factor: limit, apart: limit) -> None:
        self.factor, self.apart = factor, apart

    def find(self, context: Context) -> Finding:
        """Look for them in the values before treatment; where they are not found, further values may show them."""
        return shown_by_psa(
            context,
            lambda series: two_rises(
                series, over_nadir=self.factor.number(context), apart_days=self.apart.number(context)
            ),
            "no two rises",
        )

    def words(self, limits: Limits) -> str:
        """Say what is looked for."""
        apart, factor = self.apart.words(limits), self.factor.words(limits)
        return f"two consecutive PSA values above the nadir, {apart} apart or more, the second {factor} x it or more"

    def names(self) -> frozenset[str]:
        """Return the limits."""
        return self.factor.names() | self.apart.names()


def _present_series(context: Context) -> Series | None:
    """Return the latest series of cycles among those given before the one asked about."""
    return next(reversed(treatment_series(context.course, before_cycle=context.question.number)), None)


class psa_before_reliable(Condition):  # noqa: N801 - reads as a word in a rule
    """The latest PSA was taken before some days had passed since the second cycle of the present series."""

    __slots__ = ("since",)

    def __init__(self, since: limit) -> None:
        self.since = since

    def find(self, context: Context) -> Finding:
        """Compare the day of the value with that of the second cycle; before it every value is too early."""
        series = _present_series(context)
        if context.question.number <= _SECOND or (series is not None and series.number > 1 and len(series.cycles) == 1):
            return Finding(True)
        again = series is not None and series.number > 1
        second = series.cycles[1][1] if series is not None and again else context.given_on(_SECOND)
        if second is None:
            return Finding(None, *missing("cycles", "When was cycle 2 given?", "not recorded"))
        seen = context.seen(laboratory.psa)
        if not seen.facts:
            return Finding(None, seen.evidence, seen.asks)
        return Finding((seen.facts[-1].day - second).days < self.since.number(context), seen.evidence)

    def words(self, limits: Limits) -> str:
        """Say how long."""
        return f"PSA was taken less than {self.since.words(limits)} after the second cycle"

    def names(self) -> frozenset[str]:
        """Return the limit."""
        return self.since.names()


class _Rise(Quantity):
    """By which part the latest PSA lies above the lowest one since the baseline of the present series [1]."""

    __slots__ = ()

    def measure(self, context: Context) -> Reading:
        series, seen = _present_series(context), context.seen(laboratory.psa)
        first = series.started if series is not None and series.number > 1 else context.given_on(1)
        if first is None:
            return Reading(None, *missing("cycles", "When was cycle 1 given?", "not recorded"))
        now = context.latest(laboratory.psa)
        if now.interval is None:
            return now
        earlier = [fact for fact in context.facts(laboratory.psa) if fact.day < seen.facts[-1].day]
        before = [fact for fact in earlier if fact.day <= first][-1:]
        if not before:
            cycle = 1 if series is None else series.cycles[0][0]
            asked = f"PSA before cycle {cycle} ({first})?"
            return Reading(None, *missing("lab.psa", asked, f"no value before cycle {cycle}"))
        counted = (*before, *(fact for fact in earlier if fact.day > first))
        lowest = min(counted, key=lambda fact: fact.quantity)
        low = Interval.result(lowest.quantity, lowest.comparator)
        evidence = (*now.evidence, context.used(lowest, "lowest since the value before the first cycle of the series"))
        least = steady(now.interval.low / low.high - 1) if low.high else 0.0
        most = steady(now.interval.high / low.low - 1) if low.low else inf
        return Reading(Interval(least, most), evidence, (), context.ask_exactly(laboratory.psa, (lowest, *seen.facts)))

    def words(self, limits: Limits) -> str:
        return "rise of PSA over the lowest value since the one before the first cycle of the series"


psa_rise: Final[Quantity] = _Rise()


def doubling_time(context: Context) -> str:
    """Say how fast PSA doubled before treatment, from at least three values, by a straight line in its logarithm."""
    facts = [fact for fact in before_treatment(context) if fact.quantity > 0][-_VALUES_FOR_A_DOUBLING_TIME:]
    if len(facts) < _VALUES_FOR_A_DOUBLING_TIME or facts[0].day == facts[-1].day:
        return ""
    days = [(fact.day - facts[0].day).days for fact in facts]
    slope = linear_regression(days, [log(fact.quantity) for fact in facts]).slope
    if slope <= 0:
        return "PSA did not rise over the last three values before treatment"
    return (
        f"PSA doubling time {log(2) / slope / _DAYS_IN_A_MONTH:.1f} months, from the last three values before treatment"
    )
