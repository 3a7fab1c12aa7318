"""Random numbers that depend on a seed and on what they are for, never on the thread that draws them.

SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): a counter, scrambled. Every history owns a stretch of the counter, so its
numbers are the same whenever and wherever it is followed.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

GAMMA: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_DRAWS: Final = np.uint64(1 << 14)
"""Numbers that one history may draw before it comes to those of the next; it needs some hundred."""
_STEP: Final = 1.0 / 9007199254740992.0

Counter = NDArray[np.uint64]


@njit(cache=True, inline="always")
def scramble(counter: np.uint64) -> np.uint64:
    """Return 64 bits from a counter."""
    z = (counter ^ (counter >> _S30)) * _FIRST
    z = (z ^ (z >> _S27)) * _SECOND
    return z ^ (z >> _S31)


@njit(cache=True, inline="always")
def begin(counter: Counter, seed: np.uint64, history: np.uint64) -> None:
    """Set the counter to where the numbers of a history begin."""
    counter[0] = scramble(seed * GAMMA + GAMMA) + history * _DRAWS * GAMMA


@njit(cache=True, inline="always")
def uniform(counter: Counter) -> float:
    """Return the next number, above 0 and below 1."""
    counter[0] += GAMMA
    return (np.float64(scramble(counter[0]) >> _S11) + 0.5) * _STEP
