"""Which samples may be fitted at all, and which curves are refused a falling exponential?"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, log

import numpy as np

from lutetia.dosimetry.result import FitRefusal
from lutetia.dosimetry.time_activity.models import Array
from lutetia.errors import InputError

ONE_SIDED_95: float = 1.645
"""Quantile of the normal distribution: a deviation larger than this many standard uncertainties is not chance."""
ROUNDING: float = 1e-6
"""Rates that differ by less are equal: times and activities are written with six digits at most."""
LEAST_MBQ: float = 1e-12
"""One microbecquerel: less is nothing that a camera has ever shown."""
MOST_MBQ: float = 1e9
"""One petabecquerel: more is in no patient."""
HALF_LIVES: float = 50.0
"""After so many physical half-lives nothing is left of any activity that was ever given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scatter:
    """Relative standard uncertainty of one sample, and whether it was stated, seen in the samples, or is unknown."""

    relative: float | None
    origin: str


def check(hours: Array, mbq: Array, *, half_life_h: float, region: str) -> FitRefusal | None:
    """Refuse samples from which no curve can be made.

    Raises
    ------
    InputError
        If there is no sample, a value is not a number or beyond all patients, a time is not positive or dozens of
        half-lives late, or two samples have the same time.
    """
    where = f"samples of {region}"
    if len(hours) == 0:
        raise InputError(where, "there is none", "name the region's contour on at least one scan")
    for h, a in zip(hours, mbq, strict=True):
        if not (isfinite(h) and isfinite(a)):
            raise InputError(where, f"{a} MBq at {h} h is not a number", "correct or remove that scan")
        if a > MOST_MBQ:
            raise InputError(where, f"{a:.3g} MBq at {h:.1f} h is in no patient", "write the activity in MBq")
        if h > HALF_LIVES * half_life_h:
            raise InputError(
                where, f"a sample at {h:.4g} h is {h / half_life_h:.0f} half-lives late", "write the time in hours"
            )
        if h <= 0:
            raise InputError(
                where,
                f"a sample at {h:.2f} h is not after the start of administration",
                "check the times of administration and scan, and their time zones",
            )
    if len(np.unique(hours)) < len(hours):
        twice = next(float(h) for h in hours if np.sum(hours == h) > 1)
        raise InputError(where, f"two samples at {twice:.2f} h", "name each scan once")
    if (mbq < LEAST_MBQ).any():
        first = int(np.argmax(mbq < LEAST_MBQ))
        return FitRefusal(
            reason=f"the activity at {float(hours[first]):.1f} h is {float(mbq[first]):.3g} MBq, which is "
            + ("nothing" if mbq[first] > 0 else "not positive"),
            offered=("leave that scan out for this region", "check the contour and the background of that scan"),
        )
    return None


def scatter(hours: Array, mbq: Array, stated: float | None) -> Scatter:
    """Return the uncertainty of a sample: as stated, else from residuals of a log-linear fit of four or more."""
    if stated is not None:
        return Scatter(relative=stated, origin="stated")
    if len(hours) < 4:
        return Scatter(relative=None, origin="unknown")
    slope, intercept = np.polyfit(hours, np.log(mbq), 1)
    residual = np.log(mbq) - slope * hours - intercept
    return Scatter(relative=float(np.sqrt(residual @ residual / (len(hours) - 2))), origin="from the residuals")


def falling_rate(hours: Array, mbq: Array) -> float:
    """Return the rate of a log-linear fit without any bound [1/h]; negative if the curve rises."""
    return -float(np.polyfit(hours, np.log(mbq), 1)[0])


def refuse_mono(hours: Array, mbq: Array, spread: Scatter, decay_per_h: float) -> FitRefusal | None:
    """Refuse a falling exponential where the samples rise at the end, or fall slower than physical decay.

    Parameters
    ----------
    hours, mbq : ndarray
        At least two samples in the order of time [h, MBq].
    spread : Scatter
    decay_per_h : float
        Physical decay constant [1/h].
    """
    step = log(mbq[-1] / mbq[-2])
    if step > ROUNDING + _stated(spread) * ONE_SIDED_95 * 2**0.5:
        return FitRefusal(
            reason=(
                f"the activity still rises: {mbq[-2]:.4g} MBq at {hours[-2]:.1f} h, "
                f"{mbq[-1]:.4g} MBq at {hours[-1]:.1f} h; a falling exponential cannot describe it"
            ),
            offered=_offers(len(hours), spread),
        )
    rate = falling_rate(hours, mbq)
    if rate < decay_per_h * (1 - ROUNDING) - _chance_per_h(hours, spread):
        found = f"half-life {log(2) / rate:.0f} h" if rate > 0 else "no fall at all"
        return FitRefusal(
            reason=(
                f"the activity falls slower than physical decay lets it ({found}, physical "
                f"{log(2) / decay_per_h:.1f} h); usual causes: uptake that goes on, a scan "
                "decay-corrected to another time, a contour that grew"
            ),
            offered=_offers(len(hours), spread),
        )
    return None


def _chance_per_h(hours: Array, spread: Scatter) -> float:
    """Return by how much a fitted rate may lie off by chance [1/h]; an unknown scatter excuses nothing."""
    if spread.relative is None:
        return 0.0
    return ONE_SIDED_95 * spread.relative / float(np.sqrt(np.sum((hours - hours.mean()) ** 2)))


def rises_first(mbq: Array, spread: Scatter) -> bool:
    """Tell whether the activity rises, beyond its uncertainty, from the first sample to a later one."""
    return bool(log(mbq.max() / mbq[0]) > ROUNDING + _stated(spread) * ONE_SIDED_95 * 2**0.5)


def falls_from_peak(hours: Array, mbq: Array, spread: Scatter, decay_per_h: float) -> bool:
    """Tell whether the samples rise first and then fall no slower than physical decay."""
    peak = int(np.argmax(mbq))
    if not 0 < peak < len(mbq) - 1:
        return False
    only_stated = Scatter(relative=_stated(spread) or None, origin=spread.origin)
    return refuse_mono(hours[peak:], mbq[peak:], only_stated, decay_per_h) is None


def _stated(spread: Scatter) -> float:
    """Return the uncertainty with which two samples may be told apart; residuals of a wrong model are none."""
    return spread.relative if spread.origin == "stated" and spread.relative is not None else 0.0


def _offers(count: int, spread: Scatter) -> tuple[str, ...]:
    offers = [
        "a later scan, after the activity has begun to fall",
        f"a model with uptake: it needs four samples, of which the last ones fall (there are {count})",
        "physical decay only from the last sample on, asked for by name: an upper bound if uptake has ended",
        "a population effective half-life with its source, applied to the last scan alone",
    ]
    if spread.origin != "stated":
        offers.append("a stated uncertainty of the region's activity, if the rise may be chance: none was given")
    return tuple(offers)
