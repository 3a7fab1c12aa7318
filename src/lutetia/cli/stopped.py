"""How a command ends when a part of its work was stopped while the rest was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from lutetia.cli.output import tell_aside
from lutetia.errors import sentence

if TYPE_CHECKING:
    from lutetia.report import Stop


def stops_json(stopped: Sequence[Stop]) -> list[dict[str, Any]]:
    """Return what was stopped as plain values."""
    return [
        {"part": stop.part, "message": stop.message, "remedy": stop.remedy, "exit_code": stop.exit_code}
        for stop in stopped
    ]


def end_stopped(stopped: Sequence[Stop], *, shown: bool = False) -> None:
    """Say on standard error what was stopped, and end with the gravest exit code; return where nothing was.

    Parameters
    ----------
    stopped : sequence of Stop
    shown : bool
        The answer on standard output says it already.

    Raises
    ------
    typer.Exit
        With 2 (the input is wrong) or 3 (refused for safety).
    """
    for stop in () if shown else stopped:
        tell_aside(f"Stopped, {stop.part}: {stop.message} {sentence(stop.remedy)}")
    if stopped:
        raise typer.Exit(max(stop.exit_code for stop in stopped))
