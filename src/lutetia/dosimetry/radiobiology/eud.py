"""Which uniform dose would have the same effect as a dose that is spread unevenly?

Generalised EUD: the power mean of exponent a (Niemierko, Med Phys 1999;26:1100): below -1 for tumours, where cold
spots decide; 1 for organs in parallel; large for organs in series. Equivalent uniform BED: the one with the same mean
survival (O'Donoghue, J Nucl Med 1999;40:1337): ``-ln(mean exp(-alpha BED)) / alpha``. The exponent and alpha are the
caller's.
"""

from __future__ import annotations

from math import isfinite

import numpy as np

from lutetia.dosimetry.radiobiology.dvh import Dvh


def generalised_eud_gy(doses: Dvh, *, exponent: float) -> float:
    """Return the generalised equivalent uniform dose [Gy].

    Parameters
    ----------
    doses : Dvh
    exponent : float
        Not 0; 1 gives the mean. With a negative one a voxel without dose makes it 0.
    """
    if not (isfinite(exponent) and exponent != 0):
        raise ValueError(f"an exponent must be a number other than 0, not {exponent}")
    weights = doses.volumes_ml / doses.volumes_ml.sum()
    gy = doses.values_gy
    if exponent < 0 and (gy <= 0).any():
        return 0.0
    if gy[0] <= 0:
        return 0.0
    held = gy > 0
    scale = float(gy[held].max() if exponent > 0 else gy[held].min())
    mean = float(np.sum(weights[held] * (gy[held] / scale) ** exponent))
    return scale * float(mean ** (1 / exponent))


def equivalent_uniform_bed_gy(beds: Dvh, *, alpha_per_gy: float) -> float:
    """Return the uniform BED with the same mean survival [Gy].

    Parameters
    ----------
    beds : Dvh
        Of BED, not of dose.
    alpha_per_gy : float
        Positive [1/Gy].
    """
    if not (isfinite(alpha_per_gy) and alpha_per_gy > 0):
        raise ValueError(f"alpha must be positive, not {alpha_per_gy} per Gy")
    weights = beds.volumes_ml / beds.volumes_ml.sum()
    coldest = beds.min_gy
    survival = float(np.sum(weights * np.exp(-alpha_per_gy * (beds.values_gy - coldest))))
    return coldest - float(np.log(survival)) / alpha_per_gy
