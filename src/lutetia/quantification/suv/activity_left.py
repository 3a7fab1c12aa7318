"""How much of the injected activity was left at the moment to which the values of a PET are corrected?

START: the activity is decayed to the start of the scan. ADMIN: the values are corrected to the administration, and the
activity stays as injected. NONE: every slice is related to the activity at its own acquisition, and the decay within
its frame is taken out: LT / (1 - exp(-LT)). Source: IBSI manual for SUV computation, Radiopharmaceutical dose.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from math import exp, log
from typing import Final

from lutetia.provenance import Citation
from lutetia.quantification.decay import mean_over_acquisition
from lutetia.quantification.suv import sources
from lutetia.quantification.suv.body import SuvError
from lutetia.quantification.suv.facts import HEADER, STATED, SuvFacts
from lutetia.quantification.suv.reference_time import start_of
from lutetia.reference.positron_emitter import (
    PLAUSIBLE_INJECTED_MBQ,
    POSITRON_EMITTERS,
    PositronEmitter,
    of_half_life,
    positron_emitter,
    same_half_life,
)

MOST_HALF_LIVES: Final = 10.0

FACTOR_WITHIN: Final = 0.02
"""Start and middle of a scan, and two spellings of a half-life, differ in a decay factor by less than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """The activity that an uptake value is related to.

    Attributes
    ----------
    name, said : str
        The rule, and the divisor, in words.
    per_becquerel : tuple of float
        Uptake per gram and Bq/mL: the reciprocal of the activity left [1/Bq]; one, or one for each slice.
    reference_at : datetime or None
        None where every slice has its own.
    reference_told_by : str
        Which witness told it.
    half_life_s : float
        Used [s]; ``half_life_from`` says whose.
    """

    name: str
    said: str
    per_becquerel: tuple[float, ...]
    reference_at: datetime | None
    reference_told_by: str
    uptake_time_min: float | None
    half_life_s: float
    citations: tuple[Citation, ...]
    half_life_from: str = ""
    notes: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()


def activity_left(facts: SuvFacts) -> Left:
    """Return the activity that the values of a series are related to.

    Raises
    ------
    SuvError
        If activity, its time, half-life or decay correction is missing, impossible or contradicted.
    """
    injected_bq = _injected_mbq(facts) * 1e6
    half_life_s, half_life_from, notes = _half_life(facts)
    given_at = facts.administered_at
    if given_at is None:
        raise _missing(facts, "the time of the injection (RadiopharmaceuticalStartDateTime)", "injected_at")
    if facts.decay_correction is None:
        raise SuvError(
            facts.where,
            "to which moment the values are corrected for decay is not known (DecayCorrection)",
            "state 'decay: START', 'ADMIN' or 'NONE' for this PET in the course",
            "the answer changes every uptake value",
        )
    make = {"START": _at_start, "ADMIN": _as_injected, "NONE": _slice_by_slice}[facts.decay_correction]
    left = make(facts, injected_bq, given_at, half_life_s)
    return replace(left, half_life_from=half_life_from, notes=(*notes, *left.notes))


def _at_start(facts: SuvFacts, injected_bq: float, given_at: datetime, half_life_s: float) -> Left:
    reference = start_of(facts, half_life_s)
    minutes = _interval_min(facts, given_at, reference.at, half_life_s)
    _refuse_factors_of_another_time(facts, exp(log(2) * minutes * 60 / half_life_s))
    left_bq = injected_bq * exp(-log(2) * minutes * 60 / half_life_s)
    return Left(
        name=f"START by {reference.told_by}",
        said=f"activity left at the start of the scan, {left_bq / 1e6:.3f} MBq ({minutes:.2f} min after injection)",
        per_becquerel=(1 / left_bq,),
        reference_at=reference.at,
        reference_told_by=reference.told_by,
        uptake_time_min=minutes,
        half_life_s=half_life_s,
        citations=(sources.IBSI_DECAY, *((reference.citation,) if reference.citation else ())),
        notes=reference.notes,
        cautions=reference.cautions,
    )


