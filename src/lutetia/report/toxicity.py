"""How are side effects shown? The worst first, then every cycle, curves, kidneys, what patients report, and advice."""

from __future__ import annotations

import re
from typing import Final

from lutetia.criteria.ctcae import GradeRange, table
from lutetia.criteria.toxicity import BASELINE_MAX_AGE_DAYS, abnormal_baselines
from lutetia.criteria.toxicity_cycle import InPeriod, TermByCycle, Toxicity, shift_table
from lutetia.guideline.verdict import Answer, Status
from lutetia.report import words
from lutetia.report.course_page import course_page
from lutetia.report.document import (
    Block,
    Bullets,
    Column,
    Document,
    Figure,
    Fold,
    KeyFacts,
    Note,
    Paragraph,
    Section,
    Table,
)
from lutetia.report.figures.toxicity import StripCell, StripRow, draw_strip
from lutetia.report.toxicity_kidney import renal_section
from lutetia.report.toxicity_result import ToxicityResult

SEVERE: Final = 3
_AS_ENTERED: Final = " (as entered)"
_OF_A_DAY: Final = re.compile(r"(.* (?:of|on)) (\d{4}-\d{2}-\d{2})")
_SHORT: Final = {"before cycle 1": "before"}


def toxicity_document(result: ToxicityResult) -> Document:
    """Return a page that holds the side effects of a course."""
    graded = result.toxicity
    blocks = (
        summary_section(graded), *strip_section(graded, _from_abnormal(result)), *_curves(result), *_by_cycle(graded),
        *_shift(graded), *renal_section(result), *_reported(result), *_advice(result), *_open(result),
        _how(result),
    )  # fmt: skip
    course = result.course
    return course_page(course.id, "toxicity", result.known_on, blocks, synthetic=course.synthetic)


def label(row: TermByCycle) -> str:
    """Name a term; an event that a person graded is marked, since a result may grade the same."""
    return row.term + (_AS_ENTERED if row.grades.origin == "event" else "")


def grade_text(grade: GradeRange | None) -> str:
    """Write the grades that are possible."""
    if grade is None:
        return "–"
    return str(grade.least) if grade.settled else f"{grade.least}–{grade.most}"


def summary_section(toxicity: Toxicity) -> Section:
    """Return what became worse than before the first cycle, the worst first."""
    if not toxicity.terms:
        return Section(id="worst", title="Worst", blocks=(Paragraph(text="Nothing in the record can be graded."),))
    if len(toxicity.periods) == 1:
        text = "No cycle has been given; what follows is the time before the therapy."
        return Section(id="worst", title="Worst", blocks=(Paragraph(text=text),))
    rows = [(f"grade {level}", _worst_at(toxicity, level)) for level in (5, 4, 3, 2)]
    shown = [row for row in rows if row[1]] or [("worse than before", "nothing of grade 2 or more")]
    shown += [(f"may be grade {SEVERE}", text)] if (text := _may_be_severe(toxicity)) else []
    shown += [("not recovered", text)] if (text := _not_recovered(toxicity, waiting=False)) else []
    shown += [("to recover", text)] if (text := _not_recovered(toxicity, waiting=True)) else []
    return Section(id="worst", title="Worse than before cycle 1", blocks=(KeyFacts(rows=tuple(shown)),))


def _worst_at(toxicity: Toxicity, level: int) -> str:
    rows = [row for row in toxicity.terms if row.emergent and row.worst is not None and row.worst.least == level]
    return "; ".join(f"{label(row)} ({_when(row, level)})" for row in rows)


def _when(row: TermByCycle, level: int) -> str:
    names = [one.period for one in row.periods[1:] if one.worst is not None and one.worst.least == level]
    return ", ".join(names)


def _may_be_severe(toxicity: Toxicity) -> str:
    rows = [row for row in toxicity.terms if row.worst is not None and row.worst.least < SEVERE <= row.worst.most]
    return "; ".join(f"{label(row)} (grade {grade_text(row.worst)})" for row in rows)


def _not_recovered(toxicity: Toxicity, *, waiting: bool) -> str:
    found = []
    for row in toxicity.terms:
        late = [one for one in row.periods if (one.waits if waiting else one.recovered is False)]
        if late:
            told = ", ".join(f"{one.period} by {words.day(one.recovered_by)}" for one in late if one.recovered_by)
            found.append(f"{label(row)}" + (f" ({told})" if told else ""))
    return "; ".join(found)


def _counts(row: TermByCycle) -> bool:
    """Tell whether a term has a grade to show; one that never is more than open between 0 and 1 is named instead."""
    found = [one.worst for one in row.periods if one.worst is not None]
    return any(grade.least > 0 or grade.most > 1 for grade in found)


def _quiet(toxicity: Toxicity) -> tuple[Paragraph, ...]:
    quiet = [row for row in toxicity.terms if not _counts(row)]
    open_ = [row.term for row in quiet if any(one.worst is not None and one.worst.most > 0 for one in row.periods)]
    normal = [row.term for row in quiet if row.term not in open_]
    told = (("Grade 0 throughout:", normal), ("Grade 0 or 1 throughout, for want of a limit of normal:", open_))
    return tuple(Paragraph(lead=lead, text=f"{', '.join(names)}.") for lead, names in told if names)


