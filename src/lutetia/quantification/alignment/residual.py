"""How far do two aligned images still lie apart, place by place?

An independent look: the alignment fits the whole patient by mutual information; here small blocks, or single regions,
are shifted on their own until their correlation is highest. What is left is breath, posture, filling, and the error of
the alignment.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lutetia.quantification.alignment.prepared import Prepared
from lutetia.volume import (
    Deformation,
    Mask,
    Rigid,
    moved_volume,
    resample,
    resample_mask,
    undeformed_volume,
)

REACH_MM: Final = 12.0
"""How far a block is shifted; what lies further out is not found."""
BLOCK_MM: Final = 40.0
APART_MM: Final = 20.0
MOST_BLOCKS: Final = 60
LEAST_BLOCKS: Final = 8
"""Fewer say nothing of the whole."""
MOST_VOXELS: Final = 3000
"""Of a region; a large one is looked at on evenly spread voxels."""
LEAST_CORRELATION: Final = 0.6
"""Below this a block matches nowhere: it says nothing of where it lies."""
LEAST_CONTRAST: Final = 0.02
"""Standard deviation of a block's values, which run from 0 to 1: an even block matches everywhere."""
LEAST_GAIN: Final = 0.03
"""A shift by a voxel or more counts if it raises the correlation by this; noise alone was seen to raise it by 0.03."""
LEAST_FALL: Final = 0.01
"""By how much the correlation falls, along each axis, one voxel from its top: a flat top does not show where it is."""
RIM_MM: Final = 10.0
"""Around a region: its edge is what shows where it lies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Residual:
    """What is left between two aligned images.

    Attributes
    ----------
    median_mm, high_mm : float
        Median and 90th percentile over the blocks [mm].
    blocks : int
        Blocks that showed where they lie.
    correlation : float
        Of the two images over the common part of the source's patient.
    overlap : float
        Part of the source's patient that lies in the target's field.
    """

    median_mm: float
    high_mm: float
    blocks: int
    correlation: float
    overlap: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Laid:
    """The target laid on the source's grid.

    Attributes
    ----------
    source : Prepared
    target : ndarray of float32
    seen : ndarray of bool
        Where the target has a field.
    target_frame : str or None
        The target's own frame of reference.
    """

    source: Prepared
    target: NDArray[np.float32]
    seen: NDArray[np.bool_]
    target_frame: str | None = None

    @property
    def spacing_mm(self) -> tuple[float, float, float]:
        """Of the common grid, along axes 0, 1, 2 [mm]."""
        return self.source.values.geometry.spacing_mm

    def steps(self, mm: float) -> NDArray[np.intp]:
        """Return a length in voxels along axes 0, 1, 2, at least 1."""
        return np.maximum(1, np.rint(mm / np.asarray(self.spacing_mm))).astype(np.intp)

    def shifts(self) -> NDArray[np.intp]:
        """Return the shifts that are tried, in voxels, shape (n, 3)."""
        return np.array(list(product(*[range(-int(r), int(r) + 1) for r in self.steps(REACH_MM)])))


def laid(source: Prepared, target: Prepared, motion: Rigid | Deformation) -> Laid:
    """Lay the target on the source's grid."""
    grid = source.values.geometry
    if isinstance(motion, Deformation):
        found = undeformed_volume(target.values, motion, grid, outside=-1.0).values
    else:
        moved = moved_volume(target.values, motion.inverse(), frame_of_reference=grid.frame_of_reference)
        found = resample(moved, grid, outside=-1.0).values
    frame = target.values.geometry.frame_of_reference
    return Laid(source=source, target=np.maximum(found, 0.0), seen=found > -0.5, target_frame=frame)


def residual(images: Laid) -> Residual:
    """Return what is left between two aligned images."""
    patient = images.source.patient.voxels
    common = patient & images.seen
    lengths = [
        float(np.linalg.norm(shift))
        for block in _blocks(images, common)
        if (shift := _shift_mm(images, block)) is not None
    ]
    return Residual(
        median_mm=float(np.median(lengths)) if lengths else float("inf"),
        high_mm=float(np.percentile(lengths, 90)) if lengths else float("inf"),
        blocks=len(lengths),
        correlation=_correlation(images.source.values.values[common], images.target[common]),
        overlap=float(common.sum() / max(patient.sum(), 1)),
    )


