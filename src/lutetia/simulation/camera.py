"""What a gamma camera or a PET scanner would make of an activity in the body.

A reconstruction that corrects attenuation and scatter perfectly is assumed: the image is the activity blurred by a
Gaussian of the stated width, in counts for the SPECT, with Poisson noise that neighbouring voxels share as they do
after a reconstruction.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from lutetia.volume import Geometry

FWHM_PER_SIGMA = 2 * sqrt(2 * log(2))
NEGLIGIBLE = 1e-12
"""Part of a voxel's activity seen elsewhere below which nothing is seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """A SPECT camera as its centre calibrated it.

    Attributes
    ----------
    cps_per_mbq : float
        Counts of the reconstructed image per second of acquisition and MBq.
    relative_sigma : float
        Relative standard uncertainty stated with it; the simulated camera itself is exact.
    fwhm_mm : float
        Resolution of the reconstructed image.
    duration_s : float
        Per bed position.
    noise : float
        Standard deviation of the noise relative to Poisson's, after smoothing.
    correlation_fwhm_mm : float
        Width over which neighbouring voxels share their noise.
    """

    cps_per_mbq: float = 9.4
    relative_sigma: float = 0.03
    fwhm_mm: float = 11.0
    duration_s: float = 1200.0
    noise: float = 1.0
    correlation_fwhm_mm: float = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """A PET scanner.

    Attributes
    ----------
    fwhm_mm : float
        Resolution of the reconstructed image.
    relative_noise : float
        Standard deviation in a voxel of the reference concentration, as in the liver.
    """

    fwhm_mm: float = 6.0
    relative_noise: float = 0.08


def _seen(
    source: NDArray[np.floating], target: NDArray[np.floating], spacing: float, sigma: float
) -> NDArray[np.float32]:
    """Return how much each source sample adds to the blurred value at each target point."""
    away = (source[None, :] - target[:, None]) / sigma
    weight = spacing / (sigma * sqrt(2 * np.pi)) * np.exp(-(away**2) / 2)
    weight[weight < NEGLIGIBLE] = 0  # numbers below the normal range of float32 are slow to multiply
    return np.asarray(weight, dtype=np.float32)


def blurred(concentration: NDArray[np.float32], body: Geometry, image: Geometry, fwhm_mm: float) -> NDArray[np.float32]:
    """Return a concentration, sampled at the voxel centres of one grid, blurred and read at those of another.

    A man is smooth and his voxels are samples of him: were each of them a box filled evenly, the boxes would blur him
    before the camera does. The total is kept wherever the image reaches, as long as the samples are closer than the
    Gaussian is wide (0.1 % at a spacing of 0.7 of its full width at half maximum).

    Parameters
    ----------
    concentration : ndarray of float32, shape ``body.shape``
    body, image : Geometry
        Grids with the same axes.
    fwhm_mm : float
        Full width at half maximum of the Gaussian [mm].
    """
    if body.axes != image.axes:
        raise ValueError("body and image need the same axes")
    sigma = fwhm_mm / FWHM_PER_SIGMA
    # origins are (x, y, z), array axes (z, y, x)
    weights = [
        _seen(
            body.origin_mm[2 - axis] + body.spacing_mm[axis] * np.arange(body.shape[axis]),
            image.origin_mm[2 - axis] + image.spacing_mm[axis] * np.arange(image.shape[axis]),
            body.spacing_mm[axis],
            sigma,
        )
        for axis in range(3)
    ]
    along_x = concentration @ weights[2].T
    along_y = np.matmul(weights[1], along_x)
    return np.asarray(np.tensordot(weights[0], along_y, axes=(1, 0)), dtype=np.float32)


def shared_noise(
    expected: NDArray[np.float32], camera: Camera, image: Geometry, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return whole counts around the expected ones."""
    from scipy.ndimage import gaussian_filter

    raw = rng.poisson(expected).astype(np.float32) - expected
    sigmas = [camera.correlation_fwhm_mm / FWHM_PER_SIGMA / step for step in image.spacing_mm]
    smooth = gaussian_filter(raw, sigmas, mode="constant")
    # a Gaussian filter of width s voxels leaves 1 / (2 sqrt(pi) s) of the variance along each axis
    kept = float(np.prod([min(1.0, 1 / (2 * sqrt(np.pi) * s)) for s in sigmas])) ** 0.5
    return np.asarray(np.rint(np.clip(expected + camera.noise / kept * smooth, 0, None)), dtype=np.float32)
