"""From the series of a course's folder to activity images with regions, ready for dosimetry."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from lutetia.course import Cycle, Scan
from lutetia.dosimetry.input import ScanInput
from lutetia.errors import InputError
from lutetia.provenance import sha256_of
from lutetia.quantification import Sensitivity, activity_at_scan, counts_to_activity
from lutetia.reference.nuclide import Nuclide
from lutetia.reference.tissue import density_from_hu
from lutetia.site import Calibration, Site
from lutetia.volume import Mask, Volume, rasterise
from lutetia.workflow.folder import CourseFolder
from lutetia.workflow.opened import Opened
from lutetia.workflow.progress import Tell

if TYPE_CHECKING:
    from lutetia.dicom.read import CtImage, SeriesFiles, SpectImage, Stated

TISSUE_ABOVE_HU = -900.0
"""Above this there is tissue, lung included; below it is air."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReadScan:
    """One scan of a cycle as read, with what the page shows of it."""

    scan: Scan
    given: ScanInput
    ct: Volume | None
    notes: tuple[str, ...]

    @property
    def masks(self) -> tuple[Mask, ...]:
        """The regions, named by organ code or lesion id."""
        return tuple(replace(mask, name=name) for name, mask in self.given.regions.items())


def series_in(folder: CourseFolder, tell: Tell) -> Mapping[str, SeriesFiles]:
    """List the series below ``imaging/`` by their UID.

    Raises
    ------
    InputError
        If there is no such folder, or a file in it is damaged.
    """
    from lutetia.dicom.read import scan_folder

    if not folder.imaging.is_dir():
        raise InputError(
            str(folder.imaging), "there is no such folder", "put the DICOM files of the course there, in any order"
        )
    found = scan_folder(folder.imaging, on_file=lambda done, of: tell("reading headers", done / max(of, 1)))
    return {series.series_uid: series for series in found}


def read_scans(
    opened: Opened, cycle: Cycle, nuclide: Nuclide, series: Mapping[str, SeriesFiles], tell: Tell
) -> tuple[ReadScan, ...]:
    """Read every scan of a cycle.

    Raises
    ------
    InputError
        If anything about an image is missing or contradicts itself; see docs/dicom.md.
    """
    scans = []
    for n, scan in enumerate(cycle.scans, start=1):
        tell(f"reading scan {n} of {len(cycle.scans)}, cycle {cycle.number}", (n - 1) / len(cycle.scans))
        scans.append(_read_scan(opened, cycle, scan, nuclide, series))
    return tuple(scans)


def input_hashes(series: Mapping[str, SeriesFiles], scans: tuple[Scan, ...]) -> dict[str, str]:
    """Return one SHA-256 for each series that the scans used: that of the sorted SHA-256 of its files."""
    used = {uid for scan in scans for uid in (scan.series_uid, scan.ct_series_uid, scan.structure_series_uid) if uid}
    hashes = {}
    for uid in sorted(used & series.keys()):
        files = series[uid].files
        together = "".join(sorted(sha256_of(path) for path in files))
        name = f"{series[uid].kind} series {uid} ({len(files)} {'file' if len(files) == 1 else 'files'})"
        hashes[name] = hashlib.sha256(together.encode()).hexdigest()
    return hashes


def _read_scan(
    opened: Opened, cycle: Cycle, scan: Scan, nuclide: Nuclide, series: Mapping[str, SeriesFiles]
) -> ReadScan:
    from lutetia.dicom.read import read_ct, read_spect

    stated = _stated(opened, cycle, scan, nuclide)
    spect = read_spect(_named(series, scan.series_uid, "SPECT"), stated=stated)
    ct = None
    if scan.ct_series_uid is not None:
        ct = read_ct(_named(series, scan.ct_series_uid, "CT"), stated=replace(stated, acquired_at=None))
        _require_one_frame(spect, ct)
    hours = _hours(spect, cycle)
    calibration = _calibration(opened.site, spect, nuclide)
    activity, notes = _activity(spect, scan, hours, nuclide, calibration)
    regions, drawn = drawn_regions(scan, spect, ct, stated, series)
    fwhm = scan.resolution_fwhm or (calibration.resolution_fwhm if calibration else None)
    given = ScanInput(
        activity=activity,
        hours=hours,
        acquired_at=spect.acquired_at,
        regions=regions,
        fwhm_mm=None if fwhm is None else fwhm.to("mm"),
        density=None if ct is None else ct.volume.with_values(density_from_hu(ct.volume.values), "g/mL"),
    )
    told = (*notes, *spect.notes, *(ct.notes if ct else ()), *drawn)
    return ReadScan(
        scan=scan,
        given=given,
        ct=None if ct is None else ct.volume,
        notes=tuple(f"Scan at {hours:.1f} h: {note}" for note in told),
    )


