"""Which grades did a man have, term by term and day by day, by one version of CTCAE?

From results with the laboratory's limits and the value before the first cycle, from weights, from answers about
symptoms, and from adverse events as people graded them. A limit that did not come with a result is not made up: the
grade stays a range, and what would settle it is named. Grades of different versions are never compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final, Literal, NamedTuple

from lutetia.course import Course, Fact
from lutetia.course.event import AdverseEvent
from lutetia.course.fact import time_order
from lutetia.criteria.ctcae import VERSION, GradeRange, SymptomTerm, Term, grade_answers, grade_term, table
from lutetia.criteria.ctcae_table import Answered, Reference
from lutetia.criteria.interval import Interval
from lutetia.criteria.renal_trajectory import Estimate
from lutetia.errors import RefusedError
from lutetia.vocabulary import ITEMS, laboratory

Origin = Literal["result", "answers", "event"]

BASELINE_MAX_AGE_DAYS: Final = 28
"""How old a value before the first cycle may be on its day; for a reference the guideline's book says the same."""


class MixedVersionsError(RefusedError):
    """Grades of different versions of CTCAE were to be compared."""

    def __init__(self, found: Iterable[str]) -> None:
        self.versions = tuple(sorted(set(found)))
        super().__init__(
            "CTCAE grades",
            f"versions {' and '.join(self.versions)} stand side by side",
            "grade all by one version, or look at each version alone",
            "their limits differ, so that a grade of one says nothing about a grade of the other",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeOnDay:
    """The grade of one term on one day.

    Attributes
    ----------
    grade : GradeRange
    shown : str
        The result, the answers or the event in words.
    needs : tuple of str
        What would settle the grade; empty where it is settled.
    lasts : bool
        Whether it holds until the next change (an event), or on its day alone (a result).
    begins : bool
        Whether an event begins on that day or gets worse.
    """

    term: str
    version: str
    on: date
    grade: GradeRange
    shown: str
    needs: tuple[str, ...] = ()
    lasts: bool = False
    begins: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TermGrades:
    """All grades of one term, oldest first.

    Attributes
    ----------
    origin : {"result", "answers", "event"}
    item : str
        The item of the vocabulary that was graded; for answers the first of them, for events empty.
    stated_baseline : int or None
        For an event: its grade before the first cycle as recorded.
    """

    term: str
    origin: Origin
    item: str
    grades: tuple[GradeOnDay, ...]
    stated_baseline: int | None = None


def worst_of(grades: Sequence[GradeOnDay]) -> GradeRange | None:
    """Return the worst grade among some, as a range; None of none.

    Raises
    ------
    MixedVersionsError
        If they are of different versions of CTCAE.
    """
    if len({one.version for one in grades}) > 1:
        raise MixedVersionsError(one.version for one in grades)
    if not grades:
        return None
    return GradeRange(max(one.grade.least for one in grades), max(one.grade.most for one in grades))


def first_given_on(course: Course) -> date | None:
    """Return the day of the first administration of the course."""
    return next((cycle.given_on for cycle in course.given_cycles), None)


def baseline_fact(course: Course, facts: Sequence[Fact]) -> Fact | None:
    """Return the last of an item's facts before the first cycle that is not too old; without a cycle, the last.

    What was sampled on the day of the first administration counts to the time before it.
    """
    given = first_given_on(course)
    if given is None:
        return facts[-1] if facts else None
    before = [fact for fact in facts if fact.day <= given]
    return before[-1] if before and (given - before[-1].day).days <= BASELINE_MAX_AGE_DAYS else None


def graded_terms(course: Course, *, version: str = VERSION, estimate: Estimate | None = None) -> tuple[TermGrades, ...]:
    """Return every term of CTCAE that the record can grade.

    Parameters
    ----------
    course : Course
        As known on a day.
    version : str
        Events graded by another version are left out: see :func:`events_of_other_versions`.
    estimate : Estimate, optional
        Makes a GFR of a creatinine; without it chronic kidney disease is graded from the GFR that was reported.

    Raises
    ------
    VersionNotOfferedError
        If there is no table of the version here.
    """
    rows = table(version)
    found = [_of_results(course, term, version, estimate) for term in rows.terms]
    found += [_of_answers(course, term, version) for term in rows.symptoms]
    found += _of_events(course, version)
    return tuple(one for one in found if one.grades)


def events_of_other_versions(course: Course, *, version: str = VERSION) -> tuple[AdverseEvent, ...]:
    """Return the adverse events that were graded by another version; they are shown apart and never compared."""
    return tuple(event for event in course.events.entries if event.ctcae != version)


def abnormal_baselines(course: Course, *, version: str = VERSION) -> tuple[tuple[str, Fact], ...]:
    """Return the terms whose value before the first cycle was abnormal already, so that later ones count from it."""
    found = ((term, baseline_fact(course, course.facts_of(term.item))) for term in table(version).terms)
    return tuple(
        (term.name, fact)
        for term, fact in found
        if term.abnormal_baseline and fact is not None and fact.upper_limit is not None
        and fact.quantity > fact.upper_limit
    )  # fmt: skip


class _Graded(NamedTuple):
    """What is graded of a fact: a value in the term's unit with its limits of normal, and how it reads."""

    value: Interval
    lower: float | None
    upper: float | None
    shown: str


def _of_results(course: Course, term: Term, version: str, estimate: Estimate | None) -> TermGrades:
    if term.item != laboratory.egfr.id or estimate is None:
        facts = course.facts_of(term.item)
        reference = baseline_fact(course, facts)
        rows = [_result(term, version, fact, reference, _as_measured(fact)) for fact in facts]
        return TermGrades(term=term.name, origin="result", item=term.item, grades=tuple(rows))
    facts = course.facts_of(laboratory.creatinine)
    # The laboratory gives a limit of normal, if at all, with the GFR that it calculates itself.
    limits = {fact.day: fact.lower_limit for fact in course.facts_of(laboratory.egfr)}
    values = [(fact, estimate(fact)) for fact in facts]
    rows = [
        _result(term, version, fact, None, _Graded(value, limits.get(fact.day), None, _estimated(value, fact)))
        for fact, value in values
        if value is not None
    ]
    return TermGrades(term=term.name, origin="result", item=term.item, grades=tuple(rows))


def _as_measured(fact: Fact) -> _Graded:
    value = Interval.result(fact.quantity, fact.comparator)
    return _Graded(value, fact.lower_limit, fact.upper_limit, fact.shown())


def _estimated(value: Interval, fact: Fact) -> str:
    sign, number = (">", value.low) if value.low_open else ("<", value.high) if value.high_open else ("", value.low)
    return f"{sign}{number:.0f} {laboratory.egfr.unit} from creatinine {fact.shown()}"


def _result(term: Term, version: str, fact: Fact, reference: Fact | None, what: _Graded) -> GradeOnDay:
    # What was measured before the therapy is compared with itself: a baseline is not worse than itself.
    compared = fact if reference is not None and time_order(fact) <= time_order(reference) else reference
    baseline = None if compared is None or compared.comparator is not None else compared.quantity
    found = grade_term(
        term,
        what.value,
        lower=what.lower,
        upper=what.upper,
        baseline=baseline,
        baseline_upper=None if compared is None else compared.upper_limit,
        computed_only=True,
    )
    needs = () if found.settled else tuple(_needs(term, fact, compared, what))
    return GradeOnDay(term=term.name, version=version, on=fact.day, grade=found, shown=what.shown, needs=needs)


def _needs(term: Term, fact: Fact, reference: Fact | None, what: _Graded) -> Iterable[str]:
    name = ITEMS[term.item].asks.partition(",")[0].rstrip("?")
    limits: tuple[tuple[Reference, float | None], ...] = (("lower", what.lower), ("upper", what.upper))
    for side, limit in limits:
        if term.refers_to(side) and limit is None:
            yield f"the {side} limit of normal that the laboratory gives with {name} of {fact.day}"
    if term.refers_to("baseline") and (reference is None or reference.comparator is not None):
        yield f"an exact value of {name} before cycle 1, not older than {BASELINE_MAX_AGE_DAYS} days"
    elif term.abnormal_baseline and reference is not None and reference.upper_limit is None:
        yield f"the upper limit of normal that the laboratory gave with {name} of {reference.day}"
    if fact.comparator is not None:
        yield f"{name} of {fact.day} as a number, not as {fact.shown()}"
    yield from term.open.values()


def _of_answers(course: Course, term: SymptomTerm, version: str) -> TermGrades:
    facts = sorted((fact for item in term.asks for fact in course.facts_of(item)), key=time_order)
    grades = []
    for day, of_day in groupby(facts, key=_day):
        said = {fact.item: fact for fact in of_day}
        given: dict[str, Answered] = {item: _answer(fact) for item, fact in said.items()}
        found = grade_answers(term, given)
        asked = [item for item in term.asks if item not in given and item not in term.not_needed]
        missing = tuple(f"{ITEMS[item].asks.rstrip('?')}, on {day}" for item in asked)
        contradiction = f"which of the answers about {term.name} of {day} is right: they contradict each other"
        needs = () if found.settled else missing or (contradiction,)
        shown = "; ".join(fact.shown() for fact in said.values())
        grades.append(
            GradeOnDay(term=term.name, version=version, on=day, grade=found, shown=shown, needs=needs)
        )  # fmt: skip
    return TermGrades(term=term.name, origin="answers", item=term.asks[0], grades=tuple(grades))


def _day(fact: Fact) -> date:
    return fact.day


def _answer(fact: Fact) -> Answered:
    return fact.quantity if fact.definition.kind == "quantity" else str(fact.value)


def _of_events(course: Course, version: str) -> list[TermGrades]:
    events = sorted(
        (event for event in course.events.entries if event.ctcae == version), key=lambda event: event.term.casefold()
    )
    found = []
    for _, same in groupby(events, key=lambda event: event.term.casefold()):
        group = sorted(same, key=lambda event: event.onset)
        found.append(
            TermGrades(
                term=group[0].term, origin="event", item="", grades=tuple(_changes(group)),
                stated_baseline=group[0].baseline_grade,
            )
        )  # fmt: skip
    return found


def _changes(group: Sequence[AdverseEvent]) -> Iterable[GradeOnDay]:
    """Return the grade on every day on which it was stated; of two events of one name at a time the worse."""
    before = group[0].baseline_grade or 0  # where it is not known, an event begins with its first grade
    for day in sorted({graded.on for event in group for graded in event.grades}):
        known = ([graded.grade for graded in event.grades if graded.on <= day] for event in group)
        worst = max(grades[-1] for grades in known if grades)
        yield GradeOnDay(
            term=group[0].term, version=group[0].ctcae, on=day, grade=GradeRange(worst, worst), lasts=True,
            shown=f"{group[0].term}, as graded" if worst else "over", begins=worst > before,
        )  # fmt: skip
        before = worst
