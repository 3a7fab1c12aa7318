"""A local protocol is read strictly, leaves the source untouched, and shows each departure where it touches."""

import re
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lutetia.cli.main import main
from lutetia.course.file import write_course
from lutetia.errors import InputError
from lutetia.guideline import DEFAULT_BOOK, Selection, assess
from lutetia.guideline.book import load
from lutetia.guideline.cases import Case, read_cases
from lutetia.guideline.cycle_decision import RESTRICTION
from lutetia.guideline.departure import Overlay, ProtocolError, with_protocol
from lutetia.guideline.protocol import Protocol, ProtocolFileError, parse_protocol, read_protocol
from lutetia.guideline.verdict import Assessment, Direction, Outcome, Status
from lutetia.workflow.guideline.protocol import diff_json, diff_text

BROKEN = Path(__file__).parent / "protocols"
EXPECTED = yaml.safe_load((BROKEN / "expected.yaml").read_text(encoding="utf-8"))
TODAY = date(2026, 3, 1)
CASES = read_cases()
BY_NAME = {case.name: case for case in CASES}
ELIGIBLE = BY_NAME["eligible, and nothing stands against the first cycle"]
WELL = BY_NAME["nothing in the way of the third cycle"]
EDITION = load(DEFAULT_BOOK).edition(TODAY)
GUIDE = (Path(__file__).parents[2] / "docs" / "local-protocol.md").read_text(encoding="utf-8")
EXAMPLE = next(block for block in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL) if block.startswith("format"))
HEAD = f"format: lutetia-protocol/1\nbook: {DEFAULT_BOOK}\nauthor: Dr A. Example\ndate: 2026-01-10\n"


def protocol(text: str = "") -> Protocol:
    return parse_protocol(HEAD + text, name="protocol.yaml", today=TODAY)


def limit(name: str, value: float, unit: str = "") -> str:
    given_in = f", unit: '{unit}'" if unit else ""
    return f"  - {{name: {name}, value: {value}{given_in}, reason: own experience}}\n"


def overlay(text: str) -> Overlay:
    laid = with_protocol(EDITION, protocol(text)).overlay
    assert laid is not None
    return laid


def under(case: Case, text: str) -> Assessment:
    return assess(case.course, case.question, known_on=case.known_on, settings=case.settings, protocol=protocol(text))


def refusal(name: str) -> ProtocolFileError:
    with pytest.raises(ProtocolFileError) as caught:
        read_protocol(BROKEN / f"{name}.yaml", today=TODAY)
    return caught.value


# Reading


def test_every_broken_protocol_is_expected_to_be_refused() -> None:
    assert {path.stem for path in BROKEN.glob("*.yaml")} - {"expected"} == set(EXPECTED)
    assert len(EXPECTED) >= 20


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_broken_protocol_is_refused_in_the_words_that_are_needed(name: str) -> None:
    expected, error = EXPECTED[name], refusal(name)
    assert [(one.line, one.field) for one in error.findings] == [(expected["line"], expected["field"])]
    assert error.exit_code == 2
    for words in (f"{name}.yaml", *expected["says"]):
        assert words.lower() in str(error).lower()
    assert all(finding.remedy for finding in error.findings)
    assert str(BROKEN) not in str(error)


def test_everything_wrong_is_said_at_once() -> None:
    text = "limits:\n" + limit("platelets", 1) + "rules:\n  - {id: CI-B-X, switch: off, reason: r}\n"
    with pytest.raises(ProtocolFileError) as caught:
        protocol(text)
    assert [one.field for one in caught.value.findings] == ["limits[1].name", "rules[1].id"]


def test_a_number_is_converted_within_its_dimension_and_that_is_shown() -> None:
    (one,) = overlay("limits:\n" + limit("platelets_min", 100000, "/uL")).departures
    assert (one.source, one.local) == ("75 10*9/L", "100 10*9/L (written 100000 /uL)")


def test_a_protocol_is_not_laid_over_another_book() -> None:
    other = replace(EDITION, book=replace(EDITION.book, id="another"))
    with pytest.raises(ProtocolError, match="--book eanm_snmmi_2023"):
        with_protocol(other, protocol())


def test_the_hash_is_that_of_the_content() -> None:
    assert protocol().sha256 != protocol("limits: []\n").sha256
    assert len(protocol().sha256) == 64


# Direction


