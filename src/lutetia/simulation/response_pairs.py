"""What is true of a man's disease on two days: volumes, change, new lesions; and the two PET that show it."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import cbrt
from types import MappingProxyType
from typing import Final

import numpy as np

from lutetia.simulation.camera import Ring
from lutetia.simulation.images import uid
from lutetia.simulation.psma_pet import SCAN_GRID, Deposit, SeenDeposit, SimulatedDisease, scan
from lutetia.simulation.response_sites import SITES
from lutetia.simulation.shape import Point
from lutetia.volume import Geometry, Rigid

THRESHOLD_SUV: Final = 3.0
"""From which on a voxel counts in the true volume that a scanner sees."""
TURN_DEGREES, SHIFT_MM = 3.0, 12.0
"""Between two scans a man lies at most so differently, about and along each axis."""
MIDDLE_MM: Final[Point] = (0.0, 0.0, 180.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionCourse:
    """One lesion on both days.

    Attributes
    ----------
    site : str
        One of :data:`~lutetia.simulation.response_sites.SITES`.
    suv : tuple of (float or None)
        True uptake on each day; None where it is not there.
    volume : tuple of float
        Its volume on each day relative to that of the site.
    moved_mm : tuple of float
        Away from the middle of the site (x, y, z), on both days.
    disease : bool
        False for uptake that is none, such as urine in a ureter.
    """

    site: str
    suv: tuple[float | None, float | None]
    volume: tuple[float, float] = (1.0, 1.0)
    moved_mm: Point = (0.0, 0.0, 0.0)
    disease: bool = True
    name: str = ""

    @property
    def id(self) -> str:
        """Its name: that of the site, unless it has one of its own."""
        return self.name or self.site

    @property
    def new(self) -> bool:
        """Whether it is disease of the second day only."""
        return self.disease and self.suv[0] is None and self.suv[1] is not None

    def on(self, day: int) -> Deposit | None:
        """Return it as it is on the first day (0) or the second (1); None where it is not there."""
        suv = self.suv[day]
        if suv is None:
            return None
        site, scale = SITES[self.site], cbrt(self.volume[day])
        a, b, c = (radius * scale for radius in site.radii)
        x, y, z = (float(at + by) for at, by in zip(site.centre, self.moved_mm, strict=True))
        return Deposit(id=self.id, centre=(x, y, z), radii=(a, b, c), suv=suv, disease=self.disease)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A pair of PET to be made.

    Attributes
    ----------
    name, shows : str
        In words: what happens, and what of the measurement it tests.
    lesions : tuple of LesionCourse
    uptake : tuple of mapping of str to float
        Uptake of organs on each day relative to the usual.
    """

    name: str
    shows: str
    lesions: tuple[LesionCourse, ...]
    uptake: tuple[Mapping[str, float], Mapping[str, float]] = field(
        default=(MappingProxyType({}), MappingProxyType({}))
    )

    @property
    def seed(self) -> int:
        """The number from which pose and noise are drawn: the same for the same name."""
        return zlib.crc32(self.name.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class PairTruth:
    """What is true of a pair.

    Attributes
    ----------
    baseline_ml, follow_up_ml : float
        Volume of all disease as the scanner sees it without noise at :data:`THRESHOLD_SUV` [mL].
    geometric_ml : tuple of float
        Volume of all disease on each day as it was drawn [mL].
    new, vanished : tuple of str
        Lesions of one of the two days only.
    """

    baseline_ml: float
    follow_up_ml: float
    geometric_ml: tuple[float, float]
    new: tuple[str, ...]
    vanished: tuple[str, ...]

    @property
    def change_percent(self) -> float:
        """Of the volume seen [%]; there is always disease at baseline."""
        return 100 * (self.follow_up_ml - self.baseline_ml) / self.baseline_ml


@dataclass(frozen=True, kw_only=True, eq=False)
class SimulatedPair:
    """Two PET of one man, and what is true of them."""

    scenario: Scenario
    baseline: SimulatedDisease
    follow_up: SimulatedDisease
    truth: PairTruth


def simulate_pair(scenario: Scenario, *, ring: Ring | None = None, grid: Geometry = SCAN_GRID) -> SimulatedPair:
    """Make the two PET of a scenario; the same scenario gives the same pair.

    Parameters
    ----------
    scenario : Scenario
    ring : Ring, optional
        The scanner of both days.
    grid : Geometry
        Voxels of both scans.
    """
    rng = np.random.default_rng(scenario.seed)
    days = []
    for day in (0, 1):
        motion = _lies(rng, still=day == 0)
        deposits = tuple(one for lesion in scenario.lesions if (one := lesion.on(day)) is not None)
        days.append(
            scan(
                deposits,
                motion=motion,
                frame_of_reference=uid(scenario.seed, f"pet {day + 1} frame"),
                seed=scenario.seed + day,
                threshold=THRESHOLD_SUV,
                uptake=scenario.uptake[day],
                ring=ring,
                grid=grid,
            )
        )
    return SimulatedPair(scenario=scenario, baseline=days[0], follow_up=days[1], truth=_truth(scenario, *days))


def _lies(rng: np.random.Generator, *, still: bool) -> Rigid:
    """Draw how he lies: on the first day only shifted a little, on the second turned and shifted."""
    turn, shift = ((0.0, 0.0, 0.0), 3.0) if still else (rng.uniform(-TURN_DEGREES, TURN_DEGREES, 3), SHIFT_MM)
    return Rigid.about(MIDDLE_MM, turned_degrees=turn, shift_mm=rng.uniform(-shift, shift, 3))


def _truth(scenario: Scenario, baseline: SimulatedDisease, follow_up: SimulatedDisease) -> PairTruth:
    before, after = baseline.lesions, follow_up.lesions
    ids = {one.deposit.id for one in before}
    later = {one.deposit.id for one in after}
    return PairTruth(
        baseline_ml=_seen_ml(before),
        follow_up_ml=_seen_ml(after),
        geometric_ml=(_drawn_ml(before), _drawn_ml(after)),
        new=tuple(lesion.id for lesion in scenario.lesions if lesion.new),
        vanished=tuple(sorted(ids - later)),
    )


def _seen_ml(lesions: tuple[SeenDeposit, ...]) -> float:
    return sum(one.seen_ml for one in lesions)


def _drawn_ml(lesions: tuple[SeenDeposit, ...]) -> float:
    return sum(one.deposit.volume_ml for one in lesions)
