"""The simulated patient: anatomy, images, record and truth agree with each other."""

import json
from datetime import timedelta

import numpy as np
import pytest
from scipy.ndimage import binary_erosion, gaussian_filter, map_coordinates

from lutetia.course.file import parse_course, write_course
from lutetia.guideline.evaluate import assess
from lutetia.guideline.timeline import timeline
from lutetia.guideline.verdict import Outcome
from lutetia.simulation import acquisition, simulate
from lutetia.simulation.anatomy import Build
from lutetia.simulation.bloods import results
from lutetia.simulation.camera import FWHM_PER_SIGMA, Camera
from lutetia.simulation.images import CONTOURS, UNUSED, uid
from lutetia.simulation.kinetics import LU177_DECAY_PER_H, LU177_HALF_LIFE_H, Habit
from lutetia.simulation.schedule import cycles
from lutetia.volume import Geometry

CAMERA = Camera()
COARSE = {
    "CT_GRID": Geometry(shape=(157, 72, 100), spacing_mm=(5.0, 4.8, 4.8), origin_mm=acquisition.CT_GRID.origin_mm),
    "SPECT_GRID": Geometry(shape=(78, 64, 64), spacing_mm=(10.0, 9.6, 9.6), origin_mm=acquisition.SPECT_GRID.origin_mm),
    "PET_GRID": Geometry(shape=(98, 50, 64), spacing_mm=(8.0, 8.0, 8.0), origin_mm=acquisition.PET_GRID.origin_mm),
}
"""The same man on fewer voxels, for questions that do not depend on them."""

SPILL_IN_AND_NOISE = 0.05
"""Organs receive counts of their neighbours, which no recovery coefficient takes away; and there is noise."""

NOISE_INSIDE_A_LARGE_ORGAN = 0.03
WHOLE_VOXELS_OF_THE_CT_MM = 0.3
TEXTURE_OF_THE_CT = 0.005
OF_A_WORKING_DAY_H = 2
SCATTER_OF_PSA = 0.08
CONTOUR_OF_CT_VOXELS = 0.02
SMALL_CONTOUR_OF_CT_VOXELS = 0.08


@pytest.fixture(scope="module")
def patient():
    return simulate(177)


@pytest.fixture(scope="module")
def truth(patient):
    return patient.truth.cycle(1)


def _mbq_per_count(scan):
    hours = scan.duration_s / 3600
    decayed = (1 - np.exp(-LU177_DECAY_PER_H * hours)) / (LU177_DECAY_PER_H * hours)
    return 1 / (CAMERA.cps_per_mbq * scan.duration_s * decayed)


def _centre(mask):
    return mask.geometry.to_patient(np.argwhere(mask.voxels).mean(axis=0))


def _recovered_mbq(scan, name):
    """Measure a region as a physicist would: counts within the contour, over the blurred contour's own share."""
    mask = scan.regions[name]
    inside = np.argwhere(mask.voxels)
    places = scan.counts.geometry.to_index(mask.geometry.to_patient(inside)).T
    per_ml = map_coordinates(scan.counts.values, places, order=3) / scan.counts.geometry.voxel_ml
    measured = per_ml.sum() * mask.geometry.voxel_ml * _mbq_per_count(scan)
    around = tuple(slice(max(a - 8, 0), b + 9) for a, b in zip(inside.min(axis=0), inside.max(axis=0), strict=True))
    own = mask.voxels[around].astype(np.float32)
    blurred = gaussian_filter(own, [CAMERA.fwhm_mm / FWHM_PER_SIGMA / step for step in mask.geometry.spacing_mm])
    return measured / ((blurred * own).sum() / own.sum())


def test_he_is_marked_synthetic_in_record_and_truth(patient):
    assert patient.course.synthetic
    assert patient.course.patient.dicom_patient_id == "SYNTHETIC-001"
    assert json.loads(patient.truth.to_json())["synthetic"] is True


def test_his_organs_have_the_size_of_a_mans(truth):
    ranges = {
        "kidney_left": (130, 200), "kidney_right": (130, 200), "liver": (1400, 2200), "spleen": (130, 280),
        "parotid_left": (17, 30), "submandibular_right": (6, 11),
    }  # fmt: skip
    for region, (least, most) in ranges.items():
        assert least <= truth.region(region).mass_g <= most, region
    for lesion in ("L1", "L2", "L3", "L4", "L5"):
        assert 3 <= truth.region(lesion).volume_ml <= 42, lesion


