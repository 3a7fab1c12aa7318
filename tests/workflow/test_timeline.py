"""The timeline: what is a decision, what was known for it, how advice and decision are compared, how it is shown."""

from __future__ import annotations

import json
import runpy
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lutetia.cli.main import main
from lutetia.course import Course
from lutetia.course.file import parse_course, read_course
from lutetia.guideline.advice import Selected
from lutetia.guideline.timeline import Agreement, DecisionPoint, Timeline, timeline
from lutetia.guideline.verdict import Outcome
from lutetia.report.terminal import render_text
from lutetia.report.timeline import timeline_document, timeline_json

ROOT = Path(__file__).parents[2]
COURSES = ROOT / "cases" / "courses"
TOXIC = COURSES / "04-haematological-toxicity-with-recovery" / "course.yaml"
LAST = date(2025, 5, 20)


@pytest.fixture(scope="module")
def toxic() -> Course:
    return read_course(TOXIC)


def a_course(**parts: Any) -> Course:
    return Course.model_validate({"format": "lutetia-course/1", "id": "P-1", "timezone": "Europe/Paris", **parts})


def changed(course: Course, **parts: Any) -> Course:
    return course.model_copy(update=parts)


def point(line: Timeline, on: str, question: str) -> DecisionPoint:
    return next(one for one in line.points if one.on.isoformat() == on and one.question == question)


def with_decisions(course: Course, *changes: tuple[str, int | None, dict[str, Any]]) -> Course:
    """Return the course with decisions of a day and a cycle changed."""
    found = []
    for one in course.decisions:
        update: dict[str, Any] = {}
        for on, cycle, what in changes:
            if str(one.on)[:10] == on and one.cycle == cycle:
                update |= what
        found.append(one.model_copy(update=update))
    return course.model_copy(update={"decisions": tuple(found)})


def test_points_come_in_the_order_of_time_and_selection_before_the_first_cycle(toxic: Course) -> None:
    line = timeline(toxic, known_on=LAST)
    assert [one.on for one in line.points] == sorted(one.on for one in line.points)
    assert [one.question for one in line.points][:2] == ["selection", "cycle 1"]
    assert [one.question for one in line.points].count("cycle 3") == 2


def test_what_lies_after_the_day_as_known_is_hidden(toxic: Course) -> None:
    line = timeline(toxic, known_on=date(2024, 5, 28))
    assert [one.question for one in line.points] == ["selection", "cycle 1", "cycle 2", "cycle 3"]
    assert line.points[-1].advice.outcome is Outcome.POSTPONE
    assert [one.on for one in line.events if one.on > date(2024, 5, 28)] == [date(2024, 6, 11)]
    assert [one.kind for one in line.events if one.on > date(2024, 5, 28)] == ["plan"]


def test_the_next_cycle_is_looked_at_with_what_is_known_now(toxic: Course) -> None:
    line = timeline(toxic, known_on=date(2024, 4, 12))
    last = line.points[-1]
    assert (last.question, last.on, last.planned) == ("cycle 2", date(2024, 4, 12), date(2024, 4, 16))
    assert last.agreement is Agreement.NONE
    assert last.given is None


def test_a_decision_and_the_administration_after_it_are_not_known_for_it(toxic: Course) -> None:
    stopped = with_decisions(toxic, ("2024-05-28", 3, {"outcome": "discontinue"}))
    advice = point(timeline(stopped, known_on=LAST), "2024-05-28", "cycle 3").advice
    assert {one.id for one in advice.because} == {"AE-1a", "AE-2"}
    asked = {ask.item for ask in (*advice.decides, *advice.unknown)}
    assert "cycles" not in asked


def test_a_difference_without_a_reason_is_told_as_such(toxic: Course) -> None:
    skipped = with_decisions(toxic, ("2024-05-28", 3, {"outcome": "hold", "reason": None}))
    held = point(timeline(skipped, known_on=LAST), "2024-05-28", "cycle 3")
    assert held.agreement is Agreement.STRICTER
    assert held.differs == "hold, where the book advised postpone until 2024-06-11"
    text = render_text(timeline_document(timeline(skipped, known_on=LAST)))
    assert "no reason is recorded" in text


