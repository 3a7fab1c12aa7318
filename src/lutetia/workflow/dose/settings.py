"""How do the centre's choices, and those of the course, reach the calculation of one cycle?

A course's own line comes first, then the site's file, then its preset, then Lutetia's choice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from lutetia.course import Course, Cycle
from lutetia.dosimetry.input import ScanInput
from lutetia.dosimetry.monte_carlo.cuda import require_device
from lutetia.dosimetry.organ.s_values import SValues
from lutetia.dosimetry.result import FitModel
from lutetia.dosimetry.time_activity import PopulationHalfLife, published
from lutetia.dosimetry.uncertainty import Contour, CountNoise, StatedNoise, UncertaintyInput
from lutetia.dosimetry.voxel import KernelEngine, LocalEngine, MonteCarloEngine, VoxelEngine
from lutetia.errors import InputError
from lutetia.provenance import Source
from lutetia.quantification import RecoveryByVolume
from lutetia.reference.nuclide import Nuclide
from lutetia.reference.radiobiology import Repair
from lutetia.reference.tissue import ORGAN_DENSITY_G_ML
from lutetia.site import Calibration, Choice, CurveChoice, DosimetrySettings, Site, choices_of
from lutetia.site.dosimetry import (
    CITED_TISSUES,
    DeclaredContour,
    DeclaredNoise,
    DeclaredUncertainty,
    MonteCarloChoice,
    RepairChoice,
)
from lutetia.vocabulary.recovery import RecoveryMethod
from lutetia.vocabulary.region import ORGANS, REMAINDER, key_label, keys_of
from lutetia.vocabulary.voxel_curves import VoxelCurves
from lutetia.workflow.calibration.file import curve_of
from lutetia.workflow.dose.imaging import ReadScan
from lutetia.workflow.progress import Tell, silently


@dataclass(frozen=True, slots=True)
class CentreChoices:
    """What a centre chose, ready to be asked region by region; without a site everything is Lutetia's choice."""

    settings: DosimetrySettings

    @classmethod
    def of(cls, site: Site | None) -> CentreChoices:
        """Return the choices of a site, or of none."""
        return cls(DosimetrySettings() if site is None else site.dosimetry)

    def models(self, cycle: Cycle, regions: Iterable[str]) -> dict[str, FitModel]:
        """Return the methods asked for by name in a cycle; where nothing stands the samples decide."""
        asked = {region: self._curve(region).method for region in (*regions, REMAINDER)} | dict(cycle.curves)
        return {region: method for region, method in asked.items() if method != "automatic"}

    def half_lives(self, regions: Iterable[str]) -> dict[str, PopulationHalfLife]:
        """Return the half-life of other patients for each region that has one."""
        found = {region: self._half_life(region) for region in (*regions, REMAINDER)}
        return {region: half_life for region, half_life in found.items() if half_life is not None}

    def _curve(self, region: str) -> CurveChoice:
        stated = self.settings.of_region("curves", region)
        return CurveChoice(method="automatic") if stated is None else stated.value

    def _half_life(self, region: str) -> PopulationHalfLife | None:
        if self._curve(region).half_life == "published":
            return published(region)
        stated = self.settings.of_region("population_half_lives", region)
        if stated is None:
            return None
        own = stated.value
        known = None if own.lowest_hours is None else (own.lowest_hours, own.highest_hours)
        return PopulationHalfLife(effective_h=own.hours, source=own.source, relative_sd=own.relative_sd, range_h=known)

    def densities_g_ml(self, regions: Iterable[str]) -> dict[str, float]:
        """Return the density stated for each region, or the published one where the centre takes that [g/mL]."""
        of_organ = ORGAN_DENSITY_G_ML if self.settings.chosen("density").value == "organ" else {}
        found: dict[str, float] = {}
        for region in regions:
            stated = self.settings.of_region("tissue_densities", region)
            if stated is not None:
                found[region] = stated.value.value
            elif region in of_organ:
                found[region] = of_organ[region]
        return found

    @property
    def density_elsewhere_g_ml(self) -> float | None:
        """The density for regions that have none otherwise [g/mL]."""
        stated = self.settings.chosen("density_elsewhere").value
        return None if stated is None else float(stated.value)

    def repair(self, regions: Iterable[str]) -> dict[str, Repair]:
        """Return the parameters of BED that the centre names."""
        found = ((region, self.settings.of_region("repair", region)) for region in regions)
        return {region: _repair(stated.value, stated.key) for region, stated in found if stated is not None}

    def engine(self, nuclide: Nuclide, tell: Tell = silently) -> VoxelEngine | None:
        """Return the voxel engine; one that takes its time tells how far it is."""
        chosen = self.settings.chosen("engine").value
        if chosen == "none":
            return None
        if chosen == "monte_carlo":
            asked: MonteCarloChoice = self.settings.chosen("monte_carlo").value
            return MonteCarloEngine(
                nuclide=nuclide.name,
                relative_sigma=asked.relative_sigma,
                seed=asked.seed,
                device=asked.device,
                report=partial(tell, "following photons"),
            )
        return LocalEngine(nuclide) if chosen == "local" else KernelEngine(nuclide.name)

    def require_device(self) -> None:
        """Refuse, before anything is read, a device for Monte Carlo that is not there.

        Raises
        ------
        InputError
            If a CUDA device is asked for, and there is none.
        """
        followed = self.settings.chosen("engine").value == "monte_carlo"
        if followed and self.settings.chosen("monte_carlo").value.device == "cuda":
            require_device()

    def scans(self, scans: Sequence[ReadScan]) -> tuple[ScanInput, ...]:
        """Return the scans as they go into the calculation, each with what its recovery is to come from.

        Raises
        ------
        InputError
            If recovery by volume is asked for, and the calibration of a scan holds no curve.
        """
        if self.recovery == "none":
            return tuple(replace(scan.given, fwhm_mm=None) for scan in scans)
        if self.recovery == "by volume":
            return tuple(replace(scan.given, fwhm_mm=None, recovery_curve=_curve_for(scan)) for scan in scans)
        return tuple(scan.given for scan in scans)

    @property
    def voxel_curves(self) -> VoxelCurves:
        """How decays are spread within a region of the dose map."""
        found: VoxelCurves = self.settings.chosen("voxel_curves").value
        return found

    @property
    def recovery(self) -> RecoveryMethod:
        """How the activity that is lost over an edge is given back."""
        chosen: RecoveryMethod = self.settings.chosen("recovery").value
        return chosen

    def reference_scan(self, scans: Sequence[ReadScan]) -> int:
        """Return which scan carries the dose map."""
        wanted_h = self.settings.chosen("reference_scan").value.to("h")
        return min(range(len(scans)), key=lambda n: abs(scans[n].given.hours - wanted_h))

    def uncertainty(self, scans: Sequence[ReadScan], regions: Iterable[str]) -> UncertaintyInput | None:
        """Return what is declared of the errors of a cycle; None where the centre declares nothing."""
        declared: DeclaredUncertainty | None = self.settings.chosen("uncertainty").value
        if declared is None:
            return None
        regions = tuple(regions)
        name, sigma = _sensitivity(declared, scans)
        return UncertaintyInput(
            calibration=name,
            calibration_relative_sigma=sigma,
            fwhm_sigma_mm=None if declared.resolution is None else declared.resolution.sigma.to("mm"),
            contour_of={
                region: _contour(stated, moved=any(region in scan.given.moved_here for scan in scans))
                for region in regions
                if (stated := _first(declared.contours, region)) is not None
            },
            density_relative_sigma=None if declared.density is None else declared.density.relative_sigma,
            mass_relative_sigma=None if declared.mass is None else declared.mass.relative_sigma,
            noise=None if declared.noise is None else _noise(declared.noise, scans, regions),
        )

    @property
    def uses_earlier_cycles(self) -> bool:
        """Whether a region's curve in an earlier cycle may stand in for one scan."""
        return bool(self.settings.chosen("earlier_cycles").value == "used")


