"""What of a cycle's images is kept for those who take its result over: activities, regions, where they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from lutetia.course import Scan
from lutetia.dosimetry.result import CycleDose
from lutetia.quantification import visible_fraction
from lutetia.volume import Deformation, Geometry, Mask, Rigid, Volume, parallel, resample_mask
from lutetia.workflow.dose.imaging import ReadScan
from lutetia.workflow.dose.made import Made

if TYPE_CHECKING:
    from lutetia.dicom.read import SeriesFiles


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Propagated:
    """How regions came to a scan from another one.

    Attributes
    ----------
    drawn_on : str
        SeriesInstanceUID of the scan on which they were drawn.
    motion : Rigid
        From the coordinates of that scan to those of this one.
    deformation : Deformation or None
        Where regions were deformed: it begins with ``motion``.
    said : mapping of str to object
        The motion and its checks, as :meth:`lutetia.quantification.alignment.Alignment.as_json` tells them.
    """

    drawn_on: str
    motion: Rigid
    deformation: Deformation | None
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeasuredScan:
    """One scan: its activity as it was then [Bq/mL], and how the course names its series.

    ``propagated`` says how regions came to it from another scan, where they did.
    """

    scan: Scan
    hours: float
    offset_s: float
    activity: Volume = field(repr=False)
    propagated: Propagated | None = None


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
        MeasuredScan(
            scan=read.scan,
            hours=read.given.hours,
            activity=read.given.activity,
            offset_s=_offset_s(read),
            propagated=_propagated(read),
        )
        for read in scans
    )
    grid = None if dose.dose_map is None else dose.dose_map.geometry
    shown = next((n for n, one in enumerate(kept) if one.activity.geometry is grid), 0)
    rows = {region.region for region in dose.regions}
    return MeasuredCycle(
        cycle=dose.cycle,
        scans=kept,
        reference=kept[shown],
        regions=on_one_grid(
            [_upright(mask, scans[shown]) for mask in scans[shown].masks if mask.name in rows], _whole(scans[shown])
        ),
        series=series,
        made=scans[shown].made,
    )


def _propagated(read: ReadScan) -> Propagated | None:
    """Return the motion without the two images that it was found from."""
    if read.alignment is None or read.scan.regions_from is None:
        return None
    volumes = {
        name: {"drawn_ml": one.drawn_ml, "change": one.change, "method": one.by.method}
        for name, one in read.moved_regions.items()
    }
    return Propagated(
        drawn_on=read.scan.regions_from,
        motion=read.alignment.motion,
        deformation=read.alignment.deformation,
        said={**read.alignment.as_json(), "regions": volumes},
    )


def _offset_s(read: ReadScan) -> float:
    away = read.given.acquired_at.utcoffset()
    return 0.0 if away is None else away.total_seconds()


def _upright(mask: Mask, read: ReadScan) -> Mask:
    """Bring a region that was moved from another scan, and lies oblique, onto the grid of this scan's CT or SPECT."""
    if parallel(mask.geometry, read.given.activity.geometry):
        return mask
    return replace(resample_mask(mask, _whole(read)), name=mask.name)


def _whole(read: ReadScan) -> Geometry:
    """Return the grid of a scan's CT, or of the SPECT where it has none."""
    return (read.given.activity if read.ct is None else read.ct).geometry


def on_one_grid(masks: list[Mask], wider: Geometry) -> tuple[Mask, ...]:
    """Bring regions onto one grid; they share it already unless they come from several objects.

    Parameters
    ----------
    masks : list of Mask
        In one frame of reference.
    wider : Geometry
        Taken where the grid of the first, as that of a segmentation that was cut to its regions, would cut another.
    """
    if not masks:
        return ()
    first = masks[0].geometry
    seen = all(visible_fraction(mask, first) == 1 for mask in masks if mask.voxels.any())
    grid = first if seen else wider
    return tuple(
        mask if mask.geometry.matches(grid) else replace(resample_mask(mask, grid), name=mask.name) for mask in masks
    )
