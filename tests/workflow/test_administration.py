"""The administration record: does it say what the course says, in the rows and codes of the standard, and no more?"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import highdicom
import pydicom
import pytest
from pydicom.sr._concepts_dict import concepts

from lutetia.cli.main import main
from lutetia.dicom.write import administration as written_by
from lutetia.errors import InputError
from lutetia.workflow.administration.write import record_administrations

WRITTEN_TO_NINE_DIGITS = 1e-8
HALF_LIFE_S = 6.647 * 24 * 3600
"""177Lu, ICRP Publication 107."""
CREATININE_UMOL_PER_MG_DL = 88.4
"""113.12 g/mol, as printed in tables of laboratory units."""
TABLE_OF_UNITS_TO_THREE_DIGITS = 1e-3

ROWS_OF_TID_10022 = (
    "349358000", "123007", "113503", "113505", "113506", "123003", "123004", "113507", "123005", "113508", "113509",
    "113517", "410675002", "113870", "121147", "113510", "111529", "113511", "113512", "113516", "121106",
)  # fmt: skip
DEMANDED_OF_TID_10022 = {"349358000", "113503", "123003", "113507", "410675002", "113870"}
ROWS_OF_TID_10024 = ("109054", "121033", "121032", "8302-2", "29463-7", "8277-6", "2160-0", "80274001")

COURSE = """format: lutetia-course/1
id: P-001
timezone: Europe/Paris
patient: {birth_date: 1951-04-12, dicom_patient_id: "4711"}
facts:
  person.height: [{value: 1.78, unit: m, at: 2026-01-05}]
  person.weight:
    - {value: 82.5, unit: kg, at: 2026-01-05}
    - {value: 81, unit: kg, at: 2026-02-20}
  lab.creatinine: [{value: 88.4, unit: umol/L, at: "2026-01-12T08:10"}]
  lab.egfr: [{value: 71, unit: "mL/min/{1.73_m2}", at: 2026-01-09, method: CKD-EPI 2021}]
cycles:
  - number: 1
    agent: "[177Lu]Lu-PSMA-617"
    planned: 2026-01-12
    preparation: {batch: B-0412}
    administration:
      started_at: 2026-01-12T10:15
      ended_at: 2026-01-12T10:27
      syringe_before: {activity: {value: 7.52, unit: GBq}, at: 2026-01-12T09:50}
      syringe_after: {activity: {value: 74, unit: MBq}, at: 2026-01-12T10:40}
      calibrator: activity meter 2
      route: intravenous
      site: arm vein
      side: left
      volume: {value: 9.5, unit: mL}
      extravasation: false
      by: Dr Martin
"""
BARE = """format: lutetia-course/1
id: P-001
patient: {dicom_patient_id: "4711"}
cycles:
  - number: 1
    agent: "[177Lu]Lu-PSMA-I&T"
    planned: 2026-01-12
    administration:
      started_at: 2026-01-12T10:15+01:00
      reported: {activity: {value: 7.3, unit: GBq}, source: letter of discharge}
      route: intra-arterial
      by: Dr Martin
