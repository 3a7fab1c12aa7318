"""The result of a dose calculation in forms that a hospital or another tool can take over.

For each cycle with images: dose and biologically effective dose as RTDOSE, regions as SEG, numbers as a structured
report, and all maps and regions as NIfTI, and how the cycle was given. For all cycles: tables of every intermediate.
Patient and study are those of the reference scan; what is made from images names them. See docs/objects.md.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lutetia.course import Course
from lutetia.dosimetry.radiobiology import bed_of_voxels
from lutetia.dosimetry.region_table import rows_of
from lutetia.dosimetry.result import CycleDose, DoseValue
from lutetia.errors import LutetiaError
from lutetia.nifti import write_displacement, write_nifti
from lutetia.provenance import sha256_of
from lutetia.report import Stop, dose_json
from lutetia.volume import Mask, Volume, resample_mask
from lutetia.volume.grid import box_of
from lutetia.workflow.administration.write import write_beside
from lutetia.workflow.dose.measured import MeasuredCycle
from lutetia.workflow.dose.tables import write_tables
from lutetia.workflow.new_folder import require_empty
from lutetia.workflow.object_header import object_header
from lutetia.workflow.progress import Tell, silently

if TYPE_CHECKING:
    from lutetia.dicom.read import ObjectReference
    from lutetia.dicom.write import Header

BedMap = tuple[Volume, tuple[str, ...]]
"""BED of every voxel [Gy], and the regions that have one."""
CONTENTS = "contents.json"
SERIES_NUMBERS = {"dose": 9001, "bed": 9002, "regions": 9003, "measurements": 9004, "registration": 9010}
_WHAT = {
    "dose": "Absorbed dose",
    "bed": "BED",
    "regions": "Dose regions",
    "measurements": "Region doses",
    "registration": "Registration",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written, what could not be and why, and what was left out."""

    files: tuple[Path, ...]
    stopped: tuple[Stop, ...]
    notes: tuple[str, ...] = ()


def write_objects(
    folder: Path,
    cycles: Sequence[CycleDose],
    measured: Sequence[MeasuredCycle],
    *,
    made_at: datetime,
    course: str,
    synthetic: bool,
    recorded: Course | None = None,
    tell: Tell = silently,
) -> Written:
    """Write everything into a new folder.

    Parameters
    ----------
    folder : Path
        New or empty.
    cycles : sequence of CycleDose
    measured : sequence of MeasuredCycle
        Of those cycles that have images.
    made_at : datetime
        When the run began, with offset; two runs give two sets of objects.
    course : str
        Its id.
    synthetic : bool
        Said in every object.
    recorded : Course, optional
        As known; the administrations of those cycles are written too, where all that the standard demands is recorded.
    tell : Tell

    Raises
    ------
    InputError
        If the folder holds anything or cannot be written.
    """
    require_empty(folder)
    files = [*write_tables(folder, cycles), folder / "doses.json"]
    text = json.dumps({"cycles": [dose_json(cycle) for cycle in cycles]}, indent=2, ensure_ascii=False)
    files[-1].write_text(text + "\n", encoding="utf-8")
    stopped, notes = [], []
    for images in measured:
        tell(f"writing objects, cycle {images.cycle}", None)
        dose = next(cycle for cycle in cycles if cycle.cycle == images.cycle)
        place = folder / f"cycle-{images.cycle}"
        effective = bed_map(dose, images.regions)
        parts = (
            ("DICOM", partial(_write_dicom, place, dose, images, effective, made_at, synthetic)),
            ("registration", partial(_write_registrations, place, dose, images, made_at, synthetic)),
            ("NIfTI", partial(_write_nifti, place, dose, images, effective, made_at, synthetic)),
        )
        for part, write in parts:
            try:
                files += write()
            except LutetiaError as error:
                stopped.append(Stop.from_error(f"{part} objects of cycle {images.cycle}", error))
        try:
            files += () if recorded is None else write_beside(place, recorded, images, made_at=made_at)
        except LutetiaError as error:
            notes.append(f"There is no administration record among the objects. {error}")
    contents = folder / CONTENTS
    listed = {str(path.relative_to(folder)): sha256_of(path) for path in files}
    said = {"course": course, "synthetic": synthetic, "made_at": made_at.isoformat(), "sha256": listed}
    contents.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return Written(files=(*files, contents), stopped=tuple(stopped), notes=tuple(notes))


