"""Are lost counts given back exactly where a model holds, and refused where it does not?"""

from __future__ import annotations

from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lutetia.errors import InputError, RefusedError
from lutetia.quantification import DeadTime, count_loss, counts_to_activity
from lutetia.quantification.calibration import Sensitivity
from lutetia.quantification.dead_time import LARGEST_FACTOR
from lutetia.volume import Geometry, Volume

MODELS = ("non-paralysable", "paralysable")
ROUNDING = 1e-9


@given(
    model=st.sampled_from(MODELS), tau_us=st.floats(0.05, 20), busy=st.floats(1e-6, 0.15)
)  # fmt: skip
def test_the_observed_rate_of_a_true_one_is_corrected_back_to_it(model: str, tau_us: float, busy: float) -> None:
    dead = DeadTime(model=model, tau_us=tau_us)  # type: ignore[arg-type]
    true = busy / (tau_us * 1e-6)
    observed = true / (1 + busy) if model == "non-paralysable" else true * exp(-busy)
    assert observed * count_loss(observed, dead).factor == pytest.approx(true, rel=ROUNDING)


def test_a_worked_example_of_both_models() -> None:
    """Observed 50 000 cps and 2 us: m tau = 0.1. Non-paralysable 1/0.9; paralysable the root of x exp(-x) = 0.1."""
    written_to_six_digits = 1e-6
    fixed = count_loss(50_000, DeadTime(model="non-paralysable", tau_us=2.0))
    extended = count_loss(50_000, DeadTime(model="paralysable", tau_us=2.0))
    assert fixed.factor == pytest.approx(1 / 0.9, rel=written_to_six_digits)
    assert extended.factor == pytest.approx(1.118326, rel=written_to_six_digits)


@pytest.mark.parametrize("model", MODELS)
def test_the_uncertainty_of_tau_reaches_the_factor_as_its_own_change_does(model: str) -> None:
    step = 1e-5
    dead = DeadTime(model=model, tau_us=2.0, relative_sigma=step)  # type: ignore[arg-type]
    more = DeadTime(model=model, tau_us=2.0 * (1 + step))  # type: ignore[arg-type]
    loss = count_loss(60_000, dead)
    second_order = 1e-3
    changed = count_loss(60_000, more).factor / loss.factor - 1
    assert loss.relative_sigma == pytest.approx(changed, rel=second_order)


def test_at_the_largest_correction_the_models_differ_by_little_more_than_two_per_cent() -> None:
    busy = 1 - 1 / LARGEST_FACTOR
    rate = busy / 2e-6
    non = 1 / (1 - busy)
    from scipy.special import lambertw

    paralysable = -float(lambertw(-busy).real) / busy
    assert 0.02 < paralysable / non - 1 < 0.025
    assert count_loss(rate * 0.999, DeadTime(model="non-paralysable", tau_us=2.0)).factor < LARGEST_FACTOR


@pytest.mark.parametrize(
    ("model", "rate", "words"),
    [
        ("non-paralysable", 100_000, "the correction would be 25%"),
        ("non-paralysable", 600_000, "no true rate gives it"),
        ("paralysable", 90_000, "the correction would be"),
        ("paralysable", 190_000, "no true rate gives it"),
    ],
)
def test_more_than_the_model_can_bear_is_refused(model: str, rate: float, words: str) -> None:
    with pytest.raises(RefusedError, match=words) as caught:
        count_loss(rate, DeadTime(model=model, tau_us=2.0))  # type: ignore[arg-type]
    assert "of one head, not of all" in str(caught.value)


@pytest.mark.parametrize("rate", [-1.0, float("nan"), float("inf")])
def test_what_is_no_rate_is_refused(rate: float) -> None:
    with pytest.raises(InputError, match="is no rate"):
        count_loss(rate, DeadTime(model="paralysable", tau_us=2.0))


@pytest.mark.parametrize("tau_us", [0.0, 2e-6, 2000.0, float("nan")])
def test_a_tau_in_another_unit_is_refused(tau_us: float) -> None:
    with pytest.raises(InputError, match=r"state tau in microseconds|State tau in microseconds"):
        DeadTime(model="non-paralysable", tau_us=tau_us)


def test_counts_are_given_back_before_they_become_activity() -> None:
    grid = Geometry(shape=(2, 2, 2), spacing_mm=(5.0, 5.0, 5.0))
    counts = Volume(values=_ones(grid), geometry=grid, unit="count")
    asked = {"sensitivity": Sensitivity(cps_per_mbq=10.0), "duration_s": 600.0, "half_life_h": 159.5}
    plain = counts_to_activity(counts, **asked)  # type: ignore[arg-type]
    corrected = counts_to_activity(counts, count_loss=1.1, **asked)  # type: ignore[arg-type]
    single_precision = 1e-6
    assert corrected.total() == pytest.approx(1.1 * plain.total(), rel=single_precision)


def _ones(grid: Geometry):  # type: ignore[no-untyped-def]
    import numpy as np

    return np.ones(grid.shape, dtype=np.float32)
