"""Does a series of PSA show a rise? As the joint EANM/SNMMI guideline, PCWG3, and entry into a trial by PCWG3 ask.

The numbers are arguments: those of a source stand in the limits of its book, with their place. What else a definition
of castration resistance asks for, and how it is joined, stands in the book alone.

Sources: Kratochwil et al., Eur J Nucl Med Mol Imaging 2023;50:2830, Definitions, 4; Scher et al., J Clin Oncol
2016;34:1402 (PCWG3).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from lutetia.criteria.interval import steady


class Psa(NamedTuple):
    """One PSA value [ng/mL]."""

    on: date
    ng_ml: float


Rise = tuple[Psa, ...]
"""The values that show a rise, in their order: the lowest or first one, and those above it."""


def two_rises(series: Sequence[Psa], *, over_nadir: float, apart_days: float) -> Rise | None:
    """Find nadir and two values above it, the second reaching a multiple of it some days later (guideline).

    Parameters
    ----------
    over_nadir : float
        Multiple of the nadir that the second value reaches.
    apart_days : float
        Least time between the two [d].
    """
    nadir: Psa | None = None
    rising: list[Psa] = []
    for value in series:
        if nadir is None or value.ng_ml <= nadir.ng_ml:
            nadir, rising = value, []
            continue
        rising.append(value)
        if _days(rising[0], value) >= apart_days and steady(value.ng_ml) >= steady(over_nadir * nadir.ng_ml):
            return nadir, rising[0], value
    return None


def confirmed_rise(
    series: Sequence[Psa], *, over_nadir: float, least_rise_ng_ml: float, apart_days: float
) -> Rise | None:
    """Find nadir, the first value far enough above it, and a later one that confirms it (PCWG3).

    Parameters
    ----------
    over_nadir : float
        Multiple of the nadir that both values reach.
    least_rise_ng_ml : float
        By how much both lie above the nadir, at least [ng/mL].
    apart_days : float
        Least time between the two [d].
    """
    nadir: Psa | None = None
    high: list[Psa] = []
    for value in series:
        if nadir is None or value.ng_ml <= nadir.ng_ml:
            nadir, high = value, []
            continue
        rise = steady(value.ng_ml - nadir.ng_ml)
        if rise < least_rise_ng_ml or steady(value.ng_ml) < steady(over_nadir * nadir.ng_ml):
            continue
        high.append(value)
        if _days(high[0], value) >= apart_days:
            return nadir, high[0], value
    return None


def rising_sequence(series: Sequence[Psa], *, rises: float, apart_days: float, start_ng_ml: float) -> Rise | None:
    """Find values that rise one after the other, some days apart, up to a value that lets a trial start (PCWG3).

    Parameters
    ----------
    rises : float
        How many rises after the first value.
    apart_days : float
        Least time between one value and the next [d]; a higher value in between is passed over.
    start_ng_ml : float
        What the last value reaches [ng/mL].
    """
    sequence: list[Psa] = []
    for value in series:
        if not sequence or value.ng_ml <= sequence[-1].ng_ml:
            sequence = [value]
        elif _days(sequence[-1], value) >= apart_days:
            sequence.append(value)
            if len(sequence) > rises and value.ng_ml >= start_ng_ml:
                return tuple(sequence)
    return None


def _days(first: Psa, second: Psa) -> int:
    return (second.on - first.on).days
