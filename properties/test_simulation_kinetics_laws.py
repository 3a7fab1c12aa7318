"""Laws of the simulated kinetics, whoever is drawn."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lutetia.simulation.anatomy import Build
from lutetia.simulation.kinetics import LU177_HALF_LIFE_H, Habit, kinetics
from lutetia.simulation.sphere import absorbed_kev

MASSES = {
    "kidney_left": 160.0, "kidney_right": 158.0, "liver": 1750.0, "spleen": 190.0, "parotid_left": 22.0,
    "parotid_right": 22.0, "small_bowel": 260.0, "marrow": 690.0, "L1": 45.0, "L2": 14.0, "L3": 14.0, "L4": 16.0,
}  # fmt: skip
HOURS = np.concatenate([np.linspace(0, 6, 120), np.linspace(6, 1000, 300)])
ROUNDING = 1e-12

seeds = st.integers(min_value=0, max_value=2**32 - 1)


def _drawn(seed, scale=1.0):
    masses = {region: mass * scale for region, mass in MASSES.items()}
    return kinetics(masses, Habit.drawn(tuple(masses), np.random.default_rng(seed)))


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_activity_in_the_body_never_grows_and_never_exceeds_what_was_given(seed):
    total = sum(curve.share(HOURS) for curve in _drawn(seed).curves.values())
    assert total[0] <= 1 + ROUNDING
    assert (np.diff(total) <= ROUNDING).all()


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_no_region_ever_holds_less_than_nothing(seed):
    for curve in _drawn(seed).curves.values():
        assert (curve.share(HOURS) >= -ROUNDING).all()


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_no_curve_is_slower_than_decay(seed):
    for curve in _drawn(seed).curves.values():
        assert curve.slowest_effective_half_life_h() < LU177_HALF_LIFE_H


@given(seeds, st.floats(min_value=100, max_value=9000))
@settings(max_examples=40, deadline=None)
def test_twice_the_activity_given_is_twice_the_decays(seed, given_mbq):
    for curve in _drawn(seed).curves.values():
        assert np.isclose(curve.tia_mbq_h(2 * given_mbq), 2 * curve.tia_mbq_h(given_mbq), rtol=1e-12)


@given(st.floats(min_value=0.01, max_value=4000), st.floats(min_value=1.0001, max_value=2))
def test_a_heavier_sphere_absorbs_more_of_each_decay_up_to_all_of_it(mass, factor):
    assert 127 < absorbed_kev(mass) <= absorbed_kev(mass * factor) < 183.08


@given(seeds, seeds)
@settings(max_examples=40, deadline=None)
def test_different_seeds_are_different_men(one, other):
    first, second = (Build.drawn(np.random.default_rng(seed)) for seed in (one, other))
    assert (first == second) == (one == other)
