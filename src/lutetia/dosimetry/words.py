"""What does a reader have to know about the doses of a cycle, in words?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lutetia.dosimetry.input import CycleInput, ScanInput
from lutetia.dosimetry.organ.s_values import CrossOrganDose, SValues
from lutetia.dosimetry.result import TimeActivityFit
from lutetia.dosimetry.voxel import MonteCarloEngine, VoxelEngine
from lutetia.dosimetry.voxel_kinetics import LEAST_SCANS
from lutetia.quantification import decay_factor
from lutetia.reference.point_kernel import point_kernel
from lutetia.vocabulary.voxel_curves import VoxelCurves

SMALL_ML = 10.0
_CARRIED: Final[dict[VoxelCurves, str]] = {
    "of the region": "the reference scan times one curve per region, and one for everything outside them",
    "fitted": (
        "the integral of each region shared out by one exponential per voxel, drawn towards the region's kinetics "
        "where its counts are poor"
    ),
    "integrated": (
        "the integral of each region shared out by straight lines between the scans of each voxel, with the region's "
        "curve before the first and after the last"
    ),
}
"""What the map was made of, by the choice of curves."""


def assumptions(given: CycleInput, scans: Iterable[ScanInput]) -> list[str]:
    """Return what every dose of the cycle rests on."""
    nuclide = given.nuclide
    said = [
        (
            f"{nuclide.name}: half-life {nuclide.half_life_h / 24:.3f} d, {nuclide.electron_kev:g} keV of electrons "
            f"and {nuclide.photon_kev:g} keV of photons per decay ({nuclide.source.title.split(':')[0]})."
        ),
        (
            "Mean dose: time-integrated activity times the energy that a sphere of the region's mass absorbs from "
            "activity spread evenly in it, by mass; dose from outside the region is not in it."
        ),
    ]
    said += _recovery(given, scans)
    said += _map(given)
    said += _uncertainty(given)
    return said


def _recovery(given: CycleInput, scans: Iterable[ScanInput]) -> list[str]:
    shown = list(scans)
    if given.recovery == "by volume":
        curves = {scan.recovery_curve.name: scan.recovery_curve for scan in shown if scan.recovery_curve is not None}
        listed = " and ".join(
            f"{name or 'a calibration'}: {curve.smallest_ml:.3g} to {curve.largest_ml:.3g} mL"
            for name, curve in curves.items()
        )
        return [
            (
                f"Corrected activities: divided by the recovery of spheres of the region's volume ({listed}; Gear et "
                "al. 2018). Shape, neighbours and background are not solved for: it is meant for compact lesions of "
                "about these volumes, in surroundings as cold or warm as the phantom's; flat glands and organs lose "
                "more than a sphere."
            )
        ]
    if given.recovery == "none":
        return ["Recovery is not corrected because the site's file says so, whatever resolution is stated."]
    widths = sorted({scan.fwhm_mm for scan in shown if scan.fwhm_mm is not None})
    if not widths:
        return []
    return [
        (
            "Corrected activities: spill-out, neighbours and background solved for together from the contours and a "
            f"Gaussian resolution of {' and '.join(f'{w:g}' for w in widths)} mm, each region and its surroundings "
            "taken as uniform."
        )
    ]


def _map(given: CycleInput) -> list[str]:
    """Say what the dose map and the doses from it rest on, as far as the engine goes."""
    engine = given.engine
    if engine is None and given.s_values is not None:
        return ["No dose map is made.", s_values_used(given.s_values)]
    if engine is None:
        return ["No dose map is made, so no dose holds that from photons of other regions."]
    how = "of the region" if given.on_one_grid is None else given.voxel_curves
    carried = f"Dose map: {_CARRIED[how]}; it keeps the blur of the camera."
    if how != given.voxel_curves:
        carried += f" Curves of voxels were asked for; they need {LEAST_SCANS} scans, and this cycle has fewer."
    if not engine.transports_photons:
        return [
            f"{carried} Energy stays in the voxel where it was emitted; dose is energy per voxel mass.",
            "Photons are left out of the map, and no dose holds that from photons of other regions.",
        ]
    said = [
        (
            "Dose with cross-dose: the mean dose plus the dose from photons of all other activity in the field by the "
            "voxel engine; it is not read off the dose map, whose edges are blurred."
        )
    ]
    return [
        *said,
        f"{carried} {_spread(engine)}; dose is energy per voxel mass.",
        _left_out(engine, given.nuclide.name),
    ]


def kinetics_of_rest(curve: TimeActivityFit | None) -> list[str]:
    """Say where the kinetics outside all regions come from, if not from this cycle."""
    if curve is None or curve.model != "single time point, earlier cycle":
        return []
    return [
        (
            "Outside all regions the dose map takes the kinetics of an earlier cycle (effective half-life "
            f"{curve.effective_half_life_h:.3g} h), scaled to this cycle's scan."
        )
    ]


def s_values_used(table: SValues) -> str:
    """Say from where the dose of other organs is known."""
    return (
        f"Dose with cross-dose: the mean dose plus that from other organs by the S-values of {table.phantom} "
        f"({table.source}), not scaled to the patient. What lies outside all regions is not counted."
    )


def s_values_left_out(found: CrossOrganDose) -> list[str]:
    """Say which organs the table of S-values leaves out."""
    said = []
    if found.sources_missing:
        said.append(f"The S-values know nothing of {', '.join(found.sources_missing)}: what these give is not counted.")
    if found.pairs_missing:
        pairs = ", ".join(f"{source} to {target}" for source, target in found.pairs_missing)
        said.append(f"The S-values leave out {pairs}: not counted.")
    return said


def _spread(engine: VoxelEngine) -> str:
    if isinstance(engine, MonteCarloEngine):
        return (
            "Photons are followed through the tissues that the CT's densities stand for (Schneider 2000; metal and "
            "contrast medium count as tissue), electrons stop by density"
        )
    return "Energy spreads in uniform soft tissue; with a CT, a kernel's electrons stop by its densities"


def _left_out(engine: VoxelEngine, nuclide: str) -> str:
    if isinstance(engine, MonteCarloEngine):
        return "What leaves the field of the scan does not come back: beyond its edges nothing is scattered."
    return f"Of the kernel, {point_kernel(nuclide).dataset.beyond_range}."


def _uncertainty(given: CycleInput) -> list[str]:
    if given.uncertainty is None:
        return ["No uncertainty is stated with these doses."]
    return [
        (
            "Uncertainty: one standard uncertainty by the law of propagation (EANM guidance 2018) from the stated "
            f"uncertainties of calibration, {_of_recovery(given)}, contours, masses and noise, and from what alignment "
            "left where contours were moved, with what activity and mass share through the contour. Not in it: the "
            "choice of the curve, uneven uptake, an organ's shape, contours carried over without an alignment."
        )
    ]


def _of_recovery(given: CycleInput) -> str:
    return "the recovery curve" if given.recovery == "by volume" else "resolution"


def warnings(given: CycleInput, scans: Iterable[ScanInput]) -> list[str]:
    """Return what may be wrong with the whole cycle."""
    found = []
    shown = list(scans)
    if given.recovery == "by resolution" and any(scan.fwhm_mm is None for scan in shown):
        found.append(
            "No image resolution is stated: recovery is not corrected, and doses of small regions are too low; below "
            f"{SMALL_ML:g} mL they may be half the true dose or less."
        )
    if given.recovery == "none":
        found.append(
            "Recovery is not corrected by choice: doses of small regions are too low; below "
            f"{SMALL_ML:g} mL they may be half the true dose or less."
        )
    for scan in shown:
        total = scan.activity.total() * 1e-6
        there = given.given_mbq * decay_factor(scan.hours, given.nuclide.half_life_h)
        if total > there:
            found.append(
                f"The scan at {scan.hours:.1f} h shows {total:.0f} MBq in the field, more than the {there:.0f} MBq "
                "that decay leaves of the activity given; check calibration, decay state and activity given."
            )
    return found
