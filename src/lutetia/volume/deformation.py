"""Where does a point of one scan lie in another, if the patient moved as a whole and his parts beside?

A rigid motion after a smooth displacement that is stated on a grid of the first scan and linear between its points. A
region is moved by looking up, for each fine voxel, where it came from; its volume may change, and the Jacobian says by
how much, place by place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lutetia.volume.geometry import Geometry
from lutetia.volume.grid import Mask, Volume
from lutetia.volume.resample import FrameOfReferenceError
from lutetia.volume.rigid import Rigid, moved_geometry

CLOSED_WITHIN_MM: Final = 0.01
"""How exactly the way back is found."""
MOST_ROUNDS: Final = 60
FINEST_MM: Final = 2.0
"""A moved region lies on voxels no wider than this, wherever it was drawn: a shift of less than a voxel counts too."""
AT_ONCE: Final = 2_000_000
"""Points looked up together, to bound memory."""

Points = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Deformation:
    """A smooth displacement, then a rigid motion: ``point -> motion(point + displacement(point))``.

    Attributes
    ----------
    motion : Rigid
        From the first scan's patient coordinates to the second's.
    displacement_mm : ndarray of float32, shape ``(*grid.shape, 3)``
        (x, y, z) in the first scan's patient coordinates (LPS) [mm]; linear between the points of the grid, and held
        beyond its edges. Made read-only.
    grid : Geometry
        In the first scan's frame of reference.
    into : str or None
        The second scan's frame of reference.
    """

    motion: Rigid
    displacement_mm: NDArray[np.float32] = field(repr=False)
    grid: Geometry
    into: str | None

    def __post_init__(self) -> None:
        values = np.ascontiguousarray(self.displacement_mm, dtype=np.float32)
        if values.shape != (*self.grid.shape, 3) or min(self.grid.shape) < 2:
            raise ValueError(f"displacements of shape {values.shape} do not fit a grid of {self.grid.shape}")
        if not np.isfinite(values).all():
            raise ValueError("a displacement is finite millimetres")
        values = values.view()
        values.flags.writeable = False
        object.__setattr__(self, "displacement_mm", values)

    def displaced_mm(self, point_mm: ArrayLike) -> Points:
        """Return the displacement at points (x, y, z) of the first scan, shape (..., 3) [mm]."""
        return _linear(self.displacement_mm, self.grid, np.asarray(point_mm, dtype=np.float64))

    def point(self, point_mm: ArrayLike) -> Points:
        """Return where points (x, y, z) of the first scan come to lie in the second [mm], shape (..., 3)."""
        points = np.asarray(point_mm, dtype=np.float64)
        return self.motion.point(points + self.displaced_mm(points))

    def before(self, point_mm: ArrayLike) -> Points:
        """Return where points (x, y, z) of the second scan were in the first [mm], shape (..., 3).

        To :data:`CLOSED_WITHIN_MM` where there is one such place; where tissue folds there is none, and what is
        returned does not lead back to the point.
        """
        points = self.motion.inverse().point(point_mm)
        return _solved(points, self.undisplaced(points), self)

    def undisplaced(self, points: Points) -> Points:
        """Return where points came from that the rigid motion has been taken off, by interpolation: to about 0.1 mm."""
        return points - _linear(self._way_back_mm, self.grid, points)

    @cached_property
    def _way_back_mm(self) -> NDArray[np.float32]:
        """The displacement that led to each point of the grid [mm]: a good start for the way back elsewhere."""
        nodes = nodes_of(self.grid)
        return np.asarray(nodes - _solved(nodes, nodes - self.displacement_mm, self), dtype=np.float32)

    @property
    def largest_mm(self) -> float:
        """The largest displacement beside the rigid motion [mm]."""
        return float(np.sqrt((self.displacement_mm.astype(np.float64) ** 2).sum(axis=-1).max()))

    def jacobian(self) -> Volume:
        """Return by which factor the volume changes about each point of the grid."""
        total = np.zeros(self.grid.shape)
        for part in self._determinants():
            total += part
        return Volume(values=np.asarray(total / 8, dtype=np.float32), geometry=self.grid, unit="1")

    def jacobian_range(self, within: NDArray[np.bool_]) -> tuple[float, float]:
        """Return the least and the greatest factor, exactly as the interpolation has them.

        Between eight points of the grid the displacement is linear along each axis, and the factor at each of them is
        that of three edges: all eight ways to take an edge at a point are looked at.

        Parameters
        ----------
        within : ndarray of bool, shape ``grid.shape``
            The points that count; at least one.
        """
        parts = [part[within] for part in self._determinants()]
        return float(min(part.min() for part in parts)), float(max(part.max() for part in parts))

    def _determinants(self) -> Iterator[NDArray[np.float64]]:
        """Yield the determinant at each point by the edges before and behind it along each axis."""
        values = self.displacement_mm.astype(np.float64)
        edges = [np.diff(values, axis=a) / step for a, step in enumerate(self.grid.spacing_mm)]
        for behind in product((False, True), repeat=3):
            along = [_at_nodes(edge, a, behind=b) for a, (edge, b) in enumerate(zip(edges, behind, strict=True))]
            gradient = np.stack(along, axis=-1) @ self.grid.directions
            yield np.linalg.det(np.eye(3) + gradient)


def deformed_mask(mask: Mask, deformation: Deformation) -> Mask:
    """Return a region where it comes to lie, on fine voxels of its own that follow it as a whole.

    Each voxel of the result belongs to the region if the place that it came from lies in a voxel of the region.

    Parameters
    ----------
    mask : Mask
        In the first scan's frame of reference.
    deformation : Deformation
    """
    _require_frame(mask.geometry.frame_of_reference, deformation.grid.frame_of_reference)
    onto = _finer(_following(mask, deformation))
    found = np.zeros(onto.shape, dtype=np.bool_)
    for part in _slabs(onto):
        index = np.rint(mask.geometry.to_index(deformation.undisplaced(nodes_of(onto.part(part))))).astype(np.intp)
        inside = ((index >= 0) & (index < mask.geometry.shape)).all(axis=-1)
        found[part][inside] = mask.voxels[tuple(index[inside].T)]
    moved = moved_geometry(onto, deformation.motion, frame_of_reference=deformation.into)
    return Mask(voxels=found, geometry=moved, name=mask.name)


def deformed_volume(volume: Volume, deformation: Deformation, onto: Geometry, *, outside: float) -> Volume:
    """Return an image of the first scan as it lies in the second, by linear interpolation.

    Parameters
    ----------
    volume : Volume
        A concentration or density; it is carried along with the tissue, neither thinned where that widens nor
        concentrated where it shrinks.
    deformation : Deformation
    onto : Geometry
        In the second scan's frame of reference.
    outside : float
    """
    _require_frame(volume.geometry.frame_of_reference, deformation.grid.frame_of_reference)
    _require_frame(onto.frame_of_reference, deformation.into)
    values = np.empty(onto.shape, dtype=np.float32)
    for part in _slabs(onto):
        values[part] = values_at(volume, deformation.before(nodes_of(onto.part(part))), outside=outside)
    return Volume(values=values, geometry=onto, unit=volume.unit)


def undeformed_volume(volume: Volume, deformation: Deformation, onto: Geometry, *, outside: float) -> Volume:
    """Return an image of the second scan as it lies in the first, by linear interpolation."""
    _require_frame(volume.geometry.frame_of_reference, deformation.into)
    _require_frame(onto.frame_of_reference, deformation.grid.frame_of_reference)
    values = np.empty(onto.shape, dtype=np.float32)
    for part in _slabs(onto):
        values[part] = values_at(volume, deformation.point(nodes_of(onto.part(part))), outside=outside)
    return Volume(values=values, geometry=onto, unit=volume.unit)


def values_at(volume: Volume, point_mm: Points, *, outside: float) -> NDArray[np.float32]:
    """Return a volume's values at points (x, y, z) [mm], shape (..., 3); beyond its outermost edges a stated one."""
    from scipy import ndimage

    index = volume.geometry.to_index(point_mm)
    found = np.asarray(
        ndimage.map_coordinates(volume.values, np.moveaxis(index, -1, 0), order=1, mode="nearest"), dtype=np.float32
    )
    beyond = ((index < -0.5) | (index > np.asarray(volume.geometry.shape) - 0.5)).any(axis=-1)
    return np.where(beyond, np.float32(outside), found)


