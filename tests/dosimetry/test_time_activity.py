from datetime import UTC, datetime, timedelta
from math import exp, log, nan

import numpy as np
import pytest

from lutetia.dosimetry.result import FitRefusal, Sample, TimeActivityFit
from lutetia.dosimetry.time_activity import PopulationHalfLife, fit
from lutetia.dosimetry.time_activity.choice import aicc
from lutetia.errors import InputError
from lutetia.reference.nuclide import LU177

START = datetime(2026, 1, 12, 10, tzinfo=UTC)
PHYSICAL_H = LU177.half_life_h
EXACT = 1e-6
"""Samples lie on the curve: what remains is the search for the rates."""


def samples(pairs, sigma=None, recovery=None):
    return [
        Sample(
            hours=h,
            acquired_at=START + timedelta(hours=0 if h != h else h),
            volume_ml=100,
            uncorrected_mbq=a,
            recovery=recovery,
            relative_sigma=sigma,
        )
        for h, a in pairs
    ]


def fitted(pairs, **settings):
    sigma, recovery = settings.pop("sigma", None), settings.pop("recovery", None)
    settings.setdefault("corrected", False)
    return fit(samples(pairs, sigma, recovery), half_life_h=PHYSICAL_H, region="L1", **settings)


def falling(times, half_life_h=40.0, start=100.0):
    return [(t, start * 2 ** (-t / half_life_h)) for t in times]


def uptake(times, slow_h=60.0, fast_h=3.0, size=100.0):
    return [(t, size * (2 ** (-t / slow_h) - 2 ** (-t / fast_h))) for t in times]


def test_two_falling_samples_give_one_exponential_through_both():
    found = fitted(falling([24, 96]))
    assert isinstance(found, TimeActivityFit)
    assert found.model == "mono-exponential"
    assert found.tia_mbq_h == pytest.approx(100 * 40 / log(2), rel=EXACT)
    assert found.residuals == pytest.approx((0, 0), abs=EXACT)
    assert any("as many samples as parameters" in note for note in found.notes)


def test_samples_may_come_in_any_order():
    pairs = falling([4, 24, 72, 168])
    assert fitted(pairs[::-1]).tia_mbq_h == fitted(pairs).tia_mbq_h


def test_the_tail_is_stated_and_pointed_out_when_it_is_large():
    found = fitted(falling([4, 24], half_life_h=60))
    assert found.tail_fraction == pytest.approx(2 ** (-24 / 60), rel=EXACT)
    assert any("lies after the last scan (24 h) and is extrapolated" in note for note in found.notes)


def test_immediate_uptake_is_stated_as_an_assumption():
    assert any("taken as immediate" in note for note in fitted(falling([24, 96])).notes)


@pytest.mark.parametrize("times", [(3.74, 27.7), (4, 24, 72), (4, 24, 72, 168)])
def test_a_curve_that_still_rises_is_refused_with_what_is_offered_instead(times):
    refused = fitted([(t, 100 + t) for t in times])
    assert isinstance(refused, FitRefusal)
    assert "still rises" in refused.reason
    assert any("later scan" in offer for offer in refused.offered)
    assert any("needs four samples" in offer and f"there are {len(times)}" in offer for offer in refused.offered)
    assert any("physical decay only" in offer for offer in refused.offered)
    assert any("population effective half-life" in offer for offer in refused.offered)


@pytest.mark.parametrize("times", [(4, 72), (4, 24, 72), (4, 24, 72, 168)])
def test_a_curve_slower_than_physical_decay_is_refused(times):
    refused = fitted(falling(times, half_life_h=400))
    assert isinstance(refused, FitRefusal)
    assert "slower than physical decay" in refused.reason
    assert "half-life 400 h, physical 159.5 h" in refused.reason


def test_a_fall_indistinguishable_from_physical_decay_is_taken_as_physical():
    pairs = falling([24, 96, 168], half_life_h=170)
    assert isinstance(fitted(pairs), FitRefusal)
    found = fitted(pairs, sigma=0.05)
    assert found.effective_half_life_h == pytest.approx(PHYSICAL_H, rel=EXACT)
    assert any("indistinguishable from none" in note for note in found.notes)


def test_a_rise_within_its_stated_uncertainty_is_chance():
    pairs = [(24, 100.0), (48, 70.0), (96, 30.0), (120, 30.5)]
    assert isinstance(fitted(pairs), FitRefusal)
    assert isinstance(fitted(pairs, sigma=0.10), TimeActivityFit)


def test_four_samples_that_rise_first_get_the_uptake_model_by_constraint():
    found = fitted(uptake([4, 24, 72, 168]))
    assert found.model == "bi-exponential with uptake"
    assert found.tia_mbq_h == pytest.approx(100 * (60 - 3) / log(2), rel=1e-4)
    assert "AICc is not defined" in found.chosen_because
    assert any("empty at administration" in note for note in found.notes)


def test_three_samples_that_rise_first_are_refused_and_the_uptake_model_is_offered_by_name():
    pairs = uptake([4, 24, 96], slow_h=50, fast_h=8)
    refused = fitted(pairs)
    assert isinstance(refused, FitRefusal)
    assert any("asked for by name" in offer for offer in refused.offered)
    found = fitted(pairs, model="bi-exponential with uptake")
    assert found.tia_mbq_h == pytest.approx(100 * 42 / log(2), rel=1e-3)
    assert any("cannot be checked" in note for note in found.notes)


def test_a_rise_that_ends_on_a_plateau_is_refused():
    refused = fitted([(4, 50.0), (24, 100.0), (72, 98.0), (168, 97.0)])
    assert isinstance(refused, FitRefusal)


