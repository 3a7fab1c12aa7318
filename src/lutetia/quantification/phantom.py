"""How many counts does an image hold of a source whose activity is known?

A uniform cylinder is measured well inside its edge, per millilitre. A point source is measured whole, within a radius,
less the background around it. Source: MIRD pamphlet 23, J Nucl Med 2012;53:1310; MIRD pamphlet 26, 2016;57:151.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lutetia.errors import InputError
from lutetia.volume import Volume

WHERE: Final = "phantom image"
NEGATIVE_PART: Final = 0.001
"""Part of all counts that negative voxels may take away: rounding and interpolation, not a filter."""
LEAST_REGION_ML: Final = 100.0
"""A region of a cylinder below this is its edge rather than its inside."""
NOT_UNIFORM: Final = 0.10
"""Largest difference between parts of a uniform region: missing attenuation correction makes several times that."""
VOLUME_OFF: Final = 0.20
"""A cylinder drawn at half its height has its own volume within a few per cent; beyond this it is another one."""
BACKGROUND_SHELL: Final = (1.25, 1.75)
"""Inner and outer radius of the background of a point source, in units of its own."""
OUTSIDE_RADIUS: Final = 0.05
"""Part of a point source's counts beyond its radius above which the radius is too small."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was counted of a source.

    Attributes
    ----------
    counts : float
        In a cylinder per mL [1/mL], of a point source in all; in the unit of the image (counts, or Bq).
    region_ml : float
    counting, region : float
        Relative standard uncertainties: of Poisson; of the choice of the region and of what is not uniform.
    seen_ml : float or None
        Volume of a cylinder at half its height.
    cut_off : bool
        Whether the cylinder reaches the edge of the image.
    largest_difference : float
        Between parts of a uniform region, relative.
    """

    counts: float
    region_ml: float
    counting: float
    region: float
    seen_ml: float | None = None
    cut_off: bool = False
    largest_difference: float = 0.0


def count_cylinder(image: Volume, *, volume_ml: float, edge_mm: float) -> Counted:
    """Count a uniform cylinder well inside its edge.

    Parameters
    ----------
    image : Volume
        Counts in each voxel, or Bq/mL.
    volume_ml : float
        Inner volume as filled, positive [mL].
    edge_mm : float
        Distance from the edge that is left out, at least twice the resolution of the image [mm].

    Raises
    ------
    InputError
        If the image holds no counts, negative ones, another volume, no inside, or is not uniform.
    """
    values = _checked(image)
    within, cut_off = _half_height(values, max(1, round(volume_ml / image.geometry.voxel_ml)))
    seen_ml = float(np.count_nonzero(within)) * image.geometry.voxel_ml
    _require_volume(seen_ml, volume_ml, cut_off=cut_off)
    depth = _depth_mm(within, image.geometry.spacing_mm)
    inside = depth >= edge_mm
    region_ml = float(np.count_nonzero(inside)) * image.geometry.voxel_ml
    if region_ml < LEAST_REGION_ML:
        raise InputError(
            WHERE,
            f"{edge_mm:g} mm inside the edge {region_ml:.0f} mL are left, which is too little",
            f"leave out less of the edge, but at least twice the resolution, or take a larger phantom "
            f"({LEAST_REGION_ML:.0f} mL are needed)",
        )
    mean = float(values[inside].mean())
    largest = _require_uniform(values, inside, depth, mean)
    deeper = depth >= 1.5 * edge_mm
    moved = abs(float(values[deeper].mean()) / mean - 1) if deeper.sum() * image.geometry.voxel_ml > 10 else 0.0
    scale = _per_voxel(image)
    total = mean * scale * float(np.count_nonzero(inside))
    return Counted(
        counts=mean * scale / image.geometry.voxel_ml,
        region_ml=region_ml,
        counting=_poisson(image, total),
        region=hypot(_octants(values, inside, mean), moved),
        seen_ml=seen_ml,
        cut_off=cut_off,
        largest_difference=largest,
    )


def count_point(image: Volume, *, radius_mm: float) -> Counted:
    """Count a point source within a radius, less the background around it.

    Raises
    ------
    InputError
        If the image holds no counts, negative ones, no source, or the source does not fit within the radius.
    """
    values = _checked(image)
    distance = _from_source(values, image, radius_mm)
    within = distance <= radius_mm
    wider = distance <= BACKGROUND_SHELL[0] * radius_mm
    shell = (distance > BACKGROUND_SHELL[0] * radius_mm) & (distance <= BACKGROUND_SHELL[1] * radius_mm)
    level = float(values[shell].mean())
    taken = int(np.count_nonzero(within))
    gross, net = float(values[within].sum()), float(values[within].sum()) - level * taken
    if net <= 0:
        raise InputError(WHERE, "there is no source above its background", "give the image of the point source")
    beyond = float(values[wider].sum() - level * np.count_nonzero(wider)) / net - 1
    if beyond > OUTSIDE_RADIUS:
        raise InputError(
            WHERE,
            f"{beyond:.0%} of the counts within {radius_mm:g} mm lie just beyond that radius",
            "state a larger radius, or take a smaller source: all of its counts belong to its activity",
        )
    scale = _per_voxel(image)
    of_background = level * taken * sqrt(taken / np.count_nonzero(shell)) if level > 0 else 0.0
    noise = sqrt(gross + of_background) / net if image.unit == "count" else 0.0
    return Counted(
        counts=net * scale,
        region_ml=taken * image.geometry.voxel_ml,
        counting=noise,
        region=abs(beyond),
    )


def _checked(image: Volume) -> NDArray[np.float64]:
    if image.unit not in {"count", "Bq/mL"}:
        raise ValueError(f"counts or Bq/mL are needed, not {image.unit}")
    values = np.asarray(image.values, dtype=np.float64)
    total, negative = float(values.sum()), -float(values[values < 0].sum())
    if negative > NEGATIVE_PART * float(np.abs(values).sum()):
        raise InputError(
            WHERE,
            f"{np.count_nonzero(values < 0)} voxels are negative, which no count is",
            "export the reconstruction without subtraction or filtered back-projection",
        )
    if total <= 0:
        raise InputError(WHERE, "it holds no counts", "give the series of the filled phantom")
    return values


def _per_voxel(image: Volume) -> float:
    """Return what turns a voxel's value into its content: counts, or Bq."""
    return 1.0 if image.unit == "count" else image.geometry.voxel_ml


