"""The page says the answer first, hides nothing, and opens every verdict to what it rests on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lutetia.errors import InputError, RefusedError
from lutetia.guideline.verdict import Assessment, Outcome
from lutetia.report import RunResult, Stop, assessment_document, build, dose_document, summary_text
from lutetia.report.advice import headline
from lutetia.report.alike import alike
from lutetia.report.document import (
    Banner,
    Bullets,
    Column,
    Columns,
    Document,
    Figure,
    Fold,
    KeyFacts,
    Note,
    Section,
    Table,
    walk,
)


@pytest.fixture(scope="module")
def page(full: RunResult) -> Document:
    return build(full)


def _section(document: Document, name: str) -> Section:
    return next(block for block in walk(document.blocks) if isinstance(block, Section) and block.id == name)


def _of(kind: type, document: Document) -> list:
    return [block for block in walk(document.blocks) if isinstance(block, kind)]


def test_the_header_names_course_question_day_of_knowledge_and_that_it_is_synthetic(page: Document) -> None:
    assert page.head == ("course P-001", "cycle 3, planned 2026-06-08", "as known 2026-06-04")
    assert page.synthetic


def test_answers_come_before_doses_and_doses_before_images_and_provenance_last(page: Document) -> None:
    order = [block.id for block in page.blocks if isinstance(block, Section)]
    assert order == [
        "cycle-3",
        "selection",
        "dose-short",
        "timeline",
        "cycle-3-reasons",
        "selection-reasons",
        "due",
        "plan",
        "plan-reasons",
        "dose",
        "pictures",
        "cycle-3-appendix",
        "selection-appendix",
        "notes",
        "provenance",
    ]


def test_unknown_facts_stand_before_the_advice_and_unknown_statements_before_the_others(page: Document) -> None:
    head = next(block for block in _section(page, "cycle-3").blocks if isinstance(block, Columns))
    statements = next(block for block in _section(page, "cycle-3-reasons").blocks if isinstance(block, Columns))
    assert head.lanes[0].title == "Unknown, would decide (2)"
    assert head.lanes[1].title.startswith("Advice: undetermined; at most 'reduced activity at 5.92 GBq'")
    assert [lane.title for lane in statements.lanes] == ["Unknown (2)", "For (1)", "Against (2)", "Excludes (0)"]
    assert [lane.mark for lane in statements.lanes] == ["?", "+", "−", "×"]


def test_reasons_stand_in_the_order_of_precedence_and_open_to_the_trace_of_their_rule(page: Document) -> None:
    head = next(block for block in _section(page, "cycle-3").blocks if isinstance(block, Columns))
    reasons = [block for block in head.lanes[1].blocks if isinstance(block, Fold)]
    assert [reason.summary.split()[0] for reason in reasons] == ["AE-6c", "AE-3"]
    assert reasons[0].summary.endswith("discontinue; undecided for want of eGFR.")
    assert reasons[1].meta[0] == "reduced activity"
    assert reasons[0].mark == "?"
    assert any(isinstance(block, Table) and block.caption == "Facts" for block in reasons[1].content)


def test_every_verdict_opens_to_facts_dates_limits_strength_and_paragraph(page: Document, full: RunResult) -> None:
    for assessment in full.assessments:
        name = assessment.question.replace(" ", "-")
        parts = tuple(_section(page, f"{name}-{part}") for part in ("reasons", "appendix"))
        folds = [block for block in walk(parts) if isinstance(block, Fold)]
        for answer in assessment.answers:
            fold = next(f for f in folds if any(isinstance(c, KeyFacts) and c.rows[0][1].startswith(f"{answer.id}:")
                                                for c in f.content))  # fmt: skip
            rows = dict(next(c for c in fold.content if isinstance(c, KeyFacts)).rows)
            assert answer.strength.value in rows["strength"]
            assert rows["paragraph"] == answer.citation
            assert answer.status.value in rows["condition"]
            tables = {c.caption: c.rows for c in fold.content if isinstance(c, Table)}
            assert len(tables.get("Facts", ())) == len(answer.evidence)
            assert len(tables.get("Limits", ())) == len(answer.limits)
            for row, evidence in zip(tables.get("Facts", ()), answer.evidence, strict=True):
                assert row[2] == (evidence.on.isoformat() if evidence.on else "–")


def test_what_lutetia_chose_is_marked_as_its_choice(page: Document) -> None:
    fold = next(f for f in _of(Fold, page) if f.summary.startswith("eGFR fell by 40 %"))
    assert ("Lutetia's choice", "The value before cycle 1 is taken as baseline; the source does not name it.") in next(
        c for c in fold.content if isinstance(c, KeyFacts)
    ).rows
    limits = next(c for c in fold.content if isinstance(c, Table) and c.caption == "Limits")
    assert [row[3] for row in limits.rows] == ["the source", "Lutetia"]


def test_an_excused_statement_still_speaks_as_a_caution_and_names_its_excuse(undetermined: Assessment) -> None:
    answers = tuple(replace(a, excused_by="CI-B-SUPERSCAN") if a.id == "CI-B-ECOG" else a for a in undetermined.answers)
    document = assessment_document(replace(undetermined, answers=answers))
    fold = next(f for f in _of(Fold, document) if f.summary.startswith("ECOG"))
    assert "excused by CI-B-SUPERSCAN" in fold.meta


def test_a_determined_decision_names_both_arms_that_the_source_leaves(undetermined: Assessment) -> None:
    assert undetermined.decision is not None
    decision = replace(undetermined.decision, outcome=Outcome.REDUCE, alternatives=(Outcome.POSTPONE,))
    assert headline(decision) == "reduced activity at 5.92 GBq or postpone"


def test_out_of_scope_and_a_stopped_part_show_what_to_do_and_the_page_still_stands(stopped: RunResult) -> None:
    document = build(stopped)
    stop, scope = [note for note in _of(Note, document) if note.kind != "note"]
    assert stop.kind == "stopped"
    assert "decay-corrected to administration" in stop.text
    assert "decay: as-acquired" in stop.remedy
    assert scope.lead == "Out of the guideline's scope."
    assert document.head[1] == "cycle 1, planned 2026-03-02"


def test_a_stop_is_made_from_an_error_with_its_exit_code() -> None:
    error = RefusedError("spect 1", "the dose is 4000 Gy", "check the calibration", "no organ survives it")
    stop = Stop.from_error("dosimetry", error)
    assert stop == Stop(part="dosimetry", message="spect 1: the dose is 4000 Gy. No organ survives it.",
                        remedy="check the calibration", exit_code=3)  # fmt: skip
    assert Stop.from_error("record", InputError("a", "b", "c")).exit_code == 2


def test_dose_pages_say_that_they_are_not_for_deviation_from_approved_dosing(page: Document, full: RunResult) -> None:
    alone = dose_document(full.course, full.cycles[0], full.known_on)
    for document in (page, alone):
        assert "Not for deviation from approved dosing." in [banner.text for banner in _of(Banner, document)]


def test_warnings_assumptions_and_notes_are_never_folded_away(page: Document) -> None:
    def open_text(blocks: tuple) -> str:
        parts = []
        for block in blocks:
            match block:
                case Section():
                    parts.append(open_text(block.blocks))
                case Columns():
                    parts += [open_text(lane.blocks) for lane in block.lanes]
                case Fold():
                    continue
                case _:
                    parts.append(repr(block))
        return " ".join(parts)

    shown = open_text(page.blocks)
    for text in (
        "The stated resolution (12.4 mm) comes from the course file",
        "No resolution is stated: doses are not corrected",
        "The kidney keeps its mass over the cycle.",
        "Clock times without an offset are read in Europe/Paris.",
        "contour moved by hand at the second scan",
        "activity still rises from 24.3 h to 71.8 h",
        "bi-exponential with uptake needs one more scan",
    ):
        assert text in shown, text


def test_a_cycle_that_was_given_and_has_no_dose_is_said_to_be_left_out(full: RunResult) -> None:
    document = build(replace(full, cycles=full.cycles[:1], pictures=()), figures=False)
    assert any("no dosimetry for cycle 2" in note.text for note in _of(Note, document))


def test_an_organ_without_a_dose_in_one_cycle_is_not_summed_silently(page: Document) -> None:
    bars = next(figure for figure in _of(Figure, page) if figure.name == "organ-doses")
    assert bars.data is not None
    cycles = {row[0]: row[2] for row in bars.data.rows}
    assert cycles["Kidney, left"] == "1, 2"
    assert cycles["Kidney, right"] == "1"


def test_published_doses_are_shown_only_for_the_ligand_they_belong_to(full: RunResult) -> None:
    ours = build(replace(full, cycles=(replace(full.cycles[0], agent="[177Lu]Lu-PSMA-I&T"),)), figures=False)
    table = next(t for t in _of(Table, ours) if t.caption.startswith("Absorbed dose, cycle 1"))
    assert {row[-1] for row in table.rows} == {"–"}


def test_refused_fits_leave_no_number_in_the_dose_table(page: Document) -> None:
    table = next(t for t in _of(Table, page) if t.caption.startswith("Absorbed dose, cycle 1"))
    row = next(row for row in table.rows if row[0].startswith("L2"))
    assert row[4:] == ("–", "refused", "refused", "–", "–", "–")


def test_units_stand_in_the_heads_of_columns_and_decimal_points_below_each_other() -> None:
    columns = (Column("region"), Column("dose", "Gy", "decimal"))
    table = Table(caption="d", columns=columns, rows=(("a", "12.3"), ("b", "1.25"), ("c", "111"), ("d", "refused")))
    assert columns[1].heading == "dose [Gy]"
    assert [len(row[1]) - row[1].index(".") for row in table.rows[:2]] == [3, 3]
    assert table.rows[2][1] == "111\u2008\u2007\u2007"
    assert table.rows[3][1] == "refused"


def test_every_figure_has_a_caption_and_a_text_for_those_who_do_not_see_it(page: Document) -> None:
    figures = page.figures()
    assert len({figure.name for figure in figures}) == len(figures) >= 6
    assert all(figure.caption and figure.alt for figure in figures)


def test_a_record_without_facts_question_or_dose_still_makes_a_page(bare: RunResult) -> None:
    document = build(bare)
    assert document.figures() == ()
    assert "No absorbed dose was computed in this run." in repr(document)


def test_the_same_result_gives_the_same_page_and_another_number_another_hash(full: RunResult, page: Document) -> None:
    assert build(full).digest == page.digest
    other = replace(full, notes=("Another note.",))
    assert build(other, figures=False).digest != build(full, figures=False).digest


def test_many_unknown_facts_are_counted_and_the_due_list_names_them_all(undetermined: Assessment) -> None:
    assert undetermined.decision is not None
    one = undetermined.decision.decides[0]
    asks = tuple(replace(one, item=f"therapies {number}") for number in range(25))
    possible = tuple(replace(undetermined.decision.reasons[0], rule=f"R-{number}") for number in range(20))
    held = undetermined.decision.reasons[1]
    decision = replace(undetermined.decision, decides=asks, reasons=(*possible, held))
    document = assessment_document(replace(undetermined, decision=decision))
    head = next(block for block in _section(document, "cycle-3").blocks if isinstance(block, Columns))
    assert head.lanes[0].title == "Unknown, would decide (25)"
    assert head.lanes[0].blocks[-1].summary == "and 15 more"
    due = next(block for block in _section(document, "due").blocks if isinstance(block, Table))
    assert [row[0] for row in due.rows[:25]] == [ask.item for ask in asks]
    reasons = [block for block in head.lanes[1].blocks if isinstance(block, Fold)]
    assert [reason.mark for reason in reasons] == ["?"] * 8 + ["21", "?"]
    assert len(reasons[-1].content) == 12


def test_a_rule_with_two_open_arms_is_one_reason(undetermined: Assessment) -> None:
    assert undetermined.decision is not None
    one = undetermined.decision.reasons[0]
    arms = (replace(one, outcome=Outcome.POSTPONE), replace(one, outcome=Outcome.REDUCE))
    document = assessment_document(replace(undetermined, decision=replace(undetermined.decision, reasons=arms)))
    head = next(block for block in _section(document, "cycle-3").blocks if isinstance(block, Columns))
    (reason,) = [block for block in head.lanes[1].blocks if isinstance(block, Fold)]
    assert "postpone or reduced activity; undecided for want of eGFR" in reason.summary


def test_the_first_page_gives_every_region_by_cycle_and_every_warning(page: Document, full: RunResult) -> None:
    short = _section(page, "dose-short")
    table = next(block for block in short.blocks if isinstance(block, Table))
    assert [column.title for column in table.columns[1:4]] == ["cycle 1", "cycle 2", "sum"]
    cells = {row[0]: tuple(cell.strip("\u2007\u2008") for cell in row[1:4]) for row in table.rows}
    assert set(cells) == {region.label for cycle in full.cycles for region in cycle.regions}
    assert cells["Kidney, right"][1:] == ("–", f"{cells['Kidney, right'][0]} (1 cycle only)")
    assert cells["L2, left iliac node"] == ("refused", "–", "–")
    warned = [block.text for block in short.blocks if isinstance(block, Note)]
    assert warned == [warning for cycle in full.cycles for warning in cycle.warnings]


def test_what_is_assumed_in_every_cycle_is_said_once(page: Document, full: RunResult) -> None:
    assert full.cycles[0].assumptions == full.cycles[1].assumptions
    shared = _section(page, "dose-assumptions").blocks[0]
    assert isinstance(shared, Bullets)
    assert shared.items == full.cycles[0].assumptions
    assert not any(isinstance(b, Section) and b.id == "dose-1-assumptions" for b in walk(page.blocks))


def test_the_same_note_about_many_regions_is_one_line_that_names_them() -> None:
    notes = [("Left kidney", "Half of 12 h."), ("Liver", "Half of 9.5 h."), ("Spleen", "Half of 12 h."), ("L1", "One.")]
    assert alike(notes, 4) == (
        "Left kidney, Liver and Spleen: Half of 9.5 to 12 h. (Left kidney and Spleen 12; Liver 9.5)",
        "L1: One.",
    )
    assert alike([(name, "One.") for name in "abc"], 3) == ("All 3 regions: One.",)


def test_notes_that_differ_in_too_many_numbers_stay_apart() -> None:
    assert alike([("a", "1 2 3 4"), ("b", "5 6 7 8")], 2) == ("a: 1 2 3 4", "b: 5 6 7 8")


def test_the_summary_of_a_run_fits_a_terminal_and_ends_in_no_trace(full: RunResult) -> None:
    text = summary_text(full)
    assert max(map(len, text.splitlines())) <= 80
    for part in (
        "Advice: undetermined",
        "AE-6c",
        "WARNING: Cycle 1: The stated resolution",
        "Kidney, left",
        "Europe/Paris",
    ):
        assert part in text, part
    assert "Excludes" not in text
