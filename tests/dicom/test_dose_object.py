"""RTDOSE: what is written lies at its place for other readers too; what is read is a radionuclide's dose in gray."""

import shutil
import subprocess

import numpy as np
import pydicom
import pytest
import SimpleITK

from lutetia.dicom import DicomInputError
from lutetia.dicom.read import ObjectReference, Stated, read_dose, references_of, scan_folder
from lutetia.dicom.write import uid_of, write_dose
from lutetia.errors import InputError
from lutetia.volume import Geometry, Volume

FRAME = uid_of("test", "frame")
STORED_IN_32_BITS = 1e-6
"""Relative to the maximum: values are held as 32-bit floats, which have 24 bits of their own."""
STORED_IN_16_BITS = 1 / 65535
UPRIGHT = {
    "head last": ((0, 0, 1), (0, 1, 0), (1, 0, 0)),
    "stacked against the normal": ((0, 0, -1), (0, 1, 0), (1, 0, 0)),
    "feet first, prone": ((0, 0, -1), (0, -1, 0), (1, 0, 0)),
    "rows from right to left": ((0, 0, -1), (0, 1, 0), (-1, 0, 0)),
    "coronal slices": ((0, 1, 0), (0, 0, -1), (1, 0, 0)),
    "sagittal slices": ((1, 0, 0), (0, 0, -1), (0, 1, 0)),
}


def grid(axes=UPRIGHT["head last"], **other):
    given = {
        "shape": (5, 12, 10),
        "spacing_mm": (4.8, 4.0, 3.0),
        "origin_mm": (-20.5, -31.25, 100.125),
        "frame_of_reference": FRAME,
        "axes": tuple(tuple(float(c) for c in axis) for axis in axes),
    }
    return Geometry(**{**given, **other})


def asymmetric_dose(geometry):
    """Return a dose without any symmetry."""
    values = np.random.default_rng(5).random(geometry.shape) * 30
    values[1, 2, 3] = 77.0
    return Volume(values=values, geometry=geometry, unit="Gy")


@pytest.fixture
def write(tmp_path, header):
    def written(geometry=None, dose=None, **other):
        dose = dose or asymmetric_dose(geometry or grid())
        path = tmp_path / "dose.dcm"
        write_dose(path, dose, header("dose", administered=None, frame_of_reference=FRAME), **other)
        return path, dose

    return written


def read(path, **other):
    (series,) = scan_folder(path)
    return read_dose(series, **other)


def change(path, **attributes):
    dataset = pydicom.dcmread(path)
    for keyword, value in attributes.items():
        if value is None:
            del dataset[keyword]
        else:
            setattr(dataset, keyword, value)
    dataset.save_as(path, enforce_file_format=True)
    return path


def test_what_is_written_is_read_back(write):
    path, dose = write(comment="Absorbed dose, cycle 1")
    found = read(path)
    assert found.volume.geometry.matches(dose.geometry)
    assert np.abs(found.volume.values - dose.values).max() < STORED_IN_32_BITS * 77
    assert (found.kind, found.summation, found.comment) == ("PHYSICAL", "PLAN_OVERVIEW", "Absorbed dose, cycle 1")


def test_sixteen_bits_keep_one_part_in_65535(write):
    path, dose = write(bits=16)
    assert np.abs(read(path).volume.values - dose.values).max() < STORED_IN_16_BITS * 77


@pytest.mark.parametrize("axes", UPRIGHT.values(), ids=UPRIGHT.keys())
def test_an_independent_reader_finds_each_dose_at_its_place_in_the_patient(write, axes):
    """SimpleITK reads with GDCM, which leaves DoseGridScaling to its user."""
    path, dose = write(grid(axes))
    image = SimpleITK.ReadImage(str(path))
    scaling = float(pydicom.dcmread(path, stop_before_pixels=True).DoseGridScaling)
    for index in [(1, 2, 3), (0, 0, 0), (4, 11, 9), (2, 0, 9)]:
        place = dose.geometry.to_patient(index)
        at = image.TransformPhysicalPointToIndex([float(x) for x in place])
        assert image.GetPixel(at) * scaling == pytest.approx(float(dose.values[index]), abs=77 * STORED_IN_32_BITS)


