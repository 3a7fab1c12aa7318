"""What lies in each voxel of a grid: the man painted on it, wherever he happens to lie on the couch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lutetia.simulation.anatomy import Structure
from lutetia.simulation.shape import Coordinates, Point, Shape, window
from lutetia.simulation.tissue import AIR, Tissue
from lutetia.volume import Geometry, Mask


@dataclass(frozen=True)
class Body:
    """The man on a grid.

    Attributes
    ----------
    structures : tuple of Structure
        In the order in which they were painted.
    labels : ndarray of uint8
        0 for air, otherwise 1 + index of the structure to which a voxel's centre belongs.
    geometry : Geometry
        A grid along the patient's axes.
    """

    structures: tuple[Structure, ...]
    labels: NDArray[np.uint8]
    geometry: Geometry

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """Number of voxels of each label."""
        return np.bincount(self.labels.ravel(), minlength=len(self.structures) + 1)

    @property
    def tissues(self) -> tuple[Tissue, ...]:
        """The tissue of each label."""
        return (AIR, *(structure.tissue for structure in self.structures))

    @property
    def regions(self) -> tuple[str, ...]:
        """Names of the regions, in the order of painting."""
        return tuple(dict.fromkeys(s.region for s in self.structures if s.region is not None))

    def labels_of(self, region: str) -> list[int]:
        """Return the labels of a region."""
        return [n + 1 for n, structure in enumerate(self.structures) if structure.region == region]

    def region_ml(self, region: str) -> float:
        """Return the volume of a region by counting voxels [mL]."""
        return int(self.counts[self.labels_of(region)].sum()) * self.geometry.voxel_ml

    def region_g(self, region: str) -> float:
        """Return the mass of a region [g]."""
        return sum(
            int(self.counts[n]) * self.geometry.voxel_ml * self.tissues[n].density_g_per_ml
            for n in self.labels_of(region)
        )

    def mask(self, region: str) -> Mask:
        """Return the voxels of a region; ``"body"`` is everything but the air around."""
        if region == "body":
            return Mask(voxels=self.labels > 0, geometry=self.geometry, name=region)
        return Mask(voxels=np.isin(self.labels, self.labels_of(region)), geometry=self.geometry, name=region)

    def painted(self, of_label: NDArray[np.floating]) -> NDArray[np.float32]:
        """Return an image in which each voxel has the value of its label."""
        return np.asarray(of_label, dtype=np.float32)[self.labels]


def paint(structures: tuple[Structure, ...], geometry: Geometry, *, shift_mm: Point = (0.0, 0.0, 0.0)) -> Body:
    """Put the man on a grid.

    Parameters
    ----------
    structures : tuple of Structure
        Painted in this order; the later hides the earlier.
    geometry : Geometry
        Its axes are the patient's: slices to the head, rows to the back, columns to his left.
    shift_mm : tuple of float
        How far he lies from where he was drawn (x, y, z) [mm].
    """
    if geometry.axes != ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0)):
        raise ValueError("the man is painted on grids along his own axes only")
    labels = np.zeros(geometry.shape, dtype=np.uint8)
    axes = _axes(geometry, shift_mm)
    for label, structure in enumerate(structures, start=1):
        for shape in structure.shapes:
            _paint_one(labels, axes, shape, label)
    return Body(structures, labels, geometry)


def _axes(geometry: Geometry, shift_mm: Point) -> tuple[Coordinates, Coordinates, Coordinates]:
    lines = [
        np.asarray(origin - shift + spacing * np.arange(count), dtype=np.float32)
        for origin, shift, spacing, count in zip(
            geometry.origin_mm, shift_mm, reversed(geometry.spacing_mm), reversed(geometry.shape), strict=True
        )
    ]
    return lines[0][None, None, :], lines[1][None, :, None], lines[2][:, None, None]


def _paint_one(
    labels: NDArray[np.uint8], axes: tuple[Coordinates, Coordinates, Coordinates], shape: Shape, label: int
) -> None:
    near = window(axes, *shape.box)
    if near is None:
        return
    x, y, z = axes
    found = shape.inside(x[:, :, near[2]], y[:, near[1], :], z[near[0], :, :])
    labels[near][found] = label


def region_volumes(
    structures: tuple[Structure, ...], *, fine_mm: float = 1.0, most_voxels: int = 4_000_000
) -> dict[str, tuple[float, float]]:
    """Return the true volume [mL] and mass [g] of every region, counted on a grid much finer than any image.

    Parameters
    ----------
    structures : tuple of Structure
    fine_mm : float
        Spacing wanted; wider where a region's box would need more than ``most_voxels``.
    most_voxels : int
    """
    found = {}
    for region in dict.fromkeys(s.region for s in structures if s.region is not None):
        shapes = [shape for s in structures if s.region == region for shape in s.shapes]
        low = np.min([shape.box[0] for shape in shapes], axis=0)
        high = np.max([shape.box[1] for shape in shapes], axis=0)
        spacing = max(fine_mm, float(np.prod(high - low) / most_voxels) ** (1 / 3))
        count = np.ceil((high - low) / spacing).astype(int)
        grid = Geometry(
            shape=(int(count[2]), int(count[1]), int(count[0])),
            spacing_mm=(spacing,) * 3,
            origin_mm=tuple(float(edge) + spacing / 2 for edge in low),
        )
        body = paint(structures, grid)
        found[region] = (body.region_ml(region), body.region_g(region))
    return found
