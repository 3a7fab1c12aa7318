"""SEG and TID 1500: regions and their numbers for other systems."""

import shutil
import subprocess

import highdicom
import numpy as np
import pydicom
import pytest
from pydicom.sr.codedict import codes

from lutetia.dicom.read import read_segmentation, scan_folder
from lutetia.dicom.write import uid_of, write_measurements, write_segmentation
from lutetia.dicom.write.segmentation import STRUCTURES, structure_of
from lutetia.dosimetry.region_table import RegionRow
from lutetia.errors import InputError
from lutetia.vocabulary.region import ORGANS
from lutetia.volume import Mask, resample_mask

needs_dciodvfy = pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (dicom3tools) is not installed")


def errors_of(path):
    told = subprocess.run(["dciodvfy", "-new", path], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    return [line for line in told.stderr.splitlines() if line.startswith("Error")]


def regions(geometry, names):
    random = np.random.default_rng(4)
    return [Mask(voxels=random.random(geometry.shape) > 0.7, geometry=geometry, name=name) for name in names]


@pytest.fixture(params=["ct", "spect"])
def source(request, patient):
    return [pydicom.dcmread(path, stop_before_pixels=True) for path in patient.files(request.param)]


@pytest.fixture
def segmentation(patient, header, source, tmp_path):
    def write(names=("kidney_left", "kidney_right", "L1"), **other):
        masks = regions(patient.geometry, names)
        head = header("regions", administered=None, manufacturer="Lutetia", model="Lutetia")
        path = tmp_path / "seg" / "regions.dcm"
        return path, masks, write_segmentation(path, masks, head, source=source, **other)

    return write


def test_every_region_comes_back_voxel_by_voxel(patient, segmentation):
    path, masks, _ = segmentation()
    (series,) = scan_folder(path)
    found = read_segmentation(series).masks
    for mask in masks:
        assert (resample_mask(found[mask.name], patient.geometry).voxels == mask.voxels).all()


@needs_dciodvfy
@pytest.mark.parametrize("names", [("kidney_left", "liver", "L1"), ("L1",)], ids=["three regions", "one region"])
def test_dciodvfy_finds_no_error_in_a_segmentation(segmentation, names):
    path, _, _ = segmentation(names)
    assert errors_of(path) == []


def test_an_organ_is_coded_with_its_side_and_a_lesion_as_a_lesion(segmentation):
    _, _, dataset = segmentation(labels={"L1": "L1 right ilium"})
    left, right, lesion = dataset.SegmentSequence
    kidney = left.SegmentedPropertyTypeCodeSequence[0]
    assert (kidney.CodeValue, kidney.SegmentedPropertyTypeModifierCodeSequence[0].CodeMeaning) == ("64033007", "Left")
    side = right.SegmentedPropertyTypeCodeSequence[0].SegmentedPropertyTypeModifierCodeSequence[0]
    assert side.CodeMeaning == "Right"
    assert lesion.SegmentedPropertyTypeCodeSequence[0].CodeMeaning == "Lesion"
    assert (lesion.SegmentLabel, lesion.SegmentDescription) == ("L1", "L1 right ilium")


@pytest.mark.parametrize("region", ORGANS)
def test_every_organ_has_a_code_that_the_standard_lists(region):
    _, (value, _), side = structure_of(region)
    listed = {codes.SCT.__getattr__(name).value for name in codes.SCT.dir()}
    assert value in listed
    assert (side is not None) == region.endswith(("_left", "_right"))


def test_no_structure_is_coded_twice():
    assert len({value for value, _ in STRUCTURES.values()}) == len(STRUCTURES)


def test_regions_in_another_frame_of_reference_are_refused(patient, header, source, tmp_path):
    with pytest.raises(InputError, match="frame of reference"):
        write_segmentation(
            tmp_path / "x.dcm",
            regions(patient.geometry, ["L1"]),
            header("regions", frame_of_reference="1.2.3"),
            source=source,
        )


ROWS = (
    RegionRow(
        region="kidney_left", label="Left kidney", dose_gy=3.25, sigma_gy=0.4, bed_gy=3.6, volume_ml=150.0,
        mass_g=157.5,
        tia_mbq_h=3000.0, tiac_h=0.41, model="bi-exponential",
    ),
    RegionRow(region="L1", label="L1", dose_gy=20.5, volume_ml=11.0, mass_g=14.5),
    RegionRow(region="marrow", label="Red marrow", volume_ml=90.0, mass_g=92.0, not_stated="withheld"),
)  # fmt: skip


@pytest.fixture
def report(header, segmentation, source, tmp_path):
    _, _, seg = segmentation()
    path = tmp_path / "sr" / "measurements.dcm"
    head = header("measurements", administered=None, manufacturer="Lutetia", model="Lutetia")
    write_measurements(path, ROWS, head, segmentation=seg, evidence=source[:1], algorithm="voxel engine: kernel")
    return path, seg


@needs_dciodvfy
def test_dciodvfy_finds_no_error_in_a_report(report):
    assert errors_of(report[0]) == []


def groups(path):
    read = highdicom.sr.srread(path)
    return read.content.get_volumetric_roi_measurement_groups() + read.content.get_image_measurement_groups()


def numbers(group):
    return {m.name.meaning: (m.value, m.unit.value) for m in group.get_measurements()}


def test_an_independent_reader_finds_every_number_with_its_unit(report):
    by_name = {group.tracking_identifier: numbers(group) for group in groups(report[0])}
    assert by_name["kidney_left"] == {
        "Absorbed Dose": (3.25, "Gy"),
        "Standard uncertainty of mean absorbed dose": (0.4, "Gy"),
        "Biologically effective dose": (3.6, "Gy"),
        "Volume": (150.0, "mL"),
        "Mass": (157.5, "g"),
        "Time-integrated activity": (3000.0, "MBq.h"),
        "Time-integrated activity coefficient": (0.41, "h"),
    }
    assert by_name["L1"] == {"Absorbed Dose": (20.5, "Gy"), "Volume": (11.0, "mL"), "Mass": (14.5, "g")}


def test_a_dose_that_was_withheld_is_not_in_the_report(report):
    by_name = {group.tracking_identifier: numbers(group) for group in groups(report[0])}
    assert by_name["marrow"] == {"Volume": (90.0, "mL"), "Mass": (92.0, "g")}


def test_a_region_is_tied_to_its_segment(report):
    path, seg = report
    read = highdicom.sr.srread(path)
    found = {g.tracking_identifier: g for g in read.content.get_volumetric_roi_measurement_groups()}
    assert set(found) == {"kidney_left", "L1"}
    segment = found["L1"].referenced_segment[0].ReferencedSOPSequence[0]
    assert (segment.ReferencedSOPInstanceUID, segment.ReferencedSegmentNumber) == (seg.SOPInstanceUID, 3)


def test_a_lesion_is_tracked_under_one_uid_over_all_cycles(report):
    tracked = {group.tracking_identifier: group.tracking_uid for group in groups(report[0])}
    assert tracked["L1"] == uid_of("SIM-001", "region", "L1")
