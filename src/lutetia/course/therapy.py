"""Everything given before and beside the radioligand: drugs, radiation, support."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from lutetia.course.entry import Entry
from lutetia.course.moment import Day
from lutetia.course.quantity import AbsorbedDose, Activity

DrugClass = Literal[
    "adt", "arpi", "taxane", "other-chemotherapy", "parp-inhibitor", "immunotherapy", "bone-protection",
    "corticosteroid", "other",
]  # fmt: skip
ReasonForStopping = Literal["progression", "toxicity", "completed", "patient-choice", "other"]
SupportKind = Literal["red-cell-transfusion", "platelet-transfusion", "g-csf", "erythropoietin"]


def _in_order(first: date | None, last: date | None, what: str) -> None:
    if first is not None and last is not None and last < first:
        raise ValueError(f"{what} ends ({last}) before it starts ({first})")


class TherapyLine(Entry):
    """One systemic treatment of the cancer.

    Attributes
    ----------
    drug : str
        Generic name.
    drug_class : str
        ``arpi`` is what the guideline calls a novel androgen-axis drug.
    started, stopped : date or None
        ``stopped`` absent means not known to have been stopped, see ``ongoing``.
    ongoing : bool or None
        Whether it is still given; None where unknown.
    progressed : bool or None
        Whether the disease progressed *under* it; exposure alone is not progression.
    reason_for_stopping : str or None
    """

    drug: str = Field(min_length=1)
    drug_class: DrugClass
    started: Day
    stopped: Day | None = None
    ongoing: bool | None = None
    progressed: bool | None = None
    reason_for_stopping: ReasonForStopping | None = None

    @model_validator(mode="after")
    def _dates_and_reasons_agree(self) -> Self:
        _in_order(self.started, self.stopped, self.drug)
        if self.ongoing and self.stopped is not None:
            raise ValueError(f"{self.drug} is called ongoing and stopped on {self.stopped}; keep one of the two")
        if self.reason_for_stopping == "progression" and self.progressed is False:
            raise ValueError(f"{self.drug} was stopped for progression and has 'progressed: false'; correct one")
        return self

    @property
    def progressed_under(self) -> bool | None:
        """Whether the disease progressed under it; stopping for progression says so too."""
        return True if self.reason_for_stopping == "progression" else self.progressed

    def own_date(self) -> date:
        """Return the day it started."""
        return self.started

    def as_known(self, on: date) -> Self | None:
        """Hide the end of the treatment while it lies in the future."""
        seen = super().as_known(on)
        if seen is None or self.stopped is None or self.stopped <= on:
            return seen
        hidden = {"stopped": None, "ongoing": True, "reason_for_stopping": None, "progressed": None}
        return seen.model_copy(update=hidden)


class Medication(Entry):
    """A medicine that is not a treatment of the cancer."""

    drug: str = Field(min_length=1)
    started: Day | None = None
    stopped: Day | None = None

    def own_date(self) -> date | None:
        """Return the day it started, if known."""
        return self.started


class ExternalBeam(Entry):
    """One field or course of external-beam radiotherapy."""

    site: str = Field(min_length=1)
    large_field: bool | None = None
    dose: AbsorbedDose | None = None
    fractions: int | None = Field(default=None, ge=1, le=60)
    started: Day
    ended: Day | None = None

    def own_date(self) -> date:
        """Return the day it started."""
        return self.started


class EarlierRadionuclide(Entry):
    """A radionuclide therapy given elsewhere or before this course."""

    agent: str = Field(min_length=1)
    bone_seeking: bool | None = None
    activity: Activity | None = None
    on: Day
    organ_doses: dict[str, AbsorbedDose] = Field(default_factory=dict)

    def own_date(self) -> date:
        """Return the day of administration."""
        return self.on


class Support(Entry):
    """A transfusion or a growth factor."""

    kind: SupportKind
    drug: str | None = None
    long_acting: bool | None = None
    on: Day

    def own_date(self) -> date:
        """Return the day it was given."""
        return self.on
