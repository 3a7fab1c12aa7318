"""How fast does each voxel of a region wash out, and where do its counts not tell?

One exponential per voxel, ``A exp(-rate t)``, no slower than physical decay, drawn towards the kinetics of the whole
region as far as the voxel's own counts leave its rate open. Nothing is chosen by hand (empirical Bayes, normal in the
logarithm of the rate): the variance of a voxel is taken as proportional to its activity, its size from the scatter of
all voxels about their own curves; and the spread of rates in the region is what they scatter beyond that noise.

Sources: variable projection, Golub and Pereyra, SIAM J Numer Anal 1973;10:413, which for one exponential is a search
along one line; a spread beyond noise by moments, DerSimonian and Laird, Control Clin Trials 1986;7:177.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lutetia.dosimetry.exponential import Exponential

Array = NDArray[np.float32]

FASTEST_HALF_LIFE_H: Final = 2.0
"""Lutetia's choice: tissue that is seen a day after the injection has not washed out faster."""
RATES: Final = 40
"""Along the line of rates; a parabola through the best three finds the place between them."""
LEAST_SCANS: Final = 3
"""With two, every curve goes through its points, and nothing tells how noisy they are."""
AT_ONCE: Final = 8_192
"""Voxels; their table of rates stays in the processor's cache."""
ENOUGH: Final = 50_000
"""Voxels, evenly taken, from which noise and spread of a larger region are estimated: to better than 1 %."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VoxelKinetics:
    """Curves of the voxels of one region.

    Attributes
    ----------
    amplitude : ndarray of float32, shape (voxels,)
        At the start of administration, in the unit of the activities; 0 where a voxel shows none.
    rate_per_h : ndarray of float32, shape (voxels,)
        Physical plus biological [1/h].
    from_region : ndarray of bool, shape (voxels,)
        Where the region's kinetics say more of the rate than the voxel's own counts.
    region_rate_per_h : float
        Of all voxels together [1/h].
    relative_noise : tuple of float
        Of one voxel of the region's mean activity on each scan, as the scatter shows it.
    spread : float
        Standard deviation of the logarithm of the rate over the region, noise taken off; 0 where no voxel is found to
        differ.
    """

    amplitude: Array
    rate_per_h: Array
    from_region: NDArray[np.bool_]
    region_rate_per_h: float
    relative_noise: tuple[float, ...]
    spread: float

    @property
    def tia(self) -> Array:
        """Time-integrated activity of each voxel, in the unit of the activities times hours."""
        return self.amplitude / self.rate_per_h


def fit_voxels(
    activity: NDArray[np.floating], hours: ArrayLike, *, half_life_h: float, durations: ArrayLike | None = None
) -> VoxelKinetics:
    """Fit one exponential to every voxel of a region.

    Parameters
    ----------
    activity : ndarray, shape (scans, voxels)
        Of the same voxels on every scan, as it was then; noise may make single values negative.
    hours : array_like, shape (scans,)
        After the start of administration, all different and positive [h].
    half_life_h : float
        Physical half-life [h].
    durations : array_like, shape (scans,), optional
        Of the scans, in any one unit: twice the time halves the variance. Equal without it.

    Raises
    ------
    ValueError
        If there are fewer than three scans, times are not positive and different, shapes do not fit, values are not
        finite, or the region as a whole shows no activity.
    """
    values, times = np.asarray(activity, dtype=np.float32), np.asarray(hours, dtype=np.float64)
    lasted = np.ones(times.size) if durations is None else np.asarray(durations, dtype=np.float64)
    _require_sound(values, times, lasted)
    line = _Line.between(log(2) / half_life_h, log(2) / FASTEST_HALF_LIFE_H, times)
    mean = values.mean(axis=1, dtype=np.float64)[:, None].astype(np.float32)
    region = float(line.rate(line.best(mean, np.ones(times.size)))[0])
    for _ in range(2):
        shape = np.exp(-region * times)
        weights = lasted / lasted.mean() / shape
        region = float(line.rate(line.best(mean, weights))[0])
    level = _amplitude(values, np.exp(-region * times)[:, None], weights)
    if not level.mean() > 0:
        raise ValueError("the region shows no activity")
    seen = np.maximum(level, 0)

    some = slice(None, None, 1 + values.shape[1] // ENOUGH)
    own = line.rate(line.best(values[:, some], weights))
    variance = _variance(values[:, some], own, times, weights, seen[some])
    information = _information_per_activity(region, times, weights)
    told = seen * information / variance if variance > 0 else np.where(seen > 0, np.inf, 0.0)
    spread = _spread(np.log(own / region), told[some])
    if spread > 0:
        rate = line.rate(line.best(values, weights, log(region), (variance * seen / spread**2).astype(np.float32)))
    else:
        rate = np.full(level.size, region)
    rate = np.where(seen > 0, rate, region)
    amplitude = np.maximum(_amplitude(values, np.exp(-rate[None, :] * times[:, None]), weights), 0)
    return VoxelKinetics(
        amplitude=amplitude.astype(np.float32),
        rate_per_h=rate.astype(np.float32),
        from_region=np.asarray(told * spread**2 < 1) if spread > 0 else np.ones(level.size, dtype=bool),
        region_rate_per_h=region,
        relative_noise=tuple(float(x) for x in np.sqrt(variance / level.mean() / weights) / np.exp(-region * times)),
        spread=spread,
    )


def _require_sound(values: Array, times: NDArray[np.float64], lasted: NDArray[np.float64]) -> None:
    if values.ndim != 2 or times.shape != values.shape[:1] or lasted.shape != times.shape:
        raise ValueError(
            f"activities of shape (scans, voxels) go with one time each, not {values.shape}, {times.shape}"
        )
    if times.size < LEAST_SCANS:
        raise ValueError(f"curves of voxels need {LEAST_SCANS} scans, not {times.size}")
    if not (times > 0).all() or np.unique(times).size < times.size or not (lasted > 0).all():
        raise ValueError("times and durations are positive, and times different")
    if values.shape[1] == 0 or not np.isfinite(values).all():
        raise ValueError("activities are of at least one voxel, and finite")


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """The line of rates along which is searched: equal steps of the logarithm, and the curve of each rate."""

    logs: NDArray[np.float64]
    curves: NDArray[np.float64]

    @classmethod
    def between(cls, slowest: float, fastest: float, times: NDArray[np.float64]) -> _Line:
        logs = np.linspace(log(slowest), log(fastest), RATES)
        return cls(logs, np.exp(-np.exp(logs)[:, None] * times[None, :]))

    def rate(self, places: Array) -> NDArray[np.float64]:
        """Return the rate at places along the line [1/h]."""
        return np.asarray(np.exp(self.logs[0] + places * (self.logs[1] - self.logs[0])), dtype=np.float64)

    def best(
        self, values: Array, weights: NDArray[np.float64], expected: float = 0.0, pull: Array | None = None
    ) -> Array:
        """Return where along the line each voxel fits best, its amplitude being free.

        The weighted squares that a rate explains are ``(sum w y e)^2 / (sum w e^2)``; half of them, less half of
        ``pull (log rate - expected)^2``, is highest.
        """
        length = np.sqrt(self.curves**2 @ weights)
        onto = ((self.curves * weights) / length[:, None]).astype(np.float32)
        away = ((self.logs - expected) ** 2).astype(np.float32)
        places = np.empty(values.shape[1], dtype=np.float32)
        for start in range(0, values.shape[1], AT_ONCE):
            part = slice(start, start + AT_ONCE)
            score = np.maximum(onto @ values[:, part], 0)
            score *= score
            if pull is not None:
                score -= away[:, None] * pull[None, part]
            places[part] = _peak(score)
        return places


def _peak(score: Array) -> Array:
    """Return where each column is highest, between its rows by a parabola; never beyond the ends."""
    top = score.argmax(axis=0)
    inner = np.clip(top, 1, RATES - 2)
    column = np.arange(score.shape[1])
    before, here, after = (score[inner + step, column] for step in (-1, 0, 1))
    bend = before - 2 * here + after
    off = np.where(bend < 0, 0.5 * (before - after) / np.where(bend < 0, bend, 1), 0)
    return np.asarray(np.where(inner == top, inner + np.clip(off, -1, 1), top), dtype=np.float32)


def _amplitude(values: Array, curves: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the amplitude that fits best for curves of shape (scans, 1) or (scans, voxels)."""
    weighted = weights[:, None] * curves
    return np.asarray((weighted * values).sum(axis=0) / (weighted * curves).sum(axis=0), dtype=np.float64)


