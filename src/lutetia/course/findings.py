"""What images showed, as a reader reported it: examinations, lesions with identity, comparators."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from lutetia.course.entry import Entry, Part
from lutetia.course.moment import Day, DayOrTime, Moment
from lutetia.course.quantity import Length, TissueVolume

ExaminationKind = Literal["psma-pet", "fdg-pet", "ct", "mri", "bone-scan", "post-therapy-spect", "renography", "other"]
LesionKind = Literal["bone", "node", "visceral", "local"]


class Lesion(Entry):
    """A lesion that keeps its identity over the course; measurements point to its id."""

    id: str = Field(min_length=1)
    site: str = Field(min_length=1)
    kind: LesionKind
    first_seen: Day | None = None

    def own_date(self) -> Moment | None:
        """Return the day on which it was first seen."""
        return self.first_seen


class LesionMeasurement(Part):
    """What one examination says about one lesion."""

    lesion: str
    long_axis: Length | None = None
    short_axis: Length | None = None
    volume: TissueVolume | None = None
    suv_max: float | None = Field(default=None, ge=0)
    suv_mean: float | None = Field(default=None, ge=0)
    psma_positive: bool | None = None


class ReferenceUptake(Part):
    """Uptake in an organ that lesions are compared with."""

    organ: Literal["liver", "spleen", "parotid", "blood-pool"]
    suv_mean: float = Field(ge=0)
    suv_max: float | None = Field(default=None, ge=0)


class Examination(Entry):
    """One examination and its reading.

    Attributes
    ----------
    radiographic_progression : bool or None
        The reader's statement against ``compared_with``; None where it was not judged.
    """

    on: DayOrTime
    kind: ExaminationKind
    tracer: str | None = None
    study_uid: str | None = None
    reader: str | None = None
    compared_with: str | None = None
    psma_positive: bool | None = None
    radiographic_progression: bool | None = None
    lesions: tuple[LesionMeasurement, ...] = ()
    reference_organs: tuple[ReferenceUptake, ...] = ()
    conclusion: str | None = None

    def own_date(self) -> Moment:
        """Return when it was made."""
        return self.on
