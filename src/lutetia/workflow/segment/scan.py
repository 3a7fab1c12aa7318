"""Which regions does a method give on one scan of a course, before any dose is computed from them?

Lesions of the course, proposals, and organs that a program found; as a table, a picture and DICOM segmentations that
may be named in the course afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from lutetia.course import Cycle
from lutetia.dosimetry.input import BODY
from lutetia.errors import InputError
from lutetia.quantification.segmentation import hottest, seed_on
from lutetia.site.dosimetry import LesionRegions
from lutetia.vocabulary.region import ORGANS
from lutetia.volume import Mask, Volume
from lutetia.workflow.dose.alignment import with_regions
from lutetia.workflow.dose.cycles import nuclide_of
from lutetia.workflow.dose.imaging import ReadScan, lesion_choice, scans_of, series_in
from lutetia.workflow.dose.lesion_regions import LesionsMade, made_lesions
from lutetia.workflow.dose.made import Made
from lutetia.workflow.dose.registration import registration_of
from lutetia.workflow.dose.settings import CentreChoices
from lutetia.workflow.image_schema import SEGMENT_FORMAT
from lutetia.workflow.progress import Tell, silently
from lutetia.workflow.record.opened import Opened, open_all
from lutetia.workflow.segment.organs import ORGANS_SEEN, OrgansSeen, organs_on_ct

if TYPE_CHECKING:
    from lutetia.dicom.read import SeriesFiles

What = Literal["lesion", "proposal", "organ"]
AS_DRAWN = "as drawn"
NO_METHOD = "regions of lesions are taken as drawn, and no other method was asked for"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganRequest:
    """That organs are to be found on the CT, with whose weights and on which device."""

    weights: Path
    organs: tuple[str, ...] = ORGANS_SEEN
    device: Literal["gpu", "cpu", "mps"] = "gpu"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionFound:
    """One region, and what is in it.

    Attributes
    ----------
    region : str
        Lesion id, organ code, or ``proposal 1`` and so on.
    what : {"lesion", "proposal", "organ"}
    volume_ml : float
    mean_bq_ml, max_bq_ml : float or None
        On the image as it is, not corrected for recovery [Bq/mL]; None where the region lies outside it.
    hottest_mm : tuple of float or None
        Patient coordinates (x, y, z) of the hottest voxel [mm]; a proposal becomes a lesion by this point.
    made : str
        How it came about.
    """

    region: str
    what: What
    volume_ml: float
    mean_bq_ml: float | None
    max_bq_ml: float | None
    hottest_mm: tuple[float, float, float] | None
    made: str

    @property
    def activity_mbq(self) -> float | None:
        """Activity inside it, not corrected for recovery [MBq]."""
        return None if self.mean_bq_ml is None else self.mean_bq_ml * self.volume_ml * 1e-6

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "region": self.region,
            "what": self.what,
            "volume_ml": self.volume_ml,
            "mean_bq_ml": self.mean_bq_ml,
            "max_bq_ml": self.max_bq_ml,
            "activity_mbq": self.activity_mbq,
            "hottest_mm": None if self.hottest_mm is None else list(self.hottest_mm),
            "made": self.made,
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Segmented:
    """The regions of one scan.

    Attributes
    ----------
    rows : tuple of RegionFound
        Lesions, proposals, organs.
    masks : mapping of str to mapping of str to Mask
        ``lesion``, ``proposal`` and ``organ``, each by name; organs lie on the grid on which they were drawn or found.
    made : mapping of str to Made
        Those that no person drew.
    """

    course: str
    synthetic: bool
    cycle: int
    scan: int
    hours: float
    method: str
    rows: tuple[RegionFound, ...]
    notes: tuple[str, ...]
    masks: Mapping[What, Mapping[str, Mask]] = field(repr=False)
    made: Mapping[str, Made] = field(repr=False)
    read: ReadScan = field(repr=False)
    series: Mapping[str, SeriesFiles] = field(repr=False)
    opened: Opened = field(repr=False)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values; :func:`lutetia.workflow.image_schema.segment_schema` is their shape."""
        return {
            "format": SEGMENT_FORMAT,
            "course": self.course,
            "synthetic": self.synthetic,
            "cycle": self.cycle,
            "scan": self.scan,
            "hours": self.hours,
            "method": self.method,
            "regions": [row.as_json() for row in self.rows],
            "notes": list(self.notes),
        }


