"""The rules that make uptake values: each vendor's way, what is refused, and what is said beside the number."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from lutetia.quantification.suv import (
    Body,
    ImpossibleUptakeError,
    SliceTime,
    SuvError,
    SuvFacts,
    share_in_view,
    suv_rule,
    to_suv,
)
from lutetia.quantification.suv.reference_time import mean_count_time_s
from lutetia.volume import Geometry, Volume

DOUBLE = 1e-12
STRAIGHT_LINES_OF_SIX_MILLISECONDS = 1e-9
SINGLE = 1e-6
"""Rounding of volumes, which are held in single precision."""
PRINTED_TO_TWO_DECIMALS = 0.005

GIVEN = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
SCAN = GIVEN + timedelta(hours=1)
HALF_LIFE_S = 109.77 * 60
LEFT = 2 ** (-3600 / HALF_LIFE_S)

START = SuvFacts(
    where="PET series 1.2.3",
    units="BQML",
    decay_correction="START",
    series_at=SCAN,
    slices=(SliceTime(acquired_at=SCAN, frame_reference_s=149.0, duration_s=300.0),) * 2,
    administered_mbq=300.0,
    administered_at=GIVEN,
    nuclide="F-18",
    half_life_s=HALF_LIFE_S,
    body=Body(weight_kg=70.0, height_m=1.75, sex="M"),
)


def refusal(facts, *asked, **more):
    with pytest.raises(SuvError) as caught:
        suv_rule(facts, *asked, **more)
    assert caught.value.remedy
    return str(caught.value)


def test_the_activity_is_decayed_to_the_start_of_the_scan():
    rule = suv_rule(START)
    assert rule.factor == pytest.approx(70e3 / (300e6 * LEFT), rel=DOUBLE)
    assert (rule.unit, rule.uptake_time_min, rule.reference_at) == ("g/mL", 60.0, SCAN)
    assert rule.name == "BQML, START by series time"
    assert {fact.name for fact in rule.used} == {
        "Units", "activity injected", "injected at", "nuclide", "half-life", "decay correction", "values corrected to",
        "weight",
    }  # fmt: skip


def test_an_image_corrected_to_the_injection_is_related_to_what_was_injected():
    rule = suv_rule(replace(START, decay_correction="ADMIN"))
    assert rule.factor == pytest.approx(70e3 / 300e6, rel=DOUBLE)


def test_factors_that_do_not_show_the_correction_to_the_injection_are_a_caution():
    facts = replace(START, decay_correction="ADMIN", decay_factors=(1.0, 1.0))
    assert any("DecayFactor is 1, where a correction to the injection multiplies by 1.46" in one
               for one in suv_rule(facts).cautions)  # fmt: skip
    assert suv_rule(replace(facts, decay_factors=(1 / LEFT, 1 / LEFT))).cautions == ()


def test_an_uncorrected_image_is_related_to_the_mean_activity_of_each_frame():
    later = SCAN + timedelta(minutes=20)
    slices = tuple(SliceTime(acquired_at=at, duration_s=600.0) for at in (SCAN, later))
    rule = suv_rule(replace(START, decay_correction="NONE", slices=slices))
    seconds = np.linspace(0, 600, 100_001)
    for factor, after_s in zip(rule.factors, (3600.0, 4800.0), strict=True):
        mean = np.trapezoid(2 ** (-(after_s + seconds) / HALF_LIFE_S), seconds) / 600
        assert factor == pytest.approx(70e3 / (300e6 * mean), rel=STRAIGHT_LINES_OF_SIX_MILLISECONDS)
    assert rule.factor is None


def test_an_uncorrected_image_of_several_beds_at_one_time_is_refused():
    slices = tuple(SliceTime(acquired_at=SCAN, frame_reference_s=n * 240.0, duration_s=240.0) for n in range(3))
    words = refusal(replace(START, decay_correction="NONE", slices=slices))
    assert "slices of 3 frame reference times have one acquisition time" in words


def test_counts_go_by_the_makers_factor_to_uptake_first():
    facts = replace(START, units="CNTS", philips_suv_factor=0.0005, philips_activity_factor=0.5)
    rule = suv_rule(facts)
    assert (rule.factor, rule.name) == (0.0005, "CNTS, Philips SUV factor (7053,1000)")
    assert any("activity factor (7053,1009)" in caution for caution in rule.cautions)


def test_counts_with_the_factor_to_activity_only_are_decayed():
    rule = suv_rule(replace(START, units="CNTS", philips_suv_factor=0.0, philips_activity_factor=0.5))
    assert rule.factor == pytest.approx(0.5 * 70e3 / (300e6 * LEFT), rel=DOUBLE)


def test_counts_whose_factors_are_zero_are_refused():
    assert "neither of Philips' private factors" in refusal(
        replace(START, units="CNTS", philips_suv_factor=0.0, philips_activity_factor=0.0)
    )


@pytest.mark.parametrize("units", [None, "PROPCPS", "PROPCNTS", "CPS", "1CM"])
def test_no_other_unit_makes_an_uptake_value(units):
    assert "Units is" in refusal(replace(START, units=units))


def test_stored_uptake_by_weight_needs_nothing_else():
    bare = SuvFacts(where="PET series 1", units="GML")
    rule = suv_rule(bare)
    assert (rule.factor, rule.term) == (1.0, None)
    assert any("absent: body weight" in fact.shown for fact in rule.used)


@pytest.mark.parametrize(
    ("units", "kind", "cm2_or_g"),
    [
        ("GML", "LBM", 1e3 * (1.10 * 70 - 120 * (70 / 175) ** 2)),
        ("GML", "LBMJAMES128", 1e3 * (1.10 * 70 - 128 * (70 / 175) ** 2)),
        ("GML", "LBMJANMA", 1e3 * 9270 * 70 / (6680 + 216 * 70 / 1.75**2)),
        ("GML", "IBW", 1e3 * (48.0 + 1.06 * (175 - 152))),
        ("CM2ML", "BSA", 1e4 * 0.007184 * 70**0.425 * 175**0.725),
        ("CM2ML", None, 1e4 * 0.007184 * 70**0.425 * 175**0.725),
    ],
)
def test_stored_uptake_of_another_kind_is_turned_into_that_by_weight(units, kind, cm2_or_g):
    rule = suv_rule(replace(START, units=units, suv_type=kind))
    assert rule.factor == pytest.approx(70e3 / cm2_or_g, rel=DOUBLE)


@pytest.mark.parametrize(("units", "kind"), [("GML", "BSA"), ("CM2ML", "BW"), ("GML", "SUVX")])
def test_a_type_that_does_not_go_with_the_unit_is_refused(units, kind):
    assert f"SUVType is '{kind}'" in refusal(replace(START, units=units, suv_type=kind))


def test_stored_lean_uptake_by_the_formula_asked_for_stays_as_it_is():
    facts = replace(START, units="GML", suv_type="LBMJAMES128")
    assert suv_rule(facts, "lbm", lean_mass="james").factor == 1.0
    assert suv_rule(facts, "lbm", lean_mass="janmahasatian").factor != 1.0


def test_the_body_surface_is_that_of_the_nomogram():
    """Du Bois' chart: 70 kg and 175 cm have 1.85 m2."""
    assert suv_rule(START, "bsa").term.value / 1e4 == pytest.approx(1.85, abs=PRINTED_TO_TWO_DECIMALS)


