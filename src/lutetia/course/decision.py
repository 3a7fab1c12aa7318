"""What people decided: consent, and the decision on each cycle with its author and reason."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from lutetia.course.entry import Entry
from lutetia.course.moment import DayOrTime, Moment

Outcome = Literal["go", "reduce", "postpone", "hold", "cancel", "discontinue", "treat", "do-not-treat"]


class Consent(Entry):
    """The patient's informed consent."""

    given_at: DayOrTime
    written: bool | None = None
    withdrawn: bool = False
    obtained_by: str | None = None

    def own_date(self) -> Moment:
        """Return when it was given."""
        return self.given_at


class Decision(Entry):
    """A clinician's decision; it may depart from the advice shown, with a reason."""

    on: DayOrTime
    cycle: int | None = Field(default=None, ge=1)
    outcome: Outcome
    author: str = Field(min_length=1)
    reason: str | None = None
    departs_from: tuple[str, ...] = ()

    def own_date(self) -> Moment:
        """Return when it was made."""
        return self.on
