"""What does a criterion of response say? A class, or what would have to be known, with the reason either way."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from lutetia.criteria.graded import Need
from lutetia.criteria.interval import steady

TABLE: Final = "published_response.yaml"
"""Where the numbers of the criteria of response stand."""

ResponseClass = Literal["CR", "PR", "SD", "PD", "NE"]

NAMES: Final[dict[ResponseClass, str]] = {
    "CR": "complete response",
    "PR": "partial response",
    "SD": "stable disease",
    "PD": "progressive disease",
    "NE": "not evaluable",
}


class Classified(NamedTuple):
    """The answer of one criterion of response.

    Attributes
    ----------
    response : str or None
        ``CR``, ``PR``, ``SD``, ``PD``, or ``NE`` where the criterion is not defined for what was found; None where
        what is known leaves it open.
    because : str
        What decided, with the numbers; for an open answer, what is known.
    needs : tuple of Need
        What would settle it; empty unless it is open.
    could_be : tuple of str
        The classes between which an open answer lies.
    """

    response: ResponseClass | None
    because: str = ""
    needs: tuple[Need, ...] = ()
    could_be: tuple[ResponseClass, ...] = ()


def unsettled(because: str, *needs: str, could_be: tuple[ResponseClass, ...] = ()) -> Classified:
    """Return an open answer and what would settle it."""
    return Classified(None, because, tuple(Need(what) for what in needs), could_be)


def change_percent(before: float, after: float) -> float:
    """Return by how much a quantity rose or, negative, fell [%]; ``before`` is above zero."""
    return steady(100 * (after - before) / before)


def signed(percent: float) -> str:
    """Write a change as a person reads it, with the sign that the number has."""
    return f"{percent:+.1f} %".replace("-", "\N{MINUS SIGN}")
