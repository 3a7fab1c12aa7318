"""Did disease progress by the PSMA PET Progression criteria (PPP)? They define progression and nothing else.

Progression is any of: two new PSMA-positive distant lesions or more; one, with clinical or laboratory data that agree;
a lesion that grew or gained uptake by 30 % or more, with data that agree or confirmation within three months.

Source: Fanti, Hadaschik, Herrmann, J Nucl Med 2020;61:678.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lutetia.criteria.graded import Graded, Need, every, some
from lutetia.criteria.published import published
from lutetia.criteria.response_class import TABLE, change_percent, signed


class Growth(NamedTuple):
    """One lesion of the baseline, in one measure; None where it was not measured at both times.

    Attributes
    ----------
    measure : str
        In words, e.g. ``volume`` or ``SUVmax``.
    """

    lesion: str
    measure: str
    before: float | None
    now: float | None


def progressed(new_lesions: int | None, growth: Sequence[Growth], *, supported: bool | None) -> Graded:
    """Tell whether disease progressed.

    Parameters
    ----------
    new_lesions : int or None
        How many PSMA-positive distant lesions a reader calls new.
    growth : sequence of Growth
        The lesions of the baseline.
    supported : bool or None
        Whether clinical or laboratory data, a biopsy or other imaging within three months agree.
    """
    numbers = published(TABLE)["PPP"].values
    agree = Graded(supported, () if supported is not None else (Need("whether other data support progression"),))
    asked = () if new_lesions is not None else (Need("how many lesions are new"),)
    many = Graded(None if new_lesions is None else new_lesions >= numbers["many_new"], asked)
    one = Graded(None if new_lesions is None else new_lesions >= 1, asked)
    grown = _grown(growth, numbers["growth_percent"])
    found = some(many, every(one, agree), every(grown, agree))
    told = [f"{new_lesions} new lesions" if new_lesions != 1 else "1 new lesion"] if new_lesions is not None else []
    told += [grown.because] if grown.because else []
    told += [{True: "supported by other data", False: "not supported by other data"}[supported]] \
        if supported is not None else []  # fmt: skip
    return found._replace(because=", ".join(told))


def _grown(growth: Sequence[Growth], percent: float) -> Graded:
    """Tell whether one lesion grew enough; that none did needs all of them."""
    changed = [
        (f"{one.lesion} {one.measure}", change_percent(one.before, one.now))
        for one in growth
        if one.before and one.now is not None
    ]
    enough = [f"{name} {signed(change)}" for name, change in changed if change >= percent]
    if enough:
        return Graded(True, because=enough[0] + (f" and {len(enough) - 1} more" if len(enough) > 1 else ""))
    lacking = tuple(Need(one.measure, one.lesion) for one in growth if not one.before or one.now is None)
    if lacking or not growth:
        return Graded(None, lacking or (Need("size and uptake of the lesions, before and now"),))
    return Graded(False, because=f"no lesion grew by {percent:g} %")
