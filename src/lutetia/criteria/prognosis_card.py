"""Which form has a model card, and does it fit the vocabulary? A published model of survival as a file of the user.

A card states what a publication prints: covariates with units and transformations, coefficients with the survival at a
stated linear predictor, or points with the survival at stated totals, and the population in which the model was
developed. Nothing in it has a default that changes a number.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from lutetia.course.entry import Words
from lutetia.fileform import FileError, Misfit, MisfitError, Part, compose, contents, read_as
from lutetia.fileform.findings import nearest
from lutetia.units import UnitError, convert
from lutetia.vocabulary import ITEMS

AGE, SINCE_DIAGNOSIS = "derived.age_years", "derived.months_since_diagnosis"
DERIVED: Final = MappingProxyType({AGE: "age", SINCE_DIAGNOSIS: "time since diagnosis"})
"""What a card may name beside the vocabulary: made of the date of birth, and of the day of the first diagnosis."""

Transform = Literal["none", "ln", "log2", "log10"]


class CardFileError(FileError):
    """A model card is refused; nothing of it was used."""


def kind_of(item: str) -> str | None:
    """Return the kind of what a card names; None where there is no such item."""
    if item in DERIVED:
        return "score"
    return ITEMS[item].kind if item in ITEMS else None


class _Named(Part):
    """Something of the record: an item of the vocabulary or of :data:`DERIVED`, a quantity with its unit."""

    item: Words
    unit: Words | None = None

    @model_validator(mode="after")
    def _is_in_the_record(self) -> Self:
        kind = kind_of(self.item)
        if kind is None:
            text = f"'{self.item}' is not in the vocabulary; {nearest(self.item, [*ITEMS, *DERIVED])}"
            raise MisfitError([Misfit(("item",), text)])
        if kind in ("text", "day"):
            raise MisfitError([Misfit(("item",), f"{self.item} is a {kind}, and a number or a choice is needed here")])
        if kind != "quantity" and self.unit is not None:
            raise MisfitError([Misfit(("unit",), f"{self.item} takes no unit; leave it out")])
        if kind == "quantity":
            self._require_unit()
        return self

    def _require_unit(self) -> None:
        definition = ITEMS[self.item]
        if self.unit is None:
            text = f"{self.item} has no unit, and a unit is never guessed; add e.g. 'unit: {definition.unit}'"
            raise MisfitError([Misfit(("unit",), text)])
        try:
            convert(1.0, definition.unit, self.unit, substance=definition.substance)
        except UnitError as error:
            raise MisfitError([Misfit(("unit",), f"{error.found}; {error.remedy}")]) from None


class Covariate(_Named):
    """One covariate and what it contributes.

    Attributes
    ----------
    transform : str
        Applied to the value in ``unit``; then ``centre`` is subtracted and the result divided by ``per``.
    at_least : float or None
        Makes an indicator: 1 where the value is this number or more, else 0.
    coefficient : float or None
        For a Cox model; a yes counts 1.
    levels : dict of str to float
        Of a choice: what each answer contributes, all answers named; coefficient or points.
    points : tuple of pairs
        For a nomogram: value and points, straight lines between; beyond the ends there is no answer.
    no_older_than_days : int or None
        In place of the card's.
    """

    name: Words
    transform: Transform = "none"
    centre: float = 0.0
    per: float = Field(default=1.0, gt=0)
    at_least: float | None = None
    coefficient: float | None = None
    levels: dict[str, float] = Field(default_factory=dict)
    points: Annotated[tuple[tuple[float, float], ...], Field(strict=False)] = ()
    no_older_than_days: int | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _contributes_once(self) -> Self:
        stated = [self.coefficient is not None, bool(self.levels), bool(self.points)]
        if sum(stated) != 1:
            how = "coefficient, levels or points"
            text = f"'{self.name}' states {'none' if not any(stated) else 'more than one'} of {how}; state exactly one"
            raise MisfitError([Misfit((), text)])
        kind = kind_of(self.item)
        if (kind == "choice") != bool(self.levels):
            which = "levels for every answer" if kind == "choice" else "a coefficient or points"
            raise MisfitError([Misfit((), f"{self.item} is a {kind}; state {which}")])
        if kind == "choice":
            self._require_all_answers()
        if kind not in ("quantity", "score") and (self.transform != "none" or self.at_least is not None):
            raise MisfitError([Misfit((), f"{self.item} is a {kind}; leave transform and at_least out")])
        if any(later[0] <= earlier[0] for earlier, later in pairwise(self.points)) or len(self.points) == 1:
            text = "the points are not two or more with rising values; sort them, each value once"
            raise MisfitError([Misfit(("points",), text)])
        return self

    def _require_all_answers(self) -> None:
        answers = set(ITEMS[self.item].choices)
        missing, unknown = sorted(answers - set(self.levels)), sorted(set(self.levels) - answers)
        if missing:
            raise MisfitError([Misfit(("levels",), f"the answers {', '.join(missing)} are missing; add them")])
        if unknown:
            raise MisfitError([Misfit(("levels", unknown[0]), f"no answer of {self.item}; remove it")])


class SurvivalAt(Part):
    """The part that is alive, or without the event, at a time."""

    months: float = Field(gt=0)
    survival: float = Field(gt=0, le=1)


def _require_falling(curve: Iterable[SurvivalAt], path: tuple[str | int, ...]) -> None:
    for earlier, later in pairwise(curve):
        if later.months <= earlier.months or later.survival > earlier.survival:
            text = "the times do not rise, or survival rises with time; sort the times and check the numbers"
            raise MisfitError([Misfit(path, text)])


class Cox(Part):
    """A proportional-hazards model.

    Attributes
    ----------
    at_linear_predictor : float
        The linear predictor at which the survival is printed: 0, or the mean of the population.
    """

    covariates: Annotated[tuple[Covariate, ...], Field(min_length=1, strict=False)]
    at_linear_predictor: float
    survival: Annotated[tuple[SurvivalAt, ...], Field(min_length=1, strict=False)]

    @model_validator(mode="after")
    def _has_coefficients(self) -> Self:
        for index, one in enumerate(self.covariates):
            if one.points:
                raise MisfitError(
                    [Misfit(("covariates", index, "points"), "a Cox model has coefficients; state one, or a nomogram")]
                )
        _require_falling(self.survival, ("survival",))
        return self


class Total(Part):
    """The survival that a nomogram reads off at a total of points."""

    points: float
    survival: Annotated[tuple[SurvivalAt, ...], Field(min_length=1, strict=False)]


class Nomogram(Part):
    """Points for each covariate, and the survival at totals of points."""

    covariates: Annotated[tuple[Covariate, ...], Field(min_length=1, strict=False)]
    totals: Annotated[tuple[Total, ...], Field(min_length=2, strict=False)]

    @model_validator(mode="after")
    def _reads_off(self) -> Self:
        for index, one in enumerate(self.covariates):
            if one.coefficient is not None:
                raise MisfitError(
                    [Misfit(("covariates", index, "coefficient"), "a nomogram has points; state them, or a Cox model")]
                )
        times = [[at.months for at in total.survival] for total in self.totals]
        if any(later.points <= earlier.points for earlier, later in pairwise(self.totals)):
            raise MisfitError([Misfit(("totals",), "the totals do not rise; sort them, each once")])
        if any(one != times[0] for one in times):
            raise MisfitError([Misfit(("totals",), "the totals have different times; give all of them the same")])
        for index, total in enumerate(self.totals):
            _require_falling(total.survival, ("totals", index, "survival"))
        return self


class Range(_Named):
    """What men of the development population had: from lowest to highest, or one of some answers.

    A flag is stated as ``values: ["true"]``.
    """

    lowest: float | None = None
    highest: float | None = None
    values: Annotated[tuple[str, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _bounds_something(self) -> Self:
        numeric = kind_of(self.item) in ("quantity", "score")
        bounded = self.lowest is not None or self.highest is not None
        if numeric != bounded or numeric == bool(self.values):
            which = "lowest, highest or both" if numeric else "values"
            raise MisfitError([Misfit((), f"{self.item} is bounded by {which}; state that and nothing else")])
        flag = kind_of(self.item) == "flag"
        possible = ["true", "false"] if flag else [*getattr(ITEMS.get(self.item), "choices", ())]
        for index, value in enumerate(self.values):
            if value not in possible:
                text = f"'{value}' is no answer of {self.item}; write one of: {', '.join(possible)}"
                raise MisfitError([Misfit(("values", index), text)])
        return self


class Population(Part):
    """In whom the model was developed."""

    men: int = Field(gt=0)
    described: Words
    ranges: Annotated[tuple[Range, ...], Field(strict=False)] = ()


class CardSource(Part):
    """Where the model is published, and where in it the numbers stand."""

    title: Words
    year: int
    identifier: Words
    locator: Words


class ModelCard(Part):
    """A published model of survival.

    Attributes
    ----------
    time_zero : str
        From when survival is counted, and when the covariates are read: the first administration, or the day as known.
    no_older_than_days : int
        How old a covariate may be at time zero.
    """

    format: Literal["lutetia-model-card/1"]
    name: Words
    version: Words
    outcome: Words
    source: CardSource
    time_zero: Literal["first administration", "day as known"]
    no_older_than_days: int = Field(gt=0)
    population: Population
    cox: Cox | None = None
    nomogram: Nomogram | None = None

    @model_validator(mode="after")
    def _is_one_model(self) -> Self:
        if (self.cox is None) == (self.nomogram is None):
            raise ValueError("a card holds one model; state 'cox' or 'nomogram', and not both")
        names = [one.name for one in self.covariates]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"the covariate '{twice[0]}' stands in the card twice; give each its own name")
        return self

    @property
    def covariates(self) -> tuple[Covariate, ...]:
        """The covariates of whichever model it holds."""
        model = self.cox or self.nomogram
        return () if model is None else model.covariates


def read_card(path: Path) -> ModelCard:
    """Read a model card.

    Raises
    ------
    CardFileError
        With file, line, field, what was found and what to write instead.
    """
    text = contents(path, remedy="name a file that holds a model card", refuse=CardFileError)
    return parse_card(text, name=path.name)


def parse_card(text: bytes | str, *, name: str) -> ModelCard:
    """Read the text of a model card; see :func:`read_card`."""
    raw = text if isinstance(text, bytes) else text.encode()
    return read_as(ModelCard, compose(raw, name=name, refuse=CardFileError), refuse=CardFileError)
