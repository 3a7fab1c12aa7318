"""Which CTCAE grade does a laboratory result have? Version 5.0, as a range of the grades that are possible.

Without the laboratory's lower limit a platelet count of 120 is "at most grade 1": that decides whether it is grade 2
or worse. The limits stand in ``ctcae_5_0.yaml``; versions are never mixed. Where the first grade is bounded by a
laboratory limit that lies beyond the fixed limit of grade 2, the fixed limit is kept as printed.

Source: Common Terminology Criteria for Adverse Events v5.0, US National Cancer Institute, 27 November 2017.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Literal, NamedTuple

import yaml

from lutetia.criteria.interval import Interval

_NORMAL = 0


class GradeRange(NamedTuple):
    """The grades that are possible; both ends belong to it."""

    least: int
    most: int

    def __str__(self) -> str:
        return f"grade {self.least}" if self.least == self.most else f"grade {self.least} to {self.most}"

    @property
    def interval(self) -> Interval:
        """The range for comparisons."""
        return Interval(self.least, self.most)


@dataclass(frozen=True, slots=True)
class Step:
    """One way into a grade: the value lies beyond a number or a multiple of a reference."""

    side: Literal["below", "above", "from"]
    of: float | Literal["lower", "upper", "baseline"]
    times: float = 1.0

    def reached(self, value: Interval, references: Mapping[str, float | None]) -> bool | None:
        """Tell whether the value lies beyond the step; None where value or reference leave it open."""
        reference = references[self.of] if isinstance(self.of, str) else self.of
        if reference is None:
            return None
        limit = Interval.point(reference * self.times)
        if self.side == "below":
            return value.below(limit)
        if self.side == "above":
            return limit.below(value)
        short = value.below(limit)
        return None if short is None else not short


@dataclass(frozen=True, slots=True)
class Term:
    """One adverse event that a laboratory result grades."""

    name: str
    item: str
    unit: str
    grades: Mapping[int, tuple[Step, ...]]
    abnormal_baseline: Mapping[int, tuple[Step, ...]]
    not_computable: Mapping[int, str]


def _steps(raw: Mapping[int, list[dict[str, float | str]]]) -> dict[int, tuple[Step, ...]]:
    def step(entry: dict[str, float | str]) -> Step:
        side = next(key for key in ("below", "above", "from") if key in entry)
        return Step(side, entry[side], float(entry.get("times", 1.0)))  # type: ignore[arg-type]

    return {grade: tuple(step(entry) for entry in entries) for grade, entries in raw.items()}


@cache
def terms() -> Mapping[str, Term]:
    """Return the terms of the version by the item of the vocabulary that grades them."""
    raw = yaml.safe_load(resources.files(__package__).joinpath("ctcae_5_0.yaml").read_text(encoding="utf-8"))
    return {
        term["item"]: Term(
            name=name, item=term["item"], unit=term["unit"], grades=_steps(term["grades"]),
            abnormal_baseline=_steps(term.get("abnormal_baseline", {})), not_computable=term.get("not_computable", {}),
        )
        for name, term in raw["terms"].items()
    }  # fmt: skip


def _any_reached(steps: tuple[Step, ...], value: Interval, references: Mapping[str, float | None]) -> bool | None:
    reached = [step.reached(value, references) for step in steps]
    if True in reached:
        return True
    return None if None in reached else False


def _range(
    grades: Mapping[int, tuple[Step, ...]], value: Interval, references: Mapping[str, float | None]
) -> GradeRange:
    least = most = _NORMAL
    for number, steps in grades.items():
        reached = _any_reached(steps, value, references)
        if reached:
            least = number
        if reached is not False:
            most = number
    return GradeRange(least, max(least, most))


@lru_cache(maxsize=4096)
def grade(
    item: str,
    value: Interval | float,
    *,
    lower: float | None = None,
    upper: float | None = None,
    baseline: float | None = None,
    computed_only: bool = False,
) -> GradeRange:
    """Grade a laboratory result by CTCAE v5.0.

    Parameters
    ----------
    item : str
        The item of the vocabulary, e.g. ``lab.platelets``.
    value : Interval or float
        The result in the item's own unit.
    lower, upper : float, optional
        The laboratory's limits of normal, same unit; without them the range is wider.
    baseline : float, optional
        The value before treatment, same unit; decides which limits hold for the liver tests.
    computed_only : bool
        Leave out grades that no number tells (grade 4 anaemia), which otherwise are never excluded once the grade
        before them is possible.

    Returns
    -------
    GradeRange
        Every grade that the value may have.

    Raises
    ------
    KeyError
        If CTCAE v5.0 does not grade the item.
    """
    term = terms()[item]
    interval = value if isinstance(value, Interval) else Interval.point(value)
    references = {"lower": lower, "upper": upper, "baseline": baseline}
    if not term.abnormal_baseline:
        found = _range(term.grades, interval, references)
        beyond = max((number for number in term.not_computable if number - 1 <= found.most), default=_NORMAL)
        return GradeRange(found.least, max(found.most, beyond)) if not computed_only else found
    by_limit = _range(term.grades, interval, references)
    if baseline is not None and upper is not None:
        return by_limit if baseline <= upper else _range(term.abnormal_baseline, interval, references)
    if baseline is None:  # an abnormal baseline only makes a grade milder
        return GradeRange(_NORMAL, by_limit.most)
    by_baseline = _range(term.abnormal_baseline, interval, references)
    return GradeRange(min(by_limit.least, by_baseline.least), max(by_limit.most, by_baseline.most))
