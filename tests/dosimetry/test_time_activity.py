from datetime import UTC, datetime, timedelta
from math import exp, log, nan

import numpy as np
import pytest

from lutetia.dosimetry.result import FitRefusal, Sample, TimeActivityFit
from lutetia.dosimetry.time_activity import PopulationHalfLife, fit
from lutetia.dosimetry.time_activity.admission import scatter
from lutetia.dosimetry.time_activity.choice import _by_criterion, aicc
from lutetia.dosimetry.time_activity.models import Data, mono_exponential
from lutetia.errors import InputError
from lutetia.reference.nuclide import LU177

SEARCH_OF_THE_RATE = 0.0001
UPTAKE_NEARLY_OVER = 0.001
"""With the first sample half an uptake half-life in, its rate hangs on the last digits."""
SEARCH_OF_FIVE_PARAMETERS = 0.001
ROUNDING_OF_FLOATS = 1e-12
LINEAR_ALGEBRA = 1e-09

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


def three_phases(times, slow_h=80.0, fast_h=15.0, fill_h=1.0, share=0.5, size=100.0):
    return [
        (t, size * (share * 2 ** (-t / slow_h) + (1 - share) * 2 ** (-t / fast_h) - 2 ** (-t / fill_h))) for t in times
    ]


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
    assert found.tia_mbq_h == pytest.approx(100 * (60 - 3) / log(2), rel=SEARCH_OF_THE_RATE)
    assert "AICc is not defined" in found.chosen_because
    assert any("empty at administration" in note for note in found.notes)


def test_three_samples_that_rise_first_are_refused_and_the_uptake_model_is_offered_by_name():
    pairs = uptake([4, 24, 96], slow_h=50, fast_h=8)
    refused = fitted(pairs)
    assert isinstance(refused, FitRefusal)
    assert any("asked for by name" in offer for offer in refused.offered)
    found = fitted(pairs, model="bi-exponential with uptake")
    assert found.tia_mbq_h == pytest.approx(100 * 42 / log(2), rel=UPTAKE_NEARLY_OVER)
    assert any("cannot be checked" in note for note in found.notes)


def test_a_rise_that_ends_on_a_plateau_is_refused():
    refused = fitted([(4, 50.0), (24, 100.0), (72, 98.0), (168, 97.0)])
    assert isinstance(refused, FitRefusal)


def test_four_falling_samples_that_one_exponential_describes_get_it():
    pairs = [(4, 100.0), (24, 69.0), (72, 30.5), (168, 5.6)]
    found = fitted(pairs)
    assert found.model == "mono-exponential"
    assert "do not justify more parameters" in found.chosen_because
    assert {"bi-exponential with uptake", "maximum a posteriori"} <= found.alternatives.keys()


def test_four_falling_samples_that_one_exponential_misses_are_fitted_together_with_priors():
    pairs = [(4, 100.0), (24, 62.0), (72, 28.0), (168, 9.0)]
    found = fitted(pairs)
    assert found.model == "maximum a posteriori"
    assert "fitted together with priors" in found.chosen_because
    assert "mono-exponential" in found.alternatives
    assert max(map(abs, found.residuals)) < 0.05
    missed = fitted(pairs, model="mono-exponential")
    assert any("misses the sample" in note for note in missed.notes)


def test_the_criterion_decides_where_it_is_defined():
    times = [2, 6, 12, 24, 48, 72, 120, 168]
    two_phases = [(t, 80 * 2 ** (-t / 8) + 20 * 2 ** (-t / 90)) for t in times]
    found = fitted(two_phases, sigma=0.02)
    assert found.model == "bi-exponential"
    assert "lowest AICc" in found.chosen_because
    assert found.tia_mbq_h == pytest.approx((80 * 8 + 20 * 90) / log(2), rel=SEARCH_OF_THE_RATE)
    assert fitted(falling(times), sigma=0.02).model == "mono-exponential"


@pytest.mark.parametrize(
    ("n", "parameters", "known", "defined"),
    [(4, 2, True, True), (4, 2, False, False), (5, 3, True, True), (4, 3, True, False), (6, 3, False, True)],
)
def test_the_criterion_needs_two_samples_more_than_parameters(n, parameters, known, defined):
    assert (aicc(1.0, n, parameters, known=known) is not None) is defined


