"""What do the published single-time-point formulas give, in the form in which they were printed?

For auditing: Lutetia's own doses come from the integral and the region's mass. Sources: Haenscheid et al.,
Nuklearmedizin 2017;56:219 and J Nucl Med 2018;59:75 (electrons, photons and rounding in one constant); Madsen et al.,
Med Phys 2018;45:2318.
"""

from __future__ import annotations

from math import log
from typing import Final

import numpy as np

from lutetia.dosimetry.time_activity.models import Array

HAENSCHEID_GY_G_PER_MBQ_H: Final = 0.125
"""Printed constant of ``D = 0.125 C(t) 2^(t/T) T`` [Gy g / (MBq h)]: 0.0853 / ln 2 and photons, rounded."""
LOCAL_GY_G_PER_MBQ_H: Final = 0.08532
"""Local deposition of 147.9 keV [Gy g / (MBq h)]."""
VALID_FROM: Final = 0.75
VALID_TO: Final = 2.5
"""Time over effective half-life between which Haenscheid 2018 holds within about 12 %."""


def half_life_integral_h(hours: float, effective_h: float) -> float:
    """Return integral over activity at one time, ``2^(t/T) T / ln 2`` [h]."""
    return float(2.0 ** (hours / effective_h) * effective_h / log(2))


def half_life_integrals_h(hours: float, effective_h: Array) -> Array:
    """Return integral over activity at one time for many half-lives [h]."""
    return np.asarray(np.exp2(np.minimum(hours / effective_h, 1000.0)) * effective_h / log(2), dtype=np.float64)


def time_integral_h(hours: float) -> float:
    """Return integral over activity at one time without a half-life, ``2 t / ln 2`` [h] (Haenscheid 2018)."""
    return 2 * hours / log(2)


def haenscheid_2017_gy(mbq_per_g: float, hours: float, effective_h: float) -> float:
    """Return ``0.125 C(t) 2^(t/T) T`` [Gy]."""
    return float(HAENSCHEID_GY_G_PER_MBQ_H * mbq_per_g * 2.0 ** (hours / effective_h) * effective_h)


def haenscheid_2018_gy(mbq_per_g: float, hours: float) -> float:
    """Return ``0.25 C(t) t`` [Gy]; only where 0.75 <= t/T <= 2.5."""
    return 2 * HAENSCHEID_GY_G_PER_MBQ_H * mbq_per_g * hours


def madsen_2018_gy(mbq_per_g: float, hours: float, effective_h: float) -> float:
    """Return ``S m C(t) exp(k t) / k`` with the population's ``k = ln 2 / T`` and local deposition [Gy]."""
    return LOCAL_GY_G_PER_MBQ_H * mbq_per_g * half_life_integral_h(hours, effective_h)
