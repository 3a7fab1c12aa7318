"""How much of a region's activity is seen inside its contour, and how much of what is seen there is its own?

An image of finite resolution loses activity over a region's edge and gains some from neighbours and background. Both
follow from the contours and the resolution: every region, and the tissue around each, is blurred by the stated width,
and the concentrations that explain all measured means together are solved for (geometric transfer matrix; Rousset, Ma,
Evans, J Nucl Med 1998;39:904). Each compartment is taken as uniform.

The stated width is that of the image as reconstructed, voxels included. A region that was drawn on finer voxels is
blurred from there. Where only the covered parts of the image's voxels are known, they are blurred: they are the region
averaged over each voxel, so the voxel's own variance (d^2/12 along each axis) is taken off the Gaussian's. That is
right in the mean over all places that a grid can have, and not at each of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lutetia.errors import InputError
from lutetia.quantification.division import Division
from lutetia.quantification.patch import Array, Patch
from lutetia.volume import Coverage, Geometry, Mask, Volume
from lutetia.volume.blur import FWHM_PER_SIGMA, beyond_voxel_mm, blurred_mask, can_blur

Matrix = NDArray[np.float64]

TRUNCATED_AT: Final = 4.0
"""The Gaussian is cut at this many standard deviations; 0.02 % lie beyond."""
SHELL_FWHM: Final = 1.0
SHELL_VOXELS: Final = 1.5
"""Background is measured up to this many widths from a region, and this many voxels at least.

