"""What have the cycles delivered together, against plan and against doses quoted for the organ?

Doses and BEDs of cycles add up. Errors that cycles share (calibration, resolution, density, a contour drawn once) add
up too; the others partly cancel. What is left to a reference is arithmetic on a reference: never a stop, never a leave.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from lutetia.dosimetry.radiobiology.bed import Bed, sum_of
from lutetia.dosimetry.result import CycleDose, DoseValue, RegionDose
from lutetia.dosimetry.uncertainty.budget import sum_sigma_gy
from lutetia.errors import InputError
from lutetia.reference.radiobiology import REFERENCE_NOT_A_STOP, ReferenceDose, references_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """What is left up to a quoted dose; negative beyond it.

    Attributes
    ----------
    reference : ReferenceDose
    delivered_gy, left_gy : float
        In the reference's quantity [Gy].
    sigma_gy : float or None
        Standard uncertainty of both [Gy]; that of the reference itself is not known.
    cycles_missing : tuple of int
        Cycles given without a dose; what is left is smaller by theirs.
    text : str
        How it is to be shown.
    """

    reference: ReferenceDose
    delivered_gy: float
    left_gy: float
    sigma_gy: float | None
    cycles_missing: tuple[int, ...]
    text: str = REFERENCE_NOT_A_STOP


@dataclass(frozen=True, slots=True, kw_only=True)
class CumulativeDose:
    """Dose of one region over all its cycles.

    Attributes
    ----------
    region, label : str
    cycles : tuple of int
        With a dose; the sum is over these.
    missing : tuple of int
        Given, and without a dose for this region.
    dose_gy : float
        Corrected for recovery where that was possible, with cross-dose where an engine ran [Gy].
    sigma_gy : float or None
        Standard uncertainty of the sum [Gy]; None where one of its doses has none.
    bed : Bed or None
        Summed with full repair between cycles.
    margins : tuple of Margin
        One for each dose that is quoted for the organ.
    """

    region: str
    label: str
    cycles: tuple[int, ...]
    missing: tuple[int, ...]
    dose_gy: float
    sigma_gy: float | None
    bed: Bed | None
    margins: tuple[Margin, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgainstPlan:
    """A region's delivered dose beside the planned one.

    Attributes
    ----------
    region : str
    planned_gy, delivered_gy : float
    difference_gy : float
        Delivered less planned [Gy].
    ratio : float
        Delivered over planned.
    sigma_gy : float or None
        Standard uncertainty of what was delivered [Gy].
    """

    region: str
    planned_gy: float
    delivered_gy: float
    difference_gy: float
    ratio: float
    sigma_gy: float | None

    @property
    def beyond_uncertainty(self) -> bool | None:
        """Whether the difference exceeds two standard uncertainties; None where none is known."""
        return None if self.sigma_gy is None else abs(self.difference_gy) > 2 * self.sigma_gy


def cumulative(cycles: Sequence[CycleDose], *, given: Iterable[int] = ()) -> tuple[CumulativeDose, ...]:
    """Sum the doses of all cycles, region by region.

    Parameters
    ----------
    cycles : sequence of CycleDose
        Each cycle once, in any order.
    given : iterable of int
        Numbers of all cycles given; those without a dose are named.

    Raises
    ------
    InputError
        If a cycle stands twice.
    """
    ordered = sorted(cycles, key=lambda cycle: cycle.cycle)
    numbers = [cycle.cycle for cycle in ordered]
    if len(set(numbers)) < len(numbers):
        twice = next(n for n in numbers if numbers.count(n) > 1)
        raise InputError("cumulative dose", f"cycle {twice} stands twice", "name each cycle once")
    every = sorted({*numbers, *given})
    codes = dict.fromkeys(region.region for cycle in ordered for region in cycle.regions)
    found = (_of_region(code, ordered, every) for code in codes)
    return tuple(one for one in found if one is not None)


def _of_region(code: str, cycles: Sequence[CycleDose], every: Sequence[int]) -> CumulativeDose | None:
    pairs = [(cycle.cycle, region, region.shown) for cycle in cycles for region in cycle.regions
             if region.region == code]  # fmt: skip
    dosed = [(number, region, value) for number, region, value in pairs if isinstance(value, DoseValue)]
    if not dosed:
        return None
    values = [value for _, _, value in dosed]
    numbers = tuple(number for number, _, _ in dosed)
    missing = tuple(number for number in every if number not in numbers)
    dose_gy, sigma_gy = sum(value.best_gy for value in values), _sigma(values)
    bed = _bed(values)
    return CumulativeDose(
        region=code,
        label=dosed[-1][1].label,
        cycles=numbers,
        missing=missing,
        dose_gy=dose_gy,
        sigma_gy=sigma_gy,
        bed=bed,
        margins=margins(code, dose_gy=dose_gy, sigma_gy=sigma_gy, bed=bed, missing=missing),
    )


def _sigma(values: Sequence[DoseValue]) -> float | None:
    known = [(value.best_gy, value.budget) for value in values if value.budget is not None]
    if len(known) < len(values):
        return None
    return sum_sigma_gy([(dose, budget) for dose, budget in known if budget is not None])


def _bed(values: Sequence[DoseValue]) -> Bed | None:
    """Return the summed BED; its errors follow those of the doses, each as steeply as its own cycle's BED."""
    beds = [value.bed for value in values if value.bed is not None]
    if len(beds) < len(values) or any(bed.repair != beds[0].repair for bed in beds):
        return None
    steep = [(value.bed.sigma_gy / value.budget.relative_sigma, value.budget) for value in values
             if value.bed is not None and value.budget is not None and value.bed.sigma_gy is not None
             and value.budget.relative_sigma > 0]  # fmt: skip
    return sum_of(beds, sigma_gy=sum_sigma_gy(steep) if len(steep) == len(values) else None)


