"""To which moment the values of an image are corrected for decay.

The header has up to three witnesses: DecayCorrection, DecayFactor and the list of corrections. Where they contradict
each other, or are silent, the answer is None and the words say what a person has to settle.

Source: DICOM PS3.3 C.8.9.1 (PET Series: Decay Correction), C.8.9.4 (PET Image: Decay Factor), C.8.4.9 (NM Image).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import exp, log
from typing import Literal

from lutetia.dicom.read.header import Header

DecayState = Literal["as-acquired", "to-administration", "to-acquisition-start"]

UNITY_WITHIN = 5e-4
"""Factors are written with four decimals or more."""

FACTOR_WITHIN = 0.02
"""Start and middle of a scan, and two spellings of a half-life, differ by less than this."""


@dataclass(frozen=True, slots=True)
class DecayReading:
    """The state, or None where it cannot be told, and what was found, in words."""

    state: DecayState | None
    found: str


def decay_of(
    headers: tuple[Header, ...],
    *,
    acquired_at: datetime,
    administered_at: datetime | None,
    half_life_s: float | None,
) -> DecayReading:
    """Read the decay state of an image from all its slices.

    Parameters
    ----------
    headers : tuple of Header
    acquired_at, administered_at : datetime or None
    half_life_s : float or None
        Physical half-life [s]; with the two times it says what factor to expect.
    """
    correction = headers[0].text("DecayCorrection")
    corrections = headers[0].words("CorrectedImage")
    factors = tuple(f for header in headers if (f := header.number("DecayFactor")) is not None)
    if correction is None:
        return _from_list(corrections)
    if corrections and ("DECY" in corrections) != (correction != "NONE"):
        listed = "lists" if "DECY" in corrections else "does not list"
        return DecayReading(None, f"DecayCorrection is {correction}, and CorrectedImage {listed} a decay correction")
    expected = _expected(acquired_at, administered_at, half_life_s)
    if correction == "NONE":
        return _none(factors)
    if correction == "START":
        return _start(factors, expected)
    if correction == "ADMIN":
        return _admin(factors, expected)
    return DecayReading(None, f"DecayCorrection is '{correction}', which the standard does not define")


def _from_list(corrections: tuple[str, ...]) -> DecayReading:
    """Judge an image without DecayCorrection, as nuclear medicine objects are."""
    if not corrections:
        return DecayReading(None, "the header does not say whether the values are corrected for decay")
    if "DECY" in corrections:
        return DecayReading(None, "CorrectedImage lists a decay correction and nothing says to which time")
    return DecayReading("as-acquired", f"CorrectedImage ({', '.join(corrections)}) lists no decay correction")


def _expected(acquired_at: datetime, administered_at: datetime | None, half_life_s: float | None) -> float | None:
    if administered_at is None or half_life_s is None:
        return None
    return exp(log(2) * (acquired_at - administered_at).total_seconds() / half_life_s)


def _none(factors: tuple[float, ...]) -> DecayReading:
    if factors and max(abs(f - 1) for f in factors) > UNITY_WITHIN:
        return DecayReading(None, f"DecayCorrection is NONE, and DecayFactor is {max(factors):.4f}")
    return DecayReading("as-acquired", "DecayCorrection is NONE")


def _start(factors: tuple[float, ...], expected: float | None) -> DecayReading:
    lowest = min(factors, default=1.0)
    if lowest - 1 > FACTOR_WITHIN and expected is not None and abs(lowest / expected - 1) < FACTOR_WITHIN:
        return DecayReading(
            None, f"DecayCorrection is START, and DecayFactor {lowest:.4f} is that of a correction to administration"
        )
    return DecayReading("to-acquisition-start", "DecayCorrection is START" + _of(factors))


def _admin(factors: tuple[float, ...], expected: float | None) -> DecayReading:
    if not factors:
        return DecayReading("to-administration", "DecayCorrection is ADMIN; no DecayFactor is given")
    lowest = min(factors)
    words = "" if expected is None else f", where the time since administration asks for {expected:.4f}"
    if abs(lowest - 1) < UNITY_WITHIN and (expected is None or expected - 1 > 2 * UNITY_WITHIN):
        return DecayReading(None, f"DecayCorrection is ADMIN, and DecayFactor is {lowest:g}{words}")
    if expected is not None and abs(lowest / expected - 1) > FACTOR_WITHIN:
        return DecayReading(None, f"DecayCorrection is ADMIN, and DecayFactor is {lowest:.4f}{words}")
    return DecayReading("to-administration", "DecayCorrection is ADMIN" + _of(factors))


def _of(factors: tuple[float, ...]) -> str:
    if not factors:
        return ""
    low, high = min(factors), max(factors)
    return f", DecayFactor {low:.4f}" + (f" to {high:.4f}" if high - low > UNITY_WITHIN else "")
