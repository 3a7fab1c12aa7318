"""A box of tissue with two organs, a lesion and known kinetics, imaged perfectly at four times."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import log

import numpy as np
import pytest

from lutetia.dosimetry import (
    CycleInput,
    KernelEngine,
    LocalEngine,
    MonteCarloEngine,
    PopulationHalfLife,
    ScanInput,
    dose_of_cycle,
    mean_dose_gy,
)
from lutetia.dosimetry.result import DoseValue, FitRefusal
from lutetia.errors import InputError
from lutetia.reference.nuclide import LU177
from lutetia.reference.point_kernel import point_kernel
from lutetia.reference.tissue import SOFT_TISSUE
from lutetia.volume import Geometry, Mask, Volume

ROUNDED_CONSTANT = 0.001
"""0.08532 Gy g/(MBq h) is printed with four digits."""
MAPS_IN_SINGLE_PRECISION = 0.0001

GRID = Geometry(shape=(40, 36, 44), spacing_mm=(4.8, 4.8, 4.8))
START = datetime(2026, 1, 12, 10, tzinfo=UTC)
HOURS = (4.0, 24.0, 72.0, 168.0)
CURVES = {"kidney_left": (200.0, 36.0), "liver": (600.0, 27.0), "L1": (30.0, 60.0)}
REST = (400.0, 20.0)
SINGLE_PRECISION = 1e-5
PHOTONS_FROM_OUTSIDE = 0.10
"""A small box with a liver beside a kidney: neighbours add some per cent."""


def box(low, high, name):
    voxels = np.zeros(GRID.shape, dtype=bool)
    voxels[tuple(slice(a, b) for a, b in zip(low, high, strict=True))] = True
    return Mask(voxels=voxels, geometry=GRID, name=name)


REGIONS = {
    "kidney_left": box((8, 8, 30), (24, 20, 40), "kidney_left"),
    "liver": box((8, 6, 4), (32, 26, 24), "liver"),
    "L1": box((34, 28, 30), (38, 32, 34), "L1"),
}


def activity(hours):
    values = np.zeros(GRID.shape)
    values += REST[0] * 2 ** (-hours / REST[1]) / (GRID.voxels * GRID.voxel_ml)
    for name, (start, half_life_h) in CURVES.items():
        values[REGIONS[name].voxels] = start * 2 ** (-hours / half_life_h) / REGIONS[name].volume_ml
    return Volume(values=values * 1e6, geometry=GRID, unit="Bq/mL")


def scan(hours, **settings):
    settings.setdefault("regions", REGIONS)
    settings.setdefault("fwhm_mm", 0.1)
    return ScanInput(activity=activity(hours), hours=hours, acquired_at=START + timedelta(hours=hours), **settings)


def cycle(scans=None, **settings):
    scans = tuple(scan(h) for h in HOURS) if scans is None else tuple(scans)
    settings.setdefault("density_elsewhere_g_ml", 1.04)
    return CycleInput(cycle=1, agent="[177Lu]Lu-PSMA-617", given_mbq=7400, nuclide=LU177, scans=scans, **settings)


def region(result, name):
    return next(r for r in result.regions if r.region == name)


def test_known_kinetics_give_their_integrals_and_doses():
    result = dose_of_cycle(cycle())
    for name, (start, half_life_h) in CURVES.items():
        found = region(result, name)
        assert isinstance(found.corrected, DoseValue)
        tia = start * half_life_h / log(2)
        assert found.corrected.fit.tia_mbq_h == pytest.approx(tia, rel=SINGLE_PRECISION)
        assert found.corrected.mean_dose_gy == pytest.approx(mean_dose_gy(tia, found.mass_g), rel=SINGLE_PRECISION)
        assert found.corrected.total_dose_gy is None


def test_the_kernel_dose_is_the_mean_dose_plus_what_comes_from_outside():
    result = dose_of_cycle(cycle(engine=KernelEngine("Lu-177")))
    found = region(result, "kidney_left").corrected
    assert found.mean_dose_gy < found.total_dose_gy < found.mean_dose_gy * (1 + PHOTONS_FROM_OUTSIDE)


def test_monte_carlo_gives_the_same_from_outside_but_for_what_leaves_the_field_and_states_its_statistics(monkeypatch):
    pytest.importorskip("numba")
    monkeypatch.setattr("lutetia.dosimetry.monte_carlo.run.SMALLEST_BATCH", 5_000)
    ct = Volume(values=np.full(GRID.shape, 1.04), geometry=GRID, unit="g/mL")
    scans = [scan(h, density=ct) for h in HOURS]
    asked = MonteCarloEngine(nuclide="Lu-177", relative_sigma=0.02)
    followed, spread = (dose_of_cycle(cycle(scans, engine=engine)) for engine in (asked, KernelEngine("Lu-177")))
    no_tissue_around_the_field = 0.35
    """A box of 20 cm with the lesion in a corner: what leaves it is not scattered back, as the kernel's endless tissue
    does."""
    for name in CURVES:
        mine, kernel = (region(result, name).corrected for result in (followed, spread))
        from_outside = mine.total_dose_gy - mine.mean_dose_gy
        assert from_outside < kernel.total_dose_gy - kernel.mean_dose_gy
        assert from_outside == pytest.approx(kernel.total_dose_gy - kernel.mean_dose_gy, rel=no_tissue_around_the_field)
        assert any("statistical uncertainty" in note for note in region(followed, name).notes)
    assert any("followed through the tissues" in line for line in followed.assumptions)
    assert "Monte Carlo" in followed.engine
    same_decays = 0.05
    assert followed.dose_map.values.sum() == pytest.approx(float(spread.dose_map.values.sum()), rel=same_decays)


def test_the_dose_map_lies_on_the_reference_scan_and_agrees_with_the_table():
    result = dose_of_cycle(cycle(engine=LocalEngine(LU177)))
    assert result.dose_map.geometry.matches(GRID)
    assert result.dose_map.unit == "Gy"
    electrons_only = 0.03
    assert REGIONS["liver"].mean(result.dose_map) == pytest.approx(
        region(result, "liver").corrected.mean_dose_gy * 1.0, rel=electrons_only
    )
    outside = ~np.any([mask.voxels for mask in REGIONS.values()], axis=0)
    rest_tia = REST[0] / (GRID.voxels * GRID.voxel_ml) * REST[1] / log(2)
    assert result.dose_map.values[outside].mean() == pytest.approx(rest_tia * 0.08532 / 1.04, rel=ROUNDED_CONSTANT)


def test_local_deposition_gives_a_map_and_no_cross_dose():
    assert region(dose_of_cycle(cycle(engine=LocalEngine(LU177))), "liver").corrected.total_dose_gy is None


def test_without_an_engine_there_is_no_map():
    result = dose_of_cycle(cycle())
    assert result.dose_map is None
    assert result.engine == "none"


def test_without_a_resolution_only_uncorrected_doses_are_given_and_a_warning():
    result = dose_of_cycle(cycle([scan(h, fwhm_mm=None) for h in HOURS]))
    assert region(result, "liver").corrected is None
    assert isinstance(region(result, "liver").uncorrected, DoseValue)
    assert any("recovery is not corrected" in w and "too low" in w for w in result.warnings)


def test_a_resolution_on_some_scans_only_is_warned_about():
    result = dose_of_cycle(cycle([scan(4.0), scan(24.0, fwhm_mm=None), scan(72.0)]))
    assert region(result, "liver").corrected is None
    assert result.warnings


def test_a_region_missing_on_one_scan_is_fitted_from_the_others_and_says_so():
    part = {name: mask for name, mask in REGIONS.items() if name != "L1"}
    result = dose_of_cycle(cycle([scan(4.0), scan(24.0), scan(72.0, regions=part), scan(168.0)]))
    found = region(result, "L1")
    assert len(found.samples) == 3
    assert found.notes == ("Not measured on 1 of 4 scans.",)
    assert isinstance(found.corrected, DoseValue)


def test_a_region_cut_off_by_the_edge_of_a_scan_is_left_out_there_and_warned_about():
    beyond = replace(GRID, origin_mm=(0.0, 0.0, -60.0))
    cut = Mask(voxels=REGIONS["kidney_left"].voxels, geometry=beyond, name="kidney_left")
    result = dose_of_cycle(
        cycle([scan(4.0), scan(24.0), scan(72.0, regions=REGIONS | {"kidney_left": cut}), scan(168.0)])
    )
    assert len(region(result, "kidney_left").samples) == 3
    assert any("kidney_left" in w and "outside the scan at 72.0 h" in w for w in result.warnings)


def test_regions_that_all_lie_outside_their_scans_are_refused_with_what_to_check():
    far = replace(GRID, origin_mm=(0.0, 0.0, 5000.0))
    lost = {name: Mask(voxels=mask.voxels, geometry=far, name=name) for name, mask in REGIONS.items()}
    with pytest.raises(InputError) as caught:
        dose_of_cycle(cycle([scan(24.0, regions=lost)]))
    assert caught.value.where == "cycle 1"
    assert "every region lies outside its scans (kidney_left: 100% of it lies outside the scan at 24.0 h" in str(
        caught.value
    )
    assert "check that the contours belong to these images" in caught.value.remedy


def test_a_curve_below_zero_is_refused_with_its_time_and_what_is_offered():
    below = scan(168.0).activity
    below = below.with_values(np.where(REGIONS["L1"].voxels, -below.values, below.values))
    found = region(dose_of_cycle(cycle([scan(4.0), scan(24.0), replace(scan(168.0), activity=below)])), "L1")
    assert isinstance(found.uncorrected, FitRefusal)
    assert "the activity at 168.0 h is" in found.uncorrected.reason
    assert "which is not positive" in found.uncorrected.reason
    assert "leave that scan out for this region" in found.uncorrected.offered


def test_one_scan_needs_a_stated_half_life():
    alone = dose_of_cycle(cycle([scan(48.0)]))
    assert isinstance(region(alone, "liver").corrected, FitRefusal)
    stated = {"liver": PopulationHalfLife(effective_h=27.0, source="cycle 1 of this patient")}
    found = region(dose_of_cycle(cycle([scan(48.0)], half_lives=stated)), "liver").corrected
    assert found.fit.tia_mbq_h == pytest.approx(600 * 27 / log(2), rel=SINGLE_PRECISION)


def test_a_refused_region_has_no_dose_and_the_map_says_that_it_is_a_bound_there():
    result = dose_of_cycle(cycle([scan(48.0)], engine=LocalEngine(LU177)))
    assert isinstance(region(result, "L1").corrected, FitRefusal)
    assert any(w.startswith("L1: its curve was refused") and "upper bound" in w for w in result.warnings)
    assert any("Outside all regions the dose map takes physical decay only" in w for w in result.warnings)


def test_physical_decay_only_can_be_asked_for():
    asked = dose_of_cycle(cycle([scan(48.0)], models={"L1": "physical decay only"}))
    found = region(asked, "L1").corrected
    assert found.fit.model == "physical decay only"
    assert found.mean_dose_gy > 0


def test_the_mass_comes_from_ct_when_nothing_is_stated():
    density = Volume(values=np.full(GRID.shape, 1.08, dtype=np.float32), geometry=GRID, unit="g/mL")
    result = dose_of_cycle(cycle([scan(h, density=density) for h in HOURS], stated_density_g_ml={"L1": 1.3}))
    liver, lesion = region(result, "liver"), region(result, "L1")
    assert liver.mass_g == pytest.approx(REGIONS["liver"].volume_ml * 1.08, rel=SINGLE_PRECISION)
    assert "from CT" in liver.mass_from
    assert lesion.mass_g == pytest.approx(REGIONS["L1"].volume_ml * 1.3, rel=SINGLE_PRECISION)
    assert lesion.mass_from.endswith("stated")


def test_an_organ_without_ct_takes_its_published_density():
    result = dose_of_cycle(cycle(density_elsewhere_g_ml=None, stated_mass_g={"L1": 4.0}))
    assert "ICRP Publication 110" in region(result, "liver").mass_from
    assert region(result, "L1").mass_from == "stated"


def test_a_lesion_without_any_density_is_refused():
    with pytest.raises(InputError, match="mass of L1: there is no CT that shows it, no stated mass"):
        dose_of_cycle(cycle(density_elsewhere_g_ml=None))


def test_marrow_and_bladder_get_no_sphere_dose():
    renamed = {"marrow": REGIONS["kidney_left"], "bladder": REGIONS["L1"]}
    result = dose_of_cycle(cycle([scan(h, regions=renamed) for h in HOURS]))
    assert "trabeculae" in region(result, "marrow").corrected.reason
    assert "wall" in region(result, "bladder").corrected.reason


def test_the_whole_body_is_no_region_of_its_own():
    whole = Mask(voxels=np.ones(GRID.shape, dtype=bool), geometry=GRID, name="body")
    result = dose_of_cycle(cycle([scan(h, regions=REGIONS | {"body": whole}) for h in HOURS]))
    assert [r.region for r in result.regions] == ["L1", "kidney_left", "liver"]


def test_more_activity_in_the_image_than_was_given_is_warned_about():
    result = dose_of_cycle(replace(cycle(), given_mbq=500))
    assert any("more than the" in w and "check calibration" in w for w in result.warnings)
    assert not dose_of_cycle(cycle()).warnings


@pytest.mark.parametrize("given", [0.0, -1.0, float("nan")])
def test_an_impossible_activity_given_is_refused(given):
    with pytest.raises(InputError, match=r"(?i)record the administration"):
        dose_of_cycle(replace(cycle(), given_mbq=given))


def test_a_cycle_without_scans_is_refused():
    with pytest.raises(InputError, match="it has no scan"):
        dose_of_cycle(cycle([]))


def test_scans_without_regions_are_refused():
    with pytest.raises(InputError, match=r"(?i)map contour names"):
        dose_of_cycle(cycle([scan(h, regions={}) for h in HOURS]))


def test_every_result_says_what_it_rests_on():
    text = " ".join(dose_of_cycle(cycle(engine=KernelEngine("Lu-177"))).assumptions)
    for words in ("147.92 keV", "sphere", "Gaussian resolution of 0.1 mm", "uniform soft tissue", "No uncertainty"):
        assert words in text


def test_a_region_alone_in_the_field_has_no_dose_from_others():
    alone = {"kidney_left": REGIONS["kidney_left"]}
    values = np.zeros(GRID.shape)
    values[REGIONS["kidney_left"].voxels] = 1e6
    scans = [
        ScanInput(
            activity=Volume(values=values * 2 ** (-h / 36), geometry=GRID, unit="Bq/mL"),
            hours=h,
            acquired_at=START + timedelta(hours=h),
            regions=alone,
            fwhm_mm=0.1,
        )
        for h in HOURS
    ]
    found = region(dose_of_cycle(cycle(scans, engine=KernelEngine("Lu-177"))), "kidney_left").corrected
    assert found.total_dose_gy == pytest.approx(found.mean_dose_gy, rel=SINGLE_PRECISION)


def photons_between(source, target, size_mm):
    """Mean dose in a target for 1 MBq h in a source [Gy], pair by pair of voxel centres, from the point kernel."""
    here = np.argwhere(source) * np.array(size_mm) / 10
    there = np.argwhere(target) * np.array(size_mm) / 10
    apart = np.linalg.norm(here[:, None, :] - there[None, :, :], axis=2)
    kev_cm3 = point_kernel("Lu-177").density_kev_cm3(apart, "photon", medium=SOFT_TISSUE).mean()
    return kev_cm3 / SOFT_TISSUE.density_g_ml * 3.6e9 * 1.602176634e-16 * 1000


@pytest.mark.parametrize("density", [0.5, 1.04, 1.6])
def test_the_dose_from_others_is_that_of_the_photons_of_each_pair_of_voxels(density):
    """Photons deposit by mass: a region of bone or lung gets the dose of soft tissue from its neighbours."""
    cubes = {"L1": box((4, 4, 4), (8, 8, 8), "L1"), "L2": box((4, 20, 30), (7, 23, 33), "L2")}
    mbq = {"L1": 0.0, "L2": 500.0}
    scans = []
    for h in HOURS:
        values = np.full(GRID.shape, 0.0)
        for name, mask in cubes.items():
            values[mask.voxels] = (mbq[name] + 1e-6) * 2 ** (-h / 50) / mask.volume_ml * 1e6
        image = Volume(values=values, geometry=GRID, unit="Bq/mL")
        scans.append(
            ScanInput(activity=image, hours=h, acquired_at=START + timedelta(hours=h), regions=cubes, fwhm_mm=0.1)
        )
    result = dose_of_cycle(cycle(scans, engine=KernelEngine("Lu-177"), stated_density_g_ml={"L1": density}))
    found = region(result, "L1").corrected
    tia = region(result, "L2").corrected.fit.tia_mbq_h
    expected = tia * photons_between(cubes["L2"].voxels, cubes["L1"].voxels, GRID.spacing_mm)
    of_the_coarse_grid = 0.005
    assert found.total_dose_gy - found.mean_dose_gy == pytest.approx(expected, rel=of_the_coarse_grid)


def test_no_kernel_dose_is_below_the_mean_dose_of_the_same_activity():
    result = dose_of_cycle(cycle([scan(h, fwhm_mm=9.0) for h in HOURS], engine=KernelEngine("Lu-177")))
    assert len(result.regions) == len(REGIONS)
    for found in result.regions:
        for dose in (found.corrected, found.uncorrected):
            assert isinstance(dose, DoseValue)
            assert dose.total_dose_gy >= dose.mean_dose_gy


def test_blur_that_is_corrected_changes_little_of_the_dose_from_others():
    """What was seen beside a source is taken back to it, not counted as its neighbour."""
    from scipy.ndimage import gaussian_filter

    def cross(fwhm_mm, blurred):
        scans = []
        for h in HOURS:
            values = activity(h).values
            if blurred:
                values = gaussian_filter(values, 11.0 / 2.354820045 / 4.8, mode="nearest")
            scans.append(
                ScanInput(
                    activity=Volume(values=values, geometry=GRID, unit="Bq/mL"),
                    hours=h,
                    acquired_at=START + timedelta(hours=h),
                    regions=REGIONS,
                    fwhm_mm=fwhm_mm,
                )
            )
        found = region(dose_of_cycle(cycle(scans, engine=KernelEngine("Lu-177"))), "kidney_left").corrected
        return found.total_dose_gy - found.mean_dose_gy, found.mean_dose_gy

    sharp, dose = cross(0.1, blurred=False)
    seen, _ = cross(11.0 + 0.5, blurred=True)
    of_the_dose = 0.005
    assert abs(seen - sharp) < of_the_dose * dose


def test_the_dose_map_holds_the_integrals_of_the_table_region_by_region():
    result = dose_of_cycle(cycle(engine=LocalEngine(LU177)))
    for name, mask in REGIONS.items():
        tia = region(result, name).corrected.fit.tia_mbq_h
        expected = tia * 0.08532 / (mask.volume_ml * 1.04)
        usual_constant_to_four_digits = 2e-4
        assert mask.mean(result.dose_map) == pytest.approx(expected, rel=usual_constant_to_four_digits)


def test_the_density_of_a_voxel_of_the_map_is_the_mean_of_the_ct_in_it_and_air_outside():
    fine = Geometry(
        shape=(60, 108, 132), spacing_mm=(1.6, 1.6, 1.6), origin_mm=(-1.6, -1.6, -1.6)
    )  # thirds of a voxel; over the lower half of the slices only
    values = np.full(fine.shape, 0.5, dtype=np.float32)
    values[1::3, 1::3, 1::3] = 8.0
    mean = (26 * 0.5 + 8.0) / 27
    ct = Volume(values=values, geometry=fine, unit="g/mL")
    result = dose_of_cycle(cycle([scan(h, density=ct) for h in HOURS], engine=LocalEngine(LU177)))
    plain = dose_of_cycle(cycle(engine=LocalEngine(LU177)))
    single = 1e-4
    assert result.dose_map.values[:19] == pytest.approx(plain.dose_map.values[:19] * 1.04 / mean, rel=single)
    assert (result.dose_map.values[21:] == 0).all()
    assert any("lie outside the CT or in air" in warning for warning in result.warnings)
    assert "CT" in region(result, "liver").mass_from or "ICRP" in region(result, "liver").mass_from
    assert region(result, "L1").mass_from.endswith("stated for all other regions")


def test_a_ct_that_lies_obliquely_to_the_spect_still_gives_a_map():
    turn = np.deg2rad(3)
    axes = ((0.0, 0.0, 1.0), (-np.sin(turn), np.cos(turn), 0.0), (np.cos(turn), np.sin(turn), 0.0))
    tilted = Geometry(shape=(60, 90, 90), spacing_mm=(4.8, 4.8, 4.8), origin_mm=(-60.0, -80.0, -40.0), axes=axes)
    ct = Volume(values=np.full(tilted.shape, 1.2, dtype=np.float32), geometry=tilted, unit="g/mL")
    result = dose_of_cycle(cycle([scan(h, density=ct) for h in HOURS], engine=LocalEngine(LU177)))
    plain = dose_of_cycle(cycle(engine=LocalEngine(LU177)))
    assert result.dose_map.values == pytest.approx(plain.dose_map.values * 1.04 / 1.2, rel=MAPS_IN_SINGLE_PRECISION)


def test_the_mass_is_that_of_the_geometric_mean_volume_over_the_scans():
    grown = REGIONS | {"L1": box((34, 28, 30), (38, 32, 36), "L1")}
    result = dose_of_cycle(cycle([scan(4.0), scan(24.0), scan(72.0), scan(168.0, regions=grown)]))
    volumes = [REGIONS["L1"].volume_ml] * 3 + [grown["L1"].volume_ml]
    assert region(result, "L1").mass_g == pytest.approx(float(np.exp(np.mean(np.log(volumes)))) * 1.04)


def test_a_region_that_is_hardly_seen_says_so():
    tiny = {"L1": box((36, 30, 32), (37, 31, 33), "L1"), "liver": REGIONS["liver"]}
    result = dose_of_cycle(cycle([scan(h, regions=tiny, fwhm_mm=11.0) for h in HOURS]))
    assert any("of its activity is seen inside its contour" in note for note in region(result, "L1").notes)
    assert not region(result, "liver").notes


def test_what_the_camera_blurred_out_of_a_source_is_not_counted_twice():
    """Half of a lesion's activity is seen beside it; a region far away gets the photons of the lesion once."""
    from scipy.ndimage import gaussian_filter

    cubes = {"L1": box((4, 4, 4), (8, 8, 8), "L1"), "L2": box((20, 22, 30), (23, 25, 33), "L2")}
    once = np.zeros(GRID.shape)
    once[cubes["L2"].voxels] = 500.0 / cubes["L2"].volume_ml * 1e6
    once[cubes["L1"].voxels] = 1.0
    seen = gaussian_filter(once, 11.0 / 2.354820045 / 4.8, mode="constant")
    scans = [
        ScanInput(
            activity=Volume(values=seen * 2 ** (-h / 50), geometry=GRID, unit="Bq/mL"),
            hours=h,
            acquired_at=START + timedelta(hours=h),
            regions=cubes,
            fwhm_mm=11.0,
        )
        for h in HOURS
    ]
    result = dose_of_cycle(cycle(scans, engine=KernelEngine("Lu-177")))
    source = region(result, "L2").corrected
    contour_resolution_and_lattice = 0.01
    assert source.fit.tia_mbq_h == pytest.approx(500 * 50 / log(2), rel=contour_resolution_and_lattice)
    assert region(result, "L2").samples[0].recovery < 0.5
    one = region(result, "L1").uncorrected
    expected = source.fit.tia_mbq_h * photons_between(cubes["L2"].voxels, cubes["L1"].voxels, GRID.spacing_mm)
    spread_around_the_source = 0.02
    assert one.total_dose_gy - one.mean_dose_gy == pytest.approx(expected, rel=spread_around_the_source)


