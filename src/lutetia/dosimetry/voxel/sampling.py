"""How much energy does one voxel give to another?

A voxel whose activity is uniform gives to a voxel of the same size at a distance the integral of the point kernel over
both volumes, which is the point kernel integrated with the product of three triangles (the autocorrelation of a box).
Near the source this is sampled in shells and directions, each sample shared among the eight nearest voxel centres:
linear sharing *is* the product of triangles, so no energy is lost or gained. Further out, where the kernel is smooth, a
three-point Gauss rule for the triangle suffices.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations, product
from math import ceil

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Density = Callable[[Array], Array]

TRIANGLE_NODE = 0.4**0.5
"""Three-point Gauss rule for the weight 1 - |x| on [-1, 1], exact to degree 5: nodes 0 and +-sqrt(2/5)."""
TRIANGLE_WEIGHTS = (5 / 24, 7 / 12, 5 / 24)


def directions(count: int) -> Array:
    """Return at least ``count`` unit vectors spread evenly over the octant of positive coordinates, shape (n, 3).

    A golden-angle spiral with all permutations of its axes: cubic voxels get a kernel that is the same along each.
    """
    golden = (5**0.5 - 1) / 2
    index = np.arange(ceil(count / 6))
    cosine = (index + 0.5) / len(index)
    azimuth = (np.pi / 2) * ((index * golden) % 1.0)
    sine = np.sqrt(1 - cosine**2)
    spiral = np.stack([cosine, sine * np.cos(azimuth), sine * np.sin(azimuth)], axis=1)
    return np.concatenate([spiral[:, list(order)] for order in permutations(range(3))])


def share(radii: Array, energies: Array, spacing: tuple[float, float, float], reach: tuple[int, ...]) -> Array:
    """Spread shells of energy isotropically over the voxels of the positive octant.

    Parameters
    ----------
    radii, energies : ndarray
        Radius [cm] and energy of each shell.
    spacing : tuple of float
        Voxel size along axes 0, 1, 2 [cm].
    reach : tuple of int
        Index of the last voxel along each axis; every shell lies inside.

    Returns
    -------
    ndarray
        Energy in voxel (0..reach) for a source in voxel (0, 0, 0), of the whole sphere (all eight octants).
    """
    shape = tuple(n + 1 for n in reach)
    octant = np.zeros(shape)
    voxels = radii / min(spacing)
    for radius, energy, far in zip(radii, energies, voxels, strict=True):
        rays = directions(int(1200 + 1800 * far**2))
        place = radius * rays / np.asarray(spacing)
        base = np.floor(place).astype(np.intp)
        frac = place - base
        for corner in product((0, 1), repeat=3):
            weight = np.prod(np.where(corner, frac, 1 - frac), axis=1) * (energy / len(rays))
            index = np.minimum(base + corner, np.asarray(reach))
            flat = np.ravel_multi_index(tuple(index.T), shape)
            octant += np.bincount(flat, weights=weight, minlength=octant.size).reshape(shape)
    return octant * _mirrors(shape)


def _mirrors(shape: tuple[int, ...]) -> Array:
    """Return each voxel's part of the sphere: one on a plane of symmetry receives from both of its sides."""
    on_plane = sum(np.meshgrid(*[np.arange(n) == 0 for n in shape], indexing="ij", sparse=True), np.zeros(shape))
    return 2.0**on_plane / 8.0


def average(density: Density, spacing: tuple[float, float, float], places: Sequence[NDArray[np.floating]]) -> Array:
    """Integrate a smooth kernel over source and target voxel.

    Parameters
    ----------
    density : callable
        Energy per volume as a function of the radius [keV/cm3, cm].
    spacing : tuple of float
        Size of a voxel along axes 0, 1, 2 [cm].
    places : three ndarrays
        Displacements between voxel centres along each axis [cm]; the result is their outer grid.

    Returns
    -------
    ndarray
        Energy given to a voxel at each displacement.
    """
    total = np.zeros([len(p) for p in places])
    nodes = (-TRIANGLE_NODE, 0.0, TRIANGLE_NODE)
    squares = [[(p + node * d) ** 2 for node in nodes] for p, d in zip(places, spacing, strict=True)]
    for a, b, c in product(range(3), repeat=3):
        radius = np.sqrt(squares[0][a][:, None, None] + squares[1][b][None, :, None] + squares[2][c][None, None, :])
        total += TRIANGLE_WEIGHTS[a] * TRIANGLE_WEIGHTS[b] * TRIANGLE_WEIGHTS[c] * density(radius)
    return total * float(np.prod(spacing))


def mirrored(octant: Array) -> Array:
    """Unfold an octant (0..n) to a full kernel (-n..n) along every axis."""
    for axis in range(3):
        inner = np.flip(np.delete(octant, 0, axis=axis), axis=axis)
        octant = np.concatenate([inner, octant], axis=axis)
    return octant
