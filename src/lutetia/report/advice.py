"""What the guideline says about one question: what is unknown, what is advised, and why."""

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
from lutetia.report.document import MARKS, Block, Bullets, Columns, Fold, KeyFacts, Lane, Note, Paragraph, Section
from lutetia.report.statement import ask_rows, trace

MOST_ASKS_SHOWN = 10
"""More than these are named in one line; the list of what is due has them all."""
MOST_POSSIBLE_SHOWN = 8
EN_SPACE = "\u2002"


def answer_section(assessment: Assessment) -> Section:
    """Return the section that answers one question: what would decide, the advice, its reasons."""
    name = assessment.question.replace(" ", "-")
    title = f"{assessment.question.capitalize()}, {assessment.on.isoformat()}"
    if not assessment.in_scope:
        scope = f"Out of the {'label' if assessment.version else 'guideline'}'s scope."
        lead = "Not known." if assessment.not_known else scope
        note = Note(kind="warning", lead=lead, text=words.prose(assessment.scope))
        return Section(id=name, title=title, blocks=(note, *_notes(assessment), book_line(assessment)))
    head = Columns(lanes=(_unknown_lane(assessment), _answer_lane(assessment)))
    return Section(id=name, title=title, blocks=(head, *_notes(assessment)))


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
        Fold(mark=MARKS["unknown"], summary=_unknown(fact, why), content=(Paragraph(text=question, lead="Ask:"),))
        for fact, question, why in rows[:MOST_ASKS_SHOWN]
    ]
    if rest := rows[MOST_ASKS_SHOWN:]:
        named = Paragraph(text=", ".join(fact for fact, _, _ in rest) + ".")
        blocks.append(Fold(mark=MARKS["unknown"], summary=f"and {len(rest)} more", content=(named,)))
    return Lane(title=f"Unknown, would decide ({len(rows)})", tone="unknown", blocks=tuple(blocks),
                empty="no unknown fact could change the answer")  # fmt: skip


def _unknown(fact: str, why: str) -> str:
    """Join a fact and why it is not known with one colon: ``neutrophils, stale: 9 d before the planned day``."""
    return f"{fact}, {why}" if why.partition(" ")[0].endswith(":") else f"{fact}: {why}"


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
    numbered = list(enumerate(_joined(decision.reasons), 1))
    later = [number for number, reasons in numbered if reasons[0].possible][MOST_POSSIBLE_SHOWN:]
    shown = [_reason(number, reasons, assessment) for number, reasons in numbered if number not in later]
    if later:
        rest = tuple(_reason(number, reasons, assessment) for number, reasons in numbered if number in later)
        summary = f"and {len(later)} more that would speak if they held, each for want of a fact"
        shown.append(Fold(mark=MARKS["unknown"], summary=summary, content=rest))
    return tuple(shown)


def _joined(reasons: tuple[Reason, ...]) -> list[tuple[Reason, ...]]:
    """Put a rule's reasons into one where they say the same, or are open, each for another arm of its advice."""
    joined: dict[tuple[str, str], list[Reason]] = {}
    for reason in reasons:
        joined.setdefault((reason.rule, "" if reason.possible else reason.text), []).append(reason)
    return [tuple(alike) for alike in joined.values()]


def _reason(number: int, reasons: tuple[Reason, ...], assessment: Assessment) -> Fold:
    reason = reasons[0]
    behind = next((answer for answer in assessment.answers if answer.id == reason.rule), None)
    advised = words.listed((_advised(one.outcome) for one in reasons), "or")
    open_rule = behind if reason.possible else None
    text = _would_be(open_rule, reasons) if open_rule else words.sentence(words.prose(reason.text))
    outcome = f"{advised}, if it holds" if reason.possible else advised
    place = words.place(reason.citation, assessment.book_title)
    return Fold(
        mark=MARKS["unknown"] if reason.possible else str(number),
        summary=f"{reason.rule}{EN_SPACE}{text}",
        meta=(
            *(() if open_rule or advised.casefold() in text.casefold() else (outcome,)),
            reason.strength.value,
            place,
            *((reason.caveat,) if reason.caveat else ()),
        ),
        content=trace(behind) if behind else (Paragraph(text=reason.citation),),
        in_print="closed" if behind else "open",
    )


def _advised(outcome: Outcome) -> str:
    return "for a person to weigh" if outcome is Outcome.UNDETERMINED else outcome.value


def _would_be(answer: Answer, reasons: tuple[Reason, ...]) -> str:
    """Say what an undecided rule would lead to, and for want of what it is undecided, as one sentence."""
    rule = words.prose(answer.says or answer.asks).rstrip(".?")
    said = any(reason.outcome.value.casefold() in rule.casefold() for reason in reasons)
    leads_to = "" if said else f": {words.listed((_advised(reason.outcome) for reason in reasons), 'or')}"
    asked = words.listed(dict.fromkeys(words.item(ask.item) for ask in answer.asks_for))
    return f"{rule}{leads_to}; undecided{f' for want of {asked}' if asked else ''}."


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


def _notes(assessment: Assessment) -> tuple[Note, ...]:
    version = [version_line(assessment)] if assessment.version else []
    return tuple(Note(kind="note", text=words.prose(note)) for note in (*version, *assessment.notes))


def book_line(assessment: Assessment) -> Paragraph:
    """Name the source that was asked, in full, and the day up to which the record was used."""
    known = f"Record as known on {assessment.known_on.isoformat()}."
    version = f" {version_line(assessment)}" if assessment.version else ""
    return Paragraph(lead="Book:", text=f"{assessment.book_title} ({assessment.book}).{version} {known}")


def version_line(assessment: Assessment) -> str:
    """Name the version of the source that was used, what was seen of it, and the caveat that follows."""
    version = assessment.version
    if version is None:
        return ""
    seen = "its own text was read" if version.seen == "primary" else "known from secondary sources only"
    caveat = f"; {assessment.caveat}" if assessment.caveat else ""
    return f"Version of {version.since.isoformat()}: {version.title}; {seen}{caveat}."
