"""What a batch of histories is, and who follows it: every core of this machine here, a CUDA device elsewhere.

A batch is the same set of histories wherever it is followed. Whoever follows it keeps the sums over batches of each
voxel's energy and of its square, and says how much the batch left in every region.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from lutetia.dosimetry.monte_carlo.cuda import CORES
from lutetia.dosimetry.monte_carlo.tables import Emission, PhotonTables
from lutetia.dosimetry.monte_carlo.transport import Grid, Sources, follow_batch

Array = NDArray[np.float64]
Weights = tuple[NDArray[np.intp], Array]
"""A region: flat voxel numbers and the part of each that is inside."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """What is to be followed.

    Attributes
    ----------
    seed : int
    count : int
        Histories of one batch.
    analog : bool
        Score real interactions only.
    grid, sources, emission, tables
        See :mod:`lutetia.dosimetry.monte_carlo.transport`.
    regions : mapping of str to Weights
    """

    seed: int
    count: int
    analog: bool
    grid: Grid
    sources: Sources
    emission: Emission
    tables: PhotonTables
    regions: Mapping[str, Weights]

    @property
    def voxels(self) -> int:
        """Voxels of the grid."""
        return len(self.grid.density_g_ml)


class Energies(NamedTuple):
    """What one batch left, per decay [keV].

    Attributes
    ----------
    regions : list of float
    absorbed, escaped : float
        In the whole grid, and out of it.
    """

    regions: list[float]
    absorbed: float
    escaped: float


class Follower(Protocol):
    """Follows batches.

    Attributes
    ----------
    device : str
        Where, in words.
    """

    device: str

    def followed(self, batches: range) -> Iterator[Energies]:
        """Follow batches, and say in their order what each left."""

    def maps(self) -> tuple[Array, Array]:
        """Return the sums over all batches of each voxel's energy, and of its square."""


def threads() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class OnCores:
    """Each batch on one core, with a map of its own; maps are added in the order of the batches."""

    device = CORES

    def __init__(self, problem: Problem, workers: int | None) -> None:
        self._problem = problem
        self._workers = workers or threads()
        self._sum, self._square = np.zeros(problem.voxels), np.zeros(problem.voxels)

    def followed(self, batches: range) -> Iterator[Energies]:
        """Follow batches, and say in their order what each left."""
        with ThreadPoolExecutor(self._workers) as pool:
            for kev, escaped in _in_order(pool, self._one, batches, self._workers):
                self._sum += kev
                found = [float(kev[voxels] @ part) for voxels, part in self._problem.regions.values()]
                absorbed = float(kev.sum())
                np.multiply(kev, kev, out=kev)
                self._square += kev
                yield Energies(found, absorbed, escaped)

    def maps(self) -> tuple[Array, Array]:
        """Return the sums over all batches of each voxel's energy, and of its square."""
        return self._sum, self._square

    def _one(self, batch: int) -> tuple[Array, float]:
        p = self._problem
        score = np.zeros(p.voxels, dtype=np.float32)
        escaped = follow_batch(
            np.uint64(p.seed), batch * p.count, p.count, p.analog, p.grid, p.sources, p.emission, p.tables, score
        )
        return score.astype(np.float64) / p.count, escaped / p.count


def _in_order(
    pool: ThreadPoolExecutor, one: Callable[[int], tuple[Array, float]], batches: range, workers: int
) -> Iterator[tuple[Array, float]]:
    """Yield results in the order of the batches, with one more map waiting than there are threads."""
    waiting: deque[Future[tuple[Array, float]]] = deque()
    for batch in batches:
        waiting.append(pool.submit(one, batch))
        if len(waiting) > workers:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
