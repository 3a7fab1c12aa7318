"""The labels answer by the version of the day, say what to verify, and never call unknown what is no."""

import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from lutetia.guideline import Selection, assess, books, coverage, find, rules
from lutetia.guideline.book import Book, load
from lutetia.guideline.cases import Case, read_cases
from lutetia.guideline.logic.untold import not_told
from lutetia.guideline.recommendation import Cite, Recommendation
from lutetia.guideline.topic import Topic
from lutetia.guideline.verdict import Outcome, Status
from lutetia.report import assessment_document, assessment_json, render_html, render_text
from lutetia.workflow.guideline.books import rule_sheet, rule_text

LABELS = ("label_us", "label_eu")
VERIFY = "verify against the current label"
PAGE = (Path(__file__).parents[2] / "docs" / "labels.md").read_text(encoding="utf-8")
FIRST = {"label_us": date(2022, 3, 23), "label_eu": date(2022, 12, 13)}
TODAY = date(2026, 8, 1)
LOW_PLATELETS = {
    "label_us": "platelets of grade 2 on the day withhold the dose",
    "label_eu": "platelets of grade 2 on the day ask for the label",
}


@cache
def cases(book: str) -> dict[str, Case]:
    return {case.name: case for case in read_cases(book)}


def case(book: str, name: str) -> Case:
    return cases(book)[name]


@pytest.mark.parametrize("book", LABELS)
def test_before_the_first_version_nothing_is_answered(book: str) -> None:
    record = case(book, "nothing in the way of the third dose").course
    assessment = assess(record, Selection(FIRST[book] - timedelta(days=1)), book=book)
    assert (assessment.not_known, assessment.in_scope, assessment.version) == (True, False, None)
    assert (assessment.answers, assessment.decision, assessment.indication) == ((), None, None)
    assert "unknown" in assessment.scope
    assert str(FIRST[book]) in assessment.scope
    text = render_text(assessment_document(assessment))
    assert "Not known." in text
    assert "Out of the guideline's scope" not in text


@pytest.mark.parametrize("book", LABELS)
def test_on_its_first_day_the_first_version_answers(book: str) -> None:
    record = case(book, "nothing in the way of the third dose").course
    assessment = assess(record, Selection(FIRST[book]), book=book)
    assert assessment.not_known is False
    assert assessment.version == load(book).versions[0]


@pytest.mark.parametrize(
    ("day", "since", "said"),
    [
        (date(2025, 3, 27), date(2022, 3, 23), {"US-IND-TAXANE", "US-DELAY-STOP"}),
        (date(2025, 3, 28), date(2025, 3, 28), {"US-IND-TAXANE", "US-IND-DELAY", "US-DELAY-CONSIDER"}),
        (date(2026, 7, 30), date(2025, 3, 28), {"US-IND-TAXANE", "US-IND-DELAY", "US-DELAY-CONSIDER"}),
        (date(2026, 7, 31), date(2026, 7, 31),
         {"US-IND-TAXANE", "US-IND-DELAY", "US-IND-SENSITIVE", "US-DELAY-CONSIDER"}),
    ],
)  # fmt: skip
def test_an_edition_holds_what_held_on_the_day(day: date, since: date, said: set[str]) -> None:
    edition = load("label_us").edition(day)
    assert edition.version is not None
    assert edition.version.since == since
    dated = {"US-IND-TAXANE", "US-IND-DELAY", "US-IND-SENSITIVE", "US-DELAY-STOP", "US-DELAY-CONSIDER"}
    assert dated & set(edition.rules) == said


def test_a_recommendation_holds_from_its_day_and_until_the_day_before_it_ends() -> None:
    limits = load("label_us").recommendations[0].condition
    one = Recommendation(
        id="X", where=Cite("S"), asks="?", says=".", informs=limits, since=date(2024, 1, 1), until=date(2025, 1, 1)
    )
    days = (date(2023, 12, 31), date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 1))
    assert [one.holds_on(day) for day in days] == [False, True, True, False]


