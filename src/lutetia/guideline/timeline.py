"""What was decided when, what did the book advise as known then, and do the two differ?

Pure: a function of the course, the day as known and the book. Each decision is looked at with the record of its own
day, without the decision itself and without the administration that followed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lutetia.course import Course, Cycle, day_of
from lutetia.course.decision import Decision
from lutetia.guideline.advice import Advice, advice_of
from lutetia.guideline.book import load
from lutetia.guideline.cycle_decision import RESTRICTION
from lutetia.guideline.evaluate import DEFAULT_BOOK, CycleQuestion, Selection, assess
from lutetia.guideline.logic import Question
from lutetia.guideline.timeline_events import PlainEvent, death_day, given_words, plain_events
from lutetia.guideline.verdict import Outcome
from lutetia.reference.nuclide import nuclide

_OUTCOMES = {
    "go": Outcome.GO, "treat": Outcome.GO, "reduce": Outcome.REDUCE, "postpone": Outcome.POSTPONE,
    "hold": Outcome.HOLD, "cancel": Outcome.CANCEL, "discontinue": Outcome.DISCONTINUE,
    "do-not-treat": Outcome.DISCONTINUE,
}  # fmt: skip
_GIVES = ("go", "reduce", "treat")
"""Decisions that belong to the day on which the cycle was given, not to a day of their own."""
_ACTIVITY_TOLERANCE = "activity_tolerance"


class Agreement(StrEnum):
    """How what people decided stands to what the book advised as known then."""

    FOLLOWED = "as advised"
    OTHER_ARM = "the other arm that the book leaves"
    PERSON = "left to a person by the book"
    STRICTER = "more restrictive than advised"
    LOOSER = "less restrictive than advised"
    OPEN = "not settled by the record as known then"
    NONE = "no decision is recorded"
    OUT_OF_SCOPE = "the book does not speak about it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision as recorded."""

    on: date
    outcome: str
    author: str
    reason: str = ""
    departs_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was given in a cycle; ``activity_gbq`` is None where no residual was read."""

    on: date
    activity_gbq: float | None
    prescribed_gbq: float | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPoint:
    """One decision that was due.

    Attributes
    ----------
    on : date
        The day of the decision; the record as known on it was used.
    question : str
        ``selection`` or ``cycle n``.
    planned : date
        The day that the question is about: for a cycle its planned day as it stood then.
    advice : Advice
        What the book advised.
    decided : tuple of Decided
        What people decided, the latest last.
    given : Given or None
        What was given on this day.
    agreement : Agreement
    differs : str
        In words where advice and decision differ, else empty.
    """

    on: date
    question: str
    planned: date
    advice: Advice
    decided: tuple[Decided, ...]
    given: Given | None
    agreement: Agreement
    differs: str = ""

    @property
    def reason(self) -> str:
        """The recorded reason of the latest decision that has one."""
        return next((one.reason for one in reversed(self.decided) if one.reason), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A course as a line of decisions, with what happened between them.

    Attributes
    ----------
    points, events : tuple
        Each in order of time.
    began : date or None
        The day of the first decision point; events before it are the history.
    last_contact : date or None
        The last day of which the record tells anything.
    died_on : str
        The day of death, if it is recorded.
    """

    course: str
    synthetic: bool
    book: str
    book_title: str
    known_on: date
    points: tuple[DecisionPoint, ...]
    events: tuple[PlainEvent, ...]
    began: date | None
    last_contact: date | None
    died_on: str = ""


