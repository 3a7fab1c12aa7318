"""A document as one HTML file that needs nothing else: no network, no script, no font, no second file."""

from __future__ import annotations

import base64
import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from lutetia.report.document import Document
from lutetia.report.figures.style import TYPEFACE

if TYPE_CHECKING:
    from jinja2 import Environment

_DAY: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
SCREEN_TYPEFACE: Final = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', 'Liberation Sans', "
    "'DejaVu Sans', Arial, sans-serif"
)


def render_html(document: Document) -> str:
    """Return a document as a self-contained HTML page, printable on A4."""
    from markupsafe import Markup

    style = resources.files("lutetia.report").joinpath("page.css").read_text(encoding="utf-8")
    template = _environment().get_template("page.html.jinja")
    return template.render(document=document, style=Markup(style), digest=document.digest)  # noqa: S704 - our own file


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup, escape

    environment = Environment(
        loader=PackageLoader("lutetia.report", ""), autoescape=True, undefined=StrictUndefined,
        trim_blocks=False, keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters["kind"] = lambda block: type(block).__name__
    environment.filters["dated"] = lambda text: Markup(_DAY.sub(r"<time>\g<0></time>", str(escape(text))))  # noqa: S704
    environment.filters["data_uri"] = lambda svg: Markup(data_uri(svg))  # noqa: S704 - base64 only
    return environment


def data_uri(svg: bytes) -> str:
    """Return a picture as a data URI, set in the typeface of the page."""
    own = svg.decode().replace(f"'{TYPEFACE}'", SCREEN_TYPEFACE)
    return f"data:image/svg+xml;base64,{base64.b64encode(own.encode()).decode()}"
