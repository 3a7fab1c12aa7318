"""At which values of an item does something turn? Values tried at limits and between them, then narrowed down."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10
from typing import Any, Final, Generic, TypeVar

from lutetia.course import Fact
from lutetia.criteria.ctcae import terms
from lutetia.guideline.logic.limit import Limit
from lutetia.units import UnitError, convert
from lutetia.vocabulary import Item

ResultT = TypeVar("ResultT")

BETWEEN: Final = 16
"""Values tried over the plausible range, evenly in proportion, beside the limits."""
_NARROW: Final = 1e-6
_ROUND: Final = 1e-5
_DIGITS: Final = 3


@dataclass(frozen=True, slots=True)
class Stretch(Generic[ResultT]):
    """Values of an item, one beside the other, that give the same result.

    Attributes
    ----------
    words : str
        The values in words, with their unit.
    value : bool, int, float or str
        One of them that was tried: the nearest to the current value.
    result
    """

    words: str
    value: Any
    result: ResultT


def tried_values(
    item: Item, current: Fact | None, limits: Mapping[str, Limit], used: Collection[str]
) -> tuple[float, ...]:
    """Return the numbers at which an answer on a quantity may turn, and some between them, in the item's own unit.

    Parameters
    ----------
    current : Fact or None
        Its laboratory's limits count, and their multiples by the book's numbers.
    limits : mapping
        Of the book.
    used : collection of str
        The names of those that the recommendation uses.
    """
    if item.kind != "quantity" or item.plausible is None:
        return ()
    low, high = item.plausible
    start = low if low > 0 else high / 1e4
    found = {low, high, *(start * (high / start) ** (step / BETWEEN) for step in range(BETWEEN + 1))}
    bounds = [one for one in (current.lower_limit, current.upper_limit) if one is not None] if current else []
    for name in used:
        found |= set(_in_unit(item, limits[name])) if name in limits else set()
        factor = limits[name].value if name in limits and not limits[name].unit else 1.0
        found |= {bound * factor for bound in bounds}
    for steps in terms()[item.id].grades.values() if item.id in terms() else ():
        found |= {step.of * step.times for step in steps if not isinstance(step.of, str)}
        found |= {bound * step.times for step in steps if isinstance(step.of, str) for bound in bounds}
    if current is not None:
        found.add(current.quantity)
    return tuple(sorted(value for value in found if low <= value <= high))


def _in_unit(item: Item, limit: Limit) -> tuple[float, ...]:
    try:
        return (convert(limit.value, limit.unit, item.unit, substance=item.substance),) if limit.unit else ()
    except UnitError:
        return ()


def stretches(
    item: Item, values: tuple[float, ...], result: Callable[[Any], ResultT], current: Any = None
) -> tuple[Stretch[ResultT], ...]:
    """Return the stretches of an item's plausible values with the same result, the nearest to the current one first.

    Parameters
    ----------
    values : tuple of float
        For quantities, where to try first; see :func:`tried_values`.
    result : callable
        Evaluates one value.
    current : optional
        The value of the record; for quantities in the item's own unit.
    """
    if item.kind == "quantity":
        return _of_quantity(item, values, result, current)
    if item.kind == "score" and item.plausible is not None:
        low, high = item.plausible
        return _of_score(range(int(low), int(high) + 1), result, current)
    options: tuple[Any, ...] = (True, False) if item.kind == "flag" else tuple(item.choices)
    words = {True: "yes", False: "no"}
    return tuple(Stretch(words[o] if item.kind == "flag" else item.choices[o], o, result(o)) for o in options)


def _nearest_first(found: list[Stretch[ResultT]], current: float) -> tuple[Stretch[ResultT], ...]:
    return tuple(sorted(found, key=lambda one: abs(float(one.value) - current)))


def _of_score(scale: range, result: Callable[[Any], ResultT], current: Any) -> tuple[Stretch[ResultT], ...]:
    runs: list[list[int]] = []
    results: list[ResultT] = []
    for value in scale:
        one = result(value)
        if results and results[-1] == one:
            runs[-1].append(value)
        else:
            runs.append([value])
            results.append(one)
    near = current if isinstance(current, int) else scale[0]
    found = [
        Stretch(f"{run[0]}" if len(run) == 1 else f"{run[0]} to {run[-1]}", min(run, key=lambda v: abs(v - near)), one)
        for run, one in zip(runs, results, strict=True)
    ]
    return _nearest_first(found, float(near))


def _of_quantity(
    item: Item, values: tuple[float, ...], result: Callable[[Any], ResultT], current: float | None
) -> tuple[Stretch[ResultT], ...]:
    """Walk over the values tried, and narrow down each turn between two of them."""
    told = [(value, result(value)) for value in values]
    ends: list[tuple[float, bool, float, bool]] = []
    for (low, one), (high, other) in pairwise(told):
        if one != other:
            ends.append(_turn(low, high, one, result))
    found: list[Stretch[ResultT]] = []
    edges = [None, *ends, None]
    for before, after in pairwise(edges):
        least = values[0] if before is None else before[2]
        most = values[-1] if after is None else after[0]
        if least > most:
            continue
        far = most if before is None and after is not None else least
        value = far if current is None else min(max(current, least), most)
        found.append(Stretch(_words(item, before, after), value, result(value)))
    return tuple(found) if current is None else _nearest_first(found, current)


def _turn(low: float, high: float, one: ResultT, result: Callable[[Any], ResultT]) -> tuple[float, bool, float, bool]:
    """Return the last tried value with the first result and the first with another, and whether each is the limit.

    ``one`` holds at ``low`` and not at ``high``.
    """
    while high - low > _NARROW * max(abs(high), 1e-3):
        middle = (low + high) / 2
        if result(middle) == one:
            low = middle
        else:
            high = middle
    limit = _rounded((low + high) / 2, 2 * _DIGITS)
    if abs(limit - low) <= _ROUND * max(abs(limit), 1e-3) and _digits(limit) <= _DIGITS:
        if result(limit) == one:
            return limit, True, _beyond(limit, up=True), False
        return _beyond(limit, up=False), False, limit, True
    return _outward(low, up=False), True, _outward(high, up=True), True


def _digits(value: float) -> int:
    """Return how many significant digits a number has."""
    return len(f"{value:.8g}".replace(".", "").strip("0").partition("e")[0]) if value else 1


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


def _outward(value: float, *, up: bool) -> float:
    """Round to three digits away from where the answer turns."""
    if value == 0:
        return 0.0
    step = 10.0 ** (floor(log10(abs(value))) - _DIGITS + 1)
    return _rounded((ceil(value / step - 1e-9) if up else floor(value / step + 1e-9)) * step, 9)


def _beyond(limit: float, *, up: bool) -> float:
    """Return a value one step of three digits beyond a limit."""
    step = 10.0 ** (floor(log10(abs(limit))) - _DIGITS + 1) if limit else 1e-3
    return _rounded(limit + step if up else limit - step, 9)


def _words(item: Item, before: Any, after: Any) -> str:
    """Say a stretch between two turns."""
    unit = "" if item.unit == "1" else f" {item.unit}".replace("{1.73_m2}", "1.73m2")
    if before is None and after is None:
        return f"any value{f' [{unit.strip()}]' if unit else ''}"
    if before is not None and after is not None and before[2] == after[0]:
        return f"exactly {before[2]:g}{unit}"
    # An edge that is not the limit itself is named by the limit, which lies on the other side.
    low = "" if before is None else f"{before[2]:g}{unit} or more" if before[3] else f"above {before[0]:g}{unit}"
    high = "" if after is None else f"{after[0]:g}{unit} or less" if after[1] else f"below {after[2]:g}{unit}"
    return " and ".join(part for part in (low, high) if part)
