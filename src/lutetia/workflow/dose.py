"""From a course's images to the doses of its cycles; a cycle that cannot be computed does not stop the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lutetia.course import Course, Cycle
from lutetia.dosimetry.cycle import dose_of_cycle
from lutetia.dosimetry.input import CycleInput
from lutetia.dosimetry.result import CycleDose
from lutetia.dosimetry.time_activity import PopulationHalfLife
from lutetia.dosimetry.voxel import KernelEngine
from lutetia.errors import InputError, LutetiaError
from lutetia.provenance import RunRecord
from lutetia.reference.nuclide import Nuclide, nuclide
from lutetia.reference.point_kernel import point_kernel
from lutetia.report import Picture, Stop
from lutetia.site import Site
from lutetia.vocabulary.region import ORGANS
from lutetia.workflow.imaging import ReadScan, input_hashes, read_scans, series_in
from lutetia.workflow.opened import Opened, open_all, record_json
from lutetia.workflow.pictures import pictures_of
from lutetia.workflow.progress import Tell, silently
from lutetia.workflow.table import read_table

if TYPE_CHECKING:
    from lutetia.dicom.read import SeriesFiles

LESION = "lesion"
"""In a site's settings this stands for every lesion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseOutcome:
    """The doses of a course as known on a day, and what could not be computed and why."""

    course: Course
    cycles: tuple[CycleDose, ...]
    pictures: tuple[Picture, ...]
    stopped: tuple[Stop, ...]
    notes: tuple[str, ...]
    record: RunRecord

    def record_json(self) -> dict[str, Any]:
        """Return the run record as plain values."""
        return record_json(self.record)


def dose_folder(
    course_path: Path,
    *,
    site_path: Path | None,
    known_on: date,
    table: Path | None = None,
    tell: Tell = silently,
) -> DoseOutcome:
    """Compute the dose of every cycle that was given and imaged by a day.

    Parameters
    ----------
    course_path, site_path : Path
        See :func:`lutetia.workflow.opened.open_all`.
    known_on : date
    table : Path, optional
        Activities in a table take the place of images; see :mod:`lutetia.workflow.table`.
    tell : Tell
    """
    return dose_course(open_all(course_path, site_path), known_on=known_on, table=table, tell=tell)


def dose_course(opened: Opened, *, known_on: date, table: Path | None = None, tell: Tell = silently) -> DoseOutcome:
    """Compute the doses of a course that is already open; see :func:`dose_folder`."""
    known = opened.course.as_known(known_on)
    cycles, pictures, stopped, inputs = _by_table(opened, known, table) if table else _by_images(opened, known, tell)
    kernel = point_kernel("Lu-177").dataset
    record = opened.record(
        "dose",
        parameters={"known_on": known_on.isoformat(), "table": table.name if table else ""},
        inputs=inputs,
        datasets={kernel.name: kernel.sha256},
    )
    return DoseOutcome(
        course=known,
        cycles=tuple(cycles),
        pictures=tuple(pictures),
        stopped=tuple(stopped),
        notes=opened.notes_on(known_on),
        record=record,
    )


_Found = tuple[list[CycleDose], list[Picture], list[Stop], dict[str, str]]


def _by_images(opened: Opened, known: Course, tell: Tell) -> _Found:
    due = [cycle for cycle in known.cycles if cycle.scans]
    cycles: list[CycleDose] = []
    pictures: list[Picture] = []
    stopped: list[Stop] = []
    inputs: dict[str, str] = {}
    if not due:
        return cycles, pictures, stopped, inputs
    try:
        series = series_in(opened.folder, tell)
    except LutetiaError as error:
        return cycles, pictures, [Stop.from_error("dosimetry", error)], inputs
    for cycle in due:
        try:
            dose, drawn = _from_images(opened, cycle, series, tell)
        except LutetiaError as error:
            stopped.append(Stop.from_error(f"dosimetry of cycle {cycle.number}", error))
        else:
            cycles.append(dose)
            pictures += drawn
            inputs |= input_hashes(series, cycle.scans)
    return cycles, pictures, stopped, inputs


def _from_images(
    opened: Opened, cycle: Cycle, series: Mapping[str, SeriesFiles], tell: Tell
) -> tuple[CycleDose, list[Picture]]:
    physical = nuclide_of(cycle)
    given_mbq = activity_given(cycle, physical)
    scans = read_scans(opened, cycle, physical, series, tell)
    tell(f"computing doses, cycle {cycle.number}", None)
    result = dose_of_cycle(_input(opened, cycle, physical, given_mbq, scans))
    notes = tuple(note for scan in scans for note in scan.notes)
    result = _with_assumptions(result, notes)
    return result, pictures_of(cycle.number, scans, result)


