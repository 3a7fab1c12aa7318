"""What a centre states region by region: half-lives, densities, curves, parameters of repair."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from lutetia.fileform import Misfit, MisfitError, Part
from lutetia.reference.radiobiology import KIDNEY, PROSTATE_CANCER, Repair
from lutetia.vocabulary.curve import WITH_HALF_LIFE, CurveMethod
from lutetia.vocabulary.device import Device

Words = Annotated[str, Field(min_length=1)]

CITED_TISSUES: dict[str, Repair] = {"kidney": KIDNEY, "prostate cancer": PROSTATE_CANCER}
"""Parameters of repair that stand in Lutetia's table with their source, by the name under which they are asked for."""


class PopulationHalfLife(Part):
    """An effective half-life of a population, for a region that was measured only once.

    Attributes
    ----------
    hours : float
        Effective half-life, the median [h].
    relative_sd : float
        Its spread between patients, relative (0.3 for 30 %).
    lowest_hours, highest_hours : float or None
        Lowest and highest that were measured [h]; both or neither.
    source : str
    """

    hours: float = Field(gt=0, le=1000)
    relative_sd: float = Field(gt=0, lt=2)
    lowest_hours: float | None = Field(default=None, gt=0)
    highest_hours: float | None = Field(default=None, gt=0, le=1000)
    source: Words

    @model_validator(mode="after")
    def _in_its_range(self) -> Self:
        low, high = self.lowest_hours, self.highest_hours
        if (low is None) != (high is None):
            missing = "lowest_hours" if low is None else "highest_hours"
            raise MisfitError([Misfit((), f"one end of the range stands alone; add '{missing}: ...', or take it out")])
        if low is not None and high is not None and not low <= self.hours <= high:
            text = f"{self.hours:g} h is not within its range of {low:g} to {high:g} h; take all three from one series"
            raise MisfitError([Misfit(("hours",), text)])
        return self


class TissueDensity(Part):
    """A density stated for a region whose mass is not taken from CT [g/mL]."""

    value: float = Field(ge=0.2, le=3)
    unit: Literal["g/mL"]
    source: Words


class CurveChoice(Part):
    """How the curve of a region is to be found.

    Attributes
    ----------
    method : str
        ``automatic``, a model, or a method for one scan, by its name.
    half_life : {"stated", "published"} or None
        Which half-life of other patients a method takes that needs one: that of ``population_half_lives``, or the
        published one. Without it the stated one, where there is one.
    reason : str or None
        Why, in the centre's words.
    """

    method: CurveMethod
    half_life: Literal["stated", "published"] | None = None
    reason: Words | None = None

    @model_validator(mode="after")
    def _uses_what_it_names(self) -> Self:
        if self.half_life is not None and self.method not in WITH_HALF_LIFE:
            text = f"'{self.method}' uses no half-life of other patients; take 'half_life' out"
            raise MisfitError([Misfit(("half_life",), text)])
        return self


class MonteCarloChoice(Part):
    """How long the Monte Carlo engine follows photons, and from which random numbers.

    Attributes
    ----------
    relative_sigma : float
        Statistical standard uncertainty asked of the photon dose of every region, relative (0.01 for 1 %).
    seed : int
        The same seed gives the same dose, on any number of cores.
    device : {"cpu", "cuda"}
        Where photons are followed.
    """

    relative_sigma: float = Field(default=0.01, ge=0.0005, le=0.1)
    seed: int = Field(default=177, ge=0, lt=2**63)
    device: Device = "cpu"


class RepairChoice(Part):
    """Parameters of BED for a region: those of a tissue in Lutetia's table, or the centre's own with their source.

    Attributes
    ----------
    tissue : str or None
        Of the table, e.g. ``prostate cancer``; then nothing else.
    alpha_beta_gy : float or None
        [Gy].
    repair_half_life_h : float or None
        [h].
    source : str or None
    year : int or None
        Of the source.
    """

    tissue: Literal["kidney", "prostate cancer"] | None = None
    alpha_beta_gy: float | None = Field(default=None, gt=0, le=100)
    repair_half_life_h: float | None = Field(default=None, gt=0, le=100)
    source: Words | None = None
    year: int | None = Field(default=None, ge=1900, le=2200)

    @model_validator(mode="after")
    def _from_table_or_stated(self) -> Self:
        own = {name: getattr(self, name) for name in ("alpha_beta_gy", "repair_half_life_h", "source", "year")}
        if self.tissue is not None and (beside := [name for name, value in own.items() if value is not None]):
            text = f"'{beside[0]}' stands beside 'tissue'; name a tissue of the table, or state the parameters"
            raise MisfitError([Misfit((beside[0],), text)])
        if self.tissue is None and (missing := [name for name, value in own.items() if value is None]):
            raise MisfitError([Misfit((), f"'{name}' is missing; add '{name}: ...'") for name in missing])
        return self
