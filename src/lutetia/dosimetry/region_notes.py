"""What does a reader have to know about one region's dose: scans that missed it, and how much of it the camera sees?

Glands are named: a lacrimal gland of 0.7 mL and the smaller salivary glands lie at the limit of what SPECT resolves,
and their corrected doses are mostly correction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lutetia.dosimetry.input import CycleInput
from lutetia.dosimetry.result import Sample
from lutetia.quantification import recovery_of_volume
from lutetia.vocabulary.region import GROUPS

LOW_RECOVERY: Final = 0.3
"""Lutetia's choice: below it, for a sphere at 11 mm resolution, 1 mm more of FWHM is 13 % and 1 mm more of radius
25 % of the activity, or more."""

LOW_RECOVERY_OF_A_GLAND: Final = 2 / 3
"""Lutetia's choice: below it a third of a gland's dose or more is added by the correction."""

GLANDS: Final = {"salivary_glands": "salivary gland", "lacrimals": "lacrimal gland"}


def region_notes(region: str, samples: Sequence[Sample], given: CycleInput) -> list[str]:
    """Return the notes on a region.

    Parameters
    ----------
    region : str
        Organ code or lesion id.
    samples : sequence of Sample
    given : CycleInput
    """
    notes, scans = [], len(given.scans)
    if missing := scans - len(samples):
        notes.append(f"Not measured on {missing} of {scans} scans.")
    notes += _beyond_spheres(samples, given)
    notes += _partial_volume(_gland(region), [s.simple_recovery for s in samples if s.simple_recovery is not None])
    return notes


def _gland(region: str) -> str | None:
    return next((name for group, name in GLANDS.items() if region in GROUPS[group]), None)


def _partial_volume(gland: str | None, recoveries: Sequence[float]) -> list[str]:
    if not recoveries:
        if gland is None:
            return []
        return [f"Partial volume of a {gland} is not corrected: its dose is too low by a part that nothing here tells."]
    seen = min(recoveries)
    rests = "the corrected dose rests on contour and stated resolution more than on the image."
    if seen < LOW_RECOVERY:
        whose = "its activity" if gland is None else f"the activity of this {gland}"
        return [f"At this resolution only {seen:.0%} of {whose} is seen inside its contour: {rests}"]
    if gland is not None and seen < LOW_RECOVERY_OF_A_GLAND:
        return [
            (
                f"Partial volume of a {gland}: {seen:.0%} of its activity is seen inside its contour, and the "
                "correction for it is sensitive to contour and stated resolution."
            )
        ]
    return []


def _beyond_spheres(samples: Sequence[Sample], given: CycleInput) -> list[str]:
    """Say where a volume lies outside the spheres that its recovery was fitted to."""
    curves = [scan.recovery_curve for scan in given.scans if scan.recovery_curve is not None]
    if not curves:
        return []
    outside = [
        (s.volume_ml, curve)
        for s in samples
        for curve in curves
        if recovery_of_volume(curve, s.volume_ml, volume_relative_sigma=0.0, beyond_spheres=True).extrapolated
    ]
    if not outside:
        return []
    ml, curve = outside[0]
    low, high = curve.smallest_ml, curve.largest_ml
    size = "smaller" if ml < low else "larger"
    return [
        (
            f"With {ml:.3g} mL it is {size} than the spheres of its recovery curve ({low:.3g} to {high:.3g} "
            "mL): the curve is continued there and was compared with no measurement; recovery by resolution is meant "
            "for it."
        )
    ]
