"""From counts of planar views to activities: scatter, background, overlap, attenuation; scaled to a SPECT."""

from lutetia.quantification.planar.hybrid import scaled_to_spect
from lutetia.quantification.planar.scatter import without_scatter
from lutetia.quantification.planar.view import (
    ConjugateCounts,
    Path,
    activity_mbq,
    transmission_of,
    whole_from_free,
    without_background,
)

__all__ = [
    "ConjugateCounts",
    "Path",
    "activity_mbq",
    "scaled_to_spect",
    "transmission_of",
    "whole_from_free",
    "without_background",
    "without_scatter",
]
