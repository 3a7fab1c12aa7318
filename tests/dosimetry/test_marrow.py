"""Red marrow by blood and by image: printed and hand-computed numbers, refusals, and what is flagged."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lutetia.dosimetry.marrow import (
    ByBlood,
    ByImage,
    MarrowInput,
    MarrowSelf,
    Surroundings,
    marrow_doses,
    ratio_by_haematocrit,
)
from lutetia.dosimetry.organ.s_values import SValues
from lutetia.dosimetry.result import MarrowDose, MarrowRefusal, Sample
from lutetia.reference.nuclide import LU177

PRINTED_TO_TWO_DECIMALS = 0.005
FITTED = 1e-6
"""An exponential through samples of an exponential."""
TWO_PHASES_FROM_FIVE_SAMPLES = 1e-3
"""The search for two rates ends within this of the curve that samples without noise lie on."""
START = datetime(2026, 1, 12, 10, tzinfo=UTC)
SELF = MarrowSelf(s_mgy_per_mbq_s=1.15e-5, mass_g=1170.0, source="made up")
SGOUROS_HAEMATOCRIT, SGOUROS_FRACTION, SGOUROS_RATIO = 0.47, 0.19, 0.36
"""Sgouros, J Nucl Med 1993;34:689, abstract."""


def samples(start: float, half_life_h: float, hours: tuple[float, ...], recovery: float | None = None):
    return tuple(
        Sample(
            hours=h,
            acquired_at=START + timedelta(hours=h),
            volume_ml=1000.0,
            uncorrected_mbq=start * 2 ** (-h / half_life_h),
            recovery=recovery,
        )
        for h in hours
    )


def by_blood(hours: tuple[float, ...] = (1.0, 4.0, 24.0), start: float = 150.0, ratio: float = 0.36) -> MarrowInput:
    blood = ByBlood(samples=samples(start, 12.0, hours), ratio=ratio, ratio_from="stated")
    return MarrowInput(self_dose=SELF, blood=blood)


def around(**more: object) -> Surroundings:
    return replace(Surroundings(half_life_h=LU177.half_life_h), **more)


def dose(wanted: MarrowInput, surroundings: Surroundings) -> MarrowDose:
    (found,) = marrow_doses(wanted, surroundings)
    assert isinstance(found, MarrowDose)
    return found


def test_the_ratio_from_haematocrit_is_the_printed_one() -> None:
    found = ratio_by_haematocrit(SGOUROS_HAEMATOCRIT, SGOUROS_FRACTION)
    assert found == pytest.approx(SGOUROS_RATIO, abs=PRINTED_TO_TWO_DECIMALS)


def test_blood_gives_concentration_times_ratio_times_s_value_and_mass() -> None:
    """150 MBq/L with 12 h, in becquerel seconds per gram, times S in Gy/(Bq s), times the phantom's mass in gram."""
    found = dose(by_blood(), around())
    decays_per_ml = 150e6 / 1000 * 12 * 3600 / log(2)
    assert found.self_gy == pytest.approx(0.36 * decays_per_ml * 1.15e-5 * 1e-9 * 1170, rel=FITTED)
    assert found.cross_gy is None
    assert "not counted" in found.cross_from
    assert found.total_gy == found.self_gy


def test_an_image_gives_all_marrow_from_the_share_in_the_contour() -> None:
    """40 MBq with 30 h in a contour of an eighth of 1000 g, half of it seen."""
    wanted = MarrowInput(self_dose=SELF, image=ByImage(share=0.125, mass_g=1000.0, source="stated"))
    seen = samples(40.0, 30.0, (4.0, 24.0, 72.0), recovery=0.5)
    decays_per_g = 2 * 40e6 * 30 * 3600 / log(2) / 125
    found = dose(wanted, around(samples=seen))
    assert found.self_gy == pytest.approx(decays_per_g * 1.15e-5 * 1e-9 * 1170, rel=FITTED)
    assert any("cortical bone" in flag for flag in found.flags)


def test_both_methods_stand_beside_each_other() -> None:
    wanted = replace(by_blood(), image=ByImage(share=0.125, mass_g=1000.0, source="stated"))
    found = marrow_doses(wanted, around(samples=samples(40.0, 30.0, (4.0, 24.0, 72.0))))
    assert [one.method for one in found] == ["blood", "image"]


def test_one_time_point_is_refused_by_blood_and_by_image() -> None:
    image = ByImage(share=0.125, mass_g=1000.0, source="stated")
    wanted = replace(by_blood(hours=(4.0,)), image=image)
    found = marrow_doses(wanted, around(samples=samples(40.0, 30.0, (24.0,))))
    assert len(found) == 2
    assert all(isinstance(one, MarrowRefusal) and "one time point" in one.reason for one in found)


def test_samples_that_cannot_be_fitted_refuse_the_estimate_and_stop_nothing() -> None:
    first, *others = samples(150.0, 12.0, (1.0, 4.0, 24.0))
    blood = ByBlood(samples=(replace(first, relative_sigma=0.05), *others), ratio=1.0, ratio_from="stated")
    (found,) = marrow_doses(MarrowInput(self_dose=SELF, blood=blood), around())
    assert isinstance(found, MarrowRefusal)
    assert "some samples only" in found.reason


