"""Which voxels of a scan belong to each lesion, by the method that the centre chose?

A region is made only for a lesion that the course lists, from its contour or its point on the scan; it keeps the
lesion's id on every scan and in every cycle. Uptake above a fixed threshold that belongs to no lesion is told as a
proposal, and waits for a person to add it to the course.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from lutetia.course import Scan
from lutetia.errors import InputError
from lutetia.quantification.segmentation import (
    Method,
    ball,
    components,
    grow,
    hottest,
    seed_on,
    threshold_at,
    widened,
    without,
)
from lutetia.quantification.segmentation.growth import Grown
from lutetia.site.dosimetry import LesionRegions
from lutetia.vocabulary.region import ORGANS
from lutetia.volume import Mask, Volume
from lutetia.workflow.dose.made import Made

if TYPE_CHECKING:
    from lutetia.workflow.dose.imaging import ReadScan

MOST_PROPOSALS: Final = 99
TOLD_ONE_BY_ONE: Final = 5
"""So many proposals are kept, and told with their place in a note: the largest ones."""
ON_THE_IMAGE: Final = "its volume is that of the uptake as the camera blurs it"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LesionsMade:
    """What became of the lesions of one scan.

    Attributes
    ----------
    regions : mapping of str to Mask
        All regions of the scan, organs first; a lesion that could not be made is missing.
    made : mapping of str to Made
        How each lesion's region was made.
    notes : tuple of str
        What a reader has to know.
    method : Method
        By which it was done, with the organs that were there to be taken out.
    proposals : tuple of Mask
        ``proposal 1`` and so on: uptake above a fixed threshold that belongs to no lesion.
    """

    regions: Mapping[str, Mask]
    made: Mapping[str, Made] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    method: Method
    proposals: tuple[Mask, ...] = ()


def require_choice(scan: Scan, choice: LesionRegions | None) -> None:
    """Refuse points from which nobody chose how to make regions.

    Raises
    ------
    InputError
        If the scan has points and the centre's file no method.
    """
    if scan.lesion_points and choice is None:
        raise InputError(
            f"SPECT series {scan.series_uid}",
            f"it has points for {', '.join(sorted(scan.lesion_points))}, and no method makes regions of them",
            "add 'lesions' to dosimetry.yaml (docs/segmentation.md), or draw the lesions",
        )


def method_of(choice: LesionRegions, organs: Container[str]) -> Method:
    """Return the method of a centre's choice as it is stamped on regions of a scan on which these organs are known."""
    threshold, unit = None, "Bq/mL"
    excluded = tuple(code for code in choice.organs if code in organs)
    if choice.at_least is not None:
        threshold = choice.at_least.to("Bq/mL")
    elif choice.percent is not None:
        threshold, unit = choice.percent / 100, "1"
    return Method(
        name=choice.method,
        threshold=threshold,
        unit=unit,
        excluded=excluded,
        margin_mm=choice.margin.to("mm") if choice.margin is not None and excluded else 0.0,
        at_least_ml=choice.smallest.to("mL"),
        reach_mm=choice.reach.to("mm"),
        smoothing_fwhm_mm=None if choice.smoothing is None else choice.smoothing.to("mm"),
    )


def with_lesions(scans: tuple[ReadScan, ...], choice: LesionRegions, *, moved: bool) -> tuple[ReadScan, ...]:
    """Make the regions of lesions on the scans that have a contour or a point for them.

    Parameters
    ----------
    scans : tuple of ReadScan
        Of one cycle.
    choice : LesionRegions
    moved : bool
        Whether contours of other scans have been moved here already.
    """
    if moved != (choice.made_on == "each scan"):
        return scans
    return tuple(_with_lesions(read, choice) for read in scans)


def _with_lesions(read: ReadScan, choice: LesionRegions) -> ReadScan:
    given = read.given
    if read.scan.regions_from is not None and choice.made_on != "each scan" and not read.scan.lesion_points:
        return read  # its lesions come later, with the other regions
    found = made_lesions(given.activity, given.regions, read.scan, choice)
    notes = tuple(f"Scan at {given.hours:.1f} h: {note}" for note in found.notes)
    moved_here = given.moved_here - found.made.keys()
    return replace(
        read,
        given=replace(given, regions=found.regions, moved_here=moved_here),
        notes=(*read.notes, *notes),
        made={**read.made, **found.made},
    )


