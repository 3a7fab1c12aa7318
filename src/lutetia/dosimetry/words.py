"""What does a reader have to know about the doses of a cycle, in words?"""

from __future__ import annotations

from collections.abc import Iterable

from lutetia.dosimetry.input import CycleInput, ScanInput
from lutetia.dosimetry.voxel import MonteCarloEngine, VoxelEngine
from lutetia.quantification import decay_factor
from lutetia.reference.point_kernel import point_kernel

SMALL_ML = 10.0


def assumptions(given: CycleInput, scans: Iterable[ScanInput]) -> list[str]:
    """Return what every dose of the cycle rests on."""
    nuclide = given.nuclide
    widths = sorted({scan.fwhm_mm for scan in scans if scan.fwhm_mm is not None})
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
    if widths:
        listed = " and ".join(f"{w:g}" for w in widths)
        said.append(
            f"Corrected activities: spill-out, neighbours and background solved for together from the contours and a "
            f"Gaussian resolution of {listed} mm, each region and its surroundings taken as uniform."
        )
    if given.engine is not None:
        said += [
            (
                "Kernel dose: the mean dose plus the dose from photons of all other activity in the field by the voxel "
                "engine; it is not read off the dose map, whose edges are blurred."
            ),
            (
                "Dose map: the reference scan times one curve per region, and one for everything outside them; it "
                f"keeps the blur of the camera. {_spread(given.engine)}; dose is energy per voxel mass."
            ),
            _left_out(given.engine, nuclide.name),
        ]
    said += _uncertainty(given)
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
            "uncertainties of calibration, resolution, contours, masses and noise, with what activity and mass share "
            "through the contour. Not in it: the choice of the curve, uneven uptake, misalignment, an organ's shape."
        )
    ]


def warnings(given: CycleInput, scans: Iterable[ScanInput]) -> list[str]:
    """Return what may be wrong with the whole cycle."""
    found = []
    shown = list(scans)
    if any(scan.fwhm_mm is None for scan in shown):
        found.append(
            "No image resolution is stated: recovery is not corrected, and doses of small regions are too low; below "
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
