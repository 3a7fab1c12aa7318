"""How sure is a dose? The law of propagation from calibration to gray, after the EANM guidance of 2018."""

from lutetia.dosimetry.uncertainty.budget import Budget, Contribution
from lutetia.dosimetry.uncertainty.declared import (
    Contour,
    CountNoise,
    DrawnOnce,
    StatedNoise,
    UncertaintyInput,
)
from lutetia.dosimetry.uncertainty.printed import with_uncertainty
from lutetia.dosimetry.uncertainty.volume import diameter_sigma_mm, volume_relative_sigma

__all__ = [
    "Budget",
    "Contour",
    "Contribution",
    "CountNoise",
    "DrawnOnce",
    "StatedNoise",
    "UncertaintyInput",
    "diameter_sigma_mm",
    "volume_relative_sigma",
    "with_uncertainty",
]
