"""What does a camera see of a sphere, in closed form?

A uniform sphere blurred by an isotropic Gaussian has a known profile; its integral over a concentric sphere is what a
contour of another size sees. No grid, so it checks the recovery of drawn regions and serves where there is no image.
"""

from __future__ import annotations

from math import pi, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lutetia.volume.blur import FWHM_PER_SIGMA

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(96)


def seen_ml(contour_ml: ArrayLike, true_ml: ArrayLike, fwhm_mm: ArrayLike) -> NDArray[np.float64]:
    """Return what a spherical contour sees of a concentric sphere of unit concentration [mL].

    Parameters
    ----------
    contour_ml, true_ml : array_like
        Volumes of contour and sphere, positive [mL]; broadcast against each other.
    fwhm_mm : array_like
        Resolution, positive [mm].
    """
    from scipy.special import erf

    outer, radius = (_radius_mm(np.asarray(v, dtype=np.float64))[..., None] for v in (contour_ml, true_ml))
    sigma = np.asarray(fwhm_mm, dtype=np.float64)[..., None] / FWHM_PER_SIGMA
    r = outer * (_NODES + 1) / 2
    near, far = (r - radius) / sigma, (r + radius) / sigma
    profile = (erf(far / sqrt(2)) - erf(near / sqrt(2))) / 2
    profile = profile - sigma / (r * sqrt(2 * pi)) * (np.exp(-(near**2) / 2) - np.exp(-(far**2) / 2))
    inside = np.sum(4 * pi * r**2 * profile * _WEIGHTS, axis=-1) * outer[..., 0] / 2
    return np.asarray(inside / 1000, dtype=np.float64)


def sphere_recovery(volume_ml: ArrayLike, fwhm_mm: ArrayLike) -> NDArray[np.float64]:
    """Return the part of a sphere's activity that is seen inside its own contour, in empty surroundings."""
    volume = np.asarray(volume_ml, dtype=np.float64)
    return np.asarray(seen_ml(volume, volume, fwhm_mm) / volume, dtype=np.float64)


def _radius_mm(volume_ml: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((3000 * volume_ml / (4 * pi)) ** (1 / 3), dtype=np.float64)
