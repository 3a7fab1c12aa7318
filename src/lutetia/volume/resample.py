"""What values would be on another grid in the same place.

Linear interpolation for quantities, nearest neighbour for labels, and the mean over each target voxel where a fine
grid (a CT) is brought to a coarse one. A voxel's value holds up to its edges, half a spacing beyond its centre;
what lies further out takes the stated outside value.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lutetia.errors import InputError
from lutetia.volume.geometry import Geometry
from lutetia.volume.grid import Mask, Volume
from lutetia.volume.index_map import axis_map, index_map

Method = Literal["linear", "nearest", "mean"]

_EDGE = 0.5 + 1e-6
"""Half a voxel, and the rounding of coordinates."""


class FrameOfReferenceError(InputError):
    """Two grids have no common coordinate system."""


def resample(volume: Volume, onto: Geometry, *, outside: float, method: Method = "linear") -> Volume:
    """Return a volume's values on another grid; the grids may be oblique to each other.

    Parameters
    ----------
    volume : Volume
        A concentration or density (per mL, HU, Gy). Counts are not kept: their sum changes with the voxel.
    onto : Geometry
        In the same frame of reference.
    outside : float
        The value beyond the source's outermost voxel edges, e.g. -1000 HU or 0 Bq/mL.
    method : {"linear", "nearest", "mean"}
        ``"mean"`` averages the source over each target voxel and needs parallel axes.

    Raises
    ------
    FrameOfReferenceError
        If the frames of reference differ.
    """
    if volume.unit == "count":
        raise ValueError("counts belong to their voxels; turn them into a concentration before resampling")
    _require_same_frame(volume.geometry, onto)
    if method == "mean":
        values = _mean(volume.values, volume.geometry, onto, outside)
    else:
        values = _sample(volume.values, volume.geometry, onto, outside, order=1 if method == "linear" else 0)
    return Volume(values=values, geometry=onto, unit=volume.unit)


def resample_mask(mask: Mask, onto: Geometry) -> Mask:
    """Return the voxels of another grid whose centre lies in a voxel of the mask."""
    _require_same_frame(mask.geometry, onto)
    found = np.zeros(onto.shape, dtype=np.bool_)
    if mask.voxels.any():
        # with a rim of what is not in the mask, so that centres between two voxels go where they would without a box
        z, y, x = (
            slice(max(s.start - 1, 0), min(s.stop + 1, n)) for s, n in zip(mask.box, mask.geometry.shape, strict=True)
        )
        source = mask.geometry.part((z, y, x))
        box = onto.touched_by(source)
        if found[box].size:
            values = _sample(mask.voxels[z, y, x].astype(np.float32), source, onto.part(box), 0.0, order=0)
            found[box] = values > 0.5
    return Mask(voxels=found, geometry=onto, name=mask.name)


def _require_same_frame(source: Geometry, target: Geometry) -> None:
    if source.frame_of_reference != target.frame_of_reference:
        raise FrameOfReferenceError(
            "resampling",
            "the two images have different frames of reference",
            "use images of one session that share the FrameOfReferenceUID, or register them first",
            "the same millimetres mean another place in the patient",
        )


def _sample(
    values: NDArray[np.float32], source: Geometry, target: Geometry, outside: float, *, order: Literal[0, 1]
) -> NDArray[np.float32]:
    """Interpolate at the centres of the target's voxels."""
    from scipy import ndimage

    matrix, offset = index_map(source, target)
    diagonal = np.count_nonzero(matrix - np.diag(np.diag(matrix))) == 0
    sampled = np.empty(target.shape, dtype=np.float32)
    ndimage.affine_transform(
        values,
        np.diag(matrix).copy() if diagonal else matrix,
        offset=offset,
        output_shape=target.shape,
        output=sampled,
        order=order,
        mode="nearest",
    )
    k, j, i = np.ogrid[tuple(slice(n) for n in target.shape)]
    for axis, size in enumerate(source.shape):
        at = matrix[axis, 0] * k + matrix[axis, 1] * j + matrix[axis, 2] * i + offset[axis]
        sampled[np.broadcast_to((at < -_EDGE) | (at > size - 1 + _EDGE), target.shape)] = outside
    return sampled


def _mean(values: NDArray[np.float32], source: Geometry, target: Geometry, outside: float) -> NDArray[np.float32]:
    """Average over the target's voxels: overlap of voxel edges, one axis after the other."""
    places = axis_map(source, target)
    if places is None:
        raise InputError(
            "resampling",
            "a mean over voxels was asked for between grids whose axes are not parallel",
            "use method 'linear'",
        )
    found = np.full(target.shape, np.float32(outside))
    result = values.transpose(places.partner) - np.float32(outside)
    box = []
    for axis in range(3):
        overlap = _overlap(places.centres(axis, target.shape[axis]), places.step[axis], result.shape[axis])
        reached = np.flatnonzero(overlap.any(axis=1))
        box.append(slice(int(reached[0]), int(reached[-1]) + 1) if reached.size else slice(0, 0))
        result = _along(overlap[box[-1]], result, axis)
    found[tuple(box)] += np.asarray(result, dtype=np.float32)
    return found


def _along(overlap: NDArray[np.float64], values: NDArray[np.floating], axis: int) -> NDArray[np.float64]:
    """Add up the values along one axis, each target voxel from the few source voxels that it overlaps."""
    used = overlap > 0
    first = used.argmax(axis=1)
    width = int(used.sum(axis=1).max(initial=0))
    moved = np.moveaxis(values, axis, 0)
    index = np.minimum(first[:, None] + np.arange(width), overlap.shape[1] - 1)
    weights = np.where(
        first[:, None] + np.arange(width) < overlap.shape[1], np.take_along_axis(overlap, index, axis=1), 0.0
    )
    total = np.zeros((len(overlap), *moved.shape[1:]))
    for n in range(width):
        total += weights[:, n].reshape(-1, 1, 1) * moved[index[:, n]]
    return np.moveaxis(total, 0, axis)


def _overlap(centres: NDArray[np.float64], step: float, sources: int) -> NDArray[np.float64]:
    """Return the part of each target voxel that each source voxel fills, shape (targets, sources)."""
    low, high = centres[:, None] - abs(step) / 2, centres[:, None] + abs(step) / 2
    source = np.arange(sources)[None, :]
    shared = np.minimum(high, source + 0.5) - np.maximum(low, source - 0.5)
    return np.asarray(np.clip(shared, 0.0, None) / abs(step), dtype=np.float64)
