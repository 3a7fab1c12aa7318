"""Laws of uptake values: what scales with what, and what nothing may change."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lutetia.quantification.suv import Body, SliceTime, SuvFacts, suv_rule
from lutetia.quantification.uptake import measure_uptake
from lutetia.quantification.uptake_ratio import ratio
from lutetia.volume import Geometry, Mask, Volume

DOUBLE = 1e-9
SINGLE = 1e-5
SHORT_FRAME = 1e-3
"""A frame of a second is a moment to within this part of a value of 68Ga."""

GIVEN = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)


@st.composite
def headers(draw):
    minutes = draw(st.floats(1.0, 180.0))
    scan = GIVEN + timedelta(minutes=minutes)
    return SuvFacts(
        where="PET series 1",
        units="BQML",
        decay_correction="START",
        series_at=scan,
        slices=(SliceTime(acquired_at=scan, duration_s=1.0),),
        administered_mbq=draw(st.floats(20.0, 600.0)),
        administered_at=GIVEN,
        nuclide="Ga-68",
        half_life_s=4057.7,
        body=Body(
            weight_kg=draw(st.floats(58.0, 160.0)),
            height_m=draw(st.floats(1.45, 1.95)),
            sex=draw(st.sampled_from(["M", "F", "mean-of-both"])),
        ),
    )


@given(headers(), st.floats(0.2, 5.0))
def test_uptake_goes_against_the_activity_and_with_the_weight(facts, times):
    factor = suv_rule(facts).factor
    more = replace(facts, administered_mbq=facts.administered_mbq * times)
    assert suv_rule(more).factor * times == pytest.approx(factor, rel=DOUBLE)
    assert factor / facts.body.weight_kg == pytest.approx(
        suv_rule(replace(facts, body=replace(facts.body, weight_kg=80.0))).factor / 80.0, rel=DOUBLE
    )


@given(headers())
def test_a_scan_a_half_life_later_doubles_the_factor(facts):
    later = replace(facts, series_at=facts.series_at + timedelta(seconds=4057.7), slices=())
    assert suv_rule(later).factor == pytest.approx(2 * suv_rule(facts).factor, rel=DOUBLE)


@given(headers())
def test_the_three_decay_corrections_agree_on_one_activity(facts):
    """The same patient, stored uncorrected, corrected to the start of a short frame, or to the injection."""
    start = suv_rule(facts).factor
    minutes = (facts.series_at - GIVEN).total_seconds() / 60
    injection = suv_rule(replace(facts, decay_correction="ADMIN")).factor
    assert injection * 2 ** (minutes * 60 / 4057.7) == pytest.approx(start, rel=DOUBLE)
    assert suv_rule(replace(facts, decay_correction="NONE")).factor == pytest.approx(start, rel=SHORT_FRAME)


@given(headers(), st.sampled_from(["lbm", "ibw", "bsa"]))
def test_each_kind_is_the_ratio_of_what_it_is_related_to(facts, kind):
    by_weight, other = suv_rule(facts), suv_rule(facts, kind)
    assert other.factor / by_weight.factor == pytest.approx(other.term.value / by_weight.term.value, rel=DOUBLE)


@given(headers())
def test_lean_mass_is_less_than_the_weight(facts):
    rule = suv_rule(facts, "lbm")
    assert 0 < rule.term.value < facts.body.weight_kg * 1e3


@st.composite
def regions(draw):
    shape = draw(st.tuples(st.integers(1, 7), st.integers(1, 9), st.integers(1, 9)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    spacing = draw(st.tuples(*[st.floats(1.5, 7.0)] * 3))
    geometry = Geometry(shape=shape, spacing_mm=spacing)
    voxels = rng.random(shape) < 0.5
    voxels[tuple(rng.integers(0, n) for n in shape)] = True
    suv = Volume(values=rng.gamma(2.0, 3.0, shape).astype(np.float32), geometry=geometry, unit="g/mL")
    return suv, Mask(voxels=voxels, geometry=geometry, name="L1")


@settings(deadline=None)
@given(regions())
def test_the_measures_of_a_region_keep_their_order(drawn):
    found = measure_uptake(*drawn)
    assert found.minimum <= found.mean <= found.maximum
    assert found.local_peak.value <= found.peak.value <= float(drawn[0].values.max()) * (1 + SINGLE)
    assert found.total == pytest.approx(found.mean * found.volume_ml)


@settings(deadline=None)
@given(regions())
def test_both_peaks_are_what_a_slow_reading_of_their_definition_finds(drawn):
    suv, mask = drawn
    grid = suv.geometry
    centres = grid.to_patient(np.argwhere(np.ones(grid.shape, dtype=bool)))
    radius = (750 / np.pi) ** (1 / 3)
    means = {}
    for index in map(tuple, np.argwhere(mask.voxels)):
        near = np.linalg.norm(centres - grid.to_patient(index), axis=1) <= radius
        means[index] = suv.values.reshape(-1)[near].astype(np.float64).mean()
    top = suv.values[mask.voxels].max()
    found = measure_uptake(suv, mask)
    assert found.peak.value == pytest.approx(max(means.values()), rel=SINGLE)
    assert found.local_peak.value == pytest.approx(
        max(mean for index, mean in means.items() if suv.values[index] == top), rel=SINGLE
    )


@settings(deadline=None)
@given(regions(), st.floats(0.1, 10.0))
def test_a_ratio_does_not_change_with_the_calibration_of_the_scanner(drawn, times):
    suv, mask = drawn
    other = Mask(voxels=~mask.voxels | mask.voxels, geometry=mask.geometry, name="liver")
    scaled = suv.with_values(suv.values * np.float32(times))
    before = ratio(measure_uptake(suv, mask), measure_uptake(suv, other))
    after = ratio(measure_uptake(scaled, mask), measure_uptake(scaled, other))
    assert after.mean == pytest.approx(before.mean, rel=SINGLE)
