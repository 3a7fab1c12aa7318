"""Which exponentials describe the samples best?

Every rate is physical decay plus a biological rate that is bounded below by 0, so no fitted curve can be slower than
physical decay. For given rates the best amplitudes are linear (variable projection; Golub and Pereyra, SIAM J Numer
Anal 1973;10:413), so only the logarithms of the biological rates are searched: first on a grid that covers every
half-life from two minutes up, then refined (Levenberg-Marquardt). That cannot end in a far local minimum.

Errors of activities are factors, normal in the logarithm: least is the sum of squares of ``ln(measured / fitted)`` over
the relative uncertainty. Weights in proportion to what was measured would count low samples more than high ones, and
lower an integral by about one and a half times the variance of a sample. So the weights follow the curve: each round is
one of least squares, on samples that deviate from the last curve by the logarithm of their factor (Gauss-Newton).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import combinations
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

ROUNDS: Final = 20
"""At most so many times the weights follow the curve; three or four are usual."""
SETTLED: Final = 1e-12
"""The curve stands when a round lowers the sum of squares by no more than this."""
LEAST_PART: Final = 1e-12
"""A fitted activity below this part of the smallest sample counts as this part: its logarithm must stay a number."""
FURTHEST: Final = (-0.7, 1.5)
"""A sample deviates in one round by so much of the curve at most; far ones are followed in several rounds."""


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

    @property
    def relative(self) -> Array:
        """Relative standard uncertainties, up to a common factor if unknown."""
        return np.asarray(self.sigma_mbq / self.mbq, dtype=np.float64)

    def held(self, fitted_mbq: Array) -> Array:
        """Return fitted activities, none of them nothing [MBq]."""
        return np.asarray(np.maximum(fitted_mbq, LEAST_PART * self.mbq.min()), dtype=np.float64)

    def about(self, fitted_mbq: Array) -> Data:
        """Return samples that deviate from a curve by the logarithm of their factor."""
        near = self.held(fitted_mbq)
        off = np.clip(np.log(self.mbq / near), *FURTHEST)
        return replace(self, mbq=near * (1 + off), sigma_mbq=self.relative * near)

    def last(self) -> Data:
        """Return the last sample alone."""
        return Data(
            hours=self.hours[-1:], mbq=self.mbq[-1:], sigma_mbq=self.sigma_mbq[-1:], decay_per_h=self.decay_per_h
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A fitted model and its weighted sum of squares.

    Attributes
    ----------
    model : str
    terms : tuple of Exponential
    chi_square : float
    tia_log_sigma : float or None
        Standard uncertainty of the logarithm of the integral, where the fit itself states it.
    half_life_relative : float or None
        Relative standard uncertainty of the slowest half-life, likewise.
    """

    model: FitModel
    terms: Terms
    chi_square: float
    tia_log_sigma: float | None = None
    half_life_relative: float | None = None

    def at(self, hours: Array) -> Array:
        """Return the activity at times after administration [MBq]."""
        parts = [term.amplitude_mbq * np.exp(-term.rate_per_h * hours) for term in self.terms]
        return np.asarray(np.sum(parts, axis=0), dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Form:
    """How the terms of a model are made of its free amplitudes.

    Attributes
    ----------
    model : str
    mixing : ndarray
        Amplitudes of the terms (rows) from the free amplitudes (columns), all of which are at least 0.
    filled_by_uptake : bool
        The last term is uptake and takes away, at administration, what the others hold.
    reach : float
        Half-lives of a washout that may have passed before the first sample.
    steps : int
        Rates of the first grid.
    """

    model: FitModel
    mixing: Array
    filled_by_uptake: bool
    reach: float
    steps: int

    @property
    def parameters(self) -> int:
        """Free parameters, the variance not counted."""
        return int(self.mixing.shape[0]) + int(self.mixing.shape[1])

    def effective(self, biological: Array, data: Data) -> Array:
        """Return effective rates for rows of biological ones: ordered, held to what the samples can show [1/h]."""
        rates = np.sort(biological, axis=1)
        washouts = rates.shape[1] - self.filled_by_uptake
        fastest = max(0.0, self.reach * float(np.log(2)) / float(data.hours[0]) - data.decay_per_h)
        rates[:, :washouts] = np.minimum(rates[:, :washouts], fastest)
        rates += data.decay_per_h
        if self.filled_by_uptake:
            rates[:, -1] = np.maximum(rates[:, -1], (1 + LEAST_SEPARATION) * rates[:, washouts - 1])
        return rates


def _form(model: FitModel, mixing: list[list[float]], *, filled_by_uptake: bool, reach: float, steps: int) -> Form:
    return Form(
        model=model, mixing=np.array(mixing), filled_by_uptake=filled_by_uptake, reach=reach, steps=steps
    )  # fmt: skip


FORMS: Final[dict[FitModel, Form]] = {
    form.model: form
    for form in (
        _form("mono-exponential", [[1.0]], filled_by_uptake=False, reach=ALONE, steps=90),
        _form("bi-exponential with uptake", [[1.0], [-1.0]], filled_by_uptake=True, reach=ALONE, steps=24),
        _form("bi-exponential", [[1.0, 0.0], [0.0, 1.0]], filled_by_uptake=False, reach=BESIDE_ANOTHER, steps=24),
        _form(
            "tri-exponential with uptake", [[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]], filled_by_uptake=True,
            reach=BESIDE_ANOTHER, steps=16,
        ),
    )
}  # fmt: skip
PARAMETERS: Final[dict[FitModel, int]] = {name: form.parameters for name, form in FORMS.items()}
"""Free parameters of each model, the variance not counted; the simplest model first."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solution:
    """A curve, and the biological rates that it was found with [1/h]."""

    curve: Curve
    biological: Array


def fit_form(form: Form, data: Data) -> Curve:
    """Fit one model to errors that are factors: no fewer samples than rates."""
    best = _by_factors(least_squares(form, data), data)
    for _ in range(ROUNDS):
        about = data.about(best.curve.at(data.hours))
        found = _by_factors(least_squares(form, about, near=best.biological), data)
        gained = best.curve.chi_square - found.curve.chi_square
        best = found if gained > 0 else best
        if gained <= SETTLED:
            break
    return best.curve


def _by_factors(found: Solution, data: Data) -> Solution:
    """Return a curve with the sum of squares of the logarithms."""
    off = np.log(data.mbq / data.held(found.curve.at(data.hours))) / data.relative
    return replace(found, curve=replace(found.curve, chi_square=float(off @ off)))


def mono_exponential(data: Data) -> Curve:
    """Fit one exponential ``A exp(-l t)``."""
    return fit_form(FORMS["mono-exponential"], data)


def bi_exponential_with_uptake(data: Data) -> Curve:
    """Fit ``A (exp(-l1 t) - exp(-l2 t))``: no activity at administration, uptake with l2, washout with l1 < l2."""
    return fit_form(FORMS["bi-exponential with uptake"], data)


def bi_exponential(data: Data) -> Curve:
    """Fit two washouts, ``A1 exp(-l1 t) + A2 exp(-l2 t)``, both with amplitudes of at least 0."""
    return fit_form(FORMS["bi-exponential"], data)


def tri_exponential_with_uptake(data: Data) -> Curve:
    """Fit ``A1 exp(-l1 t) + A2 exp(-l2 t) - (A1 + A2) exp(-l3 t)``: two washouts and an uptake faster than both."""
    return fit_form(FORMS["tri-exponential with uptake"], data)


FITTERS: Final[dict[FitModel, Callable[[Data], Curve]]] = {
    "mono-exponential": mono_exponential,
    "bi-exponential with uptake": bi_exponential_with_uptake,
    "bi-exponential": bi_exponential,
    "tri-exponential with uptake": tri_exponential_with_uptake,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Projected:
    """Best amplitudes and residuals for rows of rates."""

    rates: Array
    amplitudes: Array
    residuals: Array
    chi_square: Array = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "chi_square", np.einsum("mn,mn->m", self.residuals, self.residuals))


def _project(form: Form, data: Data, biological: Array) -> _Projected:
    """Return the best amplitudes of at least 0 for every row of biological rates."""
    rates = form.effective(biological, data)
    decayed = np.exp(-rates[:, :, None] * data.hours)
    shapes = np.einsum("mdn,dc->mcn", decayed, form.mixing) / data.sigma_mbq
    target = data.mbq / data.sigma_mbq
    amplitudes = _one(shapes, target) if shapes.shape[1] == 1 else _two(shapes, target)
    residuals = target - np.einsum("mc,mcn->mn", amplitudes, shapes)
    return _Projected(rates=rates, amplitudes=amplitudes, residuals=residuals)


def _one(shapes: Array, target: Array) -> Array:
    square = np.einsum("mcn,mcn->mc", shapes, shapes)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(square > 0, np.maximum(shapes @ target, 0.0) / square, 0.0), dtype=np.float64)


def _two(shapes: Array, target: Array) -> Array:
    """Return two amplitudes of at least 0: both where both are positive, else the better one alone."""
    first, second = shapes[:, 0], shapes[:, 1]
    aa, bb, ab = (np.einsum("mn,mn->m", x, y) for x, y in ((first, first), (second, second), (first, second)))
    a, b = first @ target, second @ target
    alone = _one(shapes, target)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        det = aa * bb - ab * ab
        both = np.stack([(bb * a - ab * b) / det, (aa * b - ab * a) / det], axis=1)
    usable = (det > 1e-13 * aa * bb) & (both > 0).all(axis=1)
    first_is_better = alone[:, 0] * a >= alone[:, 1] * b
    single = np.stack(
        [np.where(first_is_better, alone[:, 0], 0.0), np.where(first_is_better, 0.0, alone[:, 1])], axis=1
    )
    return np.asarray(np.where(usable[:, None], both, single), dtype=np.float64)


@cache
def _trials(dimensions: int, steps: int) -> Array:
    """Return the first grid: every increasing set of rates of a ladder that begins with none at all."""
    ladder = np.concatenate([[0.0], np.geomspace(1e-4, FASTEST_PER_H, steps)])
    trials = np.array(list(combinations(ladder, dimensions)))
    trials.flags.writeable = False
    return trials


def least_squares(form: Form, data: Data, *, near: Array | None = None) -> Solution:
    """Fit one model to errors that add up, with the weights as stated.

    Parameters
    ----------
    form : Form
    data : Data
    near : ndarray, optional
        Biological rates to begin with; without them every half-life is tried first.
    """
    from scipy.optimize import leastsq

    lower, upper = float(np.log(SLOWEST_PER_H)), float(np.log(FASTEST_PER_H))
    if near is None:
        trials = _trials(form.mixing.shape[0], form.steps)
        near = trials[int(np.argmin(_project(form, data, trials).chi_square))]

    def residuals(logs: Array) -> Array:
        rates = np.exp(np.clip(logs, lower, upper))[None]
        return np.asarray(_project(form, data, rates).residuals[0], dtype=np.float64)

    start = np.log(np.maximum(near, SLOWEST_PER_H))
    found = leastsq(residuals, start, ftol=1e-13, xtol=1e-11, maxfev=400, full_output=True)[0]
    refined = np.exp(np.clip(found, lower, upper))
    stopped = np.where(refined <= 10 * SLOWEST_PER_H, 0.0, refined)
    candidates = np.stack([near, refined, stopped])
    tried = _project(form, data, candidates)
    still = np.sum(candidates == 0, axis=1)
    winner = min(range(3), key=lambda row: (tried.chi_square[row], -int(still[row])))
    amplitudes = form.mixing @ tried.amplitudes[winner]
    terms = tuple(Exponential(float(a), float(r)) for a, r in zip(amplitudes, tried.rates[winner], strict=True) if a)
    return Solution(
        curve=Curve(model=form.model, terms=terms, chi_square=float(tried.chi_square[winner])),
        biological=candidates[winner],
    )
