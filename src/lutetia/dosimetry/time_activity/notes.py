"""What does a reader have to know about a fitted curve?"""

from __future__ import annotations

from typing import Final

import numpy as np

from lutetia.dosimetry.time_activity.admission import ROUNDING, falling_rate
from lutetia.dosimetry.time_activity.choice import Chosen
from lutetia.dosimetry.time_activity.curve import after_mbq_h, tia_mbq_h
from lutetia.dosimetry.time_activity.models import FORMS, PARAMETERS, Curve, Data

TAIL_WORTH_A_NOTE: Final = 0.2
"""Lutetia's choice; 20 % is the customary limit of the extrapolated area in pharmacokinetics (EMA
CPMP/EWP/QWP/1401/98)."""
MISS_WORTH_A_NOTE: Final = 0.1
"""Lutetia's choice: a sample more than 10 % off its curve is pointed out."""
CHANGE_WORTH_A_NOTE: Final = 0.5
"""Lutetia's choice: changes of the integral below half a per cent by another model are not listed."""


def notes_on(data: Data, chosen: Chosen, residuals: tuple[float, ...], tail: float) -> list[str]:
    """Return the notes that are printed with a curve."""
    curve = chosen.curve
    notes = [_beginning(data, curve)]
    if tail > TAIL_WORTH_A_NOTE:
        notes.append(
            f"{tail:.0%} of the integral lies after the last scan ({data.hours[-1]:.0f} h) and is extrapolated."
        )
    worst = int(np.argmax(np.abs(residuals)))
    if abs(residuals[worst]) > MISS_WORTH_A_NOTE:
        notes.append(f"The curve misses the sample at {data.hours[worst]:.0f} h by {residuals[worst]:+.0%}.")
    if len(data.hours) > 1 and min(t.rate_per_h for t in curve.terms) <= data.decay_per_h * (1 + ROUNDING):
        rate = falling_rate(data.hours, data.mbq)
        notes.append(
            f"The samples alone fall with {rate:.5f} per h, physical decay with {data.decay_per_h:.5f}: the washout is "
            "indistinguishable from none, and physical decay is used."
        )
    if len(data.hours) == PARAMETERS.get(curve.model):
        notes.append(
            "There are as many samples as parameters: the curve passes through all of them and cannot be checked."
        )
    if chosen.tia_log_sigma is None:
        notes.append(
            "No uncertainty follows from the fit: none is stated for the samples, and none is left to estimate it."
        )
    return [*notes, *_changes(chosen)]


def _beginning(data: Data, curve: Curve) -> str:
    if curve.model == "model average":
        return "Before the first scan each model is continued back in its own way, and the average of them is taken."
    if curve.model not in FORMS or FORMS[curve.model].filled_by_uptake:
        return "The region is taken to be empty at administration and to fill with one rate."
    before = 1 - after_mbq_h(curve.terms, float(data.hours[0])) / tia_mbq_h(curve.terms)
    return (
        f"Uptake before the first scan ({data.hours[0]:.1f} h) is taken as immediate: the curve is continued back "
        f"to administration, which makes {before:.0%} of the integral."
    )


def _changes(chosen: Chosen) -> list[str]:
    """Say what taking another model would change."""
    listed = [
        f"{other.model} {other.changes_percent:+.0f} %"
        for other in chosen.compared()
        if other.describes and abs(other.changes_percent) >= CHANGE_WORTH_A_NOTE
    ]
    return [f"Another model that fits would change the integral: {', '.join(listed)}."] if listed else []
