"""Options that several commands share, spelt once."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from lutetia.errors import InputError

CourseArgument = Annotated[Path, typer.Argument(help="The course's folder, or its course.yaml.", metavar="COURSE")]
SiteOption = Annotated[
    Path | None,
    typer.Option(
        "--site",
        envvar="LUTETIA_SITE",
        metavar="DIR",
        help="The site's folder; else site/ in or beside the course's folder.",
    ),
]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="Use the record as it was known on this day; else today."),
]
QuestionOption = Annotated[
    str | None,
    typer.Option(
        "--question",
        metavar="QUESTION",
        help="'selection' or 'cycle N'; else the next cycle not yet given, and selection before the first.",
    ),
]
BookOption = Annotated[str, typer.Option("--book", metavar="NAME", help="Which source to ask.")]
ProtocolOption = Annotated[
    Path | None,
    typer.Option("--protocol", metavar="FILE", help="A local protocol; else protocol.yaml in the site's folder."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON on standard output.")]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Write the answer to this file instead: .txt, or .json for JSON."),
]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def day(text: str | None) -> date:
    """Read a day as typed on the command line; today when none was given.

    Raises
    ------
    InputError
        If it is not a day of the calendar.
    """
    if text is None:
        return date.today()  # noqa: DTZ011 - the user's own calendar day is meant
    try:
        if _DAY.fullmatch(text) is None:
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise InputError("--as-of", f"'{text}' is not a day", "write year-month-day, e.g. 2026-03-02") from None


def whole_number(typed: str | int) -> int:
    """Read a number as typed on the command line; a default passes through as it is.

    Raises
    ------
    typer.BadParameter
        If it is not a whole number from 0 to 4294967295.
    """
    text = str(typed)
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) < 2**32):
        raise typer.BadParameter(f"'{text}' is not a whole number from 0 to {2**32 - 1}.")
    return int(text)
