"""What the patient himself reports: the scores of a questionnaire on a day, by name and version of the instrument."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from lutetia.course.entry import Entry, Words
from lutetia.fileform import Day


class Questionnaire(Entry):
    """One questionnaire as filled in.

    Attributes
    ----------
    instrument, version : str
        As its publisher names them, e.g. ``PRO-CTCAE`` and ``1.0``; scores of different versions are not compared.
    answered_by : str or None
        The patient, or somebody for him.
    scores : dict of str to int
        Item of the instrument to the score that was ticked; an item that was not answered is left out.
    """

    reports_the_past: ClassVar[bool] = True

    instrument: Words
    version: Words
    on: Day
    answered_by: Literal["patient", "proxy"] | None = None
    scores: Annotated[dict[str, int], Field(min_length=1)]

    def own_date(self) -> date:
        """Return the day on which it was filled in."""
        return self.on
