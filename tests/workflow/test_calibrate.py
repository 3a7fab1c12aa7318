"""Does a phantom of known activity give back the sensitivity of the camera that it was simulated with?"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from lutetia.cli.main import main
from lutetia.dicom.write import Administered, Header, SpectAcquisition, uid_of, write_spect
from lutetia.errors import LutetiaError
from lutetia.quantification import fit_recovery, recovery_of_volume
from lutetia.quantification.decay import mean_over_acquisition
from lutetia.quantification.sphere import sphere_recovery
from lutetia.reference.nuclide import LU177
from lutetia.simulation.acquisition import expected_counts
from lutetia.simulation.camera import Camera, shared_noise
from lutetia.site import read_phantom, read_site
from lutetia.volume import Geometry, Volume
from lutetia.workflow.calibration.calibrate import Calibrated, calibrate
from lutetia.workflow.calibration.file import beside_resolution, curve_of

ROUNDING_OF_FLOATS = 1e-09
SINGLE_PRECISION = 1e-06
WRITTEN_WITH_FIVE_DIGITS = 0.0001
"""A calibration keeps five digits of its curve."""

CAMERA = Camera(cps_per_mbq=9.4, fwhm_mm=11.0, duration_s=1200.0)
FILLED_AT = datetime(2026, 1, 5, 9, 0, tzinfo=ZoneInfo("Europe/Paris"))
STARTED_AT = FILLED_AT + timedelta(hours=1.5)
GRID = Geometry(shape=(64, 72, 72), spacing_mm=(4.8, 4.8, 4.8), frame_of_reference=uid_of("phantom"))
FINE = Geometry(shape=(154, 173, 173), spacing_mm=(2.0, 2.0, 2.0), frame_of_reference=uid_of("phantom"))
RADIUS_MM, LENGTH_MM = 108.0, 186.0
FILLED_MBQ = 1030.0 - 26.0 * 2 ** (0.25 / LU177.half_life_h)

MEASUREMENT = """\
format: lutetia-phantom/1
id: camera-1-2026
kind: cylinder
nuclide: Lu-177
collimator: MEGP
reconstruction: OSEM, attenuation and scatter corrected
activity_meter: {name: VIK-202, relative_sigma: 0.015}
syringe_before: {activity: {value: 1030, unit: MBq}, at: 2026-01-05T09:00+01:00}
syringe_after: {activity: {value: 26, unit: MBq}, at: 2026-01-05T09:15+01:00}
image: spect.dcm
volume: {value: VOLUME, unit: mL}
volume_relative_sigma: 0.005
edge: {value: 25, unit: mm}
"""


def cylinder_ml() -> tuple[np.ndarray, float]:
    """Return the voxels of the phantom on the fine grid, and their volume."""
    z, y, x = (2.0 * (np.arange(n) - (n - 1) / 2) for n in FINE.shape)
    inside = (np.hypot(y[:, None], x[None, :]) <= RADIUS_MM)[None] & (np.abs(z) <= LENGTH_MM / 2)[:, None, None]
    return inside, float(inside.sum()) * FINE.voxel_ml


def concentration(inside: np.ndarray, mbq: float) -> np.ndarray:
    """Return an activity spread evenly, as its mean over the acquisition [MBq/mL]."""
    hours = (STARTED_AT - FILLED_AT).total_seconds() / 3600
    mean = mbq * 2 ** (-hours / LU177.half_life_h) * mean_over_acquisition(CAMERA.duration_s, LU177.half_life_h)
    return (inside * (mean / (inside.sum() * FINE.voxel_ml))).astype(np.float32)


def centred(grid: Geometry) -> Geometry:
    """Return a grid around the origin."""
    from dataclasses import replace

    z, y, x = (-d * (n - 1) / 2 for d, n in zip(grid.spacing_mm, grid.shape, strict=True))
    return replace(grid, origin_mm=(x, y, z))


def counts_of(mbq_per_ml: np.ndarray, *, seed: int = 7, background: float = 0.0) -> np.ndarray:
    image = centred(GRID)
    expected = expected_counts(mbq_per_ml, centred(FINE), image, CAMERA) + np.float32(background)
    return shared_noise(expected, CAMERA, image, np.random.default_rng(seed))


def write(path: Path, values: np.ndarray, unit: str = "count", **acquired: object) -> None:
    acquisition = {"heads": 2, "projections_per_head": 60, "projection_s": 20.0, "windows_kev": ((187.2, 228.8),)}
    header = Header(
        patient_id="PHANTOM", patient_name="PHANTOM", study_uid=uid_of("study"), series_uid=uid_of("series"),
        frame_of_reference=str(GRID.frame_of_reference), study_at=STARTED_AT, acquired_at=STARTED_AT,
        administered=Administered(agent="LuCl3", nuclide=str(acquired.pop("nuclide", "Lu-177")), activity_mbq=9e2,
                                  at=FILLED_AT, half_life_s=LU177.half_life_h * 3600),
    )  # fmt: skip
    volume = Volume(values=values.astype(np.float32), geometry=centred(GRID), unit=unit)  # type: ignore[arg-type]
    write_spect(path, volume, header, acquisition=SpectAcquisition(**(acquisition | acquired)))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def cylinder(tmp_path_factory: pytest.TempPathFactory) -> tuple[np.ndarray, float]:
    """Return the counts of the cylinder and its volume."""
    inside, volume_ml = cylinder_ml()
    return counts_of(concentration(inside, FILLED_MBQ)), volume_ml


@pytest.fixture
def folder(tmp_path: Path, cylinder: tuple[np.ndarray, float]) -> Path:
    """Return a folder with image and measurement of the cylinder, and a site."""
    write(tmp_path / "spect.dcm", cylinder[0])
    put(tmp_path, MEASUREMENT.replace("VOLUME", f"{cylinder[1]:.1f}"))
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "site.yaml").write_text("format: lutetia-site/1\ntimezone: Europe/Paris\n", encoding="utf-8")
    return tmp_path


def put(folder: Path, text: str) -> Path:
    (folder / "measurement.yaml").write_text(text, encoding="utf-8")
    return folder / "measurement.yaml"


def changed(folder: Path, *changes: tuple[str, str]) -> Path:
    text = (folder / "measurement.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return put(folder, text)


def refused(folder: Path, *changes: tuple[str, str], **asked: object) -> LutetiaError:
    with pytest.raises(LutetiaError) as caught:
        calibrate(changed(folder, *changes), **asked)  # type: ignore[arg-type]
    return caught.value


def sigmas_off(done: Calibrated) -> float:
    assert done.calibration is not None
    stated = done.calibration.sensitivity
    return abs(done.calibration.system_cps_per_mbq / CAMERA.cps_per_mbq - 1) / stated.relative_sigma


# What is right


def test_a_cylinder_gives_back_the_sensitivity_within_its_stated_uncertainty(folder: Path) -> None:
    done = calibrate(folder / "measurement.yaml")
    assert sigmas_off(done) < 1
    assert done.calibration is not None
    assert abs(done.calibration.system_cps_per_mbq / CAMERA.cps_per_mbq - 1) < 0.005, "without errors of the meter"
    assert 0.0155 < done.measured.budget.total < 0.03
    assert done.written is None


def test_the_duration_is_told_per_head_and_both_sensitivities_are_stated(folder: Path) -> None:
    done = calibrate(folder / "measurement.yaml")
    assert done.calibration is not None
    assert (done.calibration.sensitivity_of, done.calibration.heads) == ("system", 2)
    told = " ".join(done.measured.lines)
    assert "60 projections of 20 s" in told
    assert "2 x 1200 s" in told


def test_a_stated_duration_that_is_not_the_headers_is_used_and_told(folder: Path) -> None:
    done = calibrate(changed(folder, ("edge:", "duration: {value: 900, unit: s}\nedge:")))
    assert any("as stated, though the header says 1200 s" in line for line in done.measured.lines)


def test_the_calibration_is_written_with_its_record_and_read_back(folder: Path) -> None:
    done = calibrate(folder / "measurement.yaml", site_path=folder / "site")
    assert done.written is not None
    (read,) = read_site(folder / "site").calibrations
    assert read == done.calibration
    assert read.source is not None
    assert read.source.startswith("cylinder, 997.4 MBq when its acquisition began (2026-01-05T10:30+01:00), series")
    assert read.valid_from == STARTED_AT.date()
    record = json.loads((folder / "site" / "calibration" / "camera-1-2026.record.json").read_text(encoding="utf-8"))
    assert record["record"]["command"] == "calibrate"
    assert set(record["record"]["inputs"]) == {"measurement.yaml", "image spect.dcm"}


def test_a_point_source_gives_back_the_sensitivity_with_a_background_under_it(tmp_path: Path) -> None:
    inside = np.zeros(FINE.shape, dtype=bool)
    inside[75:79, 84:88, 84:88] = True
    write(tmp_path / "spect.dcm", counts_of(concentration(inside, FILLED_MBQ), background=3.0))
    text = MEASUREMENT.replace("cylinder", "point source").replace("edge: {value: 25", "radius: {value: 50")
    put(tmp_path, "\n".join(line for line in text.splitlines() if not line.startswith("volume")))
    assert sigmas_off(calibrate(tmp_path / "measurement.yaml")) < 1


def test_a_factor_of_the_activity_meter_for_the_syringe_is_used_and_its_uncertainty_too(folder: Path) -> None:
    plain = calibrate(folder / "measurement.yaml")
    factor = "geometry_factor: {value: 1.04, relative_sigma: 0.02, geometry: 10 mL syringe, measured_on: 2025-11-03, "
    factor += "source: vials of the standard}"
    done = calibrate(changed(folder, ("relative_sigma: 0.015}", f"relative_sigma: 0.015, {factor}}}")))
    assert plain.measured.cps_per_mbq is not None
    assert done.measured.cps_per_mbq == pytest.approx(plain.measured.cps_per_mbq / 1.04, rel=ROUNDING_OF_FLOATS)
    assert done.measured.budget.activity == pytest.approx(0.025)
    assert any("readings are taken as they are" in note for note in plain.measured.notes)


def test_a_stated_dead_time_takes_the_rate_of_the_header(folder: Path, cylinder: tuple[np.ndarray, float]) -> None:
    dead = "dead_time: {model: non-paralysable, tau_us: 5, rate: window, relative_sigma: 0.1, source: decaying source}"
    plain = calibrate(folder / "measurement.yaml")
    done = calibrate(put(folder, (folder / "measurement.yaml").read_text(encoding="utf-8") + dead + "\n"))
    rate = float(cylinder[0].sum()) / (2 * 1200)
    assert plain.measured.cps_per_mbq is not None
    expected = plain.measured.cps_per_mbq / (1 - rate * 5e-6)
    assert done.measured.cps_per_mbq == pytest.approx(expected, rel=SINGLE_PRECISION)
    assert done.calibration is not None
    assert done.calibration.dead_time is not None


def test_spheres_become_a_recovery_curve_of_the_calibration(folder: Path) -> None:
    volumes = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
    rows = "".join(f"{v},{1 - 1 / (1 + (v / 3.0) ** 0.9):.5f},0.02\n" for v in volumes)
    (folder / "spheres.csv").write_text("volume_mL,recovery,sigma\n" + rows, encoding="utf-8")
    calibrate(folder / "measurement.yaml", site_path=folder / "site", spheres=folder / "spheres.csv")
    (read,) = read_site(folder / "site").calibrations
    curve = curve_of(read)
    assert curve is not None
    printed_to_five_digits = 1e-4
    assert (curve.exponent, curve.half_ml) == pytest.approx((0.9, 3.0), rel=printed_to_five_digits)
    assert recovery_of_volume(curve, 3.0, volume_relative_sigma=0).recovery == pytest.approx(
        0.5, rel=WRITTEN_WITH_FIVE_DIGITS
    )


def test_an_image_in_becquerel_is_compared_with_the_activity_meter_and_nothing_is_written(
    folder: Path, cylinder: tuple[np.ndarray, float]
) -> None:
    scale = 1e6 / (CAMERA.cps_per_mbq * CAMERA.duration_s * GRID.voxel_ml)
    write(folder / "spect.dcm", cylinder[0] * scale * 0.9, unit="Bq/mL")
    done = calibrate(folder / "measurement.yaml", site_path=folder / "site")
    assert done.calibration is None
    assert done.written is None
    cross = done.measured.cross
    assert cross is not None
    assert abs(cross.factor * 0.9 - 1) < cross.relative_sigma
    assert not cross.agrees


PLANAR = """\
views:
  - {head: 1, counts: 285000, duration: {value: 300, unit: s}, at: 2026-01-05T10:00+01:00,
     background_counts: 3000, background_duration: {value: 300, unit: s}}
  - {head: 2, counts: 288000, duration: {value: 300, unit: s}, at: 2026-01-05T10:06+01:00,
     background_counts: 3000, background_duration: {value: 300, unit: s}}
