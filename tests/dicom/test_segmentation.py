from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pydicom
import pytest

from lutetia.course import Scan
from lutetia.dicom import DicomInputError
from lutetia.dicom.read import Stated, read_ct, read_segmentation, read_spect, scan_folder
from lutetia.dicom.write import BY_NETWORK, Algorithm, Header, uid_of, write_segmentation
from lutetia.errors import InputError
from lutetia.nifti import affine_ras
from lutetia.volume import resample_mask
from lutetia.workflow.dose.regions import drawn_regions

hd = pytest.importorskip("highdicom", reason="SEG tests need the extra 'imaging'")
nibabel = pytest.importorskip("nibabel", reason="label maps need the extra 'imaging'")


def named(algorithm):
    if algorithm == "MANUAL":
        return None
    family = hd.sr.CodedConcept("123110", "DCM", "Artificial Intelligence")
    return hd.AlgorithmIdentificationSequence(name="SomeNet", family=family, version="3")


def written(patient, kind="BINARY", *, values=1, algorithm="MANUAL"):
    sources = [pydicom.dcmread(path) for path in patient.files("ct")]
    code = hd.sr.CodedConcept("64033007", "SCT", "Kidney")
    segments = [
        hd.seg.SegmentDescription(n, label, code, code, algorithm, algorithm_identification=named(algorithm))
        for n, label in ((1, "kidney_left"), (2, "L1"))
    ]
    second = np.zeros(patient.geometry.shape, dtype=bool)
    second[1:3, 2:5, 6:9] = True
    voxels = np.stack([patient.kidney.voxels, second], axis=-1).astype(np.uint8 if kind == "BINARY" else np.float32)
    segmentation = hd.seg.Segmentation(
        source_images=sources,
        pixel_array=voxels * values,
        segmentation_type=kind,
        segment_descriptions=segments,
        series_instance_uid=hd.UID(),
        series_number=9,
        sop_instance_uid=hd.UID(),
        instance_number=1,
        manufacturer="Lutetia simulation",
        manufacturer_model_name="Lutetia simulation",
        software_versions="0",
        device_serial_number="0",
        omit_empty_frames=False,
    )
    folder = Path(patient.folder) / "seg"
    folder.mkdir()
    segmentation.save_as(folder / "seg.dcm")
    return patient.series("seg"), second


def test_segments_come_back_as_masks_at_their_place(patient):
    series, second = written(patient)
    found = read_segmentation(series, expected_patient_id="SIM-001")
    assert series.kind == "segmentation"
    assert set(found.masks) == {"kidney_left", "L1"}
    left = resample_mask(found.masks["kidney_left"], patient.geometry)
    assert (left.voxels == patient.kidney.voxels).all()
    assert (resample_mask(found.masks["L1"], patient.geometry).voxels == second).all()
    assert found.referenced_series_uid == patient.series("ct").series_uid


def test_a_fractional_segmentation_of_whole_voxels_is_read_as_what_it_is(patient):
    series, second = written(patient, "FRACTIONAL")
    found = read_segmentation(series)
    assert (resample_mask(found.masks["L1"], patient.geometry).voxels == second).all()


def test_a_segmentation_with_parts_of_voxels_is_refused(patient):
    series, _ = written(patient, "FRACTIONAL", values=np.float32(0.5))
    with pytest.raises(DicomInputError, match="it is fractional"):
        read_segmentation(series)


@pytest.mark.parametrize(
    "change",
    [
        lambda item: setattr(item, "BitsAllocated", None),
        lambda item: delattr(item, "PixelData"),
        lambda item: setattr(item.SegmentSequence[0], "SegmentedPropertyTypeCodeSequence", []),
        lambda item: delattr(item.SharedFunctionalGroupsSequence[0], "PixelMeasuresSequence"),
        lambda item: setattr(
            item.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence[0], "ImageOrientationPatient", None
        ),
    ],
)
def test_a_damaged_segmentation_is_refused_and_never_crashes(patient, change):
    series, _ = written(patient)
    dataset = pydicom.dcmread(series.files[0])
    change(dataset)
    dataset.save_as(series.files[0])
    with pytest.raises(DicomInputError, match="do not make a regular grid"):
        read_segmentation(series)


