"""The JSON form of what stands behind a dose: its uncertainty, biological effect, spread and sum over cycles."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from lutetia.course import Course
from lutetia.dosimetry.cumulative import CumulativeDose, Margin, against_plan
from lutetia.dosimetry.forecast import INFORMS, Forecast
from lutetia.dosimetry.radiobiology import Bed, Dvh
from lutetia.dosimetry.result import CycleDose, DoseValue
from lutetia.report.form import Form

VOLUME_PERCENTS = (2.0, 5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 98.0)


class ContributionForm(Form):
    """The effect of one error on a dose."""

    name: str
    relative_sigma: float
    share_of_variance: float
    shared_as: str | None = Field(description="cycles with the same text here share this error; null: new in each")


class StepForm(Form):
    """Relative standard uncertainty at one step of the chain."""

    name: str
    relative_sigma: float


class BudgetForm(Form):
    """The uncertainty of a dose and what it is made of; errors are factors, normal in the logarithm."""

    relative_sigma: float
    interval_95_gy: tuple[float, float]
    contributions: tuple[ContributionForm, ...]
    steps: tuple[StepForm, ...]
    correlation: float = Field(description="between time-integrated activity and dose per time-integrated activity")


class RepairForm(Form):
    """Parameters of the linear-quadratic model of a tissue, and where they are from."""

    tissue: str
    alpha_beta_gy: float
    repair_half_life_h: float
    source: str
    note: str


class BedForm(Form):
    """Biologically effective dose."""

    bed_gy: float
    sigma_gy: float | None = Field(description="from the uncertainty of the dose alone")
    eqd2_gy: float
    protraction: float | None = Field(description="Lea-Catcheside factor of the cycle; null for a sum")
    repair: RepairForm


class VolumeDoseForm(Form):
    """Least dose within the hottest part of the volume."""

    volume_percent: float
    dose_gy: float


class DvhForm(Form):
    """Dose over a region's volume, from the dose map with its blur; its mean is not the region's dose."""

    volume_ml: float
    mean_gy: float
    min_gy: float
    max_gy: float
    points: tuple[VolumeDoseForm, ...]


class MarginForm(Form):
    """What is left up to a dose quoted for the organ: a reference, not a stop."""

    quantity: Literal["dose", "BED"]
    reference_gy: float
    meaning: str
    source: str
    delivered_gy: float
    left_gy: float
    sigma_gy: float | None
    cycles_missing: tuple[int, ...]
    text: str


class ForecastForm(Form):
    """A further cycle of one region, if it goes as the earlier ones did. It informs and prescribes nothing."""

    region: str
    label: str
    from_cycles: tuple[int, ...]
    planned_mbq: float = Field(description="as prescribed for the next cycle")
    expected_gy: float
    relative_sigma: float | None = Field(description="of the logarithm; null where cycles do not show it")
    trend_per_cycle: float | None = Field(description="relative change of the dose per activity, from three cycles on")
    text: str


class CumulativeForm(Form):
    """Dose of one region over all its cycles."""

    region: str
    label: str
    cycles: tuple[int, ...]
    missing: tuple[int, ...] = Field(description="given, and without a dose for this region")
    dose_gy: float
    sigma_gy: float | None
    bed: BedForm | None
    margins: tuple[MarginForm, ...]


class PlannedForm(Form):
    """A region's delivered dose beside the planned one, in one cycle."""

    cycle: int
    region: str
    planned_gy: float
    delivered_gy: float
    sigma_gy: float | None
    difference_gy: float
    ratio: float
    beyond_two_sigma: bool | None = Field(description="null where the delivered dose has no uncertainty")


def planned_forms(course: Course, cycles: tuple[CycleDose, ...]) -> tuple[PlannedForm, ...]:
    """Return delivered beside planned doses of every cycle for which doses were planned."""
    found = (
        (dose.cycle, one)
        for dose in cycles
        if (cycle := course.cycle(dose.cycle)) is not None
        for one in against_plan(dose.regions, {code: gy.to("Gy") for code, gy in cycle.planned_doses.items()})
    )
    return tuple(
        PlannedForm(
            cycle=number, region=one.region, planned_gy=one.planned_gy, delivered_gy=one.delivered_gy,
            sigma_gy=one.sigma_gy, difference_gy=one.difference_gy, ratio=one.ratio,
            beyond_two_sigma=one.beyond_uncertainty,
        )
        for number, one in found
    )  # fmt: skip


def budget_form(value: DoseValue) -> BudgetForm | None:
    """Return the budget of a dose; None where it has none."""
    budget = value.budget
    if budget is None:
        return None
    parts = zip(budget.contributions, budget.shares, strict=True)
    return BudgetForm(
        relative_sigma=budget.relative_sigma,
        interval_95_gy=budget.interval_gy(value.best_gy),
        contributions=tuple(
            ContributionForm(
                name=part.name, relative_sigma=part.relative_sigma, share_of_variance=share, shared_as=part.shared_as
            )
            for part, share in parts
        ),
        steps=tuple(StepForm(name=step.name, relative_sigma=step.relative_sigma) for step in budget.steps),
        correlation=budget.correlation,
    )


def bed_form(bed: Bed | None) -> BedForm | None:
    """Return a BED with the parameters it rests on."""
    if bed is None:
        return None
    repair = bed.repair
    return BedForm(
        bed_gy=bed.bed_gy, sigma_gy=bed.sigma_gy, eqd2_gy=bed.eqd2_gy, protraction=bed.protraction,
        repair=RepairForm(
            tissue=repair.tissue, alpha_beta_gy=repair.alpha_beta_gy, repair_half_life_h=repair.repair_half_life_h,
            source=f"{repair.source.title} ({repair.source.year}), {repair.source.identifier}", note=repair.note,
        ),
    )  # fmt: skip


def dvh_form(found: Dvh | None) -> DvhForm | None:
    """Return a histogram by the doses of some parts of the volume."""
    if found is None:
        return None
    points = tuple(VolumeDoseForm(volume_percent=x, dose_gy=found.dose_gy(x)) for x in VOLUME_PERCENTS)
    return DvhForm(
        volume_ml=found.volume_ml, mean_gy=found.mean_gy, min_gy=found.min_gy, max_gy=found.max_gy, points=points
    )


def cumulative_form(one: CumulativeDose) -> CumulativeForm:
    """Return the dose of a region over all its cycles."""
    return CumulativeForm(
        region=one.region, label=one.label, cycles=one.cycles, missing=one.missing, dose_gy=one.dose_gy,
        sigma_gy=one.sigma_gy, bed=bed_form(one.bed), margins=tuple(map(_margin, one.margins)),
    )  # fmt: skip


def _margin(margin: Margin) -> MarginForm:
    reference = margin.reference
    return MarginForm(
        quantity=reference.quantity, reference_gy=reference.value_gy, meaning=reference.meaning,
        source=f"{reference.source.title} ({reference.source.year}), {reference.source.identifier}",
        delivered_gy=margin.delivered_gy, left_gy=margin.left_gy, sigma_gy=margin.sigma_gy,
        cycles_missing=margin.cycles_missing, text=margin.text,
    )  # fmt: skip


def forecast_form(one: Forecast) -> ForecastForm:
    """Return what a further cycle would be expected to deliver."""
    return ForecastForm(
        region=one.region, label=one.label, from_cycles=one.from_cycles, planned_mbq=one.planned_mbq,
        expected_gy=one.expected_gy, relative_sigma=one.relative_sigma, trend_per_cycle=one.trend_per_cycle,
        text=INFORMS,
    )  # fmt: skip
