"""What do all admissible models together say, each by its weight?

The Akaike weights ``w = exp(-d/2)``, with d the difference of AICc from the lowest, say how far the samples speak for
each model. The average of the curves is itself a sum of exponentials. Its uncertainty holds the disagreement of the
models: ``u = sum of w sqrt(u_m^2 + (ln T_m - ln T)^2)``.

Sources: Burnham and Anderson, Model Selection and Multimodel Inference, 2002, 2.9 (weights), 4.3.2 (unconditional
standard error); in dosimetry Kletting et al., NUKFIT, Med Phys 2013;40:102504.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import exp, hypot, log
from typing import Final

import numpy as np

from lutetia.dosimetry.result import Exponential, FitModel, FitRefusal
from lutetia.dosimetry.time_activity.admission import Scatter
from lutetia.dosimetry.time_activity.choice import Chosen, admissible, aicc, far_better, settled, with_prior
from lutetia.dosimetry.time_activity.covariance import spread_of
from lutetia.dosimetry.time_activity.curve import tia_mbq_h
from lutetia.dosimetry.time_activity.models import PARAMETERS, Curve, Data
from lutetia.dosimetry.time_activity.prior import Prior

WORTH_NAMING: Final = 0.01
"""A smaller weight is not named in the reason; it counts all the same."""


def average(data: Data, spread: Scatter, prior: Prior, *, known: bool) -> Chosen | FitRefusal:
    """Return the average of all models that have a criterion.

    Parameters
    ----------
    data : Data
    spread : Scatter
    prior : Prior
        What is known of the region before any sample.
    known : bool
        The uncertainties are stated; otherwise they are known up to a factor, which costs a sample more.
    """
    n = len(data.hours)
    named = [name for name, k in PARAMETERS.items() if aicc(0.0, n, k, known=known) is not None]
    if len(named) < 2:
        return FitRefusal(
            reason=f"with {n} samples{'' if known else ' of unstated uncertainty'} fewer than two models have an AICc, "
            "so there is nothing to weigh",
            offered=("more scans", "the model chosen by Lutetia", "'maximum a posteriori', asked for by name"),
        )
    fitted = admissible(data, spread, named)
    if isinstance(fitted, FitRefusal):
        return fitted
    scores = {name: aicc(curve.chi_square, n, PARAMETERS[name], known=known) for name, curve in fitted.items()}
    best = min(fitted.values(), key=lambda curve: curve.chi_square, default=None)
    if best is None or far_better(with_prior(data, prior, known=known), best, n, known=known) is not None:
        return FitRefusal(
            reason="none of the models that have an AICc describes the samples, and their average would not either",
            offered=("more scans, so that richer models have one", "the model chosen by Lutetia"),
        )
    weights = akaike_weights({name: score for name, score in scores.items() if score is not None})
    curve = _together(data, fitted, weights, known=known)
    because = "average by Akaike weight: " + ", ".join(
        f"{name} {weight:.2f}" for name, weight in weights.items() if weight >= WORTH_NAMING
    )
    return settled(data, curve, because, fitted, scores, known=known, by_name=True)


def akaike_weights(scores: Mapping[FitModel, float]) -> dict[FitModel, float]:
    """Return weights that add up to 1, the largest first.

    Parameters
    ----------
    scores : mapping of str to float
        AICc by model.
    """
    least = min(scores.values(), default=0.0)
    parts = {name: exp(-(score - least) / 2) for name, score in scores.items()}
    whole = sum(parts.values())
    return {name: parts[name] / whole for name in sorted(parts, key=lambda name: -parts[name])}


def _together(data: Data, fitted: Mapping[FitModel, Curve], weights: Mapping[FitModel, float], *, known: bool) -> Curve:
    terms = tuple(
        Exponential(weight * term.amplitude_mbq, term.rate_per_h)
        for name, weight in weights.items()
        for term in fitted[name].terms
    )
    curve = Curve(model="model average", terms=terms, chi_square=0.0)
    off = np.log(data.mbq / data.held(curve.at(data.hours))) / data.relative
    spreads = {name: spread_of(fitted[name], data, known=known) for name in weights}
    parts = [
        weights[name] * hypot(spread.tia_relative, log(tia_mbq_h(fitted[name].terms) / tia_mbq_h(terms)))
        for name, spread in spreads.items()
        if spread is not None
    ]
    return replace(curve, chi_square=float(off @ off), tia_log_sigma=sum(parts) if len(parts) == len(weights) else None)