def test_a_rule_of_an_earlier_version_can_still_be_shown() -> None:
    assert find("US-DELAY-STOP").recommendation.until == date(2025, 3, 28)
    assert "2025-03-28" in rule_text(rule_sheet("us-delay-stop", "label_us"))


def test_the_guideline_has_no_versions_and_no_caveat() -> None:
    guideline = load("eanm_snmmi_2023")
    assert guideline.version(TODAY) is None
    assert {rule.caveat for rule in rules("eanm_snmmi_2023")} == {""}


@pytest.mark.parametrize("book", LABELS)
def test_every_answer_says_what_to_verify_wherever_it_is_shown(book: str) -> None:
    assessment = case(book, LOW_PLATELETS[book]).assess()
    assert all(answer.caveat.startswith(VERIFY) for answer in assessment.answers)
    assert assessment.decision is not None
    assert all(VERIFY in reason.caveat for reason in assessment.decision.reasons)
    plain = assessment_json(assessment)
    assert all(VERIFY in answer["caveat"] for answer in plain["answers"])
    assert plain["version"]["since"] == str(load(book).version(assessment.on).since)  # type: ignore[union-attr]
    document = assessment_document(assessment)
    shown = {
        "text": " ".join(render_text(document, traces=True).split()),
        "page": re.sub("<[^>]+>", "", render_html(document)),
    }
    speaking = sum(answer.status in (Status.MET, Status.UNKNOWN) for answer in assessment.answers)
    assert all(words.count(VERIFY) > speaking for words in shown.values())
    version = f"Version of {load(book).version(assessment.on).since}"  # type: ignore[union-attr]
    assert all(version in words for words in shown.values())


@pytest.mark.parametrize("book", LABELS)
def test_every_version_was_seen_at_second_hand_and_the_book_says_so(book: str) -> None:
    label = load(book)
    assert {version.seen for version in label.versions} == {"secondary"}
    assert label.caveat == VERIFY


@pytest.mark.parametrize(
    "name",
    ["before a taxane the answer is unknown, never no", "while the disease is hormone-sensitive the answer is unknown"],
)
def test_what_the_eu_label_says_of_an_earlier_setting_is_unknown_never_no(name: str) -> None:
    assessment = case("label_eu", name).assess()
    answer = assessment.answer("EU-IND-EARLIER")
    assert answer.status is Status.UNKNOWN
    assert [ask.item for ask in answer.asks_for] == ["label"]
    assert assessment.indication is not None
    assert assessment.indication.summary.startswith("Unknown")
    assert assessment.indication.possible == ("EU-IND-EARLIER",)


def asks_the_label(one: Recommendation) -> bool:
    return isinstance(one.condition, not_told)


REACTIONS = [one.name for one in read_cases("label_eu") if one.expected.get("decision", {}).get("decides") == ["label"]]


@pytest.mark.parametrize("name", REACTIONS)
def test_after_a_reaction_the_eu_label_is_asked_for_and_the_decision_stays_open(name: str) -> None:
    assessment = case("label_eu", name).assess()
    assert assessment.decision is not None
    assert assessment.decision.outcome is Outcome.UNDETERMINED
    perhaps = [reason for reason in assessment.decision.reasons if reason.possible]
    assert {reason.outcome for reason in perhaps} == {Outcome.HOLD}
    assert {ask.item for ask in assessment.unknown} == {"label"}


def test_no_sentence_of_the_eu_book_on_reactions_is_that_of_the_us_book() -> None:
    said = {name: {one.says for one in load(name).recommendations if "-AE-" in one.id} for name in LABELS}
    assert not said["label_us"] & said["label_eu"]
    assert all(asks_the_label(one) for one in load("label_eu").recommendations if "-AE-" in one.id)


