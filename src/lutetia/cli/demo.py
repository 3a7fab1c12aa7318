"""``lutetia demo`` and ``lutetia phantom``: a simulated patient with known truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lutetia.cli.options import JsonOption
from lutetia.cli.output import progress, say, say_json

SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Another seed makes another patient.")]


def phantom(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.", metavar="DIR")],
    seed: SeedOption = 177,
    as_json: JsonOption = False,
) -> None:
    """Write a simulated patient: DICOM, course.yaml, the site's files, and truth.json. For testing and teaching."""
    from lutetia.workflow.phantom import write_phantom

    with progress(quiet=as_json) as tell:
        written = write_phantom(folder, seed=seed, tell=tell)
    if as_json:
        say_json(written.as_json())
    else:
        say(f"A simulated patient (seed {seed}) is in {written.course}: {written.files} DICOM files.")
        say(f"His truth is in {written.truth}. Next: lutetia run {written.course} --as-of {written.known_on}")


def demo(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.", metavar="DIR")] = Path("demo"),
    seed: SeedOption = 177,
    as_json: JsonOption = False,
    open_report: Annotated[bool, typer.Option("--open/--no-open", help="Open the report in the browser.")] = False,
) -> None:
    """Make a simulated patient, run everything that is due on him, and compare the doses with his truth."""
    from lutetia.workflow.demo import run_demo

    with progress(quiet=as_json) as tell:
        outcome = run_demo(folder, seed=seed, tell=tell)
    if as_json:
        say_json(outcome.as_json())
        return
    say(outcome.text())
    if open_report:
        typer.launch(str(outcome.files.html))
