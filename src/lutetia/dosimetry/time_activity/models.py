"""Which exponentials describe the samples best?

Every rate is physical decay plus a biological rate that is bounded below by 0, so no fitted curve can be slower than
physical decay. For given rates the best amplitudes are linear (variable projection; Golub and Pereyra, SIAM J Numer
Anal 1973;10:413), so only the rates are searched: first on a grid that covers every half-life from two minutes up,
then refined. That cannot end in a far local minimum.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lutetia.dosimetry.result import Exponential, FitModel
from lutetia.dosimetry.time_activity.curve import Terms

Array = NDArray[np.float64]

FASTEST_PER_H: Final = 20.0
"""Fastest biological rate searched: a half-life of two minutes, below any time to a first scan."""
SLOWEST_PER_H: Final = 1e-6
"""Slowest biological rate searched apart from none at all: a half-life of 80 years."""

LEAST_SEPARATION: Final = 0.05
"""Uptake is at least 5 % faster than washout; closer rates give the same curve with amplitudes that cancel."""

ALONE: Final = 25.0
BESIDE_ANOTHER: Final = 2.0
"""Half-lives of a washout that may have passed before the first sample: alone, and as one of two. A phase that is over
by then leaves no trace in the samples, and continued back to administration it would make any integral."""

PARAMETERS: Final[dict[FitModel, int]] = {
    "mono-exponential": 2,
    "bi-exponential with uptake": 3,
    "bi-exponential": 4,
}
"""Free parameters of each model, the variance not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """Samples in the order of time, as arrays of one length.

    Attributes
    ----------
    hours, mbq, sigma_mbq : ndarray
        Times [h], activities [MBq] and their standard uncertainties [MBq], up to a common factor if unknown.
    decay_per_h : float
        Physical decay constant [1/h].
    """

    hours: Array
    mbq: Array
    sigma_mbq: Array
    decay_per_h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A fitted model and its weighted sum of squares."""

    model: FitModel
    terms: Terms
    chi_square: float

    def at(self, hours: Array) -> Array:
        """Return the activity at times after administration [MBq]."""
        parts = [term.amplitude_mbq * np.exp(-term.rate_per_h * hours) for term in self.terms]
        return np.asarray(np.sum(parts, axis=0), dtype=np.float64)


def mono_exponential(data: Data) -> Curve:
    """Fit one exponential."""

    def project(biological: Array) -> tuple[float, tuple[float, ...]]:
        return _amplitude(data, _decayed(data, _seen(biological, data, ALONE)[0]))

    rates, chi_square, (amplitude,) = _search(project, dimensions=1)
    return _curve("mono-exponential", data, _seen(rates, data, ALONE), (amplitude,), chi_square)


def bi_exponential_with_uptake(data: Data) -> Curve:
    """Fit ``A (exp(-l1 t) - exp(-l2 t))``: no activity at administration, uptake with l2, washout with l1 < l2."""

    def project(biological: Array) -> tuple[float, tuple[float, ...]]:
        slow, fast = _apart(biological, data)
        return _amplitude(data, _decayed(data, slow) - _decayed(data, fast))

    rates, chi_square, (amplitude,) = _search(project, dimensions=2)
    apart = _apart(rates, data)
    return _curve("bi-exponential with uptake", data, apart, (amplitude, -amplitude), chi_square)


def bi_exponential(data: Data) -> Curve:
    """Fit two washouts, both with amplitudes of at least 0."""

    def project(biological: Array) -> tuple[float, tuple[float, ...]]:
        from scipy.optimize import nnls

        ordered = _seen(np.sort(biological), data, BESIDE_ANOTHER)
        design = np.stack([_decayed(data, b) for b in ordered], axis=1) / data.sigma_mbq[:, None]
        amplitudes, norm = nnls(design, data.mbq / data.sigma_mbq)
        return float(norm) ** 2, tuple(float(a) for a in amplitudes)

    rates, chi_square, amplitudes = _search(project, dimensions=2)
    return _curve("bi-exponential", data, _seen(np.sort(rates), data, BESIDE_ANOTHER), amplitudes, chi_square)


FITTERS: Final[dict[FitModel, Callable[[Data], Curve]]] = {
    "mono-exponential": mono_exponential,
    "bi-exponential with uptake": bi_exponential_with_uptake,
    "bi-exponential": bi_exponential,
}


def _seen(biological: Array, data: Data, half_lives: float) -> Array:
    """Return washout rates held to what the first sample can still show."""
    fastest = half_lives * np.log(2) / data.hours[0] - data.decay_per_h
    return np.asarray(np.minimum(biological, max(0.0, float(fastest))), dtype=np.float64)


def _apart(biological: Array, data: Data) -> Array:
    """Return washout and uptake rate, the uptake at least a little faster: else both terms cancel."""
    slow, fast = _seen(np.sort(biological)[:1], data, ALONE)[0], np.max(biological)
    return np.array([slow, max(fast, slow + LEAST_SEPARATION * (slow + data.decay_per_h))])


def _decayed(data: Data, biological: float) -> Array:
    return np.asarray(np.exp(-(data.decay_per_h + biological) * data.hours), dtype=np.float64)


def _amplitude(data: Data, shape: Array) -> tuple[float, tuple[float, ...]]:
    """Return the sum of squares and the best amplitude of at least 0 for one shape."""
    scaled, target = shape / data.sigma_mbq, data.mbq / data.sigma_mbq
    square = float(scaled @ scaled)
    amplitude = max(0.0, float(scaled @ target) / square) if square > 0 else 0.0
    residual = target - amplitude * scaled
    return float(residual @ residual), (amplitude,)


Projection = Callable[[Array], tuple[float, tuple[float, ...]]]


def _search(project: Projection, *, dimensions: int) -> tuple[Array, float, tuple[float, ...]]:
    """Return the biological rates, the sum of squares and the amplitudes of the best curve."""
    from scipy.optimize import minimize

    lower, upper = np.log(SLOWEST_PER_H), np.log(FASTEST_PER_H)
    ladder = np.concatenate([[0.0], np.geomspace(1e-4, FASTEST_PER_H, 90 if dimensions == 1 else 24)])
    trials = ladder[:, None] if dimensions == 1 else np.array([(a, b) for a in ladder for b in ladder if a < b])
    best = min(trials, key=lambda rates: project(rates)[0])

    def cost(logs: Array) -> float:
        return project(np.exp(np.clip(logs, lower, upper)))[0]

    found = minimize(
        cost,
        np.log(np.maximum(best, SLOWEST_PER_H)),
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-14, "maxiter": 600, "initial_simplex": _simplex(best)},
    )
    refined = np.exp(np.clip(found.x, lower, upper))
    stopped = np.where(refined <= 10 * SLOWEST_PER_H, 0.0, refined)
    candidates = [best, refined, stopped]
    winner = min(candidates, key=lambda rates: (project(rates)[0], -float(np.sum(rates == 0))))
    chi_square, amplitudes = project(winner)
    return winner, chi_square, amplitudes


def _simplex(rates: Array) -> Array:
    """Return a first simplex one step of the ladder wide."""
    start = np.log(np.maximum(rates, SLOWEST_PER_H))
    return np.vstack([start, *(start + 0.3 * unit for unit in np.eye(len(start)))])


def _curve(model: FitModel, data: Data, rates: Array, amplitudes: tuple[float, ...], chi_square: float) -> Curve:
    terms = tuple(
        Exponential(amplitude, data.decay_per_h + float(rate))
        for amplitude, rate in zip(amplitudes, rates, strict=True)
        if amplitude != 0.0
    )
    return Curve(model=model, terms=terms, chi_square=chi_square)
