"""``lutetia response``: is it working?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lutetia.cli.options import AsOfOption, BookOption, CourseArgument, JsonOption, SiteOption, day
from lutetia.cli.output import deliver, require_writable_name
from lutetia.cli.page import is_page, write_page

if TYPE_CHECKING:
    from lutetia.report.document import Document
    from lutetia.workflow.response import ResponseOutcome

OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Write to this file instead: .txt, .json, .html, or .pdf."),
]


def response_command(
    course: CourseArgument,
    as_of: AsOfOption = None,
    book: BookOption = "eanm_snmmi_2023",
    site: SiteOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
) -> None:
    """Is it working? PSA with the cycles, and what each criterion says at each restaging, side by side.

    PSA by PCWG3; PSMA PET by RECIP 1.0, PPP and an adapted PERCIST; CT by RECIST 1.1; bone by PCWG3. Where they
    disagree, the page says so. What the guideline says is due stands apart.
    """
    from lutetia.workflow.response import response_folder

    page = is_page(out, as_json=as_json)
    if not page:
        require_writable_name(out)
    outcome = response_folder(course, site_path=site, known_on=day(as_of), book=book)
    if page and out is not None:
        write_page(out, _document(outcome))
    else:
        deliver(lambda: _text(outcome), lambda: _content(outcome), as_json=as_json, out=out)


def _document(outcome: ResponseOutcome) -> Document:
    from lutetia.report.response import response_document

    return response_document(outcome.result, outcome.notes)


def _text(outcome: ResponseOutcome) -> str:
    from lutetia.report import render_text

    return render_text(_document(outcome))


def _content(outcome: ResponseOutcome) -> dict[str, Any]:
    from lutetia.report.response_json import response_json

    return {"record": outcome.record_json(), "response": response_json(outcome.result), "notes": list(outcome.notes)}
