"""From stated uncertainties to the uncertainty of a dose, analytically.

Dose = (seen / (Q R)) integrated over time, times S(m). Each error moves the dose by so many per cent per per cent:

* sensitivity Q: -1.
* resolution F, where recovery is by resolution: through recovery, ``-dlnR/dlnF``, and through the surroundings that
  are solved for together: what spills further than expected is taken for background, and taken off once more.
* recovery curve, where recovery is by volume: its fit, ``-dlnR`` by the covariance of a and b.
* volume V of the contour: a larger contour sees more, by half of what the whole object would (the blurred edge lies on
  the contour: ``dlnC/dlnV = (1 + dlnR/dlnV)/2``), is given a larger recovery, and weighs more. What is as warm as its
  surroundings grows with the contour itself. Activity and mass so have opposite signs: this is the covariance of
  time-integrated activity and dose factor.
* density: through mass alone. Noise, and where a moved contour lies: through the fit.

Source: Gear et al., Eur J Nucl Med Mol Imaging 2018;45:2456, with the recovery of the object itself in place of a
curve by volume, or with that curve; its ``phi / 2R`` is ``dlnC/dlnV`` here.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, sqrt

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
    fwhm_mm : float or None
        Stated resolution [mm]; None where recovery is by volume.
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
    curve_relative_sigma : float or None
        Of a recovery by volume, from the fit to the spheres alone; None where recovery is by resolution.
    """

    region: str
    volume_ml: float
    scans: int
    fwhm_mm: float | None
    recovery_by_fwhm: float
    recovery_by_volume: float
    solved_by_fwhm: float
    background: float
    mass_stated: bool
    dose_by_mass: float
    curve_relative_sigma: float | None = None

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
            "the image resolution": self._width(stated) if self.curve_relative_sigma is None else 0.0,
            "the contour": stated.contour_for(self.region),
            "the stated mass" if self.mass_stated else "the tissue density": self.weight_relative_sigma(stated),
        }
        return tuple(name for name, value in wanted.items() if value is None)

    def weight_relative_sigma(self, stated: UncertaintyInput) -> float | None:
        """Return how well the mass is known beside the volume: as stated, or through the density; None if unknown."""
        return stated.mass_relative_sigma if self.mass_stated else stated.density_relative_sigma

    def _width(self, stated: UncertaintyInput) -> float | None:
        if stated.fwhm_sigma_mm is None or self.fwhm_mm is None:
            return None
        return stated.fwhm_sigma_mm / self.fwhm_mm

    def through_recovery(self, stated: UncertaintyInput) -> tuple[float, float] | None:
        """Return the relative standard uncertainties of activity and recovery from the recovery's own; None if unknown.

        That of the volume is not in them.
        """
        if self.curve_relative_sigma is not None:
            return self.curve_relative_sigma, self.curve_relative_sigma
        width = self._width(stated)
        return None if width is None else (abs(self.activity_by_fwhm) * width, abs(self.recovery_by_fwhm) * width)


