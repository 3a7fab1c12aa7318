"""How one answer of the guideline is shown: a line, and behind it facts, dates, limit, condition, strength, place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from lutetia.guideline.verdict import Answer, Ask, Evidence, LimitShown, Polarity, Status
from lutetia.report import words
from lutetia.report.document import Block, Column, Fold, KeyFacts, Table

STATUS_MARKS = {Status.MET: "●", Status.NOT_MET: "○", Status.UNKNOWN: "?", Status.NOT_APPLICABLE: "–"}
"""Filled: the condition holds; open: it does not."""

_QUALIFIED = {
    Polarity.CAUTION: "caution",
    Polarity.REQUIRES: "required, not fulfilled",
    Polarity.ADVISES: "advice",
    Polarity.INFORMS: "for information",
}


def statement(answer: Answer, source: str, *, mark: str, in_print: Literal["closed", "absent"] = "closed") -> Fold:
    """Return the line of an answer with its trace behind it; on paper the traces stand in one table.

    Parameters
    ----------
    source : str
        Title of the book, which the line does not repeat.
    """
    kind = _QUALIFIED.get(answer.polarity, "") if answer.status is Status.MET else ""
    excused = f"excused by {answer.excused_by}" if answer.excused_by else ""
    meta = (*_values(answer), *_limits(answer), *_departures(answer), kind, excused, answer.strength.value,
            words.place(answer.citation, source), answer.caveat)  # fmt: skip
    return Fold(
        summary=words.prose(answer.says or answer.asks),
        meta=tuple(part for part in meta if part),
        mark=mark,
        content=trace(answer),
        in_print=in_print,
    )


def trace(answer: Answer) -> tuple[Block, ...]:
    """Return everything an answer rests on."""
    return (KeyFacts(rows=tuple(_rows(answer))), *_evidence_table(answer), *_limit_table(answer))


def _rows(answer: Answer) -> Iterable[tuple[str, str]]:
    yield "rule", f"{answer.id}: {words.prose(answer.asks)}"
    if answer.says and answer.says != answer.asks:
        yield "says", words.prose(answer.says)
    if answer.condition:
        yield "condition", f"{words.prose(answer.condition)} → {answer.status.value}"
    else:
        yield "condition", answer.status.value
    if answer.excused_by:
        yield "excused by", answer.excused_by
    if answer.consequence:
        yield "consequence", words.prose(answer.consequence)
    if answer.recoverable is not None:
        yield "may recover", "yes" if answer.recoverable else "no"
    yield (
        "strength",
        f"{answer.strength.value}; {answer.strength_note}" if answer.strength_note else answer.strength.value,
    )
    yield "paragraph", answer.citation
    if answer.caveat:
        yield "caveat", words.sentence(answer.caveat)
    for one in answer.departures:
        shown = f"{words.prose(one.source)} in the source ({one.locator}), {words.prose(one.local)} here"
        yield "local protocol", f"{one.words}: {shown}; {one.direction}; {one.author}, {one.on}: {one.reason}"
    if answer.by_source is not None:
        yield "source alone", answer.by_source.value
    for beside in answer.beside:
        yield "beside it", words.prose(beside)
    for choice in answer.choices:
        yield "Lutetia's choice", words.prose(choice)
    missing = {evidence.item for evidence in answer.evidence if evidence.state != "used"}
    for ask in (ask for ask in answer.asks_for if ask.item not in missing):
        yield "would settle it", f"{words.item(ask.item)}: {words.prose(ask.question)} ({words.prose(ask.why)})"


def _evidence_table(answer: Answer) -> tuple[Table, ...]:
    if not answer.evidence:
        return ()
    columns = (Column("fact"), Column("value"), Column("date"), Column("state"))
    return (Table(caption="Facts", columns=columns, rows=tuple(map(_evidence_row, answer.evidence))),)


def _evidence_row(evidence: Evidence) -> tuple[str, str, str, str]:
    why = words.prose(evidence.why).removeprefix(f"{evidence.state}: ")
    state = f"{evidence.state}: {why}" if why else evidence.state
    shown = words.prose(evidence.shown) or "–"
    return words.item(evidence.item), shown, words.day(evidence.on), state


def _limit_table(answer: Answer) -> tuple[Table, ...]:
    if not answer.limits:
        return ()
    rows = tuple(
        (
            limit_name(limit),
            words.prose(limit.shown),
            limit.locator,
            _stated_by(limit),
        )
        for limit in answer.limits
    )
    columns = (Column("limit"), Column("value"), Column("stands in"), Column("stated by"))
    return (Table(caption="Limits", columns=columns, rows=rows),)


def _stated_by(limit: LimitShown) -> str:
    if limit.departs_from:
        return f"local protocol; the source has {words.prose(limit.departs_from)}"
    return "Lutetia" if limit.chosen_by_lutetia else "the source"


def _departures(answer: Answer) -> Iterable[str]:
    for one in answer.departures:
        yield f"local protocol {one.direction}: {one.name} {words.prose(one.source)} -> {words.prose(one.local)}"
    if answer.by_source not in (None, answer.status):
        yield f"source alone: {answer.by_source}"


def _shown(answer: Answer) -> list[Evidence]:
    return [evidence for evidence in answer.evidence if evidence.shown]


def _values(answer: Answer) -> Iterable[str]:
    shown = _shown(answer)
    for evidence in shown[:2]:
        stale = ", stale" if evidence.state == "stale" else ""
        on = f" ({evidence.on.isoformat()}{stale})" if evidence.on else ""
        name = f"{words.item(evidence.item)} " if "." in evidence.item else ""  # a list's entry names itself
        yield f"{name}{words.prose(evidence.shown)}{on}"
    if len(shown) > 2:
        yield f"and {words.count(len(shown) - 2, 'more fact')}"
    if not shown and answer.status is Status.UNKNOWN:
        missing = [words.item(e.item) for e in answer.evidence if e.state != "used"]
        if missing:
            yield f"{missing[0]} not recorded" if len(missing) == 1 else f"{missing[0]} and others not recorded"


def _limits(answer: Answer) -> Iterable[str]:
    for limit in answer.limits[:2]:
        yield f"{limit_name(limit) if limit.words else 'limit'} {words.prose(limit.shown)}"


def limit_name(limit: LimitShown) -> str:
    """Name a limit in words."""
    return limit.words or limit.name.replace("_", " ")


def ask_rows(asks: Iterable[Ask]) -> tuple[tuple[str, str, str], ...]:
    """Return one row per fact asked for: fact, question, why; the same fact is asked for once."""
    seen: dict[str, tuple[str, str, str]] = {}
    for ask in asks:
        seen.setdefault(ask.item, (words.item(ask.item), words.prose(ask.question), words.prose(ask.why)))
    return tuple(seen.values())
