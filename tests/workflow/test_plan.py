"""The plan as its users meet it: in a terminal, as JSON, in a calendar; and of the simulated patient."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lutetia.cli.main import main
from lutetia.course import Course
from lutetia.course.file import write_course
from lutetia.guideline.schedule import DueState, plan
from lutetia.report.calendar import render_calendar, uid
from lutetia.report.course_page import FOOT
from lutetia.report.plan import FORMAT, plan_document, plan_json
from lutetia.report.terminal import render_text

AGENT = "[177Lu]Lu-PSMA-617"
SEEN = date(2026, 4, 7)


def given_on(number: int, day: str) -> dict[str, Any]:
    activity = {"activity": {"value": 7.4, "unit": "GBq"}, "source": "elsewhere"}
    return {"number": number, "agent": AGENT, "planned": day,
            "administration": {"started_at": f"{day}T10:00+01:00", "reported": activity}}  # fmt: skip


def a_course(**parts: Any) -> Course:
    cycles = [given_on(1, "2026-01-12"), given_on(2, "2026-02-23"),
              {"number": 3, "agent": AGENT, "planned": "2026-04-08"}]  # fmt: skip
    term = "pain, back; \\ severe\nGrüße aus Łódź 😀" * 3
    events = {
        "entries": [{"term": term, "ctcae": "5.0", "organ": "other", "grades": [{"on": "2026-03-30", "grade": 4}]}]
    }
    raw = {"format": "lutetia-course/1", "id": "P-1", "timezone": "Europe/Paris", "cycles": cycles, "events": events}
    return Course.model_validate({**raw, **parts})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "course"
    place.mkdir()
    (place / "course.yaml").write_text(write_course(a_course()), encoding="utf-8")
    return place


# In a terminal


def test_the_plan_fits_80_columns_and_says_what_it_is_not(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", str(folder), "--as-of", "2026-04-07"]) == 0
    told = capsys.readouterr().out
    assert max(map(len, told.splitlines())) <= 80
    assert "Not a medical device" in told
    order = [told.index(words) for words in ("Overdue", "Due now", "Unknown: ask", "Upcoming")]
    assert order == sorted(order)


def test_what_is_done_is_shown_when_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["plan", str(folder), "--as-of", "2026-04-07"])
    short = capsys.readouterr().out
    main(["plan", str(folder), "--as-of", "2026-04-07", "--all"])
    every = capsys.readouterr().out
    assert "+ Done" not in short
    assert "+ Done" in every
    assert "shown with --all" in short


def test_out_of_scope_is_said_in_the_plan() -> None:
    cycle = {"number": 1, "agent": "225Ac-PSMA-617", "planned": "2026-04-08"}
    told = render_text(plan_document(plan(a_course(cycles=[cycle]), known_on=SEEN)))
    assert "Out of the guideline's scope" in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--as-of", "2026-02-30"], "is not a day"), (["--ics", "course.yaml"], "does not end in .ics"),
     (["--book", "none"], "there is no book")],
)  # fmt: skip
def test_wrong_input_is_refused_in_a_sentence(
    folder: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", str(folder), *arguments]) == 2
    assert words in capsys.readouterr().err


# As JSON


def test_json_holds_every_item_with_its_reasons(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", str(folder), "--as-of", "2026-04-07", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["record"]["parameters"]["known_on"] == "2026-04-07"
    assert answer["plan"]["format"] == FORMAT
    assert answer["plan"]["notice"] == FOOT
    (nadir,) = [item for item in answer["plan"]["items"] if item["key"] == "FU-1a/2"]
    assert (nadir["opens"], nadir["closes"], nadir["state"]) == ("2026-03-09", "2026-03-16", "overdue")
    assert nadir["citation"].endswith("Follow-up, 1")
    assert [one["shown"] for one in nadir["windows"]] == ["14 d", "21 d"]


def test_json_knows_exactly_the_fields_that_are_documented() -> None:
    documented = Path(__file__).parents[2].joinpath("docs", "plan.md").read_text(encoding="utf-8")
    told = plan_json(plan(a_course(), known_on=SEEN))
    for name in (*told, *told["items"][0], *told["cycles"][0]):
        assert f"`{name}`" in documented, name


# As a calendar


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_a_calendar_has_an_event_for_each_window_with_its_days() -> None:
    found = plan(a_course(), known_on=SEEN)
    lines = unfolded(render_calendar(found))
    place = lines.index("UID:P-1.FU-1a.2@plan.lutetia")
    assert lines[place - 1] == "BEGIN:VEVENT"
    assert lines[place + 1 : place + 4] == [
        "DTSTAMP:20260407T000000Z", "DTSTART;VALUE=DATE:20260309", "DTEND;VALUE=DATE:20260317",
    ]  # fmt: skip
    dated = [item for item in found.pending() if item.opens or item.closes]
    assert lines.count("BEGIN:VEVENT") == len(dated)


def test_the_same_thing_keeps_its_id_from_day_to_day() -> None:
    def ids(on: date) -> set[str]:
        lines = unfolded(render_calendar(plan(a_course(), known_on=on), every=True))
        return {line for line in lines if line.startswith("UID:") and "FU-1a" in line}

    assert ids(SEEN) == ids(date(2026, 4, 1))
    assert uid("P-1", "FU-1a/2") != uid("P-1", "FU-1a/3")
    assert uid("P-1", "AE-6b/ä b/2026") == "P-1.AE-6b._e4__20_b.2026@plan.lutetia"


def test_a_calendar_is_escaped_and_folded_within_characters_never() -> None:
    text = render_calendar(plan(a_course(), known_on=SEEN))
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    assert any("pain\\, back\\; \\\\ severe\\nGrüße aus Łódź 😀" in line for line in unfolded(text))


def test_a_calendar_names_no_patient_and_says_that_it_is_no_device() -> None:
    record = a_course(patient={"birth_date": "1954-01-15", "dicom_patient_id": "SECRET-7"})
    text = render_calendar(plan(record, known_on=SEEN))
    lines = unfolded(text)
    assert "SECRET-7" not in text
    assert "1954" not in text
    described = [line for line in lines if line.startswith("DESCRIPTION:")]
    assert described
    assert all("Not a medical device" in line and "EANM/SNMMI 2023" in line for line in described)


def test_an_independent_parser_reads_the_calendar_back() -> None:
    icalendar = pytest.importorskip("icalendar", reason="icalendar is not installed")
    found = plan(a_course(), known_on=SEEN)
    read = icalendar.Calendar.from_ical(render_calendar(found).encode())
    events = {str(event["UID"]): event for event in read.walk("VEVENT")}
    for item in found.pending():
        if not (item.opens or item.closes):
            continue
        event = events.pop(uid("P-1", item.key))
        assert event.errors == []
        first, last = event["DTSTART"].dt, event["DTEND"].dt
        assert type(first) is date
        assert first < last
        if item.closes is not None and item.state is not DueState.BLOCKED:
            assert (last - first).days == (item.closes - (item.opens or item.closes)).days + 1
        assert item.what in str(event["SUMMARY"]).replace("\r", "") or "¹⁷⁷" in str(event["SUMMARY"])
        assert item.citation in str(event["DESCRIPTION"])
    assert events == {}


def test_the_calendar_is_written_beside_the_answer(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = folder / "calendar" / "plan.ics"
    assert main(["plan", str(folder), "--as-of", "2026-04-07", "--ics", str(target)]) == 0
    told = capsys.readouterr()
    assert target.read_bytes().startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert "Written" in told.err
    assert "WHAT IS DUE" in told.out


PROTOCOL = """\
format: lutetia-protocol/1
book: eanm_snmmi_2023
author: Dr A
date: 2026-01-10
limits: [{name: lab_age_max, value: 7, unit: d, reason: local laboratory}]
"""


def test_a_local_protocol_that_is_not_laid_over_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = folder.parent / "site"
    site.mkdir()
    (site / "site.yaml").write_text("format: lutetia-site/1\ntimezone: Europe/Paris\n", encoding="utf-8")
    arguments = ["plan", str(folder), "--as-of", "2026-04-07", "--json"]
    assert main(arguments) == 0
    assert "local protocol" not in capsys.readouterr().out
    (site / "protocol.yaml").write_text(PROTOCOL, encoding="utf-8")
    assert main(arguments) == 0
    answer = json.loads(capsys.readouterr().out)
    assert any("local protocol is not laid over" in note for note in answer["notes"])
    (labs,) = [item for item in answer["plan"]["items"] if item["key"] == "PROC-2-LABS/3"]
    assert (labs["opens"], labs["closes"]) == ("2026-04-03", "2026-04-08")


# The simulated patient


def test_the_plan_of_the_simulated_patient_reads_sensibly(
    record_only: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", str(record_only), "--site", str(record_only.parent / "site"), "--as-of", "2026-04-07",
                 "--json"]) == 0  # fmt: skip
    found = json.loads(capsys.readouterr().out)["plan"]
    by_state: dict[str, list[str]] = {}
    for item in found["items"]:
        by_state.setdefault(item["state"], []).append(item["key"])
    assert by_state.get("overdue") is None
    assert by_state["due now"] == ["PROC-2-LABS/3", "PROC-11a/3", "CI-C5a/course"]
    assert by_state.get("unknown") is None
    assert {"FU-4b/2026-04-01", "FU-4c/1", "FU-1a/2", "FU-2b/course"} <= set(by_state["done"])
    assert by_state["upcoming"] == ["PROC-9/3", "FU-3a/3", "FU-1a/3", "FU-4c/2"]
    labs = next(item for item in found["items"] if item["key"] == "PROC-2-LABS/3")
    assert [ask["item"] for ask in labs["asks_for"]] == ["lab.neutrophils"]