def bed_map(dose: CycleDose, regions: Sequence[Mask]) -> BedMap | None:
    """Return the biologically effective dose of every voxel [Gy] of the regions that have one, and these regions.

    Elsewhere it is 0: without a tissue's parameters there is no such dose. A voxel takes the kinetics of its region.
    """
    if dose.dose_map is None:
        return None
    made = np.zeros(dose.dose_map.geometry.shape)
    named = []
    for region in dose.regions:
        mask = next((one for one in regions if one.name == region.region), None)
        bed = region.shown.bed if isinstance(region.shown, DoseValue) else None
        if mask is None or bed is None or bed.protraction is None:
            continue
        inside = resample_mask(mask, dose.dose_map.geometry).voxels
        physical = dose.dose_map.values[inside].astype(np.float64)
        made[inside] = bed_of_voxels(physical, protraction=bed.protraction, alpha_beta_gy=bed.repair.alpha_beta_gy)
        named.append(region.region)
    return (dose.dose_map.with_values(made), tuple(named)) if named else None


def _cropped(volume: Volume) -> Volume:
    """Return a map without the planes around it that hold nothing, one of each kept; most of a BED map is empty."""
    box = [slice(max(s.start - 1, 0), s.stop + 1) for s in box_of(volume.values > 0)]
    values = volume.values[tuple(box)]
    x, y, z = volume.geometry.to_patient([s.start for s in box])
    geometry = replace(
        volume.geometry,
        shape=(values.shape[0], values.shape[1], values.shape[2]),
        origin_mm=(float(x), float(y), float(z)),
    )
    return Volume(values=values, geometry=geometry, unit=volume.unit)


def _write_dicom(
    place: Path, dose: CycleDose, images: MeasuredCycle, effective: BedMap | None, made_at: datetime, synthetic: bool
) -> list[Path]:
    from lutetia.dicom.package import pydicom_package
    from lutetia.dicom.write import write_dose, write_measurements, write_segmentation

    heads = {name: _header(name, dose.cycle, images, made_at, synthetic) for name in _WHAT}
    made_from = _made_from(images)
    read = pydicom_package().dcmread
    spect = images.series[images.reference.scan.series_uid]
    evidence = [read(spect.files[0], stop_before_pixels=True)]
    files = []
    if dose.dose_map is not None:
        files.append(place / "dose.dcm")
        write_dose(files[-1], dose.dose_map, heads["dose"], comment=f"Absorbed dose, cycle {dose.cycle}",
                   made_from=made_from)  # fmt: skip
        evidence.append(read(files[-1], stop_before_pixels=True))
    if effective is not None:
        volume, named = effective
        volume = _cropped(volume)
        files.append(place / "bed.dcm")
        write_dose(files[-1], volume, heads["bed"], kind="EFFECTIVE", made_from=made_from,
                   comment=f"BED, cycle {dose.cycle}; 0 outside {', '.join(named)}")  # fmt: skip
    if not images.regions:
        return files
    files.append(place / "regions.dcm")
    segmentation = write_segmentation(
        files[-1],
        images.regions,
        heads["regions"],
        source=_drawn_on(images),
        labels={region.region: region.label for region in dose.regions},
        algorithms={region: made.algorithm for region, made in images.made.items()},
    )
    files.append(place / "measurements.dcm")
    write_measurements(files[-1], rows_of(dose), heads["measurements"], segmentation=segmentation, evidence=evidence,
                       algorithm=f"voxel engine: {dose.engine}")  # fmt: skip
    return files


def _header(name: str, cycle: int, images: MeasuredCycle, made_at: datetime, synthetic: bool) -> Header:
    return object_header(
        images.series[images.reference.scan.series_uid],
        name=name,
        number=SERIES_NUMBERS[name],
        description=f"{'SYNTHETIC ' if synthetic else ''}{_WHAT[name]}, cycle {cycle}",
        frame_of_reference=str(images.reference.activity.geometry.frame_of_reference),
        made_at=made_at.astimezone(timezone(timedelta(seconds=images.reference.offset_s))),
    )


