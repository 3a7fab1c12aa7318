"""How do the regions of a cycle come to each of its scans?

Drawn on the scan itself, or moved from the scan that the course names, by the rigid motion between the two CT, or
between the two SPECT where one of them has no CT. Which it was stands in every result.
"""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING, Final

from lutetia.dosimetry.input import BODY
from lutetia.dosimetry.result import CycleDose, RegionDose
from lutetia.errors import InputError
from lutetia.quantification.alignment import Alignment, align
from lutetia.volume import Mask, moved_mask
from lutetia.workflow.progress import Tell, silently

if TYPE_CHECKING:
    from lutetia.workflow.dose.imaging import ReadScan

FAR_OFF_MM: Final = 5.0
"""Lutetia's choice: about half the width to which a SPECT resolves; from there on a region's own note says so."""
DRAWN_HERE: Final = "drawn on this scan"


def with_regions(scans: tuple[ReadScan, ...], tell: Tell = silently) -> tuple[ReadScan, ...]:
    """Move regions to the scans that take them from another one.

    Parameters
    ----------
    scans : tuple of ReadScan
        Of one cycle, in the order of the course.
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
        found.append(_moved(source, number, read, n))
    return tuple(found)


def aligned(source: ReadScan, target: ReadScan, where: str) -> Alignment:
    """Return how a scan lies to another: by CT where both have one, else by SPECT."""
    if source.ct is not None and target.ct is not None:
        return align(source.ct, target.ct, where=where)
    return align(source.given.activity, target.given.activity, where=where)


def _moved(source: ReadScan, number: int, target: ReadScan, n: int) -> ReadScan:
    where = f"alignment of scan {n} ({target.given.hours:.1f} h) with scan {number} ({source.given.hours:.1f} h)"
    alignment = aligned(source, target, where)
    frame = target.given.activity.geometry.frame_of_reference
    own = target.given.regions
    drawn: dict[str, Mask] = {name: mask for name, mask in source.given.regions.items() if name not in own}
    regions = {name: moved_mask(mask, alignment.motion, frame_of_reference=frame) for name, mask in drawn.items()}
    off = {name: alignment.region_residual_mm(mask) for name, mask in drawn.items() if name != BODY}
    given = replace(
        target.given,
        regions={**regions, **own},
        moved_here=frozenset(regions),
        residual_mm={name: mm for name in off if (mm := _off_mm(off[name], alignment)) is not None},
    )
    said = f"propagated from scan {number} by rigid {alignment.by} registration"
    note = f"Scan at {target.given.hours:.1f} h: regions {said}: {_in_words(alignment)}."
    return replace(
        target,
        given=given,
        notes=(*target.notes, note),
        alignment=alignment,
        regions_said=said,
        residuals_mm={name: mm for name, mm in off.items() if mm is not None},
        made={**{name: source.made[name] for name in regions if name in source.made}, **target.made},
    )


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
    return (
        f"{moved}turned {alignment.turned_degrees:.1f} degrees; residual {left.median_mm:.1f} mm in the median and "
        f"{left.high_mm:.1f} mm in the 90th percentile of {left.blocks} places; {trust}"
    )


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
        return scan.regions_said if made is None else f"{made}, {scan.regions_said}"
    return DRAWN_HERE if made is None else str(made)


def _with_residual(n: int, scan: ReadScan, region: str) -> str:
    if region not in scan.given.moved_here or scan.alignment is None:
        return f"scan {n}"
    mm = scan.residuals_mm.get(region)
    if mm is not None:
        return f"scan {n}, residual {mm:.1f} mm"
    return f"scan {n}, residual {scan.alignment.residual.median_mm:.1f} mm elsewhere, here not seen"
