"""How much activity was in the blood, and when: samples drawn after an administration."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from lutetia.course.entry import Entry
from lutetia.fileform import ClockTime, Concentration, Misfit, MisfitError


class BloodSample(Entry):
    """One blood sample of a cycle, counted.

    Attributes
    ----------
    drawn_at : datetime
    concentration : Concentration
        Activity per volume of what was counted, as it was when the sample was drawn.
    counted : {"whole blood", "plasma"}
        What was counted; never guessed.
    relative_sigma : float or None
        Relative standard uncertainty of the concentration.
    """

    may_supersede: ClassVar[bool] = False
    reports_the_past: ClassVar[bool] = True

    drawn_at: ClockTime
    concentration: Concentration
    counted: Literal["whole blood", "plasma"]
    relative_sigma: float | None = Field(default=None, gt=0, lt=1)

    @model_validator(mode="after")
    def _holds_something(self) -> Self:
        if self.concentration.value <= 0:
            text = "a sample in which nothing was counted says nothing of its time; leave it out, or write what was"
            raise MisfitError([Misfit(("concentration",), text)])
        return self

    def own_date(self) -> datetime:
        """Return when it was drawn."""
        return self.drawn_at
