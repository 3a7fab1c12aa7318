"""How is a course shown as a line of decisions? As a page, the same in a terminal, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from pydantic import TypeAdapter

from lutetia.course import Course
from lutetia.guideline.advice import Because
from lutetia.guideline.timeline import Agreement, Decided, DecisionPoint, Given, Timeline
from lutetia.guideline.timeline_events import PlainEvent
from lutetia.guideline.verdict import Ask
from lutetia.report import words
from lutetia.report.course_page import FOOT, course_page
from lutetia.report.document import Block, Document, Figure, KeyFacts, Paragraph, Section
from lutetia.vocabulary import ITEMS

FORMAT: Final = "lutetia-timeline/1"
HISTORY: Final = "treatment"
"""The kind of event that is told of the time before the first decision; results of that time are in the record."""
_KNOWN_FOR_IT: Final = ("laboratory", "condition", "imaging", "consent")

_READ: Final = (
    "Each decision is looked at with the record as known on its day, without the decision itself and without the "
    "administration that followed it."
)


def timeline_document(line: Timeline, course: Course | None = None) -> Document:
    """Return a page that holds the timeline.

    Parameters
    ----------
    line : Timeline
    course : Course, optional
        The record, from which results are drawn over time; without it the page has no figure.
    """
    blocks = (*_figure(line, course), *_before(line), _decisions(line), _end(line))
    return course_page(line.course, "timeline", line.known_on, blocks, synthetic=line.synthetic)


def _figure(line: Timeline, course: Course | None) -> tuple[Section, ...]:
    if course is None:
        return ()
    from lutetia.report.figures.timeline import draw_timeline
    from lutetia.report.history import history_of

    until = min(line.known_on, line.last_contact or line.known_on)
    history = history_of(course.as_known(line.known_on), until)
    if not history.series and not history.cycles:
        return ()
    figure = Figure(
        name="timeline",
        svg=draw_timeline(history),
        caption="Course over time. Solid upright lines: cycles given; dotted: planned; dashed: the day as known, or "
        "the last follow-up where that was earlier. Dots: results, scans; flags: adverse events with worst grade.",
        alt="Results over time with the cycles; every result is in the timeline below.",
    )
    return (Section(id="course", title="Course", blocks=(figure,)),)


def _before(line: Timeline) -> tuple[Section, ...]:
    if line.began is None:
        return ()
    rows = tuple(_row(event) for event in line.events if event.on < line.began and event.kind == HISTORY)
    return (Section(id="before", title="Before", blocks=(KeyFacts(rows=rows),)),) if rows else ()


def _decisions(line: Timeline) -> Section:
    told = [event for event in line.events if _is_told(event, line)]
    blocks: list[Block] = []
    for number, point in enumerate(line.points):
        came = [event for event in told if _leads_to(event, point)]
        told = [event for event in told if not _leads_to(event, point)]
        blocks += [*_events(came), _point(point, number)]
    if not line.points:
        blocks = [Paragraph(text="The record holds neither a decision nor a cycle.")]
    return Section(id="timeline", title="Decisions and what came between", blocks=(*blocks, *_events(told)))


def _leads_to(event: PlainEvent, point: DecisionPoint) -> bool:
    """Whether something is told before a decision: all of earlier days, and of its own what was known for it."""
    return event.on < point.on or (event.on == point.on and event.kind in _KNOWN_FOR_IT)


def _is_told(event: PlainEvent, line: Timeline) -> bool:
    return line.began is None or event.on >= line.began or event.kind != HISTORY


def _events(events: Iterable[PlainEvent]) -> tuple[KeyFacts, ...]:
    rows = tuple(_row(event) for event in events)
    return (KeyFacts(rows=rows),) if rows else ()


def _row(event: PlainEvent) -> tuple[str, str]:
    length = {"year": 4, "month": 7}.get(event.dates_known_to, 10)
    return event.on.isoformat()[:length], _line(event.text)


def _point(point: DecisionPoint, number: int) -> Section:
    planned = "" if point.planned == point.on else f", planned {point.planned.isoformat()}"
    title = f"{point.on.isoformat()}  {point.question.capitalize()}{planned}"
    rows = [("the book", _line(point.advice.headline))]
    rows += _because("because", point.advice.because)
    rows += _because("also holds", point.advice.cautions)
    rows += _because("missing", point.advice.required)
    rows += _because("also advised", point.advice.advises)
    rows += [("would decide", _asked(point.advice.decides))] if point.advice.decides else []
    rows += [("not known", _asked(point.advice.unknown))] if point.advice.unknown else []
    rows += [("decided", _decided(one, point)) for one in point.decided]
    rows += [("given", _given(point.given))] if point.given else []
    rows += _compared(point)
    return Section(id=f"decision-{number + 1}", title=title, blocks=(KeyFacts(rows=tuple(rows)),))


def _because(label: str, told: tuple[Because, ...]) -> list[tuple[str, str]]:
    return [("" if number else label, f"{one.id}: {_line(one.text)}") for number, one in enumerate(told)]


def _asked(asks: tuple[Ask, ...]) -> str:
    """Name the items of the vocabulary, and put the question for every other part of the record."""
    named = (words.item(ask.item) if ask.item in ITEMS else _line(ask.question) for ask in asks)
    return "; ".join(dict.fromkeys(named))


def _decided(one: Decided, point: DecisionPoint) -> str:
    on = "" if one.on == point.on else f" on {one.on.isoformat()}"
    departs = f" [departs from {', '.join(one.departs_from)}]" if one.departs_from else ""
    return f"{one.outcome}{on}, {one.author}" + (f": {_line(one.reason)}" if one.reason else "") + departs


def _given(given: Given) -> str:
    activity = "activity not known" if given.activity_gbq is None else f"{given.activity_gbq:.2f} GBq"
    prescribed = "" if given.prescribed_gbq is None else f" of {given.prescribed_gbq:g} GBq prescribed"
    return words.nuclide(f"{activity}{prescribed}, {given.words}")


def _compared(point: DecisionPoint) -> list[tuple[str, str]]:
    text = point.agreement.value
    if point.differs:
        text = f"{text} ({_line(point.differs)})"
        text += "" if point.reason else "; no reason is recorded"
    mark = "≠" if point.agreement in (Agreement.LOOSER, Agreement.STRICTER) else "="
    return [("compared", f"{mark} {text}")]


def _end(line: Timeline) -> Section:
    day = "–" if line.last_contact is None else line.last_contact.isoformat()
    rows = [("died", line.died_on)] if line.died_on else [("last follow-up", day)]
    rows += [("read by", line.book_title), ("how", _READ)]
    return Section(id="end", title="End", blocks=(KeyFacts(rows=tuple(rows)),))


def _line(text: str) -> str:
    return " ".join(words.prose(text).split())


_TIMELINE: Final = TypeAdapter(Timeline)


def timeline_json(line: Timeline) -> dict[str, Any]:
    """Return the whole timeline as plain values; the form is described in ``docs/timeline.md``."""
    return {"format": FORMAT, "notice": FOOT, **_TIMELINE.dump_python(line, mode="json")}
