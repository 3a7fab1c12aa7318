"""``lutetia assess``: what the guideline says about selection or the next cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from lutetia.cli.options import (
    AsOfOption,
    BookOption,
    CourseArgument,
    JsonOption,
    OutOption,
    ProtocolOption,
    QuestionOption,
    SiteOption,
    day,
)
from lutetia.cli.output import deliver, note, require_writable_name

if TYPE_CHECKING:
    from lutetia.workflow.assess import AssessOutcome

WhatIfOption = Annotated[
    list[str] | None,
    typer.Option(
        "--what-if",
        metavar="FACT",
        help="Suppose a fact, e.g. 'lab.platelets=80 10*9/L' or 'condition.ecog=1@2026-03-02'; both verdicts are shown "
        "side by side, and nothing is written. May be given again.",
    ),
]
WouldChangeOption = Annotated[
    bool,
    typer.Option(
        "--what-would-change", help="For each answer that blocks or is unknown: the single facts that would change it."
    ),
]


def assess_command(
    course: CourseArgument,
    as_of: AsOfOption = None,
    question: QuestionOption = None,
    book: BookOption = "eanm_snmmi_2023",
    site: SiteOption = None,
    protocol: ProtocolOption = None,
    suppose: WhatIfOption = None,
    would_change: WouldChangeOption = False,
    as_json: JsonOption = False,
    out: OutOption = None,
) -> None:
    """Say what speaks for, against, excludes and is unknown; for a cycle: go, reduce, postpone, hold or stop."""
    from lutetia.workflow.assess import assess_folder

    require_writable_name(out)
    outcome = assess_folder(
        course, site_path=site, known_on=day(as_of), question=question, book=book, protocol_path=protocol,
        suppose=tuple(suppose or ()), would_change=would_change,
    )  # fmt: skip
    deliver(lambda: _text(outcome), lambda: _content(outcome), as_json=as_json, out=out)


def _text(outcome: AssessOutcome) -> str:
    from lutetia.report import assessment_document, render_text
    from lutetia.workflow.hypothetical import ways_out_text, what_if_text

    pages = [f"{what_if_text(one)}\n" for one in outcome.what_ifs]
    if not pages:
        pages = [render_text(assessment_document(assessment)) for assessment in outcome.assessments]
    pages += [f"{ways_out_text(one)}\n" for one in outcome.ways_out]
    return "\n".join([*pages, *map(note, outcome.notes)])


def _content(outcome: AssessOutcome) -> dict[str, Any]:
    from lutetia.report import assessment_json
    from lutetia.workflow.hypothetical import ways_out_json, what_if_json

    asked: dict[str, Any] = {}
    if outcome.what_ifs:
        asked["what_if"] = [what_if_json(one) for one in outcome.what_ifs]
    if outcome.ways_out:
        asked["what_would_change"] = [ways_out_json(one) for one in outcome.ways_out]
    return {
        "record": outcome.record_json(),
        "assessments": [assessment_json(assessment) for assessment in outcome.assessments],
        "notes": list(outcome.notes),
        **asked,
    }
