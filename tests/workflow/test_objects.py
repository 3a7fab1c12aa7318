"""The objects that a run leaves for others: complete, tied to the images, and a start for another tool."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from datetime import UTC, datetime
from types import SimpleNamespace

import nibabel
import numpy as np
import pydicom
import pytest

from lutetia.dicom.read import read_dose, read_segmentation, scan_folder
from lutetia.errors import InputError
from lutetia.provenance import sha256_of
from lutetia.workflow.dose.cycles import dose_folder
from lutetia.workflow.dose.imaging import series_in
from lutetia.workflow.dose.objects import write_objects
from lutetia.workflow.progress import silently
from lutetia.workflow.record.folder import open_course

WRITTEN_IN_DECIMALS = 0.0001
"""Coordinates in DICOM are decimal strings."""
KINETICS_OF_THE_OTHER_KIDNEY = 0.02
"""The left kidney's protraction stands for both."""
READ_BACK_FROM_TEXT = 1e-06

STORED_IN_32_BITS = 1e-6


@pytest.fixture(scope="module")
def objects(demo):
    return demo.files.folder / "objects"


def first_cycle(demo):
    return demo.files.result.cycles[0]


def test_a_run_writes_dicom_nifti_and_tables_for_every_cycle(objects):
    for cycle in ("cycle-1", "cycle-2"):
        dicom = {path.name for path in (objects / cycle).glob("*.dcm")}
        assert dicom == {"dose.dcm", "bed.dcm", "regions.dcm", "measurements.dcm", "administration.dcm"}
        assert {"dose_Gy.nii.gz", "tia_Bq_h_per_mL.nii.gz"} <= {p.name for p in (objects / cycle / "nifti").iterdir()}
    assert {path.name for path in objects.glob("*.csv")} == {"activities.csv", "fits.csv", "doses.csv"}


def test_the_contents_name_every_file_with_its_hash(objects):
    contents = json.loads((objects / "contents.json").read_text())
    there = {str(path.relative_to(objects)) for path in objects.rglob("*") if path.is_file()} - {"contents.json"}
    assert set(contents["sha256"]) == there
    assert all(sha256_of(objects / name) == found for name, found in contents["sha256"].items())
    assert (contents["course"], contents["synthetic"]) == ("LUT-SIM-001", True)


def test_the_dose_map_of_the_run_is_the_one_in_the_rtdose(demo, objects):
    made = first_cycle(demo).dose_map
    (series,) = scan_folder(objects / "cycle-1" / "dose.dcm")
    found = read_dose(series).volume
    assert found.geometry.matches(made.geometry)
    assert np.abs(found.values - made.values).max() <= STORED_IN_32_BITS * made.values.max()


def test_objects_are_filed_under_the_patient_and_study_of_the_images(demo, objects):
    spect = next((demo.phantom.course / "imaging" / "cycle1").glob("025h/spect.dcm"))
    image = pydicom.dcmread(spect, stop_before_pixels=True)
    for path in (objects / "cycle-1").glob("*.dcm"):
        made = pydicom.dcmread(path, stop_before_pixels=True)
        for keyword in ("PatientID", "PatientName", "StudyInstanceUID", "StudyDate", "StudyTime"):
            assert made[keyword].value == image[keyword].value, (path.name, keyword)
        assert made.get("FrameOfReferenceUID", image.FrameOfReferenceUID) == image.FrameOfReferenceUID
        assert made.SeriesDescription.startswith("SYNTHETIC")


