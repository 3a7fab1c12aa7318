"""What a centre takes from the literature for its dose calculations: half-lives and densities, with their source."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from lutetia.fileform import Misfit, MisfitError, Part
from lutetia.fileform.findings import nearest
from lutetia.vocabulary.region import ORGANS

Words = Annotated[str, Field(min_length=1)]

LESION = "lesion"
"""Stands for every lesion."""


class PopulationHalfLife(Part):
    """An effective half-life of a population, for a region that was measured only once.

    Attributes
    ----------
    hours : float
        Effective half-life [h].
    relative_sd : float
        Its spread between patients, relative (0.3 for 30 %).
    source : str
    """

    hours: float = Field(gt=0, le=1000)
    relative_sd: float = Field(gt=0, lt=2)
    source: Words


class TissueDensity(Part):
    """A density stated for a region whose mass is not taken from CT [g/mL]."""

    value: float = Field(ge=0.2, le=3)
    unit: Literal["g/mL"]
    source: Words


class DosimetrySettings(Part):
    """Half-lives and densities by region: an organ code, or ``lesion`` for every lesion."""

    format: Literal["lutetia-dosimetry/1"] = "lutetia-dosimetry/1"
    population_half_lives: dict[str, PopulationHalfLife] = Field(default_factory=dict)
    tissue_densities: dict[str, TissueDensity] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _of_known_regions(self) -> Self:
        known = [*ORGANS, LESION]
        misfits = [
            Misfit((table, region), f"'{region}' is no region; {nearest(region, known)}")
            for table in ("population_half_lives", "tissue_densities")
            for region in getattr(self, table)
            if region not in known
        ]
        if misfits:
            raise MisfitError(misfits)
        return self