@pytest.mark.parametrize(("count", "model"), [(5, "bi-exponential"), (3, "mono-exponential")])
def test_blood_is_not_taken_to_be_empty_at_the_injection(count: int, model: str) -> None:
    """Two phases, 200 MBq/L with 2 h and 40 MBq/L with 14 h; three samples of them are too few for two phases."""
    hours = (0.5, 2.0, 6.0, 24.0, 48.0) if count == 5 else (1.0, 6.0, 24.0)
    fast, slow = samples(200.0, 2.0, hours), samples(40.0, 14.0, hours)
    both = tuple(
        replace(a, uncorrected_mbq=a.uncorrected_mbq + b.uncorrected_mbq) for a, b in zip(fast, slow, strict=True)
    )
    found = dose(MarrowInput(self_dose=SELF, blood=ByBlood(samples=both, ratio=1.0, ratio_from="stated")), around())
    assert found.fit.model == model
    if model == "bi-exponential":
        true = (200 * 2.0 + 40 * 14.0) / log(2) / 1000
        assert found.mbq_h_per_g == pytest.approx(true, rel=TWO_PHASES_FROM_FIVE_SAMPLES)


def test_what_is_missing_beside_the_samples_is_handed_on() -> None:
    refusal = MarrowRefusal(method="blood", reason="no haematocrit", offered=())
    assert marrow_doses(MarrowInput(self_dose=SELF, blood=refusal), around()) == (refusal,)


def test_nothing_stated_gives_nothing() -> None:
    assert marrow_doses(None, around()) == ()


def test_lesions_in_the_contour_are_named() -> None:
    wanted = MarrowInput(self_dose=SELF, image=ByImage(share=0.125, mass_g=1000.0, source="stated"))
    found = dose(wanted, around(samples=samples(40.0, 30.0, (4.0, 24.0)), lesions_within=("L2",)))
    assert any("(L2)" in flag and "too high" in flag for flag in found.flags)


TABLE = SValues(
    phantom="a body", source="made up", mgy_per_mbq_s={"liver": {"marrow": 2e-8}, "remainder": {"marrow": 4e-8}}
)


def test_organs_and_the_rest_of_the_body_give_by_the_s_values_of_the_centre() -> None:
    tia = {"liver": 10_000.0, "remainder": 40_000.0, "L1": 500.0}
    found = dose(by_blood(), around(tia_mbq_h=tia, s_values=TABLE))
    decays_liver, decays_rest = 10_000e6 * 3600, 40_000e6 * 3600
    assert found.cross_gy == pytest.approx(decays_liver * 2e-17 + decays_rest * 4e-17, rel=FITTED)
    assert found.total_gy == pytest.approx(found.self_gy + decays_liver * 2e-17 + decays_rest * 4e-17, rel=FITTED)
    assert any("is not counted: L1" in flag for flag in found.flags)
    assert any("upper bound" in flag for flag in found.flags)


def test_the_rest_of_the_body_is_told_where_it_is_not_counted() -> None:
    found = dose(by_blood(), around(tia_mbq_h={"liver": 10_000.0}, s_values=TABLE))
    assert any("not counted: the rest of the body" in flag for flag in found.flags)


def test_s_values_without_marrow_count_nothing() -> None:
    table = replace(TABLE, mgy_per_mbq_s={"liver": {"spleen": 1e-8}})
    assert dose(by_blood(), around(tia_mbq_h={"liver": 1.0}, s_values=table)).cross_gy is None


def test_the_engine_on_the_contour_comes_before_s_values() -> None:
    found = dose(by_blood(), around(engine_gy=0.02, tia_mbq_h={"liver": 1.0}, s_values=TABLE))
    assert found.cross_gy == 0.02


@given(st.floats(0.2, 0.6), st.floats(0.2, 0.6), st.floats(0.05, 0.4))
def test_thinner_blood_lowers_the_ratio(one: float, other: float, fraction: float) -> None:
    low, high = sorted((one, other))
    assert ratio_by_haematocrit(low, fraction) <= ratio_by_haematocrit(high, fraction)


@given(st.floats(1.0, 1000.0), st.floats(0.1, 1.5))
def test_the_self_dose_goes_with_the_activity_in_blood_and_with_the_ratio(start: float, ratio: float) -> None:
    twice = dose(by_blood(start=2 * start, ratio=ratio), around()).self_gy
    once = dose(by_blood(start=start, ratio=ratio), around()).self_gy
    more = dose(by_blood(start=start, ratio=2 * ratio), around()).self_gy
    assert twice == pytest.approx(2 * once, rel=FITTED)
    assert more == pytest.approx(2 * once, rel=FITTED)


@pytest.mark.parametrize("haematocrit", [0.0, 1.0, 45.0])
def test_a_haematocrit_in_percent_is_no_fraction(haematocrit: float) -> None:
    with pytest.raises(ValueError, match="no fractions"):
        ratio_by_haematocrit(haematocrit, 0.19)
