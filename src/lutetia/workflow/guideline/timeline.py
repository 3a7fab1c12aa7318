"""From a course's folder to its timeline of decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from lutetia.course import Course
from lutetia.guideline import DEFAULT_BOOK
from lutetia.guideline.timeline import Timeline, timeline
from lutetia.workflow.guideline.consulted import Outcome, consult

_WITHOUT_PROTOCOL: Final = "The site's local protocol is not laid over the timeline, which uses the book's own numbers."


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineOutcome(Outcome):
    """The timeline, the record it was read from, and what has to be known about how it came about."""

    timeline: Timeline
    course: Course


def timeline_folder(
    course_path: Path, *, site_path: Path | None, known_on: date, book: str = DEFAULT_BOOK
) -> TimelineOutcome:
    """Read a course as a line of decisions; parameters as for :func:`~lutetia.workflow.guideline.consulted.consult`."""
    asked = consult(course_path, site_path, known_on=known_on, book=book, not_laid=_WITHOUT_PROTOCOL)
    found = timeline(asked.course, known_on=known_on, book=book)
    return TimelineOutcome(
        timeline=found, course=asked.course, record=asked.record("timeline", {"book": book}), notes=asked.notes
    )
