"""Laws of protraction, BED, histograms and equivalent uniform dose, and of uncertainties."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lutetia.dosimetry.exponential import Exponential
from lutetia.dosimetry.radiobiology import (
    bed_gy,
    bed_values,
    eqd2_gy,
    equivalent_uniform_bed_gy,
    generalised_eud_gy,
    protraction_factor,
)
from lutetia.dosimetry.radiobiology.dvh import of_values
from lutetia.dosimetry.uncertainty import with_uncertainty
from lutetia.reference.radiobiology import KIDNEY

ROUNDING = 1e-9
half_lives = st.floats(0.5, 160)
amplitudes = st.floats(0.1, 1000)
doses = st.lists(st.floats(0.01, 80), min_size=1, max_size=40)


@given(st.lists(st.tuples(amplitudes, half_lives), min_size=1, max_size=3), st.floats(0.05, 50))
def test_protraction_lies_between_nothing_and_everything_and_grows_with_the_repair_half_life(curve, repair_h):
    terms = tuple(Exponential(a, log(2) / h) for a, h in curve)
    slow = protraction_factor(terms, repair_half_life_h=repair_h)
    slower = protraction_factor(terms, repair_half_life_h=2 * repair_h)
    assert 0 < slow < slower < 1


@given(st.lists(st.tuples(amplitudes, half_lives), min_size=1, max_size=3), st.floats(0.1, 10))
def test_the_scale_of_a_curve_and_a_split_term_change_nothing(curve, scale):
    terms = tuple(Exponential(a, log(2) / h) for a, h in curve)
    scaled = tuple(Exponential(scale * t.amplitude_mbq, t.rate_per_h) for t in terms)
    split = (*terms[1:], *(Exponential(terms[0].amplitude_mbq / 2, terms[0].rate_per_h),) * 2)
    whole = protraction_factor(terms, repair_half_life_h=2.8)
    assert protraction_factor(scaled, repair_half_life_h=2.8) == pytest.approx(whole, rel=ROUNDING)
    assert protraction_factor(split, repair_half_life_h=2.8) == pytest.approx(whole, rel=ROUNDING)


@given(st.floats(0, 50), st.floats(0, 1), st.floats(0.5, 20))
def test_bed_is_never_below_the_dose_and_two_gray_fractions_are_their_own_equivalent(dose, g, ratio):
    assert bed_gy(dose, protraction=g, alpha_beta_gy=ratio) >= dose
    fractions = 10 * bed_gy(2.0, protraction=1.0, alpha_beta_gy=ratio)
    assert eqd2_gy(fractions, alpha_beta_gy=ratio) == pytest.approx(20.0)


@given(doses)
def test_a_histogram_falls_and_keeps_volume_and_mean(values):
    found = of_values(values, np.ones(len(values)))
    gy, percent = found.curve()
    assert percent[0] == pytest.approx(100.0)
    assert (np.diff(percent) <= ROUNDING).all()
    assert found.min_gy <= found.dose_gy(50) <= found.max_gy
    assert found.dose_gy(100) == found.min_gy
    assert found.mean_gy == pytest.approx(np.mean(values))
    assert gy[-1] == found.max_gy


@given(doses)
def test_equivalent_uniform_doses_lie_between_coldest_and_hottest(values):
    found = of_values(values, np.ones(len(values)))
    assert generalised_eud_gy(found, exponent=1) == pytest.approx(found.mean_gy)
    low, mid, high = (generalised_eud_gy(found, exponent=a) for a in (-20, 1, 20))
    slack = 1 + ROUNDING
    assert found.min_gy <= low * slack
    assert low <= mid * slack
    assert mid <= high * slack
    assert high <= found.max_gy * slack
    same = equivalent_uniform_bed_gy(found, alpha_per_gy=0.3)
    assert found.min_gy / slack <= same <= found.mean_gy * slack


@given(doses)
def test_bed_of_voxels_keeps_their_order_and_raises_each(values):
    found = of_values(values, np.ones(len(values)))
    beds = bed_values(found, (Exponential(1.0, log(2) / 40),), KIDNEY)
    assert (np.diff(beds.values_gy) <= 0).all()
    assert (beds.values_gy >= found.values_gy).all()


@given(st.floats(-1e4, 1e4), st.floats(1e-3, 1e3))
def test_a_printed_value_lies_within_its_own_rounding_of_the_true_one(value, sigma):
    shown, spread = (float(part.replace("−", "-")) for part in with_uncertainty(value, sigma).split(" ± "))
    assert abs(shown - value) <= 0.5 * sigma * (1 + ROUNDING)
    assert spread == pytest.approx(sigma, rel=0.2)
