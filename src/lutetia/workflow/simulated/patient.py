"""A simulated patient on disk: his DICOM, his record, his centre and his truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from shlex import quote
from typing import Any

from lutetia.course import Course
from lutetia.course.file import write_course
from lutetia.reference.nuclide import nuclide
from lutetia.simulation import SimulatedPatient, SimulatedPet, SimulatedSpect, simulate
from lutetia.site import site_texts
from lutetia.workflow.new_folder import require_empty
from lutetia.workflow.progress import Tell, silently
from lutetia.workflow.record.folder import IMAGING, RECORD

SIMULATING = 0.5
"""Part of the work that is simulation; the rest is writing."""


@dataclass(frozen=True, slots=True)
class Phantom:
    """Where a simulated patient lies.

    Attributes
    ----------
    course, site, truth : Path
        Folder of the course, folder of the site, file of the truth.
    known_on : date
        The day on which his story stands: the last that is recorded.
    files : int
        DICOM files written.
    """

    course: Path
    site: Path
    truth: Path
    known_on: date
    files: int
    seed: int

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "course": str(self.course),
            "site": str(self.site),
            "truth": str(self.truth),
            "known_on": self.known_on.isoformat(),
            "dicom_files": self.files,
            "seed": self.seed,
        }

    def text(self) -> str:
        """Return what a reader of a terminal wants to know: where it is, and what comes next."""
        return (
            f"A SYNTHETIC patient (seed {self.seed}) is in {self.course}: {self.files} DICOM files.\n"
            f"His truth is in {self.truth}. Next:\n"
            f"  lutetia run {quote(str(self.course))} --as-of {self.known_on}"
        )


def write_phantom(folder: Path, *, seed: int, tell: Tell = silently) -> Phantom:
    """Simulate a patient and write ``course/``, ``site/`` and ``truth.json`` into a folder.

    Parameters
    ----------
    folder : Path
        New or empty; a folder with content is refused, so that nothing is ever overwritten.
    seed : int
        The same seed writes the same patient.
    tell : Tell

    Raises
    ------
    FolderError
        If the folder holds anything or cannot be written.
    lutetia.errors.MissingExtraError
        If the packages that write DICOM are not installed; nothing is made then.
    """
    _require_imaging()
    require_empty(folder)
    patient = simulate(seed, progress=lambda what, done: tell(f"simulating: {what}", SIMULATING * done))
    course, site = folder / "course", folder / "site"
    files = sum(len(written) for written in _write_images(patient, course / IMAGING, tell))
    (course / RECORD).write_text(write_course(patient.course), encoding="utf-8")
    for name, text in site_texts(patient.site).items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text, encoding="utf-8")
    truth = folder / "truth.json"
    truth.write_text(patient.truth.to_json(), encoding="utf-8")
    return Phantom(course, site, truth, patient.known_on, files, seed)


def _require_imaging() -> None:
    from lutetia.dicom.package import pydicom_package

    pydicom_package()


def _write_images(patient: SimulatedPatient, imaging: Path, tell: Tell) -> list[tuple[Path, ...]]:
    written: list[tuple[Path, ...]] = []
    steps = len(patient.scans) + len(patient.pets)
    for n, scan in enumerate(patient.scans):
        tell(f"writing SPECT/CT of cycle {scan.cycle}", SIMULATING + (1 - SIMULATING) * n / steps)
        written.append(_write_spect_ct(patient, scan, imaging))
    for n, pet in enumerate(patient.pets, start=len(patient.scans)):
        tell("writing PSMA PET", SIMULATING + (1 - SIMULATING) * n / steps)
        written.append(_write_pet(patient.course, pet, imaging))
    return written


def _write_spect_ct(patient: SimulatedPatient, scan: SimulatedSpect, imaging: Path) -> tuple[Path, ...]:
    from lutetia.dicom.write import SpectAcquisition, write_ct, write_spect, write_structures

    ct = next(ct for ct in patient.cts if ct.series_uid == scan.ct_series_uid)
    place = imaging / f"cycle{scan.cycle}" / f"{round(scan.hours):03d}h"
    common = {"study_uid": scan.study_uid, "frame_of_reference": scan.frame_of_reference, "study_at": ct.acquired_at}
    written_ct = write_ct(
        place / "ct",
        ct.volume,
        _header(patient.course, series_uid=ct.series_uid, acquired_at=ct.acquired_at, what="CT", number=1, **common),
    )
    heads, projections = 2, 60
    spect = write_spect(
        place / "spect.dcm",
        scan.counts,
        _header(
            patient.course,
            series_uid=scan.series_uid,
            acquired_at=scan.started_at,
            what="177Lu SPECT, reconstructed",
            number=2,
            administered=_administered(patient.course, scan.cycle),
            **common,
        ),
        acquisition=SpectAcquisition(
            heads=heads, projections_per_head=projections, projection_s=scan.duration_s / projections
        ),
    )
    structures = write_structures(
        place / "structures.dcm",
        scan.regions.values(),
        _header(
            patient.course,
            series_uid=scan.structure_series_uid,
            acquired_at=scan.started_at,
            what="true regions",
            number=3,
            **common,
        ),
        drawn_on=written_ct,
    )
    return (*written_ct.files, *spect.files, structures)


def _write_pet(course: Course, pet: SimulatedPet, imaging: Path) -> tuple[Path, ...]:
    from lutetia.dicom.write import Administered, write_pet, write_structures

    common: dict[str, Any] = {
        "study_uid": pet.study_uid,
        "frame_of_reference": pet.frame_of_reference,
        "study_at": pet.started_at,
        "acquired_at": pet.started_at,
    }
    header = _header(
        course,
        series_uid=pet.series_uid,
        what="PSMA PET",
        number=1,
        weight_kg=pet.weight_kg,
        height_m=pet.height_m,
        administered=Administered(
            agent=pet.tracer,
            nuclide=pet.nuclide,
            activity_mbq=pet.injected_mbq,
            at=pet.injected_at,
            half_life_s=pet.half_life_s,
        ),
        **common,
    )
    place = imaging / f"psma-pet-{pet.started_at:%Y-%m-%d}"
    written = write_pet(place, pet.activity, header)
    drawn = _header(course, series_uid=pet.structure_series_uid, what="true organs", number=2, **common)
    structures = write_structures(place / "structures.dcm", pet.organs.values(), drawn, drawn_on=written)
    return (*written.files, structures)


def _administered(course: Course, number: int) -> Any:
    from lutetia.dicom.write import Administered

    cycle = course.cycle(number)
    if cycle is None or cycle.administration is None or cycle.read_agent.nuclide is None:
        return None
    physical = nuclide(cycle.read_agent.nuclide)
    given = cycle.administration.given_mbq(physical.half_life_h)
    if given is None:
        return None
    return Administered(
        agent=cycle.agent,
        nuclide=physical.name,
        activity_mbq=given,
        at=cycle.administration.started_at,
        half_life_s=physical.half_life_h * 3600,
    )


def _header(course: Course, *, what: str, number: int, acquired_at: datetime, **rest: Any) -> Any:
    from lutetia.dicom.write import Header

    return Header(
        patient_id=course.patient.dicom_patient_id or course.id,
        patient_name="SYNTHETIC^PATIENT",
        birth_date=course.patient.birth_date,
        sex="M",
        acquired_at=acquired_at,
        study_description="SYNTHETIC, simulated by Lutetia",
        series_description=f"SYNTHETIC {what}",
        series_number=number,
        **rest,
    )