def strip_section(toxicity: Toxicity, notes: tuple[Note, ...] = ()) -> tuple[Section, ...]:
    """Return the worst grade of every term in every cycle as a figure; nothing where nothing can be graded."""
    rows = [row for row in toxicity.terms if _counts(row)]
    if not rows:
        blocks: tuple[Block, ...] = (*_quiet(toxicity), *notes)
        return (Section(id="strip", title="Worst grade by cycle", blocks=blocks),) if toxicity.terms else ()
    drawn = tuple(StripRow(label=label(row), cells=tuple(map(_cell, row.periods))) for row in rows)
    columns = tuple(_SHORT.get(period.name, period.name) for period in toxicity.periods)
    figure = Figure(
        name="toxicity", svg=draw_strip(columns, drawn),
        caption=f"Worst CTCAE {toxicity.version} grade in each cycle; darker is worse. Hatched: open between the "
        "two. Bold: worse than before cycle 1. Corner marked: not recovered by the day on which the next cycle was "
        "first planned, or by the end. Point: nothing recorded.",
        alt="The worst grade of every side effect in every cycle; the same numbers stand in the table below.",
    )  # fmt: skip
    return (Section(id="strip", title="Worst grade by cycle", blocks=(figure, *_quiet(toxicity), *notes)),)


def _from_abnormal(result: ToxicityResult) -> tuple[Note, ...]:
    found = abnormal_baselines(result.course, version=result.toxicity.version)
    told = "; ".join(f"{term}: {fact.shown()} on {fact.day}, upper limit {fact.upper:g}" for term, fact in found)
    lead = "Abnormal before cycle 1, so that grades count from there and not from normal."
    return (Note(kind="note", lead=lead, text=f"{words.prose(told)}."),) if found else ()


def _cell(one: InPeriod) -> StripCell | None:
    if one.worst is None:
        return None
    return StripCell(
        least=one.worst.least, most=one.worst.most, emergent=one.emergent is True,
        not_recovered=one.recovered is False,
    )  # fmt: skip


def _curves(result: ToxicityResult) -> tuple[Section, ...]:
    from lutetia.report.figures.toxicity_curves import draw_curves
    from lutetia.report.toxicity_curves import graded_history

    abnormal = frozenset(row.grades.item for row in result.toxicity.terms if _counts(row))
    history = graded_history(result.course, result.known_on, table(result.toxicity.version), abnormal)
    if not history.series:
        return ()
    figure = Figure(
        name="toxicity-curves", svg=draw_curves(history),
        caption="Results that are graded. Solid upright lines: cycles given; dotted: planned. Dashed level lines: the "
        "laboratory's limit of normal with the latest result, and where grade 3 begins, if they lie near the values.",
        alt="Results over time with cycles and limits; the grades stand in the tables.",
    )  # fmt: skip
    return (Section(id="curves", title="Results over time", blocks=(figure,)),)


def _by_cycle(toxicity: Toxicity) -> tuple[Section, ...]:
    rows = [row for row in toxicity.terms if _counts(row)]
    if not rows:
        return ()
    columns = (Column("term"), *(Column(_SHORT.get(period.name, period.name)) for period in toxicity.periods))
    cells = tuple((label(row), *(_told(one) for one in row.periods)) for row in rows)
    worst = Table(
        caption=f"Worst grade (CTCAE {toxicity.version}) in each period; + worse than before cycle 1, ! not recovered "
        "in time, ? cannot be told whether worse",
        columns=columns, rows=cells, dense=True,
    )  # fmt: skip
    telling = tuple(
        (label(row), one.period, one.telling.on.isoformat(), grade_text(one.worst), words.prose(one.telling.shown))
        for row in rows
        for one in row.periods[1:]
        if one.telling is not None and one.worst is not None and one.worst.most >= 2
    )
    blocks: list[Block] = [worst]
    if telling:
        told = Table(
            caption="What the grades of 2 and more rest on", dense=True, rows=telling,
            columns=(Column("term"), Column("period"), Column("day"), Column("grade"), Column("result")),
        )  # fmt: skip
        blocks.append(Fold(summary="What the grades of 2 and more rest on", content=(told,)))
    return (Section(id="by-cycle", title="Every cycle", blocks=tuple(blocks)),)


def _told(one: InPeriod) -> str:
    if one.worst is None:
        return "–"
    unsure = one.emergent is None and one.worst.most > 0 and one.had_to_recover is not False
    marks = ("+" if one.emergent else "?" if unsure else "") + ("!" if one.recovered is False else "")
    return f"{grade_text(one.worst)}{marks}"


