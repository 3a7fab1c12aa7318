"""Which curve goes through a region's samples, and why this one?

Choice. With one sample: a population half-life, or refusal. With two: one exponential, if the activity falls. With
more: the corrected Akaike criterion decides where it is defined for at least two models (n >= k + 2, k counting the
variance when it has to be estimated); a richer model must gain more than 2. Below that a constraint decides: one
exponential for a curve that falls from the first sample on; ``A (exp(-l1 t) - exp(-l2 t))``, which is 0 at
administration, for four or more samples that rise first, or that one exponential misses beyond its stated
uncertainty.

Sources: Hurvich and Tsai, Biometrika 1989;76:297 (AICc); Kletting et al., NUKFIT, Med Phys 2013;40:102504 (choice of
model in dosimetry); MIRD pamphlet 16, J Nucl Med 1999;40:37S.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, log

import numpy as np

from lutetia.dosimetry.result import Exponential, FitModel, FitRefusal, Sample, TimeActivityFit
from lutetia.dosimetry.time_activity.admission import (
    ROUNDING,
    Scatter,
    check,
    falling_rate,
    scatter,
)
from lutetia.dosimetry.time_activity.choice import Chosen, choose
from lutetia.dosimetry.time_activity.curve import after_mbq_h, slowest_half_life_h, tia_mbq_h
from lutetia.dosimetry.time_activity.models import FITTERS, PARAMETERS, Array, Curve, Data
from lutetia.dosimetry.time_activity.single import PopulationHalfLife, from_single_sample
from lutetia.errors import InputError

TAIL_WORTH_A_NOTE = 0.2
"""Lutetia's choice; 20 % is the customary limit of the extrapolated area in pharmacokinetics (EMA
CPMP/EWP/QWP/1401/98)."""
MISS_WORTH_A_NOTE = 0.1
"""Lutetia's choice: a sample more than 10 % off its curve is pointed out."""

VANISHED = 1e-12
"""A fitted activity below this part of the largest sample is nothing; a residual is not divided by less."""

UPPER_BOUND = (
    "Upper bound, not an estimate: the region is taken to have held its largest decay-corrected activity from "
    "administration on and to lose it by decay alone. It is no bound if uptake goes on after the last scan."
)


def fit(
    samples: Sequence[Sample],
    *,
    half_life_h: float,
    region: str,
    corrected: bool,
    single_time_point: PopulationHalfLife | None = None,
    model: FitModel | None = None,
) -> TimeActivityFit | FitRefusal:
    """Fit a region's samples with a curve whose integral is known in closed form.

    Parameters
    ----------
    samples : sequence of Sample
        In any order.
    half_life_h : float
        Physical half-life [h].
    region : str
        Organ code or lesion id, used in errors.
    corrected : bool
        Fit the activities corrected for recovery (all samples must have a recovery) or those without.
    single_time_point : PopulationHalfLife, optional
        Allows a curve from one sample.
    model : str, optional
        A model asked for by name, in place of the choice; it is refused only where it cannot be fitted.

    Returns
    -------
    TimeActivityFit or FitRefusal
        A refusal says what was found and what is offered instead.

    Raises
    ------
    InputError
        If samples contradict themselves (see :func:`admission.check`), or a half-life is impossible.
    """
    if not (isfinite(half_life_h) and half_life_h > 0):
        raise ValueError(f"a physical half-life must be positive hours, not {half_life_h}")
    ordered = sorted(samples, key=lambda sample: sample.hours)
    hours = np.array([sample.hours for sample in ordered])
    mbq = np.array([_activity(sample, corrected=corrected, region=region) for sample in ordered])
    refused = check(hours, mbq, half_life_h=half_life_h, region=region)
    if refused is not None:
        return refused
    decay_per_h = log(2) / half_life_h
    if model == "physical decay only":
        return _physical_only(hours, mbq, decay_per_h)
    if len(hours) == 1 or model == "single time point":
        return from_single_sample(
            float(hours[-1]), float(mbq[-1]), half_life_h=half_life_h, population=single_time_point, region=region
        )
    sigma = [sample.relative_sigma for sample in ordered]
    return _fit_curve(hours, mbq, _stated(sigma, region), decay_per_h, model)


def _activity(sample: Sample, *, corrected: bool, region: str) -> float:
    if not corrected:
        return sample.uncorrected_mbq
    value = sample.corrected_mbq
    if value is None:
        raise InputError(
            f"samples of {region}",
            f"the scan at {sample.hours:.1f} h has no recovery",
            "state the image resolution of every scan, or use the uncorrected activities",
        )
    return value


def _stated(sigma: Sequence[float | None], region: str) -> Array | None:
    given = [s for s in sigma if s is not None]
    if not given:
        return None
    if len(given) < len(sigma) or not all(isfinite(s) and s > 0 for s in given):
        raise InputError(
            f"samples of {region}",
            "an uncertainty is stated for some samples only, or is not positive",
            "state a positive relative uncertainty for every sample, or for none",
        )
    return np.array(given)


