"""How did uptake respond by PERCIST, adapted to PSMA PET? From the summed uptake of the lesions, and new ones.

An adaptation that studies compare others with, not a standard: publications differ on whether exactly 30 % counts.

Sources: PMC8113284 (2021; definition by the summed SUVmean, there for more than 30 %); compared with other criteria in
124 men by Gafita et al., Eur J Nucl Med Mol Imaging 2022.
"""

from __future__ import annotations

from lutetia.criteria.published import published
from lutetia.criteria.response_class import TABLE, Classified, ResponseClass, change_percent, signed, unsettled


def classify(baseline_sum: float | None, follow_up_sum: float | None, new_lesions: bool | None) -> Classified:
    """Classify by the sum of the SUV of the same lesions, before treatment and now.

    Parameters
    ----------
    baseline_sum, follow_up_sum : float or None
        Sum of the mean SUV of the lesions that the baseline shows; a lesion without uptake adds 0.
    new_lesions : bool or None
    """
    if new_lesions:
        return Classified("PD", "new PSMA-positive lesions")
    if baseline_sum is None or follow_up_sum is None:
        return unsettled("the sums of uptake are not known", "mean SUV of every lesion of the baseline, then and now")
    if baseline_sum == 0:
        return Classified("NE", "no uptake at baseline: its change is not defined")
    change = change_percent(baseline_sum, follow_up_sum)
    found, seen = _by_change(change), f"summed SUVmean {signed(change)}"
    if new_lesions is None and found != "PD":
        return unsettled(seen, "a reader's statement whether there are new lesions", could_be=(found, "PD"))
    return Classified(found, seen if found == "PD" else f"{seen}, no new lesion")


def _by_change(change: float) -> ResponseClass:
    percent = published(TABLE)["adapted PERCIST"].values["percent"]
    if change >= percent:
        return "PD"
    if change == -100:
        return "CR"
    return "PR" if change <= -percent else "SD"
