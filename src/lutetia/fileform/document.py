"""What a YAML file says, exactly as written, and on which line.

The subset that people need: mappings, sequences, text, whole and decimal numbers, ``true``, ``false`` and
nothing. Only these words and plain decimal digits are special: no ``yes``, no octal, no base-60, no dates made
behind the writer's back (``2026-03-02`` stays the text it is). A key used twice, an alias, a tag or a second
document is refused.

Sources: YAML 1.2.2, chapter 10.3 (core schema, of which this reads a subset); libyaml parses.
"""

from __future__ import annotations

import pathlib
import re
from collections.abc import Callable
from typing import Any, Final

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from lutetia.fileform.findings import FileError, Finding, Path, field_name

_INTEGER: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)?(\.[0-9]*)?([eE][-+]?[0-9]+)?")
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None, "~": None, "": None}
_TEXT_TAG, _LIST_TAG, _MAP_TAG = (f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))
_TAGS: Final[dict[type[Node], str]] = {ScalarNode: _TEXT_TAG, SequenceNode: _LIST_TAG, MappingNode: _MAP_TAG}

_DEEPEST: Final = 60
"""Levels of brackets; a file that a person writes has fewer than ten."""

Refuse = Callable[[str, tuple[Finding, ...]], FileError]


class _Parser(CParser):
    """libyaml, with no word given a meaning that its writer did not intend."""

    def resolve(self, kind: type[Node], value: str, implicit: object) -> str:
        """Return the tag of a value that has none: what a word means is told by :func:`plain`."""
        return _TAGS[kind]

    def descend_resolver(self, parent: Node | None, index: object) -> None:
        """Pass over the resolvers that hang on a value's place."""

    def ascend_resolver(self) -> None:
        """Pass over the resolvers that hang on a value's place."""


