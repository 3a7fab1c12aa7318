"""What does an assessment advise, in the few parts that a line of a timeline has room for?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lutetia.guideline.book import load
from lutetia.guideline.logic.finding import distinct
from lutetia.guideline.verdict import (
    Answer,
    Ask,
    Assessment,
    CycleDecision,
    Evidence,
    Outcome,
    Polarity,
    Status,
    Strength,
)
from lutetia.vocabulary import ITEMS

_ASKED_OF = (Polarity.FOR, Polarity.AGAINST, Polarity.EXCLUDES, Polarity.CAUTION, Polarity.REQUIRES)
"""What a decision rests on; what only informs or advises leaves nothing open."""

_FACTS_TOLD = 2


class Selected(StrEnum):
    """What a book says on the question whether he should be treated."""

    INDICATED = "indicated"
    WEIGH = "indicated, and a person weighs what speaks against"
    NOT_SETTLED = "not settled"
    NOT_RECOMMENDED = "not recommended"
    NO_INDICATION = "no indication holds"


_READS_AS = {
    Selected.INDICATED: Outcome.GO, Selected.WEIGH: Outcome.UNDETERMINED, Selected.NOT_SETTLED: Outcome.UNDETERMINED,
    Selected.NOT_RECOMMENDED: Outcome.DISCONTINUE, Selected.NO_INDICATION: Outcome.DISCONTINUE,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Because:
    """One recommendation that speaks, with what it says here."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What a book advises on one question.

    Attributes
    ----------
    in_scope : bool
        False where the book does not speak about the agent, or not about such a question.
    headline : str
        The advice in a few words.
    selection : Selected or None
        For a question about selection; None for a cycle.
    outcome, at_most : Outcome or None
        As in the decision on a cycle; None for selection.
    alternatives, until, activity_gbq
        As in the decision on a cycle.
    because : tuple of Because
        What decides, in the order of precedence; for selection the indications and what speaks against.
    weigh : tuple of str
        What a person weighs.
    cautions, required, advises : tuple of Because
        What else holds: cautions, what is missing or wrong, what is advised beside.
    ready : str
        Whether everything required for the cycle is there; empty for selection.
    decides : tuple of Ask
        The unknown facts that would decide.
    unknown : tuple of Ask
        What else is not known of what the decision rests on.
    """

    in_scope: bool
    headline: str
    selection: Selected | None = None
    outcome: Outcome | None = None
    at_most: Outcome | None = None
    alternatives: tuple[Outcome, ...] = ()
    until: date | None = None
    activity_gbq: float | None = None
    because: tuple[Because, ...] = ()
    weigh: tuple[str, ...] = ()
    cautions: tuple[Because, ...] = ()
    required: tuple[Because, ...] = ()
    advises: tuple[Because, ...] = ()
    ready: str = ""
    decides: tuple[Ask, ...] = ()
    unknown: tuple[Ask, ...] = ()

    @property
    def reads_as(self) -> Outcome:
        """The advice as an outcome with which a decision can be compared."""
        if self.selection is not None:
            return _READS_AS[self.selection]
        return self.outcome or Outcome.UNDETERMINED


def advice_of(assessment: Assessment) -> Advice:
    """Return what an assessment advises."""
    if not assessment.in_scope:
        return Advice(in_scope=False, headline=assessment.scope)
    if assessment.decision is not None:
        return _on_cycle(assessment, assessment.decision)
    if assessment.question == "selection" and load(assessment.book).indications:
        return _on_selection(assessment)
    about = "whom to treat" if assessment.question == "selection" else "whether a cycle is given"
    return Advice(in_scope=False, headline=f"this book does not say {about}")


def _on_cycle(assessment: Assessment, decision: CycleDecision) -> Advice:
    sure = distinct(Because(id=one.rule, text=one.text) for one in decision.reasons if not one.possible)
    told = {one.id for one in sure}
    cautions = _met(assessment, told, Polarity.AGAINST, Polarity.CAUTION)
    return Advice(
        in_scope=True, outcome=decision.outcome, headline=_headline(decision), at_most=decision.at_most,
        alternatives=decision.alternatives, until=decision.until, activity_gbq=decision.activity_gbq, because=sure,
        weigh=decision.weigh, cautions=tuple(_fulfilled(one, decision) for one in cautions),
        required=_met(assessment, told, Polarity.REQUIRES), advises=_met(assessment, told, Polarity.ADVISES),
        ready="" if assessment.ready is None else assessment.ready.value, decides=decision.decides,
        unknown=_unknown(assessment, decision.decides),
    )  # fmt: skip


def _fulfilled(one: Because, decision: CycleDecision) -> Because:
    """Say of a postponement that has been kept to that it has."""
    kept = next((note.partition(": ")[2] for note in decision.notes if note.startswith(f"{one.id}: ")), "")
    return Because(id=one.id, text=kept) if kept else one


def _headline(decision: CycleDecision) -> str:
    if decision.outcome is Outcome.UNDETERMINED:
        why = "for a person to weigh" if decision.weigh and not decision.decides else "undetermined"
        return f"{why}; at most '{_shown(decision.at_most, decision)}'"
    return " or ".join((_shown(decision.outcome, decision), *(arm.value for arm in decision.alternatives)))


def _shown(outcome: Outcome, decision: CycleDecision) -> str:
    if decision.activity_gbq is not None and outcome in (Outcome.GO, Outcome.REDUCE):
        return f"{outcome.value}, {decision.activity_gbq:.3g} GBq"
    if decision.until is not None and outcome is Outcome.POSTPONE:
        return f"{outcome.value} until {decision.until}"
    return outcome.value


def _on_selection(assessment: Assessment) -> Advice:
    answers = {one.id: one for one in assessment.answers}
    indication = assessment.indication
    holding = indication.holding if indication else ()
    possible = indication.possible if indication else ()
    theirs = {answers[one].section for one in (*holding, *possible)} or {"Indications"}
    against = [one for one in assessment.answers if _speaks_against(one)]
    denied = [one for one in against if one.section in theirs]
    weigh = [one for one in against if one not in denied]
    selected = _selected(holding, possible, denied=bool(denied), weigh=bool(weigh))
    decisive = [answers[one] for one in holding] + denied + weigh
    told = {one.id for one in decisive}
    open_ = () if holding or denied else distinct(ask for one in possible for ask in answers[one].asks_for)
    open_at_most = Outcome.GO if _READS_AS[selected] is Outcome.UNDETERMINED else None
    return Advice(
        in_scope=True, headline=selected.value, selection=selected, at_most=open_at_most,
        because=tuple(_because(one) for one in decisive), weigh=tuple(one.id for one in weigh),
        cautions=_met(assessment, told, Polarity.CAUTION), required=_met(assessment, told, Polarity.REQUIRES),
        advises=_met(assessment, told, Polarity.ADVISES), decides=open_, unknown=_unknown(assessment, open_),
    )  # fmt: skip


def _speaks_against(one: Answer) -> bool:
    return one.status is Status.MET and one.polarity in (Polarity.AGAINST, Polarity.EXCLUDES)


def _selected(holding: tuple[str, ...], possible: tuple[str, ...], *, denied: bool, weigh: bool) -> Selected:
    if holding:
        return Selected.WEIGH if weigh else Selected.INDICATED
    if denied:
        return Selected.NOT_RECOMMENDED
    return Selected.NOT_SETTLED if possible else Selected.NO_INDICATION


def _because(one: Answer) -> Because:
    text = one.consequence or one.says
    if one.polarity is Polarity.FOR:
        graded = "" if one.strength is Strength.UNRATED else f", {one.strength.value} recommendation"
        indirect = f" ({one.strength_note})" if one.strength_note else ""
        return Because(id=one.id, text=f"{text}{graded}{indirect}")
    used = [seen for seen in one.evidence if seen.state == "used"][:_FACTS_TOLD]
    facts = "; ".join(_fact(seen) for seen in used)
    excused = f", excused by {one.excused_by}" if one.excused_by else ""
    return Because(id=one.id, text=f"{text}{excused}: {facts}" if facts else f"{text}{excused}")


def _fact(seen: Evidence) -> str:
    """Say an item of the vocabulary with its name; what stands in another part of the record names itself."""
    name = f"{seen.item} " if seen.item in ITEMS else ""
    return f"{name}{seen.shown}" + (f" ({seen.on})" if seen.on else "")


def _met(assessment: Assessment, told: set[str], *polarities: Polarity) -> tuple[Because, ...]:
    """Return what holds and was not told yet; what holds for everybody at any time is left out."""
    return tuple(
        _because(one)
        for one in assessment.answers
        if one.polarity in polarities and one.status is Status.MET and one.evidence and one.id not in told
    )


def _unknown(assessment: Assessment, decides: tuple[Ask, ...]) -> tuple[Ask, ...]:
    asked = {(ask.item, ask.question) for ask in decides}
    found = (
        ask
        for one in assessment.answers
        if one.status is Status.UNKNOWN and one.polarity in _ASKED_OF
        for ask in one.asks_for
        if (ask.item, ask.question) not in asked
    )
    return tuple({(ask.item, ask.question): ask for ask in found}.values())
