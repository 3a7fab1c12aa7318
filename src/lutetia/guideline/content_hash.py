"""For which content does a signature stand? One hash over everything of a book that decides or that is signed.

What goes in: the source, every recommendation with all its fields, its conditions both as they read and as they are
built, every number with its days and its place, how old facts may be, every statement with its kind, reason,
paraphrase, place and strength, and every case with what it is put on. What stays out: the version of the program, the
day, the machine, the order in which a file happens to write its keys. The program that evaluates is bound by the
cases and named by its version.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from types import FunctionType
from typing import Any, Final

from lutetia.guideline.book import Book, load
from lutetia.guideline.cases import written_cases
from lutetia.guideline.logic import Condition, Quantity
from lutetia.guideline.logic.limit import limit
from lutetia.guideline.outline import parts_of
from lutetia.guideline.protocol import Protocol
from lutetia.vocabulary import Item

FORM: Final = "lutetia-guideline-content/1"
"""Changes when the way in which the hash is made does."""


def content_hash(book: str, protocol: Protocol | None = None) -> str:
    """Return the SHA-256 of a book's content, as lower-case hexadecimal.

    Parameters
    ----------
    book : str
        Name of the book's folder.
    protocol : Protocol or None
        A local protocol laid over it, which is signed with it.
    """
    own = _of_book(book)
    return own if protocol is None else _sha256({"book": own, "protocol": plain(protocol.form.model_dump(mode="json"))})


@cache
def _of_book(name: str) -> str:
    return _sha256(content(load(name)))


def content(book: Book) -> dict[str, Any]:
    """Return everything of a book that is hashed, as plain values."""
    printed, cases = book.printed, written_cases(book.id)
    return {
        "form": FORM,
        "book": {name: plain(getattr(book, name)) for name in _OF_THE_BOOK},
        "recommendations": [
            {
                "written": plain(one),
                "condition": printed[one.id].condition,
                "applies": printed[one.id].applies,
                "unless": plain(printed[one.id].exceptions),
                "caveat": printed[one.id].caveat,
            }
            for one in book.recommendations
        ],
        "limits": plain(book.read("limits.yaml")),
        "validity": plain(book.read("validity.yaml")),
        "statements": plain(book.read("coverage.yaml")),
        "cases": [plain([one.file, one.raw]) for one in cases],
        "backgrounds": {str(one.raw["background"]): plain(one.background) for one in cases},
    }


_OF_THE_BOOK: Final = (
    "id", "title", "source", "topics", "jurisdiction", "versions", "caveat", "indications", "scope", "strength_note",
    "summary", "notes", "not_encoded",
)  # fmt: skip


def plain(one: object) -> Any:  # noqa: PLR0911 - one return per kind of value
    """Return anything that a book is written with as dicts, lists, strings and numbers, the same on every machine."""
    match one:
        case None | bool() | int() | float():
            return one
        case Enum():
            return plain(one.value)
        case str():
            return one
        case date():
            return one.isoformat()
        case Mapping():
            return {str(plain(name)): plain(value) for name, value in one.items()}
        case frozenset() | set():
            return sorted((plain(value) for value in one), key=json.dumps)
        case tuple() | list():
            return [plain(value) for value in one]
        case _:
            return _object(one)


def _object(one: object) -> Any:  # noqa: PLR0911 - one return per kind of expression
    """Return an expression by its kind and its parts; a function by its name and what it was made with."""
    if isinstance(one, Item):
        return {"item": one.id}
    if isinstance(one, limit):
        return {"limit": one.name}
    if isinstance(one, FunctionType):
        made_with = [plain(cell.cell_contents) for cell in one.__closure__ or ()]
        return {"function": f"{one.__module__}.{one.__qualname__}", "of": made_with}
    kind = type(one).__name__
    if isinstance(one, Condition | Quantity):
        return {"expression": kind, "of": [plain(part) for part in parts_of(one)]}
    if is_dataclass(one):
        return {"kind": kind} | {field.name: plain(getattr(one, field.name)) for field in fields(one)}
    if hasattr(one, "__dict__"):
        return {"kind": kind} | {name: plain(value) for name, value in sorted(vars(one).items())}
    return {"kind": kind, "of": [plain(part) for part in parts_of(one)]}


def _sha256(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
