"""One dated fact of the vocabulary: a laboratory result, a performance status, a clinician's answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cached_property
from math import isfinite
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from lutetia.course.entry import Entry, Words
from lutetia.fileform import DayOrTime, Misfit, MisfitError, Moment, day_of
from lutetia.fileform.findings import nearest
from lutetia.fileform.model import number_remedy
from lutetia.fileform.moment import read_day
from lutetia.units import UnitError, convert, convertible_units
from lutetia.vocabulary import ITEMS, OTHER_NAMES, Item


def _single_value(raw: Any) -> bool | int | float | str:
    if isinstance(raw, bool | int | str):
        return raw
    if isinstance(raw, float) and isfinite(raw):
        return raw
    shown = "nothing" if raw is None else "a mapping" if isinstance(raw, Mapping) else f"'{raw}'"
    raise ValueError(f"{shown} stands where one value is needed; write the value, or leave the fact out if unknown")


FactValue = Annotated[
    bool | int | float | str,
    PlainValidator(_single_value),
    WithJsonSchema({"type": ["boolean", "number", "string"]}),
]


class Fact(Entry):
    """A value of one item of the vocabulary at a time.

    Attributes
    ----------
    item : str
        Id in the vocabulary; in a file it is the key under which the fact stands.
    value : bool, int, float or str
        As the item's kind asks; for a quantity in ``unit``.
    unit : str or None
        Required for quantities, forbidden otherwise.
    at : date or datetime
        When it was true: the sampling time of a laboratory result.
    comparator : {"<", ">"} or None
        For results below or above what the laboratory can measure.
    lower, upper : float or None
        The laboratory's reference limits for this result, in ``unit``.
    method : str or None
        For example the formula of an estimated GFR.
    confirmed : str or None
        Why a value outside the plausible range is right all the same.
    """

    reports_the_past: ClassVar[bool] = True

    item: Annotated[str, Field(exclude=True)]
    value: FactValue
    unit: str | None = None
    at: DayOrTime
    comparator: Literal["<", ">"] | None = None
    lower: float | None = None
    upper: float | None = None
    method: Words | None = None
    confirmed: Words | None = None

    @property
    def definition(self) -> Item:
        """The vocabulary's definition of the item."""
        return ITEMS[self.item]

    @model_validator(mode="after")
    def _fits_the_vocabulary(self) -> Self:
        item = ITEMS.get(self.item)
        if item is None:
            hint = nearest(self.item, ITEMS, also=OTHER_NAMES) or "write one of the items in docs/vocabulary.md"
            raise ValueError(f"'{self.item}' is not in the vocabulary; {hint}")
        misfits = [Misfit((field,), found) for field, found in _misfits(self, item)]
        if misfits:
            raise MisfitError(misfits)
        return self

    def own_date(self) -> Moment:
        """Return when the fact was true."""
        return self.at

    @property
    def day(self) -> date:
        """The calendar day on which the fact was true."""
        return day_of(self.at)

    def in_item_unit(self, number: float) -> float:
        """Convert a number given in the fact's unit into the item's own unit."""
        item = self.definition
        return convert(number, self.unit or item.unit, item.unit, substance=item.substance, where=item.id)

    @cached_property
    def quantity(self) -> float:
        """The value in the item's own unit; only for quantities and scores."""
        if isinstance(self.value, bool | str):
            raise TypeError(f"{self.item} is no number")
        return self.in_item_unit(float(self.value)) if self.definition.kind == "quantity" else float(self.value)

    @cached_property
    def lower_limit(self) -> float | None:
        """The laboratory's lower limit in the item's own unit, if it was given."""
        return None if self.lower is None else self.in_item_unit(self.lower)

    @cached_property
    def upper_limit(self) -> float | None:
        """The laboratory's upper limit in the item's own unit, if it was given."""
        return None if self.upper is None else self.in_item_unit(self.upper)

    def shown(self) -> str:
        """Return the value as a person reads it, in the unit in which it was given.

        Examples
        --------
        >>> Fact(item="lab.platelets", value=180, unit="10*9/L", at="2026-02-27").shown()
        '180 10*9/L'
        """
        if isinstance(self.value, bool):
            return "yes" if self.value else "no"
        if isinstance(self.value, str):
            return self.definition.choices.get(self.value, self.value)
        number = f"{self.value:g}" if isinstance(self.value, int) and abs(self.value) < 1e5 else str(self.value)
        number = number.removesuffix(".0")
        unit = None if self.unit == "1" else self.unit
        return " ".join(part for part in (self.comparator, number, unit) if part)


_Misfits = list[tuple[str, str]]
"""Field and what is wrong with it."""


