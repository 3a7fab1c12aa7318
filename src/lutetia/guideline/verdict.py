"""What an evaluation says: answers with their trace, the layered verdict, and the decision on a cycle.

None of these is ever collapsed into one boolean.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Status(StrEnum):
    """The value of a recommendation's condition (strong Kleene), or that it does not apply."""

    MET = "met"
    NOT_MET = "not met"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not applicable"


class Polarity(StrEnum):
    """What it means for the patient when the condition holds."""

    FOR = "for"
    AGAINST = "against"
    EXCLUDES = "excludes"
    CAUTION = "caution"
    REQUIRES = "requires"  # holds when something that must be there is missing or wrong
    ADVISES = "advises"
    INFORMS = "informs"


class Strength(StrEnum):
    """The grade exactly as the source states it; most statements have none, and none is invented."""

    STRONG = "strong"
    MODERATE_STRONG = "moderate-strong"
    WEAK = "weak"
    UNRATED = "unrated"
    EVIDENCE = "evidence statement"
    DEFINITION = "definition"


class Outcome(StrEnum):
    """What the rules advise for a cycle, from least to most restrictive; a person decides."""

    GO = "go"
    REDUCE = "reduced activity"
    POSTPONE = "postpone"
    HOLD = "hold"
    CANCEL = "cancel this cycle"
    DISCONTINUE = "discontinue"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One fact that an answer looked at.

    Attributes
    ----------
    item : str
        Id in the vocabulary, or the name of a list of the course (``therapies``).
    shown : str
        Value with unit, as a person reads it; empty when missing.
    on : date or None
        The day of the fact.
    state : str
        ``used``, ``missing``, ``stale`` or ``list not complete``, with a reason in ``why``.
    """

    item: str
    shown: str
    on: date | None
    state: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A fact whose value could change an answer: what to ask, and why it is not known."""

    item: str
    question: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitShown:
    """A limit as it was used, and where it stands; ``words`` names it for a reader.

    ``departs_from`` is what the source has, where a local protocol put another number in its place.
    """

    name: str
    shown: str
    locator: str
    chosen_by_lutetia: bool
    words: str = ""
    departs_from: str = ""