@pytest.mark.parametrize("axes", UPRIGHT.values(), ids=UPRIGHT.keys())
def test_our_own_reader_finds_each_dose_at_its_place_too(write, axes):
    path, dose = write(grid(axes))
    found = read(path).volume
    index = np.argwhere(dose.values > -1)
    there = np.rint(found.geometry.to_index(dose.geometry.to_patient(index))).astype(int)
    assert np.allclose(found.values[tuple(there.T)], dose.values[tuple(index.T)], atol=77 * STORED_IN_32_BITS)


def test_a_mark_on_the_left_of_the_patient_has_the_larger_x(write):
    """LPS: x grows towards the patient's left."""
    values = np.zeros(grid().shape)
    values[2, 6, 8] = 10.0
    path, _ = write(dose=Volume(values=values, geometry=grid(), unit="Gy"))
    dataset = pydicom.dcmread(path)
    frame, row, column = np.unravel_index(dataset.pixel_array.argmax(), dataset.pixel_array.shape)
    x, y, z = (float(v) for v in dataset.ImagePositionPatient)
    assert (x + column * 3.0, y + row * 4.0) == (-20.5 + 8 * 3.0, -31.25 + 6 * 4.0)
    assert z + float(dataset.GridFrameOffsetVector[frame]) == pytest.approx(100.125 + 2 * 4.8)


def test_an_oblique_grid_is_refused_in_writing(write):
    turned = ((0, 0, 1), (-0.1, 0.99498744, 0), (0.99498744, 0.1, 0))
    with pytest.raises(InputError, match="oblique"):
        write(grid(turned))


def test_a_dose_in_another_frame_of_reference_than_its_header_is_refused(write):
    with pytest.raises(InputError, match="frame of reference"):
        write(grid(frame_of_reference="1.2.3"))


def test_negative_doses_and_other_units_are_a_misuse(write):
    volume = asymmetric_dose(grid())
    with pytest.raises(ValueError, match="Gy"):
        write(dose=volume.with_values(volume.values - 100))
    with pytest.raises(ValueError, match="Gy"):
        write(dose=volume.with_values(volume.values, "Bq/mL"))


def test_a_dose_names_the_images_it_was_made_from(patient, write):
    spect = references_of(patient.series("spect"))
    other = ObjectReference(study_uid="1.2", series_uid="1.3", sop_class_uid="1.4", instance_uid="1.5")
    path, _ = write(made_from=[*spect, other])
    dataset = pydicom.dcmread(path)
    assert dataset.SourceImageSequence[0].ReferencedSOPInstanceUID == spect[0].instance_uid
    assert dataset.ReferencedSeriesSequence[0].SeriesInstanceUID == spect[0].series_uid
    (study,) = dataset.StudiesContainingOtherReferencedInstancesSequence
    assert study.StudyInstanceUID == "1.2"


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (dicom3tools) is not installed")
def test_dciodvfy_finds_no_error_in_a_dose_of_sixteen_bits(patient, write):
    path, _ = write(bits=16, kind="EFFECTIVE", comment="BED", made_from=references_of(patient.series("spect")))
    told = subprocess.run(["dciodvfy", "-new", path], capture_output=True, text=True, check=False)
    assert told.returncode == 0
    assert [line for line in told.stderr.splitlines() if line.startswith("Error")] == []


