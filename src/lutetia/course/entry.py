"""What every entry of the record has in common: who recorded it and when, and what it corrects."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Annotated, ClassVar, Generic, Self, TypeVar

from pydantic import Field, model_validator

from lutetia.fileform import Day, DayOrTime, Misfit, MisfitError, Moment, Part, day_of

__all__ = ["Complete", "Entry", "EntryT", "Listed", "Part", "Words", "known_entries", "superseded_ids"]

Words = Annotated[str, Field(min_length=1)]
"""Text that says something."""


class Entry(Part):
    """A part of the record that was entered at some time and may be corrected later.

    Attributes
    ----------
    id : str or None
        Needed only when another entry corrects or mentions this one.
    recorded_at : date, datetime or None
        When it was entered; where it is absent the entry's own date stands in. A correction must have it.
    recorded_by, source : str or None
        Who entered it; from which document or system.
    supersedes, why : str or None
        The id of the entry that this one corrects, and the reason.
    """

    reports_the_past: ClassVar[bool] = False
    """Whether the entry's own date cannot lie after the day on which it was recorded."""
    may_supersede: ClassVar[bool] = True

    id: Words | None = None
    recorded_at: DayOrTime | None = None
    recorded_by: str | None = None
    source: str | None = None
    supersedes: Words | None = None
    why: Words | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _a_correction_has_a_reason_and_a_day(self) -> Self:
        if self.supersedes is None:
            return self
        if not self.may_supersede:
            raise ValueError(
                "'supersedes' does not work here; correct the entry itself (see 'corrects' for prescription and "
                "administration)"
            )
        if not self.why:
            raise ValueError(f"this corrects '{self.supersedes}' without a reason; add 'why: ...'")
        if self.recorded_at is None:
            said = f"this corrects '{self.supersedes}' and does not say from when on that was known"
            raise ValueError(f"{said}; add 'recorded_at: ...'")
        if self.supersedes == self.id:
            raise ValueError(f"'{self.id}' corrects itself; name the entry that was wrong")
        return self

    @model_validator(mode="after")
    def _recorded_after_it_happened(self) -> Self:
        own = self.own_date()
        if self.reports_the_past and own is not None and self.recorded_at is not None:
            both = isinstance(own, datetime) and isinstance(self.recorded_at, datetime)
            # Without both clock times the two days may be of different time zones.
            early = self.recorded_at < own if both else day_of(self.recorded_at) < day_of(own) - timedelta(days=1)
            if early:
                raise ValueError(f"recorded on {self.recorded_at}, before it happened ({own}); correct one of the two")
        return self

    def own_date(self) -> Moment | None:
        """Return the date that the entry itself is about, if it has one."""
        return None

    def known_from(self) -> date | None:
        """Return the day from which the entry can have been known; None if it bears no date."""
        own, recorded = self.own_date(), self.recorded_at
        days = [day_of(at) for at in (own, recorded) if at is not None]
        return max(days, default=None)

    def as_known(self, on: date) -> Self | None:
        """Return what was known of the entry on a day; None if nothing was."""
        known_from = self.known_from()
        return None if known_from is not None and known_from > on else self


EntryT = TypeVar("EntryT", bound=Entry)


class Complete(Part):
    """Somebody's statement that a list was complete on a day.

    Attributes
    ----------
    as_of : date
        The day on which it was said, and up to which an entry that is absent was absent.
    by : str
        Who says so.
    """

    as_of: Day
    by: Words


class Listed(Part, Generic[EntryT]):
    """Entries of one kind, and up to which day the list is known to be complete.

    An absent entry means *absent* only up to ``complete_as_of``; after it, and without it, absence is unknown.
    ``entries`` holds what was corrected beside its correction; read a list from ``Course.as_known``, where
    corrections are applied.

    Attributes
    ----------
    complete_as_of, by : date or None, str or None
        The latest statement of completeness; a list of which it was stated once is written with these two alone.
    complete : tuple of Complete
        Every statement, where there are several: what was known on an earlier day rests on those made by then.
    """

    entries: Annotated[tuple[EntryT, ...], Field(strict=False)] = ()
    complete_as_of: Day | None = None
    by: Words | None = Field(default=None, description="who says that the list is complete")
    complete: Annotated[tuple[Complete, ...], Field(strict=False)] = Field(
        default=(), description="instead of complete_as_of and by: every day on which the list was called complete"
    )

    @model_validator(mode="after")
    def _completeness_is_somebodys_statement(self) -> Self:
        if self.complete_as_of is not None and not self.by:
            raise ValueError("a list is complete on somebody's word; add 'by: ...' beside complete_as_of")
        if self.by is not None and self.complete_as_of is None:
            raise ValueError(
                f"'{self.by}' says that the list is complete, but not up to when; add 'complete_as_of: ...'"
            )
        if self.complete:
            self._check_statements()
            latest = self.complete[-1]
            object.__setattr__(self, "complete_as_of", latest.as_of)
            object.__setattr__(self, "by", latest.by)
            if len(self.complete) == 1:  # one statement has one form
                object.__setattr__(self, "complete", ())
        return self

    def _check_statements(self) -> None:
        days = [stated.as_of for stated in self.complete]
        for earlier, later in pairwise(days):
            if later <= earlier:
                text = f"{later} comes after {earlier}; name each day once, the earliest first"
                raise MisfitError([Misfit(("complete",), f"the statements of completeness are not in order: {text}")])
        if self.complete_as_of is not None and (self.complete_as_of, self.by) != (days[-1], self.complete[-1].by):
            entry = f"{{as_of: {self.complete_as_of}, by: {self.by}}}"
            text = f"completeness is stated in two ways; add '{entry}' under 'complete', and leave these two out"
            raise MisfitError([Misfit(("complete_as_of",), text)])

    @property
    def statements(self) -> tuple[Complete, ...]:
        """Every statement of completeness, the earliest first."""
        if self.complete_as_of is None or self.by is None:
            return ()
        latest = Complete(as_of=self.complete_as_of, by=self.by)
        return (*(stated for stated in self.complete if stated.as_of < latest.as_of), latest)

    def complete_on(self, day: date) -> bool:
        """Whether an entry that is absent was absent on that day, on somebody's word."""
        return self.complete_as_of is not None and day <= self.complete_as_of

    def as_known(self, on: date) -> Self:
        """Return the list as it was known on a day, corrections applied.

        A statement of completeness made later says nothing on that day, even about the days before.
        """
        stated = tuple(one for one in self.statements if one.as_of <= on)
        update = {
            "entries": known_entries(self.entries, on),
            "complete_as_of": stated[-1].as_of if stated else None,
            "by": stated[-1].by if stated else None,
            "complete": stated if len(stated) > 1 else (),
        }
        return self.model_copy(update=update)


def superseded_ids(entries: tuple[Entry, ...]) -> set[str]:
    """Return the ids of entries that others correct."""
    return {entry.supersedes for entry in entries if entry.supersedes is not None}


def known_entries(entries: tuple[EntryT, ...], on: date) -> tuple[EntryT, ...]:
    """Return the entries known on a day, without those that a known entry had superseded by then."""
    known = tuple(seen for entry in entries if (seen := entry.as_known(on)) is not None)
    superseded = superseded_ids(known)
    return tuple(entry for entry in known if entry.id is None or entry.id not in superseded)
