"""Where does one part of a kernel end and the next begin?

A kernel is cut into parts by smooth steps, so that each part can be sampled on the grid that suits it and the parts
add up to the whole by construction.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def fade_out(radius: ArrayLike, begin: float, end: float) -> NDArray[np.float64]:
    """Return 1 up to ``begin``, 0 from ``end``, and a step with two continuous derivatives between.

    Parameters
    ----------
    radius : array_like
        Distances, in the unit of ``begin`` and ``end``.
    begin, end : float
        ``0 <= begin < end``.
    """
    t = np.clip((np.asarray(radius, dtype=np.float64) - begin) / (end - begin), 0.0, 1.0)
    return np.asarray(1.0 - t**3 * (10.0 - 15.0 * t + 6.0 * t**2), dtype=np.float64)
