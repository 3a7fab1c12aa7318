"""What is a region's curve when planar views give its shape and one SPECT its height?

Overlap, background and attenuation lower or raise the planar activities of a region on all days alike, as far as they
stay the same; one SPECT takes that out.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import exp, log

from lutetia.errors import InputError

SAME_VISIT_H = 1.0
"""A SPECT within an hour before the first or after the last view is of the same visit."""


def scaled_to_spect(
    hours: Sequence[float], planar_mbq: Sequence[float], *, spect_hours: float, spect_mbq: float
) -> tuple[float, ...]:
    """Return planar activities times one factor, so that their curve goes through the SPECT.

    Parameters
    ----------
    hours, planar_mbq : sequence of float
        Times after administration, rising [h], and planar activities [MBq]; two or more.
    spect_hours, spect_mbq : float
        Time and activity of the region in the SPECT. Between two views the planar curve is taken as exponential.

    Raises
    ------
    InputError
        If the SPECT lies outside the views, a view has no activity, or times do not rise.
    """
    times, found = list(hours), list(planar_mbq)
    if len(times) != len(found) or len(times) < 2 or any(b <= a for a, b in pairwise(times)):
        raise InputError(
            "planar views", f"{len(times)} times and {len(found)} activities in this order", "give two or more by time"
        )
    if min(*found, spect_mbq) <= 0:
        raise InputError(
            "planar views", "an activity is not positive", "check background and region of that view, or leave it out"
        )
    if not times[0] - SAME_VISIT_H <= spect_hours <= times[-1] + SAME_VISIT_H:
        raise InputError(
            "planar views",
            f"the SPECT at {spect_hours:.1f} h lies outside the views from {times[0]:.1f} to {times[-1]:.1f} h",
            "take a view at the visit of the SPECT",
            "a curve is not continued to a time at which nothing was seen",
        )
    factor = spect_mbq / _between(times, found, spect_hours)
    return tuple(mbq * factor for mbq in found)


def _between(times: list[float], found: list[float], at: float) -> float:
    later = next((n for n, hours in enumerate(times) if hours >= at), len(times) - 1)
    later = max(later, 1)
    t0, t1 = times[later - 1], times[later]
    share = min(1.0, max(0.0, (at - t0) / (t1 - t0)))
    return exp((1 - share) * log(found[later - 1]) + share * log(found[later]))
