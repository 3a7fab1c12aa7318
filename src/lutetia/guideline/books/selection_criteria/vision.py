"""VISION: would the trial have taken him by PSMA PET?

Sartor et al., N Engl J Med 2021;385:1091, doi 10.1056/NEJMoa2107322.
"""

from __future__ import annotations

from typing import Final

from lutetia.criteria.psma_selection import vision_negative, vision_positive
from lutetia.guideline.logic import all_of, limit, named, not_
from lutetia.guideline.logic.imaging import imaging_ages
from lutetia.guideline.logic.regimen import before_treatment
from lutetia.guideline.logic.selection import judged, tracer_note
from lutetia.guideline.recommendation import Cite, Recommendation
from lutetia.guideline.verdict import Strength
from lutetia.vocabulary import imaging

SECTION: Final = "VISION"
_WHERE: Final = Cite(SECTION, "Sartor et al., N Engl J Med 2021;385:1091, doi:10.1056/NEJMoa2107322, Methods, patients")
_CAVEAT: Final = "the wording was seen in secondary sources only: verify it against the publication"
_CHOICES: Final = (
    (
        "VISION was read by eye; here mean SUV of the lesion stands against mean SUV of the liver, and the reader's "
        "word where one of them is missing"
    ),
    "a metastasis that its reader calls PSMA-positive counts as brighter than the liver",
)

_positive = judged(
    "a metastasis with more than {liver_times} x the liver's uptake",
    vision_positive,
    read=imaging.vision_positive,
    liver_times=limit("vision_liver_times"),
)
_negative = judged(
    "a metastasis with {liver_times} x the liver's uptake or less, and a short axis of {node_mm} (node), {organ_mm} "
    "(solid organ) or {soft_tissue_mm} (soft-tissue component of a bone lesion) or more",
    vision_negative,
    read=imaging.vision_negative,
    liver_times=limit("vision_liver_times"),
    node_mm=limit("vision_node"),
    organ_mm=limit("vision_organ"),
    soft_tissue_mm=limit("vision_soft_tissue"),
)

positive = Recommendation(
    id="VISION-POS",
    where=_WHERE,
    strength=Strength.EVIDENCE,
    asks="Is a metastasis brighter than the liver?",
    says="VISION asked for at least one metastasis, of any size, with more uptake than the liver.",
    for_=_positive,
    applies=before_treatment,
    consequence="PSMA-positive as VISION took it",
    choices=_CHOICES,
    beside=(tracer_note, imaging_ages),
    caveat=_CAVEAT,
)

negative = Recommendation(
    id="VISION-NEG",
    where=_WHERE,
    strength=Strength.EVIDENCE,
    asks="Is a large metastasis no brighter than the liver?",
    says="VISION took nobody with a metastasis no brighter than the liver from a certain size on, which differs "
    "between node, solid organ and the soft-tissue component of bone.",
    against=_negative,
    applies=before_treatment,
    recoverable=True,
    consequence="VISION would not have taken him",
    choices=(
        *_CHOICES,
        (
            "every size is a short axis; the EANM/SNMMI guideline, which retells VISION without naming an axis or "
            "bone, is read with the long axis for viscera (SEL-2)"
        ),
        "a bone lesion without a soft-tissue component does not count, nor does the prostate or its bed",
    ),
    beside=(tracer_note,),
    caveat=_CAVEAT,
)

eligible = Recommendation(
    id="VISION",
    where=_WHERE,
    strength=Strength.EVIDENCE,
    asks="Would VISION have taken him by imaging?",
    says="VISION took men with a PSMA-positive metastasis and without a large PSMA-negative one.",
    for_=all_of(named("VISION-POS holds", _positive), not_(named("VISION-NEG holds", _negative))),
    applies=before_treatment,
    recoverable=True,
    consequence="eligible for VISION by imaging",
    choices=("imaging alone: what else VISION asked for is not looked at",),
    beside=(tracer_note,),
    caveat=_CAVEAT,
)
