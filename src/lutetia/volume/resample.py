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
    values = _sample(mask.voxels.astype(np.float32), mask.geometry, onto, 0.0, order=0)
    return Mask(voxels=values > 0.5, geometry=onto, name=mask.name)


def _require_same_frame(source: Geometry, target: Geometry) -> None:
    if source.frame_of_reference != target.frame_of_reference:
        raise FrameOfReferenceError(
            "resampling",
            "the two images have different frames of reference",
            "use images of one session that share the FrameOfReferenceUID, or register them first",
            "the same millimetres mean another place in the patient",
        )


def _index_map(source: Geometry, target: Geometry) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return matrix and offset that turn target indices into source indices."""
    offset = source.to_index(target.to_patient((0, 0, 0)))
    matrix = (source.to_index(target.to_patient(np.eye(3))) - offset).T
    matrix[np.abs(matrix) < 1e-9] = 0.0
    return matrix, offset


def _sample(
    values: NDArray[np.float32], source: Geometry, target: Geometry, outside: float, *, order: Literal[0, 1]
) -> NDArray[np.float32]:
    """Interpolate at the centres of the target's voxels."""
    from scipy import ndimage

    matrix, offset = _index_map(source, target)
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
    matrix, offset = _index_map(source, target)
    partner = np.abs(matrix).argmax(axis=0)
    off_axis = matrix.copy()
    off_axis[partner, range(3)] = 0.0
    if sorted(partner) != [0, 1, 2] or np.abs(off_axis * np.asarray(target.shape)).max() > 1e-3:
        raise InputError(
            "resampling",
            "a mean over voxels was asked for between grids whose axes are not parallel",
            "use method 'linear'",
        )
    result = values.astype(np.float64).transpose(partner) - outside
    for axis in range(3):
        step, start = matrix[partner[axis], axis], offset[partner[axis]]
        overlap = _overlap(step, start, target.shape[axis], result.shape[axis])
        result = np.moveaxis(np.tensordot(overlap, result, axes=(1, axis)), 0, axis)
    return np.asarray(result + outside, dtype=np.float32)


def _overlap(step: float, start: float, targets: int, sources: int) -> NDArray[np.float64]:
    """Return the part of each target voxel that each source voxel fills, shape (targets, sources)."""
    centre = start + step * np.arange(targets)[:, None]
    low, high = centre - abs(step) / 2, centre + abs(step) / 2
    source = np.arange(sources)[None, :]
    shared = np.minimum(high, source + 0.5) - np.maximum(low, source - 0.5)
    return np.asarray(np.clip(shared, 0.0, None) / abs(step), dtype=np.float64)
