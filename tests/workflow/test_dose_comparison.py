"""Two dose results side by side: what is compared, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pydicom
import pytest

from lutetia.cli.main import main
from lutetia.dicom.write import Header, WrittenSeries, uid_of, write_dose, write_structures
from lutetia.dicom.write.segmentation import write_segmentation
from lutetia.dosimetry.gamma import GammaCriterion
from lutetia.errors import InputError
from lutetia.volume import Geometry, Mask, Volume
from lutetia.workflow.dose.comparison import CompareOptions, compare_doses

ROUNDING_PERCENT = 1e-9
SIXTEEN_BITS_PERCENT = 0.1
"""Doses of an RTDOSE are whole steps of sixteen bits [%]."""
TABLE_OF_FOUR_DIGITS_PERCENT = 0.01

FRAME = uid_of("compare", "frame")
GRID = Geometry(
    shape=(20, 24, 26), spacing_mm=(4.8, 4.8, 4.8), origin_mm=(-60.0, -55.0, -45.0), frame_of_reference=FRAME
)
FINE = Geometry(
    shape=(46, 56, 60), spacing_mm=(2.0, 2.0, 2.0), origin_mm=(-58.0, -54.0, -44.0), frame_of_reference=FRAME
)
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
CONTOURS_FOLLOW_VOXEL_EDGES = 0.01
NO_GAMMA = CompareOptions(criteria=())


def header(name, patient="P1", frame=FRAME):
    return Header(
        patient_id=patient, patient_name="A^B", study_uid=uid_of("study"), series_uid=uid_of("compare", name, patient),
        frame_of_reference=frame, study_at=NOON, acquired_at=NOON, manufacturer="Vendor", model="X",
    )  # fmt: skip


def ball(geometry, centre, radius, name):
    index = np.stack(np.meshgrid(*[np.arange(n) for n in geometry.shape], indexing="ij"), axis=-1)
    voxels = np.linalg.norm(geometry.to_patient(index) - np.array(centre), axis=-1) <= radius
    return Mask(voxels=voxels, geometry=geometry, name=name)


def dose(scale=1.0, geometry=GRID, gradient=0.02):
    index = np.stack(np.meshgrid(*[np.arange(n) for n in geometry.shape], indexing="ij"), axis=-1)
    x = geometry.to_patient(index)[..., 0]
    return Volume(values=scale * (5.0 + gradient * x), geometry=geometry, unit="Gy")


REGIONS = (
    ball(FINE, (20.0, 0.0, 0.0), 20.0, "kidney_left"),
    ball(FINE, (-25.0, 0.0, 0.0), 15.0, "kidney_right"),
)


@pytest.fixture
def vendor(tmp_path):
    """Write an RTDOSE and regions as another system might."""

    def write(name="vendor", *, scale=1.0, patient="P1", frame=FRAME, regions=REGIONS, kind="SEG", **other):
        folder = tmp_path / name
        map_of = dose(scale, **other)
        if frame != FRAME:
            map_of = Volume(
                values=map_of.values, geometry=replace(map_of.geometry, frame_of_reference=frame), unit="Gy"
            )
            regions = [replace(mask, geometry=replace(mask.geometry, frame_of_reference=frame)) for mask in regions]
        write_dose(folder / "dose.dcm", map_of, header(name, patient, frame))
        head = header(f"{name} regions", patient, frame)
        if kind == "SEG":
            source = pydicom.dcmread(folder / "dose.dcm", stop_before_pixels=True)
            source.SOPClassUID = "1.2.840.10008.5.1.4.1.1.20"
            write_segmentation(folder / "regions.dcm", list(regions), head, source=[source])
        elif kind == "RTSTRUCT":
            drawn_on = WrittenSeries(
                files=(), study_uid=uid_of("study"), series_uid="1.2.9", sop_class_uid="1.2.840.10008.5.1.4.1.1.2",
                instance_uids=tuple(f"1.2.9.{n}" for n in range(FINE.shape[0])), geometry=regions[0].geometry,
            )  # fmt: skip
            write_structures(folder / "regions.dcm", regions, head, drawn_on=drawn_on)
        return folder

    return write


def table(path, text):
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["SEG", "RTSTRUCT"])
def test_region_means_of_a_map_made_by_others_are_those_of_its_dose(vendor, tmp_path, kind):
    """In a linear dose the mean over a ball is the dose at its centre."""
    own = table(tmp_path / "own.csv", "region,dose_Gy,volume_mL\nkidney_left,5.4,33.5\nkidney_right,4.5,14.1\n")
    (found,) = compare_doses(own, vendor(kind=kind), NO_GAMMA).cycles
    assert [one.a.region for one in found.regions] == ["kidney_left", "kidney_right"]
    for one, volume in zip(found.regions, REGIONS, strict=True):
        assert one.dose_gy.b == pytest.approx(one.dose_gy.a, rel=CONTOURS_FOLLOW_VOXEL_EDGES)
        assert one.volume_ml.b == pytest.approx(volume.volume_ml, rel=CONTOURS_FOLLOW_VOXEL_EDGES)


def test_left_and_right_are_not_exchanged(vendor, tmp_path):
    own = table(tmp_path / "own.csv", "region,dose_Gy\nkidney_left,5.4\nkidney_right,4.5\n")
    (found,) = compare_doses(own, vendor(), NO_GAMMA).cycles
    left, right = (one.dose_gy.b for one in found.regions)
    assert left > 5.2 > 4.7 > right


def test_differences_are_absolute_in_percent_and_in_sigma(tmp_path):
    a = table(tmp_path / "a.csv", "region,dose_Gy,sigma_Gy,mass_g,tia_MBq_h\nliver,4.0,0.3,1800,20000\n")
    b = table(tmp_path / "b.csv", "region,dose_Gy,sigma_Gy,mass_g,tia_MBq_h\nLiver,5.0,0.4,1710,21000\n")
    (found,) = compare_doses(a, b).cycles
    (liver,) = found.regions
    assert (liver.dose_gy.difference, liver.dose_gy.percent) == pytest.approx((1.0, 25.0))
    assert liver.sigmas == pytest.approx(2.0)
    assert (liver.mass_g.percent, liver.tia_mbq_h.percent) == pytest.approx((-5.0, 5.0))


def test_no_sigma_is_made_up_where_only_one_side_states_one(tmp_path):
    a = table(tmp_path / "a.csv", "region,dose_Gy,sigma_Gy\nliver,4.0,0.3\n")
    b = table(tmp_path / "b.csv", "region,dose_Gy\nliver,5.0\n")
    assert compare_doses(a, b).cycles[0].regions[0].sigmas is None


def test_two_maps_on_different_grids_are_compared_place_by_place(vendor):
    a, b = vendor("a"), vendor("b", geometry=FINE, scale=1.02)
    options = CompareOptions(
        criteria=(GammaCriterion(), GammaCriterion(dose_percent=1, distance_mm=1, cutoff_percent=90))
    )
    (found,) = compare_doses(a, b, options).cycles
    assert found.gamma[0].passing == 1.0
    assert found.gamma[1].passing < 0.3
    assert [one.dose_gy.percent for one in found.means] == pytest.approx([2.0, 2.0], abs=SIXTEEN_BITS_PERCENT)


def test_names_of_another_system_are_mapped_by_a_person(vendor, tmp_path):
    own = table(tmp_path / "own.csv", "region,dose_Gy\nkidney_left,5.4\n")
    theirs = vendor(regions=[replace(REGIONS[0], name="Kidney L")])
    with pytest.raises(InputError, match="no region in common"):
        compare_doses(own, theirs, NO_GAMMA)
    (found,) = compare_doses(own, theirs, CompareOptions(criteria=(), names={"Kidney L": "kidney_left"})).cycles
    assert len(found.regions) == 1


def test_regions_may_lie_in_another_file_than_the_dose(vendor, tmp_path):
    place = vendor()
    own = table(tmp_path / "own.csv", "region,dose_Gy\nkidney_left,5.4\n")
    options = CompareOptions(criteria=(), regions_b=place / "regions.dcm")
    (found,) = compare_doses(own, place / "dose.dcm", options).cycles
    assert found.regions[0].dose_gy.b == pytest.approx(5.4, rel=CONTOURS_FOLLOW_VOXEL_EDGES)


def test_a_region_that_leaves_the_map_is_left_out_and_said(vendor, tmp_path):
    outside = ball(FINE, (57.0, 0.0, 0.0), 15.0, "spleen")
    large = replace(FINE, shape=(46, 56, 90))
    outside = ball(large, (70.0, 0.0, 0.0), 25.0, "spleen")
    place = vendor(regions=[outside, ball(large, (20.0, 0.0, 0.0), 20.0, "kidney_left")])
    own = table(tmp_path / "own.csv", "region,dose_Gy\nkidney_left,5.4\nspleen,1.0\n")
    found = compare_doses(own, place, NO_GAMMA)
    assert found.cycles[0].only_in_a == ("spleen",)
    assert any("'spleen' reaches out of the dose map" in note for note in found.notes)


def test_two_patients_are_refused_unless_one_was_pseudonymised(vendor):
    a, b = vendor("a"), vendor("b", patient="P2")
    with pytest.raises(InputError, match="they are of different patients") as told:
        compare_doses(a, b, NO_GAMMA)
    assert "P2" not in str(told.value)
    found = compare_doses(a, b, CompareOptions(criteria=(), pseudonymised=True))
    assert any("said to be of one patient" in note for note in found.notes)


def test_regions_of_another_patient_than_the_dose_are_refused(vendor):
    a, b = vendor("a"), vendor("b", patient="P2")
    with pytest.raises(InputError, match="its patient id is not that of the dose map"):
        compare_doses(a, a, CompareOptions(regions_b=b / "regions.dcm"))


def test_maps_in_different_frames_of_reference_are_compared_by_region_only(vendor):
    (found,) = compare_doses(vendor("a"), vendor("b", frame="1.2.3")).cycles
    assert len(found.regions) == 2
    assert (found.gamma, found.means) == ((), ())
    assert any("different frames of reference" in note for note in found.notes)


def test_maps_in_different_frames_without_a_common_region_are_refused(vendor):
    renamed = [replace(mask, name=f"their {mask.name}") for mask in REGIONS]
    with pytest.raises(InputError, match="no region in common"):
        compare_doses(vendor("a"), vendor("b", frame="1.2.3", regions=renamed))


def test_a_region_drawn_in_another_frame_than_the_dose_is_refused(vendor):
    a, b = vendor("a"), vendor("b", frame="1.2.3")
    with pytest.raises(InputError, match="its frame of reference is not that of dose series"):
        compare_doses(a, a, CompareOptions(regions_b=b / "regions.dcm"))


def test_the_dose_of_a_photon_plan_is_refused(vendor):
    place = vendor()
    dataset = pydicom.dcmread(place / "dose.dcm")
    dataset.DoseSummationType = "BEAM"
    dataset.save_as(place / "dose.dcm", enforce_file_format=True)
    with pytest.raises(InputError, match="external beam"):
        compare_doses(place, place)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("region,dose_mGy\nliver,4\n", "columns missing: dose_Gy; unknown: dose_mGy"),
        ("region,dose_Gy,dose_cGy\nliver,4,400\n", "unknown: dose_cGy"),
        ("region,dose_Gy\nliver,four\n", "line 2, dose_Gy: 'four' is no number"),
        ("region,dose_Gy\nliver,-1\n", "'-1' is no number from 0"),
        ("region,dose_Gy\n,1\n", "region: It is empty|region: it is empty"),
        ("region,dose_Gy\nliver,1\nliver,2\n", "region liver stands in it twice"),
        ("cycle,region,dose_Gy\none,liver,1\n", "'one' is no whole number"),
        ("region,dose_Gy\n", "no line but the first"),
    ],
)
def test_a_table_that_leaves_something_open_is_refused(tmp_path, text, said):
    with pytest.raises(InputError, match=said):
        compare_doses(table(tmp_path / "a.csv", text), table(tmp_path / "b.csv", "region,dose_Gy\nliver,1\n"))


def test_which_cycles_belong_together_is_asked_for(tmp_path):
    two = table(tmp_path / "a.csv", "cycle,region,dose_Gy\n1,liver,1\n2,liver,2\n")
    one = table(tmp_path / "b.csv", "region,dose_Gy\nliver,2\n")
    with pytest.raises(InputError, match="cannot be told") as told:
        compare_doses(two, one)
    assert "--cycle" in told.value.remedy
    (found,) = compare_doses(two, one, CompareOptions(cycle=2)).cycles
    assert (found.cycle, found.regions[0].dose_gy.difference) == (2, 0.0)
    with pytest.raises(InputError, match="it has no cycle 3"):
        compare_doses(two, one, CompareOptions(cycle=3))


def test_a_file_that_is_no_result_is_refused(tmp_path):
    other = table(tmp_path / "a.json", '{"format": "something-else/1"}')
    with pytest.raises(InputError, match="its format is 'something-else/1'"):
        compare_doses(other, other)
    with pytest.raises(InputError, match="there is no such file"):
        compare_doses(tmp_path / "none", other)


def test_a_result_folder_agrees_with_its_own_table_of_doses(demo):
    found = compare_doses(demo.files.folder, demo.files.folder / "objects" / "doses.csv")
    assert [cycle.cycle for cycle in found.cycles] == [1, 2]
    for cycle in found.cycles:
        assert not cycle.only_in_a
        assert not cycle.only_in_b
        for one in cycle.regions:
            if one.dose_gy.a is not None:
                assert one.dose_gy.percent == pytest.approx(0.0, abs=ROUNDING_PERCENT)
                assert one.tia_mbq_h.percent == pytest.approx(0.0, abs=ROUNDING_PERCENT)
                assert one.volume_ml.percent == pytest.approx(0.0, abs=ROUNDING_PERCENT)


def test_a_result_folder_agrees_with_its_own_dose_map(demo):
    options = CompareOptions(cycle=1)
    (found,) = compare_doses(demo.files.folder, demo.files.folder / "objects" / "cycle-1", options).cycles
    assert found.gamma[0].passing == 1.0
    assert max(abs(one.dose_gy.percent) for one in found.means) < 1e-3
    assert any("lowered by the blur" in note for note in found.notes)


def test_the_command_says_it_in_text_json_and_on_a_page(vendor, tmp_path, capsys):
    a, b = vendor("a"), vendor("b", scale=1.1)
    page = tmp_path / "page.html"
    assert main(["compare", str(a), str(b), "--gamma", "2%/2mm", "--cutoff", "95", "--report", str(page)]) == 0
    text = capsys.readouterr().out
    assert "Left kidney" in text
    assert "+10.0" in text
    assert "2 %/2 mm, global, cut-off 95 %" in text
    assert "Left kidney" in page.read_text(encoding="utf-8")
    assert main(["compare", str(a), str(b), "--json", "--cutoff", "95"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["format"] == "lutetia-dose-comparison/1"
    assert content["cycles"][0]["regions"][0]["dose_gy"]["percent"] == pytest.approx(
        10.0, abs=TABLE_OF_FOUR_DIGITS_PERCENT
    )


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--gamma", "three"], "'three' is no criterion"),
        (["--gamma", "0/3"], "'0/3' is no criterion"),
        (["--name", "x"], "'x' maps no name"),
        (["--report", "page.txt"], "neither .html nor .pdf"),
    ],
)
def test_the_command_refuses_what_it_cannot_read(tmp_path, capsys, more, said):
    own = table(tmp_path / "a.csv", "region,dose_Gy\nliver,1\n")
    assert main(["compare", str(own), str(own), *more]) == 2
    assert said in capsys.readouterr().err
