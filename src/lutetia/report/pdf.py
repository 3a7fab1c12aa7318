"""A document as PDF on A4, set by typst with the faces it carries, the same bytes for the same content."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from lutetia.report.document import Document, as_plain
from lutetia.report.figures.style import TYPEFACE

PAPER_TYPEFACE: Final = "Libertinus Serif"
STANDARD: Final = "ua-1"
"""PDF/UA-1: tagged, with title, language and a text for every picture."""


def render_pdf(document: Document) -> bytes:
    """Return a document as a tagged PDF with page x of y and the hash of its content in the foot."""
    import typst

    plain = as_plain(document)
    assert isinstance(plain, dict)
    plain["digest"] = document.digest
    with TemporaryDirectory(prefix="lutetia-") as name:
        folder = Path(name)
        template = resources.files("lutetia.report").joinpath("page.typ").read_bytes()
        (folder / "page.typ").write_bytes(template)
        (folder / "document.json").write_text(json.dumps(plain, ensure_ascii=False), encoding="utf-8")
        for figure in document.figures():
            svg = figure.svg.decode().replace(TYPEFACE, PAPER_TYPEFACE)
            (folder / f"{figure.name}.svg").write_text(svg, encoding="utf-8")
        pdf = typst.compile(str(folder / "page.typ"), root=str(folder), format="pdf", ignore_system_fonts=True,
                            pdf_standards=STANDARD, timestamp=0)  # fmt: skip
    assert isinstance(pdf, bytes)
    return pdf
