"""Batches followed on a CUDA device: what goes there, in which order it works, and what comes back.

Tables, body and sources are copied there once, bit by bit. Three maps stay there however many batches are followed:
one of the batch, the sum and the sum of squares. After a round of batches a few numbers of each come back, the maps at
the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import floor, log2
from typing import Any, Final

import numpy as np
from numba import cuda
from numpy.typing import NDArray

from lutetia.dosimetry.monte_carlo.batches import Array, Energies, Problem
from lutetia.dosimetry.monte_carlo.cuda import in_words, require_device
from lutetia.dosimetry.monte_carlo.kernels import Scores, collect, follow, measure

THREADS: Final = 128
"""Of a block; a history needs about 70 registers, so that several blocks share a multiprocessor."""
MOST_BLOCKS: Final = 1024
"""For sums over voxels: each thread adds many, and then once to what all share."""
_ROOM: Final = 58
"""Bits for the energy of a batch: expected scores may exceed what was emitted, never 32 times."""


def uploaded(values: Any) -> Any:
    """Return a tuple with every array in it copied to the device, bit by bit."""
    there = (cuda.to_device(np.ascontiguousarray(one)) if isinstance(one, np.ndarray) else one for one in values)
    return type(values)(*there)


def units_per_kev(problem: Problem) -> float:
    """Return how fine energy is counted: a power of two, so that a whole batch in one voxel is not too much."""
    most = problem.count * float(problem.sources.weight.max()) * problem.emission.followed_kev
    return 2.0 ** floor(_ROOM - log2(most))


class OnDevice:
    """Each batch with a thread for every history."""

    def __init__(self, problem: Problem) -> None:
        require_device()
        self.device = in_words("cuda")
        self._problem = problem
        self._tables = tuple(map(uploaded, (problem.grid, problem.sources, problem.emission, problem.tables)))
        self._scores = Scores(_zeros(problem.voxels, np.int64), units_per_kev(problem))
        self._sum, self._square = _zeros(problem.voxels, np.float64), _zeros(problem.voxels, np.float64)
        self._escaped = _zeros(problem.count, np.float64)
        self._regions = _joined(problem) if problem.regions else ()

    def followed(self, batches: range) -> Iterator[Energies]:
        """Follow batches, and say in their order what each left."""
        found = [_zeros(len(self._problem.regions) + 2, np.int64) for _ in batches]
        for batch, one in zip(batches, found, strict=True):
            self._follow(batch, one)
        per_batch = self._scores.per_kev * self._problem.count
        for one in found:
            *regions, absorbed, escaped = (float(kev) for kev in one.copy_to_host() / per_batch)
            yield Energies(regions, absorbed, escaped)

    def maps(self) -> tuple[Array, Array]:
        """Return the sums over all batches of each voxel's energy, and of its square."""
        return self._sum.copy_to_host(), self._square.copy_to_host()

    def _follow(self, batch: int, found: Any) -> None:
        p = self._problem
        follow[_blocks(p.count), THREADS](
            np.uint64(p.seed), batch * p.count, p.analog, *self._tables, self._scores, self._escaped
        )
        if p.regions:
            largest = max(len(voxels) for voxels, _ in p.regions.values())
            across = min(MOST_BLOCKS, _blocks(largest)), len(p.regions)
            measure[across, (THREADS, 1)](self._scores, *self._regions, found)
        collect[min(MOST_BLOCKS, _blocks(max(p.voxels, p.count))), THREADS](
            self._scores, self._escaped, self._sum, self._square, found
        )


def _blocks(size: int) -> int:
    return max(1, -(-size // THREADS))


def _zeros(size: int, kind: type[np.generic]) -> Any:
    return cuda.to_device(np.zeros(size, dtype=kind))


def _joined(problem: Problem) -> tuple[Any, ...]:
    """Return regions end to end: where each begins, its voxels, and the part of each that is inside."""
    regions = problem.regions.values()
    first = np.cumsum([0, *(len(voxels) for voxels, _ in regions)], dtype=np.int64)
    voxels: NDArray[np.int64] = np.concatenate([np.zeros(0, np.int64), *(voxels for voxels, _ in regions)])
    return tuple(map(cuda.to_device, (first, voxels, np.concatenate([np.zeros(0), *(part for _, part in regions)]))))
