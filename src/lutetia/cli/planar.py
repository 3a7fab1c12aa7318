"""``lutetia planar``: counts on planar views to activities that ``lutetia dose --activities`` reads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lutetia.cli.options import JsonOption
from lutetia.cli.output import deliver, require_writable_name, tell_aside
from lutetia.errors import InputError

TABLE = ".csv"


def planar_command(
    counts: Annotated[
        Path, typer.Argument(help="A CSV table of counts; its columns: docs/planar-and-marrow.md.", metavar="COUNTS")
    ],
    as_json: JsonOption = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="Write the activities to this file instead: .csv, or .json for JSON."
        ),
    ] = None,
) -> None:
    """Turn counts of conjugate planar views into activities; with a SPECT in the table, the hybrid method."""
    from lutetia.workflow.dose.planar import planar_table

    require_writable_name(out, TABLE)
    if as_json and out is not None and out.suffix.lower() == TABLE:
        raise InputError(f"--out {out}", "--json asks for JSON", "name a .json file, or leave --json out")
    found = planar_table(counts)
    for note in found.notes:
        tell_aside(note)
    deliver(lambda: found.csv, found.as_json, as_json=as_json, out=out, ending=TABLE)
