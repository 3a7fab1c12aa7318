"""How unsure is a region's volume?

Source: Gear et al., Eur J Nucl Med Mol Imaging 2018;45:2456 (EANM guidance): the variance of a diameter from the voxels
that the contour is drawn on, ``a^2/6``, and from the resolution of that image at both ends, ``FWHM^2/(4 ln 2)``; the
volume as its third power.
"""

from __future__ import annotations

from math import log, pi, sqrt


def diameter_sigma_mm(*, voxel_mm: float, fwhm_mm: float) -> float:
    """Return the standard uncertainty of a diameter drawn on an image [mm].

    Parameters
    ----------
    voxel_mm : float
        Edge of the voxels of the image the contour was drawn on [mm], at least 0.
    fwhm_mm : float
        Resolution of that image [mm], at least 0: of the CT for a contour on CT, of the SPECT for one on SPECT.
    """
    return sqrt(voxel_mm**2 / 6 + fwhm_mm**2 / (4 * log(2)))


def equivalent_diameter_mm(volume_ml: float) -> float:
    """Return the diameter of the sphere of a volume [mm]."""
    return float((6000 * volume_ml / pi) ** (1 / 3))


def volume_relative_sigma(volume_ml: float, *, voxel_mm: float, fwhm_mm: float) -> float:
    """Return the relative standard uncertainty of a volume from that of its diameter.

    Parameters
    ----------
    volume_ml : float
        Positive [mL]; taken as a sphere. A flat or long region has more surface and is less sure than this.
    voxel_mm, fwhm_mm : float
        See :func:`diameter_sigma_mm`.
    """
    if not volume_ml > 0:
        raise ValueError(f"a volume must be positive millilitres, not {volume_ml}")
    return 3 * diameter_sigma_mm(voxel_mm=voxel_mm, fwhm_mm=fwhm_mm) / equivalent_diameter_mm(volume_ml)
