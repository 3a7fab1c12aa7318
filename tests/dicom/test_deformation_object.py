"""A deformation as a Deformable Spatial Registration object: its vectors and matrices take a point where it lies."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pydicom
import pytest
from scipy import ndimage

from lutetia.dicom.read import ObjectReference
from lutetia.dicom.write import uid_of, write_deformation
from lutetia.volume import Deformation, Geometry, Rigid

FIRST, SECOND = uid_of("test", "first frame"), uid_of("test", "second frame")
NM = "1.2.840.10008.5.1.4.1.1.20"
MOTION = Rigid.about((10.0, 20.0, 150.0), turned_degrees=(1.0, -0.5, 2.5), shift_mm=(4.0, -3.0, 6.0))
UPRIGHT = Geometry(shape=(6, 7, 8), spacing_mm=(9.0, 8.0, 7.0), origin_mm=(-20.0, -30.0, 5.0), frame_of_reference=FIRST)
FEET_FIRST = Geometry(
    shape=(6, 7, 8), spacing_mm=(9.0, 8.0, 7.0), origin_mm=(-20.0, -30.0, 50.0), frame_of_reference=FIRST,
    axes=((0.0, 0.0, -1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0)),
)  # fmt: skip
TILTED = Geometry(
    shape=(6, 7, 8), spacing_mm=(9.0, 8.0, 7.0), origin_mm=(-20.0, -30.0, 5.0), frame_of_reference=FIRST,
    axes=((0.0, 0.6, 0.8), (0.0, 0.8, -0.6), (1.0, 0.0, 0.0)),
)  # fmt: skip
WRITTEN_MM = 1e-6
"""Decimal strings of 16 characters, and single precision vectors taken over bit by bit."""


def image(name: str) -> ObjectReference:
    return ObjectReference(
        study_uid=uid_of("test", "study"), series_uid=uid_of("test", name), sop_class_uid=NM,
        instance_uid=uid_of("test", name, "0"),
    )  # fmt: skip


def deformation(grid: Geometry = UPRIGHT) -> Deformation:
    displaced = np.random.default_rng(1).normal(0, 2, (*grid.shape, 3)).astype(np.float32)
    return Deformation(motion=MOTION, displacement_mm=displaced, grid=grid, into=SECOND)


@pytest.fixture
def written(tmp_path, header):
    def write(of=None, begins=("first",), ends=("later",), **other):
        path = tmp_path / "deformation.dcm"
        write_deformation(
            path, of or deformation(), header("deformation", administered=None, frame_of_reference=FIRST),
            begins=[image(name) for name in begins], ends=[image(name) for name in ends],
            ends_frame_of_reference=SECOND, **other,
        )  # fmt: skip
        return path

    return write


def matrix_of(items) -> np.ndarray:
    return np.array([float(x) for x in items[0].FrameOfReferenceTransformationMatrix]).reshape(4, 4)


def mapped(item, point) -> np.ndarray:
    """Follow PS3.3 C.20.3.1.1 from the file alone: matrix, vectors, matrix."""
    grid = item.DeformableRegistrationGridSequence[0]
    row, column = np.array(grid.ImageOrientationPatient[:3]), np.array(grid.ImageOrientationPatient[3:])
    axes = np.array([row, column, np.cross(row, column)], dtype=float)
    columns, rows, planes = (int(n) for n in grid.GridDimensions)
    vectors = np.frombuffer(grid.VectorGridData, dtype="<f4").reshape(planes, rows, columns, 3)
    before = (matrix_of(item.PreDeformationMatrixRegistrationSequence) @ [*point, 1.0])[:3]
    i, j, k = axes @ (before - np.array(grid.ImagePositionPatient, dtype=float)) / np.array(grid.GridResolution)
    at = [[k], [j], [i]]
    moved = before + [ndimage.map_coordinates(vectors[..., n], at, order=1, mode="nearest")[0] for n in range(3)]
    return (matrix_of(item.PostDeformationMatrixRegistrationSequence) @ [*moved, 1.0])[:3]


@pytest.mark.parametrize("grid", [UPRIGHT, FEET_FIRST, TILTED], ids=["upright", "from head to feet", "oblique"])
def test_the_file_takes_a_point_where_the_deformation_takes_it(written, grid):
    asked = deformation(grid)
    dataset = pydicom.dcmread(written(asked))
    still, moved = dataset.DeformableRegistrationSequence
    assert dataset.FrameOfReferenceUID == still.SourceFrameOfReferenceUID == FIRST
    assert moved.SourceFrameOfReferenceUID == SECOND
    for place in ([1.2, 2.7, 3.1], [4.0, 5.0, 6.0], [0.0, 0.0, 0.0], [-3.0, 2.0, 9.0]):
        point = grid.to_patient(place)
        assert np.allclose(mapped(moved, point), asked.point(point), atol=WRITTEN_MM, rtol=0)


def test_each_item_names_the_images_of_its_scan(written):
    still, moved = pydicom.dcmread(written(begins=("a", "b"), ends=("c",))).DeformableRegistrationSequence
    assert {one.ReferencedSOPInstanceUID for one in still.ReferencedImageSequence} == {
        image("a").instance_uid,
        image("b").instance_uid,
    }
    assert moved.ReferencedImageSequence[0].ReferencedSOPInstanceUID == image("c").instance_uid


def test_a_deformation_without_images_is_refused(written):
    with pytest.raises(ValueError, match="names the images of both scans"):
        written(begins=())


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (dicom3tools) is not installed")
def test_dciodvfy_finds_no_error_in_a_deformation(written):
    told = subprocess.run(["dciodvfy", "-new", written()], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert "Error" not in told.stderr
