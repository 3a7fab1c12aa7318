"""One recommendation of a source, as a small declarative object."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from lutetia.guideline.logic import Condition, Context, always
from lutetia.guideline.logic.limit import limit
from lutetia.guideline.verdict import Outcome, Polarity, Strength


@dataclass(frozen=True, slots=True)
class Cite:
    """A place in the source: section and item, as printed."""

    section: str
    item: str = ""

    def __str__(self) -> str:
        return f"{self.section}, {self.item}" if self.item else self.section


class DayRule(Protocol):
    """Something that gives the first day on which a postponed cycle may be given."""

    @property
    def pause(self) -> limit:
        """The limit that says how long."""

    def day(self, context: Context) -> date | None:
        """Return the day, or None where it cannot be told."""


class Remark(Protocol):
    """Something shown beside an answer."""

    def __call__(self, context: Context) -> str:
        """Return the remark; empty where there is nothing to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a recommendation means for a cycle when its condition holds.

    Attributes
    ----------
    precedence : str
        Place in the order of the book, ``P0`` first.
    outcome : Outcome
        ``UNDETERMINED`` where the source leaves the weighing to a person.
    alternatives : tuple of Outcome
        The other arm where the source leaves a choice.
    when : Condition or None
        Narrows the effect; None means whenever the recommendation fires.
    until : DayRule or None
        For postponements.
    factor, regular : limit or None
        For reductions: the part of the prescribed activity that remains, and the regular activity [GBq].
    activity : limit or None
        For reductions to an activity that the source states itself [GBq], instead of ``factor`` and ``regular``.
    says : str
        What it means in words, where that differs from the recommendation's consequence.
    note : str
        A prompt shown with the decision; Lutetia's choices are marked as such in its words.
    """

    precedence: str
    outcome: Outcome
    alternatives: tuple[Outcome, ...] = ()
    when: Condition | None = None
    until: DayRule | None = None
    factor: limit | None = None
    regular: limit | None = None
    activity: limit | None = None
    says: str = ""
    note: str = ""


_POLARITIES = {
    "for_": Polarity.FOR, "against": Polarity.AGAINST, "excludes": Polarity.EXCLUDES, "caution": Polarity.CAUTION,
    "requires": Polarity.REQUIRES, "advises": Polarity.ADVISES, "informs": Polarity.INFORMS,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """One recommendation: where it stands, what it asks, and when it speaks.

    Exactly one of ``for_`` to ``informs`` holds the condition; which one says what it means when it holds.

    Attributes
    ----------
    id : str
        For example ``CI-B-PLT``.
    strength : Strength
        As the source states it.
    asks, says, consequence : str
        The question answered; the recommendation in our words; what follows when it holds.
    applies : Condition
        Where it does not hold, the recommendation does not apply.
    unless : tuple of str or Condition
        Recommendations (by id) or conditions that excuse, only when recorded as true.
    needs : Condition or None
        What must be there when the recommendation holds.
    recoverable : bool or None
        Whether the finding may change with time or treatment.
    choices : tuple of str
        What Lutetia chose where the source is silent or ambiguous.
    effects : tuple of Effect
        What it means for the decision on a cycle.
    beside : tuple of Remark
        What is shown with the answer and decides nothing.
    since, until : date or None
        For a source that is changed from a day on: the first day on which it says this, and the first on which it no
        longer does. None where it says so from its beginning, and still.
    caveat : str
        What a reader has to do before relying on it, e.g. where only a secondary source was seen; empty where the
        caveat of the whole book holds, if there is one.
    """

    id: str
    where: Cite
    asks: str
    says: str
    strength: Strength = Strength.UNRATED
    for_: Condition | None = None
    against: Condition | None = None
    excludes: Condition | None = None
    caution: Condition | None = None
    requires: Condition | None = None
    advises: Condition | None = None
    informs: Condition | None = None
    applies: Condition = always
    unless: tuple[str | Condition, ...] = ()
    needs: Condition | None = None
    recoverable: bool | None = None
    consequence: str = ""
    choices: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    beside: tuple[Remark, ...] = ()
    since: date | None = None
    until: date | None = None
    caveat: str = ""
    condition: Condition = field(init=False, repr=False, compare=False)
    """The condition, whatever its polarity."""
    polarity: Polarity = field(init=False, repr=False, compare=False)
    """What it means for the patient when the condition holds."""

    def __post_init__(self) -> None:
        given = [name for name in _POLARITIES if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"{self.id} has {len(given)} conditions with a polarity; write exactly one")
        object.__setattr__(self, "condition", getattr(self, given[0]))
        object.__setattr__(self, "polarity", _POLARITIES[given[0]])

    def holds_on(self, day: date) -> bool:
        """Tell whether the source says this on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)
