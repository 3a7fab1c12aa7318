"""All sources side by side: what differs comes first, nothing is merged, and what is not known stays unknown."""

from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter

from lutetia.course import Course
from lutetia.course.file import parse_course, write_course
from lutetia.errors import InputError
from lutetia.guideline import CycleQuestion, Question, Selection, assess, books
from lutetia.guideline.book import load
from lutetia.guideline.book_comparison import Comparison, compare
from lutetia.guideline.cases import read_cases
from lutetia.guideline.jurisdiction import EEA, place_of, read_jurisdiction
from lutetia.guideline.position import Position
from lutetia.guideline.protocol import Protocol, parse_protocol
from lutetia.guideline.stance import Agreement, Stance
from lutetia.guideline.topic import Topic
from lutetia.guideline.verdict import Status

GUIDELINE, US, EU, EVIDENCE = "eanm_snmmi_2023", "label_us", "label_eu", "evidence_since_2023"
CASES = {case.name: case for case in read_cases()}
ELIGIBLE = CASES["PSMA-617 is within the scope"].course
WELL = CASES["nothing in the way of the third cycle"].course
SELECTION, CYCLE_3 = Selection(date(2026, 3, 2)), CycleQuestion(3, date(2026, 5, 25))
NAIVE = {
    "by": "the referring oncologist",
    "entries": [
        {"drug": "leuprorelin", "drug_class": "adt", "started": "2021-05-01", "ongoing": True},
        {"drug": "enzalutamide", "drug_class": "arpi", "started": "2023-02-01", "stopped": "2024-06-01",
         "progressed": True},
    ],
}  # fmt: skip


def given(course: Course, **changes: Any) -> Course:
    """Put facts (``lab__platelets=[...]``) and lists in the place of a course's own."""
    facts = {name: list(one) for name, one in course.facts.items()}
    parts = {name: getattr(course, name) for name in type(course).model_fields}
    for name, value in changes.items():
        if "__" in name:
            facts[name.replace("__", ".")] = value
        else:
            parts[name] = value
    return Course.model_validate({**parts, "facts": facts})


def a_year_earlier(course: Course) -> Course:
    """Let the same course have happened in 2025."""
    return parse_course(write_course(course).replace("2026-", "2025-"), name="course.yaml")


def taxane_naive(*, delay: bool | None = True, on: str = "2026-03-02") -> Course:
    told = {} if delay is None else {"fitness__taxane_delay_appropriate": [{"value": delay, "at": "2026-02-10"}]}
    return given(ELIGIBLE, therapies={**NAIVE, "complete_as_of": on}, **told)


def weighing(course: Course, kg: float = 80) -> Course:
    return given(course, person__weight=[{"value": kg, "unit": "kg", "at": "2026-02-27"}])


def platelets(value: float | None) -> Course:
    days = {"2026-02-27": 210.0, "2026-04-10": 198.0, "2026-05-04": 171.0, "2026-05-22": value}
    series = [
        {"value": number, "unit": "10*9/L", "lower": 150, "at": on} for on, number in days.items() if number is not None
    ]
    return given(WELL, lab__platelets=series)


def creatinine(now: float) -> Course:
    days = {"2026-02-27": 1.0, "2026-04-10": 1.0, "2026-05-22": now}
    series = [{"value": value, "unit": "mg/dL", "upper": 1.2, "at": on} for on, value in days.items()]
    return given(weighing(WELL), lab__creatinine=series, lab__egfr=[])


def position(comparison: Comparison, topic: Topic, book: str) -> Position:
    return next(one for one in comparison.topic(topic).positions if one.book == book)


# --- the two examples ---


def test_taxane_naive_and_fit_for_docetaxel_the_guideline_and_the_us_label_disagree() -> None:
    found = compare(taxane_naive(), SELECTION, jurisdiction="US")
    assert found.topic(Topic.INDICATION).agreement is Agreement.DISAGREE
    guideline, label = (position(found, Topic.INDICATION, book) for book in (GUIDELINE, US))
    assert (guideline.stance, label.stance) == (Stance.AGAINST, Stance.FOR)
    against = next(one for one in guideline.statements if one.id == "IND-3b")
    assert against.status is Status.MET
    assert against.touched_by == ("EV-PSMAFORE", "EV-PSMAFORE-OS", "EV-SPLASH", "EV-ECLIPSE")
    assert [one.id for one in label.statements if one.status is Status.MET] == ["US-IND-DELAY"]
    assert "verify against the current label" in label.caveat


