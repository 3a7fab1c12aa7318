"""From the values of a PET to uptake values, and whether they can be true of one injection."""

from __future__ import annotations

from typing import Final

import numpy as np

from lutetia.errors import RefusedError
from lutetia.quantification.suv.rule import SuvRule
from lutetia.volume import Volume

IMPOSSIBLE_SHARE: Final = 1.5
"""An image shows at most what was injected; calibration and noise do not add half as much again."""

DOUBTFUL_SHARE: Final = 1.1


class ImpossibleUptakeError(RefusedError):
    """The uptake values of an image add up to more than was injected."""


def to_suv(values: Volume, rule: SuvRule) -> Volume:
    """Return the uptake values of a series.

    Parameters
    ----------
    values : Volume
        Rescaled values of the series the rule was made for.
    rule : SuvRule

    Raises
    ------
    ImpossibleUptakeError
        If the image would hold far more activity than was injected.
    """
    slices = values.geometry.shape[0]
    if len(rule.factors) not in {1, slices}:
        raise ValueError(f"a rule for {len(rule.factors)} slices does not fit a volume of {slices}")
    factors = np.asarray(rule.factors, dtype=np.float32)[:, None, None]
    suv = values.with_values(values.values * factors, rule.unit)
    share = share_in_view(suv, rule)
    if share is not None and share > IMPOSSIBLE_SHARE:
        raise ImpossibleUptakeError(
            rule.where,
            f"the image holds {share:.3g} times the activity injected, as header or course state it",
            "state activity, its time and the weight for this PET in the course",
            "one of them, or the scale of the image, is wrong",
        )
    return suv


def share_in_view(suv: Volume, rule: SuvRule) -> float | None:
    """Return the part of the injected activity that the image shows; None where the body is not known.

    The sum of uptake times volume, over what uptake is related to: it needs no decay and no time.
    """
    return None if rule.term is None else suv.total() / rule.term.value
