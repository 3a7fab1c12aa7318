"""When the simulated man was treated and scanned, and how much he was given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from lutetia.course.cycle import Administration, SyringeReading
from lutetia.fileform import Quantity
from lutetia.simulation.kinetics import LU177_HALF_LIFE_H

TIME_ZONE: Final = "Europe/Paris"
PARIS: Final = ZoneInfo(TIME_ZONE)
AGENT: Final = "[177Lu]Lu-PSMA-617"

CYCLE_STARTS: Final = (datetime(2026, 1, 12, 10, 20, tzinfo=PARIS), datetime(2026, 2, 23, 10, 40, tzinfo=PARIS))
SCAN_HOURS: Final = ((4.0, 24.0, 72.0, 168.0), (48.0,))
"""Wanted times of the SPECT/CT after each administration [h]."""

PET_STARTS: Final = (datetime(2025, 12, 16, 11, 5, tzinfo=PARIS), datetime(2026, 4, 1, 10, 50, tzinfo=PARIS))


@dataclass(frozen=True, slots=True)
class Given:
    """One cycle as it was given and scanned.

    Attributes
    ----------
    number : int
    administration : Administration
    scans : tuple of datetime
        Start of each SPECT.
    """

    number: int
    administration: Administration
    scans: tuple[datetime, ...]

    @property
    def mbq(self) -> float:
        """Activity given, at the start of the administration [MBq]."""
        given = self.administration.given_mbq(LU177_HALF_LIFE_H)
        assert given is not None
        return given

    @property
    def hours(self) -> tuple[float, ...]:
        """Start of each scan after the start of the administration [h]."""
        start = self.administration.started_at
        return tuple((scan - start).total_seconds() / 3600 for scan in self.scans)


def cycles(rng: np.random.Generator) -> tuple[Given, ...]:
    """Return the cycles given, with syringes and times as they happened to be."""
    return tuple(
        _given(number, start, hours, rng)
        for number, (start, hours) in enumerate(zip(CYCLE_STARTS, SCAN_HOURS, strict=True), start=1)
    )


def _given(number: int, start: datetime, wanted: tuple[float, ...], rng: np.random.Generator) -> Given:
    full, left = 7.46 + 0.09 * rng.uniform(-1, 1), 0.045 + 0.02 * rng.uniform(-1, 1)
    administration = Administration(
        started_at=start,
        syringe_before=SyringeReading(
            activity=Quantity(value=round(full, 3), unit="GBq"), at=start - timedelta(minutes=18)
        ),
        syringe_after=SyringeReading(
            activity=Quantity(value=round(left, 3), unit="GBq"), at=start + timedelta(minutes=25)
        ),
        ended_at=start + timedelta(minutes=12),
        calibrator="activity meter 2",
        route="intravenous",
        site="arm vein",
        side="left",
        volume=Quantity(value=9.5, unit="mL"),
        extravasation=False,
        by="nuclear medicine physician",
    )
    scans = []
    for hours in wanted:
        late = timedelta(minutes=int(rng.integers(-20, 21) if hours < 12 else rng.integers(-75, 76)))
        scans.append((start + timedelta(hours=hours) + late).replace(second=0, microsecond=0))
    return Given(number, administration, tuple(scans))