def test_an_activity_beyond_the_tolerance_is_a_difference(toxic: Course) -> None:
    third = toxic.cycles[2]
    assert third.administration is not None
    assert third.administration.syringe_before is not None
    reading = third.administration.syringe_before
    full = reading.model_copy(update={"activity": reading.activity.model_copy(update={"value": 7.46})})
    whole = third.model_copy(
        update={"administration": third.administration.model_copy(update={"syringe_before": full})}
    )
    cycles = tuple(whole if one.number == 3 else one for one in toxic.cycles)
    found = point(timeline(changed(toxic, cycles=cycles), known_on=LAST), "2024-06-11", "cycle 3")
    assert found.agreement is Agreement.LOOSER
    assert "GBq given, where 5.92 GBq was advised" in found.differs


def test_the_other_arm_of_an_advice_follows_it(toxic: Course) -> None:
    waiting = with_decisions(toxic, ("2024-06-11", 3, {"outcome": "postpone"}))
    without = tuple(
        one.model_copy(update={"administration": None, "scans": ()}) if one.number == 3 else one
        for one in waiting.cycles
    )
    found = point(timeline(changed(waiting, cycles=without), known_on=date(2024, 6, 20)), "2024-06-11", "cycle 3")
    assert found.advice.alternatives == (Outcome.POSTPONE,)
    assert found.agreement is Agreement.OTHER_ARM


def test_lists_called_complete_later_leave_the_answer_open() -> None:
    record = read_course(COURSES / "09b-taxane-naive-docetaxel-contraindicated" / "course.yaml")
    late = record.therapies.model_copy(update={"complete": record.therapies.complete[1:]})
    open_ = timeline(changed(record, therapies=late), known_on=date(2025, 5, 26)).points[0]
    assert open_.advice.selection is Selected.NOT_SETTLED
    assert open_.agreement is Agreement.OPEN
    assert "therapies" in {ask.item for ask in open_.advice.decides}
    assert timeline(record, known_on=date(2025, 5, 26)).points[0].agreement is Agreement.FOLLOWED


def test_a_course_without_decisions_is_asked_about_on_its_days() -> None:
    text = """
format: lutetia-course/1
id: P-1
timezone: Europe/Paris
cycles:
  - number: 1
    agent: "[177Lu]Lu-PSMA-617"
    planned: 2026-01-12
    administration: {started_at: 2026-01-12T10:00, reported: {activity: {value: 7.4, unit: GBq}, source: a letter}}
"""
    line = timeline(parse_course(text, name="course.yaml"), known_on=date(2026, 2, 1))
    assert [(one.question, one.agreement) for one in line.points] == [
        ("selection", Agreement.NONE), ("cycle 1", Agreement.LOOSER),
    ]  # fmt: skip
    assert line.points[1].differs.startswith("given, where the book advised hold")  # no consent is on record


def test_an_empty_record_says_that_it_is_one() -> None:
    line = timeline(a_course(), known_on=date(2026, 2, 1))
    assert (line.points, line.events, line.began, line.last_contact) == ((), (), None, None)
    assert "neither a decision nor a cycle" in render_text(timeline_document(line))


def test_an_agent_out_of_scope_is_not_judged(toxic: Course) -> None:
    other = tuple(one.model_copy(update={"agent": "[225Ac]Ac-PSMA-617"}) for one in toxic.cycles)
    line = timeline(changed(toxic, cycles=other), known_on=LAST)
    assert {one.agreement for one in line.points if one.question != "selection"} == {Agreement.OUT_OF_SCOPE}


@pytest.mark.parametrize("book", ["evidence_since_2023", "selection_criteria"])
def test_a_book_that_only_informs_is_not_followed_and_not_departed_from(toxic: Course, book: str) -> None:
    line = timeline(toxic, known_on=LAST, book=book)
    assert {one.agreement for one in line.points} == {Agreement.OUT_OF_SCOPE}
    assert {one.advice.headline for one in line.points} == {
        "this book does not say whom to treat", "this book does not say whether a cycle is given",
    }  # fmt: skip


