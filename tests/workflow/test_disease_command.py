"""The whole way of disease: two PET, a reader's decisions, acceptance, and the class on the page of response."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from lutetia.cli.main import main
from lutetia.course.file import read_course
from lutetia.workflow.disease.accept import AcceptError, accept_disease
from lutetia.workflow.disease.course import course_beside
from lutetia.workflow.disease.files import NUMBERS
from lutetia.workflow.disease.find import DiseaseOptions, find_disease
from lutetia.workflow.disease.schema import disease_schema
from lutetia.workflow.disease.uptake import APART_MIN, SuvReader, uptake_cautions
from lutetia.workflow.response.respond import respond

pytest.importorskip("pydicom")
pytest.importorskip("highdicom")
pytest.importorskip("SimpleITK")

REVIEWED = date(2026, 4, 3)
RECORD = """\
format: lutetia-course/1
id: P-1
synthetic: true
timezone: Europe/Paris
cycles:
  - number: 1
    agent: "[177Lu]Lu-PSMA-617"
    planned: 2026-01-05
    administration:
      started_at: 2026-01-05T10:00+01:00
      reported: {activity: {value: 7.4, unit: GBq}, source: a letter}
examinations:
  entries:
    # before treatment
    - on: 2025-12-16
      kind: psma-pet
      tracer: "[68Ga]Ga-PSMA-11"
      psma_positive: true
