from pathlib import Path

import numpy as np
import pydicom
import pytest

from lutetia.course import Scan
from lutetia.dicom import DicomInputError
from lutetia.dicom.read import Stated, read_ct, read_segmentation, read_spect, scan_folder
from lutetia.errors import InputError
from lutetia.volume import resample_mask
from lutetia.workflow.regions import drawn_regions

hd = pytest.importorskip("highdicom", reason="SEG tests need the extra 'imaging'")


def written(patient, kind="BINARY"):
    sources = [pydicom.dcmread(path) for path in patient.files("ct")]
    code = hd.sr.CodedConcept("64033007", "SCT", "Kidney")
    segments = [
        hd.seg.SegmentDescription(n, label, code, code, hd.seg.SegmentAlgorithmTypeValues.MANUAL)
        for n, label in ((1, "kidney_left"), (2, "L1"))
    ]
    second = np.zeros(patient.geometry.shape, dtype=bool)
    second[1:3, 2:5, 6:9] = True
    voxels = np.stack([patient.kidney.voxels, second], axis=-1).astype(np.uint8)
    segmentation = hd.seg.Segmentation(
        source_images=sources,
        pixel_array=voxels,
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


def test_a_fractional_segmentation_is_refused(patient):
    series, _ = written(patient, "FRACTIONAL")
    with pytest.raises(DicomInputError, match="it is fractional"):
        read_segmentation(series)


def test_a_segmentation_of_another_patient_is_refused(patient):
    series, _ = written(patient)
    with pytest.raises(DicomInputError, match="not the one of the course"):
        read_segmentation(series, expected_patient_id="P-7")


def test_a_structure_set_is_no_segmentation(patient):
    with pytest.raises(DicomInputError, match="a segmentation is needed, and this is structures"):
        read_segmentation(scan_folder(patient.folder / "rs")[0])


def a_scan(patient, series, regions):
    parts = {part.series_uid: part for part in (patient.series("spect"), patient.series("ct"), series)}
    scan = Scan(series_uid=patient.series("spect").series_uid, structure_series_uid=series.series_uid, regions=regions)
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
