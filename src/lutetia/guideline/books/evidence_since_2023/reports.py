"""The reports as data: who was studied, against what, with which result, since when it is public, who was read.

``reports.yaml`` holds them; a number that is not there is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

VERIFY: Final = "only a secondary source was seen: verify against the publication"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A hazard or odds ratio with its 95 % confidence interval; ``p`` as printed, empty where it was not seen."""

    kind: Literal["hazard ratio", "odds ratio"]
    value: str
    low: str
    high: str
    p: str = ""

    def __str__(self) -> str:
        """Read as a paper prints it."""
        chance = f", p {self.p}" if self.p else ""
        return f"{self.kind} {self.value} (95 % CI {self.low} to {self.high}{chance})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One endpoint: the value of each arm as printed, and the ratio where there is one."""

    endpoint: str
    radioligand: str = ""
    control: str = ""
    ratio: Ratio | None = None

    def __str__(self) -> str:
        """Say endpoint, arms and ratio."""
        arms = f"{self.radioligand} against {self.control}" if self.control else self.radioligand
        return f"{self.endpoint}: {', '.join(part for part in (arms, str(self.ratio or '')) if part)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one trial or series told at one time.

    Attributes
    ----------
    participants : int
        ``approximately`` where no exact number was published.
    public : date
        The first day on which it could be known; ``day_note`` says where that day is not exact.
    seen : {"primary", "secondary"}
        Whether its own text was read, or only what others say of it; ``seen_in`` says which.
    results : tuple of Result
        Empty where no number is public; ``without_numbers`` then says what is.
    touches : tuple of str
        Statements of other books that it bears upon.
    """

    id: str
    trial: str
    design: str
    population: str
    radioligand: str
    control: str
    participants: int
    public: date
    cite: str
    seen: Literal["primary", "secondary"]
    results: tuple[Result, ...]
    touches: tuple[str, ...]
    doi: str = ""
    seen_in: str = ""
    day_note: str = ""
    crossover: str = ""
    without_numbers: str = ""
    approximately: bool = False

    @property
    def place(self) -> str:
        """Where it stands: the publication with its DOI, or the press release."""
        return f"{self.cite}, doi:{self.doi}" if self.doi else self.cite

    @property
    def summary(self) -> str:
        """Who was studied, against what, and the first result, in one sentence."""
        found = str(self.results[0]) if self.results else self.without_numbers
        about = "about " if self.approximately else ""
        arms = f"{self.radioligand}, against {self.control}" if self.control != "none" else self.radioligand
        return f"{self.trial}, {about}{self.participants} men: {self.population}. {arms}. {_capital(found)}."

    @property
    def details(self) -> tuple[str, ...]:
        """Every further result, the crossover, and what was read."""
        told = [str(result) for result in self.results[1:]]
        told += [f"crossover: {self.crossover}"] if self.crossover else []
        told += [f"design: {self.design}"]
        read = f"{self.seen} source seen{f': {self.seen_in}' if self.seen_in else ''}"
        day = f" ({self.day_note})" if self.day_note else ""
        return (*told, f"public since {self.public}{day}; {read}")


@cache
def reports() -> Mapping[str, Report]:
    """Return every report by its id."""
    text = resources.files(__package__).joinpath("reports.yaml").read_text(encoding="utf-8")
    raw: dict[str, Any] = yaml.load(text, _AsWritten)  # noqa: S506 - derived from the safe loader
    return MappingProxyType({name: _report(name, entry) for name, entry in raw.items()})


class _AsWritten(yaml.SafeLoader):
    """Leaves decimal numbers as they are written: 0.90 stays 0.90."""


_AsWritten.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:float"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _report(name: str, raw: dict[str, Any]) -> Report:
    entry = dict(raw)
    arms, results = entry.pop("arms"), entry.pop("results")
    return Report(
        id=name,
        **arms,
        results=tuple(_result(one) for one in results),
        touches=tuple(entry.pop("touches")),
        day_note=entry.pop("day", ""),
        **entry,
    )


def _result(raw: dict[str, Any]) -> Result:
    entry = dict(raw)
    hazard, odds = entry.pop("hazard_ratio", None), entry.pop("odds_ratio", None)
    ratio = None
    if hazard or odds:
        ratio = Ratio(kind="hazard ratio" if hazard else "odds ratio", **(hazard or odds))
    return Result(ratio=ratio, **entry)


def _capital(text: str) -> str:
    return text if text.startswith("rPFS") else text[:1].upper() + text[1:]