def test_the_books_differ_about_a_man_who_is_fit_for_docetaxel() -> None:
    record = read_course(COURSES / "09a-taxane-naive-fit-for-docetaxel" / "course.yaml")
    first = {
        book: timeline(record, known_on=date(2025, 6, 1), book=book).points[0]
        for book in ("eanm_snmmi_2023", "label_us")
    }
    assert first["eanm_snmmi_2023"].advice.selection is Selected.NOT_RECOMMENDED
    assert first["label_us"].advice.selection is Selected.INDICATED
    assert [one.agreement for one in first.values()] == [Agreement.FOLLOWED, Agreement.STRICTER]


def test_a_cycle_planned_after_the_end_is_no_decision() -> None:
    record = read_course(COURSES / "03-progression" / "course.yaml")
    assert [one.question for one in timeline(record, known_on=date(2024, 12, 1)).points].count("cycle 3") == 1


def test_a_stop_without_a_cycle_stands_among_the_events() -> None:
    line = timeline(read_course(COURSES / "05-haematological-toxicity-with-cancellation" / "course.yaml"),
                    known_on=date(2024, 12, 2))  # fmt: skip
    told = [one.text for one in line.events if one.kind == "decision"]
    assert len(told) == 1
    assert told[0].startswith("decided: discontinue, tumour board (marrow infiltrated")
    assert line.died_on == "2024-12-02"


def test_results_are_told_with_their_grade_from_two_on(toxic: Course) -> None:
    told = {one.on: one.text for one in timeline(toxic, known_on=LAST).events if one.kind == "laboratory"}
    assert "lab.platelets 41 10*9/L (grade 3)" in told[date(2024, 5, 3)]
    assert "lab.neutrophils 1.2 10*9/L (grade 2)" in told[date(2024, 5, 3)]
    assert "lab.haemoglobin 10.1 g/dL," in told[date(2024, 5, 3)]


def test_the_json_has_every_point_with_its_advice(toxic: Course) -> None:
    told = timeline_json(timeline(toxic, known_on=LAST))
    assert json.loads(json.dumps(told)) == told
    third = next(one for one in told["points"] if one["on"] == "2024-05-28")
    assert third["advice"]["outcome"] == "postpone"
    assert third["advice"]["until"] == "2024-06-11"
    assert third["agreement"] == "as advised"
    assert {name for point_ in told["points"] for name in point_} == {
        "on", "question", "planned", "advice", "decided", "given", "agreement", "differs",
    }  # fmt: skip
    page = (ROOT / "docs" / "timeline.md").read_text(encoding="utf-8")
    names = {*told, *third, *third["advice"], *third["decided"][0], *told["events"][0]} - {"notice"}
    assert [name for name in names if f"`{name}`" not in page] == []


@pytest.mark.parametrize("ending", ["html", "pdf"])
def test_the_page_has_the_figure_and_every_decision(ending: str, tmp_path: Path) -> None:
    out = tmp_path / f"timeline.{ending}"
    assert main(["timeline", str(TOXIC), "--as-of", "2025-05-20", "--out", str(out)]) == 0
    content = out.read_bytes()
    if ending == "pdf":
        assert content.startswith(b"%PDF")
        return
    page = content.decode()
    assert "data:image/svg+xml" in page
    assert page.count("compared") >= 8
    assert "SYNTHETIC" in page


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--out", "line.yaml"], ".txt"),
        (["--out", "line.html", "--json"], "--json asks for JSON"),
        (["--book", "no_such_book"], "no_such_book"),
        (["--as-of", "20.05.2025"], "year-month-day"),
    ],
)
def test_what_cannot_be_done_is_one_message(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["timeline", str(TOXIC), *arguments]) == 2
    told = capsys.readouterr().err
    assert says in told
    assert "Traceback" not in told
    assert list(tmp_path.iterdir()) == []


def test_the_page_of_the_courses_is_that_of_this_version(tmp_path: Path) -> None:
    made = runpy.run_path(str(ROOT / "scripts" / "course_timelines.py"))["page"]()
    assert made == (ROOT / "docs" / "courses.md").read_text(encoding="utf-8"), "run scripts/course_timelines.py"