@pytest.mark.parametrize(
    ("name", "value", "unit", "direction"),
    [
        ("platelets_min", 100, "10*9/L", Direction.TIGHTENS),  # a higher least count
        ("platelets_min", 50, "10*9/L", Direction.LOOSENS),
        ("platelets_min", 75, "10*9/L", Direction.SAME),
        ("liver_multiple_max", 3, "", Direction.TIGHTENS),  # a lower greatest multiple
        ("liver_multiple_max", 8, "", Direction.LOOSENS),
        ("egfr_stop", 25, "mL/min/1.73m2", Direction.LOOSENS),
        ("marrow_pause", 6, "wk", Direction.TIGHTENS),
        ("hold_grade", 2, "", Direction.TIGHTENS),
        ("reduced_part", 0.7, "", Direction.TIGHTENS),
        ("lab_age_max", 7, "d", Direction.LOOSENS),
        ("lab_age_max", 3, "d", Direction.TIGHTENS),
        ("consent_before", 48, "h", Direction.TIGHTENS),
        ("taxane_lines_exhausted", 3, "", Direction.BOTH),  # fewer indications by IND-1, more by IND-4b
        ("regular_activity", 6, "GBq", Direction.UNTOLD),  # a departure counts either way
    ],
)
def test_the_direction_of_a_limit_follows_from_its_comparisons(
    name: str, value: float, unit: str, direction: Direction
) -> None:
    (one,) = overlay("limits:\n" + limit(name, value, unit)).departures
    assert one.direction is direction


def test_a_count_that_excuses_and_is_excused_only_tightens() -> None:
    laid = overlay("limits:\n" + limit("platelets_min", 100, "10*9/L"))
    (entry,) = laid.protocol.form.limits
    assert laid.direction_in("CI-B-PLT", entry) is Direction.TIGHTENS
    assert laid.direction_in("CI-B-SUPERSCAN", entry) is Direction.TIGHTENS


def test_a_new_age_is_tighter_where_the_source_sets_none() -> None:
    text = "validity:\n  - {question: selection, item: lab, at_most: {value: 28, unit: d}, reason: old referrals}\n"
    (one,) = overlay(text).departures
    assert (one.source, one.local, one.direction) == ("no greatest age", "28 d", Direction.TIGHTENS)


def test_leaving_a_burden_out_loosens() -> None:
    (one,) = overlay("rules:\n  - {id: CI-C2, switch: off, reason: case by case}\n").departures
    assert (one.source, one.local, one.direction) == ("on", "off", Direction.LOOSENS)


# Answers


def test_an_empty_protocol_changes_nothing_but_is_named() -> None:
    for case in CASES[::5]:
        plain, named = case.assess(), under(case, "")
        assert named.protocol is not None
        assert named.protocol.departures == ()
        assert plain == replace(named, protocol=None, notes=named.notes[: len(plain.notes)])
        assert "no departure from the source" in " ".join(named.notes)


def test_the_source_is_untouched() -> None:
    before, plain = dict(EDITION.limits), ELIGIBLE.assess()
    under(ELIGIBLE, "limits:\n" + limit("platelets_min", 300, "10*9/L"))
    assert load(DEFAULT_BOOK).edition(TODAY).limits == before
    assert ELIGIBLE.assess() == plain


def test_an_answer_shows_both_limits_with_author_day_and_reason() -> None:
    assessment = under(ELIGIBLE, "limits:\n" + limit("platelets_min", 250, "10*9/L"))
    answer = assessment.answer("CI-B-PLT")
    (one,) = answer.departures
    assert (one.source, one.local, one.direction) == ("75 10*9/L", "250 10*9/L", Direction.TIGHTENS)
    assert (one.author, one.on, one.reason) == ("Dr A. Example", date(2026, 1, 10), "own experience")
    assert one.locator == "Contra-indications, Table 1, row 9"
    assert (answer.status, answer.by_source) == (Status.MET, Status.NOT_MET)
    shown = next(shown for shown in answer.limits if shown.name == "platelets_min")
    assert (shown.shown, shown.departs_from) == ("250 10*9/L", "75 10*9/L")
    assert assessment.protocol is not None
    assert assessment.protocol.source_outcome is Outcome.GO
    assert "CI-B-PLT" in assessment.protocol.differs
    assert any("the source alone says 'go'" in note for note in assessment.notes)


def test_an_answer_that_is_not_touched_shows_no_departure() -> None:
    assessment = under(ELIGIBLE, "limits:\n" + limit("platelets_min", 250, "10*9/L"))
    touched = {answer.id for answer in assessment.answers if answer.departures}
    assert touched == {"CI-B-PLT", "CI-B-SUPERSCAN"}


