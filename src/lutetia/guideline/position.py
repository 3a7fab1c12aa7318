"""Where does one source stand on one topic? Its statements that speak, and what they mean for the day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from lutetia.course import Course
from lutetia.course.event import AdverseEvent
from lutetia.guideline.book import Edition
from lutetia.guideline.claim import Claim, Meaning, claims_of
from lutetia.guideline.logic.entries import told_of
from lutetia.guideline.logic.finding import distinct
from lutetia.guideline.stance import DEFINITIONS, Stance, World
from lutetia.guideline.topic import ORGANS, TERMS, Topic
from lutetia.guideline.verdict import Answer, Ask, Assessment, Departure, LimitShown, Status, Strength

_SPEAK: Final = (Status.MET, Status.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement of a source that speaks on a topic, or might.

    Attributes
    ----------
    stance : Stance or None
        What it means where it holds; None where nothing follows for this question.
    touched_by : tuple of str
        Reports of another source that bear upon it, by their ids; they do not change it.
    departures : tuple of Departure
        Where a local protocol departs from the source in it, with who decided it, when and why.
    """

    book: str
    id: str
    status: Status
    stance: Stance | None
    says: str
    consequence: str
    citation: str
    strength: Strength
    limits: tuple[LimitShown, ...]
    asks_for: tuple[Ask, ...]
    beside: tuple[str, ...]
    caveat: str
    touched_by: tuple[str, ...]
    departures: tuple[Departure, ...] = ()

    @classmethod
    def of(cls, answer: Answer, book: str, stance: Stance | None, touched_by: tuple[str, ...]) -> Self:
        """Return an answer as a statement of a comparison."""
        return cls(
            book=book, id=answer.id, status=answer.status, stance=stance, says=answer.says,
            consequence=answer.consequence, citation=answer.citation, strength=answer.strength, limits=answer.limits,
            asks_for=answer.asks_for, beside=answer.beside, caveat=answer.caveat, touched_by=touched_by,
            departures=answer.departures,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a source stands on a topic.

    Attributes
    ----------
    stance : Stance
        Of its one claim; ``UNKNOWN`` or ``SEVERAL`` where it makes several that differ.
    words : str
        The position in words.
    claims : tuple of Claim
        What is compared.
    statements : tuple of Statement
        Those that hold or may hold; where none does, those that were looked at. With a local protocol also those in
        which it departs from its source.
    asks_for : tuple of Ask
        The facts that decide what is not known.
    open : bool
        True where nothing is known of the source itself, as for a label that is not known here; ``why`` says so.
    protocol : str
        The file of the local protocol that is laid over the book; empty for a source as it is.
    """

    book: str
    title: str
    place: str
    stance: Stance
    words: str
    claims: tuple[Claim, ...] = ()
    statements: tuple[Statement, ...] = ()
    asks_for: tuple[Ask, ...] = ()
    caveat: str = ""
    open: bool = False
    why: str = ""
    protocol: str = ""

    @property
    def worlds(self) -> tuple[tuple[World, ...] | None, ...]:
        """What agreement is told by: one entry for each claim that takes a position, None for an unknown source."""
        return (None,) if self.open else tuple(one.worlds for one in self.claims if one.worlds)


def unknown_position(title: str, place: str, why: str, book: str = "") -> Position:
    """Return the position of a source of which nothing is known."""
    stance = Stance.UNKNOWN
    return Position(book=book, title=title, place=place, stance=stance, words=stance.value, open=True, why=why)


def position_of(
    topic: Topic,
    edition: Edition,
    assessment: Assessment,
    answered: Mapping[str, Answer],
    course: Course,
    touched_by: Mapping[str, tuple[str, ...]],
) -> Position:
    """Return where a source stands on a topic.

    Parameters
    ----------
    topic : Topic
    edition, assessment
        The book as it holds on the day, and what it says.
    answered : mapping of str to Answer
        The assessment's answers by their ids.
    course : Course
        As known on the day.
    touched_by : mapping of str to tuple of str
        By statement the reports that bear upon it.
    """
    book = edition.book
    named = book.topics.get(topic, ())
    if named and assessment.not_known:
        return unknown_position(book.title, book.jurisdiction, assessment.scope, book.id)
    if named and not assessment.in_scope:
        return _without(edition, Stance.OUT_OF_SCOPE)
    answers = [answered[one] for one in named if one in answered]
    if not answers:
        return _without(edition, Stance.NOT_COVERED)
    answers = [
        one for one in answers if one.status is not Status.NOT_APPLICABLE and _belongs(one, topic, book.topics, course)
    ]
    departing = [answered[one] for one in named if one in answered and answered[one].departures]
    if not answers:
        return replace(_without(edition, Stance.SILENT), statements=_said(departing, {}, book.id, touched_by))
    return _position(topic, edition, assessment, answers, departing, touched_by)


def _without(edition: Edition, stance: Stance) -> Position:
    book = edition.book
    return Position(
        book=book.id, title=edition.title, place=book.jurisdiction, stance=stance, words=stance.value,
        protocol=edition.protocol,
    )  # fmt: skip


def _position(
    topic: Topic,
    edition: Edition,
    assessment: Assessment,
    answers: Sequence[Answer],
    departing: Sequence[Answer],
    touched_by: Mapping[str, tuple[str, ...]],
) -> Position:
    book, meaning = edition.book, Meaning(edition, assessment)
    options = {one.id: meaning.options(one) for one in answers if one.status in _SPEAK}
    claims = claims_of(topic, answers, options, collects=not book.decides, defines=topic in DEFINITIONS)
    stances = distinct(one.stance for one in claims)
    speaking = [one for one in answers if options.get(one.id)] if topic not in DEFINITIONS else answers
    return Position(
        book=book.id, title=edition.title, place=book.jurisdiction, caveat=book.caveat, protocol=edition.protocol,
        stance=stances[0] if len(stances) == 1 else Stance.SEVERAL,
        words="; ".join(one.words for one in claims), claims=claims,
        statements=_said(distinct((*(speaking or answers), *departing)), options, book.id, touched_by),
        asks_for=distinct(ask for one in claims for ask in one.asks_for),
    )  # fmt: skip


def _said(
    answers: Iterable[Answer],
    options: Mapping[str, tuple[Stance, ...]],
    book: str,
    touched_by: Mapping[str, tuple[str, ...]],
) -> tuple[Statement, ...]:
    return tuple(
        Statement.of(one, book, next(iter(options.get(one.id, ())), None), touched_by.get(one.id, ()))
        for one in answers
    )


def _belongs(answer: Answer, topic: Topic, topics: Mapping[Topic, Sequence[str]], course: Course) -> bool:
    """Tell whether an answer counts under this topic, where a source names it under an organ's and under all others."""
    special = [name for name in ORGANS if answer.id in topics.get(name, ())]
    if not special or answer.id not in topics.get(Topic.OTHER_TOXICITY, ()) or answer.status is not Status.MET:
        return True
    shown = {seen.shown for seen in answer.evidence if seen.item == "events" and seen.state == "used"}
    of = {_topic_of(event) for event in course.events.entries if told_of(event) in shown}
    return topic in of or (topic is Topic.OTHER_TOXICITY and not of)


def _topic_of(event: AdverseEvent) -> Topic:
    """Return the topic that an event belongs to, by its name or its organ."""
    for topic, organ in ORGANS.items():
        if event.organ == organ or event.term.strip().lower() in TERMS[topic]:
            return topic
    return Topic.OTHER_TOXICITY
