"""A rigid motion as a Spatial Registration object: the matrix, the frames and the images that it names."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pydicom
import pytest

from lutetia.dicom.read import ObjectReference
from lutetia.dicom.write import uid_of, write_registration
from lutetia.volume import Rigid

FIXED, MOVED = uid_of("test", "fixed frame"), uid_of("test", "moved frame")
NM = "1.2.840.10008.5.1.4.1.1.20"
MOTION = Rigid.about((10.0, 20.0, 150.0), turned_degrees=(1.0, -0.5, 2.5), shift_mm=(4.0, -3.0, 6.0))
SIXTEEN_CHARACTERS = 1e-9
"""A decimal string of 16 characters keeps ten digits and more of a millimetre below 1000."""


def image(name: str, study: str = "study") -> ObjectReference:
    return ObjectReference(
        study_uid=uid_of("test", study), series_uid=uid_of("test", name), sop_class_uid=NM,
        instance_uid=uid_of("test", name, "0"),
    )  # fmt: skip


@pytest.fixture
def written(tmp_path, header):
    def write(moved=("later",), fixed=("first",), **other):
        path = tmp_path / "registration.dcm"
        write_registration(
            path, MOTION, header("registration", administered=None, frame_of_reference=FIXED),
            moved=[image(name) for name in moved], moved_frame_of_reference=MOVED,
            fixed=[image(name) for name in fixed], **other,
        )  # fmt: skip
        return path

    return write


def matrix_of(item) -> np.ndarray:
    stored = item.MatrixRegistrationSequence[0].MatrixSequence[0]
    assert stored.FrameOfReferenceTransformationMatrixType == "RIGID"
    return np.array([float(x) for x in stored.FrameOfReferenceTransformationMatrix]).reshape(4, 4)


def test_the_matrix_takes_a_point_of_the_moved_scan_into_the_fixed_one(written):
    dataset = pydicom.dcmread(written())
    fixed, moved = dataset.RegistrationSequence
    assert dataset.FrameOfReferenceUID == fixed.FrameOfReferenceUID == FIXED
    assert moved.FrameOfReferenceUID == MOVED
    assert np.array_equal(matrix_of(fixed), np.eye(4))
    for point in ([0.0, 0.0, 0.0], [100.0, -50.0, 400.0]):
        there = matrix_of(moved) @ [*point, 1.0]
        assert np.allclose(there[:3], MOTION.point(point), atol=1000 * SIXTEEN_CHARACTERS, rtol=0)


def test_every_image_of_both_scans_is_named_once_for_its_item_and_once_by_series(written):
    dataset = pydicom.dcmread(written(moved=("a", "b"), fixed=("c",)))
    named = [
        {one.ReferencedSOPInstanceUID for one in item.ReferencedImageSequence} for item in dataset.RegistrationSequence
    ]
    assert named == [{image("c").instance_uid}, {image("a").instance_uid, image("b").instance_uid}]
    assert {one.SeriesInstanceUID for one in dataset.ReferencedSeriesSequence} == {
        image(name).series_uid for name in "abc"
    }


def test_a_registration_without_images_is_refused(written):
    with pytest.raises(ValueError, match="names the images of both scans"):
        written(moved=())


def test_a_long_description_is_cut_to_what_the_standard_allows(written):
    assert len(pydicom.dcmread(written(description="x" * 100)).ContentDescription) == 64


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (dicom3tools) is not installed")
def test_dciodvfy_finds_no_error_in_a_registration(written):
    told = subprocess.run(["dciodvfy", "-new", written()], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert "Error" not in told.stderr
