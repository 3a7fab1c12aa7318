"""What does a reader have to know about the doses of a cycle, in words?"""

from __future__ import annotations

from collections.abc import Iterable

from lutetia.dosimetry.input import CycleInput, ScanInput
from lutetia.dosimetry.voxel import KernelEngine
from lutetia.quantification import decay_factor
from lutetia.reference.point_kernel import point_kernel

SMALL_ML = 10.0


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
    if engine is None:
        return ["No dose map is made, so no dose holds that from photons of other regions."]
    carried = (
        "Dose map: the reference scan times one curve per region, and one for everything outside them; it keeps the "
        "blur of the camera."
    )
    if not engine.transports_photons:
        return [
            f"{carried} Energy stays in the voxel where it was emitted; dose is energy per voxel mass.",
            "Photons are left out of the map, and no dose holds that from photons of other regions.",
        ]
    said = [
        (
            "Kernel dose: the mean dose plus the dose from photons of all other activity in the field by the voxel "
            "engine; it is not read off the dose map, whose edges are blurred."
        )
    ]
    if not isinstance(engine, KernelEngine):
        return [*said, f"{carried} Dose is energy per voxel mass."]
    return [
        *said,
        f"{carried} Energy spreads in uniform soft tissue; dose is energy per voxel mass.",
        f"Of the kernel, {point_kernel(given.nuclide.name).dataset.beyond_range}.",
    ]


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
