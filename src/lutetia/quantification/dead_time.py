"""How many events did a camera miss because it was busy with others?

Two ideal cameras bracket the real one (Knoll, Radiation Detection and Measurement, 4th ed., chapter 4 VII). Busy for a
fixed time after each counted event (non-paralysable): ``n = m / (1 - m tau)``. Busy anew with every event
(paralysable): ``m = n exp(-n tau)``, of which the lower branch is taken. ``m`` is the observed, ``n`` the true rate.
Nothing is corrected unless a site has measured and stated tau.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, isfinite
from typing import Final, Literal

from lutetia.errors import InputError, RefusedError

DeadTimeModel = Literal["non-paralysable", "paralysable"]

LARGEST_FACTOR: Final = 1.2
"""Beyond it the two models differ by more than 2 %, and no camera is exactly either of them (Lutetia's choice)."""
SHORTEST_US, LONGEST_US = 0.05, 100.0
"""No gamma camera is busy shorter or longer for one event [us]; beyond, the unit was mistaken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadTime:
    """The dead time of one head, as a site measured it.

    Attributes
    ----------
    model : {"non-paralysable", "paralysable"}
    tau_us : float
        Dead time for one event [us], against the rate that it was measured with (of the window, or of all energies).
    relative_sigma : float or None
        Relative standard uncertainty of tau; None where none is stated.
    """

    model: DeadTimeModel
    tau_us: float
    relative_sigma: float | None = None

    def __post_init__(self) -> None:
        if not (isfinite(self.tau_us) and SHORTEST_US <= self.tau_us <= LONGEST_US):
            raise InputError(
                "dead time",
                f"{self.tau_us:g} us is no dead time of a gamma camera",
                f"state tau in microseconds, from {SHORTEST_US:g} to {LONGEST_US:g}",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLoss:
    """What counts are multiplied by to undo the loss.

    Attributes
    ----------
    factor : float
        True rate over observed rate, at least 1.
    relative_sigma : float or None
        Of the factor, from that of tau.
    observed_cps : float
        Of one head [1/s].
    """

    factor: float
    relative_sigma: float | None
    observed_cps: float


def count_loss(observed_cps: float, dead_time: DeadTime) -> CountLoss:
    """Return what undoes the loss of counts at an observed rate.

    Parameters
    ----------
    observed_cps : float
        Rate of one head, in the same energies as tau was measured with, at least 0 [1/s].
    dead_time : DeadTime

    Raises
    ------
    InputError
        If the rate is no rate.
    RefusedError
        If the correction is larger than the model can bear, or no true rate could give the observed one.
    """
    if not (isfinite(observed_cps) and observed_cps >= 0):
        raise InputError(
            "count rate", f"{observed_cps} cps is no rate", "state the counts per second that one head observed"
        )
    busy = observed_cps * dead_time.tau_us * 1e-6
    factor, by_tau = _non_paralysable(busy) if dead_time.model == "non-paralysable" else _paralysable(busy)
    if factor is None or factor > LARGEST_FACTOR:
        asked = "no true rate gives it" if factor is None else f"the correction would be {factor - 1:.0%}"
        raise RefusedError(
            "dead time",
            f"at {observed_cps:,.0f} cps and {dead_time.tau_us:g} us ({dead_time.model}) {asked}",
            "take the scan later or with less activity, or check rate (of one head, not of all) and tau",
            f"beyond {LARGEST_FACTOR - 1:.0%} the models of a busy camera differ by more than 2 %",
        )
    sigma = None if dead_time.relative_sigma is None else by_tau * dead_time.relative_sigma
    return CountLoss(factor=factor, relative_sigma=sigma, observed_cps=observed_cps)


def _non_paralysable(busy: float) -> tuple[float | None, float]:
    """Return the factor and dln(factor)/dln(tau)."""
    return (None, 0.0) if busy >= 1 else (1 / (1 - busy), busy / (1 - busy))


def _paralysable(busy: float) -> tuple[float | None, float]:
    """Return the factor and dln(factor)/dln(tau), on the branch where the observed rate still rises."""
    if busy >= exp(-1):
        return None, 0.0
    if busy == 0:
        return 1.0, 0.0
    from scipy.special import lambertw

    true_busy = -float(lambertw(-busy).real)
    return true_busy / busy, true_busy / (1 - true_busy)
