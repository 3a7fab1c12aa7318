"""Do a centre's choices reach the doses, and are they told with them?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from lutetia.course import Cycle
from lutetia.dosimetry.input import ScanInput
from lutetia.dosimetry.result import DoseValue
from lutetia.dosimetry.uncertainty import CountNoise, StatedNoise
from lutetia.dosimetry.voxel import KernelEngine, LocalEngine, MonteCarloEngine
from lutetia.errors import InputError
from lutetia.reference.nuclide import LU177
from lutetia.reference.radiobiology import KIDNEY, PROSTATE_CANCER
from lutetia.reference.tissue import ORGAN_DENSITY_G_ML
from lutetia.simulation.camera import Camera
from lutetia.simulation.centre import centre
from lutetia.site import Calibration, DosimetrySettings, RecoveryStated, Site
from lutetia.volume import Geometry, Volume
from lutetia.workflow.dose.cycles import DoseOutcome, dose_folder, earlier_curves
from lutetia.workflow.dose.settings import CentreChoices, listed
from lutetia.workflow.simulated.demo import DemoOutcome

CYCLE = Cycle.model_validate({"number": 1, "agent": "[177Lu]Lu-PSMA-617", "planned": "2026-03-02"})
CALIBRATION = centre(Camera()).calibrations[0]
HEAD = "cycle,region,hours,activity_MBq,volume_mL,mass_g\n"
# 180 MBq with a half-life of 60 h in cycle 1; one sample in cycle 2.
TWO_CYCLES = HEAD + "1,kidney_left,24,136.4,295,310\n1,kidney_left,96,59.4,295,310\n2,kidney_left,24,100,295,310\n"


def choices(**stated: Any) -> CentreChoices:
    return CentreChoices(DosimetrySettings.model_validate(stated))


def scan(hours: float, *, counted: bool = True, duration_s: float = 1200.0, moved: frozenset[str] = frozenset()) -> Any:
    given = SimpleNamespace(hours=hours, moved_here=moved)
    used = CALIBRATION if counted else None
    return SimpleNamespace(given=given, counted_with=used, calibration=used, duration_s=duration_s)


def test_the_true_doses_lie_within_two_standard_uncertainties(demo: DemoOutcome) -> None:
    truth = json.loads(demo.phantom.truth.read_text(encoding="utf-8"))
    true = {(c["number"], r["region"]): r["dose_gy"] for c in truth["cycles"] for r in c["regions"] if r["dose_gy"]}
    seen = set()
    for cycle in demo.files.result.cycles:
        for region in cycle.regions:
            if (place := (cycle.cycle, region.region)) not in true:
                continue
            value = region.shown
            assert isinstance(value, DoseValue)
            assert value.budget is not None, (place, value.uncertainty_missing)
            off = value.mean_dose_gy / true[place] - 1
            assert abs(off) < 2 * value.budget.relative_sigma, place
            seen.add(place)
    assert seen == set(true)


def test_the_page_lists_the_choices_of_site_calibration_and_lutetia(demo: DemoOutcome) -> None:
    whose = {choice["whose"] for choice in demo.files.report["choices"]}
    assert {"the site's", "the calibration's", "Lutetia's"} <= whose
    sensitivity = next(c for c in demo.files.report["choices"] if c["what"] == "uncertainty: sensitivity")
    assert (sensitivity["value"], sensitivity["source"]) == ("3 %", CALIBRATION.id)


def _dose(course: Path, table: Path, demo: DemoOutcome, dosimetry: str) -> DoseOutcome:
    text = f"format: lutetia-dosimetry/1\n{dosimetry}"
    (course.parent / "site" / "dosimetry.yaml").write_text(text, encoding="utf-8")
    table.write_text(TWO_CYCLES, encoding="utf-8")
    return dose_folder(course, site_path=None, known_on=demo.phantom.known_on, table=table)


def _model(outcome: DoseOutcome, cycle: int) -> str:
    value = outcome.cycles[cycle - 1].regions[0].uncorrected
    return value.fit.model if isinstance(value, DoseValue) else "refused"


@pytest.mark.parametrize(
    ("dosimetry", "models"),
    [
        ("", ("mono-exponential", "refused")),
        ("population_half_lives:\n  kidneys: {hours: 36, relative_sd: 0.3, source: x}\n",
         ("mono-exponential", "single time point, population half-life")),
        ("earlier_cycles: used\n", ("mono-exponential", "single time point, earlier cycle")),
        ("preset: single-time-point-kidney\nearlier_cycles: not used\n",
         ("single time point, population half-life", "single time point, population half-life")),
        ("curves:\n  all: {method: physical decay only}\n", ("physical decay only", "physical decay only")),
    ],
)  # fmt: skip
def test_the_sites_file_decides_by_which_curve_a_dose_is_found(
    tmp_path: Path, record_only: Path, demo: DemoOutcome, dosimetry: str, models: tuple[str, str]
) -> None:
    outcome = _dose(record_only, tmp_path / "activities.csv", demo, dosimetry)
    assert (_model(outcome, 1), _model(outcome, 2)) == models
    assert outcome.choices


def test_a_courses_curve_comes_before_the_sites() -> None:
    site = choices(curves={"kidneys": {"method": "bi-exponential"}, "all": {"method": "mono-exponential"}})
    asked = CYCLE.model_copy(update={"curves": {"kidney_left": "automatic", "liver": "physical decay only"}})
    assert site.models(asked, ["kidney_left", "kidney_right", "liver", "L1"]) == {
        "kidney_right": "bi-exponential",
        "liver": "physical decay only",
        "L1": "mono-exponential",
    }


def test_a_published_half_life_is_taken_where_the_site_says_so() -> None:
    own = {"kidneys": {"hours": 50.0, "relative_sd": 0.2, "source": "own"}}
    asked = {"kidney_left": {"method": "single time point", "half_life": "published"}}
    found = choices(population_half_lives=own, curves=asked).half_lives(["kidney_left", "kidney_right", "bladder"])
    assert {region: half_life.effective_h for region, half_life in found.items()} == {
        "kidney_left": 35.5,
        "kidney_right": 50.0,
    }


def test_engine_reference_scan_and_densities_are_the_sites() -> None:
    assert choices(engine="none").engine(LU177) is None
    assert isinstance(choices(engine="local").engine(LU177), LocalEngine)
    assert isinstance(choices().engine(LU177), KernelEngine)
    asked = choices(engine="monte_carlo", monte_carlo={"relative_sigma": 0.005}).engine(LU177)
    assert isinstance(asked, MonteCarloEngine)
    assert (asked.relative_sigma, asked.seed) == (0.005, 177)
    scans = [scan(4), scan(26), scan(70)]
    assert choices().reference_scan(scans) == 1
    assert choices(reference_scan={"value": 3.0, "unit": "d"}).reference_scan(scans) == 2
    lesion = {"value": 1.2, "unit": "g/mL", "source": "x"}
    found = choices(density="organ", tissue_densities={"lesion": lesion}).densities_g_ml(["liver", "L1", "bladder"])
    assert found["L1"] == 1.2
    assert found["liver"] == ORGAN_DENSITY_G_ML["liver"]
    assert choices().densities_g_ml(["liver"]) == {}


SPHERES = RecoveryStated(
    a=1.1, b_ml=2.0, variance_a=0.01, variance_b=0.04, covariance=-0.005, smallest_ml=0.5, largest_ml=26.5, source="x"
)


def image(calibration: Calibration | None) -> Any:
    activity = Volume(
        values=np.ones((2, 2, 2)), geometry=Geometry(shape=(2, 2, 2), spacing_mm=(5.0,) * 3), unit="Bq/mL"
    )
    given = ScanInput(
        activity=activity, hours=24.0, acquired_at=datetime(2026, 3, 3, tzinfo=UTC), regions={}, fwhm_mm=9
    )
    return SimpleNamespace(given=given, calibration=calibration)


def test_recovery_by_volume_is_taken_from_the_calibration_of_each_scan() -> None:
    (given,) = choices(recovery="by volume").scans([image(CALIBRATION.model_copy(update={"recovery": SPHERES}))])
    assert given.recovery_curve is not None
    assert (given.recovery_curve.half_ml, given.recovery_curve.largest_ml, given.fwhm_mm) == (2.0, 26.5, None)
    (given,) = choices().scans([image(CALIBRATION.model_copy(update={"recovery": SPHERES}))])
    assert (given.recovery_curve, given.fwhm_mm) == (None, 9)


@pytest.mark.parametrize("calibration", [CALIBRATION, None])
def test_recovery_by_volume_without_a_curve_is_refused_with_what_to_do(calibration: Calibration | None) -> None:
    with pytest.raises(InputError) as caught:
        choices(recovery="by volume").scans([image(calibration)])
    text = str(caught.value)
    assert "dosimetry.yaml, recovery" in text
    assert "holds a recovery curve for the scan at 24.0 h" in text
    assert "lutetia calibrate --spheres" in text


def test_the_curve_of_a_recovery_by_volume_is_listed_with_its_source() -> None:
    course = SimpleNamespace(cycles=(), lesions=SimpleNamespace(entries=()))
    site = Site(dosimetry=DosimetrySettings(recovery="by volume"))
    found = listed(course, site, [CALIBRATION.model_copy(update={"recovery": SPHERES})])  # type: ignore[arg-type]
    assert next(one.value for one in found if one.what == "recovery") == "by volume"
    curve = next(one for one in found if one.what == "recovery: by volume")
    assert "b = 2 mL, spheres of 0.5 to 26.5 mL" in curve.value
    assert (curve.whose, curve.source) == ("the calibration's", f"{CALIBRATION.id}: x")


def earlier_cycle(regions: tuple[str, ...]) -> Any:
    curve = SimpleNamespace(model="bi-exponential")
    return SimpleNamespace(
        agent="a", remainder=curve, regions=tuple(SimpleNamespace(region=name, shown=None) for name in regions)
    )


def test_the_remainder_takes_its_earlier_kinetics_only_where_it_is_the_same_remainder() -> None:
    same = earlier_curves([earlier_cycle(("liver", "L1"))], "a", {"liver", "L1", "body"})
    assert same["remainder"].model == "bi-exponential"
    assert "remainder" not in earlier_curves([earlier_cycle(("liver",))], "a", {"liver", "L1"})
    assert "remainder" not in earlier_curves([earlier_cycle(("liver",))], "b", {"liver"})


def test_parameters_of_repair_are_those_of_the_table_or_the_sites_own() -> None:
    own = {"alpha_beta_gy": 3.0, "repair_half_life_h": 1.5, "source": "own series", "year": 2026}
    found = choices(repair={"lesion": {"tissue": "prostate cancer"}, "parotids": own}).repair(
        ["L1", "parotid_left", "kidney_left"]
    )
    assert found["L1"] is PROSTATE_CANCER
    assert found["L1"] is not KIDNEY
    assert (found["parotid_left"].alpha_beta_gy, found["parotid_left"].source.title) == (3.0, "own series")
    assert "kidney_left" not in found


CONTOURS = {"all": {"drawn": "per scan", "volume_relative_sigma": 0.1, "source": "x"}}


def test_without_declarations_there_is_no_uncertainty() -> None:
    assert choices().uncertainty([scan(24)], ["liver"]) is None


def test_sensitivity_comes_from_the_calibration_and_from_nowhere_else_for_counts() -> None:
    stated = choices(uncertainty={"contours": CONTOURS})
    found = stated.uncertainty([scan(24)], ["liver"])
    assert found is not None
    assert (found.calibration, found.calibration_relative_sigma) == (CALIBRATION.id, 0.03)
    in_becquerel = stated.uncertainty([scan(24, counted=False)], ["liver"])
    assert in_becquerel is not None
    assert in_becquerel.calibration_relative_sigma is None


def test_a_contour_that_was_moved_to_another_scan_was_drawn_once() -> None:
    scans = [scan(4), scan(24, moved=frozenset({"liver"}))]
    found = choices(uncertainty={"contours": CONTOURS}).uncertainty(scans, ["liver", "spleen"])
    assert found is not None
    assert {region: contour.drawn for region, contour in found.contour_of.items()} == {
        "liver": "per cycle",
        "spleen": "per scan",
    }


def test_noise_is_stated_or_follows_from_the_fewest_counts() -> None:
    stated = {"relative_sigma": 0.03, "by_region": {"lesion": 0.06}, "source": "x"}
    found = choices(uncertainty={"noise": stated}).uncertainty([scan(24)], ["L1", "liver"])
    assert found is not None
    assert found.noise == StatedNoise(relative_sigma=0.03, by_region={"L1": 0.06})
    counted = choices(uncertainty={"noise": {"variance_factor": 4.0, "source": "x"}})
    scans = [scan(4), scan(24, duration_s=600.0)]
    from_counts = counted.uncertainty(scans, ["liver"])
    assert from_counts is not None
    assert isinstance(from_counts.noise, CountNoise)
    assert from_counts.noise.duration_s == 600.0
    without = counted.uncertainty([scan(4), scan(24, counted=False)], ["liver"])
    assert without is not None
    assert without.noise is None
