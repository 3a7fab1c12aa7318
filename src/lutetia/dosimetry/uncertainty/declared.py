"""What has to be stated before a dose can have an uncertainty?

Nothing has a default: what is not stated is unknown, and a dose that depends on it has no uncertainty but a list of
what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite, sqrt
from typing import Literal

from lutetia.dosimetry.uncertainty.volume import volume_relative_sigma
from lutetia.errors import InputError

DrawnOnce = Literal["per scan", "per cycle", "per course"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contour:
    """How well a contour is known: by the image it was drawn on, or by a volume's spread between observers.

    Attributes
    ----------
    drawn : str
        ``per scan``: anew on every scan, errors independent; ``per cycle``: once and carried to the other scans of the
        cycle; ``per course``: once for all cycles.
    voxel_mm, fwhm_mm : float or None
        Of the image the contour was drawn on [mm]; both or neither.
    volume_relative_sigma : float or None
        Between observers, in place of the image's.
    """

    drawn: DrawnOnce
    voxel_mm: float | None = None
    fwhm_mm: float | None = None
    volume_relative_sigma: float | None = None

    def __post_init__(self) -> None:
        by_image = self.voxel_mm is not None and self.fwhm_mm is not None
        if by_image == (self.volume_relative_sigma is not None) or (self.voxel_mm is None) != (self.fwhm_mm is None):
            raise InputError(
                "uncertainty of the contours",
                "it is stated neither by image nor by observers, or by both",
                "state voxel_mm and fwhm_mm of the image the contours were drawn on, or volume_relative_sigma",
            )
        for name in ("voxel_mm", "fwhm_mm", "volume_relative_sigma"):
            _at_least_0(getattr(self, name), f"{name} of the contours")

    def relative_sigma(self, volume_ml: float) -> float:
        """Return the relative standard uncertainty of a volume."""
        if self.volume_relative_sigma is not None:
            return self.volume_relative_sigma
        assert self.voxel_mm is not None
        assert self.fwhm_mm is not None
        return volume_relative_sigma(volume_ml, voxel_mm=self.voxel_mm, fwhm_mm=self.fwhm_mm)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedNoise:
    """Noise of a region's activity on one scan, as a relative standard uncertainty, e.g. from repeated scans.

    Attributes
    ----------
    relative_sigma : float
        Of every region that ``by_region`` does not name.
    by_region : mapping of str to float
    """

    relative_sigma: float
    by_region: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for value in (self.relative_sigma, *self.by_region.values()):
            if not (isfinite(value) and value > 0):
                raise InputError("noise of a region", f"{value} is impossible", "state a positive number; 0.03 is 3 %")

    def of(self, region: str, activity_mbq: float) -> float:
        """Return the noise of a region; its activity does not matter here."""
        return self.by_region.get(region, self.relative_sigma)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountNoise:
    """Noise of a region's activity on one scan from the counts it stands for.

    Attributes
    ----------
    cps_per_mbq : float
        Sensitivity of the system [1/s/MBq].
    duration_s : float
        Time during which the counts were collected [s].
    variance_factor : float
        Variance of a region's reconstructed counts over their number: 1 for Poisson; scatter correction and
        reconstruction make it larger. To be measured with repeated scans of a phantom.
    by_region : mapping of str to float
        Variance factors of single regions: small ones among warm neighbours have a larger one.
    """

    cps_per_mbq: float
    duration_s: float
    variance_factor: float
    by_region: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        named = {name: getattr(self, name) for name in ("cps_per_mbq", "duration_s", "variance_factor")}
        named |= {f"variance factor of {region}": factor for region, factor in self.by_region.items()}
        for name, value in named.items():
            if not (isfinite(value) and value > 0):
                raise InputError("noise from counts", f"{name} of {value} is impossible", "state a positive number")

    def of(self, region: str, activity_mbq: float) -> float:
        """Return the relative noise of a region that shows this much activity at the scan [MBq]."""
        if not activity_mbq > 0:
            raise InputError(
                f"noise of {region}",
                f"{activity_mbq:.3g} MBq stand for no counts",
                "leave the scan out for this region, or state its noise",
            )
        factor = self.by_region.get(region, self.variance_factor)
        return sqrt(factor / (activity_mbq * self.cps_per_mbq * self.duration_s))


@dataclass(frozen=True, slots=True, kw_only=True)
class UncertaintyInput:
    """The uncertainties that the site and the course state, each a relative standard uncertainty unless it has a unit.

    Errors are taken as factors, normal in the logarithm, independent of each other.

    Attributes
    ----------
    calibration_relative_sigma : float or None
        Of the sensitivity; common to all scans with this calibration.
    calibration : str
        Its name: cycles with the same calibration share its error, and that of the resolution.
    fwhm_sigma_mm : float or None
        Of the stated resolution of the image [mm].
    contour : Contour or None
        Of every region that ``contour_of`` does not name.
    contour_of : mapping of str to Contour
    density_relative_sigma : float or None
        Of a tissue density that makes a mass of a volume.
    mass_relative_sigma : float or None
        Of a mass that is stated.
    noise : StatedNoise, CountNoise or None
        Of a region's activity from scan to scan. A scan's own ``relative_sigma`` takes its place there.
    """

    calibration_relative_sigma: float | None = None
    calibration: str = ""
    fwhm_sigma_mm: float | None = None
    contour: Contour | None = None
    contour_of: Mapping[str, Contour] = field(default_factory=dict)
    density_relative_sigma: float | None = None
    mass_relative_sigma: float | None = None
    noise: StatedNoise | CountNoise | None = None

    def __post_init__(self) -> None:
        for name in ("calibration_relative_sigma", "fwhm_sigma_mm", "density_relative_sigma", "mass_relative_sigma"):
            _at_least_0(getattr(self, name), name)

    def contour_for(self, region: str) -> Contour | None:
        """Return how well the contour of a region is known; None where it is not stated."""
        return self.contour_of.get(region, self.contour)


def _at_least_0(value: float | None, what: str) -> None:
    if value is not None and not (isfinite(value) and value >= 0):
        raise InputError(f"uncertainty: {what}", f"{value} is impossible", "state a number of at least 0")