class Document:
    """A file's content as plain values, with the way back from a value to its line.

    Attributes
    ----------
    name : str
        File name, for messages.
    content : dict
        Mappings as dict, sequences as tuple, scalars as str, int, float, bool or None.
    findings : tuple of Finding
        What was wrong on the way from text to values, such as a key used twice.
    """

    def __init__(self, name: str, root: MappingNode) -> None:
        self.name, self._root = name, root
        self._findings: list[Finding] = []
        self._seen: set[int] = set()
        self.content: dict[str, Any] = self._mapping(root, ())
        self._seen.clear()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was wrong on the way from text to values."""
        return tuple(self._findings)

    def _note(self, node: Node, path: Path, found: str, remedy: str) -> None:
        self._findings.append(Finding(_line(node), field_name(path), found, remedy))

    def _value(self, node: Node, path: Path) -> Any:
        if isinstance(node, ScalarNode):
            if node.tag != _TEXT_TAG:
                self._note(node, path, f"the tag '{node.tag}' is not read", "write the value without it")
            # To libyaml a plain scalar has the style ''.
            return node.value if node.style else plain(node.value)
        if len(path) > _DEEPEST:
            raise RecursionError
        if id(node) in self._seen:
            self._note(node, path, "a part of the file is used twice by an alias (*)", "write it out in both places")
            return None
        self._seen.add(id(node))
        if node.tag not in (_LIST_TAG, _MAP_TAG):
            self._note(node, path, f"the tag '{node.tag}' is not read", "write the value without it")
        if isinstance(node, SequenceNode):
            return tuple([self._value(item, (*path, i)) for i, item in enumerate(node.value)])
        return self._mapping(node, path)

    def _mapping(self, node: Node, path: Path) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._note(key_node, path, "a key is a list or a mapping", "write a word before the colon")
                continue
            key: str = key_node.value
            if key in content:
                first = next(_line(other) for other, _ in node.value if other.value == key)
                self._note(
                    key_node, (*path, key), f"the key '{key}' stands twice, first on line {first}",
                    "keep one of the two, or make it a list",
                )  # fmt: skip
            content[key] = self._value(value_node, (*path, key))
        return content

    def line_of(self, path: Path) -> int:
        """Return the line of a value; of its nearest surroundings where it is not in the file."""
        node: Node = self._root
        line = _line(node)
        for step in path:
            if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = _line(node)
            elif isinstance(node, MappingNode) and isinstance(step, str):
                found = next(((k, v) for k, v in node.value if k.value == step), None)
                if found is None:
                    break
                line, node = _line(found[0]), found[1]
            elif not isinstance(step, int):  # one fact may stand without the dash of a list
                break
        return line

    def written(self, path: Path) -> str | None:
        """Return a scalar as it was typed; None for what is no scalar or not there."""
        node: Node = self._root
        for step in path:
            if isinstance(node, MappingNode) and isinstance(step, str):
                node = next((v for k, v in reversed(node.value) if k.value == step), node)
            elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
            elif not (isinstance(node, MappingNode) and isinstance(step, int)):
                return None
        return str(node.value) if isinstance(node, ScalarNode) else None


def plain(text: str) -> str | int | float | bool | None:
    """Return what an unquoted word means: a number, true, false, nothing, else the text itself."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "0123456789+-.":
        if _INTEGER.fullmatch(text):
            return int(text) if len(text) < 300 else text
        if _DECIMAL.fullmatch(text) and any(letter.isdigit() for letter in text.partition("e")[0].partition("E")[0]):
            return float(text)
    return text


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def contents(file: pathlib.Path, *, remedy: str, refuse: Refuse = FileError, name: str = "") -> bytes:
    """Return what a file holds, or refuse it where it cannot be read.

    Parameters
    ----------
    file : pathlib.Path
    remedy : str
        What to do where it cannot be read.
    refuse : type of FileError
        The error to raise.
    name : str
        For messages; the file's own where it is empty.

    Raises
    ------
    FileError
        If it is not there, is no file, or may not be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        found = Finding(0, "", f"the file cannot be read ({error.strerror})", remedy)
        raise refuse(name or file.name, (found,)) from None


def compose(text: bytes | str, *, name: str, refuse: Refuse = FileError) -> Document:
    """Read the text of a file.

    Parameters
    ----------
    text : bytes or str
        Bytes must be UTF-8.
    name : str
        File name, for messages.
    refuse : type of FileError
        The error to raise.

    Raises
    ------
    FileError
        If it is not UTF-8, not YAML, empty, no mapping, or more than one document.
    """
    if isinstance(text, bytes):
        text = _decoded(text, name, refuse)
    text = text.removeprefix("\ufeff")
    try:
        return _document(name, _Parser(text).get_single_node(), refuse)
    except yaml.YAMLError as error:
        raise refuse(name, (_not_yaml(error, text),)) from None
    except RecursionError:
        raise refuse(name, (Finding(0, "", "brackets are nested too deeply", "write it with fewer levels"),)) from None


def _document(name: str, root: Node | None, refuse: Refuse) -> Document:
    if root is None:
        raise refuse(name, (Finding(0, "", "the file is empty", "begin with its format and id"),))
    if not isinstance(root, MappingNode):
        raise refuse(
            name, (Finding(_line(root), "", "the file does not begin with 'key: value'", "write it as in the docs"),)
        )
    return Document(name, root)


def _decoded(raw: bytes, name: str, refuse: Refuse) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        found = f"a byte (0x{raw[error.start]:02x}) that is not UTF-8 text"
        raise refuse(name, (Finding(line, "", found, "save the file as UTF-8"),)) from None


def _not_yaml(error: yaml.YAMLError, text: str) -> Finding:
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", None) or "")
    if mark is None:
        bad = next((i for i, letter in enumerate(text) if not letter.isprintable() and letter not in "\n\r\t"), 0)
        found = "a control character that no text file holds"
        return Finding(text[:bad].count("\n") + 1, "", found, "delete it, or save the file again as plain text")
    opened = getattr(error, "context_mark", None)
    line = mark.line + 1
    lines = text.splitlines()
    rest = lines[mark.line][mark.column :] if mark.line < len(lines) else ""
    for words, found, remedy in _WHAT_LIBYAML_SAYS:
        if words in problem and (words != "cannot start any token" or rest):
            line = opened.line + 1 if opened is not None and "never closed" in found else line
            return Finding(line, "", found.format(letter=_shown(rest[:1])), remedy.format(letter=rest[:1]))
    return Finding(line, "", f"this cannot be read as YAML ({problem})", "check indentation, colons and quotes")


def _shown(letter: str) -> str:
    return "a tab" if letter == "\t" else f"the character {letter}"


_WHAT_LIBYAML_SAYS: Final = (
    ("cannot start any token", "{letter} where a value or an indentation begins",
     "indent by spaces, never tabs; put a value that begins with a special character in quotes"),
    ("mapping values are not allowed", "a second colon on the line, or a line indented too far",
     "put text that holds ': ' in quotes, and align the keys that belong together"),
    ("could not find expected ':'", "a key without its colon here or on the line above",
     "write 'key: value', with a space after the colon"),
    ("undefined alias", "a value that begins with *", "put it in quotes"),
    ("found another document", "a second document after '---'", "keep one course or site in one file"),
    ("unexpected end of stream", "a quotation mark that is never closed", "close it"),
    ("did not find expected ',' or", "a bracket that is never closed, or a comma missing",
     "close the bracket, and separate its parts by commas"),
    ("did not find expected key", "a line whose indentation fits nothing above it",
     "align the keys that belong together"),
    ("did not find expected '-' indicator", "a line whose indentation fits nothing above it",
     "align the dashes of a list"),
)  # fmt: skip
