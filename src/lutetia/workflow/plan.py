"""From a course's folder to what is due when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from lutetia.guideline import DEFAULT_BOOK
from lutetia.guideline.schedule import Plan, plan
from lutetia.provenance import RunRecord
from lutetia.workflow.opened import open_all, record_json
from lutetia.workflow.protocol import protocol_for

_WITHOUT_PROTOCOL: Final = (
    "The site's local protocol is not laid over the plan, which uses the book's own numbers; 'lutetia assess' uses "
    "both, and 'lutetia guideline diff' shows where they differ."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOutcome:
    """The plan, and what has to be known about how it came about."""

    plan: Plan
    record: RunRecord
    notes: tuple[str, ...]

    def record_json(self) -> dict[str, Any]:
        """Return the run record as plain values."""
        return record_json(self.record)


def plan_folder(course_path: Path, *, site_path: Path | None, known_on: date, book: str = DEFAULT_BOOK) -> PlanOutcome:
    """Say what is due when for a course.

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
    found = plan(opened.course, known_on=known_on, book=book)
    today = max(known_on, opened.started_at.date())
    protocol, remarks = protocol_for(course_path, site_path, None, book=book, today=today)
    if protocol is not None:
        remarks = (*remarks, _WITHOUT_PROTOCOL)
    parameters = {"known_on": known_on.isoformat(), "book": book}
    return PlanOutcome(
        plan=found, record=opened.record("plan", parameters=parameters), notes=(*opened.notes_on(known_on), *remarks)
    )
