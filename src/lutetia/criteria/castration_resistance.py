"""Is the disease castration-resistant? By the joint EANM/SNMMI guideline, by PCWG3, and for entry into a trial.

Three answers, never one: they differ in how PSA must rise, in how long it is watched, and in what imaging counts. The
numbers are arguments; those published stand in ``published.yaml`` with version, source and place. A rise that the
record does not show may exist, so a series without one leaves the question open and never denies it.

Sources: Kratochwil et al., Eur J Nucl Med Mol Imaging 2023;50:2830, Definitions, 4; Scher et al., J Clin Oncol
2016;34:1402 (PCWG3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from lutetia.criteria.graded import Graded, Need, every, some
from lutetia.criteria.interval import Interval, steady


class Psa(NamedTuple):
    """One PSA value [ng/mL]."""

    on: date
    ng_ml: float


Rise = tuple[Psa, ...]
"""The values that show a rise, in their order: the lowest or first one, and those above it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progression:
    """What is known of a man under hormonal treatment.

    Attributes
    ----------
    suppressed : bool or None
        Whether testosterone is suppressed, by drugs or orchiectomy.
    testosterone_ng_dl : Interval or None
        The latest value [ng/dL].
    psa : sequence of Psa
        Oldest first.
    on_imaging : bool or None
        New lesions (guideline), or radiographic progression (PCWG3).
    """

    suppressed: bool | None = None
    testosterone_ng_dl: Interval | None = None
    psa: Sequence[Psa] = ()
    on_imaging: bool | None = None


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


def castrate(known: Progression, *, below_ng_dl: float) -> Graded:
    """Tell whether testosterone is suppressed, and lies below the castration level [ng/dL]."""
    level = known.testosterone_ng_dl
    low = None if level is None else level.below(Interval.point(below_ng_dl))
    suppressed = Graded(known.suppressed, () if known.suppressed is not None else (Need("how it is suppressed"),))
    return every(suppressed, Graded(low, () if low is not None else (Need("testosterone"),)))


def resistant(known: Progression, rise: Rise | None, *, below_ng_dl: float) -> Graded:
    """Tell whether the disease progressed, by a rise that was looked for or on imaging, while testosterone was low.

    Parameters
    ----------
    rise : tuple of Psa or None
        What :func:`two_rises`, :func:`confirmed_rise` or :func:`rising_sequence` found.
    """
    shown = Graded(known.on_imaging, () if known.on_imaging is not None else (Need("progression on imaging"),))
    by_psa = Graded(True) if rise is not None else Graded(None, (Need("earlier PSA values"),))
    return every(castrate(known, below_ng_dl=below_ng_dl), some(shown, by_psa))


def by_guideline(known: Progression, *, below_ng_dl: float, over_nadir: float, apart_days: float) -> Graded:
    """Tell whether the disease is castration-resistant by the guideline's definition."""
    rise = two_rises(known.psa, over_nadir=over_nadir, apart_days=apart_days)
    return resistant(known, rise, below_ng_dl=below_ng_dl)


def by_pcwg3(
    known: Progression, *, below_ng_dl: float, over_nadir: float, least_rise_ng_ml: float, apart_days: float
) -> Graded:
    """Tell whether the disease is castration-resistant by PSA or radiographic progression as PCWG3 defines them."""
    rise = confirmed_rise(known.psa, over_nadir=over_nadir, least_rise_ng_ml=least_rise_ng_ml, apart_days=apart_days)
    return resistant(known, rise, below_ng_dl=below_ng_dl)


def for_entry_by_pcwg3(
    known: Progression, *, below_ng_dl: float, rises: float, apart_days: float, start_ng_ml: float
) -> Graded:
    """Tell whether progression would have let a trial start by PCWG3's criteria of entry."""
    rise = rising_sequence(known.psa, rises=rises, apart_days=apart_days, start_ng_ml=start_ng_ml)
    return resistant(known, rise, below_ng_dl=below_ng_dl)
