"""Activities of regions in a table, measured by another program, as the start of a dose calculation.

Columns: ``cycle``, ``region`` (organ code or lesion id), ``hours`` (after administration), ``activity_MBq`` (as it
was at that time, not corrected to administration), ``volume_mL``, ``mass_g``; optional ``recovery`` and
``relative_sigma`` (standard uncertainty of the activity from one scan to the next, as a fraction; weighs the fit).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import isfinite
from pathlib import Path
from typing import Final

from lutetia.course import Cycle
from lutetia.dosimetry.cycle import with_bed, without_mean_dose
from lutetia.dosimetry.marrow import MARROW, MarrowInput, Surroundings, marrow_doses
from lutetia.dosimetry.organ import mean_dose_gy
from lutetia.dosimetry.organ.s_values import CrossOrganDose, SValues, cross_organ_dose
from lutetia.dosimetry.result import (
    CycleDose,
    DoseValue,
    FitModel,
    FitRefusal,
    RegionDose,
    Sample,
    TimeActivityFit,
)
from lutetia.dosimetry.time_activity import PopulationHalfLife, fit
from lutetia.dosimetry.words import s_values_left_out, s_values_used
from lutetia.errors import InputError
from lutetia.reference.nuclide import Nuclide
from lutetia.reference.radiobiology import Repair

NEEDED: Final = ("cycle", "region", "hours", "activity_MBq", "volume_mL", "mass_g")
OPTIONAL: Final = ("recovery", "relative_sigma")
SPHERE: Final = (
    "Mean doses: electrons absorbed as in a sphere of the region's mass, plus photon self-dose of that sphere."
)
ALONE: Final = "No dose from other regions is counted."


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table."""

    cycle: int
    region: str
    hours: float
    activity_mbq: float
    volume_ml: float
    mass_g: float
    recovery: float | None
    relative_sigma: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChoices:
    """What is asked for or stated, region by region.

    Attributes
    ----------
    half_lives : mapping of str to PopulationHalfLife
    models : mapping of str to str
        Methods asked for by name.
    repair : mapping of str to Repair
    earlier : mapping of str to TimeActivityFit
        Curves of earlier cycles, where they are to be used.
    s_values : SValues or None
        For the dose that organs get from each other.
    marrow : MarrowInput or None
        What a dose of red marrow rests on.
    """

    half_lives: Mapping[str, PopulationHalfLife] = field(default_factory=dict)
    models: Mapping[str, FitModel] = field(default_factory=dict)
    repair: Mapping[str, Repair] = field(default_factory=dict)
    earlier: Mapping[str, TimeActivityFit] = field(default_factory=dict)
    s_values: SValues | None = None
    marrow: MarrowInput | None = None


class TableError(InputError):
    """A table of activities is refused."""


def read_table(path: Path) -> tuple[Row, ...]:
    """Read a table of activities (CSV, UTF-8, first line with the names of the columns).

    Raises
    ------
    TableError
        With line and column, if anything is missing or no number.
    """
    return tuple(_row(f"{path.name}, line {line}", raw) for line, raw in lines_of(path, NEEDED, OPTIONAL))


Line = Mapping[str, str | None]
"""Cells of one line by their column."""


