"""What dosimetry hands on: samples, fits, doses and refusals of one cycle, region by region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import exp
from typing import Literal

from lutetia.volume import Volume

FitModel = Literal[
    "mono-exponential",
    "bi-exponential",
    "bi-exponential with uptake",
    "single time point",
    "physical decay only",
]
"""``physical decay only`` is an upper bound that a person asks for by name; it is never chosen."""


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
    """

    hours: float
    acquired_at: datetime
    volume_ml: float
    uncorrected_mbq: float
    recovery: float | None
    relative_sigma: float | None = None
    simple_recovery: float | None = None

    @property
    def corrected_mbq(self) -> float | None:
        """Activity corrected for recovery [MBq]; None where no resolution was stated."""
        if self.recovery is None:
            return None
        return self.uncorrected_mbq / self.recovery if self.uncorrected_mbq else 0.0


@dataclass(frozen=True, slots=True)
class Exponential:
    """One term ``amplitude * exp(-rate * t)`` [MBq, 1/h]; a negative amplitude is uptake."""

    amplitude_mbq: float
    rate_per_h: float


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
    kernel_dose_gy : float or None
        Mean dose plus the dose from photons of everything else in the field [Gy], where a voxel engine was used. It is
        not read off the blurred dose map, whose edges would lower it.
    """

    fit: TimeActivityFit
    mean_dose_gy: float
    kernel_dose_gy: float | None = None


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
    """

    region: str
    label: str
    samples: tuple[Sample, ...]
    mass_g: float
    mass_from: str
    uncorrected: DoseValue | FitRefusal
    corrected: DoseValue | FitRefusal | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleDose:
    """The dosimetry of one cycle.

    Attributes
    ----------
    given_mbq : float
        Activity given, at the start of administration [MBq].
    dose_map : Volume or None
        Absorbed dose on the grid of the reference scan [Gy].
    engine : str
        Which voxel engine made the map, and from which kernel.
    assumptions : tuple of str
        Printed with every result.
    warnings : tuple of str
    """

    cycle: int
    agent: str
    given_mbq: float
    regions: tuple[RegionDose, ...]
    dose_map: Volume | None
    engine: str
    assumptions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