def test_an_entry_may_have_its_own_author_and_day() -> None:
    text = (
        "limits:\n  - {name: platelets_min, value: 90, unit: 10*9/L, reason: r, author: The board, date: 2025-11-01}\n"
    )
    (one,) = overlay(text).departures
    assert (one.author, one.on) == ("The board", date(2025, 11, 1))


def test_a_local_age_makes_a_count_stale_and_says_by_whose_word() -> None:
    text = "validity:\n  - {question: cycle, item: lab.platelets, at_most: {value: 1, unit: d}, reason: fast changes}\n"
    answer = under(ELIGIBLE, text).answer("CI-B-PLT")
    assert (answer.status, answer.by_source) == (Status.UNKNOWN, Status.NOT_MET)
    assert "at most 1 d" in answer.evidence[0].why
    assert [one.name for one in answer.departures] == ["cycle: lab.platelets"]


def test_an_age_for_selection_does_not_touch_a_cycle() -> None:
    text = "validity:\n  - {question: selection, item: lab, at_most: {value: 28, unit: d}, reason: old referrals}\n"
    assert not any(answer.departures for answer in under(ELIGIBLE, text).answers)
    selection = assess(ELIGIBLE.course, Selection(date(2026, 5, 1)), protocol=protocol(text))
    assert selection.answer("CI-B-PLT").status is Status.UNKNOWN


def test_a_recommendation_switched_off_has_no_effect_and_says_what_the_source_says() -> None:
    case = BY_NAME["grade 3 thrombocytopenia at an interim count postpones by two weeks"]
    assessment = under(case, "rules:\n  - {id: AE-1a, switch: off, reason: decided case by case}\n")
    answer = assessment.answer("AE-1a")
    assert (answer.status, answer.by_source) == (Status.NOT_APPLICABLE, Status.MET)
    assert assessment.decision is not None
    assert assessment.decision.outcome is not Outcome.POSTPONE
    assert assessment.protocol is not None
    assert assessment.protocol.source_outcome is Outcome.POSTPONE


def test_an_exception_switched_off_excuses_nothing() -> None:
    case = BY_NAME["grade 2 thrombocytopenia on the day reduces by 20 % or postpones"]
    fact = {"value": True, "at": case.question.on}
    course = case.course.with_facts({"disease.cytopenia_from_tumour": (fact,)})
    off = protocol("rules:\n  - {id: CI-B-SUPERSCAN, switch: off, reason: no monitoring here}\n")
    by_source = assess(course, case.question, settings=case.settings)
    local = assess(course, case.question, settings=case.settings, protocol=off)
    assert by_source.answer("CI-B-PLT").excused_by == "CI-B-SUPERSCAN"
    assert local.answer("CI-B-PLT").excused_by == ""
    assert [one.direction for one in local.answer("CI-B-PLT").departures] == [Direction.TIGHTENS]


def test_a_number_that_only_a_remark_uses_is_shown_with_that_answer() -> None:
    assessment = under(WELL, "limits:\n" + limit("contraception", 6, "mo"))
    assert [answer.id for answer in assessment.answers if answer.departures] == ["CI-C5a"]


def test_added_questions_are_asked_of_a_person_and_decide_nothing() -> None:
    text = "checklist:\n  - {id: LOCAL-1, question: Was the tumour board held?, reason: house rule}\n"
    assessment = under(ELIGIBLE, text)
    assert assessment.protocol is not None
    assert [one.citation for one in assessment.protocol.checklist] == ["local decision"]
    assert any("LOCAL-1: Was the tumour board held?" in note for note in assessment.notes)
    assert assessment.decision == ELIGIBLE.assess().decision


def test_a_protocol_decided_after_the_day_as_known_says_so() -> None:
    early = assess(ELIGIBLE.course, ELIGIBLE.question, known_on=date(2026, 1, 5), protocol=protocol())
    assert any("after the day as known" in note for note in early.notes)


# Law


@cache
def tightening() -> tuple[str, ...]:
    """Every limit moved either way, as far as that only tightens."""
    found = []
    for name, source in EDITION.limits.items():
        whole = source.unit in ("", "lines") and source.value == int(source.value)
        for value in {source.value + 1, max(source.value - 1, 0)} if whole else (source.value * f for f in (0.6, 1.5)):
            text = limit(name, value, source.unit)
            try:
                (one,) = overlay("limits:\n" + text).departures
            except ProtocolFileError:
                continue  # such as a grade 6
            if one.direction is Direction.TIGHTENS:
                found.append(text)
    return tuple(found)


