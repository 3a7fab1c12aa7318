"""What was measured in each region at each time of the cycle?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from lutetia.dosimetry.input import BODY, CycleInput, ScanInput
from lutetia.dosimetry.misalignment import misaligned
from lutetia.dosimetry.result import Sample
from lutetia.errors import InputError
from lutetia.quantification import (
    CUT_OFF_BELOW,
    RecoveryByVolume,
    RegionActivity,
    covered_part,
    measure_together,
    recovery_of_volume,
    visible_fraction,
)
from lutetia.volume import Coverage


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured:
    """All samples of a cycle.

    Attributes
    ----------
    scans : tuple of ScanInput
        In the order of time, without the regions that are cut off by the edge of the image.
    regions : mapping of str to tuple of Sample
    remainder : tuple of Sample
        What lies outside all regions, on scans that show the same regions as the reference.
    reference : ScanInput
    covered : mapping of str to Coverage
        The reference scan's regions on its grid.
    warnings : tuple of str
    """

    scans: tuple[ScanInput, ...]
    regions: Mapping[str, tuple[Sample, ...]]
    remainder: tuple[Sample, ...]
    reference: ScanInput
    covered: Mapping[str, Coverage]
    warnings: tuple[str, ...]


def measure_cycle(given: CycleInput) -> Measured:
    """Measure every region on every scan that shows it.

    Raises
    ------
    InputError
        If there is no scan or no region.
    """
    if not given.scans:
        raise InputError(f"cycle {given.cycle}", "it has no scan", "name the series of its SPECT in the course")
    warnings: list[str] = []
    pairs = [(scan, _shown(scan, warnings)) for scan in given.scans]
    if given.reference_scan is None:
        reference = min((shown for _, shown in pairs), key=lambda scan: abs(scan.hours - 24.0))
    else:
        reference = pairs[given.reference_scan][1]
    scans = tuple(sorted((shown for _, shown in pairs), key=lambda scan: scan.hours))
    samples: dict[str, list[Sample]] = {}
    remainder = []
    covered: Mapping[str, Coverage] = {}
    for scan in scans:
        parts = {n: covered_part(scan.activity, mask) for n, mask in scan.regions.items() if n != BODY}
        if scan is reference:
            covered = parts
        inside = _measure(scan, parts)
        for name, sample in inside.items():
            samples.setdefault(name, []).append(sample)
        if scan.regions.keys() == reference.regions.keys():
            remainder.append(_remainder(scan, parts))
    if not samples:
        raise InputError(
            f"cycle {given.cycle}",
            f"every region lies outside its scans ({warnings[0].partition(';')[0]})"
            if warnings
            else "no region lies within any scan",
            "check that the contours belong to these images and their frame of reference"
            if warnings
            else "map contour names to organs or lesions in the course",
        )
    return Measured(
        scans=scans,
        regions={name: tuple(of_region) for name, of_region in samples.items()},
        remainder=tuple(remainder),
        reference=reference,
        covered=covered,
        warnings=tuple(warnings),
    )


def _shown(scan: ScanInput, warnings: list[str]) -> ScanInput:
    """Leave out regions of which more than 1 % lies outside the image."""
    whole = {}
    for name, mask in scan.regions.items():
        visible = visible_fraction(mask, scan.activity.geometry)
        if name == BODY or visible >= CUT_OFF_BELOW:
            whole[name] = mask
        else:
            warnings.append(
                f"{name}: {1 - visible:.0%} of it lies outside the scan at {scan.hours:.1f} h, which is left out for "
                "it; draw it within the field, or check that the contours belong to these images."
            )
    return replace(scan, regions=whole)


def _measure(scan: ScanInput, covered: Mapping[str, Coverage]) -> dict[str, Sample]:
    found = measure_together(
        scan.activity, scan.regions, fwhm_mm=_width_mm(scan), body=scan.regions.get(BODY), covered=covered
    )
    if scan.recovery_curve is not None:
        found = {name: _by_volume(activity, scan.recovery_curve) for name, activity in found.items()}
    return {
        name: Sample(
            hours=scan.hours,
            acquired_at=scan.acquired_at,
            volume_ml=activity.volume_ml,
            uncorrected_mbq=activity.uncorrected_mbq,
            recovery=activity.recovery,
            simple_recovery=activity.simple_recovery,
            relative_sigma=scan.relative_sigma,
            misaligned=_misaligned(scan, name, covered[name]),
        )
        for name, activity in found.items()
    }


def _width_mm(scan: ScanInput) -> float | None:
    return None if scan.recovery_curve is not None else scan.fwhm_mm


def _by_volume(activity: RegionActivity, curve: RecoveryByVolume) -> RegionActivity:
    """Return a region with the recovery of its volume; beyond the spheres the curve is continued, and that is told."""
    at = recovery_of_volume(curve, activity.volume_ml, volume_relative_sigma=0.0, beyond_spheres=True)
    return replace(activity, recovery=at.recovery, simple_recovery=at.recovery)


def _misaligned(scan: ScanInput, name: str, covered: Coverage) -> float | None:
    if name not in scan.moved_here or name not in scan.residual_mm:
        return None
    return misaligned(scan.activity, scan.regions[name], covered, scan.residual_mm[name])


def _remainder(scan: ScanInput, covered: Mapping[str, Coverage]) -> Sample:
    """Return what lies outside all regions; where regions overlap nothing is taken off twice."""
    free = np.ones(scan.activity.geometry.shape, dtype=np.float32)
    for part in covered.values():
        free = np.minimum(free, 1 - part.fractions)
    ml = scan.activity.geometry.voxel_ml
    return Sample(
        hours=scan.hours,
        acquired_at=scan.acquired_at,
        volume_ml=float(free.sum(dtype=np.float64)) * ml,
        uncorrected_mbq=float(np.sum(free * scan.activity.values, dtype=np.float64)) * ml * 1e-6,
        recovery=None,
        relative_sigma=scan.relative_sigma,
    )
