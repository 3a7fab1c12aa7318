"""Can there be as much activity in a scan's field as the image says?

After an administration the activity in the body falls, by decay at least; no field holds more than was given, and a
later scan of the same field no more than an earlier one. Simple as that is, it finds mistaken units, the sensitivity of
one head taken for all, decay corrections left in, and exchanged time points. What is too low it cannot find.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, isfinite
from typing import Final

from lutetia.errors import InputError, RefusedError
from lutetia.quantification.decay import decay_factor

ALARM_CALIBRATION: Final = 0.05
"""Taken for the threshold of the alarm where a calibration states no uncertainty: what a careful one reaches for all of
a field (Lutetia's choice). It is in no uncertainty of a dose."""
ALARM_METER: Final = 0.025
"""Taken for the same threshold: an activity meter is kept within 5 %, as two standard uncertainties. In no dose's."""
ALARM_REPEATED: Final = 0.03
"""Taken between two scans of one camera: dead time, scatter, what moves through the field; the calibration cancels."""
ALARM_SIGMAS: Final = 2.0
"""The alarm is raised beyond so many of these."""
REFUSED_ABOVE: Final = 1.25
"""More than this part of what was given is no matter of accuracy (over four standard uncertainties even where none is
stated). The sensitivity of one head taken for two is wrong by a factor of 2, a unit by 1000."""
RISE_REFUSED: Final = 0.25
"""The same for what rises from one scan to a later one of the same field."""
SAME_LENGTH: Final = 0.02
"""Fields whose length differs by less show the same part of the body, if taken so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldTotal:
    """All activity in the field of one scan.

    Attributes
    ----------
    hours : float
        Start of the scan after the start of administration [h].
    total_mbq : float
        As it was at the scan [MBq].
    relative_sigma : float or None
        Of the calibration; None where none is stated: the alarm then takes :data:`ALARM_CALIBRATION`, and says so.
    length_mm : float or None
        Of the field along the body [mm]; fields of another length are not compared.
    series : str
        How its images are named in a refusal.
    """

    hours: float
    total_mbq: float
    relative_sigma: float | None = None
    length_mm: float | None = None
    series: str = ""

    @property
    def where(self) -> str:
        """Names the scan."""
        return f"{self.series}, scan at {self.hours:.1f} h" if self.series else f"scan at {self.hours:.1f} h"


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeField:
    """What the fields of a cycle's scans hold.

    Attributes
    ----------
    fractions : tuple of float
        Part of the activity given, decayed to the scan, in the order of time.
    lines : tuple of str
        One for each scan, for a reader.
    warnings : tuple of str
        What is hardly possible.
    """

    fractions: tuple[float, ...]
    lines: tuple[str, ...]
    warnings: tuple[str, ...]


def fields_against_given(scans: Sequence[FieldTotal], *, given_mbq: float, half_life_h: float) -> WholeField:
    """Compare what each scan shows in all with what was given.

    Parameters
    ----------
    scans : sequence of FieldTotal
        Of one cycle, in any order.
    given_mbq : float
        At the start of administration [MBq].
    half_life_h : float
        Physical half-life [h].

    Raises
    ------
    InputError
        If a scan holds nothing, less than nothing, or nothing was given.
    RefusedError
        If a scan holds far more than was given, or far more than an earlier scan of the same field.
    """
    if not (isfinite(given_mbq) and given_mbq > 0):
        raise InputError("activity given", f"{given_mbq} MBq is impossible", "record the syringe before and after")
    ordered = sorted(scans, key=lambda scan: scan.hours)
    fractions = tuple(_fraction(scan, given_mbq, half_life_h) for scan in ordered)
    warnings = [text for scan, part in zip(ordered, fractions, strict=True) for text in _too_much(scan, part)]
    for n, later in enumerate(ordered):
        earlier = next((scan for scan in reversed(ordered[:n]) if _same_field(scan, later)), None)
        if earlier is not None:
            warnings += _rise(earlier, later, half_life_h)
    lines = tuple(
        f"Scan at {scan.hours:.1f} h: its field holds {scan.total_mbq:,.0f} MBq, {part:.0%} of the activity given, "
        "decayed to the scan."
        for scan, part in zip(ordered, fractions, strict=True)
    )
    return WholeField(fractions=fractions, lines=lines, warnings=tuple(warnings))


def _fraction(scan: FieldTotal, given_mbq: float, half_life_h: float) -> float:
    if not (isfinite(scan.total_mbq) and scan.total_mbq > 0):
        found = "it holds no activity" if scan.total_mbq == 0 else f"its field holds {scan.total_mbq:.3g} MBq in all"
        raise InputError(
            scan.where,
            found,
            "export the reconstruction again: with its counts, and without values below zero",
        )
    return scan.total_mbq / (given_mbq * decay_factor(scan.hours, half_life_h))


def _too_much(scan: FieldTotal, part: float) -> tuple[str, ...]:
    if part > REFUSED_ABOVE:
        raise RefusedError(
            scan.where,
            f"its field holds {part:.0%} of what is left of the activity given",
            "check the calibration (of the system, or of one head) and its unit, the duration, whether the image is "
            "corrected for decay, and the activity given",
            "there cannot be more than was given",
        )
    if part <= 1 + _allowed(scan):
        return ()
    text = (
        f"Scan at {scan.hours:.1f} h: its field holds {part:.0%} of what is left of the activity given, more than "
        f"there can be; the alarm is set at {_allowed(scan):.0%} above it ({_alarm_from(scan)})."
    )
    return (text,)


def _allowed(scan: FieldTotal) -> float:
    """Return by how much a field may exceed what is left before it is warned about."""
    calibration = ALARM_CALIBRATION if scan.relative_sigma is None else scan.relative_sigma
    return ALARM_SIGMAS * hypot(calibration, ALARM_METER)


def _alarm_from(scan: FieldTotal) -> str:
    """Say what the threshold is made of; what is taken for an alarm is no statement about a dose."""
    calibration = (
        f"{ALARM_CALIBRATION:.1%} taken for a calibration that states none"
        if scan.relative_sigma is None
        else f"{scan.relative_sigma:.1%} of the calibration"
    )
    return f"twice {calibration} and {ALARM_METER:.1%} taken for the activity meter; for this alarm only"


def _same_field(one: FieldTotal, other: FieldTotal) -> bool:
    if one.length_mm is None or other.length_mm is None:
        return True
    return abs(one.length_mm / other.length_mm - 1) <= SAME_LENGTH


def _rise(earlier: FieldTotal, later: FieldTotal, half_life_h: float) -> tuple[str, ...]:
    rise = later.total_mbq / earlier.total_mbq - 1
    between = f"between {earlier.hours:.1f} and {later.hours:.1f} h"
    if rise > RISE_REFUSED:
        raise RefusedError(
            later.where,
            f"the activity in the field rises by {rise:.0%} {between}",
            "check whether two scans were exchanged, whether one is corrected for decay, and both durations",
            "after an administration the activity in the body only falls",
        )
    allowed = ALARM_SIGMAS * hypot(ALARM_REPEATED, ALARM_REPEATED)
    if rise > allowed:
        return (f"The activity in the field rises by {rise:.0%} {between}; it can only fall.",)
    held = (1 + rise) / decay_factor(later.hours - earlier.hours, half_life_h) - 1
    if held > allowed:
        text = (
            f"Corrected for decay, the activity in the field rises by {held:.0%} {between}: it moved into the field, "
            "or one of the two scans is wrong."
        )
        return (text,)
    return ()