def test_before_2025_03_28_the_us_label_does_not_cover_him_and_the_two_agree() -> None:
    the_day_before, on_the_day = (
        compare(a_year_earlier(taxane_naive(on=f"2026-03-{day}")), Selection(date(2025, 3, day)), jurisdiction="US")
        for day in (27, 28)
    )
    assert position(the_day_before, Topic.INDICATION, US).stance is Stance.NOT_INDICATED
    assert the_day_before.topic(Topic.INDICATION).agreement is Agreement.AGREE
    assert position(on_the_day, Topic.INDICATION, US).stance is Stance.FOR
    assert on_the_day.topic(Topic.INDICATION).agreement is Agreement.DISAGREE


def test_whether_a_taxane_may_wait_decides_and_is_asked_for() -> None:
    found = compare(taxane_naive(delay=None), SELECTION, jurisdiction="US")
    label = position(found, Topic.INDICATION, US)
    assert label.stance is Stance.UNKNOWN
    assert [ask.item for ask in label.asks_for] == ["fitness.taxane_delay_appropriate"]
    assert found.topic(Topic.INDICATION).agreement is Agreement.UNTOLD


def test_where_a_taxane_may_not_wait_neither_recommends() -> None:
    found = compare(taxane_naive(delay=False), SELECTION, jurisdiction="US")
    assert found.topic(Topic.INDICATION).agreement is Agreement.AGREE


def test_what_the_eu_decided_on_the_taxane_naive_is_unknown() -> None:
    found = compare(taxane_naive(), SELECTION, jurisdiction="DE")
    assert position(found, Topic.INDICATION, EU).stance is Stance.UNKNOWN
    assert found.topic(Topic.INDICATION).agreement is Agreement.UNTOLD


def test_a_grade_2_cytopenia_on_the_day_is_reduced_or_postponed_by_the_guideline_and_withheld_by_the_label() -> None:
    found = compare(platelets(60), CYCLE_3, jurisdiction="US")
    assert found.topic(Topic.BLOOD_COUNTS).agreement is Agreement.DISAGREE
    guideline, label = (position(found, Topic.BLOOD_COUNTS, book) for book in (GUIDELINE, US))
    assert guideline.claims[0].options == (Stance.REDUCE, Stance.POSTPONE)
    assert label.claims[0].options == (Stance.HOLD,)
    assert [one.id for one in guideline.statements if one.status is Status.MET] == ["AE-2"]
    assert "US-AE-MYELO-HOLD" in {one.id for one in label.statements if one.status is Status.MET}


def test_without_a_recent_count_it_cannot_be_told_and_the_count_is_asked_for() -> None:
    found = compare(platelets(None), CYCLE_3, jurisdiction="US")
    for book in (GUIDELINE, US):
        place = position(found, Topic.BLOOD_COUNTS, book)
        assert place.stance is Stance.UNKNOWN
        assert {ask.item for ask in place.asks_for} == {"lab.platelets"}
    assert found.topic(Topic.BLOOD_COUNTS).agreement is Agreement.UNTOLD


def test_with_grade_1_both_find_nothing_against() -> None:
    found = compare(platelets(80), CYCLE_3, jurisdiction="US")
    assert found.topic(Topic.BLOOD_COUNTS).agreement is Agreement.AGREE


# --- the kidneys ---


def test_after_a_loss_of_more_than_40_per_cent_the_guideline_reduces_and_the_label_holds_first() -> None:
    found = compare(creatinine(1.75), CYCLE_3, jurisdiction="US")
    guideline, label = (position(found, Topic.KIDNEY, book) for book in (GUIDELINE, US))
    assert (guideline.stance, label.stance) == (Stance.REDUCE, Stance.HOLD)
    assert found.topic(Topic.KIDNEY).agreement is Agreement.DISAGREE


def test_under_30_the_guideline_ends_the_therapy_and_the_label_holds() -> None:
    found = compare(creatinine(2.6), CYCLE_3, jurisdiction="US")
    guideline, label = (position(found, Topic.KIDNEY, book) for book in (GUIDELINE, US))
    assert (guideline.stance, label.stance) == (Stance.DISCONTINUE, Stance.HOLD)
    assert found.topic(Topic.KIDNEY).agreement is Agreement.DISAGREE


