"""Given where lesions are, which voxels belong to each of them?

Every lesion grows around the hottest voxel of its seed, a contour or a point, within a room: the seed widened by a
reach, without organs that are to be kept out, but never without the seed itself, because somebody drew or marked it as
disease. Where two rooms overlap, a voxel belongs to that of the nearer seed, so that no voxel is counted twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lutetia.errors import InputError
from lutetia.quantification.cover import cover
from lutetia.quantification.patch import box_around
from lutetia.quantification.segmentation.component import connected_to
from lutetia.quantification.segmentation.edge import steepest_edge
from lutetia.quantification.segmentation.method import Method
from lutetia.quantification.segmentation.physiological import without
from lutetia.quantification.segmentation.threshold import hottest, threshold_at, threshold_of_maximum
from lutetia.volume import Geometry, Mask, Volume

POINT_RADIUS_MM: Final = 10.0
"""Lutetia's choice: the maximum of a lesion given by a point is looked for so far around it."""

SINGLE_PRECISION_MM: Final = 1e-4
"""Distances are kept in 32 bits."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grown:
    """The region of one lesion.

    Attributes
    ----------
    mask : Mask
        On the image's grid; empty where even the hottest voxel is below a fixed threshold.
    maximum : float
        Of the seed, in the image's unit.
    at_edge : bool
        Whether it reaches the edge of its room: it would have grown further.
    hotter_beyond : bool
        Whether it holds a hotter voxel than its seed: it may have run into a neighbour.
    """

    mask: Mask
    maximum: float
    at_edge: bool
    hotter_beyond: bool


def grow(
    volume: Volume,
    seeds: Mapping[str, Mask],
    *,
    method: Method,
    organs: Iterable[Mask] = (),
) -> dict[str, Grown]:
    """Return the region of each lesion.

    Parameters
    ----------
    volume : Volume
        Of any quantity.
    seeds : mapping of str to Mask
        Lesion to its contour or the ball around its point, on the volume's grid: see :func:`seed_on`, :func:`ball`.
    method : Method
        Its rule, threshold, unit, margin, reach and smoothing; a smallest volume is the caller's to apply.
    organs : iterable of Mask
        Into which none grows, on any grid of the same frame of reference.

    Raises
    ------
    InputError
        If a seed is empty or without uptake, or the rule's number is none.
    """
    if method.reach_mm is None:
        raise ValueError("the method does not say how far a region may grow")
    everywhere = Mask(voxels=np.ones(volume.geometry.shape, dtype=np.bool_), geometry=volume.geometry, name="image")
    free = without(everywhere, organs, margin_mm=method.margin_mm).mask.voxels
    grown = {}
    for name, reached in rooms(seeds, reach_mm=method.reach_mm).items():
        room = replace(reached, voxels=reached.voxels & (free | seeds[name].voxels))
        mask = _by_rule(volume, seeds[name], room, method)
        top = hottest(volume, seeds[name])
        grown[name] = Grown(
            mask=mask,
            maximum=float(volume.values[top]),
            at_edge=_at_edge(mask, room),
            hotter_beyond=bool(mask.voxels.any() and volume.values[mask.voxels].max() > volume.values[top]),
        )
    return grown


def _by_rule(volume: Volume, seed: Mask, room: Mask, method: Method) -> Mask:
    if method.name == "percent of maximum" and method.threshold is not None:
        return threshold_of_maximum(volume, fraction=method.threshold, seed=seed, within=room)
    if method.name == "gradient" and method.smoothing_fwhm_mm is not None:
        return steepest_edge(volume, seed=seed, within=room, smoothing_fwhm_mm=method.smoothing_fwhm_mm)
    if method.name == "fixed threshold" and method.threshold is not None:
        found = threshold_at(volume, at_least=method.threshold, unit=method.unit, within=room, name=seed.name)
        top = hottest(volume, seed)
        voxels = connected_to(found.voxels, top) if found.voxels[top] else np.zeros_like(found.voxels)
        return replace(found, voxels=voxels)
    raise ValueError(f"the rule '{method.name}' lacks its number, or grows from no seed")


def rooms(seeds: Mapping[str, Mask], *, reach_mm: float) -> dict[str, Mask]:
    """Return where each lesion may grow: within reach of its seed, and nearer to it than to any other seed."""
    from scipy.ndimage import distance_transform_edt

    nearest: NDArray[np.float32] | None = None
    owner: NDArray[np.int32] | None = None
    for number, (name, seed) in enumerate(seeds.items(), start=1):
        if not seed.voxels.any():
            raise InputError(
                f"lesion '{name}'", "its contour or point holds no voxel of the image", "draw it on this image"
            )
        if nearest is None or owner is None:
            nearest = np.full(seed.geometry.shape, np.inf, dtype=np.float32)
            owner = np.zeros(seed.geometry.shape, dtype=np.int32)
        spacing = seed.geometry.spacing_mm
        box = box_around(seed.box, tuple(int(reach_mm / s) + 1 for s in spacing), seed.geometry.shape)
        away = np.asarray(distance_transform_edt(~seed.voxels[box], sampling=spacing), dtype=np.float32)
        mine = (away <= reach_mm + SINGLE_PRECISION_MM) & (away < nearest[box])
        nearest[box][mine] = away[mine]
        owner[box][mine] = number
    return (
        {name: replace(seed, voxels=owner == number) for number, (name, seed) in enumerate(seeds.items(), start=1)}
        if owner is not None
        else {}
    )


def _at_edge(mask: Mask, room: Mask) -> bool:
    from scipy.ndimage import binary_dilation

    box = box_around(mask.box, (1, 1, 1), mask.geometry.shape)
    inside = mask.voxels[box]
    return bool(inside.any() and (binary_dilation(inside) & ~room.voxels[box]).any())


def seed_on(contour: Mask, onto: Geometry) -> Mask:
    """Return the voxels of an image of which a contour covers at least half; of a smaller one, the most covered.

    Raises
    ------
    lutetia.volume.FrameOfReferenceError
        If it was drawn in another frame of reference.
    """
    covered = cover(contour, onto).fractions
    most = float(covered.max())
    voxels = covered >= (0.5 if most >= 0.5 else most) if most > 0 else np.zeros(onto.shape, dtype=np.bool_)
    return Mask(voxels=np.asarray(voxels, dtype=np.bool_), geometry=onto, name=contour.name)


def ball(
    point_mm: tuple[float, float, float], onto: Geometry, *, name: str, radius_mm: float = POINT_RADIUS_MM
) -> Mask:
    """Return the voxels of an image whose centre lies within a distance of a point; the nearest one at least.

    Raises
    ------
    InputError
        If the point lies outside the image.
    """
    at = onto.to_index(point_mm)
    if (at < -0.5).any() or (at > np.asarray(onto.shape) - 0.5).any():
        said = ", ".join(f"{value:g}" for value in point_mm)
        raise InputError(
            f"lesion '{name}'",
            f"its point ({said}) mm lies outside the image",
            "write it in the patient coordinates (x, y, z) of this SPECT",
        )
    off = [(np.arange(n) - centre) * step for n, centre, step in zip(onto.shape, at, onto.spacing_mm, strict=True)]
    z, y, x = np.meshgrid(*off, indexing="ij", sparse=True)
    voxels = z**2 + y**2 + x**2 <= radius_mm**2
    voxels[tuple(np.clip(np.rint(at).astype(int), 0, np.asarray(onto.shape) - 1))] = True
    return Mask(voxels=voxels, geometry=onto, name=name)