def s_values_of(site: Site | None) -> SValues | None:
    """Return the centre's S-values, where it states any."""
    stated = None if site is None else site.s_values
    if stated is None:
        return None
    return SValues(phantom=stated.phantom, source=stated.source, mgy_per_mbq_s=stated.values)


def references_shown(site: Site | None) -> bool:
    """Tell whether doses quoted for organs are shown beside the sums over cycles."""
    return bool(CentreChoices.of(site).settings.chosen("references").value == "shown")


def listed(course: Course, site: Site | None, calibrations: Iterable[Calibration]) -> tuple[Choice, ...]:
    """Return every choice of a run for the page: the course's, the site's, the calibrations', Lutetia's."""
    sites = {lesion.id: f"{lesion.id} {lesion.site}" for lesion in course.lesions.entries}
    own = tuple(
        Choice(
            what=f"curve, cycle {cycle.number}: {ORGANS.get(region) or sites.get(region, region)}",
            value=method,
            whose="the course's",
        )
        for cycle in course.cycles
        for region, method in cycle.curves.items()
    )
    used = {calibration.id: calibration for calibration in calibrations}
    measured = tuple(
        Choice(
            what="uncertainty: sensitivity",
            value=f"{100 * one.sensitivity.relative_sigma:.2g} %",
            whose="the calibration's",
            source=one.id,
        )
        for one in used.values()
    )
    curves = (
        tuple(_curve_choice(one) for one in used.values()) if CentreChoices.of(site).recovery == "by volume" else ()
    )
    return (*own, *choices_of(CentreChoices.of(site).settings), *_s_values(site), *measured, *curves)


