"""How one statement stands in the review sheet: paraphrase, condition, limits, effects, choices, cases.

One that is not executable has its paraphrase, place, strength and kind, and why it is not evaluated.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lutetia.guideline.book import Rule
from lutetia.guideline.case_words import CaseShown
from lutetia.guideline.coverage import Kind
from lutetia.guideline.outline import Outline
from lutetia.guideline.sheet import EffectSaid, StatementSaid
from lutetia.guideline.verdict import LimitShown, Outcome, Polarity, Strength
from lutetia.report import words
from lutetia.report.document import Block, Branch, Bullets, Column, Labelled, Paragraph, Section, Table, Tree
from lutetia.report.statement import limit_name

KIND_WORDS: Final[dict[Kind, str]] = {
    "executable": "executable",
    "checklist": "checklist",
    "definition": "definition",
    "evidence": "evidence",
    "not-yet": "not yet encoded",
}
_NOT_EVALUATED: Final[dict[Kind, str]] = {
    "executable": "",
    "checklist": "No record decides it: a person answers.",
    "definition": "Nothing to decide: it says what is meant, or how the source is to be used.",
    "evidence": "Nothing to decide: it reports what is known, or that it is not.",
    "not-yet": "It could be evaluated, and is not yet.",
}
_POLARITY: Final = {
    Polarity.FOR: "it speaks for the therapy",
    Polarity.AGAINST: "it speaks against",
    Polarity.EXCLUDES: "it excludes",
    Polarity.CAUTION: "caution",
    Polarity.REQUIRES: "something required is missing or wrong",
    Polarity.ADVISES: "advice",
    Polarity.INFORMS: "for information",
}
_UNRATED: Final = "unrated: the source states no grade for it"
_WEIGHED: Final = "a person weighs it; no rule forbids the cycle"


def statement_section(one: StatementSaid) -> Section:
    """Return a statement as a titled part; one that is not executable with its kind and why it is not evaluated."""
    rule = one.rule
    if rule is None:
        return _not_evaluated(one)
    title = f"{one.statement.id}   {words.prose(rule.recommendation.asks)}"
    says = Paragraph(text=words.prose(rule.recommendation.says))
    return Section(
        id=one.statement.id, title=title, blocks=(says, Labelled(rows=tuple(_rows(one, rule))), *_cases(one))
    )


def _not_evaluated(one: StatementSaid) -> Section:
    statement = one.statement
    kind = KIND_WORDS[statement.kind]
    says = _text(words.prose(statement.says)) if statement.says else ()
    rows = (
        ("place", words.prose(one.place)),
        ("strength", strength_said(statement.strength)),
        *((("before relying on it", statement.caveat),) if statement.caveat else ()),
        ("why not evaluated", words.prose(why_not_evaluated(statement.kind, statement.reason))),
    )
    blocks = (*says, Labelled(rows=tuple((name, _text(said)) for name, said in rows)))
    return Section(id=statement.id, title=f"{statement.id}   {kind.capitalize()}", blocks=blocks)


def why_not_evaluated(kind: Kind, reason: str) -> str:
    """Say what a statement that is not executable is about, and why no program decides it."""
    return f"{words.sentence(reason)} {_NOT_EVALUATED[kind]}"


def strength_said(strength: Strength) -> str:
    """Write the strength; where the source states none, that it does not."""
    return _UNRATED if strength is Strength.UNRATED else strength.value


def weighed(does: str) -> str:
    """Write the outcome of an effect; what is left to a person says so."""
    return _WEIGHED if does == Outcome.UNDETERMINED.value else does


def _rows(one: StatementSaid, rule: Rule) -> Iterator[tuple[str, tuple[Block, ...]]]:
    recommendation = rule.recommendation
    yield "place", _text(rule.citation)
    yield "strength", _text(strength_said(rule.strength))
    if recommendation.since or recommendation.until:
        yield "said by the source", _text(_span(rule))
    if rule.caveat:
        yield "before relying on it", _text(rule.caveat)
    if one.off:
        yield "local protocol", _text("switched off here: it does not apply and has no effect")
    if one.applies is not None and one.applies.text != "always":
        yield "applies when", _said(one.applies)
    if one.condition is not None:
        yield "condition", _said(one.condition)
    for excuse in one.unless:
        yield "unless on record", _said(excuse)
    consequence = words.prose(recommendation.consequence)
    meaning = _POLARITY[rule.polarity]
    said = consequence if consequence.startswith(meaning) else ": ".join(filter(None, (meaning, consequence)))
    yield "when it holds", _text(said)
    if one.needs is not None:
        yield "then must be there", _said(one.needs)
    if recommendation.recoverable is not None:
        yield "may recover", _text("yes" if recommendation.recoverable else "no")
    for effect in one.effects:
        yield "effect on the cycle", tuple(_effect(effect))
    if rule.limits:
        yield "limits", (Bullets(items=tuple(map(_limit, rule.limits))),)
    if one.ages:
        yield "age of facts", _text("; ".join(map(words.prose, one.ages)))
    if recommendation.choices:
        yield "chosen by Lutetia", (Bullets(items=tuple(map(words.prose, recommendation.choices))),)


def _span(rule: Rule) -> str:
    since, until = rule.recommendation.since, rule.recommendation.until
    return " ".join(part for part in (f"from {since}" if since else "", f"until {until}" if until else "") if part)


def _text(text: str) -> tuple[Block, ...]:
    return (Paragraph(text=text),)


def _said(said: Outline) -> tuple[Block, ...]:
    return (Tree(branches=(branch(said),)),)


def branch(said: Outline) -> Branch:
    """Return a condition as it was said, with units as they are printed."""
    return Branch(words.prose(said.text), tuple(map(branch, said.parts)))


def _effect(effect: EffectSaid) -> Iterator[Block]:
    until = f", {effect.until}" if effect.until else ""
    does = words.prose(f"{weighed(effect.does)}{until} ({effect.precedence})")
    if effect.when is None:
        yield Paragraph(text=does)
    else:
        when = branch(effect.when)
        yield Tree(branches=(Branch(f"{does}, when {when.text}", when.parts),))
    for remark in effect.remarks:
        yield Paragraph(text=words.prose(remark))


def _limit(limit: LimitShown) -> str:
    shown = f"{limit_name(limit)}: {words.prose(limit.shown)} ({limit.locator})"
    if limit.departs_from:
        return f"{shown}; the source has {words.prose(limit.departs_from)}"
    return f"{shown}; chosen by Lutetia, configurable" if limit.chosen_by_lutetia else shown


def _cases(one: StatementSaid) -> tuple[Block, ...]:
    if not one.cases:
        return (Paragraph(text="No case expects anything of it."),)
    files = ", ".join(dict.fromkeys(case.file for case in one.cases))
    columns = (Column("case"), Column("on"), Column("question"), Column("given"), Column("expected"))
    rows = tuple(map(_case, one.cases))
    return (Table(caption=f"{words.count(len(rows), 'case')} in {files}", columns=columns, rows=rows),)


def _case(case: CaseShown) -> tuple[str, ...]:
    given = words.prose("; ".join(case.given)) or "as the background"
    decision = f"; decision: {case.decision}" if case.decision else ""
    expected = words.prose(case.expects) + decision
    return words.prose(case.name), case.background, case.question, given, expected