"""


def course(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "course"
    folder.mkdir(exist_ok=True)
    (folder / "course.yaml").write_text(text, encoding="utf-8")
    return folder


def write(tmp_path: Path, text: str, **other: Any) -> Path:
    folder = course(tmp_path, text)
    asked = {"site_path": None, "known_on": date(2026, 3, 1), "objects": tmp_path / "out"} | other
    done = record_administrations(folder, **asked)
    assert done.stopped == ()
    path = done.filed[0].file
    assert path is not None
    return path


def refusal(tmp_path: Path, text: str) -> str:
    with pytest.raises(InputError) as caught:
        write(tmp_path, text, cycle=1)
    assert not (tmp_path / "out" / "administration-cycle-1.dcm").exists()
    return str(caught.value)


@pytest.fixture
def report(tmp_path: Path) -> Any:
    return pydicom.dcmread(write(tmp_path, COURSE))


@pytest.fixture
def bare(tmp_path: Path) -> Any:
    return pydicom.dcmread(write(tmp_path, BARE))


def name(item: Any) -> str:
    return str(item.ConceptNameCodeSequence[0].CodeValue)


def below(item: Any, code: str) -> Any:
    found = [child for child in item.ContentSequence if name(child) == code]
    assert len(found) == 1, code
    return found[0]


def at(report: Any, *path: str) -> Any:
    item = report
    for code in path:
        item = below(item, code)
    return item


def number(item: Any) -> tuple[float, str]:
    measured = item.MeasuredValueSequence[0]
    return float(measured.NumericValue), str(measured.MeasurementUnitsCodeSequence[0].CodeValue)


def code(item: Any) -> tuple[str, str]:
    value = item.ConceptCodeSequence[0]
    return str(value.CodeValue), str(value.CodingSchemeDesignator)


def every(item: Any) -> list[Any]:
    return [one for child in item.get("ContentSequence", []) for one in (child, *every(child))]


EVENT, PATIENT = "113502", "121118"


def test_the_activity_is_the_full_syringe_less_the_residual_both_at_the_start(report: Any) -> None:
    a_reading_apart = 2 ** (25 * 60 / HALF_LIFE_S)
    value, unit = number(at(report, EVENT, "113507"))
    assert unit == "MBq"
    assert value == pytest.approx(7520 / a_reading_apart - 74 * a_reading_apart, rel=WRITTEN_TO_NINE_DIGITS)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((EVENT, "349358000", "304283002"), (HALF_LIFE_S, "s")),
        ((EVENT, "123005"), (9.5, "cm3")),
        ((EVENT, "113508"), (7520.0, "MBq")),
        ((EVENT, "113509"), (74.0, "MBq")),
        ((PATIENT, "121033"), (74.0, "a")),
        ((PATIENT, "8302-2"), (178.0, "cm")),
        ((PATIENT, "29463-7"), (82.5, "kg")),
        ((PATIENT, "80274001"), (71.0, "ml/min{1.73_m2}")),
    ],
)
def test_a_number_of_the_course_stands_in_its_row_with_the_unit_of_the_template(
    report: Any, path: tuple[str, ...], expected: tuple[float, str]
) -> None:
    value, unit = number(at(report, *path))
    assert (value, unit) == (pytest.approx(expected[0], rel=WRITTEN_TO_NINE_DIGITS), expected[1])


def test_creatinine_in_moles_is_written_in_mass(report: Any) -> None:
    value, unit = number(at(report, PATIENT, "2160-0"))
    assert unit == "mg/dl"
    assert value == pytest.approx(88.4 / CREATININE_UMOL_PER_MG_DL, rel=TABLE_OF_UNITS_TO_THREE_DIGITS)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("363589002",), ("440252007", "SCT")),
        (("363589002", "363703001"), ("262202000", "SCT")),
        ((EVENT, "349358000"), ("Lu-177 PSMA-617", "99LUTETIA")),
        ((EVENT, "349358000", "89457008"), ("447553000", "SCT")),
        ((EVENT, "113508", "113540"), ("113541", "DCM")),
        ((EVENT, "410675002"), ("47625008", "SCT")),
        ((EVENT, "410675002", "272737002"), ("261459001", "SCT")),
        ((EVENT, "410675002", "272737002", "272741003"), ("7771000", "SCT")),
        ((EVENT, "113870", "113875"), ("113851", "DCM")),
        ((PATIENT, "80274001", "370129005"), ("113571", "DCM")),
        ((PATIENT, "80274001", "121050"), ("62238-1", "LN")),
    ],
)
def test_a_word_of_the_course_has_the_code_of_the_standard(
    report: Any, path: tuple[str, ...], expected: tuple[str, str]
) -> None:
    assert code(at(report, *path)) == expected


def test_times_carry_their_offset_and_readings_the_time_at_which_they_were_read(report: Any) -> None:
    assert at(report, EVENT, "123003").DateTime == "20260112101500+0100"
    assert at(report, EVENT, "123004").DateTime == "20260112102700+0100"
    assert at(report, EVENT, "113508").ObservationDateTime == "20260112095000+0100"
    assert at(report, EVENT, "113509").ObservationDateTime == "20260112104000+0100"
    assert at(report, PATIENT, "29463-7").ObservationDateTime == "20260105"


def test_person_lot_meter_and_what_has_no_row_are_said_in_words(report: Any) -> None:
    assert at(report, EVENT, "113870").PersonName == "Dr Martin^"
    assert at(report, EVENT, "113512").TextValue == "B-0412"
    assert at(report, EVENT, "113508", "121013").TextValue == "activity meter 2"
    assert at(report, EVENT, "121106").TextValue.splitlines() == [
        "Agent as recorded: [177Lu]Lu-PSMA-617.", "Extravasation: no.", "GFR by CKD-EPI 2021.",
    ]  # fmt: skip


@pytest.mark.parametrize("which", ["report", "bare"])
def test_rows_stand_in_the_order_of_the_template_and_none_that_it_demands_is_missing(
    which: str, request: pytest.FixtureRequest
) -> None:
    made = request.getfixturevalue(which)
    assert [name(item) for item in made.ContentSequence][:3] == ["121049", "363589002", EVENT]
    event = [name(item) for item in at(made, EVENT).ContentSequence]
    assert event == sorted(event, key=ROWS_OF_TID_10022.index)
    assert set(event) >= DEMANDED_OF_TID_10022
    identified = made.ContentTemplateSequence[0]
    assert (identified.MappingResource, identified.TemplateIdentifier) == ("DCMR", "10021")


def test_patient_characteristics_stand_in_the_order_of_the_template(report: Any) -> None:
    rows = [name(item) for item in at(report, PATIENT).ContentSequence]
    assert rows == sorted(rows, key=ROWS_OF_TID_10024.index)


def test_every_code_is_one_that_the_standard_lists(report: Any) -> None:
    listed = {(value, scheme) for scheme in ("DCM", "SCT") for coded in concepts[scheme].values() for value in coded}
    used = [item.ConceptNameCodeSequence[0] for item in [report, *every(report)]]
    used += [item.ConceptCodeSequence[0] for item in every(report) if item.ValueType == "CODE"]
    found = {(str(one.CodeValue), str(one.CodingSchemeDesignator)) for one in used}
    assert {one for one in found if one[1] in {"DCM", "SCT"}} <= listed
    assert {scheme for _, scheme in found} == {"DCM", "SCT", "LN", "RFC5646", "99LUTETIA"}


@pytest.mark.parametrize("table", ["ROUTES", "SITES", "SIDES", "SEXES"])
def test_every_word_that_a_course_may_use_has_a_code_that_the_standard_lists(table: str) -> None:
    coded = getattr(written_by, table)
    for value, scheme, meaning in coded.values():
        assert meaning in {
            shown[0] for listed in concepts[scheme].values() for v, shown in listed.items() if v == value
        }


def test_what_nobody_recorded_is_not_in_the_record(bare: Any) -> None:
    event = {name(item) for item in at(bare, EVENT).ContentSequence}
    assert event == DEMANDED_OF_TID_10022 | {"121106"}
    assert PATIENT not in {name(item) for item in bare.ContentSequence}
    assert "ContentSequence" not in at(bare, EVENT, "410675002")
    assert (bare.PatientID, bare.PatientName, bare.PatientBirthDate, bare.PatientSex) == ("4711", "", "", "")


def test_an_activity_that_somebody_reported_names_him_and_has_no_readings(bare: Any) -> None:
    assert number(at(bare, EVENT, "113507")) == (7300.0, "MBq")
    assert "Activity as reported by: letter of discharge." in at(bare, EVENT, "121106").TextValue


def test_what_was_measured_after_the_injection_is_not_of_that_day(tmp_path: Path) -> None:
    later = COURSE.replace('at: "2026-01-12T08:10"', 'at: "2026-01-12T11:10"')
    made = pydicom.dcmread(write(tmp_path, later))
    assert "2160-0" not in {name(item) for item in at(made, PATIENT).ContentSequence}
    assert number(at(made, PATIENT, "29463-7")) == (82.5, "kg")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (", method: CKD-EPI 2021", ""),
        ("method: CKD-EPI 2021", "method: Cockcroft-Gault"),
        ("value: 71,", 'value: 60, comparator: ">",'),
    ],
    ids=["no method", "not normalised to body surface", "above what is reported"],
)
def test_a_gfr_that_the_template_cannot_hold_is_left_out(tmp_path: Path, old: str, new: str) -> None:
    assert old in COURSE
    made = pydicom.dcmread(write(tmp_path, COURSE.replace(old, new)))
    assert "80274001" not in {name(item) for item in at(made, PATIENT).ContentSequence}


@pytest.mark.parametrize(
    ("gone", "asked_for"),
    [("route", "'route: intravenous'"), ("site", "'site: arm vein'"), ("by", "'by: NAME' (who gave it)")],
)
def test_what_the_standard_demands_is_asked_for_and_never_assumed(tmp_path: Path, gone: str, asked_for: str) -> None:
    taken = {"route": ("route", "site", "side"), "site": ("site", "side"), "by": ("by",)}[gone]
    text = "".join(
        line for line in COURSE.splitlines(keepends=True) if line.strip().partition(":")[0] not in taken
    )  # fmt: skip
    said = refusal(tmp_path, text)
    assert asked_for in said
    assert "cycle 1, administration" in said


def test_all_that_is_missing_is_asked_for_at_once(tmp_path: Path) -> None:
    said = refusal(tmp_path, BARE.replace("      route: intra-arterial\n      by: Dr Martin\n", ""))
    assert "not recorded: route, site, by" in said


def test_a_residual_that_is_missing_is_asked_for(tmp_path: Path) -> None:
    gone = "".join(line for line in COURSE.splitlines(keepends=True) if "syringe_after" not in line)
    assert "the residual activity is not recorded" in refusal(tmp_path, gone)


def test_a_residual_larger_than_the_full_syringe_is_refused(tmp_path: Path) -> None:
    said = refusal(tmp_path, COURSE.replace("value: 74, unit: MBq", "value: 7.6, unit: GBq"))
    assert "Are the two readings exchanged" in said


def test_a_residual_that_decay_makes_larger_than_the_full_syringe_was_is_refused(tmp_path: Path) -> None:
    early = COURSE.replace("at: 2026-01-12T09:50", "at: 2026-01-06T09:50")
    said = refusal(tmp_path, early.replace("value: 74, unit: MBq", "value: 5, unit: GBq"))
    assert "the residual, decayed to the start of the injection, leaves" in said
    assert "More cannot be left than was there" in said


def test_an_administration_without_its_start_is_refused_in_words(tmp_path: Path) -> None:
    gone = "".join(line for line in COURSE.splitlines(keepends=True) if "started_at" not in line)
    said = refusal(tmp_path, gone)
    assert "administration" in said
    assert "'started_at' is missing" in said


def test_signs_that_part_a_name_in_dicom_do_not_part_it(tmp_path: Path) -> None:
    made = pydicom.dcmread(write(tmp_path, BARE.replace("by: Dr Martin", 'by: "Martin=A^nurse"')))
    assert at(made, EVENT, "113870").PersonName == "Martin A nurse^"


def test_a_record_of_nobody_is_refused(tmp_path: Path) -> None:
    said = refusal(tmp_path, BARE.replace('patient: {dicom_patient_id: "4711"}\n', ""))
    assert "patient.dicom_patient_id" in said


def test_an_agent_of_another_nuclide_is_refused(tmp_path: Path) -> None:
    assert "there are no decay data" in refusal(tmp_path, BARE.replace("[177Lu]Lu-PSMA-I&T", "[225Ac]Ac-PSMA-617"))


def test_an_agent_without_a_known_ligand_has_the_general_code_and_its_name_in_words(tmp_path: Path) -> None:
    made = pydicom.dcmread(write(tmp_path, BARE.replace("[177Lu]Lu-PSMA-I&T", "[177Lu]Lu-rhPSMA-10.1")))
    assert code(at(made, EVENT, "349358000")) == ("439007", "SCT")
    assert "Agent as recorded: [177Lu]Lu-rhPSMA-10.1." in at(made, EVENT, "121106").TextValue


def test_two_records_of_one_administration_name_the_same_event_in_the_same_study(tmp_path: Path) -> None:
    first = pydicom.dcmread(write(tmp_path, COURSE))
    second = pydicom.dcmread(write(tmp_path, COURSE, objects=tmp_path / "again"))
    assert at(first, EVENT, "113503").UID == at(second, EVENT, "113503").UID
    assert first.StudyInstanceUID == second.StudyInstanceUID
    assert first.StudyDate == "20260112"


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (dicom3tools) is not installed")
@pytest.mark.parametrize("text", [COURSE, BARE], ids=["all recorded", "only what is demanded"])
def test_dciodvfy_finds_no_error_in_an_administration_record(tmp_path: Path, text: str) -> None:
    told = subprocess.run(["dciodvfy", "-new", write(tmp_path, text)], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert "RadiopharmaceuticalRadiationDoseSR" in told.stderr
    assert [line for line in told.stderr.splitlines() if line.startswith("Error")] == []


@pytest.mark.skipif(shutil.which("dsrdump") is None, reason="dsrdump (dcmtk) is not installed")
@pytest.mark.parametrize("text", [COURSE, BARE], ids=["all recorded", "only what is demanded"])
def test_dcmtk_reads_the_record_as_one_of_its_class(tmp_path: Path, text: str) -> None:
    told = subprocess.run(["dsrdump", write(tmp_path, text)], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("Radiopharmaceutical Radiation Dose SR Document")
    assert [line for line in told.stderr.splitlines() if line.startswith("E:")] == []
    assert '"Administered activity")=' in told.stdout


def test_highdicom_reads_its_items_back(tmp_path: Path) -> None:
    made = pydicom.dcmread(write(tmp_path, COURSE))
    root = highdicom.sr.ContainerContentItem.from_dataset(made)
    event = root.ContentSequence[2]
    activity = next(item for item in event.ContentSequence if item.name.value == "113507")
    assert (activity.unit.value, activity.relationship_type.value) == ("MBq", "CONTAINS")


def test_a_record_is_filed_under_patient_and_study_of_the_images(demo: Any, tmp_path: Path) -> None:
    done = record_administrations(
        demo.phantom.course, site_path=None, known_on=demo.phantom.known_on, objects=tmp_path / "out"
    )
    assert [one.cycle for one in done.filed] == [1, 2]
    assert all(one.with_images for one in done.filed)
    made = pydicom.dcmread(tmp_path / "out" / "administration-cycle-1.dcm")
    image = pydicom.dcmread(
        next((demo.phantom.course / "imaging" / "cycle1").rglob("spect.dcm")), stop_before_pixels=True
    )
    assert (made.PatientID, made.PatientName, made.PatientSex) == (image.PatientID, image.PatientName, "M")
    assert code(at(made, PATIENT, "121032")) == ("M", "DCM")
    assert made.SeriesDescription == "SYNTHETIC Administration, cycle 1"
    assert made.ContentSequence[-1].TextValue.startswith("SYNTHETIC")
    beside = pydicom.dcmread(demo.files.folder / "objects" / "cycle-1" / "administration.dcm")
    assert at(beside, EVENT, "113503").UID == at(made, EVENT, "113503").UID


def test_images_that_name_the_injection_give_the_record_its_event_uid(demo: Any, tmp_path: Path) -> None:
    folder = course(tmp_path, (demo.phantom.course / "course.yaml").read_text(encoding="utf-8"))
    source = min((demo.phantom.course / "imaging" / "cycle2").rglob("spect.dcm"))
    image = pydicom.dcmread(source)
    image.RadiopharmaceuticalInformationSequence[0].RadiopharmaceuticalAdministrationEventUID = "2.25.7"
    (folder / "imaging").mkdir()
    image.save_as(folder / "imaging" / "spect.dcm", enforce_file_format=True)
    done = record_administrations(folder, site_path=None, known_on=demo.phantom.known_on)
    assert [one.with_images for one in done.filed] == [False, True]
    assert done.filed[1].record.event_uid == "2.25.7"


def test_images_of_another_patient_are_not_taken_for_his(demo: Any, tmp_path: Path) -> None:
    folder = tmp_path / "course"
    folder.mkdir()
    text = (demo.phantom.course / "course.yaml").read_text(encoding="utf-8")
    (folder / "imaging").symlink_to(demo.phantom.course / "imaging")
    other, changed = re.subn(r"dicom_patient_id: [^,}\n]+", "dicom_patient_id: somebody-else", text)
    assert changed == 1
    (folder / "course.yaml").write_text(other, encoding="utf-8")
    done = record_administrations(folder, site_path=None, known_on=demo.phantom.known_on)
    assert [stop.part for stop in done.stopped] == ["administration of cycle 1", "administration of cycle 2"]
    assert "its patient id is not the one of the course" in done.stopped[0].message


def test_the_command_shows_without_writing_and_ends_with_2_where_a_cycle_cannot_be_recorded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    second = BARE.split("cycles:\n")[1].replace("number: 1", "number: 2").replace("2026-01-12", "2026-02-23")
    folder = course(tmp_path, COURSE + second.replace("      by: Dr Martin\n", ""))
    assert main(["administration", str(folder), "--as-of", "2026-03-01"]) == 2
    said = capsys.readouterr()
    assert "7432.3 MBq at the start" in said.out
    assert "administration of cycle 2" in said.err
    assert [path.name for path in folder.iterdir()] == ["course.yaml"]


def test_the_command_answers_as_json_and_writes_what_was_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = course(tmp_path, COURSE), tmp_path / "records"
    asked = ["administration", str(folder), "--as-of", "2026-03-01", "--cycle", "1", "--objects", str(out), "--json"]
    assert main(asked) == 0
    (told,) = json.loads(capsys.readouterr().out)["administrations"]
    assert told["file"] == "administration-cycle-1.dcm"
    assert datetime.fromisoformat(told["ended_at"]) - datetime.fromisoformat(told["started_at"]) == timedelta(
        minutes=12
    )
    assert told["patient"]["weight_kg"] == {"value": 82.5, "at": "2026-01-05"}
    assert main(asked) == 2
    assert "there is something in it already" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "asked", "words"),
    [
        (COURSE, ["--cycle", "3"], "it has not been given"),
        ("format: lutetia-course/1\nid: P-001\n", [], "no cycle has been given"),
    ],
)
def test_a_cycle_that_was_not_given_has_no_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, asked: list[str], words: str
) -> None:
    assert main(["administration", str(course(tmp_path, text)), *asked]) == 2
    assert words in capsys.readouterr().err
