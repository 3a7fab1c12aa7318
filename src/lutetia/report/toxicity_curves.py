"""Which results are drawn with their limits? Those that CTCAE grades and that matter under this therapy."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

from lutetia.course import Course, Fact
from lutetia.criteria.ctcae import Term
from lutetia.criteria.ctcae_table import Table
from lutetia.report import words
from lutetia.report.history import History, Point, Rule, Series, history_of
from lutetia.vocabulary import Item, laboratory

_SHOWN: Final = (
    (laboratory.haemoglobin, "Hb"), (laboratory.platelets, "platelets"), (laboratory.leukocytes, "leukocytes"),
    (laboratory.neutrophils, "neutrophils"), (laboratory.lymphocytes, "lymphocytes"),
    (laboratory.creatinine, "creatinine"),
)  # fmt: skip
_IF_ABNORMAL: Final = (
    (laboratory.ast, "AST"), (laboratory.alt, "ALT"), (laboratory.alkaline_phosphatase, "ALP"),
    (laboratory.bilirubin, "bilirubin"), (laboratory.sodium, "sodium"), (laboratory.potassium, "potassium"),
    (laboratory.calcium, "calcium"),
)  # fmt: skip
"""Drawn only where one of them has a grade."""
_SEVERE: Final = 3
_MULTIPLES_WITHIN: Final = 1.5
"""A limit is drawn where it lies within reach of the values; a liver test far below five times normal needs none."""


def graded_history(course: Course, known_on: date, rows: Table, abnormal: frozenset[str]) -> History:
    """Return the graded results of a course under one time axis, with their limits.

    Parameters
    ----------
    course : Course
        As known on the day.
    abnormal : frozenset of str
        The items that have a grade at all.
    """
    whole = history_of(course, known_on)
    drawn = (*_SHOWN, *((item, title) for item, title in _IF_ABNORMAL if item.id in abnormal))
    series = tuple(_series(course, item, title, rows) for item, title in drawn if course.facts_of(item))
    return History(known_on=known_on, series=series, cycles=whole.cycles, scans=(), events=())


def _series(course: Course, item: Item, title: str, rows: Table) -> Series:
    facts = course.facts_of(item)
    points = tuple(Point(fact.day, fact.quantity, fact.comparator or "") for fact in facts)
    limits = _limits(rows.of_item(item.id)[0], facts[-1])
    low, high = min(point.value for point in points), max(point.value for point in points)
    near = tuple(rule for rule in limits if low / _MULTIPLES_WITHIN <= rule.value <= high * _MULTIPLES_WITHIN)
    return Series(item=item.id, title=title, ucum=item.unit, points=points, limits=near)


def _limits(term: Term, latest: Fact) -> tuple[Rule, ...]:
    by_name = {"lower": latest.lower_limit, "upper": latest.upper_limit, "baseline": None}
    sides: tuple[Literal["lower", "upper"], ...] = ("lower", "upper")
    known = ((side, by_name[side]) for side in sides if term.refers_to(side))
    wanted = [Rule(limit, f"{side} normal {words.measured(limit)}") for side, limit in known if limit is not None]
    for step in term.grades[_SEVERE]:
        limit = by_name[step.of] if isinstance(step.of, str) else step.of
        if limit is not None:
            sign = "<" if step.side == "below" else ">"
            wanted.append(Rule(limit * step.times, f"grade {_SEVERE} {sign} {words.measured(limit * step.times)}"))
    return tuple(wanted)
