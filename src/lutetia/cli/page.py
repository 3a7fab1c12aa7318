"""How a command writes its answer as a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from lutetia.cli.output import tell_aside
from lutetia.errors import InputError

if TYPE_CHECKING:
    from lutetia.report.document import Document

HTML, PDF = ".html", ".pdf"
_PAGES: Final = (HTML, PDF)


def is_page(out: Path | None, *, as_json: bool) -> bool:
    """Tell whether a page was asked for.

    Raises
    ------
    InputError
        If JSON was asked for as well.
    """
    if out is None or out.suffix.lower() not in _PAGES:
        return False
    if as_json:
        raise InputError(f"--out {out}", "--json asks for JSON", "name a .json file, or leave --json out")
    return True


def write_page(path: Path, document: Document) -> None:
    """Write a document as HTML or PDF, by the name of the file.

    Raises
    ------
    InputError
        If it cannot be written there.
    """
    from lutetia.report import render_html, render_pdf

    content = render_pdf(document) if path.suffix.lower() == PDF else render_html(document).encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as reason:
        raise InputError(str(path), f"it cannot be written ({reason.strerror})", "choose another place") from reason
    tell_aside(f"Written: {path}")
