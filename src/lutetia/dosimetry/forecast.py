"""What would a next cycle be expected to deliver, and how many fit under a dose that somebody chose?

The dose per activity of the cycles so far is carried on. How far cycles of one patient differ is read off his own, from
two of them on (Student's t, logarithms); what all his cycles share, the calibration first of all, does not average out
and is added. A forecast informs. It is no prescription: a tumour that shrinks leaves more for the organs, and what a
cycle may give is decided on other grounds than a number of gray.

Source: prediction interval for a further observation, e.g. Hahn and Meeker, Statistical Intervals, 1991, 4.7.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, hypot, isfinite, log, sqrt
from typing import Final

from lutetia.dosimetry.cumulative import CumulativeDose
from lutetia.dosimetry.result import CycleDose, DoseValue
from lutetia.dosimetry.uncertainty.budget import sum_sigma_gy
from lutetia.errors import InputError

ONE_SIGMA: Final = 0.8413447460685429
"""Probability below one standard deviation of the normal distribution."""
INFORMS: Final = (
    "A forecast from earlier cycles, for information. It prescribes nothing, and a chosen dose is neither a stop nor a "
    "leave to go on."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A further cycle of one region, if it goes as the earlier ones of the same agent did.

    Attributes
    ----------
    region, label : str
    from_cycles : tuple of int
    planned_mbq : float
    expected_gy : float
        Dose of the cycle [Gy].
    relative_sigma : float or None
        Of ``expected_gy``, one standard deviation of its logarithm; None with one cycle, which shows no spread, or
        where a cycle's dose has no uncertainty.
    trend_per_cycle : float or None
        Relative change of the dose per activity from one cycle to the next, where there are three or more.
    """

    region: str
    label: str
    from_cycles: tuple[int, ...]
    planned_mbq: float
    expected_gy: float
    relative_sigma: float | None
    trend_per_cycle: float | None

    @property
    def range_gy(self) -> tuple[float, float] | None:
        """One standard deviation down and up [Gy]."""
        if self.relative_sigma is None:
            return None
        return self.expected_gy * exp(-self.relative_sigma), self.expected_gy * exp(self.relative_sigma)


@dataclass(frozen=True, slots=True, kw_only=True)
class CyclesLeft:
    """How many further cycles stay at or below a dose that somebody chose.

    Attributes
    ----------
    chosen_gy : float
    expected : int
        With the expected dose of each.
    between : tuple of int or None
        With the dose of each a standard deviation higher, and lower.
    cycles_missing : tuple of int
        Given without a dose: by theirs fewer are left.
    """

    chosen_gy: float
    expected: int
    between: tuple[int, int] | None
    cycles_missing: tuple[int, ...]


def forecast(cycles: Sequence[CycleDose], *, agent: str, planned_mbq: float) -> tuple[Forecast, ...]:
    """Carry every region's dose per activity on to a further cycle.

    Parameters
    ----------
    cycles : sequence of CycleDose
        Those with another agent say nothing here.
    agent : str
    planned_mbq : float
        Positive [MBq].

    Raises
    ------
    InputError
        If the planned activity is not positive.
    """
    if not (isfinite(planned_mbq) and planned_mbq > 0):
        raise InputError("forecast", f"an activity of {planned_mbq} MBq is impossible", "state a positive one")
    same = sorted((cycle for cycle in cycles if cycle.agent == agent), key=lambda cycle: cycle.cycle)
    found = []
    for code in dict.fromkeys(region.region for cycle in same for region in cycle.regions):
        dosed = list(_doses(code, same))
        if dosed:
            found.append(_of_region(code, dosed, planned_mbq))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Dosed:
    cycle: int
    label: str
    given_mbq: float
    value: DoseValue

    @property
    def per_mbq(self) -> float:
        return self.value.best_gy / self.given_mbq


def _doses(code: str, cycles: Iterable[CycleDose]) -> Iterable[_Dosed]:
    for cycle in cycles:
        for region in cycle.regions:
            if region.region == code and isinstance(value := region.shown, DoseValue) and value.best_gy > 0:
                yield _Dosed(cycle.cycle, region.label, cycle.given_mbq, value)


def _of_region(code: str, dosed: Sequence[_Dosed], planned_mbq: float) -> Forecast:
    logs = [log(one.per_mbq) for one in dosed]
    middle = sum(logs) / len(logs)
    return Forecast(
        region=code,
        label=dosed[-1].label,
        from_cycles=tuple(one.cycle for one in dosed),
        planned_mbq=planned_mbq,
        expected_gy=planned_mbq * exp(middle),
        relative_sigma=_sigma(logs, middle, dosed),
        trend_per_cycle=_trend([one.cycle for one in dosed], logs),
    )


def _sigma(logs: Sequence[float], middle: float, dosed: Sequence[_Dosed]) -> float | None:
    n = len(logs)
    shared = _shared(dosed)
    if n < 2 or shared is None:
        return None
    from scipy.stats import t

    spread = sqrt(sum((one - middle) ** 2 for one in logs) / (n - 1))
    return hypot(float(t.ppf(ONE_SIGMA, n - 1)) * spread * sqrt(1 + 1 / n), shared)


def _shared(dosed: Sequence[_Dosed]) -> float | None:
    """Return what the doses have in common, relative: the variance of their mean beyond that of independent ones."""
    n = len(dosed)
    budgets = [(1.0, one.value.budget) for one in dosed if one.value.budget is not None]
    if len(budgets) < n:
        return None
    whole = sum_sigma_gy([(dose, budget) for dose, budget in budgets if budget is not None]) / n
    alone = sum(budget.relative_sigma**2 for _, budget in budgets if budget is not None) / n**2
    return sqrt(max(0.0, (whole**2 - alone) * n / (n - 1))) if n > 1 else whole


def _trend(numbers: Sequence[int], logs: Sequence[float]) -> float | None:
    if len(logs) < 3:
        return None
    centre, middle = sum(numbers) / len(numbers), sum(logs) / len(logs)
    steps = sum((number - centre) ** 2 for number in numbers)
    slope = sum((number - centre) * (one - middle) for number, one in zip(numbers, logs, strict=True)) / steps
    return exp(slope) - 1


def cycles_left(so_far: CumulativeDose, next_one: Forecast, chosen_gy: float) -> CyclesLeft:
    """Return how many further cycles stay at or below a chosen cumulative dose.

    Parameters
    ----------
    so_far : CumulativeDose
    next_one : Forecast
        Of the same region; every further cycle is taken to be like it.
    chosen_gy : float
        Positive [Gy]; chosen by whoever asks.

    Raises
    ------
    InputError
        If the two are of different regions, or the chosen dose is not positive.
    """
    if so_far.region != next_one.region:
        raise InputError("forecast", f"{so_far.region} and {next_one.region} are two regions", "ask for one")
    if not (isfinite(chosen_gy) and chosen_gy > 0):
        raise InputError("forecast", f"a dose of {chosen_gy} Gy is impossible", "choose a positive one")
    left = max(0.0, chosen_gy - so_far.dose_gy)
    span = next_one.range_gy
    return CyclesLeft(
        chosen_gy=chosen_gy,
        expected=int(left // next_one.expected_gy),
        between=None if span is None else (int(left // span[1]), int(left // span[0])),
        cycles_missing=so_far.missing,
    )