def test_without_a_weight_the_label_cannot_tell_and_asks_for_it() -> None:
    found = compare(WELL, CYCLE_3, jurisdiction="US")
    assert found.topic(Topic.KIDNEY).agreement is Agreement.UNTOLD
    assert "person.weight" in {ask.item for ask in position(found, Topic.KIDNEY, US).asks_for}


def test_what_the_eu_label_asks_for_after_a_reaction_is_unknown_and_perhaps_a_hold() -> None:
    low, poor = (compare(course, CYCLE_3, jurisdiction="DE") for course in (weighing(platelets(60)), creatinine(2.6)))
    for found, topic in ((low, Topic.BLOOD_COUNTS), (poor, Topic.KIDNEY)):
        place = position(found, topic, EU)
        assert (place.stance, place.claims[0].possible) == (Stance.UNKNOWN, (Stance.HOLD,))
        assert "label" in {ask.item for ask in place.asks_for}
        assert found.topic(topic).agreement is not Agreement.AGREE


def test_advice_that_is_not_known_is_unknown_and_asks_for_the_label() -> None:
    partner = {"person__partner_of_childbearing_potential": [{"value": True, "at": "2026-02-10"}]}
    place = position(compare(given(WELL, **partner), CYCLE_3, jurisdiction="DE"), Topic.CONTRACEPTION, EU)
    assert place.stance is Stance.UNKNOWN
    assert [ask.item for ask in place.asks_for] == ["label"]


# --- side effects ---


def event(term: str, organ: str, grade: int) -> dict[str, Any]:
    graded = [{"on": "2026-04-20", "grade": grade}]
    entry = {"term": term, "organ": organ, "ctcae": "5.0", "baseline_grade": 0, "grades": graded}
    return {"complete_as_of": "2026-05-25", "by": "the ward", "entries": [entry]}


@pytest.mark.parametrize(
    ("term", "organ", "mouth", "other"),
    [
        ("dry mouth", "salivary-glands", Stance.HOLD, Stance.NOTHING_AGAINST),
        ("xerostomia", "gastrointestinal", Stance.HOLD, Stance.NOTHING_AGAINST),
        ("diarrhea", "gastrointestinal", Stance.NOTHING_AGAINST, Stance.HOLD),
    ],
)
def test_a_toxicity_counts_under_the_topic_of_its_organ(term: str, organ: str, mouth: Stance, other: Stance) -> None:
    found = compare(given(WELL, events=event(term, organ, 3)), CYCLE_3, among=[GUIDELINE])
    assert _stance(found, Topic.DRY_MOUTH) in (mouth, Stance.SILENT)
    assert _stance(found, Topic.OTHER_TOXICITY) is other


def _stance(found: Comparison, topic: Topic) -> Stance:
    return position(found, topic, GUIDELINE).stance


# --- jurisdiction ---


def sources(jurisdiction: str | None) -> dict[str, str]:
    found = compare(ELIGIBLE, SELECTION, jurisdiction=jurisdiction)
    return {source.book: source.place for source in found.sources}


@pytest.mark.parametrize(("country", "label"), [("US", US), ("DE", EU), ("FR", EU), ("NO", EU), ("EU", EU)])
def test_a_country_has_its_own_label_and_no_other(country: str, label: str) -> None:
    assert {book for book, place in sources(country).items() if place} == {label}


@pytest.mark.parametrize("country", ["JP", "GB", "CH", "AU"])
def test_a_country_without_a_known_label_answers_unknown_in_words_and_gets_no_other_label(country: str) -> None:
    found = compare(ELIGIBLE, SELECTION, jurisdiction=country)
    labels = [source for source in found.sources if source.place]
    assert [(source.known, source.advice) for source in labels] == [(False, "unknown")]
    assert labels[0].scope == f"no label of {country} is known here; ask the national product information"
    assert found.topic(Topic.INDICATION).agreement is Agreement.UNTOLD
    assert not found.with_agreement(Agreement.DISAGREE) or US not in {source.book for source in found.sources}