def region_residual_mm(images: Laid, region: Mask) -> float | None:
    """Return how far one region still lies off [mm]; None where its surroundings do not show it.

    Parameters
    ----------
    images : Laid
    region : Mask
        In the frame of reference of the source.
    """
    from scipy import ndimage

    grid = images.source.values.geometry
    inside = resample_mask(region, grid).voxels
    if not inside.any():
        return None
    rounds = max(1, round(RIM_MM / max(grid.spacing_mm)))
    held = np.argwhere(inside)
    low, high = np.maximum(held.min(axis=0) - rounds, 0), held.max(axis=0) + rounds + 1
    box = tuple(slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
    rim = ndimage.binary_dilation(inside[box], iterations=rounds)
    near = np.argwhere(rim & images.source.patient.voxels[box] & images.seen[box]) + low
    near = near[:: max(1, len(near) // MOST_VOXELS)]
    shift = _shift_mm(images, near) if len(near) else None
    return None if shift is None else float(np.linalg.norm(shift))


def _blocks(images: Laid, common: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    """Return the voxels (n, 3) of the blocks that show best, in all directions, where they lie."""
    half, reach, step = (images.steps(mm) for mm in (BLOCK_MM / 2, REACH_MM, APART_MM))
    first = half + reach
    ranges = [range(int(f), n - int(f), int(s)) for f, n, s in zip(first, common.shape, step, strict=True)]
    centres = np.array([centre for centre in product(*ranges) if common[centre]], dtype=np.intp).reshape(-1, 3)
    sharp = _sharpness(images, half, centres)
    chosen = centres[np.argsort(-sharp, kind="stable")[:MOST_BLOCKS]]
    offsets = np.array(list(product(*[range(-int(h), int(h) + 1) for h in half])))
    return [centre + offsets for centre in chosen]


def _sharpness(images: Laid, half: NDArray[np.intp], centres: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return, for a block around each centre, the least mean square of the gradient over all directions."""
    from scipy import ndimage

    gradient = np.gradient(images.source.values.values, *images.spacing_mm)
    size = [int(2 * h + 1) for h in half]
    tensor = np.empty((len(centres), 3, 3), dtype=np.float64)
    for a, b in ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)):
        mean = ndimage.uniform_filter(gradient[a] * gradient[b], size, mode="constant")
        tensor[:, a, b] = tensor[:, b, a] = mean[tuple(centres.T)]
    return np.asarray(np.linalg.eigvalsh(tensor)[:, 0], dtype=np.float64)


def _shift_mm(images: Laid, voxels: NDArray[np.intp]) -> NDArray[np.float64] | None:
    """Return the shift (axes 0, 1, 2) [mm] at which some voxels match best; None where they do not show it."""
    values = images.source.values.values[tuple(voxels.T)]
    if values.std() < LEAST_CONTRAST:
        return None
    shifts = images.shifts()
    size = tuple(int(n) for n in shifts.max(axis=0) * 2 + 1)
    score = np.array([_match(images, values, voxels + shift) for shift in shifts]).reshape(size)
    best = np.unravel_index(int(score.argmax()), size)
    middle = np.array(size) // 2
    better = score[best] - score[tuple(middle)] > LEAST_GAIN
    peak = np.array([int(b) for b in best]) if better else middle
    at_edge = bool(((peak == 0) | (peak == np.array(size) - 1)).any())
    if score[best] < LEAST_CORRELATION or at_edge:
        return None
    fall = _fall(score, peak)
    if (fall < LEAST_FALL).any():
        return None
    finer = peak + _vertex(score, peak) - middle
    return np.asarray(finer * np.asarray(images.spacing_mm), dtype=np.float64)


def _match(images: Laid, values: NDArray[np.float32], voxels: NDArray[np.intp]) -> float:
    k, j, i = np.clip(voxels, 0, np.array(images.target.shape) - 1).T
    return _correlation(values, images.target[k, j, i])


def _fall(score: NDArray[np.float64], peak: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return by how much the score falls from its top to its neighbours on average, along each axis."""
    steps = np.eye(3, dtype=np.intp)
    beside = [[float(score[tuple(peak + n * step)]) for n in (-1, 1)] for step in steps]
    return np.asarray(float(score[tuple(peak)]) - np.mean(beside, axis=1), dtype=np.float64)


def _vertex(score: NDArray[np.float64], peak: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return where between voxels the parabola through the highest score and its neighbours has its top."""
    found = np.zeros(3)
    for axis in range(3):
        step = np.eye(3, dtype=np.intp)[axis]
        low, here, high = (float(score[tuple(peak + n * step)]) for n in (-1, 0, 1))
        bend = low - 2 * here + high
        found[axis] = 0.5 * (low - high) / bend if bend < 0 else 0.0
    return found


def _correlation(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    if a.size < 2:
        return 0.0
    x, y = a - a.mean(dtype=np.float64), b - b.mean(dtype=np.float64)
    scale = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / scale if scale > 0 else 0.0
