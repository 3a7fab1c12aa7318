"""What a course file says: read strictly, and refused with everything that is wrong in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from lutetia.course.course import Course
from lutetia.fileform import FileError, compose, contents, read_as
from lutetia.fileform.moment import time_zone


class CourseFileError(FileError):
    """A course file is refused; nothing of it was used."""


def read_course(path: Path, *, timezone: str | None = None) -> Course:
    """Read a course file.

    Parameters
    ----------
    path : Path
        For example ``COURSE/course.yaml``.
    timezone : str, optional
        IANA name in which clock times without an offset are read, where the course itself states none.

    Raises
    ------
    CourseFileError
        If there is no such file, or with every finding in it.
    """
    text = contents(path, remedy="check its name and place", refuse=CourseFileError)
    return parse_course(text, name=path.name, timezone=timezone)


def parse_course(text: str | bytes, *, name: str, timezone: str | None = None) -> Course:
    """Read the text of a course file; see :func:`read_course`.

    Parameters
    ----------
    name : str
        File name, for messages.
    """
    document = compose(text, name=name, refuse=CourseFileError)
    context = {"timezone": _zone(document.content, timezone)}
    return read_as(Course, document, context=context, refuse=CourseFileError)


def _zone(content: dict[str, Any], fallback: str | None) -> ZoneInfo | None:
    stated = content.get("timezone")
    if isinstance(stated, str):
        try:
            return time_zone(stated)
        except ValueError:
            return ZoneInfo("UTC")  # the zone itself is refused by the course; no clock time need be as well
    return None if fallback is None else time_zone(fallback)