def _s_values(site: Site | None) -> tuple[Choice, ...]:
    stated = None if site is None else site.s_values
    if stated is None:
        return ()
    value = f"S-values of {stated.phantom}, where no voxel engine runs"
    return (
        Choice(
            what="dose from other organs", value=value, whose="the site's", source=f"{stated.source}; {stated.licence}"
        ),
    )


def _curve_choice(calibration: Calibration) -> Choice:
    stated = calibration.recovery
    assert stated is not None
    return Choice(
        what="recovery: by volume",
        value=f"1 - 1/(1 + (V/b)^a), a = {stated.a:.3g}, b = {stated.b_ml:.3g} mL, spheres of {stated.smallest_ml:g} "
        f"to {stated.largest_ml:g} mL",
        whose="the calibration's",
        source=f"{calibration.id}: {stated.source}",
    )


def _repair(choice: RepairChoice, key: str) -> Repair:
    if choice.tissue is not None:
        return CITED_TISSUES[choice.tissue]
    assert choice.alpha_beta_gy is not None
    assert choice.repair_half_life_h is not None
    assert choice.source is not None
    assert choice.year is not None
    return Repair(
        tissue=key_label(key).lower(),
        alpha_beta_gy=choice.alpha_beta_gy,
        repair_half_life_h=choice.repair_half_life_h,
        source=Source(title=choice.source, year=choice.year, identifier="stated by the site"),
        note="stated by the site",
    )


def _curve_for(scan: ReadScan) -> RecoveryByVolume:
    found = None if scan.calibration is None else curve_of(scan.calibration)
    if found is None:
        whose = "no calibration of its camera" if scan.calibration is None else f"no part of {scan.calibration.id}"
        raise InputError(
            "dosimetry.yaml, recovery",
            f"'by volume' is asked for, and {whose} holds a recovery curve for the scan at {scan.given.hours:.1f} h",
            "measure spheres and give them to 'lutetia calibrate --spheres', or write 'recovery: by resolution'",
            "a recovery by volume belongs to the camera and reconstruction that its spheres were measured with",
        )
    return found


def _sensitivity(declared: DeclaredUncertainty, scans: Sequence[ReadScan]) -> tuple[str, float | None]:
    """Return the calibration's name and its uncertainty; the largest where the scans of a cycle had several."""
    used = {scan.counted_with.id: scan.counted_with for scan in scans if scan.counted_with is not None}
    sigmas = [one.sensitivity.relative_sigma for one in used.values()]
    if any(scan.counted_with is None for scan in scans):
        if declared.sensitivity is None:
            return "", None
        sigmas.append(declared.sensitivity.relative_sigma)
    return " and ".join(sorted(used)) or "images in Bq/mL", max(sigmas)


def _first(table: dict[str, Any], region: str) -> Any:
    return next((table[key] for key in keys_of(region) if key in table), None)


def _contour(stated: DeclaredContour, *, moved: bool) -> Contour:
    """Return how well a contour is known; one that was moved to another scan was not drawn there anew."""
    return Contour(
        drawn="per cycle" if moved and stated.drawn == "per scan" else stated.drawn,
        voxel_mm=None if stated.voxel is None else stated.voxel.to("mm"),
        fwhm_mm=None if stated.fwhm is None else stated.fwhm.to("mm"),
        volume_relative_sigma=stated.volume_relative_sigma,
    )


def _noise(stated: DeclaredNoise, scans: Sequence[ReadScan], regions: Sequence[str]) -> StatedNoise | CountNoise | None:
    by_region = {
        region: stated.by_region[key]
        for region in regions
        if (key := next((key for key in keys_of(region) if key in stated.by_region), None)) is not None
    }
    if stated.relative_sigma is not None:
        return StatedNoise(relative_sigma=stated.relative_sigma, by_region=by_region)
    assert stated.variance_factor is not None
    found = [(scan.counted_with, scan.duration_s) for scan in scans]
    counted = [
        (one.system_cps_per_mbq, duration) for one, duration in found if one is not None and duration is not None
    ]
    if len(counted) < len(found):
        return None
    fewest = min(counted, key=lambda pair: pair[0] * pair[1])
    return CountNoise(
        cps_per_mbq=fewest[0], duration_s=fewest[1], variance_factor=stated.variance_factor, by_region=by_region
    )
