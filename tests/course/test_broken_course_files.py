"""Is each broken course file refused with its line, its field, what was found, and what to write instead?"""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
import yaml

from lutetia.course.file import CourseFileError, parse_course, read_course
from lutetia.errors import InputError

BROKEN = Path(__file__).parent / "broken"
EXPECTED = yaml.safe_load((BROKEN / "expected.yaml").read_text(encoding="utf-8"))


def refusal(name: str) -> CourseFileError:
    with pytest.raises(CourseFileError) as caught:
        read_course(BROKEN / f"{name}.yaml")
    return caught.value


def test_every_broken_file_is_expected_to_be_refused() -> None:
    assert {path.stem for path in BROKEN.glob("*.yaml")} - {"expected"} == set(EXPECTED)
    assert len(EXPECTED) >= 20


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_broken_file_is_refused_in_the_words_that_are_needed(name: str) -> None:
    expected, error = EXPECTED[name], refusal(name)
    first = error.findings[0]
    assert (first.line, first.field) == (expected["line"], expected["field"])
    said = str(error).lower()
    for words in (f"{name}.yaml", *expected["says"]):
        assert words.lower() in said


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_refusal_speaks_to_the_person_who_wrote_the_file(name: str) -> None:
    said = str(refusal(name)).lower()
    for jargon in ("pydantic", "http", "traceback", "input should", "validation error", "str_type", "nonetype", "dict"):
        assert jargon not in said.replace("contradict", "")
    assert str(BROKEN) not in said


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_finding_has_a_remedy(name: str) -> None:
    assert all(finding.found and finding.remedy for finding in refusal(name).findings)


def test_everything_wrong_is_said_at_once_in_the_order_of_lines() -> None:
    error = refusal("several_things")
    assert [finding.line for finding in error.findings] == [3, 6, 8, 11]
    assert isinstance(error, InputError)
    assert error.exit_code == 2
    assert "4 things are wrong" in str(error)


def test_what_holds_for_every_fact_of_an_item_is_said_once() -> None:
    findings = refusal("unknown_item").findings
    assert [finding.line for finding in findings] == [5, 7]


def test_a_refusal_travels_whole_between_processes() -> None:
    error = refusal("several_things")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.findings, type(again)) == (str(error), error.findings, CourseFileError)


def test_a_file_that_is_not_there_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(CourseFileError, match=r"course\.yaml: The file cannot be read.*Check its name"):
        read_course(tmp_path / "course.yaml")


@pytest.mark.parametrize(
    "line",
    [
        "lab.psa: {value: 1_000, unit: ng/mL, at: 2026-02-27}",
        "lab.psa: {value: 0x1F, unit: ng/mL, at: 2026-02-27}",
        "lab.psa: {value: 007, unit: ng/mL, at: 2026-02-27}",
        "lab.psa: {value: 1:30, unit: ng/mL, at: 2026-02-27}",
        "lab.psa: {value: .nan, unit: ng/mL, at: 2026-02-27}",
        "lab.psa: {value: .inf, unit: ng/mL, at: 2026-02-27}",
        "lab.psa: {value: 1e999, unit: ng/mL, at: 2026-02-27}",
        "lab.psa: {value: -3, unit: ng/mL, at: 2026-02-27}",
        "lab.psa: {value: true, unit: ng/mL, at: 2026-02-27}",
        "lab.psa: {value: 3, unit: 1, at: 2026-02-27}",
        "lab.psa: {value: 3, unit: ng/mL, at: 20260227}",
        "lab.psa: {value: 3, unit: ng/mL, at: 2026-W09-5}",
        "lab.psa: {value: 3, unit: ng/mL, at: 2026-02-27T08}",
        "lab.psa: {value: 3, unit: ng/mL, at: 2206-02-27}",
        "lab.psa: {value: 3, unit: ng/mL}",
        "lab.psa: 3 ng/mL",
        "lab.psa: !!float 3",
        "condition.ecog: {value: 1.0, at: 2026-02-27}",
        "condition.ecog: {value: 6, at: 2026-02-27}",
        "condition.ecog: {value: 1, unit: kg, at: 2026-02-27}",
        "condition.acute_infection: {value: 1, at: 2026-02-27}",
        "condition.acute_infection: {value: True, at: 2026-02-27}",
        "person.died_on: {value: 2026-06-01, at: 2026-05-01}",
        "<<: {value: 3, unit: ng/mL, at: 2026-02-27}",
    ],
)
def test_nothing_is_read_in_a_way_its_writer_may_not_have_meant(line: str) -> None:
    with pytest.raises(CourseFileError) as caught:
        parse_course(f"format: lutetia-course/1\nid: P-001\nfacts:\n  {line}\n", name="course.yaml")
    assert caught.value.findings[0].line == 4


