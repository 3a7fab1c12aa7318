"""How does the uptake of a lesion compare with that of a healthy organ, and does the organ still serve?

A ratio of two uptakes of one image depends less on scanner and calibration than either, and takes on the variability of
the organ. Which organ depends on the tracer. With much disease the organs lose uptake to it (tumour sink), and their
order, blood pool below liver or spleen below parotid, may break: then no ratio to them means what it does elsewhere.
What a ratio says about selection is not said here. Sources: PROMISE V2 (Seifert et al., Eur Urol 2023;83:405); Gafita
et al., J Nucl Med 2022, doi:10.2967/jnumed.121.261906 (tumour sink).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from lutetia.errors import InputError
from lutetia.quantification.uptake import Uptake


@dataclass(frozen=True, slots=True, kw_only=True)
class UptakeRatio:
    """Uptake of a lesion over that of an organ.

    Attributes
    ----------
    lesion, organ : str
    mean : float
        Mean of the lesion over mean of the organ.
    maximum : float
        Maximum of the lesion over mean of the organ.
    """

    lesion: str
    organ: str
    mean: float
    maximum: float


def ratio(lesion: Uptake, reference: Uptake) -> UptakeRatio:
    """Compare a lesion with an organ of the same image.

    Raises
    ------
    InputError
        If the two are not uptake values of one kind, or the organ has no uptake.
    """
    if lesion.unit != reference.unit:
        raise InputError(
            f"'{lesion.region}' and '{reference.region}'",
            f"their uptake values are in {lesion.unit} and {reference.unit}",
            "measure both on one image",
        )
    if not reference.mean > 0:
        raise InputError(
            f"region '{reference.region}'", f"its mean uptake is {reference.mean:g}", "draw the organ on this image"
        )
    return UptakeRatio(
        lesion=lesion.region,
        organ=reference.region,
        mean=lesion.mean / reference.mean,
        maximum=lesion.maximum / reference.mean,
    )


def inverted_organs(blood_pool: Uptake | None, organ: Uptake | None, parotid: Uptake | None) -> str | None:
    """Say where blood pool, liver or spleen, and parotid are not in this order of mean uptake; None where they are.

    Parameters
    ----------
    blood_pool, organ, parotid : Uptake or None
        Those measured; what was not measured is not compared.
    """
    known = [one for one in (blood_pool, organ, parotid) if one is not None]
    for lower, higher in pairwise(known):
        if lower.mean >= higher.mean:
            return (
                f"reference organs are inverted: '{lower.region}' (mean {lower.mean:.2f}) is not below "
                f"'{higher.region}' (mean {higher.mean:.2f}): tumour sink, disease in the organ, or the wrong contour; "
                "no ratio or score by these organs holds"
            )
    return None