def _refuse_factors_of_another_time(facts: SuvFacts, to_injection: float) -> None:
    """Refuse values said to be corrected to the start whose factors are those of a correction to the injection."""
    lowest = min(facts.decay_factors, default=1.0)
    if facts.origins.get("decay_correction") == STATED or lowest - 1 < FACTOR_WITHIN:
        return
    if abs(lowest / to_injection - 1) < FACTOR_WITHIN:
        raise SuvError(
            facts.where,
            f"DecayCorrection is START, and DecayFactor {lowest:.4g} is that of a correction to the injection",
            "state 'decay: START' or 'decay: ADMIN' for this PET in the course",
            f"every uptake value depends on it by a factor of {to_injection:.3g}",
        )


def _as_injected(facts: SuvFacts, injected_bq: float, given_at: datetime, half_life_s: float) -> Left:
    first = facts.first_acquired_at or facts.series_at
    if first is not None:
        _interval_min(facts, given_at, first, half_life_s)
    return Left(
        name="ADMIN",
        said=f"activity as injected, {injected_bq / 1e6:.3f} MBq",
        per_becquerel=(1 / injected_bq,),
        reference_at=given_at,
        reference_told_by="the injection, to which the values are corrected",
        uptake_time_min=None,
        half_life_s=half_life_s,
        citations=(sources.IBSI_DECAY, sources.STANDARD),
        cautions=tuple(_admin_doubt(facts, given_at, half_life_s)),
    )


def _admin_doubt(facts: SuvFacts, given_at: datetime, half_life_s: float) -> Iterator[str]:
    """Say where the factors do not show the correction that DecayCorrection claims."""
    first = facts.first_acquired_at
    if first is None or not facts.decay_factors:
        return
    expected = exp(log(2) * (first - given_at).total_seconds() / half_life_s)
    if abs(min(facts.decay_factors) / expected - 1) > FACTOR_WITHIN:
        yield (
            f"DecayFactor is {min(facts.decay_factors):.4g}, where a correction to the injection multiplies by "
            f"{expected:.4g}: DecayCorrection is believed, as the manual has it; were it wrong, every uptake value "
            f"would be {expected - 1:+.1%}"
        )


def _slice_by_slice(facts: SuvFacts, injected_bq: float, given_at: datetime, half_life_s: float) -> Left:
    _refuse_beds_at_one_time(facts)
    per_becquerel, minutes = [], []
    for one in facts.slices:
        if one.acquired_at is None or not one.duration_s or one.duration_s <= 0:
            raise SuvError(
                facts.where,
                "DecayCorrection is NONE, and a slice does not say when and how long it was acquired",
                "export the reconstruction with decay correction",
                "slices that decayed apart cannot be compared",
            )
        after_min = _interval_min(facts, given_at, one.acquired_at, half_life_s)
        left_bq = injected_bq * exp(-log(2) * after_min * 60 / half_life_s)
        per_becquerel.append(1 / (left_bq * mean_over_acquisition(one.duration_s, half_life_s / 3600)))
        minutes.append(after_min)
    if not per_becquerel:
        raise _missing(facts, "when each slice was acquired", "decay")
    first, last = min(minutes), max(minutes)
    return Left(
        name="NONE, slice by slice",
        said=f"mean activity during each frame ({first:.1f} to {last:.1f} min after injection)",
        per_becquerel=tuple(per_becquerel),
        reference_at=None,
        reference_told_by="each slice's own acquisition",
        uptake_time_min=first,
        half_life_s=half_life_s,
        citations=(sources.IBSI_DECAY,),
    )


def _refuse_beds_at_one_time(facts: SuvFacts) -> None:
    times = {one.acquired_at for one in facts.slices}
    references = {one.frame_reference_s for one in facts.slices}
    if len(times) == 1 and len(references) > 1:
        raise SuvError(
            facts.where,
            f"DecayCorrection is NONE, and slices of {len(references)} frame reference times have one acquisition time",
            "export the reconstruction with decay correction",
            "when each bed was acquired cannot be told",
        )


