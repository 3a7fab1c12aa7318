"""What speaks for and against: every statement of the guideline with its value, limit, strength and place."""

from __future__ import annotations

from collections.abc import Iterable

from lutetia.guideline.verdict import Answer, Assessment, Evidence, Polarity, Status
from lutetia.report import words
from lutetia.report.advice import book_line
from lutetia.report.document import MARKS, Block, Column, Columns, Fold, Lane, Paragraph, Section, Table, Tone
from lutetia.report.statement import STATUS_MARKS, limit_name, statement

AGAINST = (Polarity.AGAINST, Polarity.CAUTION, Polarity.REQUIRES)
BESIDE = (Polarity.ADVISES, Polarity.INFORMS)
SPEAKING = (Status.MET, Status.UNKNOWN)


def reasons_section(assessment: Assessment) -> Section:
    """Return the statements that speak or might: unknown, for, against, excluding, and what is said beside them."""
    silent = sum(answer.status not in SPEAKING for answer in assessment.answers)
    blocks: tuple[Block, ...] = (_statements(assessment), *_beside(assessment))
    if silent:
        count = words.count(silent, "more statement was", "more statements were")
        blocks += (
            Paragraph(text=f"{count} checked and {'does' if silent == 1 else 'do'} not speak; see the appendix."),
        )
    title = f"Reasons, {assessment.question}"
    return Section(id=f"{_name(assessment)}-reasons", title=title, blocks=(*blocks, book_line(assessment)))


def appendix_section(assessment: Assessment) -> Section:
    """Return what every statement rests on, as tables: those that speak or might, then those that do not."""
    tables = (*_traces(assessment), *_silent(assessment))
    title = f"Appendix: what the statements rest on, {assessment.question}"
    return Section(id=f"{_name(assessment)}-appendix", title=title, blocks=tables)


def _name(assessment: Assessment) -> str:
    return assessment.question.replace(" ", "-")


def _statements(assessment: Assessment) -> Columns:
    """Unknown first, then what speaks for, against, and excludes."""
    unknown = [a for a in assessment.answers if a.status is Status.UNKNOWN and a.polarity not in BESIDE]
    lanes = [_lane("Unknown", "unknown", unknown, assessment.book_title, "no statement is undecided")]
    groups: tuple[tuple[str, Tone, tuple[Polarity, ...]], ...] = (
        ("For", "for", (Polarity.FOR,)),
        ("Against", "against", AGAINST),
        ("Excludes", "excludes", (Polarity.EXCLUDES,)),
    )
    for title, tone, polarities in groups:
        met = [a for a in assessment.answers if a.status is Status.MET and a.polarity in polarities]
        lanes.append(_lane(title, tone, met, assessment.book_title, "nothing found"))
    return Columns(lanes=tuple(lanes))


def _lane(title: str, tone: Tone, answers: list[Answer], source: str, empty: str) -> Lane:
    blocks = tuple(statement(answer, source, mark=MARKS[tone]) for answer in answers)
    return Lane(title=f"{title} ({len(answers)})", tone=tone, blocks=blocks, empty=empty)


def _beside(assessment: Assessment) -> tuple[Block, ...]:
    """Advice and information of the book: what holds in lines, what cannot be told yet behind one line."""
    own = [answer for answer in assessment.answers if answer.polarity in BESIDE]
    met = [answer for answer in own if answer.status is Status.MET]
    unknown = [answer for answer in own if answer.status is Status.UNKNOWN]
    folds = [statement(answer, assessment.book_title, mark=STATUS_MARKS[answer.status]) for answer in met]
    if unknown:
        summary = f"Not known whether they apply: {words.count(len(unknown), 'statement')}"
        lines = tuple(statement(a, assessment.book_title, mark=STATUS_MARKS[a.status]) for a in unknown)
        folds.append(Fold(mark=MARKS["unknown"], summary=summary, content=lines))
    title = f"Advice and information of the {'label' if assessment.version else 'guideline'}"
    return (Section(id=f"{_name(assessment)}-advice", title=title, blocks=tuple(folds)),) if folds else ()


