"""What of a cycle's images is kept for those who take its result over: activities, regions, where they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lutetia.course import Scan
from lutetia.dosimetry.result import CycleDose
from lutetia.volume import Mask, Volume, parallel, resample_mask
from lutetia.workflow.imaging import ReadScan
from lutetia.workflow.made import Made

if TYPE_CHECKING:
    from lutetia.dicom.read import SeriesFiles


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeasuredScan:
    """One scan: its activity as it was then [Bq/mL], and how the course names its series."""

    scan: Scan
    hours: float
    offset_s: float
    activity: Volume = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeasuredCycle:
    """The images of one cycle.

    Attributes
    ----------
    cycle : int
    scans : tuple of MeasuredScan
        In the order of the course.
    reference : MeasuredScan
        The one whose grid carries the dose map.
    regions : tuple of Mask
        Of the reference scan, those with a row in the result; all on one grid.
    series : mapping of str to SeriesFiles
        All series of the course by their UID.
    made : mapping of str to Made
        Those of its regions that no person drew.
    """

    cycle: int
    scans: tuple[MeasuredScan, ...]
    reference: MeasuredScan
    regions: tuple[Mask, ...]
    series: Mapping[str, SeriesFiles] = field(repr=False)
    made: Mapping[str, Made] = field(default_factory=dict)


def kept_of(dose: CycleDose, scans: tuple[ReadScan, ...], series: Mapping[str, SeriesFiles]) -> MeasuredCycle:
    """Return what is kept of the scans of a cycle; CT and the contours of the other scans are let go."""
    kept = tuple(
        MeasuredScan(scan=read.scan, hours=read.given.hours, activity=read.given.activity, offset_s=_offset_s(read))
        for read in scans
    )
    grid = None if dose.dose_map is None else dose.dose_map.geometry
    shown = next((n for n, one in enumerate(kept) if one.activity.geometry is grid), 0)
    rows = {region.region for region in dose.regions}
    return MeasuredCycle(
        cycle=dose.cycle,
        scans=kept,
        reference=kept[shown],
        regions=_on_one_grid([_upright(mask, scans[shown]) for mask in scans[shown].masks if mask.name in rows]),
        series=series,
        made=scans[shown].made,
    )


def _offset_s(read: ReadScan) -> float:
    away = read.given.acquired_at.utcoffset()
    return 0.0 if away is None else away.total_seconds()


def _upright(mask: Mask, read: ReadScan) -> Mask:
    """Bring a region that was moved from another scan, and lies oblique, onto the grid of this scan's CT or SPECT."""
    if parallel(mask.geometry, read.given.activity.geometry):
        return mask
    grid = (read.given.activity if read.ct is None else read.ct).geometry
    return replace(resample_mask(mask, grid), name=mask.name)


def _on_one_grid(masks: list[Mask]) -> tuple[Mask, ...]:
    """Bring regions onto the grid of the first; they share it already unless they come from several objects."""
    if not masks:
        return ()
    grid = masks[0].geometry
    return tuple(
        mask if mask.geometry.matches(grid) else replace(resample_mask(mask, grid), name=mask.name) for mask in masks
    )
