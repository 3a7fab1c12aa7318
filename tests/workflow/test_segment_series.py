"""Is a PET without a course segmented by the rule that was named, its pieces told as read by nobody?"""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import jsonschema
import numpy as np
import pydicom
import pytest

from lutetia.cli.main import main
from lutetia.dicom.read import read_segmentation, scan_folder
from lutetia.dicom.write import Administered, Header, uid_of, write_pet, write_structures
from lutetia.volume import Geometry, Mask, Volume
from lutetia.workflow.image_schema import segment_schema

WIDTH = 80
STORED_TO_16_BITS = 1e-4
WINTER = timezone(timedelta(hours=1))
SCAN = datetime(2026, 3, 3, 9, 30, tzinfo=WINTER)
HALF_LIFE_S, WEIGHT_KG, INJECTED_MBQ = 4057.7, 80.0, 150.0
PER_BECQUEREL = WEIGHT_KG * 1e3 / (INJECTED_MBQ * 1e6 * 2 ** (-3600 / HALF_LIFE_S))
GRID = Geometry(shape=(14, 20, 44), spacing_mm=(4.0, 4.0, 4.0), frame_of_reference=uid_of("pieces", "frame"))
VOXEL_ML = 0.064
LIVER_SUV = 3.0
"""Uniform, so that the liver's threshold is 4.30 of qPSMA itself."""
BOXES = {
    "Leber": (slice(1, 13), slice(1, 13), slice(1, 13), LIVER_SUV),
    "Niere": (slice(4, 8), slice(4, 8), slice(16, 20), 30.0),
    "Knochen": (slice(1, 13), slice(1, 10), slice(22, 30), 0.5),
}
PIECES = {
    "bone": (slice(2, 5), slice(2, 5), slice(24, 27), 3.5),
    "node": (slice(2, 4), slice(2, 4), slice(32, 36), 8.0),
    "faint node": (slice(8, 10), slice(2, 4), slice(32, 34), 4.0),
}
CODES = ["--region", "Leber=liver", "--region", "Niere=kidney_left", "--region", "Knochen=bone"]
OUT = ["--without", "kidney_left", "--margin", "4 mm", "--without", "liver"]
needs_dciodvfy = pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (dicom3tools) is not installed")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("pieces") / "scan"
    values, masks = np.full(GRID.shape, 0.2), []
    for name, (z, y, x, suv) in {**BOXES, **PIECES}.items():
        values[z, y, x] = suv
        if name in BOXES:
            voxels = np.zeros(GRID.shape, dtype=bool)
            voxels[z, y, x] = True
            masks.append(Mask(voxels=voxels, geometry=GRID, name=name))
    header = Header(
        patient_id="SIM-PIECES", patient_name="Single", birth_date=date(1950, 5, 17), sex="M", weight_kg=WEIGHT_KG,
        height_m=1.76, study_uid=uid_of("pieces", "study"), series_uid=uid_of("pieces", "pet"),
        frame_of_reference=str(GRID.frame_of_reference), study_at=SCAN, acquired_at=SCAN,
        study_description="Simulated", series_description="PET AC",
        administered=Administered(agent="[68Ga]Ga-PSMA-11", nuclide="Ga-68", activity_mbq=INJECTED_MBQ,
                                  at=SCAN - timedelta(hours=1), half_life_s=HALF_LIFE_S),
    )  # fmt: skip
    activity = Volume(values=(values / PER_BECQUEREL).astype(np.float32), geometry=GRID, unit="Bq/mL")
    drawn_on = write_pet(place / "pet", activity, header)
    drawing = replace(header, series_uid=uid_of("pieces", "rs"))
    write_structures(place / "rs.dcm", masks, drawing, drawn_on=drawn_on)
    return place