def test_a_tri_exponential_is_chosen_from_eight_samples_on_and_by_name_from_five():
    times = [1, 2, 4, 8, 24, 48, 72, 96, 120, 168]
    exact = 100 * (0.5 * 80 + 0.5 * 15 - 1) / log(2)
    chosen = fitted(three_phases(times), sigma=0.01)
    assert chosen.model == "tri-exponential with uptake"
    assert chosen.tia_mbq_h == pytest.approx(exact, rel=SEARCH_OF_FIVE_PARAMETERS)
    seven = [1, 4, 8, 24, 48, 96, 168]
    fewer = fitted(three_phases(seven), sigma=0.01)
    assert fewer.model != "tri-exponential with uptake"
    assert "tri-exponential with uptake" not in fewer.alternatives
    named = fitted(three_phases(seven), sigma=0.01, model="tri-exponential with uptake")
    assert named.tia_mbq_h == pytest.approx(exact, rel=SEARCH_OF_FIVE_PARAMETERS)
    assert named.activity_mbq(0.0) == pytest.approx(0.0, abs=LINEAR_ALGEBRA)
    assert isinstance(fitted(three_phases([4, 24, 72, 168]), model="tri-exponential with uptake"), FitRefusal)


def test_what_another_model_would_change_stands_in_the_result_and_in_words():
    found = fitted(falling([4, 24, 72, 168]), sigma=0.03)
    other = next(a for a in found.tried if a.model == "bi-exponential with uptake")
    assert other.changes_percent == pytest.approx(100 * (other.tia_mbq_h / found.tia_mbq_h - 1))
    assert found.aicc is not None, "two parameters, four samples, known uncertainties"
    assert other.aicc is None, "three parameters need five"
    two = fitted([(24, 70.0), (96, 25.0)], sigma=0.03)
    assert any("Another model that fits would change the integral: maximum a" in note for note in two.notes)
    rising = fitted(uptake([4, 24, 72, 168], slow_h=60, fast_h=2.5), sigma=0.03)
    assert {a.model: a.describes for a in rising.tried} == {"mono-exponential": False, "maximum a posteriori": True}
    assert not any("mono-exponential" in note for note in rising.notes)


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
    assert found.model == "single time point, population half-life"
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


@pytest.mark.parametrize("activity", [1e-300, 1e-170, 1e-13])
@pytest.mark.parametrize("times", [(24,), (24, 96), (4, 24, 96), (4, 24, 96, 168)])
def test_an_activity_that_is_nothing_is_refused_whatever_the_model(activity, times):
    for model in (None, "mono-exponential", "bi-exponential with uptake", "physical decay only"):
        refused = fitted([(t, activity * 2 ** (-t / 40)) for t in times], model=model)
        assert isinstance(refused, FitRefusal)
        assert "which is nothing" in refused.reason


@pytest.mark.parametrize("times", [(24, 96), (4, 24, 96), (4, 24, 96, 168)])
def test_an_activity_in_no_patient_is_refused_and_divides_nothing_by_zero(times):
    with pytest.raises(InputError, match="is in no patient"):
        fitted([(t, 1e170 * 2 ** (-t / 40)) for t in times])


def test_a_sample_long_after_everything_has_decayed_is_refused():
    with pytest.raises(InputError, match="half-lives late"):
        fitted([(24, 100.0), (9000.0, 90.0)])


@pytest.mark.parametrize("start", [1e-7, 1e-3, 1e6])
@pytest.mark.parametrize(("first", "half_life_h"), [(0.01, 30.0), (900.0, 150.0), (24.0, 2.0)])
def test_tiny_and_huge_activities_early_and_late_have_their_closed_integral(start, first, half_life_h):
    found = fitted(falling([first, first + half_life_h, first + 2 * half_life_h], half_life_h, start))
    assert found.tia_mbq_h == pytest.approx(start * half_life_h / log(2), rel=SEARCH_OF_THE_RATE)


def test_nothing_measured_in_a_region_is_no_activity_and_no_error():
    """Neighbours may explain more than the nothing that was seen; the recovery is then 0."""
    for recovery in (0.0, -0.0, -3.0, float("inf")):
        one = samples([(24, 0.0)], recovery=recovery)[0]
        assert one.corrected_mbq == 0.0
        refused = fit([one, *samples([(96, 1.0)], recovery=0.8)], half_life_h=PHYSICAL_H, region="L1", corrected=True)
        assert isinstance(refused, FitRefusal)


def test_a_corrected_activity_below_zero_is_refused_and_gives_no_dose():
    pairs = [*samples([(24, 10.0)], recovery=0.8), *samples([(96, 0.5)], recovery=-2.0)]
    refused = fit(pairs, half_life_h=PHYSICAL_H, region="L1", corrected=True)
    assert isinstance(refused, FitRefusal)
    assert "-0.25 MBq, which is not positive" in refused.reason


def test_samples_that_scatter_by_factors_do_not_lean_to_one_side():
    """Weights in proportion to the samples themselves would lower the mean by about 1.5 times their variance."""
    scatter, runs = 0.1, 1500
    random = np.random.default_rng(5)
    hours = np.array([4.0, 24.0, 72.0, 168.0])
    errors = [
        np.log(fitted(list(zip(hours, 100 * 2 ** (-hours / 50) * np.exp(random.normal(0, scatter, 4)), strict=True)),
                      sigma=scatter, model="mono-exponential").tia_mbq_h * np.log(2) / 5000)
        for _ in range(runs)
    ]  # fmt: skip
    three_standard_errors = 3 * float(np.std(errors)) / runs**0.5
    assert abs(float(np.mean(errors))) < three_standard_errors


