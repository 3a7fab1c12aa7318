"""On the page of a run the sources stand side by side only where they differ, and what each rests on opens behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lutetia.guideline import CycleQuestion
from lutetia.guideline.book_comparison import Comparison, compare
from lutetia.guideline.cases import read_cases
from lutetia.guideline.stance import Agreement
from lutetia.report import RunResult, build, comparison_document, render_html, render_pdf, render_text, report_json
from lutetia.report.document import Document, Fold, Section, walk

CASES = {case.name: case for case in read_cases()}
CYCLE_3 = CycleQuestion(3, date(2026, 5, 25))


def of(name: str, jurisdiction: str | None = "US") -> Comparison:
    return compare(CASES[name].course, CYCLE_3, jurisdiction=jurisdiction)


@pytest.fixture(scope="module")
def differing() -> Comparison:
    return of("grade 2 thrombocytopenia on the day reduces by 20 % or postpones")


@pytest.fixture(scope="module")
def agreeing() -> Comparison:
    return compare(CASES["nothing in the way of the third cycle"].course, CYCLE_3, among=["eanm_snmmi_2023"])


def sections(document: Document) -> dict[str, Section]:
    return {block.id: block for block in walk(document.blocks) if isinstance(block, Section)}


def with_comparison(result: RunResult, comparison: Comparison) -> RunResult:
    return replace(result, comparisons=(comparison,))


def test_a_run_shows_where_the_sources_differ(full: RunResult, differing: Comparison) -> None:
    document = build(with_comparison(full, differing), figures=False)
    section = sections(document)["cycle-3-differences"]
    assert section.title == "Where the sources differ, cycle 3"
    lines = [block.summary for block in walk(section.blocks) if isinstance(block, Fold)]
    assert "EANM/SNMMI 2023: reduced activity or postpone" in lines
    assert "US label of Pluvicto: hold" in lines


def test_a_run_in_which_no_two_differ_has_no_such_section(full: RunResult, agreeing: Comparison) -> None:
    assert agreeing.with_agreement(Agreement.DISAGREE) == ()
    assert "cycle-3-differences" not in sections(build(with_comparison(full, agreeing), figures=False))


def test_what_a_position_rests_on_opens_behind_it(differing: Comparison) -> None:
    document = comparison_document(differing)
    texts = render_html(document)
    for words in ("AE-2", "US-AE-MYELO-HOLD", "Management of side effects, 2", "verify against the current label"):
        assert words in texts


@pytest.mark.parametrize("width", [80, 100])
def test_the_text_keeps_to_its_width(differing: Comparison, width: int) -> None:
    assert max(map(len, render_text(comparison_document(differing), width=width).splitlines())) <= width


def test_the_section_is_set_on_paper(bare: RunResult, differing: Comparison) -> None:
    assert render_pdf(build(with_comparison(bare, differing), figures=False)).startswith(b"%PDF")


def test_the_report_holds_every_comparison_in_full(bare: RunResult, differing: Comparison) -> None:
    found = report_json(with_comparison(bare, differing))["comparisons"]
    assert [one["question"] for one in found] == ["cycle 3"]
    assert len(found[0]["topics"]) == len(differing.topics)
