"""Where do the sources differ? One comparison as a page of its own, and in short as a section of a run's page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lutetia.guideline.book_comparison import Compared, Comparison, SourceAsked
from lutetia.guideline.position import Position, Statement
from lutetia.guideline.stance import Agreement, Stance
from lutetia.guideline.verdict import Status
from lutetia.report import words
from lutetia.report.document import Block, Bullets, Fold, KeyFacts, Note, Paragraph, Section
from lutetia.report.statement import ask_rows, limit_name

MOST_STATEMENTS = 3
"""Of a position in one line; all stand behind it and in the JSON form."""
_MARKS = {Agreement.DISAGREE: "≠", Agreement.UNTOLD: "?", Agreement.AGREE: "=", Agreement.ALONE: "·"}
_SILENT = (Stance.SILENT, Stance.NOT_COVERED)
_TITLES = {
    Agreement.DISAGREE: "The sources disagree",
    Agreement.UNTOLD: "Whether they agree cannot be told",
    Agreement.AGREE: "The sources agree",
    Agreement.ALONE: "One claim at most, so nothing to compare",
}


def comparison_blocks(comparison: Comparison) -> tuple[Block, ...]:
    """Return everything that a comparison says: the sources, the topics with disagreements first, the reports."""
    return (
        _sources(comparison),
        *(_group(comparison, told) for told in (Agreement.DISAGREE, Agreement.UNTOLD)),
        *_in_short(comparison, Agreement.AGREE),
        *_in_short(comparison, Agreement.ALONE),
        *_evidence(comparison),
        Section(
            id="comparison-notes", title="Notes", blocks=(Bullets(items=tuple(map(words.prose, comparison.notes))),)
        ),
    )


def differences_section(comparison: Comparison) -> tuple[Section, ...]:
    """Return the section of a run's page; none where no two sources disagree."""
    differing = comparison.with_agreement(Agreement.DISAGREE)
    if not differing:
        return ()
    untold = [one.topic.value for one in comparison.with_agreement(Agreement.UNTOLD)]
    blocks: list[Block] = [
        Paragraph(text="Each source as it is; a local protocol stands beside its source. A person decides.")
    ]
    blocks += [_topic(one, short=True) for one in differing]
    blocks += [_unknown_source(source) for source in comparison.sources if not source.known]
    if untold:
        blocks.append(Paragraph(lead="Cannot be told:", text=f"{words.listed(untold)}."))
    blocks += (
        [Paragraph(lead="Reports on a population like his:", text=f"{_ids(comparison.evidence)}.")]
        if comparison.evidence
        else []
    )
    name = comparison.question.replace(" ", "-")
    title = f"Where the sources differ, {comparison.question}"
    return (Section(id=f"{name}-differences", title=title, blocks=tuple(blocks)),)


def _sources(comparison: Comparison) -> Section:
    place = f", in {comparison.jurisdiction}" if comparison.jurisdiction else ""
    title = f"What each source says, {comparison.question}{place}"
    return Section(id="comparison-sources", title=title, blocks=tuple(map(_source, comparison.sources)))


def _source(source: SourceAsked) -> Block:
    if not source.known:
        return _unknown_source(source)
    version = f"version of {source.version.since.isoformat()}: {source.version.title}" if source.version else ""
    meta = (version, source.caveat if source.caveat not in source.advice else "")
    summary = f"{source.title}: {words.prose(source.advice)}"
    return Fold(summary=summary, meta=tuple(part for part in meta if part), content=())


def _unknown_source(source: SourceAsked) -> Note:
    return Note(kind="warning", lead=f"{source.title}: unknown.", text=words.sentence(words.prose(source.scope)))


def _group(comparison: Comparison, told: Agreement) -> Section:
    topics = comparison.with_agreement(told)
    open_ = [one for one in topics if any(position.open for position in one.positions)]
    blocks: tuple[Block, ...] = tuple(_topic(one, short=False) for one in topics if one not in open_)
    blocks += (Bullets(items=tuple(f"{one.topic}: {words.prose(one.why)}" for one in open_)),) if open_ else ()
    nothing = "No two sources disagree." if told is Agreement.DISAGREE else "On nothing."
    return Section(
        id=f"comparison-{told.name.lower()}",
        title=f"{_TITLES[told]} ({len(topics)})",
        blocks=blocks or (Paragraph(text=nothing),),
    )


def _topic(compared: Compared, *, short: bool) -> Section:
    """Return a topic: one line for each source that speaks; those that do not are named in the last."""
    told = [one for one in compared.positions if one.stance not in _SILENT or one.protocol]
    speaking = [one for one in told if one.worlds or one.protocol or not short]
    silent = [f"{one.title} ({one.stance})" for one in compared.positions if one not in told]
    blocks: list[Block] = [_position(one, short=short) for one in speaking]
    if silent and not short:
        blocks.append(Paragraph(text=f"{words.listed(silent)}."))
    title = f"{_MARKS[compared.agreement]} {words.sentence(compared.topic.value).rstrip('.')}"
    return Section(id=f"comparison-{compared.topic.name.lower()}", title=title, blocks=tuple(blocks))


