"""What the guideline says about one question: what is unknown, what is advised, what speaks for and against."""

from __future__ import annotations

from collections.abc import Iterable

from lutetia.guideline.verdict import (
    Answer,
    Ask,
    Assessment,
    CycleDecision,
    Outcome,
    Polarity,
    Reason,
    Status,
)
from lutetia.report import words
from lutetia.report.document import (
    MARKS,
    Block,
    Bullets,
    Column,
    Columns,
    Fold,
    KeyFacts,
    Lane,
    Note,
    Paragraph,
    Section,
    Table,
    Tone,
)
from lutetia.report.statement import STATUS_MARKS, ask_rows, statement, trace

AGAINST = (Polarity.AGAINST, Polarity.CAUTION, Polarity.REQUIRES)
MOST_ASKS_SHOWN = 10
"""More than these are named in one line; the list of what is due has them all."""
MOST_POSSIBLE_SHOWN = 8
BESIDE = (Polarity.ADVISES, Polarity.INFORMS)


def advice_section(assessment: Assessment) -> Section:
    """Return the section on one question: the answer, its reasons, then every statement with its trace."""
    name = assessment.question.replace(" ", "-")
    title = f"{assessment.question.capitalize()}, {assessment.on.isoformat()}"
    if not assessment.in_scope:
        note = Note(kind="warning", lead="Out of the guideline's scope.", text=words.prose(assessment.scope))
        return Section(id=name, title=title, blocks=(note, *_notes(assessment), _book(assessment)))
    head = Columns(lanes=(_unknown_lane(assessment), _answer_lane(assessment)))
    blocks = (head, _statements(assessment), *_beside(assessment), *_silent(assessment), *_notes(assessment))
    return Section(id=name, title=title, blocks=(*blocks, _book(assessment)))


def deciding(assessment: Assessment) -> tuple[Ask, ...]:
    """Return the facts that would decide: the cycle's advice where one is asked for, else the answer of a layer."""
    asks = assessment.unknown if assessment.decision is None else assessment.decision.decides
    return tuple({ask.item: ask for ask in asks}.values())


def headline(decision: CycleDecision) -> str:
    """Return the advice on a cycle in one line."""
    shown = _outcome(decision.outcome, decision)
    if decision.outcome is Outcome.UNDETERMINED:
        return f"undetermined; at most '{_outcome(decision.at_most, decision)}'"
    return " or ".join((shown, *(other.value for other in decision.alternatives)))


def _outcome(outcome: Outcome, decision: CycleDecision) -> str:
    text = outcome.value
    if decision.activity_gbq is not None and outcome in (Outcome.GO, Outcome.REDUCE):
        text += f" at {words.number(decision.activity_gbq)} GBq"
    if decision.until is not None and outcome is Outcome.POSTPONE:
        text += f" until {decision.until.isoformat()}"
    return text


def _unknown_lane(assessment: Assessment) -> Lane:
    rows = ask_rows(deciding(assessment))
    blocks: list[Block] = [
        Fold(mark=MARKS["unknown"], summary=f"{fact}: {why}", content=(Paragraph(text=question, lead="Ask:"),))
        for fact, question, why in rows[:MOST_ASKS_SHOWN]
    ]
    if rest := rows[MOST_ASKS_SHOWN:]:
        named = Paragraph(text=", ".join(fact for fact, _, _ in rest) + ".")
        blocks.append(Fold(mark=MARKS["unknown"], summary=f"and {len(rest)} more", content=(named,)))
    return Lane(title=f"Unknown, would decide ({len(rows)})", tone="unknown", blocks=tuple(blocks),
                empty="no unknown fact could change the answer")  # fmt: skip


def _answer_lane(assessment: Assessment) -> Lane:
    if assessment.decision is not None:
        return _decision_lane(assessment, assessment.decision)
    rows = [("indication", assessment.indication.summary)] if assessment.indication else []
    rows += [(label, text) for label, text in _layers(assessment) if text]
    return Lane(title="Answer, layer by layer", tone="plain", blocks=(KeyFacts(rows=tuple(rows)),))


def _decision_lane(assessment: Assessment, decision: CycleDecision) -> Lane:
    blocks: list[Block] = [*_reasons(assessment, decision)]
    if decision.reasons:
        blocks.insert(0, Paragraph(text="Reasons, in the order of precedence:"))
    if decision.weigh:
        weigh = Paragraph(lead="A person has to weigh:", text="no rule forbids, and these stand against giving it now.")
        blocks += [weigh, Bullets(items=tuple(map(words.prose, decision.weigh)))]
    layers = tuple((label, text) for label, text in _layers(assessment) if text)
    if assessment.indication:
        layers = (("indication", assessment.indication.summary), *layers)
    blocks += [KeyFacts(rows=layers)] if layers else []
    blocks += [Bullets(items=tuple(map(words.prose, decision.notes)))] if decision.notes else []
    return Lane(title=f"Advice: {headline(decision)}", tone="plain", blocks=tuple(blocks))


def _reasons(assessment: Assessment, decision: CycleDecision) -> tuple[Fold, ...]:
    """Every reason that holds, and the first of those that would hold; the others behind one line."""
    numbered = list(enumerate(decision.reasons, 1))
    later = [number for number, reason in numbered if reason.possible][MOST_POSSIBLE_SHOWN:]
    shown = [_reason(number, reason, assessment) for number, reason in numbered if number not in later]
    if later:
        rest = tuple(_reason(number, reason, assessment) for number, reason in numbered if number in later)
        summary = f"and {len(later)} more that would speak if they held, each for want of a fact"
        shown.append(Fold(mark=MARKS["unknown"], summary=summary, content=rest))
    return tuple(shown)


