"""What does a published model say of this man, and which published models cannot be computed?

A model is computed only from a card that the user brings (:mod:`lutetia.criteria.prognosis_card`). A covariate that is
not known, too old, or known only as a bound leaves the answer unknown and is named; none is imputed. A man outside the
population of the model is told so. Models whose coefficients are not at hand stand in ``prognosis_models.yaml`` with
what they need.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from itertools import pairwise
from math import exp, log, log2, log10
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

import yaml

from lutetia.course import Course, Fact
from lutetia.criteria.prognosis_card import (
    AGE,
    DERIVED,
    SINCE_DIAGNOSIS,
    Covariate,
    ModelCard,
    Range,
    Transform,
)
from lutetia.criteria.renal import age_years
from lutetia.criteria.toxicity import first_given_on
from lutetia.provenance import Source
from lutetia.units import convert
from lutetia.vocabulary import ITEMS, disease

DAYS_PER_MONTH: Final = 30.4375
LARGEST_LOG_HAZARD: Final = 700.0
"""Beyond it the exponential is no number; nobody survives long before."""

_TRANSFORMS: Final[Mapping[Transform, Callable[[float], float]]] = MappingProxyType(
    {"none": float, "ln": log, "log2": log2, "log10": log10}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedModel:
    """A published model that is not computed here.

    Attributes
    ----------
    covariates : tuple of pairs
        What it takes, and the item that holds it; empty where the record has no item for it.
    needs : str
        What would have to be at hand.
    """

    name: str
    source: Source
    seen: Literal["primary", "abstract", "secondary"]
    population: str
    performance: str
    covariates: tuple[tuple[str, str], ...]
    needs: str


@cache
def named_models() -> tuple[NamedModel, ...]:
    """Return the published models that are named and not imitated."""
    raw = yaml.safe_load(resources.files(__package__).joinpath("prognosis_models.yaml").read_text(encoding="utf-8"))
    return tuple(
        NamedModel(
            name=one["name"], source=Source(**one["source"]), seen=one["seen"], population=one["population"],
            performance=one["performance"], needs=one["needs"],
            covariates=tuple((entry["what"], entry["item"]) for entry in one["covariates"]),
        )
        for one in raw
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the record says of one item on a day.

    Attributes
    ----------
    value : float, str or None
        A number in the unit asked for (a yes is 1), or the answer to a choice; None where it is not known.
    shown : str
        As a person reads it; empty where nothing is recorded.
    need : str
        Why it is not known.
    """

    value: float | str | None
    shown: str
    on: date | None
    need: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One covariate of a model and what it adds; ``added`` is None where it is not known."""

    covariate: str
    item: str
    known: Known
    added: float | None


class Survival(NamedTuple):
    """The part that a model lets be alive, or without the event, at a time."""

    months: float
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What a model says of one man.

    Attributes
    ----------
    on : date
        Time zero: the day on which the covariates are read.
    score : float or None
        The linear predictor, or the total of points; None where a covariate is not known.
    survival : tuple of Survival
        Empty where there is no answer.
    within : bool or None
        Whether he is one of the population in which the model was developed; None where that is not known.
    outside : tuple of str
        In what he differs from it.
    needs, notes : tuple of str
    """

    card: ModelCard
    on: date
    score: float | None
    survival: tuple[Survival, ...]
    contributions: tuple[Contribution, ...]
    within: bool | None
    outside: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def score_name(self) -> str:
        """What the score is."""
        return "linear predictor" if self.card.cox is not None else "total points"


def predict(card: ModelCard, course: Course, *, known_on: date) -> Prediction:
    """Compute a model for a man.

    Parameters
    ----------
    card : ModelCard
    course : Course
        As known on ``known_on``.
    known_on : date
        Time zero where the card counts from it, or where nothing has been given yet.
    """
    given = first_given_on(course)
    at_first = card.time_zero == "first administration"
    on = given if at_first and given is not None else known_on
    early = "nothing has been given yet: the day as known stands for the first administration"
    found = tuple(_contribution(one, course, on, card.no_older_than_days) for one in card.covariates)
    parts = [one.added for one in found if one.added is not None]
    score = sum(parts) if len(parts) == len(found) else None
    within, outside, unsure = _within(card, course, on)
    survival, beyond = _survival(card, score)
    return Prediction(
        card=card, on=on, score=score, survival=survival, contributions=found, within=within, outside=outside,
        needs=(*(one.known.need for one in found if one.added is None), *unsure),
        notes=tuple(text for text in (early if at_first and given is None else "", beyond) if text),
    )  # fmt: skip


def known_value(course: Course, item: str, unit: str | None, *, on: date, days: int | None) -> Known:
    """Return what the record says of an item on a day, in a unit.

    Parameters
    ----------
    days : int or None
        How old it may be; None for any age.
    """
    if item in DERIVED:
        return _derived(course, item, on)
    facts = [fact for fact in course.facts_of(item) if fact.day <= on]
    name = ITEMS[item].asks.rstrip("?")
    if not facts:
        return Known(value=None, shown="", on=None, need=f"{name}: not recorded by {on}")
    fact = facts[-1]
    if days is not None and (on - fact.day).days > days:
        need = f"{name}: {(on - fact.day).days} days old on {on}, at most {days}"
        return Known(value=None, shown=fact.shown(), on=fact.day, need=need)
    if fact.comparator is not None:
        need = f"{name}: a number, not {fact.shown()}"
        return Known(value=None, shown=fact.shown(), on=fact.day, need=need)
    return Known(value=_plain(fact, unit), shown=fact.shown(), on=fact.day)


