"""How far did PSA fall, was the fall confirmed, how fast does it double, did it flare or fluctuate?

Changes are those from the last value up to the first administration. What is read here never is progression: that is
:mod:`lutetia.criteria.pcwg3`. Of a value beyond the measuring range, only what holds for all of it is said to hold.

Sources: Scher et al., J Clin Oncol 2016;34:1402 (PCWG3) and 2008;26:1148 (PCWG2, doubling time); J Nucl Med 2020, doi
10.2967/jnumed.119.240242 (PSA at 6 weeks); Hartrampf et al., Eur J Nucl Med Mol Imaging 2022;49:4727 (fluctuation).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import reduce
from itertools import pairwise
from math import log
from statistics import linear_regression
from typing import Literal, NamedTuple

from lutetia.criteria.interval import Interval
from lutetia.criteria.psa_series import Level, PsaSeries, at_least, change_percent, lower_of
from lutetia.criteria.published import published
from lutetia.criteria.response_class import TABLE


class Change(NamedTuple):
    """The change of PSA from the baseline to a day [%]."""

    on: date
    percent: Interval


class Decline(NamedTuple):
    """Whether PSA fell by a part.

    Attributes
    ----------
    holds : bool or None
        None where a value beyond the measuring range leaves it open, or no value was taken.
    on : date or None
        The first value that fell so far.
    confirmed : bool or None
        Whether a second value, three weeks later or more, fell as far; None while none could have.
    confirmed_on : date or None
    """

    holds: bool | None
    on: date | None = None
    confirmed: bool | None = None
    confirmed_on: date | None = None


class DoublingTime(NamedTuple):
    """How fast PSA doubles [months]; None with the reason where it does not, or cannot be told."""

    months: float | None
    why: str = ""


Trend = Literal["response", "stable", "progression"]
Pattern = Literal["sustained fall", "sustained rise", "fluctuating"]


def changes(series: PsaSeries) -> tuple[Change, ...]:
    """Return the change at every value after the start; none from a baseline of zero."""
    found = [(level.on, change_percent(series.baseline.ng_ml, level.ng_ml)) for level in series.after]
    return tuple(Change(on, percent) for on, percent in found if percent is not None)


def best_change(series: PsaSeries) -> Change | None:
    """Return the deepest fall, or the least rise where PSA never fell; as an interval where it cannot be told."""
    found = changes(series)
    if not found:
        return None
    surest = min(found, key=lambda one: (one.percent.high, one.percent.low, one.on))
    return Change(surest.on, reduce(lower_of, (one.percent for one in found)))


def change_at(series: PsaSeries, *, at_days: float, within_days: float) -> Change | None:
    """Return the change at the value nearest to a day after the start, the earlier one of two as near."""

    def away(one: Change) -> tuple[float, date]:
        return abs((one.on - series.started).days - at_days), one.on

    near = [one for one in changes(series) if away(one)[0] <= within_days]
    return min(near, key=away, default=None)


def at_12_weeks(series: PsaSeries) -> Change | None:
    """Return the change about 12 weeks after the start (PCWG3)."""
    numbers = published(TABLE)["PSA decline"].values
    return change_at(series, at_days=numbers["at_days"], within_days=numbers["within_days"])


def decline(series: PsaSeries, percent: float) -> Decline:
    """Tell whether PSA fell by a percentage or more, and whether a later value confirmed it.

    Parameters
    ----------
    percent : float
        50 for PSA50.
    """
    apart = published(TABLE)["PSA decline"].values["apart_days"]
    goal = series.baseline.ng_ml.scaled(1 - percent / 100)
    fell = [(level.on, at_least(goal, level.ng_ml)) for level in series.after]
    reached = [on for on, holds in fell if holds]
    if not reached or series.baseline.ng_ml.high == 0:
        open_ = not fell or series.baseline.ng_ml.high == 0 or any(holds is None for _, holds in fell)
        return Decline(None if open_ else False)
    second = [(first, on) for first in reached for on in reached if (on - first).days >= apart]
    if second:
        return Decline(True, reached[0], True, min(on for _, on in second))
    may = any(holds is None for _, holds in fell) or (fell[-1][0] - reached[-1]).days < apart
    return Decline(True, reached[0], None if may else False)


def doubling_time(levels: Sequence[Level]) -> DoublingTime:
    """Fit a straight line to the logarithm of PSA over time, by least squares (PCWG2).

    Values beyond the measuring range and zeros have no logarithm and are left out; three values over four weeks must
    remain.
    """
    numbers = published(TABLE)["PSA doubling time"].values
    exact = [level for level in levels if level.ng_ml.low == level.ng_ml.high and level.ng_ml.low > 0]
    if len(exact) < numbers["least_values"]:
        return DoublingTime(None, f"{len(exact)} measured values, {numbers['least_values']:g} are needed")
    days = [(level.on - exact[0].on).days for level in exact]
    if max(days) - min(days) < numbers["least_days"]:
        return DoublingTime(None, f"values over {max(days)} days, {numbers['least_days']:g} are needed")
    slope = linear_regression(days, [log(level.ng_ml.low) for level in exact]).slope
    if slope <= 0:
        return DoublingTime(None, "not doubling: PSA does not rise")
    return DoublingTime(log(2) / slope / numbers["days_per_month"])


def since_lowest(series: PsaSeries) -> tuple[Level, ...]:
    """Return the values from the last of the lowest ones on, the baseline among them."""
    every = (series.baseline, *series.after)
    lowest = min(level.ng_ml.high for level in every)
    place = max(number for number, level in enumerate(every) if level.ng_ml.high == lowest)
    return every[place:]


def trend_at_6_weeks(series: PsaSeries) -> tuple[Change, Trend | None] | None:
    """Sort the change about 6 weeks after the start, as a study of 124 men sorted it; a sign, no criterion.

    Returns
    -------
    tuple or None
        The change and its group, None where it depends on a value beyond the measuring range; None without a value
        near that day.
    """
    numbers = published(TABLE)["PSA at 6 weeks"].values
    found = change_at(series, at_days=numbers["at_days"], within_days=numbers["within_days"])
    if found is None:
        return None
    fell = at_least(Interval.point(-numbers["fall_percent"]), found.percent)
    rose = at_least(found.percent, Interval.point(numbers["rise_percent"]))
    if fell or rose:
        return found, "response" if fell else "progression"
    return found, None if None in (fell, rose) else "stable"


def flare(series: PsaSeries) -> tuple[date, date] | None:
    """Find a rise over the baseline in the first 12 weeks and a later value below the baseline; Lutetia's description.

    Returns
    -------
    tuple of date or None
        The day of the highest early value, and of the first one below the baseline after it.
    """
    early = published(TABLE)["PCWG3 PSA"].values["early_days"]
    base = series.baseline.ng_ml
    rises = [level for level in series.after if series.days(level) < early and base.below(level.ng_ml)]
    if not rises:
        return None
    top = max(rises, key=lambda level: level.ng_ml.low)
    fell = next((level.on for level in series.after if level.on > top.on and level.ng_ml.below(base)), None)
    return None if fell is None else (top.on, fell)


def pattern(series: PsaSeries, later_cycles: Sequence[date]) -> Pattern | None:
    """Tell how PSA went from cycle to cycle: always down, always up, or first one and then the other.

    Parameters
    ----------
    later_cycles : sequence of date
        Days of the administrations after the first; before each, the last value since the one before it counts.

    Returns
    -------
    str or None
        None where fewer than two changes were seen, or one of them cannot be told; the same value again is no change.
    """
    values = [series.baseline]
    previous = series.started
    for day in sorted(later_cycles):
        since = [level for level in series.after if previous < level.on <= day]
        values += since[-1:]
        previous = day
    pairs = [(earlier.ng_ml, later.ng_ml) for earlier, later in pairwise(values)]
    falls = [later.below(earlier) for earlier, later in pairs if earlier.low != later.low or earlier.high != later.high]
    if len(falls) < 2 or None in falls:
        return None
    return "fluctuating" if len(set(falls)) > 1 else "sustained fall" if falls[0] else "sustained rise"
