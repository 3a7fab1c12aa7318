"""How likely is significant cancer in the prostate by the PRIMARY score (1 to 5) of PSMA PET before prostatectomy?

Source: Emmett et al., J Nucl Med 2022;63:1644, table 2 (PMC9635676).
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from lutetia.criteria.published import published
from lutetia.criteria.response_class import TABLE

Pattern = Literal["none", "diffuse", "focal-transition", "focal-peripheral"]


class Primary(NamedTuple):
    """The score; None with what it needs, or why it does not apply."""

    score: Literal[1, 2, 3, 4, 5] | None
    why: str = ""


_SCORES: Final[dict[Pattern, Literal[1, 2, 3, 4]]] = {
    "none": 1,
    "diffuse": 2,
    "focal-transition": 3,
    "focal-peripheral": 4,
}


def primary_score(pattern: Pattern | None, suv_max: float | None, *, prostatectomy: bool | None) -> Primary:
    """Score the prostate by the pattern that a reader states and its SUVmax.

    Parameters
    ----------
    pattern : str or None
    suv_max : float or None
        Of the prostate.
    prostatectomy : bool or None
        Whether the prostate was removed: then there is no score.
    """
    if prostatectomy is not False:
        return Primary(None, "no score after prostatectomy" if prostatectomy else "whether the prostate was removed")
    if suv_max is not None and suv_max > published(TABLE)["PRIMARY"].values["bright_suv_max"]:
        return Primary(5)
    if suv_max is None or pattern is None:
        return Primary(None, "SUVmax of the prostate" if suv_max is None else "the pattern, as read")
    return Primary(_SCORES[pattern])
