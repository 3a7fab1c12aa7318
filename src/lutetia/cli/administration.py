"""``lutetia administration``: how each cycle was given, as the DICOM record that dose archives keep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lutetia.cli.options import AsOfOption, CourseArgument, JsonOption, OutOption, SiteOption, day, whole_number
from lutetia.cli.output import deliver, folded, note, progress, require_writable_name, tell_aside
from lutetia.cli.stopped import end_stopped, stops_json

if TYPE_CHECKING:
    from lutetia.workflow.administration.write import AdministrationOutcome


def administration_command(
    course: CourseArgument,
    cycle: Annotated[
        int | None,
        typer.Option("--cycle", metavar="N", parser=whole_number, help="Only this one; else every cycle given."),
    ] = None,
    objects: Annotated[
        Path | None,
        typer.Option("--objects", metavar="DIR", help="Write the DICOM records into this new folder."),
    ] = None,
    as_of: AsOfOption = None,
    site: SiteOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
) -> None:
    """Record each administration as a DICOM Radiopharmaceutical Radiation Dose SR.

    Without --objects it is shown what the records would say, and nothing is written.
    """
    from lutetia.workflow.administration.write import record_administrations

    require_writable_name(out)
    with progress(quiet=as_json) as tell:
        done = record_administrations(
            course, site_path=site, known_on=day(as_of), cycle=cycle, objects=objects, tell=tell
        )
    deliver(lambda: _text(done), lambda: _content(done), as_json=as_json, out=out)
    for one in done.filed:
        if one.file is not None:
            tell_aside(f"Written: {one.file}")
    end_stopped(done.stopped)


def _content(done: AdministrationOutcome) -> dict[str, Any]:
    return {
        "course": done.course,
        "synthetic": done.synthetic,
        "administrations": [one.as_json() for one in done.filed],
        "stopped": stops_json(done.stopped),
        "notes": list(done.notes),
        "record": done.record_json(),
    }


def _text(done: AdministrationOutcome) -> str:
    made_up = "  SYNTHETIC" if done.synthetic else ""
    lines = [f"Administrations of course {done.course}{made_up}", ""]
    for one in done.filed:
        lines += [folded(line) for line in one.lines()] + [""]
    if not any(one.file for one in done.filed):
        lines += ["Nothing was written; --objects DIR writes the DICOM records.", ""]
    return "\n".join([*lines, *map(note, done.notes)])
