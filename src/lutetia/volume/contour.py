"""Which voxels a drawn outline holds.

Contours are closed polygons on parallel planes in patient coordinates. Each plane stands for a slab of tissue, half
the distance between planes to either side. A voxel is inside when its centre is, by the even-odd rule over all
contours of the plane, so that an outline inside another one is a hole.

Source: DICOM PS3.3 C.8.8.6 (ROI Contour Module).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lutetia.errors import InputError
from lutetia.volume.geometry import Geometry
from lutetia.volume.grid import Coverage, Mask

PARALLEL_WITHIN = 0.1
"""A contour may leave its plane by this part of a slice: coordinates are written with few decimals."""

SAME_PLANE_MM = 0.05
"""Contours closer than this along the normal lie on one plane; no scanner makes thinner slices."""

_DECIMALS = 6
"""Indices are rounded to a millionth of a voxel, so that a centre on an outline falls on the same side everywhere."""


class ContourError(InputError):
    """Contours cannot be turned into voxels of the grid asked for."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contours:
    """The outlines of one region.

    Attributes
    ----------
    name : str
        The region's name as its author wrote it.
    polygons : tuple of ndarray of float64, shape (n, 3)
        Closed outlines, n >= 3, patient coordinates (x, y, z) [mm]; the last point is joined to the first.
    frame_of_reference : str or None
        UID of the coordinate system.
    slab_mm : float or None
        Distance between the slices they were drawn on, where known [mm]; else the smallest distance between planes
        stands in, which fills single slices that were left out on purpose.
    """

    name: str
    polygons: tuple[NDArray[np.float64], ...] = field(repr=False)
    frame_of_reference: str | None = None
    slab_mm: float | None = None

    def __post_init__(self) -> None:
        frozen = []
        for polygon in self.polygons:
            points = np.array(polygon, dtype=np.float64)
            if points.ndim != 2 or points.shape[1] != 3 or len(points) < 3 or not np.isfinite(points).all():
                raise ValueError(f"'{self.name}': a contour has at least three finite points (x, y, z)")
            points.flags.writeable = False
            frozen.append(points)
        if self.slab_mm is not None and not (np.isfinite(self.slab_mm) and self.slab_mm > 0):
            raise ValueError(f"'{self.name}': the distance between planes is positive, not {self.slab_mm}")
        object.__setattr__(self, "polygons", tuple(frozen))


@dataclass(frozen=True, slots=True)
class _Plane:
    """Contours of one plane: its place along axis 0 in slices, and its outlines in (row, column)."""

    k: float
    outlines: tuple[NDArray[np.float64], ...]


def rasterise(contours: Contours, geometry: Geometry, *, beyond: Literal["refuse", "crop"] = "refuse") -> Mask:
    """Return the voxels whose centre lies in the region.

    Parameters
    ----------
    contours : Contours
        On planes parallel to the slices (axis 0) of ``geometry``.
    geometry : Geometry
        Any orientation and spacing, in the same frame of reference.
    beyond : {"refuse", "crop"}
        What to do with a region that reaches out of the grid.

    Raises
    ------
    ContourError
        If the frames of reference differ, a contour is tilted against the slices, or the region leaves the grid.
    """
    planes = _planes(contours, geometry, beyond=beyond)
    voxels = np.zeros(geometry.shape, dtype=np.bool_)
    weights = _plane_weights(contours, planes, geometry, parts=1)
    for n, plane in enumerate(planes):
        slices = np.flatnonzero(weights[:, n])
        if slices.size:
            voxels[slices] = fill_even_odd(plane.outlines, geometry.shape[1:])
    return Mask(voxels=voxels, geometry=geometry, name=contours.name)


def coverage(
    contours: Contours, geometry: Geometry, *, parts: int = 5, beyond: Literal["refuse", "crop"] = "refuse"
) -> Coverage:
    """Return the part of each voxel that lies in the region, by sampling each voxel ``parts`` times along each axis.

    Parameters
    ----------
    contours, geometry, beyond
        As for :func:`rasterise`, which is this function with one part and a yes or no.
    parts : int
        Samples along each axis of a voxel, at least 1.
    """
    if parts < 1:
        raise ValueError(f"a voxel is sampled at least once along each axis, not {parts} times")
    planes = _planes(contours, geometry, beyond=beyond)
    weights = _plane_weights(contours, planes, geometry, parts=parts)
    fractions = np.zeros(geometry.shape, dtype=np.float32)
    rows, columns = geometry.shape[1:]
    for n, plane in enumerate(planes):
        finer = tuple((outline + 0.5) * parts - 0.5 for outline in plane.outlines)
        filled = fill_even_odd(finer, (rows * parts, columns * parts))
        covered = filled.reshape(rows, parts, columns, parts).mean(axis=(1, 3), dtype=np.float32)
        for k in np.flatnonzero(weights[:, n]):
            fractions[k] += np.float32(weights[k, n]) * covered
    return Coverage(fractions=np.clip(fractions, 0.0, 1.0), geometry=geometry, name=contours.name)


