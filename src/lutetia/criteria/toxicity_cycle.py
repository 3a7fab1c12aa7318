"""How bad did it get in each cycle, was it worse than before the therapy, and had it recovered in time?

A cycle reaches from its administration to the next one, that day included: what is sampled then, before the injection,
is the last of the cycle before. An event that begins or gets worse on that day followed the injection. The cycle that
no other follows reaches :data:`AFTER_LAST_DAYS` days, or to the day on which one is planned where that is later; what
comes then is kept apart as late. *Treatment-emergent* means worse than before the first cycle. *Recovered* means grade
1 or the grade before the first cycle, whichever is worse, on the last day that is known up to the one on which the
next cycle was first planned; both readings are Lutetia's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from lutetia.course import Course
from lutetia.criteria.ctcae import VERSION, GradeRange
from lutetia.criteria.graded import distinct
from lutetia.criteria.renal_trajectory import Estimate
from lutetia.criteria.toxicity import (
    BASELINE_MAX_AGE_DAYS,
    GradeOnDay,
    TermGrades,
    events_of_other_versions,
    first_given_on,
    graded_terms,
    worst_of,
)

AFTER_LAST_DAYS: Final = 42
"""How long the cycle that no other follows is taken to last: six weeks, the usual time between two."""
RECOVERED_GRADE: Final = 1
BEFORE: Final = "before cycle 1"
LATER: Final = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A stretch of the course: before the first cycle, one cycle, or what came after the last.

    Attributes
    ----------
    number : int or None
        Of the cycle.
    after, until : date or None
        The days between: later than the first, not later than the second; None where there is no end.
    next_planned : date or None
        The day on which the next cycle was first planned; recovery is looked for by then.
    to_injection : bool
        Whether it ends with an administration.
    """

    name: str
    number: int | None = None
    after: date | None = None
    until: date | None = None
    next_planned: date | None = None
    to_injection: bool = False

    def has(self, one: GradeOnDay) -> bool:
        """Whether a grade belongs to it: an event that begins or worsens on the day of an injection followed it."""
        if one.begins and one.on == self.until and self.to_injection:
            return False
        return self.holds(one.on) or (one.begins and one.on == self.after and self.number is not None)

    def holds(self, on: date) -> bool:
        """Whether a day belongs to it."""
        return (self.after is None or self.after < on) and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class InPeriod:
    """What one term did in one period.

    Attributes
    ----------
    worst : GradeRange or None
        None where nothing was recorded.
    telling : GradeOnDay or None
        The first with the worst grade.
    emergent : bool or None
        Worse than before the first cycle; None where that cannot be told.
    recovered : bool or None
        By ``recovered_by``; None where nothing had to recover (see ``had_to_recover``), where it cannot be told, and
        where that day has not come.
    """

    period: str
    worst: GradeRange | None
    telling: GradeOnDay | None = None
    emergent: bool | None = None
    had_to_recover: bool | None = False
    recovered: bool | None = None
    recovered_by: date | None = None

    @property
    def waits(self) -> bool:
        """Whether it had to recover, and is not known to have or not to have."""
        return self.had_to_recover is True and self.recovered is None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermByCycle:
    """One term over the course: the grade before the therapy, the worst of each period, and every day."""

    grades: TermGrades
    baseline: GradeRange | None
    periods: tuple[InPeriod, ...]

    @property
    def term(self) -> str:
        """The name of the term."""
        return self.grades.term

    @property
    def worst(self) -> GradeRange | None:
        """The worst grade since the first administration."""
        found = [one.worst for one in self.periods[1:] if one.worst is not None]
        return GradeRange(max(one.least for one in found), max(one.most for one in found)) if found else None

    @property
    def emergent(self) -> bool | None:
        """Whether it ever became worse than before the first cycle."""
        return _worse(self.worst, self.baseline)


@dataclass(frozen=True, slots=True, kw_only=True)
class Toxicity:
    """The grades of one course by one version of CTCAE.

    Attributes
    ----------
    periods : tuple of Period
        Before the first cycle, each cycle given, and later where anything is recorded then.
    terms : tuple of TermByCycle
        In the order of the table, then events as recorded.
    other_versions : tuple of str
        Events that were graded by another version, in words; they enter nowhere else.
    needs : tuple of str
        What would settle the grades that are open.
    """

    version: str
    periods: tuple[Period, ...]
    terms: tuple[TermByCycle, ...]
    other_versions: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    def term(self, name: str) -> TermByCycle | None:
        """Return a term by its name, e.g. ``"dry mouth"``; answers before an event of the same name."""
        return next((one for one in self.terms if one.term.casefold() == name.casefold()), None)


def worst_by_cycle(
    course: Course,
    *,
    known_on: date,
    version: str = VERSION,
    estimate: Estimate | None = None,
    after_last_days: int = AFTER_LAST_DAYS,
) -> Toxicity:
    """Return the worst grade of every term in every cycle.

    Parameters
    ----------
    course : Course
    known_on : date
        The record as known on this day is used; what is to recover by a later day is not called unrecovered yet.
    version : str
        Of CTCAE.
    estimate : Estimate, optional
        See :func:`lutetia.criteria.toxicity.graded_terms`.
    after_last_days : int
        How long the cycle that no other follows lasts [d].

    Raises
    ------
    VersionNotOfferedError
        If there is no table of the version here.
    """
    course = course.as_known(known_on)
    found = graded_terms(course, version=version, estimate=estimate)
    spans = periods(course, after_last_days=after_last_days)
    rows = tuple(_by_period(term, _baseline(term, course, spans[0]), spans, known_on) for term in found)
    late = spans[-1]
    came = late.after is not None and late.after < known_on and any(row.periods[-1].worst is not None for row in rows)
    if late.name == LATER and not came:
        spans = spans[:-1]
        rows = tuple(TermByCycle(grades=r.grades, baseline=r.baseline, periods=r.periods[:-1]) for r in rows)
    others = tuple(
        f"{event.term}: grade {event.worst_grade} at worst, from {event.onset} (CTCAE {event.ctcae})"
        for event in events_of_other_versions(course, version=version)
    )
    needs = distinct(need for row in rows for need in _needs(row))
    return Toxicity(version=version, periods=spans, terms=rows, other_versions=others, needs=needs)


