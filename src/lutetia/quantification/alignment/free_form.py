"""Which smooth displacement lays one CT on another best, once the patient as a whole lies right?

Cubic B-splines on a lattice, coarse to fine: the mean square of what the two CT differ by, and the bending of the
lattice, which keeps still what the images do not show. No random numbers and one order of sums: the same images give
the same answer on the same machine.

Source: Rueckert et al., Nonrigid registration using free-form deformations, IEEE Trans Med Imaging 1999;18:712.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lutetia.quantification.alignment.prepared import Prepared
from lutetia.volume import Deformation, Geometry, Rigid
from lutetia.volume.spline import cubic_weights

Array = NDArray[np.float64]

LEVELS: Final = ((8.0, 72.0, 60), (8.0, 36.0, 60), (4.0, 36.0, 20))
"""Voxels [mm], lattice [mm], and at most so many steps."""
BENDING: Final = 30.0
"""Weight of the mean square of the second derivatives [mm2]. Lutetia's choice: three times as much changes little."""
MARGIN_MM: Final = 12.0
"""Air around the patient counts: without it the skin would say nothing."""
SETTLED: Final = 1e-6
"""The search ends where a step lowers what it looks at by less than this part."""
SMOOTHED_VOXELS: Final = 0.7
FIELD_MM: Final = 8.0
"""On which the displacement is stated: between such points a spline on a lattice of 36 mm is straight to 0.1 mm."""

Progress = Callable[[float], None]
"""Told how much is done, 0 to 1."""


@dataclass(frozen=True, slots=True, eq=False)
class _Lattice:
    """Control points along the axes of a grid, and what each weighs at each voxel; one matrix for each axis."""

    spacing_mm: float
    weights: tuple[Array, Array, Array]

    @classmethod
    def over(
        cls, grid: Geometry, spacing_mm: float, *, start_mm: tuple[float, ...], length_mm: NDArray[np.floating]
    ) -> _Lattice:
        """Return a lattice over a length along each axis, weighed at the voxels of a grid that begins at a start."""
        weights = [
            cubic_weights((start + step * np.arange(n)) / spacing_mm, int(np.ceil(length / spacing_mm)) + 3)
            for n, step, start, length in zip(grid.shape, grid.spacing_mm, start_mm, length_mm, strict=True)
        ]
        return cls(spacing_mm, (weights[0], weights[1], weights[2]))

    @property
    def shape(self) -> tuple[int, int, int, int]:
        k, j, i = (w.shape[1] for w in self.weights)
        return k, j, i, 3

    def field(self, points: Array) -> Array:
        """Return the displacement at every voxel, along the axes of the grid [mm]."""
        a, b, c = self.weights
        return np.asarray(_apply(a, _apply(b, _apply(c, points, 2), 1), 0))

    def pulled(self, gradient: Array) -> Array:
        """Return the gradient over the control points from that over the displacements."""
        a, b, c = self.weights
        return np.asarray(_apply(c.T, _apply(b.T, _apply(a.T, gradient, 0), 1), 2))


def _apply(matrix: Array, values: Array, axis: int) -> Array:
    return np.moveaxis(np.tensordot(matrix, values, axes=(1, axis)), 0, axis)


def free_form(source: Prepared, target: Prepared, motion: Rigid, tell: Progress) -> Deformation:
    """Return the deformation that lays the source on the target, begun at a rigid motion.

    Parameters
    ----------
    source, target : Prepared
        Of two CT.
    motion : Rigid
        From the source to the target.
    tell : callable
    """
    grid = source.values.geometry
    length = np.asarray(grid.spacing_mm) * (np.asarray(grid.shape) - 1)
    lattice, points = None, None
    for n, (voxel_mm, lattice_mm, steps) in enumerate(LEVELS):
        first, second = source.coarser(voxel_mm), target.coarser(voxel_mm)
        start = _start_mm(first.values.geometry, grid)
        finer = _Lattice.over(first.values.geometry, lattice_mm, start_mm=start, length_mm=length)
        begun = np.zeros(finer.shape) if lattice is None or points is None else _carried(lattice, points, finer, length)
        tell(n / len(LEVELS))
        points = _best(_Pair.of(first, second, motion), finer, begun, steps)
        lattice = finer
    assert lattice is not None
    assert points is not None
    return _stated(lattice, points, grid, length, motion, target.values.geometry.frame_of_reference)


def _start_mm(grid: Geometry, whole: Geometry) -> tuple[float, ...]:
    """Return where a coarser grid begins, along the axes of the whole one [mm]."""
    return tuple(whole.to_index(grid.origin_mm) * np.asarray(whole.spacing_mm))


