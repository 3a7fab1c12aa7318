"""How a result becomes a page: the answer first, then the reasons, then the data, then where it all comes from."""

from __future__ import annotations

from datetime import date

from lutetia.course import Course
from lutetia.dosimetry.result import CycleDose
from lutetia.guideline.book_comparison import Comparison
from lutetia.guideline.schedule import plan
from lutetia.guideline.verdict import Ask, Assessment
from lutetia.report import words
from lutetia.report.advice import answer_section, deciding
from lutetia.report.book_comparison import comparison_blocks, differences_section
from lutetia.report.course_page import course_page
from lutetia.report.document import (
    Banner,
    Block,
    Bullets,
    Column,
    Document,
    Figure,
    Note,
    Paragraph,
    Section,
    Table,
)
from lutetia.report.dose import NOT_FOR_DEVIATION, cycle_section, dose_section
from lutetia.report.dose_choices import choices_table
from lutetia.report.dose_short import dose_short
from lutetia.report.history import History, history_of
from lutetia.report.origin import origin_section
from lutetia.report.plan import plan_sections
from lutetia.report.reasons import appendix_section, reasons_section
from lutetia.report.result import Picture, RunResult, Stop
from lutetia.report.statement import ask_rows
from lutetia.site import Choice


def build(result: RunResult, *, figures: bool = True) -> Document:
    """Return the page of a run.

    Parameters
    ----------
    result : RunResult
    figures : bool
        False leaves pictures out, which a terminal does not show.
    """
    reasoned = [assessment for assessment in result.assessments if assessment.in_scope]
    blocks = _answers(result)
    blocks += _timeline(result) if figures else []
    blocks += [section for comparison in result.comparisons for section in differences_section(comparison)]
    blocks += [reasons_section(assessment) for assessment in reasoned]
    blocks += _due(result.assessments)
    blocks += plan_sections(plan(result.course, known_on=result.known_on)) if reasoned else ()
    blocks += [_doses(result, figures=figures)] if result.cycles else []
    blocks += _pictures(result.pictures) if figures else []
    blocks += [appendix_section(assessment) for assessment in reasoned]
    blocks += [_notes(result), origin_section(result.record)]
    return _of_run(result, blocks)


def _doses(result: RunResult, *, figures: bool) -> Section:
    return dose_section(
        result.course,
        result.cycles,
        figures=figures,
        choices=result.choices,
        references=result.references_shown,
    )


def summary(result: RunResult) -> Document:
    """Return the answers of a run alone: what was stopped, the advice with its reasons, the doses, the notes."""
    return _of_run(result, [*_answers(result), _notes(result)])


def _answers(result: RunResult) -> list[Block]:
    blocks: list[Block] = [_stopped(stop) for stop in result.stopped]
    blocks += [answer_section(assessment) for assessment in result.assessments]
    return blocks + ([dose_short(result.course, result.cycles)] if result.cycles else [])


def _of_run(result: RunResult, blocks: list[Block]) -> Document:
    return course_page(
        result.course.id,
        _question(result),
        result.known_on,
        tuple(blocks),
        synthetic=result.course.synthetic,
        made=f"{result.record.finished_at.isoformat()} by Lutetia {result.record.version}",
    )


def assessment_document(assessment: Assessment) -> Document:
    """Return a page that holds one assessment only."""
    blocks: tuple[Block, ...] = (answer_section(assessment), *_due((assessment,)))
    if assessment.in_scope:
        blocks = (answer_section(assessment), reasons_section(assessment), *_due((assessment,)))
        blocks += (appendix_section(assessment),)
    question = f"{assessment.question}, {assessment.on.isoformat()}"
    return course_page(assessment.course, question, assessment.known_on, blocks, synthetic=assessment.synthetic)


def comparison_document(comparison: Comparison) -> Document:
    """Return a page that holds one comparison of sources only."""
    question = f"{comparison.question}, {comparison.on.isoformat()}"
    blocks = comparison_blocks(comparison)
    return course_page(comparison.course, question, comparison.known_on, blocks, synthetic=comparison.synthetic)


def dose_document(course: Course, cycle: CycleDose, known_on: date, *, choices: tuple[Choice, ...] = ()) -> Document:
    """Return a page, without pictures, that holds the dosimetry of one cycle only, and the choices behind it."""
    blocks: tuple[Block, ...] = (Banner(text=NOT_FOR_DEVIATION), cycle_section(cycle, figures=False))
    blocks += (choices_table(choices),) if choices else ()
    return course_page(course.id, f"dose of cycle {cycle.cycle}", known_on, blocks, synthetic=course.synthetic)


