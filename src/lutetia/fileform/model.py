"""How a file's content becomes a typed model, and a model's refusals become words with a line.

Pydantic's own messages are for programmers; here each is said in the words of the person who wrote the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import UnionType
from typing import Any, Final, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from lutetia.errors import LutetiaError
from lutetia.fileform.document import Document, Refuse
from lutetia.fileform.findings import FileError, Finding, MisfitError, Path, field_name, nearest

ModelT = TypeVar("ModelT", bound=BaseModel)

COUNTRY = "^[A-Z]{2}$"
"""How the code of a country is written."""


def read_as(
    model: type[ModelT], document: Document, *, context: Mapping[str, object] | None = None, refuse: Refuse = FileError
) -> ModelT:
    """Read a document as a model.

    Parameters
    ----------
    model : type of BaseModel
    document : Document
    context : mapping, optional
        For the validators, such as the time zone.
    refuse : type of FileError
        The error to raise.

    Raises
    ------
    FileError
        With every finding, in the order of lines.
    """
    findings = list(document.findings)
    try:
        read = model.model_validate(document.content, context=dict(context or {}))
    except ValidationError as error:
        details = _without_short_lists(error.errors(include_url=False))
        translated = [finding for detail in details for finding in _translated(detail, model, document)]
        said = tuple(finding.field for finding in findings)
        # What could not be read has been reported; that the model then misses it is an echo.
        findings += [finding for finding in translated if not (said and finding.field.startswith(said))]
    else:
        if not findings:
            return read
    raise refuse(document.name, _without_echoes(findings)) from None


def _without_short_lists(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Leave out that a list is too short where that is only because its entries were refused."""
    places = [detail["loc"] for detail in details]

    def only_an_echo(detail: ErrorDetails) -> bool:
        size = len(detail["loc"])
        return detail["type"] == "too_short" and any(p[:size] == detail["loc"] and len(p) > size for p in places)

    return [detail for detail in details if not only_an_echo(detail)]


def _without_echoes(findings: list[Finding]) -> tuple[Finding, ...]:
    """Say a thing once where it is true of every entry of a list."""
    said: dict[tuple[str, str, str], Finding] = {}
    for finding in sorted(findings):
        said.setdefault((finding.field.partition("[")[0], finding.found, finding.remedy), finding)
    return tuple(said.values())


def _translated(detail: ErrorDetails, model: type[BaseModel], document: Document) -> list[Finding]:
    path: Path = tuple(detail["loc"])
    raised = (detail.get("ctx") or {}).get("error")
    if isinstance(raised, MisfitError):
        return [_finding((*path, *misfit.path), misfit.found, document) for misfit in raised.misfits]
    if isinstance(raised, LutetiaError):
        return [Finding(document.line_of(path), field_name(path), raised.found, raised.remedy)]
    if isinstance(raised, ValueError):
        return [_finding(path, str(raised), document)]
    words = _WORDS.get(detail["type"])
    if words is None:
        return [_finding(path, f"{_shown(path, detail, document)} does not fit here; see the description", document)]
    return [_finding(path, words(path, detail, model, document), document)]


def _finding(path: Path, text: str, document: Document) -> Finding:
    found, _, remedy = text.partition("; ")
    return Finding(document.line_of(path), field_name(path), found, remedy)


def _shown(path: Path, detail: ErrorDetails, document: Document) -> str:
    written = document.written(path)
    if detail["input"] is None:
        return "nothing"
    if isinstance(detail["input"], Mapping):
        return "a mapping"
    if isinstance(detail["input"], tuple | list):
        return "a list"
    return f"'{detail['input'] if written is None else written}'"


def _unknown_key(path: Path, detail: ErrorDetails, model: type[BaseModel], document: Document) -> str:
    owner = _model_at(model, path[:-1])
    if str(path[-1]).isdigit():
        return f"'{path[-1]}' stands alone after a comma; write a decimal point (80.5), and no separator of thousands"
    hint = nearest(str(path[-1]), owner.model_fields) if owner else "see the description of the file"
    return f"the key '{path[-1]}' is not known here; {hint}"


def _missing(path: Path, detail: ErrorDetails, model: type[BaseModel], document: Document) -> str:
    return f"'{path[-1]}' is missing; add '{path[-1]}: ...'"


def _no_text(path: Path, detail: ErrorDetails, model: type[BaseModel], document: Document) -> str:
    shown = _shown(path, detail, document)
    if isinstance(detail["input"], int | float):
        return f'{shown} is read as {_kind(detail["input"])}, and text is needed; put it in quotes: "{shown[1:-1]}"'
    return f"{shown} stands where text is needed; write words"


def _no_number(path: Path, detail: ErrorDetails, model: type[BaseModel], document: Document) -> str:
    shown, whole = _shown(path, detail, document), "int" in detail["type"]
    what = "whole number" if whole else "number"
    return f"{shown} is not a {what}; {number_remedy(detail['input'], whole=whole)}"