def _carried(lattice: _Lattice, points: Array, finer: _Lattice, length: Array) -> Array:
    """Return control points of a finer lattice that make about the same displacement."""
    found = points
    for axis, size in enumerate(finer.shape[:3]):
        if lattice.spacing_mm == finer.spacing_mm:
            break
        here = (np.arange(size) - 1.0) * finer.spacing_mm
        there = np.clip(here, 0, length[axis]) / lattice.spacing_mm
        found = _apply(cubic_weights(there, found.shape[axis]), found, axis)
    return found


def _stated(
    lattice: _Lattice, points: Array, grid: Geometry, length: Array, motion: Rigid, into: str | None
) -> Deformation:
    """Return the displacement on a coarse grid over the source's field."""
    k, j, i = (int(np.ceil(one / FIELD_MM)) + 1 for one in length)
    onto = replace(grid, shape=(max(k, 2), max(j, 2), max(i, 2)), spacing_mm=(FIELD_MM,) * 3)
    where = _Lattice.over(onto, lattice.spacing_mm, start_mm=(0.0, 0.0, 0.0), length_mm=length)
    return Deformation(
        motion=motion, displacement_mm=np.asarray(where.field(points) @ grid.directions, dtype=np.float32),
        grid=onto, into=into,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    """Two images and how places of the first are looked up in the second."""

    inside: NDArray[np.bool_]
    values: Array
    other: NDArray[np.float32]
    slopes: tuple[NDArray[np.float32], ...]
    at: Array
    per_mm: Array

    @classmethod
    def of(cls, source: Prepared, target: Prepared, motion: Rigid) -> _Pair:
        from scipy import ndimage

        grid, there = source.values.geometry, target.values.geometry
        rounds = max(1, round(MARGIN_MM / max(grid.spacing_mm)))
        inside = ndimage.binary_dilation(source.patient.voxels, iterations=rounds)
        index = np.argwhere(inside)
        at = there.to_index(motion.point(grid.to_patient(index))).T
        seen = ((at >= 0) & (at <= (np.asarray(there.shape) - 1)[:, None])).all(axis=0)
        inside[tuple(index[~seen].T)] = False
        values = ndimage.gaussian_filter(source.values.values, SMOOTHED_VOXELS)
        other = ndimage.gaussian_filter(target.values.values, SMOOTHED_VOXELS)
        per_mm = (grid.directions @ motion.matrix.T @ there.directions.T) / np.asarray(there.spacing_mm)
        return cls(
            inside, values[inside].astype(np.float64), other,
            tuple(np.gradient(other)), at[:, seen], per_mm.T,
        )  # fmt: skip

    def difference(self, moved_mm: Array) -> tuple[float, Array]:
        """Return the mean square difference under a displacement (axes of the grid), and its gradient there."""
        from scipy import ndimage

        at = self.at + self.per_mm @ moved_mm[self.inside].T
        off = ndimage.map_coordinates(self.other, at, order=1, mode="nearest", output=np.float64) - self.values
        slope = np.stack([ndimage.map_coordinates(s, at, order=1, mode="nearest", output=np.float64)
                          for s in self.slopes])  # fmt: skip
        gradient = np.zeros((*self.inside.shape, 3))
        gradient[self.inside] = (2 / off.size * off * (self.per_mm.T @ slope)).T
        return float(off @ off) / off.size, gradient


def _best(pair: _Pair, lattice: _Lattice, begun: Array, steps: int) -> Array:
    from scipy.optimize import minimize

    def cost(flat: Array) -> tuple[float, Array]:
        points = flat.reshape(lattice.shape)
        apart, gradient = pair.difference(lattice.field(points))
        bent, unbent = _bending(points)
        stiff = BENDING / lattice.spacing_mm**4
        return apart + stiff * bent, (lattice.pulled(gradient) + stiff * unbent).ravel()

    stops: Any = {"maxiter": steps, "maxcor": 8, "ftol": SETTLED, "gtol": 0.0}
    found: Any = minimize(cost, begun.ravel(), jac=True, method="L-BFGS-B", options=stops)
    return np.asarray(found.x, dtype=np.float64).reshape(lattice.shape)


def _bending(points: Array) -> tuple[float, Array]:
    """Return the mean square of the second differences of a lattice, mixed ones counted twice, and its gradient."""
    total, gradient = 0.0, np.zeros_like(points)
    scale = 1 / (points.size / 3)
    for first in range(3):
        for second in range(first, 3):
            bent = np.diff(np.diff(points, axis=first), axis=second)
            weight = scale if first == second else 2 * scale
            total += weight * float((bent**2).sum())
            gradient += 2 * weight * _undiff(_undiff(bent, second), first)
    return total, gradient


def _undiff(values: Array, axis: int) -> Array:
    """Return the transpose of a difference along an axis."""
    wide = [(0, 0)] * values.ndim
    wide[axis] = (1, 1)
    return -np.diff(np.pad(values, wide), axis=axis)