def test_a_segmentation_of_another_patient_is_refused(patient):
    series, _ = written(patient)
    with pytest.raises(DicomInputError, match="not the one of the course"):
        read_segmentation(series, expected_patient_id="P-7")


def test_a_structure_set_is_no_segmentation(patient):
    with pytest.raises(DicomInputError, match="a segmentation is needed, and this is structures"):
        read_segmentation(scan_folder(patient.folder / "rs")[0])


def a_scan(patient, series, regions, **other):
    parts = {part.series_uid: part for part in (patient.series("spect"), patient.series("ct"), series)}
    scan = Scan(
        series_uid=patient.series("spect").series_uid, structure_series_uid=series.series_uid, regions=regions, **other
    )
    images = read_spect(patient.series("spect")), read_ct(patient.series("ct"))
    return drawn_regions(scan, *images, Stated(patient_id="SIM-001"), parts)


def test_a_course_may_take_its_regions_from_a_segmentation(patient):
    series, second = written(patient)
    regions = a_scan(patient, series, {"kidney_left": "kidney_left", "L1": "L1"}).regions
    assert (resample_mask(regions["L1"], patient.geometry).voxels == second).all()
    assert (resample_mask(regions["kidney_left"], patient.geometry).voxels == patient.kidney.voxels).all()


def test_a_segment_that_is_not_there_is_named_with_those_that_are(patient):
    series, _ = written(patient)
    with pytest.raises(InputError, match=r"no contour 'liver'\. Its contours are: L1, kidney_left"):
        a_scan(patient, series, {"liver": "liver"})


def test_segments_that_a_program_made_by_itself_are_told(patient):
    series, _ = written(patient, algorithm="AUTOMATIC")
    assert dict(read_segmentation(series).automatic) == {"kidney_left": "SomeNet", "L1": "SomeNet"}
    drawn = a_scan(patient, series, {"kidney_left": "kidney_left"})
    assert str(drawn.made["kidney_left"]) == "made by SomeNet, not yet accepted by a person"
    (note,) = drawn.notes
    assert "kidney_left were made by a program" in note
    assert "regions_accepted_by" in note


def test_a_person_accepts_what_a_program_made(patient):
    series, _ = written(patient, algorithm="AUTOMATIC")
    drawn = a_scan(patient, series, {"kidney_left": "kidney_left"}, regions_accepted_by="Dr A")
    assert str(drawn.made["kidney_left"]) == "made by SomeNet, accepted by Dr A"
    assert drawn.notes == ()


def test_what_a_person_drew_needs_no_acceptance(patient):
    series, _ = written(patient)
    assert a_scan(patient, series, {"kidney_left": "kidney_left"}).made == {}


def test_what_a_person_made_with_a_program_names_the_program(patient):
    series, _ = written(patient, algorithm="SEMIAUTOMATIC")
    drawn = a_scan(patient, series, {"kidney_left": "kidney_left"})
    assert str(drawn.made["kidney_left"]) == "made by a person with SomeNet"
    assert not drawn.made["kidney_left"].algorithm.automatic
    assert drawn.notes == ()


def by_algorithm(patient, algorithm):
    """Return the scan's regions from its structure set, whose contours state how they came about."""
    (path,) = patient.files("rs")
    dataset = pydicom.dcmread(path)
    for item in dataset.StructureSetROISequence:
        item.ROIGenerationAlgorithm, item.ROIGenerationDescription = algorithm, "SomeNet"
    dataset.save_as(path)
    name = str(dataset.StructureSetROISequence[0].ROIName)
    return a_scan(patient, patient.series("rs"), {name: "kidney_left"})


def test_contours_that_a_program_made_by_itself_wait_for_a_person(patient):
    drawn = by_algorithm(patient, "AUTOMATIC")
    assert str(drawn.made["kidney_left"]) == "made by SomeNet, not yet accepted by a person"
    assert any("regions_accepted_by" in note for note in drawn.notes)


@pytest.mark.parametrize("algorithm", ["MANUAL", "SEMIAUTOMATIC", ""])
def test_other_contours_are_as_drawn(patient, algorithm):
    assert by_algorithm(patient, algorithm).made == {}


def test_a_written_contour_does_not_say_who_drew_it(patient):
    (path,) = patient.files("rs")
    assert {item.ROIGenerationAlgorithm for item in pydicom.dcmread(path).StructureSetROISequence} == {""}


