"""How much was there at the scan, when the header speaks of another time?

Inside Lutetia an image shows the activity as it was when the scan started; an image that was decay-corrected to the
administration is brought back. Sources: DICOM PS3.3 C.8.9.1 (Decay Correction); 2**(-t/T).
"""

from __future__ import annotations

from math import exp, expm1, isfinite, log
from typing import Literal

from lutetia.errors import InputError
from lutetia.volume import Volume

DecayState = Literal["as-acquired", "to-administration"]


def decay_factor(hours: float, half_life_h: float) -> float:
    """Return the part of an activity that is left after a time [h]."""
    return exp(-log(2) * hours / half_life_h)


def mean_over_acquisition(duration_s: float, half_life_h: float) -> float:
    """Return the mean activity during an acquisition [s] relative to that at its start: (1 - exp(-LT)) / LT."""
    turned = log(2) * duration_s / 3600 / half_life_h
    return -expm1(-turned) / turned


def activity_at_scan(
    volume: Volume, *, hours_since_administration: float, half_life_h: float, state: DecayState
) -> Volume:
    """Return an image of activity as it was at the start of the scan.

    Parameters
    ----------
    volume : Volume
        Activity concentration [Bq/mL].
    hours_since_administration : float
        Start of the scan after the start of administration, positive [h].
    half_life_h : float
        Physical half-life [h].
    state : str
        ``as-acquired``: unchanged. ``to-administration``: decayed from the administration to the scan.

    Raises
    ------
    InputError
        If the scan does not lie after the administration.
    """
    if volume.unit != "Bq/mL":
        raise ValueError(f"activity in Bq/mL is needed, not {volume.unit}")
    if not (isfinite(hours_since_administration) and hours_since_administration > 0):
        raise InputError(
            "SPECT series",
            f"it lies {hours_since_administration:.2f} h after the administration",
            "check the times of administration and scan, and their time zones",
        )
    if state == "as-acquired":
        return volume
    if state == "to-administration":
        return volume.with_values(volume.values * decay_factor(hours_since_administration, half_life_h))
    raise ValueError(f"a decay state is 'as-acquired' or 'to-administration', not {state!r}")
