"""How do the regions of a cycle come to each of its scans?

Drawn on the scan itself, or moved from the scan that the course names, by the motion between the two CT, or between the
two SPECT where one of them has no CT. Which it was, and whether rigid or deformable, stands in every result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING, Final

from lutetia.dosimetry.input import BODY
from lutetia.dosimetry.result import CycleDose, RegionDose
from lutetia.errors import InputError
from lutetia.quantification.alignment import Alignment
from lutetia.vocabulary.registration import Registration
from lutetia.volume import Mask
from lutetia.workflow.dose.registration import LARGEST_VOLUME_CHANGE, MovedRegion, aligned, moved_regions
from lutetia.workflow.progress import Tell, silently

if TYPE_CHECKING:
    from lutetia.workflow.dose.imaging import ReadScan

FAR_OFF_MM: Final = 5.0
"""Lutetia's choice: about half the width to which a SPECT resolves; from there on a region's own note says so."""
DRAWN_HERE: Final = "drawn on this scan"


def with_regions(
    scans: tuple[ReadScan, ...], registration: Registration = "rigid", tell: Tell = silently
) -> tuple[ReadScan, ...]:
    """Move regions to the scans that take them from another one.

    Parameters
    ----------
    scans : tuple of ReadScan
        Of one cycle, in the order of the course.
    registration : {"rigid", "deformable"}
    tell : Tell

    Raises
    ------
    InputError
        If the scan on which the regions were drawn is not among them.
    lutetia.errors.RefusedError
        If two scans cannot be aligned.
    """
    by_series = {read.scan.series_uid: (n, read) for n, read in enumerate(scans, start=1)}
    found = []
    for n, read in enumerate(scans, start=1):
        if read.scan.regions_from is None:
            found.append(replace(read, regions_said=_drawn(read, scans)))
            continue
        if read.scan.regions_from not in by_series:
            raise InputError(
                f"SPECT series {read.scan.series_uid}",
                "the scan from which it takes its regions is not known on that day",
                "ask for a day on which both were known, or draw the regions on this scan",
            )
        number, source = by_series[read.scan.regions_from]
        tell(f"aligning scan {n} with scan {number}", (n - 1) / len(scans))
        where = f"alignment of scan {n} ({read.given.hours:.1f} h) with scan {number} ({source.given.hours:.1f} h)"
        alignment, told = aligned(source, read, where, registration, tell)
        found.append(_moved(source, number, read, alignment, told))
    return tuple(found)


def _moved(source: ReadScan, number: int, target: ReadScan, alignment: Alignment, told: tuple[str, ...]) -> ReadScan:
    frame = target.given.activity.geometry.frame_of_reference
    own = target.given.regions
    drawn: dict[str, Mask] = {name: mask for name, mask in source.given.regions.items() if name not in own}
    regions = moved_regions(drawn, alignment, frame)
    off = {name: regions[name].by.region_residual_mm(mask) for name, mask in drawn.items() if name != BODY}
    given = replace(
        target.given,
        regions={**{name: one.mask for name, one in regions.items()}, **own},
        moved_here=frozenset(regions),
        residual_mm={name: mm for name in off if (mm := _off_mm(off[name], regions[name].by)) is not None},
        drawn_ml={name: one.drawn_ml for name, one in regions.items() if one.deformed},
    )
    said = _by(number, alignment)
    at = f"Scan at {target.given.hours:.1f} h: "
    notes = [f"regions {said}: {_in_words(alignment)}.", *told, *_kept_rigid(regions)]
    return replace(
        target,
        given=given,
        notes=(*target.notes, *(f"{at}{note}" for note in notes)),
        alignment=alignment,
        regions_said=said,
        rigidly_said="" if alignment.rigid is None else _by(number, alignment.rigid),
        residuals_mm={name: mm for name, mm in off.items() if mm is not None},
        moved_regions=regions,
        made={**{name: source.made[name] for name in regions if name in source.made}, **target.made},
    )


def _by(number: int, alignment: Alignment) -> str:
    return f"propagated from scan {number} by {alignment.method} {alignment.by} registration"


def _off_mm(own: float | None, alignment: Alignment) -> float | None:
    """Return how far a moved region lies off: as seen there, else the median elsewhere; None where nothing shows it."""
    if own is not None:
        return own
    return alignment.residual.median_mm if isfinite(alignment.residual.median_mm) else None


def _in_words(alignment: Alignment) -> str:
    left = alignment.residual
    same = alignment.images.source.values.geometry.frame_of_reference == alignment.images.target_frame
    moved = f"moved {alignment.shift_mm:.1f} mm and " if same else ""
    trust = "each SPECT is taken to lie on its own CT" if alignment.by == "CT" else "as far as SPECT shows it"
    if alignment.deformation is not None and alignment.check is not None:
        check = alignment.check
        moved = (
            f"parts displaced by up to {check.largest_mm:.0f} mm and changed in volume by factors from "
            f"{check.smallest_factor:.2f} to {check.largest_factor:.2f}, after the patient was {moved}"
        )
        trust = f"rigid left {check.rigid_residual.median_mm:.1f} and {check.rigid_residual.high_mm:.1f} mm; {trust}"
    return (
        f"{moved}turned {alignment.turned_degrees:.1f} degrees; residual {left.median_mm:.1f} mm in the median and "
        f"{left.high_mm:.1f} mm in the 90th percentile of {left.blocks} places; {trust}"
    )


def _kept_rigid(regions: Mapping[str, MovedRegion]) -> list[str]:
    """Say which regions the deformation would change too much."""
    return [
        f"{name} was moved rigidly: the deformation would change its volume by {_percent(one.change)}, and at most "
        f"{100 * LARGEST_VOLUME_CHANGE:g} % is taken."
        for name, one in regions.items()
        if one.change is not None and not one.deformed
    ]


def _drawn(read: ReadScan, scans: tuple[ReadScan, ...]) -> str:
    shared = [
        n
        for n, other in enumerate(scans, start=1)
        if other is not read and other.scan.structure_series_uid == read.scan.structure_series_uid
    ]
    if not shared:
        return DRAWN_HERE
    return "of one structure set for several scans of one frame of reference, not registered"


def with_region_policy(result: CycleDose, scans: tuple[ReadScan, ...]) -> CycleDose:
    """Return a result in which every region says how its contour came to each scan."""
    policy = tuple(replace(region, notes=(*region.notes, *_policy(region, scans))) for region in result.regions)
    return replace(result, regions=policy)


def _policy(region: RegionDose, scans: tuple[ReadScan, ...]) -> tuple[str, ...]:
    measured = {sample.hours for sample in region.samples}
    shown = [
        (n, scan)
        for n, scan in enumerate(scans, start=1)
        if region.region in scan.given.regions and scan.given.hours in measured
    ]
    groups: dict[str, list[str]] = {}
    for n, scan in shown:
        said = _came(region.region, scan)
        groups.setdefault(said, []).append(_with_residual(n, scan, region.region))
    if groups.keys() == {DRAWN_HERE}:
        return ("Contours: per time point.",) if len(shown) > 1 else ("Contours: drawn on the scan.",)
    parts = [f"{said} ({'; '.join(where)})" for said, where in groups.items()]
    seen = [mm for _, scan in shown if (mm := scan.residuals_mm.get(region.region)) is not None]
    far = [mm for mm in seen if mm > FAR_OFF_MM]
    warned = (
        (f"It still lies {max(far):.1f} mm off on a scan to which its contour was moved: draw it there.",)
        if far
        else ()
    )
    return (f"Contours: {', '.join(parts)}.", *warned)


def _came(region: str, scan: ReadScan) -> str:
    made = scan.made.get(region)
    if region in scan.given.moved_here or (scan.alignment is None and made is None):
        moved = scan.moved_regions.get(region)
        how = scan.regions_said if moved is None or moved.by is scan.alignment else scan.rigidly_said
        return how if made is None else f"{made}, {how}"
    return DRAWN_HERE if made is None else str(made)


def _with_residual(n: int, scan: ReadScan, region: str) -> str:
    if region not in scan.given.moved_here or scan.alignment is None:
        return f"scan {n}"
    mm = scan.residuals_mm.get(region)
    moved = scan.moved_regions.get(region)
    by = scan.alignment if moved is None else moved.by
    volume = "" if moved is None or moved.change is None or not moved.deformed else f", volume {_percent(moved.change)}"
    if mm is not None:
        return f"scan {n}, residual {mm:.1f} mm{volume}"
    return f"scan {n}, residual {by.residual.median_mm:.1f} mm elsewhere, here not seen{volume}"


def _percent(change: float) -> str:
    return f"{100 * change:+.1f} %"