def margins(
    region: str, *, dose_gy: float, sigma_gy: float | None, bed: Bed | None, missing: tuple[int, ...] = ()
) -> tuple[Margin, ...]:
    """Return what is left of each dose that is quoted for an organ; BED only where it is known."""
    found = []
    for reference in references_for(region):
        if reference.quantity == "dose":
            delivered, sigma = dose_gy, sigma_gy
        elif bed is not None:
            delivered, sigma = bed.bed_gy, bed.sigma_gy
        else:
            continue
        found.append(
            Margin(
                reference=reference,
                delivered_gy=delivered,
                left_gy=reference.value_gy - delivered,
                sigma_gy=sigma,
                cycles_missing=missing,
            )
        )
    return tuple(found)


def against_plan(
    delivered: Iterable[CumulativeDose] | Iterable[RegionDose], planned_gy: Mapping[str, float]
) -> tuple[AgainstPlan, ...]:
    """Lay delivered doses beside planned ones, of one cycle or of all; regions without a plan or a dose are left out.

    Parameters
    ----------
    delivered : iterable of CumulativeDose or of RegionDose
    planned_gy : mapping of str to float
        By region, positive [Gy]; for the same cycles as ``delivered``.

    Raises
    ------
    InputError
        If a planned dose is not positive.
    """
    found = []
    for one in delivered:
        plan = planned_gy.get(one.region)
        dose = _dose_and_sigma(one)
        if plan is None or dose is None:
            continue
        if not (isfinite(plan) and plan > 0):
            raise InputError(f"planned dose of {one.region}", f"{plan} Gy is impossible", "state positive gray")
        gy, sigma = dose
        found.append(
            AgainstPlan(
                region=one.region, planned_gy=plan, delivered_gy=gy, difference_gy=gy - plan, ratio=gy / plan,
                sigma_gy=sigma,
            )
        )  # fmt: skip
    return tuple(found)


def _dose_and_sigma(one: CumulativeDose | RegionDose) -> tuple[float, float | None] | None:
    if isinstance(one, CumulativeDose):
        return one.dose_gy, one.sigma_gy
    value = one.shown
    return (value.best_gy, value.sigma_gy) if isinstance(value, DoseValue) else None
