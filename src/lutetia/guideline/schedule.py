"""What is due when? The windows of a book, placed on the days of a course, with what the record shows of each.

Pure: a function of the course, the day as known and the book; no clock is read. A book takes part by a module
``windows`` beside its sections, with ``WINDOWS`` and the numbers in ``windows.yaml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from lutetia.course import Course
from lutetia.guideline.book import load
from lutetia.guideline.evaluate import DEFAULT_BOOK
from lutetia.guideline.schedule_treatment import Treatment
from lutetia.guideline.verdict import Ask, Evidence, LimitShown, Strength

if TYPE_CHECKING:
    from lutetia.guideline.schedule_windows import Window


class DueState(StrEnum):
    """Where something stands on the day as known; in the order of urgency."""

    OVERDUE = "overdue"  # the window has closed, and nothing that the record shows falls into it
    DUE_NOW = "due now"
    UNKNOWN = "unknown"  # the record does not tell whether or when; ``asks_for`` says what would
    BLOCKED = "blocked until"
    UPCOMING = "upcoming"
    MISSED = "missed"  # not recorded in its window, and no longer to be caught up
    DONE = "done"
    NOT_APPLICABLE = "not applicable"


URGENCY = {state: place for place, state in enumerate(DueState)}
PENDING = (DueState.OVERDUE, DueState.DUE_NOW, DueState.UNKNOWN, DueState.BLOCKED, DueState.UPCOMING)
"""States in which something is still to be done, awaited or asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueItem:
    """One thing with its window, counted from one day.

    Attributes
    ----------
    key : str
        The same on every day for the same thing of the same course, e.g. ``FU-1a/2``.
    rule, citation, strength : str, str, Strength
        Why: the statement, its place, and its grade as the source states it.
    cycle : int or None
        The cycle that it belongs to.
    what, says : str
        What is due, and the statement in Lutetia's paraphrase.
    counted_from : str
        From which day the window is counted, in words.
    opens, ideal, closes : date or None
        First and last day of the window, both included; ``ideal`` only where the source names one day. None where
        the source sets no such end, or where it cannot be told.
    state : DueState
    because : str
        Why it is in this state, in words.
    done_on : date or None
        The day of the fact that completed it.
    blocked_until : date or None
        The first day that is free again; None also while that cannot be told.
    tentative : bool
        True where the window is counted from a planned day, and moves with it.
    evidence : tuple of Evidence
        The facts that count towards it.
    asks_for : tuple of Ask
        The facts that are missing.
    windows : tuple of LimitShown
        The numbers used, each with its place and whether Lutetia chose it.
    choices : tuple of str
        What Lutetia chose where the source is silent or ambiguous.
    """

    key: str
    rule: str
    citation: str
    strength: Strength
    cycle: int | None
    what: str
    says: str
    counted_from: str
    state: DueState
    because: str
    opens: date | None = None
    ideal: date | None = None
    closes: date | None = None
    done_on: date | None = None
    blocked_until: date | None = None
    tentative: bool = False
    evidence: tuple[Evidence, ...] = ()
    asks_for: tuple[Ask, ...] = ()
    windows: tuple[LimitShown, ...] = ()
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        days = [day for day in (self.opens, self.ideal, self.closes) if day is not None]
        if days != sorted(days):
            raise ValueError(f"{self.key}: the window closes before it opens")
        if self.state is DueState.UNKNOWN and not self.asks_for:
            raise ValueError(f"{self.key}: unknown, and nothing is asked for")

    @property
    def pending(self) -> bool:
        """Whether something is still to be done, awaited or asked."""
        return self.state in PENDING

    @property
    def urgency(self) -> tuple[int, date, date, str]:
        """A key that sorts by state, then by the day that presses."""
        last = self.blocked_until or self.closes or date.max
        return URGENCY[self.state], last, self.opens or date.min, self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCycle:
    """A cycle as the plan sees it: given on a day, or planned for one."""

    number: int
    agent: str
    planned: date
    given_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is due when, for one course as known on one day.

    Attributes
    ----------
    in_scope : bool
        False for agents that the book does not speak about; then ``items`` is empty and ``scope`` says why.
    ended : str
        Why no further cycle is expected, in words; empty while that is not recorded.
    items : tuple of DueItem
        The most urgent first.
    notes : tuple of str
        What a reader has to know.
    """

    course: str
    synthetic: bool
    book: str
    book_title: str
    known_on: date
    in_scope: bool
    scope: str
    ended: str
    cycles: tuple[PlannedCycle, ...]
    items: tuple[DueItem, ...]
    notes: tuple[str, ...] = ()

    def pending(self) -> tuple[DueItem, ...]:
        """Return what is still to be done, awaited or asked."""
        return tuple(item for item in self.items if item.pending)

    def item(self, key: str) -> DueItem:
        """Return an item by its key, e.g. ``FU-1a/2``."""
        return next(item for item in self.items if item.key == key)


_SAYS_WHEN = "The plan says when, not whether: ask 'lutetia assess' whether a cycle can be given. A person decides."


def plan(course: Course, *, known_on: date, book: str = DEFAULT_BOOK) -> Plan:
    """Say what is due when.

    Parameters
    ----------
    course : Course
        The whole record; what was not known on ``known_on`` is hidden here.
    known_on : date
    book : str
        Name of the book's folder.

    Raises
    ------
    lutetia.errors.InputError
        If there is no such book.
    """
    loaded = load(book)
    windows = book_windows(book)
    numbers = loaded.read("windows.yaml") if windows else {}
    treatment = Treatment.of(course, known_on=known_on, edition=loaded.edition(known_on), numbers=numbers)
    scope = loaded.scope(treatment.context(known_on, max(treatment.next_number, 1)))
    inside = scope.inside is not False
    items = [item for window in windows for item in window.items(treatment)] if inside else []
    notes = (_SAYS_WHEN, *treatment.notes) if windows else (f"The book {book} states no windows.",)
    return Plan(
        course=course.id, synthetic=course.synthetic, book=book, book_title=loaded.title, known_on=known_on,
        in_scope=inside, scope=scope.text, ended=treatment.ended,
        cycles=tuple(
            PlannedCycle(number=cycle.number, agent=cycle.agent, planned=cycle.planned, given_on=cycle.given_on)
            for cycle in treatment.course.cycles
        ),
        items=tuple(sorted(items, key=lambda item: item.urgency)), notes=notes,
    )  # fmt: skip


def book_windows(book: str) -> tuple[Window, ...]:
    """Return the windows of a book, in its order; empty where the book states none."""
    name = f"{load(book).sections[0].__package__}.windows"
    if find_spec(name) is None:
        return ()
    windows: tuple[Window, ...] = import_module(name).WINDOWS
    return windows
