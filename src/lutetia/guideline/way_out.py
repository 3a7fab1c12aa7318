"""What would change an answer? For each that blocks or is unknown, single changes that were tried and do change it.

Nothing is claimed that was not evaluated. Values are looked for at the limits of the recommendation, at the steps of
CTCAE and between them; where the answer turns is narrowed down, and every change offered is evaluated once more on the
whole book. Where no single fact suffices, that is said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from lutetia.course import Course, Fact, Listed
from lutetia.course.consistency import LISTS
from lutetia.course.decision import Consent
from lutetia.errors import InputError
from lutetia.guideline.book import Edition, load
from lutetia.guideline.cycle_decision import RESTRICTION
from lutetia.guideline.departure import with_protocol
from lutetia.guideline.evaluate import DEFAULT_BOOK, answer_by, assess_by
from lutetia.guideline.logic import Question, Settings
from lutetia.guideline.logic.finding import distinct
from lutetia.guideline.protocol import Protocol
from lutetia.guideline.turning import stretches, tried_values
from lutetia.guideline.verdict import Answer, Assessment, Outcome, Polarity, Status
from lutetia.guideline.what_if import Supposition, suppose, with_laboratory_limits
from lutetia.vocabulary import ITEMS

_BLOCKING: Final = (Polarity.AGAINST, Polarity.EXCLUDES, Polarity.REQUIRES)
_LONGEST_DELAY_D: Final = 84
_SUPPOSED: Final = "supposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of one fact, evaluated.

    Attributes
    ----------
    kind : str
        ``fact``; ``list`` (somebody calls it complete), ``consent`` (one is recorded), ``day`` (the planned day moves).
    item, words : str
        What is changed, and into what: a value or a range.
    now : str
        What the record has; empty where it has nothing that counts.
    status, excused_by : Status, str
        What the answer then is.
    outcome : Outcome or None
        The decision on the cycle that then comes out.
    supposition : str
        For facts, one value of the range as ``--what-if`` takes it.
    day : date or None
        For ``day``, the new planned day.
    """

    kind: str
    item: str
    words: str
    now: str
    status: Status
    excused_by: str = ""
    outcome: Outcome | None = None
    supposition: str = ""
    day: date | None = None
    fact: Fact | None = None

    def applied(self, course: Course, question: Question, *, known_on: date) -> tuple[Course, Question]:
        """Return record and question with this change alone; both given stay as they are."""
        known = course.as_known(known_on)
        match self.kind:
            case "fact":
                assert self.fact is not None
                return suppose(course, (Supposition(fact=self.fact),), known_on=known_on), question
            case "list":
                listed: Listed[Any] = getattr(known, self.item)
                day = min(known_on, question.on)
                complete = listed.model_copy(update={"complete_as_of": day, "by": _SUPPOSED})
                return known.model_copy(update={self.item: complete}), question
            case "consent":
                assert self.day is not None
                consent = Consent(given_at=self.day, written=True)
                return known.model_copy(update={"consents": (*known.consents, consent)}), question
            case _:
                assert self.day is not None
                return course, replace(question, on=self.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """What would change one answer.

    Attributes
    ----------
    recoverable : bool or None
        Whether the finding may change with time or treatment; None where that question makes no sense.
    changes : tuple of Change
        Each alone changes the answer as it says.
    alone_not : tuple of str
        What the answer looks at and what alone does not change it.
    not_tried : tuple of str
        What it looks at and what cannot be tried here: days, cycles, words.
    said : str
        In words, where no single change suffices.
    """

    id: str
    asks: str
    status: Status
    polarity: Polarity
    recoverable: bool | None
    changes: tuple[Change, ...]
    alone_not: tuple[str, ...]
    not_tried: tuple[str, ...] = ()
    said: str = ""


def what_would_change(
    course: Course,
    question: Question,
    *,
    known_on: date | None = None,
    book: str = DEFAULT_BOOK,
    settings: Settings | None = None,
    protocol: Protocol | None = None,
    only: Collection[str] | None = None,
) -> tuple[WayOut, ...]:
    """Return what would change each answer that blocks, drives the decision, or is unknown.

    Parameters
    ----------
    course, question, known_on, book, settings, protocol
        See :func:`lutetia.guideline.assess`. New facts are supposed on the day as known, or the day of the question
        where that comes first.
    only : collection of str, optional
        Ids of the recommendations to look at.
    """
    known_on = known_on or question.on
    edition = load(book).edition(question.on)
    edition = with_protocol(edition, protocol) if protocol is not None else edition
    search = _Search(edition, course.as_known(known_on), question, known_on, settings)
    driving = {reason.rule for reason in search.before.decision.reasons} if search.before.decision else set()
    asked = [
        answer
        for answer in search.before.answers
        if (only is None or answer.id in only)
        and (
            answer.status is Status.UNKNOWN
            or (answer.status is Status.MET and (answer.polarity in _BLOCKING or answer.id in driving))
        )
    ]
    return tuple(search.way_out(answer) for answer in asked)


class _Search:
    """Single changes of one record for one question."""

    def __init__(
        self, edition: Edition, course: Course, question: Question, known_on: date, settings: Settings | None
    ) -> None:
        self.edition, self.course, self.question = edition, course, question
        self.known_on, self.settings = known_on, settings
        self.day = min(known_on, question.on)
        self.before = self.assessed(course, question)

    def assessed(self, course: Course, question: Question) -> Assessment:
        """Evaluate the whole book."""
        return assess_by(self.edition, course, question, known_on=self.known_on, settings=self.settings)

    def answered(self, rule: str, course: Course, question: Question | None = None) -> Answer:
        """Evaluate one recommendation."""
        return answer_by(
            self.edition, course, question or self.question, rule, known_on=self.known_on, settings=self.settings
        )

    def way_out(self, answer: Answer) -> WayOut:
        """Try every fact that the answer looked at or asks for, one at a time."""
        asked = distinct(ask.item for ask in answer.asks_for)
        recorded = distinct(seen.item for seen in answer.evidence if seen.item not in asked)
        items = (*asked, *recorded)
        changes = self.offered(answer, items if answer.status is Status.MET else asked)
        if not changes and answer.status is Status.UNKNOWN:
            changes = self.offered(answer, recorded)
        if not changes and self.question.kind == "cycle" and answer.status is Status.MET:
            changes = self.checked(answer, self.delayed(answer))
        useful = {change.item for change in changes}
        alone_not = tuple(item for item in items if item not in useful and _can_be_tried(item))
        return WayOut(
            id=answer.id, asks=answer.asks, status=answer.status, polarity=answer.polarity,
            recoverable=answer.recoverable, changes=changes, alone_not=alone_not,
            not_tried=tuple(item for item in items if not _can_be_tried(item)),
            said="" if changes else self.why_none(answer, alone_not),
        )  # fmt: skip

    def offered(self, answer: Answer, items: tuple[str, ...]) -> tuple[Change, ...]:
        """Return the changes of some items that hold when evaluated."""
        return self.checked(answer, (change for item in items for change in self.tried(answer, item)))

    def checked(self, answer: Answer, changes: Iterable[Change]) -> tuple[Change, ...]:
        """Return the changes that hold when the whole book is evaluated."""
        return tuple(verified for change in changes if (verified := self.verified(answer, change)) is not None)

    def tried(self, answer: Answer, item: str) -> Iterator[Change]:
        """Yield changes of one item that change the answer."""
        if item in ITEMS and _can_be_tried(item):
            yield from self.facts(answer, item)
        elif item in LISTS and not getattr(self.course, item).complete_on(self.day):
            words = f"called complete to {self.day}, as it stands"
            yield Change(kind="list", item=item, words=words, now="", status=Status.UNKNOWN)
        elif item == "consents":
            given = min(self.day, self.question.on - timedelta(days=2))
            words = f"a written consent given on {given}"
            yield Change(kind="consent", item=item, words=words, now="", status=Status.UNKNOWN, day=given)

    def facts(self, answer: Answer, item: str) -> Iterator[Change]:
        """Yield the ranges of an item's values in which the answer is another one, the nearest first."""
        current = self.counting(answer, item)
        if current is not None and ITEMS[item].group == "setting":
            return  # what the site has stated does not change for a patient
        at = tried_values(ITEMS[item], current, self.edition.limits, [one.name for one in answer.limits])

        def outcome(value: Any) -> tuple[Status, str]:
            found = self.answered(answer.id, self.with_fact(self.fact(item, value)))
            return found.status, found.excused_by

        kept = (answer.status, answer.excused_by)
        near = current or self.last_recorded(item)  # a stale value is still the best guess at where the next will be
        for one in stretches(ITEMS[item], at, outcome, _number_of(near)):
            if one.result == kept or (answer.status is Status.MET and one.result[0] is Status.UNKNOWN):
                continue
            status, excused = one.result
            fact = self.fact(item, one.value)
            now = current.shown() if current else ""
            yield Change(
                kind="fact", item=item, words=one.words, now=now, status=status, excused_by=excused, fact=fact,
                supposition=Supposition(fact=fact).written,
            )  # fmt: skip

    def counting(self, answer: Answer, item: str) -> Fact | None:
        """Return the fact of an item that the answer used, if there is one."""
        if not any(seen.item == item and seen.state == "used" for seen in answer.evidence):
            return None
        return self.last_recorded(item)

    def last_recorded(self, item: str) -> Fact | None:
        """Return the latest fact of an item, stale or not."""
        return next((fact for fact in reversed(self.course.facts_of(item)) if fact.day <= self.day), None)

    def fact(self, item: str, value: Any) -> Fact:
        """Return a supposed fact in the item's own unit."""
        unit = ITEMS[item].unit if ITEMS[item].kind == "quantity" else None
        return with_laboratory_limits(Fact(item=item, value=value, at=self.day, unit=unit), self.course)

    def with_fact(self, fact: Fact) -> Course:
        """Return the record with a supposed fact, unchecked: for the search only."""
        kept = tuple(one for one in self.course.facts.get(fact.item, ()) if one.day != fact.day)
        return self.course.model_copy(update={"facts": {**self.course.facts, fact.item: (*kept, fact)}})

    def delayed(self, answer: Answer) -> Iterator[Change]:
        """Yield the first later planned day on which the answer no longer holds, all else unchanged."""
        for days in range(1, _LONGEST_DELAY_D + 1):
            later = replace(self.question, on=self.question.on + timedelta(days=days))
            found = self.answered(answer.id, self.course, later)
            if found.status is Status.NOT_MET:
                words = f"{later.on} instead of {self.question.on}"
                yield Change(kind="day", item="planned day", words=words, now="", status=found.status, day=later.on)
                return

    def verified(self, answer: Answer, change: Change) -> Change | None:
        """Evaluate the whole book with a change; one that does not change the answer is dropped."""
        try:
            course, question = change.applied(self.course, self.question, known_on=self.known_on)
        except (InputError, ValueError):  # what the record contradicts is no way out
            return None
        after = self.assessed(course, question)
        mine = next((one for one in after.answers if one.id == answer.id), None)
        if mine is None or (mine.status, mine.excused_by) == (answer.status, answer.excused_by):
            return None
        if answer.status is Status.MET and _stricter(after, self.before):
            return None  # a way out that leads further in is none
        decision = after.decision.outcome if after.decision is not None else None
        return replace(change, status=mine.status, excused_by=mine.excused_by, outcome=decision)

    def why_none(self, answer: Answer, items: tuple[str, ...]) -> str:
        """Say why nothing is offered."""
        stale = [item for item in items if self.stale_anyway(item)]
        if stale:
            first = self.edition.ages(self.question.kind)(stale[0])
            assert first is not None
            counts = self.question.on - timedelta(days=int(first.days))
            return f"no single fact known on {self.day} suffices: a new value of {stale[0]} counts from {counts} on"
        if bound := self.needs_a_bound(answer, items):
            return f"no value of {bound} suffices without the laboratory's limit of normal, which is not recorded"
        if answer.status is Status.UNKNOWN:
            return "no single fact that can be tried here suffices"
        return "no single new fact suffices: it rests on what is recorded, or on several facts at once"

    def stale_anyway(self, item: str) -> bool:
        """Tell whether even a value of the day as known is too old on the day of the question."""
        most = self.edition.ages(self.question.kind)(item)
        return most is not None and (self.question.on - self.day).days > most.days

    def needs_a_bound(self, answer: Answer, items: tuple[str, ...]) -> str:
        """Return the item of which even a value leaves the laboratory's limit of normal to be asked."""
        for item in items:
            if item in ITEMS and ITEMS[item].has_limits and (plausible := ITEMS[item].plausible) is not None:
                asks = self.answered(answer.id, self.with_fact(self.fact(item, plausible[1] / 2))).asks_for
                if any(ask.item == item and "limit of normal" in ask.question for ask in asks):
                    return item
        return ""


def _can_be_tried(item: str) -> bool:
    return item in LISTS or item == "consents" or (item in ITEMS and ITEMS[item].kind not in ("text", "day"))


def _stricter(after: Assessment, before: Assessment) -> bool:
    if after.decision is None or before.decision is None:
        return False
    return RESTRICTION[after.decision.at_most] > RESTRICTION[before.decision.at_most]


def _number_of(fact: Fact | None) -> Any:
    if fact is None:
        return None
    return fact.quantity if fact.definition.kind == "quantity" else fact.value
