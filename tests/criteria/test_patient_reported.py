"""Scores of patients stay scores of their instrument, and only tables that may be used freely come with it."""

from datetime import date
from pathlib import Path

import pytest

from lutetia.course import Course
from lutetia.course.file import parse_course, write_course
from lutetia.course.file.reader import CourseFileError
from lutetia.criteria.patient_reported import (
    InstrumentFileError,
    ScoreError,
    free_instruments,
    named_instruments,
    read_instrument,
    reported,
)

TABLE = """
format: lutetia-instrument/1
name: Ward form
version: "2"
source: {title: Form of the ward, year: 2025}
licence: own
items:
  well-being: {lowest: 0, highest: 10, higher_is: better}
"""


def course(*entries: str) -> Course:
    lines = ["format: lutetia-course/1", "id: T-1", "questionnaires:", *(f"  - {entry}" for entry in entries)]
    return parse_course("\n".join(lines), name="course.yaml")


PRO = '{{instrument: PRO-CTCAE, version: "1.0", on: {on}, scores: {{dry mouth severity: {score}}}}}'
WARD = '{{instrument: Ward form, version: "{version}", on: {on}, scores: {{well-being: {score}}}}}'


def test_scores_are_kept_by_item_and_day_and_the_worst_is_told() -> None:
    found = reported(course(PRO.format(on="2026-03-01", score=3), PRO.format(on="2026-01-10", score=1)))
    assert found[0].items[0].scores == ((date(2026, 1, 10), 1), (date(2026, 3, 1), 3))
    assert found[0].items[0].worst == 3
    assert found[0].needs == ""


@pytest.mark.parametrize("score", [-1, 5])
def test_a_score_beyond_the_range_of_its_item_is_refused(score: int) -> None:
    with pytest.raises(ScoreError, match="Write a score from 0 to 4"):
        reported(course(PRO.format(on="2026-03-01", score=score)))


def test_an_item_that_the_instrument_does_not_have_is_refused_with_the_right_one() -> None:
    entry = '{instrument: PRO-CTCAE, version: "1.0", on: 2026-03-01, scores: {dry mouth: 1}}'
    with pytest.raises(ScoreError, match="dry mouth severity"):
        reported(course(entry))


def test_an_instrument_without_a_table_is_shown_as_entered_and_says_what_its_use_needs() -> None:
    entry = '{instrument: FACT-P, version: "4", on: 2026-03-01, scores: {total: 99}}'
    found = reported(course(entry))[0]
    assert found.instrument is None
    assert found.items[0].worst is None
    assert "--instrument FILE" in found.needs
    assert "FACIT" in found.needs


def test_the_table_that_a_user_brings_is_used(tmp_path: Path) -> None:
    path = tmp_path / "ward.yaml"
    path.write_text(TABLE, encoding="utf-8")
    record = course(
        WARD.format(version="2", on="2026-01-10", score=8), WARD.format(version="2", on="2026-03-01", score=4)
    )
    found = reported(record, [read_instrument(path)])[0]
    assert found.items[0].worst == 4


def test_versions_of_an_instrument_are_never_joined() -> None:
    record = course(
        WARD.format(version="1", on="2026-01-10", score=8), WARD.format(version="2", on="2026-03-01", score=4)
    )
    assert [(one.name, one.version) for one in reported(record)] == [("Ward form", "1"), ("Ward form", "2")]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("highest: 10", "highest: 0", r"not above the lowest"),
        ("higher_is: better", "higher_is: good", r"'good' is not possible here"),
        ("licence: own\n", "", r"'licence' is missing"),
        ("items:", "item:", r"'item' is not known here"),
    ],
)
def test_a_broken_table_is_refused_with_its_line(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / "ward.yaml"
    path.write_text(TABLE.replace(old, new), encoding="utf-8")
    with pytest.raises(InstrumentFileError, match=words):
        read_instrument(path)


def test_no_table_that_needs_a_licence_comes_with_it() -> None:
    assert not {one.name for one in free_instruments()} & set(named_instruments())
    assert free_instruments()
    assert all(one.licence for one in free_instruments())


def test_one_instrument_is_filled_in_once_a_day() -> None:
    with pytest.raises(CourseFileError, match="filled in twice on 2026-03-01"):
        course(PRO.format(on="2026-03-01", score=1), PRO.format(on="2026-03-01", score=2))


def test_a_questionnaire_survives_writing_and_is_hidden_before_its_day() -> None:
    record = course(PRO.format(on="2026-03-01", score=1))
    assert parse_course(write_course(record), name="course.yaml") == record
    assert reported(record.as_known(date(2026, 2, 28))) == ()