def _fit_curve(
    hours: Array, mbq: Array, stated: Array | None, decay_per_h: float, model: FitModel | None
) -> TimeActivityFit | FitRefusal:
    spread = scatter(hours, mbq, None if stated is None else float(np.sqrt(np.mean(stated**2))))
    relative = np.ones_like(mbq) if stated is None else stated
    data = Data(hours=hours, mbq=mbq, sigma_mbq=relative * mbq, decay_per_h=decay_per_h)
    chosen = _named(data, model) if model is not None else choose(data, spread, known=stated is not None)
    if isinstance(chosen, FitRefusal):
        return chosen
    return _assemble(data, chosen, spread)


def _named(data: Data, model: FitModel) -> Chosen | FitRefusal:
    """Fit the model that was asked for, however few samples there are, as long as it is determined."""
    needed = PARAMETERS[model]
    if len(data.hours) < needed:
        return FitRefusal(
            reason=f"the {model} model has {needed} parameters and there are {len(data.hours)} samples",
            offered=("more scans", "the model chosen by Lutetia", "physical decay only, asked for by name"),
        )
    curve = FITTERS[model](data)
    if not curve.terms or tia_mbq_h(curve.terms) <= 0:
        return FitRefusal(reason=f"no {model} curve fits the samples", offered=("another model",))
    return Chosen(curve=curve, because="it was asked for by name", alternatives=_others(data, curve))


def _others(data: Data, curve: Curve) -> Mapping[str, float]:
    if curve.model == "mono-exponential":
        return {}
    return {"mono-exponential": tia_mbq_h(FITTERS["mono-exponential"](data).terms)}


def _physical_only(hours: Array, mbq: Array, decay_per_h: float) -> TimeActivityFit:
    """Return the decay curve through the sample that lies highest on it: above every sample at every time."""
    at_start = mbq * np.exp(decay_per_h * hours)
    terms = (Exponential(float(at_start.max()), decay_per_h),)
    whole = tia_mbq_h(terms)
    return TimeActivityFit(
        model="physical decay only",
        terms=terms,
        tia_mbq_h=whole,
        tail_fraction=after_mbq_h(terms, float(hours[-1])) / whole,
        effective_half_life_h=log(2) / decay_per_h,
        residuals=tuple(float(r) for r in at_start / at_start.max() - 1),
        chosen_because="it was asked for by name",
        notes=(UPPER_BOUND,),
    )


def _assemble(data: Data, chosen: Chosen, spread: Scatter) -> TimeActivityFit:
    terms, hours = chosen.curve.terms, data.hours
    whole = tia_mbq_h(terms)
    fitted = chosen.curve.at(hours)
    least = VANISHED * float(data.mbq.max())
    residuals = tuple(float(r) for r in (data.mbq - fitted) / np.maximum(fitted, least))
    tail = after_mbq_h(terms, float(hours[-1])) / whole
    return TimeActivityFit(
        model=chosen.curve.model,
        terms=terms,
        tia_mbq_h=whole,
        tail_fraction=tail,
        effective_half_life_h=slowest_half_life_h(terms),
        residuals=residuals,
        chosen_because=chosen.because,
        alternatives=chosen.alternatives,
        notes=tuple(_notes(data, chosen.curve, residuals, tail, spread)),
    )


def _notes(data: Data, curve: Curve, residuals: tuple[float, ...], tail: float, spread: Scatter) -> list[str]:
    notes = []
    whole = tia_mbq_h(curve.terms)
    before = 1 - after_mbq_h(curve.terms, float(data.hours[0])) / whole
    if curve.model == "bi-exponential with uptake":
        notes.append("The region is taken to be empty at administration and to fill with one rate.")
    else:
        notes.append(
            f"Uptake before the first scan ({data.hours[0]:.1f} h) is taken as immediate: the curve is continued back "
            f"to administration, which makes {before:.0%} of the integral."
        )
    if tail > TAIL_WORTH_A_NOTE:
        notes.append(
            f"{tail:.0%} of the integral lies after the last scan ({data.hours[-1]:.0f} h) and is extrapolated."
        )
    worst = int(np.argmax(np.abs(residuals)))
    if abs(residuals[worst]) > MISS_WORTH_A_NOTE:
        notes.append(f"The curve misses the sample at {data.hours[worst]:.0f} h by {residuals[worst]:+.0%}.")
    if min(t.rate_per_h for t in curve.terms) <= data.decay_per_h * (1 + ROUNDING):
        rate = falling_rate(data.hours, data.mbq)
        notes.append(
            f"The samples alone fall with {rate:.5f} per h, physical decay with {data.decay_per_h:.5f}: the washout is "
            "indistinguishable from none, and physical decay is used."
        )
    if len(data.hours) == PARAMETERS[curve.model]:
        notes.append(
            "There are as many samples as parameters: the curve passes through all of them and cannot be checked."
        )
    return notes
