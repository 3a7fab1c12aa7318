"""Which voxels does a straight line meet that begins anywhere in a voxel, and how far has it come in each?

Geometry only. Lines are drawn by where they leave the first voxel: over its faces and by the law of the cosine, then
back into the voxel; densest close to the face and to the edges it ends in. Weighted, they begin evenly over the voxel
and run evenly over all directions; only those of the positive octant are kept, the other seven are their mirror images.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Spacing = tuple[float, float, float]
Offset = tuple[int, int, int]

_ROOT = 1.1347241384015194
"""Positive root of x**6 = x + 1: its powers fill five dimensions evenly, as the golden ratio fills a line."""


@dataclass(frozen=True, eq=False)
class Rays:
    """Lines through a grid of voxels.

    Attributes
    ----------
    start : ndarray, axes (ray, 3)
        Where they begin within the first voxel [cm].
    direction : ndarray, axes (ray, 3)
        Unit vectors, none of whose parts is negative.
    weight : ndarray, axes (ray,)
        Part of all lines for which each stands; the rest does not come within the longest way of a face.
    spacing_cm : tuple of float
    """

    start: Array
    direction: Array
    weight: Array
    spacing_cm: Spacing

    @classmethod
    def leaving(cls, count: int, spacing_cm: Spacing, longest_cm: float) -> Rays:
        """Return lines that leave the voxel after at most a length, ``count`` through each of its three faces."""
        size = np.asarray(spacing_cm)
        place = (0.5 + np.arange(1, count + 1)[:, None] * _ROOT ** -np.arange(1.0, 6.0)) % 1.0
        cosine, azimuth = np.sqrt(place[:, 0]), np.pi / 2 * place[:, 1]
        sine = np.sqrt(1 - cosine**2)
        starts, directions, weights = [], [], []
        for axis in range(3):
            order = [axis, (axis + 1) % 3, (axis + 2) % 3]
            direction, at = np.empty((count, 3)), np.empty((count, 3))
            direction[:, order] = np.stack([cosine, sine * np.cos(azimuth), sine * np.sin(azimuth)], axis=1)
            direction = np.maximum(direction, 1e-12)
            at[:, order] = np.stack([np.ones(count), 1 - place[:, 2] ** 2, 1 - place[:, 3] ** 2], axis=1) * size[order]
            most = np.minimum((at / direction).min(axis=1), longest_cm)
            back = most * place[:, 4] ** 2
            starts.append(at - back[:, None] * direction)
            directions.append(direction)
            weights.append(4 * place[:, 2] * place[:, 3] * most * place[:, 4] / (size[axis] * count))
        return cls(np.concatenate(starts), np.concatenate(directions), np.concatenate(weights), spacing_cm)

    def steps(self, length_cm: float) -> Iterator[tuple[NDArray[np.intp], Array, Array]]:
        """Yield, step by step, the voxel of every ray (ray, 3) and where it enters and leaves it [cm], up to a length.

        Once a ray has come that far, it enters and leaves where it stopped.
        """
        size = np.asarray(self.spacing_cm)
        voxel = np.zeros(self.start.shape, dtype=np.intp)
        begin = np.zeros(len(self.start))
        while True:
            ends = ((voxel + 1) * size - self.start) / self.direction
            axis = ends.argmin(axis=1)
            end = np.minimum(ends.min(axis=1), length_cm)
            yield voxel.copy(), begin, end
            if (end >= length_cm).all():
                return
            voxel[np.arange(len(axis)), axis] += 1
            begin = end
