"""The ratios to the parotid of the joint EANM/SNMMI guideline: the same as SEL-7 to SEL-9, laid beside the trials.

Kratochwil et al., Eur J Nucl Med Mol Imaging 2023;50:2830, doi 10.1007/s00259-023-06255-8, Patient selection.
"""

from __future__ import annotations

from typing import Final

from lutetia.criteria.psma_selection import ratio_low, ratio_majority, read_negative
from lutetia.guideline.logic import all_of, any_of, limit, named, not_, yes
from lutetia.guideline.logic.regimen import before_treatment
from lutetia.guideline.logic.selection import judged
from lutetia.guideline.recommendation import Cite, Recommendation
from lutetia.vocabulary import imaging

SECTION: Final = "EANM/SNMMI ratios"
_PAPER: Final = "Kratochwil et al., Eur J Nucl Med Mol Imaging 2023;50:2830, doi:10.1007/s00259-023-06255-8"
_MEAN: Final = "uptake is the mean SUV of the lesion against that of the parotids; the source does not say which SUV"

_low = judged(
    "a lesion of {lesion_mm} or more with less than {parotid_part} of the parotid's uptake",
    ratio_low,
    read=imaging.low_uptake_lesion,
    lesion_mm=limit("ratio_lesion"),
    parotid_part=limit("ratio_parotid_part"),
)
_majority = judged(
    "most lesions have more than {parotid_times} x the parotid's uptake",
    ratio_majority,
    read=imaging.majority_above_parotid,
    parotid_times=limit("ratio_parotid_times"),
)
_negative = any_of(
    judged("a lesion read as negative", read_negative, read=imaging.negative_site), yes(imaging.relevant_negative_part)
)

low = Recommendation(
    id="RATIO-LOW",
    where=Cite(SECTION, f"{_PAPER}, Patient selection, para 4"),
    asks="Does a lesion of 1 cm or more take up less than half of the parotid?",
    says="The guideline advises to exclude men with a lesion of 1 cm or more that takes up less than half of what the "
    "parotid does.",
    against=_low,
    applies=before_treatment,
    recoverable=True,
    consequence="the lowest of the guideline's three tiers",
    choices=(_MEAN, "SEL-7 of the guideline says the same and draws the consequences"),
)

high = Recommendation(
    id="RATIO-HIGH",
    where=Cite(SECTION, f"{_PAPER}, Patient selection, para 5"),
    asks="Do most lesions take up more than the parotid?",
    says="The guideline encourages men of whom most lesions take up more than the parotid.",
    for_=_majority,
    applies=before_treatment,
    consequence="the highest of the guideline's three tiers",
    choices=(_MEAN, "'majority' is more lesions than not, by number", "SEL-8 of the guideline says the same"),
)

others = Recommendation(
    id="RATIO-OTHERS",
    where=Cite(SECTION, f"{_PAPER}, Patient selection, para 5"),
    asks="Is uptake between the two, or a site negative?",
    says="Where uptake is low, or sites are negative, the guideline puts other treatments first.",
    caution=all_of(not_(named("RATIO-LOW holds", _low)), any_of(not_(named("RATIO-HIGH holds", _majority)), _negative)),
    applies=before_treatment,
    recoverable=True,
    consequence="the middle of the guideline's three tiers",
    choices=("SEL-9 of the guideline says the same",),
)
