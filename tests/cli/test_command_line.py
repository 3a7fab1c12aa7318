"""What a person at a terminal gets: an answer or one sentence, the right exit code, and never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lutetia.cli.ending import READER_GONE
from lutetia.cli.main import main
from lutetia.course import Course
from lutetia.course.file import write_course

EMPTY = {"format": "lutetia-course/1", "id": "P-1", "timezone": "Europe/Paris"}


WIDTH = 80


def widest(text: str) -> int:
    return max(map(len, text.splitlines()))


@pytest.fixture
def course(tmp_path: Path) -> Path:
    place = tmp_path / "course"
    place.mkdir()
    (place / "course.yaml").write_text(write_course(Course.model_validate(EMPTY)), encoding="utf-8")
    return place


def test_assess_answers_a_nearly_empty_record_with_what_is_unknown(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["assess", str(course), "--as-of", "2026-03-01"]) == 0
    told = capsys.readouterr()
    assert "selection" in told.out.lower()
    assert widest(told.out) <= WIDTH


def test_json_goes_to_standard_output_and_is_json(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", str(course), "--as-of", "2026-03-01", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["record"]["command"] == "assess"
    assert answer["assessments"][0]["question"] == "selection"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["assess", "nowhere"], "there is no such folder"),
        (["run", "nowhere"], "there is no such folder"),
        (["dose", "nowhere"], "there is no such folder"),
        (["accept", "nowhere", "--by", "Dr A"], "report.json"),
        (["guideline", "show", "CI-B-NOTHING"], "no recommendation"),
        (["guideline", "show", "PROC-11"], "PROC-11a or PROC-11b"),
        (["guideline", "list", "--out", "course.yaml"], "neither .txt nor .json"),
        (["phantom", "--seed", "many", "x"], "'many' is not a whole number"),
        (["phantom", "--seed", "-1", "x"], "'-1' is not a whole number"),
        (["guideline", "coverage", "--book", "none"], "there is no book"),
        (["bogus"], "No such command"),
        (["assess"], "Missing argument"),
    ],
)
def test_wrong_input_ends_with_two_and_one_message(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert words in told.err
    assert "Traceback" not in told.err + told.out


@pytest.mark.parametrize("typed", ["2026-02-30", "20260302", "2026-W10-1", "02.03.2026", "tomorrow", ""])
def test_a_day_that_is_none_is_refused(typed: str, course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", str(course), "--as-of", typed]) == 2
    assert "is not a day" in capsys.readouterr().err


def test_a_broken_record_is_refused_with_file_line_and_field(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = course / "course.yaml"
    record.write_text(record.read_text(encoding="utf-8") + "facts:\n  lab.platelets: {value: 80, at: 2026-01-01}\n")
    assert main(["assess", str(course)]) == 2
    told = capsys.readouterr().err
    assert "course.yaml" in told
    assert "unit" in told


def test_an_error_asked_for_as_json_is_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", "nowhere", "--json"]) == 2
    answer = json.loads(capsys.readouterr().out)
    assert answer["exit_code"] == 2
    assert answer["error"]["remedy"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["bogus", "--json"],
        ["assess", "--json"],
        ["guideline", "show", "CI-B-NOTHING", "--json"],
        ["accept", "nowhere", "--by", "Dr A", "--json"],
        ["run", "nowhere", "--json"],
        ["dose", "nowhere", "--json"],
        ["info", "--seed", "3", "--json"],
    ],
)
def test_whatever_is_refused_standard_output_is_json_where_json_was_asked_for(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    answer = json.loads(capsys.readouterr().out)
    assert answer["exit_code"] == 2
    assert answer["error"]["found"]


def test_a_file_with_several_faults_lists_each_in_its_json(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = course / "course.yaml"
    facts = "facts:\n  lab.platelets: [{value: 80, at: 2026-01-01}]\n  lab.psa: [{value: 3, unit: ng/mL}]\n"
    record.write_text(record.read_text(encoding="utf-8") + facts, encoding="utf-8")
    assert main(["assess", str(course), "--json"]) == 2
    told = capsys.readouterr()
    findings = json.loads(told.out)["error"]["findings"]
    assert [finding["field"] for finding in findings] == ["facts.lab.platelets[1].unit", "facts.lab.psa[1].at"]
    assert widest(told.err) <= WIDTH


def test_an_answer_goes_to_the_file_that_was_named_as_its_ending_says(
    course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("answer ü.json", "new folder/answer.txt"):
        assert main(["assess", str(course), "--as-of", "2026-03-01", "--out", str(tmp_path / name)]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert json.loads((tmp_path / "answer ü.json").read_text(encoding="utf-8"))["assessments"]
    assert (tmp_path / "new folder/answer.txt").read_text(encoding="utf-8").startswith("Lutetia")


def test_an_answer_is_never_written_over_a_record(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = course / "course.yaml"
    before = record.read_bytes()
    assert main(["assess", str(course), "--out", str(record)]) == 2
    assert "must not be written over" in " ".join(capsys.readouterr().err.split())
    assert record.read_bytes() == before


def test_a_day_before_the_record_and_a_day_to_come_are_called_so(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["assess", str(course), "--as-of", "9999-12-31"]) == 0
    assert "9999-12-31 has not come yet" in capsys.readouterr().out
    assert main(["assess", str(course), "--as-of", "1900-01-01"]) == 0
    assert "Nothing was known on 1900-01-01" in capsys.readouterr().out


def test_a_course_and_a_site_may_be_named_by_their_files(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = course / "site"
    site.mkdir()
    (site / "site.yaml").write_text("format: lutetia-site/1\ntimezone: Europe/Paris\n", encoding="utf-8")
    named = ["assess", str(course / "course.yaml"), "--site", str(site / "site.yaml")]
    assert main([*named, "--as-of", "2026-03-01"]) == 0
    assert "No site was given" not in capsys.readouterr().out


def test_a_folder_of_courses_is_told_from_a_course(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", str(course.parent)]) == 2
    assert str(course) in " ".join(capsys.readouterr().err.split())


def test_a_recommendation_is_found_in_small_letters(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["guideline", "show", "ci-b-plt"]) == 0
    assert capsys.readouterr().out.startswith("CI-B-PLT")


def test_a_statement_that_is_not_executable_is_shown_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["guideline", "show", "fac-2"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("FAC-2  Checklist")
    assert "licence for radioactive material" in told
    assert "No record decides it: a person answers." in " ".join(told.split())
    assert "Facility and personnel prerequisites, para 1" in " ".join(told.split())
    assert widest(told) <= WIDTH
    assert main(["guideline", "show", "FAC-2", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["kind"], shown["strength"]) == ("checklist", "unrated")
    assert shown["says"]
    assert shown["reason"]


def test_what_the_system_forbids_is_no_fault_of_lutetia(
    course: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(course / "secret.dcm"))

    monkeypatch.setattr("lutetia.workflow.guideline.assess.assess_folder", forbidden)
    assert main(["assess", str(course)]) == 2
    assert "secret.dcm: it cannot be read or written (Permission denied)" in capsys.readouterr().err


def test_the_keyboard_stops_with_a_sentence(
    course: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lutetia.workflow.guideline.assess.assess_folder", stopped)
    assert main(["assess", str(course)]) == 130
    assert "Stopped from the keyboard" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["info"], ["schema", "course"]])
def test_a_reader_that_goes_away_is_no_fault(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    program = f"import sys; from lutetia.cli.main import run; sys.argv[1:] = {arguments}; run()"
    ended = subprocess.run([sys.executable, "-c", program], stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (READER_GONE, b"")


def test_without_the_imaging_extra_a_patient_is_not_begun(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pydicom", None)
    assert main(["phantom", str(tmp_path / "patient")]) == 2
    assert "pip install 'lutetia[imaging]'" in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "patient").exists()


def test_results_that_cannot_be_written_are_refused_before_any_work(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (course / "results").write_text("", encoding="utf-8")
    assert main(["run", str(course)]) == 2
    assert "it is a file where the folder of the results has to be" in " ".join(capsys.readouterr().err.split())


def test_a_folder_with_content_is_never_written_over(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["phantom", str(course)]) == 2
    assert "something in it" in capsys.readouterr().err


def test_a_fault_of_lutetia_is_a_sentence_and_not_a_traceback(
    course: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("lutetia.workflow.guideline.assess.assess_folder", broken)
    monkeypatch.setattr("tempfile.tempdir", str(course))
    assert main(["assess", str(course), "--json"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["exit_code"] == 1
    assert "ZeroDivisionError" in next(course.glob("lutetia-fault-*.txt")).read_text(encoding="utf-8")
    assert "fault of its own (ZeroDivisionError)" in told.err
    assert "Traceback" not in told.err + told.out


ABOUT_ITSELF = (["info"], ["guideline", "list"], ["guideline", "show", "CI-B-PLT"], ["guideline", "coverage"])


@pytest.mark.parametrize("arguments", ABOUT_ITSELF)
def test_what_lutetia_says_about_itself_fits_a_terminal(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 0
    told = capsys.readouterr().out
    assert told.strip()
    assert widest(told) <= WIDTH
    assert "None" not in told


@pytest.mark.parametrize("arguments", [*ABOUT_ITSELF, ["schema", "course"], ["schema", "report"],
                                       ["schema", "response"], ["schema", "toxicity"]])  # fmt: skip
def test_what_lutetia_says_about_itself_is_also_json(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    from lutetia import __version__

    assert main(["--version"]) == 0
    assert __version__ in capsys.readouterr().out
