"""The bladder's wall: contents against a closed form, surface energy against half of the electrons'."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lutetia.dosimetry.bladder import BladderInput, ExcretionPhase, bladder_dose, surface_kev
from lutetia.errors import InputError
from lutetia.reference.nuclide import LU177
from lutetia.reference.point_kernel import point_kernel

KERNEL = point_kernel("Lu-177")
STATED = BladderInput(
    excretion=(ExcretionPhase(share=0.6, half_life_h=2.0), ExcretionPhase(share=0.3, half_life_h=40.0)),
    interval_h=3.0, urine_ml_per_h=60.0, residual_ml=10.0, initial_ml=10.0, source="made up",
)  # fmt: skip
ALMOST_EMPTY_ML = 1e-6
"""The closed form empties the bladder; so little is left here that nothing is seen of it."""
CLOSED_FORM = 1e-4
"""Fourteen half-lives are followed: 6e-5 of what decays by them comes later."""
EDGE_OF_ELECTRONS = 0.02
"""Electrons that start within their range of the surface of a finite sphere: about a range over the diameter."""


def dose(stated: BladderInput):
    return bladder_dose(stated, given_mbq=7400.0, half_life_h=LU177.half_life_h, nuclide="Lu-177")


def cloutier_mbq_h(share: float, half_life_h: float, interval_h: float) -> float:
    """Constant interval, bladder emptied: Cloutier 1973, per MBq given."""
    decay, out = log(2) / LU177.half_life_h, log(2) / half_life_h
    both = decay + out
    filled = (1 - exp(-decay * interval_h)) / decay - (1 - exp(-both * interval_h)) / both
    return share * filled / (1 - exp(-both * interval_h))


def test_the_contents_are_those_of_the_closed_form() -> None:
    found = dose(replace(STATED, residual_ml=ALMOST_EMPTY_ML, initial_ml=ALMOST_EMPTY_ML))
    expected = 7400 * (cloutier_mbq_h(0.6, 2.0, 3.0) + cloutier_mbq_h(0.3, 40.0, 3.0))
    assert found.contents_mbq_h == pytest.approx(expected, rel=CLOSED_FORM)


@pytest.mark.parametrize("volume_ml", [50.0, 200.0, 500.0])
def test_half_of_the_electrons_energy_arrives_at_the_surface(volume_ml: float) -> None:
    half = KERNEL.whole_kev("electron") / 2
    assert surface_kev(volume_ml, "electron", KERNEL) == pytest.approx(half, rel=EDGE_OF_ELECTRONS)


@given(st.floats(20, 400), st.floats(1.05, 3))
@settings(max_examples=25, deadline=None)
def test_a_larger_bladder_stops_more_photons(volume_ml: float, larger: float) -> None:
    assert surface_kev(volume_ml * larger, "photon", KERNEL) > surface_kev(volume_ml, "photon", KERNEL)


def test_drinking_more_lowers_the_dose_and_waiting_longer_raises_what_is_held() -> None:
    assert dose(replace(STATED, urine_ml_per_h=120.0)).total_gy < dose(STATED).total_gy
    assert dose(replace(STATED, interval_h=6.0)).contents_mbq_h > dose(STATED).contents_mbq_h


def test_the_dose_goes_with_the_activity_given() -> None:
    twice = bladder_dose(STATED, given_mbq=14800.0, half_life_h=LU177.half_life_h, nuclide="Lu-177")
    assert twice.total_gy == pytest.approx(2 * dose(STATED).total_gy)


def test_what_it_rests_on_is_said() -> None:
    assert "every 3 h" in dose(STATED).rests_on
    assert "90% of the activity leaves by urine (made up)" in dose(STATED).rests_on


@pytest.mark.parametrize(
    "more",
    [{"interval_h": 0.0}, {"residual_ml": float("nan")}, {"excretion": ()},
     {"excretion": (ExcretionPhase(share=1.2, half_life_h=2.0),)}],
)  # fmt: skip
def test_what_no_bladder_does_is_refused(more: dict[str, object]) -> None:
    with pytest.raises(InputError):
        replace(STATED, **more)
