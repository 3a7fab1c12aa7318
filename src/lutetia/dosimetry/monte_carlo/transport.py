"""Follow photons through a body of voxels, and say how much energy each voxel is expected to take from them.

Delta tracking (Woodcock et al., ANL-7050, 1965): flights are drawn for matter some times denser than the densest in
the body, and most collisions are only tentative. At every tentative collision, real or not, the energy that a photon
there gives to matter on average is scored: photon energy times the cross-section of transfer over the majorant. This
estimator has the right mean, needs no collision to happen, and scores in air as well as in bone. Secondary electrons
stop where they arise (at most 0.5 mm in water). What happens next is drawn as in nature (no splitting, no roulette).

``histories`` is all there is of the way of a photon. Whoever calls it says which of a batch it follows and how energy
is added to a map: a processor core all of them (``follow_batch``), a thread of a graphics processor one
(:mod:`lutetia.dosimetry.monte_carlo.kernels`).
"""

from __future__ import annotations

from collections.abc import Callable
from math import log
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from lutetia.dosimetry.monte_carlo.physics import coherent, incoherent, isotropic, not_below, turned
from lutetia.dosimetry.monte_carlo.random import Counter, begin, uniform
from lutetia.dosimetry.monte_carlo.tables import (
    COHERENT,
    CUT_OFF_KEV,
    INCOHERENT,
    TOTAL,
    TRANSFER,
    Emission,
    PhotonTables,
)

Array = NDArray[np.float64]


class Grid(NamedTuple):
    """A body as photons see it, its first corner at 0.

    Attributes
    ----------
    density_g_ml : ndarray, axes (voxel,)
        In the order of a volume (z, y, x), flat.
    material : ndarray, axes (voxel,)
        Index into the tables.
    shape : tuple of int
        (z, y, x).
    spacing_cm : tuple of float
        (z, y, x).
    """

    density_g_ml: NDArray[np.float32]
    material: NDArray[np.uint8]
    shape: tuple[int, int, int]
    spacing_cm: tuple[float, float, float]

    def densest(self, materials: int) -> list[float]:
        """Return the highest density of each material, 0 where it does not occur [g/mL]."""
        found = np.zeros(materials)
        np.maximum.at(found, self.material, self.density_g_ml)
        return [float(density) for density in found]


def grid_of(
    density_g_ml: NDArray[np.float32], material: NDArray[np.uint8], spacing_cm: tuple[float, float, float]
) -> Grid:
    """Return a body as photons see it; both arrays have the axes (z, y, x)."""
    z, y, x = density_g_ml.shape
    flat = np.ascontiguousarray(density_g_ml, dtype=np.float32).reshape(-1)
    return Grid(flat, np.ascontiguousarray(material, dtype=np.uint8).reshape(-1), (z, y, x), spacing_cm)


class Sources(NamedTuple):
    """Where histories start.

    Attributes
    ----------
    voxel : ndarray
        Flat voxel numbers.
    cumulative : ndarray
        Part of the histories that start in these voxels and those before.
    weight : ndarray
        Decays that a history of each voxel stands for, over the mean.
    """

    voxel: NDArray[np.int32]
    cumulative: Array
    weight: Array


Leave = Callable[[Any, int, float], None]
"""Adds energy [keV per decay] to a voxel of a map."""


@njit(cache=True, inline="always")
def _add(score: NDArray[np.float32], voxel: int, kev: float) -> None:
    score[voxel] += kev


@njit(cache=True, nogil=True)
def follow_batch(
    seed: np.uint64,
    first: int,
    count: int,
    analog: bool,
    grid: Grid,
    sources: Sources,
    emission: Emission,
    tables: PhotonTables,
    score: NDArray[np.float32],
) -> float:
    """Follow histories and add the energy they leave to ``score``; return what leaves the grid.

    Parameters
    ----------
    seed : int
    first, count : int
        Number of the first history, and how many; their starts are spread evenly over the sources.
    analog : bool
        Score only what real interactions leave; for comparison.
    grid, sources, emission, tables
    score : ndarray, axes (voxel,)
        Energy [keV per decay], when divided by ``count``.
    """
    counter = np.empty(1, dtype=np.uint64)
    escaped = histories(counter, seed, first, 0, count, count, analog, grid, sources, emission, tables, score, _add)
    return float(escaped)


