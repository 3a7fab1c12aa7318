from datetime import UTC, datetime, timedelta
from math import exp, log

import numpy as np
import pytest

from lutetia.dosimetry.result import FitRefusal, Sample, TimeActivityFit
from lutetia.dosimetry.time_activity import PopulationHalfLife, TimeActivityChoice, fit
from lutetia.dosimetry.time_activity.covariance import spread_of
from lutetia.dosimetry.time_activity.models import (
    Data,
    bi_exponential,
    bi_exponential_with_uptake,
    mono_exponential,
    tri_exponential_with_uptake,
)
from lutetia.dosimetry.time_activity.prior import ANY_ORGAN, ORGAN_UPTAKE, Prior, most_probable
from lutetia.reference.nuclide import LU177

LITTLE_LEFT_OF_THE_PRIOR = 0.05
"""Two priors a factor three apart agree so far, once five samples speak."""
ROUNDING_MBQ = 1e-4
PULLED_BY_THE_PRIOR = 0.1
"""What a prior may pull an integral that samples of 2 to 3 % leave open."""

START = datetime(2026, 1, 12, 10, tzinfo=UTC)
DECAY = LU177.decay_per_h
BY_NAME = TimeActivityChoice(method="maximum a posteriori")


def samples(pairs, sigma=0.05):
    return [
        Sample(
            hours=h, acquired_at=START + timedelta(hours=h), volume_ml=100, uncorrected_mbq=a, recovery=None,
            relative_sigma=sigma,
        )
        for h, a in pairs
    ]  # fmt: skip


def probable(pairs, sigma=0.05, region="kidney_left", **more):
    more.setdefault("method", BY_NAME)
    return fit(samples(pairs, sigma), half_life_h=LU177.half_life_h, region=region, corrected=False, **more)


def falling(times, half_life_h, start=100.0):
    return [(t, start * 2 ** (-t / half_life_h)) for t in times]


def data_of(pairs, sigma=0.03):
    hours, mbq = np.array(pairs, dtype=float).T
    return Data(hours=hours, mbq=mbq, sigma_mbq=sigma * mbq, decay_per_h=DECAY)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 6])
def test_any_number_of_samples_gives_a_curve_with_an_uncertainty_that_shrinks(count):
    times = [48, 96, 24, 168, 4, 120][:count]
    found = probable(sorted(falling(times, 40)))
    assert isinstance(found, TimeActivityFit)
    assert found.model == ("single time point, maximum a posteriori" if count == 1 else "maximum a posteriori")
    assert 0 < found.tia_relative_sigma < (0.5 if count == 1 else 0.25 if count == 2 else 0.12)
    assert min(term.rate_per_h for term in found.terms) >= DECAY
    assert found.activity_mbq(0.0) == pytest.approx(0.0, abs=ROUNDING_MBQ)


def test_with_one_sample_the_prior_speaks_and_with_five_the_samples_do():
    long, short = (
        TimeActivityChoice(
            method="maximum a posteriori", population=PopulationHalfLife(effective_h=h, source="x", relative_sd=0.2)
        )
        for h in (80, 25)
    )
    one = [probable(falling([24], 45), method=m).tia_mbq_h for m in (long, short)]
    five = [probable(falling([4, 24, 48, 96, 168], 45), method=m).tia_mbq_h for m in (long, short)]
    assert one[0] > 1.5 * one[1]
    assert five[0] == pytest.approx(five[1], rel=LITTLE_LEFT_OF_THE_PRIOR)


def test_the_prior_is_the_patients_own_before_a_stated_and_a_published_one():
    earlier = probable(falling([4, 24, 72, 168], 70), method=TimeActivityChoice())
    stated = PopulationHalfLife(effective_h=20, source="own series", relative_sd=0.2)
    own = probable(falling([24], 45), earlier=earlier, population=stated)
    assert any("the patient's own of an earlier cycle" in note for note in own.notes)
    assert any("own series" in note for note in probable(falling([24], 45), population=stated).notes)
    assert any("AAPM" in note for note in probable(falling([24], 45)).notes)
    assert any("for any region" in note for note in probable(falling([24], 45), region="bladder").notes)


def test_a_slow_remainder_is_not_missed_and_not_made_slower_than_decay():
    pairs = [(t, 70 * 2 ** (-t / 25) + 30 * 2 ** (-t / 120)) for t in (4, 24, 72, 168)]
    found = probable(pairs, sigma=0.03, method=TimeActivityChoice())
    exact = (70 * 25 + 30 * 120) / log(2)
    assert found.model == "maximum a posteriori"
    assert found.tia_mbq_h == pytest.approx(exact, rel=PULLED_BY_THE_PRIOR)
    assert abs(log(found.tia_mbq_h / exact)) < 3 * found.tia_relative_sigma
    assert found.effective_half_life_h <= LU177.half_life_h


def test_without_a_stated_uncertainty_an_outlier_widens_the_posterior():
    smooth = falling([4, 24, 72, 168], 40)
    rough = [(t, a * f) for (t, a), f in zip(smooth, (1.0, 0.75, 1.25, 1.0), strict=True)]
    assert probable(rough, sigma=None).tia_relative_sigma > 1.5 * probable(smooth, sigma=None).tia_relative_sigma


