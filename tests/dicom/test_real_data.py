"""Real and reference images, read from the folder named by LUTETIA_REAL_DATA; expected values are published with them.

177Lu SPECT: Dewaraja and Van, University of Michigan Deep Blue, doi:10.7302/0n8e-rz46, CC BY-NC 4.0.
FDG PET: TCIA Soft-tissue-Sarcoma STS_001 (Vallieres 2015), CC BY 3.0.
Digital reference objects: Vacha, Zwanenburg et al., IBSI SUV, CC BY 4.0.
"""

import gzip
import os
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from lutetia.dicom import DicomInputError
from lutetia.dicom.read import read_pet, read_spect, read_structures, scan_folder
from lutetia.volume import coverage, rasterise

WITHIN_HALF_A_PERCENT = 0.005
"""Agreement asked of two independent readings of the same files and contours."""

PRINTED_TO_ONE_DECIMAL = 0.05
PRINTED_TO_THREE_DECIMALS = 0.0005
PRINTED_IN_WHOLE_BQ_ML = 1
FLOATING_POINT_MM = 1e-6
FLOATING_POINT_MBQ = 1e-3
ADDED_BY_SUBSAMPLING = 0.02
"""Voxels cut by an outline of a region some 60 voxels wide, counted as parts instead of whole."""

ZONE = ZoneInfo("America/Detroit")

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif("LUTETIA_REAL_DATA" not in os.environ, reason="LUTETIA_REAL_DATA does not name the data folder"),
]


@pytest.fixture(scope="module")
def lutetium(unzipped, tmp_path_factory):
    return unzipped("lu177_dotatate_xspect_2tp_CC-BY-NC.zip", tmp_path_factory.mktemp("lu177")) / "spect_images_pt"


@pytest.fixture(scope="module")
def reference_objects(unzipped, tmp_path_factory):
    return unzipped("ibsi_suv_dro.zip", tmp_path_factory.mktemp("dro")) / "DRO"


@pytest.mark.parametrize(
    ("scan", "hours", "view_mbq", "lesions"),
    [
        ("SCAN_001", 3.741, 1350.6, {"lesion1": (106.98, 1142.7, 122.25), "lesion2": (2.86, 1474.7, 4.22)}),
        ("SCAN_002", 27.725, 996.1, {"lesion1": (107.90, 1446.8, 156.11), "lesion2": (2.91, 2159.0, 6.27)}),
    ],
)
def test_a_lutetium_spect_stored_as_pet_gives_the_known_activities(lutetium, scan, hours, view_mbq, lesions):
    series = {s.kind: s for s in scan_folder(lutetium / scan)}
    assert set(series) == {"SPECT", "structures"}
    image = read_spect(series["SPECT"], timezone=ZONE)
    assert (image.stored_as, image.nuclide, image.volume.geometry.shape) == ("PT", "Lu-177", (199, 256, 256))
    assert image.decay_state is None
    assert "DecayFactor is 1" in image.decay_found
    assert image.hours_since_administration == pytest.approx(hours, abs=PRINTED_TO_THREE_DECIMALS)
    assert image.administered_mbq == pytest.approx(7210.4256, abs=FLOATING_POINT_MBQ)
    assert image.patient_weight_kg == 92.987
    assert image.volume.total() / 1e6 == pytest.approx(view_mbq, abs=PRINTED_TO_ONE_DECIMAL)
    structures = read_structures(series["structures"], image=image)
    for start, (volume_ml, mean_kbq_per_ml, activity_mbq) in lesions.items():
        contours = next(c for name, c in structures.regions.items() if name.startswith(start))
        mask = rasterise(contours, image.volume.geometry)
        mean = mask.mean(image.volume)
        assert mask.volume_ml == pytest.approx(volume_ml, rel=WITHIN_HALF_A_PERCENT)
        assert mean / 1e3 == pytest.approx(mean_kbq_per_ml, rel=WITHIN_HALF_A_PERCENT)
        assert mean * mask.volume_ml / 1e6 == pytest.approx(activity_mbq, rel=WITHIN_HALF_A_PERCENT)
        finer = coverage(contours, image.volume.geometry)
        assert finer.volume_ml == pytest.approx(mask.volume_ml, rel=ADDED_BY_SUBSAMPLING)


def test_a_structure_set_of_the_other_scan_is_refused(lutetium):
    first = {s.kind: s for s in scan_folder(lutetium / "SCAN_001")}
    second = {s.kind: s for s in scan_folder(lutetium / "SCAN_002")}
    image = read_spect(first["SPECT"], timezone=ZONE)
    with pytest.raises(DicomInputError, match="its frame of reference is not that of the image"):
        read_structures(second["structures"], image=image)


def test_a_whole_body_pet_with_bed_joins_is_one_volume(unzipped, tmp_path):
    folder = unzipped("sts001_fdg_pet_rtstruct.zip", tmp_path)
    series = {s.kind: s for s in scan_folder(folder)}
    image = read_pet(series["PET"], timezone=ZONE)
    assert image.volume.geometry.shape == (267, 128, 128)
    assert image.volume.geometry.spacing_mm == pytest.approx((3.27, 4.6875, 4.6875), abs=FLOATING_POINT_MM)
    assert image.volume.values.max() == pytest.approx(273_860, abs=PRINTED_IN_WHOLE_BQ_ML)
    assert image.administration.administered_mbq == pytest.approx(388.777, abs=2 * PRINTED_TO_THREE_DECIMALS)
    assert image.acquired_at.isoformat() == "2000-09-07T11:20:11-04:00"
    assert image.administration.administered_at.isoformat() == "2000-09-07T10:35:00-04:00"
    assert len(set(image.decay_factors)) == 6
    assert (min(image.decay_factors), max(image.decay_factors)) == (1.01268, 1.15077)
    structures = read_structures(series["structures"], image=image)
    assert set(structures.regions) == {"GTV_Mass", "GTV_Edema"}


def nifti_mask(path):
    """Read an uncompressed-inside NIfTI-1 volume with a few lines: shape, type, offset, voxels (z, y, x)."""
    raw = gzip.decompress(path.read_bytes())
    shape = np.frombuffer(raw[42:48], "<i2")[::-1]
    kind = {2: "u1", 4: "<i2", 16: "<f4", 256: "i1", 512: "<u2"}[int(np.frombuffer(raw[70:72], "<i2")[0])]
    start = int(np.frombuffer(raw[108:112], "<f4")[0])
    return np.frombuffer(raw[start:], kind, count=int(shape.prod())).reshape(shape) > 0


def test_the_region_of_a_reference_object_lies_where_its_mask_lies(reference_objects):
    """The drawn region is a little smaller than the mask that comes with it: one voxel in, and a slice at each end."""
    folder = reference_objects / "DRO_0_0"
    mask = nifti_mask(folder / "mask" / "DRO_mask.nii.gz")
    assert mask.sum() == 203_202
    series = {s.kind: s for s in scan_folder(folder)}
    image = read_pet(series["PET"], timezone=ZoneInfo("UTC"))
    region = read_structures(series["structures"], image=image).regions["region_1"]
    drawn = rasterise(region, image.volume.geometry)
    assert not (drawn.voxels & ~mask).any()
    areas = sum(shoelace(polygon) for polygon in region.polygons) * image.volume.geometry.spacing_mm[0] / 1000
    assert drawn.volume_ml == pytest.approx(areas, rel=WITHIN_HALF_A_PERCENT)


def shoelace(polygon):
    x, y = polygon[:, 0], polygon[:, 1]
    return 0.5 * abs(x @ np.roll(y, -1) - y @ np.roll(x, -1))
