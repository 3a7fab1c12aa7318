"""What would a gamma camera see of the simulated man from in front and from behind?

Parallel projections along the patient's depth: every voxel is attenuated by the tissue between it and the camera (by
density, with the mass attenuation of water at 208 keV), blurred alike at every depth, and counted with Poisson's noise
in a photopeak window and two scatter windows. Scatter is a broad halo of the primary counts with a linear spectrum, so
that a triple-energy-window estimate is right on average and only noisy: attenuation, overlap, background, motion and
noise are what is studied, not the physics of scatter.

Source: NIST XCOM (attenuation of water at 208 keV).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lutetia.simulation.body import Body
from lutetia.simulation.camera import FWHM_PER_SIGMA

MASS_ATTENUATION_CM2_G: Final = 0.13513
"""Of water at 208 keV."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanarCamera:
    """A camera with two opposed heads that passes along the man.

    Attributes
    ----------
    cps_per_mbq : float
        Of one head, in air, primary photons.
    duration_s : float
        Time for which each point is seen: 40 cm of camera at 10 cm per minute.
    fwhm_mm : float
        Resolution, alike at every depth.
    scatter_fraction : float
        Scattered counts in the photopeak window relative to the primary ones.
    scatter_fwhm_mm : float
        Width of the halo of scatter.
    peak_kev, lower_kev, upper_kev : float
        Widths of the windows [keV].
    tilt : float
        How much more scatter there is per keV in the lower window than in the upper, relative to their mean.
    """

    cps_per_mbq: float = 4.7
    duration_s: float = 240.0
    fwhm_mm: float = 12.0
    scatter_fraction: float = 0.35
    scatter_fwhm_mm: float = 120.0
    peak_kev: float = 41.6
    lower_kev: float = 20.0
    upper_kev: float = 20.0
    tilt: float = 0.4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """Whole counts of one head in three windows; axes (z, x) as in the body's grid."""

    peak: NDArray[np.float32]
    lower: NDArray[np.float32]
    upper: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Views:
    """Both views of one visit."""

    anterior: View
    posterior: View


def attenuation_per_cm(body: Body) -> NDArray[np.float32]:
    """Return the linear attenuation of every voxel of a man [1/cm]."""
    densities = np.array([tissue.density_g_per_ml for tissue in body.tissues])
    return body.painted(densities * MASS_ATTENUATION_CM2_G)


def views_of(mbq_per_ml: NDArray[np.float32], body: Body, camera: PlanarCamera, rng: np.random.Generator) -> Views:
    """Return what the two heads count of an activity in a man.

    Parameters
    ----------
    mbq_per_ml : ndarray
        Activity per volume in each voxel of ``body``.
    body : Body
        On a grid whose rows go to the back.
    camera : PlanarCamera
    rng : Generator
    """
    step_cm = body.geometry.spacing_mm[1] / 10
    crossed = attenuation_per_cm(body) * np.float32(step_cm)
    behind = np.cumsum(crossed, axis=1, dtype=np.float32)
    whole = behind[:, -1:, :]
    to_front = behind - crossed / 2
    mbq = mbq_per_ml * np.float32(body.geometry.voxel_ml)
    front = np.asarray(np.sum(mbq * np.exp(-to_front), axis=1, dtype=np.float64))
    back = np.asarray(np.sum(mbq * np.exp(to_front - whole), axis=1, dtype=np.float64))
    return Views(anterior=_counted(front, body, camera, rng), posterior=_counted(back, body, camera, rng))


def _counted(mbq: NDArray[np.float64], body: Body, camera: PlanarCamera, rng: np.random.Generator) -> View:
    from scipy.ndimage import gaussian_filter

    pixel = (body.geometry.spacing_mm[0], body.geometry.spacing_mm[2])

    def spread(image: NDArray[np.float64], fwhm_mm: float) -> NDArray[np.float64]:
        sigma = [fwhm_mm / FWHM_PER_SIGMA / step for step in pixel]
        return np.asarray(gaussian_filter(image, sigma, mode="constant"), dtype=np.float64)

    primary = spread(mbq * camera.cps_per_mbq * camera.duration_s, camera.fwhm_mm)
    scatter = camera.scatter_fraction * spread(primary, camera.scatter_fwhm_mm)
    per_kev = scatter / camera.peak_kev
    lower = per_kev * (1 + camera.tilt / 2) * camera.lower_kev
    upper = per_kev * (1 - camera.tilt / 2) * camera.upper_kev
    peak, below, above = (np.asarray(rng.poisson(one), dtype=np.float32) for one in (primary + scatter, lower, upper))
    return View(peak=peak, lower=below, upper=above)
