"""From a course's images to the doses of its cycles; a cycle that cannot be computed does not stop the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lutetia.course import Course, Cycle
from lutetia.dosimetry.cycle import dose_of_cycle
from lutetia.dosimetry.input import BODY, CycleInput
from lutetia.dosimetry.result import CycleDose, DoseValue, TimeActivityFit
from lutetia.dosimetry.voxel_kinetics import LEAST_SCANS
from lutetia.errors import InputError, LutetiaError
from lutetia.provenance import RunRecord
from lutetia.reference.dataset import Dataset
from lutetia.reference.nuclide import Nuclide, nuclide
from lutetia.reference.photon import photon_lines, photon_tables
from lutetia.reference.point_kernel import point_kernel
from lutetia.report import Picture, Stop
from lutetia.site import Calibration, Choice
from lutetia.vocabulary.curve import NOT_MEASURED
from lutetia.vocabulary.region import ORGANS, REMAINDER
from lutetia.workflow.dose.alignment import with_region_policy
from lutetia.workflow.dose.bladder import bladder_of
from lutetia.workflow.dose.imaging import ReadScan, input_hashes, read_scans, series_in
from lutetia.workflow.dose.marrow import marrow_of, unused_blood
from lutetia.workflow.dose.measured import MeasuredCycle, kept_of
from lutetia.workflow.dose.one_grid import on_one_grid
from lutetia.workflow.dose.pictures import pictures_of
from lutetia.workflow.dose.plausible import checked
from lutetia.workflow.dose.registration import registration_of
from lutetia.workflow.dose.settings import CentreChoices, listed, s_values_of
from lutetia.workflow.dose.table import read_table
from lutetia.workflow.progress import Tell, silently
from lutetia.workflow.record.opened import Opened, open_all, record_json

if TYPE_CHECKING:
    from lutetia.dicom.read import SeriesFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseOutcome:
    """The doses of a course as known on a day, and what could not be computed and why."""

    course: Course
    cycles: tuple[CycleDose, ...]
    pictures: tuple[Picture, ...]
    stopped: tuple[Stop, ...]
    notes: tuple[str, ...]
    record: RunRecord
    measured: tuple[MeasuredCycle, ...] = ()
    choices: tuple[Choice, ...] = ()

    def record_json(self) -> dict[str, Any]:
        """Return the run record as plain values."""
        return record_json(self.record)


def dose_folder(
    course_path: Path,
    *,
    site_path: Path | None,
    known_on: date,
    table: Path | None = None,
    objects: Path | None = None,
    tell: Tell = silently,
) -> DoseOutcome:
    """Compute the dose of every cycle that was given and imaged by a day.

    Parameters
    ----------
    course_path, site_path : Path
        See :func:`lutetia.workflow.record.opened.open_all`.
    known_on : date
    table : Path, optional
        Activities in a table take the place of images; see :mod:`lutetia.workflow.dose.table`.
    objects : Path, optional
        A new or empty folder for DICOM, NIfTI and tables; see :mod:`lutetia.workflow.dose.objects`.
    tell : Tell
    """
    opened = open_all(course_path, site_path)
    outcome = dose_course(opened, known_on=known_on, table=table, tell=tell)
    if objects is None or not outcome.cycles:
        return outcome
    return _with_objects(outcome, objects, opened, tell)


def _with_objects(outcome: DoseOutcome, folder: Path, opened: Opened, tell: Tell) -> DoseOutcome:
    from lutetia.workflow.dose.objects import write_objects

    written = write_objects(
        folder,
        outcome.cycles,
        outcome.measured,
        made_at=opened.started_at,
        course=opened.course.id,
        synthetic=opened.course.synthetic,
        recorded=outcome.course,
        tell=tell,
    )
    return replace(outcome, stopped=(*outcome.stopped, *written.stopped), notes=(*outcome.notes, *written.notes))


def dose_course(opened: Opened, *, known_on: date, table: Path | None = None, tell: Tell = silently) -> DoseOutcome:
    """Compute the doses of a course that is already open; see :func:`dose_folder`."""
    known = opened.course.as_known(known_on)
    opened = replace(opened, course=known)
    measured: list[MeasuredCycle] = []
    calibrations: dict[str, Calibration] = {}
    if table:
        cycles, pictures, stopped, inputs = _by_table(opened, known, table)
    else:
        cycles, pictures, stopped, inputs = _by_images(opened, known, tell, measured, calibrations)
    record = opened.record(
        "dose",
        parameters={"known_on": known_on.isoformat(), "table": table.name if table else ""},
        inputs=inputs,
        datasets={one.name: one.sha256 for one in _datasets(CentreChoices.of(opened.site), by_images=table is None)},
    )
    return DoseOutcome(
        course=known,
        cycles=tuple(cycles),
        pictures=tuple(pictures),
        stopped=tuple(stopped),
        notes=opened.notes_on(known_on),
        record=record,
        measured=tuple(measured),
        choices=listed(known, opened.site, calibrations.values()) if cycles else (),
    )


def _datasets(chosen: CentreChoices, *, by_images: bool) -> tuple[Dataset, ...]:
    """Return the data sets that a dose rests on: the point kernel, and those of photon transport where it is used."""
    kernel = point_kernel("Lu-177").dataset
    if not by_images or chosen.settings.chosen("engine").value != "monte_carlo":
        return (kernel,)
    return (kernel, photon_lines("Lu-177").dataset, *photon_tables())


_Found = tuple[list[CycleDose], list[Picture], list[Stop], dict[str, str]]


def _by_images(
    opened: Opened, known: Course, tell: Tell, measured: list[MeasuredCycle], calibrations: dict[str, Calibration]
) -> _Found:
    due = [cycle for cycle in known.cycles if cycle.scans]
    cycles: list[CycleDose] = []
    pictures: list[Picture] = []
    stopped: list[Stop] = []
    inputs: dict[str, str] = {}
    if not due:
        return cycles, pictures, stopped, inputs
    try:
        CentreChoices.of(opened.site).require_device()
        series = series_in(opened.folder, tell)
    except LutetiaError as error:
        return cycles, pictures, [Stop.from_error("dosimetry", error)], inputs
    for cycle in due:
        try:
            dose, drawn, kept = _from_images(opened, cycle, series, tell, calibrations, cycles)
        except LutetiaError as error:
            stopped.append(Stop.from_error(f"dosimetry of cycle {cycle.number}", error))
        else:
            cycles.append(dose)
            pictures += drawn
            measured.append(kept)
            inputs |= input_hashes(series, cycle.scans, opened.folder.imaging)
    return cycles, pictures, stopped, inputs


def _from_images(
    opened: Opened,
    cycle: Cycle,
    series: Mapping[str, SeriesFiles],
    tell: Tell,
    calibrations: dict[str, Calibration],
    before: Sequence[CycleDose],
) -> tuple[CycleDose, list[Picture], MeasuredCycle]:
    physical = nuclide_of(cycle)
    given_mbq = activity_given(cycle, physical)
    scans = read_scans(opened, cycle, physical, series, tell)
    seen, doubts = checked(cycle, scans, series, given_mbq=given_mbq, physical=physical, timezone=opened.timezone)
    tell(f"computing doses, cycle {cycle.number}", None)
    result = with_region_policy(dose_of_cycle(_input(opened, cycle, physical, given_mbq, scans, before, tell)), scans)
    notes = tuple(note for scan in scans for note in scan.notes)
    result = _with_assumptions(result, (*notes, *seen))
    result = replace(result, bladder=bladder_of(opened.site, given_mbq, physical))
    doubts = (*doubts, *unused_blood(cycle, marrow_of(opened.course, cycle, opened.site)))
    result = replace(result, warnings=(*result.warnings, *doubts))
    calibrations |= {scan.counted_with.id: scan.counted_with for scan in scans if scan.counted_with is not None}
    return result, pictures_of(cycle.number, scans, result), kept_of(result, scans, series)


def _with_assumptions(result: CycleDose, notes: tuple[str, ...]) -> CycleDose:
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
        If it is not known: no administration, or no reading of the residual; or if nothing can have been given.
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
    if given <= 0:
        raise InputError(
            f"cycle {cycle.number}",
            f"the residual, decayed to the start of the injection, leaves {given:.4g} MBq of what was in the syringe",
            "correct the readings of the syringe or their times",
            "more cannot be left than was there",
        )
    return given


def _input(
    opened: Opened,
    cycle: Cycle,
    physical: Nuclide,
    given_mbq: float,
    scans: tuple[ReadScan, ...],
    before: Sequence[CycleDose],
    tell: Tell,
) -> CycleInput:
    regions = {region for scan in scans for region in scan.given.regions}
    chosen = CentreChoices.of(opened.site)
    return CycleInput(
        cycle=cycle.number,
        agent=cycle.agent,
        given_mbq=given_mbq,
        nuclide=physical,
        scans=chosen.scans(scans),
        labels=labels_of(opened, regions),
        engine=(engine := chosen.engine(physical, tell)),
        s_values=s_values_of(opened.site),
        reference_scan=(shown := chosen.reference_scan(scans)),
        on_one_grid=(
            on_one_grid(scans, shown, registration_of(opened.site), tell)
            if engine is not None and chosen.voxel_curves != "of the region" and len(scans) >= LEAST_SCANS
            else None
        ),
        voxel_curves=chosen.voxel_curves,
        stated_density_g_ml=chosen.densities_g_ml(regions),
        density_elsewhere_g_ml=chosen.density_elsewhere_g_ml,
        half_lives=chosen.half_lives(regions),
        models=chosen.models(cycle, regions),
        uncertainty=chosen.uncertainty(scans, regions),
        repair=chosen.repair(regions),
        earlier=earlier_curves(before, cycle.agent, regions) if chosen.uses_earlier_cycles else {},
        recovery=chosen.recovery,
        marrow=marrow_of(opened.course, cycle, opened.site),
    )


def labels_of(opened: Opened, regions: set[str]) -> dict[str, str]:
    """Return how each region is shown: the organ's name, or the lesion's id and site."""
    sites = {lesion.id: f"{lesion.id} {lesion.site}" for lesion in opened.course.lesions.entries}
    return {region: ORGANS.get(region) or sites.get(region, region) for region in regions}


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
            cycles.append(_from_table(opened, cycle, [row for row in rows if row.cycle == number], cycles))
        except LutetiaError as error:
            stopped.append(Stop.from_error(f"dosimetry of cycle {number}", error))
    from lutetia.provenance import sha256_of

    return cycles, [], stopped, {table.name: sha256_of(table)}


def _from_table(opened: Opened, cycle: Cycle, rows: list[Any], before: Sequence[CycleDose]) -> CycleDose:
    from lutetia.workflow.dose.table import TableChoices, dose_of_rows

    physical = nuclide_of(cycle)
    regions = {row.region for row in rows}
    chosen = CentreChoices.of(opened.site)
    marrow = marrow_of(opened.course, cycle, opened.site)
    result = dose_of_rows(
        rows,
        cycle=cycle,
        given_mbq=activity_given(cycle, physical),
        nuclide=physical,
        labels=labels_of(opened, regions),
        choices=TableChoices(
            half_lives=chosen.half_lives(regions),
            models=chosen.models(cycle, regions),
            repair=chosen.repair(regions),
            earlier=earlier_curves(before, cycle.agent, regions) if chosen.uses_earlier_cycles else {},
            s_values=s_values_of(opened.site),
            marrow=marrow,
        ),
    )
    return replace(
        result,
        warnings=(*result.warnings, *unused_blood(cycle, marrow)),
        bladder=bladder_of(opened.site, result.given_mbq, physical),
    )


def earlier_curves(before: Iterable[CycleDose], agent: str, regions: set[str]) -> dict[str, TimeActivityFit]:
    """Return each region's curve in the latest cycle in which its kinetics were measured.

    Parameters
    ----------
    before : iterable of CycleDose
        In the order of their cycles.
    agent : str
        Cycles with another agent say nothing about this one.
    regions : set of str
        Of this cycle. What lies outside all regions is the same thing only where the regions are the same.
    """
    found: dict[str, TimeActivityFit] = {}
    for cycle in (one for one in before if one.agent == agent):
        found |= {
            region.region: region.shown.fit
            for region in cycle.regions
            if isinstance(region.shown, DoseValue) and region.shown.fit.model not in NOT_MEASURED
        }
        if cycle.remainder is not None and cycle.remainder.model not in NOT_MEASURED and _same(cycle, regions):
            found[REMAINDER] = cycle.remainder
    return found


def _same(cycle: CycleDose, regions: set[str]) -> bool:
    return {region.region for region in cycle.regions} == regions - {BODY}