def fill_even_odd(outlines: tuple[NDArray[np.float64], ...], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Fill polygons by the even-odd rule at pixel centres.

    Parameters
    ----------
    outlines : tuple of ndarray, shape (n, 2)
        Polygons in (row, column), pixel centres at whole numbers.
    shape : tuple of int
        Rows and columns.

    Returns
    -------
    ndarray of bool, shape ``shape``
        A centre on an upper or left edge is inside, on a lower or right edge outside, so that touching
        polygons share no pixel.
    """
    crossings = np.zeros((shape[0], shape[1] + 1), dtype=np.int32)
    for outline in outlines:
        start = np.round(outline, _DECIMALS)
        end = np.roll(start, -1, axis=0)
        first = np.clip(np.ceil(np.minimum(start[:, 0], end[:, 0])), 0, shape[0]).astype(np.intp)
        stop = np.clip(np.ceil(np.maximum(start[:, 0], end[:, 0])), 0, shape[0]).astype(np.intp)
        rows_of_edge = stop - first
        edge = np.repeat(np.arange(len(start)), rows_of_edge)
        row = np.arange(edge.size) - np.repeat(np.cumsum(rows_of_edge) - rows_of_edge, rows_of_edge) + first[edge]
        along = (row - start[edge, 0]) / (end[edge, 0] - start[edge, 0])
        column = start[edge, 1] + along * (end[edge, 1] - start[edge, 1])
        np.add.at(crossings, (row, np.clip(np.ceil(np.round(column, _DECIMALS)), 0, shape[1]).astype(np.intp)), 1)
    return np.asarray(np.cumsum(crossings[:, :-1], axis=1) & 1, dtype=np.bool_)


def _planes(contours: Contours, geometry: Geometry, *, beyond: str) -> list[_Plane]:
    """Sort the contours into planes of the grid's own axes."""
    if contours.frame_of_reference != geometry.frame_of_reference:
        raise ContourError(
            f"region '{contours.name}'",
            "its contours are drawn in another frame of reference than the image they are laid on",
            "give the structure set drawn on this image, or register the two first",
            "the same millimetres mean another place in the patient",
        )
    placed = sorted((_placed(polygon, contours.name, geometry) for polygon in contours.polygons), key=lambda p: p[0])
    if beyond == "refuse":
        _refuse_beyond(contours.name, placed, geometry)
    groups: list[tuple[float, list[NDArray[np.float64]]]] = []
    for k, outline in placed:
        if groups and (k - groups[-1][0]) * geometry.spacing_mm[0] < SAME_PLANE_MM:
            groups[-1][1].append(outline)
        else:
            groups.append((k, [outline]))
    return [_Plane(k, tuple(outlines)) for k, outlines in groups]


def _placed(polygon: NDArray[np.float64], name: str, geometry: Geometry) -> tuple[float, NDArray[np.float64]]:
    """Return where a contour lies along axis 0 and its outline in (row, column)."""
    index = geometry.to_index(polygon)
    tilt = float(np.ptp(index[:, 0]))
    if tilt > PARALLEL_WITHIN:
        raise ContourError(
            f"region '{name}'",
            f"a contour is tilted against the slices of the image: it crosses {tilt:.1f} slices",
            "lay it on the image it was drawn on, and resample the mask",
            "an outline can be filled only in its own plane",
        )
    return float(index[:, 0].mean()), index[:, 1:]


def _refuse_beyond(name: str, placed: list[tuple[float, NDArray[np.float64]]], geometry: Geometry) -> None:
    """Refuse a region of which a part lies outside the grid, beyond the edges of the outermost voxels."""
    slack = 0.5 + 1e-3
    limits = np.asarray(geometry.shape) - 1 + slack
    for k, outline in placed:
        low = np.array([k, *outline.min(axis=0)])
        high = np.array([k, *outline.max(axis=0)])
        out_mm = np.maximum(-slack - low, high - limits) * np.asarray(geometry.spacing_mm)
        if out_mm.max() > 0:
            raise ContourError(
                f"region '{name}'",
                f"it reaches {out_mm.max():.1f} mm out of the image",
                "draw it within the image, or leave the region out",
                "volume and activity of the part outside would be missing without a trace",
            )


def _plane_weights(contours: Contours, planes: list[_Plane], geometry: Geometry, *, parts: int) -> NDArray[np.float64]:
    """Return the part of each slice that each plane stands for, shape (slices, planes)."""
    slices = geometry.shape[0]
    weights = np.zeros((slices, len(planes)))
    if not planes:
        return weights
    at = np.array([plane.k for plane in planes])
    slab = _slab(contours, at, geometry.spacing_mm[0])
    samples = (np.arange(slices * parts) + 0.5) / parts - 0.5
    offset = np.round(samples[:, None] - at[None, :], _DECIMALS)
    distance = np.where((offset >= -slab / 2 - 1e-5) & (offset < slab / 2 - 1e-5), np.abs(offset), np.inf)
    nearest = distance.argmin(axis=1)
    held = np.flatnonzero(np.isfinite(distance.min(axis=1)))
    np.add.at(weights, (held // parts, nearest[held]), 1.0 / parts)
    return weights


def _slab(contours: Contours, at: NDArray[np.float64], spacing_mm: float) -> float:
    """Return how much of axis 0 a plane stands for, in slices of the grid."""
    if contours.slab_mm is not None:
        return contours.slab_mm / spacing_mm
    return float(np.diff(at).min()) if at.size > 1 else 1.0
