"""TheraP: would the trial have taken him by PSMA PET and FDG PET, and what its mean SUV predicted.

Hofman et al., Lancet 2021;397:797, doi 10.1016/S0140-6736(21)00237-3; Buteau et al., Lancet Oncol 2022;23:1389, doi
10.1016/S1470-2045(22)00605-2.
"""

from __future__ import annotations

from typing import Final

from lutetia.criteria import psma_selection
from lutetia.guideline.logic import all_of, limit, named, not_
from lutetia.guideline.logic.regimen import before_treatment
from lutetia.guideline.logic.selection import judged, tracer_note, tumour_suv_mean
from lutetia.guideline.recommendation import Cite, Recommendation
from lutetia.guideline.verdict import Strength
from lutetia.vocabulary import imaging

SECTION: Final = "TheraP"
_WHERE: Final = Cite(
    SECTION, "Hofman et al., Lancet 2021;397:797, doi:10.1016/S0140-6736(21)00237-3, Methods, participants"
)
_CAVEAT: Final = "the wording was seen in secondary sources only: verify it against the publication"

_bright = judged(
    "a site with an SUVmax of {bright_suv_max} or more",
    psma_selection.therap_bright,
    read=imaging.therap_bright,
    bright_suv_max=limit("therap_bright"),
)
_dim = judged(
    "a site of {measurable_mm} or more with an SUVmax of {all_suv_max} or less that is not read as understated",
    psma_selection.therap_dim,
    read=imaging.therap_dim,
    all_suv_max=limit("therap_all"),
    measurable_mm=limit("therap_measurable"),
)
_discordant = judged(
    "a site that is positive on FDG PET and negative on PSMA PET, where an SUVmax above {all_suv_max} is not negative",
    psma_selection.therap_discordant,
    read=imaging.fdg_positive_psma_negative,
    with_fdg=True,
    all_suv_max=limit("therap_all"),
)

bright = Recommendation(
    id="THERAP-20",
    where=_WHERE,
    strength=Strength.EVIDENCE,
    asks="Does one site have an SUVmax of 20 or more?",
    says="TheraP asked for a high SUVmax at one site at least.",
    for_=_bright,
    applies=before_treatment,
    consequence="one site as bright as TheraP asked",
    beside=(tracer_note,),
    caveat=_CAVEAT,
)

dim = Recommendation(
    id="THERAP-10",
    where=_WHERE,
    strength=Strength.EVIDENCE,
    asks="Does a measurable site have an SUVmax of 10 or less?",
    says="TheraP asked for an SUVmax above a lower bound at every other measurable site, unless partial volume or the "
    "like explains a lower one.",
    against=_dim,
    applies=before_treatment,
    recoverable=True,
    consequence="TheraP would not have taken him",
    choices=(
        "a site is measurable from 10 mm in its long axis on, whatever its kind; without an axis it leaves this open",
        "partial volume, motion or an artefact excuses only where the reader says so",
    ),
    beside=(tracer_note,),
    caveat=_CAVEAT,
)

discordant = Recommendation(
    id="THERAP-FDG",
    where=_WHERE,
    strength=Strength.EVIDENCE,
    asks="Is a site positive on FDG PET and negative on PSMA PET?",
    says="TheraP took nobody with a discordant site, positive on FDG PET and negative on PSMA PET.",
    against=_discordant,
    applies=before_treatment,
    recoverable=True,
    consequence="TheraP would not have taken him",
    choices=(
        "both are the reader's to say; a site brighter than TheraP asked of every site is not negative",
        "without an FDG PET nothing is known of it, and nothing is assumed",
    ),
    caveat=_CAVEAT,
)

eligible = Recommendation(
    id="THERAP",
    where=_WHERE,
    strength=Strength.EVIDENCE,
    asks="Would TheraP have taken him by imaging?",
    says="TheraP took men with one very bright site, no dim measurable one, and none discordant on FDG PET.",
    for_=all_of(
        named("THERAP-20 holds", _bright),
        not_(named("THERAP-10 holds", _dim)),
        not_(named("THERAP-FDG holds", _discordant)),
    ),
    applies=before_treatment,
    recoverable=True,
    consequence="eligible for TheraP by imaging",
    choices=("imaging alone: what else TheraP asked for is not looked at",),
    beside=(tracer_note,),
    caveat=_CAVEAT,
)

mean_suv = Recommendation(
    id="THERAP-MEAN",
    where=Cite(
        SECTION, "Buteau et al., Lancet Oncol 2022;23:1389, doi:10.1016/S1470-2045(22)00605-2, Abstract, methods"
    ),
    strength=Strength.EVIDENCE,
    asks="Does the mean SUV of all tumour reach 10?",
    says="In TheraP a mean SUV of all tumour of 10 or more was studied as a predictor of response to 177Lu-PSMA-617 "
    "rather than cabazitaxel.",
    informs=tumour_suv_mean >= limit("therap_suv_mean"),
    applies=before_treatment,
    consequence="in the group that TheraP found to respond more often to 177Lu-PSMA-617",
    choices=("the method of segmentation is shown and not checked: numbers of two methods are not the same",),
    beside=(tracer_note,),
)
