"""From a course's folder to the guideline's answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lutetia.course import Course
from lutetia.guideline import DEFAULT_BOOK, Question, assess, next_question, read_question
from lutetia.guideline.verdict import Assessment
from lutetia.provenance import RunRecord
from lutetia.workflow.opened import open_all, record_json


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessOutcome:
    """The answers, and what has to be known about how they came about."""

    assessments: tuple[Assessment, ...]
    record: RunRecord
    notes: tuple[str, ...]

    def record_json(self) -> dict[str, Any]:
        """Return the run record as plain values."""
        return record_json(self.record)


def assess_folder(
    course_path: Path,
    *,
    site_path: Path | None,
    known_on: date,
    question: str | None,
    book: str = DEFAULT_BOOK,
) -> AssessOutcome:
    """Answer the question that is due about a course, or the one asked.

    Parameters
    ----------
    course_path, site_path : Path
        See :func:`lutetia.workflow.opened.open_all`.
    known_on : date
        The record as known on this day is used.
    question : str or None
        ``selection`` or ``cycle N``; else see :func:`answers`.
    book : str

    Raises
    ------
    lutetia.errors.InputError
        If a file cannot be read, or question or book are not known.
    """
    opened = open_all(course_path, site_path)
    assessments = answers(opened.course, known_on=known_on, question=question, book=book)
    parameters = {"known_on": known_on.isoformat(), "question": question or "what is due", "book": book}
    return AssessOutcome(
        assessments=assessments, record=opened.record("assess", parameters=parameters), notes=opened.notes
    )


def answers(
    course: Course, *, known_on: date, question: str | None, book: str = DEFAULT_BOOK
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
    """
    known = course.as_known(known_on)
    if question is not None:
        day = known_on if question.strip().lower() == "selection" else None
        asked: tuple[Question, ...] = (read_question(question, known, on=day),)
    else:
        due = next_question(known, known_on)
        first = due.kind == "cycle" and not known.given_cycles
        asked = (due, read_question("selection", known, on=known_on)) if first else (due,)
    return tuple(assess(course, one, known_on=known_on, book=book) for one in asked)
