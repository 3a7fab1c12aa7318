"""Doses from a table of activities that another program measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from lutetia.dosimetry.result import DoseValue, FitRefusal
from lutetia.workflow.demo import DemoOutcome
from lutetia.workflow.dose import dose_folder
from lutetia.workflow.table import TableError, read_table

HEAD = "cycle,region,hours,activity_MBq,volume_mL,mass_g\n"
# A mono-exponential of 180 MBq and 36 h, and its integral A0 Te / ln 2, rounded to 0.001 MBq and 0.01 MBq h
KIDNEY = "".join(
    f"1,kidney_left,{hours},{mbq},295,310\n" for hours, mbq in {24: 113.393, 48: 71.433, 96: 28.348, 168: 7.087}.items()
)
TIA_MBQ_H = 9348.66
PRINTED_TO_FOUR_DIGITS = 1e-4


def test_a_table_gives_the_integral_and_dose_of_its_curve(tmp_path: Path, record_only: Path, demo: DemoOutcome) -> None:
    table = tmp_path / "activities.csv"
    table.write_text(HEAD + KIDNEY, encoding="utf-8")
    outcome = dose_folder(record_only, site_path=None, known_on=demo.phantom.known_on, table=table)
    (region,) = outcome.cycles[0].regions
    assert isinstance(region.uncorrected, DoseValue)
    assert region.uncorrected.fit.tia_mbq_h == pytest.approx(TIA_MBQ_H, rel=PRINTED_TO_FOUR_DIGITS)
    assert region.corrected is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("cycle,region,hours\n1,liver,24\n", "columns missing: activity_MBq"),
        (HEAD.replace("activity_MBq", "activity") + KIDNEY, "activity_MBq"),
        (HEAD + "1,liver,24,abc,1600,1700\n", "line 2, activity_MBq: 'abc' is no number"),
        (HEAD + "1,liver,-4,10,1600,1700\n", "line 2, hours: -4 is impossible"),
        (HEAD + "1,liver,24,-10,1600,1700\n", "line 2, activity_MBq: -10 is impossible. Write a positive number"),
        (HEAD + "1,,24,10,1600,1700\n", "line 2, region: it is empty"),
        (HEAD + "1,liver,24,nan,1600,1700\n", "nan is impossible"),
        (HEAD, "no line but the first"),
    ],
)
def test_a_broken_table_is_refused_with_line_and_column(tmp_path: Path, text: str, words: str) -> None:
    table = tmp_path / "activities.csv"
    table.write_text(text, encoding="utf-8")
    with pytest.raises(TableError, match=words.replace("(", r"\(")):
        read_table(table)


def test_a_cycle_that_the_course_does_not_have_is_named(tmp_path: Path, record_only: Path, demo: DemoOutcome) -> None:
    table = tmp_path / "activities.csv"
    table.write_text(HEAD + "7,liver,24,10,1600,1700\n", encoding="utf-8")
    outcome = dose_folder(record_only, site_path=None, known_on=demo.phantom.known_on, table=table)
    assert "cycle 7 is not in the course" in outcome.stopped[0].message


def test_a_table_gives_no_mean_dose_of_bladder_or_marrow(tmp_path: Path, record_only: Path, demo: DemoOutcome) -> None:
    table = tmp_path / "activities.csv"
    table.write_text(HEAD + KIDNEY.replace("kidney_left", "marrow"), encoding="utf-8")
    outcome = dose_folder(record_only, site_path=None, known_on=demo.phantom.known_on, table=table)
    (region,) = outcome.cycles[0].regions
    assert isinstance(region.uncorrected, FitRefusal)
    assert "bone trabeculae" in region.uncorrected.reason
