"""Everything given before and beside the radioligand: drugs, radiation, support."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Final, Literal, Self

from pydantic import Field, model_validator

from lutetia.course.entry import Entry, Words
from lutetia.fileform import AbsorbedDose, Activity, Day, Misfit, MisfitError
from lutetia.vocabulary.drugs import RADIOLIGANDS, DrugClass, drug

__all__ = [
    "DrugClass", "EarlierRadionuclide", "ExternalBeam", "Medication", "ReasonForStopping", "Support", "SupportKind",
    "TherapyLine",
]  # fmt: skip

ReasonForStopping = Literal["progression", "toxicity", "completed", "patient-choice", "other"]
SupportKind = Literal["red-cell-transfusion", "platelet-transfusion", "g-csf", "erythropoietin"]

_DATES: Final = frozenset(("started", "stopped", "progressed_on", "ended", "on"))
MOST_GBQ_AT_ONCE: Final = 50.0
"""No radionuclide therapy gives more in one administration [GBq]; beyond it the unit was mistaken."""


def _in_order(first: date | None, last: date | None, what: str, field: str) -> None:
    if first is not None and last is not None and last < first:
        text = f"{what} ends ({last}) before it starts ({first}); correct one of the two"
        raise MisfitError([Misfit((field,), text)])


class FromHistory(Entry):
    """A treatment from the patient's history, whose dates may be known to the month or year only.

    Attributes
    ----------
    dates_known_to : {"day", "month", "year"}
        How exactly the entry's dates are known; the first day of the month or year then stands for it.
    """

    dates_known_to: Literal["day", "month", "year"] = "day"

    @model_validator(mode="after")
    def _the_first_day_stands_for_the_rest(self) -> Self:
        misfits = []
        for field in _DATES & type(self).model_fields.keys():
            day = getattr(self, field)
            if day is None or self.dates_known_to == "day":
                continue
            first = day.replace(day=1) if self.dates_known_to == "month" else day.replace(month=1, day=1)
            if day != first:
                text = f"{day} is a certain day, and the dates are said to be known to the {self.dates_known_to} only"
                misfits.append(Misfit((field,), f"{text}; write {first}, or leave dates_known_to out"))
        if misfits:
            raise MisfitError(misfits)
        return self


class TherapyLine(FromHistory):
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
    progressed_on : date or None
        When that was established, where it is known.
    reason_for_stopping : str or None
    """

    drug: Words
    drug_class: DrugClass
    started: Day
    stopped: Day | None = None
    ongoing: bool | None = None
    progressed: bool | None = None
    progressed_on: Day | None = None
    reason_for_stopping: ReasonForStopping | None = None

    @model_validator(mode="after")
    def _listed_under_its_class(self) -> Self:
        known = drug(self.drug)
        if known is None or self.drug_class in known.classes:
            return self
        if known in RADIOLIGANDS:
            raise MisfitError(
                [Misfit(("drug",), f"{self.drug} is a radionuclide therapy; list it under earlier_radionuclides")]
            )
        right = f"write 'drug_class: {known.classes[0]}'" if known.classes else "list it under support"
        text = f"{self.drug} (ATC {known.atc}) is listed as '{self.drug_class}', which it is not; {right}"
        raise MisfitError([Misfit(("drug_class",), text)])

    @model_validator(mode="after")
    def _dates_and_reasons_agree(self) -> Self:
        _in_order(self.started, self.stopped, self.drug, "stopped")
        _in_order(self.started, self.progressed_on, f"the progression under {self.drug}", "progressed_on")
        if self.ongoing and (self.stopped is not None or self.reason_for_stopping is not None):
            ended = f"stopped on {self.stopped}" if self.stopped else f"stopped for {self.reason_for_stopping}"
            text = f"{self.drug} is called ongoing and {ended}; keep one of the two"
            raise MisfitError([Misfit(("ongoing",), text)])
        if self.progressed is False and (self.reason_for_stopping == "progression" or self.progressed_on is not None):
            text = f"progression under {self.drug} is both stated and denied ('progressed: false'); correct one"
            raise MisfitError([Misfit(("progressed",), text)])
        return self

    @property
    def progressed_under(self) -> bool | None:
        """Whether the disease progressed under it; stopping for progression says so too."""
        if self.reason_for_stopping == "progression" or self.progressed_on is not None:
            return True
        return self.progressed

    def own_date(self) -> date:
        """Return the day it started."""
        return self.started

    def as_known(self, on: date) -> Self | None:
        """Hide the end of the treatment, and progression under it, while they lie in the future."""
        seen = super().as_known(on)
        if seen is None:
            return None
        hidden: dict[str, object] = {}
        if self.stopped is not None and self.stopped > on:
            hidden |= {"stopped": None, "ongoing": True, "reason_for_stopping": None}
            if self.progressed_on is None:
                hidden["progressed"] = None
        if self.progressed_on is not None and self.progressed_on > on:
            hidden |= {"progressed": None, "progressed_on": None}
        return seen.model_copy(update=hidden) if hidden else seen


