"""How unsure is a recovery that is read off a curve fitted to spheres of a phantom?

Source: Gear et al., Eur J Nucl Med Mol Imaging 2018;45:2456: ``R = 1 - 1/(1 + (V/b)^a)``, its variance from the
covariance of a and b and from the volume.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryCurve:
    """A fitted recovery curve by volume.

    Attributes
    ----------
    exponent : float
        a, positive.
    half_ml : float
        b, the volume of which half is recovered, positive [mL].
    variance_exponent, variance_half, covariance : float
        Of a, of b [mL^2] and between both [mL].
    """

    exponent: float
    half_ml: float
    variance_exponent: float
    variance_half: float
    covariance: float

    def recovery(self, volume_ml: float) -> float:
        """Return the recovery of a volume [mL]."""
        return float(1 - 1 / (1 + (volume_ml / self.half_ml) ** self.exponent))

    def by_volume(self, volume_ml: float) -> float:
        """Return dlnR/dlnV, which is ``a (1 - R)``."""
        return self.exponent * (1 - self.recovery(volume_ml))

    def relative_sigma(self, volume_ml: float, *, volume_relative_sigma: float) -> float:
        """Return u(R)/R from the fit's covariance and from the volume."""
        lost = 1 - self.recovery(volume_ml)
        by_a = lost * log(volume_ml / self.half_ml)
        by_b = -lost * self.exponent / self.half_ml
        of_fit = by_a**2 * self.variance_exponent + by_b**2 * self.variance_half + 2 * by_a * by_b * self.covariance
        return sqrt(max(of_fit, 0.0) + (self.by_volume(volume_ml) * volume_relative_sigma) ** 2)
