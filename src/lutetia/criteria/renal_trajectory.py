"""How did the kidneys go? Every creatinine by every equation, and the slope of each where it can be told.

The equations are laid side by side and never mixed: CKD-EPI and MDRD give a GFR normalised to 1.73 m2, Cockcroft-Gault
a clearance with the actual weight, and a change from one equation to another says nothing about the kidneys. A slope
is the least-squares line through the values since the baseline, where there are at least :data:`LEAST_VALUES` over at
least :data:`LEAST_SPAN_DAYS` days. Numbers and spans are Lutetia's choice; the equations are those of
:mod:`lutetia.criteria.renal`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Final

from lutetia.course import Course, Fact
from lutetia.criteria.interval import Interval, falling_with
from lutetia.criteria.renal import FORMULAS, age_years, cockcroft_gault, egfr
from lutetia.vocabulary import laboratory, person

COCKCROFT_GAULT: Final = "Cockcroft-Gault"
EQUATIONS: Final = (*FORMULAS, COCKCROFT_GAULT)
REPORTED: Final = "reported"
LEAST_VALUES: Final = 3
LEAST_SPAN_DAYS: Final = 90
WEIGHT_MAX_AGE_DAYS: Final = 90
DAYS_PER_YEAR: Final = 365.25

Estimate = Callable[[Fact], Interval | None]
"""Makes a GFR of a creatinine; None where something it needs is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenalPoint:
    """One creatinine and what the equations make of it.

    Attributes
    ----------
    creatinine : str
        As the laboratory gave it.
    weighed : Fact or None
        The weight that Cockcroft-Gault takes.
    estimates : mapping of str to Interval
        By equation; one that lacks something is left out.
    """

    on: date
    creatinine: str
    weighed: Fact | None
    estimates: Mapping[str, Interval]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """The change of one equation's values per year.

    Attributes
    ----------
    per_year : float
        In the equation's unit per year; negative where the kidneys lose.
    standard_error : float
    values : int
    span_days : int
    """

    per_year: float
    standard_error: float
    values: int
    span_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RenalCourse:
    """The kidneys over a course.

    Attributes
    ----------
    points : tuple of RenalPoint
        Oldest first.
    slopes : mapping of str to Slope or str
        By equation, and ``reported`` for what the laboratory calculated; a sentence where there is none, and why.
    reported : tuple of Fact
        The GFR that the laboratory calculated, by whatever equation.
    needs : tuple of str
        What an equation lacks.
    """

    points: tuple[RenalPoint, ...]
    slopes: Mapping[str, Slope | str]
    needs: tuple[str, ...]
    reported: tuple[Fact, ...] = ()


def unit_of(equation: str) -> str:
    """Return the unit of an equation's values, in UCUM."""
    return "mL/min" if equation == COCKCROFT_GAULT else "mL/min/{1.73_m2}"


def estimate_by(course: Course, equation: str) -> Estimate:
    """Return what makes a GFR of this man's creatinine by one equation.

    Raises
    ------
    ValueError
        If the equation is not one of :data:`EQUATIONS`.
    """
    if equation not in EQUATIONS:
        raise ValueError(f"'{equation}' is not one of: {', '.join(EQUATIONS)}")
    birth = course.patient.birth_date

    def estimate(fact: Fact) -> Interval | None:
        if birth is None:
            return None
        age = age_years(birth, fact.day)
        if equation != COCKCROFT_GAULT:
            return falling_with(egfr(fact.quantity, age, formula=equation), fact.comparator)
        weighed = weight_for(course, fact.day)
        if weighed is None:
            return None
        return falling_with(cockcroft_gault(fact.quantity, age, weighed.quantity), fact.comparator)

    return estimate


def weight_for(course: Course, on: date) -> Fact | None:
    """Return the last weight up to a day that is not too old for it."""
    known = [fact for fact in course.facts_of(person.weight) if fact.day <= on]
    return known[-1] if known and (on - known[-1].day).days <= WEIGHT_MAX_AGE_DAYS else None


def renal_course(course: Course, *, since: date | None = None) -> RenalCourse:
    """Return every creatinine of a course by every equation, with slopes.

    Parameters
    ----------
    course : Course
        As known on a day.
    since : date, optional
        Values of earlier days are shown and enter no slope; all do where it is not stated.
    """
    facts = course.facts_of(laboratory.creatinine)
    by = {equation: estimate_by(course, equation) for equation in EQUATIONS}
    points = tuple(
        RenalPoint(
            on=fact.day,
            creatinine=fact.shown(),
            weighed=weight_for(course, fact.day),
            estimates={equation: found for equation in EQUATIONS if (found := by[equation](fact)) is not None},
        )
        for fact in facts
    )
    counted = [point for point in points if since is None or point.on >= since]
    slopes = {equation: _slope(_exact(equation, counted)) for equation in EQUATIONS}
    reported = course.facts_of(laboratory.egfr)
    if reported:
        slopes[REPORTED] = _reported_slope([fact for fact in reported if since is None or fact.day >= since])
    return RenalCourse(points=points, slopes=slopes, needs=_needs(course, points), reported=reported)


def _needs(course: Course, points: Sequence[RenalPoint]) -> tuple[str, ...]:
    if not points:
        return ("serum creatinine",)
    if course.patient.birth_date is None:
        return ("date of birth, from which every equation takes the age",)
    unweighed = [point.on.isoformat() for point in points if point.weighed is None]
    said = f"body weight, not older than {WEIGHT_MAX_AGE_DAYS} days, for Cockcroft-Gault on {', '.join(unweighed)}"
    return (said,) if unweighed else ()


def _exact(equation: str, points: Sequence[RenalPoint]) -> list[tuple[date, float]]:
    found = ((point.on, point.estimates.get(equation)) for point in points)
    return [(on, one.low) for on, one in found if one is not None and one.low == one.high]


def _reported_slope(facts: Sequence[Fact]) -> Slope | str:
    if len({fact.method for fact in facts}) != 1 or facts[0].method is None:
        return "the equations differ, or are not stated with every value"
    return _slope([(fact.day, fact.quantity) for fact in facts if fact.comparator is None])


def _slope(known: Sequence[tuple[date, float]]) -> Slope | str:
    if len(known) < LEAST_VALUES:
        return f"{len(known)} of the {LEAST_VALUES} values that a slope needs"
    span = (known[-1][0] - known[0][0]).days
    if span < LEAST_SPAN_DAYS:
        return f"{span} of the {LEAST_SPAN_DAYS} days that a slope needs"
    years = [(on - known[0][0]).days / DAYS_PER_YEAR for on, _ in known]
    per_year, error = least_squares(years, [value for _, value in known])
    return Slope(per_year=per_year, standard_error=error, values=len(known), span_days=span)


def least_squares(x: Sequence[float], y: Sequence[float]) -> tuple[float, float]:
    """Return slope and its standard error of the straight line through three points or more."""
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    spread = sum((one - mean_x) ** 2 for one in x)
    slope = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / spread
    left = sum((b - mean_y - slope * (a - mean_x)) ** 2 for a, b in zip(x, y, strict=True))
    return slope, sqrt(left / (len(x) - 2) / spread)