class Medication(FromHistory):
    """A medicine that is not a treatment of the cancer."""

    drug: Words
    started: Day | None = None
    stopped: Day | None = None

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        _in_order(self.started, self.stopped, self.drug, "stopped")
        return self

    def own_date(self) -> date | None:
        """Return the day it started, if known."""
        return self.started

    def as_known(self, on: date) -> Self | None:
        """Hide an end that lies in the future."""
        seen = super().as_known(on)
        if seen is None or self.stopped is None or self.stopped <= on:
            return seen
        return seen.model_copy(update={"stopped": None})


class ExternalBeam(FromHistory):
    """One field or course of external-beam radiotherapy."""

    site: Words
    large_field: bool | None = None
    dose: AbsorbedDose | None = None
    fractions: int | None = Field(default=None, ge=1, le=60)
    started: Day
    ended: Day | None = None

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        _in_order(self.started, self.ended, f"radiotherapy of the {self.site}", "ended")
        if self.dose is not None and self.dose.to("Gy") > 120:
            text = f"{self.dose} is beyond any course of radiotherapy; check the unit (Gy or cGy)"
            raise MisfitError([Misfit(("dose",), text)])
        return self

    def own_date(self) -> date:
        """Return the day it started."""
        return self.started

    def as_known(self, on: date) -> Self | None:
        """Hide an end that lies in the future."""
        seen = super().as_known(on)
        if seen is None or self.ended is None or self.ended <= on:
            return seen
        return seen.model_copy(update={"ended": None})


class EarlierRadionuclide(FromHistory):
    """One administration of a radionuclide therapy elsewhere or before this course.

    Attributes
    ----------
    bone_seeking : bool or None
    activity : Activity or None
    organ_doses : mapping of str to AbsorbedDose
        As reported elsewhere; keys are organ codes, or groups such as ``kidneys``.
    """

    reports_the_past: ClassVar[bool] = True

    agent: Words
    bone_seeking: bool | None = None
    activity: Activity | None = None
    on: Day
    organ_doses: dict[str, AbsorbedDose] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        if self.activity is not None and self.activity.to("GBq") > MOST_GBQ_AT_ONCE:
            raise MisfitError([Misfit(("activity",), too_much(self.activity))])
        return self

    def own_date(self) -> date:
        """Return the day of administration."""
        return self.on


class Support(Entry):
    """A transfusion or a growth factor."""

    reports_the_past: ClassVar[bool] = True

    kind: SupportKind
    drug: str | None = None
    long_acting: bool | None = None
    on: Day

    @model_validator(mode="after")
    def _as_long_acting_as_its_drug(self) -> Self:
        known = drug(self.drug or "")
        if known is None:
            return self
        if known.long_acting is None or self.kind != "g-csf":
            raise MisfitError([Misfit(("kind",), f"{self.drug} is no {self.kind}; correct kind or drug")])
        if self.long_acting is not None and self.long_acting != known.long_acting:
            right = "true" if known.long_acting else "false"
            text = f"{self.drug} is called long-acting: {str(self.long_acting).lower()}; write 'long_acting: {right}'"
            raise MisfitError([Misfit(("long_acting",), text)])
        return self

    def own_date(self) -> date:
        """Return the day it was given."""
        return self.on


def too_much(activity: Activity) -> str:
    """Say that no administration has this activity."""
    return f"{activity} is beyond any single administration ({MOST_GBQ_AT_ONCE:g} GBq); check the unit (GBq or MBq)"