def _plain(fact: Fact, unit: str | None) -> float | str:
    if fact.definition.kind == "choice":
        return str(fact.value)
    if fact.definition.kind == "flag":
        return float(fact.value is True)
    if unit is None:
        return fact.quantity
    return convert(fact.quantity, fact.definition.unit, unit, substance=fact.definition.substance)


def _derived(course: Course, item: str, on: date) -> Known:
    if item == AGE:
        birth = course.patient.birth_date
        if birth is None:
            return Known(value=None, shown="", on=None, need="date of birth: not recorded")
        years = age_years(birth, on)
        return Known(value=float(years), shown=f"{years} years", on=on)
    assert item == SINCE_DIAGNOSIS
    told = [fact for fact in course.facts_of(disease.diagnosed_on) if fact.day <= on]
    if not told:
        return Known(value=None, shown="", on=None, need="day of the first diagnosis: not recorded")
    months = (on - date.fromisoformat(str(told[-1].value))).days / DAYS_PER_MONTH
    return Known(value=months, shown=f"{months:.0f} months", on=on)


def _contribution(one: Covariate, course: Course, on: date, days: int) -> Contribution:
    known = known_value(course, one.item, one.unit, on=on, days=one.no_older_than_days or days)
    if known.value is None:
        return Contribution(covariate=one.name, item=one.item, known=known, added=None)
    if isinstance(known.value, str):
        return Contribution(covariate=one.name, item=one.item, known=known, added=one.levels[known.value])
    value = float(known.value >= one.at_least) if one.at_least is not None else known.value
    if one.transform != "none" and value <= 0:
        need = f"{one.name}: a value above 0; {known.shown} has no logarithm"
        return Contribution(covariate=one.name, item=one.item, known=_lacking(known, need), added=None)
    value = (_TRANSFORMS[one.transform](value) - one.centre) / one.per
    if one.coefficient is not None:
        return Contribution(covariate=one.name, item=one.item, known=known, added=one.coefficient * value)
    added = between(one.points, value)
    if added is None:
        need = f"{one.name}: {known.shown} lies beyond the nomogram's scale"
        return Contribution(covariate=one.name, item=one.item, known=_lacking(known, need), added=None)
    return Contribution(covariate=one.name, item=one.item, known=known, added=added)


def _lacking(known: Known, need: str) -> Known:
    return Known(value=None, shown=known.shown, on=known.on, need=need)


def between(points: tuple[tuple[float, float], ...], at: float) -> float | None:
    """Return the straight line between neighbouring points at a value; None beyond the ends."""
    for (x0, y0), (x1, y1) in pairwise(points):
        if x0 <= at <= x1:
            return y0 + (y1 - y0) * (at - x0) / (x1 - x0)
    return None


def _survival(card: ModelCard, score: float | None) -> tuple[tuple[Survival, ...], str]:
    if score is None:
        return (), ""
    if card.cox is not None:
        hazard = exp(min(score - card.cox.at_linear_predictor, LARGEST_LOG_HAZARD))
        return tuple(Survival(one.months, one.survival**hazard) for one in card.cox.survival), ""
    assert card.nomogram is not None
    totals = card.nomogram.totals
    read = [
        between(tuple((total.points, total.survival[index].survival) for total in totals), score)
        for index in range(len(totals[0].survival))
    ]
    if None in read:
        return (), f"{score:g} points lie beyond the nomogram's totals ({totals[0].points:g} to {totals[-1].points:g})"
    times = [at.months for at in totals[0].survival]
    return tuple(Survival(m, s) for m, s in zip(times, read, strict=True) if s is not None), ""


def _within(card: ModelCard, course: Course, on: date) -> tuple[bool | None, tuple[str, ...], tuple[str, ...]]:
    outside, unsure = [], []
    for one in card.population.ranges:
        known = known_value(course, one.item, one.unit, on=on, days=card.no_older_than_days)
        if known.value is None:
            unsure.append(f"for the population: {known.need}")
        elif not _inside(one, known.value):
            outside.append(f"{one.item} is {known.shown}; the population had {_bounds(one)}")
    if outside:
        return False, tuple(outside), tuple(unsure)
    return (None if unsure or not card.population.ranges else True), (), tuple(unsure)


def _inside(one: Range, value: float | str) -> bool:
    if isinstance(value, str):
        return value in one.values
    if one.values:
        return ("true" if value else "false") in one.values
    return (one.lowest is None or value >= one.lowest) and (one.highest is None or value <= one.highest)


def _bounds(one: Range) -> str:
    if one.values:
        return " or ".join(one.values)
    low = "" if one.lowest is None else f"{one.lowest:g} or more"
    high = "" if one.highest is None else f"{one.highest:g} or less"
    return " and ".join(part for part in (low, high) if part) + (f" {one.unit}" if one.unit else "")