def _shift(toxicity: Toxicity) -> tuple[Section, ...]:
    found = shift_table(toxicity)
    if not found:
        return ()
    worst = sorted({key[1] for key in found})
    before = sorted({key[0] for key in found}, key=lambda grade: (grade is None, grade or GradeRange(0, 0)))
    rows = tuple(
        (
            "not known" if low is None else grade_text(low),
            *("; ".join(map(label, found.get((low, high), ()))) for high in worst),
        )
        for low in before
    )
    shift = Table(
        caption="Grade before cycle 1 (rows) and the worst since (columns)", dense=True, rows=rows,
        columns=(Column("before"), *(Column(f"worst {grade_text(high)}") for high in worst)),
    )  # fmt: skip
    return (Section(id="shift", title="From before to worst", blocks=(shift,)),)


def _reported(result: ToxicityResult) -> tuple[Section, ...]:
    if not result.instruments:
        return ()
    blocks: list[Block] = []
    for one in result.instruments:
        columns = (Column("item"), Column("range"), *(Column(on.isoformat()) for on in one.filled_in))
        rows = []
        for item in one.items:
            by_day = dict(item.scores)
            span = "–"
            if item.table is not None:
                span = f"{item.table.lowest}–{item.table.highest}, higher is {item.table.higher_is}"
            rows.append((item.item, span, *(str(by_day.get(on, "–")) for on in one.filled_in)))
        blocks.append(Table(caption=f"{one.name} {one.version}", columns=columns, rows=tuple(rows), dense=True))
        if one.needs:
            blocks.append(Note(kind="note", lead="No table of items.", text=f"To read these scores: {one.needs}."))
    blocks.append(Paragraph(text="Scores that patients give are no CTCAE grades, and none is turned into the other."))
    return (Section(id="reported", title="As the patient reports", blocks=tuple(blocks)),)


def _advice(result: ToxicityResult) -> tuple[Section, ...]:
    advice = result.advice
    if advice is None:
        return ()
    rows = [_answer(answer) for answer in advice.answers if answer.status is Status.MET]
    asked = [_asked(answer) for answer in advice.answers if answer.status is Status.UNKNOWN]
    quiet = [answer.id for answer in advice.answers if answer.status is Status.NOT_MET]
    blocks: list[Block] = [KeyFacts(rows=tuple(rows + asked))] if rows or asked else []
    if quiet:
        blocks.append(Paragraph(lead="No occasion for:", text=f"{', '.join(quiet)}."))
    for text in advice.graded:
        blocks.append(Note(kind="note", text=text))
    blocks.append(Paragraph(text=f"{advice.source}; {advice.question}."))
    return (Section(id="advice", title="What the guideline says about relief", blocks=tuple(blocks)),)


def _answer(answer: Answer) -> tuple[str, str]:
    told = f"{answer.consequence} ({answer.strength.value}). {answer.says}"
    used = [one for one in answer.evidence if one.state == "used" and one.on and one.shown]
    seen = "; ".join(f"{one.shown} ({one.on})" for one in used)
    return answer.id, words.prose(f"{told}" + (f" [{seen}]" if seen else ""))


def _asked(answer: Answer) -> tuple[str, str]:
    asks = "; ".join(dict.fromkeys(ask.question for ask in answer.asks_for))
    return f"{answer.id} ?", words.prose(f"unknown: {answer.asks} {asks}")


def _open(result: ToxicityResult) -> tuple[Section, ...]:
    blocks: list[Block] = []
    if result.toxicity.needs:
        needs = _by_day(result.toxicity.needs)
        blocks.append(Bullets(items=tuple(words.sentence(words.prose(need)) for need in needs)))
    if result.toxicity.other_versions:
        lead = f"Graded by another version than {result.toxicity.version}, and compared with nothing here."
        blocks.append(Note(kind="warning", lead=lead, text="; ".join(result.toxicity.other_versions)))
    return (Section(id="open", title="What would settle open grades", blocks=tuple(blocks)),) if blocks else ()


def _by_day(needs: tuple[str, ...]) -> tuple[str, ...]:
    """Say a need once that is the same for several days."""
    days: dict[str, list[str]] = {}
    for need in needs:
        found = _OF_A_DAY.fullmatch(need)
        days.setdefault(found[1] if found else need, []).extend([found[2]] if found else [])
    return tuple(f"{text} {words.listed(on)}" if on else text for text, on in days.items())


def _how(result: ToxicityResult) -> Section:
    rows = table(result.toxicity.version)
    last = f"the last cycle: {result.after_last_days} days, or to the next one planned"
    by_hand = "grade 4 anaemia or low albumin, an indicated transfusion, symptoms of electrolytes"
    back = "grade 1 or the grade before cycle 1, on the last day known up to the one first planned for the next cycle"
    listed = (
        ("graded by", f"CTCAE {rows.version} ({rows.source.identifier}); no other version is offered"),
        ("a cycle", f"from its administration to the next one, that day included; {last}; what follows is 'later'"),
        ("before", f"the last result up to the first administration, not older than {BASELINE_MAX_AGE_DAYS} days"),
        ("recovered", f"{back} (Lutetia's reading)"),
        ("liver tests", "where the value before cycle 1 was abnormal, later ones count as multiples of it"),
        ("no number tells", f"{by_hand}: enter them as adverse events"),
        ("GFR", f"{result.equation} decides here; the others are shown beside it"),
    )
    return Section(id="how", title="How it was read", blocks=(KeyFacts(rows=listed),))
