"""The pages of side effects and prognosis say the worst first, ask for what is missing, and mix nothing."""

import json
from datetime import date
from pathlib import Path

import pytest

from lutetia.cli.main import main
from lutetia.report import render_html, render_text
from lutetia.report.prognosis import prognosis_document
from lutetia.report.toxicity import toxicity_document
from lutetia.report.toxicity_json import toxicity_json
from lutetia.workflow.response.prognosis import prognosis_folder
from lutetia.workflow.response.toxicity import ToxicityOutcome, toxicity_folder

ROOT = Path(__file__).parents[2]
RECOVERED = ROOT / "cases" / "courses" / "04-haematological-toxicity-with-recovery"
ON = date(2026, 4, 26)
RECORD = """
format: lutetia-course/1
id: T-1
synthetic: true
timezone: Europe/Berlin
patient: {birth_date: 1950-05-05}
facts:
  lab.platelets:
    - {value: 210, unit: 10*9/L, at: 2026-01-10}
    - {value: 48, unit: 10*9/L, at: 2026-03-25}
  lab.creatinine:
    - {value: 84, unit: umol/L, at: 2026-01-10, upper: 104}
    - {value: 170, unit: umol/L, at: 2026-03-25, upper: 104}
  lab.egfr: [{value: 76, unit: "mL/min/{1.73_m2}", at: 2026-01-10, method: CKD-EPI 2009}]
  symptom.dry_mouth:
    - {value: none, at: 2026-01-10}
    - {value: diet-unchanged, at: 2026-03-25}
questionnaires:
  - {instrument: PRO-CTCAE, version: "1.0", on: 2026-03-25, scores: {dry mouth severity: 2}}
  - {instrument: FACT-P, version: "4", on: 2026-03-25, scores: {total: 99}}
events:
  complete_as_of: 2026-04-25
  by: nurse
  entries:
    - {term: nausea, ctcae: "4.03", organ: gastrointestinal, grades: [{on: 2026-02-14, grade: 2}]}
cycles:
  - number: 1
    agent: "[177Lu]Lu-PSMA-617"
    planned: 2026-01-12
    administration:
      started_at: 2026-01-12T10:00:00+01:00
      reported: {activity: {value: 7.4, unit: GBq}, source: letter}
  - {number: 2, agent: "[177Lu]Lu-PSMA-617", planned: 2026-04-27}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "course.yaml").write_text(RECORD, encoding="utf-8")
    return tmp_path


@pytest.fixture
def outcome(folder: Path) -> ToxicityOutcome:
    return toxicity_folder(folder, site_path=None, known_on=ON)


def test_the_worst_stands_first(outcome: ToxicityOutcome) -> None:
    text = render_text(toxicity_document(outcome.result))
    assert "SYNTHETIC" in text
    first = text.splitlines()[3:8]
    assert "grade 3" in "\n".join(first)
    assert "platelet count decreased (cycle 1)" in "\n".join(first)


def test_what_would_settle_an_open_grade_is_asked_for(outcome: ToxicityOutcome) -> None:
    text = " ".join(render_text(toxicity_document(outcome.result)).split())
    assert "The lower limit of normal that the laboratory gives with Platelets of 2026-01-10" in text


def test_an_event_of_another_version_stands_apart(outcome: ToxicityOutcome) -> None:
    text = " ".join(render_text(toxicity_document(outcome.result)).split())
    assert "nausea: grade 2 at worst, from 2026-02-14 (CTCAE 4.03)" in text
    assert all(row.term != "nausea" for row in outcome.result.toxicity.terms)


def test_the_guideline_hears_what_the_patient_answered(outcome: ToxicityOutcome) -> None:
    advice = outcome.result.advice
    assert advice is not None
    assert {one.id for one in advice.answers} == {"AE-7", "AE-8a", "AE-9b", "AE-9c", "AE-9d"}
    assert next(one for one in advice.answers if one.id == "AE-7").status.value == "met"
    assert "2026-03-25" in advice.graded[0]


def test_a_recorded_event_of_the_glands_speaks_for_itself(folder: Path) -> None:
    event = '    - {term: xerostomia, ctcae: "5.0", organ: salivary-glands, grades: [{on: 2026-02-14, grade: 2}]}\n'
    text = RECORD.replace("cycles:\n", event + "cycles:\n")
    (folder / "course.yaml").write_text(text, encoding="utf-8")
    advice = toxicity_folder(folder, site_path=None, known_on=ON).result.advice
    assert advice is not None
    assert advice.graded == ()
    assert next(one for one in advice.answers if one.id == "AE-7").status.value != "met"  # grade 2 is not mild


def test_before_the_first_cycle_there_is_no_advice(folder: Path) -> None:
    result = toxicity_folder(folder, site_path=None, known_on=date(2026, 1, 11)).result
    assert result.advice is None
    assert "No cycle has been given" in render_text(toxicity_document(result))


def test_the_equation_that_decides_is_marked_and_the_others_stand_beside_it(outcome: ToxicityOutcome) -> None:
    text = render_text(toxicity_document(outcome.result))
    for name in ("CKD-EPI 2021 ◄", "CKD-EPI 2009", "MDRD", "Cockcroft-Gault"):
        assert name in text
    assert "A change is a change only within one column" in " ".join(text.split())


def test_the_equation_that_the_record_chose_decides(folder: Path) -> None:
    text = RECORD.replace("facts:\n", "facts:\n  setting.egfr_source: [{value: reported, at: 2026-01-01}]\n")
    (folder / "course.yaml").write_text(text, encoding="utf-8")
    result = toxicity_folder(folder, site_path=None, known_on=ON).result
    row = result.toxicity.term("chronic kidney disease")
    assert row is not None
    assert [one.shown for one in row.grades.grades] == ["76 mL/min/{1.73_m2}"]


def test_scores_without_a_table_are_shown_and_say_so(outcome: ToxicityOutcome) -> None:
    text = " ".join(render_text(toxicity_document(outcome.result)).split())
    assert "FACT-P 4" in text
    assert "a licence of FACIT.org" in text
    assert "0–4, higher is worse" in text


def test_the_page_holds_the_strip_and_the_curves(outcome: ToxicityOutcome) -> None:
    document = toxicity_document(outcome.result)
    assert [figure.name for figure in document.figures()] == ["toxicity", "toxicity-curves"]
    assert render_html(document).count("data:image/svg+xml") == 2


def test_pictures_are_the_same_bytes_each_time(outcome: ToxicityOutcome) -> None:
    first, second = (toxicity_document(outcome.result).digest for _ in range(2))
    assert first == second


def test_plain_values_say_what_the_page_says(outcome: ToxicityOutcome) -> None:
    told = json.loads(json.dumps(toxicity_json(outcome.result), allow_nan=False))
    row = next(one for one in told["terms"] if one["term"] == "platelet count decreased")
    assert row["by_period"][1]["worst"] == {"least": 3, "most": 3}
    assert told["renal"]["slopes"]["MDRD"] == {"none_because": "2 of the 3 values that a slope needs"}


@pytest.mark.parametrize("name", ["page.html", "page.pdf", "page.txt", "page.json"])
@pytest.mark.parametrize("command", ["toxicity", "prognosis"])
def test_each_kind_of_file_is_written(command: str, name: str, tmp_path: Path) -> None:
    out = tmp_path / name
    assert main([command, str(RECOVERED), "--as-of", "2025-06-01", "--out", str(out)]) == 0
    assert out.stat().st_size > 1000


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["toxicity", "--ctcae", "6.0"], "'6.0' has no table here"),
        (["toxicity", "--out", "page.md"], "page.md"),
        (["toxicity", "--out", "page.html", "--json"], "--json asks for JSON"),
        (["toxicity", "--instrument", "missing.yaml"], "missing.yaml"),
        (["prognosis", "--card", "missing.yaml"], "missing.yaml"),
    ],
)
def test_wrong_input_ends_with_2_and_one_clear_message(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([arguments[0], str(RECOVERED), "--as-of", "2025-06-01", *arguments[1:]]) == 2
    told = capsys.readouterr()
    assert words in told.err + told.out


def test_factors_are_told_of_the_day_of_the_first_administration() -> None:
    result = prognosis_folder(RECOVERED, site_path=None, known_on=date(2025, 6, 1)).result
    assert result.factors_on == date(2024, 3, 5)
    states = {one.id: one.status.value for one in result.factors}
    assert states["PROG-1-GLEASON"] == "met"
    assert states["PROG-2-VISC"] == "not met"
    assert states["PROG-2-FDG"] == "unknown"


def test_models_without_coefficients_are_named_and_have_no_number() -> None:
    result = prognosis_folder(RECOVERED, site_path=None, known_on=date(2025, 6, 1)).result
    text = render_text(prognosis_document(result))
    assert "Gafita 2021" in text
    assert result.predictions == ()
    assert len(result.named) == 3


def test_of_a_man_who_died_no_relief_is_asked() -> None:
    folder = ROOT / "cases" / "courses" / "03-progression"
    day = date(2024, 8, 1)
    assert toxicity_folder(folder, site_path=None, known_on=day).result.advice is not None
    assert toxicity_folder(folder, site_path=None, known_on=date(2026, 1, 1)).result.advice is None
