"""What the course's timeline shows: laboratory series with their limits, cycles, scans and events by day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from lutetia.course import Course, day_of
from lutetia.guideline.verdict import Assessment
from lutetia.report import words
from lutetia.units import UnitError, unit
from lutetia.vocabulary import ITEMS, laboratory

LIMITS_PER_PANEL: Final = 2
_SHOWN: Final = (laboratory.psa, laboratory.haemoglobin, laboratory.platelets, laboratory.neutrophils)
_RENAL: Final = (laboratory.egfr, laboratory.creatinine)
_TITLES: Final = {
    "lab.psa": "PSA",
    "lab.haemoglobin": "Hb",
    "lab.platelets": "platelets",
    "lab.neutrophils": "neutrophils",
    "lab.egfr": "eGFR",
    "lab.creatinine": "creatinine",
}
_LIMIT: Final = re.compile(r"^\D{0,3}?(\d+(?:\.\d+)?)\s*(\S.*)$")


@dataclass(frozen=True, slots=True)
class Point:
    """One result in the vocabulary's unit; ``comparator`` where the laboratory gave only a bound."""

    on: date
    value: float
    comparator: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A limit of the book, drawn as a thin line."""

    value: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The results of one item, oldest first."""

    item: str
    title: str
    ucum: str
    points: tuple[Point, ...]
    limits: tuple[Rule, ...] = ()
    log: bool = False

    @property
    def unit(self) -> str:
        """The unit as printed."""
        return words.unit(self.ucum)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened, or is planned, on a day."""

    on: date
    label: str
    given: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Everything under the one time axis."""

    known_on: date
    series: tuple[Series, ...]
    cycles: tuple[Mark, ...]
    scans: tuple[Mark, ...]
    events: tuple[Mark, ...]

    @property
    def span(self) -> tuple[date, date]:
        """First and last day of anything shown."""
        days = [point.on for series in self.series for point in series.points]
        days += [mark.on for marks in (self.cycles, self.scans, self.events) for mark in marks]
        return min([*days, self.known_on]), max([*days, self.known_on])


def history_of(course: Course, known_on: date, assessments: Iterable[Assessment] = ()) -> History:
    """Return what the timeline of a course shows."""
    limits = _limits(assessments)
    renal = next((item for item in _RENAL if course.facts_of(item)), None)
    items = [item for item in (*_SHOWN, renal) if item is not None and course.facts_of(item)]
    series = tuple(
        Series(
            item=item.id,
            title=_TITLES[item.id],
            ucum=item.unit,
            points=tuple(Point(f.day, f.quantity, f.comparator or "") for f in course.facts_of(item)),
            limits=limits.get(item.id, ()),
            log=item is laboratory.psa,
        )
        for item in items
    )
    return History(known_on=known_on, series=series, cycles=_cycles(course), scans=_scans(course),
                   events=_events(course))  # fmt: skip


def _cycles(course: Course) -> tuple[Mark, ...]:
    marks = []
    for cycle in course.cycles:
        given = cycle.given_on is not None
        marks.append(Mark(cycle.given_on or cycle.planned, f"cycle {cycle.number}{'' if given else ' planned'}", given))
    return tuple(marks)


def _scans(course: Course) -> tuple[Mark, ...]:
    scans = [scan for cycle in course.cycles for scan in cycle.scans if scan.acquired_at is not None]
    marks = [Mark(day_of(scan.acquired_at), "SPECT") for scan in scans if scan.acquired_at is not None]
    marks += [Mark(day_of(exam.on), exam.kind) for exam in course.examinations.entries]
    return tuple(sorted(marks, key=lambda mark: (mark.on, mark.label)))


def _events(course: Course) -> tuple[Mark, ...]:
    return tuple(Mark(e.onset, f"{e.term} G{e.worst_grade}") for e in course.events.entries)


def _limits(assessments: Iterable[Assessment]) -> dict[str, tuple[Rule, ...]]:
    """Read off the limits that rules on one laboratory item compared it with, where their unit is the item's."""
    found: dict[str, dict[float, Rule]] = {}
    for answer in (answer for assessment in assessments for answer in assessment.answers):
        items = [ITEMS[item] for item in {evidence.item for evidence in answer.evidence} if item in ITEMS]
        for limit in answer.limits:
            match = _LIMIT.match(limit.shown)
            meant = [item for item in items if match and _same_unit(match[2], item.unit)]
            if match is None or len(meant) != 1:
                continue
            value = float(match[1])
            rules = found.setdefault(meant[0].id, {})
            if len(rules) < LIMITS_PER_PANEL:
                rules.setdefault(value, Rule(value, f"{value:g}, {words.prose(answer.consequence) or answer.id}"))
    return {item: tuple(rules.values()) for item, rules in found.items()}


def _same_unit(written: str, ucum: str) -> bool:
    try:
        return unit(written.strip()).ucum == ucum
    except UnitError:
        return False