def test_a_dose_of_32_bits_differs_from_one_of_16_in_its_pixels_only(write):
    """Dciodvfy of 2022 ends with an assertion at 32-bit pixels of any object, so it judges the twin of 16 bits."""
    small, large = (pydicom.dcmread(write(bits=bits)[0]) for bits in (16, 32))
    differing = {element.keyword for element in large if small[element.tag].value != element.value}
    assert differing == {"BitsAllocated", "BitsStored", "HighBit", "PixelData", "DoseGridScaling"}
    assert {e.keyword for e in small} == {e.keyword for e in large}


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({"DoseUnits": "RELATIVE"}, "DoseUnits is 'RELATIVE', and not GY"),
        ({"DoseUnits": None}, "DoseUnits is missing, and not GY"),
        ({"DoseType": "ERROR"}, "neither PHYSICAL nor EFFECTIVE"),
        ({"DoseSummationType": "BEAM"}, "an external beam or a sealed source"),
        ({"DoseGridScaling": None}, "DoseGridScaling is missing"),
        ({"GridFrameOffsetVector": ["0", "4.8", "9.6"]}, "3 values for 5 planes"),
        ({"GridFrameOffsetVector": ["0", "4.8", "9.6", "14.4", "30"]}, "off an even spacing"),
        ({"GridFrameOffsetVector": ["7", "11.8", "16.6", "21.4", "26.2"]}, "neither 0 nor the z"),
        ({"ImagePositionPatient": None}, "position, orientation or spacing is missing"),
    ],
)
def test_what_cannot_be_placed_scaled_or_trusted_is_refused(write, attributes, said):
    path, _ = write()
    with pytest.raises(DicomInputError, match=said):
        read(change(path, **attributes))


def plan(sop_class="1.2.840.10008.5.1.4.1.1.481.5", *, beams=False):
    item = pydicom.Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop_class, "1.2.3.4"
    if beams:
        group, beam = pydicom.Dataset(), pydicom.Dataset()
        beam.ReferencedBeamNumber = 1
        group.ReferencedFractionGroupNumber, group.ReferencedBeamSequence = 1, [beam]
        item.ReferencedFractionGroupSequence = [group]
    return [item]


def test_the_dose_of_a_photon_plan_is_refused(write):
    path = change(write()[0], DoseSummationType="PLAN", ReferencedRTPlanSequence=plan())
    with pytest.raises(DicomInputError, match="it refers to an external beam") as told:
        read(path)
    assert "--radionuclide" in told.value.remedy


def test_a_plan_reference_is_accepted_when_a_person_says_it_is_a_radionuclide(write):
    path = change(write()[0], DoseSummationType="PLAN", ReferencedRTPlanSequence=plan())
    assert any("radionuclide" in note for note in read(path, of_radionuclide=True).notes)


def test_a_dose_that_names_beams_is_refused_whatever_a_person_says(write):
    path = change(write()[0], DoseSummationType="PLAN", ReferencedRTPlanSequence=plan(beams=True))
    with pytest.raises(DicomInputError, match="external beam or a sealed source"):
        read(path, of_radionuclide=True)


def test_planes_by_their_patient_z_lie_where_distances_from_the_first_put_them(write):
    path, dose = write()
    found = read(change(path, GridFrameOffsetVector=[f"{100.125 + n * 4.8:.3f}" for n in range(5)]))
    assert found.volume.geometry.matches(dose.geometry)
    assert np.allclose(found.volume.values, dose.values, atol=77 * STORED_IN_32_BITS)


def test_planes_from_head_to_feet_are_put_into_the_order_of_their_normal(write):
    path, dose = write()
    dataset = pydicom.dcmread(path)
    pixels = dataset.pixel_array[::-1].astype("<u4").tobytes()
    top = ["-20.5", "-31.25", f"{100.125 + 4 * 4.8:.3f}"]
    found = read(
        change(
            path,
            PixelData=pixels,
            ImagePositionPatient=top,
            GridFrameOffsetVector=[f"{-n * 4.8:.3f}" for n in range(5)],
        )
    )
    assert found.volume.geometry.matches(dose.geometry)
    assert np.allclose(found.volume.values, dose.values, atol=77 * STORED_IN_32_BITS)


def test_a_dose_of_another_patient_is_refused(write):
    path, _ = write()
    with pytest.raises(DicomInputError, match="its patient id is not the one of the course"):
        read(path, stated=Stated(patient_id="OTHER"))


def test_a_map_without_dose_is_written_and_read(write):
    empty = Volume(values=np.zeros(grid().shape), geometry=grid(), unit="Gy")
    assert not read(write(dose=empty)[0]).volume.values.any()
