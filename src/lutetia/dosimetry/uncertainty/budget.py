"""Which step makes a dose unsure, and by how much?

Every contribution is the effect of one independent error on the dose, its ways through activity and mass added with
their signs before it is squared. So shares are never negative and add up to the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt
from typing import Final

TWO_SIDED_95: Final = 1.959964
"""Quantile of the normal distribution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """The effect of one error on the dose.

    Attributes
    ----------
    name : str
        What is unsure, in words.
    relative_sigma : float
        Relative standard uncertainty of the dose from it alone, at least 0.
    shared_as : str or None
        Doses of several cycles whose contributions have the same text here share the same error; None: the error is
        new in every cycle.
    """

    name: str
    relative_sigma: float
    shared_as: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Relative standard uncertainty at one step of the chain, for reading beside the shares."""

    name: str
    relative_sigma: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The uncertainty of one dose and what it is made of.

    A relative standard uncertainty is that of the dose's logarithm: errors of factors multiply. For small ones there is
    no difference to the usual one; for large ones the interval stays positive.

    Attributes
    ----------
    contributions : tuple of Contribution
        Independent of each other.
    steps : tuple of Step
        Volume, recovery, activity, time-integrated activity, mass, dose factor, in this order, as far as they exist.
    correlation : float
        Between time-integrated activity and dose factor, through what they share.
    """

    contributions: tuple[Contribution, ...]
    steps: tuple[Step, ...] = ()
    correlation: float = 0.0

    @property
    def relative_sigma(self) -> float:
        """Relative standard uncertainty of the dose."""
        return sqrt(self.relative_variance)

    @property
    def relative_variance(self) -> float:
        """Square of ``relative_sigma``."""
        return sum(part.relative_sigma**2 for part in self.contributions)

    @property
    def shares(self) -> tuple[float, ...]:
        """Part of the variance from each contribution; they sum to 1."""
        whole = self.relative_variance
        return tuple(part.relative_sigma**2 / whole if whole > 0 else 0.0 for part in self.contributions)

    @property
    def dominant(self) -> Contribution:
        """The largest contribution."""
        return max(self.contributions, key=lambda part: part.relative_sigma)

    def interval_gy(self, dose_gy: float) -> tuple[float, float]:
        """Return the 95 % interval of a dose [Gy]; its ends are equally far as factors."""
        factor = exp(TWO_SIDED_95 * self.relative_sigma)
        return dose_gy / factor, dose_gy * factor


def sum_sigma_gy(doses: Sequence[tuple[float, Budget]]) -> float:
    """Return the standard uncertainty of a sum of doses [Gy].

    Parameters
    ----------
    doses : sequence of (float, Budget)
        Dose [Gy] and its budget, one for each cycle. Shared errors add up; others add in quadrature.
    """
    shared: dict[str, float] = {}
    own = 0.0
    for dose_gy, budget in doses:
        for part in budget.contributions:
            effect = dose_gy * part.relative_sigma
            if part.shared_as is None:
                own += effect**2
            else:
                shared[part.shared_as] = shared.get(part.shared_as, 0.0) + effect
    return sqrt(own + sum(effect**2 for effect in shared.values()))
