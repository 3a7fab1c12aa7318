"""A region within its box: what is 0 elsewhere need not be stored or multiplied."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lutetia.volume.grid import box_of

Array = NDArray[np.float32]
Box = tuple[slice, slice, slice]


@dataclass(frozen=True, eq=False)
class Patch:
    """Values within a box of a grid, 0 elsewhere."""

    box: Box
    values: Array

    @classmethod
    def around(cls, fractions: Array, margin: tuple[int, ...] = (0, 0, 0)) -> Patch:
        """Cut out what is not 0, with a margin in voxels where the grid allows it."""
        box = box_around(box_of(fractions), margin, fractions.shape)
        return cls(box, np.ascontiguousarray(fractions[box]))

    def widened(self, margin: tuple[int, ...], shape: tuple[int, ...]) -> Patch:
        """Return the same values in a larger box, as far as a grid of this shape allows it."""
        box = box_around(self.box, margin, shape)
        values = np.zeros([s.stop - s.start for s in box], dtype=np.float32)
        values[tuple(slice(a.start - b.start, a.stop - b.start) for a, b in zip(self.box, box, strict=True))] = (
            self.values
        )
        return Patch(box, values)

    def dot(self, other: Patch) -> float:
        """Return the sum of products where both boxes overlap."""
        both = self._shared(other)
        return 0.0 if both is None else float(np.sum(both[0] * both[1], dtype=np.float64))

    def least(self, other: Patch) -> float:
        """Return the sum of the smaller of both values where both boxes overlap."""
        both = self._shared(other)
        return 0.0 if both is None else float(np.minimum(*both).sum(dtype=np.float64))

    def plus(self, other: Patch) -> Patch:
        """Return the sum of both."""
        return self._with(other, np.float32(1))

    def minus(self, other: Patch) -> Patch:
        """Return these values less the other's."""
        return self._with(other, np.float32(-1))

    def _with(self, other: Patch, times: np.float32) -> Patch:
        z, y, x = (slice(min(a.start, b.start), max(a.stop, b.stop)) for a, b in zip(self.box, other.box, strict=True))
        values = np.zeros((z.stop - z.start, y.stop - y.start, x.stop - x.start), dtype=np.float32)
        for patch, factor in ((self, np.float32(1)), (other, times)):
            at = tuple(slice(s.start - b.start, s.stop - b.start) for s, b in zip(patch.box, (z, y, x), strict=True))
            values[at] += factor * patch.values
        return Patch((z, y, x), values)

    def measure(self, image: Array) -> float:
        """Return the sum of an image weighted with these values."""
        return float(np.sum(self.values * image[self.box], dtype=np.float64))

    def _shared(self, other: Patch) -> tuple[Array, Array] | None:
        shared = [slice(max(a.start, b.start), min(a.stop, b.stop)) for a, b in zip(self.box, other.box, strict=True)]
        if any(s.start >= s.stop for s in shared):
            return None
        mine, theirs = (
            p.values[tuple(slice(s.start - b.start, s.stop - b.start) for s, b in zip(shared, p.box, strict=True))]
            for p in (self, other)
        )
        return mine, theirs


def box_around(box: Box, margin: tuple[int, ...], shape: tuple[int, ...]) -> Box:
    """Return a box widened by a margin in voxels, as far as a grid of this shape allows it."""
    grown = zip(box, margin, shape, strict=True)
    z, y, x = (slice(max(0, s.start - more), min(size, s.stop + more)) for s, more, size in grown)
    return z, y, x
