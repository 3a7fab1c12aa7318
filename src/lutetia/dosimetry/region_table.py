"""What is said of each region when a result leaves the house: one row of numbers, whoever computed them.

Nothing is filled in: what a source does not state stays unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from lutetia.dosimetry.result import CycleDose, FitRefusal, RegionDose, Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionRow:
    """One region of one cycle.

    Attributes
    ----------
    region : str
        Organ code or lesion id; in a result made by others, the name given there.
    label : str
        How it is shown.
    cycle : int or None
        None where the source does not say.
    dose_gy : float or None
        Mean absorbed dose [Gy]; None where none is stated.
    sigma_gy : float or None
        Its standard uncertainty [Gy].
    bed_gy : float or None
        Biologically effective dose [Gy].
    volume_ml, mass_g : float or None
        [mL], [g].
    tia_mbq_h : float or None
        Time-integrated activity [MBq h].
    tiac_h : float or None
        Time-integrated activity per activity given [h].
    model : str
        Of the time-activity curve.
    dose_from : str
        What the dose is the mean of, in words.
    not_stated : str
        Why there is no dose.
    """

    region: str
    label: str
    cycle: int | None = None
    dose_gy: float | None = None
    sigma_gy: float | None = None
    bed_gy: float | None = None
    volume_ml: float | None = None
    mass_g: float | None = None
    tia_mbq_h: float | None = None
    tiac_h: float | None = None
    model: str = ""
    dose_from: str = ""
    not_stated: str = ""


def rows_of(cycle: CycleDose) -> tuple[RegionRow, ...]:
    """Return the regions of a cycle, with the dose that is shown first."""
    return tuple(_row(region, cycle) for region in cycle.regions)


def mean_volume_ml(samples: Sequence[Sample]) -> float | None:
    """Return the geometric mean of a region's volumes, as the mass takes it [mL]."""
    if not samples or any(sample.volume_ml <= 0 for sample in samples):
        return None
    return exp(sum(log(sample.volume_ml) for sample in samples) / len(samples))


def _row(region: RegionDose, cycle: CycleDose) -> RegionRow:
    value = region.shown
    common = {
        "region": region.region,
        "label": region.label,
        "cycle": cycle.cycle,
        "volume_ml": mean_volume_ml(region.samples),
        "mass_g": region.mass_g,
    }
    if isinstance(value, FitRefusal):
        return RegionRow(**common, not_stated=value.reason)  # type: ignore[arg-type]
    return RegionRow(
        **common,  # type: ignore[arg-type]
        dose_gy=value.best_gy,
        sigma_gy=value.sigma_gy,
        bed_gy=None if value.bed is None else value.bed.bed_gy,
        tia_mbq_h=value.fit.tia_mbq_h,
        tiac_h=value.fit.tia_mbq_h / cycle.given_mbq,
        model=value.fit.model,
        dose_from=dose_from(corrected=region.corrected is not None, cross_dose=value.total_dose_gy is not None),
    )


def dose_from(*, corrected: bool, cross_dose: bool) -> str:
    """Say what a dose of Lutetia is the mean of."""
    recovery = "with recovery" if corrected else "without recovery"
    photons = "self-dose and cross-dose" if cross_dose else "self-dose"
    return f"region activity and mass, {recovery}, {photons}"
