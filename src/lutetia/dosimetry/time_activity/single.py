"""What can one scan say, if the kinetics are taken from other patients or from an earlier cycle?

Sources: Haenscheid et al., Nuklearmedizin 2017;56:219 (one late measurement and one half-life) and J Nucl Med
2018;59:75 (no half-life where 0.75 <= t/T <= 2.5); Madsen et al., Med Phys 2018;45:2318 (a population's mean
half-life); Hou et al., J Nucl Med 2021, PMC8882881 (lognormal half-lives; errors below 30 % for kidneys with PSMA
ligands, unreliable for marrow and tumours; best at about 48 h); EJNMMI Phys 2018, PMC6300448 (kidneys with
177Lu-DOTATATE: mean deviation 59 and 30 % from a population's half-life at 4 and 24 h, 13 and 2 % with the patient's
own of the first cycle).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, hypot, log
from typing import Final

import numpy as np

from lutetia.dosimetry.result import Exponential, FitModel, FitRefusal, TimeActivityFit
from lutetia.dosimetry.time_activity.curve import after_mbq_h, slowest_half_life_h, tia_mbq_h
from lutetia.dosimetry.time_activity.formulas import (
    VALID_FROM,
    VALID_TO,
    half_life_integral_h,
    half_life_integrals_h,
    time_integral_h,
)
from lutetia.dosimetry.time_activity.method import Elsewhere
from lutetia.dosimetry.time_activity.population import PopulationHalfLife, log_spread, published, rate_per_h
from lutetia.reference.half_life import is_lesion

BETWEEN_CYCLES: Final = 0.17
"""Relative change of a half-life from cycle to cycle: a mean deviation of 13 % at 4 h (PMC6300448), where the integral
is in proportion to the half-life, is a standard deviation of 17 %; the 2 % found at 24 h would be less."""
VANISHED: Final = 1e-9
"""An earlier curve below this part of its largest activity cannot be scaled to a sample."""
ROUNDING: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """The sample that a single-time-point method takes."""

    hours: float
    mbq: float
    relative_sigma: float | None
    left_out: int = 0


def from_one_sample(name: FitModel, one: One, elsewhere: Elsewhere, *, because: str) -> TimeActivityFit | FitRefusal:
    """Extend one sample to a curve.

    Parameters
    ----------
    name : str
        A single-time-point method; ``single time point`` takes the patient's own earlier kinetics, else the population
        half-life that is stated, else refuses.
    one : One
    elsewhere : Elsewhere
    because : str
        Why this method.

    Raises
    ------
    InputError
        If a stated half-life is impossible.
    """
    if elsewhere.population is not None:
        elsewhere.population.check(elsewhere.physical_h, elsewhere.region)
    if name == "single time point":
        if elsewhere.measured_earlier is not None:
            name, because = (
                "single time point, earlier cycle",
                f"{because}, and the region was measured in an earlier cycle",
            )
        elif elsewhere.population is not None:
            name, because = "single time point, population half-life", f"{because}, and a half-life is stated for it"
        else:
            return _nothing_known(one, elsewhere)
    if name == "single time point, earlier cycle":
        return _as_earlier(one, elsewhere, because)
    population = elsewhere.population or published(elsewhere.region)
    if population is None:
        return FitRefusal(
            reason=f"'{name}' needs an effective half-life, and none is stated or published for this region",
            offered=("a half-life with its source in the site's settings", "a second scan"),
        )
    if elsewhere.region == "marrow":
        return FitRefusal(
            reason="one time point says too little about marrow with PSMA ligands (Hou et al. 2021)",
            offered=("a second scan", "the kinetics of an earlier cycle with several scans"),
        )
    if name == "single time point, Haenscheid 2018":
        return _by_time(one, population, elsewhere, because)
    return _by_half_life(name, one, population, elsewhere, because)


def _nothing_known(one: One, elsewhere: Elsewhere) -> FitRefusal:
    offers = [
        "a second scan, best two to three days later",
        "a population effective half-life for this region, stated with its source in the site's settings",
    ]
    if (known := published(elsewhere.region)) is not None and elsewhere.region != "marrow":
        offers.append(
            f"'single time point, population half-life', asked for by name: {known.effective_h:g} h as published "
            f"({known.source})"
        )
    offers.append("physical decay only, asked for by name: an upper bound if uptake has ended")
    return FitRefusal(
        reason=f"there is one sample only ({one.mbq:.4g} MBq at {one.hours:.1f} h), which says nothing about washout",
        offered=tuple(offers),
    )


def _by_half_life(
    name: FitModel, one: One, population: PopulationHalfLife, elsewhere: Elsewhere, because: str
) -> TimeActivityFit:
    """Continue the sample with the half-life, ``TIA = A(t) 2^(t/T) T / ln 2``."""
    effective_h = min(population.effective_h, elsewhere.physical_h)
    rate = rate_per_h(effective_h)
    spread = None
    if population.relative_sd is not None:
        half_lives, weights = population.weighted(elsewhere.physical_h)
        spread = log_spread(
            half_life_integrals_h(one.hours, half_lives) / half_life_integral_h(one.hours, effective_h), weights
        )
    note = (
        f"The effective half-life of {effective_h:g} h was not measured in this cycle but stated "
        f"({population.source}); if it is 10 % longer, the result changes by {10 * (1 - rate * one.hours):+.0f} %."
    )
    return _made(
        name,
        one,
        _through(one.mbq * half_life_integral_h(one.hours, effective_h), effective_h),
        elsewhere,
        because,
        spread=spread,
        half_life_relative=population.log_sigma,
        range_h=population.between(elsewhere.physical_h),
        notes=[note, *_spread_unknown(population)],
    )


def _by_time(
    one: One, population: PopulationHalfLife, elsewhere: Elsewhere, because: str
) -> TimeActivityFit | FitRefusal:
    """Take ``TIA = A(t) 2 t / ln 2`` where the population's half-lives allow it (Haenscheid 2018)."""
    known = population.between(elsewhere.physical_h)
    low, high = known or (population.effective_h, population.effective_h)
    shortest, longest = one.hours / VALID_TO, one.hours / VALID_FROM
    found = (
        f"with effective half-lives of {low:.3g} to {high:.3g} h ({population.source}) the scan at {one.hours:.1f} h "
        f"lies at t/T of {one.hours / high:.2f} to {one.hours / low:.2f}"
        if known is not None
        else f"with an effective half-life of {low:.3g} h ({population.source}; its range is not stated) the scan at "
        f"{one.hours:.1f} h lies at t/T of {one.hours / low:.2f}"
    )
    if low > longest * (1 + ROUNDING) or high < shortest * (1 - ROUNDING):
        return FitRefusal(
            reason=f"{found}; Haenscheid 2018 holds from {VALID_FROM:g} to {VALID_TO:g} only",
            offered=("a method that uses the half-life (Haenscheid 2017, Madsen 2018)", "a second scan"),
        )
    notes = [f"No half-life is used: {found}, and the method holds from {VALID_FROM:g} to {VALID_TO:g}."]
    half_lives, weights = population.weighted(elsewhere.physical_h)
    inside = (half_lives >= shortest) & (half_lives <= longest)
    if low < shortest or high > longest:
        notes.append(
            f"Part of that range lies outside: for {1 - float(weights[inside].sum()):.0%} of such patients the "
            "error of the method exceeds 12 %."
        )
    implied = min((one.hours, one.hours / 2), key=lambda h: abs(log(h / population.effective_h)))
    if implied > elsewhere.physical_h:
        implied = one.hours / 2
    notes.append(
        f"The curve shown has the method's integral and a half-life of {implied:.3g} h, which follows from it "
        "and is not measured."
    )
    spread = None
    if population.relative_sd is not None:
        spread = log_spread(half_life_integrals_h(one.hours, half_lives) / time_integral_h(one.hours), weights)
    return _made(
        "single time point, Haenscheid 2018",
        one,
        _through(one.mbq * time_integral_h(one.hours), implied),
        elsewhere,
        because,
        spread=spread,
        half_life_relative=population.log_sigma,
        range_h=known,
        notes=[*notes, *_spread_unknown(population)],
    )


