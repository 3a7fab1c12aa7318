"""``lutetia run``: all that is due for a course, on one page."""

from __future__ import annotations

from typing import Annotated

import typer

from lutetia.cli.options import AsOfOption, CourseArgument, JsonOption, QuestionOption, SiteOption, day
from lutetia.cli.output import progress, say, say_json, tell_aside
from lutetia.workflow.run import RunFiles, run_folder


def run_command(
    course: CourseArgument,
    as_of: AsOfOption = None,
    question: QuestionOption = None,
    site: SiteOption = None,
    as_json: JsonOption = False,
    quick: Annotated[bool, typer.Option("--no-pdf", help="Leave out the PDF.")] = False,
) -> None:
    """Assess, compute doses, and write report.html, report.pdf, report.json and figures to COURSE/results/RUN."""
    with progress(quiet=as_json) as tell:
        files = run_folder(
            course, site_path=site, known_on=day(as_of), question=question, with_pdf=not quick, tell=tell
        )
    if as_json:
        say_json(files.report)
    else:
        say(summary(files))
    for stop in files.stopped:
        tell_aside(f"Stopped, {stop.part}: {stop.message} {stop.remedy}.")
    if files.stopped:
        raise typer.Exit(max(stop.exit_code for stop in files.stopped))


def summary(files: RunFiles) -> str:
    """Return what a run found, in a few lines, and where to look."""
    return "\n".join((files.text.rstrip(), "", "Written:", *(f"  {path}" for path in files.written)))
