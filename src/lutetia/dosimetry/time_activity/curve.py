"""What is the integral of a sum of exponentials: the whole, the part before the first sample, the tail?

Closed forms only; nothing is integrated numerically. Source: MIRD pamphlet 16, J Nucl Med 1999;40:37S.
"""

from __future__ import annotations

from math import exp, log

from lutetia.dosimetry.result import Exponential

Terms = tuple[Exponential, ...]


def tia_mbq_h(terms: Terms) -> float:
    """Return the integral from administration to infinity [MBq h]; every rate is positive."""
    return sum(term.amplitude_mbq / term.rate_per_h for term in terms)


def after_mbq_h(terms: Terms, hours: float) -> float:
    """Return the integral from a time after administration [h] to infinity [MBq h]."""
    return sum(term.amplitude_mbq / term.rate_per_h * exp(-term.rate_per_h * hours) for term in terms)


def slowest_half_life_h(terms: Terms) -> float:
    """Return the half-life of the slowest term [h]."""
    return log(2) / min(term.rate_per_h for term in terms)


def effective_half_life_h(biological_h: float, physical_h: float) -> float:
    """Return the effective half-life from the biological and the physical one [h]: rates add."""
    return 1.0 / (1.0 / biological_h + 1.0 / physical_h)