def periods(course: Course, *, after_last_days: int = AFTER_LAST_DAYS) -> tuple[Period, ...]:
    """Return the stretches of a course."""
    given = [(cycle, cycle.given_on) for cycle in course.given_cycles]
    days = [on for _, on in given if on is not None]
    if not days:
        return (Period(name=BEFORE),)
    found = [Period(name=BEFORE, until=days[0], to_injection=True)]
    for index, (cycle, on) in enumerate(given):
        assert on is not None
        following = course.cycle(cycle.number + 1)
        planned = None if following is None else following.originally_planned or following.planned
        until = on + timedelta(days=after_last_days)
        if index + 1 < len(given):
            until = days[index + 1]
        elif following is not None:
            until = max(until, following.planned)
        found.append(
            Period(
                name=f"cycle {cycle.number}", number=cycle.number, after=on, until=until, next_planned=planned,
                to_injection=index + 1 < len(given),
            )
        )  # fmt: skip
    return (*found, Period(name=LATER, after=found[-1].until))


def _by_period(term: TermGrades, baseline: GradeRange | None, spans: Sequence[Period], known_on: date) -> TermByCycle:
    found = tuple(_in_period(term, span, baseline, known_on) for span in spans)
    return TermByCycle(grades=term, baseline=baseline, periods=found)


def _baseline(term: TermGrades, course: Course, before: Period) -> GradeRange | None:
    first = first_given_on(course)
    known = [one for one in term.grades if before.has(one)]
    if term.origin == "event":
        stated = 0 if term.stated_baseline is None else term.stated_baseline
        # An event that had not begun was absent only where the list of events was called complete that far.
        absent = first is not None and course.events.complete_on(first)
        if term.stated_baseline is not None or (absent and not known):
            return GradeRange(stated, stated)
        return known[-1].grade if known else None
    if not known or (first is not None and (first - known[-1].on).days > BASELINE_MAX_AGE_DAYS):
        return None
    return worst_of([one for one in known if one.on == known[-1].on])


def _in_period(term: TermGrades, span: Period, baseline: GradeRange | None, known_on: date) -> InPeriod:
    inside = [one for one in term.grades if span.has(one)]
    earlier = [one for one in term.grades if span.after is not None and one.on <= span.after and not span.has(one)]
    carried = [one for one in earlier if one.lasts][-1:]
    shown = [*(one for one in carried if one.grade.most > 0), *inside]
    worst = worst_of(shown)
    if worst is None:
        return InPeriod(period=span.name, worst=None)
    telling = next(one for one in shown if one.grade.most == worst.most)
    if span.after is None:
        return InPeriod(period=span.name, worst=worst, telling=telling)
    back = GradeRange(RECOVERED_GRADE, RECOVERED_GRADE) if baseline is None else _milder_bound(baseline)
    had_to = _worse(worst, back)
    by = span.next_planned or span.until
    last = [one for one in shown if by is None or one.on <= by][-1:]
    still = _worse(last[0].grade, back) if last else None
    early = by is not None and known_on < by
    return InPeriod(
        period=span.name, worst=worst, telling=telling, emergent=_worse(worst, baseline), had_to_recover=had_to,
        recovered=None if had_to is False or still is None or (still and early) else not still,
        recovered_by=by if had_to is not False and span.number is not None else None,
    )  # fmt: skip


def _milder_bound(baseline: GradeRange) -> GradeRange:
    return GradeRange(max(RECOVERED_GRADE, baseline.least), max(RECOVERED_GRADE, baseline.most))


def _worse(grade: GradeRange | None, than: GradeRange | None) -> bool | None:
    if grade is None:
        return None
    if grade.most == 0:
        return False
    if than is None:
        return None
    if grade.least > than.most:
        return True
    return False if grade.most <= than.least else None


def _needs(row: TermByCycle) -> tuple[str, ...]:
    """Name what the worst of a period and the baseline leave open, not what every day does."""
    telling = [one.telling for one in row.periods if one.telling is not None]
    own = [need for one in telling for need in one.needs]
    if row.baseline is None and row.worst is not None and row.worst.most > 0:
        own.append(f"{row.term}: the grade before cycle 1, not older than {BASELINE_MAX_AGE_DAYS} days")
    return tuple(own)


def shift_table(toxicity: Toxicity) -> dict[tuple[GradeRange | None, GradeRange], tuple[TermByCycle, ...]]:
    """Return the terms by their grade before the first cycle and the worst since; None where it was not known."""
    found: dict[tuple[GradeRange | None, GradeRange], tuple[TermByCycle, ...]] = {}
    for row in toxicity.terms:
        if row.worst is not None:
            key = (row.baseline, row.worst)
            found[key] = (*found.get(key, ()), row)
    return found
