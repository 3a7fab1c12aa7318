"""What people decided: consent, and the decision on each cycle with its author and reason."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from lutetia.course.entry import Entry, Words
from lutetia.fileform import DayOrTime, Misfit, MisfitError, Moment, day_of

Outcome = Literal["go", "reduce", "postpone", "hold", "cancel", "discontinue", "treat", "do-not-treat"]


class Consent(Entry):
    """The patient's informed consent, and its withdrawal if there was one."""

    reports_the_past: ClassVar[bool] = True

    given_at: DayOrTime
    written: bool | None = None
    withdrawn_on: DayOrTime | None = None
    obtained_by: str | None = None

    @model_validator(mode="after")
    def _withdrawn_after_it_was_given(self) -> Self:
        if self.withdrawn_on is not None and day_of(self.withdrawn_on) < day_of(self.given_at):
            text = f"withdrawn on {self.withdrawn_on}, before it was given ({self.given_at}); correct one of the two"
            raise MisfitError([Misfit(("withdrawn_on",), text)])
        return self

    @property
    def withdrawn(self) -> bool:
        """Whether it has been withdrawn, as far as the record goes."""
        return self.withdrawn_on is not None

    def own_date(self) -> Moment:
        """Return when it was given."""
        return self.given_at

    def as_known(self, on: date) -> Self | None:
        """Hide a withdrawal of a later day."""
        seen = super().as_known(on)
        if seen is None or self.withdrawn_on is None or day_of(self.withdrawn_on) <= on:
            return seen
        return seen.model_copy(update={"withdrawn_on": None})


class Decision(Entry):
    """A clinician's decision; it may depart from the advice shown, with a reason."""

    reports_the_past: ClassVar[bool] = True

    on: DayOrTime
    cycle: int | None = Field(default=None, ge=1)
    outcome: Outcome
    author: Words
    reason: Words | None = None
    departs_from: Annotated[tuple[str, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _a_departure_has_a_reason(self) -> Self:
        if self.departs_from and not self.reason:
            raise ValueError("this decision departs from advice without saying why; add 'reason: ...'")
        return self

    def own_date(self) -> Moment:
        """Return when it was made."""
        return self.on
