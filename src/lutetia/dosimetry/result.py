"""What dosimetry hands on: samples, fits, doses and refusals of one cycle, region by region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import exp
from typing import Literal

from lutetia.dosimetry.bladder import BladderDose
from lutetia.dosimetry.exponential import Exponential
from lutetia.dosimetry.radiobiology.bed import Bed
from lutetia.dosimetry.radiobiology.dvh import Dvh
from lutetia.dosimetry.uncertainty.budget import Budget
from lutetia.vocabulary.curve import FitModel
from lutetia.volume import Volume

__all__ = [
    "Alternative",
    "CycleDose",
    "DoseValue",
    "Exponential",
    "FitModel",
    "FitRefusal",
    "MarrowDose",
    "MarrowMethod",
    "MarrowRefusal",
    "RegionDose",
    "Sample",
    "SpreadOfVoxels",
    "TimeActivityFit",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Activity of one region at one time.

    Attributes
    ----------
    hours : float
        Start of the scan after the start of administration [h]; positive.
    acquired_at : datetime
    volume_ml : float
        Volume of the region on this scan [mL].
    uncorrected_mbq : float
        Activity as it was at ``hours``, without correction for recovery [MBq].
    recovery : float or None
        Object-specific recovery of the measured activity: what was lost over the edge less what came in from
        neighbours and background; None where no resolution was stated.
    simple_recovery : float or None
        Recovery of the region alone, in empty surroundings, for comparison.
    relative_sigma : float or None
        Relative standard uncertainty used as weight, if there is one.
    misaligned : float or None
        Relative standard uncertainty from where a contour lies that was moved to this scan; None where it was not
        moved, or how far it lies off is not known.
    """

    hours: float
    acquired_at: datetime
    volume_ml: float
    uncorrected_mbq: float
    recovery: float | None
    relative_sigma: float | None = None
    simple_recovery: float | None = None
    misaligned: float | None = None

    @property
    def corrected_mbq(self) -> float | None:
        """Activity corrected for recovery [MBq]; None where no resolution was stated."""
        if self.recovery is None:
            return None
        return self.uncorrected_mbq / self.recovery if self.uncorrected_mbq else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """A model that was tried beside the chosen one.

    Attributes
    ----------
    model : str
    tia_mbq_h : float
        Its integral from administration to infinity [MBq h].
    changes_percent : float
        By how much the integral would change if it were taken [%].
    aicc : float or None
        Corrected Akaike criterion; None where it is not defined.
    describes : bool
        It agrees with the samples within their uncertainty (or, where none is stated, within a scatter of 5 %).
    """

    model: FitModel
    tia_mbq_h: float
    changes_percent: float
    aicc: float | None = None
    describes: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeActivityFit:
    """A fitted time-activity curve of one region.

    Attributes
    ----------
    model : str
    terms : tuple of Exponential
        Rates are physical plus biological, so none is slower than physical decay.
    tia_mbq_h : float
        Integral from administration to infinity [MBq h].
    tail_fraction : float
        Part of ``tia_mbq_h`` after the last sample.
    effective_half_life_h : float
        Of the slowest term [h].
    residuals : tuple of float
        (measured - fitted) / fitted for each sample.
    chosen_because : str
        Why this model and not another.
    alternatives : mapping of str to float
        Other admissible models tried, and their time-integrated activity [MBq h].
    notes : tuple of str
        Assumptions a reader must know.
    tia_relative_sigma : float or None
        Relative standard uncertainty of ``tia_mbq_h`` from the samples' own uncertainties through the fit (or, with one
        sample, from the spread of the half-life taken from elsewhere); None where they are not known. What is common
        to all samples, such as the calibration, is not in it.
    half_life_relative_sigma : float or None
        Relative standard uncertainty of the slowest half-life; None where it is not known.
    aicc : float or None
        Corrected Akaike criterion of the chosen model; None where it is not defined.
    tried : tuple of Alternative
        Models tried beside the chosen one, and what taking them would change.
    population_range_h : tuple of float or None
        Lowest and highest effective half-life of the population that a single-time-point method rests on [h].
    """

    model: FitModel
    terms: tuple[Exponential, ...]
    tia_mbq_h: float
    tail_fraction: float
    effective_half_life_h: float
    residuals: tuple[float, ...]
    chosen_because: str
    alternatives: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    tia_relative_sigma: float | None = None
    half_life_relative_sigma: float | None = None
    aicc: float | None = None
    tried: tuple[Alternative, ...] = ()
    population_range_h: tuple[float, float] | None = None

    def activity_mbq(self, hours: float) -> float:
        """Return the fitted activity at a time after administration [h] in MBq."""
        return sum(term.amplitude_mbq * exp(-term.rate_per_h * hours) for term in self.terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseValue:
    """Dose of a region from one time-activity curve.

    Attributes
    ----------
    fit : TimeActivityFit
    mean_dose_gy : float
        Electrons deposited locally plus photon self-dose for the region's mass [Gy].
    total_dose_gy : float or None
        Mean dose plus that from everything else in the field by a voxel engine, or from other organs by S-values [Gy].
        It is not read off the blurred dose map, whose edges would lower it.
    sigma_gy : float or None
        Standard uncertainty of ``best_gy`` [Gy]; None where something that it needs is not stated.
    budget : Budget or None
        What that uncertainty is made of.
    uncertainty_missing : tuple of str
        What is not stated, so that there is no uncertainty; empty where none was asked for.
    bed : Bed or None
        Of ``best_gy`` in this cycle, for tissues with parameters of repair.
    """

    fit: TimeActivityFit
    mean_dose_gy: float
    total_dose_gy: float | None = None
    sigma_gy: float | None = None
    budget: Budget | None = None
    uncertainty_missing: tuple[str, ...] = ()
    bed: Bed | None = None

    @property
    def best_gy(self) -> float:
        """Dose with that from elsewhere where it is known, else mean dose [Gy]."""
        return self.mean_dose_gy if self.total_dose_gy is None else self.total_dose_gy


@dataclass(frozen=True, slots=True, kw_only=True)
class FitRefusal:
    """A curve was refused: what was found, and what is offered instead."""

    reason: str
    offered: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionDose:
    """All that is known of one region in one cycle.

    Attributes
    ----------
    region : str
        Organ code (``kidney_left``) or lesion id.
    label : str
        How it is shown.
    samples : tuple of Sample
        In the order of time.
    mass_g : float
    mass_from : str
        Where the mass comes from, in words.
    uncorrected, corrected : DoseValue, FitRefusal or None
        Without and with recovery; ``corrected`` is None where no resolution was stated.
    dvh : Dvh or None
        Of the dose map over the region's contour on the reference scan, blur included.
    bed_dvh : Dvh or None
        The same of BED, every voxel with the region's kinetics; None where the region has no BED.
    """

    region: str
    label: str
    samples: tuple[Sample, ...]
    mass_g: float
    mass_from: str
    uncorrected: DoseValue | FitRefusal
    corrected: DoseValue | FitRefusal | None
    notes: tuple[str, ...] = ()
    dvh: Dvh | None = None
    bed_dvh: Dvh | None = None

    @property
    def shown(self) -> DoseValue | FitRefusal:
        """The dose that stands first: corrected for recovery where that was possible."""
        return self.uncorrected if self.corrected is None else self.corrected


MarrowMethod = Literal["blood", "image"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarrowDose:
    """An estimate of the dose of red marrow by one method.

    Attributes
    ----------
    method : {"blood", "image"}
    self_gy : float
        From activity in the marrow [Gy].
    cross_gy : float or None
        From activity elsewhere [Gy]; None where nothing is known to count it with.
    cross_from : str
        How that was found, or why not, in words.
    mbq_h_per_g : float
        Time-integrated activity per gram of red marrow [MBq h/g].
    fit : TimeActivityFit
        Of one litre of blood, or of the contour.
    rests_on : str
        Samples, ratio or share, and S-value with their sources, in words.
    flags : tuple of str
        Limits that a reader must know.
    """

    method: MarrowMethod
    self_gy: float
    cross_gy: float | None
    cross_from: str
    mbq_h_per_g: float
    fit: TimeActivityFit
    rests_on: str
    flags: tuple[str, ...] = ()

    @property
    def total_gy(self) -> float:
        """Self-dose, and that from elsewhere where it is known [Gy]."""
        return self.self_gy if self.cross_gy is None else self.self_gy + self.cross_gy


@dataclass(frozen=True, slots=True, kw_only=True)
class MarrowRefusal:
    """Why one method gives no dose of red marrow, and what would."""

    method: MarrowMethod
    reason: str
    offered: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadOfVoxels:
    """What the voxels of a region showed.

    Attributes
    ----------
    region : str
        ``remainder`` for what lies outside all regions.
    voxels : int
    from_region : float
        Part of them that took the region's kinetics because their own counts say too little; 0 for straight lines.
    spread : float or None
        Standard deviation of the logarithm of the rate over the region, noise taken off.
    noise : float or None
        Relative, of one voxel of mean activity on the reference scan.
    sum_ratio : float
        What the voxels' own curves add up to over what the region's curve says; the map is scaled to the latter.
    """

    region: str
    voxels: int
    from_region: float
    spread: float | None
    noise: float | None
    sum_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleDose:
    """The dosimetry of one cycle.

    Attributes
    ----------
    given_mbq : float
        Activity given, at the start of administration [MBq].
    dose_map : Volume or None
        Absorbed dose on the grid of the reference scan [Gy].
    tia_map : Volume or None
        Time-integrated activity that the dose map was made from, on the same grid [Bq h/mL].
    engine : str
        Which voxel engine made the map, and from which kernel.
    assumptions : tuple of str
        Printed with every result.
    warnings : tuple of str
    remainder : TimeActivityFit or None
        The curve of everything outside all regions; None where no map was made, or it was refused.
    own_kinetics : Volume or None
        1 where a voxel of the map has kinetics of its own, 0 where it has its region's; None without curves of voxels.
    spread_of_voxels : tuple of SpreadOfVoxels
        What these showed, by region.
    marrow : tuple of MarrowDose or MarrowRefusal
        Estimates of the dose of red marrow, one for each method that the centre states.
    bladder : BladderDose or None
        An estimate of the dose at the bladder's wall, where the centre states excretion and voiding.
    """

    cycle: int
    agent: str
    given_mbq: float
    regions: tuple[RegionDose, ...]
    dose_map: Volume | None
    engine: str
    assumptions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    tia_map: Volume | None = None
    remainder: TimeActivityFit | None = None
    own_kinetics: Volume | None = None
    spread_of_voxels: tuple[SpreadOfVoxels, ...] = ()
    marrow: tuple[MarrowDose | MarrowRefusal, ...] = ()
    bladder: BladderDose | None = None