def scan_relative_sigma(
    chain: RegionChain, stated: UncertaintyInput, noise: float | None, *, misaligned: float | None = None
) -> float | None:
    """Return the relative standard uncertainty of one sample that other samples do not share; None where unknown.

    Parameters
    ----------
    chain : RegionChain
    stated : UncertaintyInput
    noise : float or None
        Of the region's activity on this scan.
    misaligned : float or None
        Of the same, from where a contour lies that was moved to this scan; None where it was drawn on it.
    """
    contour = stated.contour_for(chain.region)
    if noise is None or contour is None:
        return None
    parts = [noise, *([] if misaligned is None else [misaligned])]
    if contour.drawn == "per scan" and chain.scans > 1:
        parts.append(chain.activity_by_volume * contour.relative_sigma(chain.volume_ml))
    return hypot(*parts)


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
    misaligned_relative_sigma : float or None
        Of one sample, the part from where moved contours lie, likewise; None where none was moved.
    """

    own_gy: float
    others_gy: float
    tia_relative_sigma: float
    noise_relative_sigma: float
    misaligned_relative_sigma: float | None = None


def budget_of(chain: RegionChain, stated: UncertaintyInput, parts: DoseParts) -> Budget:
    """Return the uncertainty of a dose; everything :meth:`RegionChain.missing` names must be stated."""
    contour = stated.contour_for(chain.region)
    assert contour is not None
    assert stated.calibration_relative_sigma is not None
    recovery = chain.through_recovery(stated)
    assert recovery is not None
    weight = parts.own_gy / (parts.own_gy + parts.others_gy)
    volume = contour.relative_sigma(chain.volume_ml)
    heavy = chain.weight_relative_sigma(stated)
    assert heavy is not None
    through = _through_fit(chain, parts, volume, drawn_per_scan=contour.drawn == "per scan")
    shared = f"calibration {stated.calibration}"
    found: tuple[Contribution, ...] = (
        Contribution(name="calibration", relative_sigma=stated.calibration_relative_sigma, shared_as=shared),
        Contribution(
            name="resolution, through recovery" if chain.curve_relative_sigma is None else "recovery curve, by its fit",
            relative_sigma=weight * recovery[0],
            shared_as=f"resolution, {shared}" if chain.curve_relative_sigma is None else f"recovery curve, {shared}",
        ),
        Contribution(
            name="contour, through counts, recovery and mass"
            if not chain.mass_stated
            else "contour, through counts and recovery",
            relative_sigma=weight * sqrt(through.edge),
            shared_as="contour" if contour.drawn == "per course" else None,
        ),
        Contribution(
            name="stated mass" if chain.mass_stated else "tissue density",
            relative_sigma=weight * abs(chain.dose_by_mass) * heavy,
            shared_as="mass",
        ),
        Contribution(name="noise and half-lives, through the fit", relative_sigma=weight * sqrt(through.rest)),
    )
    if parts.misaligned_relative_sigma is not None:
        name = "alignment, of contours moved from another scan"
        found = (*found, Contribution(name=name, relative_sigma=weight * sqrt(through.misaligned)))
    return _with_steps(chain, stated, parts, found, volume)


@dataclass(frozen=True, slots=True)
class _Through:
    """Relative variances of the own dose: from the contours, from where they lie, and from the rest of the fit."""

    edge: float
    misaligned: float
    rest: float


def _through_fit(chain: RegionChain, parts: DoseParts, volume: float, *, drawn_per_scan: bool) -> _Through:
    """Divide the variance of the fit among what the samples do not share, and add what contours do to the mass.

    Drawn anew on n scans, a volume's error enters each sample by itself and the mean mass with 1/n; as the dose is
    proportional to all samples together, the covariance of both is that of one contour over n.
    """
    by_activity = chain.activity_by_volume
    by_mass = 0.0 if chain.mass_stated else chain.dose_by_mass
    anew = drawn_per_scan and chain.scans > 1
    whole = parts.tia_relative_sigma**2
    of_edge = (by_activity * volume) ** 2 if anew else 0.0
    of_place = 0.0 if parts.misaligned_relative_sigma is None else parts.misaligned_relative_sigma**2
    of_sample = of_edge + of_place + parts.noise_relative_sigma**2
    per_sample = 0.0 if of_sample == 0 else (whole / of_sample if chain.scans > 1 else min(1.0, whole / of_sample))
    if anew:
        edge = of_edge * per_sample + (2 * by_activity * by_mass + by_mass**2) * volume**2 / chain.scans
    else:
        edge = ((by_activity + by_mass) * volume) ** 2
    place = of_place * per_sample
    return _Through(max(edge, 0.0), place, whole - place - of_edge * per_sample)


def _with_steps(
    chain: RegionChain, stated: UncertaintyInput, parts: DoseParts, found: tuple[Contribution, ...], volume: float
) -> Budget:
    """Lay the chain of the guidance beside the contributions."""
    contour = stated.contour_for(chain.region)
    heavy, calibration = chain.weight_relative_sigma(stated), stated.calibration_relative_sigma
    found_by = chain.through_recovery(stated)
    assert contour is not None
    assert heavy is not None
    assert calibration is not None
    assert found_by is not None
    once = contour.drawn != "per scan" or chain.scans == 1
    common = volume if once else 0.0
    of_mean = volume if once else volume / sqrt(chain.scans)
    mass = heavy if chain.mass_stated else sqrt(of_mean**2 + heavy**2)
    factor = abs(chain.dose_by_mass) * mass
    recovery = hypot(chain.recovery_by_volume * volume, found_by[1])
    activity = hypot(calibration, chain.activity_by_volume * common, found_by[0])
    tia = hypot(activity, parts.tia_relative_sigma)
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
