"""New examinations as lines of ``course.yaml``, each other line as its author wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import yaml

from lutetia.course.findings import Examination
from lutetia.workflow.record.folder import RECORD
from lutetia.workflow.record.text import AcceptError, flow, last_line, value_of


@dataclass(frozen=True, slots=True, kw_only=True)
class NewExamination:
    """An examination that is to be written.

    Attributes
    ----------
    examination : Examination
    corrects : int or None
        Place of the entry that it corrects.
    name : str
        Id of that entry.
    had_name : bool
        Whether it bears that id already.
    """

    examination: Examination
    corrects: int | None = None
    name: str = ""
    had_name: bool = False


def with_examinations(text: str, made: Sequence[NewExamination]) -> str:
    """Return the text of a record with examinations more, and with the ids of those that they correct.

    Raises
    ------
    AcceptError
        If the list is written in a way that cannot be added to line by line.
    """
    lines = text.splitlines()
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    assert isinstance(root, yaml.MappingNode)
    listed = value_of(root, "examinations")
    if listed is None:
        return "\n".join([*lines, "examinations:", "  entries:", *_items(made, "    ")]) + "\n"
    if not isinstance(listed, yaml.MappingNode) or listed.flow_style:
        raise AcceptError(RECORD, "its examinations are written within braces", "write them as a block of lines")
    entries = value_of(listed, "entries")
    if entries is None:
        indent = " " * listed.start_mark.column
        lines[last_line(listed) + 1 : last_line(listed) + 1] = [f"{indent}entries:", *_items(made, f"{indent}  ")]
        return "\n".join(lines) + "\n"
    if not isinstance(entries, yaml.SequenceNode) or entries.flow_style or not entries.value:
        raise AcceptError(RECORD, "the entries of its examinations are no lines", "write each as a line with a dash")
    end = last_line(entries) + 1
    lines[end:end] = _items(made, " " * entries.start_mark.column)
    for one in sorted(made, key=lambda one: -1 if one.corrects is None else one.corrects, reverse=True):
        if one.corrects is not None and not one.had_name:
            _name(lines, entries.value[one.corrects], one.name)
    return "\n".join(lines) + "\n"


def _items(made: Sequence[NewExamination], indent: str) -> list[str]:
    return [f"{indent}- {flow(one.examination)}" for one in made]


def _name(lines: list[str], entry: yaml.MappingNode, name: str) -> None:
    """Give an entry its id: within its braces, or on a line of its own."""
    at, column = entry.start_mark.line, entry.start_mark.column
    if entry.flow_style:
        lines[at] = f"{lines[at][: column + 1]}id: {name}, {lines[at][column + 1 :]}"
    else:
        end = last_line(entry) + 1
        lines[end:end] = [f"{' ' * column}id: {name}"]
