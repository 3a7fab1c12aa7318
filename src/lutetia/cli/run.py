"""``lutetia run``: all that is due for a course, on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lutetia.cli import options
from lutetia.cli.output import deliver, progress, require_writable_name
from lutetia.cli.stopped import end_stopped

if TYPE_CHECKING:
    from lutetia.workflow.run import RunFiles


def run_command(
    course: options.CourseArgument,
    as_of: options.AsOfOption = None,
    question: options.QuestionOption = None,
    site: options.SiteOption = None,
    protocol: options.ProtocolOption = None,
    as_json: options.JsonOption = False,
    out: options.OutOption = None,
    no_pdf: Annotated[bool, typer.Option("--no-pdf", help="Leave out the PDF.")] = False,
    no_objects: Annotated[
        bool, typer.Option("--no-objects", help="Leave out objects/: DICOM, NIfTI and tables for other tools.")
    ] = False,
) -> None:
    """Assess, compute doses, and write report.html, report.pdf, report.json and figures to COURSE/results/RUN."""
    from lutetia.workflow.run import run_folder

    require_writable_name(out)
    with progress(quiet=as_json) as tell:
        files = run_folder(
            course,
            site_path=site,
            known_on=options.day(as_of),
            question=question,
            with_pdf=not no_pdf,
            protocol_path=protocol,
            with_objects=not no_objects,
            tell=tell,
        )
    deliver(lambda: summary(files), lambda: files.report, as_json=as_json, out=out)
    end_stopped(files.stopped, shown=out is None and not as_json)


def summary(files: RunFiles) -> str:
    """Return what a run found, in a few lines, and where to look."""
    return "\n".join((files.text.rstrip(), "", "Written:", *(f"  {path}" for path in files.written)))
