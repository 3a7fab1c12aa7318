"""What a person at a terminal gets who asks all sources at once: 80 columns, documented JSON, one clear message."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from lutetia.cli.main import main
from lutetia.course.file import write_course
from lutetia.guideline.cases import read_cases
from lutetia.report import report_schema

WIDTH = 80
CASES = {case.name: case for case in read_cases()}


def course_of(name: str, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "course.yaml").write_text(write_course(CASES[name].course), encoding="utf-8")
    return folder


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return course_of("nothing in the way of the third cycle", tmp_path / "course")


def asked(course: Path, *more: str) -> list[str]:
    return ["assess", str(course), "--compare", "--as-of", "2026-05-25", *more]


def test_the_text_fits_80_columns_and_shows_disagreements_before_agreements(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(asked(course)) == 0
    told = capsys.readouterr().out
    assert max(map(len, told.splitlines())) <= WIDTH
    places = [told.index(words) for words in ("WHAT EACH SOURCE SAYS", "THE SOURCES DISAGREE", "THE SOURCES AGREE")]
    assert places == sorted(places)
    assert "EANM/SNMMI 2023" in told
    assert "A person decides" in told.replace("\n  ", " ").replace("A\n", "A ")


def test_the_json_form_follows_the_documented_schema(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(asked(course, "--json", "--jurisdiction", "US")) == 0
    answer = json.loads(capsys.readouterr().out)
    schema = report_schema()
    form = {"$defs": schema["$defs"], **schema["$defs"]["Comparison"]}
    assert [one["question"] for one in answer["comparisons"]] == ["cycle 3"]
    for comparison in answer["comparisons"]:
        jsonschema.Draft202012Validator(form, format_checker=jsonschema.FormatChecker()).validate(comparison)
    assert answer["comparisons"][0]["jurisdiction"] == "US"
    assert answer["record"]["parameters"]["jurisdiction"] == "US"


def test_a_country_without_a_known_label_is_told_in_words(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(asked(course, "--jurisdiction", "JP")) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "label of JP: unknown. No label of JP is known here; ask the national product information." in told
    assert "US label of Pluvicto:" not in told


def test_the_sites_country_stands_in_where_none_is_stated(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = course / "site"
    site.mkdir()
    (site / "site.yaml").write_text(
        "format: lutetia-site/1\ntimezone: Europe/Paris\njurisdiction: FR\n", encoding="utf-8"
    )
    assert main(asked(course, "--json")) == 0
    comparison = json.loads(capsys.readouterr().out)["comparisons"][0]
    assert comparison["jurisdiction"] == "FR"
    assert {source["place"] for source in comparison["sources"]} == {"", "EU"}


PROTOCOL = """format: lutetia-protocol/1
book: eanm_snmmi_2023
author: Dr A. Example
date: 2026-01-10
limits:
  - {name: day_grade, value: 1, reason: our own experience}
"""


@pytest.mark.parametrize("named", [False, True])
def test_the_local_protocol_stands_beside_its_source_with_its_reason(
    course: Path, named: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    site = course / "site"
    site.mkdir()
    (site / "site.yaml").write_text("format: lutetia-site/1\ntimezone: Europe/Paris\n", encoding="utf-8")
    file = course.parent / "protocol.yaml" if named else site / "protocol.yaml"
    file.write_text(PROTOCOL, encoding="utf-8")
    more = ["--protocol", str(file)] if named else []
    assert main(asked(course, "--among", "eanm_snmmi_2023", *more)) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "Local protocol protocol.yaml: nothing against" in told
    assert "here 1 instead of 2 (tightens): our own experience (Dr A. Example, 2026-01-10)" in told
    assert main(asked(course, "--among", "eanm_snmmi_2023", "--json", *more)) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [one["protocol"] for one in answer["comparisons"][0]["sources"]] == ["", "protocol.yaml"]
    assert "protocol/protocol.yaml" in answer["record"]["inputs"]


def test_only_the_books_asked_for_are_compared(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(asked(course, "--json", "--among", "eanm_snmmi_2023", "--among", "label_us")) == 0
    comparison = json.loads(capsys.readouterr().out)["comparisons"][0]
    assert [source["book"] for source in comparison["sources"]] == ["eanm_snmmi_2023", "label_us"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--compare", "--jurisdiction", "UK"], "Write GB"),
        (["--compare", "--jurisdiction", "Japan"], "two letters of ISO 3166"),
        (["--compare", "--among", "none"], "there is no book 'none'"),
        (["--compare", "--book", "label_us"], "Write --among for each book"),
        (["--compare", "--what-would-change"], "cannot be combined with --compare"),
        (["--compare", "--what-if", "lab.platelets=80 10*9/L"], "cannot be combined with --compare"),
        (["--jurisdiction", "US"], "Add --compare"),
        (["--among", "label_us"], "Add --compare"),
    ],
)
def test_what_makes_no_sense_ends_with_two_and_one_message(
    course: Path, more: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["assess", str(course), "--as-of", "2026-05-25", *more]) == 2
    told = capsys.readouterr()
    assert words in " ".join(told.err.split())
    assert "Traceback" not in told.err + told.out


def test_one_book_is_answered_as_before(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", str(course), "--as-of", "2026-05-25", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [one["book"] for one in answer["assessments"]] == ["eanm_snmmi_2023"]
    assert "comparisons" not in answer
