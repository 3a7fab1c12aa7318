"""Run histories in fixed batches until named regions are known well enough.

Every batch is a whole, independent simulation with its own histories and its own map; maps are added in the order of
the batches. So the result depends on seed and settings only, bit by bit, never on how many threads did the work. Sigma
is that of the mean of the batches: the spread between them holds every correlation inside one. On a CUDA device the
batches, the tally and the stopping are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lutetia.dosimetry.monte_carlo.batches import Array, Energies, Follower, OnCores, Problem, Weights
from lutetia.dosimetry.monte_carlo.tables import Emission, PhotonTables
from lutetia.dosimetry.monte_carlo.transport import Grid, Sources
from lutetia.vocabulary.device import Device

BATCHES_AT_ONCE: Final = 10
"""How many batches lie between two looks at the uncertainty; a batch is never cut short."""
SMALLEST_BATCH: Final = 50_000
VOXELS_PER_HISTORY: Final = 20
"""A map of a large grid takes time to add, so its batches are larger."""
FEWEST_BATCHES: Final = 20
"""With 20 batches a standard uncertainty is itself known to 16 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopping:
    """When to stop.

    Attributes
    ----------
    relative_sigma : float
        Asked of the energy that photons leave in every named region.
    most_histories : int
        Where to stop at the latest.
    """

    relative_sigma: float
    most_histories: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Transported:
    """What photons left where.

    Attributes
    ----------
    kev : ndarray, axes (voxel,)
        Energy per decay in each voxel [keV].
    sigma_kev : ndarray, axes (voxel,)
        Its statistical standard uncertainty.
    regions : mapping of str to (float, float)
        Energy per decay in each named region, and its relative standard uncertainty; infinite where nothing came.
    escaped_kev : float
        What left the grid [keV per decay].
    sum_relative_sigma : float
        Of what is absorbed and what left, together: how well energy must be conserved.
    emitted_kev : float
        What was followed [keV per decay].
    histories, batches : int
    reached : bool
        Every named region is known as well as was asked.
    device : str
        Where they were followed, in words.
    """

    kev: Array
    sigma_kev: Array
    regions: Mapping[str, tuple[float, float]]
    escaped_kev: float
    sum_relative_sigma: float
    emitted_kev: float
    histories: int
    batches: int
    reached: bool
    device: str

    @property
    def balance(self) -> float:
        """Energy absorbed and escaped over energy emitted; 1 within ``sum_relative_sigma``."""
        return (float(self.kev.sum()) + self.escaped_kev) / self.emitted_kev


Report = Callable[[float], None]
"""Told the part done, 0 to 1."""


def sources_of(decays: NDArray[np.floating], regions: Mapping[str, Weights]) -> Sources:
    """Return where histories start: one half as decays lie, the other half shared evenly among the named regions.

    Small regions so get as many of their own photons as large ones; a history that starts where more do counts less,
    and none counts more than twice.

    Parameters
    ----------
    decays : ndarray
        At least 0.
    regions : mapping of str to Weights
    """
    flat = decays.reshape(-1).astype(np.float64)
    flat /= flat.sum()
    favoured = [(voxels, part * flat[voxels]) for voxels, part in regions.values()]
    emitting = [(voxels, own / own.sum()) for voxels, own in favoured if own.sum() > 0]
    started = flat.copy()
    for voxels, own in emitting:
        started[voxels] += own / len(emitting)
    started /= started.sum()
    voxel = np.flatnonzero(flat)
    share = np.cumsum(started[voxel])
    share /= share[-1]
    share[-1] = 1.0
    return Sources(voxel.astype(np.int32), share, flat[voxel] / started[voxel])


def weights_of(part: NDArray[np.floating]) -> Weights:
    """Return a region by the part of each voxel, axes (z, y, x), that is inside."""
    flat = part.reshape(-1)
    voxels = np.flatnonzero(flat)
    return voxels, flat[voxels].astype(np.float64)


