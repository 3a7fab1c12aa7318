"""Which integral do the published single-time-point formulas give to one activity?

Their doses are this integral times one constant each (electrons, photons and rounding); Lutetia's come from the
integral and the region's mass. Sources: Haenscheid et al., Nuklearmedizin 2017;56:219 and J Nucl Med 2018;59:75;
Madsen et al., Med Phys 2018;45:2318.
"""

from __future__ import annotations

from math import log
from typing import Final

import numpy as np

from lutetia.dosimetry.time_activity.models import Array

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
