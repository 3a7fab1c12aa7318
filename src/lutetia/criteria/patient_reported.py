"""What do patients report of themselves, by instruments that stay what they are? Scores over time, never grades.

A score of PRO-CTCAE is no grade of CTCAE, and none is turned into the other. An instrument is known by name, version
and a table of its items; free ones stand in ``patient_reported.yaml``, every other one is brought by the user as a
small file whose form is :class:`Instrument`. Scores of an instrument without a table are shown as they were entered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import Field, model_validator

from lutetia.course import Course
from lutetia.course.entry import Words, known_entries
from lutetia.course.questionnaire import Questionnaire
from lutetia.errors import InputError
from lutetia.fileform import FileError, Misfit, MisfitError, Part, compose, contents, read_as
from lutetia.fileform.findings import nearest


class InstrumentFileError(FileError):
    """A table of an instrument is refused; nothing of it was used."""


class ScoreError(InputError):
    """A score does not fit the table of its instrument."""


class InstrumentItem(Part):
    """One item of an instrument: the scores it may have, and which way is worse."""

    lowest: int
    highest: int
    higher_is: Literal["worse", "better"]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.lowest >= self.highest:
            text = f"the highest score ({self.highest}) is not above the lowest ({self.lowest}); exchange them"
            raise MisfitError([Misfit(("highest",), text)])
        return self


class InstrumentSource(Part):
    """Where an instrument is published."""

    title: Words
    year: int
    identifier: str = ""


class Instrument(Part):
    """One version of an instrument."""

    format: Literal["lutetia-instrument/1"]
    name: Words
    version: Words
    source: InstrumentSource
    licence: Words
    items: Annotated[dict[str, InstrumentItem], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """The scores of one item of one instrument, oldest first."""

    item: str
    scores: tuple[tuple[date, int], ...]
    table: InstrumentItem | None

    @property
    def worst(self) -> int | None:
        """The worst score; None where the table does not say which way is worse."""
        if self.table is None:
            return None
        values = [score for _, score in self.scores]
        return max(values) if self.table.higher_is == "worse" else min(values)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentCourse:
    """All that one version of an instrument says about a man."""

    name: str
    version: str
    items: tuple[Reported, ...]
    filled_in: tuple[date, ...]
    instrument: Instrument | None
    needs: str = ""


@cache
def free_instruments() -> tuple[Instrument, ...]:
    """Return the instruments whose tables come with Lutetia."""
    return tuple(Instrument.model_validate({"format": "lutetia-instrument/1", **one}) for one in _raw()["instruments"])


@cache
def named_instruments() -> Mapping[str, str]:
    """Return instruments that are known by name alone, and what their use needs."""
    return {one["name"]: one["needs"] for one in _raw()["named"]}


def _raw() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("patient_reported.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def read_instrument(path: Path) -> Instrument:
    """Read the table of an instrument that a user brings.

    Raises
    ------
    InstrumentFileError
        With file, line, field, what was found and what to write instead.
    """
    text = contents(path, remedy="name a file that holds an instrument", refuse=InstrumentFileError)
    document = compose(text, name=path.name, refuse=InstrumentFileError)
    return read_as(Instrument, document, refuse=InstrumentFileError)


def reported(course: Course, own: Iterable[Instrument] = ()) -> tuple[InstrumentCourse, ...]:
    """Return what every instrument says about a man, in the order of the names.

    Parameters
    ----------
    course : Course
        As known on a day.
    own : iterable of Instrument
        Tables that the user brings; they stand for those of the same name and version that come with Lutetia.

    Raises
    ------
    ScoreError
        If a score lies outside its item's range, or its item is not one of the instrument's.
    """
    tables = {(one.name, one.version): one for one in (*free_instruments(), *own)}
    entries = sorted(
        known_entries(course.questionnaires, date.max), key=lambda one: (one.instrument, one.version, one.on)
    )
    keys = dict.fromkeys((one.instrument, one.version) for one in entries)
    return tuple(
        _of_instrument(key, [one for one in entries if (one.instrument, one.version) == key], tables.get(key))
        for key in keys
    )


def _of_instrument(
    key: tuple[str, str], entries: Sequence[Questionnaire], table: Instrument | None
) -> InstrumentCourse:
    if table is not None:
        for entry in entries:
            _require_fit(entry, table)
    names = dict.fromkeys([*(table.items if table else ()), *(item for one in entries for item in one.scores)])
    items = tuple(
        Reported(
            item=name,
            scores=tuple((one.on, one.scores[name]) for one in entries if name in one.scores),
            table=table.items[name] if table else None,
        )
        for name in names
    )
    licence = named_instruments().get(key[0])
    needs = "" if table else "a table of its items (--instrument FILE)" + (f"; its use needs {licence}" * bool(licence))
    return InstrumentCourse(
        name=key[0], version=key[1], items=tuple(item for item in items if item.scores),
        filled_in=tuple(one.on for one in entries), instrument=table, needs=needs,
    )  # fmt: skip


def _require_fit(entry: Questionnaire, table: Instrument) -> None:
    where = f"{table.name} {table.version} of {entry.on}"
    for name, score in entry.scores.items():
        item = table.items.get(name)
        if item is None:
            raise ScoreError(where, f"'{name}' is no item of it", nearest(name, table.items))
        if not item.lowest <= score <= item.highest:
            found = f"'{name}' has the score {score}"
            raise ScoreError(where, found, f"write a score from {item.lowest} to {item.highest}")
