"""Curves of voxels: true where counts tell, the region's where they do not, and never slower than decay."""

from __future__ import annotations

from itertools import pairwise
from math import log

import numpy as np
import pytest

from lutetia.dosimetry.exponential import Exponential
from lutetia.dosimetry.voxel_kinetics import fit_voxels, integrate_voxels

HOURS = np.array([4.0, 24.0, 72.0, 168.0])
HALF_LIFE_H = 159.53
SLOWEST = log(2) / HALF_LIFE_H
SINGLE_PRECISION = 1e-6
SINGLE_PRECISION_AND_STEPS_OF_THE_LINE = 2e-3
"""Forty steps of 11 % along the line of rates, a parabola between them."""
OF_TWENTY_THOUSAND_VOXELS = 0.05
"""Relative, of a standard deviation or a share estimated from so many, at five standard errors."""
MEAN_OF_TWENTY_THOUSAND = 0.01
"""Noise of a tenth and less, averaged; and the bias of a ratio of noisy numbers, its variance."""


def voxels(
    spread: float, noise: float, count: int = 20_000, half_life_h: float = 50.0
) -> tuple[np.ndarray, np.ndarray]:
    """Return noisy activities, their variance proportional to them, and the true time-integrated activities.

    ``noise`` is relative, of one voxel of mean activity at 24 h.
    """
    rng = np.random.default_rng(7)
    rate = np.maximum(log(2) / half_life_h * np.exp(rng.normal(0, spread, count)), SLOWEST)
    amplitude = 100 * np.exp(rng.normal(0, 0.3, count))
    clean = amplitude * np.exp(-rate * HOURS[:, None])
    variance = noise**2 * clean[1].mean() * clean
    return clean + rng.normal(size=clean.shape) * np.sqrt(variance), amplitude / rate


def test_without_noise_every_voxel_has_its_true_integral() -> None:
    activity, truth = voxels(spread=0.2, noise=0.0)
    found = fit_voxels(activity, HOURS, half_life_h=HALF_LIFE_H)
    assert np.abs(found.tia / truth - 1).max() < 5 * SINGLE_PRECISION_AND_STEPS_OF_THE_LINE
    assert found.spread == pytest.approx(0.2, rel=OF_TWENTY_THOUSAND_VOXELS)


@pytest.mark.parametrize("noise", [0.03, 0.1])
def test_noise_and_spread_are_read_off_the_voxels(noise: float) -> None:
    activity, _ = voxels(spread=0.2, noise=noise)
    found = fit_voxels(activity, HOURS, half_life_h=HALF_LIFE_H)
    assert found.relative_noise[1] == pytest.approx(noise, rel=OF_TWENTY_THOUSAND_VOXELS)
    assert found.spread == pytest.approx(0.2, rel=OF_TWENTY_THOUSAND_VOXELS)
    assert found.from_region.mean() < 0.01


@pytest.mark.parametrize("noise", [0.03, 0.1])
def test_the_mean_over_the_voxels_is_not_off(noise: float) -> None:
    activity, truth = voxels(spread=0.2, noise=noise)
    found = fit_voxels(activity, HOURS, half_life_h=HALF_LIFE_H)
    assert found.tia.sum() == pytest.approx(truth.sum(), rel=MEAN_OF_TWENTY_THOUSAND)


def test_a_voxel_is_nearer_to_the_truth_than_scaling_with_the_region_where_voxels_differ() -> None:
    activity, truth = voxels(spread=0.25, noise=0.05)
    found = fit_voxels(activity, HOURS, half_life_h=HALF_LIFE_H)
    whole = activity.mean(axis=1)
    scaled = activity[1] * truth.sum() / (whole[1] * truth.size)
    assert np.std(found.tia / truth) < 0.5 * np.std(scaled / truth)


def test_a_voxel_is_no_further_than_its_own_free_fit_where_voxels_do_not_differ() -> None:
    activity, truth = voxels(spread=0.0, noise=0.1)
    found = fit_voxels(activity, HOURS, half_life_h=HALF_LIFE_H)
    assert found.from_region.all()
    one = np.exp(-log(2) / 50 * HOURS)
    best_possible = ((activity / one[:, None]) * (one / one.sum())[:, None]).sum(axis=0) * 50 / log(2)
    assert np.std(found.tia / truth) < 1.1 * np.std(best_possible / truth)


