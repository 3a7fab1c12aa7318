"""The same numbers for a program: a documented, stable JSON form of a run, its assessments and its doses, no images.

Units stand in the names. What the page rounds stands here in full.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field, TypeAdapter

from lutetia.dosimetry.cumulative import CumulativeDose, cumulative
from lutetia.dosimetry.result import CycleDose, DoseValue, FitRefusal, RegionDose
from lutetia.guideline.book_comparison import Comparison
from lutetia.guideline.verdict import Assessment
from lutetia.report.bladder import BladderForm, bladder_form
from lutetia.report.course_page import FOOT
from lutetia.report.dose import NOT_FOR_DEVIATION, best_gy, gy, per_gbq
from lutetia.report.dose_choices import ChoiceForm, choice_form
from lutetia.report.dose_form import (
    BedForm,
    BudgetForm,
    CumulativeForm,
    DvhForm,
    ForecastForm,
    PlannedForm,
    bed_form,
    budget_form,
    cumulative_form,
    dvh_form,
    forecast_form,
    planned_forms,
)
from lutetia.report.forecast import forecasts
from lutetia.report.form import Form, written_schema
from lutetia.report.history import history_of
from lutetia.report.marrow import MarrowForm, MarrowRefusalForm, marrow_forms
from lutetia.report.result import RunResult
from lutetia.report.voxel_curves import VoxelCurvesForm, voxel_curves_forms

FORMAT = "lutetia-report/1"


class SampleForm(Form):
    """Activity of a region at one scan, as it was at the scan."""

    hours_after_administration: float
    acquired_at: datetime
    volume_ml: float
    uncorrected_mbq: float
    recovery: float | None = Field(description="recovery coefficient; null where nothing is given back")
    corrected_mbq: float | None
    relative_sigma: float | None
    misaligned: float | None = Field(description="relative, from where a contour lies that was moved to this scan")


class TermForm(Form):
    """One exponential term of a fit; a negative amplitude is uptake."""

    amplitude_mbq: float
    rate_per_h: float


class FitForm(Form):
    """A fitted time-activity curve and the dose that follows from it."""

    kind: Literal["dose"] = "dose"
    model: str
    chosen_because: str
    terms: tuple[TermForm, ...]
    effective_half_life_h: float
    tia_mbq_h: float
    tia_relative_sigma: float | None = Field(description="from the samples' own uncertainties through the fit")
    population_range_h: tuple[float, float] | None = Field(description="of half-lives that one scan rests on")
    tail_fraction: float = Field(description="part of the time-integrated activity after the last scan")
    relative_residuals: tuple[float, ...] = Field(description="(measured - fitted) / fitted, one per sample")
    alternatives_tia_mbq_h: dict[str, float]
    notes: tuple[str, ...]
    mean_dose_gy: float
    total_dose_gy: float | None
    dose_gy_per_gbq: float = Field(
        description="with cross-dose where that is known, else mean dose, per activity given"
    )
    sigma_gy: float | None = Field(description="of the dose with cross-dose where that is known, else of the mean")
    budget: BudgetForm | None
    uncertainty_missing: tuple[str, ...] = Field(description="what is not stated, so that there is no uncertainty")
    bed: BedForm | None


class RefusalForm(Form):
    """A curve that was refused, and what is offered instead."""

    kind: Literal["refused"] = "refused"
    reason: str
    offered: tuple[str, ...]


class RegionForm(Form):
    """All that is known of one region in one cycle."""

    region: str = Field(description="organ code or lesion id")
    label: str
    mass_g: float
    mass_from: str
    samples: tuple[SampleForm, ...]
    uncorrected: FitForm | RefusalForm
    corrected: FitForm | RefusalForm | None
    dose_gy: float | None = Field(
        description="the dose shown first: corrected where possible, with cross-dose where known"
    )
    dose_gy_per_gbq: float | None
    sigma_gy: float | None = Field(description="standard uncertainty of dose_gy")
    dvh: DvhForm | None
    bed_dvh: DvhForm | None = Field(description="of BED, every voxel with the region's kinetics")
    notes: tuple[str, ...]


class CycleDoseForm(Form):
    """The dosimetry of one cycle."""

    cycle: int
    agent: str
    given_mbq: float = Field(description="at the start of administration")
    engine: str
    statement: str
    regions: tuple[RegionForm, ...]
    voxel_curves: tuple[VoxelCurvesForm, ...] = Field(description="empty where voxels have their region's curve")
    marrow: tuple[MarrowForm | MarrowRefusalForm, ...] = Field(description="estimates, one for each method")
    bladder: BladderForm | None = Field(description="an estimate; null where voiding is not stated")
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]


class PointForm(Form):
    """One laboratory result."""

    on: date
    value: float
    comparator: str


class SeriesForm(Form):
    """Results of one item of the vocabulary, oldest first."""

    item: str
    unit: str = Field(description="UCUM")
    points: tuple[PointForm, ...]


class CourseForm(Form):
    """Which course, and the results that the timeline shows."""

    id: str
    synthetic: bool
    cycles_given: tuple[int, ...]
    series: tuple[SeriesForm, ...]


class StopForm(Form):
    """A part of the run that gave no result."""

    part: str
    message: str
    remedy: str
    exit_code: int


class RecordForm(Form):
    """What has to be known to repeat the run."""

    command: str
    started_at: datetime
    finished_at: datetime
    version: str
    python: str
    packages: dict[str, str]
    datasets: dict[str, str]
    parameters: dict[str, Any]
    inputs: dict[str, str] = Field(description="relative file name to SHA-256")


class ReportForm(Form):
    """A run of Lutetia. Not a medical device; it advises, a qualified person decides."""

    format: Literal["lutetia-report/1"]
    statement: str
    course: CourseForm
    known_on: date
    assessments: tuple[Assessment, ...]
    comparisons: tuple[Comparison, ...] = Field(description="what every source says on each question, side by side")
    dose: tuple[CycleDoseForm, ...]
    cumulative_dose: tuple[CumulativeForm, ...]
    forecast: tuple[ForecastForm, ...] = Field(description="the next cycle, where its activity is prescribed")
    planned_dose: tuple[PlannedForm, ...] = Field(description="delivered beside planned, where a dose was planned")
    choices: tuple[ChoiceForm, ...] = Field(description="what stands behind the doses, and whose choice it is")
    stopped: tuple[StopForm, ...]
    notes: tuple[str, ...]
    record: RecordForm


def report_json(result: RunResult) -> dict[str, Any]:
    """Return a run as JSON-ready values, see :func:`report_schema`."""
    record = result.record
    form = ReportForm(
        format=FORMAT,
        statement=FOOT,
        course=_course(result),
        known_on=result.known_on,
        assessments=result.assessments,
        comparisons=result.comparisons,
        dose=tuple(map(_cycle, result.cycles)),
        cumulative_dose=tuple(map(cumulative_form, _summed(result))),
        forecast=tuple(map(forecast_form, forecasts(result.course, result.cycles))),
        planned_dose=planned_forms(result.course, result.cycles),
        choices=tuple(map(choice_form, result.choices)),
        stopped=tuple(
            StopForm(part=s.part, message=s.message, remedy=s.remedy, exit_code=s.exit_code) for s in result.stopped
        ),
        notes=result.notes,
        record=RecordForm(
            command=record.command, started_at=record.started_at, finished_at=record.finished_at,
            version=record.version, python=record.python, packages=dict(record.packages),
            datasets=dict(record.datasets), parameters=dict(record.parameters), inputs=dict(record.inputs),
        ),
    )  # fmt: skip
    return form.model_dump(mode="json")


def assessment_json(assessment: Assessment) -> dict[str, Any]:
    """Return one assessment with its whole trace as JSON-ready values; ``$defs/Assessment`` of the schema."""
    plain: dict[str, Any] = TypeAdapter(Assessment).dump_python(assessment, mode="json")
    return plain


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """Return one comparison of sources as JSON-ready values; ``$defs/Comparison`` of the schema."""
    plain: dict[str, Any] = TypeAdapter(Comparison).dump_python(comparison, mode="json")
    return plain


def dose_json(cycle: CycleDose) -> dict[str, Any]:
    """Return the dosimetry of one cycle as JSON-ready values; ``$defs/CycleDoseForm`` of the schema."""
    return _cycle(cycle).model_dump(mode="json")


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema of what :func:`report_json` returns."""
    return written_schema(FORMAT, ReportForm.model_json_schema(mode="serialization"))


