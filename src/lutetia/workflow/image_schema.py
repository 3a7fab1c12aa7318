"""The shape of what ``lutetia suv`` and ``lutetia segment`` answer as JSON.

Units stand in the names; uptake values are in ``unit``, totals in that unit times mL. Places are patient coordinates
(x, y, z) of DICOM in mm.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import Field, TypeAdapter

from lutetia.report.form import Form, written_schema

SUV_FORMAT: Final = "lutetia-suv/1"
SEGMENT_FORMAT: Final = "lutetia-segment/1"
SEGMENT_SERIES_FORMAT: Final = "lutetia-segment-series/1"

Place = tuple[float, float, float]


class FactForm(Form):
    """A fact that the uptake values rest on."""

    name: str
    value: str
    origin: str = Field(description="header attribute, person or table")


class RuleForm(Form):
    """How stored values became uptake values."""

    name: str
    steps: tuple[str, ...]
    factor: float | None = Field(description="uptake value per stored value; null where slices differ")
    factors: tuple[float, ...] = Field(description="one, or one for each slice")
    reference_at: str | None = Field(description="the moment to which the values are corrected")
    uptake_time_min: float | None
    facts: tuple[FactForm, ...]
    sources: tuple[str, ...]


class PeakForm(Form):
    """The mean over a sphere of 1 mL around a voxel."""

    value: float
    at_mm: Place
    voxels: int


class UptakeForm(Form):
    """Uptake of a region, in the unit of the image."""

    region: str
    voxels: int
    volume_ml: float
    minimum: float
    median: float
    mean: float
    sd: float
    maximum: float
    maximum_at_mm: Place
    local_peak: PeakForm
    peak: PeakForm
    total: float = Field(description="mean times volume")
    at_least: float | None = Field(description="only voxels of this uptake or more were counted")


class RatioForm(Form):
    """Uptake of a lesion over the mean of an organ."""

    lesion: str
    organ: str
    mean: float
    maximum: float


class SuvForm(Form):
    """The uptake values of a PET and its regions. Not a medical device."""

    format: Literal["lutetia-suv/1"]
    series_uid: str
    tracer: str | None
    kind: Literal["bw", "lbm", "ibw", "bsa"]
    lean_mass: Literal["janmahasatian", "james", "morgan"] | None
    unit: Literal["g/mL", "cm2/mL"]
    rule: RuleForm
    share_of_injected: float | None
    regions: tuple[UptakeForm, ...]
    ratios: tuple[RatioForm, ...]
    reference_organ: str | None
    cautions: tuple[str, ...]
    notes: tuple[str, ...]


class RegionForm(Form):
    """A region on the SPECT of a course."""

    region: str
    what: Literal["lesion", "proposal", "organ"]
    volume_ml: float
    mean_bq_ml: float | None = Field(description="null where the region lies outside the image")
    max_bq_ml: float | None
    activity_mbq: float | None
    hottest_mm: Place | None
    made: str


class SegmentForm(Form):
    """The regions of one scan of a course. Not a medical device; a proposal is no lesion."""

    format: Literal["lutetia-segment/1"]
    course: str
    synthetic: bool
    cycle: int
    scan: int
    hours: float
    method: str
    regions: tuple[RegionForm, ...]
    notes: tuple[str, ...]


class PieceForm(Form):
    """Connected voxels that a method takes on a PET; no person has read them."""

    piece: str
    volume_ml: float
    mean: float
    maximum: float
    peak: float
    total: float
    hottest_mm: Place


class TakenOutForm(Form):
    """What an organ took out that none before it had taken."""

    organ: str
    volume_ml: float


class SegmentSeriesForm(Form):
    """What a method takes on one PET without a course. Not a medical device; no piece is a lesion by itself."""

    format: Literal["lutetia-segment-series/1"]
    series_uid: str
    tracer: str | None
    method: str
    suv_rule: str
    unit: Literal["g/mL"]
    threshold: float = Field(description="from which soft tissue counted")
    pieces: tuple[PieceForm, ...]
    volume_ml: float = Field(description="of all pieces, also those not told one by one")
    total: float
    bone_ml: float | None
    taken_out: tuple[TakenOutForm, ...]
    cautions: tuple[str, ...]
    notes: tuple[str, ...]


def suv_schema() -> dict[str, Any]:
    """Return the JSON Schema of :class:`SuvForm`."""
    return written_schema(SUV_FORMAT, SuvForm.model_json_schema(mode="serialization"))


def segment_schema() -> dict[str, Any]:
    """Return the JSON Schema of :class:`SegmentForm`, or of one PET, :class:`SegmentSeriesForm`."""
    either: TypeAdapter[SegmentForm | SegmentSeriesForm] = TypeAdapter(SegmentForm | SegmentSeriesForm)
    return written_schema(SEGMENT_FORMAT, either.json_schema(mode="serialization"))
