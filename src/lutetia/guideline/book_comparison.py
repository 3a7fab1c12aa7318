"""What do all sources say about one course, side by side? Topic by topic; none is merged with or overrides another.

Each book is evaluated on its own. Where they disagree both are shown, first; a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lutetia.course import Course
from lutetia.guideline.book import Book, Edition, books, load
from lutetia.guideline.evaluate import assess_by
from lutetia.guideline.jurisdiction import in_force, no_label, place_of
from lutetia.guideline.local_position import departs, local_notes, with_local
from lutetia.guideline.logic import Question, Settings
from lutetia.guideline.position import Position, Statement, position_of, unknown_position
from lutetia.guideline.protocol import Protocol
from lutetia.guideline.stance import Agreement, Stance, agreement
from lutetia.guideline.topic import Topic
from lutetia.guideline.verdict import Assessment, CycleDecision, Outcome, Status, VersionUsed


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAsked:
    """One source of a comparison.

    Attributes
    ----------
    book : str
        Name of its folder; empty for a label that is not known here.
    place : str
        Where it is law; empty for a source that holds everywhere.
    known : bool
        False where nothing is known of it on the day; ``scope`` says why.
    in_scope : bool
        False where it does not speak about the agent.
    advice : str
        What it says in short: the decision on the cycle, or the indication.
    caveat : str
        What a reader has to do before relying on it.
    protocol : str
        The file of the local protocol that is laid over the book; empty for a source as it is.
    """

    book: str
    title: str
    place: str = ""
    version: VersionUsed | None = None
    known: bool = True
    in_scope: bool = True
    scope: str = ""
    advice: str = ""
    caveat: str = ""
    notes: tuple[str, ...] = ()
    protocol: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One topic: what each source says, and whether they say the same.

    Attributes
    ----------
    why : str
        The positions that were compared, in words.
    positions : tuple of Position
        Of every source, also of those that are silent or do not cover the topic; of a local protocol only where it
        departs from its source.
    """

    topic: Topic
    agreement: Agreement
    why: str
    positions: tuple[Position, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A statement of one source upon which a report of another bears; it says what it said all the same."""

    book: str
    statement: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What every source says about one question, side by side.

    Attributes
    ----------
    jurisdiction : str
        The country whose label was asked for; empty where none was stated, and all labels are shown.
    sources : tuple of SourceAsked
    topics : tuple of Compared
        Disagreements first.
    evidence : tuple of Statement
        The reports of a population like his.
    touched : tuple of Touched
        The statements upon which they bear.
    notes : tuple of str
        What a reader has to know.
    """

    course: str
    synthetic: bool
    question: str
    on: date
    known_on: date
    jurisdiction: str
    sources: tuple[SourceAsked, ...]
    topics: tuple[Compared, ...]
    evidence: tuple[Statement, ...] = ()
    touched: tuple[Touched, ...] = ()
    notes: tuple[str, ...] = ()

    def topic(self, topic: Topic) -> Compared:
        """Return what is said on a topic."""
        return next(one for one in self.topics if one.topic is topic)

    def with_agreement(self, told: Agreement) -> tuple[Compared, ...]:
        """Return the topics on which the sources agree, disagree, or it cannot be told."""
        return tuple(one for one in self.topics if one.agreement is told)


def compare(
    course: Course,
    question: Question,
    *,
    known_on: date | None = None,
    among: Sequence[str] | None = None,
    jurisdiction: str | None = None,
    settings: Settings | None = None,
    protocol: Protocol | None = None,
) -> Comparison:
    """Evaluate every book, or those asked for, and lay what they say side by side.

    Parameters
    ----------
    course : Course
    question : Question
        :func:`~lutetia.guideline.Selection` or :func:`~lutetia.guideline.CycleQuestion`.
    known_on : date, optional
        The record as known on this day is used; the day of the question where it is not stated.
    among : sequence of str, optional
        Names of books; all where it is not stated.
    jurisdiction : str, optional
        ISO code of the country whose label is to be compared. One of which no label is known here answers unknown;
        without one all labels are compared, each marked by its place.
    settings : Settings, optional
        What a site may choose where a book leaves it open.
    protocol : Protocol, optional
        A local protocol: a position of its own beside its source's, on the topics on which it departs from it.

    Returns
    -------
    Comparison
        Topics with a disagreement first.
    """
    return compare_books(
        [load(name) for name in (among or books())], course, question, known_on=known_on, jurisdiction=jurisdiction,
        settings=settings, protocol=protocol, elsewhere=frozenset(load(name).jurisdiction for name in books()) - {""},
    )  # fmt: skip


def compare_books(
    shelf: Sequence[Book],
    course: Course,
    question: Question,
    *,
    known_on: date | None = None,
    jurisdiction: str | None = None,
    settings: Settings | None = None,
    protocol: Protocol | None = None,
    elsewhere: frozenset[str] = frozenset(),
) -> Comparison:
    """Compare books that are at hand; :func:`compare` takes them by their names.

    ``elsewhere`` are the places of which a label is known here, whether or not it is among the books.
    """
    known_on = known_on or question.on
    known = course.as_known(known_on)
    places = in_force({book.jurisdiction for book in shelf if book.jurisdiction}, jurisdiction)
    editions = [book.edition(question.on) for book in shelf if not book.jurisdiction or book.jurisdiction in places]
    asked = [
        (edition, assess_by(edition, known, question, known_on=known_on, settings=settings))
        for one in editions
        for edition in with_local(one, protocol)
    ]
    sources = [one for one in asked if one[0].overlay is None]
    absent = jurisdiction if jurisdiction and place_of(jurisdiction) not in places | elsewhere else None
    evidence = tuple(_reports(sources))
    by = _touched_by(sources, evidence)
    labelled = {topic for book in shelf if book.jurisdiction for topic in book.topics}
    topics = _topics(asked, known, by, absent, labelled)
    positions = (one for compared in topics for one in compared.positions)
    local = local_notes(protocol, (assessment for _, assessment in asked), positions)
    return Comparison(
        course=known.id, synthetic=known.synthetic, question=str(question), on=question.on, known_on=known_on,
        jurisdiction=jurisdiction or "",
        sources=(*(_source(edition, assessment) for edition, assessment in asked),
                 *((_absent_source(absent),) if absent else ())),
        topics=topics, evidence=evidence, touched=tuple(_touched(sources, by)),
        notes=(*_notes(shelf, places, jurisdiction), *local),
    )  # fmt: skip


Asked = tuple[Edition, Assessment]


def _topics(
    asked: Sequence[Asked],
    course: Course,
    by: Mapping[str, tuple[str, ...]],
    absent: str | None,
    labelled: Iterable[Topic],
) -> tuple[Compared, ...]:
    compared = []
    answered = [{one.id: one for one in assessment.answers} for _, assessment in asked]
    unknown_on = frozenset(labelled) or frozenset({Topic.INDICATION})
    for topic in Topic:
        positions = [
            position_of(topic, edition, assessment, answers, course, by)
            for (edition, assessment), answers in zip(asked, answered, strict=True)
            if edition.overlay is None or departs(edition, answers, topic)
        ]
        if absent and topic in unknown_on:
            positions.append(unknown_position(f"label of {absent}", place_of(absent), no_label(absent)))
        if any(position.claims and position.stance is not Stance.SILENT for position in positions):
            compared.append(_compared(topic, tuple(positions)))
    order = list(Agreement)
    return tuple(sorted(compared, key=lambda one: order.index(one.agreement)))


def _compared(topic: Topic, positions: tuple[Position, ...]) -> Compared:
    taking = [one for one in positions if one.worlds]
    told = agreement([worlds for one in taking for worlds in one.worlds], topic)
    why = "; ".join(f"{one.title}: {one.words}" for one in taking)
    return Compared(topic=topic, agreement=told, why=why, positions=positions)


def _source(edition: Edition, assessment: Assessment) -> SourceAsked:
    book = edition.book
    return SourceAsked(
        book=book.id, title=edition.title, place=book.jurisdiction, version=assessment.version,
        protocol=edition.protocol,
        known=not assessment.not_known, in_scope=assessment.in_scope or assessment.not_known, scope=assessment.scope,
        advice=_advice(assessment), caveat=assessment.caveat, notes=assessment.notes,
    )  # fmt: skip


def _absent_source(jurisdiction: str) -> SourceAsked:
    return SourceAsked(
        book="", title=f"label of {jurisdiction}", place=place_of(jurisdiction), known=False,
        scope=no_label(jurisdiction), advice="unknown",
    )  # fmt: skip


def _advice(assessment: Assessment) -> str:
    """Say in short what a source says: the decision on a cycle, else the indication."""
    if assessment.not_known:
        return "unknown"
    if not assessment.in_scope:
        return "does not speak about this agent"
    if assessment.decision is not None:
        return _decided(assessment.decision)
    return assessment.indication.summary if assessment.indication else ""


def _decided(decision: CycleDecision) -> str:
    if decision.outcome is Outcome.UNDETERMINED:
        return f"undetermined; at most '{decision.at_most}'"
    return " or ".join((decision.outcome.value, *(other.value for other in decision.alternatives)))


def _reports(asked: Iterable[Asked]) -> Iterable[Statement]:
    """Yield what books of evidence say about a population like his."""
    for edition, assessment in asked:
        for answer in assessment.answers:
            if answer.id in edition.book.touches and answer.status is Status.MET:
                yield Statement.of(answer, edition.book.id, None, ())


def _touched_by(asked: Iterable[Asked], evidence: Iterable[Statement]) -> dict[str, tuple[str, ...]]:
    """Return by statement the reports that bear upon it and are of a population like his."""
    studied = {one.id for one in evidence}
    found: dict[str, list[str]] = {}
    for edition, _ in asked:
        for report, statements in edition.book.touches.items():
            for statement in statements if report in studied else ():
                found.setdefault(statement, []).append(report)
    return {statement: tuple(reports) for statement, reports in found.items()}


def _touched(asked: Iterable[Asked], by: Mapping[str, tuple[str, ...]]) -> Iterable[Touched]:
    for edition, assessment in asked:
        for answer in assessment.answers:
            if answer.id in by and answer.status in (Status.MET, Status.UNKNOWN):
                yield Touched(book=edition.book.id, statement=answer.id, by=by[answer.id])


def _notes(shelf: Sequence[Book], places: frozenset[str], jurisdiction: str | None) -> Iterable[str]:
    yield "Each source speaks for itself: none is merged with or overrides another. A person decides."
    labels = [book for book in shelf if book.jurisdiction]
    if jurisdiction is None and labels:
        yield f"No jurisdiction is stated: all labels are shown ({', '.join(book.title for book in labels)})."
    left_out = [book.title for book in labels if book.jurisdiction not in places]
    if left_out and jurisdiction:
        yield f"Not asked, for they hold elsewhere than in {jurisdiction}: {', '.join(left_out)}."
    if jurisdiction and place_of(jurisdiction) != jurisdiction:
        yield f"In {jurisdiction} the label of the {place_of(jurisdiction)} holds."
