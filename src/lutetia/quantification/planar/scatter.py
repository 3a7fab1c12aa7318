"""How many counts of a window are scattered?

The triple-energy-window estimate: below and above the photopeak a narrow window counts scatter alone; under the peak it
is taken as a trapezium between the two.

Source: Ogawa et al., IEEE Trans Med Imaging 1991;10:408.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def without_scatter(
    peak: ArrayLike, lower: ArrayLike, upper: ArrayLike, *, peak_kev: float, lower_kev: float, upper_kev: float
) -> NDArray[np.float64]:
    """Return the counts of a photopeak window without scatter; below zero where noise makes it so.

    Parameters
    ----------
    peak, lower, upper : array_like
        Counts of the three windows, of one shape; sum pixels first, then subtract.
    peak_kev, lower_kev, upper_kev : float
        Widths of the windows [keV].

    Raises
    ------
    ValueError
        If a width is not positive.
    """
    if not min(peak_kev, lower_kev, upper_kev) > 0:
        raise ValueError(f"windows of {peak_kev}, {lower_kev} and {upper_kev} keV: a width must be positive")
    per_kev = np.asarray(lower, dtype=np.float64) / lower_kev + np.asarray(upper, dtype=np.float64) / upper_kev
    return np.asarray(np.asarray(peak, dtype=np.float64) - per_kev * peak_kev / 2)
