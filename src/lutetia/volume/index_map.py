"""How do the voxels of one grid lie in those of another?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lutetia.volume.geometry import Geometry

PARALLEL_WITHIN_VOXELS: Final = 0.1
"""Axes are parallel if they part by less than this over the whole grid; scanners write cosines with few decimals."""


def index_map(source: Geometry, target: Geometry) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return matrix and offset that turn target indices into source indices."""
    offset = source.to_index(target.to_patient((0, 0, 0)))
    matrix = (source.to_index(target.to_patient(np.eye(3))) - offset).T
    matrix[np.abs(matrix) < 1e-9] = 0.0
    return matrix, offset


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisMap:
    """Where target voxels lie along the axes of a parallel source grid.

    Attributes
    ----------
    partner : tuple of int
        The source axis that runs along each target axis.
    start, step : tuple of float
        Source index of the first target voxel along each target axis, and of each next one further on.
    """

    partner: tuple[int, int, int]
    start: tuple[float, float, float]
    step: tuple[float, float, float]

    def centres(self, axis: int, count: int) -> NDArray[np.float64]:
        """Return the source indices of the first target voxels along a target axis."""
        return np.asarray(self.start[axis] + self.step[axis] * np.arange(count), dtype=np.float64)


def axis_map(source: Geometry, target: Geometry) -> AxisMap | None:
    """Return where target voxels lie along the axes of a source grid; None for grids oblique to each other."""
    matrix, offset = index_map(source, target)
    partner = np.abs(matrix).argmax(axis=0)
    wrong = matrix.copy()
    wrong[partner, range(3)] = 0.0
    # across the whole target grid, in its own voxels
    drift = np.abs(wrong * np.asarray(target.shape)).sum(axis=1)
    along = np.abs(matrix).max(axis=1)
    if sorted(partner.tolist()) != [0, 1, 2] or (drift > PARALLEL_WITHIN_VOXELS * np.maximum(along, 1.0)).any():
        return None
    middle = offset + wrong @ (np.asarray(target.shape) - 1) / 2  # what is off is off at the edges, not inside
    a, b, c = (int(n) for n in partner)
    return AxisMap(
        partner=(a, b, c),
        start=(float(middle[a]), float(middle[b]), float(middle[c])),
        step=(float(matrix[a, 0]), float(matrix[b, 1]), float(matrix[c, 2])),
    )


def parallel(source: Geometry, target: Geometry) -> bool:
    """Tell whether the axes of two grids run along each other, up to the decimals in which scanners write them."""
    return axis_map(source, target) is not None
