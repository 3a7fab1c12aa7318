"""The same histories, one on each thread of a CUDA device.

What happens to photons is ``histories``, the very function that processor cores run, compiled for the device. Only how
energy is added differs: many threads add to one voxel at once, so each adds whole numbers of a small part of a keV.
Their sum does not depend on the order of the threads, nor on how many there are.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import cuda
from numpy.typing import NDArray

from lutetia.dosimetry.monte_carlo.tables import Emission, PhotonTables
from lutetia.dosimetry.monte_carlo.transport import Grid, Sources, histories

Units = NDArray[np.int64]
Array = NDArray[np.float64]


class Scores(NamedTuple):
    """A map of one batch.

    Attributes
    ----------
    units : ndarray, axes (voxel,)
    per_kev : float
        Units in one keV.
    """

    units: Units
    per_kev: float


@cuda.jit(device=True)
def _add(scores: Scores, voxel: int, kev: float) -> None:
    cuda.atomic.add(scores.units, voxel, np.int64(kev * scores.per_kev + 0.5))


@cuda.jit
def follow(
    seed: np.uint64,
    first: int,
    analog: bool,
    grid: Grid,
    sources: Sources,
    emission: Emission,
    tables: PhotonTables,
    scores: Scores,
    escaped: Array,
) -> None:
    """Follow one history on each thread; ``escaped`` has one place for each and takes what it carries out [keV]."""
    n = cuda.grid(1)
    count = len(escaped)
    if n < count:
        counter = cuda.local.array(1, np.uint64)
        escaped[n] = histories(
            counter, seed, first, n, n + 1, count, analog, grid, sources, emission, tables, scores, _add
        )


@cuda.jit
def measure(scores: Scores, first: NDArray[np.int64], voxel: NDArray[np.int64], part: Array, found: Units) -> None:
    """Add what lies in every region to ``found``; region n has the voxels from ``first[n]`` to ``first[n + 1]``."""
    thread, region = cuda.grid(2)
    apart = cuda.blockDim.x * cuda.gridDim.x
    inside = np.int64(0)
    for n in range(first[region] + thread, first[region + 1], apart):
        inside += np.int64(scores.units[voxel[n]] * part[n] + 0.5)
    cuda.atomic.add(found, region, inside)


@cuda.jit
def collect(scores: Scores, escaped: Array, total: Array, square: Array, found: Units) -> None:
    """Add a batch to the maps of all, clear its own, and add what was absorbed and what escaped to ``found``."""
    thread = cuda.grid(1)
    apart = cuda.blockDim.x * cuda.gridDim.x
    absorbed, gone = np.int64(0), np.int64(0)
    for voxel in range(thread, len(total), apart):
        absorbed += scores.units[voxel]
        kev = scores.units[voxel] / scores.per_kev / len(escaped)
        total[voxel] += kev
        square[voxel] += kev * kev
        scores.units[voxel] = 0
    for n in range(thread, len(escaped), apart):
        gone += np.int64(escaped[n] * scores.per_kev + 0.5)
    cuda.atomic.add(found, len(found) - 2, absorbed)
    cuda.atomic.add(found, len(found) - 1, gone)
