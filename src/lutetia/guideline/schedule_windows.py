"""What is a window? Something due between two days that are counted from a cycle, and what in the record fulfils it.

The words with which a book writes its windows: :class:`Window`, the kinds ``before_each_cycle``, ``after_each_cycle``
and ``after_the_last``, and the checks ``all_sampled`` and ``any_sampled``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from lutetia.guideline.recommendation import Cite, Recommendation
from lutetia.guideline.schedule import DueItem, DueState
from lutetia.guideline.schedule_treatment import Treatment, used, was_it_given
from lutetia.guideline.verdict import Ask, Evidence, Strength
from lutetia.vocabulary import Item

ONE_DAY = timedelta(days=1)


class Span(NamedTuple):
    """First and last day, both included; None where there is no such end."""

    opens: date | None
    closes: date | None


class Record(NamedTuple):
    """What the record shows of something that is due: done where nothing is lacking.

    ``doubts`` are questions on facts that are there and do not say enough, such as a scan without a time.
    """

    evidence: tuple[Evidence, ...] = ()
    lacking: tuple[Ask, ...] = ()
    doubts: tuple[Ask, ...] = ()

    @property
    def done(self) -> bool:
        """Whether nothing is lacking."""
        return not self.lacking

    @property
    def done_on(self) -> date | None:
        """The day of the fact that completed it."""
        return max((seen.on for seen in self.evidence if seen.on is not None), default=None) if self.done else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """From what a window is counted.

    Attributes
    ----------
    key : str
        Completes the id of the window; the same on every day.
    day : date
        Given, or planned where ``tentative``.
    words : str
    until : date or None
        The day of the next cycle that was given: from then on nothing is caught up.
    passed : Ask or None
        For a planned day that has passed: whether the cycle was given.
    """

    key: str
    cycle: int
    day: date
    words: str
    tentative: bool = False
    until: date | None = None
    passed: Ask | None = None


Check = Callable[[Treatment, Counted, Span], Record]
Find = Callable[["Window", Treatment], Iterable[DueItem]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Something that a book asks for at a time.

    Attributes
    ----------
    id, where, strength, says :
        The statement, as in a recommendation.
    what : str
        What is due, in a few words; ``{n}`` stands for the number of the cycle.
    find : callable
        Of window and treatment: the items.
    limits : tuple of str
        Names of the numbers used.
    choices : tuple of str
        What Lutetia chose where the source is silent.
    """

    id: str
    where: Cite
    what: str
    says: str
    find: Find
    strength: Strength = Strength.UNRATED
    limits: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, rule: Recommendation, *, what: str, find: Find, limits: tuple[str, ...] = (), choices: tuple[str, ...] = ()
    ) -> Window:
        """Return the window of a statement that is a recommendation of the book too."""
        return cls(
            id=rule.id, where=rule.where, strength=rule.strength, says=rule.says, what=what, find=find, limits=limits,
            choices=(*choices, *rule.choices),
        )  # fmt: skip

    def items(self, treatment: Treatment) -> Iterator[DueItem]:
        """Place the window on the days of a treatment."""
        yield from self.find(self, treatment)

    def item(self, treatment: Treatment, counted: Counted, state: DueState, because: str, **more: Any) -> DueItem:
        """Return an item of this window; ``more`` are further fields of :class:`DueItem`.

        For a man who has died nothing stays open.
        """
        if treatment.dead and state not in (DueState.DONE, DueState.MISSED):
            state, because = DueState.NOT_APPLICABLE, treatment.ended
            more |= {"asks_for": (), "blocked_until": None}
        return DueItem(
            key=f"{self.id}/{counted.key}",
            rule=self.id,
            citation=f"{treatment.edition.book.title}, {self.where}",
            strength=self.strength,
            cycle=counted.cycle or None,
            what=more.pop("what", None) or self.what.format(n=counted.cycle, m=counted.cycle - 1),
            says=self.says,
            counted_from=counted.words,
            state=state,
            because=because,
            tentative=counted.tentative,
            windows=tuple(treatment.numbers[name].as_used for name in self.limits),
            choices=self.choices,
            **more,
        )

    def judged(
        self,
        treatment: Treatment,
        counted: Counted,
        span: Span,
        record: Record,
        *,
        late: Record | None = None,
        optional: bool = False,
        what: str | None = None,
    ) -> DueItem:
        """Compare a window with the day as known and with what the record shows.

        Parameters
        ----------
        late : Record, optional
            What the record shows after the window; complete, it leaves nothing to catch up.
        optional : bool
            True where the source offers it only: it is never overdue.
        """
        state, because = _state(treatment.known_on, counted, span, record, late, optional=optional)
        asks: tuple[Ask, ...] = ()
        if state is DueState.UNKNOWN:
            asks = (counted.passed,) if counted.passed else record.doubts
        elif state in (DueState.DUE_NOW, DueState.OVERDUE, DueState.MISSED):
            asks = record.lacking
        shown = () if state is DueState.UPCOMING else record.evidence
        return self.item(
            treatment, counted, state, because, opens=span.opens, closes=span.closes, evidence=shown, asks_for=asks,
            done_on=record.done_on if state is DueState.DONE else None, what=what,
        )  # fmt: skip


