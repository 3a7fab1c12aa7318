"""One term of a time-activity curve."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exponential:
    """One term ``amplitude * exp(-rate * t)`` [MBq, 1/h]; a negative amplitude is uptake."""

    amplitude_mbq: float
    rate_per_h: float
