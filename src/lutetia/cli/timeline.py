"""``lutetia timeline``: a course read as a line of decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lutetia.cli.options import AsOfOption, BookOption, CourseArgument, JsonOption, SiteOption, day
from lutetia.cli.page import PageOutOption, deliver_page, is_page, require_page_name

if TYPE_CHECKING:
    from lutetia.workflow.guideline.timeline import TimelineOutcome


def timeline_command(
    course: CourseArgument,
    as_of: AsOfOption = None,
    book: BookOption = "eanm_snmmi_2023",
    site: SiteOption = None,
    as_json: JsonOption = False,
    out: PageOutOption = None,
) -> None:
    """Read a course as a line of decisions: what the book advised as known then, what was decided and given, and why.

    Between the decisions stand results, imaging, events and other treatment. With --as-of, later days are hidden.
    """
    from lutetia.report.timeline import timeline_document
    from lutetia.workflow.guideline.timeline import timeline_folder

    require_page_name(out, as_json=as_json)
    outcome = timeline_folder(course, site_path=site, known_on=day(as_of), book=book)
    with_figure = outcome.course if is_page(out) else None
    deliver_page(
        lambda: timeline_document(outcome.timeline, with_figure), lambda: _content(outcome), notes=outcome.notes,
        as_json=as_json, out=out,
    )  # fmt: skip


def _content(outcome: TimelineOutcome) -> dict[str, Any]:
    from lutetia.report.timeline import timeline_json

    return {"record": outcome.record_json(), "timeline": timeline_json(outcome.timeline), "notes": list(outcome.notes)}
