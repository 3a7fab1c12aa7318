"""How many digits does an uncertainty leave of a value?"""

from __future__ import annotations

from math import floor, isfinite, log10


def with_uncertainty(value: float, sigma: float) -> str:
    """Write a value and its standard uncertainty with no more digits than that allows: ``3.70 ± 0.26``, ``12 ± 4``.

    The uncertainty has two significant digits if its first is 1 or 2, else one; the value ends where it ends.

    Parameters
    ----------
    value, sigma : float
        Finite; ``sigma`` at least 0. With 0 the value is written as it is.
    """
    if not (isfinite(value) and isfinite(sigma) and sigma >= 0):
        raise ValueError(f"a value and its uncertainty must be finite numbers, not {value} and {sigma}")
    if sigma == 0:
        return _minus(f"{value:g}")
    places = decimals(sigma)
    shown = max(places, 0)
    return _minus(f"{round(value, places):.{shown}f} ± {round(sigma, places):.{shown}f}")


def decimals(sigma: float) -> int:
    """Return how many decimals a value with this standard uncertainty has; negative where tens are rounded."""
    exponent = floor(log10(sigma))
    first = floor(sigma / 10.0**exponent)
    return (1 if first in (1, 2) else 0) - exponent


def _minus(text: str) -> str:
    return text.replace("-", "−")
