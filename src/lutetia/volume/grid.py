"""Volumes, masks and coverages: values that never travel without their unit and their place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lutetia.volume.geometry import Geometry

VoxelUnit = Literal["HU", "g/mL", "cm2/mL", "count", "Bq/mL", "Bq h/mL", "Gy", "1"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Volume:
    """Values of one quantity on a grid.

    Attributes
    ----------
    values : ndarray of float32, shape ``geometry.shape``
        Finite values, axes (z, y, x); made read-only.
    geometry : Geometry
    unit : str
        What the values are; a volume of activity cannot be built without knowing that.
    """

    values: NDArray[np.float32] = field(repr=False)
    geometry: Geometry
    unit: VoxelUnit

    def __post_init__(self) -> None:
        values = np.ascontiguousarray(self.values, dtype=np.float32)
        if values.shape != self.geometry.shape:
            raise ValueError(f"values of shape {values.shape} do not fit a grid of {self.geometry.shape}")
        if not np.isfinite(values).all():
            raise ValueError("a volume holds finite values only")
        if values is self.values:
            values = values.view()
        values.flags.writeable = False
        object.__setattr__(self, "values", values)

    def with_values(self, values: NDArray[np.floating], unit: VoxelUnit | None = None) -> Volume:
        """Return a volume on the same grid with other values, and another unit if given."""
        return replace(self, values=np.asarray(values, dtype=np.float32), unit=unit or self.unit)

    def total(self) -> float:
        """Return the sum over all voxels of value times voxel volume [unit mL]; for counts, the sum of values."""
        scale = 1.0 if self.unit == "count" else self.geometry.voxel_ml
        return float(self.values.sum(dtype=np.float64)) * scale


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mask:
    """The voxels of a region on a grid.

    Attributes
    ----------
    voxels : ndarray of bool, shape ``geometry.shape``
        True where the voxel's centre is in the region; made read-only.
    geometry : Geometry
    name : str
        The region's name as its author wrote it.
    box : tuple of slice
        The smallest box that holds the region.
    """

    voxels: NDArray[np.bool_] = field(repr=False)
    geometry: Geometry
    name: str
    box: tuple[slice, slice, slice] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        voxels = np.ascontiguousarray(self.voxels, dtype=np.bool_)
        if voxels.shape != self.geometry.shape:
            raise ValueError(f"a mask of shape {voxels.shape} does not fit a grid of {self.geometry.shape}")
        if voxels is self.voxels:
            voxels = voxels.view()
        voxels.flags.writeable = False
        object.__setattr__(self, "voxels", voxels)
        object.__setattr__(self, "box", box_of(voxels))

    @property
    def volume_ml(self) -> float:
        """Volume by counting voxels [mL]."""
        return int(self.voxels[self.box].sum()) * self.geometry.voxel_ml

    def cut(self) -> tuple[tuple[slice, slice, slice], NDArray[np.bool_]]:
        """Return the smallest box that holds the region and its voxels in it; both are empty for an empty region."""
        return self.box, self.voxels[self.box]

    def mean(self, volume: Volume) -> float:
        """Return the mean of a volume's values over the region; the grids must match."""
        if not self.geometry.matches(volume.geometry):
            raise ValueError(f"mask '{self.name}' and volume lie on different grids")
        if not self.voxels.any():
            raise ValueError(f"mask '{self.name}' holds no voxel, so it has no mean")
        return float(volume.values[self.voxels].mean(dtype=np.float64))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coverage:
    """The part of each voxel that lies in a region.

    Attributes
    ----------
    fractions : ndarray of float32, shape ``geometry.shape``
        From 0 (outside) to 1 (wholly inside); made read-only.
    geometry : Geometry
    name : str
        The region's name as its author wrote it.
    """

    fractions: NDArray[np.float32] = field(repr=False)
    geometry: Geometry
    name: str

    def __post_init__(self) -> None:
        fractions = np.ascontiguousarray(self.fractions, dtype=np.float32)
        if fractions.shape != self.geometry.shape:
            raise ValueError(f"a coverage of shape {fractions.shape} does not fit a grid of {self.geometry.shape}")
        if not (fractions.min() >= 0 and fractions.max() <= 1):
            raise ValueError("the covered part of a voxel lies between 0 and 1")
        if fractions is self.fractions:
            fractions = fractions.view()
        fractions.flags.writeable = False
        object.__setattr__(self, "fractions", fractions)

    @property
    def volume_ml(self) -> float:
        """Volume by adding the covered parts [mL]."""
        return float(self.fractions.sum(dtype=np.float64)) * self.geometry.voxel_ml

    def mean(self, volume: Volume) -> float:
        """Return the mean of a volume's values, weighted by the covered parts; the grids must match."""
        if not self.geometry.matches(volume.geometry):
            raise ValueError(f"coverage '{self.name}' and volume lie on different grids")
        weight = self.fractions.sum(dtype=np.float64)
        if weight == 0:
            raise ValueError(f"coverage '{self.name}' is empty, so it has no mean")
        return float((volume.values * self.fractions).sum(dtype=np.float64) / weight)


def box_of(voxels: NDArray[np.generic]) -> tuple[slice, slice, slice]:
    """Return the smallest box that holds what is not 0; an empty one if there is nothing."""
    bounds: list[slice] = []
    for axis in range(3):
        rest = voxels[tuple(bounds)]
        held = np.flatnonzero(rest.any(axis=tuple(a for a in range(3) if a != axis)))
        bounds.append(slice(int(held[0]), int(held[-1]) + 1) if held.size else slice(0, 0))
    return bounds[0], bounds[1], bounds[2]