def _misfits(fact: Fact, item: Item) -> _Misfits:
    found = _CHECKS[item.kind](fact, item)
    if item.kind != "quantity":
        for field in ("unit", "comparator"):
            if getattr(fact, field) is not None:
                found.append((field, f"{item.id} takes no {field}; leave it out"))
    found += _limit_misfits(fact, item)
    if fact.confirmed and item.kind != "quantity":
        found.append(("confirmed", f"{item.id} has no plausible range to depart from; leave 'confirmed' out"))
    return found


def _limit_misfits(fact: Fact, item: Item) -> _Misfits:
    limits = [(name, limit) for name in ("lower", "upper") if (limit := getattr(fact, name)) is not None]
    if limits and not item.has_limits:
        return [(limits[0][0], f"{item.id} has no laboratory limits; leave '{limits[0][0]}' out")]
    if fact.lower is not None and fact.upper is not None and fact.lower >= fact.upper:
        return [("lower", f"the lower limit {fact.lower:g} is not below the upper limit {fact.upper:g}; exchange them")]
    try:
        own = [(name, limit, fact.in_item_unit(limit)) for name, limit in limits]
    except UnitError:
        return []  # the unit itself has been reported
    low, high = item.plausible or (float("-inf"), float("inf"))
    return [
        (name, f"the {name} limit {limit:g} {fact.unit} is not plausible for {item.id}; give it in the result's unit")
        for name, limit, number in own
        if not (low <= number <= high or (name == "lower" and number == 0))
    ]


def accepted_units(item: Item) -> tuple[str, ...]:
    """Return the UCUM units in which a quantity may be given, its own first."""
    return convertible_units(item.unit, substance=item.substance)


def _check_quantity(fact: Fact, item: Item) -> _Misfits:
    found: _Misfits = []
    if isinstance(fact.value, bool | str):
        found.append(("value", f"'{fact.value}' is not a number; {number_remedy(fact.value)}"))
    if fact.unit is None:
        found.append(("unit", f"{item.id} has no unit, and a unit is never guessed; add e.g. 'unit: {item.unit}'"))
        return found
    try:
        number = fact.in_item_unit(0.0 if isinstance(fact.value, bool | str) else float(fact.value))
    except UnitError as error:
        return [*found, ("unit", f"{error.found}; write one of: {', '.join(accepted_units(item))}")]
    return found or _implausible(fact, item, number)


def _check_score(fact: Fact, item: Item) -> _Misfits:
    if isinstance(fact.value, bool) or not isinstance(fact.value, int):
        return [
            (
                "value",
                f"'{fact.value}' is not a whole number, which {item.id} is; {number_remedy(fact.value, whole=True)}",
            )
        ]
    low, high = item.plausible or (fact.value, fact.value)
    if not low <= fact.value <= high:
        return [("value", f"{fact.value} is not on the scale of {item.id}; write {low:g} to {high:g}")]
    return []


def _implausible(fact: Fact, item: Item, number: float) -> _Misfits:
    low, high = item.plausible or (number, number)
    if low <= number <= high or fact.confirmed:
        return []
    shown = fact.shown() if fact.unit == item.unit else f"{fact.shown()} (that is {number:g} {item.unit})"
    text = f"{shown} is outside what is plausible for {item.id} ({low:g} to {high:g} {item.unit})"
    remedy = "correct value or unit, or, if it was measured so, add 'confirmed: <reason>'"
    return [("value", f"{text}; {remedy}")]


def _check_flag(fact: Fact, item: Item) -> _Misfits:
    if isinstance(fact.value, bool):
        return []
    return [("value", f"'{fact.value}' does not answer '{item.asks}'; write true or false")]


def _check_choice(fact: Fact, item: Item) -> _Misfits:
    if isinstance(fact.value, str) and fact.value in item.choices:
        return []
    return [("value", f"'{fact.value}' is not a choice of {item.id}; write one of: {', '.join(item.choices)}")]


def _check_text(fact: Fact, item: Item) -> _Misfits:
    if isinstance(fact.value, str) and fact.value.strip():
        return []
    return [("value", f"{item.id} takes words and has '{fact.value}'; write text, in quotes if it is a number")]


def _check_day(fact: Fact, item: Item) -> _Misfits:
    try:
        day = read_day(fact.value)
    except ValueError as error:
        return [("value", str(error))]
    if day > fact.day:
        return [
            ("value", f"the day {day} lies after the day on which it was known ({fact.day}); correct one of the two")
        ]
    return []


_CHECKS: Final[dict[str, Callable[[Fact, Item], _Misfits]]] = {
    "quantity": _check_quantity,
    "score": _check_score,
    "flag": _check_flag,
    "choice": _check_choice,
    "text": _check_text,
    "day": _check_day,
}


def time_order(fact: Fact) -> tuple[date, float]:
    """Return a key that sorts facts by time; within a day, those without a clock time come first."""
    return fact.day, fact.at.timestamp() if isinstance(fact.at, datetime) else float("-inf")