def _as_earlier(one: One, elsewhere: Elsewhere, because: str) -> TimeActivityFit | FitRefusal:
    """Scale the patient's own curve of an earlier cycle to the sample."""
    earlier = elsewhere.measured_earlier
    if earlier is None:
        return FitRefusal(
            reason="there is no earlier cycle in which the kinetics of this region were measured",
            offered=("a population half-life with its source", "a second scan"),
        )
    then = earlier.activity_mbq(one.hours)
    largest = max(abs(term.amplitude_mbq) for term in earlier.terms)
    if then < VANISHED * largest:
        return FitRefusal(
            reason=f"the curve of the earlier cycle holds no activity at {one.hours:.1f} h and cannot be scaled to it",
            offered=("a second scan", "a population half-life with its source"),
        )
    terms = tuple(Exponential(t.amplitude_mbq * one.mbq / then, t.rate_per_h) for t in earlier.terms)
    width = (
        None if earlier.half_life_relative_sigma is None else hypot(BETWEEN_CYCLES, earlier.half_life_relative_sigma)
    )
    known = (
        "the uncertainty of that half-life is not known, so none is stated."
        if width is None
        else f"a change of {BETWEEN_CYCLES:.0%} from cycle to cycle is in the uncertainty."
    )
    note = (
        f"The kinetics are the patient's own of an earlier cycle ({earlier.model}, effective half-life "
        f"{earlier.effective_half_life_h:.3g} h), scaled to this scan; {known}"
    )
    spread = None if width is None else _spread_of_earlier(earlier, one.hours, width, elsewhere.physical_h)
    return _made(
        "single time point, earlier cycle", one, terms, elsewhere, because,
        spread=spread, half_life_relative=width, range_h=None, notes=[note],
    )  # fmt: skip


