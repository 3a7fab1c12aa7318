"""How much activity is in a region of an image, and how large is the region?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from lutetia.errors import InputError
from lutetia.quantification.cover import cover, visible_fraction
from lutetia.quantification.division import divide
from lutetia.quantification.patch import Patch
from lutetia.quantification.recovery import corrected_mbq, simple_recovery
from lutetia.volume import Coverage, Mask, Volume

CUT_OFF_BELOW = 0.99
"""A region of which more than 1 % lies outside the image is cut off, not rounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionActivity:
    """Activity of a region on one image.

    Attributes
    ----------
    volume_ml : float
        Of the region as drawn [mL].
    uncorrected_mbq : float
        Activity inside the contour [MBq].
    recovery : float or None
        ``uncorrected_mbq`` divided by it is the region's activity; None where no resolution is stated. Measured
        together with its neighbours it includes what they and the background added, and may then exceed 1.
    simple_recovery : float or None
        Of the region alone in empty surroundings.
    """

    volume_ml: float
    uncorrected_mbq: float
    recovery: float | None
    simple_recovery: float | None = None

    @property
    def corrected_mbq(self) -> float | None:
        """Activity corrected for recovery [MBq]; None where no resolution is stated."""
        if self.recovery is None:
            return None
        return self.uncorrected_mbq / self.recovery if self.uncorrected_mbq else 0.0


def measure(activity: Volume, region: Mask, *, fwhm_mm: float | None) -> RegionActivity:
    """Measure one region by itself; its surroundings are taken to be empty.

    Parameters
    ----------
    activity : Volume
        Activity concentration as it was at the scan [Bq/mL].
    region : Mask
        On any grid in the same frame of reference.
    fwhm_mm : float or None
        Resolution of the image as reconstructed [mm]; None: no recovery is given.

    Raises
    ------
    InputError
        If the region is empty or is cut off by the edge of the image, or the resolution is not positive.
    """
    covered = covered_part(activity, region)
    _check_width(fwhm_mm)
    alone = None if fwhm_mm is None else simple_recovery(covered, fwhm_mm, region)
    return RegionActivity(
        volume_ml=region.volume_ml,
        uncorrected_mbq=_inside_mbq(activity, covered),
        recovery=alone,
        simple_recovery=alone,
    )


def measure_together(
    activity: Volume,
    regions: Mapping[str, Mask],
    *,
    fwhm_mm: float | None,
    body: Mask | None = None,
    covered: Mapping[str, Coverage] | None = None,
) -> dict[str, RegionActivity]:
    """Measure all contoured regions of an image, each corrected for its neighbours and its background.

    Parameters
    ----------
    activity : Volume
        Activity concentration as it was at the scan [Bq/mL].
    regions : mapping of str to Mask
        On any grids in the same frame of reference.
    fwhm_mm : float or None
        Resolution of the image as reconstructed [mm]; None: no recovery is given.
    body : Mask, optional
        Where there is tissue.
    covered : mapping of str to Coverage, optional
        The regions on the grid of ``activity``, where they are known already (see :func:`covered_part`).

    Raises
    ------
    InputError
        If a region is empty or is cut off by the edge of the image, or the resolution is not positive.
    """
    _check_width(fwhm_mm)
    if covered is None:
        covered = {name: covered_part(activity, mask) for name, mask in regions.items()}
    corrected: Mapping[str, float] = {}
    if fwhm_mm is not None and covered:
        tissue = None if body is None else cover(body, activity.geometry)
        division = divide(covered, {name: regions[name] for name in covered})
        corrected = corrected_mbq(activity, division, fwhm_mm=fwhm_mm, body=tissue)
    return {
        name: _with_recovery(regions[name], _inside_mbq(activity, part), part, corrected.get(name), fwhm_mm)
        for name, part in covered.items()
    }


def _with_recovery(
    drawn: Mask, inside_mbq: float, part: Coverage, corrected: float | None, fwhm_mm: float | None
) -> RegionActivity:
    if corrected is None or fwhm_mm is None:
        return RegionActivity(volume_ml=drawn.volume_ml, uncorrected_mbq=inside_mbq, recovery=None)
    return RegionActivity(
        volume_ml=drawn.volume_ml,
        uncorrected_mbq=inside_mbq,
        recovery=inside_mbq / corrected if corrected else float("inf"),
        simple_recovery=simple_recovery(part, fwhm_mm, drawn),
    )


def covered_part(activity: Volume, region: Mask) -> Coverage:
    """Lay a region over an image of activity.

    Raises
    ------
    InputError
        If the region is empty, or more than 1 % of it lies outside the image.
    """
    if activity.unit != "Bq/mL":
        raise ValueError(f"activity in Bq/mL is needed, not {activity.unit}")
    if not region.voxels.any():
        raise InputError(f"region '{region.name}'", "it holds no voxel", "draw it, or leave it out")
    inside = visible_fraction(region, activity.geometry)
    if inside < CUT_OFF_BELOW:
        raise InputError(
            f"region '{region.name}'",
            f"{1 - inside:.0%} of it lies outside the SPECT",
            "leave the region out on this scan",
            "its activity would be too low without a trace",
        )
    return cover(region, activity.geometry)


def _inside_mbq(activity: Volume, covered: Coverage) -> float:
    return Patch.around(covered.fractions).measure(activity.values) * activity.geometry.voxel_ml * 1e-6


def _check_width(fwhm_mm: float | None) -> None:
    if fwhm_mm is not None and not (isfinite(fwhm_mm) and fwhm_mm > 0):
        raise InputError(
            "image resolution",
            f"{fwhm_mm} mm is not a width",
            "state the FWHM of the reconstructed image in millimetres",
        )