def test_left_is_left_and_right_is_right(patient):
    for scan in patient.scans:
        x = {name: _centre(scan.regions[name])[0] for name in CONTOURS}
        assert x["Spleen"] > 60 > -20 > x["Liver"]
        for pair in ("Kidney", "Parotid", "Submandibular"):
            assert x[f"{pair} L"] > 0 > x[f"{pair} R"]


def test_front_is_front_and_head_is_up(patient):
    place = {name: _centre(patient.scans[0].regions[name]) for name in CONTOURS}
    assert place["Parotid L"][2] > place["Liver"][2] > place["Kidney R"][2] > place["Bladder"][2]
    assert place["Kidney R"][1] > place["Liver"][1] > place["Bladder"][1]
    assert place["Kidney L"][2] > place["Kidney R"][2]  # the right one lies lower, under the liver


def test_true_contours_have_the_true_volume(patient):
    for scan in patient.scans:
        for name, region in CONTOURS.items():
            true = patient.truth.cycle(scan.cycle).region(region).volume_ml
            within = CONTOUR_OF_CT_VOXELS if true > 100 else SMALL_CONTOUR_OF_CT_VOXELS
            assert scan.regions[name].volume_ml == pytest.approx(true, rel=within), name


def test_ct_spect_and_contours_of_a_scan_share_their_frame_and_no_two_scans_do(patient):
    frames = set()
    for ct, scan in zip(patient.cts, patient.scans, strict=True):
        assert ct.series_uid == scan.ct_series_uid
        mask = scan.regions["Liver"]
        assert mask.geometry == ct.volume.geometry
        assert {ct.volume.geometry.frame_of_reference, scan.counts.geometry.frame_of_reference} == {
            scan.frame_of_reference
        }
        frames.add(scan.frame_of_reference)
    assert len(frames) == len(patient.scans) == 5


def test_he_moves_between_scans_and_never_further_than_stated(patient):
    shifts = np.array([scan.shift_mm for scan in patient.scans])
    assert (np.abs(shifts) <= 3).all()
    assert len(np.unique(shifts, axis=0)) == len(shifts)
    first, second = (_centre(scan.regions["Liver"]) for scan in patient.scans[:2])
    assert second - first == pytest.approx(shifts[1] - shifts[0], abs=WHOLE_VOXELS_OF_THE_CT_MM)


def test_the_ct_shows_each_organ_at_the_density_of_its_mass(patient):
    ct, scan = patient.cts[0], patient.scans[0]
    # Schneider et al. 2000, between 23 and 100 HU: 1.031 to 1.1199 g/mL
    for name in ("Kidney L", "Liver", "Spleen"):
        hounsfield = scan.regions[name].mean(ct.volume)
        region = patient.truth.cycle(1).region(CONTOURS[name])
        density = 1.031 + (hounsfield - 23) * (1.1199 - 1.031) / (100 - 23)
        assert density == pytest.approx(region.mass_g / region.volume_ml, rel=TEXTURE_OF_THE_CT), name


def test_counts_are_whole_and_fit_into_sixteen_bits(patient):
    for scan in patient.scans:
        assert np.array_equal(scan.counts.values, np.rint(scan.counts.values))
        assert scan.counts.values.min() >= 0
        assert scan.counts.values.max() < 2**16


def test_deep_inside_the_liver_counts_mean_its_concentration(patient, truth):
    liver = truth.region("liver")
    for scan, mbq in zip(patient.scans[:3], liver.activity_mbq[:3], strict=True):
        mask = scan.regions["Liver"]
        core = np.argwhere(binary_erosion(mask.voxels, iterations=9))
        places = scan.counts.geometry.to_index(mask.geometry.to_patient(core)).T
        per_ml = map_coordinates(scan.counts.values, places, order=1).mean() / scan.counts.geometry.voxel_ml
        assert per_ml * _mbq_per_count(scan) == pytest.approx(mbq / liver.volume_ml, rel=NOISE_INSIDE_A_LARGE_ORGAN)


@pytest.mark.parametrize("name", ["Kidney L", "Kidney R", "Liver", "Spleen"])
def test_recovered_activity_of_the_large_organs_is_the_true_one(patient, name):
    for scan in (*patient.scans[:3], patient.scans[4]):
        true = patient.truth.cycle(scan.cycle)
        mbq = true.region(CONTOURS[name]).activity_mbq[true.scan_hours.index(scan.hours)]
        assert _recovered_mbq(scan, name) == pytest.approx(mbq, rel=SPILL_IN_AND_NOISE)


def test_no_scan_shows_more_than_was_given(patient):
    for scan in patient.scans:
        given = patient.truth.cycle(scan.cycle).given_mbq
        left = given * np.exp(-LU177_DECAY_PER_H * scan.hours)
        assert scan.counts.total() * _mbq_per_count(scan) < left


