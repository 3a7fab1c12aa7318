"""The PSG score: how tumour sorts against the salivary gland, as measured and as read.

Hotta et al., J Nucl Med 2023;64:1024, doi 10.2967/jnumed.122.265242.
"""

from __future__ import annotations

from typing import Final

from lutetia.guideline.logic import Context, limit
from lutetia.guideline.logic.condition import Answered
from lutetia.guideline.logic.regimen import before_treatment
from lutetia.guideline.logic.selection import read_since, tracer_note, tumour_over_parotid
from lutetia.guideline.recommendation import Cite, Recommendation
from lutetia.guideline.verdict import Strength
from lutetia.vocabulary import imaging

SECTION: Final = "PSG score"
_WHERE: Final = Cite(SECTION, "Hotta et al., J Nucl Med 2023;64:1024, doi:10.2967/jnumed.122.265242, Abstract, methods")
_MEASURED: Final = (
    "measured: the whole-body mean SUV of tumour over that of the parotids; its segmentation is shown, not checked",
)
_READ: Final = (
    "read: 'most' lesions is the reader's to judge on the projection; some accounts of the score print 80 %",
    "what is measured and what is read are two scores, and neither stands in for the other",
)


def _outcome(context: Context) -> str:
    """Say what the score meant in its study: it describes a group, never one man."""
    return "in the study (237 men) PSA progressed later the higher the score; overall survival did not follow its order"


quantitative_high = Recommendation(
    id="PSG-Q-HIGH",
    where=_WHERE,
    strength=Strength.EVIDENCE,
    asks="Is the measured PSG score high?",
    says="A high score: tumour takes up more than 1.5 times the parotids, in the mean.",
    for_=tumour_over_parotid > limit("psg_high"),
    applies=before_treatment,
    consequence="high PSG score, as measured",
    choices=_MEASURED,
    beside=(_outcome, tracer_note),
)
quantitative_low = Recommendation(
    id="PSG-Q-LOW",
    where=_WHERE,
    strength=Strength.EVIDENCE,
    asks="Is the measured PSG score low?",
    says="A low score: tumour takes up less than half of the parotids, in the mean.",
    against=tumour_over_parotid < limit("psg_low"),
    applies=before_treatment,
    consequence="low PSG score, as measured",
    choices=_MEASURED,
    beside=(_outcome, tracer_note),
)
visual_high = Recommendation(
    id="PSG-V-HIGH",
    where=_WHERE,
    strength=Strength.EVIDENCE,
    asks="Is the PSG score high as read?",
    says="A high score by eye: most lesions are brighter than the parotids.",
    for_=read_since(Answered(imaging.psg_visual, "high")),
    applies=before_treatment,
    consequence="high PSG score, as read",
    choices=_READ,
    beside=(_outcome,),
)
visual_low = Recommendation(
    id="PSG-V-LOW",
    where=_WHERE,
    strength=Strength.EVIDENCE,
    asks="Is the PSG score low as read?",
    says="A low score by eye: most lesions are dimmer than the parotids.",
    against=read_since(Answered(imaging.psg_visual, "low")),
    applies=before_treatment,
    consequence="low PSG score, as read",
    choices=_READ,
    beside=(_outcome,),
)