def _position(position: Position, *, short: bool) -> Fold:
    place = f" ({position.place})" if position.place and position.place not in position.title else ""
    meta = _because_of(position)
    if position.asks_for:
        meta.append(f"decided by: {words.listed(row[0] for row in ask_rows(position.asks_for))}")
    meta += [position.caveat] if position.caveat else []
    return Fold(
        summary=f"{position.title}{place}: {words.prose(position.words)}",
        meta=tuple(meta),
        content=tuple(block for one in position.statements for block in _behind(one)),
        in_print="closed" if short else "open",
    )


def _because_of(position: Position) -> list[str]:
    """Say what a position rests on: what holds, then what would change it; of information the ids alone."""
    asked = set(position.asks_for)
    counting = [one for one in position.statements if one.status is Status.MET]
    counting += [one for one in position.statements if one.status is Status.UNKNOWN and asked & set(one.asks_for)]
    counting += [one for one in position.statements if one.departures and one not in counting]
    counting.sort(key=lambda one: (one.status is Status.UNKNOWN, one.stance in (Stance.INFORMS, Stance.ADVISES)))
    if position.stance is Stance.INFORMS:
        return [_ids(counting)]
    said = [_line(one) for one in counting[:MOST_STATEMENTS]]
    return [*said, f"and {len(counting) - MOST_STATEMENTS} more"] if len(counting) > MOST_STATEMENTS else said


def _line(statement: Statement) -> str:
    """Say a statement in one line: id, what follows, limits, place, and the reports that bear upon it."""
    state = "" if statement.status is Status.MET else f" ({statement.status.value})"
    stated = [one for one in statement.limits if not one.chosen_by_lutetia]
    limits = "".join(f"; {limit_name(one)} {words.prose(one.shown)}" for one in stated[:2])
    touched = f"; reported on since: {', '.join(statement.touched_by)}" if statement.touched_by else ""
    here = "".join(f"; here {said}" for said in _departures(statement))
    return f"{statement.id}{state}: {words.prose(statement.consequence or statement.says)}{limits}{here}{touched}"


def _departures(statement: Statement) -> list[str]:
    """Say where a local protocol departs in a statement, and why."""
    return [
        f"{words.prose(one.local)} instead of {words.prose(one.source)} ({one.direction}): {words.prose(one.reason)} "
        f"({one.author}, {one.on})"
        for one in statement.departures
    ]


def _behind(statement: Statement) -> Iterable[Block]:
    yield Paragraph(lead=f"{statement.id}.", text=words.prose(statement.says))
    rows = [
        ("condition", statement.status.value),
        ("place", statement.citation),
        ("strength", statement.strength.value),
    ]
    rows += [(limit_name(one), f"{words.prose(one.shown)}, {one.locator}") for one in statement.limits]
    rows += [("would settle it", f"{words.item(ask.item)}: {words.prose(ask.question)}") for ask in statement.asks_for]
    rows += [("local protocol", said) for said in _departures(statement)]
    rows += [("reported on since", ", ".join(statement.touched_by))] if statement.touched_by else []
    rows += [("caveat", words.sentence(statement.caveat))] if statement.caveat else []
    yield KeyFacts(rows=tuple(rows))


def _in_short(comparison: Comparison, told: Agreement) -> tuple[Section, ...]:
    """Return topics that need no decision between sources: one line each."""
    topics = comparison.with_agreement(told)
    if not topics:
        return ()
    items = tuple(f"{one.topic}: {_shared(one)}" for one in topics)
    title = f"{_TITLES[told]} ({len(topics)})"
    return (Section(id=f"comparison-{told.name.lower()}", title=title, blocks=(Bullets(items=items),)),)


def _shared(compared: Compared) -> str:
    """Say who takes which position, and who only informs, in one line."""
    speaking = [one for one in compared.positions if one.stance not in _SILENT]
    return "; ".join(f"{one.title}: {words.prose(one.words)}{_because(one)}" for one in speaking) or "nothing is said"


def _because(position: Position) -> str:
    ids = _ids([one for one in position.statements if one.status is Status.MET])
    met = f" ({ids})" if ids and not any(one.name for one in position.claims) else ""
    return met + "".join(dict.fromkeys(f", here {said}" for one in position.statements for said in _departures(one)))


def _evidence(comparison: Comparison) -> tuple[Section, ...]:
    if not comparison.evidence:
        return ()
    upon: dict[str, list[str]] = {}
    for touched in comparison.touched:
        for report in touched.by:
            upon.setdefault(report, []).append(touched.statement)
    folds: tuple[Block, ...] = tuple(
        Fold(
            summary=f"{one.id}  {words.prose(one.says)}",
            meta=tuple(
                part
                for part in (
                    *map(words.prose, one.beside),
                    f"bears upon {words.listed(upon[one.id])}" if one.id in upon else "",
                    one.citation,
                    one.caveat,
                )
                if part
            ),
            content=(),
        )
        for one in comparison.evidence
    )
    return (
        Section(
            id="comparison-evidence", title="Reports on a population like his; they change no eligibility", blocks=folds
        ),
    )


def _ids(statements: Sequence[Statement]) -> str:
    return ", ".join(dict.fromkeys(one.id for one in statements))
