"""The text of ``course.yaml``, kept as its author wrote it while lines are set into it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import BaseModel

from lutetia.course import Course
from lutetia.course.file import parse_course
from lutetia.errors import InputError
from lutetia.workflow.record.folder import RECORD, CourseFolder, find_site, open_course


class AcceptError(InputError):
    """A result is not taken over."""


class OpenRecord(NamedTuple):
    """A record that is to be added to.

    Attributes
    ----------
    text : str
        As it is written.
    zone : str or None
        Of the site, for clock times without an offset.
    """

    folder: CourseFolder
    text: str
    course: Course
    zone: str | None


def open_record(place: Path, site_path: Path | None, *, result: str, of: str) -> OpenRecord:
    """Open the record of a course that a result belongs to.

    Parameters
    ----------
    place : Path
        The course's folder, or its ``course.yaml``.
    site_path : Path or None
        The site's folder; else ``site/`` in or beside the course's.
    result : str
        What the result is called in errors.
    of : str
        Id of the course that the result names.

    Raises
    ------
    AcceptError
        If it is another course.
    """
    folder = open_course(place)
    site = find_site(folder, site_path)
    zone = None
    if site is not None:
        from lutetia.site import read_site

        zone = read_site(site).timezone
    text = folder.record.read_text(encoding="utf-8")
    course = parse_course(text, name=RECORD, timezone=zone)
    if of != course.id:
        raise AcceptError(result, f"it is a result of course '{of}'", "name a result of this course")
    return OpenRecord(folder, text, course, zone)


def value_of(node: yaml.MappingNode, key: str) -> Any:
    """Return the node behind a key; None where there is none."""
    return next((value for name, value in node.value if name.value == key), None)


def last_line(node: Any) -> int:
    """Return the last line that a node writes on; a block node ends where its last child does."""
    if isinstance(node, yaml.ScalarNode) or node.flow_style or not node.value:
        mark = node.end_mark
        return int(mark.line if mark.column else mark.line - 1)
    last = node.value[-1]
    return last_line(last[1] if isinstance(last, tuple) else last)


def flow(part: BaseModel) -> str:
    """Write a part of the record on one line."""
    content = part.model_dump(mode="json", exclude_none=True, exclude_unset=True)
    return yaml.dump(content, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000).strip()


def replace_record(folder: CourseFolder, text: str) -> None:
    """Put a new text in the place of the record, whole or not at all.

    Raises
    ------
    AcceptError
        If it cannot be written.
    """
    record = folder.record.resolve()
    beside = record.with_suffix(".yaml.new")
    try:
        beside.write_text(text, encoding="utf-8")
        shutil.copymode(record, beside)
        os.replace(beside, record)
    except OSError as reason:
        raise AcceptError(str(folder.record), f"it cannot be written ({reason.strerror})", "allow writing") from reason
