"""How did PSMA-positive disease respond by RECIP 1.0? From volumes and a reader's word on new lesions, or by reading.

The criterion speaks of the patient, never of one lesion: a new lesion alone is not progression, nor is a larger volume
alone. That a lesion is new is a reader's statement. It was validated for PET before and about 12 weeks after the start
of 177Lu-PSMA, and is investigational. The text of the erratum could not be obtained; the definition used here is the
one that its authors print on recip-criteria.com.

Sources: Gafita et al., J Nucl Med 2022;63:1651, erratum 2023;64:1503; visual: Gafita et al., Radiology
2023;308:e222148.
"""

from __future__ import annotations

from math import isfinite
from typing import Final, Literal

from lutetia.criteria.published import published
from lutetia.criteria.response_class import TABLE, Classified, ResponseClass, change_percent, signed, unsettled

NEW_LESIONS: Final = "a reader's statement whether there are new lesions"

Trend = Literal["none", "fallen", "same", "risen"]
"""What became of the volume: nothing is left, it fell enough, it did neither, it rose enough."""


def classify(baseline_ml: float | None, follow_up_ml: float | None, new_lesions: bool | None) -> Classified:
    """Classify by the change of the PSMA-positive volume of the whole body (quantitative RECIP 1.0).

    Parameters
    ----------
    baseline_ml, follow_up_ml : float or None
        Volume of all PSMA-positive disease, by one method and one tracer [mL]; None where it was not measured.
    new_lesions : bool or None
        Whether a reader found lesions that were not there before; None where nobody said.

    Returns
    -------
    Classified
        ``NE`` where the baseline showed no disease: no change of volume is defined.

    Raises
    ------
    ValueError
        If a volume is negative or no number.
    """
    if any(ml is not None and not (isfinite(ml) and ml >= 0) for ml in (baseline_ml, follow_up_ml)):
        raise ValueError("a volume is a number of mL, and not below 0")
    if baseline_ml is None or follow_up_ml is None:
        return _without_volumes(baseline_ml, follow_up_ml, new_lesions)
    if baseline_ml == 0:
        return Classified("NE", "no PSMA-positive volume at baseline: its change is not defined")
    change = change_percent(baseline_ml, follow_up_ml)
    return _joined(_trend(follow_up_ml, change), new_lesions, f"volume {signed(change)}")


def classify_visually(volume: Trend | None, new_lesions: bool | None) -> Classified:
    """Classify by what a reader says of the volume and of new lesions (visual RECIP 1.0).

    Parameters
    ----------
    volume : str or None
        ``none`` (no PSMA-positive disease is left), ``fallen``, ``same`` or ``risen``.
    """
    if volume is None:
        possible = _possible(("none", "fallen", "same", "risen"), new_lesions)
        return unsettled("the volume was not read", "a reader's statement on the change of volume", could_be=possible)
    return _joined(volume, new_lesions, "no uptake left" if volume == "none" else f"volume read as {volume}")


def _trend(follow_up_ml: float, change: float) -> Trend:
    numbers = published(TABLE)["RECIP"].values
    if follow_up_ml == 0:
        return "none"
    if change <= -numbers["fall_percent"]:
        return "fallen"
    return "risen" if change >= numbers["rise_percent"] else "same"


_CLASSES: Final[dict[tuple[Trend, bool], ResponseClass]] = {
    ("none", False): "CR",
    ("fallen", False): "PR",
    ("fallen", True): "SD",
    ("same", False): "SD",
    ("same", True): "SD",
    ("risen", False): "SD",
    ("risen", True): "PD",
}


def _joined(trend: Trend, new_lesions: bool | None, seen: str) -> Classified:
    if trend == "none" and new_lesions:
        told = f"{seen}, and a new lesion: the two contradict each other"
        return unsettled(told, "the follow-up reading again: no uptake is left, or there is a new lesion")
    possible = _possible((trend,), new_lesions)
    if len(possible) == 1:
        told = {True: ", new lesions", False: ", no new lesion", None: ", whatever new lesions there are"}[new_lesions]
        return Classified(possible[0], seen if trend == "none" else seen + told)
    return unsettled(seen, NEW_LESIONS, could_be=possible)


def _possible(trends: tuple[Trend, ...], new_lesions: bool | None) -> tuple[ResponseClass, ...]:
    """Return the classes that remain, best first."""
    answers = (True, False) if new_lesions is None else (new_lesions,)
    found = {_CLASSES[trend, new] for trend in trends for new in answers if (trend, new) in _CLASSES}
    order: tuple[ResponseClass, ...] = ("CR", "PR", "SD", "PD")
    return tuple(one for one in order if one in found)


def _without_volumes(baseline_ml: float | None, follow_up_ml: float | None, new_lesions: bool | None) -> Classified:
    if follow_up_ml == 0 and baseline_ml is None:
        return unsettled("no volume at follow-up, the baseline is not known", "PSMA-positive volume at baseline [mL]")
    needs = [
        f"PSMA-positive volume at {when} [mL]"
        for when, ml in (("baseline", baseline_ml), ("follow-up", follow_up_ml))
        if ml is None
    ]
    could_be = _possible(("none", "fallen", "same", "risen"), new_lesions)
    return unsettled("the volumes are not known", *needs, could_be=could_be)