@njit(cache=True, inline="always")
def histories(
    counter: Counter,
    seed: np.uint64,
    first: int,
    start: int,
    stop: int,
    count: int,
    analog: bool,
    grid: Grid,
    sources: Sources,
    emission: Emission,
    tables: PhotonTables,
    score: Any,
    leave: Leave,
) -> float:
    """Follow some histories of a batch, each until it is absorbed or leaves the grid; return what they carry out.

    Parameters
    ----------
    counter : ndarray, axes (1,)
        Room for the place among the random numbers.
    seed, first, count, analog, grid, sources, emission, tables
        Of the batch, see ``follow_batch``.
    start, stop : int
        The first history that is followed, counted from the first of the batch, and the one after the last.
    score, leave
        A map, and what adds to it.
    """
    nz, ny, nx = grid.shape
    dz, dy, dx = grid.spacing_cm
    high_z, high_y, high_x = nz * dz, ny * dy, nx * dx
    matter, bound, form = tables.by_material, tables.bound, tables.coherent
    escaped = 0.0
    at = 0
    for n in range(start, stop):
        begin(counter, seed, np.uint64(first + n))
        at = not_below(sources.cumulative, (n + uniform(counter)) / count, at)
        x, y, z = _within(counter, sources.voxel[at], grid)
        energy = emission.energy_kev[not_below(emission.cumulative, uniform(counter), 0)]
        weight = sources.weight[at] * emission.followed_kev / energy
        u, v, w = isotropic(counter)
        node, part, majorant = _at_energy(tables, energy)
        while True:
            flight = -log(uniform(counter)) / majorant
            x += u * flight
            y += v * flight
            z += w * flight
            if not (0.0 <= x < high_x and 0.0 <= y < high_y and 0.0 <= z < high_z):
                escaped += weight * energy
                break
            voxel = (min(int(z / dz), nz - 1) * ny + min(int(y / dy), ny - 1)) * nx + min(int(x / dx), nx - 1)
            m = grid.material[voxel]
            density = grid.density_g_ml[voxel]
            if not analog:
                transfer = matter[m, node, TRANSFER] * (1.0 - part) + matter[m, node + 1, TRANSFER] * part
                leave(score, voxel, weight * energy * density * transfer / majorant)
            total = matter[m, node, TOTAL] * (1.0 - part) + matter[m, node + 1, TOTAL] * part
            if uniform(counter) * majorant >= density * total:
                continue
            kind = uniform(counter)
            if kind < matter[m, node, COHERENT] * (1.0 - part) + matter[m, node + 1, COHERENT] * part:
                cosine = coherent(counter, energy, form, m)
            elif kind < matter[m, node, INCOHERENT] * (1.0 - part) + matter[m, node + 1, INCOHERENT] * part:
                left, cosine = incoherent(counter, energy, bound, m)
                if analog:
                    leave(score, voxel, weight * (energy - left))
                energy = left
                if energy <= CUT_OFF_KEV:
                    leave(score, voxel, weight * energy)
                    break
                node, part, majorant = _at_energy(tables, energy)
            else:
                if analog:
                    leave(score, voxel, weight * energy)
                break
            u, v, w = turned(counter, u, v, w, cosine)
    return escaped


@njit(cache=True, inline="always")
def _within(counter: Counter, voxel: int, grid: Grid) -> tuple[float, float, float]:
    """Return a place at random in a voxel: x, y, z [cm]."""
    _, ny, nx = grid.shape
    dz, dy, dx = grid.spacing_cm
    z = (voxel // (ny * nx) + uniform(counter)) * dz
    y = (voxel // nx % ny + uniform(counter)) * dy
    return (voxel % nx + uniform(counter)) * dx, y, z


@njit(cache=True, inline="always")
def _at_energy(tables: PhotonTables, energy_kev: float) -> tuple[int, float, float]:
    """Return the point of the grid below an energy, the part of the way to the next, and the majorant [1/cm]."""
    place = (log(energy_kev) - tables.log_first) * tables.per_log
    node = min(int(place), len(tables.majorant) - 2)
    part = place - node
    return node, part, tables.majorant[node] * (1.0 - part) + tables.majorant[node + 1] * part
