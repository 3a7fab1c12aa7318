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
NodeRegion = Literal[
    "internal-iliac", "external-iliac", "common-iliac", "obturator", "presacral", "other-pelvic",
    "retroperitoneal", "supradiaphragmatic", "other-extrapelvic",
]  # fmt: skip
VolumeTrend = Literal["none", "fallen", "same", "risen"]
NonTarget = Literal["absent", "gone", "present", "progressed"]


_LARGEST_LESION_MM = 400.0
_PET_KINDS = ("psma-pet", "fdg-pet")
_RESTAGES = ("psma-pet", "ct", "mri", "bone-scan")


def _mean_above_max(mean: float | None, largest: float | None) -> list[Misfit]:
    if mean is None or largest is None or mean <= largest:
        return []
    return [
        Misfit(("suv_mean",), f"the mean SUV ({mean:g}) is above the maximum ({largest:g}); are the two exchanged?")
    ]


class Lesion(Entry):
    """A lesion that keeps its identity over the course; measurements point to its id.

    Attributes
    ----------
    region : str or None
        Of a node: its region as PROMISE V2 names it; the first six lie in the pelvis.
    """

    may_supersede: ClassVar[bool] = False  # its identity is what measurements point to

    id: Words
    site: Words
    kind: LesionKind
    region: NodeRegion | None = None
    first_seen: Day | None = None

    @model_validator(mode="after")
    def _only_a_node_lies_in_a_node_region(self) -> Self:
        if self.region is not None and self.kind != "node":
            raise MisfitError([Misfit(("region",), f"a lesion of kind {self.kind} has no region of nodes")])
        return self

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


class StatedResponse(Part):
    """The class that the reader gave by a criterion of response which he names; it is repeated, never computed.

    Attributes
    ----------
    criterion : str
        As its authors or the centre call it.
    source : str
        Where it is defined: the publication, or the centre's own procedure.
    response : str
        Complete, partial, stable, progressive, or not evaluable.
    because : str or None
        What decided, in the reader's words.
    """

    criterion: Words
    source: Words
    response: Literal["CR", "PR", "SD", "PD", "NE"]
    because: Words | None = None


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
    tumour_volume : TissueVolume or None
        Volume of all tumour of the body that takes up the tracer, by ``tumour_method``; 0 where nothing is left.
    volume_trend : str or None
        What the reader says of that volume against the last imaging of this kind before treatment: ``none`` is left,
        ``fallen``, ``same`` or ``risen``.
    new_lesions : int or None
        How many lesions the reader calls new against the last imaging of this kind before treatment; 0 for none.
    new_bone_lesions : int or None
        Of a bone scan: how many are new against the bone scan before it.
    new_lesions_persist : bool or None
        Of a bone scan: whether what was new on the bone scan before it is still seen.
    progression_supported : bool or None
        Whether clinical or laboratory findings, a biopsy or other imaging within 3 months support progression.
    target_sum : Length or None
        Sum of the diameters of the target lesions (RECIST 1.1); nodes by their short axis.
    targets_gone : bool or None
        Whether no target lesion is left, and every target node is below 10 mm in the short axis.
    non_target : str or None
        Disease beside the targets: ``absent`` from the beginning, ``gone``, ``present``, or ``progressed`` for certain.
    stated_responses : tuple of StatedResponse
        What the reader says by criteria that are not applied here; each is named once.
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
    tumour_volume: TissueVolume | None = None
    volume_trend: VolumeTrend | None = None
    new_lesions: int | None = Field(default=None, ge=0)
    new_bone_lesions: int | None = Field(default=None, ge=0)
    new_lesions_persist: bool | None = None
    progression_supported: bool | None = None
    target_sum: Length | None = None
    targets_gone: bool | None = None
    non_target: NonTarget | None = None
    stated_responses: Annotated[tuple[StatedResponse, ...], Field(strict=False)] = ()
    conclusion: str | None = None

    @model_validator(mode="after")
    def _a_criterion_gives_one_class(self) -> Self:
        named = [one.criterion.casefold() for one in self.stated_responses]
        if named and self.kind not in _RESTAGES:
            wanted = "state the class with the PET, CT, MRI or bone scan that it was read from"
            raise MisfitError([Misfit(("stated_responses",), f"a {self.kind} is no restaging; {wanted}")])
        misfits = [
            Misfit(
                ("stated_responses", number, "criterion"),
                f"'{one.criterion}' has given a class already; state each criterion once",
            )
            for number, one in enumerate(self.stated_responses)
            if one.criterion.casefold() in named[:number]
        ]
        if misfits:
            raise MisfitError(misfits)
        return self

    @model_validator(mode="after")
    def _bone_scans_count_in_bone(self) -> Self:
        misfits = [
            Misfit((field,), f"an examination of kind {self.kind} is no bone scan; leave {field} out")
            for field in ("new_bone_lesions", "new_lesions_persist")
            if getattr(self, field) is not None and self.kind != "bone-scan"
        ]
        if misfits:
            raise MisfitError(misfits)
        return self

    @model_validator(mode="after")
    def _nothing_left_is_no_volume(self) -> Self:
        left = None if self.tumour_volume is None else self.tumour_volume.value > 0
        if left is not None and self.volume_trend is not None and left is (self.volume_trend == "none"):
            text = f"the volume is {self.tumour_volume} and was read as '{self.volume_trend}'; correct one of the two"
            raise MisfitError([Misfit(("volume_trend",), text)])
        return self

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
