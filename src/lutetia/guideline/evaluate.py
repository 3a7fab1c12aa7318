"""What does a book say about a course? Every recommendation answered, then the layers of the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from lutetia.course import Course
from lutetia.errors import InputError
from lutetia.guideline.book import Book, Edition, Rule, Scope, load
from lutetia.guideline.cycle_decision import Fired, decide
from lutetia.guideline.logic import Condition, Context, Finding, Question, Settings
from lutetia.guideline.logic.finding import distinct
from lutetia.guideline.recommendation import Recommendation
from lutetia.guideline.standing import standing_notes
from lutetia.guideline.verdict import Answer, Assessment, Indication, Polarity, Status, Strength

if TYPE_CHECKING:
    from lutetia.guideline.protocol import Protocol

DEFAULT_BOOK = "eanm_snmmi_2023"
_STATUS = {True: Status.MET, False: Status.NOT_MET, None: Status.UNKNOWN}


def Selection(on: date) -> Question:  # noqa: N802 - names a question as a thing
    """Ask whether the patient should be treated, on a day."""
    return Question("selection", on)


def CycleQuestion(number: int, planned: date) -> Question:  # noqa: N802 - names a question as a thing
    """Ask whether a cycle can be given on its planned day."""
    return Question("cycle", planned, number)


def read_question(text: str, course: Course, *, on: date | None = None) -> Question:
    """Read ``selection`` or ``cycle 3`` as a question about a course.

    Parameters
    ----------
    on : date, optional
        The day; a cycle in the record brings its planned day.

    Raises
    ------
    InputError
        If the words are neither, or no day is known.
    """
    words = text.strip().lower().split()
    if words == ["selection"]:
        if on is None:
            raise InputError("question", "selection needs a day", "state it, e.g. --as-of 2026-03-02")
        return Selection(on)
    if len(words) == 2 and words[0] == "cycle" and words[1].isdigit() and int(words[1]) >= 1:
        number = int(words[1])
        cycle = course.cycle(number)
        planned = on if cycle is None or on is not None else cycle.planned
        if planned is None:
            raise InputError("question", f"cycle {number} is not in the record", "add it with its planned day")
        return CycleQuestion(number, planned)
    raise InputError("question", f"'{text}' is no question of the book", "write 'selection' or e.g. 'cycle 3'")


def next_question(course: Course, on: date) -> Question:
    """Return what has to be decided next: selection, or the first cycle that was planned and not given."""
    due = next((cycle for cycle in course.cycles if cycle.administration is None), None)
    return Selection(on) if due is None else CycleQuestion(due.number, due.planned)


def assess(
    course: Course,
    question: Question | str,
    *,
    known_on: date | None = None,
    book: str = DEFAULT_BOOK,
    settings: Settings | None = None,
    protocol: Protocol | None = None,
) -> Assessment:
    """Answer a question about a course by a book.

    Parameters
    ----------
    course : Course
    question : Question or str
        :func:`Selection`, :func:`CycleQuestion`, or ``cycle 3`` for a cycle that is in the record.
    known_on : date, optional
        The record as known on this day is used; the day of the question where it is not stated.
    book : str
        Name of the book's folder.
    settings : Settings, optional
        What a site may choose where the book leaves it open.
    protocol : Protocol, optional
        A local protocol, laid over the book; every departure is shown beside what the source alone says.

    Returns
    -------
    Assessment
        The layered verdict; never one boolean.
    """
    if isinstance(question, str):
        question = read_question(question, course, on=known_on if question.strip() == "selection" else None)
    edition = load(book).edition(question.on)
    if protocol is not None:
        from lutetia.guideline.departure import with_protocol

        edition = with_protocol(edition, protocol)
    return assess_by(edition, course, question, known_on=known_on, settings=settings)


def assess_by(
    edition: Edition,
    course: Course,
    question: Question,
    *,
    known_on: date | None = None,
    settings: Settings | None = None,
) -> Assessment:
    """Answer a question by an edition of a book; :func:`assess` takes the one that holds on the day."""
    assessment = _evaluation(edition, course, question, known_on, settings).assessment()
    if edition.overlay is None:
        return assessment
    return edition.overlay.shown_in(
        assessment, lambda other: assess_by(other, course, question, known_on=known_on, settings=settings)
    )


def answer_by(
    edition: Edition,
    course: Course,
    question: Question,
    rule: str,
    *,
    known_on: date | None = None,
    settings: Settings | None = None,
) -> Answer:
    """Answer one recommendation alone, as :func:`assess_by` does, without departures shown."""
    evaluation = _evaluation(edition, course, question, known_on, settings)
    fired = evaluation.answer(edition.rules[rule])
    return (edition.overlay.switched(fired) if edition.overlay else fired).answer


def _evaluation(
    edition: Edition, course: Course, question: Question, known_on: date | None, settings: Settings | None
) -> _Evaluation:
    known_on = known_on or question.on
    known = course.as_known(known_on)
    context = Context(
        course=known,
        question=question,
        known_on=known_on,
        settings=settings or Settings.of(known, question.on),
        limits=edition.limits,
        limit_readings=edition.readings,
        ages=edition.ages(question.kind),
    )
    return _Evaluation(edition, context)


class _Evaluation:
    """One walk through a book."""

    def __init__(self, edition: Edition, context: Context) -> None:
        self.edition, self.context = edition, context

    def assessment(self) -> Assessment:
        context, book = self.context, self.edition.book
        scope = self._before_the_first_version() or book.scope(context)
        fired = [] if scope.inside is False else [self.answer(rule) for rule in self.edition.rules.values()]
        if self.edition.overlay is not None:
            fired = [self.edition.overlay.switched(one) for one in fired]
        answers = {one.answer.id: one.answer for one in fired}
        cycle = context.question.kind == "cycle" and scope.inside is not False and book.decides
        ready = self._ready(fired) if cycle else None
        return Assessment(
            course=context.course.id, synthetic=context.course.synthetic, book=book.id, book_title=book.title,
            question=str(context.question), on=context.on, known_on=context.known_on,
            in_scope=scope.inside is not False, scope=scope.text, answers=tuple(answers.values()),
            indication=_indication(book, answers) if answers else None,
            decision=decide(fired, context, ready) if cycle else None, ready=ready,
            unknown=distinct(ask for answer in answers.values() for ask in answer.asks_for),
            not_encoded=book.not_encoded if answers else (),
            notes=(*book.notes(context), *(() if cycle else standing_notes(context))),
            version=self.edition.version, not_known=bool(book.versions) and self.edition.version is None,
            caveat=book.caveat,
        )  # fmt: skip

    def _before_the_first_version(self) -> Scope | None:
        """Say that no version known here held on the day: nothing is answered, and every answer is unknown."""
        book, on = self.edition.book, self.context.on
        if not book.versions or self.edition.version is not None:
            return None
        first = book.versions[0]
        return Scope(
            inside=False,
            text=f"{book.title}: unknown on {on}. The first version known here holds from {first.since} "
            f"({first.title}); what held before is not known here, and nothing is answered.",
        )

    def find(self, condition: Condition) -> Finding:
        """Evaluate a condition once."""
        found = self.context.findings.get(id(condition))
        if found is None:
            found = self.context.findings[id(condition)] = condition.find(self.context)
        return found

    def answer(self, rule: Rule) -> Fired:
        """Answer one recommendation."""
        one = rule.recommendation
        applies = self.find(one.applies)
        if applies.holds is False:
            return Fired(self._printed(rule, Status.NOT_APPLICABLE, Finding(False, applies.evidence)), one, (), None)
        found = self.find(one.condition)
        if applies.holds is None and found.holds is not False:
            found = Finding(None, applies.evidence + found.evidence, distinct(applies.asks + found.asks))
        found, excuse = self._excused(rule, found)
        needed = self.find(one.needs) if one.needs is not None and found.holds is not False else None
        needs = needed if found.holds else None
        if needs is not None:
            asks = distinct(found.asks + needs.asks)
            found = Finding(found.holds, distinct(found.evidence + needs.evidence), asks)
        answer = self._printed(rule, _STATUS[found.holds], found, excuse, needs)
        return Fired(answer, one, self._effects(one, found, excuse), None if needed is None else needed.holds)

    def _excused(self, rule: Rule, found: Finding) -> tuple[Finding, str]:
        """Look for a recorded exception; an unrecorded one is asked for and excuses nothing."""
        if not found.holds:
            return found, ""
        for exception in rule.recommendation.unless:
            if isinstance(exception, str):
                if exception not in self.edition.rules:
                    continue  # the version of the day does not say it
                name, condition = exception, self.edition.rules[exception].recommendation.condition
            else:
                name, condition = exception.words(self.edition.limits), exception
            excuse = self.find(condition)
            evidence = distinct(found.evidence + excuse.evidence)
            if excuse.holds:
                return Finding(True, evidence), name
            found = Finding(True, evidence, distinct(found.asks + excuse.asks))
        return found, ""

    def _effects(self, one: Recommendation, found: Finding, excuse: str) -> tuple[Finding, ...]:
        if excuse:
            return tuple(Finding(False) for _ in one.effects)
        return tuple(found if effect.when is None else self.find(effect.when) for effect in one.effects)

    def _printed(
        self, rule: Rule, status: Status, found: Finding, excuse: str = "", needs: Finding | None = None
    ) -> Answer:
        one, context = rule.recommendation, self.context
        speaks = status is not Status.NOT_APPLICABLE
        beside = [remark(context) for remark in one.beside] if speaks else []
        if needs is not None and one.needs is not None:
            state = {True: "yes", False: "no", None: "not recorded"}[needs.holds]
            beside.append(f"required with it: {one.needs.words(self.edition.limits)}: {state}")
        graded = one.strength not in (Strength.UNRATED, Strength.EVIDENCE, Strength.DEFINITION)
        return Answer(
            id=one.id, section=rule.section, citation=rule.citation, asks=one.asks, says=one.says, status=status,
            polarity=Polarity.CAUTION if excuse else one.polarity, strength=one.strength,
            strength_note=self.edition.book.strength_note(one, context) if graded else "",
            condition=rule.condition if speaks else rule.applies, consequence=one.consequence,
            evidence=found.evidence, asks_for=found.asks if speaks else (), limits=rule.limits, excused_by=excuse,
            recoverable=one.recoverable, choices=one.choices, beside=tuple(remark for remark in beside if remark),
            caveat=rule.caveat,
        )  # fmt: skip

    @staticmethod
    def _ready(fired: Iterable[Fired]) -> Status:
        """Tell whether everything required for the cycle is there."""
        states: set[Status] = set()
        for one in fired:
            if one.answer.polarity is Polarity.REQUIRES:
                states.add(one.answer.status)
            if one.recommendation.needs is None:
                continue
            if one.answer.status is Status.MET:
                states.add({True: Status.NOT_MET, False: Status.MET, None: Status.UNKNOWN}[one.needs])
            elif one.answer.status is Status.UNKNOWN and one.needs is not True:
                states.add(Status.UNKNOWN)  # what it would need is not shown to be there
        if Status.MET in states:
            return Status.NOT_MET
        return Status.UNKNOWN if Status.UNKNOWN in states else Status.MET


def _indication(book: Book, answers: Mapping[str, Answer]) -> Indication:
    said = [one for one in book.indications if one in answers]
    holding = tuple(one for one in said if answers[one].status is Status.MET)
    possible = tuple(one for one in said if answers[one].status is Status.UNKNOWN)
    return Indication(summary=book.summary(answers), holding=holding, possible=possible)
