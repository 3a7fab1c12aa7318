"""Which versions of CTCAE are offered, and what do their tables say? Each version is one file, read once.

The steps of a table are ways into a grade: a value beyond a number or a multiple of a reference, or answers given
together. Version 5.0 is offered; 4.03 and 6.0 are not, since no table of theirs that could be cited lies beside this
module. An event that somebody graded by one of them keeps its grade and its version.

Source: Common Terminology Criteria for Adverse Events v5.0, US National Cancer Institute, 27 November 2017.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

import yaml

from lutetia.course.event import Organ
from lutetia.criteria.interval import Interval, steady
from lutetia.errors import InputError
from lutetia.provenance import Source

VERSION: Final = "5.0"
_FILES: Final = MappingProxyType({VERSION: "ctcae_5_0.yaml"})

Side = Literal["below", "above", "from", "to"]
Reference = Literal["lower", "upper", "baseline"]
_SIDES: Final[tuple[Side, ...]] = ("below", "above", "from", "to")


class VersionNotOfferedError(InputError):
    """Grades are asked for by a version of CTCAE whose table is not here."""

    def __init__(self, version: str) -> None:
        self.version = version
        super().__init__(
            "CTCAE version",
            f"'{version}' has no table here",
            f"ask for one of: {', '.join(_FILES)}; enter events graded by another version as adverse events",
            "grades of one version do not say what another would give",
        )


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

    @property
    def settled(self) -> bool:
        """Whether only one grade is possible."""
        return self.least == self.most


@dataclass(frozen=True, slots=True)
class Step:
    """One way into a grade: the value lies beyond a number or a multiple of a reference."""

    side: Side
    of: float | Reference
    times: float = 1.0

    def reached(self, value: Interval, references: Mapping[str, float | None]) -> bool | None:
        """Tell whether the value lies beyond the step; None where value or reference leave it open."""
        reference = references[self.of] if isinstance(self.of, str) else self.of
        if reference is None:
            return None
        limit = Interval.point(steady(reference * self.times))
        if self.side in ("below", "from"):
            short = value.below(limit)
            return short if self.side == "below" or short is None else not short
        beyond = limit.below(value)
        return beyond if self.side == "above" or beyond is None else not beyond


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One adverse event that a laboratory result or a weight grades.

    Attributes
    ----------
    name, item, unit : str
        Its name in CTCAE (British spelling), the item of the vocabulary and its unit.
    grades, abnormal_baseline : mapping of int to tuple of Step
        Ways into each grade; the second holds instead where the baseline was abnormal, if there is one.
    not_computable : mapping of int to str
        Grades that no number tells, and why.
    open : mapping of int to str
        Grades that the number leaves open once the grade before them is reached, and what would tell.
    also : str
        What else leads into a grade, which is entered as an adverse event.
    """

    name: str
    item: str
    unit: str
    grades: Mapping[int, tuple[Step, ...]]
    abnormal_baseline: Mapping[int, tuple[Step, ...]]
    not_computable: Mapping[int, str]
    open: Mapping[int, str]
    also: str = ""

    def refers_to(self, reference: Reference) -> bool:
        """Whether a limit of normal, or the baseline, enters into a grade."""
        steps = (step for grades in (self.grades, self.abnormal_baseline) for some in grades.values() for step in some)
        return (reference == "baseline" and bool(self.abnormal_baseline)) or any(step.of == reference for step in steps)


Answered = str | float
"""An answer about a symptom: one of the item's choices, or a measurement in its unit."""


@dataclass(frozen=True, slots=True)
class AnswerStep:
    """One way into a grade of a symptom: every item named has one of the answers, or lies beyond a step."""

    answers: Mapping[str, frozenset[str] | Step]

    def reached(self, given: Mapping[str, Answered]) -> bool | None:
        """Tell whether all of the answers were given; None where one is missing that could decide."""
        found = [_given(given.get(item), wanted) for item, wanted in self.answers.items()]
        return False if False in found else None if None in found else True


def _given(answer: Answered | None, wanted: frozenset[str] | Step) -> bool | None:
    if answer is None:
        return None
    if isinstance(wanted, Step):
        return wanted.reached(Interval.point(float(answer)), {})
    return answer in wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class SymptomTerm:
    """One adverse event that answers about a symptom grade.

    Attributes
    ----------
    asks : tuple of str
        The items that are asked; the first says whether the symptom is there at all (its answer ``none``).
    not_needed : tuple of str
        Items whose absence leaves nothing open: measurements that are seldom made.
    """

    name: str
    organ: Organ
    asks: tuple[str, ...]
    grades: Mapping[int, tuple[AnswerStep, ...]]
    not_needed: tuple[str, ...] = ()
    also: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One version of CTCAE."""

    version: str
    source: Source
    terms: tuple[Term, ...]
    symptoms: tuple[SymptomTerm, ...]

    def of_item(self, item: str) -> tuple[Term, ...]:
        """Return the terms that an item of the vocabulary grades; two where too little and too much are both harm."""
        return tuple(term for term in self.terms if term.item == item)


def versions() -> tuple[str, ...]:
    """Return the versions that are offered."""
    return tuple(_FILES)


@cache
def table(version: str = VERSION) -> Table:
    """Return the table of a version.

    Raises
    ------
    VersionNotOfferedError
        If there is none here.
    """
    if version not in _FILES:
        raise VersionNotOfferedError(version)
    raw = yaml.safe_load(resources.files(__package__).joinpath(_FILES[version]).read_text(encoding="utf-8"))
    return Table(
        version=raw["version"], source=Source(**raw["source"]),
        terms=tuple(_term(name, entry) for name, entry in raw["terms"].items()),
        symptoms=tuple(_symptom(name, entry) for name, entry in raw["symptoms"].items()),
    )  # fmt: skip


@cache
def terms() -> Mapping[str, Term]:
    """Return the terms of version 5.0 by the item that grades them; the first where there are two."""
    found: dict[str, Term] = {}
    for term in table().terms:
        found.setdefault(term.item, term)
    return MappingProxyType(found)


def _term(name: str, raw: Mapping[str, Any]) -> Term:
    return Term(
        name=name, item=raw["item"], unit=raw["unit"], grades=_steps(raw["grades"]),
        abnormal_baseline=_steps(raw.get("abnormal_baseline", {})), not_computable=raw.get("not_computable", {}),
        open=raw.get("open", {}), also=raw.get("also", ""),
    )  # fmt: skip


def _steps(raw: Mapping[int, Iterable[Mapping[str, Any]]]) -> dict[int, tuple[Step, ...]]:
    return {grade: tuple(_step(entry) for entry in entries) for grade, entries in raw.items()}


def _step(entry: Mapping[str, Any]) -> Step:
    side = next(side for side in _SIDES if side in entry)
    return Step(side, entry[side], float(entry.get("times", 1.0)))


def _symptom(name: str, raw: Mapping[str, Any]) -> SymptomTerm:
    def wanted(entry: Any) -> frozenset[str] | Step:
        return _step(entry) if isinstance(entry, Mapping) else frozenset(entry)

    grades = {
        grade: tuple(AnswerStep({item: wanted(entry) for item, entry in way.items()}) for way in ways)
        for grade, ways in raw["grades"].items()
    }
    return SymptomTerm(
        name=name, organ=raw["organ"], asks=tuple(raw["asks"]), grades=grades,
        not_needed=tuple(raw.get("not_needed", ())), also=raw.get("also", ""),
    )  # fmt: skip
