"""Which of the admissible models is taken, and what would the others have given?

The corrected Akaike criterion decides where it is defined for at least two models (n >= k + 2; Hurvich and Tsai,
Biometrika 1989;76:297). Below that a constraint decides, and a prior where the model that the constraint allows does
not describe the samples.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import hypot, inf, log, sqrt
from typing import Final

from lutetia.dosimetry.result import Alternative, FitModel, FitRefusal
from lutetia.dosimetry.time_activity.admission import Scatter, falls_from_peak, refuse_mono, rises_first
from lutetia.dosimetry.time_activity.covariance import spread_of
from lutetia.dosimetry.time_activity.curve import tia_mbq_h
from lutetia.dosimetry.time_activity.models import FITTERS, PARAMETERS, Curve, Data
from lutetia.dosimetry.time_activity.prior import Prior, most_probable

WORTH_A_PARAMETER: Final = 2.0
"""A richer model must lower AICc by more than this (Burnham and Anderson, Model Selection, 2002, 2.6)."""
AGREES_WITHIN: Final = 1e-4
"""A relative scatter below this cannot be improved upon: activities are not written with more digits."""
REJECTED_BELOW: Final = 0.05
"""A curve this improbable, given the stated uncertainties, does not describe the samples."""
SCATTERS_BY: Final = 0.05
"""Lutetia's choice: without stated uncertainties, a curve that leaves a relative scatter (per degree of freedom) above
this does not describe the samples; counts and contours of a well-visible region repeat better."""
BY_PRIOR: Final = (
    "no simpler model that so few samples allow describes them; "
    "two washouts and an uptake are fitted together with priors"
)
TRI_EXPONENTIAL_FROM: Final = 8
"""Samples from which a tri-exponential may be chosen without being asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A curve, the reason for it, and what else was tried.

    Attributes
    ----------
    curve : Curve
    because : str
    tia_log_sigma : float or None
        Standard uncertainty of the logarithm of the integral, with the choice of the model unless a person made it.
    half_life_relative : float or None
        Relative standard uncertainty of the slowest half-life.
    tried : mapping of str to Curve
    scores : mapping of str to float or None
        AICc of the chosen and the tried models, where it is defined.
    describing : frozenset of str
        Tried models that agree with the samples.
    """

    curve: Curve
    because: str
    tia_log_sigma: float | None = None
    half_life_relative: float | None = None
    tried: Mapping[FitModel, Curve] = field(default_factory=dict)
    scores: Mapping[FitModel, float | None] = field(default_factory=dict)
    describing: frozenset[FitModel] = frozenset()

    @property
    def alternatives(self) -> Mapping[FitModel, float]:
        """Integrals of the other models tried [MBq h]."""
        return {name: tia_mbq_h(curve.terms) for name, curve in self.tried.items()}

    def compared(self) -> tuple[Alternative, ...]:
        """Return what each other model would change."""
        whole = tia_mbq_h(self.curve.terms)
        return tuple(
            Alternative(
                model=name,
                tia_mbq_h=tia,
                changes_percent=100 * (tia / whole - 1),
                aicc=self.scores.get(name),
                describes=name in self.describing,
            )
            for name, tia in self.alternatives.items()
        )


def choose(data: Data, spread: Scatter, prior: Prior, *, known: bool) -> Chosen | FitRefusal:
    """Choose a model for two or more samples in the order of time.

    Parameters
    ----------
    data : Data
    spread : Scatter
    prior : Prior
        What is known of the region before any sample.
    known : bool
        The uncertainties are stated; otherwise they are known up to a factor, which is estimated.
    """
    by_prior = with_prior(data, prior, known=known)
    if len(data.hours) <= 3:
        refused = refuse_mono(data.hours, data.mbq, spread, data.decay_per_h)
        return _by_constraint(data, spread, by_prior, known=known, refused=refused)
    fitted = admissible(data, spread, _fittable(len(data.hours)))
    if isinstance(fitted, FitRefusal):
        return fitted
    return _best(data, fitted, by_prior, rises=rises_first(data.mbq, spread), known=known)


def admissible(data: Data, spread: Scatter, names: Iterable[FitModel]) -> dict[FitModel, Curve] | FitRefusal:
    """Fit models and return those that the samples allow; a refusal where they do not even fall in the end."""
    fitted = {name: curve for name in names if sound(curve := FITTERS[name](data))}
    refused = refuse_mono(data.hours, data.mbq, spread, data.decay_per_h)
    if refused is not None:
        fitted.pop("mono-exponential", None)
        if not falls_from_peak(data.hours, data.mbq, spread, data.decay_per_h):
            return refused
    return fitted


def _by_constraint(
    data: Data, spread: Scatter, by_prior: Mapping[FitModel, Curve], *, known: bool, refused: FitRefusal | None
) -> Chosen | FitRefusal:
    """Take one exponential through two or three samples that fall, or refuse."""
    n = len(data.hours)
    if refused is not None:
        return refused
    if rises_first(data.mbq, spread):
        return FitRefusal(
            reason="the activity rises first and then falls, which one exponential cannot describe",
            offered=(
                "a fourth scan: a model with uptake needs four samples to be checked against them",
                "the bi-exponential with uptake, asked for by name: with three samples it cannot be checked",
                "'maximum a posteriori', asked for by name: samples and what is known of other patients together",
            ),
        )
    curve = FITTERS["mono-exponential"](data)
    if not sound(curve):
        return FitRefusal(reason="no exponential describes the samples", offered=("more scans",))
    if (better := far_better(by_prior, curve, n, known=known)) is not None:
        return settled(data, better, BY_PRIOR, {curve.model: curve}, {}, known=known)
    because = f"with {n} samples only one exponential is determined, and the activity falls"
    return settled(data, curve, because, by_prior, {}, known=known)


def _fittable(n: int) -> list[FitModel]:
    """Name the models with at least one sample more than parameters, the simplest first."""
    allowed = [name for name, k in PARAMETERS.items() if n > k]
    return [name for name in allowed if n >= TRI_EXPONENTIAL_FROM or name != "tri-exponential with uptake"]


def sound(curve: Curve) -> bool:
    """Tell whether a curve has terms and a positive, finite integral."""
    return bool(curve.terms) and 0 < tia_mbq_h(curve.terms) < inf


def _best(
    data: Data, fitted: Mapping[FitModel, Curve], by_prior: Mapping[FitModel, Curve], *, rises: bool, known: bool
) -> Chosen | FitRefusal:
    n = len(data.hours)
    scores = {name: aicc(curve.chi_square, n, PARAMETERS[name], known=known) for name, curve in fitted.items()}
    defined = {name: score for name, score in scores.items() if score is not None}
    taken, because = _simplest(fitted, defined, rises=rises, n=n)
    simple = None if taken is None else fitted[taken]
    if (better := far_better(by_prior, simple, n, known=known)) is not None:
        return settled(data, better, BY_PRIOR, fitted, scores, known=known)
    if simple is None:
        return FitRefusal(reason="no model describes the samples", offered=("more scans",))
    others = {name: curve for name, curve in {**fitted, **by_prior}.items() if name != taken}
    return settled(data, simple, because, others, scores, known=known)


def far_better(prior: Mapping[FitModel, Curve], simple: Curve | None, n: int, *, known: bool) -> Curve | None:
    """Return the curve with priors where the simple one does not describe the samples and that one does far better."""
    curve = next(iter(prior.values()), None)
    if curve is None or _describes(simple, n, known=known):
        return None
    return curve if simple is None or curve.chi_square < simple.chi_square / 2 else None


def _simplest(
    fitted: Mapping[FitModel, Curve], defined: Mapping[FitModel, float], *, rises: bool, n: int
) -> tuple[FitModel | None, str]:
    """Return the model by criterion or by constraint, and the reason."""
    if len(defined) > 1:
        because = f"lowest AICc of {len(defined)} models, a further parameter being worth {WORTH_A_PARAMETER:g}"
        return _by_criterion(defined), because
    if "bi-exponential with uptake" in fitted and (rises or "mono-exponential" not in fitted):
        return (
            "bi-exponential with uptake",
            "the activity rises first; with so few samples AICc is not defined",
        )
    if "mono-exponential" in fitted:
        because = f"the activity falls from the first sample on, and {n} samples do not justify more parameters"
        return "mono-exponential", because
    return None, ""


def settled(
    data: Data,
    curve: Curve,
    because: str,
    tried: Mapping[FitModel, Curve],
    scores: Mapping[FitModel, float | None],
    *,
    known: bool,
    by_name: bool = False,
) -> Chosen:
    """Put a choice together with its uncertainty; unless a person made it, the choice of the model is a part of it."""
    log_sigma, half_life = curve.tia_log_sigma, curve.half_life_relative
    if log_sigma is None and (spread := spread_of(curve, data, known=known)) is not None:
        log_sigma, half_life = spread.tia_relative, spread.half_life_relative
    n = len(data.hours)
    describing = frozenset(name for name, c in tried.items() if _describes(c, n, known=known))
    prior = tried.get("maximum a posteriori")
    if log_sigma is not None and prior is not None and prior.model in describing and not by_name:
        log_sigma = hypot(log_sigma, log(tia_mbq_h(prior.terms) / tia_mbq_h(curve.terms)))
    return Chosen(
        curve=curve,
        because=because,
        tia_log_sigma=log_sigma,
        half_life_relative=half_life,
        tried=tried,
        scores=scores,
        describing=describing,
    )


def with_prior(data: Data, prior: Prior, *, known: bool) -> dict[FitModel, Curve]:
    """Return the curve of samples and prior together, by its name; empty where there is none."""
    curve = most_probable(data, prior, known=known)
    return {curve.model: curve} if sound(curve) else {}


def _describes(curve: Curve | None, n: int, *, known: bool) -> bool:
    """Tell whether a curve agrees with the samples; one with a prior counts as a mono-exponential."""
    if curve is None:
        return False
    freedom = n - PARAMETERS.get(curve.model, PARAMETERS["mono-exponential"])
    if freedom < 1:
        return True
    if not known:
        return sqrt(curve.chi_square / freedom) <= SCATTERS_BY
    from scipy.special import gammaincc

    return float(gammaincc(freedom / 2, curve.chi_square / 2)) >= REJECTED_BELOW


def _by_criterion(defined: Mapping[FitModel, float]) -> FitModel:
    names = sorted(defined, key=lambda name: PARAMETERS[name])
    taken = names[0]
    for name in names[1:]:
        if defined[name] < defined[taken] - WORTH_A_PARAMETER:
            taken = name
    return taken


def aicc(chi_square: float, n: int, parameters: int, *, known: bool) -> float | None:
    """Return the corrected Akaike criterion, or None where it is not defined (fewer than k + 2 samples).

    Parameters
    ----------
    chi_square : float
        Weighted sum of squares.
    n, parameters : int
        Samples, and parameters of the curve.
    known : bool
        Whether the uncertainties are known; if not, their common factor counts as one more parameter.
    """
    k = parameters if known else parameters + 1
    if n < k + 2:
        return None
    fit_term = chi_square if known else n * log(max(chi_square / n, AGREES_WITHIN**2))
    return fit_term + 2 * k + 2 * k * (k + 1) / (n - k - 1)
