"""``lutetia accept``: a reviewed result into the record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lutetia.cli.options import JsonOption, OutOption, SiteOption, whole_number
from lutetia.cli.output import deliver, folded, require_writable_name
from lutetia.errors import InputError


def accept(
    result: Annotated[
        Path, typer.Argument(help="A result folder, or its report.json or psma-disease.json.", metavar="RESULT")
    ],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who reviewed the result and answers for it.")],
    cycle: Annotated[
        int | None,
        typer.Option("--cycle", metavar="N", parser=whole_number, help="Only the doses of this cycle."),
    ] = None,
    region: Annotated[
        list[str] | None,
        typer.Option("--region", metavar="CODE", help="Only this region, e.g. kidney_left; may be repeated."),
    ] = None,
    course: Annotated[
        Path | None,
        typer.Option("--course", metavar="COURSE", help="Of disease: its course; else that in whose results/ it lies."),
    ] = None,
    site: SiteOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
) -> None:
    """Write a reviewed result into course.yaml: the only way from an image to a rule.

    Of 'lutetia run' the doses; of 'lutetia disease' volume, method and tracer of each PET, and how many lesions the
    reader calls new where his reading answers every proposal.
    """
    from lutetia.workflow.disease.accept import accept_disease, is_disease
    from lutetia.workflow.record.accept import accept_result

    require_writable_name(out)
    if is_disease(result):
        if cycle is not None or region:
            raise InputError("--cycle, --region", "disease is not accepted by cycle or region", "leave them out")
        taken = accept_disease(result, by=by, course_path=course, site_path=site)
        deliver(lambda: folded(taken.text()), taken.as_json, as_json=as_json, out=out)
        return
    if course is not None:
        raise InputError("--course", "a result of doses lies in the folder of its course", "leave it out")
    accepted = accept_result(result, by=by, cycle=cycle, regions=tuple(region or ()), site_path=site)
    deliver(lambda: folded(accepted.text()), accepted.as_json, as_json=as_json, out=out)