def _with_assumptions(result: CycleDose, notes: tuple[str, ...]) -> CycleDose:
    from dataclasses import replace

    return replace(result, assumptions=(*result.assumptions, *notes))


def nuclide_of(cycle: Cycle) -> Nuclide:
    """Return the nuclide of a cycle's agent.

    Raises
    ------
    InputError
        If it cannot be read from the agent's name, or its data are not here.
    """
    name = cycle.read_agent.nuclide
    if name is None:
        raise InputError(
            f"cycle {cycle.number}",
            f"the nuclide of '{cycle.agent}' cannot be read from its name",
            "write it as e.g. [177Lu]Lu-PSMA-617",
        )
    return nuclide(name)


def activity_given(cycle: Cycle, physical: Nuclide) -> float:
    """Return the activity given in a cycle, at the start of administration [MBq].

    Raises
    ------
    InputError
        If it is not known: no administration, or no reading of the residual.
    """
    administration = cycle.administration
    given = None if administration is None else administration.given_mbq(physical.half_life_h)
    if given is None:
        missing = "it has no administration" if administration is None else "the residual activity is not recorded"
        raise InputError(
            f"cycle {cycle.number}",
            f"the activity given is unknown: {missing}",
            "record the syringe before and after, each with its time",
            "a missing activity is never replaced by the usual one",
        )
    return given


def _input(
    opened: Opened, cycle: Cycle, physical: Nuclide, given_mbq: float, scans: tuple[ReadScan, ...]
) -> CycleInput:
    regions = {region for scan in scans for region in scan.given.regions}
    return CycleInput(
        cycle=cycle.number,
        agent=cycle.agent,
        given_mbq=given_mbq,
        nuclide=physical,
        scans=tuple(scan.given for scan in scans),
        labels=labels_of(opened, regions),
        engine=KernelEngine(physical.name),
        stated_density_g_ml=stated_densities(opened.site, regions),
        half_lives=half_lives(opened.site, regions),
        models=dict(cycle.curves),
    )


def labels_of(opened: Opened, regions: set[str]) -> dict[str, str]:
    """Return how each region is shown: the organ's name, or the lesion's id and site."""
    sites = {lesion.id: f"{lesion.id} {lesion.site}" for lesion in opened.course.lesions.entries}
    return {region: ORGANS.get(region) or sites.get(region, region) for region in regions}


def stated_densities(site: Site | None, regions: set[str]) -> dict[str, float]:
    """Return the density that the site states for each region [g/mL]."""
    if site is None:
        return {}
    table = site.dosimetry.tissue_densities
    return {region: table[key].value for region in regions if (key := _key(region)) in table}


def half_lives(site: Site | None, regions: set[str]) -> dict[str, PopulationHalfLife]:
    """Return the population half-life that the site states for each region."""
    if site is None:
        return {}
    table = site.dosimetry.population_half_lives
    return {
        region: PopulationHalfLife(effective_h=table[key].hours, source=table[key].source)
        for region in regions
        if (key := _key(region)) in table
    }


def _key(region: str) -> str:
    return region if region in ORGANS else LESION


def _by_table(opened: Opened, known: Course, table: Path | None) -> _Found:
    assert table is not None
    cycles: list[CycleDose] = []
    stopped: list[Stop] = []
    rows = read_table(table)
    for number in sorted({row.cycle for row in rows}):
        cycle = known.cycle(number)
        try:
            if cycle is None:
                raise InputError(table.name, f"cycle {number} is not in the course", "correct the table or the course")
            cycles.append(_from_table(opened, cycle, [row for row in rows if row.cycle == number]))
        except LutetiaError as error:
            stopped.append(Stop.from_error(f"dosimetry of cycle {number}", error))
    from lutetia.provenance import sha256_of

    return cycles, [], stopped, {table.name: sha256_of(table)}


def _from_table(opened: Opened, cycle: Cycle, rows: list[Any]) -> CycleDose:
    from lutetia.workflow.table import dose_of_rows

    physical = nuclide_of(cycle)
    regions = {row.region for row in rows}
    return dose_of_rows(
        rows,
        cycle=cycle,
        given_mbq=activity_given(cycle, physical),
        nuclide=physical,
        labels=labels_of(opened, regions),
        half_lives=half_lives(opened.site, regions),
    )
