"""How plain values are written as YAML that a person reads easily and that is read back as the same values.

A mapping goes on one line where it fits, else on a line for each key; a text is quoted only where it must be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from lutetia.fileform.document import plain

WIDTH: Final = 116
"""Longest line made by putting a mapping on one line; a single long text goes beyond it."""

_SAFE: Final = re.compile(r"[A-Za-z0-9/](?:[A-Za-z0-9 _./*+^()-]|:(?=[0-9]))*(?<! )")


def scalar(value: str | int | float | bool | None) -> str:
    """Write one value; text is quoted where it would be read as something else."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, int | float):
        return repr(value)
    return value if _SAFE.fullmatch(value) and plain(value) is value else _quoted(value)


def _quoted(text: str) -> str:
    return '"' + "".join(_escaped(letter) for letter in text) + '"'


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return "\\" + letter
    if letter == "\n":
        return "\\n"
    if letter.isprintable():
        return letter
    code = ord(letter)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def flow(value: Any) -> str:
    """Write a value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return scalar(value)


def block(content: Mapping[str, Any], *, indent: int = 0, one_line_each: bool = False) -> Iterator[str]:
    """Yield the lines of a mapping.

    Parameters
    ----------
    content : mapping
    indent : int
        Spaces before each line.
    one_line_each : bool
        Put the entries of every list on one line each, however long.
    """
    margin = " " * indent
    for key, value in content.items():
        head = f"{margin}{scalar(key)}:"
        if isinstance(value, Mapping) and value and (one_line_each or not _fits(value, len(head))):
            yield head
            yield from block(value, indent=indent + 2, one_line_each=one_line_each)
        elif _is_list_of_mappings(value):
            yield head
            for item in value:
                yield from _item(item, indent + 2, one_line_each=one_line_each)
        else:
            yield f"{head} {flow(value)}"


def _item(item: Mapping[str, Any], indent: int, *, one_line_each: bool) -> Iterator[str]:
    margin = " " * indent
    if one_line_each or _fits(item, indent + 1):
        yield f"{margin}- {flow(item)}"
        return
    lines = block(item, indent=indent + 2)
    yield f"{margin}- {next(lines).lstrip()}"
    yield from lines


def _fits(value: Mapping[str, Any], taken: int) -> bool:
    return not any(_is_list_of_mappings(item) for item in value.values()) and taken + 1 + len(flow(value)) <= WIDTH


def _is_list_of_mappings(value: Any) -> bool:
    listed = isinstance(value, Sequence) and not isinstance(value, str)
    return listed and bool(value) and all(isinstance(item, Mapping) and item for item in value)