def _traces(assessment: Assessment) -> tuple[Fold, ...]:
    """Return the traces of all that speaks or might, one row each, as paper shows them."""
    speaking = [answer for answer in assessment.answers if answer.status in SPEAKING]
    if not speaking:
        return ()
    rows = tuple(_trace_row(answer, assessment.book_title) for answer in speaking)
    columns = (
        Column("rule"),
        Column("condition"),
        Column("facts"),
        Column("limits"),
        Column("strength, place, choices"),
    )
    table = Table(caption="Conditions, facts with their dates, limits", columns=columns, rows=rows, dense=True)
    summary = f"What speaks, or might, and what it rests on: {words.count(len(speaking), 'statement')}"
    return (Fold(mark=STATUS_MARKS[Status.MET], summary=summary, content=(table,)),)


def _trace_row(answer: Answer, source: str) -> tuple[str, ...]:
    strength = "; ".join(filter(None, (answer.strength.value, answer.strength_note)))
    said = [f"{strength}. {words.place(answer.citation, source)}."]
    said += [words.sentence(answer.caveat)] if answer.caveat else []
    said += [f"Excused by {answer.excused_by}."] if answer.excused_by else []
    said += [f"Beside it: {words.prose(beside)}." for beside in answer.beside]
    said += [f"Lutetia's choice: {words.prose(choice).rstrip('.')}." for choice in answer.choices]
    condition = f"{words.prose(answer.condition)} → {answer.status.value}" if answer.condition else answer.status.value
    limits = (
        f"{limit_name(limit)} {words.prose(limit.shown)}{_chosen(limit.chosen_by_lutetia)}" for limit in answer.limits
    )
    return answer.id, condition, "; ".join(map(_fact, answer.evidence)) or "–", "; ".join(limits) or "–", " ".join(said)


def _chosen(by_lutetia: bool) -> str:
    return " (Lutetia's choice)" if by_lutetia else ""


def _fact(evidence: Evidence) -> str:
    state = "" if evidence.state == "used" else evidence.state
    why = words.prose(evidence.why).removeprefix(f"{evidence.state}: ") if state else ""
    behind = ", ".join(part for part in (evidence.on.isoformat() if evidence.on else "", state, why) if part)
    name = f"{words.item(evidence.item)} " if "." in evidence.item or not evidence.shown else ""
    return f"{name}{words.prose(evidence.shown)}{f' ({behind})' if behind else ''}".replace("  ", " ")


def _silent(assessment: Assessment) -> tuple[Fold, ...]:
    """Answers that do not speak: one table, and each with its trace behind it."""
    silent = [answer for answer in assessment.answers if answer.status not in SPEAKING]
    if not silent:
        return ()
    source = assessment.book_title
    rows = tuple((a.id, words.prose(a.asks), _shown(a), a.status.value, _place(a, source)) for a in silent)
    columns = (Column("rule"), Column("asks"), Column("value (date)"), Column("condition"), Column("place"))
    table = Table(
        caption="The first values each rule looked at; all are in report.json", columns=columns, rows=rows, dense=True
    )
    folds = tuple(statement(a, source, mark=STATUS_MARKS[a.status], in_print="absent") for a in silent)
    summary = f"Checked, and does not speak: {words.count(len(silent), 'statement')}"
    return (Fold(mark=STATUS_MARKS[Status.NOT_MET], summary=summary, content=(table, *folds)),)


def _place(answer: Answer, source: str) -> str:
    return "; ".join(part for part in (words.place(answer.citation, source), answer.caveat) if part)


def _shown(answer: Answer) -> str:
    return "; ".join(_values(answer.evidence)) or "–"


def _values(evidence: Iterable[Evidence]) -> list[str]:
    shown = [f"{words.prose(e.shown)}{f' ({e.on.isoformat()})' if e.on else ''}" for e in evidence if e.shown]
    return [*shown[:2], *([f"and {len(shown) - 2} more"] if len(shown) > 2 else [])]
