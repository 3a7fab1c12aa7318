"""Which curve goes through a region's samples, and why this one?

Choice. With one sample: the patient's own kinetics of an earlier cycle, else a stated population half-life, else
refusal. With two or three: one exponential, if the activity falls. With more: the corrected Akaike criterion where it
is defined for at least two models (n >= k + 2, k counting the variance when it has to be estimated); a richer model
must gain more than 2. Below that a constraint decides: one exponential for a curve that falls from the first sample on,
``A (exp(-l1 t) - exp(-l2 t))`` for one that rises first. Where that does not describe three or more samples, two
washouts and an uptake are fitted together with priors.

Sources: Hurvich and Tsai, Biometrika 1989;76:297 (AICc); Kletting et al., NUKFIT, Med Phys 2013;40:102504 (choice of
model in dosimetry); MIRD pamphlet 16, J Nucl Med 1999;40:37S.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import exp, hypot, isfinite, log

import numpy as np

from lutetia.dosimetry.result import Exponential, FitModel, FitRefusal, Sample, TimeActivityFit
from lutetia.dosimetry.time_activity.admission import check, scatter
from lutetia.dosimetry.time_activity.average import average
from lutetia.dosimetry.time_activity.choice import Chosen, aicc, choose, settled, sound
from lutetia.dosimetry.time_activity.curve import after_mbq_h, slowest_half_life_h, tia_mbq_h
from lutetia.dosimetry.time_activity.method import Elsewhere, TimeActivityChoice
from lutetia.dosimetry.time_activity.models import FITTERS, PARAMETERS, Array, Curve, Data
from lutetia.dosimetry.time_activity.notes import notes_on
from lutetia.dosimetry.time_activity.population import PopulationHalfLife, published
from lutetia.dosimetry.time_activity.prior import Prior, most_probable, uninformed
from lutetia.dosimetry.time_activity.single import BETWEEN_CYCLES, One, from_one_sample
from lutetia.errors import InputError
from lutetia.reference.half_life import is_lesion
from lutetia.vocabulary.curve import BY_PRIOR, SINGLE_TIME_POINT, CurveMethod

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
    method: TimeActivityChoice | None = None,
    earlier: TimeActivityFit | None = None,
    population: PopulationHalfLife | None = None,
) -> TimeActivityFit | FitRefusal:
    """Fit a region's samples with a curve whose integral is known in closed form.

    Parameters
    ----------
    samples : sequence of Sample
        In any order.
    half_life_h : float
        Physical half-life [h].
    region : str
        Organ code or lesion id; says which published half-life and which cautions apply.
    corrected : bool
        Fit the activities corrected for recovery (all samples must have a recovery) or those without.
    single_time_point, population : PopulationHalfLife, optional
        A half-life stated for the region: allows a curve from one sample, and is the prior of ``maximum a posteriori``.
        Two names of one thing; a half-life in ``method`` comes first.
    model : str, optional
        Short for ``method=TimeActivityChoice(method=model)``.
    method : TimeActivityChoice, optional
        What a person asked for in place of the automatic choice; refused only where it cannot be done.
    earlier : TimeActivityFit, optional
        The same region's curve in an earlier cycle of the same patient: for one sample it comes before a population.

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
    if method is not None and model is not None:
        raise ValueError("a model is asked for twice: by 'model' and by 'method'")
    wanted = method or TimeActivityChoice(method=model or "automatic")
    ordered = sorted(samples, key=lambda sample: sample.hours)
    hours = np.array([sample.hours for sample in ordered])
    mbq = np.array([_activity(sample, corrected=corrected, region=region) for sample in ordered])
    refused = check(hours, mbq, half_life_h=half_life_h, region=region)
    if refused is not None:
        return refused
    stated = _stated([sample.relative_sigma for sample in ordered], region)
    elsewhere = Elsewhere(
        population=wanted.population or population or single_time_point,
        earlier=earlier,
        physical_h=half_life_h,
        region=region,
    )
    relative = np.ones_like(mbq) if stated is None else stated
    data = Data(hours=hours, mbq=mbq, sigma_mbq=relative * mbq, decay_per_h=log(2) / half_life_h)
    return _asked(wanted.method, data, elsewhere, known=stated is not None)


def _asked(name: CurveMethod, data: Data, elsewhere: Elsewhere, *, known: bool) -> TimeActivityFit | FitRefusal:
    if name == "physical decay only":
        return _physical_only(data.hours, data.mbq, data.decay_per_h)
    if name in SINGLE_TIME_POINT or (len(data.hours) == 1 and name == "automatic"):
        one = One(
            hours=float(data.hours[-1]),
            mbq=float(data.mbq[-1]),
            relative_sigma=float(data.sigma_mbq[-1] / data.mbq[-1]) if known else None,
            left_out=len(data.hours) - 1,
        )
        because = "there is one sample" if name == "automatic" else "it was asked for by name"
        wanted: FitModel = "single time point" if name == "automatic" else name
        return from_one_sample(wanted, one, elsewhere, because=because)
    if name in BY_PRIOR:
        return _with_prior(data if name == "maximum a posteriori" else data.last(), elsewhere, known=known)
    if name == "automatic" or name == "model average":  # noqa: PLR1714 (the type checker follows this form only)
        stated = float(np.sqrt(np.mean(data.relative**2))) if known else None
        spread = scatter(data.hours, data.mbq, stated)
        chosen = (choose if name == "automatic" else average)(data, spread, uninformed(elsewhere.region), known=known)
    else:
        chosen = _named(data, name, known=known)
    return chosen if isinstance(chosen, FitRefusal) else assemble(data, chosen)