def _poisson(image: Volume, total: float) -> float:
    return 1 / sqrt(total) if image.unit == "count" else 0.0


def _half_height(values: NDArray[np.float64], expected: int) -> tuple[NDArray[np.bool_], bool]:
    """Return the largest connected part above half of the plateau, and whether the image cuts it off."""
    from scipy.ndimage import binary_fill_holes, label

    brightest = np.partition(values, -min(expected, values.size), axis=None)[-min(expected, values.size) :]
    within = values > float(np.median(brightest)) / 2
    for _ in range(2):
        parts, _found = label(within)
        within = parts == int(np.argmax(np.bincount(parts.ravel())[1:])) + 1
        within = np.asarray(binary_fill_holes(within), dtype=np.bool_)
        level = float(np.median(values[within])) / 2
        if _ == 0:
            within = values > level
    faces = (within[0], within[-1], within[:, 0], within[:, -1], within[:, :, 0], within[:, :, -1])
    return within, any(bool(face.any()) for face in faces)


def _require_volume(seen_ml: float, volume_ml: float, *, cut_off: bool) -> None:
    off = seen_ml / volume_ml - 1
    if off > VOLUME_OFF or (off < -VOLUME_OFF and not cut_off):
        raise InputError(
            WHERE,
            f"what is seen at half its height fills {seen_ml:,.0f} mL, and {volume_ml:,.0f} mL are stated",
            "check the volume and its unit, that the image is of this phantom, and that it holds one bright part",
            "activity is taken to fill the whole volume evenly",
        )


def _depth_mm(within: NDArray[np.bool_], spacing_mm: tuple[float, float, float]) -> NDArray[np.float64]:
    """Return how far each voxel lies inside; the edge of the image is an edge."""
    from scipy.ndimage import distance_transform_edt

    padded = distance_transform_edt(np.pad(within, 1), sampling=spacing_mm)
    return np.asarray(padded, dtype=np.float64)[1:-1, 1:-1, 1:-1]


def _require_uniform(
    values: NDArray[np.float64], inside: NDArray[np.bool_], depth: NDArray[np.float64], mean: float
) -> float:
    """Return the largest relative difference between parts of the region along and across it."""
    at, of = np.argwhere(inside), values[inside]
    coordinates = [*at.T.astype(np.float64), depth[inside]]
    largest, said = 0.0, ""
    for axis, name in zip(coordinates, ("along z", "along y", "along x", "from edge to centre"), strict=True):
        parts = np.array_split(of[np.argsort(axis, kind="stable")], 3)
        means = [float(part.mean()) for part in parts]
        difference = (max(means) - min(means)) / mean
        if difference > largest:
            largest, said = difference, name
    if largest > NOT_UNIFORM:
        raise InputError(
            WHERE,
            f"the region is not uniform: its parts {said} differ by {largest:.0%}",
            "mix the phantom, correct for attenuation and scatter, or leave out the inserts",
            "a mean over it would depend on where it was taken",
        )
    return largest


def _octants(values: NDArray[np.float64], inside: NDArray[np.bool_], mean: float) -> float:
    """Return the relative standard error of the mean from its eight octants."""
    at, of = np.argwhere(inside), values[inside]
    halves = at > np.median(at, axis=0)
    number = halves @ np.array([4, 2, 1])
    means = [float(of[number == n].mean()) for n in range(8) if (number == n).any()]
    return float(np.std(means, ddof=1)) / sqrt(len(means)) / mean if len(means) > 1 else 0.0


def _from_source(values: NDArray[np.float64], image: Volume, radius_mm: float) -> NDArray[np.float64]:
    """Return the distance of each voxel from the centre of the brightest spot [mm]."""
    from scipy.ndimage import uniform_filter

    spacing = np.asarray(image.geometry.spacing_mm)
    grid = np.stack(np.meshgrid(*[np.arange(n) for n in values.shape], indexing="ij"), axis=-1) * spacing
    centre = grid[np.unravel_index(int(np.argmax(uniform_filter(values, 3, mode="constant"))), values.shape)]
    for _ in range(3):
        near = np.linalg.norm(grid - centre, axis=-1) <= radius_mm
        weight = np.clip(values[near], 0, None)
        centre = (grid[near] * weight[:, None]).sum(axis=0) / weight.sum()
    reach = BACKGROUND_SHELL[1] * radius_mm
    if (centre < reach - spacing / 2).any() or (centre > (np.asarray(values.shape) - 0.5) * spacing - reach).any():
        raise InputError(
            WHERE,
            f"the source lies less than {reach:.0f} mm from the edge of the image",
            "state a smaller radius, or centre the source",
            "its background could not be told",
        )
    return np.asarray(np.linalg.norm(grid - centre, axis=-1), dtype=np.float64)
