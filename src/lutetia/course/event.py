"""What went wrong: adverse events with their grades over time, and comorbidity and allergies."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from lutetia.course.entry import Entry, Part, Words
from lutetia.fileform import Day, Misfit, MisfitError

Organ = Literal[
    "blood", "kidney", "liver", "skeleton", "salivary-glands", "gastrointestinal", "metabolic", "general", "nervous",
    "other",
]  # fmt: skip


class GradeOn(Part):
    """The grade of an event from a day on; grade 0 means that it is over."""

    on: Day
    grade: int = Field(ge=0, le=5)


class AdverseEvent(Entry):
    """One event, graded by one version of CTCAE.

    Attributes
    ----------
    grades : tuple of GradeOn
        In the order of days; the first is the onset.
    baseline_grade : int or None
        Grade before the first cycle; None where unknown.
    treated_adequately_on : date or None
        For skeletal events: the day on which whoever treats them judged them adequately treated.
    """

    reports_the_past: ClassVar[bool] = True

    term: Words
    ctcae: Literal["4.03", "5.0", "6.0"]
    organ: Organ
    grades: Annotated[tuple[GradeOn, ...], Field(min_length=1, strict=False)]
    baseline_grade: int | None = Field(default=None, ge=0, le=4)
    treated_adequately_on: Day | None = None
    treated_adequately_by: Words | None = None

    @model_validator(mode="after")
    def _days_in_order(self) -> Self:
        days = [grade.on for grade in self.grades]
        if days != sorted(set(days)):
            text = f"the grades of '{self.term}' are not in the order of their days; sort them, one for each day"
            raise MisfitError([Misfit(("grades",), text)])
        if any(graded.grade == 5 for graded in self.grades[:-1]):
            raise MisfitError(
                [Misfit(("grades",), f"'{self.term}' has a grade after grade 5 (death); correct the grades")]
            )
        judged = self.treated_adequately_on
        if judged is not None and not self.treated_adequately_by:
            raise ValueError("adequate treatment is somebody's judgement; add 'treated_adequately_by: ...'")
        if judged is not None and judged < self.onset:
            text = f"'{self.term}' was treated adequately ({judged}) before it began ({self.onset})"
            raise MisfitError([Misfit(("treated_adequately_on",), f"{text}; correct one of the two")])
        return self

    @property
    def onset(self) -> date:
        """The day of the first grade."""
        return self.grades[0].on

    @property
    def grade(self) -> int:
        """The latest grade."""
        return self.grades[-1].grade

    @property
    def worst_grade(self) -> int:
        """The worst grade reached."""
        return max(grade.grade for grade in self.grades)

    def own_date(self) -> date:
        """Return the day of onset."""
        return self.onset

    def as_known(self, on: date) -> Self | None:
        """Hide grades and judgements of later days."""
        seen = super().as_known(on)
        if seen is None:
            return None
        treated = self.treated_adequately_on
        later = treated is not None and treated > on
        return seen.model_copy(
            update={
                "grades": tuple(grade for grade in self.grades if grade.on <= on),
                "treated_adequately_on": None if later else treated,
                "treated_adequately_by": None if later else self.treated_adequately_by,
            }
        )


class Comorbidity(Entry):
    """A disease beside the cancer."""

    term: Words
    since: Day | None = None

    def own_date(self) -> date | None:
        """Return the day since when, if known."""
        return self.since


class Allergy(Entry):
    """A hypersensitivity."""

    substance: Words
    reaction: str | None = None