def _with_prior(data: Data, elsewhere: Elsewhere, *, known: bool) -> TimeActivityFit | FitRefusal:
    """Fit samples and prior together: the patient's own earlier kinetics, a stated half-life, or the published one."""
    prior = prior_for(elsewhere)
    if elsewhere.region == "marrow" and len(data.hours) == 1:
        return FitRefusal(
            reason="one time point says too little about marrow with PSMA ligands (Hou et al. 2021)",
            offered=("a second scan", "the kinetics of an earlier cycle with several scans"),
        )
    curve = most_probable(data, prior, known=known)
    if not sound(curve):
        return FitRefusal(reason="no curve is probable for the samples", offered=("another model",))
    chosen = settled(data, curve, "it was asked for by name", _others(data, curve), {}, known=known, by_name=True)
    found = assemble(data, chosen)
    notes = [
        (
            "Samples and what is known beforehand are weighed together; slow half-life before the samples: "
            f"{prior.effective_h:.3g} h within a factor {exp(prior.log_sigma):.2g} ({prior.source})."
        )
    ]
    if len(data.hours) == 1 and is_lesion(elsewhere.region):
        notes.append("One time point is unreliable for tumours with PSMA ligands (Hou et al. 2021).")
    if len(data.hours) == 1:
        found = replace(found, model="single time point, maximum a posteriori")
    return replace(found, notes=(*notes, *found.notes))


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


def prior_for(elsewhere: Elsewhere) -> Prior:
    """Return the prior of the slow half-life: the patient's own, a stated, the published one, or that of any region."""
    nothing_known = uninformed(elsewhere.region)
    earlier = elsewhere.measured_earlier
    if earlier is not None:
        own = earlier.half_life_relative_sigma
        unknown = ", whose uncertainty is not known: only the change between cycles is in the factor, a lower bound"
        return Prior(
            effective_h=earlier.effective_half_life_h,
            log_sigma=BETWEEN_CYCLES if own is None else hypot(BETWEEN_CYCLES, own),
            source=f"the patient's own of an earlier cycle{unknown if own is None else ''}",
            uptake=nothing_known.uptake,
        )
    if elsewhere.population is not None:
        elsewhere.population.check(elsewhere.physical_h, elsewhere.region)
    known = elsewhere.population or published(elsewhere.region)
    if known is None:
        return nothing_known
    return Prior(
        effective_h=known.effective_h,
        log_sigma=known.log_sigma or nothing_known.log_sigma,
        source=known.source,
        uptake=nothing_known.uptake,
    )


def _named(data: Data, model: FitModel, *, known: bool) -> Chosen | FitRefusal:
    """Fit the model that was asked for, however few samples there are, as long as it is determined."""
    needed, n = PARAMETERS[model], len(data.hours)
    if n < needed:
        return FitRefusal(
            reason=f"the {model} model has {needed} parameters and there {'is' if n == 1 else 'are'} {n} "
            f"sample{'' if n == 1 else 's'}",
            offered=("more scans", "the model chosen by Lutetia", "physical decay only, asked for by name"),
        )
    curve = FITTERS[model](data)
    if not sound(curve):
        return FitRefusal(reason=f"no {model} curve fits the samples", offered=("another model",))
    scores = {model: aicc(curve.chi_square, n, needed, known=known)}
    return settled(data, curve, "it was asked for by name", _others(data, curve), scores, known=known, by_name=True)


def _others(data: Data, curve: Curve) -> Mapping[FitModel, Curve]:
    if curve.model == "mono-exponential" or len(data.hours) < PARAMETERS["mono-exponential"]:
        return {}
    mono = FITTERS["mono-exponential"](data)
    return {"mono-exponential": mono} if sound(mono) else {}


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


def assemble(data: Data, chosen: Chosen) -> TimeActivityFit:
    """Put the result together: curve, integral, uncertainty, what else was tried, notes."""
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
        alternatives={str(name): tia for name, tia in chosen.alternatives.items()},
        notes=tuple(notes_on(data, chosen, residuals, tail)),
        tia_relative_sigma=chosen.tia_log_sigma,
        half_life_relative_sigma=chosen.half_life_relative,
        aicc=chosen.scores.get(chosen.curve.model),
        tried=chosen.compared(),
    )
