"""The average of models: weights by AICc, an uncertainty that holds their disagreement, and when it is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from math import exp, log, sqrt

import numpy as np
import pytest

from lutetia.dosimetry.result import FitRefusal, Sample, TimeActivityFit
from lutetia.dosimetry.time_activity import fit
from lutetia.dosimetry.time_activity.average import akaike_weights

PHYSICAL_H = 159.53
FLOATING_POINT = 1e-9
EARLY, MANY = (4.0, 24.0, 72.0, 120.0, 168.0), (1.0, 4.0, 12.0, 24.0, 48.0, 96.0, 144.0, 192.0)


def samples(hours: tuple[float, ...], activity: np.ndarray, sigma: float | None = 0.03) -> list[Sample]:
    return [
        Sample(
            hours=at, acquired_at=datetime(2026, 1, 1, tzinfo=UTC), volume_ml=100.0, uncorrected_mbq=float(mbq),
            recovery=None, relative_sigma=sigma,
        )
        for at, mbq in zip(hours, activity, strict=True)
    ]  # fmt: skip


def averaged(
    hours: tuple[float, ...], activity: np.ndarray, sigma: float | None = 0.03
) -> TimeActivityFit | FitRefusal:
    return fit(
        samples(hours, activity, sigma), half_life_h=PHYSICAL_H, region="liver", corrected=False, model="model average"
    )


def washout(hours: tuple[float, ...], *parts: tuple[float, float]) -> np.ndarray:
    return sum(share * np.exp(-log(2) / half_life * np.array(hours)) for share, half_life in parts)


def test_weights_follow_the_differences_of_the_criterion() -> None:
    """Burnham and Anderson, 2.9.1: differences of 0, 2 and 10 have relative likelihoods of 1, 0.368 and 0.0067."""
    found = akaike_weights({"bi-exponential": 12.0, "mono-exponential": 10.0, "tri-exponential with uptake": 20.0})
    whole = 1 + exp(-1) + exp(-5)
    assert list(found.values()) == pytest.approx([1 / whole, exp(-1) / whole, exp(-5) / whole], rel=FLOATING_POINT)
    assert list(found) == ["mono-exponential", "bi-exponential", "tri-exponential with uptake"]


def test_the_integral_is_the_weighted_mean_of_the_models() -> None:
    noise = np.exp(np.random.default_rng(3).normal(0, 0.03, len(MANY)))
    found = averaged(MANY, washout(MANY, (60.0, 25.0), (40.0, 70.0)) * noise)
    assert isinstance(found, TimeActivityFit)
    weights = akaike_weights({one.model: one.aicc for one in found.tried if one.aicc is not None})
    mean = sum(weights[one.model] * one.tia_mbq_h for one in found.tried if one.model in weights)
    assert found.tia_mbq_h == pytest.approx(mean, rel=FLOATING_POINT)
    assert found.model == "model average"


def test_where_models_disagree_the_average_is_less_certain_than_the_best_of_them() -> None:
    noise = np.exp(np.random.default_rng(5).normal(0, 0.03, len(EARLY)))
    activity = washout(EARLY, (100.0, 50.0)) * noise
    found = averaged(EARLY, activity)
    mono = fit(
        samples(EARLY, activity), half_life_h=PHYSICAL_H, region="liver", corrected=False, model="mono-exponential"
    )
    assert isinstance(found, TimeActivityFit)
    assert isinstance(mono, TimeActivityFit)
    assert found.tia_relative_sigma is not None
    assert mono.tia_relative_sigma is not None
    assert found.tia_relative_sigma >= mono.tia_relative_sigma * (1 - FLOATING_POINT)


def test_over_many_curves_the_uncertainty_is_what_the_integrals_scatter() -> None:
    rng = np.random.default_rng(11)
    truth = washout(MANY, (100.0, 50.0))
    whole = 100 * 50 / log(2)
    off = []
    for _ in range(200):
        found = averaged(MANY, truth * np.exp(rng.normal(0, 0.05, len(MANY))), sigma=0.05)
        assert isinstance(found, TimeActivityFit)
        assert found.tia_relative_sigma is not None
        off.append(log(found.tia_mbq_h / whole) / found.tia_relative_sigma)
    standard_error = 1 / sqrt(2 * len(off))
    assert np.std(off) == pytest.approx(1.0, abs=4 * standard_error)


@pytest.mark.parametrize("sigma", [0.03, None])
def test_with_too_few_samples_there_is_nothing_to_weigh(sigma: float | None) -> None:
    hours = (4.0, 24.0, 72.0, 168.0)
    found = averaged(hours, washout(hours, (100.0, 50.0)), sigma)
    assert isinstance(found, FitRefusal)
    assert "nothing to weigh" in found.reason


def test_models_that_all_miss_the_samples_are_not_averaged() -> None:
    found = averaged(
        (2.0, 24.0, 48.0, 96.0, 168.0), washout((2.0, 24.0, 48.0, 96.0, 168.0), (60.0, 20.0), (40.0, 80.0))
    )
    assert isinstance(found, FitRefusal)
    assert "none of the models" in found.reason


def test_activity_that_still_rises_is_refused() -> None:
    found = averaged(EARLY, np.array([50.0, 60.0, 70.0, 80.0, 100.0]))
    assert isinstance(found, FitRefusal)
    assert "rises" in found.reason
