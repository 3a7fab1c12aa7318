"""Laws of the file form: what is written is read back, and no text makes anything but a course or one clear error."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lutetia.course import Course
from lutetia.course.file import CourseFileError, parse_course, write_course
from lutetia.fileform import compose
from lutetia.fileform.emit import block, scalar
from lutetia.units import convert, convertible_units
from lutetia.vocabulary import ITEMS, Item

GUIDE = (Path(__file__).parents[1] / "docs" / "course-file.md").read_text(encoding="utf-8")
EXAMPLE = GUIDE.partition("```yaml\n")[2].partition("```")[0]
EXAMPLES = 80
THERE_AND_BACK = 1e-9
"""Relative: two roundings of a floating-point number and the inverse of a factor."""

WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
OFFSETS = st.integers(-14 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
CLOCK_TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=OFFSETS)  # noqa: DTZ001
FINITE = st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | st.integers(-(10**12), 10**12) | FINITE | WORDS | st.just("")
CONTENT = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.dictionaries(WORDS | st.just(""), inner, max_size=3),
    max_leaves=12,
)


def value_of(item: Item) -> st.SearchStrategy[Any]:
    low, high = item.plausible or (0, 1)
    return {
        "quantity": st.floats(low, high) | st.integers(int(low) + 1, max(int(high), int(low) + 1)),
        "score": st.integers(int(low), int(high)),
        "flag": st.booleans(),
        "choice": st.sampled_from(list(item.choices) or [""]),
        "text": WORDS.filter(str.strip),
        "day": st.just("2019-03-04"),
    }[item.kind]


@st.composite
def facts(draw: st.DrawFn, item: Item) -> dict[str, Any]:
    at = draw(DAYS | CLOCK_TIMES)
    fact: dict[str, Any] = {"value": draw(value_of(item)), "at": at, "note": draw(st.none() | WORDS)}
    if item.kind == "quantity":
        fact |= {"unit": item.unit, "comparator": draw(st.sampled_from([None, "<", ">"]))}
    return fact


@st.composite
def courses(draw: st.DrawFn) -> Course:
    items = draw(st.lists(st.sampled_from(list(ITEMS.values())), max_size=5, unique=True))
    items = [item for item in items if item.id not in ("person.alive", "person.died_on")]
    contours = draw(st.dictionaries(WORDS, st.just("liver"), max_size=1))
    return Course.model_validate(
        {
            "format": "lutetia-course/1",
            "id": "P-001",
            "synthetic": draw(st.booleans()),
            "patient": {"dicom_patient_id": draw(st.none() | WORDS)},
            "facts": {item.id: [draw(facts(item))] for item in items},
            "comorbidities": {"entries": [{"term": draw(WORDS), "note": draw(st.none() | WORDS)}]},
            "cycles": [
                {
                    "number": 1,
                    "agent": draw(WORDS),
                    "planned": draw(DAYS),
                    "scans": [{"series_uid": draw(WORDS), "acquired_at": draw(CLOCK_TIMES), "regions": contours}],
                }
            ],
        }
    )


@settings(max_examples=EXAMPLES, deadline=None)
@given(courses())
def test_what_is_written_is_read_back_as_the_same_course(course: Course) -> None:
    written = write_course(course)
    again = parse_course(written, name="course.yaml")
    assert again == course
    assert write_course(again) == written


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.dictionaries(WORDS, CONTENT, min_size=1, max_size=4), st.booleans())
def test_whatever_is_written_as_yaml_is_read_back_unchanged(content: dict[str, Any], one_line_each: bool) -> None:
    text = "\n".join(block(content, one_line_each=one_line_each)) + "\n"
    assert compose(text, name="x").content == content


@settings(max_examples=EXAMPLES, deadline=None)
@given(SCALARS)
def test_a_value_is_read_back_with_its_type(value: Any) -> None:
    read = compose(f"a: {scalar(value)}\n", name="x").content["a"]
    assert read == value
    assert isinstance(read, bool) == isinstance(value, bool)
    assert isinstance(read, str) == isinstance(value, str)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    lines = EXAMPLE.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        index = data.draw(st.integers(0, len(lines) - 1))
        damage = data.draw(st.sampled_from(["drop", "twice", "cut", "garble", "indent"]))
        line = lines[index]
        lines[index] = {
            "drop": "",
            "twice": f"{line}\n{line}",
            "cut": line[: len(line) // 2],
            "garble": line.replace(":", data.draw(WORDS), 1),
            "indent": "  " + line,
        }[damage]
    read = read_or_refused("\n".join(lines))
    if isinstance(read, Course):
        assert parse_course(write_course(read), name="course.yaml") == read
    else:
        assert read.findings
        assert all(finding.found for finding in read.findings)


def read_or_refused(text: str | bytes) -> Course | CourseFileError:
    try:
        return parse_course(text, name="course.yaml")
    except CourseFileError as error:
        return error


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.binary(max_size=60) | WORDS)
def test_no_bytes_make_anything_but_one_clear_error(raw: bytes | str) -> None:
    assert str(read_or_refused(raw)).startswith("course.yaml")


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.data(), st.floats(1e-6, 1e6))
def test_a_value_carried_into_another_unit_and_back_is_the_same(data: st.DataObject, value: float) -> None:
    item = data.draw(st.sampled_from([item for item in ITEMS.values() if item.kind == "quantity"]))
    other = data.draw(st.sampled_from(convertible_units(item.unit, substance=item.substance)))
    there = convert(value, item.unit, other, substance=item.substance)
    back = convert(there, other, item.unit, substance=item.substance)
    assert abs(back - value) <= THERE_AND_BACK * value
