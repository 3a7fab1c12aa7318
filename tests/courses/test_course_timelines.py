"""Is each of the written courses read as the physician who wrote its expectations reads the guideline?

The expectations stand beside the courses in ``expected.yaml`` and were written from the guideline's text.
"""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from lutetia.cli.main import main
from lutetia.course import Course
from lutetia.course.consistency import LISTS
from lutetia.course.file import read_course
from lutetia.guideline.timeline import DecisionPoint, Timeline, timeline

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.parent for path in (ROOT / "cases" / "courses").glob("*/course.yaml"))
NAMES = [folder.name for folder in FOLDERS]
STORIES = (
    "partial-response-stable-disease", "complete-response", "progression", "toxicity-with-recovery",
    "toxicity-with-cancellation", "renal-decline", "superscan-with-cytopenia", "obstruction-decompressed",
    "fit-for-docetaxel", "docetaxel-contraindicated", "rechallenge-after-remission", "psma-i-and-t",
)  # fmt: skip
KEYS = {
    "on", "question", "planned", "book", "at_most", "until", "activity_gbq", "because", "weigh", "required", "unknown",
    "also_holds", "advises", "never", "says", "decided", "compared", "reason", "from",
}  # fmt: skip


class _Words(yaml.SafeLoader):
    """Reads ``on`` as a word, and a day as text."""


_NOT_WORDS = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
_Words.yaml_implicit_resolvers = {
    first: [(tag, found) for tag, found in resolvers if tag not in _NOT_WORDS]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}  # fmt: skip


@cache
def expected(name: str) -> dict[str, Any]:
    text = (ROOT / "cases" / "courses" / name / "expected.yaml").read_text(encoding="utf-8")
    found = yaml.load(text, _Words)
    assert isinstance(found, dict)
    return found


@cache
def course(name: str) -> Course:
    return read_course(ROOT / "cases" / "courses" / name / "course.yaml")


@cache
def read(name: str) -> Timeline:
    return timeline(course(name), known_on=date.fromisoformat(expected(name)["as_of"]))


def ids(told: tuple[Any, ...]) -> set[str]:
    return {one.id for one in told}


def differences(point: DecisionPoint, wanted: dict[str, Any]) -> list[str]:
    advice = point.advice
    said = advice.selection.value if advice.selection else str(advice.outcome)
    has = {
        "on": point.on.isoformat(),
        "question": point.question,
        "planned": point.planned.isoformat(),
        "book": said,
        "at_most": str(advice.at_most),
        "until": str(advice.until),
        "activity_gbq": advice.activity_gbq,
        "because": ids(advice.because),
        "weigh": set(advice.weigh),
        "required": ids(advice.required),
        "unknown": {ask.item for ask in (*advice.decides, *advice.unknown)},
        "decided": point.decided[-1].outcome if point.decided else None,
        "compared": point.agreement.value,
    }
    exact = {"because": set(wanted.get("because", ())), "weigh": set(wanted.get("weigh", ())), "required":
             set(wanted.get("required", ())), "unknown": set(wanted.get("unknown", ()))}  # fmt: skip
    must = {**{name: wanted[name] for name in has if name in wanted}, **exact}
    found = [f"{name}: expected {must[name]}, found {has[name]}" for name in must if must[name] != has[name]]
    beside = {"also_holds": ids(advice.cautions), "advises": ids(advice.advises)}
    for name, there in beside.items():
        found += [f"{one} is not among {name}: {sorted(there)}" for one in wanted.get(name, ()) if one not in there]
    spoken = ids(advice.because) | ids(advice.cautions) | ids(advice.required) | ids(advice.advises)
    found += [f"{one} must not appear" for one in wanted.get("never", ()) if one in spoken]
    texts = {one.id: one.text for one in (*advice.because, *advice.cautions, *advice.advises)}
    found += [f"{one} does not say '{text}': {texts.get(one)}" for one, text in wanted.get("says", {}).items()
              if text not in texts.get(one, "")]  # fmt: skip
    if "reason" in wanted and wanted["reason"] not in point.reason:
        found.append(f"the reason '{wanted['reason']}' is not recorded: {point.reason}")
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_decision_comes_out_as_a_reader_of_the_guideline_expects(name: str) -> None:
    points, wanted = read(name).points, expected(name)["points"]
    assert [(p.on.isoformat(), p.question) for p in points] == [(w["on"], w["question"]) for w in wanted]
    found = {f"{p.on} {p.question}": differences(p, w) for p, w in zip(points, wanted, strict=True)}
    assert {where: what for where, what in found.items() if what} == {}


