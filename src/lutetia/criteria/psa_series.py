"""What was PSA before treatment and after it? Dated values, each an interval, with the baseline they are compared with.

A result such as ``< 0.02`` is everything below it and never zero; what depends on where in it the truth lies is open.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from math import inf
from typing import NamedTuple

from lutetia.criteria.interval import Interval, steady


class Level(NamedTuple):
    """One PSA result [ng/mL]."""

    on: date
    ng_ml: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class PsaSeries:
    """PSA under one treatment.

    Attributes
    ----------
    started : date
        Day of the first administration.
    baseline : Level
        The last value up to that day; one of the day itself counts as taken before.
    after : tuple of Level
        Everything later, oldest first.
    """

    started: date
    baseline: Level
    after: tuple[Level, ...]

    def days(self, level: Level) -> int:
        """Return how many days after the start a value was taken."""
        return (level.on - self.started).days


def under_treatment(levels: Iterable[Level], started: date) -> PsaSeries | None:
    """Return the values from the baseline on; None where no value was taken before treatment."""
    ordered = sorted(levels, key=lambda level: level.on)
    before = [level for level in ordered if level.on <= started]
    if not before:
        return None
    after = tuple(level for level in ordered if level.on > started)
    return PsaSeries(started=started, baseline=before[-1], after=after)


def until(series: PsaSeries, day: date) -> PsaSeries:
    """Return the series with the values up to a day, that day included."""
    return replace(series, after=tuple(level for level in series.after if level.on <= day))


def change_percent(baseline: Interval, level: Interval) -> Interval | None:
    """Return the change from one value to another [%]; None from a baseline of zero, where none is defined."""
    if baseline.high == 0:
        return None
    low = 0.0 if baseline.high == inf else level.low / baseline.high
    high = inf if baseline.low == 0 or level.high == inf else level.high / baseline.low
    return Interval(
        steady(100 * (low - 1)),
        steady(100 * (high - 1)),
        level.low_open or baseline.high_open,
        level.high_open or baseline.low_open,
    )


def at_least(level: Interval, other: Interval) -> bool | None:
    """Tell whether one value reaches another; None where it depends."""
    below = level.below(other)
    return None if below is None else not below


def raised(level: Interval, by_ng_ml: float) -> Interval:
    """Return a value plus a number [ng/mL]."""
    return Interval(steady(level.low + by_ng_ml), steady(level.high + by_ng_ml), level.low_open, level.high_open)


def lower_of(one: Interval, other: Interval) -> Interval:
    """Return the lower of two values, as far as it is known."""
    low, low_open = min((one.low, one.low_open), (other.low, other.low_open))
    high, closed = min((one.high, not one.high_open), (other.high, not other.high_open))
    return Interval(low, high, low_open, not closed)
