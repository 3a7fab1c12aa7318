"""The shape of what ``lutetia disease`` answers as JSON, and writes as ``psma-disease.json``: of one PET, or of two.

Units stand in the names; uptake is SUV by body weight, totals are SUV times mL. Places are patient coordinates
(x, y, z) of DICOM in mm. A volume is null where disease and organs are not told apart.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field, TypeAdapter

from lutetia.criteria.response_class import ResponseClass
from lutetia.report.form import Form, written_schema
from lutetia.report.json_form import RecordForm
from lutetia.response.lesion import Decided
from lutetia.response.match import Status
from lutetia.workflow.disease.run import FORMAT_OF_ONE
from lutetia.workflow.image_schema import Place, RuleForm


class OrgansForm(Form):
    """Which organs keep their uptake out of the disease."""

    drawn: tuple[str, ...] = Field(description="organs with uptake of their own that have a mask")
    not_taken_out: tuple[str, ...] = Field(description="organs whose uptake is among the lesions")
    told_apart: bool = Field(description="false: disease or organ; volume and total uptake are null")
    settled: bool = Field(description="only such a volume is accepted into a record, and classified")
    left_open: str | None
    absent: tuple[str, ...] = Field(description="organs that the PET does not show, as its reader says")
    remedy: str | None


class BesideForm(Form):
    """The organ with uptake of its own that lies nearest."""

    organ: str
    mm: float


class FoundLesionForm(Form):
    """A connected piece of what takes up enough."""

    id: str
    centre_mm: Place
    volume_ml: float
    suv_max: float
    suv_mean: float
    suv_peak: float
    total_uptake_suv_ml: float
    kind: Literal["bone", "node", "visceral", "local"] | None = Field(description="null until a reader says so")
    region: str | None
    site: str | None
    placed_by: str | None
    ratios_of_suv_mean: dict[str, float] = Field(description="over the mean of an organ, by organ")
    beside: BesideForm | None
    counted: bool | None = Field(description="as disease; null while nothing tells it from an organ")
    decided_by: Decided
    why: str | None


class DiseaseForm(Form):
    """What one PET shows; a proposal until a person accepts it."""

    pet: str = Field(description="series UID")
    acquired_at: datetime | None
    tracer: str | None
    method: str
    level_suv: float | None
    read_by: str | None
    organs: OrgansForm
    volume_ml: float | None
    total_uptake_suv_ml: float | None
    suv_mean: float | None
    volume_ml_by_kind: dict[str, float | None]
    reference_suv_mean: dict[str, float]
    lesions: tuple[FoundLesionForm, ...]
    taken_out_ml: dict[str, float] = Field(description="what each organ took out of what takes up enough")
    cautions: tuple[str, ...]


class UptakeRuleForm(Form):
    """How uptake values were made."""

    kind: str
    rule: RuleForm


class OfCourseForm(Form):
    """To which course it belongs."""

    id: str
    synthetic: bool


class _Made(Form):
    uptake: tuple[UptakeRuleForm | None, ...] = Field(description="of each PET")
    cautions: tuple[str, ...]
    notes: tuple[str, ...]
    course: OfCourseForm | None
    record: RecordForm


class OnePetForm(_Made):
    """PSMA-positive disease of one PET. Not a medical device; nothing of it is a fact before a person accepts it."""

    format: Literal["lutetia-disease/2"]
    disease: DiseaseForm


class RecipForm(Form):
    """RECIP 1.0 of the two volumes and of the reader's word on new lesions."""

    response: ResponseClass | None = Field(alias="class")
    because: str
    needs: tuple[str, ...]
    could_be: tuple[ResponseClass, ...]


class NewCountForm(Form):
    """How many lesions the reader calls new."""

    count: int | None
    why: str


class ProposalForm(Form):
    """A lesion of the follow-up that may be new."""

    lesion: str
    centre_mm: Place
    centre_at_baseline_mm: Place
    volume_ml: float
    suv_max: float
    suv_max_at_baseline: float | None
    reason: str
    uncertain: bool
    doubts: tuple[str, ...]
    confirmed: bool | None = Field(description="null until a reader has said it")


class HistoryForm(Form):
    """What became of a lesion, or of lesions that grew together or fell apart."""

    status: Status
    baseline: tuple[str, ...]
    follow_up: tuple[str, ...]
    baseline_ml: float
    follow_up_ml: float
    suv_max_in_the_other_scan: float | None


class AlignmentForm(Form):
    """How the follow-up was laid on the baseline, and how well."""

    by: str
    method: Literal["rigid"]
    rotation: tuple[Place, Place, Place]
    translation_mm: Place
    turned_degrees: float
    shift_mm: float
    residual_median_mm: float
    residual_90th_percentile_mm: float
    correlation: float
    overlap: float
    deformable: None = Field(description="two PET are laid on one another rigidly")


class PairForm(_Made):
    """What became of it between two PET. Not a medical device; nothing of it is a fact before a person accepts it."""

    format: Literal["lutetia-disease-pair/2"]
    recip_1_0: RecipForm
    new_lesion_count: NewCountForm
    baseline: DiseaseForm
    follow_up: DiseaseForm
    change_percent: float | None
    new_lesions: bool | None = Field(description="the reader's word")
    proposals: tuple[ProposalForm, ...]
    histories: tuple[HistoryForm, ...]
    alignment: AlignmentForm | None


def disease_schema() -> dict[str, Any]:
    """Return the JSON Schema of one PET, :class:`OnePetForm`, or of two, :class:`PairForm`."""
    either: TypeAdapter[OnePetForm | PairForm] = TypeAdapter(OnePetForm | PairForm)
    return written_schema(FORMAT_OF_ONE, either.json_schema(mode="serialization", by_alias=True))
