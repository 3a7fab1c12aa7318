"""How far has a treatment come? What was given, what comes next, whether it has ended, as known on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from math import ceil
from typing import Any, Final

from lutetia.course import Course, Cycle, Fact, day_of
from lutetia.course.decision import Decision
from lutetia.guideline.book import Edition
from lutetia.guideline.logic import Context, Question, Settings
from lutetia.guideline.logic.context import readable
from lutetia.guideline.logic.limit import Limit, read_limits
from lutetia.guideline.verdict import Ask, Evidence
from lutetia.vocabulary import Item

HOURS_OF_A_DAY: Final = 24
_STOP: Final = ("discontinue", "do-not-treat")
_GOES_ON: Final = ("go", "reduce", "treat", "postpone", "hold")


@dataclass(frozen=True, kw_only=True)
class Treatment:
    """A course on one day, with the numbers of a book.

    Attributes
    ----------
    course : Course
        As known on ``known_on``.
    numbers : mapping of str to Limit
        The limits and the windows of the book.
    """

    course: Course
    known_on: date
    edition: Edition
    numbers: Mapping[str, Limit]

    @classmethod
    def of(cls, course: Course, *, known_on: date, edition: Edition, numbers: Mapping[str, Any]) -> Treatment:
        """Look at a course as known on a day; ``numbers`` as they stand in the book's ``windows.yaml``."""
        merged = {**edition.limits, **read_limits(numbers, known_on)}
        return cls(course=course.as_known(known_on), known_on=known_on, edition=edition, numbers=merged)

    @cached_property
    def given(self) -> tuple[tuple[int, date], ...]:
        """Number and day of each cycle given, in order."""
        return tuple((cycle.number, cycle.given_on) for cycle in self.course.cycles if cycle.given_on is not None)

    @property
    def last(self) -> tuple[int, date] | None:
        """Number and day of the last cycle given."""
        return self.given[-1] if self.given else None

    @cached_property
    def next(self) -> Cycle | None:
        """The cycle that is planned next; None where none is, or where the treatment has ended."""
        after = self.last[0] if self.last else 0
        open_ = [cycle for cycle in self.course.cycles if cycle.number > after and not self._cancelled(cycle.number)]
        return open_[0] if open_ and not self.ended else None

    @property
    def next_number(self) -> int:
        """The number of the next cycle, planned or not."""
        if self.next is not None:
            return self.next.number
        return max((cycle.number for cycle in self.course.cycles), default=0) + 1

    @cached_property
    def ended(self) -> str:
        """Why no further cycle is expected; empty while that is not recorded."""
        if self.dead:
            return f"he died on {self.died_on}" if self.died_on else "he is recorded as dead"
        since = self.last[1] if self.last else date.min
        decided = [
            decision
            for decision in self.course.decisions
            if decision.outcome in (*_STOP, *_GOES_ON) and day_of(decision.on) >= since
        ]
        latest = _latest(decided)
        if latest is not None and latest.outcome in _STOP:
            return f"{latest.outcome}, decided on {day_of(latest.on)}"
        most = int(self.numbers["cycles_max"].value) if "cycles_max" in self.numbers else None
        if most is not None and len(self.given) >= most and len(self.course.cycles) == len(self.given):
            return f"all {most} cycles were given, and no further one is planned"
        return ""

    @cached_property
    def died_on(self) -> str:
        """The day of death, if it is recorded."""
        died = self.course.facts_of("person.died_on")
        return str(died[-1].value) if died else ""

    @property
    def dead(self) -> bool:
        """Whether the record says that he died."""
        return self.course.dead

    def decided(self, number: int) -> Decision | None:
        """Return the latest decision on a cycle."""
        return _latest([decision for decision in self.course.decisions if decision.cycle == number])

    def _cancelled(self, number: int) -> bool:
        latest = self.decided(number)
        return latest is not None and latest.outcome == "cancel"

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader has to know about the cycles."""
        said = [f"No further cycle is expected: {self.ended}."] if self.ended else []
        after = self.last[0] if self.last else 0
        said += [
            f"Cycle {cycle.number} is neither given nor cancelled in the record, and a later one was given."
            for cycle in self.course.cycles
            if cycle.number < after and cycle.given_on is None and not self._cancelled(cycle.number)
        ]
        if self.ended and (
            left := [cycle.number for cycle in self.course.cycles if cycle.given_on is None and cycle.number > after]
        ):
            said.append(f"Still in the record as planned: cycle {', '.join(map(str, left))}.")
        return tuple(said)

    def following(self, number: int) -> date | None:
        """Return the day on which the first cycle after this one was given."""
        return next((day for other, day in self.given if other > number), None)

    def days(self, name: str) -> timedelta:
        """Return a number of the book as days."""
        return timedelta(days=self.numbers[name].value)

    def hours(self, name: str) -> timedelta:
        """Return a number of hours of the book as whole days, rounded up."""
        return timedelta(days=ceil(self.numbers[name].value / HOURS_OF_A_DAY))

    def shown(self, name: str) -> str:
        """Return a number of the book as it is read."""
        return self.numbers[name].shown

    def context(self, on: date, number: int) -> Context:
        """Return what a recommendation looks at when it is asked about a cycle on a day."""
        return Context(
            course=self.course,
            question=Question("cycle", on, number),
            known_on=self.known_on,
            settings=Settings(),
            limits=self.edition.limits,
            limit_readings=self.edition.readings,
            ages=self.edition.ages("cycle"),
        )

    def sampled(self, item: Item, first: date, last: date | None) -> tuple[Fact, ...]:
        """Return the facts of an item between two days, both included, oldest first."""
        return tuple(
            fact for fact in self.course.facts_of(item) if first <= fact.day and (last is None or fact.day <= last)
        )


def _latest(decisions: list[Decision]) -> Decision | None:
    """Return the latest decision; of one day, the one recorded last."""
    return sorted(decisions, key=lambda decision: day_of(decision.on))[-1] if decisions else None


def used(fact: Fact) -> Evidence:
    """Return a fact as evidence."""
    return Evidence(item=fact.item, shown=readable(fact), on=fact.day, state="used")


def entry(item: str, shown: str, on: date | None) -> Evidence:
    """Return a part of the record as evidence."""
    return Evidence(item=item, shown=shown, on=on, state="used")


def was_it_given(cycle: Cycle) -> Ask:
    """Ask about a planned day that has passed."""
    why = f"planned for {cycle.planned}, and no administration is recorded"
    return Ask(item="cycles", question=f"Was cycle {cycle.number} given, or is it moved?", why=why)


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the first of the next month where that month is too short."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    try:
        return day.replace(year=year, month=month + 1)
    except ValueError:
        year, month = divmod(index + 1, 12)
        return date(year, month + 1, 1)
