"""What every part of the record has in common: it is frozen, strict, and says who recorded it and when."""

from __future__ import annotations

from datetime import date
from typing import Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lutetia.course.moment import Day, DayOrTime, Moment, day_of


class Part(BaseModel):
    """A frozen part of the record; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, ser_json_inf_nan="null")


class Entry(Part):
    """A part of the record that was entered at some time and may be corrected later.

    Attributes
    ----------
    id : str or None
        Needed only when another entry corrects or mentions this one.
    recorded_at : date, datetime or None
        When it was entered; where it is absent the entry's own date stands in.
    recorded_by, source : str or None
        Who entered it; from which document or system.
    supersedes, why : str or None
        The id of the entry that this one corrects, and the reason; both or neither.
    """

    id: str | None = None
    recorded_at: DayOrTime | None = None
    recorded_by: str | None = None
    source: str | None = None
    supersedes: str | None = None
    why: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _a_correction_has_a_reason(self) -> Self:
        if self.supersedes is not None and not self.why:
            raise ValueError(f"this corrects '{self.supersedes}' without a reason; add 'why: ...'")
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


class Listed(Part, Generic[EntryT]):
    """Entries of one kind, and up to which day the list is known to be complete.

    An absent entry means *absent* only up to ``complete_as_of``; after it, and without it, absence is unknown.
    """

    entries: tuple[EntryT, ...] = ()
    complete_as_of: Day | None = None
    by: str | None = Field(default=None, description="who says that the list is complete")

    @model_validator(mode="after")
    def _completeness_is_somebodys_statement(self) -> Self:
        if self.complete_as_of is not None and not self.by:
            raise ValueError("a list is complete on somebody's word; add 'by: ...' beside complete_as_of")
        return self

    def as_known(self, on: date) -> Listed[EntryT]:
        """Return the list as it was known on a day, corrections applied."""
        complete = self.complete_as_of if self.complete_as_of is not None and self.complete_as_of <= on else None
        return self.model_copy(update={"entries": known_entries(self.entries, on), "complete_as_of": complete})


def known_entries(entries: tuple[EntryT, ...], on: date) -> tuple[EntryT, ...]:
    """Return the entries known on a day, without those that a known entry had superseded by then."""
    known = [seen for entry in entries if (seen := entry.as_known(on)) is not None]
    superseded = {entry.supersedes for entry in known if entry.supersedes is not None}
    return tuple(entry for entry in known if entry.id is None or entry.id not in superseded)