AGES = frozenset(name for ages in EDITION.validity.values() for name in (ages or {}).values() if name)
CYCLES = [case for case in CASES if case.question.kind == "cycle" and case.course.facts]


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_what_only_tightens_never_makes_a_decision_more_permissive(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(CYCLES))
    chosen = data.draw(st.lists(st.sampled_from(tightening()), min_size=1, max_size=4, unique_by=lambda t: t[:24]))
    try:
        local = under(case, "limits:\n" + "".join(chosen))
    except ProtocolFileError:
        return  # two of them cross
    source = case.assess()
    if source.decision is None or local.decision is None:
        return
    assert source.decision.outcome is Outcome.GO or local.decision.outcome is not Outcome.GO
    assert source.ready is Status.MET or local.ready is not Status.MET
    # A fact that no longer counts may leave undetermined what it had decided: never a go, though.
    if not any(name in text for name in (*AGES, "reference_age_max") for text in chosen):
        assert RESTRICTION[local.decision.at_most] >= RESTRICTION[source.decision.at_most]


def test_most_limits_can_be_tightened() -> None:
    assert len(tightening()) >= 25


# Faces


def test_the_example_of_the_guide_is_read_and_printed_within_eighty_columns() -> None:
    read = parse_protocol(EXAMPLE, name="protocol.yaml", today=TODAY)
    text = diff_text(read, TODAY)
    assert max(map(len, text.splitlines())) <= 80
    for one in diff_json(read, TODAY)["departures"]:
        assert one["source"] in text
        assert one["local"] in text
        assert one["direction"] in text
        assert one["name"] in text
        assert one["reason"].split()[0] in text
    shown = re.findall(r"```\n(\$ lutetia guideline diff.*?)```", GUIDE, re.DOTALL)[0].splitlines()[1:]
    printed = [line.rstrip() for line in text.splitlines()]
    for line in (line for line in shown if line.strip() not in ("", "...")):
        assert line.startswith("sha256") or line in printed, line


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "site.yaml").write_text("format: lutetia-site/1\ntimezone: Europe/Paris\n", encoding="utf-8")
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "course.yaml").write_text(write_course(ELIGIBLE.course), encoding="utf-8")
    return tmp_path


ASKED = ["--as-of", "2026-03-02", "--question", "cycle 1"]


def test_the_sites_protocol_is_laid_over_by_itself(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = HEAD + "limits:\n" + limit("platelets_min", 250, "10*9/L")
    (site / "site" / "protocol.yaml").write_text(text, encoding="utf-8")
    assert main(["assess", str(site / "course"), *ASKED]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "local protocol tightens: platelets_min 75 10⁹/L -> 250 10⁹/L" in said
    assert "source alone: not met" in said


def test_a_protocol_named_goes_before_the_sites(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "site" / "protocol.yaml").write_text(HEAD + "rules: 3\n", encoding="utf-8")
    (site / "other.yaml").write_text(HEAD, encoding="utf-8")
    assert main(["assess", str(site / "course"), *ASKED]) == 2
    assert "protocol.yaml, line 5, rules" in capsys.readouterr().err
    assert main(["assess", str(site / "course"), *ASKED, "--protocol", str(site / "other.yaml")]) == 0


def test_the_hash_of_the_protocol_is_among_the_inputs(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "other.yaml").write_text(HEAD, encoding="utf-8")
    assert main(["assess", str(site / "course"), *ASKED, "--protocol", str(site / "other.yaml"), "--json"]) == 0
    assert parse_protocol(HEAD, name="other.yaml", today=TODAY).sha256 in capsys.readouterr().out


def test_diff_answers_as_json(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / "other.yaml").write_text(HEAD + "limits:\n" + limit("egfr_stop", 25, "mL/min/1.73m2"), encoding="utf-8")
    assert main(["guideline", "diff", str(site / "other.yaml"), "--json"]) == 0
    assert '"direction": "loosens"' in capsys.readouterr().out


def test_a_protocol_that_is_not_there_is_refused(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["guideline", "diff", str(site / "none.yaml")]) == 2
    assert "cannot be read" in capsys.readouterr().err
    with pytest.raises(InputError):
        read_protocol(site / "none.yaml", today=TODAY)
