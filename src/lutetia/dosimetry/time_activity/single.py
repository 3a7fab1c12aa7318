"""What can one scan say, if the region's effective half-life is taken from other patients?

Method: Madsen et al., Med Phys 2018;45:2318 (one late measurement and a population half-life). For PSMA ligands the
error is below 30 % for kidneys, and the method is unreliable for marrow and tumours (Hou et al., 2021, PMC8882881).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

from lutetia.dosimetry.result import Exponential, FitRefusal, TimeActivityFit
from lutetia.dosimetry.time_activity.curve import after_mbq_h, tia_mbq_h
from lutetia.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationHalfLife:
    """An effective half-life that was not measured in this cycle: of other patients, or of an earlier cycle.

    Attributes
    ----------
    effective_h : float
        Effective half-life [h]; never above the physical one.
    source : str
        Publication or own series it was taken from.
    """

    effective_h: float
    source: str


def from_single_sample(
    hours: float, mbq: float, *, half_life_h: float, population: PopulationHalfLife | None, region: str
) -> TimeActivityFit | FitRefusal:
    """Extend one sample to a curve with a population half-life.

    Parameters
    ----------
    hours, mbq : float
        Time after administration [h] and activity [MBq], both positive.
    half_life_h : float
        Physical half-life [h].
    population : PopulationHalfLife or None
        None is a refusal.
    region : str
        Used in errors.

    Raises
    ------
    InputError
        If the population half-life is not positive or is longer than the physical one.
    """
    if population is None:
        return FitRefusal(
            reason=f"there is one sample only ({mbq:.4g} MBq at {hours:.1f} h), which says nothing about washout",
            offered=(
                "a second scan, best two to three days later",
                "a population effective half-life for this region, stated with its source in the site's settings",
                "physical decay only, asked for by name: an upper bound if uptake has ended",
            ),
        )
    effective_h = population.effective_h
    if not 0 < effective_h <= half_life_h:
        raise InputError(
            f"population half-life of {region}",
            f"{effective_h:g} h is not between 0 and the physical half-life of {half_life_h:.1f} h",
            "state the effective half-life in hours (physical decay included)",
            why="no washout can make activity stay longer than its own decay lets it",
        )
    rate = log(2) / effective_h
    terms = (Exponential(mbq * exp(rate * hours), rate),)
    whole = tia_mbq_h(terms)
    return TimeActivityFit(
        model="single time point",
        terms=terms,
        tia_mbq_h=whole,
        tail_fraction=after_mbq_h(terms, hours) / whole,
        effective_half_life_h=effective_h,
        residuals=(0.0,),
        chosen_because="there is one sample, and a half-life is stated for it",
        notes=(
            (
                f"The effective half-life of {effective_h:g} h was not measured in this cycle but stated "
                f"({population.source}); if it is 10 % longer, the result changes by {10 * (1 - rate * hours):+.0f} %."
            ),
            "One time point is unreliable for tumours and marrow with PSMA ligands.",
        ),
    )