class Direction(StrEnum):
    """What a departure from the source does; computed from the comparisons, never stated by its author."""

    TIGHTENS = "tightens"
    LOOSENS = "loosens"
    BOTH = "tightens and loosens"
    NEITHER = "neither"  # no recommendation for or against looks at it
    UNTOLD = "cannot be told"
    SAME = "as the source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """Where a local protocol departs from the source, with who decided it, when and why.

    Attributes
    ----------
    kind : str
        ``limit``, ``age`` (how old facts may be) or ``rule`` (switched off).
    name, words : str
        The name in the book or the vocabulary, and what it is.
    source, local : str
        What the source has, with its place under ``locator``, and what holds here.
    direction : Direction
        In an answer: for this answer.
    """

    kind: str
    name: str
    words: str
    source: str
    locator: str
    local: str
    direction: Direction
    reason: str
    author: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalCheck:
    """A question that a local protocol adds; a person answers it, no rule reads it."""

    id: str
    question: str
    reason: str
    citation: str
    author: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One recommendation, evaluated.

    Attributes
    ----------
    id : str
        For example ``CI-B-PLT``.
    asks : str
        The question it answers.
    says : str
        The recommendation in our paraphrase.
    condition : str
        The condition in words, generated from the expression.
    strength_note : str
        For example that the grade is indirect for this ligand.
    excused_by : str
        Id of the ``unless`` recommendation that excuses it, if one does.
    recoverable : bool or None
        Whether the finding may change with time or treatment; None where the question makes no sense.
    choices : tuple of str
        What Lutetia chose where the source is silent or ambiguous.
    beside : tuple of str
        Shown with the answer and deciding nothing: the plain rule, other formulas, what is required with it.
    departures : tuple of Departure
        Where a local protocol departs from the source in this answer.
    by_source : Status or None
        What the source alone answers, where a local protocol departs from it.
    caveat : str
        What a reader has to do before relying on the answer, e.g. verify it against the current label; shown wherever
        the answer is.
    """

    id: str
    section: str
    citation: str
    asks: str
    says: str
    status: Status
    polarity: Polarity
    strength: Strength
    strength_note: str = ""
    condition: str = ""
    consequence: str = ""
    evidence: tuple[Evidence, ...] = ()
    asks_for: tuple[Ask, ...] = ()
    limits: tuple[LimitShown, ...] = ()
    excused_by: str = ""
    recoverable: bool | None = None
    choices: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    departures: tuple[Departure, ...] = ()
    by_source: Status | None = None
    caveat: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One rule that speaks about the cycle, with its place in the precedence.

    ``possible`` is True when the rule is unknown and would lead to ``outcome`` if it held; ``caveat`` is that of its
    answer.
    """

    precedence: str
    rule: str
    outcome: Outcome
    text: str
    possible: bool
    citation: str
    strength: Strength
    caveat: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleDecision:
    """The advice on one cycle.

    Attributes
    ----------
    outcome : Outcome
        ``UNDETERMINED`` while a more restrictive rule is unknown, or while a person has to weigh (see ``weigh``).
    at_most : Outcome
        The least restrictive outcome that is still possible; equal to ``outcome`` when it is determined.
    alternatives : tuple of Outcome
        Where the source leaves a choice (reduce *or* postpone), the other arm.
    until : date or None
        For postponement: not before this day.
    activity_gbq : float or None
        Advised activity where it can be stated [GBq].
    reasons : tuple of Reason
        In the order of precedence.
    decides : tuple of Ask
        The facts that would determine the outcome.
    weigh : tuple of str
        Relative contra-indications that stand against giving it now; a person weighs them, no rule forbids.
    notes : tuple of str
        Prompts and Lutetia's choices, each marked as such.
    """

    cycle: int
    planned: date
    outcome: Outcome
    at_most: Outcome
    alternatives: tuple[Outcome, ...] = ()
    until: date | None = None
    activity_gbq: float | None = None
    reasons: tuple[Reason, ...] = ()
    decides: tuple[Ask, ...] = ()
    weigh: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Indication:
    """Which indications hold, may hold, and what the guideline says in words."""

    summary: str
    holding: tuple[str, ...]
    possible: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolUsed:
    """The local protocol that was laid over the source, and what the source alone says.

    Attributes
    ----------
    file, sha256 : str
        Name of the file and hash of its content.
    departures : tuple of Departure
        Every one, whether or not an answer looked at it.
    checklist : tuple of LocalCheck
        Questions added; a person answers them.
    source_outcome, source_at_most : Outcome or None
        The decision on the cycle by the source alone.
    source_ready : Status or None
    differs : tuple of str
        The recommendations whose answer differs from the source's.
    """

    file: str
    sha256: str
    author: str
    on: date
    departures: tuple[Departure, ...]
    checklist: tuple[LocalCheck, ...]
    source_outcome: Outcome | None = None
    source_at_most: Outcome | None = None
    source_ready: Status | None = None
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionUsed:
    """The version of a source that was used.

    Attributes
    ----------
    since : date
        The day from which it holds.
    title : str
        What it is, in words.
    seen : str
        ``primary`` where its own text was read, ``secondary`` where only what others say of it was.
    """

    since: date
    title: str
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The layered verdict on one question.

    Attributes
    ----------
    question : str
        ``selection`` or ``cycle n``.
    on : date
        The day of selection, or the planned day of the cycle.
    known_on : date
        The record as known on this day was used.
    in_scope : bool
        False for agents the guideline does not speak about; then ``answers`` is empty and ``scope`` says why.
    not_encoded : tuple of str
        Layers of the verdict that the book does not cover yet, in words.
    protocol : ProtocolUsed or None
        The local protocol that was laid over the source, if one was.
    version : VersionUsed or None
        The version of the source that held on the day, where it has dated versions.
    not_known : bool
        True where the source has dated versions and none that is known here held on the day: nothing is answered,
        ``scope`` says why, and every answer is unknown.
    caveat : str
        What a reader has to do before relying on any answer of this source; empty where nothing.
    """

    course: str
    synthetic: bool
    book: str
    book_title: str
    question: str
    on: date
    known_on: date
    in_scope: bool
    scope: str
    answers: tuple[Answer, ...] = ()
    indication: Indication | None = None
    decision: CycleDecision | None = None
    ready: Status | None = None
    unknown: tuple[Ask, ...] = ()
    not_encoded: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    protocol: ProtocolUsed | None = None
    version: VersionUsed | None = None
    not_known: bool = False
    caveat: str = ""

    def answer(self, rule: str) -> Answer:
        """Return the answer of a rule by its id."""
        return next(answer for answer in self.answers if answer.id == rule)