"""


@dataclass(frozen=True)
class Told:
    """What the program answered."""

    code: int
    out: str
    err: str


@pytest.fixture
def told(capsys):
    def run(*arguments: object) -> Told:
        code = main([str(one) for one in arguments])
        said = capsys.readouterr()
        return Told(code, said.out, said.err)

    return run


@pytest.fixture(scope="module")
def course(psma_pair, tmp_path_factory) -> Path:
    """Return a course with the pair, measured without a reading and with one."""
    place = tmp_path_factory.mktemp("whole-way") / "course"
    place.mkdir()
    (place / "imaging").symlink_to(psma_pair / "course" / "imaging")
    (place / "course.yaml").write_text(RECORD, encoding="utf-8")
    results = place / "results"
    assert main(["disease", str(place), "--out", str(results / "unread")]) == 0
    draft = results / "unread" / "reading-follow-up.yaml"
    (place / "reading.yaml").write_text(_fill_in(draft) + "\n", encoding="utf-8")
    assert main(["disease", str(place), "--reading", str(place / "reading.yaml"), "--out", str(results / "read")]) == 0
    return place


def _numbers(result: Path) -> dict:
    return json.loads((result / NUMBERS).read_text(encoding="utf-8"))


def _follows_the_schema(found: dict) -> None:
    checker = jsonschema.FormatChecker()
    jsonschema.Draft202012Validator(disease_schema(), format_checker=checker).validate(found)


def _fill_in(draft: Path) -> str:
    """Answer every question of a reading that was written to be filled in: all that is proposed is new."""
    answers = {"by": "Dr. A", "on": "2026-04-02", "new_lesions": "true", "kind": "node", "new": "true"}
    lines = draft.read_text(encoding="utf-8").splitlines()
    return "\n".join(
        f"{line.partition(':')[0]}: {answers[key]}" if (key := line.partition(":")[0].strip()) in answers else line
        for line in lines
    )


@pytest.fixture
def copied(course, tmp_path) -> Path:
    """Return a copy of the course in which a test may accept."""
    place = tmp_path / "course"
    place.mkdir()
    shutil.copy(course / "course.yaml", place)
    shutil.copytree(course / "results", place / "results")
    return place


def _recip(place: Path, on: date) -> str:
    found = respond(read_course(place / "course.yaml"), known_on=on)
    return next(one.answer for one in found.restagings[-1].said if one.criterion == "RECIP 1.0")


def test_the_schema_that_is_committed_is_the_one_in_force() -> None:
    committed = Path(__file__).parents[2] / "docs" / "schema" / "disease.schema.json"
    assert json.loads(committed.read_text(encoding="utf-8")) == disease_schema()


def test_what_was_read_and_accepted_gives_the_class_of_the_scenario(copied) -> None:
    taken = accept_disease(copied / "results" / "read", by="Dr. B", on=REVIEWED)
    assert taken.new_lesions == "1, every proposal has the reader's answer"
    assert _recip(copied, REVIEWED) == "PD"


def test_without_a_readers_answer_new_lesions_stay_unknown_and_so_does_the_class(copied) -> None:
    taken = accept_disease(copied / "results" / "unread", by="Dr. B", on=REVIEWED)
    assert taken.new_lesions.startswith("unknown, proposals await the reader's answer")
    assert _recip(copied, REVIEWED) == "SD or PD"


def test_the_program_accepts_what_it_wrote_and_response_shows_the_class(copied, told) -> None:
    accepted = told("accept", copied / "results" / "read", "--by", "Dr. B")
    assert accepted.code == 0
    assert "New lesions: 1" in accepted.out
    assert "PD, progressive disease" in told("response", copied).out


def test_acceptance_corrects_what_the_record_held_and_changes_no_other_line(copied) -> None:
    accept_disease(copied / "results" / "read", by="Dr. B", on=REVIEWED)
    after = (copied / "course.yaml").read_text(encoding="utf-8").splitlines()
    assert [line for line in after if line in RECORD.splitlines()] == RECORD.splitlines()
    known = read_course(copied / "course.yaml").as_known(REVIEWED).examinations.entries
    assert [(one.on, one.psma_positive, one.recorded_by) for one in known] == [
        (date(2025, 12, 16), True, "Dr. B"), (date(2026, 4, 1), None, "Dr. B"),
    ]  # fmt: skip
    before = read_course(copied / "course.yaml").as_known(date(2026, 4, 2)).examinations.entries
    assert [one.tumour_volume for one in before] == [None]


def test_disease_is_not_accepted_twice(copied) -> None:
    accept_disease(copied / "results" / "read", by="Dr. B", on=REVIEWED)
    with pytest.raises(AcceptError, match="it has a tumour volume already"):
        accept_disease(copied / "results" / "read", by="Dr. B", on=REVIEWED)


def test_a_later_pet_before_treatment_forbids_a_count_against_an_earlier_one(copied) -> None:
    record = copied / "course.yaml"
    record.write_text(RECORD + "    - {on: 2025-12-30, kind: psma-pet}\n", encoding="utf-8")
    taken = accept_disease(copied / "results" / "read", by="Dr. B", on=REVIEWED)
    assert "against the last one before treatment (2025-12-30)" in taken.new_lesions
    assert all(one.new_lesions is None for one in taken.examinations)


def test_a_record_without_examinations_gets_them(copied) -> None:
    record = copied / "course.yaml"
    record.write_text(RECORD.partition("examinations:")[0], encoding="utf-8")
    accept_disease(copied / "results" / "read", by="Dr. B", on=REVIEWED)
    assert _recip(copied, REVIEWED) == "PD"


def test_a_result_of_another_course_or_of_none_is_refused(copied) -> None:
    path = copied / "results" / "read" / NUMBERS
    found = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**found, "course": {"id": "OTHER", "synthetic": True}}), encoding="utf-8")
    with pytest.raises(AcceptError, match="of course 'OTHER'"):
        accept_disease(path, by="Dr. B", on=REVIEWED)
    path.write_text(json.dumps({**found, "course": None}), encoding="utf-8")
    with pytest.raises(AcceptError, match="without a course"):
        accept_disease(path, by="Dr. B", on=REVIEWED)


def test_a_result_that_lies_elsewhere_needs_its_course(copied, tmp_path) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(copied / "results" / "read", elsewhere)
    with pytest.raises(AcceptError, match="Name its course with --course"):
        accept_disease(elsewhere, by="Dr. B", on=REVIEWED)
    accept_disease(elsewhere, by="Dr. B", on=REVIEWED, course_path=copied)
    assert _recip(copied, REVIEWED) == "PD"


@pytest.fixture(scope="module")
def undrawn(psma_pair, tmp_path_factory) -> Path:
    """Return a course with the two PET alone, on which nobody drew an organ, measured."""
    place = tmp_path_factory.mktemp("undrawn") / "course"
    for day in ("baseline", "follow-up"):
        shutil.copytree(psma_pair / "course" / "imaging" / day / "pet", place / "imaging" / day)
    (place / "course.yaml").write_text(RECORD, encoding="utf-8")
    assert main(["disease", str(place), "--out", str(place / "results" / "undrawn")]) == 0
    return place


def test_without_organs_the_page_says_first_that_the_volume_is_unknown_and_what_to_do(undrawn) -> None:
    page = (undrawn / "results" / "undrawn" / "report.html").read_text(encoding="utf-8")
    assert "disease or organ, not told apart" in page.partition("</h1>")[0]
    head = page.partition("<table")[0]
    for words in (
        "The volume of disease is unknown.", "none of kidneys, bladder, salivary glands, liver and spleen is drawn",
        "Draw these organs on the PET or its CT", "state in a reading of every piece whether it counts",
    ):  # fmt: skip
        assert words in head
    assert "Disease that counts" not in page
    assert "stable disease" not in page
    assert "an organ may be among the volume" in page


def test_without_organs_the_numbers_hold_no_volume_no_class_and_no_lesion_that_counts(undrawn) -> None:
    found = _numbers(undrawn / "results" / "undrawn")
    _follows_the_schema(found)
    for day in (found["baseline"], found["follow_up"]):
        assert (day["volume_ml"], day["total_uptake_suv_ml"], day["suv_mean"]) == (None, None, None)
        assert {one["counted"] for one in day["lesions"]} == {None}
        assert not day["organs"]["told_apart"]
    assert found["change_percent"] is None
    assert found["recip_1_0"]["class"] is None
    assert "baseline and follow-up: none of kidneys" in found["recip_1_0"]["because"]
    assert any("Draw" in need or "draw" in need for need in found["recip_1_0"]["needs"])


def test_without_organs_nothing_is_accepted_into_the_record(undrawn, told) -> None:
    answer = told("accept", undrawn / "results" / "undrawn", "--by", "Dr. B")
    assert answer.code == 2
    assert "disease and organs are not told apart" in " ".join(answer.err.split())
    assert (undrawn / "course.yaml").read_text(encoding="utf-8") == RECORD


def test_without_organs_the_segments_are_not_called_lesions(undrawn) -> None:
    import pydicom

    written = pydicom.dcmread(undrawn / "results" / "undrawn" / "lesions-baseline.dcm", stop_before_pixels=True)
    assert "lesions" not in written.SeriesDescription
    assert all("disease or organ, not told apart" in one.SegmentDescription for one in written.SegmentSequence)


def test_a_reading_that_judges_every_piece_gives_totals_that_are_accepted(undrawn, tmp_path) -> None:
    place = tmp_path / "course"
    shutil.copytree(undrawn, place)
    readings = []
    for day in ("baseline", "follow-up"):
        draft = place / "results" / "undrawn" / f"reading-{day}.yaml"
        text = _fill_in(draft).replace("    counts:", "    counts: true").replace("    new: true", "")
        (place / draft.name).write_text(text + "\n", encoding="utf-8")
        readings += ["--reading", str(place / draft.name)]
    assert main(["disease", str(place), *readings, "--out", str(place / "results" / "read")]) == 0
    found = _numbers(place / "results" / "read")
    assert found["baseline"]["organs"]["settled"]
    assert found["baseline"]["volume_ml"] == pytest.approx(
        sum(one["volume_ml"] for one in found["baseline"]["lesions"])
    )
    taken = accept_disease(place / "results" / "read", by="Dr. B", on=REVIEWED)
    assert all(one.tumour_volume is not None for one in taken.examinations)


def test_some_organs_missing_are_named_first_and_nothing_is_accepted(course, tmp_path, told) -> None:
    place = tmp_path / "course"
    place.mkdir()
    (place / "imaging").symlink_to((course / "imaging").resolve())
    (place / "course.yaml").write_text(RECORD, encoding="utf-8")
    uid = _numbers(course / "results" / "unread")["baseline"]["pet"]
    answer = told("disease", place, "--series", uid, "--organ", "bladder=body", "--out", place / "results" / "some")
    said = " ".join(answer.out.split())
    head = said.partition("Uptake above the threshold")[0]
    assert (
        "The volume of disease is unknown. Not drawn: urinary bladder; disease and organs are not told apart." in head
    )
    found = _numbers(place / "results" / "some")["disease"]
    assert found["organs"]["not_taken_out"] == ["bladder"]
    assert found["volume_ml"] is None
    with pytest.raises(AcceptError, match="not drawn: urinary bladder"):
        accept_disease(place / "results" / "some", by="Dr. B", on=REVIEWED)


def test_the_numbers_say_by_which_rule_uptake_was_made(course) -> None:
    found = _numbers(course / "results" / "read")
    assert [one["rule"]["uptake_time_min"] for one in found["uptake"]] == [60, 60]
    _follows_the_schema(found)
    assert any("SUV by body weight: BQML" in note for note in found["notes"])
    assert {"course.yaml", "reading.yaml"} <= found["record"]["inputs"].keys()


def test_the_page_shows_both_pet_every_proposal_and_what_awaits_a_reader(course) -> None:
    page = (course / "results" / "unread" / "report.html").read_text(encoding="utf-8")
    for said in ("Proposed as new", "Awaits a reader", "from the front", "axial", "RECIP 1.0"):
        assert said in page
    assert (course / "results" / "unread" / "report.pdf").read_bytes().startswith(b"%PDF")


def test_one_pet_alone_gives_its_lesions_and_a_folder_needs_no_course(course, psma_pair, told) -> None:
    uid = _numbers(course / "results" / "unread")["baseline"]["pet"]
    answer = told("disease", psma_pair / "course", "--series", uid, "--method", "suv4", "--json")
    found = json.loads(answer.out)
    assert answer.code == 0
    assert found["format"] == "lutetia-disease/2"
    assert found["disease"]["method"].startswith("fixed threshold 4 g/mL")
    assert len(found["disease"]["lesions"]) >= 3
    _follows_the_schema(found)
    assert found["course"] is None


def test_another_tracer_that_the_course_states_of_one_pet_forbids_the_comparison(course, tmp_path, told) -> None:
    uid = _numbers(course / "results" / "unread")["follow_up"]["pet"]
    (tmp_path / "imaging").symlink_to((course / "imaging").resolve())
    other = f"    - {{on: 2026-04-01, kind: psma-pet, tracer: '[68Ga]Ga-PSMA-I&T', pet: {{series_uid: '{uid}'}}}}\n"
    (tmp_path / "course.yaml").write_text(RECORD + other, encoding="utf-8")
    answer = told("disease", tmp_path)
    assert answer.code == 3
    assert "the tracer: [68Ga]Ga-PSMA-11 and [68Ga]Ga-PSMA-I&T" in " ".join(answer.err.split())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--method", "suv3", "--segmenter", "x"), "a method is named as well"),
        (("--segmenter", "x"), "no installed package offers it"),
        (("--organ", "Liver"), "maps no name"),
        (("--organ", "Liver=leber"), "no code of an organ"),
        (("--series", "1", "--series", "2", "--series", "3"), "3 series are named"),
        (("--series", "1.2.3"), "there is no PET series 1.2.3"),
        (("--reading", "none.yaml"), "it cannot be read"),
        (("--out", "."), "there is something in it already"),
    ],
)
def test_what_is_asked_wrongly_is_refused(course, told, monkeypatch, options, said) -> None:
    monkeypatch.chdir(course)
    answer = told("disease", course, *options)
    assert answer.code == 2
    assert said in " ".join(answer.err.split())


def test_a_reading_that_was_not_filled_in_is_refused(course, told) -> None:
    answer = told("disease", course, "--reading", course / "results" / "unread" / "reading-follow-up.yaml")
    assert answer.code == 2
    assert "by" in answer.err


def test_a_reading_that_names_no_pet_is_refused_where_there_are_two(course, tmp_path, told) -> None:
    path = tmp_path / "reading.yaml"
    path.write_text("format: lutetia reading 1\nby: Dr. A\non: 2026-04-02\nnew_lesions: false\n", encoding="utf-8")
    answer = told("disease", course, "--reading", path)
    assert answer.code == 2
    assert "it does not say to which PET it belongs" in " ".join(answer.err.split())


def test_uptake_times_that_differ_and_other_rules_are_told(course) -> None:
    uid = _numbers(course / "results" / "unread")["baseline"]["pet"]
    beside = course_beside(course, None)
    run = find_disease(course, read_uptake=SuvReader(opened=beside.opened), options=DiseaseOptions(series=(uid,)))
    (day,) = run.days
    assert day.rule is not None
    later = replace(day.rule, uptake_time_min=day.rule.uptake_time_min + APART_MIN + 1, name="GML")
    first, second = uptake_cautions((day, replace(day, rule=later)))
    assert "made by different rules: BQML, START by series time; GML" in first
    assert "60 min and 71 min" in second
    assert list(uptake_cautions((day, day))) == []
