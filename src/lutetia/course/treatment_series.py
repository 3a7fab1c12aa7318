"""Which cycles belong together? A man treated again after a remission has a baseline of his own for each series."""

from __future__ import annotations

from datetime import date
from itertools import zip_longest
from math import inf
from typing import Final, NamedTuple

from lutetia.course.course import Course
from lutetia.course.therapy import TherapyLine

BREAK_DAYS: Final = 183
"""A cycle so long after the one before begins a new series; half a year, Lutetia's choice."""


_AGAINST_CANCER: Final = frozenset(
    ("arpi", "taxane", "other-chemotherapy", "parp-inhibitor", "immunotherapy", "other")
)  # fmt: skip
"""What changes PSA by itself; ADT goes on beside the radioligand, steroids and bone protection support."""


class Series(NamedTuple):
    """Cycles given one after the other.

    Attributes
    ----------
    number : int
        1 for the first.
    cycles : tuple of tuple of int and date
        Number and day of each.
    until : date or None
        The first day of the next series.
    """

    number: int
    cycles: tuple[tuple[int, date], ...]
    until: date | None = None

    @property
    def started(self) -> date:
        """The day of its first cycle."""
        return self.cycles[0][1]

    def holds(self, day: date) -> bool:
        """Tell whether a day after its first cycle comes before the next series; the day of that one does."""
        return self.started < day and (self.until is None or day <= self.until)


def treatment_series(course: Course, *, before_cycle: float = inf) -> tuple[Series, ...]:
    """Return the series of a course as known, the first one first.

    Parameters
    ----------
    course : Course
    before_cycle : float
        Only cycles of lower numbers count.
    """
    given = [
        (cycle.number, day)
        for cycle in course.given_cycles
        if cycle.number < before_cycle and (day := cycle.given_on) is not None
    ]
    groups: list[list[tuple[int, date]]] = []
    for number, day in given:
        if groups and (day - groups[-1][-1][1]).days < BREAK_DAYS:
            groups[-1].append((number, day))
        else:
            groups.append([(number, day)])
    return tuple(
        Series(place, tuple(group), None if later is None else later[0][1])
        for place, (group, later) in enumerate(zip_longest(groups, groups[1:]), start=1)
    )


def next_therapy(course: Course, series: Series) -> TherapyLine | None:
    """Return the first systemic therapy of the cancer begun after the first cycle of a series and before the next one.

    What PSA and imaging show later is no longer the work of the radioligand alone.
    """
    begun = (
        line
        for line in course.therapies.entries
        if line.drug_class in _AGAINST_CANCER and series.holds(line.started)
    )  # fmt: skip
    return min(begun, key=lambda line: line.started, default=None)
