"""Which lesion of the one scan is which of the other?

After registration two lesions belong together where they overlap. A lesion that overlaps none belongs to one that
overlaps none either and lies within :data:`NEAR_MM`: the rest of a breath, or of a turned neck. What hangs together in
this way is one history: matched, split, merged, or both. That distance is Lutetia's choice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from lutetia.response.lesion import FoundLesion
from lutetia.response.place import points_mm
from lutetia.volume import Geometry, Rigid

NEAR_MM: Final = 8.0
"""Between the nearest voxels of two lesions that overlap no other."""

Status = Literal[
    "matched", "split", "merged", "split and merged",
    "new", "faint at baseline", "outside the field at baseline", "excluded at baseline",
    "vanished", "faint at follow-up", "outside the field at follow-up", "excluded at follow-up",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """Lesions of both scans that belong together, by their place in the two lists; one of the two may be empty."""

    baseline: tuple[int, ...]
    follow_up: tuple[int, ...]

    @property
    def status(self) -> Status:
        """What became of them, where both are there."""
        one, other = len(self.baseline) == 1, len(self.follow_up) == 1
        if one and other:
            return "matched"
        return "split" if one else "merged" if other else "split and merged"


def groups(
    baseline: tuple[FoundLesion, ...],
    follow_up: tuple[FoundLesion, ...],
    grids: tuple[Geometry, Geometry],
    motion: Rigid,
) -> tuple[Group, ...]:
    """Return the lesions that belong together, in the order of the baseline, then of the follow-up.

    Parameters
    ----------
    baseline, follow_up : tuple of FoundLesion
    grids : tuple of Geometry
        Of the two scans.
    motion : Rigid
        From the baseline to the follow-up.
    """
    before = [motion.point(points_mm(lesion, grids[0])) for lesion in baseline]
    after = [points_mm(lesion, grids[1]) for lesion in follow_up]
    gaps = np.array([[_gap_mm(a, b) for b in after] for a in before]).reshape(len(before), len(after))
    linked = gaps <= np.linalg.norm(grids[1].spacing_mm) / 2  # a point in a voxel is no further from its centre
    lonely = ~linked.any(axis=1, keepdims=True) & ~linked.any(axis=0, keepdims=True)
    return tuple(_joined(linked | lonely & (gaps <= NEAR_MM)))


def _gap_mm(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Return the distance of the nearest voxel centres, up to the reach; beyond it, infinity."""
    from scipy.spatial import cKDTree

    low, high = second.min(axis=0) - NEAR_MM, second.max(axis=0) + NEAR_MM
    near = first[((first >= low) & (first <= high)).all(axis=1)]
    if not len(near):
        return float("inf")
    return float(np.min(cKDTree(second).query(near, distance_upper_bound=NEAR_MM)[0]))


def _joined(linked: NDArray[np.bool_]) -> Iterator[Group]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n, m = linked.shape
    rows, columns = np.nonzero(linked)
    graph = coo_array((np.ones(len(rows)), (rows, columns + n)), shape=(n + m, n + m))
    count, label = connected_components(graph, directed=False)
    for number in range(count):
        held = np.flatnonzero(label == number)
        yield Group(tuple(int(k) for k in held if k < n), tuple(int(k - n) for k in held if k >= n))
