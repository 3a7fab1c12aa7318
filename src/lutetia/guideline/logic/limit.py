"""The numbers of a book: each a value with unit, the day from which it holds, and its place in the source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from lutetia.guideline.logic.finding import Reading
from lutetia.guideline.logic.quantity import Constant
from lutetia.guideline.verdict import LimitShown

if TYPE_CHECKING:
    from lutetia.guideline.logic.context import Context


@dataclass(frozen=True, slots=True)
class Limit:
    """One number as it holds on a day.

    Attributes
    ----------
    locator : str
        Where it stands in the source; for Lutetia's own choices, why it was chosen.
    chosen_by_lutetia : bool
        True for numbers that the source does not give.
    title : str
        What it is, in words.
    departs_from : str
        What the source has, where a local protocol put this number in its place.
    """

    name: str
    value: float
    unit: str
    since: date
    locator: str
    chosen_by_lutetia: bool
    title: str = ""
    departs_from: str = ""

    @property
    def shown(self) -> str:
        """Value and unit as a person reads them."""
        return f"{self.value:g} {self.unit}".rstrip()

    @property
    def as_used(self) -> LimitShown:
        """The limit as an answer carries it."""
        return LimitShown(
            name=self.name,
            shown=self.shown,
            locator=self.locator,
            chosen_by_lutetia=self.chosen_by_lutetia,
            words=self.title,
            departs_from=self.departs_from,
        )


Limits = Mapping[str, Limit]


def read_limits(raw: Mapping[str, Any], on: date | None = None) -> dict[str, Limit]:
    """Return the limits that hold on a day; before the first day of a limit its first value is returned."""
    limits = {}
    for name, entry in raw.items():
        dated = sorted(entry["values"], key=lambda value: value["from"])
        holding = [value for value in dated if on is None or value["from"] <= on] or dated[:1]
        limits[name] = Limit(
            name=name,
            value=float(holding[-1]["value"]),
            unit=entry.get("unit", ""),
            since=holding[-1]["from"],
            locator=entry["locator"],
            chosen_by_lutetia=entry.get("chosen_by_lutetia", False),
            title=entry.get("name", ""),
        )
    return limits


class limit(Constant):  # noqa: N801 - reads as a word in a rule
    """A number of the book by its name; no number stands in a rule."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def measure(self, context: Context) -> Reading:
        """Return the number as it holds on the day of the question."""
        return context.limit_readings[self.name]

    def number(self, context: Context) -> float:
        """Return the number itself."""
        value: float = context.limits[self.name].value
        return value

    def words(self, limits: Limits) -> str:
        """Say the number with its unit."""
        return limits[self.name].shown

    def names(self) -> frozenset[str]:
        """Return the name of the limit."""
        return frozenset({self.name})
