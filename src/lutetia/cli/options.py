"""Options that several commands share, spelt once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from lutetia.errors import InputError

CourseArgument = Annotated[Path, typer.Argument(help="The course's folder, or its course.yaml.", metavar="COURSE")]
SiteOption = Annotated[
    Path | None,
    typer.Option("--site", envvar="LUTETIA_SITE", help="The site's folder; else site/ beside or above the course."),
]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="Use the record as it was known on this day; else today."),
]
QuestionOption = Annotated[
    str | None,
    typer.Option(
        "--question",
        help="'selection' or 'cycle N'; else the next cycle not yet given, and selection before the first.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON on standard output.")]
OutOption = Annotated[Path | None, typer.Option("--out", help="Write the answer to this file instead.")]


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
        return date.fromisoformat(text)
    except ValueError:
        raise InputError("--as-of", f"'{text}' is not a day", "write year-month-day, e.g. 2026-03-02") from None
