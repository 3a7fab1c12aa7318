"""From two PET to what became of the disease: measured, aligned, compared, read."""

from __future__ import annotations

from lutetia.quantification.alignment import Alignment, align
from lutetia.response.disease import compare_volumes, measure_disease
from lutetia.response.pair import Pair, compare
from lutetia.response.pet import PsmaPet
from lutetia.response.reading import answered, read_by
from lutetia.response.reading_file import Reading
from lutetia.response.segmenter import Segmenter


def measure_pair(
    baseline: PsmaPet,
    follow_up: PsmaPet,
    *,
    by: Segmenter | None = None,
    readings: tuple[Reading | None, Reading | None] = (None, None),
) -> Pair:
    """Measure two PET by one method, lay one on the other, and compare.

    Parameters
    ----------
    baseline, follow_up : PsmaPet
        Each in its own frame of reference.
    by : Segmenter, optional
        A fixed threshold of SUV 3 without it.
    readings : tuple of (Reading or None)
        Of the two PET.

    Raises
    ------
    lutetia.quantification.segmentation.DifferentMethodsError
        If organs were drawn on one of the two only, or the tracers differ or are not stated.
    lutetia.errors.RefusedError
        If the two cannot be aligned.
    """
    days = [measure_disease(pet, by=by) for pet in (baseline, follow_up)]
    for n, reading in enumerate(readings):
        if reading is not None:
            days[n] = read_by(days[n], reading)
    compare_volumes(days[0], days[1])  # refused before the work of aligning
    found = aligned(baseline, follow_up)
    pair = compare(days[0], days[1], motion=found.motion, alignment=found)
    return pair if readings[1] is None else answered(pair, readings[1])


def aligned(baseline: PsmaPet, follow_up: PsmaPet) -> Alignment:
    """Return how the follow-up lies to the baseline: by CT where both have one, else by PET."""
    where = f"alignment of {follow_up.name} with {baseline.name}"
    if baseline.ct is not None and follow_up.ct is not None:
        return align(baseline.ct, follow_up.ct, where=where)
    return align(baseline.suv, follow_up.suv, where=where)