def test_the_taxane_naive_man_is_within_the_us_label_and_unknown_to_the_eu_label() -> None:
    us = case("label_us", "without a taxane, where a delay is appropriate, he is within the label since 2025")
    assert us.assess().indication.holding == ("US-IND-DELAY",)  # type: ignore[union-attr]
    eu = assess(us.course, us.question, book="label_eu")
    assert eu.indication is not None
    assert eu.indication.holding == ()
    assert eu.indication.possible == ("EU-IND-EARLIER",)


def test_grade_2_on_the_day_is_withheld_by_the_label_and_reduced_by_the_guideline() -> None:
    man = case("label_us", "platelets of grade 2 on the day withhold the dose")
    label, guideline = man.assess().decision, assess(man.course, man.question).decision
    assert label is not None
    assert guideline is not None
    assert label.outcome is Outcome.HOLD
    assert guideline.outcome is Outcome.REDUCE
    assert guideline.alternatives == (Outcome.POSTPONE,)


@pytest.mark.parametrize("book", LABELS)
def test_a_book_names_its_place_and_only_topics_of_its_own_rules(book: str) -> None:
    label = load(book)
    assert label.jurisdiction == {"label_us": "US", "label_eu": "EU"}[book]
    said = {one.id for one in label.recommendations}
    assert {rule for named in label.topics.values() for rule in named} <= said
    silent = {Topic.CASTRATION_RESISTANCE, Topic.PERFORMANCE}
    assert set(Topic) - set(label.topics) == silent


@pytest.mark.parametrize("book", LABELS)
def test_every_executable_statement_is_a_rule_and_every_rule_is_held_by_cases(book: str) -> None:
    executable = [one.id for one in coverage(book).statements if one.kind == "executable"]
    assert sorted(executable) == sorted(one.id for one in load(book).recommendations)
    assert coverage(book).counts["not-yet"] == 0
    statuses = {rule: set[str]() for rule in executable}
    for one in read_cases(book):
        for rule, status in one.expected.get("expect", {}).items():
            statuses[rule].add(status)
    never_certain = {"US-LABS", "EU-LABS"} | {one.id for one in load(book).recommendations if asks_the_label(one)}
    for rule, seen in statuses.items():
        wanted = {"UNKNOWN", "NOT_MET"} | (set() if rule in never_certain else {"MET"})
        if rule in {"US-DOSE-NUMBER", "EU-DOSE-NUMBER"}:
            wanted -= {"UNKNOWN"}  # the number of the cycle stands in the question
        assert wanted <= seen, rule


@pytest.mark.parametrize("book", [name for name in books() if name in LABELS])
def test_conditions_read_as_words_with_every_number_of_the_book(book: str) -> None:
    edition = load(book).edition(TODAY)
    for rule in load(book).printed.values():
        assert rule.condition
        assert {limit.name for limit in rule.limits} <= set(edition.limits)


@pytest.mark.parametrize("book", LABELS)
def test_every_limit_is_used_and_every_choice_of_lutetia_is_on_the_page(book: str) -> None:
    label: Book = load(book)
    edition = label.edition(TODAY)
    used = {limit.name for rule in label.printed.values() for limit in rule.limits}
    used |= {name for ages in edition.validity.values() for name in (ages or {}).values() if name}
    assert set(edition.limits) - used == set()
    assert all(f"`{one.name}`" in PAGE for one in edition.limits.values() if one.chosen_by_lutetia)


@pytest.mark.parametrize("book", LABELS)
def test_every_rule_with_an_effect_stands_at_its_place_in_the_order_of_the_page(book: str) -> None:
    shown = {line.split("|")[1].strip(): line for line in PAGE.splitlines() if line.startswith("| P")}
    for one in load(book).recommendations:
        for effect in one.effects:
            assert one.id.partition("-")[2] in shown[effect.precedence], one.id


def test_the_page_names_every_version_with_its_day() -> None:
    for book in LABELS:
        assert all(str(version.since) in PAGE for version in load(book).versions)
