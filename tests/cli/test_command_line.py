"""What a person at a terminal gets: an answer or one sentence, the right exit code, and never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lutetia.cli.main import main
from lutetia.course import Course
from lutetia.course.file import write_course

EMPTY = {"format": "lutetia-course/1", "id": "P-1", "timezone": "Europe/Paris"}


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
    assert max(map(len, told.out.splitlines())) <= 80


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


def test_a_day_that_is_none_is_refused(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", str(course), "--as-of", "2026-02-30"]) == 2
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


def test_a_folder_with_content_is_never_written_over(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["phantom", str(course)]) == 2
    assert "something in it" in capsys.readouterr().err


def test_a_fault_of_lutetia_is_a_sentence_and_not_a_traceback(
    course: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("lutetia.workflow.assess.assess_folder", broken)
    assert main(["assess", str(course)]) == 1
    told = capsys.readouterr()
    assert "fault of its own (ZeroDivisionError)" in told.err
    assert "Traceback" not in told.err + told.out


ABOUT_ITSELF = (["info"], ["guideline", "list"], ["guideline", "show", "CI-B-PLT"], ["guideline", "coverage"])


@pytest.mark.parametrize("arguments", [*ABOUT_ITSELF, ["schema", "course"], ["schema", "report"]])
def test_what_lutetia_says_about_itself_is_said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("arguments", ABOUT_ITSELF)
def test_what_lutetia_says_about_itself_is_also_json(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    from lutetia import __version__

    assert main(["--version"]) == 0
    assert __version__ in capsys.readouterr().out
