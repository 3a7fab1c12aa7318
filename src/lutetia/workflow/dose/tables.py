"""Every intermediate of a dose calculation as CSV, so that another tool can take over at any step.

``activities.csv`` is read back by ``lutetia dose --activities``, ``doses.csv`` by ``lutetia compare``. Units stand in
the names of the columns; numbers are written in full.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from lutetia.dosimetry.region_table import RegionRow, rows_of
from lutetia.dosimetry.result import CycleDose, FitRefusal, RegionDose, TimeActivityFit

Cell = str | float | int | None

ACTIVITIES: Final = (
    "cycle", "region", "hours", "activity_MBq", "volume_mL", "mass_g", "recovery", "relative_sigma",
)  # fmt: skip
FITS: Final = (
    "cycle", "region", "recovery", "model", "term", "amplitude_MBq", "rate_per_h", "effective_half_life_h",
    "tia_MBq_h", "tia_relative_sigma", "tail_fraction", "refused",
)  # fmt: skip
DOSES: Final[Mapping[str, str]] = {
    "cycle": "cycle", "region": "region", "label": "label", "dose_Gy": "dose_gy", "sigma_Gy": "sigma_gy",
    "bed_Gy": "bed_gy", "volume_mL": "volume_ml", "mass_g": "mass_g", "tia_MBq_h": "tia_mbq_h", "tiac_h": "tiac_h",
    "model": "model", "dose_from": "dose_from", "not_stated": "not_stated",
}  # fmt: skip
"""Column of ``doses.csv`` to the field of :class:`lutetia.dosimetry.region_table.RegionRow`."""


def write_tables(folder: Path, cycles: Sequence[CycleDose]) -> tuple[Path, ...]:
    """Write activities, fits and doses of all cycles; return the files."""
    texts = {
        "activities.csv": csv_text(ACTIVITIES, _activities(cycles)),
        "fits.csv": csv_text(FITS, _fits(cycles)),
        "doses.csv": csv_text(tuple(DOSES), _doses(row for cycle in cycles for row in rows_of(cycle))),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return tuple(folder / name for name in texts)


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return rows as CSV with a line of columns; what is unknown is empty, numbers keep every digit."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return stream.getvalue()


def _activities(cycles: Sequence[CycleDose]) -> Iterable[Sequence[Cell]]:
    for cycle in cycles:
        for region in cycle.regions:
            for s in region.samples:
                yield (
                    cycle.cycle, region.region, s.hours, s.uncorrected_mbq, s.volume_ml, region.mass_g, s.recovery,
                    s.relative_sigma,
                )  # fmt: skip


def _fits(cycles: Sequence[CycleDose]) -> Iterable[Sequence[Cell]]:
    for cycle in cycles:
        for region in cycle.regions:
            for recovery, found in _curves(region):
                start: tuple[Cell, ...] = (cycle.cycle, region.region, recovery)
                if isinstance(found, FitRefusal):
                    yield (*start, *(None,) * 8, found.reason)
                    continue
                for n, term in enumerate(found.terms, start=1):
                    yield (
                        *start, found.model, n, term.amplitude_mbq, term.rate_per_h, found.effective_half_life_h,
                        found.tia_mbq_h, found.tia_relative_sigma, found.tail_fraction, None,
                    )  # fmt: skip


def _curves(region: RegionDose) -> Iterable[tuple[str, TimeActivityFit | FitRefusal]]:
    for recovery, value in (("without", region.uncorrected), ("with", region.corrected)):
        if value is not None:
            yield recovery, value if isinstance(value, FitRefusal) else value.fit


def _doses(rows: Iterable[RegionRow]) -> Iterable[Sequence[Cell]]:
    for row in rows:
        yield tuple(getattr(row, name) for name in DOSES.values())
