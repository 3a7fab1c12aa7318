"""``lutetia dose``: images, or a table of activities, to absorbed doses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from lutetia.cli.options import AsOfOption, CourseArgument, JsonOption, OutOption, SiteOption, day
from lutetia.cli.output import progress, say, say_json, say_note, tell_aside, write_out


def dose_command(
    course: CourseArgument,
    activities: Annotated[
        Path | None,
        typer.Option(
            "--activities",
            help="A CSV table instead of images: cycle, region, hours, activity_MBq, volume_mL, mass_g, recovery.",
        ),
    ] = None,
    as_of: AsOfOption = None,
    site: SiteOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
) -> None:
    """Compute the absorbed dose of every cycle that was given and imaged. Not for deviation from approved dosing."""
    from lutetia.report import dose_document, dose_json, render_text
    from lutetia.workflow.dose import dose_folder

    with progress(quiet=as_json) as tell:
        outcome = dose_folder(course, site_path=site, known_on=day(as_of), table=activities, tell=tell)
    answer = {
        "record": outcome.record_json(),
        "cycles": [dose_json(cycle) for cycle in outcome.cycles],
        "stopped": [
            {"part": s.part, "message": s.message, "remedy": s.remedy, "exit_code": s.exit_code}
            for s in outcome.stopped
        ],
    }
    if out is not None:
        write_out(out, json.dumps(answer, indent=2, ensure_ascii=False) + "\n")
        say(f"Written: {out}")
    elif as_json:
        say_json(answer)
    else:
        for cycle in outcome.cycles:
            say(render_text(dose_document(outcome.course, cycle, day(as_of))))
        for note in outcome.notes:
            say_note(note)
    for stop in outcome.stopped:
        tell_aside(f"Stopped, {stop.part}: {stop.message} {stop.remedy}.")
    if outcome.stopped:
        raise typer.Exit(max(stop.exit_code for stop in outcome.stopped))
