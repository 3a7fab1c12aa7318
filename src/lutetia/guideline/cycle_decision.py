"""What do the recommendations mean for a cycle? The most restrictive of what they say, or what would decide it.

With a more restrictive recommendation unknown the outcome is undetermined: the least restrictive outcome that is still
possible is shown with the facts that decide. Where the source leaves the weighing to a person, so does Lutetia.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from lutetia.guideline.logic import Context, Finding
from lutetia.guideline.logic.condition import name_of
from lutetia.guideline.logic.finding import distinct
from lutetia.guideline.recommendation import Effect, Recommendation
from lutetia.guideline.standing import standing_reasons
from lutetia.guideline.verdict import Answer, CycleDecision, Outcome, Reason, Status

RESTRICTION: Final = {
    Outcome.GO: 0, Outcome.REDUCE: 1, Outcome.UNDETERMINED: 2, Outcome.POSTPONE: 3, Outcome.HOLD: 4,
    Outcome.CANCEL: 5, Outcome.DISCONTINUE: 6,
}  # fmt: skip
"""From least to most restrictive; ``UNDETERMINED`` stands for what a person has to weigh before giving anything."""

_WEIGH: Final = RESTRICTION[Outcome.UNDETERMINED]
_FACTS_IN_A_REASON: Final = 2


class Fired(NamedTuple):
    """A recommendation with its answer, what each of its effects does, and whether what it needs is there."""

    answer: Answer
    recommendation: Recommendation
    effects: tuple[Finding, ...]
    needs: bool | None


@dataclass(frozen=True, slots=True)
class _Speaking:
    """One effect that holds or may hold."""

    fired: Fired
    effect: Effect
    finding: Finding
    until: date | None

    @property
    def sure(self) -> bool:
        return self.finding.holds is True

    @property
    def rank(self) -> int:
        return RESTRICTION[self.effect.outcome]

    def reason(self) -> Reason:
        answer = self.fired.answer
        facts = [seen for seen in self.finding.evidence if seen.state == "used"][:_FACTS_IN_A_REASON]
        told = "; ".join(f"{name_of(seen.item)} {seen.shown}" + (f" ({seen.on})" if seen.on else "") for seen in facts)
        text = self.effect.says or answer.consequence or answer.says
        if self.sure:
            text = f"{text}: {told}" if told else text
        else:
            asked = ", ".join(distinct(ask.item for ask in self.finding.asks))
            text = f"would be: {text}; unknown: {asked}"
        return Reason(
            precedence=self.effect.precedence, rule=answer.id, outcome=self.effect.outcome, text=text,
            possible=not self.sure, citation=answer.citation, strength=answer.strength, caveat=answer.caveat,
        )  # fmt: skip


def decide(fired: Sequence[Fired], context: Context, ready: Status | None) -> CycleDecision:
    """Join what the recommendations say about the cycle of the question.

    Parameters
    ----------
    fired : sequence of Fired
        Every recommendation of the book, answered.
    context : Context
        The course, with a question of kind ``cycle``.
    ready : Status or None
        Whether everything required is there; it makes a note, never an outcome.
    """
    speaking, fulfilled = _speaking(fired, context)
    standing = standing_reasons(context)
    sure = [one for one in speaking if one.sure]
    acting = [one for one in sure if one.effect.outcome is not Outcome.UNDETERMINED]
    certain = [*(one.effect.outcome for one in acting), *(reason.outcome for reason in standing)]
    floor = max(certain, key=RESTRICTION.__getitem__, default=Outcome.GO)
    level = RESTRICTION[floor]
    open_ = [one for one in speaking if not one.sure and one.rank > level]
    weigh = [one for one in sure if one.rank == _WEIGH and level < _WEIGH]
    determining = [one for one in acting if one.effect.outcome is floor]
    activity, notes = _activity(determining, floor, context)
    until = max((one.until for one in determining if one.until is not None), default=None)
    return CycleDecision(
        cycle=context.question.number,
        planned=context.on,
        outcome=Outcome.UNDETERMINED if open_ or weigh else floor,
        at_most=floor,
        alternatives=distinct(arm for one in determining for arm in one.effect.alternatives if arm is not floor),
        until=until,
        activity_gbq=activity,
        reasons=(*standing, *(one.reason() for one in sorted(speaking, key=_order))),
        decides=distinct(ask for one in open_ for ask in one.finding.asks),
        weigh=tuple(one.fired.answer.id for one in weigh),
        notes=distinct(
            (
                *_weighing(weigh),
                *notes,
                *fulfilled,
                *(f"{reason.text}; it stands before every rule (Lutetia's choice)" for reason in standing),
                *(one.effect.note for one in sure if one.effect.note),
                *_readiness(ready),
            )
        ),
    )


def _order(one: _Speaking) -> tuple[str, bool, int]:
    return one.effect.precedence, not one.sure, -one.rank


def _speaking(fired: Sequence[Fired], context: Context) -> tuple[list[_Speaking], list[str]]:
    """Return the effects that hold or may hold; a recommendation's strictest sure one stands for its milder ones."""
    speaking: list[_Speaking] = []
    fulfilled: list[str] = []
    for one in fired:
        if one.answer.status is Status.NOT_APPLICABLE:
            continue
        effects: list[_Speaking] = []
        for effect, finding in zip(one.recommendation.effects, one.effects, strict=True):
            if finding.holds is False:
                continue
            until = effect.until.day(context) if effect.until is not None and finding.holds else None
            if effect.outcome is Outcome.POSTPONE and until is not None and until <= context.on:
                fulfilled.append(f"{one.answer.id}: the planned day is not before {until}, as asked")
                continue
            effects.append(_Speaking(one, effect, finding, until))
        strictest = max((spoken.rank for spoken in effects if spoken.sure), default=0)
        speaking += [spoken for spoken in effects if spoken.rank >= strictest]
    return speaking, fulfilled


