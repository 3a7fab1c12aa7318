"""From the series of a course's folder to activity images with regions, ready for dosimetry."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lutetia.course import Cycle, Scan
from lutetia.dosimetry.input import ScanInput
from lutetia.errors import InputError
from lutetia.provenance import sha256_of
from lutetia.quantification import Sensitivity, activity_at_scan, counts_to_activity
from lutetia.quantification.alignment import Alignment
from lutetia.reference.nuclide import Nuclide
from lutetia.reference.tissue import density_from_hu
from lutetia.site import Calibration, Site
from lutetia.site.dosimetry import LesionRegions
from lutetia.volume import Mask, Volume
from lutetia.workflow.dose.alignment import with_regions
from lutetia.workflow.dose.counting import duration_of_head, loss_of_scan
from lutetia.workflow.dose.lesion_regions import require_choice, with_lesions
from lutetia.workflow.dose.made import Made
from lutetia.workflow.dose.regions import named_series, regions_of
from lutetia.workflow.dose.registration import MovedRegion, registration_of
from lutetia.workflow.progress import Tell
from lutetia.workflow.record.folder import CourseFolder
from lutetia.workflow.record.opened import Opened

if TYPE_CHECKING:
    from lutetia.dicom.read import CtImage, SeriesFiles, SpectImage, Stated


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReadScan:
    """One scan of a cycle as read, with what the page shows of it.

    Attributes
    ----------
    alignment : Alignment or None
        How it lies to the scan from which its regions were moved here.
    regions_said : str
        How its regions came here, in words.
    rigidly_said : str
        The same for those that were moved rigidly where the others were deformed.
    residuals_mm : mapping of str to float
        How far moved regions still lie off, where the images show it [mm].
    moved_regions : mapping of str to MovedRegion
        Regions that came here from another scan.
    counted_with : Calibration or None
        What made becquerels of its counts; None where the image came in Bq/mL.
    calibration : Calibration or None
        The site's of the camera on that day: the same, or for an image in Bq/mL what holds its resolution and recovery.
    duration_s : float or None
        How long it was acquired, where that is known [s].
    made : mapping of str to Made
        Regions that were not drawn by a person.
    """

    scan: Scan
    given: ScanInput
    ct: Volume | None
    notes: tuple[str, ...]
    alignment: Alignment | None = None
    regions_said: str = ""
    rigidly_said: str = ""
    residuals_mm: Mapping[str, float] = field(default_factory=dict)
    moved_regions: Mapping[str, MovedRegion] = field(default_factory=dict)
    counted_with: Calibration | None = None
    calibration: Calibration | None = None
    duration_s: float | None = None
    made: Mapping[str, Made] = field(default_factory=dict)

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
    lutetia.errors.RefusedError
        If the regions of one scan cannot be moved to another one; see docs/alignment.md.
    """
    choice, registration = lesion_choice(opened), registration_of(opened.site)
    for scan in cycle.scans:
        require_choice(scan, choice)
    scans = scans_of(opened, cycle, nuclide, series, tell)
    if choice is None:
        return with_regions(scans, registration, tell)
    moved = with_regions(with_lesions(scans, choice, moved=False), registration, tell)
    return with_lesions(moved, choice, moved=True)


def lesion_choice(opened: Opened) -> LesionRegions | None:
    """Return how the centre has regions of lesions made; None where they are taken as drawn."""
    chosen: LesionRegions | None = None if opened.site is None else opened.site.dosimetry.chosen("lesions").value
    return chosen


def scans_of(
    opened: Opened, cycle: Cycle, nuclide: Nuclide, series: Mapping[str, SeriesFiles], tell: Tell
) -> tuple[ReadScan, ...]:
    """Read every scan of a cycle with the regions drawn on it; nothing is moved or made."""
    scans = []
    for n, scan in enumerate(cycle.scans, start=1):
        tell(f"reading scan {n} of {len(cycle.scans)}, cycle {cycle.number}", (n - 1) / len(cycle.scans))
        scans.append(_read_scan(opened, cycle, scan, nuclide, series))
    return tuple(scans)