def _summed(result: RunResult) -> tuple[CumulativeDose, ...]:
    return cumulative(result.cycles, given=[cycle.number for cycle in result.course.given_cycles])


def _course(result: RunResult) -> CourseForm:
    history = history_of(result.course, result.known_on)
    series = tuple(
        SeriesForm(
            item=series.item,
            unit=series.ucum,
            points=tuple(PointForm(on=p.on, value=p.value, comparator=p.comparator) for p in series.points),
        )
        for series in history.series
    )
    given = tuple(cycle.number for cycle in result.course.given_cycles)
    return CourseForm(id=result.course.id, synthetic=result.course.synthetic, cycles_given=given, series=series)


def _cycle(cycle: CycleDose) -> CycleDoseForm:
    return CycleDoseForm(
        cycle=cycle.cycle, agent=cycle.agent, given_mbq=cycle.given_mbq, engine=cycle.engine,
        statement=NOT_FOR_DEVIATION, regions=tuple(_region(region, cycle) for region in cycle.regions),
        voxel_curves=voxel_curves_forms(cycle), marrow=marrow_forms(cycle), bladder=bladder_form(cycle),
        assumptions=cycle.assumptions, warnings=cycle.warnings,
    )  # fmt: skip


def _region(region: RegionDose, cycle: CycleDose) -> RegionForm:
    best = best_gy(region)
    samples = tuple(
        SampleForm(
            hours_after_administration=s.hours, acquired_at=s.acquired_at, volume_ml=s.volume_ml,
            uncorrected_mbq=s.uncorrected_mbq, recovery=s.recovery, corrected_mbq=s.corrected_mbq,
            relative_sigma=s.relative_sigma, misaligned=s.misaligned,
        )
        for s in region.samples
    )  # fmt: skip
    return RegionForm(
        region=region.region, label=region.label, mass_g=region.mass_g, mass_from=region.mass_from, samples=samples,
        uncorrected=_value(region.uncorrected, cycle),
        corrected=None if region.corrected is None else _value(region.corrected, cycle),
        dose_gy=best, dose_gy_per_gbq=None if best is None else per_gbq(best, cycle),
        sigma_gy=region.shown.sigma_gy if isinstance(region.shown, DoseValue) else None, dvh=dvh_form(region.dvh),
        bed_dvh=dvh_form(region.bed_dvh), notes=region.notes,
    )  # fmt: skip


def _value(value: DoseValue | FitRefusal, cycle: CycleDose) -> FitForm | RefusalForm:
    if isinstance(value, FitRefusal):
        return RefusalForm(reason=value.reason, offered=value.offered)
    fit = value.fit
    return FitForm(
        model=fit.model, chosen_because=fit.chosen_because,
        terms=tuple(TermForm(amplitude_mbq=t.amplitude_mbq, rate_per_h=t.rate_per_h) for t in fit.terms),
        effective_half_life_h=fit.effective_half_life_h, tia_mbq_h=fit.tia_mbq_h,
        tia_relative_sigma=fit.tia_relative_sigma, population_range_h=fit.population_range_h,
        tail_fraction=fit.tail_fraction,
        relative_residuals=fit.residuals, alternatives_tia_mbq_h=dict(fit.alternatives), notes=fit.notes,
        mean_dose_gy=value.mean_dose_gy, total_dose_gy=value.total_dose_gy, dose_gy_per_gbq=per_gbq(gy(value), cycle),
        sigma_gy=value.sigma_gy, budget=budget_form(value), uncertainty_missing=value.uncertainty_missing,
        bed=bed_form(value.bed),
    )  # fmt: skip