def number_remedy(raw: object, *, whole: bool = False) -> str:
    """Say how a number is written, given what stands in its place."""
    example = "3" if whole else "1.5"
    if isinstance(raw, str):
        pointed = raw.strip().replace(",", ".")
        try:
            float(pointed)
        except ValueError:
            point = "" if whole else " with a decimal point"
            return f"write digits{point} and no unit, e.g. {example}"
        return f"write {pointed}, with a decimal point" if "," in raw else f"write {pointed} without quotes"
    return f"write digits, e.g. {example}"


def _kind(value: object) -> str:
    return "true or false" if isinstance(value, bool) else "a number"


def _no_flag(path: Path, detail: ErrorDetails, model: type[BaseModel], document: Document) -> str:
    return (
        f"{_shown(path, detail, document)} is neither true nor false; write true or false, or leave it out if unknown"
    )


def _no_choice(path: Path, detail: ErrorDetails, model: type[BaseModel], document: Document) -> str:
    choices = str((detail.get("ctx") or {}).get("expected", "")).replace("'", "").replace(" or ", ", ").split(", ")
    shown = _shown(path, detail, document)
    if not isinstance(detail["input"], str) and document.written(path) in choices:
        return f'{shown} is read as {_kind(detail["input"])}, and text is needed; put it in quotes: "{shown[1:-1]}"'
    if len(choices) == 1:
        return f"{shown} is not possible here; write '{choices[0]}'"
    hint = nearest(str(detail["input"]), choices)
    if not hint.startswith("known"):
        hint += f" (possible: {', '.join(choices)})"
        return f"{shown} is not possible here; {hint}"
    quoted = ["'>'" if choice == ">" else choice for choice in choices]
    return f"{shown} is not possible here; write one of: {', '.join(quoted)}"


def _out_of_range(path: Path, detail: ErrorDetails, model: type[BaseModel], document: Document) -> str:
    context = detail.get("ctx") or {}
    limits = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    limit = next(f"{words} {context[key]:g}" for key, words in limits.items() if key in context)
    return f"{_shown(path, detail, document)} is outside what is possible; write a number that is {limit}"


def _empty(path: Path, detail: ErrorDetails, model: type[BaseModel], document: Document) -> str:
    return "nothing stands here; write at least one"


def _bad_id(path: Path, detail: ErrorDetails, model: type[BaseModel], document: Document) -> str:
    shown = _shown(path, detail, document)
    if (detail.get("ctx") or {}).get("pattern") == COUNTRY:
        return f"{shown} is not the code of a country in ISO 3166; write two capitals, e.g. FR"
    return f"{shown} holds other signs than letters, digits, dot, dash and underscore; write e.g. P-001"


def _no_mapping(path: Path, detail: ErrorDetails, model: type[BaseModel], document: Document) -> str:
    owner = _model_at(model, path)
    needed = [name for name, field in owner.model_fields.items() if field.is_required()] if owner else []
    keys = f", at least: {', '.join(name for name in needed if name != 'item')}" if needed else ""
    listed = owner is not None and "entries" in owner.model_fields and isinstance(detail["input"], tuple)
    if listed:
        return "a list stands where 'entries' is needed; write 'entries:' on a line of its own above the list"
    return f"{_shown(path, detail, document)} stands where several keys are needed; write 'key: value' lines{keys}"


def _no_list(path: Path, detail: ErrorDetails, model: type[BaseModel], document: Document) -> str:
    return f"{_shown(path, detail, document)} stands where a list is needed; begin each entry with '- '"


_Words = Callable[[Path, ErrorDetails, type[BaseModel], Document], str]
_WORDS: Final[dict[str, _Words]] = {
    "extra_forbidden": _unknown_key,
    "missing": _missing,
    "string_type": _no_text,
    "string_too_short": _empty,
    "string_pattern_mismatch": _bad_id,
    "int_type": _no_number,
    "float_type": _no_number,
    "finite_number": _no_number,
    "bool_type": _no_flag,
    "literal_error": _no_choice,
    "greater_than_equal": _out_of_range,
    "greater_than": _out_of_range,
    "less_than_equal": _out_of_range,
    "less_than": _out_of_range,
    "too_short": _empty,
    "tuple_type": _no_list,
    "model_type": _no_mapping,
    "dict_type": _no_mapping,
    "mapping_type": _no_mapping,
}


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """Return the model whose keys stand at a path."""
    current: Any = model
    for step in path:
        owner = _first_model(current)
        if owner is not None and isinstance(step, str) and step in owner.model_fields:
            current = owner.model_fields[step].annotation
    return _first_model(current)


def _first_model(annotation: Any) -> type[BaseModel] | None:
    """Return the model inside ``X | None``, ``tuple[X, ...]``, ``Mapping[str, X]`` and the like."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (UnionType, Union) or get_args(annotation):
        return next((found for part in get_args(annotation) if (found := _first_model(part))), None)
    return None
