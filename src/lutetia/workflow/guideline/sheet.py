"""The review sheet of a book, written as HTML and PDF into a folder of its own."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lutetia import __version__
from lutetia.guideline.coverage import KINDS
from lutetia.guideline.protocol import read_protocol
from lutetia.guideline.sheet import Sheet, sheet
from lutetia.workflow.progress import Tell, silently
from lutetia.workflow.record.folder import FolderError

HTML, PDF = "sheet.html", "sheet.pdf"


@dataclass(frozen=True, slots=True)
class SheetWritten:
    """What was written, and for which content it stands."""

    sheet: Sheet
    html: Path
    pdf: Path

    def text(self) -> str:
        """Return what a person is told."""
        content = self.sheet.content
        found = self.as_json()
        counts = ", ".join(f"{count} {kind}" for kind, count in found["counts"].items() if count)
        protocol = self.sheet.protocol
        return "\n".join(
            (
                f"Review sheet of {self.sheet.book.title}, Lutetia {__version__}",
                f"{len(self.sheet.statements)} statements: {counts}; {found['cases']} cases",
                *(
                    (f"With the local protocol {protocol.file}: {len(self.sheet.departures)} entries",)
                    if protocol
                    else ()
                ),
                f"Content: {content}",
                f"Written: {self.html}",
                f"Written: {self.pdf}",
            )
        )

    def as_json(self) -> dict[str, Any]:
        """Return the same as plain values."""
        kinds = Counter(one.statement.kind for one in self.sheet.statements)
        cases = {(case.file, case.name) for one in self.sheet.statements for case in one.cases}
        protocol = self.sheet.protocol
        return {
            "book": self.sheet.book.id,
            "title": self.sheet.book.title,
            "identifier": self.sheet.book.source.identifier,
            "version": __version__,
            "content": self.sheet.content,
            "counts": {kind: kinds[kind] for kind in KINDS},
            "cases": len(cases),
            "protocol": None if protocol is None else {"file": protocol.file, "sha256": protocol.sha256},
            "files": [str(self.html), str(self.pdf)],
        }


def write_sheet(
    book: str, folder: Path, *, protocol: Path | None = None, today: date, tell: Tell = silently
) -> SheetWritten:
    """Write the review sheet of a book.

    Parameters
    ----------
    book : str
        Name of the book's folder.
    folder : Path
        New or empty; it is made.
    protocol : Path or None
        A local protocol to lay over the book, whose departures are shown.
    today : date
        A protocol dated later is refused; nothing else depends on the day.

    Raises
    ------
    InputError
        If there is no such book, the protocol is refused, or the folder holds something or cannot be written.
    """
    _require_room(folder)
    tell("collecting the statements", 0.0)
    made = sheet(book, None if protocol is None else read_protocol(protocol, today=today))
    from lutetia.report import render_html, render_pdf
    from lutetia.report.sheet import sheet_document

    document = sheet_document(made)
    tell("setting the pages", 0.4)
    files = {HTML: render_html(document).encode(), PDF: render_pdf(document)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as reason:
        raise FolderError(str(folder), f"it cannot be written ({reason.strerror})", "choose another place") from reason
    return SheetWritten(made, folder / HTML, folder / PDF)


def _require_room(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        found = "there is something in it already"
        raise FolderError(str(folder), found, "name a new folder, or empty this one",
                          "a sheet that was signed must not be written over")  # fmt: skip