def input_hashes(series: Mapping[str, SeriesFiles], scans: tuple[Scan, ...], imaging: Path) -> dict[str, str]:
    """Return one SHA-256 for each series that the scans used, that of the sorted ones of its files, and label map."""
    used = {uid for scan in scans for uid in (scan.series_uid, scan.ct_series_uid, scan.structure_series_uid) if uid}
    hashes = series_hashes(series[uid] for uid in sorted(used & series.keys()))
    maps = sorted({scan.structure_file for scan in scans if scan.structure_file is not None})
    return hashes | {f"label map {name}": sha256_of(imaging / name) for name in maps}


def series_hashes(series: Iterable[SeriesFiles]) -> dict[str, str]:
    """Return one SHA-256 for each series: that of the sorted SHA-256 of its files."""
    hashes = {}
    for one in series:
        together = "".join(sorted(sha256_of(path) for path in one.files))
        count = len(one.files)
        name = f"{one.kind} series {one.series_uid} ({count} {'file' if count == 1 else 'files'})"
        hashes[name] = hashlib.sha256(together.encode()).hexdigest()
    return hashes


def _read_scan(
    opened: Opened, cycle: Cycle, scan: Scan, nuclide: Nuclide, series: Mapping[str, SeriesFiles]
) -> ReadScan:
    from lutetia.dicom.read import read_ct, read_spect

    stated = _stated(opened, cycle, scan, nuclide)
    spect = read_spect(named_series(series, scan.series_uid, "SPECT"), stated=stated)
    ct = None
    if scan.ct_series_uid is not None:
        ct = read_ct(named_series(series, scan.ct_series_uid, "CT"), stated=replace(stated, acquired_at=None))
        _require_one_frame(spect, ct)
    hours = _hours(spect, cycle)
    calibration = _calibration(opened.site, spect, nuclide)
    activity, notes = _activity(spect, scan, hours, nuclide, calibration)
    drawn = regions_of(scan, spect, ct, stated, series, imaging=opened.folder.imaging)
    fwhm = scan.resolution_fwhm or (calibration.resolution_fwhm if calibration else None)
    given = ScanInput(
        activity=activity,
        hours=hours,
        acquired_at=spect.acquired_at,
        regions=drawn.regions,
        fwhm_mm=None if fwhm is None else fwhm.to("mm"),
        density=None if ct is None else ct.volume.with_values(density_from_hu(ct.volume.values), "g/mL"),
    )
    told = (*notes, *spect.notes, *(ct.notes if ct else ()), *drawn.notes)
    return ReadScan(
        scan=scan,
        given=given,
        ct=None if ct is None else ct.volume,
        notes=tuple(f"Scan at {hours:.1f} h: {note}" for note in told),
        counted_with=calibration if spect.volume.unit == "count" else None,
        calibration=calibration,
        duration_s=scan.duration_s if scan.duration_s is not None else spect.duration_s,
        made=drawn.made,
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
        duration = duration_of_head(
            spect.duration_s,
            scan.duration_s,
            heads=spect.heads or calibration.heads,
            found=spect.duration_found,
            where=f"SPECT series {spect.series_uid}",
            remedy="add 'duration: {value: ..., unit: s}' to this scan in course.yaml: that of one head",
        ).seconds
        _require_not_corrected(spect, scan)
        sensitivity = Sensitivity(
            cps_per_mbq=calibration.system_cps_per_mbq,
            relative_sigma=calibration.sensitivity.relative_sigma,
            name=calibration.id,
        )
        loss, notes = loss_of_scan(spect, calibration, duration)
        activity = counts_to_activity(
            spect.volume,
            sensitivity=sensitivity,
            duration_s=duration,
            half_life_h=nuclide.half_life_h,
            count_loss=loss,
        )
        return activity, notes
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
