"""``lutetia demo`` and ``lutetia phantom``: a simulated patient with known truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lutetia.cli.options import JsonOption, OutOption, whole_number
from lutetia.cli.output import deliver, folded, progress, require_writable_name

SeedOption = Annotated[
    int, typer.Option("--seed", metavar="N", parser=whole_number, help="Another seed makes another patient.")
]


def phantom(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.", metavar="DIR")],
    seed: SeedOption = 177,
    as_json: JsonOption = False,
    out: OutOption = None,
) -> None:
    """Write a simulated patient: DICOM, course.yaml, the site's files, and truth.json. For testing and teaching."""
    from lutetia.workflow.simulated.patient import write_phantom

    require_writable_name(out)
    with progress(quiet=as_json) as tell:
        written = write_phantom(folder, seed=seed, tell=tell)
    deliver(lambda: folded(written.text()), written.as_json, as_json=as_json, out=out)


def demo(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.", metavar="DIR")] = Path("demo"),
    seed: SeedOption = 177,
    as_json: JsonOption = False,
    out: OutOption = None,
    open_report: Annotated[bool, typer.Option("--open/--no-open", help="Open the report in the browser.")] = False,
) -> None:
    """Make a simulated patient, run everything that is due on him, and compare the doses with his truth."""
    from lutetia.workflow.simulated.demo import run_demo

    require_writable_name(out)
    with progress(quiet=as_json) as tell:
        outcome = run_demo(folder, seed=seed, tell=tell)
    deliver(outcome.text, outcome.as_json, as_json=as_json, out=out)
    if open_report:
        typer.launch(str(outcome.files.html))