def transport(
    grid: Grid,
    sources: Sources,
    emission: Emission,
    tables: PhotonTables,
    *,
    seed: int,
    regions: Mapping[str, Weights],
    stopping: Stopping,
    workers: int | None = None,
    analog: bool = False,
    device: Device = "cpu",
    report: Report | None = None,
) -> Transported:
    """Follow photons until every region is known well enough.

    Parameters
    ----------
    grid, sources, emission, tables
        See :mod:`lutetia.dosimetry.monte_carlo.transport`.
    seed : int
        The same seed gives the same result, whatever ``workers`` is.
    regions : mapping of str to Weights
        Without any, the energy in the whole grid is what must be known.
    stopping : Stopping
    workers : int, optional
        Threads; every core that this process may use otherwise.
    analog : bool
        Score real interactions only; for comparison of efficiency.
    device : {"cpu", "cuda"}
        Processor cores, or the CUDA device of this machine.
    report : callable, optional
    """
    count = max(SMALLEST_BATCH, len(grid.density_g_ml) // VOXELS_PER_HISTORY)
    rounds = max(-(-FEWEST_BATCHES // BATCHES_AT_ONCE), stopping.most_histories // (count * BATCHES_AT_ONCE))
    problem = Problem(
        seed=seed, count=count, analog=analog, grid=grid, sources=sources, emission=emission, tables=tables,
        regions=regions,
    )  # fmt: skip
    tally = _Tally(regions)
    follower = _follower(problem, device, workers)
    for number in range(rounds):
        first = number * BATCHES_AT_ONCE
        for batch in follower.followed(range(first, first + BATCHES_AT_ONCE)):
            tally.add(batch)
        if report is not None:
            report(min(1.0, max(tally.progress(stopping.relative_sigma), (number + 1) / rounds)))
        if tally.count >= FEWEST_BATCHES and tally.worst() <= stopping.relative_sigma:
            break
    return tally.result(follower, problem, stopping.relative_sigma)


def _follower(problem: Problem, device: Device, workers: int | None) -> Follower:
    if device == "cpu":
        return OnCores(problem, workers)
    from lutetia.dosimetry.monte_carlo.device import OnDevice

    return OnDevice(problem)


class _Tally:
    """Sums over batches."""

    def __init__(self, regions: Mapping[str, Weights]) -> None:
        self.count = 0
        self._regions = regions
        self._by_region: list[list[float]] = []
        self._whole: list[float] = []
        self._escaped: list[float] = []

    def add(self, batch: Energies) -> None:
        self.count += 1
        self._by_region.append(batch.regions or [batch.absorbed])
        self._whole.append(batch.absorbed + batch.escaped)
        self._escaped.append(batch.escaped)

    def _relative(self) -> NDArray[np.float64]:
        found = np.array(self._by_region)
        mean = found.mean(axis=0)
        sigma = found.std(axis=0, ddof=1) / sqrt(self.count)
        return np.asarray(np.divide(sigma, mean, out=np.full_like(mean, np.inf), where=mean > 0))

    def worst(self) -> float:
        return float(self._relative().max())

    def progress(self, asked: float) -> float:
        """Return the part done: sigma falls with the root of the histories."""
        worst = self.worst()
        return (asked / worst) ** 2 if worst > 0 else 1.0

    def result(self, follower: Follower, problem: Problem, asked: float) -> Transported:
        total, square = follower.maps()
        mean = total / self.count
        variance = np.maximum(square / self.count - mean**2, 0.0) / (self.count - 1)
        energies = np.array(self._by_region).mean(axis=0)
        relative = self._relative()
        whole = np.array(self._whole)
        return Transported(
            kev=mean,
            sigma_kev=np.sqrt(variance),
            regions={
                name: (float(kev), float(sigma))
                for name, kev, sigma in zip(self._regions, energies, relative, strict=False)
            },
            escaped_kev=float(np.mean(self._escaped)),
            sum_relative_sigma=float(whole.std(ddof=1) / sqrt(self.count) / whole.mean()),
            emitted_kev=problem.emission.followed_kev,
            histories=self.count * problem.count,
            batches=self.count,
            reached=bool(relative.max() <= asked),
            device=follower.device,
        )
