"""Has an earlier cycle been given with a reduced activity, and when for the first time?

A label that allows one reduction only has to know. An activity below ``reduced_below`` [GBq] counts: as prescribed, or
as given where no prescription is recorded.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from lutetia.course import Cycle
from lutetia.guideline.logic.condition import Condition
from lutetia.guideline.logic.finding import Finding
from lutetia.guideline.verdict import Ask, Evidence
from lutetia.reference.nuclide import nuclide

if TYPE_CHECKING:
    from lutetia.guideline.logic.context import Context
    from lutetia.guideline.logic.limit import Limits

BELOW: Final = "reduced_below"
"""The limit of a book below which an activity is a reduced one."""


class Reduction(NamedTuple):
    """What the record says about earlier reductions; ``on`` is the day of the first."""

    holds: bool | None
    on: date | None
    evidence: tuple[Evidence, ...]
    asks: tuple[Ask, ...]


def earlier_reduction(context: Context) -> Reduction:
    """Return whether a cycle before the one asked about was reduced; once for each evaluation of the book."""
    key = ("earlier reduction",)
    if key not in context.memo:
        context.memo[key] = _look(context)
    found: Reduction = context.memo[key]
    return found


def _look(context: Context) -> Reduction:
    below = context.limits[BELOW].value
    number = context.question.number
    earlier = [one for one in context.course.given_cycles if number == 0 or one.number < number]
    earlier = [one for one in earlier if one.given_on is not None and one.given_on <= context.on]
    evidence: list[Evidence] = []
    asks: list[Ask] = []
    reduced: date | None = None
    for cycle in earlier:
        found = _activity_gbq(cycle)
        if found is None:
            why = "neither prescribed nor measured activity is recorded"
            evidence.append(Evidence(item="cycles", shown="", on=cycle.given_on, state="missing", why=why))
            asks.append(
                Ask(item="cycles", question=f"Which activity was prescribed for cycle {cycle.number}?", why=why)
            )
            continue
        value, how = found
        shown = f"cycle {cycle.number}: {value:.3g} GBq {how}"
        evidence.append(Evidence(item="cycles", shown=shown, on=cycle.given_on, state="used"))
        if reduced is None and value < below:
            reduced = cycle.given_on
    if reduced is not None:
        return Reduction(True, reduced, tuple(evidence), ())
    return Reduction(None if asks else False, None, tuple(evidence), tuple(asks))


def _activity_gbq(cycle: Cycle) -> tuple[float, str] | None:
    if cycle.prescription is not None:
        return cycle.prescription.activity.to("GBq"), "prescribed"
    given = cycle.administration.given_mbq(nuclide("Lu-177").half_life_h) if cycle.administration else None
    return None if given is None else (given / 1000, "given")


class _Reduced(Condition):
    """An earlier cycle was given with a reduced activity."""

    __slots__ = ()

    def find(self, context: Context) -> Finding:
        found = earlier_reduction(context)
        return Finding(found.holds, found.evidence, found.asks)

    def words(self, limits: Limits) -> str:
        return f"an earlier cycle was given with less than {limits[BELOW].shown}"

    def names(self) -> frozenset[str]:
        return frozenset({BELOW})


reduced_before: Final[Condition] = _Reduced()
