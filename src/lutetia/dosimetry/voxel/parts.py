"""The kernel in two parts: what is near on the grid itself, and the long photon tail on a coarser one.

The near part holds everything within about 7 cm and is faded out smoothly; the tail holds the rest, to the end of the
table (60 cm of water). The tail varies slowly, so activity is gathered on nodes some 10 mm apart with cubic B-splines,
convolved there and read back with the same splines; its values at the nodes are corrected for both smoothings, which
makes the detour exact at the nodes and accurate to fourth order between them (Hockney and Eastwood, Computer Simulation
Using Particles, 1988, ch. 8; Unser, IEEE Signal Process Mag 1999;16:22).
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from typing import Final

import numpy as np

from lutetia.dosimetry.voxel.sampling import Array, average, mirrored, share
from lutetia.dosimetry.voxel.windows import fade_out
from lutetia.reference.point_kernel import Component, PointKernel
from lutetia.reference.tissue import Medium

Spacing = tuple[float, float, float]

ELECTRON_RANGE_CM: Final = 0.2
"""In water; beyond it only photons and the electrons that photons release carry energy."""
TAIL_BEGINS_CM: Final = 1.5
TAIL_ALONE_CM: Final = 7.2
NODE_SPACING_CM: Final = 1.0
SPLINE_MARGIN: Final = 8
"""Nodes beyond those used, so that the cut edge does not reach the corrected values (0.27**8 < 1e-4)."""


@lru_cache(maxsize=16)
def near_part(kernel: PointKernel, spacing: Spacing, medium: Medium, component: Component) -> Array:
    """Return the near part of the voxel kernel, centred.

    Parameters
    ----------
    kernel : PointKernel
    spacing : tuple of float
        Voxel size along axes 0, 1, 2 [cm].
    medium : Medium
    component : str

    Returns
    -------
    ndarray
        Odd shape; energy absorbed in each voxel per decay in the central one [keV].
    """
    begin = max(1.5 * max(spacing), ELECTRON_RANGE_CM / medium.density_g_ml)
    end = begin + 2.0 * max(spacing)
    near_end = max(TAIL_ALONE_CM, end)
    near_begin = min(TAIL_BEGINS_CM, near_end / 2)
    reach = tuple(ceil(near_end / d) + 1 for d in spacing)

    edges = _edges(spacing, medium, end)
    middle = (edges[1:] + edges[:-1]) / 2
    shells = np.diff(kernel.within_kev(edges, component, medium=medium)) * fade_out(middle, begin, end)
    contact = share(middle, shells * fade_out(middle, near_begin, near_end), spacing, reach)

    def beyond_contact(radius: Array) -> Array:
        window = (1.0 - fade_out(radius, begin, end)) * fade_out(radius, near_begin, near_end)
        safe = np.maximum(radius, begin)
        return window * kernel.density_kev_cm3(safe, component, medium=medium)

    places = [np.arange(n + 1) * d for n, d in zip(reach, spacing, strict=True)]
    octant = contact + average(beyond_contact, spacing, places)
    whole = mirrored(octant)
    whole.flags.writeable = False
    return whole


def _edges(spacing: Spacing, medium: Medium, end: float) -> Array:
    """Return shell edges: fine where electrons stop, then a small part of a voxel."""
    fine = np.linspace(0.0, ELECTRON_RANGE_CM / medium.density_g_ml, 121)
    steps = ceil((end - fine[-1]) / (min(spacing) / 20))
    return np.concatenate([fine, np.linspace(fine[-1], end, steps + 1)[1:]])


def node_factor(spacing: Spacing) -> tuple[int, int, int]:
    """Return how many voxels lie between two nodes of the coarse grid, along each axis."""
    z, y, x = (max(1, round(NODE_SPACING_CM / d)) for d in spacing)
    return z, y, x


@lru_cache(maxsize=4)
def tail_part(
    kernel: PointKernel, spacing: Spacing, medium: Medium, component: Component, nodes: tuple[int, ...]
) -> Array:
    """Return the tail of the voxel kernel between nodes of the coarse grid, centred and corrected for the splines.

    Parameters
    ----------
    kernel, spacing, medium, component
        As for :func:`near_part`.
    nodes : tuple of int
        Number of nodes along each axis; the result reaches ``nodes - 1`` to either side.

    Returns
    -------
    ndarray
        Energy absorbed in a voxel per decay [keV].
    """
    from scipy.ndimage import spline_filter1d

    near_end = max(TAIL_ALONE_CM, max(1.5 * max(spacing), ELECTRON_RANGE_CM / medium.density_g_ml) + 2.0 * max(spacing))
    near_begin = min(TAIL_BEGINS_CM, near_end / 2)

    def tail(radius: Array) -> Array:
        safe = np.maximum(radius, near_begin)
        return (1.0 - fade_out(radius, near_begin, near_end)) * kernel.density_kev_cm3(safe, component, medium=medium)

    steps = [f * d for f, d in zip(node_factor(spacing), spacing, strict=True)]
    places = [np.arange(n + SPLINE_MARGIN) * step for n, step in zip(nodes, steps, strict=True)]
    octant = average(tail, spacing, places)
    for axis in range(3):
        for _ in range(2):
            octant = np.asarray(spline_filter1d(octant, order=3, axis=axis, mode="mirror"))
    whole = mirrored(octant[: nodes[0], : nodes[1], : nodes[2]])
    whole.flags.writeable = False
    return whole
