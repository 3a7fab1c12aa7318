"""What a run says when something is missing: the part stops with one sentence, the other part is still shown."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from lutetia.workflow.dose.cycles import DoseOutcome, dose_folder
from lutetia.workflow.run import run_folder
from lutetia.workflow.simulated.demo import DemoOutcome


def edited(record: Path, pattern: str, replacement: str, count: int = 1) -> None:
    text = (record / "course.yaml").read_text(encoding="utf-8")
    new, times = re.subn(pattern, replacement, text, count=count, flags=re.MULTILINE)
    assert times, f"nothing to change: {pattern}"
    (record / "course.yaml").write_text(new, encoding="utf-8")


@pytest.fixture
def with_images(demo: DemoOutcome, record_only: Path) -> Path:
    (record_only / "imaging").symlink_to(demo.phantom.course / "imaging")
    return record_only


def dosed(course: Path, demo: DemoOutcome) -> DoseOutcome:
    return dose_folder(course, site_path=None, known_on=demo.phantom.known_on)


def test_without_images_the_guideline_part_still_answers(demo: DemoOutcome, record_only: Path) -> None:
    files = run_folder(record_only, site_path=None, known_on=demo.phantom.known_on, with_pdf=False)
    assert files.result.assessments[0].decision is not None
    assert [stop.exit_code for stop in files.stopped] == [2]
    assert "imaging" in files.stopped[0].message
    assert "put the DICOM files" in files.stopped[0].remedy


def test_counts_without_a_calibration_are_refused(demo: DemoOutcome, with_images: Path) -> None:
    shutil.rmtree(with_images.parent / "site" / "calibration")
    outcome = dosed(with_images, demo)
    assert not outcome.cycles
    assert len(outcome.stopped) == 2
    assert all("calibration" in stop.message for stop in outcome.stopped)


def test_a_cuda_device_that_is_not_there_is_told_once_before_anything_is_computed(
    demo: DemoOutcome, with_images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lutetia.dosimetry.monte_carlo.cuda.usable_device", lambda: None)
    text = "format: lutetia-dosimetry/1\nengine: monte_carlo\nmonte_carlo: {device: cuda}\n"
    (with_images.parent / "site" / "dosimetry.yaml").write_text(text, encoding="utf-8")
    outcome = dosed(with_images, demo)
    assert not outcome.cycles
    assert [stop.exit_code for stop in outcome.stopped] == [2]
    assert "no CUDA device" in outcome.stopped[0].message
    assert "device: cpu" in outcome.stopped[0].remedy


def test_images_of_another_patient_are_refused(demo: DemoOutcome, with_images: Path) -> None:
    edited(with_images, "SYNTHETIC-001", "SOMEBODY-ELSE")
    outcome = dosed(with_images, demo)
    assert not outcome.cycles
    assert len(outcome.stopped) == 2
    assert all("patient id" in stop.message for stop in outcome.stopped)


def test_an_unknown_residual_leaves_the_activity_unknown(demo: DemoOutcome, with_images: Path) -> None:
    edited(with_images, r"^ +syringe_after:.*\n", "")
    outcome = dosed(with_images, demo)
    assert [cycle.cycle for cycle in outcome.cycles] == [2]
    assert "residual" in outcome.stopped[0].message
    assert "never replaced" in outcome.stopped[0].message


def test_a_series_that_is_not_there_is_named(demo: DemoOutcome, with_images: Path) -> None:
    edited(with_images, r"- series_uid: 2\.25\.\d+", "- series_uid: 2.25.1", count=1)
    outcome = dosed(with_images, demo)
    assert [cycle.cycle for cycle in outcome.cycles] == [2]
    assert "2.25.1" in outcome.stopped[0].message


def test_without_a_stated_resolution_only_the_uncorrected_dose_is_given_with_a_warning(
    demo: DemoOutcome, with_images: Path
) -> None:
    for path in (with_images.parent / "site" / "calibration").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        new = re.sub(r"(?m)^resolution_fwhm:.*\n(?: +.*\n)*", "", text)
        assert new != text
        path.write_text(new, encoding="utf-8")
    outcome = dosed(with_images, demo)
    dose = outcome.cycles[0]
    assert all(region.corrected is None for region in dose.regions)
    assert any("resolution" in warning for warning in dose.warnings)
