"""Doses from a table of activities that another program measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from lutetia.dosimetry.result import DoseValue, FitRefusal
from lutetia.workflow.dose.cycles import dose_folder
from lutetia.workflow.dose.table import TableError, read_table
from lutetia.workflow.simulated.demo import DemoOutcome

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


S_VALUES = """
format: lutetia-s-values/1
phantom: a body
source: made up
licence: none
nuclide: Lu-177
unit: mGy/(MBq s)
values:
  liver: {kidney_left: 1.0e-6}
  kidney_left: {liver: 2.0e-7}
"""


def test_organs_get_dose_from_each_other_by_the_centres_s_values(
    tmp_path: Path, record_only: Path, demo: DemoOutcome
) -> None:
    table, site = tmp_path / "activities.csv", tmp_path / "centre"
    table.write_text(HEAD + KIDNEY + KIDNEY.replace("kidney_left", "liver") + KIDNEY.replace("kidney_left", "L1"))
    site.mkdir()
    (site / "site.yaml").write_text("format: lutetia-site/1\n", encoding="utf-8")
    (site / "s-values.yaml").write_text(S_VALUES, encoding="utf-8")
    outcome = dose_folder(record_only, site_path=site, known_on=demo.phantom.known_on, table=table)
    found = {region.region: region.uncorrected for region in outcome.cycles[0].regions}
    kidney, liver, lesion = found["kidney_left"], found["liver"], found["L1"]
    assert isinstance(kidney, DoseValue)
    assert isinstance(liver, DoseValue)
    assert isinstance(lesion, DoseValue)
    decays = TIA_MBQ_H * 1e6 * 3600
    assert kidney.total_dose_gy == pytest.approx(kidney.mean_dose_gy + decays * 1e-15, rel=PRINTED_TO_FOUR_DIGITS)
    assert liver.total_dose_gy == pytest.approx(liver.mean_dose_gy + decays * 2e-16, rel=PRINTED_TO_FOUR_DIGITS)
    assert lesion.total_dose_gy is None
    assert any("know nothing of L1" in said for said in outcome.cycles[0].warnings)
    assert any("S-values of a body (made up)" in said for said in outcome.cycles[0].assumptions)
    assert any(choice.what == "dose from other organs" for choice in outcome.choices)