def nodes_of(grid: Geometry) -> Points:
    """Return the centres of a grid's voxels (x, y, z) [mm], shape ``(*grid.shape, 3)``."""
    return grid.to_patient(np.stack(np.meshgrid(*[np.arange(n) for n in grid.shape], indexing="ij"), axis=-1))


def _solved(points: Points, start: Points, deformation: Deformation) -> Points:
    found = start
    for _ in range(MOST_ROUNDS):
        off = found + deformation.displaced_mm(found) - points
        found = found - off
        if np.abs(off).max(initial=0.0) < CLOSED_WITHIN_MM:
            break
    return found


def _linear(values: NDArray[np.float32], grid: Geometry, points: Points) -> Points:
    from scipy import ndimage

    index = grid.to_index(points).reshape(-1, 3).T
    parts = [ndimage.map_coordinates(values[..., n], index, order=1, mode="nearest") for n in range(3)]
    return np.stack(parts, axis=-1).astype(np.float64).reshape(points.shape)


def _at_nodes(edges: NDArray[np.float64], axis: int, *, behind: bool) -> NDArray[np.float64]:
    """Return the edge before or behind each point; the outermost point has but one."""
    last = np.take(edges, [-1 if behind else 0], axis=axis)
    return np.concatenate((edges, last) if behind else (last, edges), axis=axis)


