"""Which form does a local protocol have, and does it fit its book? Each name, unit and number is checked against it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date as calendar_day
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from lutetia.criteria.interval import steady
from lutetia.fileform import Day, Misfit, MisfitError, Part, Quantity
from lutetia.fileform.findings import nearest
from lutetia.guideline.book import Book, books, load
from lutetia.guideline.logic.limit import Limit
from lutetia.units import UnitError, convert
from lutetia.vocabulary import ITEMS, OTHER_NAMES

FARTHEST: Final = 50.0
"""A number so many times the source's, or so small a part of it, is taken for a slip of the unit."""

_WORST_GRADE: Final = 5


def _says_something(text: str) -> str:
    if not text.strip():
        raise ValueError("nothing is said here; each departure from the source needs its reason in words")
    return text


Said = Annotated[str, AfterValidator(_says_something)]


class ProtocolEntry(Part):
    """What every departure has; author and day are those of the file unless stated here."""

    reason: Said
    author: Said | None = None
    date: Day | None = None


class LimitEntry(ProtocolEntry):
    """Another number in place of one of the book's."""

    name: str
    value: float
    unit: str | None = None


class AgeEntry(ProtocolEntry):
    """How old the facts of an item or of its group may be on the day of a question."""

    question: Literal["selection", "cycle"]
    item: str
    at_most: Quantity


class RuleEntry(ProtocolEntry):
    """A recommendation that is not heeded here, or expressly is."""

    id: str
    switch: Literal["off", "on"]


class CheckEntry(ProtocolEntry):
    """A question that a person answers."""

    id: str
    question: Said
    citation: Said = "local decision"


class ProtocolForm(Part):
    """The content of a local protocol; every name in it is one of the book's."""

    format: Literal["lutetia-protocol/1"]
    book: str
    author: Said
    date: Day
    limits: Annotated[tuple[LimitEntry, ...], Field(strict=False)] = ()
    validity: Annotated[tuple[AgeEntry, ...], Field(strict=False)] = ()
    rules: Annotated[tuple[RuleEntry, ...], Field(strict=False)] = ()
    checklist: Annotated[tuple[CheckEntry, ...], Field(strict=False)] = ()

    @field_validator("book")
    @classmethod
    def _a_known_book(cls, name: str) -> str:
        if name not in books():
            raise ValueError(f"there is no book '{name}'; {nearest(name, books())}")
        return name

    @model_validator(mode="after")
    def _fits_its_book(self, info: ValidationInfo) -> Self:
        book = load(self.book)
        found = [*_later_than_today(self, info), *_limits(self, book), *_ages(self), *_rules(self, book)]
        if found := [*found, *_checks(self)]:
            raise MisfitError(found)
        return self


def in_unit_of(limit: Limit, value: float, unit: str | None) -> float:
    """Return a local number in the unit of the book's limit.

    Raises
    ------
    ValueError
        If the unit is missing, superfluous, or of another dimension.
    """
    if not limit.unit:
        if unit is not None:
            raise ValueError(f"{limit.name} has no unit and is given in '{unit}'; leave the unit out")
        return value
    if unit is None:
        raise ValueError(f"{limit.name} has no unit here, and a unit is never guessed; add 'unit: {limit.unit}'")
    if unit == limit.unit:
        return value
    try:
        return steady(convert(value, unit, limit.unit))
    except UnitError:
        raise ValueError(
            f"'{unit}' cannot be converted into the unit of {limit.name}; write the value in '{limit.unit}'"
        ) from None


def _later_than_today(form: ProtocolForm, info: ValidationInfo) -> Iterator[Misfit]:
    today = (info.context or {}).get("today")
    if today is None:
        return
    dated: list[tuple[tuple[str | int, ...], calendar_day | None]] = [(("date",), form.date)]
    for name in ("limits", "validity", "rules", "checklist"):
        dated += [((name, i, "date"), entry.date) for i, entry in enumerate(getattr(form, name))]
    for path, day in dated:
        if day is not None and day > today:
            yield Misfit(path, f"{day} lies in the future; write the day on which it was decided")


def _twice(name: str, field: str, entries: Iterable[Any], key: Callable[[Any], object]) -> Iterator[Misfit]:
    """Refuse a second departure from the same thing."""
    first: dict[object, int] = {}
    for i, entry in enumerate(entries):
        if key(entry) in first:
            shown = getattr(entry, field)
            yield Misfit((name, i, field), f"'{shown}' is stated twice, first as number {first[key(entry)] + 1} of "
                         f"{name}; keep one of the two")  # fmt: skip
        first.setdefault(key(entry), i)