def test_a_gland_that_is_hardly_seen_is_named_and_so_is_one_without_correction():
    tiny = {"lacrimal_left": box((36, 30, 32), (37, 31, 33), "lacrimal_left"), "liver": REGIONS["liver"]}
    seen = dose_of_cycle(cycle([scan(h, regions=tiny, fwhm_mm=11.0) for h in HOURS]))
    assert any("this lacrimal gland is seen inside its contour" in n for n in region(seen, "lacrimal_left").notes)
    unseen = dose_of_cycle(cycle([scan(h, regions=tiny, fwhm_mm=None) for h in HOURS]))
    assert any(
        "Partial volume of a lacrimal gland is not corrected" in n for n in region(unseen, "lacrimal_left").notes
    )
    assert not any("Partial volume" in note for note in region(unseen, "liver").notes)


def test_a_salivary_gland_of_middle_size_is_told_that_its_correction_is_large():
    gland = {"parotid_left": REGIONS["L1"], "liver": REGIONS["liver"]}
    found = region(dose_of_cycle(cycle([scan(h, regions=gland, fwhm_mm=11.0) for h in HOURS])), "parotid_left")
    assert any("Partial volume of a salivary gland" in note for note in found.notes)


def test_marrow_by_image_takes_what_the_engine_carries_to_its_contour_and_names_the_lesions_in_it():
    from lutetia.dosimetry.marrow import ByImage, MarrowInput, MarrowSelf

    stated = MarrowInput(
        self_dose=MarrowSelf(s_mgy_per_mbq_s=1.15e-5, mass_g=1170, source="made up"),
        image=ByImage(share=0.1, mass_g=1000, source="made up"),
    )
    inside = {"marrow": REGIONS["kidney_left"], "liver": REGIONS["liver"], "L7": box((9, 9, 31), (12, 12, 34), "L7")}
    scans = [scan(h, regions=inside) for h in HOURS]
    (with_engine,) = dose_of_cycle(cycle(scans, engine=KernelEngine("Lu-177"), marrow=stated)).marrow
    assert with_engine.cross_gy > 0
    assert "voxel engine" in with_engine.cross_from
    assert any("(L7)" in flag for flag in with_engine.flags)
    (without,) = dose_of_cycle(cycle(scans, marrow=stated)).marrow
    assert without.cross_gy is None
    assert without.self_gy == pytest.approx(with_engine.self_gy)
