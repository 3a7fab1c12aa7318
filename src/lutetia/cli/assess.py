"""``lutetia assess``: what the guideline says about selection or the next cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from lutetia.cli import options
from lutetia.cli.output import WIDTH, deliver, note, require_writable_name
from lutetia.errors import InputError

if TYPE_CHECKING:
    from lutetia.workflow.guideline.assess import AssessOutcome

ONE_BOOK = "eanm_snmmi_2023"
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
CompareOption = Annotated[
    bool,
    typer.Option(
        "--compare",
        help="Lay side by side what every source says, topic by topic, disagreements first; none overrides.",
    ),
]
JurisdictionOption = Annotated[
    str | None,
    typer.Option(
        "--jurisdiction",
        metavar="COUNTRY",
        help="With --compare: whose label, by its ISO code (US, DE, JP); else the site's, else all labels.",
    ),
]
AmongOption = Annotated[
    list[str] | None,
    typer.Option("--among", metavar="NAME", help="With --compare: only this book. May be given again; else all."),
]


def assess_command(
    course: options.CourseArgument,
    as_of: options.AsOfOption = None,
    question: options.QuestionOption = None,
    book: options.BookOption = ONE_BOOK,
    site: options.SiteOption = None,
    protocol: options.ProtocolOption = None,
    suppose: WhatIfOption = None,
    would_change: WouldChangeOption = False,
    compare: CompareOption = False,
    jurisdiction: JurisdictionOption = None,
    among: AmongOption = None,
    as_json: options.JsonOption = False,
    out: options.OutOption = None,
) -> None:
    """Say what speaks for, against, excludes and is unknown; for a cycle: go, reduce, postpone, hold or stop."""
    from lutetia.workflow.guideline.assess import assess_folder, compare_folder

    require_writable_name(out)
    if compare:
        _require_alone(book=book != ONE_BOOK, what_if=bool(suppose), what_would_change=would_change)
        outcome = compare_folder(
            course, site_path=site, known_on=options.day(as_of), question=question, among=tuple(among or ()),
            jurisdiction=jurisdiction, protocol_path=protocol,
        )  # fmt: skip
        deliver(lambda: _compared_text(outcome), lambda: _compared(outcome), as_json=as_json, out=out)
        return
    if jurisdiction is not None or among:
        given = "--jurisdiction" if jurisdiction is not None else "--among"
        raise InputError(given, "it says which sources are compared, and nothing is compared", "add --compare")
    outcome = assess_folder(
        course, site_path=site, known_on=options.day(as_of), question=question, book=book, protocol_path=protocol,
        suppose=tuple(suppose or ()), would_change=would_change,
    )  # fmt: skip
    deliver(lambda: _text(outcome), lambda: _content(outcome), as_json=as_json, out=out)


def _text(outcome: AssessOutcome) -> str:
    from lutetia.report import assessment_document, render_text
    from lutetia.workflow.guideline.hypothetical import ways_out_text, what_if_text

    pages = [f"{what_if_text(one)}\n" for one in outcome.what_ifs]
    if not pages:
        pages = [render_text(assessment_document(assessment)) for assessment in outcome.assessments]
    pages += [f"{ways_out_text(one)}\n" for one in outcome.ways_out]
    return "\n".join([*pages, *map(note, outcome.notes)])


def _require_alone(**others: bool) -> None:
    """Refuse what speaks about one book only."""
    for name, given in others.items():
        if given:
            option = f"--{name.replace('_', '-')}"
            remedy = "write --among for each book" if name == "book" else "leave one of the two out"
            why = "each source is compared as it is, on the record as it is"
            raise InputError(option, "it cannot be combined with --compare", remedy, why)


def _compared_text(outcome: AssessOutcome) -> str:
    from lutetia.report import comparison_document, render_text

    pages = [render_text(comparison_document(comparison), width=WIDTH) for comparison in outcome.comparisons]
    return "\n".join([*pages, *map(note, outcome.notes)])


def _compared(outcome: AssessOutcome) -> dict[str, Any]:
    from lutetia.report import comparison_json

    return {
        "record": outcome.record_json(),
        "comparisons": [comparison_json(comparison) for comparison in outcome.comparisons],
        "notes": list(outcome.notes),
    }


def _content(outcome: AssessOutcome) -> dict[str, Any]:
    from lutetia.report import assessment_json
    from lutetia.workflow.guideline.hypothetical import ways_out_json, what_if_json

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
