"""``lutetia schema``: the shapes of what Lutetia reads and writes."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import typer

from lutetia.cli.options import JsonOption, OutOption
from lutetia.cli.output import deliver, require_writable_name, to_json

schema_app = typer.Typer(
    help="Print the JSON Schema of a file that Lutetia reads or writes.",
    short_help="The shape of a file, as JSON Schema.",
    no_args_is_help=True,
)

SCHEMAS: Final = {
    "course": ("course.yaml", "lutetia.course.file"),
    "report": ("report.json", "lutetia.report"),
    "response": ("what 'lutetia response --json' gives as 'response'", "lutetia.report.response_schema"),
    "toxicity": ("what 'lutetia toxicity --json' gives as 'toxicity'", "lutetia.report.toxicity_schema"),
    "prognosis": ("what 'lutetia prognosis --json' gives as 'prognosis'", "lutetia.report.prognosis_schema"),
    "disease": ("what 'lutetia disease --json' answers", "lutetia.workflow.disease.schema"),
    "suv": ("what 'lutetia suv --json' answers", "lutetia.workflow.image_schema"),
    "segment": ("what 'lutetia segment --json' answers", "lutetia.workflow.image_schema"),
}
"""Name of the schema to what it is of, and the module in which ``NAME_schema`` makes it."""


def schema_of(name: str) -> dict[str, Any]:
    """Return a schema by its name in :data:`SCHEMAS`."""
    made: dict[str, Any] = getattr(import_module(SCHEMAS[name][1]), f"{name}_schema")()
    return made


def _offer(name: str, of: str) -> None:
    def command(as_json: JsonOption = False, out: OutOption = None) -> None:
        require_writable_name(out)
        schema = schema_of(name)
        deliver(lambda: to_json(schema), lambda: schema, as_json=as_json, out=out)

    schema_app.command(name, help=f"Print the schema of {of}; always JSON.")(command)


for _name, (_of, _) in SCHEMAS.items():
    _offer(_name, _of)