def test_voxels_with_few_counts_take_the_kinetics_of_their_region() -> None:
    activity, _ = voxels(spread=0.2, noise=0.05)
    rng = np.random.default_rng(8)
    dim = activity[:, :2000] / 400 + rng.normal(size=(4, 2000)) * 0.05 * np.sqrt(
        activity[:, :2000] * activity.mean() / 400
    )
    found = fit_voxels(np.concatenate([activity, dim], axis=1), HOURS, half_life_h=HALF_LIFE_H)
    assert not found.from_region[:20_000].any()
    assert found.from_region[20_000:].all()


def test_no_voxel_is_slower_than_decay_and_none_is_negative() -> None:
    activity, _ = voxels(spread=0.3, noise=0.5, half_life_h=140.0)
    found = fit_voxels(activity, HOURS, half_life_h=HALF_LIFE_H)
    assert found.rate_per_h.min() >= np.float32(SLOWEST) * (1 - 1e-6)
    assert found.amplitude.min() >= 0


def test_a_voxel_that_shows_nothing_has_nothing() -> None:
    activity, _ = voxels(spread=0.2, noise=0.05)
    activity[:, 5] = 0
    found = fit_voxels(activity, HOURS, half_life_h=HALF_LIFE_H)
    assert found.tia[5] == 0
    assert found.from_region[5]


def test_twice_the_unit_is_twice_the_integral() -> None:
    activity, _ = voxels(spread=0.2, noise=0.1, count=500)
    once, twice = (fit_voxels(a, HOURS, half_life_h=HALF_LIFE_H) for a in (activity, 2 * activity))
    assert np.allclose(twice.tia, 2 * once.tia, rtol=SINGLE_PRECISION_AND_STEPS_OF_THE_LINE)


def test_a_longer_scan_counts_for_more() -> None:
    activity, _ = voxels(spread=0.0, noise=0.1, count=2000)
    activity[3] *= 1.5
    equal = fit_voxels(activity, HOURS, half_life_h=HALF_LIFE_H)
    longer = fit_voxels(activity, HOURS, half_life_h=HALF_LIFE_H, durations=[1, 1, 1, 100])
    assert longer.region_rate_per_h < equal.region_rate_per_h


@pytest.mark.parametrize(
    ("activity", "hours", "words"),
    [
        (np.ones((2, 5)), [4, 24], "need 3 scans"),
        (np.ones((3, 5)), [4, 24], "one time each"),
        (np.ones((3, 5)), [4, 24, 24], "times different"),
        (np.ones((3, 5)), [0, 24, 48], "positive"),
        (np.full((3, 5), np.nan), [4, 24, 48], "finite"),
        (np.ones((3, 0)), [4, 24, 48], "at least one voxel"),
        (-np.ones((3, 5)), [4, 24, 48], "shows no activity"),
    ],
)
def test_what_cannot_be_fitted_is_refused(activity: np.ndarray, hours: list[float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        fit_voxels(activity, hours, half_life_h=HALF_LIFE_H)


def test_the_integral_of_voxels_like_their_region_is_the_regions_but_for_straight_lines() -> None:
    """A straight line between two points of an exponential lies above it by (x/2) coth(x/2), x: rate times step."""
    rate = log(2) / 50
    terms = (Exponential(amplitude_mbq=3.0, rate_per_h=rate),)
    activity = 100 * np.exp(-rate * HOURS)[:, None]
    steps = [np.exp(-rate * a) - np.exp(-rate * b) for a, b in pairwise(HOURS)]
    halves = [rate * (b - a) / 2 for a, b in pairwise(HOURS)]
    between = sum(step * half / np.tanh(half) for step, half in zip(steps, halves, strict=True))
    truth = 100 / rate * (1 - np.exp(-rate * HOURS[0]) + between + np.exp(-rate * HOURS[-1]))
    found = integrate_voxels(activity, HOURS, terms)
    assert found[0] == pytest.approx(truth, rel=SINGLE_PRECISION)


@pytest.mark.parametrize("hours", [[24, 4, 72, 168], [0, 24, 72, 168]])
def test_times_that_do_not_rise_are_refused(hours: list[float]) -> None:
    with pytest.raises(ValueError, match="rise"):
        integrate_voxels(np.ones((4, 2)), hours, (Exponential(amplitude_mbq=1.0, rate_per_h=0.01),))


def test_a_region_without_activity_lends_no_shape() -> None:
    with pytest.raises(ValueError, match="positive at the first"):
        integrate_voxels(np.ones((4, 2)), HOURS, (Exponential(amplitude_mbq=0.0, rate_per_h=0.01),))
