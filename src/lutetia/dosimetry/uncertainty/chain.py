"""From stated uncertainties to the uncertainty of a dose, analytically.

Dose = (seen / (Q R)) integrated over time, times S(m). Each error moves the dose by so many per cent per per cent:

* sensitivity Q: -1.
* resolution F: through recovery, ``-dlnR/dlnF``, and through the surroundings that are solved for together: what spills
  further than the stated resolution expects is taken for background, and taken off once more.
* volume V of the contour: a larger contour sees more, by half of what the whole object would (the blurred edge lies on
  the contour: ``dlnC/dlnV = (1 + dlnR/dlnV)/2``), is given a larger recovery, and weighs more. What is as warm as its
  surroundings grows with the contour itself. Activity and mass so have opposite signs: this is the covariance of
  time-integrated activity and dose factor.
* density: through mass alone. Noise: through the fit.

Source: Gear et al., Eur J Nucl Med Mol Imaging 2018;45:2456, with the recovery of the object itself in place of a
curve by volume; its ``phi / 2R`` is ``dlnC/dlnV`` here.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from lutetia.dosimetry.uncertainty.budget import Budget, Contribution, Step
from lutetia.dosimetry.uncertainty.declared import UncertaintyInput


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionChain:
    """What of a region's chain its errors pass through.

    Attributes
    ----------
    region : str
    volume_ml : float
        Mean of its contours [mL].
    scans : int
        How many scans show it.
    fwhm_mm : float
        Stated resolution [mm].
    recovery_by_fwhm, recovery_by_volume : float
        dlnR/dlnF and dlnR/dlnV of the region alone.
    solved_by_fwhm : float
        dlnA/dlnF of the region alone with its surroundings solved for; ``-recovery_by_fwhm`` where they are known.
    background : float
        Concentration around the region over that inside, at least 0.
    mass_stated : bool
        The mass does not come from the volume.
    dose_by_mass : float
        dln(dose)/dln(mass) at the same time-integrated activity; about -0.98.
    """

    region: str
    volume_ml: float
    scans: int
    fwhm_mm: float
    recovery_by_fwhm: float
    recovery_by_volume: float
    solved_by_fwhm: float
    background: float
    mass_stated: bool
    dose_by_mass: float

    @property
    def activity_by_volume(self) -> float:
        """Return dlnA/dlnV: how the corrected activity follows a contour that is drawn too large."""
        return (1 - self.background) * (1 - self.recovery_by_volume) / 2 + self.background

    @property
    def activity_by_fwhm(self) -> float:
        """Return dlnA/dlnF: how the corrected activity follows a resolution that is stated too wide."""
        return (1 - self.background) * self.solved_by_fwhm

    def missing(self, stated: UncertaintyInput) -> tuple[str, ...]:
        """Name what is not stated but needed."""
        wanted = {
            "the calibration": stated.calibration_relative_sigma,
            "the image resolution": stated.fwhm_sigma_mm,
            "the contour": stated.contour_for(self.region),
            "the stated mass" if self.mass_stated else "the tissue density": self.weight_relative_sigma(stated),
        }
        return tuple(name for name, value in wanted.items() if value is None)

    def weight_relative_sigma(self, stated: UncertaintyInput) -> float | None:
        """Return how well the mass is known beside the volume: as stated, or through the density; None if unknown."""
        return stated.mass_relative_sigma if self.mass_stated else stated.density_relative_sigma


def scan_relative_sigma(chain: RegionChain, stated: UncertaintyInput, noise: float | None) -> float | None:
    """Return the relative standard uncertainty of one sample that other samples do not share; None where unknown.

    Parameters
    ----------
    chain : RegionChain
    stated : UncertaintyInput
    noise : float or None
        Of the region's activity on this scan.
    """
    contour = stated.contour_for(chain.region)
    if noise is None or contour is None:
        return None
    if contour.drawn != "per scan" or chain.scans == 1:
        return noise
    return sqrt(noise**2 + (chain.activity_by_volume * contour.relative_sigma(chain.volume_ml)) ** 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseParts:
    """A dose by what its errors do to it.

    Attributes
    ----------
    own_gy : float
        From the region's own activity [Gy].
    others_gy : float
        From everything else [Gy]: only the calibration is carried through it.
    tia_relative_sigma : float
        Of the region's time-integrated activity from what its samples do not share.
    noise_relative_sigma : float
        Of one sample, the part that is noise, as a root mean square over the samples.
    """

    own_gy: float
    others_gy: float
    tia_relative_sigma: float
    noise_relative_sigma: float


def budget_of(chain: RegionChain, stated: UncertaintyInput, parts: DoseParts) -> Budget:
    """Return the uncertainty of a dose; everything :meth:`RegionChain.missing` names must be stated."""
    contour = stated.contour_for(chain.region)
    assert contour is not None
    assert stated.calibration_relative_sigma is not None
    assert stated.fwhm_sigma_mm is not None
    weight = parts.own_gy / (parts.own_gy + parts.others_gy)
    volume = contour.relative_sigma(chain.volume_ml)
    heavy = chain.weight_relative_sigma(stated)
    assert heavy is not None
    fit_variance, edge_variance = _through_volume(chain, parts, volume, drawn_per_scan=contour.drawn == "per scan")
    shared = f"calibration {stated.calibration}"
    found = (
        Contribution(name="calibration", relative_sigma=stated.calibration_relative_sigma, shared_as=shared),
        Contribution(
            name="resolution, through recovery",
            relative_sigma=weight * abs(chain.activity_by_fwhm) * stated.fwhm_sigma_mm / chain.fwhm_mm,
            shared_as=f"resolution, {shared}",
        ),
        Contribution(
            name="contour, through counts, recovery and mass"
            if not chain.mass_stated
            else "contour, through counts and recovery",
            relative_sigma=weight * sqrt(edge_variance),
            shared_as="contour" if contour.drawn == "per course" else None,
        ),
        Contribution(
            name="stated mass" if chain.mass_stated else "tissue density",
            relative_sigma=weight * abs(chain.dose_by_mass) * heavy,
            shared_as="mass",
        ),
        Contribution(name="noise and half-lives, through the fit", relative_sigma=weight * sqrt(fit_variance)),
    )
    return _with_steps(chain, stated, parts, found, volume)


def _through_volume(
    chain: RegionChain, parts: DoseParts, volume: float, *, drawn_per_scan: bool
) -> tuple[float, float]:
    """Return the relative variances of the own dose from the fit without contours, and from the contours.

    Drawn anew on n scans, a volume's error enters each sample by itself and the mean mass with 1/n; as the dose is
    proportional to all samples together, the covariance of both is that of one contour over n.
    """
    by_activity = chain.activity_by_volume
    by_mass = 0.0 if chain.mass_stated else chain.dose_by_mass
    whole = parts.tia_relative_sigma**2
    if not drawn_per_scan or chain.scans == 1:
        return whole, ((by_activity + by_mass) * volume) ** 2
    of_edge = (by_activity * volume) ** 2
    of_sample = of_edge + parts.noise_relative_sigma**2
    through_fit = whole * of_edge / of_sample if of_sample > 0 else 0.0
    edge = through_fit + (2 * by_activity * by_mass + by_mass**2) * volume**2 / chain.scans
    return whole - through_fit, max(edge, 0.0)


def _with_steps(
    chain: RegionChain, stated: UncertaintyInput, parts: DoseParts, found: tuple[Contribution, ...], volume: float
) -> Budget:
    """Lay the chain of the guidance beside the contributions."""
    contour = stated.contour_for(chain.region)
    heavy, calibration, width_mm = (
        chain.weight_relative_sigma(stated), stated.calibration_relative_sigma, stated.fwhm_sigma_mm
    )  # fmt: skip
    assert contour is not None
    assert heavy is not None
    assert calibration is not None
    assert width_mm is not None
    once, width = contour.drawn != "per scan" or chain.scans == 1, width_mm / chain.fwhm_mm
    common = volume if once else 0.0
    of_mean = volume if once else volume / sqrt(chain.scans)
    mass = heavy if chain.mass_stated else sqrt(of_mean**2 + heavy**2)
    factor = abs(chain.dose_by_mass) * mass
    recovery = sqrt((chain.recovery_by_volume * volume) ** 2 + (chain.recovery_by_fwhm * width) ** 2)
    activity = sqrt(calibration**2 + (chain.activity_by_volume * common) ** 2 + (chain.activity_by_fwhm * width) ** 2)
    tia = sqrt(activity**2 + parts.tia_relative_sigma**2)
    together = 0.0 if chain.mass_stated else chain.activity_by_volume * chain.dose_by_mass * of_mean**2
    steps = (
        Step(name="volume", relative_sigma=volume),
        Step(name="recovery", relative_sigma=recovery),
        Step(name="activity, common to all scans", relative_sigma=activity),
        Step(name="time-integrated activity", relative_sigma=tia),
        Step(name="mass", relative_sigma=mass),
        Step(name="dose per time-integrated activity", relative_sigma=factor),
    )
    return Budget(
        contributions=found, steps=steps, correlation=together / (tia * factor) if tia > 0 and factor > 0 else 0.0
    )