def test_twice_the_activity_is_twice_the_integral_with_a_prior_too():
    once, twice = (probable([(t, f * a) for t, a in falling([4, 24, 72], 40)]) for f in (1, 2))
    end_of_the_search = 1e-4
    assert twice.tia_mbq_h == pytest.approx(2 * once.tia_mbq_h, rel=end_of_the_search)


def test_the_uncertainty_from_one_sample_is_that_of_the_prior():
    """Drawn from the priors: the curve's uncertainty is their standard deviation, as far as it is linear."""
    data = data_of([(48.0, 100.0)], sigma=1e-4)
    narrow = Prior(effective_h=40.0, log_sigma=0.1, source="x", uptake=ORGAN_UPTAKE)
    found = most_probable(data, narrow, known=True)
    wide = most_probable(data, ANY_ORGAN, known=True)
    assert found.tia_log_sigma < wide.tia_log_sigma


@pytest.mark.parametrize(
    ("fitter", "pairs"),
    [
        (mono_exponential, falling([4, 24, 72, 168], 40)),
        (
            bi_exponential_with_uptake,
            [(t, 100 * (2 ** (-t / 50) - 2 ** (-t / 5))) for t in (2, 4, 8, 24, 72, 168)],
        ),
        (
            bi_exponential,
            [(t, 60 * 2 ** (-t / 80) + 90 * 2 ** (-t / 8)) for t in (4, 8, 16, 24, 48, 96, 168)],
        ),
        (
            tri_exponential_with_uptake,
            [
                (t, 60 * 2 ** (-t / 80) + 90 * 2 ** (-t / 10) - 150 * 2 ** (-t / 1.5))
                for t in (0.5, 1, 2, 4, 8, 16, 24, 48, 96, 168)
            ],
        ),
    ],
    ids=["mono", "uptake", "bi", "tri"],
)
def test_the_stated_uncertainty_is_the_scatter_of_repeated_measurements(fitter, pairs):
    """600 repetitions with 1 % noise: small enough for the linear propagation to hold."""
    truth = data_of(pairs, sigma=0.01)
    stated = spread_of(fitter(truth), truth, known=True)
    random = np.random.default_rng(11)
    integrals = []
    for _ in range(600):
        mbq = truth.mbq * (1 + 0.01 * random.standard_normal(len(truth.mbq)))
        again = fitter(Data(hours=truth.hours, mbq=mbq, sigma_mbq=0.01 * mbq, decay_per_h=DECAY))
        integrals.append(sum(t.amplitude_mbq / t.rate_per_h for t in again.terms))
    of_600_and_of_linearity = 0.15
    assert stated.tia_relative == pytest.approx(float(np.std(np.log(integrals))), rel=of_600_and_of_linearity)


def test_the_covariance_of_a_mono_exponential_is_the_textbooks():
    """g = [1, 1] for ln(A0 / l) in ln A0 and -ln l, and V = (J^T W J)^-1, worked out by scipy."""
    from scipy.optimize import curve_fit

    data = data_of([(4, 104.0), (24, 63.0), (72, 30.0), (168, 4.6)])
    _, variance = curve_fit(
        lambda h, log_size, log_rate: log_size - np.exp(log_rate) * h,
        data.hours,
        np.log(data.mbq),
        p0=(4.6, -3.9),
        sigma=data.relative,
        absolute_sigma=True,
    )
    gradient = np.array([1.0, -1.0])
    expected = float(np.sqrt(gradient @ variance @ gradient))
    stated = spread_of(mono_exponential(data), data, known=True)
    weak_belief_in_the_rate = 1e-3
    assert stated.tia_relative == pytest.approx(expected, rel=weak_belief_in_the_rate)


def test_unknown_weights_with_nothing_left_to_estimate_them_give_no_uncertainty():
    found = probable(falling([24, 96], 40), sigma=None, method=TimeActivityChoice())
    assert found.tia_relative_sigma is None
    assert any("No uncertainty follows from the fit" in note for note in found.notes)
    assert probable(falling([24, 96], 40), method=TimeActivityChoice()).tia_relative_sigma > 0


def test_a_choice_that_no_criterion_made_widens_the_uncertainty():
    pairs = falling([4, 72], 40)
    chosen = probable(pairs, sigma=0.02, method=TimeActivityChoice())
    named = probable(pairs, sigma=0.02, method=TimeActivityChoice(method="mono-exponential"))
    assert chosen.tia_mbq_h == named.tia_mbq_h
    assert chosen.tia_relative_sigma > named.tia_relative_sigma


def test_a_curve_that_still_rises_is_refused_and_the_prior_is_not_chosen_for_it():
    refused = probable([(4, 50.0), (24, 80.0), (72, 120.0), (168, 160.0)], method=TimeActivityChoice())
    assert isinstance(refused, FitRefusal)


def test_a_prior_far_from_the_samples_is_overruled_where_they_are_sure():
    pairs = falling([4, 24, 72, 168], 20)
    wrong = PopulationHalfLife(effective_h=100, source="x", relative_sd=0.3)
    found = probable(pairs, sigma=0.02, method=TimeActivityChoice(method="maximum a posteriori", population=wrong))
    assert found.tia_mbq_h == pytest.approx(100 * 20 / log(2), rel=PULLED_BY_THE_PRIOR)
    assert max(map(abs, found.residuals)) < exp(0.2) - 1