Lutetia's choice: tissue next to a region matters more than tissue further out and is more often the same, and too thin
a shell is noisy."""
BEYOND_FWHM: Final = 1.5
"""It is taken to go on this much further, so that its own outer edge does not matter where it is measured."""
STEP: Final = 0.05
"""Part of the resolution by which it is changed for a derivative."""
TOO_ALIKE: Final = 1e6
"""Condition of the equations beyond which single precision has nothing left to say."""


def blurred(part: Patch, fwhm_mm: float, spacing_mm: tuple[float, float, float], shape: tuple[int, int, int]) -> Patch:
    """Return the image of a region of unit concentration on a grid of this shape."""
    from scipy.ndimage import gaussian_filter

    z, y, x = (s / d for s, d in zip(beyond_voxel_mm(fwhm_mm, spacing_mm), spacing_mm, strict=True))
    wide = part.widened((ceil(TRUNCATED_AT * z), ceil(TRUNCATED_AT * y), ceil(TRUNCATED_AT * x)), shape)
    smooth = gaussian_filter(wide.values, (z, y, x), mode="constant", truncate=TRUNCATED_AT)
    return Patch(wide.box, np.asarray(smooth, dtype=np.float32))


def shown(part: Patch, drawn: Mask | None, grid: Geometry, fwhm_mm: float) -> Patch:
    """Return the image of a region of unit concentration, from its own contour where that is known.

    Parameters
    ----------
    part : Patch
        The covered part of each voxel of ``grid``.
    drawn : Mask or None
        The same region as it was drawn.
    grid : Geometry
        Of the image.
    fwhm_mm : float
        At least 0 [mm]; where the contour's voxels are too coarse for it, the covered parts are blurred.
    """
    if drawn is None or not can_blur(drawn, grid, fwhm_mm):
        return blurred(part, fwhm_mm, grid.spacing_mm, grid.shape)
    return Patch(*blurred_mask(drawn, grid, fwhm_mm))


def simple_recovery(region: Coverage, fwhm_mm: float, drawn: Mask | None = None) -> float:
    """Return the part of a region's activity that is seen inside its contour, in empty surroundings.

    Parameters
    ----------
    region : Coverage
        Not empty.
    fwhm_mm : float
        Resolution of the image, at least 0 [mm]; 0 leaves the effect of the voxel alone.
    drawn : Mask, optional
        The same region as it was drawn.
    """
    own = Patch.around(region.fractions)
    seen = own.dot(shown(own, drawn, region.geometry, fwhm_mm))
    return seen / float(own.values.sum(dtype=np.float64))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverySlope:
    """The recovery of a region alone, and how it follows resolution and volume.

    Attributes
    ----------
    recovery : float
    by_fwhm : float
        dlnR/dlnF: negative.
    by_volume : float
        dlnR/dlnV of a region that grows without changing its shape: positive.
    solved_by_fwhm : float
        dlnA/dlnF of the activity that is solved for together with the surroundings, in the image of the region alone:
        positive, and larger than ``-by_fwhm``, because what spills further than expected is taken for background.
    """

    recovery: float
    by_fwhm: float
    by_volume: float
    solved_by_fwhm: float


def recovery_slope(region: Coverage, fwhm_mm: float, drawn: Mask | None = None) -> RecoverySlope:
    """Return how a region's own recovery follows the stated resolution and the drawn volume.

    The derivative by resolution is numerical. Recovery depends on size over blur only, and the voxels that it is
    measured with blur once more, so the derivative by volume follows from it:
    ``dlnR/dlnV = -1/3 dlnR/dlnF (F^2 + F_voxel^2) / F^2``.

    Parameters
    ----------
    region : Coverage
        Not empty.
    fwhm_mm : float
        Resolution of the image, positive [mm].
    drawn : Mask, optional
        The same region as it was drawn.
    """
    wider, narrower = (simple_recovery(region, fwhm_mm * (1 + step), drawn) for step in (STEP, -STEP))
    by_fwhm = log(wider / narrower) / log((1 + STEP) / (1 - STEP))
    voxel_mm2 = float(np.mean(np.square(region.geometry.spacing_mm))) / 12 * FWHM_PER_SIGMA**2
    return RecoverySlope(
        recovery=simple_recovery(region, fwhm_mm, drawn),
        by_fwhm=by_fwhm,
        by_volume=-by_fwhm / 3 * (1 + voxel_mm2 / fwhm_mm**2),
        solved_by_fwhm=_solved_by_fwhm(region, fwhm_mm),
    )


def _solved_by_fwhm(region: Coverage, fwhm_mm: float) -> float:
    """Return how the solved activity of a region alone follows the stated resolution.

    Images of other resolutions are solved with the stated one, which has the opposite sign.
    """
    spacing = region.geometry.spacing_mm
    far = _shell_mm(fwhm_mm, spacing) + (BEYOND_FWHM + TRUNCATED_AT / FWHM_PER_SIGMA) * fwhm_mm * (1 + STEP)
    margin = tuple(ceil(far / d) for d in spacing)
    whole = Patch.around(region.fractions)
    padded = np.pad(whole.values, [(m, m) for m in margin])
    grid = Geometry(shape=(padded.shape[0], padded.shape[1], padded.shape[2]), spacing_mm=spacing)
    part = Patch.around(padded)
    division = Division({"": part}, {"": {"": float(part.values.sum(dtype=np.float64))}})

    def found(true_mm: float) -> float:
        image = np.zeros(grid.shape, dtype=np.float32)
        seen = blurred(part, true_mm, spacing, grid.shape)
        image[seen.box] = seen.values
        activity = Volume(values=image, geometry=grid, unit="Bq/mL")
        return corrected_mbq(activity, division, fwhm_mm=fwhm_mm)[""]

    wider, narrower = (found(fwhm_mm * (1 + step)) for step in (STEP, -STEP))
    return log(narrower / wider) / log((1 + STEP) / (1 - STEP))


def background_ratio(recovery: float, alone: float) -> float:
    """Return the concentration around a region over that inside, from its recovery with and without surroundings.

    In uniform surroundings of the ratio b the first is ``R + b (1 - R)``. Never negative; 0 where nothing is lost.
    """
    if alone >= 1:
        return 0.0
    return max(0.0, (recovery - alone) / (1 - alone))


def corrected_mbq(
    activity: Volume, division: Division, *, fwhm_mm: float, body: Coverage | None = None
) -> dict[str, float]:
    """Return the activity of every region, corrected for what went out over its edge and what came in.

    Parameters
    ----------
    activity : Volume
        Activity concentration [Bq/mL].
    division : Division
        All contoured regions on the grid of ``activity``.
    fwhm_mm : float
        Resolution of the image, positive [mm].
    body : Coverage, optional
        Where there is tissue; outside it no background is taken to exist.

    Returns
    -------
    dict of str to float
        Activity [MBq]; negative where neighbours explain more than was measured.

    Raises
    ------
    InputError
        If the resolution is too coarse to tell the regions apart at all.
    """
    shape, spacing = activity.geometry.shape, activity.geometry.spacing_mm
    free = division.left_over(shape)
    if body is not None:
        free = np.minimum(free, body.fractions)
    seen = dict(division.parts)
    sources = {name: shown(part, division.drawn.get(name), activity.geometry, fwhm_mm) for name, part in seen.items()}
    for name, (near, wide) in _surroundings(division.parts, free, fwhm_mm, spacing).items():
        key = f"around {name}"
        # a region and what is around it together stay whole: the surroundings lack what the region shows
        both = blurred(wide.plus(division.parts[name]), fwhm_mm, spacing, shape)
        seen[key], sources[key] = near, both.minus(sources[name])
    keys = list(seen)
    matrix = np.array([[seen[row].dot(sources[column]) for column in keys] for row in keys])
    measured = np.array([seen[row].measure(activity.values) for row in keys])
    concentration = dict(zip(keys, _solved(matrix, measured, fwhm_mm), strict=True))
    voxel_mbq = activity.geometry.voxel_ml * 1e-6
    return {
        name: voxel_mbq * sum(float(concentration[part]) * voxels for part, voxels in shares.items())
        for name, shares in division.shares.items()
    }


def _solved(matrix: Matrix, measured: Matrix, fwhm_mm: float) -> Matrix:
    """Solve for the concentrations, each row over its own extent and each column over its own brightness."""
    by_row = 1 / matrix.sum(axis=1)
    by_column = 1 / np.diagonal(matrix)
    scaled = matrix * by_row[:, None] * by_column
    if not (np.isfinite(scaled).all() and np.linalg.cond(scaled) < TOO_ALIKE):
        raise InputError(
            "correction for recovery",
            f"at a resolution of {fwhm_mm:g} mm two of the regions cannot be told apart",
            "take out one of two contours that show the same, or state the resolution in millimetres",
            "any division of the activity among them would explain the image",
        )
    return np.asarray(np.linalg.solve(scaled, measured * by_row) * by_column, dtype=np.float64)


def _shell_mm(fwhm_mm: float, spacing_mm: tuple[float, float, float]) -> float:
    """Return how far from a region its background is measured [mm]."""
    return max(SHELL_FWHM * fwhm_mm, SHELL_VOXELS * max(spacing_mm))


def _surroundings(
    parts: Mapping[str, Patch], free: Array, fwhm_mm: float, spacing_mm: tuple[float, float, float]
) -> dict[str, tuple[Patch, Patch]]:
    """Divide the tissue near the regions among them; return where each part is measured, and its wider extent."""
    from scipy.ndimage import distance_transform_edt

    shell_mm = _shell_mm(fwhm_mm, spacing_mm)
    far = shell_mm + BEYOND_FWHM * fwhm_mm
    margin = (ceil(far / spacing_mm[0]), ceil(far / spacing_mm[1]), ceil(far / spacing_mm[2]))
    distance = np.full(free.shape, np.inf, dtype=np.float32)
    owner = np.zeros(free.shape, dtype=np.int16)
    boxes = {}
    for number, (name, part) in enumerate(parts.items(), start=1):
        patch = part.widened(margin, free.shape)
        held = patch.values >= min(0.5, float(patch.values.max()))
        own = np.asarray(distance_transform_edt(~held, sampling=spacing_mm), dtype=np.float32)
        boxes[name] = patch.box
        nearer = own < distance[patch.box]
        distance[patch.box][nearer], owner[patch.box][nearer] = own[nearer], number
    shells = {}
    for number, (name, box) in enumerate(boxes.items(), start=1):
        mine = (owner[box] == number) & (distance[box] <= far)
        wide = np.where(mine, free[box], np.float32(0))
        near = np.where(distance[box] <= shell_mm, wide, np.float32(0))
        if near.sum(dtype=np.float64) > 1:
            shells[name] = (Patch(box, near), Patch(box, wide))
    return shells
