"""From a course's folder to its timeline of decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lutetia.course import Course
from lutetia.guideline import DEFAULT_BOOK
from lutetia.guideline.timeline import Timeline, timeline
from lutetia.provenance import RunRecord
from lutetia.workflow.opened import open_all, record_json
from lutetia.workflow.protocol import protocol_for


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineOutcome:
    """The timeline, the record it was read from, and what has to be known about how it came about."""

    timeline: Timeline
    course: Course
    record: RunRecord
    notes: tuple[str, ...]

    def record_json(self) -> dict[str, Any]:
        """Return the run record as plain values."""
        return record_json(self.record)


def timeline_folder(
    course_path: Path, *, site_path: Path | None, known_on: date, book: str = DEFAULT_BOOK
) -> TimelineOutcome:
    """Read a course as a line of decisions.

    Parameters
    ----------
    course_path, site_path : Path
        See :func:`lutetia.workflow.opened.open_all`.
    known_on : date
        The record as known on this day is used.
    book : str

    Raises
    ------
    lutetia.errors.InputError
        If a file cannot be read, or there is no such book.
    """
    opened = open_all(course_path, site_path)
    found = timeline(opened.course, known_on=known_on, book=book)
    today = max(known_on, opened.started_at.date())
    protocol, remarks = protocol_for(course_path, site_path, None, book=book, today=today)
    if protocol is not None:
        without = "The site's local protocol is not laid over the timeline, which uses the book's own numbers."
        remarks = (*remarks, without)
    parameters = {"known_on": known_on.isoformat(), "book": book}
    return TimelineOutcome(
        timeline=found, course=opened.course, record=opened.record("timeline", parameters=parameters),
        notes=(*opened.notes_on(known_on), *remarks),
    )  # fmt: skip
