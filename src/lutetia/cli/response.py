"""``lutetia response``: is it working?"""

from __future__ import annotations

from typing import Any

from lutetia.cli.options import AsOfOption, BookOption, CourseArgument, JsonOption, SiteOption, day
from lutetia.cli.page import PageOutOption, deliver_page, require_page_name


def response_command(
    course: CourseArgument,
    as_of: AsOfOption = None,
    book: BookOption = "eanm_snmmi_2023",
    site: SiteOption = None,
    as_json: JsonOption = False,
    out: PageOutOption = None,
) -> None:
    """Is it working? PSA with the cycles, and what each criterion says at each restaging, side by side.

    PSA by PCWG3; PSMA PET by RECIP 1.0, PPP and an adapted PERCIST; CT by RECIST 1.1; bone by PCWG3. Where they
    disagree, the page says so. Side effects and what the guideline says is due stand apart.
    """
    from lutetia.report.response import response_document
    from lutetia.report.response_json import response_json
    from lutetia.workflow.response.respond import response_folder

    require_page_name(out, as_json=as_json)
    outcome = response_folder(course, site_path=site, known_on=day(as_of), book=book)

    def content() -> dict[str, Any]:
        told = response_json(outcome.result)
        return {"record": outcome.record_json(), "response": told, "notes": list(outcome.notes)}

    deliver_page(
        lambda: response_document(outcome.result, outcome.notes), content, notes=(), as_json=as_json, out=out
    )  # fmt: skip
