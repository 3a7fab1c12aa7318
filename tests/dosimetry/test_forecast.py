"""What a further cycle would be expected to deliver: carried on from measured ones, never from nothing."""

from __future__ import annotations

from math import exp, log, sqrt

import numpy as np
import pytest

from lutetia.dosimetry.cumulative import cumulative
from lutetia.dosimetry.forecast import cycles_left, forecast
from lutetia.dosimetry.result import CycleDose, DoseValue, Exponential, RegionDose, TimeActivityFit
from lutetia.dosimetry.uncertainty import Budget, Contribution
from lutetia.errors import InputError

AGENT = "[177Lu]Lu-PSMA-617"
FLOATING_POINT = 1e-9
ONE_SIDED_T_OF_ONE_DEGREE = 1.8373
PRINTED_TO_FIVE_DIGITS = 1e-4
HELD_BY_ONE_SIGMA = 0.6827
"""Student's t with one degree of freedom at 0.84134, from 1/tan(pi (1 - p)): printed in tables as 1.84."""


def dosed(
    number: int, gy: float, *, given_mbq: float = 7400.0, agent: str = AGENT, shared: float | None = 0.03
) -> CycleDose:
    fit = TimeActivityFit(
        model="mono-exponential", terms=(Exponential(100.0, 0.02),), tia_mbq_h=5000.0, tail_fraction=0.1,
        effective_half_life_h=34.7, residuals=(0.0,), chosen_because="told",
    )  # fmt: skip
    budget = None if shared is None else Budget(
        contributions=(
            Contribution(name="calibration", relative_sigma=shared, shared_as="camera"),
            Contribution(name="noise", relative_sigma=0.04),
        )
    )  # fmt: skip
    value = DoseValue(
        fit=fit, mean_dose_gy=gy, budget=budget, sigma_gy=None if budget is None else gy * budget.relative_sigma
    )
    region = RegionDose(
        region="kidney_left", label="Left kidney", samples=(), mass_g=150.0, mass_from="stated", uncorrected=value,
        corrected=None,
    )  # fmt: skip
    return CycleDose(cycle=number, agent=agent, given_mbq=given_mbq, regions=(region,), dose_map=None, engine="none")


def test_the_dose_per_activity_is_carried_on_to_what_is_prescribed() -> None:
    (found,) = forecast([dosed(1, 4.0), dosed(2, 1.0, given_mbq=3700.0)], agent=AGENT, planned_mbq=5920.0)
    assert found.expected_gy == pytest.approx(5920 * sqrt(4.0 / 7400 * 1.0 / 3700), rel=FLOATING_POINT)
    assert found.from_cycles == (1, 2)


def test_two_cycles_show_a_spread_which_two_can_hardly_know_and_what_they_share_is_added() -> None:
    (found,) = forecast([dosed(1, 4.0), dosed(2, 4.4)], agent=AGENT, planned_mbq=7400.0)
    spread = log(4.4 / 4.0) / sqrt(2)
    assert found.relative_sigma == pytest.approx(
        sqrt((ONE_SIDED_T_OF_ONE_DEGREE * spread * sqrt(1.5)) ** 2 + 0.03**2), rel=PRINTED_TO_FIVE_DIGITS
    )
    low, high = found.range_gy or (0.0, 0.0)
    assert low * high == pytest.approx(found.expected_gy**2, rel=FLOATING_POINT)


def test_the_range_holds_a_further_cycle_as_often_as_one_standard_deviation_does() -> None:
    rng = np.random.default_rng(4)
    held, runs = 0, 600
    for _ in range(runs):
        *earlier, later = 4.0 * np.exp(rng.normal(0, 0.15, 4))
        (found,) = forecast(
            [dosed(n, gy, shared=0.0) for n, gy in enumerate(earlier, 1)], agent=AGENT, planned_mbq=7400.0
        )
        low, high = found.range_gy or (0.0, 0.0)
        held += low <= later <= high
    four_standard_errors = 4 * sqrt(HELD_BY_ONE_SIGMA * (1 - HELD_BY_ONE_SIGMA) / runs)
    assert held / runs == pytest.approx(HELD_BY_ONE_SIGMA, abs=four_standard_errors)


@pytest.mark.parametrize("cycles", [[dosed(1, 4.0)], [dosed(1, 4.0), dosed(2, 4.2, shared=None)]])
def test_where_no_spread_or_uncertainty_is_known_none_is_stated(cycles: list[CycleDose]) -> None:
    (found,) = forecast(cycles, agent=AGENT, planned_mbq=7400.0)
    assert found.relative_sigma is None
    assert found.range_gy is None


def test_a_trend_is_told_from_three_cycles_on() -> None:
    cycles = [dosed(n, 4.0 * 1.1**n) for n in (1, 2, 3)]
    (found,) = forecast(cycles, agent=AGENT, planned_mbq=7400.0)
    assert found.trend_per_cycle == pytest.approx(0.1, rel=FLOATING_POINT)
    assert forecast(cycles[:2], agent=AGENT, planned_mbq=7400.0)[0].trend_per_cycle is None


def test_another_agent_says_nothing() -> None:
    assert forecast([dosed(1, 4.0, agent="[177Lu]Lu-PSMA-I&T")], agent=AGENT, planned_mbq=7400.0) == ()


def test_cycles_left_are_whole_cycles_up_to_what_was_chosen() -> None:
    cycles = [dosed(1, 4.0), dosed(2, 4.0)]
    (so_far,), (next_one,) = cumulative(cycles, given=[1, 2, 3]), forecast(cycles, agent=AGENT, planned_mbq=7400.0)
    found = cycles_left(so_far, next_one, 23.0)
    assert found.expected == 3
    assert found.between == (int(15 // (4 * exp(0.03))), int(15 // (4 * exp(-0.03))))
    assert found.cycles_missing == (3,)
    assert cycles_left(so_far, next_one, 5.0).expected == 0


@pytest.mark.parametrize("mbq", [0.0, -1.0, float("nan")])
def test_an_impossible_activity_is_refused(mbq: float) -> None:
    with pytest.raises(InputError, match="impossible"):
        forecast([dosed(1, 4.0)], agent=AGENT, planned_mbq=mbq)
