"""How do the stated uncertainties pass through the steps of one cycle?

Joins the images of a cycle with :mod:`lutetia.dosimetry.uncertainty`: recovery and background of each region as the
reference scan shows them, noise of each sample, and the budget of each dose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import log, sqrt

from lutetia.dosimetry.cross_dose import CrossDose
from lutetia.dosimetry.input import CycleInput, ScanInput
from lutetia.dosimetry.mass import Mass
from lutetia.dosimetry.organ import mean_dose_gy
from lutetia.dosimetry.result import DoseValue, Sample
from lutetia.dosimetry.samples import Measured
from lutetia.dosimetry.uncertainty.budget import Contribution
from lutetia.dosimetry.uncertainty.chain import DoseParts, RegionChain, budget_of, scan_relative_sigma
from lutetia.dosimetry.uncertainty.declared import UncertaintyInput
from lutetia.quantification import (
    RecoveryByVolume,
    background_ratio,
    covered_part,
    recovery_of_volume,
    recovery_slope,
)

STEP = 0.05
"""Part of the mass by which it is changed for a derivative."""
NOT_CORRECTED = "recovery, which is not corrected"
NO_SCATTER = "the uncertainty of the curve through the samples"
STATISTICS = "photon transport, statistical"
NO_NOISE = "the noise of a region's activity"
NO_PLACE = "how far its moved contour lies off"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorChain:
    """What the errors of one region pass through, and the noise of its samples."""

    chain: RegionChain
    noise: tuple[float | None, ...]
    moved: tuple[bool, ...] = ()
    misaligned: tuple[float | None, ...] = ()

    @property
    def noise_relative_sigma(self) -> float | None:
        """Root mean square over the samples; None where one has none."""
        known = [noise for noise in self.noise if noise is not None]
        if len(known) < len(self.noise):
            return None
        return sqrt(sum(noise**2 for noise in known) / len(known))

    @property
    def misaligned_relative_sigma(self) -> float | None:
        """Root mean square over all samples of what a moved contour does; None where none was moved."""
        known = [value for value in self.misaligned if value is not None]
        return sqrt(sum(value**2 for value in known) / len(self.misaligned)) if known else None

    @property
    def place_unknown(self) -> bool:
        """Whether a contour was moved to a scan, and how far it lies off there is not known."""
        return any(moved and found is None for moved, found in zip(self.moved, self.misaligned, strict=True))


def error_chains(given: CycleInput, measured: Measured, masses: Mapping[str, Mass]) -> dict[str, ErrorChain]:
    """Return the chain of every region whose recovery is corrected on all its scans; none if nothing is stated."""
    if given.uncertainty is None:
        return {}
    return {
        name: ErrorChain(
            chain=_chain(name, given, measured, masses[name].gram),
            noise=tuple(_noise(name, sample, given.uncertainty) for sample in samples),
            moved=tuple(_moved_to(name, sample, measured) for sample in samples),
            misaligned=tuple(sample.misaligned for sample in samples),
        )
        for name, samples in measured.regions.items()
        if all(sample.recovery is not None for sample in samples)
    }


def weighted(samples: tuple[Sample, ...], errors: ErrorChain | None, given: CycleInput) -> tuple[Sample, ...]:
    """Return samples with the uncertainty that each has by itself; unchanged where it is not known for all."""
    if errors is None or given.uncertainty is None:
        return samples
    sigmas = [
        scan_relative_sigma(errors.chain, given.uncertainty, noise, misaligned=sample.misaligned)
        for noise, sample in zip(errors.noise, samples, strict=True)
    ]
    if any(sigma is None for sigma in sigmas):
        return samples
    return tuple(replace(sample, relative_sigma=sigma) for sample, sigma in zip(samples, sigmas, strict=True))


def with_budget(value: DoseValue, errors: ErrorChain | None, given: CycleInput) -> DoseValue:
    """Return a dose with its uncertainty, or with what is missing for one; unchanged where nothing is stated."""
    stated = given.uncertainty
    if stated is None:
        return value
    if errors is None:
        return replace(value, uncertainty_missing=(NOT_CORRECTED,))
    noise, through_fit = errors.noise_relative_sigma, value.fit.tia_relative_sigma
    missing = list(errors.chain.missing(stated))
    if noise is None:
        missing.append(NO_NOISE)
    elif through_fit is None:
        missing.append(NO_SCATTER)
    if errors.place_unknown:
        missing.append(NO_PLACE)
    if missing or noise is None or through_fit is None:
        return replace(value, uncertainty_missing=tuple(missing))
    parts = DoseParts(
        own_gy=value.mean_dose_gy,
        others_gy=max(0.0, value.best_gy - value.mean_dose_gy),
        tia_relative_sigma=through_fit,
        noise_relative_sigma=noise,
        misaligned_relative_sigma=errors.misaligned_relative_sigma,
    )
    budget = budget_of(errors.chain, stated, parts)
    return replace(value, budget=budget, sigma_gy=value.best_gy * budget.relative_sigma)


def _moved_to(name: str, sample: Sample, measured: Measured) -> bool:
    return any(scan.hours == sample.hours and name in scan.moved_here for scan in measured.scans)


def with_statistics(value: DoseValue, others: CrossDose | None) -> DoseValue:
    """Return a dose whose budget holds what chance leaves open in the dose from elsewhere; unchanged without one."""
    if value.budget is None or others is None or others.sigma_gy == 0:
        return value
    part = Contribution(name=STATISTICS, relative_sigma=others.sigma_gy / value.best_gy)
    budget = replace(value.budget, contributions=(*value.budget.contributions, part))
    return replace(value, budget=budget, sigma_gy=value.best_gy * budget.relative_sigma)


def _noise(region: str, sample: Sample, stated: UncertaintyInput) -> float | None:
    if sample.relative_sigma is not None:
        return sample.relative_sigma
    if stated.noise is None or not sample.uncorrected_mbq > 0:
        return None
    return stated.noise.of(region, sample.uncorrected_mbq)


def _chain(name: str, given: CycleInput, measured: Measured, mass_g: float) -> RegionChain:
    samples = measured.regions[name]
    scan = _scan_for(name, measured)
    if scan.recovery_curve is not None:
        return _chain_by_volume(name, given, samples, mass_g, scan.recovery_curve)
    assert scan.fwhm_mm is not None
    covered = measured.covered.get(name) if scan is measured.reference else None
    drawn = scan.regions[name]
    slope = recovery_slope(covered or covered_part(scan.activity, drawn), scan.fwhm_mm, drawn)
    sample = next(sample for sample in samples if sample.hours == scan.hours)
    recovery = slope.recovery if sample.recovery is None else sample.recovery
    return RegionChain(
        region=name,
        volume_ml=sum(s.volume_ml for s in samples) / len(samples),
        scans=len(samples),
        fwhm_mm=scan.fwhm_mm,
        recovery_by_fwhm=slope.by_fwhm,
        recovery_by_volume=slope.by_volume,
        solved_by_fwhm=slope.solved_by_fwhm,
        background=background_ratio(recovery, slope.recovery),
        mass_stated=name in given.stated_mass_g,
        dose_by_mass=_dose_by_mass(mass_g, given.nuclide.name),
    )


def _chain_by_volume(
    name: str, given: CycleInput, samples: tuple[Sample, ...], mass_g: float, curve: RecoveryByVolume
) -> RegionChain:
    """Return the chain of a region whose recovery is read off a curve; its surroundings are not solved for."""
    volume_ml = sum(s.volume_ml for s in samples) / len(samples)
    at = recovery_of_volume(curve, volume_ml, volume_relative_sigma=0.0, beyond_spheres=True)
    return RegionChain(
        region=name,
        volume_ml=volume_ml,
        scans=len(samples),
        fwhm_mm=None,
        recovery_by_fwhm=0.0,
        recovery_by_volume=curve.by_volume(volume_ml),
        solved_by_fwhm=0.0,
        background=0.0,
        mass_stated=name in given.stated_mass_g,
        dose_by_mass=_dose_by_mass(mass_g, given.nuclide.name),
        curve_relative_sigma=at.sigma / at.recovery,
    )


def _scan_for(name: str, measured: Measured) -> ScanInput:
    """Return the reference scan if it shows the region, else the first that does."""
    if name in measured.reference.regions:
        return measured.reference
    return next(scan for scan in measured.scans if name in scan.regions)


def _dose_by_mass(mass_g: float, nuclide: str) -> float:
    more, less = (mean_dose_gy(1.0, mass_g * (1 + step), nuclide=nuclide) for step in (STEP, -STEP))
    return log(more / less) / log((1 + STEP) / (1 - STEP))