def _limits(form: ProtocolForm, book: Book) -> Iterator[Misfit]:
    yield from _twice("limits", "name", form.limits, lambda entry: entry.name)
    known = book.edition(form.date).limits
    local: dict[str, float] = {}
    for i, entry in enumerate(form.limits):
        if entry.name not in known:
            hint = nearest(entry.name, known) or "'lutetia guideline show ID' names the limits of a recommendation"
            yield Misfit(("limits", i, "name"), f"{form.book} has no limit '{entry.name}'; {hint}")
            continue
        try:
            local[entry.name] = in_unit_of(known[entry.name], entry.value, entry.unit)
        except ValueError as error:
            yield Misfit(("limits", i, "unit"), str(error))
            continue
        if wrong := _implausible(known[entry.name], local[entry.name]):
            yield Misfit(("limits", i, "value"), wrong)
    yield from _crossed(form, known, local)


def _implausible(limit: Limit, value: float) -> str:
    if value < 0:
        return f"{limit.name} is negative; write a number from 0"
    if "grade" in limit.name and (value != int(value) or value > _WORST_GRADE):
        return f"{value:g} is no CTCAE grade; write a whole number from 0 to {_WORST_GRADE}"
    if value and limit.value and not 1 / FARTHEST <= value / limit.value <= FARTHEST:
        return f"{value:g} {limit.unit}".rstrip() + (
            f" is more than {FARTHEST:g} times away from the source's {limit.shown}; correct the value or its unit"
        )
    return ""


def _crossed(form: ProtocolForm, known: Mapping[str, Limit], local: dict[str, float]) -> Iterator[Misfit]:
    """Refuse a range whose lower end lies above its upper one: no value could lie in it."""
    places = {entry.name: i for i, entry in enumerate(form.limits)}
    for name in known:
        other = name.removesuffix("_min") + "_max"
        if not name.endswith("_min") or other not in known or not {name, other} & set(local):
            continue
        low, high = local.get(name, known[name].value), local.get(other, known[other].value)
        if low > high:
            at = places[name] if name in local else places[other]
            yield Misfit(
                ("limits", at, "value"), f"{name} ({low:g}) lies above {other} ({high:g}); correct one of them"
            )


def _ages(form: ProtocolForm) -> Iterator[Misfit]:
    yield from _twice("validity", "item", form.validity, lambda entry: (entry.question, entry.item))
    known = (*dict.fromkeys(item.group for item in ITEMS.values()), *ITEMS)
    for i, entry in enumerate(form.validity):
        if entry.item not in known:
            hint = nearest(entry.item, known, also=OTHER_NAMES) or "write an item of docs/vocabulary.md or its group"
            yield Misfit(("validity", i, "item"), f"'{entry.item}' is neither an item nor a group of items; {hint}")
        try:
            days = entry.at_most.to("d")
        except UnitError:
            yield Misfit(("validity", i, "at_most", "unit"), f"'{entry.at_most.unit}' is no unit of time; write 'd'")
            continue
        if days < 0:
            yield Misfit(("validity", i, "at_most", "value"), "an age is negative; write a number of days from 0")


def _rules(form: ProtocolForm, book: Book) -> Iterator[Misfit]:
    yield from _twice("rules", "id", form.rules, lambda entry: entry.id)
    known = [one.id for one in book.recommendations]
    for i, entry in enumerate(form.rules):
        if entry.id not in known:
            hint = nearest(entry.id, known) or f"'lutetia guideline list --book {form.book}' names them"
            yield Misfit(("rules", i, "id"), f"{form.book} has no recommendation '{entry.id}'; {hint}")


def _checks(form: ProtocolForm) -> Iterator[Misfit]:
    yield from _twice("checklist", "id", form.checklist, lambda entry: entry.id)
    for i, entry in enumerate(form.checklist):
        name = entry.id.removeprefix("LOCAL-")
        if name == entry.id or not name.replace("-", "").isalnum():
            text = f"'{entry.id}' is no id of an added question; write LOCAL- and letters, digits or dashes after it"
            yield Misfit(("checklist", i, "id"), text)
