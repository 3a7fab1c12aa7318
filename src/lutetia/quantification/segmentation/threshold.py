"""Which voxels take up at least so much: a fixed threshold, or a part of the maximum.

Thresholds are inclusive: a voxel that equals the threshold belongs to the region. No value is interpolated, so a region
is a set of whole voxels of the image. A part of the maximum depends on size, background and noise: half the maximum
lies on the edge of a large sphere without background, and inside the edge of a smaller one (74 % of the volume is left
at a diameter of 20 mm and a resolution of 7 mm, where 41 % leaves 93 %); once the maximum itself falls, or there is
background, the region becomes too large; and the noise of one voxel moves the whole edge.

Sources: Boellaard et al., Eur J Nucl Med Mol Imaging 2015;42:328, 10.1007/s00259-014-2961-x (41 and 50 % of maximum);
SUV of at least 3 or 4 as in use for PSMA PET, without an agreed standard.
"""

from __future__ import annotations

from math import isfinite

import numpy as np

from lutetia.errors import InputError
from lutetia.quantification.segmentation.component import connected_to
from lutetia.units import UnitError
from lutetia.volume import Mask, Volume


def threshold_at(
    volume: Volume, *, at_least: float, unit: str, within: Mask | None = None, name: str = "at threshold"
) -> Mask:
    """Return every voxel that holds at least a fixed value.

    Parameters
    ----------
    volume : Volume
        Of any quantity.
    at_least : float
        Positive, in ``unit``.
    unit : str
        Must be that of the volume; nothing is converted.
    within : Mask, optional
        Where to look, on the volume's grid.
    name : str
        Of the region returned.

    Raises
    ------
    UnitError
        If the threshold is stated in another unit than the image.
    InputError
        If the threshold is not positive.
    """
    if unit != volume.unit:
        raise UnitError(
            "threshold",
            f"it is stated in {unit}, and the image holds {volume.unit}",
            f"state the threshold in {volume.unit}, or give the image in {unit}",
            "the same number means another uptake",
        )
    if not (isfinite(at_least) and at_least > 0):
        raise InputError("threshold", f"{at_least} {unit} is no uptake", f"state a positive number of {unit}")
    found = volume.values >= np.float32(at_least)
    if within is not None:
        require_grid(volume, within)
        found &= within.voxels
    return Mask(voxels=found, geometry=volume.geometry, name=name)


def threshold_of_maximum(
    volume: Volume, *, fraction: float, seed: Mask, within: Mask | None = None, name: str | None = None
) -> Mask:
    """Return the connected voxels around a hottest one that hold at least a part of its value.

    Parameters
    ----------
    volume : Volume
        Of any quantity.
    fraction : float
        Part of the maximum, above 0 and at most 1; 0.41 and 0.50 are usual.
    seed : Mask
        Where the maximum is taken, on the volume's grid; among equal voxels the first one counts.
    within : Mask, optional
        How far the region may grow, beyond the seed as well; without it the region stays inside the seed.
    name : str, optional
        Of the region returned; the seed's own without it.

    Raises
    ------
    InputError
        If the fraction is none, or the seed is empty or takes nothing up.
    """
    if not 0 < fraction <= 1:
        raise InputError("threshold", f"{fraction:g} is no part of a maximum", "state it as 0.41 or 41 %")
    top = hottest(volume, seed)
    limit = np.float32(fraction) * volume.values[top]
    room = seed if within is None else within
    require_grid(volume, room)
    found = (volume.values >= limit) & room.voxels
    found[top] = True
    return Mask(voxels=connected_to(found, top), geometry=volume.geometry, name=name or seed.name)


def hottest(volume: Volume, seed: Mask) -> tuple[int, int, int]:
    """Return the index (k, j, i) of the hottest voxel of a seed; among equal ones the first.

    Raises
    ------
    InputError
        If the seed is empty, or holds no positive value.
    """
    require_grid(volume, seed)
    box, inside = seed.cut()
    where = f"region '{seed.name}'"
    if not inside.any():
        raise InputError(where, "it holds no voxel of the image", "draw it on the lesion, or take it off the list")
    values = np.where(inside, volume.values[box], -np.inf)
    k, j, i = np.unravel_index(int(values.argmax()), values.shape)
    if values[k, j, i] <= 0:
        raise InputError(where, "nothing is taken up in it", "check that it was drawn on this image")
    return int(k) + box[0].start, int(j) + box[1].start, int(i) + box[2].start


def require_grid(volume: Volume, mask: Mask) -> None:
    """Refuse a mask on another grid than the image: a programmer's fault."""
    if not volume.geometry.matches(mask.geometry):
        raise ValueError(f"mask '{mask.name}' and volume lie on different grids")
