"""Which of the admissible models is taken, and what would the others have given?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf, log
from typing import Final

from lutetia.dosimetry.result import FitModel, FitRefusal
from lutetia.dosimetry.time_activity.admission import Scatter, falls_from_peak, refuse_mono, rises_first
from lutetia.dosimetry.time_activity.curve import tia_mbq_h
from lutetia.dosimetry.time_activity.models import FITTERS, PARAMETERS, Curve, Data

WORTH_A_PARAMETER: Final = 2.0
"""A richer model must lower AICc by more than this (Burnham and Anderson, Model Selection, 2002, 2.6)."""
AGREES_WITHIN: Final = 1e-4
"""A relative scatter below this cannot be improved upon: activities are not written with more digits."""
REJECTED_BELOW: Final = 0.01
"""A curve this improbable, given the stated uncertainties, does not describe the samples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A curve, the reason for it, and the integrals of the other admissible ones [MBq h]."""

    curve: Curve
    because: str
    alternatives: Mapping[str, float] = field(default_factory=dict)


def choose(data: Data, spread: Scatter, *, known: bool) -> Chosen | FitRefusal:
    """Choose a model for two or more samples in the order of time.

    Parameters
    ----------
    data : Data
    spread : Scatter
    known : bool
        The uncertainties are stated; otherwise they are known up to a factor, which is estimated.
    """
    refused = refuse_mono(data.hours, data.mbq, spread, data.decay_per_h)
    rises = rises_first(data.mbq, spread)
    n = len(data.hours)
    if n <= 3:
        if rises and refused is None:
            refused = FitRefusal(
                reason="the activity rises first and then falls, which one exponential cannot describe",
                offered=(
                    "a fourth scan: a model with uptake needs four samples to be checked against them",
                    "the bi-exponential with uptake, asked for by name: with three samples it cannot be checked",
                ),
            )
        curve = FITTERS["mono-exponential"](data)
        if refused is None and not _sound(curve):
            refused = FitRefusal(reason="no exponential describes the samples", offered=("more scans",))
        return refused or Chosen(
            curve=curve, because=f"with {n} samples only one exponential is determined, and the activity falls"
        )
    fitted = {name: curve for name in _fittable(n) if _sound(curve := FITTERS[name](data))}
    if refused is not None:
        fitted.pop("mono-exponential", None)
        if not falls_from_peak(data.hours, data.mbq, spread, data.decay_per_h):
            return refused
    return _best(data, fitted, rises=rises, known=known, otherwise=refused)


def _fittable(n: int) -> list[FitModel]:
    """Name the models with at least one sample more than parameters, the simplest first."""
    return [name for name, k in PARAMETERS.items() if n > k]


def _sound(curve: Curve) -> bool:
    return bool(curve.terms) and 0 < tia_mbq_h(curve.terms) < inf


def _best(
    data: Data, fitted: Mapping[FitModel, Curve], *, rises: bool, known: bool, otherwise: FitRefusal | None
) -> Chosen | FitRefusal:
    n = len(data.hours)
    scores = {name: aicc(curve.chi_square, n, PARAMETERS[name], known=known) for name, curve in fitted.items()}
    defined = {name: score for name, score in scores.items() if score is not None}
    uptake: FitModel = "bi-exponential with uptake"
    mono = fitted.get("mono-exponential")
    if len(defined) > 1:
        taken = _by_criterion(defined)
        because = f"lowest AICc of {len(defined)} models, a further parameter being worth {WORTH_A_PARAMETER:g}"
    elif uptake in fitted and (rises or mono is None):
        taken, because = uptake, "the activity rises first; with so few samples AICc is not defined"
    elif (
        uptake in fitted and mono is not None and known and _improbable(mono, n) and not _improbable(fitted[uptake], n)
    ):
        taken, because = uptake, "one exponential misses the samples beyond their stated uncertainty"
    elif mono is not None:
        taken = "mono-exponential"
        because = f"the activity falls from the first sample on, and {n} samples do not justify more parameters"
    else:
        return otherwise or FitRefusal(reason="no model describes the samples", offered=("more scans",))
    others: dict[str, float] = {name: tia_mbq_h(c.terms) for name, c in fitted.items() if name != taken}
    return Chosen(curve=fitted[taken], because=because, alternatives=others)


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


def _improbable(curve: Curve, n: int) -> bool:
    from scipy.stats import chi2

    return float(chi2.sf(curve.chi_square, n - PARAMETERS[curve.model])) < REJECTED_BELOW
