"""What looking at facts gives: a truth value or a number, the evidence, and what would have to be asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeVar

from lutetia.criteria import Interval
from lutetia.guideline.verdict import Ask, Evidence

T = TypeVar("T")


class Finding(NamedTuple):
    """A condition, evaluated: True, False, or None where the facts leave it open.

    ``asks`` names only facts whose value could change it: while ``holds`` is None, or the exception
    of an entry that is not recorded.
    """

    holds: bool | None
    evidence: tuple[Evidence, ...] = ()
    asks: tuple[Ask, ...] = ()


class Reading(NamedTuple):
    """A quantity, looked up: the interval in which it lies, or None where it is not known."""

    interval: Interval | None
    evidence: tuple[Evidence, ...] = ()
    asks: tuple[Ask, ...] = ()
    refine: tuple[Ask, ...] = ()
    """What would narrow the interval, should a comparison with it stay open."""


def distinct(things: Iterable[T]) -> tuple[T, ...]:
    """Return each thing once, in the order of its first appearance."""
    return tuple(dict.fromkeys(things))
