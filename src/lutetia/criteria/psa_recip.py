"""What do PSA and RECIP say together? A composite, and openly where one says response and the other progression.

Source: Gafita et al., J Nucl Med 2022;63:1651 (PSA + RECIP); its wording was checked in what others write of it only.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from lutetia.criteria.interval import Interval
from lutetia.criteria.psa_series import at_least
from lutetia.criteria.published import published
from lutetia.criteria.response_class import TABLE, Classified

Composite = Literal["response", "stable", "progression", "discordant"]


class PsaAndRecip(NamedTuple):
    """The composite and its two parts.

    Attributes
    ----------
    together : str or None
        ``discordant`` where one part says response and the other progression: no answer is made of that. None where
        what is known leaves it open.
    psa : str or None
        ``response``, ``stable``, ``progression``; None where it is not known.
    recip : str or None
        Likewise, read off the class.
    """

    together: Composite | None
    psa: Literal["response", "stable", "progression"] | None
    recip: Literal["response", "stable", "progression"] | None


def composite(psa_percent: Interval | None, recip: Classified) -> PsaAndRecip:
    """Join the change of PSA since baseline [%], at the time of the imaging, with the class by RECIP."""
    psa, image = _by_psa(psa_percent), _by_recip(recip)
    parts = {psa, image}
    if {"response", "progression"} <= parts:
        return PsaAndRecip("discordant", psa, image)
    if None in parts:
        return PsaAndRecip(None, psa, image)
    return PsaAndRecip(
        "response" if "response" in parts else "progression" if "progression" in parts else "stable", psa, image
    )


def _by_psa(percent: Interval | None) -> Literal["response", "stable", "progression"] | None:
    if percent is None:
        return None
    numbers = published(TABLE)["PSA + RECIP"].values
    fell = at_least(Interval.point(-numbers["fall_percent"]), percent)
    rose = at_least(percent, Interval.point(numbers["rise_percent"]))
    if fell or rose:
        return "response" if fell else "progression"
    return None if None in (fell, rose) else "stable"


def _by_recip(recip: Classified) -> Literal["response", "stable", "progression"] | None:
    if recip.response in ("CR", "PR"):
        return "response"
    if recip.response == "PD":
        return "progression"
    return "stable" if recip.response == "SD" else None