def test_a_label_left_out_of_the_question_is_not_called_unknown() -> None:
    found = compare(ELIGIBLE, SELECTION, jurisdiction="US", among=[GUIDELINE])
    assert [source.book for source in found.sources] == [GUIDELINE]


def test_without_a_jurisdiction_all_labels_are_shown_by_their_place() -> None:
    assert {book: place for book, place in sources(None).items() if place} == {US: "US", EU: "EU"}
    assert any("No jurisdiction is stated" in note for note in compare(ELIGIBLE, SELECTION).notes)


def test_the_union_and_the_economic_area_share_one_label() -> None:
    assert len(EEA) == 30
    assert {place_of(country) for country in EEA} == {"EU"}
    assert place_of("CH") == "CH"


@pytest.mark.parametrize(("typed", "words"), [("UK", "Write GB"), ("USA", "two letters"), ("", "two letters")])
def test_what_is_no_country_is_refused_with_what_to_write(typed: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_jurisdiction(typed)


def test_a_country_may_be_written_in_small_letters() -> None:
    assert read_jurisdiction(" de ") == "DE"


# --- a local protocol ---


def protocol(text: str, book: str = GUIDELINE) -> Protocol:
    head = f"format: lutetia-protocol/1\nbook: {book}\nauthor: Dr A. Example\ndate: 2026-01-10\n"
    return parse_protocol(head + text, name="protocol.yaml", today=date(2026, 3, 1))


STRICT_ECOG = "limits:\n  - {name: ecog_against, value: 1, reason: house rule}\n"


def local_position(found: Comparison, topic: Topic) -> Position | None:
    return next((one for one in found.topic(topic).positions if one.protocol), None)


def test_a_local_protocol_stands_beside_its_source_where_it_departs_with_its_reason() -> None:
    found = compare(ELIGIBLE, SELECTION, among=[GUIDELINE], protocol=protocol(STRICT_ECOG))
    source, local = position(found, Topic.PERFORMANCE, GUIDELINE), local_position(found, Topic.PERFORMANCE)
    assert local is not None
    assert (source.stance, local.stance) == (Stance.NOTHING_AGAINST, Stance.AGAINST)
    assert (source.protocol, local.protocol) == ("", "protocol.yaml")
    assert found.topic(Topic.PERFORMANCE).agreement is Agreement.DISAGREE
    departure = next(one for said in local.statements for one in said.departures)
    assert (departure.source, departure.local, departure.reason) == ("3", "1", "house rule")
    assert [one.protocol for one in found.sources] == ["", "protocol.yaml"]


def test_a_topic_on_which_the_protocol_says_the_same_has_no_position_of_its_own() -> None:
    found = compare(ELIGIBLE, SELECTION, among=[GUIDELINE], protocol=protocol(STRICT_ECOG))
    assert {one.topic for one in found.topics if local_position(found, one.topic)} == {Topic.PERFORMANCE}


def test_what_a_protocol_loosens_or_switches_off_is_shown_though_it_no_longer_speaks() -> None:
    off = protocol("rules:\n  - {id: CI-B-ECOG, switch: off, reason: judged by the board}\n")
    found = compare(
        given(ELIGIBLE, condition__ecog=[{"value": 3, "at": "2026-02-27"}]), SELECTION, among=[GUIDELINE], protocol=off
    )
    local = local_position(found, Topic.PERFORMANCE)
    assert local is not None
    said = next(one for one in local.statements if one.id == "CI-B-ECOG")
    assert said.status is Status.NOT_APPLICABLE
    assert [one.reason for one in said.departures] == ["judged by the board"]
    assert position(found, Topic.PERFORMANCE, GUIDELINE).stance is not local.stance


def test_a_protocol_changes_no_source() -> None:
    alone = compare(ELIGIBLE, SELECTION)
    beside = compare(ELIGIBLE, SELECTION, protocol=protocol(STRICT_ECOG))
    assert tuple(one for one in beside.sources if not one.protocol) == alone.sources
    for compared in alone.topics:
        assert tuple(one for one in beside.topic(compared.topic).positions if not one.protocol) == compared.positions
    assert (beside.evidence, beside.touched) == (alone.evidence, alone.touched)


def test_a_protocol_for_a_book_that_is_not_compared_is_named() -> None:
    found = compare(ELIGIBLE, SELECTION, among=[EVIDENCE], protocol=protocol(STRICT_ECOG))
    assert any(f"departs from '{GUIDELINE}', which is not compared" in note for note in found.notes)


def test_what_a_protocol_changes_under_no_topic_is_named() -> None:
    text = "limits:\n  - {name: restaging_every, value: 60, unit: d, reason: house rule}\n"
    found = compare(ELIGIBLE, SELECTION, among=[GUIDELINE], protocol=protocol(text))
    assert any("compared under no topic here: restaging_every" in note for note in found.notes)


# --- what a comparison never does ---

SOME = list(CASES.values())[::25]


@pytest.mark.parametrize("case", SOME, ids=lambda case: case.name)
def test_no_source_answers_otherwise_because_others_are_asked_too(case: Any) -> None:
    question: Question = case.question
    found = compare(case.course, question, known_on=case.known_on, settings=case.settings)
    for book in books():
        own = assess(case.course, question, known_on=case.known_on, settings=case.settings, book=book)
        status = {answer.id: answer.status for answer in own.answers}
        shown = [one for compared in found.topics for place in compared.positions for one in place.statements]
        assert all(status[one.id] is one.status for one in shown if one.book == book)


@pytest.mark.parametrize("case", SOME, ids=lambda case: case.name)
def test_leaving_a_book_out_changes_no_other_position(case: Any) -> None:
    whole = compare(case.course, case.question, known_on=case.known_on)
    alone = compare(case.course, case.question, known_on=case.known_on, among=[GUIDELINE])
    for topic in alone.topics:
        mine, theirs = (position(found, topic.topic, GUIDELINE) for found in (alone, whole))
        assert (mine.words, mine.claims) == (theirs.words, theirs.claims)


@pytest.mark.parametrize("case", SOME, ids=lambda case: case.name)
def test_disagreements_come_first_and_an_unknown_source_never_agrees(case: Any) -> None:
    found = compare(case.course, case.question, known_on=case.known_on)
    order = list(Agreement)
    assert [order.index(one.agreement) for one in found.topics] == sorted(
        order.index(one.agreement) for one in found.topics
    )
    for compared in found.topics:
        if any(one.open for one in compared.positions):
            assert compared.agreement is not Agreement.AGREE


def test_two_comparisons_of_the_same_are_the_same() -> None:
    form = TypeAdapter(Comparison)
    assert form.dump_json(compare(WELL, CYCLE_3)) == form.dump_json(compare(WELL, CYCLE_3))


def test_evidence_informs_and_is_never_counted_for_or_against() -> None:
    found = compare(taxane_naive(), SELECTION, among=[GUIDELINE, EVIDENCE])
    assert position(found, Topic.INDICATION, EVIDENCE).stance is Stance.INFORMS
    assert found.topic(Topic.INDICATION).agreement is Agreement.ALONE
    assert {one.statement for one in found.touched} >= {"IND-3b", "IND-3d", "SCOPE-1"}


def test_criteria_of_different_studies_are_claims_of_their_own() -> None:
    found = compare(ELIGIBLE, SELECTION, jurisdiction="US")
    names = [claim.name for claim in position(found, Topic.IMAGING, "selection_criteria").claims]
    assert names == ["VISION", "TheraP", "EANM/SNMMI ratios", "PSG score"]


def test_definitions_of_castration_resistance_are_compared_one_by_one() -> None:
    found = compare(ELIGIBLE, SELECTION, jurisdiction="US")
    names = [claim.name for one in found.topic(Topic.CASTRATION_RESISTANCE).positions for claim in one.claims]
    assert names[0] == "DEF-4"
    assert "CRPC-PCWG3" in names


def test_on_an_agent_that_a_source_does_not_speak_about_it_takes_no_position() -> None:
    other = given(ELIGIBLE, cycles=[{"number": 1, "agent": "[225Ac]Ac-PSMA-617", "planned": "2026-03-02"}])
    found = compare(other, CycleQuestion(1, date(2026, 3, 2)))
    assert not next(source for source in found.sources if source.book == GUIDELINE).in_scope
    assert found.with_agreement(Agreement.DISAGREE) == ()


@pytest.mark.parametrize("name", books())
def test_what_a_book_names_under_a_topic_it_says(name: str) -> None:
    book = load(name)
    said = {one.id for one in book.recommendations}
    assert {one for named in book.topics.values() for one in named} <= said
