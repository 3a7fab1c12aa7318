"""Roughly, by how much is one image shifted against another?

All shifts are tried at once on coarse voxels: normalised correlation of the two patients over their common field, by
Fourier transform. Two scans with different tables, fields or origins find each other; what no turn of a few degrees
changes is found, the rest is left to the fine alignment.

Source: Padfield, Masked object registration in the Fourier domain, IEEE Trans Image Process 2012;21:2706.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lutetia.quantification.alignment.prepared import Prepared
from lutetia.volume import Geometry, Volume, resample

COARSE_MM: Final = 12.0
LEAST_COMMON: Final = 0.3
"""Of the field of the smaller image: less in common, and anything may look alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The best shift.

    Attributes
    ----------
    shift_mm : tuple of float
        From the first image to the second, (x, y, z) [mm].
    correlation : float
        Of the two over their common field.
    """

    shift_mm: tuple[float, float, float]
    correlation: float


def best_shift(source: Prepared, target: Prepared) -> Start:
    """Return the shift by which the source matches the target best, to about half a coarse voxel."""
    first, second = (_upright(image) for image in (source, target))
    correlation = _correlations(first, second)
    place = np.unravel_index(int(correlation.argmax()), correlation.shape)
    lag = np.array([int(p) for p in place]) - (np.array(first.geometry.shape) - 1)
    there = second.geometry.to_patient(lag)
    x, y, z = (float(v) for v in there - np.asarray(first.geometry.origin_mm))
    return Start(shift_mm=(x, y, z), correlation=float(correlation[place]))


def _upright(image: Prepared) -> Volume:
    """Return an image on coarse cubes along the patient's axes, whatever its own axes."""
    small = image.coarser(COARSE_MM).values
    grid = small.geometry
    ends = np.stack(np.meshgrid(*[(0, n - 1) for n in grid.shape], indexing="ij"), axis=-1).reshape(-1, 3)
    corners = grid.to_patient(ends)
    low, high = corners.min(axis=0), corners.max(axis=0)
    count = np.maximum(np.floor((high - low) / COARSE_MM).astype(int) + 1, 1)
    upright = Geometry(
        shape=(int(count[2]), int(count[1]), int(count[0])),
        spacing_mm=(COARSE_MM,) * 3,
        origin_mm=(float(low[0]), float(low[1]), float(low[2])),
        frame_of_reference=grid.frame_of_reference,
    )
    return resample(small, upright, outside=0.0)


def _correlations(first: Volume, second: Volume) -> NDArray[np.float64]:
    """Return the correlation at each whole shift of the first against the second; 0 where too little is in common."""
    from scipy import fft

    sizes = [a + b - 1 for a, b in zip(first.values.shape, second.values.shape, strict=True)]
    fast = [fft.next_fast_len(n, real=True) for n in sizes]
    crop = tuple(slice(0, n) for n in sizes)

    def spectrum(values: NDArray[np.floating]) -> NDArray[np.complex128]:
        return np.asarray(fft.rfftn(np.asarray(values, dtype=np.float64), fast))

    def joined(a: NDArray[np.complex128], b: NDArray[np.complex128]) -> NDArray[np.float64]:
        return np.asarray(fft.irfftn(a * b, fast)[crop])

    turned = first.values[::-1, ::-1, ::-1]
    a, aa, one = spectrum(turned), spectrum(turned**2), spectrum(np.ones_like(turned))
    b, bb, field = spectrum(second.values), spectrum(second.values**2), spectrum(np.ones_like(second.values))
    common = np.maximum(joined(one, field), 1.0)
    sum_a, sum_b = joined(a, field), joined(one, b)
    spread_a = np.maximum(joined(aa, field) - sum_a**2 / common, 0.0)
    spread_b = np.maximum(joined(one, bb) - sum_b**2 / common, 0.0)
    together = joined(a, b) - sum_a * sum_b / common
    scale = np.sqrt(spread_a * spread_b)
    enough = (common >= LEAST_COMMON * min(first.values.size, second.values.size)) & (scale > 1e-6 * scale.max())
    return np.where(enough, together / np.where(enough, scale, 1.0), 0.0)