def _stated(opened: Opened, cycle: Cycle, scan: Scan, nuclide: Nuclide) -> Stated:
    from lutetia.dicom.read import Stated

    given = cycle.administration
    zone = opened.timezone
    return Stated(
        timezone=None if zone is None else ZoneInfo(zone),
        patient_id=opened.course.patient.dicom_patient_id,
        acquired_at=scan.acquired_at,
        administered_at=None if given is None else given.started_at,
        administered_mbq=None if given is None else given.given_mbq(nuclide.half_life_h),
    )


def _named(series: Mapping[str, SeriesFiles], uid: str, what: str) -> SeriesFiles:
    found = series.get(uid)
    if found is None:
        raise InputError(
            f"{what} series {uid}",
            "the course names it, and it is not below imaging/",
            "put its files there, or correct the UID in course.yaml",
        )
    return found


def _require_one_frame(spect: SpectImage, ct: CtImage) -> None:
    if spect.frame_of_reference != ct.frame_of_reference:
        raise InputError(
            f"CT series {ct.series_uid}",
            f"its frame of reference is not that of SPECT series {spect.series_uid}",
            "name the CT that was taken with this SPECT",
            "the same millimetres mean another place in the patient",
        )


def _hours(spect: SpectImage, cycle: Cycle) -> float:
    hours = spect.hours_since_administration
    if hours is None:
        raise InputError(
            f"cycle {cycle.number}",
            "neither course nor image says when the activity was given",
            "record the administration with its clock time",
        )
    if hours <= 0:
        raise InputError(
            f"SPECT series {spect.series_uid}",
            f"it lies {-hours:.2f} h before the administration of cycle {cycle.number}",
            "name it in the cycle it belongs to, or correct the times and their zones",
        )
    return hours


def _calibration(site: Site | None, spect: SpectImage, nuclide: Nuclide) -> Calibration | None:
    """Return the site's calibration of the camera: needed for counts, welcome for its resolution otherwise."""
    day = spect.acquired_at.date()
    if spect.volume.unit == "count":
        if site is None:
            raise InputError(
                f"SPECT series {spect.series_uid}",
                "it holds counts, and no site with a calibration is given",
                "give --site, or put site/ beside the course",
                "counts without a sensitivity are no activity",
            )
        return site.calibration_for(spect.manufacturer, spect.model, day, nuclide=nuclide.name)
    if site is None:
        return None
    camera = (spect.manufacturer.casefold(), spect.model.casefold())
    if any((c.manufacturer.casefold(), c.model.casefold()) == camera for c in site.calibrations):
        return site.calibration_for(spect.manufacturer, spect.model, day, nuclide=nuclide.name)
    return None


def _activity(
    spect: SpectImage, scan: Scan, hours: float, nuclide: Nuclide, calibration: Calibration | None
) -> tuple[Volume, tuple[str, ...]]:
    if spect.volume.unit == "count":
        assert calibration is not None
        duration = scan.duration_s if scan.duration_s is not None else spect.duration_s
        if duration is None:
            raise InputError(
                f"SPECT series {spect.series_uid}",
                f"how long it was acquired cannot be told: {spect.duration_found}",
                "add 'duration: {value: ..., unit: s}' to this scan in course.yaml",
                "counts are divided by the duration",
            )
        _require_not_corrected(spect, scan)
        sensitivity = Sensitivity(
            cps_per_mbq=calibration.system_cps_per_mbq,
            relative_sigma=calibration.sensitivity.relative_sigma,
            name=calibration.id,
        )
        activity = counts_to_activity(
            spect.volume, sensitivity=sensitivity, duration_s=duration, half_life_h=nuclide.half_life_h
        )
        return activity, ()
    state, notes = _decay_state(spect, scan)
    if state == "to-administration":
        return activity_at_scan(
            spect.volume, hours_since_administration=hours, half_life_h=nuclide.half_life_h, state="to-administration"
        ), notes
    return spect.volume, notes


def _require_not_corrected(spect: SpectImage, scan: Scan) -> None:
    state = scan.decay or spect.decay_state
    if state is None:
        raise _ask_decay(spect)
    if state == "to-administration":
        raise InputError(
            f"SPECT series {spect.series_uid}",
            "its counts are corrected for decay to the administration",
            "export the reconstruction without decay correction",
            "a sensitivity belongs to counts as they were acquired",
        )


