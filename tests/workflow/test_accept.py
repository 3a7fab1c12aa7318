"""Taking a reviewed dose over into the record changes nothing else in it."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from lutetia.course.file import read_course
from lutetia.workflow.dose.made import Made
from lutetia.workflow.record.accept import AcceptError, accept_result
from lutetia.workflow.simulated.demo import DemoOutcome

REVIEWED = date(2026, 4, 8)


@pytest.fixture
def result(demo: DemoOutcome, record_only: Path) -> Path:
    place = record_only / "results" / demo.files.folder.name
    place.mkdir(parents=True)
    shutil.copy(demo.files.folder / "report.json", place)
    return place


def test_an_accepted_dose_is_a_fact_of_its_cycle_with_the_name_of_its_reviewer(result: Path) -> None:
    accept_result(result, by="Dr Example", regions=("kidney_left",), cycle=1, on=REVIEWED)
    course = read_course(result.parent.parent / "course.yaml")
    (dose,) = course.cycles[0].doses
    assert (dose.region, dose.accepted_by, dose.accepted_on) == ("kidney_left", "Dr Example", REVIEWED)
    assert dose.recovery_corrected
    assert result.name in dose.result


def test_every_other_line_of_the_record_stays_as_it_was_written(result: Path) -> None:
    record = result.parent.parent / "course.yaml"
    before = "# a comment of the author\n" + record.read_text(encoding="utf-8")
    record.write_text(before, encoding="utf-8")
    accept_result(result, by="Dr Example", regions=("liver",), on=REVIEWED)
    after = record.read_text(encoding="utf-8").splitlines()
    assert [line for line in after if line in before.splitlines()] == before.splitlines()
    assert len(after) == len(before.splitlines()) + 4  # in each of two cycles a heading and a dose


def test_a_second_region_is_set_beside_the_first(result: Path) -> None:
    accept_result(result, by="Dr Example", regions=("liver",), cycle=1, on=REVIEWED)
    accept_result(result, by="Dr Example", regions=("spleen",), cycle=1, on=REVIEWED)
    course = read_course(result.parent.parent / "course.yaml")
    assert [dose.region for dose in course.cycles[0].doses] == ["liver", "spleen"]


def test_a_dose_is_not_accepted_twice(result: Path) -> None:
    accept_result(result, by="Dr Example", regions=("liver",), on=REVIEWED)
    with pytest.raises(AcceptError, match="accepted before"):
        accept_result(result, by="Dr Example", regions=("liver",), on=REVIEWED)


def test_a_result_of_another_course_is_refused(result: Path) -> None:
    record = result.parent.parent / "course.yaml"
    record.write_text(record.read_text(encoding="utf-8").replace("id: LUT-SIM-001", "id: OTHER"), encoding="utf-8")
    with pytest.raises(AcceptError, match="LUT-SIM-001"):
        accept_result(result, by="Dr Example", on=REVIEWED)


def test_a_region_without_a_dose_is_named(result: Path) -> None:
    with pytest.raises(AcceptError, match="bladder"):
        accept_result(result, by="Dr Example", regions=("bladder",), on=REVIEWED)


def test_a_reviewer_has_a_name(result: Path) -> None:
    with pytest.raises(AcceptError, match="no name"):
        accept_result(result, by=" ", on=REVIEWED)


def test_the_dose_of_a_region_that_a_program_made_waits_until_a_person_accepts_the_region(result: Path) -> None:
    report = json.loads((result / "report.json").read_text(encoding="utf-8"))
    made = Made(how="made by SomeNet 1", by="SomeNet 1", kind="program")
    for region in report["dose"][0]["regions"]:
        if region["region"] == "liver":
            region["notes"] = [f"Contours: {made} (scan 1)."]
    (result / "report.json").write_text(json.dumps(report), encoding="utf-8")
    with pytest.raises(AcceptError, match=r"cycle 1, liver: its region was made by a program.*regions_accepted_by"):
        accept_result(result, by="Dr Example", on=REVIEWED)
    accept_result(result, by="Dr Example", regions=("spleen",), cycle=1, on=REVIEWED)
