"""Does a criterion hold for what was measured? True, False, or None with what would have to be known.

Strong Kleene logic over findings that carry their needs: one that decides makes the needs of the others idle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Need(NamedTuple):
    """Something that is not known and could settle a criterion; ``of`` names a site, empty for the whole imaging."""

    what: str
    of: str = ""

    def __str__(self) -> str:
        return f"{self.of}: {self.what}" if self.of else self.what


class Graded(NamedTuple):
    """Whether a criterion holds.

    Attributes
    ----------
    holds : bool or None
        None where what is known leaves it open.
    needs : tuple of Need
        What could settle it; empty unless it is open.
    as_read : tuple of str
        The sites where a reader's statement stood in for a measurement.
    because : str
        What decided, in words: the sites for which it holds, or of how many it holds for none.
    """

    holds: bool | None
    needs: tuple[Need, ...] = ()
    as_read: tuple[str, ...] = ()
    because: str = ""


def distinct(things: Iterable[T]) -> tuple[T, ...]:
    """Return each thing once, in the order of its first appearance."""
    return tuple(dict.fromkeys(things))


def not_so(part: Graded) -> Graded:
    """Negate; what is open stays open."""
    return part._replace(holds=None if part.holds is None else not part.holds)


def every(*parts: Graded) -> Graded:
    """Join by *and*: one that does not hold decides."""
    return _joined(parts, decides=False)


def some(*parts: Graded) -> Graded:
    """Join by *or*: one that holds decides."""
    return _joined(parts, decides=True)


def _joined(parts: tuple[Graded, ...], *, decides: bool) -> Graded:
    deciding = [part for part in parts if part.holds is decides]
    if deciding:
        return Graded(decides, (), deciding[0].as_read)
    open_ = [part for part in parts if part.holds is None]
    if open_:
        return Graded(None, distinct(need for part in open_ for need in part.needs))
    return Graded(not decides, (), distinct(site for part in parts for site in part.as_read))


def compared(value: float | None, holds: Callable[[float], bool], what: str, of: str = "") -> Graded:
    """Compare a measurement; where it was not made, it is needed."""
    return Graded(None, (Need(what, of),)) if value is None else Graded(holds(value))