def test_the_activities_of_all_regions_add_up_to_no_more_than_was_given(patient):
    for cycle in patient.truth.cycles:
        for n, hours in enumerate(cycle.scan_hours):
            total = sum(region.activity_mbq[n] for region in cycle.regions)
            assert total < cycle.given_mbq * np.exp(-LU177_DECAY_PER_H * hours)


def test_doses_lie_where_they_were_published(truth):
    # VISION substudy: kidney 0.43 +- 0.16, salivary 0.63 +- 0.36 Gy/GBq; a man within three standard deviations
    ranges = {"kidney_left": (0.2, 0.9), "parotid_left": (0.2, 1.4), "liver": (0.05, 0.3), "spleen": (0.05, 0.5)}
    for region, (least, most) in ranges.items():
        assert least < truth.region(region).dose_gy_per_gbq < most, region
    for lesion in ("L1", "L2", "L3", "L4", "L5"):
        assert 0.5 < truth.region(lesion).dose_gy_per_gbq < 12, lesion


def test_truth_states_its_approximation_and_withholds_doses_that_a_sphere_cannot_give(patient, truth):
    words = " ".join(patient.truth.approximations)
    for word in ("sphere", "Cross-fire", "chain"):
        assert word in words
    for region in ("marrow", "bladder", "small_bowel", "remainder"):
        assert truth.region(region).dose_gy is None


def test_lesions_shrink_and_fade_from_cycle_to_cycle_and_pet_to_pet(patient):
    first, second = patient.truth.cycles
    for lesion in ("L1", "L2", "L3", "L4", "L5"):
        assert second.region(lesion).volume_ml < first.region(lesion).volume_ml
    examinations = [e for e in patient.course.examinations.entries if e.kind == "psma-pet"]
    for before, after in zip(examinations[0].lesions, examinations[1].lesions, strict=True):
        assert after.volume.value < before.volume.value
        assert after.suv_mean < before.suv_mean
        assert after.suv_max >= after.suv_mean


def test_pet_uptake_is_ordered_as_in_life(patient):
    for pet in patient.pets:
        suv = {
            n: pet.regions[n].mean(pet.activity) * pet.suv_per_bq_ml()
            for n in ("Kidney L", "Parotid L", "Liver", "Spleen")
        }
        assert suv["Kidney L"] > suv["Parotid L"] > suv["Spleen"] > suv["Liver"] > 3


def test_his_record_names_his_pets_and_all_that_lights_up_but_lesions_is_drawn_on_them(patient):
    examinations = [e for e in patient.course.examinations.entries if e.kind == "psma-pet"]
    assert [e.pet.series_uid for e in examinations] == [pet.series_uid for pet in patient.pets]
    organs = {region for region in CONTOURS.values() if not region.startswith("L")}
    for pet in patient.pets:
        assert set(pet.organs) == organs | {"lacrimal_left", "lacrimal_right", "small_bowel", "skeleton"}
        assert all(mask.geometry.matches(pet.activity.geometry) for mask in pet.organs.values())
        assert all(mask.voxels.any() and mask.name == code for code, mask in pet.organs.items())


def test_more_of_his_lesions_is_shown_than_was_drawn_and_less_on_the_later_pet(patient):
    drawn = [sum(volumes.values()) for volumes in patient.truth.pet_lesion_ml.values()]
    shown = list(patient.truth.pet_shown_ml.values())
    assert list(patient.truth.pet_shown_ml) == list(patient.truth.pet_lesion_ml)
    assert all(more > less for more, less in zip(shown, drawn, strict=True))
    assert shown[1] < shown[0]


def test_times_of_course_and_images_agree(patient):
    for cycle in patient.course.given_cycles:
        scans = [scan for scan in patient.scans if scan.cycle == cycle.number]
        true = patient.truth.cycle(cycle.number)
        assert cycle.administration.given_mbq(LU177_HALF_LIFE_H) == pytest.approx(true.given_mbq)
        assert [s.series_uid for s in cycle.scans] == [s.series_uid for s in scans]
        for written, scan in zip(cycle.scans, scans, strict=True):
            assert written.acquired_at == scan.started_at
            assert scan.started_at - cycle.administration.started_at == timedelta(hours=scan.hours)
            assert set(written.regions) == set(scan.regions) - UNUSED
            assert (written.ct_series_uid, written.structure_series_uid) == (
                scan.ct_series_uid,
                scan.structure_series_uid,
            )
    assert [round(h) for h in patient.truth.cycle(1).scan_hours] == pytest.approx(
        [4, 24, 72, 168], abs=OF_A_WORKING_DAY_H
    )
    assert patient.truth.cycle(2).scan_hours == pytest.approx([48], abs=OF_A_WORKING_DAY_H)


