"""How much does each control point of a cubic B-spline weigh at a place?

Source: Unser, IEEE Signal Process Mag 1999;16:22.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def cubic_weights(at: NDArray[np.floating], points: int) -> NDArray[np.float64]:
    """Return the weights of control points -1, 0, 1 ... at places, shape (places, points).

    Parameters
    ----------
    at : ndarray, axes (place,)
        In units of the distance between control points; between 0 and ``points - 3`` each row sums to 1.
    points : int
        How many control points there are.
    """
    away = np.abs(at[:, None] - (np.arange(points) - 1.0)[None, :])
    inner = 2 / 3 - away**2 + away**3 / 2
    outer = np.clip(2 - away, 0, None) ** 3 / 6
    return np.asarray(np.where(away < 1, inner, outer), dtype=np.float64)