def made_lesions(activity: Volume, regions: Mapping[str, Mask], scan: Scan, choice: LesionRegions) -> LesionsMade:
    """Return the regions of a scan, its lesions made by a method.

    Parameters
    ----------
    activity : Volume
        As it was at the scan [Bq/mL].
    regions : mapping of str to Mask
        As drawn or moved, by organ code or lesion id.
    scan : Scan
        Its points.
    choice : LesionRegions

    Raises
    ------
    InputError
        If a point lies outside the image, or nothing is taken up where a lesion is marked.
    """
    organs = {name: mask for name, mask in regions.items() if name in ORGANS}
    method = method_of(choice, organs)
    seeds = {name: seed_on(mask, activity.geometry) for name, mask in regions.items() if name not in ORGANS}
    out = [replace(organs[code], name=code) for code in method.excluded]
    for name, point in scan.lesion_points.items():
        seeds[name] = _around(point, activity, name, out, method.margin_mm)
    grown = grow(
        activity,
        {name: replace(seed, name=name) for name, seed in seeds.items()},
        method=method,
        organs=out,
    )
    kept = {name: one.mask for name, one in grown.items() if _large_enough(one, method)}
    said = {name: _said(method, by_point=name in scan.lesion_points) for name in kept}
    notes = [note for name, one in grown.items() for note in _notes(name, one, method)]
    missing = [code for code in choice.organs if code not in organs]
    if missing and seeds:
        notes.append(f"lesions were not kept out of {', '.join(missing)}: no contour of it on this scan")
    proposals = _proposals(activity, grown, method, out)
    notes += _told(activity, proposals)
    return LesionsMade(regions={**organs, **kept}, made=said, notes=tuple(notes), method=method, proposals=proposals)


def _around(
    point: tuple[float, float, float], activity: Volume, name: str, organs: list[Mask], margin_mm: float
) -> Mask:
    """Return the ball around a point without the organs beside it; a point within an organ keeps its ball whole."""
    whole = ball(point, activity.geometry, name=name)
    beside = without(whole, organs, margin_mm=margin_mm).mask
    marked = ball(point, activity.geometry, name=name, radius_mm=0.0)
    return beside if (beside.voxels & marked.voxels).any() else whole


def _large_enough(one: Grown, method: Method) -> bool:
    return bool(one.mask.voxels.any()) and one.mask.volume_ml >= method.at_least_ml


def _said(method: Method, *, by_point: bool) -> Made:
    start = "a point" if by_point else "a contour"
    return Made(
        how=f"made on the image from {start}: {method}; {ON_THE_IMAGE}",
        by=f"Lutetia, {method.rule_in_words}",
        kind="edge" if method.name == "gradient" else "threshold",
    )


def _notes(name: str, one: Grown, method: Method) -> list[str]:
    if not one.mask.voxels.any():
        top = f"{one.maximum / 1000:.3g} kBq/mL"
        return [f"{name} is not measured: its hottest voxel holds {top}, below the threshold"]
    if one.mask.volume_ml < method.at_least_ml:
        return [f"{name} is not measured: {one.mask.volume_ml:.2g} mL, less than {method.at_least_ml:g} mL"]
    notes = []
    if one.at_edge:
        notes.append(f"{name} ends where it may not grow further (reach, an organ, another lesion): check its region")
    if one.hotter_beyond:
        notes.append(f"{name} holds a hotter voxel than its contour or point: check that it has not run into another")
    return notes


def _proposals(activity: Volume, grown: Mapping[str, Grown], method: Method, organs: list[Mask]) -> tuple[Mask, ...]:
    """Return what else lies above a fixed threshold, the largest first; it is no lesion until the course lists it."""
    if method.name != "fixed threshold" or method.threshold is None:
        return ()
    above = threshold_at(activity, at_least=method.threshold, unit=method.unit, name="proposal")
    others = [widened(one.mask, max(activity.geometry.spacing_mm)) for one in grown.values()]
    left = without(without(above, organs, margin_mm=method.margin_mm).mask, others).mask
    found = components(left, at_least_ml=method.at_least_ml)
    return tuple(replace(piece, name=f"proposal {n}") for n, piece in enumerate(found[:MOST_PROPOSALS], start=1))


def _told(activity: Volume, proposals: tuple[Mask, ...]) -> list[str]:
    if not proposals:
        return []
    places = []
    for piece in proposals[:TOLD_ONE_BY_ONE]:
        x, y, z = activity.geometry.to_patient(hottest(activity, piece))
        places.append(f"{piece.volume_ml:.3g} mL at ({x:.0f}, {y:.0f}, {z:.0f}) mm")
    rest = len(proposals) - TOLD_ONE_BY_ONE
    more = f" and {rest} smaller" if rest > 0 else ""
    said = f"above the threshold and in no lesion of the course: {'; '.join(places)}{more}"
    return [f"{said}. They are proposals, not lesions: a person lists them in the course, or leaves them out"]
