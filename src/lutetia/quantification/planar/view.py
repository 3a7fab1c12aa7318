"""How much activity does a region hold, by its counts from in front and from behind?

Conjugate views: the geometric mean of both counts does not depend on the depth of a thin source. With transmission T
through the body, linear attenuation m and thickness t of the source, and sensitivity C in air,

    A = sqrt(I_A I_P / T) (m t / 2) / sinh(m t / 2) / C.

Before, what lies in front of and behind the source is taken off: the counts per pixel of its neighbourhood, less the
part of the body's thickness that the source itself takes. Where another organ overlaps, the free part of the region
speaks for the whole.

Source: Siegel et al., MIRD pamphlet 16, J Nucl Med 1999;40:37S.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, sinh, sqrt

import numpy as np
from numpy.typing import ArrayLike

from lutetia.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class ConjugateCounts:
    """Counts of one region from both sides, scatter taken off.

    Attributes
    ----------
    anterior, posterior : float
        Net or gross counts.
    """

    anterior: float
    posterior: float

    @property
    def geometric_mean(self) -> float:
        """Square root of the product; 0 where noise left nothing on one side."""
        return sqrt(max(0.0, self.anterior) * max(0.0, self.posterior))


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """What lies between the two cameras at a region.

    Attributes
    ----------
    transmission : float
        Part of the photons that passes through the whole body, in (0, 1].
    attenuation_per_cm : float
        Linear attenuation within the source [1/cm].
    source_cm, body_cm : float
        Thickness of source and body [cm].
    """

    transmission: float
    attenuation_per_cm: float
    source_cm: float
    body_cm: float

    def __post_init__(self) -> None:
        """Refuse what is no body."""
        numbers = (self.transmission, self.attenuation_per_cm, self.source_cm, self.body_cm)
        if not all(map(isfinite, numbers)) or not 0 < self.transmission <= 1 or min(numbers) < 0:
            raise InputError(
                "planar region",
                f"transmission {self.transmission}, attenuation {self.attenuation_per_cm} per cm, thickness "
                f"{self.source_cm} cm in {self.body_cm} cm is impossible",
                "state the transmission as a part of 1, and thicknesses in cm",
            )
        if self.source_cm > self.body_cm:
            raise InputError(
                "planar region",
                f"a source of {self.source_cm:g} cm is thicker than the body of {self.body_cm:g} cm",
                "check the two thicknesses and their unit",
            )

    @property
    def self_attenuation(self) -> float:
        """``x / sinh x`` with x half the attenuation across the source; 1 for a thin one."""
        half = self.attenuation_per_cm * self.source_cm / 2
        return 1.0 if half == 0 else half / sinh(half)


def without_background(
    gross: ConjugateCounts, per_pixel: ConjugateCounts, *, pixels: int, path: Path
) -> ConjugateCounts:
    """Return counts without those of tissue in front of and behind the source.

    Parameters
    ----------
    gross : ConjugateCounts
        Of the region.
    per_pixel : ConjugateCounts
        Counts per pixel beside it.
    pixels : int
        Of the region.
    path : Path
        The part of the body that the source takes holds no background.
    """
    part = pixels * (1 - path.source_cm / path.body_cm)
    return ConjugateCounts(
        anterior=gross.anterior - per_pixel.anterior * part, posterior=gross.posterior - per_pixel.posterior * part
    )


def whole_from_free(free: ConjugateCounts, *, free_pixels: int, whole_pixels: int) -> ConjugateCounts:
    """Return a region's counts from its part that no other organ overlaps, taken as alike.

    Raises
    ------
    InputError
        If nothing is free.
    """
    if not 0 < free_pixels <= whole_pixels:
        raise InputError(
            "planar region",
            f"{free_pixels} of {whole_pixels} pixels are free of other organs",
            "take the region's activity from a SPECT, or from its partner on the other side",
        )
    factor = whole_pixels / free_pixels
    return ConjugateCounts(anterior=free.anterior * factor, posterior=free.posterior * factor)


def activity_mbq(net: ConjugateCounts, path: Path, *, cps_per_mbq: float, duration_s: float) -> float:
    """Return the activity of a region while it was counted [MBq].

    Parameters
    ----------
    net : ConjugateCounts
        Without scatter and background.
    path : Path
    cps_per_mbq : float
        Sensitivity of one head in air [1/(s MBq)].
    duration_s : float
        Time for which each point was seen [s].
    """
    if not (cps_per_mbq > 0 and duration_s > 0):
        raise ValueError(f"sensitivity {cps_per_mbq} and duration {duration_s} must be positive")
    rate = net.geometric_mean / duration_s
    return rate / sqrt(path.transmission) * path.self_attenuation / cps_per_mbq


def transmission_of(through: ArrayLike) -> float:
    """Return the one transmission that stands for a region with another one in each pixel.

    Counts go with its square root where both views are multiplied, so that is what is averaged.

    Parameters
    ----------
    through : array_like
        Transmission in each pixel, from a transmission scan or from the line integrals of a CT.
    """
    return float(np.mean(np.sqrt(np.asarray(through, dtype=np.float64)))) ** 2
