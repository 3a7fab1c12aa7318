"""Which curve is the most probable, if what is known of other patients counts as well as the samples?

One form for every region: filled by one rate, emptied by two,
``A (s exp(-l1 t) + (1 - s) exp(-l2 t) - exp(-l3 t))`` with physical decay <= l1 <= l2 < l3. Samples and priors are
fitted together by least squares (maximum a posteriori), from any number of samples, one included; the uncertainty of
the integral is that of the posterior at its maximum. In the manner of Devasia et al., J Nucl Med 2021;62:1118
(mixed models that share kinetics between patients); this form and these priors are Lutetia's own.

Unknown weights count as an unknown common relative scatter with a prior of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp, log
from typing import Final

import numpy as np

from lutetia.dosimetry.result import Exponential
from lutetia.dosimetry.time_activity.models import Array, Curve, Data
from lutetia.reference.half_life import is_lesion

SEPARATION: Final = (log(2.0), 1.0)
"""Logarithm of (l2 / l1 - 1): mean and standard deviation; a fast washout is 1.3 to 15 times faster in 95 of 100."""
UNKNOWN_SHARE: Final = (0.0, 2.0)
"""Log-odds of the fast share 1 - s: mean and standard deviation; 2 % to 98 % in 95 of 100."""
SMALL_SHARE: Final = (-2.2, 1.2)
"""The same where the slow half-life was fitted to whole curves, which leaves little to a faster one: 1 % to 54 %."""
ORGAN_UPTAKE: Final = (log(0.3), 0.9)
"""Logarithm of the half-life with which an organ fills [h]: mean and standard deviation; 0.05 to 1.8 h in 95 of 100.

Lutetia's choice between two bounds: no organ fills faster than the ligand leaves the blood (0.16 h with PSMA-617;
Kabasakal et al., Mol Imaging Radionucl Ther 2017;26:62), and an hour after injection, when PSMA PET is read, organs
have filled by nine tenths."""
LESION_UPTAKE: Final = (log(0.6), 0.9)
"""The same for lesions, which go on filling for hours: 0.1 to 3.5 h in 95 of 100 (Lutetia's choice)."""
SCATTER: Final = 0.05
SCATTER_WORTH: Final = 4.0
"""Relative scatter where none is stated, and how many samples that assumption is worth."""
LEAST_SHAPE: Final = 1e-120
"""A curve of amplitude 1 is not taken to be lower: its square must stay a number."""
STEP: Final = 1e-4
"""Step of the numerical derivatives in the parameters, which are logarithms."""
ROUNDS: Final = 3
"""Rounds in which scatter and curve are found in turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What is known of the slow effective half-life before any sample: lognormal.

    Attributes
    ----------
    effective_h : float
        Median [h].
    log_sigma : float
        Standard deviation of the logarithm.
    source : str
    uptake : tuple of float
        Mean and standard deviation of the logarithm of the uptake half-life [h].
    fast_share : tuple of float
        Mean and standard deviation of the log-odds of what leaves faster.
    """

    effective_h: float
    log_sigma: float
    source: str
    uptake: tuple[float, float]
    fast_share: tuple[float, float] = SMALL_SHARE


ANY_ORGAN: Final = Prior(
    effective_h=60.0,
    log_sigma=1.0,
    source="Lutetia's choice for any region: 8 h to physical decay in 95 of 100",
    uptake=ORGAN_UPTAKE,
    fast_share=UNKNOWN_SHARE,
)
ANY_LESION: Final = replace(ANY_ORGAN, uptake=LESION_UPTAKE)


def uninformed(region: str) -> Prior:
    """Return what is known of a region before any sample where nobody states its half-life."""
    return ANY_LESION if is_lesion(region) else ANY_ORGAN


def most_probable(data: Data, prior: Prior, *, known: bool) -> Curve:
    """Fit samples and prior together.

    Parameters
    ----------
    data : Data
        One sample or more; without stated uncertainties ``sigma_mbq`` counts for their ratios only.
    prior : Prior
    known : bool
        The uncertainties of the samples are stated.

    Returns
    -------
    Curve
        With the uncertainty of its integral; ``chi_square`` is that of the samples alone.
    """
    ratio = data.relative
    ratio = ratio if known else ratio / np.sqrt(np.mean(ratio**2))
    scale = 1.0 if known else SCATTER
    theta = _start(data, prior, ratio * scale)
    for _ in range(1 if known else ROUNDS):
        theta = _refine(theta, data, prior, ratio * scale)
        if not known:
            rest = _misses(theta, data, ratio)
            scale = float(np.sqrt((SCATTER_WORTH * SCATTER**2 + rest @ rest) / (SCATTER_WORTH + len(rest))))
    relative = ratio * scale
    amplitude = exp(_log_amplitude(_shape(theta, data.hours, data.decay_per_h), data.mbq, relative))
    slow, fast, uptake, share = _rates(theta, data.decay_per_h)
    misses = _misses(theta, data, data.relative)
    terms = (
        Exponential(amplitude * share, slow),
        Exponential(amplitude * (1 - share), fast),
        Exponential(-amplitude, uptake),
    )
    whole, half_life = _log_sigmas(theta, data, prior, relative)
    return Curve(
        model="maximum a posteriori",
        terms=terms,
        chi_square=float(misses @ misses),
        tia_log_sigma=whole,
        half_life_relative=half_life,
    )


def _rates(theta: Array, decay_per_h: float) -> tuple[float, float, float, float]:
    """Return slow, fast and uptake rate [1/h] and the slow share."""
    held = np.clip(theta, -40.0, 40.0)
    slow = decay_per_h + exp(held[0])
    fast = slow * (1 + exp(held[1]))
    return slow, fast, fast + log(2) / exp(held[3]), 1 / (1 + exp(held[2]))


def _shape(theta: Array, hours: Array, decay_per_h: float) -> Array:
    """Return the curve of amplitude 1."""
    slow, fast, uptake, share = _rates(theta, decay_per_h)
    shape = share * np.exp(-slow * hours) + (1 - share) * np.exp(-fast * hours) - np.exp(-uptake * hours)
    return np.asarray(np.maximum(shape, LEAST_SHAPE), dtype=np.float64)


def _log_amplitude(shape: Array, mbq: Array, relative: Array) -> float:
    """Return the logarithm of the best amplitude: the weighted mean of those that each sample asks for."""
    weights = relative**-2
    return float(weights @ np.log(mbq / shape) / weights.sum())


def _misses(theta: Array, data: Data, relative: Array) -> Array:
    shape = _shape(theta, data.hours, data.decay_per_h)
    off = np.log(data.mbq / shape) - _log_amplitude(shape, data.mbq, relative)
    return np.asarray(off / relative, dtype=np.float64)


def _beliefs(theta: Array, prior: Prior, decay_per_h: float) -> Array:
    """Return how far parameters lie from their priors, in standard deviations."""
    half_life = log(2) / (decay_per_h + exp(float(np.clip(theta[0], -40.0, 40.0))))
    return np.array(
        [
            (log(half_life) - log(prior.effective_h)) / prior.log_sigma,
            (theta[1] - SEPARATION[0]) / SEPARATION[1],
            (theta[2] - prior.fast_share[0]) / prior.fast_share[1],
            (theta[3] - prior.uptake[0]) / prior.uptake[1],
        ]
    )


@lru_cache(maxsize=64)
def _grid(hours: tuple[float, ...], decay_per_h: float, filling: tuple[float, float]) -> tuple[Array, Array]:
    """Return parameters over the width of their priors, and the logarithms of the curves of amplitude 1."""
    axes = (
        np.log(np.concatenate([[1e-5], np.geomspace(4e-4, 0.3, 15)])),
        SEPARATION[0] + SEPARATION[1] * np.linspace(-2, 2, 6),
        UNKNOWN_SHARE[0] + UNKNOWN_SHARE[1] * np.linspace(-2, 2.4, 8),
        filling[0] + filling[1] * np.linspace(-1.5, 2, 4),
    )
    theta = np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1)
    slow = decay_per_h + np.exp(theta[:, 0])
    fast = slow * (1 + np.exp(theta[:, 1]))
    uptake = fast + log(2) / np.exp(theta[:, 3])
    share = 1 / (1 + np.exp(theta[:, 2]))
    at = np.array(hours)
    shapes = (
        share[:, None] * np.exp(-slow[:, None] * at)
        + (1 - share)[:, None] * np.exp(-fast[:, None] * at)
        - np.exp(-uptake[:, None] * at)
    )
    return theta, np.log(np.maximum(shapes, LEAST_SHAPE))