def _following(mask: Mask, deformation: Deformation) -> Geometry:
    """Return a mask's grid about its region, shifted as that is on average, with room for the rest."""
    places = mask.geometry.to_patient(np.argwhere(mask.voxels[mask.box]) + [s.start for s in mask.box])
    displaced = deformation.displaced_mm(places)
    shift = displaced.mean(axis=0) if len(places) else np.zeros(3)
    reach_mm = float(np.linalg.norm(displaced - shift, axis=-1).max(initial=0.0))
    steps = [int(np.ceil(reach_mm / step)) + 1 for step in mask.geometry.spacing_mm]
    low = [s.start - n for s, n in zip(mask.box, steps, strict=True)]
    k, j, i = (s.stop - s.start + 2 * n for s, n in zip(mask.box, steps, strict=True))
    x, y, z = (float(v) for v in mask.geometry.to_patient(low) + shift)
    return replace(mask.geometry, shape=(k, j, i), origin_mm=(x, y, z))


def _finer(grid: Geometry) -> Geometry:
    """Return the same voxels, each cut into as many as are needed along each axis."""
    cuts = [int(np.ceil(step / FINEST_MM - 1e-6)) for step in grid.spacing_mm]
    x, y, z = (float(v) for v in grid.to_patient([(1 / n - 1) / 2 for n in cuts]))
    k, j, i = (size * n for size, n in zip(grid.shape, cuts, strict=True))
    c, b, a = (step / n for step, n in zip(grid.spacing_mm, cuts, strict=True))
    return replace(grid, shape=(k, j, i), spacing_mm=(c, b, a), origin_mm=(x, y, z))


def _slabs(grid: Geometry) -> Iterator[tuple[slice, slice, slice]]:
    depth = max(1, AT_ONCE // (grid.shape[1] * grid.shape[2]))
    for first in range(0, grid.shape[0], depth):
        yield slice(first, min(first + depth, grid.shape[0])), slice(0, grid.shape[1]), slice(0, grid.shape[2])


def _require_frame(found: str | None, needed: str | None) -> None:
    if found != needed:
        raise FrameOfReferenceError(
            "deforming",
            "what is to be moved lies in another frame of reference than the deformation begins or ends in",
            "give what lies in the scan that was registered",
            "the same millimetres mean another place in the patient",
        )