def test_what_a_program_made_is_written_and_read_as_such(patient, tmp_path):
    mask = replace(patient.kidney, name="kidney_left")
    other = replace(patient.kidney, name="liver")
    head = Header(
        patient_id="SIM-001",
        patient_name="x",
        study_uid=uid_of("study"),
        series_uid=uid_of("segmentation"),
        frame_of_reference=patient.geometry.frame_of_reference,
        study_at=datetime(2026, 1, 1, tzinfo=UTC),
        acquired_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    made = {"liver": Algorithm(name="SomeNet 3", automatic=True, family=BY_NETWORK)}
    source = [pydicom.dcmread(path, stop_before_pixels=True) for path in patient.files("ct")]
    write_segmentation(tmp_path / "seg" / "seg.dcm", [mask, other], head, source=source, algorithms=made)
    (series,) = scan_folder(tmp_path / "seg")
    assert dict(read_segmentation(series).automatic) == {"liver": "SomeNet 3"}


def label_map(patient, tmp_path, table=None):
    labels = np.zeros(patient.geometry.shape, dtype=np.uint8)
    labels[patient.kidney.voxels] = 3
    labels[1, 2, 5] = 7
    affine = affine_ras(patient.geometry)
    image = nibabel.Nifti1Image(labels.transpose(2, 1, 0), affine)
    image.set_sform(affine, code=1)
    nibabel.save(image, tmp_path / "masks.nii.gz")
    if table is not None:
        (tmp_path / "masks.json").write_text(table)
    return labels


def from_map(patient, tmp_path, regions, **other):
    scan = Scan(series_uid=patient.series("spect").series_uid, structure_file="masks.nii.gz", regions=regions, **other)
    images = read_spect(patient.series("spect")), read_ct(patient.series("ct"))
    return drawn_regions(scan, *images, Stated(patient_id="SIM-001"), {}, imaging=tmp_path)


@pytest.mark.parametrize(
    ("table", "regions"),
    [
        (None, {"3": "kidney_left", "7": "L1"}),
        ('{"3": "Kidney L", "7": "Node"}', {"Kidney L": "kidney_left", "Node": "L1"}),
    ],
)
def test_a_label_map_gives_its_regions_by_number_or_by_the_names_beside_it(patient, tmp_path, table, regions):
    labels = label_map(patient, tmp_path, table)
    drawn = from_map(patient, tmp_path, regions, regions_accepted_by="Dr A")
    for region, number in (("kidney_left", 3), ("L1", 7)):
        assert (resample_mask(drawn.regions[region], patient.geometry).voxels == (labels == number)).all()
    assert "accepted by Dr A" in str(drawn.made["kidney_left"])
    assert any("names neither patient nor image" in note for note in drawn.notes)


def test_a_label_map_waits_for_a_person(patient, tmp_path):
    label_map(patient, tmp_path)
    assert from_map(patient, tmp_path, {"3": "kidney_left"}).made["kidney_left"].waits


@pytest.mark.parametrize(
    ("table", "regions", "said"),
    [
        (None, {"4": "liver"}, r"no contour '4'\. Its contours are: 3, 7"),
        ('{"3": "K", "7": "K"}', {"K": "liver"}, "two labels have one name"),
        ("[1]", {"K": "liver"}, "no table of numbers and names"),
        ('{"a": "K"}', {"K": "liver"}, "no table of numbers and names"),
    ],
)
def test_a_label_map_that_cannot_be_followed_is_refused(patient, tmp_path, table, regions, said):
    label_map(patient, tmp_path, table)
    with pytest.raises(InputError, match=said):
        from_map(patient, tmp_path, regions)


def test_a_label_map_that_is_not_there_or_no_nifti_is_refused(patient, tmp_path):
    with pytest.raises(InputError, match="it is not below imaging/"):
        from_map(patient, tmp_path, {"3": "liver"})
    (tmp_path / "masks.nii.gz").write_bytes(b"no")
    with pytest.raises(InputError, match="cannot be read as NIfTI"):
        from_map(patient, tmp_path, {"3": "liver"})


@pytest.mark.parametrize("path", ["../masks.nii.gz", "/masks.nii.gz"])
def test_a_label_map_lies_below_imaging(path):
    with pytest.raises(ValueError, match="outside imaging"):
        Scan(series_uid="1.2", structure_file=path, regions={"1": "liver"})