def _reason(number: int, reason: Reason, assessment: Assessment) -> Fold:
    behind = next((answer for answer in assessment.answers if answer.id == reason.rule), None)
    advised = "for a person to weigh" if reason.outcome is Outcome.UNDETERMINED else reason.outcome.value
    outcome = f"{advised}, if it holds" if reason.possible else advised
    return Fold(
        mark=MARKS["unknown"] if reason.possible else str(number),
        summary=f"{reason.rule}  {words.prose(reason.text)}",
        meta=(outcome, reason.strength.value, reason.citation, reason.precedence),
        content=trace(behind) if behind else (Paragraph(text=reason.citation),),
        in_print="closed" if behind else "open",
    )


def _layers(assessment: Assessment) -> Iterable[tuple[str, str]]:
    yield "excluding", _count(assessment, (Polarity.EXCLUDES,))
    yield "against", _count(assessment, (Polarity.AGAINST, Polarity.CAUTION))
    yield "required", _count(assessment, (Polarity.REQUIRES,), met="missing or wrong")
    if assessment.ready is not None:
        yield "ready", {Status.MET: "yes", Status.NOT_MET: "no"}.get(assessment.ready, assessment.ready.value)
    yield "not covered", "; ".join(assessment.not_encoded)


def _count(assessment: Assessment, polarities: tuple[Polarity, ...], met: str = "met") -> str:
    mine = [answer for answer in assessment.answers if answer.polarity in polarities]
    if not mine:
        return ""
    tally = {status: sum(answer.status is status for answer in mine) for status in Status}
    parts = [f"{tally[Status.MET]} of {len(mine)} {met}"]
    parts += [f"{tally[Status.UNKNOWN]} unknown"] if tally[Status.UNKNOWN] else []
    return ", ".join(parts)


def _statements(assessment: Assessment) -> Columns:
    """Unknown first, then what speaks for, against, and excludes."""
    unknown = [a for a in assessment.answers if a.status is Status.UNKNOWN and a.polarity not in BESIDE]
    lanes = [_lane("Unknown", "unknown", unknown, "no statement is undecided")]
    groups: tuple[tuple[str, Tone, tuple[Polarity, ...]], ...] = (
        ("For", "for", (Polarity.FOR,)),
        ("Against", "against", AGAINST),
        ("Excludes", "excludes", (Polarity.EXCLUDES,)),
    )
    for title, tone, polarities in groups:
        met = [a for a in assessment.answers if a.status is Status.MET and a.polarity in polarities]
        lanes.append(_lane(title, tone, met, "nothing found"))
    return Columns(lanes=tuple(lanes))


def _lane(title: str, tone: Tone, answers: list[Answer], empty: str) -> Lane:
    blocks = tuple(statement(answer, mark=MARKS[tone]) for answer in answers)
    return Lane(title=f"{title} ({len(answers)})", tone=tone, blocks=blocks, empty=empty)


def _beside(assessment: Assessment) -> tuple[Block, ...]:
    """Advice and information of the book: what holds in lines, what cannot be told yet behind one line."""
    own = [answer for answer in assessment.answers if answer.polarity in BESIDE]
    met = [answer for answer in own if answer.status is Status.MET]
    unknown = [answer for answer in own if answer.status is Status.UNKNOWN]
    folds = [statement(answer, mark=STATUS_MARKS[answer.status]) for answer in met]
    if unknown:
        summary = f"Not known whether they apply: {words.count(len(unknown), 'statement')}"
        lines = tuple(statement(answer, mark=STATUS_MARKS[answer.status]) for answer in unknown)
        folds.append(Fold(mark=MARKS["unknown"], summary=summary, content=lines))
    name = f"{assessment.question.replace(' ', '-')}-advice"
    title = "Advice and information of the guideline"
    return (Section(id=name, title=title, blocks=tuple(folds)),) if folds else ()


def _silent(assessment: Assessment) -> tuple[Block, ...]:
    """Answers that do not speak: one table, and each with its trace behind it."""
    silent = [a for a in assessment.answers if a.status in (Status.NOT_MET, Status.NOT_APPLICABLE)]
    if not silent:
        return ()
    rows = tuple((a.id, words.prose(a.asks), _shown(a), a.status.value, a.citation) for a in silent)
    columns = (Column("rule"), Column("asks"), Column("value (date)"), Column("condition"), Column("place"))
    table = Table(caption="Checked, and does not speak", columns=columns, rows=rows)
    folds = tuple(statement(a, mark=STATUS_MARKS[a.status], in_print="absent") for a in silent)
    summary = f"Checked, and does not speak: {words.count(len(silent), 'statement')}"
    return (Fold(mark=STATUS_MARKS[Status.NOT_MET], summary=summary, content=(table, *folds)),)


def _shown(answer: Answer) -> str:
    parts = [f"{words.prose(e.shown)}{f' ({e.on.isoformat()})' if e.on else ''}" for e in answer.evidence if e.shown]
    return "; ".join(parts[:2]) or "–"


def _notes(assessment: Assessment) -> tuple[Note, ...]:
    return tuple(Note(kind="note", text=words.prose(note)) for note in assessment.notes)


def _book(assessment: Assessment) -> Paragraph:
    known = f"Record as known on {assessment.known_on.isoformat()}."
    return Paragraph(lead="Book:", text=f"{assessment.book_title} ({assessment.book}). {known}")
