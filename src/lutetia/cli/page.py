"""How a command whose answer is a page gives it: on the terminal, as JSON, or as a file that is one of four kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from lutetia.cli.output import deliver, note, require_writable_name, tell_aside
from lutetia.errors import InputError

if TYPE_CHECKING:
    from lutetia.report.document import Document

HTML, PDF = ".html", ".pdf"
PAGES: Final = frozenset({HTML, PDF})
PageOutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Write to this file instead: .txt, .json, .html, or .pdf."),
]


def is_page(out: Path | None) -> bool:
    """Tell whether a file is to be a page: HTML or PDF."""
    return out is not None and out.suffix.lower() in PAGES


def require_page_name(out: Path | None, *, as_json: bool) -> None:
    """Refuse a name that is none of the four kinds, or a page where JSON is asked for, before any work is done.

    Raises
    ------
    InputError
        If it is.
    """
    if not is_page(out):
        require_writable_name(out)
    elif as_json:
        raise InputError(f"--out {out}", "--json asks for JSON", "name a .json file, or leave --json out")


def deliver_page(
    document: Callable[[], Document],
    content: Callable[[], Mapping[str, Any]],
    *,
    notes: Iterable[str],
    as_json: bool,
    out: Path | None,
) -> None:
    """Give a page in the form and at the place that were asked for; the notes follow it on the terminal."""
    if out is None or not is_page(out):
        deliver(lambda: _text(document(), notes), content, as_json=as_json, out=out)
        return
    from lutetia.report import render_html, render_pdf

    page = document()
    written = render_pdf(page) if out.suffix.lower() == PDF else render_html(page).encode()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(written)
    except OSError as reason:
        raise InputError(str(out), f"it cannot be written ({reason.strerror})", "choose another place") from reason
    tell_aside(f"Written: {out}")


def _text(page: Document, notes: Iterable[str]) -> str:
    from lutetia.report import render_text

    return "\n".join([render_text(page), *map(note, notes)])
