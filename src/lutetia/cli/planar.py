"""``lutetia planar``: counts on planar views to activities that ``lutetia dose --activities`` reads."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lutetia.cli.output import say, tell_aside, write_out
from lutetia.errors import InputError


def planar_command(
    counts: Annotated[
        Path, typer.Argument(help="A CSV table of counts; its columns: docs/planar-and-marrow.md.", metavar="COUNTS")
    ],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the activities to a .csv.")] = None,
) -> None:
    """Turn counts of conjugate planar views into activities; with a SPECT in the table, the hybrid method."""
    from lutetia.workflow.dose.planar import planar_table

    if out is not None and out.suffix.lower() != ".csv":
        raise InputError(f"--out {out}", "the name does not end in .csv", "name a file that does")
    found = planar_table(counts)
    for note in found.notes:
        tell_aside(note)
    if out is None:
        say(found.csv.rstrip("\n"))
        return
    write_out(out, found.csv)
    tell_aside(f"Written: {out}")