def _activity(determining: list[_Speaking], floor: Outcome, context: Context) -> tuple[float | None, list[str]]:
    """Advise an activity [GBq]; two reductions do not multiply, and one already prescribed is not repeated."""
    if RESTRICTION[floor] > RESTRICTION[Outcome.REDUCE]:
        return None, []
    prescription = context.cycle.prescription if context.cycle is not None else None
    if prescription is None:
        return None, ["no activity is advised: this cycle has no prescription, and none is inherited"]
    prescribed = prescription.activity.to("GBq")
    if floor is Outcome.GO:
        return round(prescribed, 6), []
    effect = next(one.effect for one in determining if one.effect.factor or one.effect.activity)
    notes = ["Lutetia's choice: two reductions give one step, they do not multiply"] if len(determining) > 1 else []
    if effect.activity is not None:
        return _to_activity(effect.activity.number(context), prescribed, notes)
    assert effect.factor is not None
    factor = effect.factor.number(context)
    if effect.regular is not None and prescribed <= factor * effect.regular.number(context) * (1 + 1e-6):
        notes.append(_already(prescribed))
        return round(prescribed, 6), notes
    return round(factor * prescribed, 6), [
        *notes,
        f"{factor * prescribed:.4g} GBq is {factor:g} x {prescribed:g} GBq as prescribed",
    ]


def _to_activity(stated: float, prescribed: float, notes: list[str]) -> tuple[float, list[str]]:
    """Advise the reduced activity that the source states itself, or what is prescribed where that is no more."""
    if prescribed <= stated * (1 + 1e-6):
        return round(prescribed, 6), [*notes, _already(prescribed)]
    return round(stated, 6), [*notes, f"{stated:g} GBq, as the source states it, instead of {prescribed:g} GBq"]


def _already(prescribed: float) -> str:
    return f"the prescription of {prescribed:g} GBq already contains the reduction; it is not reduced again"


def _weighing(weigh: list[_Speaking]) -> list[str]:
    if not weigh:
        return []
    ids = ", ".join(one.fired.answer.id for one in weigh)
    return [f"against this cycle stand {ids}; no rule forbids it: a person weighs them"]


def _readiness(ready: Status | None) -> list[str]:
    if ready in (None, Status.MET):
        return []
    return ["not ready: something required is missing or wrong" if ready is Status.NOT_MET else
            "not shown to be ready: something required is not recorded or too old"]  # fmt: skip
