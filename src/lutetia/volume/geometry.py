"""Where the voxels of an array lie in the patient, in DICOM's patient coordinates (LPS, mm).

Arrays are indexed ``[k, j, i]`` and called ``(z, y, x)`` by habit; the axes may point anywhere. Axis 0 runs over
slices, axis 1 over rows of a slice, axis 2 over columns.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

ORTHOGONAL_WITHIN = 1e-4
"""Cosines are written by scanners with about six decimals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometry:
    """An orthogonal, possibly oblique and anisotropic, grid of voxels.

    Attributes
    ----------
    shape : tuple of int
        Voxels along axes 0, 1, 2; each at least 1.
    spacing_mm : tuple of float
        Distance between voxel centres along axes 0, 1, 2 [mm]; each positive and finite.
    origin_mm : tuple of float
        Patient coordinates (x, y, z) of the centre of voxel ``[0, 0, 0]`` [mm].
    axes : tuple of tuple of float
        Unit vectors (x, y, z) along which axes 0, 1, 2 grow; mutually orthogonal.
    frame_of_reference : str or None
        UID shared by grids whose coordinates mean the same place.
    """

    shape: tuple[int, int, int]
    spacing_mm: tuple[float, float, float]
    origin_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    axes: tuple[tuple[float, float, float], ...] = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
    frame_of_reference: str | None = None

    def __post_init__(self) -> None:
        if len(self.shape) != 3 or min(self.shape) < 1:
            raise ValueError(f"a grid needs three axes of at least one voxel, not {self.shape}")
        if not all(np.isfinite(s) and s > 0 for s in self.spacing_mm):
            raise ValueError(f"spacings must be positive millimetres, not {self.spacing_mm}")
        if len(self.origin_mm) != 3 or not np.isfinite(self.origin_mm).all():
            raise ValueError(f"an origin has three finite millimetres, not {self.origin_mm}")
        gram = self.directions @ self.directions.T
        if gram.shape != (3, 3) or not np.allclose(gram, np.eye(3), atol=ORTHOGONAL_WITHIN):
            raise ValueError("the axes of a grid must be orthogonal unit vectors; a sheared grid is refused")

    @property
    def directions(self) -> NDArray[np.float64]:
        """Rows: unit vectors (x, y, z) of axes 0, 1, 2; shape (3, 3)."""
        return np.asarray(self.axes, dtype=np.float64)

    @property
    def voxel_ml(self) -> float:
        """Volume of one voxel [mL]."""
        return float(np.prod(self.spacing_mm)) / 1000.0

    @property
    def voxels(self) -> int:
        """Number of voxels."""
        return int(np.prod(self.shape))

    def to_patient(self, index: ArrayLike) -> NDArray[np.float64]:
        """Map (k, j, i), shape (..., 3), to (x, y, z) [mm], shape (..., 3)."""
        steps = np.asarray(index, dtype=np.float64) * np.asarray(self.spacing_mm)
        return np.asarray(np.asarray(self.origin_mm) + steps @ self.directions, dtype=np.float64)

    def to_index(self, point_mm: ArrayLike) -> NDArray[np.float64]:
        """Map (x, y, z) [mm], shape (..., 3), to fractional (k, j, i), shape (..., 3)."""
        offset = np.asarray(point_mm, dtype=np.float64) - np.asarray(self.origin_mm)
        return np.asarray((offset @ self.directions.T) / np.asarray(self.spacing_mm), dtype=np.float64)

    def part(self, box: tuple[slice, slice, slice]) -> Geometry:
        """Return the grid of a box of voxels; each slice has a start and a stop within the grid."""
        x, y, z = self.to_patient([s.start for s in box])
        return replace(
            self,
            shape=(box[0].stop - box[0].start, box[1].stop - box[1].start, box[2].stop - box[2].start),
            origin_mm=(float(x), float(y), float(z)),
        )

    def touched_by(self, other: Geometry) -> tuple[slice, slice, slice]:
        """Return the box of voxels that a grid of the same frame of reference can touch; it may be empty."""
        ends = [(-0.5, n - 0.5) for n in other.shape]
        corners = np.stack(np.meshgrid(*ends, indexing="ij"), axis=-1).reshape(-1, 3)
        index = self.to_index(other.to_patient(corners))
        low = np.clip(np.floor(index.min(axis=0)), 0, self.shape).astype(int)
        high = np.clip(np.ceil(index.max(axis=0)) + 1, 0, self.shape).astype(int)
        z, y, x = (slice(int(a), int(max(a, b))) for a, b in zip(low, high, strict=True))
        return z, y, x

    def matches(self, other: Geometry, *, within_mm: float = 0.01) -> bool:
        """Tell whether two grids have the same voxels in the same place; other frames of reference never match."""
        if self.shape != other.shape or self.frame_of_reference != other.frame_of_reference:
            return False
        corners = [(0, 0, 0), tuple(n - 1 for n in self.shape)]
        return bool(np.allclose(self.to_patient(corners), other.to_patient(corners), atol=within_mm)) and bool(
            np.allclose(self.directions, other.directions, atol=ORTHOGONAL_WITHIN)
        )
