"""Where is a criterion published, in which version, and with which numbers?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Literal

import yaml

from lutetia.provenance import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One number of a criterion, with its place in the source; for Lutetia's own choices, why it was chosen."""

    value: float
    locator: str
    chosen_by_lutetia: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A criterion as published.

    Attributes
    ----------
    version : str
    source : Source
    seen : str
        How its wording was checked: ``primary``, ``abstract`` or ``secondary``.
    numbers : mapping of str to Number
        By the name of the argument that takes it.
    """

    version: str
    source: Source
    seen: Literal["primary", "abstract", "secondary"]
    numbers: Mapping[str, Number]

    @property
    def values(self) -> dict[str, float]:
        """The numbers alone, to be given to the criterion."""
        return {name: number.value for name, number in self.numbers.items()}


@cache
def published(table: str = "published.yaml") -> Mapping[str, Published]:
    """Return every criterion of a table of this package that has numbers, by its name."""
    raw = yaml.safe_load(resources.files(__package__).joinpath(table).read_text(encoding="utf-8"))
    return MappingProxyType({
        name: Published(
            version=one["version"], source=Source(**one["source"]), seen=one["seen"],
            numbers={number: Number(**entry) for number, entry in one["numbers"].items()},
        )
        for name, one in raw.items()
    })  # fmt: skip
