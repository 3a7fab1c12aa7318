"""How did measurable disease respond by RECIST 1.1? From the sum of the targets, other disease, and new lesions.

Bone disease of prostate cancer is judged by PCWG3 instead (:mod:`lutetia.criteria.pcwg3`).

Source: Eisenhauer et al., Eur J Cancer 2009;45:228.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from lutetia.criteria.interval import steady
from lutetia.criteria.published import published
from lutetia.criteria.response_class import (
    TABLE,
    Classified,
    ResponseClass,
    change_percent,
    signed,
    unsettled,
)

NonTarget = Literal["absent", "gone", "present", "progressed"]


class Targets(NamedTuple):
    """What one examination says; None where it was not said.

    Attributes
    ----------
    sum_mm : float or None
        Sum of the diameters of the targets, nodes by their short axis [mm].
    gone : bool
        Whether the reader says that no target is left and every target node is below 10 mm; a sum of 0 says so too.
    non_target : str or None
        Other disease: ``absent`` from the beginning, ``gone``, ``present`` or ``progressed``.
    new_lesions : bool or None
    """

    sum_mm: float | None
    gone: bool = False
    non_target: NonTarget | None = None
    new_lesions: bool | None = None


def classify(baseline_mm: float | None, since: Sequence[Targets]) -> Classified:
    """Classify the latest examination.

    Parameters
    ----------
    baseline_mm : float or None
        Sum of the targets before treatment [mm].
    since : sequence of Targets
        Under treatment, oldest first; the smallest sum so far is what progression is measured from.

    Raises
    ------
    ValueError
        If there is no examination under treatment.
    """
    if not since:
        raise ValueError("nothing was examined under treatment")
    latest = since[-1]
    if latest.new_lesions:
        return Classified("PD", "new lesions")
    if latest.non_target == "progressed":
        return Classified("PD", "other disease progressed beyond doubt")
    target = _targets(baseline_mm, since)
    if target.response == "PD" or (target.response is None and not target.could_be):
        return target
    return _with_the_rest(target, latest)


def _targets(baseline_mm: float | None, since: Sequence[Targets]) -> Classified:
    numbers = published(TABLE)["RECIST"].values
    latest = since[-1]
    if latest.gone or (baseline_mm and latest.sum_mm == 0):
        return Classified("CR", "no target is left")
    if not baseline_mm or latest.sum_mm is None:
        missing = [
            f"sum of the target diameters {when} [mm]"
            for when, known in (("at baseline", bool(baseline_mm)), ("now", latest.sum_mm is not None))
            if not known
        ]
        return unsettled("the sums of the targets are not known", *missing)
    change = change_percent(baseline_mm, latest.sum_mm)
    smallest = min([baseline_mm, *(one.sum_mm for one in since[:-1] if one.sum_mm is not None)])
    grown = steady(latest.sum_mm - smallest)
    over = change_percent(smallest, latest.sum_mm) if smallest else 100.0
    if over >= numbers["rise_percent"] and grown >= numbers["least_rise_mm"]:
        return Classified("PD", f"targets {signed(over)} and {grown:g} mm over their smallest sum")
    shown = f"targets {signed(change)} since baseline"
    return Classified("PR" if change <= -numbers["fall_percent"] else "SD", shown)


_BEST_FIRST: Final[tuple[ResponseClass, ...]] = ("CR", "PR", "SD", "PD")


def _with_the_rest(target: Classified, latest: Targets) -> Classified:
    could_be = set[ResponseClass]()
    needs: list[str] = []
    settled = target.response
    if target.response == "CR" and latest.non_target == "present":
        settled = "PR"
    if settled is None:
        return target
    could_be.add(settled)
    if latest.non_target is None:
        needs.append("what became of disease beside the targets")
        could_be |= {"PR", "PD"} if settled == "CR" else {"PD"}
    if latest.new_lesions is None:
        needs.append("a reader's statement whether there are new lesions")
        could_be.add("PD")
    if needs:
        return unsettled(target.because, *needs, could_be=tuple(one for one in _BEST_FIRST if one in could_be))
    rest = ", other disease still present" if settled != target.response else ""
    return Classified(settled, f"{target.because}, no new lesion{rest}")