def test_before_the_third_cycle_every_result_is_fresh_but_the_neutrophils(patient):
    planned = patient.course.cycle(3).planned
    needed = (
        "haemoglobin", "leukocytes", "neutrophils", "platelets", "creatinine", "egfr", "ast", "alt", "bilirubin",
        "albumin", "alkaline_phosphatase", "ldh", "psa", "crp",
    )  # fmt: skip
    ages = {name: (planned - patient.course.facts_of(f"lab.{name}")[-1].day).days for name in needed}
    assert ages.pop("neutrophils") == 9
    assert set(ages.values()) == {1}
    assert patient.known_on < planned


def test_the_guideline_asks_before_the_third_cycle_for_the_neutrophils_and_nothing_else(patient):
    assessment = assess(patient.course, "cycle 3", known_on=patient.known_on)
    assert assessment.decision.outcome is Outcome.UNDETERMINED
    assert assessment.decision.at_most is Outcome.GO
    assert [ask.item for ask in assessment.decision.decides] == ["lab.neutrophils"]
    assert [ask.item for ask in assessment.unknown] == ["lab.neutrophils"]


def test_psa_falls_by_about_sixty_per_cent_from_the_first_cycle(patient):
    start = patient.course.cycle(1).administration.started_at.date()
    psa = patient.course.facts_of("lab.psa")
    baseline = [fact for fact in psa if fact.day <= start][-1].quantity
    assert psa[-1].quantity / baseline - 1 == pytest.approx(-0.6, abs=SCATTER_OF_PSA)


def test_the_record_survives_its_file_form(patient):
    assert parse_course(write_course(patient.course), name="course.yaml") == patient.course


def test_the_site_calibrates_the_camera_that_was_simulated(patient):
    calibration = patient.site.calibrations[0]
    assert calibration.system_cps_per_mbq == CAMERA.cps_per_mbq
    assert calibration.resolution_fwhm.to("mm") == CAMERA.fwhm_mm
    assert all(calibration.holds_on(scan.started_at.date()) for scan in patient.scans)


def test_uids_are_valid_and_unique(patient):
    uids = [uid for scan in patient.scans for uid in (scan.series_uid, scan.ct_series_uid, scan.structure_series_uid)]
    uids += [uid for pet in patient.pets for uid in (pet.series_uid, pet.structure_series_uid)]
    assert len(set(uids)) == len(uids)
    for one in uids:
        assert one.startswith("2.25.")
        assert len(one) <= 64
        assert one[5:].isdigit()


def test_the_same_seed_is_the_same_patient_and_progress_is_told(monkeypatch):
    for name, grid in COARSE.items():
        monkeypatch.setattr(acquisition, name, grid)
    told = []
    one = simulate(177)
    again = simulate(177, progress=lambda what, done: told.append((what, done)))
    assert again.course == one.course
    assert again.truth == one.truth
    images = [(*man.scans, *man.cts, *man.pets) for man in (one, again)]
    assert len(images[0]) == 5 + 5 + 2
    for first, second in zip(*images, strict=True):
        field = next(name for name in ("counts", "volume", "activity") if hasattr(first, name))
        values = getattr(first, field).values
        assert values.any()
        assert np.array_equal(values, getattr(second, field).values)
    assert told
    assert [done for _, done in told] == sorted(done for _, done in told)
    assert all(what and 0 <= done <= 1 for what, done in told)


def test_another_seed_is_another_patient():
    draws = [
        (
            Build.drawn(np.random.default_rng(seed)),
            Habit.drawn(("liver", "L1"), np.random.default_rng(seed)),
            results(np.random.default_rng(seed))["lab.psa"],
            cycles(np.random.default_rng(seed)),
            uid(seed, "cycle 1 scan 1 spect"),
        )
        for seed in (177, 178)
    ]
    assert all(one != other for one, other in zip(*draws, strict=True))


def test_questions_about_the_past_of_the_simulated_patient_find_complete_lists(patient):
    line = timeline(patient.course, known_on=patient.known_on)
    assert [one.question for one in line.points] == ["selection", "cycle 1", "cycle 2", "cycle 3"]
    asks = [ask for one in line.points for ask in (*one.advice.decides, *one.advice.unknown)]
    assert [ask for ask in asks if ask.why.startswith(("complete only", "nobody has called"))] == []
    assert [one.advice.decides for one in line.points[:3]] == [(), (), ()]
