"""What the laboratory of the simulated patient reported.

Values follow what is usual in a man who responds: PSA falls, blood counts and kidney function fall a little. They
are made up; nobody was measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import numpy as np

from lutetia.course import Fact
from lutetia.simulation.schedule import PARIS

DAYS: Final = (
    date(2025, 11, 19), date(2025, 12, 10), date(2025, 12, 30), date(2026, 1, 9), date(2026, 2, 2), date(2026, 2, 20),
    date(2026, 3, 16), date(2026, 3, 30), date(2026, 4, 7),
)  # fmt: skip
"""Sampling days: three before, then three days before each cycle, between the cycles, and before the third."""

LAST_DAY: Final = DAYS[-1]
BORN: Final = date(1954, 6, 17)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The results of one item: one value for each day, None where it was not asked for."""

    item: str
    unit: str
    lower: float | None
    upper: float | None
    values: tuple[float | None, ...]
    digits: int
    spread: float = 0.02


SERIES: Final = (
    Series(item="lab.haemoglobin", unit="g/dL", lower=13.0, upper=17.0, digits=1, spread=0.012,
           values=(12.4, 12.2, 12.1, 11.9, 11.5, 11.4, 11.0, 11.1, 11.2)),
    Series(item="lab.haematocrit", unit="%", lower=40, upper=52, digits=0, spread=0.012,
           values=(37, 37, 36, 36, 35, 34, 33, 33, 34)),
    Series(item="lab.leukocytes", unit="10*9/L", lower=4.0, upper=10.0, digits=1,
           values=(6.8, 6.5, 6.6, 6.4, 5.5, 5.3, 4.9, 4.8, 5.0)),
    Series(item="lab.neutrophils", unit="10*9/L", lower=1.8, upper=7.5, digits=1,
           values=(4.3, 4.1, 4.2, 4.0, 3.3, 3.2, 2.9, 2.8, None)),
    Series(item="lab.lymphocytes", unit="10*9/L", lower=1.0, upper=4.0, digits=1,
           values=(1.7, 1.6, 1.7, 1.6, 1.4, 1.3, 1.2, 1.2, None)),
    Series(item="lab.platelets", unit="10*9/L", lower=150, upper=400, digits=0,
           values=(232, 228, 236, 225, 199, 206, 184, 181, 188)),
    Series(item="lab.creatinine", unit="mg/dL", lower=0.7, upper=1.2, digits=2, spread=0.01,
           values=(0.91, 0.93, 0.92, 0.94, 1.00, 1.01, 1.07, None, 1.09)),
    Series(item="lab.ast", unit="U/L", lower=None, upper=40, digits=0, spread=0.05,
           values=(27, 25, 28, 26, 29, 28, 27, None, 28)),
    Series(item="lab.alt", unit="U/L", lower=None, upper=41, digits=0, spread=0.05,
           values=(22, 21, 24, 22, 25, 23, 24, None, 23)),
    Series(item="lab.bilirubin", unit="mg/dL", lower=None, upper=1.2, digits=1, spread=0.03,
           values=(0.6, 0.6, 0.5, 0.6, 0.6, 0.5, 0.6, None, 0.6)),
    Series(item="lab.albumin", unit="g/dL", lower=3.5, upper=5.2, digits=1, spread=0.01,
           values=(4.1, 4.0, 4.0, 4.0, 3.9, 3.9, 3.9, None, 3.9)),
    Series(item="lab.alkaline_phosphatase", unit="U/L", lower=40, upper=130, digits=0,
           values=(168, 176, 185, 190, 173, 158, 146, None, 139)),
    Series(item="lab.ldh", unit="U/L", lower=135, upper=225, digits=0,
           values=(248, 256, 262, 265, 241, 233, 226, None, 219)),
    Series(item="lab.psa", unit="ng/mL", lower=None, upper=4.0, digits=1, spread=0.03,
           values=(71.2, 78.9, 86.4, 90.1, 74.8, 58.3, 45.5, None, 36.2)),
    Series(item="lab.crp", unit="mg/L", lower=None, upper=5.0, digits=1, spread=0.08,
           values=(6.1, 5.4, 5.9, 5.6, 4.8, 4.1, 4.4, None, 3.9)),
)  # fmt: skip
"""Day 8 was a blood count with differential alone; on day 9 the differential was left out."""


def results(rng: np.random.Generator) -> dict[str, tuple[Fact, ...]]:
    """Return all laboratory results by item."""
    found = {series.item: _facts(series, rng) for series in SERIES}
    found["lab.egfr"] = tuple(_egfr(creatinine) for creatinine in found["lab.creatinine"])
    found["lab.testosterone"] = (
        Fact(item="lab.testosterone", value=20, comparator="<", unit="ng/dL", at=DAYS[1], lower=240, upper=870),
    )
    return found


def _facts(series: Series, rng: np.random.Generator) -> tuple[Fact, ...]:
    facts = []
    for day, value in zip(DAYS, series.values, strict=True):
        differs = float(np.exp(series.spread * np.clip(rng.standard_normal(), -2, 2)))
        if value is None:
            continue
        number = round(value * differs, series.digits)
        facts.append(
            Fact(
                item=series.item, value=number, unit=series.unit, at=day, lower=series.lower, upper=series.upper,
                recorded_at=_reported(day), source="hospital laboratory",
            )
        )  # fmt: skip
    return tuple(facts)


def _reported(day: date) -> datetime | None:
    """Return when a result was released; the older ones were typed in without a time."""
    return datetime(day.year, day.month, day.day, 15, 40, tzinfo=PARIS) if day >= DAYS[3] else None


def _egfr(creatinine: Fact) -> Fact:
    """Estimate the GFR of a man from creatinine by CKD-EPI 2021 (N Engl J Med 2021;385:1737)."""
    age = (creatinine.day - BORN).days // 365.25
    ratio = creatinine.quantity / 0.9
    value = 142 * min(ratio, 1) ** -0.302 * max(ratio, 1) ** -1.200 * 0.9938**age
    return Fact(
        item="lab.egfr", value=round(value), unit="mL/min/{1.73_m2}", at=creatinine.at, method="CKD-EPI 2021",
        lower=60, recorded_at=creatinine.recorded_at, source=creatinine.source,
    )  # fmt: skip
