"""The response of a course: what is compared, what is kept apart, what is asked for, and how it is shown."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from lutetia.cli.main import main
from lutetia.course import Course
from lutetia.course.file import parse_course, read_course
from lutetia.report import render_html, render_text
from lutetia.report.document import Note
from lutetia.report.response import response_document
from lutetia.report.response_json import response_json
from lutetia.report.restaging import ResponseResult, Restaging, Said, Stance
from lutetia.workflow.response.respond import respond

ROOT = Path(__file__).parents[2]
COURSES = sorted((ROOT / "cases" / "courses").glob("*/course.yaml"))
START = date(2026, 1, 5)
GA = "[68Ga]Ga-PSMA-11"
F18 = "[18F]PSMA-1007"


def on(day: int) -> str:
    return (START + timedelta(days=day)).isoformat()


def psa(*values: tuple[int, float]) -> dict[str, Any]:
    return {"lab.psa": [{"value": value, "unit": "ng/mL", "at": on(day)} for day, value in values]}


def cycle(number: int, day: int) -> dict[str, Any]:
    return {
        "number": number, "agent": "[177Lu]Lu-PSMA-617", "planned": on(day),
        "administration": {
            "started_at": f"{on(day)}T10:00+01:00",
            "reported": {"activity": {"value": 7.4, "unit": "GBq"}, "source": "a letter"},
        },
    }  # fmt: skip


def pet(day: int, ml: float | None = None, **seen: Any) -> dict[str, Any]:
    volume = {} if ml is None else {"tumour_volume": {"value": ml, "unit": "mL"}, "tumour_method": "fixed SUV 3"}
    return {"on": on(day), "kind": "psma-pet", "tracer": GA, **volume, **seen}


def a_course(*examinations: dict[str, Any], facts: dict[str, Any] | None = None, **parts: Any) -> Course:
    return Course.model_validate({
        "format": "lutetia-course/1", "id": "P-1", "synthetic": True, "timezone": "Europe/Paris",
        "cycles": (cycle(1, 0), cycle(2, 42)), "facts": facts or psa((-3, 80), (84, 30)),
        "examinations": {"entries": examinations}, **parts,
    })  # fmt: skip


def answered(course: Course, day: int = 200) -> ResponseResult:
    return respond(course, known_on=START + timedelta(days=day))


def said(found: ResponseResult | Restaging, criterion: str) -> Said:
    latest = found.restagings[-1] if isinstance(found, ResponseResult) else found
    return next(one for one in latest.said if one.criterion == criterion)


def test_the_guidelines_trigger_is_kept_apart_from_progression_by_pcwg3() -> None:
    found = answered(a_course(facts=psa((0, 80), (58, 60), (63, 78))), 70)
    assert found.trigger is not None
    assert found.trigger.evidence[0].on == START + timedelta(days=63)
    assert found.psa.progression is not None
    assert not found.psa.progression.progressed
    text = render_text(response_document(found))
    assert "no progression by PCWG3" in " ".join(text.split())


def test_recip_compares_the_last_pet_before_treatment_with_that_of_the_restaging() -> None:
    found = answered(a_course(pet(-90, 900), pet(-10, 500), pet(84, 350, new_lesions=0)))
    assert said(found, "RECIP 1.0").answer == "PR"
    assert found.restagings[-1].compared_with == f"PSMA PET {on(-10)}"
    assert found.restagings[-1].week == 12


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        ({"tracer": F18}, "one tracer"),
        ({"tracer": None}, "tracer of both"),
        ({"tumour_method": "41 % of the maximum"}, "one method"),
        ({"tumour_method": None}, "which method"),
    ],
)
def test_volumes_of_two_tracers_or_two_methods_are_not_compared(change: dict[str, Any], asked: str) -> None:
    found = said(answered(a_course(pet(-10, 500), pet(84, 350, new_lesions=0, **change))), "RECIP 1.0")
    assert found.stance is Stance.OPEN
    assert asked in found.needs[0]


def test_a_new_lesion_that_nobody_judged_leaves_the_class_open_and_is_asked_for() -> None:
    found = said(answered(a_course(pet(-10, 500), pet(84, 700))), "RECIP 1.0")
    assert found.answer == "SD or PD"
    assert "new lesions" in found.needs[0]


def test_psa_and_recip_that_contradict_each_other_are_shown_and_not_settled() -> None:
    found = answered(a_course(pet(-10, 500), pet(84, 700, new_lesions=2)))
    assert said(found, "PSA + RECIP").answer == "discordant"
    leads = [block.lead for part in response_document(found).blocks for block in getattr(part, "blocks", ())
             if isinstance(block, Note)]  # fmt: skip
    assert leads == ["The criteria disagree.", "PSA and RECIP are discordant."]


def test_who_says_progression_and_who_does_not_is_named() -> None:
    found = answered(a_course(pet(-10, 500), pet(84, 300, new_lesions=2))).restagings[-1]
    assert said(found, "RECIP 1.0").answer == "SD"
    assert "Progression by PPP, adapted PERCIST" in found.disagreement
    assert "RECIP 1.0" in found.disagreement.partition("no progression by")[2]


def test_where_no_criterion_says_progression_there_is_no_disagreement() -> None:
    assert answered(a_course(pet(-10, 500), pet(84, 300, new_lesions=0))).restagings[-1].disagreement == ""


def test_a_psa_far_from_the_pet_makes_no_composite() -> None:
    found = said(answered(a_course(pet(-10, 500), pet(120, 300, new_lesions=0))), "PSA + RECIP")
    assert found.answer == "unknown"
    assert "PSA within 2 weeks" in found.needs[0]


def test_visual_recip_stands_in_for_the_composite_where_no_volume_was_measured() -> None:
    found = said(answered(a_course(pet(-10), pet(84, volume_trend="risen", new_lesions=0))), "PSA + RECIP")
    assert "RECIP (visual): stable" in found.because


LESIONS = {
    "lesions": {
        "complete_as_of": on(90), "by": "reader",
        "entries": (
            {"id": "L1", "site": "sacrum", "kind": "bone"},
            {"id": "L2", "site": "left obturator node", "kind": "node", "region": "obturator"},
            {"id": "L3", "site": "retroperitoneal node", "kind": "node", "region": "retroperitoneal",
             "first_seen": on(84)},
        ),
    }
}  # fmt: skip
ORGANS = (
    {"organ": "blood-pool", "suv_mean": 1.5}, {"organ": "liver", "suv_mean": 5}, {"organ": "spleen", "suv_mean": 8},
    {"organ": "parotid", "suv_mean": 12},
)  # fmt: skip


def measured(lesion: str, suv: float, mm: float, **seen: Any) -> dict[str, Any]:
    return {"lesion": lesion, "suv_mean": suv, "suv_max": 2 * suv, "long_axis": {"value": mm, "unit": "mm"},
            "psma_positive": True, **seen}  # fmt: skip


def with_lesions(**seen: Any) -> Course:
    before = pet(-10, lesions=(measured("L1", 20, 30), measured("L2", 10, 12)), reference_organs=ORGANS)
    now = pet(84, lesions=(measured("L1", 6, 28), measured("L2", 7, 12), measured("L3", 4, 8)),
              reference_organs=ORGANS, **seen)  # fmt: skip
    return a_course(before, now, **LESIONS)


def test_lesions_stand_side_by_side_with_their_expression() -> None:
    first, second, third = answered(with_lesions(new_lesions=1)).restagings[-1].lesions
    assert first.suv_mean == (20.0, 6.0)
    assert (first.expression, third.expression) == ("2", "1")
    assert (second.new, third.new) == (False, True)


def test_a_ligand_of_the_liver_is_scored_against_the_spleen() -> None:
    assert answered(with_lesions(tracer=F18)).restagings[-1].lesions[0].expression == "1"


def test_the_sum_of_uptake_counts_the_lesions_of_the_baseline() -> None:
    found = said(answered(with_lesions(new_lesions=0)), "adapted PERCIST")
    assert found.answer == "PR"  # 13 of 30
    assert "\N{MINUS SIGN}56.7 %" in found.because


def test_one_new_lesion_is_progression_by_ppp_only_with_support() -> None:
    assert said(answered(with_lesions(new_lesions=1)), "PPP").answer == "unknown"
    assert said(answered(with_lesions(new_lesions=1, progression_supported=True)), "PPP").answer == "progression"
    assert said(answered(with_lesions(new_lesions=1, progression_supported=False)), "PPP").answer == "no progression"


def test_the_extent_is_read_off_the_lesions_and_off_the_readers_form() -> None:
    facts = psa((-3, 80)) | {
        "imaging.mi_t": [{"value": "Tr", "at": on(84)}],
        "imaging.mi_n": [{"value": "N1", "at": on(84)}],
        "imaging.mi_m1a": [{"value": True, "at": on(84)}],
        "imaging.mi_m1b": [{"value": "dmi", "at": on(84)}],
        "imaging.mi_m1c": [{"value": False, "at": on(84)}],
        "imaging.primary_pattern": [{"value": "diffuse", "at": on(84)}],
    }
    found = dict(
        answered(with_lesions().model_copy(update={"facts": a_course(facts=facts).facts})).restagings[-1].extent
    )
    assert found["lesions"] == "miTx N1 M1a, M1b (uni)"
    assert found["reader"] == "miTr N1 M1a, M1b (dmi)"
    assert "no score after prostatectomy" in found["PRIMARY"]


def test_a_pet_that_shows_nothing_is_complete_by_every_criterion_on_it() -> None:
    before = pet(-10, 20, lesions=(measured("L1", 20, 30),))
    found = answered(a_course(before, pet(84, 0, volume_trend="none", new_lesions=0), **LESIONS))
    assert [said(found, name).answer for name in ("RECIP 1.0", "RECIP 1.0 (visual)", "adapted PERCIST")] == ["CR"] * 3
    assert found.restagings[-1].lesions[0].expression == "no uptake left"
    assert dict(found.restagings[-1].extent)["lesions"] == "miTx N0 M0"


def ct(day: int, mm: float, **seen: Any) -> dict[str, Any]:
    return {"on": on(day), "kind": "ct", "target_sum": {"value": mm, "unit": "mm"}, "non_target": "present",
            "new_lesions": 0, **seen}  # fmt: skip


def test_recist_measures_progression_from_the_smallest_sum() -> None:
    found = answered(a_course(ct(-10, 100), ct(60, 50), ct(130, 62)))
    assert [said(one, "RECIST 1.1").answer for one in found.restagings] == ["PR", "PD"]


def test_bone_scans_count_two_and_two_more() -> None:
    first = {"on": on(60), "kind": "bone-scan", "new_bone_lesions": 3}
    second = {"on": on(130), "kind": "bone-scan", "new_bone_lesions": 2}
    found = answered(a_course(first, second))
    assert [said(one, "PCWG3 (bone)").answer for one in found.restagings] == ["to be confirmed", "progression"]


def test_the_readers_own_word_stands_beside_the_criteria() -> None:
    found = answered(a_course(pet(-10, 500), pet(84, 300, new_lesions=0, radiographic_progression=True,
                                                criteria="recip-1.0", reader="Dr A")))  # fmt: skip
    assert said(found, "the reader of the PSMA PET").stance is Stance.WORSE
    assert "response by RECIP 1.0" in found.restagings[-1].disagreement


def test_a_class_by_a_criterion_that_is_not_applied_here_is_repeated_as_stated() -> None:
    stated = {"criterion": "modified RECIST 1.1 on PSMA PET", "source": "Prasad et al. 2021", "response": "PD"}
    found = answered(a_course(pet(-10, 500), pet(84, 300, new_lesions=0, stated_responses=[stated])))
    row = said(found, "modified RECIST 1.1 on PSMA PET (as stated)")
    assert (row.answer, row.stance, row.source) == ("PD", Stance.WORSE, "Prasad et al. 2021")
    assert "statement on the PSMA PET of 2026-03-30" in row.because
    text = " ".join(render_text(response_document(found)).split())
    assert "Progression by modified RECIST 1.1 on PSMA PET (as stated); response by RECIP 1.0" in text


def test_examinations_four_weeks_apart_belong_to_one_restaging_and_later_ones_do_not() -> None:
    course = a_course(pet(-10, 500), pet(84, 300), ct(112, 50), ct(113, 50))
    assert [one.on for one in answered(course).restagings] == [START + timedelta(days=day) for day in (112, 113)]


def test_what_was_not_known_is_not_shown() -> None:
    course = a_course(pet(-10, 500), pet(84, 300, new_lesions=0), facts=psa((-3, 80), (84, 30), (120, 10)))
    early = answered(course, 100)
    assert early.psa.series is not None
    assert [level.on for level in early.psa.series.after] == [START + timedelta(days=84)]
    assert answered(course, 60).restagings == ()


@pytest.mark.parametrize(
    ("course", "words"),
    [
        (a_course(cycles=()), "no cycle was given yet"),
        (a_course(facts=psa((30, 5))), "no PSA up to the first cycle"),
        (a_course(), "no imaging under treatment"),
        (a_course(facts=psa((-3, 80))), "no PSA under treatment"),
        (a_course(facts=psa((-3, 0), (84, 3))), "not defined: PSA before was 0"),
    ],
)
def test_a_record_that_says_little_still_has_a_page(course: Course, words: str) -> None:
    text = " ".join(render_text(response_document(answered(course))).split())
    assert words in text


@pytest.mark.parametrize("path", COURSES, ids=lambda path: path.parent.name)
def test_every_course_of_the_collection_has_a_page_and_plain_values(path: Path) -> None:
    found = respond(read_course(path), known_on=date(2026, 1, 1))
    page = render_html(response_document(found))
    assert "Is it working?" in page
    assert json.dumps(response_json(found), allow_nan=False)


def test_the_collections_own_conclusions_are_reached() -> None:
    answers = []
    for path in COURSES[:3]:
        found = respond(read_course(path), known_on=date(2025, 12, 31))
        answers.append([said(one, "RECIP 1.0").answer for one in found.restagings if one.week is not None])
    assert answers == [["PR", "PR", "PR"], ["PR", "CR", "CR", "CR"], ["PD"]]


def test_a_man_treated_again_has_a_baseline_of_his_own_for_each_series() -> None:
    course = a_course(
        pet(-10, 500), pet(84, 100, new_lesions=0), pet(390, 300), pet(490, 100, new_lesions=0),
        facts=psa((-3, 80), (84, 8), (395, 40), (484, 10)), cycles=(cycle(1, 0), cycle(2, 42), cycle(3, 400)),
    )  # fmt: skip
    found = answered(course, 500)
    told = [said(found.restagings[place], "RECIP 1.0").because for place in (0, -1)]
    assert told == [f"volume \N{MINUS SIGN}{fall} %, no new lesion" for fall in ("80.0", "66.7")]
    assert found.psa.best is not None
    assert found.psa.best.percent.low == -75
    assert "series 2, since cycle 3" in " ".join(render_text(response_document(found)).split())


@pytest.mark.parametrize("ending", ["html", "pdf", "json", "txt"])
def test_the_command_writes_every_form(ending: str, tmp_path: Path) -> None:
    out = tmp_path / f"response.{ending}"
    assert main(["response", str(COURSES[2].parent), "--as-of", "2024-06-20", "--out", str(out)]) == 0
    content = out.read_bytes()
    assert content.startswith({"html": b"<!DOCTYPE", "pdf": b"%PDF", "json": b"{", "txt": b"Lutetia"}[ending])


def test_json_on_standard_output_tells_the_form_and_the_open_ends(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["response", str(COURSES[2].parent), "--as-of", "2024-06-20", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["record"]["command"] == "response"
    assert told["response"]["format"] == "lutetia-response/1"
    assert told["response"]["psa"]["progression"]["state"] == "too early"
    assert told["response"]["psa"]["next_therapy"] == "cabazitaxel since 2024-05-06"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--json", "--out", "page.html"], "asks for JSON"), (["--out", "course.yaml"], "neither .txt nor .json"),
     (["--as-of", "yesterday"], "is not a day")],
)  # fmt: skip
def test_what_cannot_be_done_is_one_sentence(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["response", str(COURSES[0].parent), *arguments]) == 2
    told = capsys.readouterr()
    assert words in told.out + told.err


def test_the_sample_of_the_page_is_a_record() -> None:
    page = (ROOT / "docs" / "response.md").read_text(encoding="utf-8")
    sample = page.partition("```yaml\n")[2].partition("```")[0]
    course = parse_course(f"format: lutetia-course/1\nid: P-1\n{sample}", name="sample")
    assert len(course.examinations.entries) == 4


def with_docetaxel(drug: str = "docetaxel", kind: str = "taxane") -> Course:
    line = {"drug": drug, "drug_class": kind, "started": on(100)}
    return a_course(pet(-10, 100.0), pet(150, 10.0, new_lesions=0), therapies={"entries": [line]},
                    facts=psa((-3, 80), (84, 90), (100, 88), (126, 8), (160, 4)))  # fmt: skip


def test_a_fall_of_psa_under_the_next_therapy_is_no_response_to_the_radioligand() -> None:
    found = answered(with_docetaxel())
    assert [level.on.isoformat() for level in found.psa.later] == [on(126), on(160)]
    assert dict(found.psa.declines)[50].holds is False
    assert found.psa.next_therapy == f"docetaxel since {on(100)}"
    assert found.restagings[-1].under == found.psa.next_therapy
    text = render_text(response_document(found))
    assert f"next therapy      docetaxel since {on(100)}" in text
    assert f"under docetaxel since {on(100)}" in " ".join(text.split())


def under_docetaxel_from(day: int, *values: tuple[int, float]) -> ResponseResult:
    line = {"drug": "docetaxel", "drug_class": "taxane", "started": on(day)}
    course = a_course(pet(-10, 100.0), pet(95, 50.0), therapies={"entries": [line]}, facts=psa((-3, 80), *values))
    return answered(course)


@pytest.mark.parametrize(
    ("begun", "values", "words"),
    [
        (
            83,
            ((40, 60), (80, 90)),
            f"can settle it: docetaxel since {on(83)} began before the 12th week",
        ),
        (110, ((40, 60), (90, 90)), f"can confirm it: docetaxel since {on(110)} began within 3 weeks"),
    ],
)
def test_no_later_psa_is_asked_for_where_the_next_therapy_closed_the_question(begun, values, words: str) -> None:
    found = under_docetaxel_from(begun, *values)
    row = said(found, "PCWG3 (PSA)")
    assert (row.answer, row.stance, row.needs) == ("not evaluable", Stance.APART, ())
    assert words in row.because
    text = " ".join(render_text(response_document(found)).split())
    assert words in text
    assert "12 weeks after the first cycle or later" not in text
    assert "awaits a second value" not in text


@pytest.mark.parametrize(
    ("begun", "values", "asked"),
    [
        (84, ((40, 60),), "a PSA 12 weeks after the first cycle or later, up to"),
        (111, ((40, 60), (90, 90)), "a second value 3 weeks later or more, up to"),
    ],
)
def test_a_psa_that_can_still_settle_it_is_asked_for_up_to_the_next_therapy(begun, values, asked: str) -> None:
    row = said(under_docetaxel_from(begun, *values), "PCWG3 (PSA)")
    assert row.stance is Stance.OPEN
    assert row.needs == (f"{asked} {on(begun)}",)


@pytest.mark.parametrize(("drug", "kind"), [("denosumab", "bone-protection"), ("leuprorelin", "adt")])
def test_supportive_drugs_and_adt_are_no_next_therapy(drug: str, kind: str) -> None:
    found = answered(with_docetaxel(drug, kind))
    assert found.psa.next_therapy == found.restagings[-1].under == ""
    assert dict(found.psa.declines)[50].holds is True


def test_a_next_therapy_that_is_not_known_yet_cuts_nothing() -> None:
    assert answered(with_docetaxel(), day=99).psa.next_therapy == ""


def test_a_restaging_without_pet_says_that_the_disease_shown_is_that_of_an_earlier_pet() -> None:
    found = answered(a_course(pet(-10, 100.0), pet(60, 50.0, new_lesions=0), {"on": on(150), "kind": "ct"}))
    text = " ".join(render_text(response_document(found)).split())
    assert f'"Now" is the PSMA PET of {on(60)}, compared with PSMA PET {on(-10)}; the latest restaging had no' in text


def test_a_sum_of_targets_of_long_before_the_last_ct_is_no_baseline() -> None:
    def ct(day: int, mm: float | None) -> dict[str, Any]:
        measured = {} if mm is None else {"target_sum": {"value": mm, "unit": "mm"}}
        return {"on": on(day), "kind": "ct", "non_target": "absent", "new_lesions": 0, **measured}

    assert said(answered(a_course(ct(-400, 100), ct(-10, None), ct(90, 60))), "RECIST 1.1").answer == "unknown"
    assert said(answered(a_course(ct(-38, 100), ct(-10, None), ct(90, 60))), "RECIST 1.1").answer == "PR"


def test_the_python_of_the_page_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    page = (ROOT / "docs" / "response.md").read_text(encoding="utf-8")
    told: dict[str, Any] = {}
    exec(page.partition("```python\n")[2].partition("```")[0], told)
    assert told["found"].restagings[-1].disagreement.startswith("Progression by ")