def _spread_of_earlier(earlier: TimeActivityFit, hours: float, width: float, physical_h: float) -> float:
    """Return how far the logarithm of the integral lies off where all half-lives are so much longer or shorter."""
    ratios = [_stretched_h(earlier, hours, factor, physical_h) for factor in (1 / (1 + width), 1 + width)]
    middle = earlier.tia_mbq_h / earlier.activity_mbq(hours)
    return float(np.sqrt(np.mean(np.log(np.array(ratios) / middle) ** 2)))


def _stretched_h(earlier: TimeActivityFit, hours: float, factor: float, physical_h: float) -> float:
    """Return integral over activity with all half-lives longer by a factor, none above the physical one [h]."""
    least = rate_per_h(physical_h)
    terms = tuple(Exponential(t.amplitude_mbq, max(least, t.rate_per_h / factor)) for t in earlier.terms)
    activity = sum(t.amplitude_mbq * exp(-t.rate_per_h * hours) for t in terms)
    whole = tia_mbq_h(terms)
    return whole / activity if activity > 0 and whole > 0 else earlier.tia_mbq_h / earlier.activity_mbq(hours)


def _through(tia: float, effective_h: float) -> Exponential:
    """Return the exponential of a half-life [h] with an integral [MBq h]."""
    rate = rate_per_h(effective_h)
    return Exponential(tia * rate, rate)


def _made(
    name: FitModel,
    one: One,
    terms: Exponential | tuple[Exponential, ...],
    elsewhere: Elsewhere,
    because: str,
    *,
    spread: float | None,
    half_life_relative: float | None,
    range_h: tuple[float, float] | None,
    notes: list[str],
) -> TimeActivityFit:
    terms = (terms,) if isinstance(terms, Exponential) else terms
    whole = tia_mbq_h(terms)
    return TimeActivityFit(
        model=name,
        terms=terms,
        tia_mbq_h=whole,
        tail_fraction=after_mbq_h(terms, one.hours) / whole,
        effective_half_life_h=slowest_half_life_h(terms),
        residuals=(0.0,),
        chosen_because=because,
        notes=(*notes, *_cautions(one, elsewhere), *_sample_unknown(one, spread)),
        tia_relative_sigma=None if spread is None else hypot(spread, *_known(one.relative_sigma)),
        half_life_relative_sigma=half_life_relative,
        population_range_h=range_h,
    )


def _spread_unknown(population: PopulationHalfLife) -> list[str]:
    if population.relative_sd is not None:
        return []
    return ["The spread of that half-life between patients is not stated, so no uncertainty is."]


def _known(sigma: float | None) -> tuple[float, ...]:
    return () if sigma is None else (sigma,)


def _sample_unknown(one: One, spread: float | None) -> list[str]:
    if spread is None or one.relative_sigma is not None:
        return []
    return [
        "The uncertainty of the integral is that of the half-life alone, a lower bound: the sample's is not stated."
    ]


def _cautions(one: One, elsewhere: Elsewhere) -> list[str]:
    said = []
    if one.left_out:
        said.append(f"The last scan alone is used; {one.left_out} earlier left out.")
    if is_lesion(elsewhere.region):
        said.append("One time point is unreliable for tumours with PSMA ligands (Hou et al. 2021).")
    elif elsewhere.region == "marrow":
        said.append("One time point is unreliable for marrow with PSMA ligands (Hou et al. 2021).")
    return said