def timeline(course: Course, *, known_on: date, book: str = DEFAULT_BOOK) -> Timeline:
    """Read a course as a line of decisions; :func:`lutetia.guideline.schedule.plan` takes the same and says what."""
    known = course.as_known(known_on)
    points = [_point(known, due, known_on=known_on, book=book) for due in _due(known, known_on)]
    points.sort(key=lambda point: (point.on, point.question != "selection", point.planned))
    told = {(one.on, one.outcome, one.author) for point in points for one in point.decided}
    others = [one for one in known.decisions if (day_of(one.on), one.outcome, one.author) not in told]
    events = plain_events(known, known_on=known_on, other_decisions=others)
    began = points[0].on if points else None
    last = max((event.on for event in events if event.kind != "plan"), default=None)
    return Timeline(
        course=known.id, synthetic=known.synthetic, book=book, book_title=load(book).title, known_on=known_on,
        points=tuple(points), events=events, began=began,
        last_contact=max((day for day in (last, *(point.on for point in points if point.given)) if day), default=None),
        died_on=death_day(known),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Due:
    """A decision that was due: on which day, about what, and what was decided."""

    on: date
    question: Question
    decisions: tuple[Decision, ...] = ()
    cycle: Cycle | None = None


def _due(course: Course, known_on: date) -> list[_Due]:
    selections = [one for one in course.decisions if one.cycle is None and _selects(one, course)]
    found = [_Due(day, Selection(day), tuple(ones)) for day, ones in _by_day(selections).items()]
    if not selections and course.cycles and course.cycles[0].planned <= known_on:
        day = min(course.cycles[0].planned, known_on)
        found.append(_Due(day, Selection(day)))
    ended = _ended_on(course)
    for cycle in course.cycles:
        found += _of_cycle(cycle, course, known_on, ended)
    return found


def _selects(decision: Decision, course: Course) -> bool:
    """Whether a decision without a cycle is one on treating him at all: also a stay before anything was given."""
    first = next((cycle.given_on for cycle in course.given_cycles), None)
    return decision.outcome in ("treat", "do-not-treat") or first is None or day_of(decision.on) <= first


def _of_cycle(cycle: Cycle, course: Course, known_on: date, ended: date | None) -> list[_Due]:
    decisions = [one for one in course.decisions if one.cycle == cycle.number]
    given = cycle.given_on
    apart = [one for one in decisions if one.outcome not in _GIVES and day_of(one.on) != given]
    joined = [one for one in decisions if one not in apart]
    found = [
        _Due(day, CycleQuestion(cycle.number, _planned_then(cycle, day, ones[-1].outcome)), tuple(ones), cycle)
        for day, ones in _by_day(apart).items()
    ]
    if given is not None:
        found.append(_Due(given, CycleQuestion(cycle.number, given), tuple(joined), cycle))
    elif joined or not decisions or apart[-1].outcome in ("postpone", "hold"):
        over = ended is not None and ended <= cycle.planned
        if not over:
            on = min(cycle.planned, known_on)
            if not any(one.on == on for one in found):
                found.append(_Due(on, CycleQuestion(cycle.number, max(on, cycle.planned)), tuple(joined), cycle))
    return found


def _planned_then(cycle: Cycle, day: date, outcome: str) -> date:
    """Return the planned day as it stood when something was decided, and never a day that has gone."""
    first = cycle.originally_planned or cycle.planned
    if outcome == "postpone" or day <= first:  # who postpones decides on the day that is left
        return max(day, first)
    return max(day, cycle.planned)


def _ended_on(course: Course) -> date | None:
    """Return the day from which no cycle was to be given any more."""
    stopped = [day_of(one.on) for one in course.decisions if one.outcome in ("discontinue", "do-not-treat")]
    resumed = [day_of(one.on) for one in course.decisions if one.outcome in _GIVES]
    days = [day for day in stopped if not any(later > day for later in resumed)]
    if died := death_day(course):
        days.append(date.fromisoformat(died))
    return min(days, default=None)


def _by_day(decisions: list[Decision]) -> dict[date, list[Decision]]:
    days: dict[date, list[Decision]] = {}
    for one in sorted(decisions, key=lambda one: day_of(one.on)):
        days.setdefault(day_of(one.on), []).append(one)
    return days


def _point(course: Course, due: _Due, *, known_on: date, book: str) -> DecisionPoint:
    then = before_deciding(course, due.on, due.decisions, due.cycle)
    assessment = assess(then, due.question, known_on=due.on, book=book)
    advice = advice_of(assessment)
    given = _given(due.cycle, due.on)
    decided = tuple(
        Decided(on=day_of(one.on), outcome=one.outcome, author=one.author, reason=one.reason or "",
                departs_from=one.departs_from)
        for one in due.decisions
    )  # fmt: skip
    agreement, differs = _compared(advice, decided, given, _tolerance(book, due.question.on))
    return DecisionPoint(
        on=due.on, question=str(due.question), planned=due.question.on, advice=advice, decided=decided, given=given,
        agreement=agreement, differs=differs,
    )  # fmt: skip


def before_deciding(course: Course, on: date, decisions: tuple[Decision, ...], cycle: Cycle | None) -> Course:
    """Return the record of a day as it was before a decision was taken and carried out on it.

    What was decided earlier on the same cycle is left out too: it is what is decided anew.
    """
    known = course.as_known(on)
    kept = tuple(
        one for one in known.decisions if one not in decisions and (cycle is None or one.cycle != cycle.number)
    )
    cycles = tuple(
        one.model_copy(update={"administration": None, "scans": (), "doses": ()})
        if cycle is not None and one.number == cycle.number
        else one
        for one in known.cycles
    )
    return known.model_copy(update={"decisions": kept, "cycles": cycles})


def _given(cycle: Cycle | None, on: date) -> Given | None:
    if cycle is None or cycle.administration is None or cycle.given_on != on:
        return None
    lu177 = nuclide("Lu-177")
    known = cycle.administration.reported is not None or cycle.read_agent.nuclide == lu177.name
    mbq = cycle.administration.given_mbq(lu177.half_life_h) if known else None
    prescribed = None if cycle.prescription is None else cycle.prescription.activity.to("GBq")
    return Given(
        on=on, activity_gbq=None if mbq is None else round(mbq / 1000, 3), prescribed_gbq=prescribed,
        words=given_words(cycle),
    )  # fmt: skip


def _tolerance(book: str, on: date) -> float | None:
    """Return which part an activity may depart by and count as the same, where the book has such a number."""
    limits = load(book).edition(on).limits
    return limits[_ACTIVITY_TOLERANCE].value if _ACTIVITY_TOLERANCE in limits else None


def _compared(
    advice: Advice, decided: tuple[Decided, ...], given: Given | None, tolerance: float | None
) -> tuple[Agreement, str]:
    if not advice.in_scope:
        return Agreement.OUT_OF_SCOPE, ""
    if not decided and given is None:
        return Agreement.NONE, ""
    taken = _OUTCOMES[decided[-1].outcome] if decided else Outcome.GO
    word = decided[-1].outcome if decided else "given"
    agreement = _agreement(advice, taken)
    differs = f"{word}, where the book advised {advice.headline}" if agreement in _DIFFERENT else ""
    told = _activity_differs(advice, given, tolerance)
    if told and agreement in (Agreement.FOLLOWED, Agreement.OTHER_ARM):
        assert given is not None
        assert given.activity_gbq is not None
        assert advice.activity_gbq is not None
        agreement = Agreement.LOOSER if given.activity_gbq > advice.activity_gbq else Agreement.STRICTER
    return agreement, "; ".join(part for part in (differs, told) if part)


_DIFFERENT = (Agreement.STRICTER, Agreement.LOOSER)


def _agreement(advice: Advice, taken: Outcome) -> Agreement:
    outcome = advice.reads_as
    if taken is outcome:
        return Agreement.FOLLOWED
    if taken in advice.alternatives:
        return Agreement.OTHER_ARM
    floor = outcome if advice.at_most is None else advice.at_most
    if outcome is Outcome.UNDETERMINED and RESTRICTION[taken] >= RESTRICTION[floor]:
        return Agreement.OPEN if advice.decides else Agreement.PERSON
    return Agreement.LOOSER if RESTRICTION[taken] < RESTRICTION[floor] else Agreement.STRICTER


def _activity_differs(advice: Advice, given: Given | None, tolerance: float | None) -> str:
    if given is None or given.activity_gbq is None or advice.activity_gbq is None or tolerance is None:
        return ""
    if abs(given.activity_gbq - advice.activity_gbq) <= tolerance * advice.activity_gbq:
        return ""
    return f"{given.activity_gbq:.2f} GBq given, where {advice.activity_gbq:.2f} GBq was advised"