def _start(data: Data, prior: Prior, relative: Array) -> Array:
    """Return the best point of the grid."""
    theta, shapes = _grid(tuple(float(h) for h in data.hours), data.decay_per_h, prior.uptake)
    asked = np.log(data.mbq) - shapes
    weights = relative**-2 / np.sum(relative**-2)
    misses = (asked - (asked @ weights)[:, None]) / relative
    half_life = log(2) / (data.decay_per_h + np.exp(theta[:, 0]))
    beliefs = ((np.log(half_life) - log(prior.effective_h)) / prior.log_sigma) ** 2 + sum(
        ((theta[:, k] - middle) / width) ** 2
        for k, (middle, width) in enumerate((SEPARATION, prior.fast_share, prior.uptake), 1)
    )
    cost = np.einsum("mn,mn->m", misses, misses) + beliefs
    return np.asarray(theta[int(np.argmin(cost))], dtype=np.float64)


def _refine(theta: Array, data: Data, prior: Prior, relative: Array) -> Array:
    from scipy.optimize import leastsq

    def cost(at: Array) -> Array:
        return np.concatenate([_misses(at, data, relative), _beliefs(at, prior, data.decay_per_h)])

    return np.asarray(leastsq(cost, theta, ftol=1e-10, xtol=1e-8, maxfev=300, full_output=True)[0], dtype=np.float64)


def _log_sigmas(theta: Array, data: Data, prior: Prior, relative: Array) -> tuple[float, float]:
    """Return the standard deviations of the logarithms of integral and slow half-life, from the curvature."""

    def rows(at: Array) -> Array:
        shape = at[4] + np.log(_shape(at[:4], data.hours, data.decay_per_h))
        return np.concatenate([shape / relative, _beliefs(at[:4], prior, data.decay_per_h)])

    def logs(at: Array) -> Array:
        slow, fast, uptake, share = _rates(at[:4], data.decay_per_h)
        return np.array([float(at[4]) + log(share / slow + (1 - share) / fast - 1 / uptake), -log(slow)])

    amplitude = _log_amplitude(_shape(theta, data.hours, data.decay_per_h), data.mbq, relative)
    middle = np.concatenate([theta, [amplitude]])
    steps = STEP * np.eye(5)
    jacobian = np.stack([(rows(middle + step) - rows(middle - step)) / (2 * STEP) for step in steps])
    gradient = np.stack([(logs(middle + step) - logs(middle - step)) / (2 * STEP) for step in steps], axis=1)
    variance = gradient @ np.linalg.pinv(jacobian @ jacobian.T, hermitian=True) @ gradient.T
    whole, half_life = np.sqrt(np.maximum(0.0, np.diag(variance)))
    return float(whole), float(half_life)