def _question(result: RunResult) -> str:
    if result.assessments:
        first = result.assessments[0]
        planned = "" if first.question == "selection" else "planned "
        return f"{first.question}, {planned}{first.on.isoformat()}"
    cycles = ", ".join(str(cycle.cycle) for cycle in result.cycles)
    return f"dose of cycle {cycles}" if cycles else "record"


def _stopped(stop: Stop) -> Note:
    withheld = "withheld as unsafe" if stop.exit_code == 3 else "stopped"
    lead = f"{stop.part[:1].upper()}{stop.part[1:]} {withheld}:"
    return Note(kind="stopped", lead=lead, text=words.prose(stop.message), remedy=words.prose(stop.remedy))


def _timeline(result: RunResult) -> list[Block]:
    from lutetia.report.figures.timeline import draw_timeline

    history = history_of(result.course, result.known_on, result.assessments)
    if not history.series and not history.cycles:
        return []
    shown = ", ".join(series.title for series in history.series) or "no laboratory results"
    figure = Figure(
        name="timeline",
        svg=draw_timeline(history),
        caption="Course over time. Solid upright lines: cycles given; dotted: planned; dashed: the day of knowledge. "
        "Dots: results, scans; flags: adverse events with worst grade; level dashes: limits, each with its rule.",
        alt=f"Timeline of {shown} with {words.count(len(history.cycles), 'cycle')}; the numbers are in its table.",
        data=_timeline_table(history),
    )
    return [Section(id="timeline", title="Course", blocks=(figure,))]


def _timeline_table(history: History) -> Table:
    rows = [
        (point.on.isoformat(), series.title, f"{point.comparator}{words.measured(point.value)}", series.unit)
        for series in history.series
        for point in series.points
    ]
    for kind, marks in (("cycle", history.cycles), ("scan", history.scans), ("event", history.events)):
        rows += [(mark.on.isoformat(), kind, mark.label, "") for mark in marks]
    columns = (Column("date"), Column("what"), Column("value"), Column("unit"))
    return Table(caption="Course over time", columns=columns, rows=tuple(sorted(rows)))


def _due(assessments: tuple[Assessment, ...]) -> list[Block]:
    asks: list[Ask] = [ask for assessment in assessments for ask in deciding(assessment)]
    asks += [ask for assessment in assessments for ask in assessment.unknown]
    asks += [ask for assessment in assessments for answer in assessment.answers for ask in answer.asks_for]
    rows = ask_rows(asks)
    if not rows:
        return []
    columns = (Column("fact"), Column("question"), Column("why it is asked for"))
    table = Table(caption="To ask or measure; what decides comes first", columns=columns, rows=rows)
    return [Section(id="due", title="Due: to ask or measure", blocks=(table,))]


def _pictures(pictures: tuple[Picture, ...]) -> list[Block]:
    from lutetia.report.figures.projection import draw_projections
    from lutetia.report.figures.slices import draw_slices

    figures = []
    for number, picture in enumerate(pictures, 1):
        name = f"{picture.kind}-{number}"
        draw = draw_slices if picture.kind == "slices" else draw_projections
        regions = ", ".join(words.region(mask.name) for mask in picture.masks) or "none"
        what = "dose" if picture.overlay.unit == "Gy" else "activity concentration"
        view = "Planes" if picture.kind == "slices" else "Maximum-intensity projections"
        fused = " fused on CT" if picture.kind == "slices" and picture.background is not None else ""
        more = _SLICES_READ if picture.kind == "slices" else _PROJECTIONS_READ
        figures.append(
            Figure(
                name=name,
                svg=draw(picture, name=name),
                caption=f"{picture.title}. {view} of {what}{fused}; R and L are the patient's right and left.{more}",
                alt=f"{view} of {what}{fused} with outlined regions: {regions}.",
            )
        )
    return [Section(id="pictures", title="Images", blocks=tuple(figures))] if figures else []


_SLICES_READ = (
    " Axial planes are seen from the feet; z and y in the patient coordinates of DICOM. White ticks at the edges: "
    "where the other planes cut. CT window −160 to 240 HU."
)
_PROJECTIONS_READ = " A and P: front and back."


def _notes(result: RunResult) -> Section:
    notes = tuple(map(words.prose, result.notes))
    if not result.assessments:
        notes += ("No question of the guideline was assessed in this run.",)
    if not result.cycles:
        notes += ("No absorbed dose was computed in this run.",)
    body = Bullets(items=notes) if notes else Paragraph(text="No assumption beyond those stated above.")
    return Section(id="notes", title="Assumptions and notes", blocks=(body,))