def _variance(
    values: Array,
    rate: NDArray[np.float64],
    times: NDArray[np.float64],
    weights: NDArray[np.float64],
    seen: NDArray[np.float64],
) -> float:
    """Return the variance of a voxel per activity, from the scatter about their own curves (two parameters each)."""
    curves = np.exp(-rate[None, :] * times[:, None])
    left = values - _amplitude(values, curves, weights) * curves
    squares = float((weights[:, None] * left**2).sum())
    return squares / (float(seen.sum()) * (times.size - 2))


def _information_per_activity(rate: float, times: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Return Fisher's information on the logarithm of a rate, amplitude free, times variance over activity squared."""
    squared = weights * np.exp(-2 * rate * times)
    about = np.sum(squared * times**2) - np.sum(squared * times) ** 2 / np.sum(squared)
    return float(rate**2 * about)


def _spread(off: NDArray[np.float64], told: NDArray[np.float64]) -> float:
    """Return the standard deviation of the rates beyond what their own information makes them scatter."""
    if not np.isfinite(told).all():
        return float(np.std(off))
    total = float(told.sum())
    middle = float((told * off).sum()) / total
    excess = float((told * (off - middle) ** 2).sum()) - (off.size - 1)
    scale = total - float((told**2).sum()) / total
    return float(np.sqrt(max(0.0, excess / scale))) if scale > 0 else 0.0


def integrate_voxels(activity: NDArray[np.floating], hours: ArrayLike, terms: Sequence[Exponential]) -> Array:
    """Return the time-integrated activity of voxels without a curve of their own, in the unit of activity times hours.

    Straight lines between the scans; before the first and after the last the shape of the region's curve, scaled to
    that scan. No voxel's total is below 0.

    Parameters
    ----------
    activity : ndarray, shape (scans, voxels)
    hours : array_like, shape (scans,)
        After the start of administration, rising and positive [h].
    terms : sequence of Exponential
        The curve of the region; its activity at the first and the last scan is positive.

    Raises
    ------
    ValueError
        If times do not rise or are not positive, or the region's curve is not positive where it is needed.
    """
    values, times = np.asarray(activity, dtype=np.float32), np.asarray(hours, dtype=np.float64)
    if values.shape[:1] != times.shape or not (times > 0).all() or not (np.diff(times) > 0).all():
        raise ValueError("one activity for each of times that are positive and rise")

    def curve(at: float) -> float:
        return sum(term.amplitude_mbq * exp(-term.rate_per_h * at) for term in terms)

    def left_after(at: float) -> float:
        return sum(term.amplitude_mbq / term.rate_per_h * exp(-term.rate_per_h * at) for term in terms)

    first, last = float(times[0]), float(times[-1])
    if not (curve(first) > 0 and curve(last) > 0):
        raise ValueError("the region's curve is positive at the first and the last scan")
    factors = np.zeros(times.size)
    factors[:-1] += np.diff(times) / 2
    factors[1:] += np.diff(times) / 2
    factors[0] += (left_after(0.0) - left_after(first)) / curve(first)
    factors[-1] += left_after(last) / curve(last)
    return np.asarray(np.maximum(factors.astype(np.float32) @ values, 0), dtype=np.float32)