@pytest.mark.parametrize("kind", ["lbm", "ibw"])
def test_no_sex_no_formula_until_a_person_says_that_the_mean_is_meant(kind):
    unknown = replace(START, body=replace(START.body, sex=None))
    assert "State 'sex: M', 'sex: F' or 'sex: mean-of-both'" in refusal(unknown, kind)
    both = suv_rule(replace(START, body=replace(START.body, sex="mean-of-both")), kind)
    men, women = (suv_rule(replace(START, body=replace(START.body, sex=sex)), kind).factor for sex in ("M", "F"))
    assert both.factor == pytest.approx((men + women) / 2, rel=DOUBLE)
    assert suv_rule(unknown).factor == suv_rule(START).factor
    assert suv_rule(unknown, "bsa").factor == suv_rule(START, "bsa").factor


@pytest.mark.parametrize("kind", ["lbm", "ibw", "bsa"])
def test_a_missing_or_impossible_height_leaves_uptake_by_weight_only(kind):
    for height in (None, 175.0, 0.175):
        facts = replace(START, body=replace(START.body, height_m=height))
        assert "the patient's height (PatientSize)" in refusal(facts, kind)
        assert suv_rule(facts).factor == suv_rule(START).factor
    assert any("is no height" in one for one in
               suv_rule(replace(START, body=replace(START.body, height_m=175.0))).cautions)  # fmt: skip


def test_a_weight_and_a_height_of_two_people_are_refused_where_both_count():
    facts = replace(START, body=Body(weight_kg=290.0, height_m=1.3, sex="M"))
    assert "make a BMI of 172 kg/m2" in refusal(facts, "lbm")
    assert any("BMI of 172" in one for one in suv_rule(facts).cautions)


def test_james_formula_is_doubted_where_it_falls_with_rising_weight():
    heavy = replace(START, body=Body(weight_kg=140.0, height_m=1.70, sex="M"))
    assert any("falls with rising weight" in one for one in suv_rule(heavy, "lbm", lean_mass="james").cautions)
    assert suv_rule(heavy, "lbm", lean_mass="janmahasatian").cautions == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"administered_mbq": None}, "the activity injected (RadionuclideTotalDose) is not known"),
        ({"administered_mbq": 3e8}, "outside 1 to 10000 MBq"),
        ({"administered_at": None}, "the time of the injection"),
        ({"decay_correction": None}, "(DecayCorrection)"),
        ({"half_life_s": None, "nuclide": None}, "the half-life (RadionuclideHalfLife)"),
        ({"half_life_s": 4057.7}, "RadionuclideHalfLife is 4057.7 s, and the nuclide is F-18"),
        ({"nuclide": "Lu-177", "half_life_s": 574_300.0}, "the nuclide is Lu-177, which is none of PET"),
        ({"half_life_s": 109.77, "nuclide": None}, "is that of no nuclide of PET"),
        ({"administered_at": SCAN + timedelta(minutes=1)}, "the scan lies 1.0 min before the injection"),
        ({"administered_at": GIVEN - timedelta(days=3)}, "more than ten half-lives"),
        ({"body": Body()}, "the patient's weight (PatientWeight) is not known"),
        ({"body": Body(weight_kg=0.07)}, "outside 30 to 300 kg"),
        ({"series_at": None, "slices": ()}, "neither series time nor acquisition time"),
    ],
)
def test_every_missing_or_impossible_fact_is_named(changes, words):
    assert words in refusal(replace(START, **changes))


