"""How commands speak: the answer on standard output or in a file, progress and messages on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from textwrap import wrap
from typing import Any

import typer

from lutetia.errors import InputError
from lutetia.workflow.progress import Tell

WIDTH = 80
TEXT, JSON = ".txt", ".json"


def deliver(
    text: Callable[[], str],
    content: Callable[[], Mapping[str, Any]],
    *,
    as_json: bool,
    out: Path | None,
    ending: str = TEXT,
) -> None:
    """Give the answer in the form and at the place that were asked for.

    Parameters
    ----------
    text, content : callable
        Make the answer as text, or as plain values; only one of them is called.
    as_json : bool
        As JSON; else as text.
    out : Path or None
        The file to write; one that ends in ``.json`` is JSON. None for standard output.
    ending : str
        Of a file that is no JSON: ``.csv`` where the text is a table.

    Raises
    ------
    InputError
        If the file has another ending than these two, or cannot be written.
    """
    as_json = as_json or (out is not None and out.suffix.lower() == JSON)
    if out is not None:
        require_writable_name(out, ending)
        write_out(out, to_json(content()) if as_json else text())
        tell_aside(f"Written: {out}")
    elif as_json:
        say_json(content())
    else:
        say(text().rstrip("\n"))


def require_writable_name(out: Path | None, ending: str = TEXT) -> None:
    """Refuse a name for the answer that could be that of a record or an image, before any work is done.

    Raises
    ------
    InputError
        If it ends in anything but ``.json`` and ``ending``.
    """
    if out is not None and out.suffix.lower() not in {ending, JSON}:
        raise InputError(
            f"--out {out}",
            f"the name ends in neither {ending} nor .json",
            "name a file that does",
            "a record or an image must not be written over by an answer",
        )


def say(text: str) -> None:
    """Write text to standard output."""
    typer.echo(text)


def say_json(content: Mapping[str, Any]) -> None:
    """Write JSON to standard output."""
    say(to_json(content, only_ascii=not _speaks_unicode()))


def to_json(content: Mapping[str, Any], *, only_ascii: bool = False) -> str:
    """Return an answer as JSON text."""
    return json.dumps(content, indent=2, ensure_ascii=only_ascii, allow_nan=False)


def note(text: str) -> str:
    """Return a note that belongs to the answer, within the width of the page."""
    return folded(f"Note: {text}")


def tell_aside(text: str) -> None:
    """Write a message that is no part of the answer to standard error."""
    typer.echo(folded(text), err=True)


def folded(text: str) -> str:
    """Fold long lines, and set what follows a fold two columns further in; names of files stay whole."""
    return "\n".join(_folded_line(line) for line in text.splitlines())


def _folded_line(line: str) -> str:
    margin = line[: len(line) - len(line.lstrip())]
    return "\n".join(wrap(line, WIDTH, subsequent_indent=f"{margin}  ", break_long_words=False, break_on_hyphens=False))


@contextmanager
def progress(*, quiet: bool) -> Iterator[Tell]:
    """Show what is being done and how far it is, on standard error; only where a person is watching."""
    if quiet or not sys.stderr.isatty():
        yield lambda what, done=None: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda what, done=None: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=24), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, refresh_per_second=4) as bars:
        task = bars.add_task("starting", total=None)

        def tell(what: str, done: float | None = None) -> None:
            bars.update(task, description=what, total=None if done is None else 1.0, completed=done or 0.0)

        yield tell


def _speaks_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def write_out(path: Path, text: str) -> None:
    """Write a file, and the folders above it where there are none.

    Raises
    ------
    InputError
        If the system does not allow it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
    except OSError as reason:
        raise InputError(str(path), f"it cannot be written ({reason.strerror})", "choose another place") from reason
