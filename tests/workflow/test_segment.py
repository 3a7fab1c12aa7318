"""Does the command show the regions of one scan, write objects that others can read, and refuse what makes no sense?"""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import numpy as np
import pytest

from lutetia.cli.main import main
from lutetia.dicom.read import read_segmentation, scan_folder
from lutetia.volume import Mask
from lutetia.workflow.dose.made import Made
from lutetia.workflow.image_schema import segment_schema
from lutetia.workflow.segment import scan as workflow
from lutetia.workflow.segment.objects import outlined, write_segmented
from lutetia.workflow.segment.organs import OrgansSeen
from lutetia.workflow.segment.scan import OrganRequest, Segmented, segment_course
from lutetia.workflow.simulated.demo import DemoOutcome

WIDTH = 80
FIXED = ["--method", "fixed threshold", "--value", "250 kBq/mL", "--smallest", "1 mL"]
NO_ROUNDING_BUT_SINGLE_PRECISION = 1e-6
needs_dciodvfy = pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (dicom3tools) is not installed")


@pytest.fixture(scope="module")
def fewer(demo: DemoOutcome, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return his course without lesion L5 on the scan of cycle 2: its uptake is there, and nobody listed it."""
    place = tmp_path_factory.mktemp("segment")
    course = place / "course"
    course.mkdir()
    (course / "imaging").symlink_to(demo.phantom.course / "imaging")
    lines = (demo.phantom.course / "course.yaml").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if "node supraclavicular L: L5" not in line]
    assert len(kept) < len(lines)
    (course / "course.yaml").write_text("\n".join(kept) + "\n", encoding="utf-8")
    (place / "site").symlink_to(demo.phantom.site)
    return course


@pytest.fixture(scope="module")
def answered(fewer: Path, demo: DemoOutcome) -> tuple[Path, dict[str, Any]]:
    out = fewer.parent / "answer.json"
    objects = fewer.parent / "objects"
    code = main(
        ["segment", str(fewer), "--cycle", "2", "--as-of", demo.phantom.known_on.isoformat(), *FIXED,
         "--without", "kidneys", "--without", "salivary_glands", "--objects", str(objects), "--out", str(out)]
    )  # fmt: skip
    assert code == 0
    return objects, json.loads(out.read_text(encoding="utf-8"))


def test_uptake_that_no_one_listed_is_a_proposal(answered: tuple[Path, dict[str, Any]]) -> None:
    _, answer = answered
    what = {row["region"]: row["what"] for row in answer["regions"]}
    assert {name for name, kind in what.items() if kind == "lesion"} == {"L1", "L2", "L3", "L4"}
    proposals = [row for row in answer["regions"] if row["what"] == "proposal"]
    assert any(row["hottest_mm"][2] > 380 for row in proposals)  # above the chest, where L5 is
    assert what["kidney_left"] == "organ"
    assert answer["method"].startswith(
        "fixed threshold 250 kBq/mL (definition 1); up to 15 mm beyond its mark; without kidney_left"
    )


def test_the_answer_fits_its_schema(answered: tuple[Path, dict[str, Any]]) -> None:
    jsonschema.Draft202012Validator(segment_schema()).validate(answered[1])
    committed = Path(__file__).parents[2] / "docs" / "schema" / "segment.schema.json"
    assert json.loads(committed.read_text(encoding="utf-8")) == segment_schema()


def test_the_segmentation_holds_what_the_table_says(answered: tuple[Path, dict[str, Any]]) -> None:
    objects, answer = answered
    (series,) = scan_folder(objects)
    masks = read_segmentation(series).masks
    rows = {row["region"]: row for row in answer["regions"] if row["what"] != "organ"}
    assert set(masks) == set(rows)
    for name, mask in masks.items():
        assert mask.volume_ml == pytest.approx(rows[name]["volume_ml"], rel=NO_ROUNDING_BUT_SINGLE_PRECISION)
    found = read_segmentation(series)
    assert set(found.automatic) == {name for name in rows if name.startswith("proposal")}, "no person had a part in it"
    assert set(found.aided) == {"L1", "L2", "L3", "L4"}
    with (objects / "regions.csv").open(encoding="utf-8", newline="") as stream:
        assert [row["region"] for row in csv.DictReader(stream)] == [row["region"] for row in answer["regions"]]
    picture = (objects / "regions.svg").read_text(encoding="utf-8")
    assert picture.startswith("<?xml")
    assert "SYNTHETIC  Cycle 2, SPECT" in picture


@needs_dciodvfy
def test_dciodvfy_finds_no_error_in_it(answered: tuple[Path, dict[str, Any]]) -> None:
    told = subprocess.run(
        ["dciodvfy", "-new", answered[0] / "lesions.dcm"], capture_output=True, text=True, check=False
    )
    assert "Error" not in told.stdout + told.stderr


def test_a_point_makes_the_proposal_a_lesion(fewer: Path, answered: tuple[Path, dict[str, Any]]) -> None:
    neck = max((r for r in answered[1]["regions"] if r["what"] == "proposal"), key=lambda r: float(r["hottest_mm"][2]))
    course = fewer.parent / "with-point"
    course.mkdir()
    (course / "imaging").symlink_to(fewer / "imaging")
    text = (fewer / "course.yaml").read_text(encoding="utf-8")
    last = text.rindex("        regions:\n")
    point = f"        lesion_points: {{L5: {neck['hottest_mm']}}}\n"
    (course / "course.yaml").write_text(text[:last] + point + text[last:], encoding="utf-8")
    out = fewer.parent / "with-point.json"
    assert main(["segment", str(course), "--cycle", "2", *FIXED, "--without", "salivary_glands", "--without", "kidneys",
                 "--out", str(out)]) == 0  # fmt: skip
    rows = {row["region"]: row for row in json.loads(out.read_text(encoding="utf-8"))["regions"]}
    assert rows["L5"]["volume_ml"] == pytest.approx(neck["volume_ml"], rel=NO_ROUNDING_BUT_SINGLE_PRECISION)
    assert "from a point" in rows["L5"]["made"]


def test_the_page_fits_a_terminal(fewer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["segment", str(fewer), "--cycle", "2"]) == 0
    told = capsys.readouterr().out
    assert max(map(len, told.splitlines())) <= WIDTH
    assert "SYNTHETIC" in told
    assert "taken as drawn" in told


def test_organs_of_a_program_are_marked_and_those_drawn_stay(
    fewer: Path, demo: DemoOutcome, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = Made(how="made by SomeNet 1", by="SomeNet 1", kind="program")

    def seen(ct: Any, **_: Any) -> OrgansSeen:
        voxels = np.zeros(ct.geometry.shape, dtype=bool)
        voxels[10:20, 10:20, 10:20] = True
        masks = {code: Mask(voxels=voxels, geometry=ct.geometry, name=code) for code in ("bladder", "liver")}
        return OrgansSeen(masks=masks, made=dict.fromkeys(masks, made), notes=("a note",))

    monkeypatch.setattr(workflow, "organs_on_ct", seen)
    done: Segmented = segment_course(
        fewer, site_path=None, known_on=demo.phantom.known_on, cycle=2, organs=OrganRequest(weights=tmp_path)
    )
    rows = {row.region: row for row in done.rows}
    assert rows["bladder"].made == "made by SomeNet 1, not yet accepted by a person"
    assert rows["liver"].made == "as drawn"
    assert "a note" in done.notes
    write_segmented(tmp_path / "out", done)
    (series,) = [one for one in scan_folder(tmp_path / "out") if one.files[0].name == "organs.dcm"]
    assert dict(read_segmentation(series).automatic) == {"bladder": "SomeNet 1"}
    if shutil.which("dciodvfy") is not None:
        told = subprocess.run(["dciodvfy", "-new", series.files[0]], capture_output=True, text=True, check=False)
        assert "Error" not in told.stdout + told.stderr


def test_a_picture_names_no_more_than_find_room_and_says_so() -> None:
    assert outlined(10, 28, "pieces") == "; the 10 largest of 28 pieces outlined"
    assert outlined(8, 8, "pieces") == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--method", "magic"], "there is no method 'magic'"),
        (["--value", "41 %"], "a number or organs are given, and no method"),
        (["--method", "percent of maximum"], "needs 'percent'"),
        (["--method", "percent of maximum", "--value", "41"], "no number with its unit"),
        (["--method", "percent of maximum", "--value", "41 mm"], "no part of a maximum"),
        (["--method", "fixed threshold", "--value", "3 g/mL"], "unknown unit|no activity concentration"),
        ([*FIXED, "--without", "kidny"], "did you mean 'kidneys'"),
        (["--device", "abacus"], "is no device"),
        ([], "cycles 1, 2 have scans"),
        (["--cycle", "9"], "Cycles with scans: 1, 2"),
        (["--cycle", "2", "--scan", "5"], "there is no scan 5"),
    ],
)
def test_what_makes_no_sense_is_refused(
    fewer: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["segment", str(fewer), *arguments]) == 2
    assert re.search(said, " ".join(capsys.readouterr().err.split())), said


def test_a_region_outside_the_image_has_no_uptake(demo: DemoOutcome) -> None:
    row = workflow.RegionFound(
        region="L1", what="lesion", volume_ml=1, mean_bq_ml=None, max_bq_ml=None, hottest_mm=None, made="x"
    )
    assert row.activity_mbq is None
    assert SimpleNamespace(**row.as_json()).hottest_mm is None