def segment_course(
    course_path: Path,
    *,
    site_path: Path | None,
    known_on: date,
    cycle: int | None = None,
    scan: int | None = None,
    choice: LesionRegions | None = None,
    organs: OrganRequest | None = None,
    tell: Tell = silently,
) -> Segmented:
    """Return the regions of one scan.

    Parameters
    ----------
    course_path, site_path : Path
        See :func:`lutetia.workflow.record.opened.open_all`.
    known_on : date
    cycle : int, optional
        The only one with images where it is not named.
    scan : int, optional
        Its place in the cycle, from 1; else the one that would carry the dose map.
    choice : LesionRegions, optional
        In place of the centre's.
    organs : OrganRequest, optional
        Organs that were drawn are kept as drawn.
    tell : Tell

    Raises
    ------
    InputError
        If the cycle or scan is not there, a CT is missing for organs, or anything about the images is wrong.
    """
    opened = open_all(course_path, site_path)
    chosen_cycle = _cycle(opened, known_on, cycle)
    series = series_in(opened.folder, tell)
    drawn = scans_of(opened, chosen_cycle, nuclide_of(chosen_cycle), series, tell)
    scans = with_regions(drawn, registration_of(opened.site), tell)
    number = _scan(opened, scans, scan)
    read = scans[number - 1]
    found_organs = _organs(read, organs, tell)
    new = {code: mask for code, mask in found_organs.masks.items() if code not in read.given.regions}
    regions = {**read.given.regions, **new}
    choice = choice or lesion_choice(opened)
    found = None if choice is None else made_lesions(read.given.activity, regions, read.scan, choice)
    made = {**{code: found_organs.made[code] for code in new}, **read.made, **(found.made if found else {})}
    method = NO_METHOD if found is None else str(found.method)
    masks = _masks(regions, found)
    rows = tuple(
        _row(name, what, mask, read.given.activity, method if what == "proposal" else str(made.get(name, AS_DRAWN)))
        for what, part in masks.items()
        for name, mask in part.items()
    )
    return Segmented(
        course=opened.course.id,
        synthetic=opened.course.synthetic,
        cycle=chosen_cycle.number,
        scan=number,
        hours=read.given.hours,
        method=method,
        rows=rows,
        notes=(*read.notes, *(found.notes if found else ()), *found_organs.notes),
        masks=masks,
        made=made,
        read=read,
        series=series,
        opened=opened,
    )


def _cycle(opened: Opened, known_on: date, number: int | None) -> Cycle:
    known = [cycle for cycle in opened.course.as_known(known_on).cycles if cycle.scans]
    found = [cycle for cycle in known if number in {None, cycle.number}]
    numbers = ", ".join(str(cycle.number) for cycle in known) or "none"
    if not found:
        raise InputError("course.yaml", "the cycle asked for has no scans", f"cycles with scans: {numbers}")
    if len(found) > 1:
        raise InputError("course.yaml", f"cycles {numbers} have scans", "say which one with --cycle")
    return found[0]


def _scan(opened: Opened, scans: Sequence[ReadScan], number: int | None) -> int:
    if number is None:
        return CentreChoices.of(opened.site).reference_scan(scans) + 1
    if not 1 <= number <= len(scans):
        raise InputError("--scan", f"there is no scan {number}", f"the cycle has scans 1 to {len(scans)}")
    return number


def _organs(read: ReadScan, organs: OrganRequest | None, tell: Tell) -> OrgansSeen:
    if organs is None:
        return OrgansSeen(masks={}, made={}, notes=())
    if read.ct is None:
        raise InputError(
            f"SPECT series {read.scan.series_uid}",
            "organs are to be found on its CT, and it has none",
            "name the CT of this scan (ct_series_uid) in course.yaml",
        )
    return organs_on_ct(read.ct, weights=organs.weights, organs=organs.organs, device=organs.device, tell=tell)


def _masks(regions: Mapping[str, Mask], found: LesionsMade | None) -> dict[What, dict[str, Mask]]:
    """Return lesions, proposals and organs, in this order, each under its own name."""
    of_lesions = regions if found is None else found.regions
    parts: dict[What, dict[str, Mask]] = {
        "lesion": {name: mask for name, mask in of_lesions.items() if name not in ORGANS},
        "proposal": {} if found is None else {mask.name: mask for mask in found.proposals},
        "organ": {name: mask for name, mask in regions.items() if name in ORGANS and name != BODY},
    }
    return {what: {name: replace(mask, name=name) for name, mask in part.items()} for what, part in parts.items()}


def _row(name: str, what: What, mask: Mask, activity: Volume, made: str) -> RegionFound:
    on_image = mask if mask.geometry.matches(activity.geometry) else seed_on(mask, activity.geometry)
    values = activity.values[on_image.voxels]
    place = None
    if values.size and values.max() > 0:
        x, y, z = activity.geometry.to_patient(hottest(activity, on_image))
        place = (round(float(x), 1), round(float(y), 1), round(float(z), 1))
    return RegionFound(
        region=name,
        what=what,
        volume_ml=mask.volume_ml,
        mean_bq_ml=float(values.mean(dtype="float64")) if values.size else None,
        max_bq_ml=float(values.max()) if values.size else None,
        hottest_mm=place,
        made=made,
    )
