"""The coverage names every statement of a book once, with its kind, its reason, its section and its cases."""

import json
from pathlib import Path

import pytest

from lutetia.cli.main import main
from lutetia.guideline import DEFAULT_BOOK, books, coverage, rules
from lutetia.guideline.cases import written_cases
from lutetia.guideline.coverage import KINDS, cases_of
from lutetia.workflow.guideline.books import coverage_json

CATALOGUE = [
    line for line in (Path(__file__).parent / "catalogue_ids.txt").read_text(encoding="utf-8").split("\n")
    if line and not line.startswith("#")
]  # fmt: skip


def test_every_id_of_the_catalogue_is_covered_once() -> None:
    covered = [statement["id"] for statement in coverage_json(DEFAULT_BOOK)["statements"]]
    assert sorted(covered) == sorted(CATALOGUE)
    assert len(set(covered)) == len(covered)


@pytest.mark.parametrize("book", books())
def test_every_statement_has_a_kind_a_reason_and_a_section(book: str) -> None:
    told = coverage_json(book)
    assert told["statements"]
    for statement in told["statements"]:
        assert list(statement) == ["id", "section", "kind", "reason", "says", "where", "strength", "cases"]
        assert statement["kind"] in KINDS
        assert statement["reason"].strip()
        assert statement["section"].strip()
        assert statement["strength"]
        if statement["kind"] == "executable":
            assert statement["says"]
            assert statement["where"]
    assert sum(told["counts"].values()) == len(told["statements"])
    assert list(told["counts"]) == list(KINDS)


@pytest.mark.parametrize("book", books())
def test_what_is_called_executable_is_evaluated_and_nothing_else(book: str) -> None:
    executable = {one.id for one in coverage(book).statements if one.kind == "executable"}
    assert executable == {rule.id for rule in rules(book)}


@pytest.mark.parametrize("book", books())
def test_every_executable_statement_names_cases_that_are_there_and_no_other_does(book: str) -> None:
    written = {(case.file, case.raw["name"]) for case in written_cases(book)}
    for statement in coverage_json(book)["statements"]:
        named = {(case["file"], case["name"]) for case in statement["cases"]}
        assert named <= written
        assert bool(named) == (statement["kind"] == "executable"), statement["id"]


def test_a_statement_that_is_not_executable_says_what_the_source_says_and_where() -> None:
    told = {one["id"]: one for one in coverage_json(DEFAULT_BOOK)["statements"]}
    assert "10 ml of saline" in told["PROC-6a"]["says"]
    assert told["PROC-6a"]["where"] == "Process of treatment procedure, 6"
    assert told["PROC-6a"]["strength"] == "unrated"
    assert told["SEL-1"]["where"] == "Patient selection, para 1"
    assert told["SEL-1"]["strength"] == "strong"


def test_a_case_counts_for_all_that_it_expects_something_of() -> None:
    name = "imaging after the second cycle with a dim lesion is weighed before the third"
    told = {rule for rule, cases in cases_of(DEFAULT_BOOK).items() if any(case.name == name for case in cases)}
    assert "SEL-7" in told


def test_the_command_prints_it_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["guideline", "coverage", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["counts"]["executable"] == len(rules(DEFAULT_BOOK))