def test_every_object_has_a_series_and_instance_of_its_own(objects):
    made = [pydicom.dcmread(path, stop_before_pixels=True) for path in objects.rglob("*.dcm")]
    assert len({d.SeriesInstanceUID for d in made}) == len({d.SOPInstanceUID for d in made}) == len(made) == 10


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (dicom3tools) is not installed")
@pytest.mark.parametrize("name", ["regions", "measurements", "administration"])
def test_dciodvfy_finds_no_error_in_the_objects_of_a_run(objects, name):
    told = subprocess.run(
        ["dciodvfy", "-new", objects / "cycle-1" / f"{name}.dcm"], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0
    assert [line for line in told.stderr.splitlines() if line.startswith("Error")] == []


def test_the_regions_are_those_of_the_table(demo, objects):
    (series,) = scan_folder(objects / "cycle-1" / "regions.dcm")
    masks = read_segmentation(series).masks
    assert set(masks) == {region.region for region in first_cycle(demo).regions}
    kidney = next(region for region in first_cycle(demo).regions if region.region == "kidney_left")
    assert masks["kidney_left"].volume_ml == pytest.approx(kidney.samples[1].volume_ml, rel=WRITTEN_IN_DECIMALS)


def test_a_bed_map_holds_the_bed_of_the_kidneys_and_nothing_else(demo, objects):
    series = [s for s in scan_folder(objects / "cycle-1") if s.kind == "dose"]
    bed = next(dose for dose in map(read_dose, series) if dose.kind == "EFFECTIVE")
    physical = next(dose for dose in map(read_dose, series) if dose.kind == "PHYSICAL")
    corner = np.rint(physical.volume.geometry.to_index(bed.volume.geometry.origin_mm)).astype(int)
    part = tuple(slice(a, a + n) for a, n in zip(corner, bed.volume.geometry.shape, strict=True))
    inside = bed.volume.values > 0
    assert 0.2e3 < inside.sum() * bed.volume.geometry.voxel_ml * 1e3 / 1e3 < 0.4e3  # two kidneys of 150 mL
    kidney = next(region for region in first_cycle(demo).regions if region.region == "kidney_left").shown
    ratio = bed.volume.values[inside] / physical.volume.values[part][inside]
    expected = 1 + kidney.bed.protraction * physical.volume.values[part][inside] / kidney.bed.repair.alpha_beta_gy
    assert ratio == pytest.approx(expected, rel=KINETICS_OF_THE_OTHER_KIDNEY)


def test_the_time_integrated_activity_in_the_nifti_is_the_one_the_dose_was_made_from(demo, objects):
    image = nibabel.load(objects / "cycle-1" / "nifti" / "tia_Bq_h_per_mL.nii.gz")
    made = first_cycle(demo).tia_map
    assert np.allclose(np.asarray(image.dataobj).transpose(2, 1, 0), made.values, rtol=STORED_IN_32_BITS)


def test_the_exported_activities_lead_to_the_same_mean_doses(demo, objects):
    outcome = dose_folder(
        demo.phantom.course, site_path=None, known_on=demo.phantom.known_on, table=objects / "activities.csv"
    )
    by_images = {(cycle.cycle, region.region): region for cycle in demo.files.result.cycles for region in cycle.regions}
    compared = 0
    for cycle in outcome.cycles:
        for region in cycle.regions:
            value, known = region.shown, by_images[cycle.cycle, region.region].shown
            if hasattr(known, "mean_dose_gy"):
                assert value.mean_dose_gy == pytest.approx(known.mean_dose_gy, rel=READ_BACK_FROM_TEXT), region.region
                compared += 1
    assert compared >= 20


def test_every_term_of_every_curve_stands_in_the_table_of_fits(demo, objects):
    with (objects / "fits.csv").open() as stream:
        rows = [row for row in csv.DictReader(stream) if row["cycle"] == "1" and row["region"] == "liver"]
    liver = next(region for region in first_cycle(demo).regions if region.region == "liver")
    terms = [row for row in rows if row["recovery"] == "with"]
    assert [float(row["amplitude_MBq"]) for row in terms] == [t.amplitude_mbq for t in liver.corrected.fit.terms]


def test_an_administration_that_lacks_what_the_standard_demands_is_noted_and_stops_nothing(demo, tmp_path, monkeypatch):
    course = demo.files.result.course
    cycle = course.cycles[0]
    unsaid = cycle.model_copy(update={"administration": cycle.administration.model_copy(update={"by": None})})
    for part in ("_write_dicom", "_write_registrations", "_write_nifti"):
        monkeypatch.setattr(f"lutetia.workflow.dose.objects.{part}", lambda *_: [])
    series = series_in(open_course(demo.phantom.course), silently)
    images = SimpleNamespace(
        cycle=1, regions=(), series=series, reference=SimpleNamespace(offset_s=3600.0, scan=cycle.scans[0])
    )
    written = write_objects(
        tmp_path, demo.files.result.cycles, (images,), made_at=datetime.now(UTC), course=course.id, synthetic=True,
        recorded=course.model_copy(update={"cycles": (unsaid, *course.cycles[1:])}),
    )  # fmt: skip
    assert written.stopped == ()
    (note,) = written.notes
    assert "no administration record" in note
    assert "'by: NAME'" in note


def test_a_folder_with_content_is_never_written_into(demo, tmp_path):
    (tmp_path / "mine.txt").write_text("kept")
    with pytest.raises(InputError, match="there is something in it already"):
        write_objects(tmp_path, demo.files.result.cycles, (), made_at=datetime.now(UTC), course="x", synthetic=True)
    assert (tmp_path / "mine.txt").read_text() == "kept"


def test_activities_from_a_table_give_tables_and_no_images(demo, objects, tmp_path):
    dose_folder(
        demo.phantom.course, site_path=None, known_on=demo.phantom.known_on, table=objects / "activities.csv",
        objects=tmp_path / "out",
    )  # fmt: skip
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"activities.csv", "fits.csv", "doses.csv", "doses.json", "contents.json"}
