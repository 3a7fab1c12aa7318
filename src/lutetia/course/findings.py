"""What images showed, as a reader reported it: examinations, lesions with identity, comparators."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from lutetia.course.entry import Entry, Part, Words
from lutetia.course.pet import PetScan
from lutetia.fileform import Day, DayOrTime, Length, Misfit, MisfitError, Moment, TissueVolume

ExaminationKind = Literal[
    "psma-pet", "psma-spect", "fdg-pet", "ct", "mri", "bone-scan", "post-therapy-spect", "renography", "other"
]
LesionKind = Literal["bone", "node", "visceral", "local"]


_LARGEST_LESION_MM = 400.0
_PET_KINDS = ("psma-pet", "fdg-pet")


def _mean_above_max(mean: float | None, largest: float | None) -> list[Misfit]:
    if mean is None or largest is None or mean <= largest:
        return []
    return [
        Misfit(("suv_mean",), f"the mean SUV ({mean:g}) is above the maximum ({largest:g}); are the two exchanged?")
    ]


class Lesion(Entry):
    """A lesion that keeps its identity over the course; measurements point to its id."""

    may_supersede: ClassVar[bool] = False  # its identity is what measurements point to

    id: Words
    site: Words
    kind: LesionKind
    first_seen: Day | None = None

    def own_date(self) -> Moment | None:
        """Return the day on which it was first seen."""
        return self.first_seen


class LesionMeasurement(Part):
    """What one examination says about one lesion.

    Attributes
    ----------
    psma_positive, fdg_positive : bool or None
        As the reader of the PSMA imaging or of the FDG PET calls the lesion.
    soft_tissue : bool or None
        Of a bone lesion: whether it has a soft-tissue component; ``soft_tissue_short_axis`` is its short axis.
    uptake_understated : bool or None
        The reader's statement that partial volume, motion or an artefact lets the uptake look lower than it is.
    """

    lesion: Words
    long_axis: Length | None = None
    short_axis: Length | None = None
    volume: TissueVolume | None = None
    suv_max: float | None = Field(default=None, ge=0)
    suv_mean: float | None = Field(default=None, ge=0)
    psma_positive: bool | None = None
    fdg_positive: bool | None = None
    soft_tissue: bool | None = None
    soft_tissue_short_axis: Length | None = None
    uptake_understated: bool | None = None

    @model_validator(mode="after")
    def _axes_and_uptake_agree(self) -> Self:
        misfits = []
        long, short = self.long_axis, self.short_axis
        if long is not None and long.to("mm") > _LARGEST_LESION_MM:
            misfits.append(Misfit(("long_axis",), f"{long} is longer than any lesion; check the unit (mm or cm)"))
        if long is not None and short is not None and short.to("mm") > long.to("mm"):
            text = f"the short axis ({short}) is longer than the long axis ({long}); are the two exchanged?"
            misfits.append(Misfit(("short_axis",), text))
        misfits += _mean_above_max(self.suv_mean, self.suv_max)
        if self.soft_tissue is False and self.soft_tissue_short_axis is not None:
            text = "it has an axis, and soft_tissue says that there is none; correct one of them"
            misfits.append(Misfit(("soft_tissue_short_axis",), text))
        if misfits:
            raise MisfitError(misfits)
        return self


class ReferenceUptake(Part):
    """Uptake in an organ that lesions are compared with."""

    organ: Literal["liver", "spleen", "parotid", "blood-pool"]
    suv_mean: float = Field(ge=0)
    suv_max: float | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _uptake_agrees(self) -> Self:
        if misfits := _mean_above_max(self.suv_mean, self.suv_max):
            raise MisfitError(misfits)
        return self


class Examination(Entry):
    """One examination and its reading.

    Attributes
    ----------
    radiographic_progression : bool or None
        The reader's statement against ``compared_with``; None where it was not judged.
    criteria : str or None
        By which rules progression was judged.
    pet : PetScan or None
        Of a PET: its series, and what uptake values need that the header could not say.
    tumour_suv_mean : float or None
        Mean SUV over all tumour of the body, with the method of its segmentation in ``tumour_method``: numbers of
        different methods are not compared.
    """

    reports_the_past: ClassVar[bool] = True

    on: DayOrTime
    kind: ExaminationKind
    tracer: str | None = None
    study_uid: str | None = None
    reader: str | None = None
    compared_with: str | None = None
    psma_positive: bool | None = None
    radiographic_progression: bool | None = None
    criteria: Literal["pcwg3", "recist-1.1", "recip-1.0", "clinical-reading", "other"] | None = None
    pet: PetScan | None = None
    lesions: Annotated[tuple[LesionMeasurement, ...], Field(strict=False)] = ()
    reference_organs: Annotated[tuple[ReferenceUptake, ...], Field(strict=False)] = ()
    tumour_suv_mean: float | None = Field(default=None, ge=0)
    tumour_method: str | None = None
    conclusion: str | None = None

    @model_validator(mode="after")
    def _what_it_shows_is_of_its_kind(self) -> Self:
        misfits = [
            Misfit(("lesions", place, "fdg_positive"), f"an examination of kind {self.kind} shows no FDG uptake")
            for place, one in enumerate(self.lesions)
            if one.fdg_positive is not None and self.kind != "fdg-pet"
        ]
        if self.pet is not None and self.kind not in _PET_KINDS:
            misfits.append(Misfit(("pet",), f"an examination of kind {self.kind} has no PET"))
        if misfits:
            raise MisfitError(misfits)
        return self

    def own_date(self) -> Moment:
        """Return when it was made."""
        return self.on
