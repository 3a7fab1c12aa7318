"""Which voxels of a mask hang together, and how are the pieces numbered?

Two voxels are connected when they share a face (6 neighbours), an edge (18) or a corner (26). Pieces are numbered by
their voxels, the largest first; among equals the one whose first voxel comes first in the array, so that the same mask
gives the same numbers on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, overload

import numpy as np
from numpy.typing import NDArray

from lutetia.volume import Geometry, Mask, Volume

Connectivity = Literal[6, 18, 26]
ROUNDING: Final = 1e-9
"""A piece of exactly the smallest volume is kept, whatever the product of its spacings rounds to."""
_ORDER: Final[dict[int, int]] = {6: 1, 18: 2, 26: 3}


@dataclass(frozen=True, slots=True, eq=False)
class Components(Sequence[Mask]):
    """The pieces of a mask: a sequence of masks, each built when it is asked for.

    Attributes
    ----------
    labels : ndarray of int32, shape ``geometry.shape``
        0 outside, else the number of the piece, from 1; read-only.
    geometry : Geometry
    name : str
        Of the mask; the pieces are called ``"name 1"``, ``"name 2"`` and so on.
    boxes : tuple of tuple of slice
        The box that holds each piece.
    counts : tuple of int
        Voxels of each piece.
    """

    labels: NDArray[np.int32] = field(repr=False)
    geometry: Geometry
    name: str
    boxes: tuple[tuple[slice, slice, slice], ...] = field(repr=False)
    counts: tuple[int, ...]

    def __len__(self) -> int:
        """Return how many pieces there are."""
        return len(self.counts)

    @overload
    def __getitem__(self, index: int) -> Mask: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Mask, ...]: ...
    def __getitem__(self, index: int | slice) -> Mask | tuple[Mask, ...]:
        """Return a piece, counted from 0, or several."""
        if isinstance(index, slice):
            return tuple(self[n] for n in range(*index.indices(len(self))))
        number = range(1, len(self) + 1)[index]
        box = self.boxes[number - 1]
        voxels = np.zeros(self.geometry.shape, dtype=np.bool_)
        voxels[box] = self.labels[box] == number
        return Mask(voxels=voxels, geometry=self.geometry, name=f"{self.name} {number}")

    def __iter__(self) -> Iterator[Mask]:
        """Yield the pieces, the largest first."""
        return (self[n] for n in range(len(self)))

    @property
    def volumes_ml(self) -> tuple[float, ...]:
        """Volume of each piece [mL]."""
        return tuple(count * self.geometry.voxel_ml for count in self.counts)

    def values(self, volume: Volume, index: int) -> NDArray[np.float32]:
        """Return a volume's values in one piece, counted from 0; only its box is looked at."""
        box = self.boxes[index]
        return np.asarray(volume.values[box][self.labels[box] == index + 1], dtype=np.float32)

    def together(self, name: str | None = None) -> Mask:
        """Return all pieces as one mask."""
        return Mask(voxels=self.labels > 0, geometry=self.geometry, name=name or self.name)


def components(mask: Mask, *, connectivity: Connectivity = 26, at_least_ml: float = 0.0) -> Components:
    """Return the connected pieces of a mask, the largest first.

    Parameters
    ----------
    mask : Mask
        An empty one has no pieces.
    connectivity : {6, 18, 26}
    at_least_ml : float
        Smaller pieces are left out [mL].
    """
    from scipy import ndimage

    box, inside = mask.cut()
    found, count = ndimage.label(inside, structure=_structure(connectivity))
    sizes = np.bincount(found.ravel(), minlength=count + 1)[1:]
    kept = np.flatnonzero(sizes * mask.geometry.voxel_ml >= at_least_ml * (1 - ROUNDING))
    # scipy numbers pieces by their first voxel, so a stable sort by size keeps that order among equals
    order = kept[np.argsort(-sizes[kept], kind="stable")]
    number = np.zeros(count + 1, dtype=np.int32)
    number[order + 1] = np.arange(1, len(order) + 1)
    labels = np.zeros(mask.geometry.shape, dtype=np.int32)
    labels[box] = number[found]
    labels.flags.writeable = False
    slices: list[Any] = ndimage.find_objects(found) if count else []
    return Components(
        labels=labels,
        geometry=mask.geometry,
        name=mask.name,
        boxes=tuple(_shifted(slices[n], box) for n in order),
        counts=tuple(int(sizes[n]) for n in order),
    )


def connected_to(voxels: NDArray[np.bool_], index: tuple[int, int, int]) -> NDArray[np.bool_]:
    """Return the piece (26 neighbours) that holds one voxel; that voxel must be set."""
    from scipy import ndimage

    found, _ = ndimage.label(voxels, structure=_structure(26))
    return np.asarray(found == found[index], dtype=np.bool_)


def _structure(connectivity: int) -> NDArray[np.bool_]:
    from scipy import ndimage

    if connectivity not in _ORDER:
        raise ValueError(f"voxels have 6, 18 or 26 neighbours, not {connectivity}")
    return np.asarray(ndimage.generate_binary_structure(3, _ORDER[connectivity]), dtype=np.bool_)


def _shifted(inner: tuple[slice, ...], outer: tuple[slice, slice, slice]) -> tuple[slice, slice, slice]:
    z, y, x = (slice(a.start + b.start, a.stop + b.start) for a, b in zip(inner, outer, strict=True))
    return z, y, x