@pytest.mark.parametrize("name", NAMES)
def test_every_expectation_is_written_in_words_that_are_compared(name: str) -> None:
    for point in expected(name)["points"]:
        assert set(point) <= KEYS
        assert point["from"]


@pytest.mark.parametrize("name", NAMES)
def test_a_course_ends_with_its_last_follow_up_or_with_death(name: str) -> None:
    line, wanted = read(name), expected(name)
    assert line.died_on == wanted.get("died_on", "")
    assert str(line.last_contact) == wanted.get("last_contact", wanted.get("died_on"))
    last_cycle = max(point.on for point in line.points)
    assert line.last_contact is not None
    assert (line.last_contact - last_cycle).days >= 28


@pytest.mark.parametrize("name", NAMES)
def test_a_course_is_marked_as_made_up_and_names_nobody(name: str) -> None:
    record = course(name)
    assert record.synthetic
    assert record.id.startswith("LUT-SYN-")
    assert record.patient.dicom_patient_id is None
    authors = {one.author for one in record.decisions}
    assert authors <= {"tumour board", "nuclear medicine physician"}


def test_there_is_a_course_for_every_story() -> None:
    assert [story for story in STORIES if not any(name.endswith(story) for name in NAMES)] == []
    assert len(NAMES) == len(STORIES)


@pytest.mark.parametrize("name", NAMES)
def test_every_day_of_decision_has_lists_that_somebody_called_complete(name: str) -> None:
    record = course(name)
    for point in read(name).points:
        known = record.as_known(point.on)
        assert [one for one in LISTS if not getattr(known, one).complete_on(point.on)] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_lesion_fits_into_its_long_axis(name: str) -> None:
    for examination in course(name).examinations.entries:
        for lesion in examination.lesions:
            if lesion.volume and lesion.long_axis:
                largest = lesion.long_axis.to("mm") ** 3 * 0.5236 / 1000
                assert lesion.volume.to("mL") <= largest + 0.1


@pytest.mark.parametrize("name", NAMES)
def test_every_scan_of_a_cycle_and_nadir_is_there(name: str) -> None:
    record = course(name)
    for cycle in record.given_cycles:
        assert cycle.scans
        day = cycle.given_on
        assert day is not None
        assert any(14 <= (fact.day - day).days <= 21 for fact in record.facts_of("lab.platelets"))


@pytest.mark.parametrize("name", NAMES)
def test_the_command_line_reads_the_course_in_eighty_columns(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["timeline", str(ROOT / "cases" / "courses" / name), "--as-of", expected(name)["as_of"]]) == 0
    told = capsys.readouterr().out
    assert max(map(len, told.splitlines())) <= 80
    assert "SYNTHETIC" in told
    for point in expected(name)["points"]:
        assert re.search(rf"^{point['on']}  {point['question'].capitalize()}", told, re.MULTILINE)


@pytest.mark.parametrize("name", NAMES[:2])
def test_the_timeline_as_json_has_what_the_page_has(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(ROOT / "cases" / "courses" / name)
    assert main(["timeline", path, "--as-of", expected(name)["as_of"], "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["timeline"]["format"] == "lutetia-timeline/1"
    assert [point["question"] for point in told["timeline"]["points"]] == [
        p["question"] for p in expected(name)["points"]
    ]
