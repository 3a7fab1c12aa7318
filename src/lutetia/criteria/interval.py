"""How sure is a comparison? Values as intervals, and comparisons that may stay undecided.

A result such as ``< 0.02`` is not a number but everything below one; a grade without the laboratory's lower limit is
"at most 1". Both are intervals, and a comparison with a limit is True, False or None (cannot be told).
"""

from __future__ import annotations

from math import inf
from typing import Literal, NamedTuple

_DIGITS = 9


def steady(value: float) -> float:
    """Return a number without the dust of binary arithmetic: 3 x 1.2 is 3.6, and 3.6 is not below it."""
    return round(value, _DIGITS)


class Interval(NamedTuple):
    """All values between two ends; each end belongs to it unless it is open."""

    low: float
    high: float
    low_open: bool = False
    high_open: bool = False

    @classmethod
    def point(cls, value: float) -> Interval:
        """Return the interval that is one value."""
        return cls(steady(value), steady(value))

    @classmethod
    def result(cls, value: float, comparator: Literal["<", ">"] | None = None) -> Interval:
        """Return what a laboratory result says; results are never negative."""
        value = steady(value)
        if comparator == "<":
            return cls(0.0, value, high_open=True)
        if comparator == ">":
            return cls(value, inf, low_open=True)
        return cls(value, value)

    def below(self, other: Interval) -> bool | None:
        """Tell whether every value lies below every value of the other; None where it depends."""
        if self.high < other.low or (self.high == other.low and (self.high_open or other.low_open)):
            return True
        return False if self.low >= other.high else None

    def hull(self, other: Interval) -> Interval:
        """Return the smallest interval that holds both."""
        low, low_open = min((self.low, self.low_open), (other.low, other.low_open))
        high, closed = max((self.high, not self.high_open), (other.high, not other.high_open))
        return Interval(low, high, low_open, not closed)

    def scaled(self, factor: float) -> Interval:
        """Return the interval multiplied by a positive factor."""
        return Interval(steady(self.low * factor), steady(self.high * factor), self.low_open, self.high_open)


def falling_with(estimate: float, comparator: Literal["<", ">"] | None) -> Interval:
    """Return what an estimate says that falls as the result rises: of a creatinine below 0.5, an eGFR above one."""
    if comparator == "<":
        return Interval(estimate, inf, low_open=True)
    return Interval(0.0, estimate, high_open=True) if comparator == ">" else Interval.point(estimate)
