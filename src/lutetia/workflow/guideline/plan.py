"""From a course's folder to what is due when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from lutetia.guideline import DEFAULT_BOOK
from lutetia.guideline.schedule import Plan, plan
from lutetia.workflow.guideline.consulted import Outcome, consult

_WITHOUT_PROTOCOL: Final = (
    "The site's local protocol is not laid over the plan, which uses the book's own numbers; 'lutetia assess' uses "
    "both, and 'lutetia guideline diff' shows where they differ."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOutcome(Outcome):
    """The plan, and what has to be known about how it came about."""

    plan: Plan


def plan_folder(course_path: Path, *, site_path: Path | None, known_on: date, book: str = DEFAULT_BOOK) -> PlanOutcome:
    """Say what is due when for a course; parameters as for :func:`~lutetia.workflow.guideline.consulted.consult`."""
    asked = consult(course_path, site_path, known_on=known_on, book=book, not_laid=_WITHOUT_PROTOCOL)
    found = plan(asked.course, known_on=known_on, book=book)
    return PlanOutcome(plan=found, record=asked.record("plan", {"book": book}), notes=asked.notes)
