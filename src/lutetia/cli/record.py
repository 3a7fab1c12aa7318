"""``lutetia accept`` and ``lutetia schema``: results into the record, and the shapes of the files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lutetia.cli.options import JsonOption
from lutetia.cli.output import say, say_json

schema_app = typer.Typer(help="Print the JSON Schema of a file that Lutetia reads or writes.", no_args_is_help=True)


def accept(
    result: Annotated[Path, typer.Argument(help="A result folder, or its report.json.", metavar="RESULT")],
    by: Annotated[str, typer.Option("--by", help="Who reviewed the result and answers for it.")],
    cycle: Annotated[int | None, typer.Option("--cycle", min=1, help="Only the doses of this cycle.")] = None,
    region: Annotated[list[str] | None, typer.Option("--region", help="Only this region; may be repeated.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Write a reviewed result's doses into course.yaml: the only way from an image to a rule."""
    from lutetia.workflow.accept import accept_result

    accepted = accept_result(result, by=by, cycle=cycle, regions=tuple(region or ()))
    if as_json:
        say_json(accepted.as_json())
    else:
        say(accepted.text())


@schema_app.command("course")
def course_schema_command() -> None:
    """Print the schema of course.yaml."""
    from lutetia.course.file import course_schema

    say_json(course_schema())


@schema_app.command("report")
def report_schema_command() -> None:
    """Print the schema of report.json."""
    from lutetia.report import report_schema

    say_json(report_schema())