def answer(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    assert main(["segment", str(folder), "--smallest", "0.1 mL", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def ml(name: str) -> float:
    z, y, x, _ = PIECES[name]
    return float(np.zeros(GRID.shape)[z, y, x].size) * VOXEL_ML


def test_a_fixed_threshold_takes_bone_and_soft_tissue_alike(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(folder, capsys, "--method", "fixed threshold", "--value", "3.2 SUV", *CODES, *OUT)
    assert [one["volume_ml"] for one in found["pieces"]] == pytest.approx([ml("bone"), ml("node"), ml("faint node")])
    assert found["volume_ml"] == pytest.approx(sum(map(ml, PIECES)))
    assert found["bone_ml"] == pytest.approx(ml("bone"))
    assert found["total"] == pytest.approx(sum(ml(n) * PIECES[n][3] for n in PIECES), rel=STORED_TO_16_BITS)
    assert {one["organ"] for one in found["taken_out"]} == {"kidney_left", "liver"}
    assert found["method"] == (
        "fixed threshold 3.2 g/mL, SUV by body weight (definition 1); 68Ga-PSMA-11; without kidney_left, liver and "
        "4 mm around; components of at least 0.1 mL"
    ).replace("68Ga-PSMA-11", found["tracer"])


def test_qpsma_takes_bone_from_three_and_soft_tissue_from_the_livers_threshold(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = answer(folder, capsys, "--method", "qPSMA", *CODES, *OUT)
    assert found["threshold"] == pytest.approx(4.30, rel=STORED_TO_16_BITS), "a uniform liver: 4.30 / mean x mean"
    assert [one["volume_ml"] for one in found["pieces"]] == pytest.approx([ml("bone"), ml("node")])
    liver = answer(folder, capsys, "--method", "liver threshold", *CODES, *OUT)
    assert [one["volume_ml"] for one in liver["pieces"]] == pytest.approx([ml("node")])


def test_the_answers_fit_their_schema(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checks = jsonschema.Draft202012Validator(segment_schema())
    checks.validate(answer(folder, capsys, "--method", "fixed threshold", "--value", "3 SUV"))
    checks.validate(answer(folder, capsys, "--method", "qPSMA", *CODES, *OUT))


@needs_dciodvfy
def test_every_piece_is_written_as_made_by_a_program_alone(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = answer(folder, capsys, "--method", "qPSMA", *CODES, *OUT, "--objects", str(tmp_path / "out"))
    (series,) = scan_folder(tmp_path / "out")
    read = read_segmentation(series)
    assert set(read.automatic) == set(read.masks) == {one["piece"] for one in found["pieces"]}
    assert all("qPSMA" in by for by in read.automatic.values())
    (bone,) = [one for one in found["pieces"] if one["maximum"] < 4]
    k, j, i = np.rint(read.masks[bone["piece"]].geometry.to_index(bone["hottest_mm"])).astype(int)
    assert read.masks[bone["piece"]].voxels[k, j, i]
    told = subprocess.run(["dciodvfy", "-new", series.files[0]], capture_output=True, text=True, check=False)
    assert "Error" not in told.stdout + told.stderr
    assert "SUV by body weight" in (tmp_path / "out" / "regions.svg").read_text(encoding="utf-8")


def test_the_page_fits_a_terminal_and_says_that_nobody_read_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["segment", str(folder), "--method", "fixed threshold", "--value", "3 SUV"]) == 0
    told = capsys.readouterr().out
    assert max(map(len, told.splitlines())) <= WIDTH
    assert "no person has read these pieces" in " ".join(told.split())
    assert "physiological uptake is among the pieces" in " ".join(told.split())


def test_organs_that_are_drawn_and_were_not_taken_out_are_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--method", "fixed threshold", "--value", "3 SUV", *CODES]
    (caution,) = [one for one in answer(folder, capsys, *asked)["cautions"] if "organ was taken out" in one]
    assert caution.endswith("drawn here and taken out by --without: kidney_left, liver")


def test_no_tumour_sink_is_told_of_a_volume_that_holds_organs(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lutetia.workflow.segment.series.TUMOUR_SINK_ML", 0.2)
    asked = ["--method", "fixed threshold", "--value", "3 SUV", *CODES]
    assert not any("tumour sink" in one for one in answer(folder, capsys, *asked)["cautions"])
    assert any("tumour sink" in one for one in answer(folder, capsys, *asked, *OUT)["cautions"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "no method is named"),
        (["--method", "gradient"], "'gradient' needs the mark of a course"),
        (["--method", "fixed threshold"], "a fixed threshold needs its number"),
        (["--method", "fixed threshold", "--value", "3 kBq/mL"], "'3 kBq/mL' is not in SUV"),
        (["--method", "fixed threshold", "--value", "0 SUV"], "is no uptake"),
        (["--method", "qPSMA", "--value", "3 SUV"], "takes its number from the image"),
        (["--method", "qPSMA"], "no region 'bone' was given"),
        (["--method", "liver threshold", "--region", "Niere=liver"], "a sphere of 30 mm does not fit into it"),
        (["--method", "qPSMA", *CODES, "--without", "spleen"], "no region 'spleen' was given"),
        (["--method", "qPSMA", *CODES, "--without", "splen"], "did you mean 'spleen'"),
        (["--method", "qPSMA", *CODES, "--cycle", "2"], "--cycle: it is for a course"),
        (["--method", "qPSMA", *CODES, "--smallest", "1 mm"], "'1 mm' is not in mL"),
    ],
)
def test_what_makes_no_sense_is_refused(
    folder: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["segment", str(folder), *arguments]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_a_pet_that_is_not_corrected_has_no_pieces(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(folder / "pet", tmp_path / "pet")
    for path in (tmp_path / "pet").glob("*.dcm"):
        dataset = pydicom.dcmread(path)
        dataset.Units = "PROPCPS"
        dataset.save_as(path)
    assert main(["segment", str(tmp_path / "pet"), "--method", "fixed threshold", "--value", "3 SUV"]) == 2
    assert "no activity per volume" in " ".join(capsys.readouterr().err.split())