heads: 2
manufacturer: EXAMPLE
model: Camera One
energy_windows:
  - {lower_kev: 187.2, upper_kev: 228.8}
"""


def planar(folder: Path) -> Path:
    lines = [line for line in MEASUREMENT.splitlines() if line.split(":")[0] not in {"image", "volume", "edge",
             "volume_relative_sigma"}]  # fmt: skip
    text = "\n".join(lines).replace("kind: cylinder", "kind: planar").replace("1030", "126")
    return put(folder, text + "\n" + PLANAR)


def test_planar_counts_of_all_heads_add_up_to_the_system(tmp_path: Path) -> None:
    done = calibrate(planar(tmp_path))
    mbq = (126 - 26 * 2 ** (0.25 / LU177.half_life_h)) * 2 ** (-1 / LU177.half_life_h)
    later = 2 ** (-0.1 / LU177.half_life_h)
    expected = (282000 / mbq + 285000 / (mbq * later)) / 300 / mean_over_acquisition(300, LU177.half_life_h)
    assert done.measured.cps_per_mbq == pytest.approx(expected, rel=ROUNDING_OF_FLOATS)
    assert done.measured.of == "system"
    assert any("planar counts" in note for note in done.measured.notes)


def test_planar_counts_of_one_of_two_heads_are_those_of_a_head(tmp_path: Path) -> None:
    measurement = planar(tmp_path)
    first, _, rest = measurement.read_text(encoding="utf-8").partition("  - {head: 2")
    done = calibrate(put(tmp_path, first + rest[rest.index("heads: 2") :]))
    assert done.measured.of == "head"
    assert any("1 of 2 heads" in note for note in done.measured.notes)


# What is refused, each by its words


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("value: 1030, unit: MBq", "value: 1030, unit: kBq", "check both readings and their units"),
        ("{value: 1030, unit: MBq}", "{value: 1030, unit: GBq}", "check the unit of the readings (kBq, MBq, GBq)"),
        ("2026-01-05T09:00", "2026-01-05T12:00", "it was read as empty"),
        ("at: 2026-01-05T09", "at: 2026-01-05T11", "before the activity was measured"),
        ("+01:00}\nimage", "}\nimage", "neither course nor site states a time zone"),
        ("Lu-177", "I-131", "known nuclides: Lu-177"),
        ("kind: cylinder", "kind: planar", "kind 'planar' needs 'views'"),
        ("edge: {value: 25, unit: mm}", "radius: {value: 25, unit: mm}", "kind 'cylinder' needs 'edge'"),
        ("edge: {value: 25", "edge: {value: 90", "leave out less of the edge"),
        ("unit: mL}", "unit: L}", "check the volume and its unit"),
        ("edge:", "duration: {value: 2400, unit: s}\nedge:", "2 heads times the 1200 s of one"),
        ("edge: {value: 25", "edge: {value: 0", "'0 mm' is nothing"),
        ("edge:", "resolution_fwhm: {value: 14, unit: mm}\nedge:", "less than twice the resolution"),
        ("edge:", "heads: 3\nedge:", "the header says 2"),
        ("edge:", "energy_windows: [{lower_kev: 100, upper_kev: 126}]\nedge:", "take 'energy_windows' out"),
        ("edge:", "dead_time: {model: paralysable, tau_us: 100, rate: window, source: x}\nedge:", "no true rate"),
        ("edge:", "dead_time: {model: paralysable, tau_us: 2, rate: all energies, source: x}\nedge:", "observed_cps"),
        ("id: camera-1-2026", "id: ../camera", "id"),
        ("image: spect.dcm", "image: nowhere.dcm", "there is no such folder or file"),
    ],
)  # fmt: skip
def test_a_wrong_measurement_is_refused_by_its_words(folder: Path, old: str, new: str, words: str) -> None:
    assert words.casefold() in str(refused(folder, (old, new))).casefold()


def test_kilobecquerel_taken_for_megabecquerel_is_refused(folder: Path) -> None:
    """1030 MBq written as 1030000 MBq: the unit of the printout was kBq."""
    error = refused(folder, ("value: 1030,", "value: 1030000,"), ("value: 26,", "value: 26000,"))
    assert "it comes out as 0.0093" in str(error) or "it comes out as 0.0094" in str(error)
    assert "Check the unit of the readings (kBq" in str(error)


def test_a_window_without_a_line_of_the_nuclide_is_refused(folder: Path, cylinder: tuple[np.ndarray, float]) -> None:
    write(folder / "spect.dcm", cylinder[0], windows_kev=((126.5, 154.5),))
    assert "no line of Lu-177 lies in its energy windows (126.5-154.5 keV)" in str(refused(folder))


def test_an_image_of_another_nuclide_is_refused(folder: Path, cylinder: tuple[np.ndarray, float]) -> None:
    write(folder / "spect.dcm", cylinder[0], nuclide="Ga-68")
    assert "its header names Ga-68" in str(refused(folder))


def test_an_image_without_counts_is_refused(folder: Path, cylinder: tuple[np.ndarray, float]) -> None:
    write(folder / "spect.dcm", np.zeros_like(cylinder[0]))
    assert "it holds no counts" in str(refused(folder))


def test_a_phantom_that_is_not_uniform_is_refused(folder: Path, cylinder: tuple[np.ndarray, float]) -> None:
    slope = np.linspace(0.75, 1.25, GRID.shape[0])[:, None, None]
    write(folder / "spect.dcm", np.rint(cylinder[0] * slope))
    assert "not uniform: its parts along z differ by" in str(refused(folder))


def test_a_calibration_is_never_written_over(folder: Path) -> None:
    calibrate(folder / "measurement.yaml", site_path=folder / "site")
    before = (folder / "site" / "calibration" / "camera-1-2026.yaml").read_text(encoding="utf-8")
    assert "is not written over" in str(refused(folder, ("value: 26,", "value: 30,"), site_path=folder / "site"))
    assert (folder / "site" / "calibration" / "camera-1-2026.yaml").read_text(encoding="utf-8") == before


def test_two_calibrations_for_the_same_days_are_refused_with_how_they_differ(folder: Path) -> None:
    calibrate(folder / "measurement.yaml", site_path=folder / "site")
    error = refused(folder, ("camera-1-2026", "again"), ("scatter corrected", "no scatter"), site_path=folder / "site")
    assert "camera-1-2026 holds for the same camera" in str(error)
    assert "its reconstruction is 'OSEM, attenuation and scatter corrected'" in str(error)
    assert "End the validity" in str(error)


def test_a_reconstruction_that_differs_in_words_is_told(folder: Path) -> None:
    done = calibrate(changed(folder, ("attenuation and scatter corrected", "without scatter correction")))
    assert any("the image is corrected for scatter" in note for note in done.measured.notes)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("counts: 285000", "counts: 0", "more than 0"),
        ("counts: 285000", "counts: -285000", "more than 0"),
        ("counts: 285000", "counts: 2900", "no more than the background's"),
        ("counts: 285000", "counts: 185000", "the heads differ by"),
        ("at: 2026-01-05T10:00", "at: 2026-01-05T08:00", "view of head 1: It begins 1.00 h before the activity"),
        ("heads: 2\n", "heads: 1\n", "a view is of a head beyond"),
        ("heads: 2\n", "", "kind 'planar' needs 'heads'"),
    ],
)
def test_wrong_planar_counts_are_refused_by_their_words(tmp_path: Path, old: str, new: str, words: str) -> None:
    planar(tmp_path)
    assert words.casefold() in str(refused(tmp_path, (old, new))).casefold()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("s.csv", "volume_mL,recovery\n1,0.3\n2,x\n4,0.6\n", "sphere 2 has no volume and recovery that are numbers"),
        ("s.csv", "diameter,recovery\n10,0.3\n", "write the columns volume_ml"),
        ("s.csv", "volume_mL,recovery\n", "it lists no spheres"),
        ("s.yaml", "balls: 3\n", "it lists no spheres"),
        ("s.csv", "volume_mL,recovery,sigma\n1,0.3,0.1\n2,0.4,\n4,0.6,0.1\n", "some have an uncertainty and some"),
    ],
)
def test_wrong_spheres_are_refused_by_their_words(folder: Path, name: str, text: str, words: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    assert words.casefold() in str(refused(folder, spheres=folder / name)).casefold()


# The command


def test_the_command_shows_what_it_did_and_writes_only_where_asked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = str(folder / "site")
    assert main(["calibrate", str(folder / "measurement.yaml"), "--site", site, "--show-only"]) == 0
    told = capsys.readouterr().out
    assert "sensitivity of the system" in told
    assert "9.4" in told
    assert max(map(len, told.splitlines())) <= 80
    assert not (folder / "site" / "calibration").exists()
    assert main(["calibrate", str(folder / "measurement.yaml"), "--site", site, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["calibration"]["id"] == "camera-1-2026"
    assert answer["uncertainty"]["total"] > answer["uncertainty"]["activity"] == 0.015
    assert Path(answer["written"]).is_file()


# The page


PAGE = (Path(__file__).parents[2] / "docs" / "calibration.md").read_text(encoding="utf-8")


def test_the_measurement_of_the_page_is_read(tmp_path: Path) -> None:
    text = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    read = read_phantom(put(tmp_path, text[0] + text[1]))
    assert read.dead_time is not None
    assert read.activity_meter.geometry_factor is not None


def test_the_example_of_the_page_runs() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert "extrapolated=False" in told


def test_a_curve_that_contradicts_the_stated_resolution_is_told() -> None:
    """Recoveries of spheres at 10 mm, in closed form; 5 mm would give back far less."""
    volumes = np.array([0.5, 1.2, 2.6, 5.6, 11.5, 26.5])
    curve = fit_recovery(volumes.tolist(), sphere_recovery(volumes, 10.0).tolist(), name="spheres")
    assert beside_resolution(curve, 10.0) == ()
    (told,) = beside_resolution(curve, 5.0)
    assert "a sphere blurred by the stated 5 mm one of" in told
    assert told.endswith("check both")
