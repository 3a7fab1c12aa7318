"""A supposed fact changes a copy and nothing else, and every change that is offered does what it says."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lutetia.cli.main import main
from lutetia.course import Course
from lutetia.course.file import write_course
from lutetia.guideline import CycleQuestion, Selection, Settings, assess
from lutetia.guideline.cases import Case, read_cases
from lutetia.guideline.protocol import parse_protocol
from lutetia.guideline.verdict import Outcome, Status
from lutetia.guideline.way_out import WayOut, what_would_change
from lutetia.guideline.what_if import SuppositionError, WhatIf, read_supposition, suppose, what_if

CASES = read_cases()
BY_NAME = {case.name: case for case in CASES}
ELIGIBLE = BY_NAME["eligible, and nothing stands against the first cycle"]
FEW_PLATELETS = BY_NAME["grade 3 thrombocytopenia on the day offers only postponing"]
DAY = ELIGIBLE.question.on


def supposed(case: Case, *texts: str) -> WhatIf:
    known_on = case.known_on or case.question.on
    read = [read_supposition(text, known_on=known_on) for text in texts]
    return what_if(case.course, case.question, read, known_on=known_on, settings=case.settings)


def way_out(case: Case, rule: str, **changed: Any) -> WayOut:
    (found,) = what_would_change(
        changed.get("course", case.course), changed.get("question", case.question),
        known_on=changed.get("known_on", case.known_on), settings=changed.get("settings", case.settings),
        protocol=changed.get("protocol"), only=(rule,),
    )  # fmt: skip
    return found


# What if


def test_a_supposed_count_shows_both_verdicts_and_what_differs() -> None:
    found = supposed(ELIGIBLE, "lab.platelets=60 10*9/L")
    assert ("CI-B-PLT", Status.NOT_MET, Status.MET) in [(one.id, one.before, one.after) for one in found.changed]
    assert found.before.decision is not None
    assert found.after.decision is not None
    assert (found.before.decision.outcome, found.after.decision.outcome) == (Outcome.GO, Outcome.UNDETERMINED)
    assert found.decision_changes
    assert found.statement.startswith("Hypothetical")


def test_without_a_date_the_day_as_known_is_taken_and_said() -> None:
    (one,) = supposed(ELIGIBLE, "lab.platelets=60 10*9/L").supposed
    assert (one.on, one.dated, one.instead_of) == (DAY, False, "210 10*9/L of 2026-02-27")
    (dated,) = supposed(ELIGIBLE, "lab.platelets=60 10*9/L@2026-02-27").supposed
    assert (dated.on, dated.dated) == (date(2026, 2, 27), True)


def test_a_supposed_fact_stands_in_the_place_of_the_days_own() -> None:
    found = supposed(ELIGIBLE, "lab.platelets=60 10*9/L@2026-02-27")
    seen = found.after.answer("CI-B-PLT").evidence
    assert [one.shown for one in seen if one.item == "lab.platelets"] == ["60 10*9/L"]


def test_a_result_keeps_the_laboratorys_limit_in_whichever_unit() -> None:
    found = supposed(ELIGIBLE, "lab.creatinine=230 umol/L")
    assert found.after.answer("CI-B-CREA").status is Status.MET


@pytest.mark.parametrize(
    "text",
    ["condition.ecog=3", "disease.psma_positive=false", "condition.urinary_incontinence=unmanageable"],
)
def test_scores_flags_and_choices_may_be_supposed(text: str) -> None:
    assert supposed(ELIGIBLE, text).changed


def test_several_suppositions_count_together() -> None:
    found = supposed(ELIGIBLE, "lab.platelets=60 10*9/L", "condition.ecog=3")
    assert {one.id for one in found.changed} >= {"CI-B-PLT", "CI-B-ECOG"}


def test_a_fact_that_no_answer_looks_at_is_named() -> None:
    assert supposed(ELIGIBLE, "lab.ggt=20 U/L").unheeded == ("lab.ggt",)
    assert supposed(ELIGIBLE, "lab.platelets=60 10*9/L").unheeded == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lab.thrombocytes=80 10*9/L", "write 'lab.platelets', if that is meant"),
        ("lab.platelets=80 g/dL", "unit of mass concentration"),
        ("lab.platelets=80", "a unit is never guessed"),
        ("lab.platelets=80000 10*9/L", "outside what is plausible"),
        ("lab.platelets=many 10*9/L", "not a number"),
        ("condition.ecog=7", "not on the scale"),
        ("condition.ecog=1 mo", "takes no unit"),
        ("disease.psma_positive=yes", "write true or false"),
        ("condition.urinary_incontinence=some", "not a choice"),
        ("lab.platelets=80 10*9/L@2026-13-01", "not a day"),
        ("lab.platelets=80 10*9/L@2027-01-01", "after the day as known"),
        ("platelets", "it is not 'item=value unit'"),
    ],
)
def test_what_could_not_be_recorded_cannot_be_supposed(text: str, words: str) -> None:
    with pytest.raises(SuppositionError) as caught:
        read_supposition(text, known_on=DAY)
    assert words.lower() in str(caught.value).lower()
    assert caught.value.exit_code == 2
    assert caught.value.remedy


def test_the_same_thing_is_not_supposed_twice() -> None:
    with pytest.raises(SuppositionError, match="twice on one day"):
        supposed(ELIGIBLE, "condition.ecog=1", "condition.ecog=2")


def test_what_contradicts_the_record_is_refused() -> None:
    with pytest.raises(SuppositionError, match="born"):
        supposed(ELIGIBLE, "lab.platelets=80 10*9/L@1930-01-01")


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_what_if_never_changes_the_original(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(CASES))
    texts = {
        "lab.platelets": f"lab.platelets={data.draw(st.integers(1, 400))} 10*9/L",
        "condition.ecog": f"condition.ecog={data.draw(st.integers(0, 4))}",
        "disease.psma_positive": f"disease.psma_positive={str(data.draw(st.booleans())).lower()}",
    }
    chosen = data.draw(st.lists(st.sampled_from(sorted(texts)), min_size=1, unique=True))
    written, plain = write_course(case.course), case.assess()
    found = supposed(case, *(texts[name] for name in chosen))
    assert write_course(case.course) == written
    assert case.assess() == plain == found.before


# What would change it


def test_a_count_that_blocks_is_lifted_at_the_limit() -> None:
    found = way_out(FEW_PLATELETS, "CI-B-PLT")
    (lifted,) = [one for one in found.changes if one.item == "lab.platelets"]
    assert (lifted.words, lifted.now, lifted.status) == ("75 10*9/L or more", "49 10*9/L", Status.NOT_MET)
    assert lifted.supposition == "lab.platelets=75 10*9/L@2026-05-25"
    assert found.recoverable is True


def test_an_exception_is_offered_as_what_it_is() -> None:
    (excused,) = [one for one in way_out(FEW_PLATELETS, "CI-B-PLT").changes if one.excused_by]
    assert (excused.item, excused.words, excused.excused_by, excused.status) == (
        "disease.cytopenia_from_tumour", "yes", "CI-B-SUPERSCAN", Status.MET,
    )  # fmt: skip


def test_a_local_limit_is_the_one_that_has_to_be_reached() -> None:
    text = (
        "format: lutetia-protocol/1\nbook: eanm_snmmi_2023\nauthor: A\ndate: 2026-01-01\n"
        "limits:\n  - {name: platelets_min, value: 100, unit: 10*9/L, reason: r}\n"
    )
    protocol = parse_protocol(text, name="protocol.yaml", today=date(2026, 3, 1))
    words = [one.words for one in way_out(FEW_PLATELETS, "CI-B-PLT", protocol=protocol).changes]
    assert "100 10*9/L or more" in words


def test_a_multiple_of_the_laboratorys_limit_is_found() -> None:
    case = BY_NAME["AST above five times the upper limit before the third cycle discontinues"]
    (change,) = [one for one in way_out(case, "AE-6d").changes if one.item == "lab.ast"]
    assert change.words == "200 U/L or less"  # five times 40


def test_a_creatinine_is_found_for_a_limit_on_the_computed_egfr() -> None:
    case = BY_NAME["creatinine 2.33 mg/dl at 72 years is an eGFR of 29 by CKD-EPI 2021"]
    (change,) = way_out(case, "CI-B-GFR").changes
    assert (change.item, change.words) == ("lab.creatinine", "2.26 mg/dL or less")


def test_what_is_unknown_gets_its_ranges() -> None:
    case = BY_NAME["a count six days old is stale for an administration and is asked for again"]
    found = {(one.words, one.status) for one in way_out(case, "CI-B-PLT").changes}
    assert found == {("below 75 10*9/L", Status.MET), ("75 10*9/L or more", Status.NOT_MET)}
    ecog = {(one.words, one.status) for one in way_out(case, "CI-B-ECOG").changes}
    assert ecog == {("0 to 2", Status.NOT_MET), ("3 to 5", Status.MET)}


def test_a_range_between_two_limits_is_found() -> None:
    case = BY_NAME["a count six days old is stale for an administration and is asked for again"]
    found = {(one.words, one.status) for one in way_out(case, "CI-C3a", settings=Settings(egfr="reported")).changes}
    assert found == {
        ("below 30 mL/min/1.73m2", Status.NOT_MET),
        ("30 mL/min/1.73m2 or more and 50 mL/min/1.73m2 or less", Status.MET),
        ("above 50 mL/min/1.73m2", Status.NOT_MET),
    }


def test_where_two_values_block_no_single_fact_suffices_and_that_is_said() -> None:
    fact = {"value": 300, "unit": "U/L", "upper": 40, "at": DAY}
    course = ELIGIBLE.course.with_facts({"lab.ast": (fact,), "lab.alt": (fact,)})
    found = way_out(ELIGIBLE, "CI-B-LIVER", course=course)
    assert found.changes == ()
    assert found.said.startswith("no single new fact suffices")
    assert {"lab.ast", "lab.alt"} <= set(found.alone_not)


def test_a_value_without_its_limit_of_normal_is_said_not_to_suffice() -> None:
    course = Course.model_validate({"format": "lutetia-course/1", "id": "X"})
    found = way_out(ELIGIBLE, "CI-B-CREA", course=course, question=Selection(DAY))
    assert found.changes == ()
    assert "limit of normal" in found.said


def test_a_value_that_would_be_stale_on_the_planned_day_is_not_offered() -> None:
    later = CycleQuestion(1, date(2026, 3, 20))
    found = way_out(ELIGIBLE, "CI-B-PLT", question=later, known_on=DAY)
    assert found.changes == ()
    assert "counts from 2026-03-15 on" in found.said


def test_what_only_time_lifts_gets_the_day() -> None:
    entries = [{"drug": "docetaxel", "drug_class": "taxane", "started": "2025-11-01", "stopped": "2026-02-16"}]
    therapies = {"complete_as_of": DAY.isoformat(), "by": "the referring oncologist", "entries": entries}
    parts = {name: getattr(ELIGIBLE.course, name) for name in Course.model_fields}
    course = Course.model_validate({**parts, "therapies": therapies})
    found = way_out(ELIGIBLE, "CI-C2", course=course)
    (change,) = found.changes
    assert (change.kind, change.day, change.status) == ("day", date(2026, 3, 16), Status.NOT_MET)


def test_a_consent_that_is_missing_is_offered() -> None:
    case = BY_NAME["without a recorded consent the first cycle is blocked"]
    (change,) = way_out(case, "PROC-1e").changes
    assert (change.kind, change.status, change.outcome) == ("consent", Status.NOT_MET, Outcome.GO)


def test_each_answer_has_a_way_out_or_says_why_it_has_none() -> None:
    for case in CASES[::18]:
        for found in what_would_change(case.course, case.question, known_on=case.known_on, settings=case.settings):
            assert_a_way_out_or_a_reason(found)


def assert_a_way_out_or_a_reason(found: WayOut) -> None:
    assert bool(found.changes) is not bool(found.said)
    assert not {one.item for one in found.changes} & {*found.alone_not, *found.not_tried}


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(CASES))
def test_every_change_offered_changes_the_answer_as_it_says(case: Case) -> None:
    known_on = case.known_on or case.question.on
    written = write_course(case.course)
    for found in what_would_change(case.course, case.question, known_on=known_on, settings=case.settings):
        assert_a_way_out_or_a_reason(found)
        for change in found.changes:
            course, question = change.applied(case.course, case.question, known_on=known_on)
            after = assess(course, question, known_on=known_on, settings=case.settings)
            mine = after.answer(found.id)
            assert (mine.status, mine.excused_by) == (change.status, change.excused_by), (found.id, change)
            assert mine.status is not found.status or mine.excused_by
            assert change.outcome is (after.decision.outcome if after.decision else None)
            if change.supposition:
                again = read_supposition(change.supposition, known_on=known_on)
                retyped = suppose(case.course, [again], known_on=known_on)
                told = assess(retyped, question, known_on=known_on, settings=case.settings).answer(found.id)
                assert (told.status, told.excused_by) == (change.status, change.excused_by), change.supposition
    assert write_course(case.course) == written


# Faces


@pytest.fixture
def course(tmp_path: Path) -> Path:
    (tmp_path / "course.yaml").write_text(write_course(FEW_PLATELETS.course), encoding="utf-8")
    return tmp_path


ASKED = ["--as-of", "2026-05-25", "--question", "cycle 3"]


def test_the_command_shows_both_verdicts_and_writes_nothing(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (course / "course.yaml").read_bytes()
    assert main(["assess", str(course), *ASKED, "--what-if", "lab.platelets=160 10*9/L"]) == 0
    told = capsys.readouterr().out
    assert "HYPOTHETICAL" in told
    assert "* decision       postpone                       go" in told
    assert "no date was" in told
    assert max(map(len, told.splitlines())) <= 80
    assert (course / "course.yaml").read_bytes() == before
    assert sorted(path.name for path in course.iterdir()) == ["course.yaml"]


def test_the_command_says_what_would_change_it(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", str(course), *ASKED, "--what-would-change"]) == 0
    told = capsys.readouterr().out
    assert "What stands in the way" in told
    told_on_one_line = " ".join(told.split())
    assert "75 10⁹/L or more (now 49 10⁹/L) -> not met; the decision with 75 10⁹/L: go" in told_on_one_line
    assert max(map(len, told.splitlines())) <= 80


def test_both_are_in_the_json(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--what-if", "lab.platelets=160 10*9/L", "--what-would-change", "--json"]
    assert main(["assess", str(course), *ASKED, *asked]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["what_if"][0]["hypothetical"] is True
    assert answer["what_if"][0]["after"]["decision"]["outcome"] == "go"
    assert answer["assessments"][0]["decision"]["outcome"] == "postpone"
    rules = {one["id"]: one for one in answer["what_would_change"][0]["answers"]}
    assert rules["AE-2"]["changes"][0]["what_if"].startswith("lab.platelets=")
