"""What in the record stands before every rule: the patient's death, and a decision that nobody has revoked.

No source says so; both are Lutetia's choice and are shown as such. Rules that find nothing in the way must not read as
a go for a man who has died, or against what a person decided and recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from lutetia.course.decision import Decision
from lutetia.fileform import day_of
from lutetia.guideline.logic import Context
from lutetia.guideline.verdict import Outcome, Reason, Strength

PLACE: Final = "Lutetia's choice: the record, before any rule"
_FATAL_GRADE: Final = 5
_REVOKES: Final = frozenset(("go", "reduce", "treat"))
_STANDS: Final = {
    "discontinue": Outcome.DISCONTINUE, "do-not-treat": Outcome.DISCONTINUE, "hold": Outcome.HOLD,
    "cancel": Outcome.CANCEL,
}  # fmt: skip


def death_recorded(context: Context) -> str:
    """Say in words that the record holds his death; empty where it does not."""
    course = context.course
    for fact in course.facts_of("person.died_on")[-1:]:
        return f"he died on {fact.value}"
    for fact in course.facts_of("person.alive")[-1:]:
        if fact.value is False:
            return f"he was not alive on {fact.day}"
    for event in course.events.entries:
        if event.grade == _FATAL_GRADE:
            return f"'{event.term}' has grade 5 (death) since {event.grades[-1].on}"
    return ""


def standing_decisions(context: Context) -> Iterator[tuple[Outcome, str]]:
    """Yield the decisions against giving the cycle asked about that no later decision has revoked, in words."""
    until = _last_day_that_counts(context)
    number = context.question.number
    taken = [
        one
        for one in sorted(context.course.decisions, key=lambda one: day_of(one.on))
        if day_of(one.on) <= until and (one.cycle is None or number == 0 or one.cycle <= number)
    ]
    for index, one in enumerate(taken):
        outcome = _STANDS.get(one.outcome)
        if outcome is None or (one.outcome == "cancel" and one.cycle not in (None, number)):
            continue
        if not any(_revokes(later, one, number) for later in taken[index + 1 :]):
            reason = f", {one.reason}" if one.reason else ""
            yield outcome, f"decided on {day_of(one.on)} by {one.author}: {one.outcome}{reason}"


def _revokes(later: Decision, earlier: Decision, number: int) -> bool:
    """Whether a later decision takes an earlier one back; a cancelled cycle may also be planned anew."""
    if later.outcome in _REVOKES:
        return True
    return earlier.outcome == "cancel" and later.outcome == "postpone" and later.cycle == number


def _last_day_that_counts(context: Context) -> date:
    """Return the day of a question about the past, else the last day that is known."""
    cycle = context.cycle
    given = None if cycle is None else cycle.given_on
    return context.on if given is not None else max(context.known_on, context.on)


def standing_reasons(context: Context) -> tuple[Reason, ...]:
    """Return what stands before the rules as reasons for the cycle asked about."""
    cycle = context.cycle
    died = death_recorded(context) if cycle is None or cycle.given_on is None else ""
    found = [(Outcome.DISCONTINUE, "DEATH", died)] if died else []
    found += [(outcome, "DECISION", text) for outcome, text in standing_decisions(context)]
    return tuple(
        Reason(
            precedence="P0", rule=name, outcome=outcome, text=text, possible=False, citation=PLACE,
            strength=Strength.UNRATED,
        )
        for outcome, name, text in found
    )  # fmt: skip


def standing_notes(context: Context) -> tuple[str, ...]:
    """Return the same as remarks on a question about selection, which has no decision."""
    died = death_recorded(context)
    said = [f"{died}: no treatment is advised"] if died else []
    said += [f"{text}; it stands until a later decision revokes it" for _, text in standing_decisions(context)]
    return tuple(f"{text} (Lutetia's choice)" for text in said)
