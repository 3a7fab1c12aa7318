"""A table of counts on planar views becomes activities that the dose calculation reads."""

from __future__ import annotations

import json
from math import exp
from pathlib import Path

import pytest

from lutetia.cli.main import main
from lutetia.errors import InputError
from lutetia.workflow.dose.planar import planar_table
from lutetia.workflow.dose.table import read_table

COLUMNS = (
    "cycle,region,part,hours,duration_s,pixels,anterior_counts,posterior_counts,anterior_lower_counts,"
    "anterior_upper_counts,posterior_lower_counts,posterior_upper_counts,peak_keV,lower_keV,upper_keV,cps_per_MBq,"
    "transmission,attenuation_per_cm,source_cm,body_cm,volume_mL,mass_g,whole_pixels,activity_MBq"
)
HEAD = COLUMNS + "\n"
PER_CM, BODY_CM, DEPTH_CM, CPS, SECONDS = 0.135, 20.0, 12.0, 5.0, 240.0
COUNTED_WHOLE = 1e-4
"""Counts are rounded to whole ones in the table."""
COUNTED_WHOLE_AFTER_SUBTRACTION = 1e-3
"""The same, relative to what is left."""


def line(**cells: object) -> str:
    return ",".join(str(cells.get(column, "")) for column in COLUMNS.split(",")) + "\n"


def kidney(hours: float, mbq: float, *, scatter: float = 0.0, beside: float = 0.0, **more: object) -> str:
    """A thin kidney of 100 pixels at 12 cm depth, with scatter per keV and tissue in front of and behind it."""
    front, back = (mbq * CPS * SECONDS * exp(-PER_CM * depth) for depth in (DEPTH_CM, BODY_CM - DEPTH_CM))
    windows = {
        f"{side}_{window}_counts": round(scatter * 20)
        for side in ("anterior", "posterior")
        for window in ("lower", "upper")
    }
    widths = {"peak_keV": 40, "lower_keV": 20, "upper_keV": 20}
    given = {
        "cycle": 1, "region": "kidney_left", "part": "region", "hours": hours, "duration_s": SECONDS, "pixels": 100,
        "anterior_counts": round(front + beside * 100 + scatter * 40),
        "posterior_counts": round(back + beside * 100 + scatter * 40),
        "cps_per_MBq": CPS, "transmission": exp(-PER_CM * BODY_CM), "attenuation_per_cm": PER_CM, "source_cm": 0.001,
        "body_cm": BODY_CM, "volume_mL": 160, "mass_g": 168,
    }  # fmt: skip
    return line(**(given | (windows | widths if scatter else {}) | more))


def background(hours: float, per_pixel: float) -> str:
    return line(
        cycle=1, region="kidney_left", part="background", hours=hours, pixels=50,
        anterior_counts=round(per_pixel * 50), posterior_counts=round(per_pixel * 50),
    )  # fmt: skip


def activities(tmp_path: Path, text: str) -> list[float]:
    counts, out = tmp_path / "counts.csv", tmp_path / "activities.csv"
    counts.write_text(HEAD + text, encoding="utf-8")
    out.write_text(planar_table(counts).csv, encoding="utf-8")
    return [row.activity_mbq for row in read_table(out)]


def test_counts_become_the_activities_they_were_made_from(tmp_path: Path) -> None:
    text = kidney(4, 120) + kidney(24, 80)
    assert activities(tmp_path, text) == pytest.approx([120, 80], rel=COUNTED_WHOLE)


def test_scatter_and_background_are_taken_off(tmp_path: Path) -> None:
    text = kidney(4, 120, scatter=50, beside=30) + background(4, 30) + kidney(24, 80)
    assert activities(tmp_path, text) == pytest.approx([120, 80], rel=COUNTED_WHOLE_AFTER_SUBTRACTION)


def test_a_spect_scales_the_curve(tmp_path: Path) -> None:
    text = (
        kidney(4, 120) + kidney(24, 80) + line(cycle=1, region="kidney_left", part="SPECT", hours=24, activity_MBq=60)
    )
    assert activities(tmp_path, text) == pytest.approx([90, 60], rel=COUNTED_WHOLE)


def test_the_free_part_speaks_for_the_whole(tmp_path: Path) -> None:
    assert activities(tmp_path, kidney(4, 60, whole_pixels=200)) == pytest.approx([120], rel=COUNTED_WHOLE)


def test_what_was_not_stated_is_told(tmp_path: Path) -> None:
    counts = tmp_path / "counts.csv"
    counts.write_text(HEAD + kidney(4, 120), encoding="utf-8")
    said = " ".join(planar_table(counts).notes)
    for words in ("No scatter windows", "no background is taken off at 4 h", "planar views alone"):
        assert words in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (kidney(4, 120, part="ring"), "line 2, part: 'ring' is none"),
        (kidney(4, 120, transmission=""), "line 2, transmission: '' is no number"),
        (kidney(4, 120, scatter=5, upper_keV=""), "line 2, upper_keV: it is empty beside other scatter windows"),
        (kidney(4, 120, source_cm=40), "thicker than the body"),
        (background(4, 3), "no line of part 'region'"),
        (kidney(4, 120) + background(4, 3) + background(4, 3), "line 4: A second background"),
    ],
)
def test_a_table_that_cannot_be_right_is_refused_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    counts = tmp_path / "counts.csv"
    counts.write_text(HEAD + text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        planar_table(counts)
    assert words.lower() in str(caught.value).lower()


def test_the_command_writes_a_table_and_refuses_another_ending(tmp_path: Path) -> None:
    counts, out = tmp_path / "counts.csv", tmp_path / "activities.csv"
    counts.write_text(HEAD + kidney(4, 120) + kidney(24, 80), encoding="utf-8")
    assert main(["planar", str(counts), "--out", str(out)]) == 0
    assert len(read_table(out)) == 2
    assert main(["planar", str(counts), "--out", str(tmp_path / "course.yaml")]) == 2
    assert main(["planar", str(counts), "--json", "--out", str(out)]) == 2


def test_the_command_answers_as_json_on_standard_output_and_in_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counts, out = tmp_path / "counts.csv", tmp_path / "activities.json"
    counts.write_text(HEAD + kidney(4, 120) + kidney(24, 80), encoding="utf-8")
    assert main(["planar", str(counts), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["format"] == "lutetia-planar/1"
    assert [(one["region"], one["hours"], one["recovery"]) for one in told["activities"]] == [
        ("kidney_left", 4.0, None), ("kidney_left", 24.0, None),
    ]  # fmt: skip
    assert [one["activity_MBq"] for one in told["activities"]] == pytest.approx([120, 80], rel=COUNTED_WHOLE)
    assert any("planar views alone" in note for note in told["notes"])
    assert main(["planar", str(counts), "--out", str(out)]) == 0
    assert json.loads(out.read_text(encoding="utf-8")) == told
