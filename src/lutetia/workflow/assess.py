"""From a course's folder to the guideline's answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lutetia.course import Course
from lutetia.guideline import DEFAULT_BOOK, Question, assess, next_question, read_question
from lutetia.guideline.book_comparison import Comparison
from lutetia.guideline.protocol import Protocol
from lutetia.guideline.verdict import Assessment
from lutetia.guideline.way_out import what_would_change
from lutetia.guideline.what_if import WhatIf, read_supposition, what_if
from lutetia.provenance import RunRecord
from lutetia.site.folder import PROTOCOL
from lutetia.workflow.book_comparison import WITHOUT_PROTOCOL, comparisons, jurisdiction_of
from lutetia.workflow.folder import find_site
from lutetia.workflow.hypothetical import WaysOut
from lutetia.workflow.opened import open_all, record_json
from lutetia.workflow.protocol import protocol_for


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessOutcome:
    """The answers, and what has to be known about how they came about.

    ``what_ifs`` and ``ways_out`` hold one for each assessment, where they were asked for; ``comparisons`` hold what all
    sources say, one for each question, in place of the assessments.
    """

    assessments: tuple[Assessment, ...]
    record: RunRecord
    notes: tuple[str, ...]
    what_ifs: tuple[WhatIf, ...] = ()
    ways_out: tuple[WaysOut, ...] = ()
    comparisons: tuple[Comparison, ...] = ()

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
    protocol_path: Path | None = None,
    suppose: tuple[str, ...] = (),
    would_change: bool = False,
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
    opened = open_all(course_path, site_path)
    today = max(known_on, opened.started_at.date())
    protocol, remarks = protocol_for(course_path, site_path, protocol_path, book=book, today=today)
    suppositions = tuple(read_supposition(text, known_on=known_on) for text in suppose)
    asked = questions(opened.course, known_on=known_on, question=question)
    sources: dict[str, Any] = {"known_on": known_on, "book": book, "protocol": protocol}
    parameters = {"known_on": known_on.isoformat(), "question": question or "what is due", "book": book}
    if suppose:
        parameters["what_if"] = "; ".join(one.written for one in suppositions)
    return AssessOutcome(
        assessments=tuple(assess(opened.course, one, **sources) for one in asked),
        record=opened.record("assess", parameters=parameters, inputs=protocol_input(protocol)),
        notes=(*opened.notes_on(known_on), *remarks),
        what_ifs=tuple(what_if(opened.course, one, suppositions, **sources) for one in asked) if suppose else (),
        ways_out=tuple(
            WaysOut(question=str(one), on=one.on.isoformat(), ways=what_would_change(opened.course, one, **sources))
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
) -> AssessOutcome:
    """Lay side by side what every book says about the question that is due, or the one asked.

    Parameters
    ----------
    course_path, site_path : Path
        See :func:`lutetia.workflow.opened.open_all`.
    known_on : date
        The record as known on this day is used.
    question : str or None
        ``selection`` or ``cycle N``; else see :func:`answers`.
    among : tuple of str
        Names of books; all where there is none.
    jurisdiction : str, optional
        ISO code of the country whose label is compared; else the site's; without either all labels are.

    Raises
    ------
    lutetia.errors.InputError
        If a file cannot be read, or question, book or jurisdiction are not known.
    """
    opened = open_all(course_path, site_path)
    place = jurisdiction_of(jurisdiction, opened.site)
    asked = questions(opened.course, known_on=known_on, question=question)
    found = comparisons(opened.course, asked, known_on=known_on, jurisdiction=place, among=among)
    local = find_site(opened.folder, site_path)
    parameters = {
        "known_on": known_on.isoformat(), "question": question or "what is due", "jurisdiction": place or "not stated",
        "books": ", ".join(dict.fromkeys(source.book for one in found for source in one.sources if source.book)),
    }  # fmt: skip
    return AssessOutcome(
        assessments=(),
        record=opened.record("assess --compare", parameters=parameters),
        notes=(*opened.notes_on(known_on), *((WITHOUT_PROTOCOL,) if local and (local / PROTOCOL).is_file() else ())),
        comparisons=found,
    )


def protocol_input(protocol: Protocol | None) -> dict[str, str]:
    """Return the hash of the local protocol that was used, by the name of its file."""
    return {} if protocol is None else {f"protocol/{protocol.file}": protocol.sha256}


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
