"""Uptake values of published objects, read from the folder named by LUTETIA_REAL_DATA.

Digital reference objects: Vacha, Zwanenburg et al., IBSI SUV, oncoray/suv_computation@bf11a08, CC BY 4.0; expected
values of ``DRO_list.csv`` (0.20, 1.00, 4.00). Digital phantom: Zwanenburg et al., Image biomarker standardisation
initiative (arXiv:1612.07003), CC BY 4.0; consensus values of ``ibsi_1_dig_phantom.csv``. FDG PET: TCIA
Soft-tissue-Sarcoma STS_001 (Vallieres 2015), CC BY 3.0; its factor computed from the header's numbers below.
"""

import csv
import gzip
import os
from dataclasses import replace
from math import log

import numpy as np
import pydicom
import pytest
from matplotlib.path import Path as Outline

from lutetia.dicom.read import Stated, read_for_suv, read_structures, scan_folder
from lutetia.errors import InputError
from lutetia.quantification.suv import SuvError, suv_rule, to_suv
from lutetia.quantification.uptake import measure_uptake
from lutetia.volume import Geometry, Mask, Volume, rasterise

STORED_IN_FEW_STEPS = 0.005
"""The objects' stored values are whole numbers of up to 14400; small ones are rounded."""

FLOATING_POINT = 1e-9
PRINTED_TO_SIX_DIGITS = 5e-6
PRINTED_IN_WHOLE_BQ_ML = 1
PRINTED_TO_TWO_DIGITS = 0.05
PRINTED_TO_THREE_DIGITS = 0.005

ANOTHER_FILL = 0.01
"""Two ways to decide on voxels whose centre is close to the outline, for regions of thousands of voxels."""

SAME_VOXELS = 0.001

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif("LUTETIA_REAL_DATA" not in os.environ, reason="LUTETIA_REAL_DATA does not name the data folder"),
]


@pytest.fixture(scope="module")
def objects(unzipped, tmp_path_factory):
    return unzipped("ibsi_suv_dro.zip", tmp_path_factory.mktemp("dro")) / "DRO"


def nifti(path):
    """Read an uncompressed-inside NIfTI-1 volume with a few lines: shape, type, offset, voxels (z, y, x)."""
    raw = gzip.decompress(path.read_bytes())
    shape = np.frombuffer(raw[42:48], "<i2")[::-1]
    kind = {2: "u1", 4: "<i2", 8: "<i4", 16: "<f4", 64: "<f8", 256: "i1", 512: "<u2"}[
        int(np.frombuffer(raw[70:72], "<i2")[0])
    ]
    start = int(np.frombuffer(raw[108:112], "<f4")[0])
    return np.frombuffer(raw[start:], kind, count=int(shape.prod())).reshape(shape)


def of_object(objects, name, stated=None):
    series = next(one for one in scan_folder(objects / name) if one.kind == "PET")
    source = read_for_suv(series, stated=stated or Stated())
    rule = suv_rule(source.facts)
    suv = to_suv(source.image.volume, rule)
    inside = nifti(objects / name / "mask" / "DRO_mask.nii.gz") > 0
    found = measure_uptake(suv, Mask(voxels=inside, geometry=suv.geometry, name="object"))
    return rule, (found.minimum, found.median, found.maximum)


def expected(objects, name):
    with (objects / "DRO_list.csv").open(encoding="utf-8") as stream:
        row = next(row for row in csv.DictReader(stream) if row["ID"] == name)
    return tuple(float(row[f"SUV{which}_expected"]) for which in ("min", "med", "max"))


@pytest.mark.parametrize(
    ("name", "rule_name"),
    [
        ("DRO_0_0", "START by series time"),
        ("DRO_1_0", "START by series time"),
        ("DRO_2_0", "GML, stored as SUV bw"),
        ("DRO_2_1", "GML, stored as SUV lbm"),
        ("DRO_2_4", "Philips SUV factor (7053,1000)"),
        ("DRO_2_5", "Philips activity factor (7053,1009)"),
        ("DRO_3_1", "ADMIN"),
        ("DRO_3_2", "computed back"),
        ("DRO_3_3", "START by series time"),
        ("DRO_3_4", "NONE, slice by slice"),
        ("DRO_4_0", "START by series time"),
        ("DRO_4_1", "START by series time"),
        ("DRO_4_2", "START by series time"),
        ("DRO_5_0", "START by series time"),
    ],
)
def test_fourteen_objects_have_the_values_that_are_published(objects, name, rule_name):
    rule, found = of_object(objects, name)
    assert rule_name in rule.name
    assert found == pytest.approx(expected(objects, name), rel=STORED_IN_FEW_STEPS)


