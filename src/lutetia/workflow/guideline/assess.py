"""From a course's folder to the guideline's answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from lutetia.course import Course
from lutetia.guideline import DEFAULT_BOOK, Question, assess, next_question, read_question
from lutetia.guideline.book_comparison import Comparison
from lutetia.guideline.protocol import Protocol
from lutetia.guideline.verdict import Assessment
from lutetia.guideline.way_out import what_would_change
from lutetia.guideline.what_if import WhatIf, read_supposition, what_if
from lutetia.workflow.guideline.comparison import comparisons, jurisdiction_of
from lutetia.workflow.guideline.consulted import Outcome, consult
from lutetia.workflow.guideline.hypothetical import WaysOut

DUE: Final = "what is due"
"""How a run records that no question was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessOutcome(Outcome):
    """The answers, and what has to be known about how they came about.

    ``what_ifs`` and ``ways_out`` hold one for each assessment, where they were asked for; ``comparisons`` hold what all
    sources say, one for each question, in place of the assessments.
    """

    assessments: tuple[Assessment, ...] = ()
    what_ifs: tuple[WhatIf, ...] = ()
    ways_out: tuple[WaysOut, ...] = ()
    comparisons: tuple[Comparison, ...] = ()


def assess_folder(
    course_path: Path,
    *,
    site_path: Path | None,
    known_on: date,
    question: str | None,
    book: str = DEFAULT_BOOK,
    protocol_path: Path | None = None,
    suppose: tuple[str, ...] = (),
    would_change: bool = False,
) -> AssessOutcome:
    """Answer the question that is due about a course, or the one asked.

    Parameters
    ----------
    course_path, site_path : Path
        See :func:`lutetia.workflow.record.opened.open_all`.
    known_on : date
        The record as known on this day is used.
    question : str or None
        ``selection`` or ``cycle N``; else see :func:`answers`.
    book : str
    protocol_path : Path, optional
        A local protocol instead of the site's.
    suppose : tuple of str
        Facts to suppose, see :func:`lutetia.guideline.what_if.read_supposition`; nothing is written to the record.
    would_change : bool
        Whether to look for what would change each answer.

    Raises
    ------
    lutetia.errors.InputError
        If a file cannot be read, or question or book are not known, or what is supposed could not be recorded.
    """
    consulted = consult(course_path, site_path, known_on=known_on, book=book, protocol_path=protocol_path)
    course = consulted.course
    suppositions = tuple(read_supposition(text, known_on=known_on) for text in suppose)
    asked = questions(course, known_on=known_on, question=question)
    sources: dict[str, Any] = {"known_on": known_on, "book": book, "protocol": consulted.protocol}
    supposed = {"what_if": "; ".join(one.written for one in suppositions)} if suppose else {}
    return AssessOutcome(
        assessments=tuple(assess(course, one, **sources) for one in asked),
        record=consulted.record("assess", {"question": question or DUE, "book": book, **supposed}),
        notes=consulted.notes,
        what_ifs=tuple(what_if(course, one, suppositions, **sources) for one in asked) if suppose else (),
        ways_out=tuple(
            WaysOut(question=str(one), on=one.on.isoformat(), ways=what_would_change(course, one, **sources))
            for one in asked
        )
        if would_change
        else (),
    )


def compare_folder(
    course_path: Path,
    *,
    site_path: Path | None,
    known_on: date,
    question: str | None,
    among: tuple[str, ...] = (),
    jurisdiction: str | None = None,
    protocol_path: Path | None = None,
) -> AssessOutcome:
    """Lay side by side what every book says about the question that is due, or the one asked.

    Parameters
    ----------
    course_path, site_path : Path
        See :func:`lutetia.workflow.record.opened.open_all`.
    known_on : date
        The record as known on this day is used.
    question : str or None
        ``selection`` or ``cycle N``; else see :func:`answers`.
    among : tuple of str
        Names of books; all where there is none.
    jurisdiction : str, optional
        ISO code of the country whose label is compared; else the site's; without either all labels are.
    protocol_path : Path, optional
        A local protocol instead of the site's; it stands beside its source wherever it departs from it.

    Raises
    ------
    lutetia.errors.InputError
        If a file cannot be read, or question, book or jurisdiction are not known.
    """
    consulted = consult(course_path, site_path, known_on=known_on, book=None, protocol_path=protocol_path)
    place = jurisdiction_of(jurisdiction, consulted.opened.site)
    asked = questions(consulted.course, known_on=known_on, question=question)
    found = comparisons(
        consulted.course, asked, known_on=known_on, jurisdiction=place, among=among, protocol=consulted.protocol
    )
    books = ", ".join(dict.fromkeys(source.book for one in found for source in one.sources if source.book))
    record = consulted.record(
        "assess --compare", {"question": question or DUE, "jurisdiction": place or "not stated", "books": books}
    )
    return AssessOutcome(record=record, notes=consulted.notes, comparisons=found)


def answers(
    course: Course,
    *,
    known_on: date,
    question: str | None,
    book: str = DEFAULT_BOOK,
    protocol: Protocol | None = None,
) -> tuple[Assessment, ...]:
    """Answer what is due: the next cycle that was not given, and selection as long as none was.

    Parameters
    ----------
    course : Course
        The whole record; what was not known on ``known_on`` is hidden here.
    known_on : date
    question : str or None
        Asked instead of what is due.
    book : str
    protocol : Protocol, optional
        A local protocol, laid over the book.
    """
    asked = questions(course, known_on=known_on, question=question)
    return tuple(assess(course, one, known_on=known_on, book=book, protocol=protocol) for one in asked)


def questions(course: Course, *, known_on: date, question: str | None) -> tuple[Question, ...]:
    """Return the question asked, or what is due; see :func:`answers`."""
    known = course.as_known(known_on)
    if question is not None:
        day = known_on if question.strip().lower() == "selection" else None
        return (read_question(question, known, on=day),)
    due = next_question(known, known_on)
    first = due.kind == "cycle" and not known.given_cycles
    return (due, read_question("selection", known, on=known_on)) if first else (due,)
