"""One dated fact of the vocabulary: a laboratory result, a performance status, a clinician's answer."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from lutetia.course.entry import Entry
from lutetia.course.moment import DayOrTime, Moment, day_of
from lutetia.course.vocabulary import ITEMS, Item
from lutetia.units import convert

FactValue = bool | int | float | str


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

    item: Annotated[str, Field(exclude=True)]
    value: FactValue
    unit: str | None = None
    at: DayOrTime
    comparator: Literal["<", ">"] | None = None
    lower: float | None = None
    upper: float | None = None
    method: str | None = None
    confirmed: str | None = None

    @property
    def definition(self) -> Item:
        """The vocabulary's definition of the item."""
        return ITEMS[self.item]

    @model_validator(mode="after")
    def _fits_the_vocabulary(self) -> Self:
        item = ITEMS.get(self.item)
        if item is None:
            raise ValueError(f"'{self.item}' is not in the vocabulary")
        _CHECKS[item.kind](self, item)
        if item.kind != "quantity" and (self.unit or self.comparator):
            raise ValueError(f"{item.id} takes no unit or comparator")
        if not item.has_limits and (self.lower is not None or self.upper is not None):
            raise ValueError(f"{item.id} has no laboratory limits")
        if self.lower is not None and self.upper is not None and self.lower >= self.upper:
            raise ValueError(f"the lower limit {self.lower:g} is not below the upper limit {self.upper:g}")
        return self

    def own_date(self) -> Moment:
        """Return when the fact was true."""
        return self.at

    @property
    def day(self) -> date:
        """The calendar day on which the fact was true."""
        return day_of(self.at)

    def _converted(self, number: float) -> float:
        item = self.definition
        return convert(number, self.unit or item.unit, item.unit, substance=item.substance, where=item.id)

    @cached_property
    def quantity(self) -> float:
        """The value in the item's own unit; only for quantities and scores."""
        if isinstance(self.value, bool | str):
            raise TypeError(f"{self.item} is no number")
        return self._converted(float(self.value)) if self.definition.kind == "quantity" else float(self.value)

    @cached_property
    def lower_limit(self) -> float | None:
        """The laboratory's lower limit in the item's own unit, if it was given."""
        return None if self.lower is None else self._converted(self.lower)

    @cached_property
    def upper_limit(self) -> float | None:
        """The laboratory's upper limit in the item's own unit, if it was given."""
        return None if self.upper is None else self._converted(self.upper)


def _check_quantity(fact: Fact, item: Item) -> None:
    if isinstance(fact.value, bool | str):
        raise ValueError(f"'{fact.value}' is not a number; write e.g. 'value: 1.2' and 'unit: {item.unit}'")
    if fact.unit is None:
        raise ValueError(f"{item.id} has no unit, and a unit is never guessed; add e.g. 'unit: {item.unit}'")
    _check_plausible(fact, item, fact.quantity)


def _check_score(fact: Fact, item: Item) -> None:
    if isinstance(fact.value, bool) or not isinstance(fact.value, int):
        raise ValueError(f"'{fact.value}' is not a whole number, which {item.id} is")
    _check_plausible(fact, item, float(fact.value))


def _check_plausible(fact: Fact, item: Item, number: float) -> None:
    if item.plausible is None or fact.confirmed:
        return
    low, high = item.plausible
    if not low <= number <= high:
        unit = f" {item.unit}" if item.unit else ""
        raise ValueError(
            f"{number:g}{unit} is outside what is plausible for {item.id} ({low:g} to {high:g}{unit}); correct value "
            "or unit, or, if it was measured so, add 'confirmed: <reason>'"
        )


def _check_flag(fact: Fact, item: Item) -> None:
    if not isinstance(fact.value, bool):
        raise ValueError(f"'{fact.value}' does not answer '{item.asks}'; write true or false")


def _check_choice(fact: Fact, item: Item) -> None:
    if fact.value not in item.choices:
        raise ValueError(f"'{fact.value}' is not one of: {', '.join(item.choices)}")


def _check_text(fact: Fact, item: Item) -> None:
    if not isinstance(fact.value, str) or not fact.value.strip():
        raise ValueError(f"{item.id} takes words")


def _check_day(fact: Fact, item: Item) -> None:
    try:
        date.fromisoformat(str(fact.value))
    except ValueError:
        raise ValueError(f"'{fact.value}' is not a day; write year-month-day, e.g. 2026-03-02") from None


_CHECKS = {
    "quantity": _check_quantity,
    "score": _check_score,
    "flag": _check_flag,
    "choice": _check_choice,
    "text": _check_text,
    "day": _check_day,
}
