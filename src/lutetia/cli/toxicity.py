"""``lutetia toxicity``, ``lutetia prognosis``: what harm the therapy does, and what published models say."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lutetia.cli.options import AsOfOption, CourseArgument, JsonOption, SiteOption, day
from lutetia.cli.page import PageOutOption, deliver_page, require_page_name

VersionOption = Annotated[
    str, typer.Option("--ctcae", metavar="VERSION", help="Version of CTCAE; one is offered so far.")
]
AfterLastOption = Annotated[
    int,
    typer.Option(
        "--after-last", metavar="DAYS", min=1, max=365,
        help="How long the cycle that no other follows lasts; later results stand apart.",
    ),
]  # fmt: skip
InstrumentOption = Annotated[
    list[Path] | None,
    typer.Option("--instrument", metavar="FILE", help="Table of an instrument by which patients report; repeatable."),
]
CardOption = Annotated[
    list[Path] | None, typer.Option("--card", metavar="FILE", help="A model card to compute; repeatable.")
]


def toxicity_command(
    course: CourseArgument,
    as_of: AsOfOption = None,
    version: VersionOption = "5.0",
    after_last: AfterLastOption = 42,
    instrument: InstrumentOption = None,
    site: SiteOption = None,
    as_json: JsonOption = False,
    out: PageOutOption = None,
) -> None:
    """Grade side effects by CTCAE: the worst in every cycle, before to after, kidneys, and what eases them.

    Results are graded with the laboratory's limits of normal; where one is missing the grade stays open and is asked
    for. The cycle that no other follows is taken to last six weeks unless --after-last says otherwise.
    """
    from lutetia.report.toxicity import toxicity_document
    from lutetia.report.toxicity_json import toxicity_json
    from lutetia.workflow.response.toxicity import toxicity_folder

    require_page_name(out, as_json=as_json)
    outcome = toxicity_folder(
        course, site_path=site, known_on=day(as_of), version=version, after_last_days=after_last,
        instruments=instrument or (),
    )  # fmt: skip

    def content() -> dict[str, Any]:
        told = toxicity_json(outcome.result)
        return {"record": outcome.record_json(), "toxicity": told, "notes": list(outcome.notes)}

    deliver_page(
        lambda: toxicity_document(outcome.result), content, notes=outcome.notes, as_json=as_json, out=out
    )  # fmt: skip


def prognosis_command(
    course: CourseArgument,
    as_of: AsOfOption = None,
    card: CardOption = None,
    site: SiteOption = None,
    as_json: JsonOption = False,
    out: PageOutOption = None,
) -> None:
    """List the factors of prognosis, name the published models, and compute those whose card is given.

    A model is computed only from a card that states its coefficients; a covariate that is not known leaves its answer
    unknown.
    """
    from lutetia.report.prognosis import prognosis_document, prognosis_json
    from lutetia.workflow.response.prognosis import prognosis_folder

    require_page_name(out, as_json=as_json)
    outcome = prognosis_folder(course, site_path=site, known_on=day(as_of), cards=card or ())

    def content() -> dict[str, Any]:
        told = prognosis_json(outcome.result)
        return {"record": outcome.record_json(), "prognosis": told, "notes": list(outcome.notes)}

    deliver_page(
        lambda: prognosis_document(outcome.result), content, notes=outcome.notes, as_json=as_json, out=out
    )  # fmt: skip