def _injected_mbq(facts: SuvFacts) -> float:
    injected = facts.administered_mbq
    if injected is None:
        raise _missing(facts, "the activity injected (RadionuclideTotalDose)", "injected")
    low, high = PLAUSIBLE_INJECTED_MBQ
    if not low <= injected <= high:
        raise SuvError(
            facts.where,
            f"the activity injected would be {injected:g} MBq, outside {low:g} to {high:g} MBq",
            "state 'injected' for this PET in the course",
            "RadionuclideTotalDose is in Bq in PET; another unit is not guessed from the size of the number",
        )
    return injected


def _half_life(facts: SuvFacts) -> tuple[float, str, tuple[str, ...]]:
    """Return the half-life [s] and whose it is; header and nuclide must agree, and one of them must be there."""
    known, stated = positron_emitter(facts.nuclide), facts.half_life_s
    if facts.nuclide is not None and known is None:
        raise SuvError(
            facts.where,
            f"the nuclide is {facts.nuclide}, which is none of PET ({', '.join(n.name for n in POSITRON_EMITTERS)})",
            "give a PET; a SPECT that is stored as PET has no uptake values here",
            "half-life and meaning of such an image cannot be checked",
        )
    if stated is None:
        if known is None:
            raise _missing(facts, "the half-life (RadionuclideHalfLife), or a nuclide that has one,", "tracer")
        note = f"the header has no half-life; that of {known.name} is taken from {known.source.title}"
        return known.half_life_s, f"{known.name}, {known.source.title}", (note,)
    if not stated > 0:
        raise _missing(facts, f"the half-life ({stated:g} s)", "tracer")
    if known is not None and not same_half_life(stated, known):
        raise SuvError(
            facts.where,
            f"RadionuclideHalfLife is {stated:g} s, and the nuclide is {known.name} ({known.half_life_s:g} s)",
            "correct the header at the source, or state the tracer of this PET in the course",
            "one of the two is wrong",
        )
    notes = _told_by_half_life(facts, of_half_life(stated)) if known is None else ()
    return stated, facts.origins.get("half_life_s", HEADER), notes


def _told_by_half_life(facts: SuvFacts, nuclide: PositronEmitter | None) -> tuple[str, ...]:
    if nuclide is None:
        raise SuvError(
            facts.where,
            f"no nuclide is named, and RadionuclideHalfLife, {facts.half_life_s:g} s, is that of no nuclide of PET",
            "state the tracer of this PET in the course",
            "a half-life in another unit, or of a nuclide that emits no positrons",
        )
    return (f"the header names no nuclide; its half-life of {facts.half_life_s:g} s is that of {nuclide.name}",)


def _interval_min(facts: SuvFacts, given_at: datetime, reference_at: datetime, half_life_s: float) -> float:
    seconds = (reference_at - given_at).total_seconds()
    if seconds < 0:
        raise SuvError(
            facts.where,
            f"the scan lies {-seconds / 60:.1f} min before the injection",
            "state 'injected_at' and 'corrected_to' for this PET in the course",
            "dates or times were mistyped, or shifted by de-identification",
        )
    if seconds > MOST_HALF_LIVES * half_life_s:
        raise SuvError(
            facts.where,
            f"the scan lies {seconds / 3600:.1f} h, more than ten half-lives, after the injection",
            "state 'injected_at' and 'corrected_to' for this PET in the course",
            "nothing would be left to see; dates may have been shifted by de-identification",
        )
    return seconds / 60


def _missing(facts: SuvFacts, what: str, field: str) -> SuvError:
    doubt = facts.doubts.get(field)
    return SuvError(
        facts.where,
        f"{what} is not known" + (f": {doubt}" if doubt else ""),
        f"state '{field}' for this PET in the course",
        "no uptake value can be had without it",
    )