def test_four_falling_samples_get_one_exponential_even_if_another_would_fit_better():
    pairs = [(4, 100.0), (24, 62.0), (72, 28.0), (168, 9.0)]
    found = fitted(pairs)
    assert found.model == "mono-exponential"
    assert "do not justify more parameters" in found.chosen_because
    assert "bi-exponential with uptake" in found.alternatives
    assert any("misses the sample" in note for note in found.notes)


def test_the_criterion_decides_where_it_is_defined():
    times = [2, 6, 12, 24, 48, 72, 120, 168]
    two_phases = [(t, 80 * 2 ** (-t / 8) + 20 * 2 ** (-t / 90)) for t in times]
    found = fitted(two_phases, sigma=0.02)
    assert found.model == "bi-exponential"
    assert "lowest AICc" in found.chosen_because
    assert found.tia_mbq_h == pytest.approx((80 * 8 + 20 * 90) / log(2), rel=1e-4)
    assert fitted(falling(times), sigma=0.02).model == "mono-exponential"


@pytest.mark.parametrize(
    ("n", "parameters", "known", "defined"),
    [(4, 2, True, True), (4, 2, False, False), (5, 3, True, True), (4, 3, True, False), (6, 3, False, True)],
)
def test_the_criterion_needs_two_samples_more_than_parameters(n, parameters, known, defined):
    assert (aicc(1.0, n, parameters, known=known) is not None) is defined


def test_noise_on_four_samples_rarely_moves_the_integral_by_a_fifth():
    """A mono-exponential with 3 % noise; other programs choose a second exponential in every second curve."""
    random = np.random.default_rng(20260112)
    exact = 100 * 45 / log(2)
    far = 0
    for _ in range(200):
        pairs = [(t, a * (1 + 0.03 * random.standard_normal())) for t, a in falling([4, 24, 72, 168], half_life_h=45)]
        found = fitted(pairs)
        far += not isinstance(found, TimeActivityFit) or abs(found.tia_mbq_h / exact - 1) > 0.2
    assert far < 2


def test_one_sample_alone_is_refused():
    refused = fitted([(48, 100.0)])
    assert isinstance(refused, FitRefusal)
    assert any("second scan" in offer for offer in refused.offered)


def test_one_sample_with_a_stated_half_life_says_where_it_comes_from():
    found = fitted([(48, 100.0)], single_time_point=PopulationHalfLife(effective_h=36, source="own series of 40 men"))
    assert found.model == "single time point"
    assert found.tia_mbq_h == pytest.approx(100 * 2 ** (48 / 36) * 36 / log(2), rel=EXACT)
    assert any("own series of 40 men" in note for note in found.notes)
    assert any("unreliable for tumours" in note for note in found.notes)


@pytest.mark.parametrize("effective_h", [0.0, -3.0, 160.0, nan])
def test_a_population_half_life_beyond_physical_decay_is_refused(effective_h):
    with pytest.raises(InputError, match="physical half-life"):
        fitted([(48, 100.0)], single_time_point=PopulationHalfLife(effective_h=effective_h, source="x"))


def test_physical_decay_only_lies_above_every_sample_and_is_called_an_upper_bound():
    pairs = [(3.74, 122.25), (27.7, 156.11)]
    found = fitted(pairs, model="physical decay only")
    assert all(found.activity_mbq(h) >= a * (1 - EXACT) for h, a in pairs)
    assert found.tia_mbq_h == pytest.approx(156.11 * exp(log(2) * 27.7 / PHYSICAL_H) * PHYSICAL_H / log(2), rel=EXACT)
    assert "Upper bound" in found.notes[0]


def test_a_model_with_more_parameters_than_samples_is_refused():
    refused = fitted(falling([4, 24, 72]), model="bi-exponential")
    assert isinstance(refused, FitRefusal)
    assert "4 parameters and there are 3 samples" in refused.reason


@pytest.mark.parametrize("activity", [0.0, -2.0])
def test_a_sample_that_is_not_positive_is_refused_with_its_time(activity):
    refused = fitted([(24, 10.0), (96, activity)])
    assert isinstance(refused, FitRefusal)
    assert "at 96.0 h" in refused.reason


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([], "there is none"),
        ([(24, 10.0), (24, 9.0)], "two samples at 24.00 h"),
        ([(24, nan), (48, 9.0)], "not a number"),
        ([(-2, 10.0), (48, 9.0)], "not after the start of administration"),
        ([(0, 10.0), (48, 9.0)], "not after the start of administration"),
    ],
)
def test_samples_that_contradict_themselves_are_refused_by_name(pairs, words):
    with pytest.raises(InputError, match=words):
        fitted(pairs)


def test_uncertainties_are_stated_for_all_samples_or_for_none():
    mixed = [*samples([(24, 100.0)], 0.1), *samples([(96, 40.0)])]
    with pytest.raises(InputError, match="for some samples only"):
        fit(mixed, half_life_h=PHYSICAL_H, region="L1", corrected=False)


def test_corrected_activities_need_a_recovery_on_every_scan():
    mixed = [*samples([(24, 100.0)], recovery=0.8), *samples([(96, 40.0)])]
    with pytest.raises(InputError, match=r"the scan at 96\.0 h has no recovery"):
        fit(mixed, half_life_h=PHYSICAL_H, region="L1", corrected=True)


def test_recovery_divides_the_activity():
    plain, corrected = fitted(falling([24, 96])), fitted(falling([24, 96]), recovery=0.8, corrected=True)
    assert corrected.tia_mbq_h == pytest.approx(plain.tia_mbq_h / 0.8, rel=EXACT)