def lines_of(path: Path, needed: Sequence[str], optional: Sequence[str]) -> tuple[tuple[int, Line], ...]:
    """Return the numbered lines of a CSV file (UTF-8) whose first line names its columns.

    Raises
    ------
    TableError
        If it cannot be read, columns are missing or unknown, or it has no line but the first.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as reason:
        raise TableError(path.name, "it cannot be read as UTF-8 text", "save it as CSV, UTF-8") from reason
    reader = csv.DictReader(text.splitlines())
    columns = tuple(reader.fieldnames or ())
    missing = [name for name in needed if name not in columns]
    unknown = [name for name in columns if name not in (*needed, *optional)]
    if missing or unknown:
        found = f"columns missing: {', '.join(missing)}" if missing else f"unknown columns: {', '.join(unknown)}"
        raise TableError(path.name, found, f"use the columns {', '.join((*needed, *optional))}")
    lines = tuple(enumerate(reader, start=2))
    if not lines:
        raise TableError(path.name, "it has no line but the first", "add a line for each region and time")
    return lines


def number_in(raw: Line, column: str, where: str, *, positive: bool = True) -> float:
    """Return the number in a cell.

    Raises
    ------
    TableError
        If it is none, or below zero, or zero where it must be positive.
    """
    text = (raw.get(column) or "").strip()
    try:
        value = float(text)
    except ValueError:
        raise TableError(f"{where}, {column}", f"'{text}' is no number", "write a number") from None
    if not isfinite(value) or value < 0 or (positive and value == 0):
        raise TableError(f"{where}, {column}", f"{text} is impossible", "write a positive number")
    return value


def number_or_none(raw: Line, column: str, where: str, *, positive: bool = True) -> float | None:
    """Return the number in a cell; None where it is empty."""
    return number_in(raw, column, where, positive=positive) if (raw.get(column) or "").strip() else None


def cycle_and_region(raw: Line, where: str) -> tuple[int, str]:
    """Return which region of which cycle a line is about."""
    cycle = number_in(raw, "cycle", where)
    if cycle != int(cycle):
        raise TableError(f"{where}, cycle", f"{cycle} is no whole number", "write 1, 2, 3 ...")
    region = (raw.get("region") or "").strip()
    if not region:
        raise TableError(f"{where}, region", "it is empty", "write an organ code or a lesion id")
    return int(cycle), region


def _row(where: str, raw: Line) -> Row:
    cycle, region = cycle_and_region(raw, where)
    return Row(
        cycle=cycle,
        region=region,
        hours=number_in(raw, "hours", where),
        activity_mbq=number_in(raw, "activity_MBq", where, positive=False),
        volume_ml=number_in(raw, "volume_mL", where),
        mass_g=number_in(raw, "mass_g", where),
        recovery=number_or_none(raw, "recovery", where),
        relative_sigma=number_or_none(raw, "relative_sigma", where),
    )


def dose_of_rows(
    rows: Sequence[Row],
    *,
    cycle: Cycle,
    given_mbq: float,
    nuclide: Nuclide,
    labels: Mapping[str, str],
    choices: TableChoices,
) -> CycleDose:
    """Compute mean doses from the lines of one cycle; without images there is no dose map."""
    assert cycle.administration is not None
    started_at = cycle.administration.started_at
    found = [
        _curves(region, [row for row in rows if row.region == region], started_at, nuclide, choices)
        for region in sorted({row.region for row in rows})
    ]
    others = _others(found, choices.s_values)
    return CycleDose(
        cycle=cycle.number,
        agent=cycle.agent,
        given_mbq=given_mbq,
        regions=tuple(_region(one, others.gy.get(one.region), nuclide, labels, choices) for one in found),
        dose_map=None,
        engine="none: activities were given in a table",
        assumptions=(
            "Activities, volumes and masses were taken from a table as they stand there.",
            SPHERE,
            ALONE if choices.s_values is None else s_values_used(choices.s_values),
        ),
        warnings=tuple(s_values_left_out(others)),
        marrow=marrow_doses(choices.marrow, _around(found, nuclide, choices)),
    )


def _around(found: Sequence[_Curves], nuclide: Nuclide, choices: TableChoices) -> Surroundings:
    return Surroundings(
        half_life_h=nuclide.half_life_h,
        samples=next((one.samples for one in found if one.region == MARROW), ()),
        tia_mbq_h={one.region: one.best.tia_mbq_h for one in found if isinstance(one.best, TimeActivityFit)},
        s_values=choices.s_values,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Curves:
    """The samples of one region and the curves through them, without and with recovery."""

    region: str
    samples: tuple[Sample, ...]
    mass_g: float
    uncorrected: TimeActivityFit | FitRefusal
    corrected: TimeActivityFit | FitRefusal | None

    @property
    def best(self) -> TimeActivityFit | FitRefusal:
        return self.uncorrected if self.corrected is None else self.corrected


def _curves(region: str, rows: Sequence[Row], started_at: datetime, nuclide: Nuclide, choices: TableChoices) -> _Curves:
    own = sorted(rows, key=lambda row: row.hours)
    if len({row.mass_g for row in own}) > 1:
        raise TableError(f"region {region}", "its mass differs between lines", "state one mass for the cycle")
    samples = tuple(
        Sample(
            hours=row.hours,
            acquired_at=started_at + timedelta(hours=row.hours),
            volume_ml=row.volume_ml,
            uncorrected_mbq=row.activity_mbq,
            recovery=row.recovery,
            relative_sigma=row.relative_sigma,
        )
        for row in own
    )

    def fitted(*, corrected: bool) -> TimeActivityFit | FitRefusal:
        return fit(
            samples,
            half_life_h=nuclide.half_life_h,
            region=region,
            corrected=corrected,
            single_time_point=choices.half_lives.get(region),
            model=choices.models.get(region),
            earlier=choices.earlier.get(region),
        )

    known = all(sample.recovery is not None for sample in samples)
    return _Curves(
        region=region,
        samples=samples,
        mass_g=own[0].mass_g,
        uncorrected=fitted(corrected=False),
        corrected=fitted(corrected=True) if known else None,
    )


def _others(found: Sequence[_Curves], table: SValues | None) -> CrossOrganDose:
    """Return what organs get from each other; nothing where the centre states no S-values."""
    if table is None:
        return CrossOrganDose(gy={})
    fits = {one.region: one.best for one in found}
    return cross_organ_dose(
        {name: curve.tia_mbq_h for name, curve in fits.items() if isinstance(curve, TimeActivityFit)}, table
    )


def _region(
    found: _Curves, others_gy: float | None, nuclide: Nuclide, labels: Mapping[str, str], choices: TableChoices
) -> RegionDose:
    def dose(curve: TimeActivityFit | FitRefusal) -> DoseValue | FitRefusal:
        if (unstated := without_mean_dose(found.region)) is not None:
            return unstated
        if isinstance(curve, FitRefusal):
            return curve
        mean = mean_dose_gy(curve.tia_mbq_h, found.mass_g, nuclide=nuclide.name)
        total = None if others_gy is None else mean + others_gy
        return with_bed(DoseValue(fit=curve, mean_dose_gy=mean, total_dose_gy=total), found.region, choices.repair)

    return RegionDose(
        region=found.region,
        label=labels.get(found.region, found.region),
        samples=found.samples,
        mass_g=found.mass_g,
        mass_from="the table",
        uncorrected=dose(found.uncorrected),
        corrected=None if found.corrected is None else dose(found.corrected),
    )
