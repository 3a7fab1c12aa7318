"""Which contours, drawn on the slices of a grid, hold exactly these voxels.

The outlines follow the edges between voxels inside and outside (marching squares at the level of the pixel edge), so
that no voxel centre lies on them and :func:`lutetia.volume.rasterise` gives the same mask back.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lutetia.volume.contour import Contours
from lutetia.volume.grid import Mask

_Corner = tuple[int, int]


def outline(mask: Mask) -> Contours:
    """Return the outlines of a mask, slice by slice; holes are outlines of their own."""
    geometry = mask.geometry
    polygons = []
    for k in np.flatnonzero(mask.voxels.any(axis=(1, 2))):
        for loop in _loops(mask.voxels[k]):
            corners = np.asarray(loop, dtype=np.float64) - 0.5
            index = np.column_stack([np.full(len(corners), float(k)), corners])
            polygons.append(geometry.to_patient(index))
    return Contours(
        name=mask.name,
        polygons=tuple(polygons),
        frame_of_reference=geometry.frame_of_reference,
        slab_mm=geometry.spacing_mm[0],
    )


def _loops(inside: NDArray[np.bool_]) -> list[list[_Corner]]:
    """Join the edges of a slice into closed loops of corners (row, column), the region on the right hand."""
    steps = _edges(inside)
    loops = []
    while steps:
        start, heading = next((corner, ways[0]) for corner, ways in steps.items())
        loop: list[_Corner] = []
        corner = start
        while True:
            ways = steps[corner]
            turn = _right_turn(heading, ways) if len(ways) > 1 else ways[0]
            ways.remove(turn)
            if not ways:
                del steps[corner]
            if turn != heading or not loop:
                loop.append(corner)
            heading = turn
            corner = (corner[0] + turn[0], corner[1] + turn[1])
            if corner == start:
                break
        loops.append(loop)
    return loops


def _edges(inside: NDArray[np.bool_]) -> dict[_Corner, list[_Corner]]:
    """Return the unit steps that leave each corner along the border, the region on the right hand."""
    padded = np.pad(inside, 1).astype(np.int8)
    steps: dict[_Corner, list[_Corner]] = {}
    across_rows = padded[1:, 1:-1] - padded[:-1, 1:-1]
    across_columns = padded[1:-1, 1:] - padded[1:-1, :-1]
    for change, step, offset, grid in (
        (1, (0, 1), (0, 0), across_rows),
        (-1, (0, -1), (0, 1), across_rows),
        (1, (-1, 0), (1, 0), across_columns),
        (-1, (1, 0), (0, 0), across_columns),
    ):
        for row, column in np.argwhere(grid == change).tolist():
            steps.setdefault((row + offset[0], column + offset[1]), []).append(step)
    return steps


def _right_turn(heading: _Corner, ways: list[_Corner]) -> _Corner:
    """Choose the way that keeps two voxels touching at a corner apart."""
    right = (heading[1], -heading[0])
    return right if right in ways else ways[0]
