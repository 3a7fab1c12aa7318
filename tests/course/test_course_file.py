"""Is what a course file says what the course then holds, and is it written back readably?"""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from lutetia.course import Course
from lutetia.course.file import course_schema, parse_course, read_course, write_course
from lutetia.course.file.schema import schema_text
from lutetia.fileform import compose

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "course-file.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)[1]  # type: ignore[index]
BROKEN = ROOT / "tests" / "course" / "broken"


def example() -> Course:
    return parse_course(EXAMPLE, name="course.yaml")


def as_json(text: str) -> Any:
    return json.loads(json.dumps(compose(text, name="course.yaml").content))


def schema_errors(text: str) -> list[str]:
    validator = jsonschema.Draft202012Validator(course_schema())
    return [error.message for error in validator.iter_errors(as_json(text))]


def test_the_example_of_the_guide_is_a_course() -> None:
    course = example()
    assert course.facts_of("lab.haemoglobin")[0].shown() == "6.7 mmol/L"
    assert course.given_cycles[0].read_agent.in_scope


def test_the_example_gives_the_corrected_platelets_only_from_the_day_of_the_correction() -> None:
    course = example()
    seen = [course.as_known(day).facts_of("lab.platelets")[-1].value for day in (date(2026, 2, 28), date(2026, 3, 1))]
    assert seen == [1620, 162]


def test_a_course_is_written_as_it_is_read() -> None:
    course = example()
    written = write_course(course)
    assert parse_course(written, name="course.yaml") == course
    assert write_course(parse_course(written, name="course.yaml")) == written


def test_a_fact_stands_on_one_line() -> None:
    assert "    - {value: 6.7, unit: mmol/L, at: 2026-02-27}\n" in write_course(example())


def test_what_is_not_known_is_not_written() -> None:
    written = write_course(example())
    assert "null" not in written
    assert "extravasation" not in written


def test_a_view_of_the_record_is_not_written_as_the_record() -> None:
    with pytest.raises(ValueError, match="view"):
        write_course(example().as_known(date(2026, 2, 1)))


def test_a_clock_time_is_read_in_the_zone_of_the_course_before_that_of_the_site() -> None:
    text = "format: lutetia-course/1\nid: P\n{}facts:\n  lab.psa: {{value: 3, unit: ng/mL, at: 2026-01-12T10:15}}\n"
    own = parse_course(text.format("timezone: Europe/Paris\n"), name="c", timezone="America/New_York")
    sites = parse_course(text.format(""), name="c", timezone="America/New_York")
    assert own.facts_of("lab.psa")[0].at == datetime(2026, 1, 12, 9, 15, tzinfo=UTC)
    assert sites.facts_of("lab.psa")[0].at == datetime(2026, 1, 12, 15, 15, tzinfo=UTC)


def test_a_clock_time_with_an_offset_keeps_it_and_its_day() -> None:
    text = "format: lutetia-course/1\nid: P\nfacts:\n  lab.psa: {value: 3, unit: ng/mL, at: 2026-01-12T00:15+01:00}\n"
    fact = parse_course(text, name="c", timezone="America/New_York").facts_of("lab.psa")[0]
    assert fact.day == date(2026, 1, 12)


def test_the_words_of_the_file_are_kept_as_they_stand() -> None:
    text = (
        "format: lutetia-course/1\nid: P\npatient: {dicom_patient_id: 00123}\n"
        "decisions:\n  - {on: 2026-01-12, outcome: go, author: on, reason: no}\n"
    )
    course = parse_course(text, name="c")
    assert course.patient.dicom_patient_id == "00123"
    assert (course.decisions[0].author, course.decisions[0].reason) == ("on", "no")


def test_a_file_with_a_byte_order_mark_and_windows_line_ends_is_read(tmp_path: Path) -> None:
    path = tmp_path / "course.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + EXAMPLE.replace("\n", "\r\n").encode())
    assert read_course(path) == example()


def test_the_committed_schema_is_the_schema_of_this_version() -> None:
    committed = (ROOT / "docs" / "schema" / "course.schema.json").read_text(encoding="utf-8")
    assert committed == schema_text(), "write schema_text() to docs/schema/course.schema.json"


def test_the_schema_is_one_and_admits_the_example_in_both_forms() -> None:
    jsonschema.Draft202012Validator.check_schema(course_schema())
    assert schema_errors(EXAMPLE) == []
    assert schema_errors(write_course(example())) == []


SHAPE = [
    "choice_not_offered", "flag_answered_yes", "lab_without_unit", "number_in_quotes",
    "unit_of_another_dimension", "unknown_item", "unknown_key", "unknown_unit", "another_format",
]  # fmt: skip


@pytest.mark.parametrize("name", SHAPE)
def test_the_schema_refuses_what_is_wrong_in_shape_vocabulary_or_unit(name: str) -> None:
    assert schema_errors((BROKEN / f"{name}.yaml").read_text(encoding="utf-8"))
