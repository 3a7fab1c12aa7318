"""How a course is written, so that a coordinator can read it and a version control can compare it.

One fact or entry on a line where it fits; what has its default is left out; the same course gives the same text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lutetia.course.consistency import LISTS
from lutetia.course.course import Course
from lutetia.fileform.emit import block

_LAST: Final = ("recorded_at", "recorded_by", "source", "supersedes", "why", "note", "corrects", "entries")
"""Who recorded an entry, and what it corrects, stand after what it says; entries after what holds for all."""

_LATEST: Final = ("complete_as_of", "by")
"""Said again by the last of several statements of completeness."""


def write_course(course: Course) -> str:
    """Write a course as the text of a course file.

    Parameters
    ----------
    course : Course
        A whole record; a view of it as known on a day lacks what its corrections refer to.

    Raises
    ------
    ValueError
        For a view made by ``Course.as_known``.
    """
    if course.is_view:
        raise ValueError("a view as known on a day is not the record; write the course it was made from")
    content = _ordered(course.model_dump(mode="json", exclude_defaults=True))
    for name in LISTS:
        if "complete" in content.get(name, {}):
            content[name] = {key: value for key, value in content[name].items() if key not in _LATEST}
    lines: list[str] = []
    for key, value in content.items():
        if isinstance(value, Mapping) and not value:
            continue
        lines += ["", *block({key: value}, one_line_each=key == "facts")] if _is_long(value) else block({key: value})
    return "\n".join(lines) + "\n"


def _is_long(value: Any) -> bool:
    return isinstance(value, list) or (isinstance(value, Mapping) and any(isinstance(v, list) for v in value.values()))


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        kept = {key: _ordered(item) for key, item in value.items() if item not in ({}, [])}
        first = {"id": kept.pop("id")} if "id" in kept and "format" not in kept else {}
        last = {key: kept.pop(key) for key in _LAST if key in kept}
        return {**first, **kept, **last}
    if isinstance(value, list):
        return [_ordered(item) for item in value]
    return value
