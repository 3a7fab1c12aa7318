"""``lutetia timeline``: a course read as a line of decisions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lutetia.cli.options import AsOfOption, BookOption, CourseArgument, JsonOption, SiteOption, day
from lutetia.cli.output import deliver, note, require_writable_name
from lutetia.cli.page import is_page, write_page

if TYPE_CHECKING:
    from lutetia.report.document import Document
    from lutetia.workflow.timeline import TimelineOutcome

TimelineOutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Write to this file instead: .txt, .json, .html, or .pdf."),
]


def timeline_command(
    course: CourseArgument,
    as_of: AsOfOption = None,
    book: BookOption = "eanm_snmmi_2023",
    site: SiteOption = None,
    as_json: JsonOption = False,
    out: TimelineOutOption = None,
) -> None:
    """Read a course as a line of decisions: what the book advised as known then, what was decided and given, and why.

    Between the decisions stand results, imaging, events and other treatment. With --as-of, later days are hidden.
    """
    from lutetia.workflow.timeline import timeline_folder

    page = is_page(out, as_json=as_json)
    if not page:
        require_writable_name(out)
    outcome = timeline_folder(course, site_path=site, known_on=day(as_of), book=book)
    if page and out is not None:
        write_page(out, _document(outcome))
    else:
        deliver(lambda: _text(outcome), lambda: _content(outcome), as_json=as_json, out=out)


def _text(outcome: TimelineOutcome) -> str:
    from lutetia.report import render_text
    from lutetia.report.timeline import timeline_document

    return "\n".join([render_text(timeline_document(outcome.timeline)), *map(note, outcome.notes)])


def _content(outcome: TimelineOutcome) -> dict[str, Any]:
    from lutetia.report.timeline import timeline_json

    return {"record": outcome.record_json(), "timeline": timeline_json(outcome.timeline), "notes": list(outcome.notes)}


def _document(outcome: TimelineOutcome) -> Document:
    from lutetia.report.timeline import timeline_document

    return timeline_document(outcome.timeline, outcome.course)