def test_a_half_life_that_the_header_lacks_is_that_of_the_nuclide_and_said():
    rule = suv_rule(replace(START, half_life_s=None))
    assert rule.factor == pytest.approx(suv_rule(START).factor, rel=DOUBLE)
    assert any("the header has no half-life; that of F-18 is taken from ICRP" in note for note in rule.notes)


@pytest.mark.parametrize(("nuclide", "spelt_s"), [("F-18", 6588.0), ("F-18", 6586.2), ("Ga-68", 4057.7)])
def test_other_spellings_of_a_half_life_are_used_as_they_stand(nuclide, spelt_s):
    rule = suv_rule(replace(START, nuclide=nuclide, half_life_s=spelt_s))
    assert rule.factor == pytest.approx(70e3 / (300e6 * 2 ** (-3600 / spelt_s)), rel=DOUBLE)


def test_a_series_time_after_the_acquisition_gives_way_to_the_makers_start_then_to_the_frames():
    processed = replace(START, series_at=SCAN + timedelta(minutes=30), vendor_scan_at=SCAN)
    assert suv_rule(processed).reference_at == SCAN
    assert "GE's private start" in suv_rule(processed).name
    mean_s = mean_count_time_s(600.0, HALF_LIFE_S)
    slices = tuple(
        SliceTime(acquired_at=SCAN + timedelta(seconds=late - mean_s), frame_reference_s=late, duration_s=600.0)
        for late in (450.0, 900.0)
    )
    framed = suv_rule(replace(processed, vendor_scan_at=None, slices=slices))
    assert abs((framed.reference_at - SCAN).total_seconds()) < 1e-3
    assert "computed back" in framed.name
    assert any("series time lies 30.0 min after" in caution for caution in framed.cautions)


def test_frames_that_give_different_starts_are_not_believed_and_said():
    slices = tuple(SliceTime(acquired_at=SCAN, frame_reference_s=n * 243.0, duration_s=240.0) for n in range(6))
    rule = suv_rule(replace(START, slices=slices))
    assert rule.reference_at == SCAN
    assert any("up to 20 min apart" in note for note in rule.notes)


def test_a_private_time_of_another_day_is_not_of_this_scan():
    shifted = replace(START, series_at=SCAN + timedelta(minutes=30), vendor_scan_at=SCAN - timedelta(days=40))
    rule = suv_rule(shifted)
    assert rule.reference_at is not None
    assert abs(rule.reference_at - SCAN) < timedelta(seconds=2)
    assert any("cannot be of this scan" in caution for caution in rule.cautions)


def test_a_stated_reference_comes_before_the_header_and_the_difference_is_said():
    rule = suv_rule(replace(START, stated_reference_at=SCAN + timedelta(minutes=5)))
    assert rule.reference_at == SCAN + timedelta(minutes=5)
    assert any("series time lies 5.0 min before" in caution for caution in rule.cautions)


def image(values):
    values = np.asarray(values, dtype=np.float32).reshape(2, 1, -1)
    return Volume(values=values, geometry=Geometry(shape=values.shape, spacing_mm=(10.0, 10.0, 10.0)), unit="Bq/mL")


def test_each_slice_gets_its_own_factor():
    slices = tuple(SliceTime(acquired_at=SCAN + timedelta(minutes=m), duration_s=60.0) for m in (0, 60))
    rule = suv_rule(replace(START, decay_correction="NONE", slices=slices))
    suv = to_suv(image([1000.0, 1000.0]), rule)
    assert suv.values[1, 0, 0] / suv.values[0, 0, 0] == pytest.approx(1 / LEFT, rel=SINGLE)
    assert suv.unit == "g/mL"


def test_the_part_of_the_injected_activity_in_view_needs_no_decay():
    rule = suv_rule(START)
    shown_bq_per_ml = 300e6 * LEFT * 0.4 / 2
    assert share_in_view(to_suv(image([shown_bq_per_ml, shown_bq_per_ml]), rule), rule) == pytest.approx(
        0.4, rel=SINGLE
    )


def test_an_image_of_more_than_was_injected_is_refused():
    with pytest.raises(ImpossibleUptakeError, match="times the activity injected"):
        to_suv(image([300e6, 300e6]), suv_rule(START))


def test_a_rule_of_another_series_does_not_fit():
    rule = suv_rule(START)
    with pytest.raises(ValueError, match="does not fit a volume of 2"):
        to_suv(image([1.0, 1.0]), replace(rule, factors=(1.0, 1.0, 1.0)))
