from pathlib import Path

import numpy as np
import pydicom
import pytest

from lutetia.dicom import DicomInputError
from lutetia.dicom.read import read_segmentation, scan_folder
from lutetia.volume import resample_mask

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
