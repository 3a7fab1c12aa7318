"""``lutetia accept`` and ``lutetia schema``: results into the record, and the shapes of the files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lutetia.cli.options import JsonOption, OutOption, SiteOption, whole_number
from lutetia.cli.output import deliver, folded, require_writable_name, to_json
from lutetia.errors import InputError

schema_app = typer.Typer(
    help="Print the JSON Schema of a file that Lutetia reads or writes.",
    short_help="The shape of a file, as JSON Schema.",
    no_args_is_help=True,
)


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
    from lutetia.workflow.accept import accept_result
    from lutetia.workflow.disease_accept import accept_disease, is_disease

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


@schema_app.command("course")
def course_schema_command(as_json: JsonOption = False, out: OutOption = None) -> None:
    """Print the schema of course.yaml; always JSON."""
    from lutetia.course.file import course_schema

    require_writable_name(out)
    schema = course_schema()
    deliver(lambda: to_json(schema), lambda: schema, as_json=as_json, out=out)


@schema_app.command("report")
def report_schema_command(as_json: JsonOption = False, out: OutOption = None) -> None:
    """Print the schema of report.json; always JSON."""
    from lutetia.report import report_schema

    require_writable_name(out)
    schema = report_schema()
    deliver(lambda: to_json(schema), lambda: schema, as_json=as_json, out=out)


@schema_app.command("response")
def response_schema_command(as_json: JsonOption = False, out: OutOption = None) -> None:
    """Print the schema of what 'lutetia response --json' gives as 'response'; always JSON."""
    from lutetia.report.response_schema import response_schema

    require_writable_name(out)
    schema = response_schema()
    deliver(lambda: to_json(schema), lambda: schema, as_json=as_json, out=out)


@schema_app.command("toxicity")
def toxicity_schema_command(as_json: JsonOption = False, out: OutOption = None) -> None:
    """Print the schema of what 'lutetia toxicity --json' gives as 'toxicity'; always JSON."""
    from lutetia.report.toxicity_schema import toxicity_schema

    require_writable_name(out)
    schema = toxicity_schema()
    deliver(lambda: to_json(schema), lambda: schema, as_json=as_json, out=out)


@schema_app.command("suv")
def suv_schema_command(as_json: JsonOption = False, out: OutOption = None) -> None:
    """Print the schema of what 'lutetia suv --json' answers; always JSON."""
    from lutetia.workflow.image_schema import suv_schema

    require_writable_name(out)
    schema = suv_schema()
    deliver(lambda: to_json(schema), lambda: schema, as_json=as_json, out=out)


@schema_app.command("segment")
def segment_schema_command(as_json: JsonOption = False, out: OutOption = None) -> None:
    """Print the schema of what 'lutetia segment --json' answers; always JSON."""
    from lutetia.workflow.image_schema import segment_schema

    require_writable_name(out)
    schema = segment_schema()
    deliver(lambda: to_json(schema), lambda: schema, as_json=as_json, out=out)
