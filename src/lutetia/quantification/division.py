"""Which part of an image belongs to which region, where contours overlap?

A lesion inside an organ is contoured twice. The smaller region has the voxel; what it took counts in the larger one
too. Where all contours lie on one grid they are divided there, before the image's coarser voxels are filled: two
regions that each fill half of a voxel may fill the same half or both halves, and only the contours' own grid knows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lutetia.quantification.cover import cover
from lutetia.quantification.patch import Array, Patch
from lutetia.volume import Coverage, Geometry, Mask

NOTHING_VOXELS = 1e-6
"""A part of fewer image voxels is what rounding left of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Division:
    """Parts of an image that share no voxel.

    Attributes
    ----------
    parts : mapping of str to Patch
        What is left of each region after the smaller ones; regions wholly inside others are missing.
    shares : mapping of str to mapping of str to float
        Of what each region is made up: parts, and how many voxels of the image it has of each.
    drawn : mapping of str to Mask
        The parts on the grid that they were drawn on, where they are known there.
    """

    parts: Mapping[str, Patch]
    shares: Mapping[str, Mapping[str, float]]
    drawn: Mapping[str, Mask] = field(default_factory=dict)

    def left_over(self, shape: tuple[int, int, int]) -> Array:
        """Return what no region has of each voxel."""
        free = np.ones(shape, dtype=np.float32)
        for part in self.parts.values():
            free[part.box] -= part.values
        return np.clip(free, 0.0, 1.0, out=free)


def divide(regions: Mapping[str, Coverage], masks: Mapping[str, Mask]) -> Division:
    """Divide an image among its regions, the smaller one first.

    Parameters
    ----------
    regions : mapping of str to Coverage
        On the grid of the image.
    masks : mapping of str to Mask
        The same regions as they were drawn.
    """
    names = sorted(regions, key=lambda name: regions[name].volume_ml)
    if not names:
        return Division({}, {})
    grid = masks[names[0]].geometry
    onto = regions[names[0]].geometry
    if all(masks[name].geometry.matches(grid) for name in names):
        return _by_contours(names, regions, masks, onto)
    return _by_coverage(names, regions, masks)


def _by_contours(
    names: Sequence[str], regions: Mapping[str, Coverage], masks: Mapping[str, Mask], onto: Geometry
) -> Division:
    """Divide on the grid that the contours were drawn on."""
    owner = np.zeros(masks[names[0]].geometry.shape, dtype=np.int16)
    parts: dict[str, Patch] = {}
    shares: dict[str, dict[str, float]] = {}
    drawn_as: dict[str, Mask] = {}
    for number, name in enumerate(names, start=1):
        box, inside = masks[name].cut()
        taken = owner[box]
        own = inside & (taken == 0)
        kept, drawn = int(own.sum()), int(inside.sum())
        whole = regions[name]
        held = whole.fractions.sum(dtype=np.float64) / drawn if drawn else 0.0
        shares[name] = {}
        if kept < drawn:
            counts = np.bincount(taken[inside], minlength=number)
            shares[name] = {names[n - 1]: float(c) * held for n, c in enumerate(counts.tolist()) if n and c}
        if kept:
            drawn_as[name] = masks[name] if kept == drawn else _mask(masks[name], box, own)
            part = whole if kept == drawn else cover(drawn_as[name], onto)
            parts[name] = Patch.around(part.fractions)
            shares[name][name] = float(parts[name].values.sum(dtype=np.float64))
        taken[own] = number
    return Division(parts, shares, drawn_as)


def _mask(whole: Mask, box: tuple[slice, ...], voxels: NDArray[np.bool_]) -> Mask:
    full = np.zeros(whole.geometry.shape, dtype=np.bool_)
    full[box] = voxels
    return Mask(voxels=full, geometry=whole.geometry, name=whole.name)


def _by_coverage(names: Sequence[str], regions: Mapping[str, Coverage], masks: Mapping[str, Mask]) -> Division:
    """Divide the image's own voxels: two regions that fill a voxel in part are taken to lie side by side in it."""
    free = np.ones(regions[names[0]].geometry.shape, dtype=np.float32)
    parts: dict[str, Patch] = {}
    shares: dict[str, dict[str, float]] = {}
    undivided: dict[str, Mask] = {}
    for name in names:
        whole = Patch.around(regions[name].fractions)
        own = np.minimum(whole.values, free[whole.box])
        shares[name] = {}
        for other, part in parts.items():
            both = Patch(whole.box, whole.values - own).least(part)
            if both > NOTHING_VOXELS:
                shares[name][other] = both
        if (kept := float(own.sum(dtype=np.float64))) > NOTHING_VOXELS:
            parts[name], shares[name][name] = Patch(whole.box, own), kept
            free[whole.box] -= own
            if len(shares[name]) == 1:
                undivided[name] = masks[name]
    return Division(parts, shares, undivided)
