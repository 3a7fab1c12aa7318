"""Which effective half-lives are possible for a region that was not measured often enough?

Lognormal between patients (Hou et al., J Nucl Med 2021, PMC8882881), cut off at physical decay.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, expm1, isfinite, log, log1p, sqrt

import numpy as np

from lutetia.dosimetry.time_activity.models import Array
from lutetia.errors import InputError
from lutetia.reference.half_life import tissue_half_life

CENTRAL_95 = 1.959963984540054
"""Quantile of the normal distribution: 95 of 100 values lie within so many standard deviations."""
ONE_SIGMA = 0.6826894921370859
"""Probability within one standard deviation of the normal distribution."""
NODES = 801
REACH = 4.0
"""Nodes of the numerical average over a population, and how many standard deviations they reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationHalfLife:
    """An effective half-life that was not measured in this cycle, and its spread between patients.

    Attributes
    ----------
    effective_h : float
        Median effective half-life [h]; never above the physical one.
    source : str
        Publication or own series it was taken from.
    relative_sd : float or None
        Relative standard deviation between patients (0.3 for 30 %), lognormal; None where none is stated.
    range_h : tuple of float or None
        Lowest and highest half-life that were measured [h]; None: the central 95 % of the distribution.
    """

    effective_h: float
    source: str
    relative_sd: float | None = None
    range_h: tuple[float, float] | None = None

    @property
    def log_sigma(self) -> float | None:
        """Standard deviation of the natural logarithm."""
        return None if self.relative_sd is None else sqrt(log1p(self.relative_sd**2))

    def between(self, physical_h: float) -> tuple[float, float] | None:
        """Return the lowest and the highest effective half-life of the population, at most the physical one [h].

        None where neither a range nor a spread is stated.
        """
        if self.range_h is not None:
            return self.range_h[0], min(self.range_h[1], physical_h)
        if self.log_sigma is None:
            return None
        spread = exp(CENTRAL_95 * self.log_sigma)
        return self.effective_h / spread, min(self.effective_h * spread, physical_h)

    def weighted(self, physical_h: float) -> tuple[Array, Array]:
        """Return half-lives of the population [h] and their probabilities, cut off at the physical half-life."""
        if not self.log_sigma:
            return np.array([self.effective_h]), np.array([1.0])
        z = np.linspace(-REACH, REACH, NODES)
        hours = self.effective_h * np.exp(self.log_sigma * z)
        weights = np.where(hours <= physical_h * (1 + 1e-9), np.exp(-z * z / 2), 0.0)
        return hours, np.asarray(weights / weights.sum(), dtype=np.float64)

    def check(self, physical_h: float, region: str) -> None:
        """Refuse a half-life that decay forbids.

        Raises
        ------
        InputError
            If it is not positive or is longer than the physical one, or if its spread or range is impossible.
        """
        where = f"population half-life of {region}"
        if not 0 < self.effective_h <= physical_h:
            raise InputError(
                where,
                f"{self.effective_h:g} h is not between 0 and the physical half-life of {physical_h:.1f} h",
                "state the effective half-life in hours (physical decay included)",
                why="no washout can make activity stay longer than its own decay lets it",
            )
        if self.relative_sd is not None and not (isfinite(self.relative_sd) and self.relative_sd >= 0):
            raise InputError(where, f"a spread of {self.relative_sd} is impossible", "state it as 0.3 for 30 %")
        if self.range_h is not None and not 0 < self.range_h[0] <= self.effective_h <= self.range_h[1]:
            raise InputError(
                where,
                f"{self.effective_h:g} h is not within its range of {self.range_h[0]:g} to {self.range_h[1]:g} h",
                "state the lowest and the highest half-life of the same series",
            )


def published(region: str) -> PopulationHalfLife | None:
    """Return the published half-life of a region's tissue with PSMA ligands; None where there is none."""
    found = tissue_half_life(region)
    if found is None:
        return None
    known = None if found.lowest_h is None or found.highest_h is None else (found.lowest_h, found.highest_h)
    return PopulationHalfLife(
        effective_h=found.median_h, source=found.origin, relative_sd=sqrt(expm1(found.log_sigma**2)), range_h=known
    )


def log_spread(ratios: Array, weights: Array) -> float:
    """Return how far, in the logarithm, two of three possible integrals lie from the stated one at most (68 %)."""
    away = np.abs(np.log(ratios))
    order = np.argsort(away)
    return float(np.interp(ONE_SIGMA, np.cumsum(weights[order]) - weights[order] / 2, away[order]))


def rate_per_h(half_life_h: float) -> float:
    """Return the rate of a half-life [1/h]."""
    return log(2) / half_life_h
