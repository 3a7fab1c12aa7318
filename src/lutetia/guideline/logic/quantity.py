"""Numbers that rules compare: the latest value of an item, multiples of the laboratory's limit, differences."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Literal

from lutetia.criteria import Interval
from lutetia.guideline.logic.condition import Compare, Condition, name_of
from lutetia.guideline.logic.finding import Reading
from lutetia.vocabulary import Item

if TYPE_CHECKING:
    from lutetia.guideline.logic.context import Context
    from lutetia.guideline.logic.limit import Limits


class Quantity(ABC):
    """A number that can be looked up in a course; comparing two gives a condition."""

    __slots__ = ()

    @abstractmethod
    def measure(self, context: Context) -> Reading:
        """Look the number up."""

    @abstractmethod
    def words(self, limits: Limits) -> str:
        """Say what it is."""

    def names(self) -> frozenset[str]:
        """Return the names of the limits that it uses."""
        return frozenset()

    def __lt__(self, other: Quantity) -> Condition:
        return Compare(self, "<", other)

    def __gt__(self, other: Quantity) -> Condition:
        return Compare(self, ">", other)

    def __le__(self, other: Quantity) -> Condition:
        return Compare(self, "<=", other)

    def __ge__(self, other: Quantity) -> Condition:
        return Compare(self, ">=", other)


class Constant(Quantity):
    """A number that the book gives."""

    __slots__ = ()

    def __mul__(self, other: Quantity) -> Quantity:
        return Multiple(self, other)


class latest(Quantity):  # noqa: N801 - reads as a word in a rule
    """The latest valid value of an item on the day of the question."""

    __slots__ = ("item",)

    def __init__(self, item: Item) -> None:
        self.item = item

    def measure(self, context: Context) -> Reading:
        """Return the value of the latest day, stale ones excepted."""
        return context.latest(self.item)

    def words(self, limits: Limits) -> str:
        """Name the item."""
        return name_of(self.item)


class _NormalLimit(Quantity):
    """A limit of normal that the laboratory gave with the latest value of an item."""

    __slots__ = ("item",)
    side: ClassVar[Literal["lower", "upper"]]

    def __init__(self, item: Item) -> None:
        self.item = item

    def measure(self, context: Context) -> Reading:
        """Return the limit; where two laboratories differ on one day, the span between them."""
        facts = context.seen(self.item).facts
        if not facts:
            return context.latest(self.item)
        limits = [fact.upper_limit if self.side == "upper" else fact.lower_limit for fact in facts]
        known = [one for one in limits if one is not None]
        if len(known) < len(facts):
            return Reading(None, (), (context.ask_bound(self.item, self.side),))
        differ = (context.ask(self.item, f"two {self.side} limits on one day"),) if len(set(known)) > 1 else ()
        return Reading(Interval(min(known), max(known)), (), (), differ)

    def words(self, limits: Limits) -> str:
        """Say whose limit it is."""
        return f"the laboratory's {self.side} limit"


class upper_limit(_NormalLimit):  # noqa: N801 - reads as a word in a rule
    """The laboratory's upper limit of normal that came with the latest value of an item."""

    __slots__ = ()
    side = "upper"


class lower_limit(_NormalLimit):  # noqa: N801 - reads as a word in a rule
    """The laboratory's lower limit of normal that came with the latest value of an item."""

    __slots__ = ()
    side = "lower"


class Multiple(Quantity):
    """A number of the book times another quantity."""

    __slots__ = ("factor", "of")

    def __init__(self, factor: Constant, of: Quantity) -> None:
        self.factor, self.of = factor, of

    def measure(self, context: Context) -> Reading:
        """Multiply, where the quantity is known."""
        reading = self.of.measure(context)
        factor = self.factor.measure(context).interval
        if reading.interval is None or factor is None:
            return reading
        return reading._replace(interval=reading.interval.scaled(factor.low))

    def words(self, limits: Limits) -> str:
        """Say the factor and what it multiplies."""
        return f"{self.factor.words(limits)} x {self.of.words(limits)}"

    def names(self) -> frozenset[str]:
        """Return the limits of both."""
        return self.factor.names() | self.of.names()
