"""Which uncertainties does a centre declare? Each is one standard uncertainty, with where it was taken from.

Nothing has a default: what is not declared is unknown, and the doses that need it have no uncertainty.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from lutetia.fileform import Length, Misfit, MisfitError, Part
from lutetia.fileform.findings import nearest
from lutetia.site.dosimetry.tables import Words
from lutetia.vocabulary.region import KEYS

MOST_FWHM_SIGMA_MM = 10.0


class DeclaredShare(Part):
    """A relative standard uncertainty (0.03 for 3 %)."""

    relative_sigma: float = Field(ge=0, lt=1)
    source: Words


class DeclaredWidth(Part):
    """The standard uncertainty of the stated resolution of the images."""

    sigma: Length
    source: Words

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.sigma.to("mm") > MOST_FWHM_SIGMA_MM:
            text = f"{self.sigma} is more than a resolution can be unsure; write at most {MOST_FWHM_SIGMA_MM:g} mm"
            raise MisfitError([Misfit(("sigma",), text)])
        return self


class DeclaredContour(Part):
    """How well a contour is known: by the image it was drawn on, or by the spread of volumes between observers.

    Attributes
    ----------
    drawn : str
        ``per scan``: anew on every scan; ``per cycle``: once, and carried to the other scans; ``per course``: once for
        all cycles.
    voxel, fwhm : Length or None
        Of the image it was drawn on; both or neither.
    volume_relative_sigma : float or None
        Between observers, in place of these.
    source : str
    """

    drawn: Literal["per scan", "per cycle", "per course"]
    voxel: Length | None = None
    fwhm: Length | None = None
    volume_relative_sigma: float | None = Field(default=None, ge=0, lt=2)
    source: Words

    @model_validator(mode="after")
    def _by_image_or_observers(self) -> Self:
        by_image = (self.voxel is not None, self.fwhm is not None)
        if any(by_image) and self.volume_relative_sigma is not None:
            text = "image and observers are both stated; keep 'voxel' and 'fwhm', or 'volume_relative_sigma'"
            raise MisfitError([Misfit(("volume_relative_sigma",), text)])
        if any(by_image) != all(by_image) or (not any(by_image) and self.volume_relative_sigma is None):
            text = "how well it is known is not stated; add 'voxel' and 'fwhm' of the image it was drawn on, or"
            raise MisfitError([Misfit((), f"{text} 'volume_relative_sigma'")])
        return self


class DeclaredNoise(Part):
    """Noise of a region's activity from scan to scan: stated, or from counts with a measured variance factor.

    Attributes
    ----------
    relative_sigma : float or None
        Relative standard uncertainty of a region's activity.
    variance_factor : float or None
        Variance of a region's reconstructed counts over their number; 1 for Poisson.
    by_region : dict of str to float
        The same number for single regions.
    source : str
    """

    relative_sigma: float | None = Field(default=None, gt=0, lt=1)
    variance_factor: float | None = Field(default=None, gt=0, le=1000)
    by_region: dict[str, float] = Field(default_factory=dict)
    source: Words

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.relative_sigma is None) == (self.variance_factor is None):
            text = "noise is stated by 'relative_sigma' or by 'variance_factor'; write one of the two"
            raise MisfitError([Misfit((), text)])
        misfits = [
            m for key, value in self.by_region.items() for m in (*_unknown("by_region", key), *_less(key, value))
        ]
        if misfits:
            raise MisfitError(misfits)
        return self


class DeclaredUncertainty(Part):
    """The centre's declarations.

    Attributes
    ----------
    sensitivity : DeclaredShare or None
        For images that come in Bq/mL; for counts the calibration's own is taken.
    resolution : DeclaredWidth or None
    contours : dict of str to DeclaredContour
        By region or group.
    density, mass : DeclaredShare or None
        Of a tissue density that makes a mass of a volume; of a stated mass.
    noise : DeclaredNoise or None
    """

    sensitivity: DeclaredShare | None = None
    resolution: DeclaredWidth | None = None
    contours: dict[str, DeclaredContour] = Field(default_factory=dict)
    density: DeclaredShare | None = None
    mass: DeclaredShare | None = None
    noise: DeclaredNoise | None = None

    @model_validator(mode="after")
    def _of_known_regions(self) -> Self:
        if misfits := [misfit for key in self.contours for misfit in _unknown("contours", key)]:
            raise MisfitError(misfits)
        return self


def _unknown(table: str, key: str) -> list[Misfit]:
    return [] if key in KEYS else [Misfit((table, key), f"'{key}' is no region; {nearest(key, KEYS)}")]


def _less(key: str, value: float) -> list[Misfit]:
    return [] if value > 0 else [Misfit(("by_region", key), f"{value:g} is impossible; write a positive number")]
