"""Uncertainty and BED of a cycle's doses, from stated inputs; sums over cycles, plan, and reference doses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import sqrt

import numpy as np
import pytest

from lutetia.dosimetry import CycleInput, KernelEngine, ScanInput, dose_of_cycle
from lutetia.dosimetry.cross_dose import CrossDose
from lutetia.dosimetry.cumulative import against_plan, cumulative
from lutetia.dosimetry.error_chain import STATISTICS, with_statistics
from lutetia.dosimetry.radiobiology import dvh, protraction_factor
from lutetia.dosimetry.result import CycleDose
from lutetia.dosimetry.uncertainty import Contour, StatedNoise, UncertaintyInput
from lutetia.errors import InputError
from lutetia.reference.nuclide import LU177
from lutetia.reference.radiobiology import KIDNEY, PROSTATE_CANCER, REFERENCE_NOT_A_STOP, references_for
from lutetia.volume import Geometry, Mask, Volume

SUMMED_IN_ANOTHER_ORDER = 1e-06

GRID = Geometry(shape=(32, 32, 36), spacing_mm=(4.8, 4.8, 4.8))
START = datetime(2026, 1, 12, 10, tzinfo=UTC)
HOURS = (4.0, 24.0, 72.0, 168.0)
SINGLE_PRECISION = 1e-4
STATED = UncertaintyInput(
    calibration_relative_sigma=0.04,
    calibration="camera A",
    fwhm_sigma_mm=0.6,
    contour=Contour(drawn="per cycle", voxel_mm=1.5, fwhm_mm=2.0),
    density_relative_sigma=0.02,
    noise=StatedNoise(relative_sigma=0.03),
)


def box(low, high, name):
    voxels = np.zeros(GRID.shape, dtype=bool)
    voxels[tuple(slice(a, b) for a, b in zip(low, high, strict=True))] = True
    return Mask(voxels=voxels, geometry=GRID, name=name)


REGIONS = {
    "kidney_left": box((8, 8, 22), (22, 18, 30), "kidney_left"),
    "L1": box((8, 8, 6), (12, 12, 10), "L1"),
}
CURVES = {"kidney_left": (200.0, 36.0), "L1": (30.0, 60.0)}


def scan(hours, **settings):
    values = np.full(GRID.shape, 20.0 * 2 ** (-hours / 20.0) / 8000)
    for name, (start, half_life_h) in CURVES.items():
        values[REGIONS[name].voxels] = start * 2 ** (-hours / half_life_h) / REGIONS[name].volume_ml
    image = Volume(values=values * 1e6, geometry=GRID, unit="Bq/mL")
    at = START + timedelta(hours=hours)
    return ScanInput(**({"activity": image, "hours": hours, "acquired_at": at, "regions": REGIONS, "fwhm_mm": 2.0}
                        | settings))  # fmt: skip


def cycle(number=1, *, fwhm_mm=2.0, hours=HOURS, **settings):
    given = CycleInput(
        cycle=number, agent="[177Lu]Lu-PSMA-617", given_mbq=7400, nuclide=LU177,
        scans=tuple(scan(h, fwhm_mm=fwhm_mm) for h in hours),
        **({"density_elsewhere_g_ml": 1.04, "uncertainty": STATED} | settings),
    )  # fmt: skip
    return dose_of_cycle(given)


@pytest.fixture(scope="module")
def one() -> CycleDose:
    return cycle()


def region(result, name):
    return next(r for r in result.regions if r.region == name)


def test_every_corrected_dose_has_an_uncertainty_and_its_budget(one):
    for found in one.regions:
        value = found.corrected
        assert value.sigma_gy == pytest.approx(value.best_gy * value.budget.relative_sigma)
        assert [part.name.split(",")[0] for part in value.budget.contributions] == [
            "calibration", "resolution", "contour", "tissue density", "noise and half-lives"
        ]  # fmt: skip
        assert value.budget.contributions[0].relative_sigma == pytest.approx(0.04)
        assert value.uncertainty_missing == ()


def test_the_small_lesion_is_less_sure_than_the_kidney(one):
    sigmas = {r.region: r.corrected.budget.relative_sigma for r in one.regions}
    assert sigmas["L1"] > sigmas["kidney_left"]
    assert region(one, "L1").corrected.budget.dominant.name.startswith("contour")


def test_a_dose_without_recovery_has_none_and_says_why(one):
    value = region(one, "L1").uncorrected
    assert value.sigma_gy is None
    assert value.budget is None
    assert value.uncertainty_missing == ("recovery, which is not corrected",)


def test_nothing_stated_gives_no_uncertainty_and_the_samples_stay_unweighted():
    found = region(cycle(uncertainty=None), "L1")
    assert found.corrected.sigma_gy is None
    assert found.corrected.uncertainty_missing == ()
    assert all(sample.relative_sigma is None for sample in found.samples)


@pytest.mark.parametrize(
    ("absent", "named"),
    [
        ("calibration_relative_sigma", "the calibration"),
        ("fwhm_sigma_mm", "the image resolution"),
        ("density_relative_sigma", "the tissue density"),
        ("noise", "the noise of a region's activity"),
        ("contour", "the contour"),
    ],
)
def test_a_missing_input_is_named_and_leaves_the_dose_without_uncertainty(absent, named):
    value = region(cycle(uncertainty=replace(STATED, **{absent: None})), "L1").corrected
    assert value.sigma_gy is None
    assert named in value.uncertainty_missing


def test_the_noise_weights_the_samples_and_a_contour_per_scan_adds_to_it(one):
    assert {s.relative_sigma for s in region(one, "L1").samples} == {0.03}
    per_scan = replace(STATED, contour=Contour(drawn="per scan", voxel_mm=1.5, fwhm_mm=2.0))
    samples = region(cycle(uncertainty=per_scan), "L1").samples
    assert all(s.relative_sigma > 0.03 for s in samples)


def test_cross_dose_carries_the_calibration_and_nothing_else():
    value = region(cycle(engine=KernelEngine("Lu-177")), "L1").corrected
    own = value.mean_dose_gy / value.total_dose_gy
    alone = region(cycle(), "L1").corrected.budget
    whole = value.budget
    assert whole.contributions[0].relative_sigma == pytest.approx(0.04)
    for part, before in zip(whole.contributions[1:], alone.contributions[1:], strict=True):
        assert part.relative_sigma == pytest.approx(own * before.relative_sigma, rel=SINGLE_PRECISION)


def test_what_chance_leaves_open_in_the_transport_stands_in_the_budget(one):
    value = region(one, "L1").corrected
    known = with_statistics(value, CrossDose(gy=0.1, sigma_gy=0.02 * value.best_gy))
    assert known.budget.contributions[-1].name == STATISTICS
    assert known.budget.relative_variance == pytest.approx(value.budget.relative_variance + 0.02**2)
    assert known.sigma_gy == pytest.approx(known.best_gy * known.budget.relative_sigma)
    assert with_statistics(value, CrossDose(gy=0.1)) is value
    assert with_statistics(value, None) is value


def test_a_kidney_has_a_bed_with_its_own_kinetics_and_a_lesion_only_if_asked(one):
    value = region(one, "kidney_left").corrected
    g = protraction_factor(value.fit.terms, repair_half_life_h=2.8)
    assert value.bed.protraction == pytest.approx(g)
    assert value.bed.bed_gy == pytest.approx(value.best_gy * (1 + g * value.best_gy / 2.6))
    assert value.bed.sigma_gy == pytest.approx(value.sigma_gy * (1 + 2 * g * value.best_gy / 2.6))
    assert region(one, "L1").corrected.bed is None
    asked = region(cycle(repair={"L1": PROSTATE_CANCER}), "L1").corrected.bed
    assert asked.repair is PROSTATE_CANCER


def test_the_assumptions_say_what_is_in_the_uncertainty_and_what_is_not(one):
    assert any("law of propagation" in text and "Not in it" in text for text in one.assumptions)
    assert "No uncertainty is stated with these doses." in cycle(uncertainty=None).assumptions


def test_a_dose_map_gives_a_histogram_of_each_region_on_the_reference_scan():
    result = cycle(engine=KernelEngine("Lu-177"))
    found = region(result, "kidney_left")
    assert found.dvh.volume_ml == pytest.approx(REGIONS["kidney_left"].volume_ml)
    assert found.dvh.mean_gy == pytest.approx(REGIONS["kidney_left"].mean(result.dose_map), rel=SUMMED_IN_ANOTHER_ORDER)
    assert found.dvh.min_gy < found.dvh.dose_gy(50) <= found.dvh.max_gy
    assert region(cycle(), "kidney_left").dvh is None


def test_a_histogram_of_a_finer_contour_counts_edge_voxels_with_their_covered_part():
    fine = Geometry(shape=(8, 8, 8), spacing_mm=(1.0, 1.0, 1.0), origin_mm=(0.5, 0.5, 0.5))
    voxels = np.zeros(fine.shape, dtype=bool)
    voxels[:, :, :3] = True
    coarse = Geometry(shape=(4, 4, 4), spacing_mm=(2.0, 2.0, 2.0), origin_mm=(1.0, 1.0, 1.0))
    gy = np.broadcast_to(np.array([4.0, 2.0, 1.0, 1.0]), coarse.shape)
    found = dvh(Volume(values=gy, geometry=coarse, unit="Gy"), Mask(voxels=voxels, geometry=fine, name="x"))
    assert found.volume_ml == pytest.approx(3 * 64 / 1000)
    assert found.mean_gy == pytest.approx((2 * 4.0 + 1 * 2.0) / 3)
    assert found.dose_gy(60) == 4.0
    assert found.dose_gy(70) == 2.0


def test_a_histogram_needs_gray_and_a_region_within_the_map():
    activity = Volume(values=np.ones(GRID.shape), geometry=GRID, unit="Bq/mL")
    with pytest.raises(ValueError, match="gray"):
        dvh(activity, REGIONS["L1"])
    empty = Mask(voxels=np.zeros(GRID.shape, dtype=bool), geometry=GRID, name="none")
    with pytest.raises(ValueError, match="holds nothing"):
        dvh(activity.with_values(activity.values, "Gy"), empty)


def test_doses_of_cycles_add_up_with_the_calibration_shared_and_the_contour_not(one):
    total = {c.region: c for c in cumulative([cycle(2), one], given=[1, 2, 3])}["kidney_left"]
    value = region(one, "kidney_left").corrected
    shared = [p.relative_sigma for p in value.budget.contributions if p.shared_as is not None]
    own = [p.relative_sigma for p in value.budget.contributions if p.shared_as is None]
    expected = value.best_gy * sqrt(4 * sum(s**2 for s in shared) + 2 * sum(s**2 for s in own))
    assert total.cycles == (1, 2)
    assert total.missing == (3,)
    assert total.dose_gy == pytest.approx(2 * value.best_gy)
    assert total.sigma_gy == pytest.approx(expected)
    assert sqrt(2) * value.sigma_gy < total.sigma_gy < 2 * value.sigma_gy
    assert total.bed.bed_gy == pytest.approx(2 * value.bed.bed_gy)
    assert total.bed.sigma_gy == pytest.approx(expected * value.bed.sigma_gy / value.sigma_gy)


def test_margins_are_shown_beside_their_source_and_are_no_stop(one):
    total = {c.region: c for c in cumulative([one])}["kidney_left"]
    assert [(m.reference.quantity, m.reference.value_gy) for m in total.margins] == [
        ("BED", 28.0), ("BED", 40.0), ("dose", 23.0)
    ]  # fmt: skip
    for margin in total.margins:
        assert margin.text == REFERENCE_NOT_A_STOP == "reference, not a stop"
        assert margin.left_gy == pytest.approx(margin.reference.value_gy - margin.delivered_gy)
        assert margin.reference.source.identifier
    assert {c.region: c for c in cumulative([one])}["L1"].margins == ()


def test_one_dose_without_uncertainty_leaves_the_sum_without(one):
    total = cumulative([one, cycle(2, uncertainty=None)])
    assert {c.sigma_gy for c in total} == {None}


def test_a_cycle_stands_once_in_a_sum(one):
    with pytest.raises(InputError, match="cycle 1 stands twice"):
        cumulative([one, one])


def test_delivered_is_laid_beside_planned_with_its_uncertainty(one):
    value = region(one, "kidney_left").corrected
    (beside,) = against_plan(one.regions, {"kidney_left": value.best_gy * 2, "spleen": 3.0})
    assert beside.ratio == pytest.approx(0.5)
    assert beside.difference_gy == pytest.approx(-value.best_gy)
    assert beside.beyond_uncertainty is True
    (again,) = against_plan(cumulative([one]), {"kidney_left": value.best_gy})
    assert again.beyond_uncertainty is False
    with pytest.raises(InputError, match="positive gray"):
        against_plan(one.regions, {"kidney_left": 0.0})


def test_reference_doses_name_their_source_and_kidneys_have_three():
    assert [r.value_gy for r in references_for("kidney_right")] == [28.0, 40.0, 23.0]
    assert references_for("liver") == ()
    assert KIDNEY.source.year == 2005


def test_one_scan_has_an_uncertainty_only_where_its_half_life_has_one():
    from lutetia.dosimetry import PopulationHalfLife

    half_lives = {name: PopulationHalfLife(effective_h=h, source="a series") for name, (_, h) in CURVES.items()}
    value = region(cycle(hours=(48.0,), half_lives=half_lives), "L1").corrected
    assert value.sigma_gy is None
    assert value.uncertainty_missing == ("the uncertainty of the curve through the samples",)
