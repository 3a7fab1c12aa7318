"""How well do the samples determine the integral?

``u(TIA)^2 = g^T V g`` with ``V = (J^T W J)^-1`` and ``g`` the derivatives of the integral, as in the EANM guidance on
uncertainty (Gear et al., Eur J Nucl Med Mol Imaging 2018;45:2456, 10.1007/s00259-018-4136-7). Parameters are the
logarithms of amplitudes and of rates. Where weights are known only up to a factor, it is estimated from the residuals
and widened by Student's quantile, so that one standard uncertainty keeps covering 68 %. Uncertainties are factors, so
they are taken at the curve and not at the samples that scatter about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np

from lutetia.dosimetry.time_activity.models import FORMS, Array, Curve, Data

ONE_SIGMA: Final = 0.8413447460685429
"""Probability below one standard deviation of the normal distribution."""
EXACT: Final = 1e-4
"""Scatter of samples that lie on their curve: activities are not written with more digits."""
WITHIN_A_FACTOR_E: Final = 1.0
"""Lutetia's choice: a rate that the samples do not determine, such as an uptake over before the first of them, is taken
to be known within a factor e (standard deviation of its logarithm); where they do, this changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spread:
    """Uncertainty of a fitted curve.

    Attributes
    ----------
    tia_relative : float
        Relative standard uncertainty of the integral.
    half_life_relative : float
        Relative standard uncertainty of the slowest half-life.
    """

    tia_relative: float
    half_life_relative: float


def spread_of(curve: Curve, data: Data, *, known: bool) -> Spread | None:
    """Return the uncertainty of a curve; None where neither weights nor residuals state one.

    Parameters
    ----------
    curve : Curve
        One of the models that are fitted without a prior.
    data : Data
    known : bool
        The uncertainties of the samples are stated; otherwise only their ratios are.
    """
    form = FORMS[curve.model]
    amplitudes = np.array([term.amplitude_mbq for term in curve.terms])
    rates = np.array([term.rate_per_h for term in curve.terms])
    mixing = form.mixing if len(rates) == form.mixing.shape[0] else _reduced(form.filled_by_uptake, len(rates))
    scale = _scale(curve, data, mixing.shape[0] + mixing.shape[1], known=known)
    if scale is None:
        return None
    free = amplitudes[: mixing.shape[1]]
    decayed = np.exp(-rates[:, None] * data.hours)
    by_amplitude = (mixing.T @ decayed) * free[:, None]
    by_rate = -(amplitudes * rates)[:, None] * data.hours * decayed
    jacobian = np.concatenate([by_amplitude, by_rate]) / (data.relative * data.held(curve.at(data.hours)) * scale)
    prior = np.concatenate([np.zeros(len(free)), np.full(len(rates), WITHIN_A_FACTOR_E**-2)])
    variance = np.linalg.pinv(jacobian @ jacobian.T + np.diag(prior), hermitian=True)
    whole = float(np.sum(amplitudes / rates))
    gradient = np.concatenate([(mixing.T @ (1 / rates)) * free, -amplitudes / rates]) / whole
    slowest = len(free) + int(np.argmin(rates))
    return Spread(
        tia_relative=sqrt(max(0.0, float(gradient @ variance @ gradient))),
        half_life_relative=sqrt(max(0.0, float(variance[slowest, slowest]))),
    )


def _reduced(filled_by_uptake: bool, terms: int) -> Array:
    """Return the mixing of a model of which one amplitude is 0."""
    if filled_by_uptake:
        return np.array([[1.0], [-1.0]])
    return np.eye(terms)


def _scale(curve: Curve, data: Data, parameters: int, *, known: bool) -> float | None:
    """Return the factor on the stated uncertainties: 1 where known, else from the residuals with Student's quantile."""
    if known:
        return 1.0
    freedom = len(data.hours) - parameters
    if freedom < 1:
        return None
    from scipy.stats import t

    return max(EXACT, sqrt(curve.chi_square / freedom) * float(t.ppf(ONE_SIGMA, freedom)))