def _write_registrations(
    place: Path, dose: CycleDose, images: MeasuredCycle, made_at: datetime, synthetic: bool
) -> list[Path]:
    """Write how each scan that took its regions from another lies to it: as DICOM, and all of a cycle as JSON."""
    from lutetia.dicom.read import references_of
    from lutetia.dicom.write import uid_of, write_deformation, write_registration

    files = []
    said = []
    head = _header("registration", dose.cycle, images, made_at, synthetic)
    scans = {one.scan.series_uid: one for one in images.scans}
    for n, one in enumerate(images.scans, start=1):
        if (found := one.propagated) is None:
            continue
        drawn_on = scans[found.drawn_on]
        own = replace(
            head,
            series_uid=uid_of(head.series_uid, str(n)),
            series_number=head.series_number + n,
            series_description=f"{head.series_description}, scan {n}",
        )
        first, second = (str(scan.activity.geometry.frame_of_reference) for scan in (drawn_on, one))
        there, here = (references_of(images.series[uid]) for uid in (found.drawn_on, one.scan.series_uid))
        pair = f"scan at {drawn_on.hours:.1f} h to scan at {one.hours:.1f} h, by {found.said['by']}"
        if found.deformation is not None:
            files.append(place / f"deformation-scan-{n}.dcm")
            write_deformation(files[-1], found.deformation, replace(own, frame_of_reference=first), begins=there,
                              ends=here, ends_frame_of_reference=second, description=pair)  # fmt: skip
        else:
            files.append(place / f"registration-scan-{n}.dcm")
            write_registration(files[-1], found.motion, replace(own, frame_of_reference=second), moved=there,
                               moved_frame_of_reference=first, fixed=here, description=pair)  # fmt: skip
        said.append({"from_series": found.drawn_on, "to_series": one.scan.series_uid, **found.said})
    if said:
        files.append(place / "registrations.json")
        files[-1].write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
    return files


def _made_from(images: MeasuredCycle) -> list[ObjectReference]:
    """Return the images and contours of the reference scan, then the SPECT and contours of the others."""
    from lutetia.dicom.read import references_of

    first = images.reference.scan
    uids = [first.series_uid, first.structure_series_uid, first.ct_series_uid]
    for one in images.scans:
        uids += [one.scan.series_uid, one.scan.structure_series_uid]
    named = dict.fromkeys(uid for uid in uids if uid is not None and uid in images.series)
    return [reference for uid in named for reference in references_of(images.series[uid])]


def _drawn_on(images: MeasuredCycle) -> list[Any]:
    """Return the headers of the images that the regions lie on: the CT where there is one, else the SPECT."""
    from lutetia.dicom.package import pydicom_package

    scan = images.reference.scan
    files = images.series[scan.ct_series_uid or scan.series_uid].files
    return [pydicom_package().dcmread(path, stop_before_pixels=True) for path in files]


def _write_nifti(
    place: Path, dose: CycleDose, images: MeasuredCycle, effective: BedMap | None, made_at: datetime, synthetic: bool
) -> list[Path]:
    say = "SYNTHETIC " if synthetic else ""
    folder = place / "nifti"
    maps = {"dose_Gy": dose.dose_map, "tia_Bq_h_per_mL": dose.tia_map, "own_kinetics": dose.own_kinetics}
    if effective is not None:
        maps["bed_Gy"] = effective[0]
    for one in images.scans:
        maps[f"activity_{one.hours:06.1f}h_Bq_per_mL"] = one.activity
    files = [
        write_nifti(folder / f"{name}.nii.gz", volume, description=f"{say}{name}")
        for name, volume in maps.items()
        if volume is not None
    ]
    files += [
        write_displacement(folder / f"displacement_scan-{n}_mm.nii.gz", found.deformation, description=f"{say}scan {n}")
        for n, one in enumerate(images.scans, start=1)
        if (found := one.propagated) is not None and found.deformation is not None
    ]
    for mask in images.regions:
        safe = "".join(c if c.isalnum() or c in "-_" else "_" for c in mask.name)
        files.append(write_nifti(folder / f"region_{safe}.nii.gz", mask, description=f"{say}{mask.name}"))
    return files