def _decay_state(spect: SpectImage, scan: Scan) -> tuple[str, tuple[str, ...]]:
    if scan.decay is None:
        if spect.decay_state is None:
            raise _ask_decay(spect)
        return spect.decay_state, ()
    if spect.decay_state is None:
        return scan.decay, (f"the course says '{scan.decay}' where the header does not decide ({spect.decay_found})",)
    same = scan.decay == spect.decay_state or {scan.decay, spect.decay_state} == {"as-acquired", "to-acquisition-start"}
    if not same:
        raise InputError(
            f"SPECT series {spect.series_uid}",
            f"the course says 'decay: {scan.decay}', and the header says {spect.decay_state} ({spect.decay_found})",
            "take the answer out of the course, or correct the header",
        )
    return scan.decay, ()


def _ask_decay(spect: SpectImage) -> InputError:
    return InputError(
        f"SPECT series {spect.series_uid}",
        f"whether it is corrected for decay to the administration cannot be told: {spect.decay_found}",
        "add 'decay: to-administration' or 'decay: as-acquired' to this scan in course.yaml",
        "the answer changes every activity of this scan",
    )


def drawn_regions(
    scan: Scan, spect: SpectImage, ct: CtImage | None, stated: Stated, series: Mapping[str, SeriesFiles]
) -> tuple[dict[str, Mask], tuple[str, ...]]:
    """Return the regions that the course names, from a structure set or a segmentation, and what to know of them.

    Raises
    ------
    InputError
        If the course names none, or one that is not there, or they were drawn in another frame of reference.
    """
    if scan.structure_series_uid is None or not scan.regions:
        raise InputError(
            f"SPECT series {spect.series_uid}",
            "the course names no contours for it",
            "name the structure set or segmentation (structure_series_uid) and its contours (regions) in course.yaml",
        )
    files = _named(series, scan.structure_series_uid, "structures")
    plain = replace(stated, acquired_at=None)
    drawn = _segments if files.kind == "segmentation" else _contours
    regions, notes = drawn(scan, files, spect, ct, plain)
    if ct is not None and "body" not in regions:
        regions["body"] = Mask(voxels=ct.volume.values > TISSUE_ABOVE_HU, geometry=ct.volume.geometry, name="body")
    return regions, notes


def _contours(
    scan: Scan, files: SeriesFiles, spect: SpectImage, ct: CtImage | None, stated: Stated
) -> tuple[dict[str, Mask], tuple[str, ...]]:
    from lutetia.dicom.read import read_structures

    image: CtImage | SpectImage = ct if ct is not None else spect
    structures = read_structures(files, image=image, stated=stated)
    if ct is not None and structures.referenced_series_uid == spect.series_uid:
        image = spect
        structures = read_structures(files, image=image, stated=stated)
    regions = {}
    for name, region in scan.regions.items():
        contour = _found(structures.regions, name, structures.series_uid)
        regions[region] = replace(rasterise(contour, image.volume.geometry), name=region)
    return regions, tuple(note for note in structures.notes if any(f"'{name}'" in note for name in scan.regions))


def _segments(
    scan: Scan, files: SeriesFiles, spect: SpectImage, ct: CtImage | None, stated: Stated
) -> tuple[dict[str, Mask], tuple[str, ...]]:
    from lutetia.dicom.read import read_segmentation

    segmentation = read_segmentation(files, stated=stated)
    if segmentation.frame_of_reference != spect.frame_of_reference:
        raise InputError(
            f"segmentation series {segmentation.series_uid}",
            f"its frame of reference is not that of SPECT series {spect.series_uid}",
            "give the segmentation drawn on this SPECT or its CT, or register the two first",
            "the same millimetres mean another place in the patient",
        )
    regions = {
        region: replace(_found(segmentation.masks, name, segmentation.series_uid), name=region)
        for name, region in scan.regions.items()
    }
    return regions, ()


Drawn = TypeVar("Drawn")


def _found(drawn: Mapping[str, Drawn], name: str, series_uid: str) -> Drawn:
    found = drawn.get(name)
    if found is None:
        raise InputError(
            f"structures series {series_uid}",
            f"it has no contour '{name}'",
            f"its contours are: {', '.join(sorted(drawn))}; correct 'regions' in course.yaml",
        )
    return found
