"""To which moment are the values of a PET corrected for decay, when the header says START?

Headers have up to four witnesses. QIBA takes the series time unless it is later than the acquisition, as it is after
processing; then GE's private start of the scan. The IBSI manual computes the start back from the acquisition time, the
frame reference time and the mean count time of the frame, slice by slice. That holds only where all slices give the
same start: GE writes one acquisition time on every bed. The earliest acquisition time comes last. Witnesses that were
not chosen are compared with the chosen one, and said where the choice changes the uptake by more than 0.5 %.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, expm1, log
from typing import Final

from lutetia.provenance import Citation
from lutetia.quantification.suv import sources
from lutetia.quantification.suv.body import SuvError
from lutetia.quantification.suv.facts import STATED, SuvFacts

WORTH_SAYING: Final = 0.005
"""Part of the uptake value by which two published rules may differ without a word."""

CLOCKS_WITHIN: Final = timedelta(seconds=1)
"""Times are written to the second by some systems and in fractions by others."""

LONGEST_BEFORE: Final = timedelta(hours=3)
"""No PET runs longer between its start and the first slice of a part of it."""

ONE_START_WITHIN_S: Final = 30.0
"""Starts computed back from several slices are one start when they differ by less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceTime:
    """The moment to which all values are corrected.

    Attributes
    ----------
    told_by : str
        Which witness was taken, and why.
    citation : Citation or None
        None where a person stated it.
    notes, cautions : tuple of str
    """

    at: datetime
    told_by: str
    citation: Citation | None
    notes: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Witness:
    """A time that could be the reference, and whether it may be taken."""

    name: str
    at: datetime
    citation: Citation
    usable: bool


def mean_count_time_s(duration_s: float, half_life_s: float) -> float:
    """Return after how long a decaying source has its mean count rate of a frame [s]."""
    turned = log(2) * duration_s / half_life_s
    return log(turned / -expm1(-turned)) * half_life_s / log(2)


def start_of(facts: SuvFacts, half_life_s: float) -> ReferenceTime:
    """Return the start to which a PET with decay correction START is corrected.

    Raises
    ------
    SuvError
        If nothing in the header tells it.
    """
    if facts.stated_reference_at is not None:
        cautions = tuple(_differing(facts.stated_reference_at, list(_witnesses(facts, half_life_s)), half_life_s))
        return ReferenceTime(at=facts.stated_reference_at, told_by=STATED, citation=None, cautions=cautions)
    witnesses = list(_witnesses(facts, half_life_s))
    chosen = next((one for one in witnesses if one.usable), None)
    if chosen is None:
        raise SuvError(
            facts.where,
            "neither series time nor acquisition time says when the scan began",
            "state 'corrected_to' for this PET in the course",
            "the activity left in the patient at the scan cannot be computed",
        )
    others = [one for one in witnesses if one is not chosen]
    return ReferenceTime(
        at=chosen.at,
        told_by=chosen.name,
        citation=chosen.citation,
        notes=tuple(_spread(facts, half_life_s)),
        cautions=(*_unchecked(facts, chosen), *_differing(chosen.at, others, half_life_s)),
    )


def _witnesses(facts: SuvFacts, half_life_s: float) -> Iterator[_Witness]:
    """Yield the witnesses in the order in which they are believed."""
    first = facts.first_acquired_at
    if facts.series_at is not None:
        yield _Witness("series time", facts.series_at, sources.QIBA, _before(facts.series_at, first))
    if facts.vendor_scan_at is not None:
        usable = first is not None and _before(facts.vendor_scan_at, first)
        yield _Witness("GE's private start of the scan (0009,100D)", facts.vendor_scan_at, sources.QIBA, usable)
    starts = _computed_back(facts, half_life_s)
    if starts and _one(starts):
        name = "start computed back from acquisition time, frame reference time and frame length"
        yield _Witness(name, min(starts), sources.IBSI_DECAY, usable=True)
    if first is not None:
        yield _Witness("earliest acquisition time", first, sources.QIBA, usable=True)
    if facts.vendor_decay_at is not None:
        name = "Siemens' private time of decay correction (0071,1022)"
        yield _Witness(name, facts.vendor_decay_at, sources.IBSI_DECAY, usable=False)


def _before(at: datetime, first: datetime | None) -> bool:
    """Tell whether a start can be that of the first slice: not later, and not hours earlier."""
    return first is None or -CLOCKS_WITHIN <= first - at <= LONGEST_BEFORE


def _computed_back(facts: SuvFacts, half_life_s: float) -> list[datetime]:
    """Return the start that each slice gives, without those at one time; empty where a slice does not say."""
    told = {(one.acquired_at, one.frame_reference_s, one.duration_s) for one in facts.slices}
    starts = []
    for acquired_at, frame_reference_s, duration_s in told:
        if acquired_at is None or frame_reference_s is None or not duration_s or duration_s <= 0:
            return []
        mean_s = mean_count_time_s(duration_s, half_life_s)
        starts.append(acquired_at + timedelta(seconds=mean_s - frame_reference_s))
    return starts


def _one(starts: list[datetime]) -> bool:
    return (max(starts) - min(starts)).total_seconds() <= ONE_START_WITHIN_S


def _spread(facts: SuvFacts, half_life_s: float) -> Iterator[str]:
    starts = _computed_back(facts, half_life_s)
    if starts and not _one(starts):
        minutes = (max(starts) - min(starts)).total_seconds() / 60
        yield (
            f"computed back from their frame reference times, the slices would have begun up to {minutes:.0f} min "
            "apart, as on systems that write one acquisition time on every bed: that rule does not hold here"
        )


def _unchecked(facts: SuvFacts, chosen: _Witness) -> Iterator[str]:
    if facts.first_acquired_at is None:
        yield f"no acquisition time with its date is given, so the {chosen.name} could not be checked against it"
    elif facts.series_at is not None and facts.series_at - facts.first_acquired_at > CLOCKS_WITHIN:
        yield "the series time lies after the acquisition, as after processing, and is not used"


def _differing(at: datetime, others: list[_Witness], half_life_s: float) -> Iterator[str]:
    for other in others:
        later_s = (other.at - at).total_seconds()
        if abs(later_s) > 10 * half_life_s:
            yield f"{other.name} lies {later_s / 3600:+.1f} h away and cannot be of this scan"
            continue
        change = exp(log(2) * later_s / half_life_s) - 1
        if abs(change) > WORTH_SAYING:
            yield (
                f"{other.name} lies {abs(later_s) / 60:.1f} min {'after' if later_s > 0 else 'before'} the time taken; "
                f"with it every uptake value would be {change:+.1%}"
            )