@pytest.mark.parametrize("sigma", [None, 0.05])
def test_equal_relative_uncertainties_are_equal_weights_of_the_logarithms(sigma):
    """Against a straight line through the logarithms, and not least squares of the activities."""
    from scipy.optimize import curve_fit

    pairs = [(4, 104.0), (24, 63.0), (72, 30.0), (168, 4.6)]
    t, a = np.array(pairs).T
    slope, start = np.polyfit(t, np.log(a), 1)
    size, rate = exp(start), -slope
    found = fitted(pairs, sigma=sigma, model="mono-exponential")
    search_of_the_rate = 1e-4
    assert found.tia_mbq_h == pytest.approx(size / rate, rel=search_of_the_rate)
    (size, rate), _ = curve_fit(lambda h, s, k: s * np.exp(-k * h), t, a, p0=(100, 0.02))
    early_samples_would_lead = 0.02
    assert found.tia_mbq_h != pytest.approx(size / rate, rel=early_samples_would_lead)


@pytest.mark.parametrize(
    ("chi_square", "n", "parameters", "known", "worked_by_hand"),
    [
        (10.0, 8, 2, True, 10 + 4 + 12 / 5),
        (3.0, 6, 3, True, 3 + 6 + 24 / 2),
        (0.06, 6, 2, False, 6 * log(0.01) + 6 + 24 / 2),
    ],
)
def test_the_criterion_is_that_of_hurvich_and_tsai(chi_square, n, parameters, known, worked_by_hand):
    assert aicc(chi_square, n, parameters, known=known) == pytest.approx(worked_by_hand, rel=ROUNDING_OF_FLOATS)


def test_a_further_parameter_must_be_worth_two():
    simple, rich = "mono-exponential", "bi-exponential with uptake"
    assert _by_criterion({simple: 10.0, rich: 8.5}) == simple
    assert _by_criterion({simple: 10.0, rich: 7.9}) == rich


@pytest.mark.parametrize(("chi_square", "model"), [(5.0, "mono-exponential"), (7.0, "maximum a posteriori")])
def test_one_exponential_is_left_only_where_it_is_improbable_at_five_per_cent(chi_square, model):
    """Two degrees of freedom: 5 % lies at a chi-square of 5.99."""
    pairs = [(t, 60 * 2 ** (-t / 80) + 40 * 2 ** (-t / 10)) for t in (4, 24, 72, 168)]
    t, a = np.array(pairs).T
    once = mono_exponential(Data(hours=t, mbq=a, sigma_mbq=a, decay_per_h=LU177.decay_per_h))
    assert fitted(pairs, sigma=(once.chi_square / chi_square) ** 0.5).model == model


@pytest.mark.parametrize(("standard_uncertainties", "refused"), [(1.5, False), (1.8, True)])
def test_slower_than_decay_means_beyond_the_one_sided_95_per_cent(standard_uncertainties, refused):
    """Of the slope through two samples of 5 %: 0.05 sqrt(2) over their distance."""
    rate = LU177.decay_per_h - standard_uncertainties * 0.05 * 2**0.5 / 72
    found = fitted([(24, 100.0), (96, 100.0 * exp(-rate * 72))], sigma=0.05)
    assert isinstance(found, FitRefusal) is refused


def test_the_scatter_of_four_samples_has_two_degrees_of_freedom():
    from scipy.stats import linregress

    hours, mbq = np.array([4.0, 24, 72, 168]), np.array([104.0, 63, 30, 4.6])
    line = linregress(hours, np.log(mbq))
    expected = line.stderr * np.sqrt(np.sum((hours - hours.mean()) ** 2))
    assert scatter(hours, mbq, None).relative == pytest.approx(float(expected), rel=LINEAR_ALGEBRA)


def test_three_samples_that_one_exponential_misses_are_fitted_together_with_priors():
    pairs = [(t, 30 * 2 ** (-t / 80) + 70 * 2 ** (-t / 12)) for t in (24, 72, 168)]
    found = fitted(pairs, sigma=0.03)
    assert found.model == "maximum a posteriori"
    exact = (30 * 80 + 70 * 12) / log(2)
    assert found.tia_mbq_h == pytest.approx(exact, rel=3 * found.tia_relative_sigma)
    assert abs(found.tia_mbq_h / exact - 1) < abs(
        fitted(pairs, sigma=0.03, model="mono-exponential").tia_mbq_h / exact - 1
    )
