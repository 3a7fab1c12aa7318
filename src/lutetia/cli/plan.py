"""``lutetia plan``: what is due when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lutetia.cli.options import AsOfOption, BookOption, CourseArgument, JsonOption, OutOption, SiteOption, day
from lutetia.cli.output import deliver, note, require_writable_name, tell_aside
from lutetia.errors import InputError

if TYPE_CHECKING:
    from lutetia.workflow.guideline.plan import PlanOutcome

CALENDAR = ".ics"
CalendarOption = Annotated[
    Path | None, typer.Option("--ics", metavar="FILE", help="Also write the plan as iCalendar to this file: .ics.")
]
EveryOption = Annotated[bool, typer.Option("--all", help="Show what is done or does not apply too.")]


def plan_command(
    course: CourseArgument,
    as_of: AsOfOption = None,
    ics: CalendarOption = None,
    every: EveryOption = False,
    book: BookOption = "eanm_snmmi_2023",
    site: SiteOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
) -> None:
    """Say what is due when: overdue, due now, unknown, blocked, upcoming; each with its reason and its place."""
    from lutetia.workflow.guideline.plan import plan_folder

    require_writable_name(out)
    if ics is not None and ics.suffix.lower() != CALENDAR:
        raise InputError(f"--ics {ics}", "the name does not end in .ics", "name a file that does",
                         "a record must not be written over by a calendar")  # fmt: skip
    outcome = plan_folder(course, site_path=site, known_on=day(as_of), book=book)
    if ics is not None:
        _write_calendar(ics, outcome, every=every)
    deliver(lambda: _text(outcome, every=every), lambda: _content(outcome), as_json=as_json, out=out)


def _text(outcome: PlanOutcome, *, every: bool) -> str:
    from lutetia.report import render_text
    from lutetia.report.plan import plan_document

    return "\n".join([render_text(plan_document(outcome.plan, every=every)), *map(note, outcome.notes)])


def _content(outcome: PlanOutcome) -> dict[str, Any]:
    from lutetia.report.plan import plan_json

    return {"record": outcome.record_json(), "plan": plan_json(outcome.plan), "notes": list(outcome.notes)}


def _write_calendar(path: Path, outcome: PlanOutcome, *, every: bool) -> None:
    from lutetia.report.calendar import render_calendar

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(render_calendar(outcome.plan, every=every).encode())
    except OSError as reason:
        raise InputError(str(path), f"it cannot be written ({reason.strerror})", "choose another place") from reason
    tell_aside(f"Written: {path}")