def _state(
    today: date, counted: Counted, span: Span, record: Record, late: Record | None, *, optional: bool
) -> tuple[DueState, str]:
    if counted.passed is not None:
        return DueState.UNKNOWN, counted.passed.why
    if span.opens is not None and today < span.opens:
        return DueState.UPCOMING, f"opens in {(span.opens - today).days} d"
    if record.done:
        return DueState.DONE, _told(record)
    if record.doubts:
        return DueState.UNKNOWN, record.doubts[0].why
    return _not_done(today, counted, span.closes, record, late, optional=optional)


def _not_done(
    today: date, counted: Counted, closes: date | None, record: Record, late: Record | None, *, optional: bool
) -> tuple[DueState, str]:
    """Tell what is still due from what is overdue, and both from what can no longer be caught up."""
    lacking = lacking_words(record)
    lapsed = counted.until is not None and counted.until <= today
    if closes is None or today <= closes:
        if lapsed:
            return DueState.MISSED, f"{lacking}; a cycle was given on {counted.until}"
        return DueState.DUE_NOW, lacking
    closed = f"closed {(today - closes).days} d ago; {lacking}"
    if late is not None and late.done and late.done_on is not None:
        return DueState.MISSED, f"recorded on {late.done_on}, {(late.done_on - closes).days} d after the window"
    if lapsed:
        return DueState.MISSED, f"{closed}; a cycle was given on {counted.until}"
    if optional:
        return DueState.MISSED, f"{closed}; it is an offer, not a demand"
    return DueState.OVERDUE, closed


def _told(record: Record) -> str:
    shown = [seen.shown for seen in record.evidence if seen.shown]
    if len(shown) > 2:
        return f"recorded by {record.done_on}"
    return f"recorded on {record.done_on}: {', '.join(shown)}" if shown else f"recorded on {record.done_on}"


def lacking_words(record: Record) -> str:
    """Say what is lacking, at most four by name."""
    names = list(dict.fromkeys(ask.item for ask in record.lacking))
    every = f"{', '.join(names[:4])}{f' and {len(names) - 4} more' if len(names) > 4 else ''}"
    return f"no record of {every}" if not record.evidence else f"still without {every}"


# From what windows are counted


def planned_next(treatment: Treatment) -> Counted | None:
    """Return the day of the cycle planned next, from which windows are counted until it is given."""
    cycle = treatment.next
    if cycle is None:
        return None
    passed = was_it_given(cycle) if cycle.planned < treatment.known_on else None
    return Counted(
        key=str(cycle.number), cycle=cycle.number, day=cycle.planned,
        words=f"cycle {cycle.number}, planned {cycle.planned}", tentative=True, passed=passed,
    )  # fmt: skip


def each_cycle(treatment: Treatment) -> Iterator[Counted]:
    """Yield the cycles given, and the one planned next."""
    for number, day in treatment.given:
        until = treatment.following(number)
        yield Counted(key=str(number), cycle=number, day=day, words=f"cycle {number}, given {day}", until=until)
    if (planned := planned_next(treatment)) is not None:
        yield planned


# Kinds of windows


def after_each_cycle(opens: str, closes: str, check: Check, *, optional: bool = False) -> Find:
    """Return: between two numbers of days after each administration."""

    def find(window: Window, treatment: Treatment) -> Iterator[DueItem]:
        for counted in each_cycle(treatment):
            span = Span(counted.day + treatment.days(opens), counted.day + treatment.days(closes))
            yield judged_after(window, treatment, counted, span, check, optional=optional)

    return find


