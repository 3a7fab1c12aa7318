"""How commands speak: text on standard output, progress and messages on standard error, JSON when asked."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from textwrap import fill
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from lutetia.errors import InputError
from lutetia.workflow.progress import Tell

WIDTH = 80


def say(text: str) -> None:
    """Write a line of the answer to standard output."""
    typer.echo(text)


def say_note(text: str) -> None:
    """Write a note that belongs to the answer, within the width of the page."""
    typer.echo(fill(f"Note: {text}", WIDTH, subsequent_indent="  "))


def say_json(answer: Mapping[str, Any]) -> None:
    """Write the answer as JSON to standard output."""
    typer.echo(json.dumps(answer, indent=2, ensure_ascii=False, allow_nan=False))


def tell_aside(text: str) -> None:
    """Write a message that is no part of the answer to standard error."""
    typer.echo(fill(text, WIDTH, break_long_words=False, break_on_hyphens=False), err=True)


@contextmanager
def progress(*, quiet: bool) -> Iterator[Tell]:
    """Show what is being done and how far it is, on standard error; only where a person is watching."""
    console = Console(stderr=True, width=None if sys.stderr.isatty() else WIDTH)
    if quiet or not console.is_terminal:
        yield lambda what, done=None: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task("starting", total=None)

        def tell(what: str, done: float | None = None) -> None:
            bars.update(task, description=what, total=None if done is None else 1.0, completed=done or 0.0)

        yield tell


def write_out(path: Path, text: str) -> None:
    """Write an answer to the file named by ``--out``.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as reason:
        raise InputError(str(path), f"cannot be written ({reason.strerror})", "choose another place") from reason