def test_a_bomb_of_aliases_is_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    with pytest.raises(CourseFileError, match="alias"):
        parse_course("\n".join(lines), name="course.yaml")


@pytest.mark.parametrize("depth", [70, 500, 1000, 3000, 20000])
@pytest.mark.parametrize("brackets", ["[]", "{}"])
def test_brackets_nested_without_end_are_refused(depth: int, brackets: str) -> None:
    opening = "{a: " if brackets == "{}" else "["
    text = f"facts: {opening * depth}1{brackets[1] * depth}\n"
    with pytest.raises(CourseFileError, match="nested too deeply"):
        parse_course(text, name="course.yaml")


SCANNED = "cycles: [{{number: 1, agent: x, planned: 2026-03-02, scans: [{{series_uid: a, duration: {}}}]}}]"


@pytest.mark.parametrize(
    ("line", "field", "words"),
    [
        ("? {a: 1}\n: 2", "", "a key is a list or a mapping"),
        ("facts: !!omap []", "facts", "the tag"),
        ("facts: []", "facts", "a list stands where several keys are needed"),
        ("facts: {lab.psa: !!str 3}", "facts.lab.psa[1]", "stands where several keys are needed"),
        ("cycles: {number: 1}", "cycles", "stands where a list is needed"),
        ("patient: 4711", "patient", "stands where several keys are needed"),
        ("cycles:\n  - {number: 1, planned: 2026-03-02}", "cycles[1].agent", "'agent' is missing"),
        ("cycles:\n  - {number: 1.5, agent: x, planned: 2026-03-02}", "cycles[1].number", "not a whole number"),
        ("cycles:\n  - {number: 21, agent: x, planned: 2026-03-02}", "cycles[1].number", "at most 20"),
        ('cycles:\n  - {number: 1, agent: "", planned: 2026-03-02}', "cycles[1].agent", "nothing stands here"),
        ("events:\n  entries:\n    - {term: x, ctcae: 5.0, organ: other, grades: [{on: 2026-01-01, grade: 1}]}",
         "events.entries[1].ctcae", 'put it in quotes: "5.0"'),
        ("events:\n  entries:\n    - {term: x, ctcae: '5.0', organ: other, grades: []}",
         "events.entries[1].grades", "write at least one"),
        ("events:\n  entries:\n    - {term: x, ctcae: '5.0', organ: other, grades: [{on: 2026-01-01, grade: 6}]}",
         "events.entries[1].grades[1].grade", "at most 5"),
        ("external_beam:\n  entries:\n    - {site: rib, started: 2025-01-01, dose: {value: 8, unit: GBq}}",
         "external_beam.entries[1].dose", "is no absorbed dose; write it e.g. in 'Gy'"),
        ("external_beam:\n  entries:\n    - {site: rib, started: 2025-01-01, dose: {value: -8, unit: Gy}}",
         "external_beam.entries[1].dose", "negative"),
        ("external_beam:\n  entries:\n    - {site: rib, started: 2025-01-01, dose: 8 Gy}",
         "external_beam.entries[1].dose", "at least: value, unit"),
        ("facts: {lab.psa: {value: 3, unit: ng/mL, at: 2026-01-01, comparator: '='}}",
         "facts.lab.psa[1].comparator", "'>'"),
        ("facts: {condition.ecog: {value: 1, at: 2026-01-01, lower: 0}}",
         "facts.condition.ecog[1].lower", "no laboratory"),
        ("facts: {lab.ldh: {value: 200, unit: U/L, at: 2026-01-01, lower: 250, upper: 135}}",
         "facts.lab.ldh[1].lower", "exchange them"),
        ("facts: {person.cause_of_death: {value: 3, at: 2026-01-01}}",
         "facts.person.cause_of_death[1].value", "takes words"),
        ("facts: {person.died_on: {value: May, at: 2026-01-01}}",
         "facts.person.died_on[1].value", "'May' is not a day"),
        ("consents:\n  - {given_at: 2026-01-01, withdrawn: true}", "consents[1].withdrawn", "'withdrawn_on'"),
        (SCANNED.format("{value: 9, unit: s}"),
         "cycles[1].scans[1].duration", "no length of a scan"),
    ],
)  # fmt: skip
def test_each_way_of_being_wrong_has_its_words(line: str, field: str, words: str) -> None:
    with pytest.raises(CourseFileError) as caught:
        parse_course(f"format: lutetia-course/1\nid: P-001\n{line}\n", name="course.yaml")
    first = caught.value.findings[0]
    assert first.field == field
    assert words in f"{first.found}; {first.remedy}"
    assert first.line >= 3
