"""What happens to one photon where it meets an atom: the angle and energy with which it leaves.

Sources: Klein and Nishina by the decomposition of Butcher and Messel (Nucl Phys 1960;20:15), accepted with the
incoherent scattering function of the material; Thomson scattering with the material's form factor. The electron is
taken to be at rest (no Doppler broadening). Functions of plain numbers and arrays only.
"""

from __future__ import annotations

from math import cos, exp, log, pi, sin, sqrt

import numpy as np
from numba import njit
from numpy.typing import NDArray

from lutetia.dosimetry.monte_carlo.random import Counter, uniform
from lutetia.dosimetry.monte_carlo.tables import MOMENTA
from lutetia.reference.photon import ELECTRON_MASS_KEV, KEV_ANGSTROM, MOST_KEV

Array = NDArray[np.float64]

_MOST_SHARE = MOST_KEV / KEV_ANGSTROM / (1 + MOST_KEV / KEV_ANGSTROM)
_PER_SHARE = (MOMENTA - 1) / _MOST_SHARE
_EVEN = 1e-12


@njit(cache=True, inline="always")
def not_below(table: Array, value: float, at: int) -> int:
    """Return the first place of an ascending table, from ``at`` on, that holds at least a value; its last one does."""
    step = 1
    while at + step < len(table) and table[at + step - 1] < value:
        at += step
        step *= 2
    beyond = min(at + step, len(table)) - 1
    while at < beyond:
        middle = (at + beyond) // 2
        if table[middle] < value:
            at = middle + 1
        else:
            beyond = middle
    return at


@njit(cache=True)
def at_momentum(table: Array, row: int, momentum: float) -> float:
    """Interpolate a row of a table over momenta [1/angstrom]."""
    place = momentum / (1.0 + momentum) * _PER_SHARE
    n = min(int(place), MOMENTA - 2)
    part = place - n
    return float(table[row, n] * (1.0 - part) + table[row, n + 1] * part)


@njit(cache=True)
def incoherent(counter: Counter, energy_kev: float, bound: Array, row: int) -> tuple[float, float]:
    """Return the energy after incoherent scattering [keV] and the cosine of the angle."""
    a = energy_kev / ELECTRON_MASS_KEV
    least = 1.0 / (1.0 + 2.0 * a)
    by_log = -log(least)
    by_square = (1.0 - least * least) / 2.0
    while True:
        if uniform(counter) * (by_log + by_square) < by_log:
            left = exp(-by_log * uniform(counter))
        else:
            left = sqrt(least * least + 2.0 * by_square * uniform(counter))
        one_minus = (1.0 - left) / (a * left)
        sine2 = one_minus * (2.0 - one_minus)
        accepted = 1.0 - left * sine2 / (1.0 + left * left)
        momentum = energy_kev / KEV_ANGSTROM * sqrt(max(one_minus, 0.0) / 2.0)
        if uniform(counter) < accepted * at_momentum(bound, row, momentum):
            return energy_kev * left, 1.0 - one_minus


@njit(cache=True)
def coherent(counter: Counter, energy_kev: float, integrated: Array, row: int) -> float:
    """Return the cosine of the angle of coherent scattering."""
    most = energy_kev / KEV_ANGSTROM
    whole = at_momentum(integrated, row, most)
    while True:
        wanted = uniform(counter) * whole
        low, high = 0, MOMENTA - 1
        while high - low > 1:
            middle = (low + high) // 2
            if integrated[row, middle] <= wanted:
                low = middle
            else:
                high = middle
        first, second = low / _PER_SHARE, high / _PER_SHARE
        first, second = first / (1.0 - first), second / (1.0 - second)
        step = integrated[row, high] - integrated[row, low]
        part = (wanted - integrated[row, low]) / step if step > 0.0 else 0.0
        squared = first * first + part * (second * second - first * first)
        cosine = 1.0 - 2.0 * min(squared / (most * most), 1.0)
        if uniform(counter) * 2.0 < 1.0 + cosine * cosine:
            return cosine


@njit(cache=True)
def turned(counter: Counter, u: float, v: float, w: float, cosine: float) -> tuple[float, float, float]:
    """Turn a direction by an angle about an axis at random."""
    sine = sqrt(max(0.0, 1.0 - cosine * cosine))
    azimuth = 2.0 * pi * uniform(counter)
    a, b = sine * cos(azimuth), sine * sin(azimuth)
    across = 1.0 - w * w
    if across < _EVEN:
        return a, b, cosine * (1.0 if w > 0.0 else -1.0)
    root = sqrt(across)
    return (
        u * cosine + (a * u * w - b * v) / root,
        v * cosine + (a * v * w + b * u) / root,
        w * cosine - a * root,
    )


@njit(cache=True)
def isotropic(counter: Counter) -> tuple[float, float, float]:
    """Return a direction at random."""
    w = 2.0 * uniform(counter) - 1.0
    azimuth = 2.0 * pi * uniform(counter)
    root = sqrt(max(0.0, 1.0 - w * w))
    return root * cos(azimuth), root * sin(azimuth), w
