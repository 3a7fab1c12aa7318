"""Reports inform about a man of the population that they studied, from the day on which they were public."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lutetia.guideline import Selection, assess, coverage, find, rules
from lutetia.guideline.book import Edition, load
from lutetia.guideline.books.evidence_since_2023.reports import VERIFY, Report, reports
from lutetia.guideline.cases import Case, differences, read_cases
from lutetia.guideline.evaluate import assess_by
from lutetia.guideline.logic.limit import Limit
from lutetia.guideline.verdict import Polarity, Status

NAME = "evidence_since_2023"
BOOK = load(NAME)
CASES = {case.name: case for case in read_cases(NAME)}
LIMITS = BOOK.edition(date(2026, 3, 2)).limits
NAIVE = CASES["a taxane-naive man who progressed on one drug is of the population of four reports"]
ONE_DAY = timedelta(days=1)


def answered(on: date) -> set[str]:
    return {one.id for one in assess(NAIVE.course, Selection(on), book=NAME).answers}


@pytest.mark.parametrize("report", reports().values(), ids=lambda report: report.id)
def test_a_report_is_shown_from_the_day_on_which_it_was_public_and_not_before(report: Report) -> None:
    assert report.id not in answered(report.public - ONE_DAY)
    assert report.id in answered(report.public)


def test_before_any_report_nothing_is_said() -> None:
    assert answered(date(2022, 1, 1)) == set()


def test_every_recommendation_informs_and_has_no_effect_on_a_cycle() -> None:
    assert {rule.polarity for rule in rules(NAME)} == {Polarity.INFORMS}
    assert not any(rule.recommendation.effects for rule in rules(NAME))
    assert not BOOK.decides


def test_a_question_about_a_cycle_gets_no_decision_and_no_readiness() -> None:
    answer = CASES["before a seventh cycle both series are named, and no decision is made of them"].assess()
    assert answer.decision is None
    assert answer.ready is None


def test_a_ratio_comes_with_its_confidence_interval() -> None:
    ratios = [result.ratio for report in reports().values() for result in report.results if result.ratio]
    assert len(ratios) == 11
    for ratio in ratios:
        assert float(ratio.low) < float(ratio.value) < float(ratio.high)


def test_where_no_number_is_public_it_says_so_and_shows_none() -> None:
    eclipse = reports()["EV-ECLIPSE"]
    assert eclipse.results == ()
    assert find("EV-ECLIPSE", book=NAME).recommendation.says.endswith(
        "The primary endpoint (rPFS) was met; no numbers are available."
    )


def test_numbers_are_shown_as_they_were_printed() -> None:
    says = find("EV-PSMAFORE", book=NAME).recommendation.says
    assert (
        "rPFS, primary analysis: 9.30 mo against 5.55 mo, hazard ratio 0.41 (95 % CI 0.29 to 0.56, p < 0.0001)" in says
    )


@pytest.mark.parametrize("report", reports().values(), ids=lambda report: report.id)
def test_what_was_known_from_a_secondary_source_only_says_so(report: Report) -> None:
    rule = find(report.id, book=NAME)
    assert (rule.caveat == VERIFY) == (report.seen == "secondary")
    assert f"{report.seen} source seen" in " ".join(report.details)
    assert report.seen == "primary" or report.seen_in


def test_every_report_is_a_recommendation_and_names_its_source() -> None:
    assert set(reports()) | {"EV-IT"} == {rule.id for rule in rules(NAME)} == set(BOOK.touches)
    assert all(report.doi or report.cite for report in reports().values())
    assert {one.id for one in coverage(NAME).statements} == {rule.id for rule in rules(NAME)}


def test_what_a_report_bears_upon_is_a_statement_of_the_guideline() -> None:
    known = {one.id for one in coverage("eanm_snmmi_2023").statements}
    assert {statement for touched in BOOK.touches.values() for statement in touched} <= known


def test_every_report_has_a_case_of_its_population_and_one_outside_it() -> None:
    expected = {(rule, status) for case in CASES.values() for rule, status in case.expected.get("expect", {}).items()}
    for rule in rules(NAME):
        assert (rule.id, "MET") in expected
        assert (rule.id, "NOT_MET") in expected


def moved(limit: Limit, way: int) -> Limit:
    return replace(limit, value=limit.value + way)


def comes_out_otherwise(case: Case, edition: Edition) -> bool:
    assessment = assess_by(edition, case.course, case.question, known_on=case.known_on, settings=case.settings)
    return differences(case, assessment) != ()


@pytest.mark.parametrize("way", [1, -1], ids=["up", "down"])
@pytest.mark.parametrize("name", sorted(LIMITS))
def test_a_limit_of_a_population_that_is_moved_changes_a_case(name: str, way: int) -> None:
    edition = Edition.of(BOOK, {**LIMITS, name: moved(LIMITS[name], way)})
    assert any(comes_out_otherwise(case, edition) for case in CASES.values())


def test_a_report_never_changes_what_the_guideline_answers() -> None:
    with_reports = {one.id: one.status for one in assess(NAIVE.course, NAIVE.question).answers}
    assert with_reports["IND-3b"] is Status.MET
    assert with_reports["IND-3a"] is Status.NOT_MET
