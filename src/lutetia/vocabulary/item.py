"""What a fact may be: its id, kind, unit, codes, question and plausible range, defined once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["quantity", "score", "flag", "choice", "text", "day"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One kind of fact.

    Attributes
    ----------
    id : str
        Stable name, ``group.name``.
    kind : str
        ``quantity`` (a number with a unit), ``score`` (a whole number on a scale), ``flag`` (yes or no),
        ``choice`` (one of ``choices``), ``text`` or ``day``.
    asks : str
        The question that a form asks.
    unit : str
        UCUM unit in which values are compared and shown; empty unless ``kind`` is ``quantity``.
    plausible : tuple of float or None
        Values outside are refused unless confirmed in words [``unit``].
    choices : mapping
        Allowed values and what they mean.
    codes : mapping
        Code system (``loinc``) to code.
    substance : str or None
        For conversion between amount and mass, see :func:`lutetia.units.convert`.
    has_limits : bool
        Whether a laboratory gives reference limits with it.
    also : tuple of str
        Other names that people write, without the group; used to suggest the right one, never to guess.
    """

    id: str
    kind: Kind
    asks: str
    unit: str = ""
    plausible: tuple[float, float] | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    substance: str | None = None
    has_limits: bool = False
    also: tuple[str, ...] = ()

    @property
    def group(self) -> str:
        """The part of the id before the first dot."""
        return self.id.partition(".")[0]

    def __hash__(self) -> int:
        return hash(self.id)


def items_of(namespace: Mapping[str, object]) -> Iterator[Item]:
    """Yield the items defined in a module, in the order written."""
    return (value for value in namespace.values() if isinstance(value, Item))
