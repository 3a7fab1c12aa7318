"""``lutetia dose``: images, or a table of activities, to absorbed doses."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lutetia.cli.options import AsOfOption, CourseArgument, JsonOption, OutOption, SiteOption, day
from lutetia.cli.output import deliver, note, progress, require_writable_name
from lutetia.cli.stopped import end_stopped, stops_json

if TYPE_CHECKING:
    from lutetia.workflow.dose.cycles import DoseOutcome


def dose_command(
    course: CourseArgument,
    activities: Annotated[
        Path | None,
        typer.Option(
            "--activities",
            metavar="FILE",
            help="A CSV table instead of images: cycle, region, hours, activity_MBq, volume_mL, mass_g, recovery.",
        ),
    ] = None,
    objects: Annotated[
        Path | None,
        typer.Option(
            "--objects",
            metavar="DIR",
            help="Write DICOM, NIfTI and tables for other tools into this new or empty folder.",
        ),
    ] = None,
    as_of: AsOfOption = None,
    site: SiteOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
) -> None:
    """Compute the absorbed dose of every cycle that was given and imaged. Not for deviation from approved dosing."""
    from lutetia.workflow.dose.cycles import dose_folder

    require_writable_name(out)
    known_on = day(as_of)
    with progress(quiet=as_json) as tell:
        outcome = dose_folder(course, site_path=site, known_on=known_on, table=activities, objects=objects, tell=tell)
    deliver(lambda: _text(outcome, known_on), lambda: _content(outcome), as_json=as_json, out=out)
    end_stopped(outcome.stopped)


def _text(outcome: DoseOutcome, known_on: date) -> str:
    from lutetia.report import dose_document, render_text

    last = len(outcome.cycles) - 1
    pages = [
        render_text(dose_document(outcome.course, cycle, known_on, choices=outcome.choices if n == last else ()))
        for n, cycle in enumerate(outcome.cycles)
    ]
    if not pages:
        known = f"as known on {known_on.isoformat()}"
        pages = [
            f"No dose of course {outcome.course.id} was computed, {known}."
            if outcome.stopped
            else f"Course {outcome.course.id}, {known}: no cycle that was given has images, so there is no dose."
        ]
    return "\n".join([*pages, *map(note, outcome.notes)])


def _content(outcome: DoseOutcome) -> dict[str, Any]:
    from lutetia.report import dose_json
    from lutetia.report.dose_choices import choice_form

    return {
        "record": outcome.record_json(),
        "cycles": [dose_json(cycle) for cycle in outcome.cycles],
        "choices": [choice_form(choice).model_dump() for choice in outcome.choices],
        "stopped": stops_json(outcome.stopped),
        "notes": list(outcome.notes),
    }