def test_the_object_by_body_surface_has_the_values_its_stored_steps_allow(objects):
    """0.20 / 1.00 / 4.00 stored in steps of 0.01 cm2/mL; an independent reading gives 0.189 / 0.985 / 3.977."""
    _, found = of_object(objects, "DRO_2_3")
    assert found == pytest.approx((0.189, 0.985, 3.977), rel=STORED_IN_FEW_STEPS)


def test_the_object_by_ideal_weight_of_no_sex_waits_for_a_person(objects):
    with pytest.raises(SuvError, match="PatientSex says neither"):
        of_object(objects, "DRO_2_2")
    rule, found = of_object(objects, "DRO_2_2", Stated(sex="mean-of-both"))
    assert found == pytest.approx(expected(objects, "DRO_2_2"), rel=STORED_IN_FEW_STEPS)
    assert any(fact.shown == "mean-of-both" and fact.origin == "stated for this PET" for fact in rule.used)


def test_the_object_whose_activity_is_in_another_unit_waits_for_a_person(objects):
    with pytest.raises(SuvError, match=r"RadionuclideTotalDose 368\.08 is not used"):
        of_object(objects, "DRO_3_0")
    rule, found = of_object(objects, "DRO_3_0", Stated(administered_mbq=368.08))
    assert found == pytest.approx(expected(objects, "DRO_3_0"), rel=STORED_IN_FEW_STEPS)
    assert any(fact.name == "activity injected" and fact.origin == "stated for this PET" for fact in rule.used)


def test_the_mask_of_an_object_is_where_its_image_is(objects):
    series = next(one for one in scan_folder(objects / "DRO_0_0") if one.kind == "PET")
    values = read_for_suv(series).image.volume.values
    inside = nifti(objects / "DRO_0_0" / "mask" / "DRO_mask.nii.gz") > 0
    assert ((values > 0) != inside).sum() == 0


def filled(region, geometry):
    """Fill each outline with matplotlib's test of points, by even-odd over the outlines of a plane."""
    inside = np.zeros(geometry.shape, dtype=bool)
    rows, columns = np.mgrid[: geometry.shape[1], : geometry.shape[2]]
    centres = np.column_stack([columns.ravel(), rows.ravel()])
    for polygon in region.polygons:
        index = geometry.to_index(polygon)
        plane = Outline(index[:, [2, 1]], closed=False).contains_points(centres).reshape(geometry.shape[1:])
        inside[round(float(index[0, 0]))] ^= plane
    return inside


def test_the_contour_of_an_object_is_filled_as_another_program_fills_it(objects):
    """The outline itself is smaller than the mask that comes with the objects: 174,260 of 203,202 voxels by area."""
    series = {one.kind: one for one in scan_folder(objects / "DRO_0_0")}
    image = read_for_suv(series["PET"]).image
    region = read_structures(series["structures"], image=image).regions["region_1"]
    ours = rasterise(region, image.volume.geometry).voxels
    theirs = filled(region, image.volume.geometry)
    assert (ours != theirs).sum() <= SAME_VOXELS * ours.sum()