def judged_after(
    window: Window, treatment: Treatment, counted: Counted, span: Span, check: Check, *, optional: bool = False
) -> DueItem:
    """Judge a window that lies after a cycle, with what was recorded too late for it."""
    late = None
    if span.closes is not None and not counted.tentative:
        last = counted.until - ONE_DAY if counted.until is not None else None
        late = check(treatment, counted, Span(span.closes + ONE_DAY, last))
    record = check(treatment, counted, span)
    return window.judged(treatment, counted, span, record, late=late, optional=optional)


def after_the_last(opens: str, closes: str, check: Check) -> Find:
    """Return: between two numbers of days after the last administration, once it is known to be the last."""

    def find(window: Window, treatment: Treatment) -> Iterator[DueItem]:
        if treatment.last is None:
            return
        number, day = treatment.last
        counted = Counted(key=str(number), cycle=number, day=day, words=f"cycle {number}, given {day}")
        span = Span(day + treatment.days(opens), day + treatment.days(closes))
        if treatment.next is not None:
            because = f"cycle {treatment.next.number} is planned, so cycle {number} is not the last"
            yield window.item(treatment, counted, DueState.NOT_APPLICABLE, because)
            return
        item = judged_after(window, treatment, counted, span, check)
        if treatment.ended or item.state is DueState.DONE:
            yield item
            return
        ask = is_it_the_last(treatment)
        yield window.item(
            treatment, counted, DueState.UNKNOWN, ask.why, opens=span.opens, closes=span.closes, asks_for=(ask,)
        )

    return find


def is_it_the_last(treatment: Treatment) -> Ask:
    """Ask whether a further cycle follows."""
    assert treatment.last is not None
    number = treatment.last[0]
    why = "no further cycle is planned, and no end of the treatment is recorded"
    return Ask(item="cycles", question=f"For which day is a cycle after cycle {number} planned, or was it the last?",
               why=why)  # fmt: skip


def before_each_cycle(rule: Recommendation, ahead: str) -> Find:
    """Return: what a recommendation requires for a cycle, from some days ahead to the day itself."""

    def find(window: Window, treatment: Treatment) -> Iterator[DueItem]:
        for counted in each_cycle(treatment):
            span = Span(counted.day - treatment.days(ahead), counted.day)
            found = rule.condition.find(treatment.context(counted.day, counted.cycle))
            evidence = tuple(seen for seen in found.evidence if seen.state == "used")
            if counted.tentative:
                yield window.judged(treatment, counted, span, Record(evidence, found.asks))
            else:  # the cycle was given: its tests are no longer to be made
                given = Counted(key=counted.key, cycle=counted.cycle, day=counted.day, words=counted.words,
                                until=counted.day)  # fmt: skip
                yield window.judged(treatment, given, span, Record(evidence, found.asks))

    return find


def between_cycles(check: Check) -> Find:
    """Return: from the day after a cycle to the day of the next one."""

    def find(window: Window, treatment: Treatment) -> Iterator[DueItem]:
        every = tuple(each_cycle(treatment))
        for earlier, later in pairwise(every):
            span = Span(min(earlier.day + ONE_DAY, later.day), later.day)
            until = None if later.tentative else later.day
            words = f"{earlier.words}; {later.words}"
            counted = Counted(key=later.key, cycle=later.cycle, day=later.day, words=words, tentative=later.tentative,
                              until=until, passed=later.passed)  # fmt: skip
            yield window.judged(treatment, counted, span, check(treatment, counted, span))

    return find


# What in the record fulfils a window


def all_sampled(*items: Item) -> Check:
    """Return: each of these was measured within the window."""

    def check(treatment: Treatment, counted: Counted, span: Span) -> Record:
        evidence, lacking = [], []
        for item in items:
            found = treatment.sampled(item, span.opens or date.min, span.closes)
            if found:
                evidence.append(used(found[0]))
            else:
                lacking.append(_not_sampled(item, span))
        return Record(tuple(evidence), tuple(lacking))

    return check


def any_sampled(*items: Item) -> Check:
    """Return: one of these was measured within the window."""

    def check(treatment: Treatment, counted: Counted, span: Span) -> Record:
        found = [fact for item in items for fact in treatment.sampled(item, span.opens or date.min, span.closes)]
        if found:
            return Record((used(min(found, key=lambda fact: fact.day)),))
        return Record((), (_not_sampled(items[0], span),))

    return check


def _not_sampled(item: Item, span: Span) -> Ask:
    when = f"from {span.opens} to {span.closes}" if span.closes else f"from {span.opens} on"
    return Ask(item=item.id, question=item.asks, why=f"none recorded {when}")
