"""What was prepared for the cycle asked about: product, purity, appearance, concentration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lutetia.criteria import Interval
from lutetia.guideline.logic.condition import Condition
from lutetia.guideline.logic.finding import Finding, Reading
from lutetia.guideline.logic.quantity import Quantity
from lutetia.guideline.logic.regimen import missing
from lutetia.guideline.verdict import Evidence

if TYPE_CHECKING:
    from lutetia.course.cycle import Preparation
    from lutetia.guideline.logic.context import Context
    from lutetia.guideline.logic.limit import Limits


def _preparation(context: Context) -> Preparation | None:
    return None if context.cycle is None else context.cycle.preparation


class _Prepared(Condition):
    __slots__ = ()

    def find(self, context: Context) -> Finding:
        return Finding(_preparation(context) is not None)

    def words(self, limits: Limits) -> str:
        return "a preparation is recorded for the cycle asked about"


prepared: Final[Condition] = _Prepared()


class _Number(Quantity):
    __slots__ = ("asks", "field", "said", "unit")

    def __init__(self, field: str, said: str, unit: str, asks: str) -> None:
        self.field, self.said, self.unit, self.asks = field, said, unit, asks

    def measure(self, context: Context) -> Reading:
        value = getattr(_preparation(context), self.field, None)
        if value is None:
            return Reading(None, *missing("cycles", self.asks, "not recorded with the preparation"))
        evidence = Evidence(item="cycles", shown=f"{self.said} {value:g} {self.unit}", on=None, state="used")
        return Reading(Interval.point(value), (evidence,))

    def words(self, limits: Limits) -> str:
        return self.said


purity: Final[Quantity] = _Number("radiochemical_purity_percent", "radiochemical purity", "%", "Radiochemical purity?")
concentration: Final[Quantity] = _Number(
    "concentration_mbq_per_ml", "activity concentration", "MBq/mL", "Activity concentration of the solution?"
)


class prepared_with(Condition):  # noqa: N801 - reads as a word in a rule
    """A statement on the preparation has a value."""

    __slots__ = ("asks", "field", "said", "value")

    def __init__(self, field: str, value: object, *, said: str, asks: str) -> None:
        self.field, self.value, self.said, self.asks = field, value, said, asks

    def find(self, context: Context) -> Finding:
        """Compare what is recorded; nothing recorded leaves it open."""
        told = getattr(_preparation(context), self.field, None)
        if told is None:
            return Finding(None, *missing("cycles", self.asks, "not recorded with the preparation"))
        shown = {True: "yes", False: "no"}.get(told, str(told))
        evidence = Evidence(item="cycles", shown=f"{self.asks.rstrip('?')}: {shown}", on=None, state="used")
        return Finding(told == self.value, (evidence,))

    def words(self, limits: Limits) -> str:
        """Say what is meant."""
        return self.said