def test_the_digital_phantom_has_the_consensus_values(unzipped, tmp_path):
    folder = unzipped("ibsi1_digital_phantom.zip", tmp_path)
    with (folder / "ibsi_1_dig_phantom.csv").open(encoding="utf-8") as stream:
        rows = {row["tag"]: row for row in csv.DictReader(stream, delimiter=";")}
    consensus = {tag: float(row["reference value"]) for tag, row in rows.items() if row["reference value"]}
    files = folder / "ibsi_1_digital_phantom" / "nifti"
    values = nifti(files / "image" / "phantom.nii.gz")
    inside = nifti(files / "mask" / "mask.nii.gz") > 0
    geometry = Geometry(shape=values.shape, spacing_mm=(2.0, 2.0, 2.0))
    image = Volume(values=values.astype(np.float32), geometry=geometry, unit="g/mL")
    found = measure_uptake(image, Mask(voxels=inside, geometry=geometry, name="ROI"))
    tolerance_mm3 = float(rows["morph_vol_approx"]["tolerance"])
    assert found.volume_ml * 1000 == pytest.approx(consensus["morph_vol_approx"], abs=tolerance_mm3)
    assert found.local_peak.value == pytest.approx(consensus["loc_peak_loc"], abs=PRINTED_TO_TWO_DIGITS)
    assert found.peak.value == pytest.approx(consensus["loc_peak_glob"], abs=PRINTED_TO_TWO_DIGITS)
    assert found.mean == pytest.approx(consensus["stat_mean"], abs=PRINTED_TO_THREE_DIGITS)
    assert found.sd**2 == pytest.approx(consensus["stat_var"], abs=PRINTED_TO_THREE_DIGITS)
    assert (found.minimum, found.median, found.maximum) == (
        consensus["stat_min"], consensus["stat_median"], consensus["stat_max"],
    )  # fmt: skip


def test_the_dicom_segmentation_of_the_phantom_is_its_mask(unzipped, tmp_path):
    from lutetia.dicom.read import read_segmentation

    folder = unzipped("ibsi1_digital_phantom.zip", tmp_path) / "ibsi_1_digital_phantom"
    series = next(one for one in scan_folder(folder / "dicom" / "mask") if one.kind == "segmentation")
    (mask,) = read_segmentation(series).masks.values()
    given = nifti(folder / "nifti" / "mask" / "mask.nii.gz") > 0
    assert mask.voxels.sum() == given.sum()


@pytest.fixture(scope="module")
def sarcoma(unzipped, tmp_path_factory):
    return unzipped("sts001_fdg_pet_rtstruct.zip", tmp_path_factory.mktemp("sts"))


def test_a_whole_body_pet_has_the_factor_of_its_header(sarcoma):
    """71 kg, 388.777472 MBq at 10:35:00, scan at 11:20:11, half-life 6588 s."""
    series = next(one for one in scan_folder(sarcoma) if one.kind == "PET")
    source = read_for_suv(series)
    rule = suv_rule(source.facts)
    by_hand = 71e3 / (388.777472e6 * np.exp(-log(2) * (45 * 60 + 11) / 6588))
    assert rule.factor == pytest.approx(by_hand, rel=FLOATING_POINT)
    assert rule.factor == pytest.approx(2.42903e-4, rel=PRINTED_TO_SIX_DIGITS)
    assert "series time" in rule.name
    assert any("up to 20 min apart" in note for note in rule.notes)


def test_the_regions_of_a_whole_body_pet_have_the_volume_of_another_voxelisation(sarcoma):
    series = {one.kind: one for one in scan_folder(sarcoma)}
    image = read_for_suv(series["PET"]).image
    geometry = image.volume.geometry
    regions = read_structures(series["structures"], image=image).regions
    assert set(regions) == {"GTV_Mass", "GTV_Edema"}
    for region in regions.values():
        ours = rasterise(region, geometry)
        theirs = filled(region, geometry).sum() * geometry.voxel_ml
        assert ours.volume_ml == pytest.approx(theirs, rel=ANOTHER_FILL)


def test_a_lutetium_series_stored_as_pet_is_never_read_for_uptake(unzipped, tmp_path):
    folder = unzipped("lu177_dotatate_xspect_2tp_CC-BY-NC.zip", tmp_path) / "spect_images_pt" / "SCAN_001"
    series = next(one for one in scan_folder(folder) if one.stored_as == "PT")
    with pytest.raises(InputError, match="a PET is needed, and this is SPECT"):
        read_for_suv(series)
    mistaken = read_for_suv(replace(series, kind="PET"), stated=Stated(decay_correction="START"))
    with pytest.raises(SuvError, match="the nuclide is Lu-177, which is none of PET"):
        suv_rule(mistaken.facts)


def test_every_slice_of_the_whole_body_pet_was_scaled_by_its_own_slope(sarcoma):
    series = next(one for one in scan_folder(sarcoma) if one.kind == "PET")
    source = read_for_suv(series)
    slope = {float(pydicom.dcmread(path, stop_before_pixels=True).RescaleSlope) for path in series.files}
    assert len(slope) == 267
    assert source.image.volume.values.max() == pytest.approx(273_860, abs=PRINTED_IN_WHOLE_BQ_ML)
