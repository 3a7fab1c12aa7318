"""Patient selection: what imaging must show, and who must have spoken with the patient."""

from __future__ import annotations

from lutetia.guideline.logic import Context, all_of, any_of, limit, no, not_, yes
from lutetia.guideline.logic.condition import recorded
from lutetia.guideline.logic.entries import entries, lacks
from lutetia.guideline.logic.imaging import (
    any_lesion,
    beyond_sizes,
    brighter_than,
    imaged_since_previous,
    imaging_ages,
    low_in_size,
    most_lesions,
    negative,
    psma_imaging,
)
from lutetia.guideline.logic.regimen import a_later_cycle, before_treatment, the_first_cycle
from lutetia.guideline.logic.traits import of_kind
from lutetia.guideline.recommendation import Cite, Effect, Recommendation
from lutetia.guideline.verdict import Outcome, Strength
from lutetia.vocabulary import disease, imaging, setting

SECTION = "Patient selection"
COMPARATORS = ("ct", "mri", "bone-scan")
_MEAN = "uptake is the mean SUV of the lesion against the mean SUV of the organ; the source does not say which SUV"
_READ = "measured lesions decide; where not every lesion was measured, the reader's answer does, if it is not older"

comparator = entries("examinations", of_kind(*COMPARATORS), title="examinations")

mapping = Recommendation(
    id="SEL-1",
    where=Cite(SECTION, "para 1"),
    strength=Strength.STRONG,
    asks="Was PSMA expression mapped, with a second modality beside it?",
    says="PSMA PET (or else SPECT or planar imaging with 99mTc) maps the target; CT, MRI or bone scan beside it make "
    "sure "
    "that no relevant part of nodal, visceral or active bone disease lacks it.",
    requires=any_of(not_(psma_imaging.exist()), not_(comparator.exist()), lacks(imaging.relevant_negative_part)),
    applies=before_treatment,
    recoverable=True,
    consequence="selection is incomplete without both, and without a word on disease that lacks PSMA",
    choices=("what is a 'relevant part' is the reader's to say; SEL-2 and SEL-7 give the numbers",),
    beside=(imaging_ages,),
)

beyond_vision = Recommendation(
    id="SEL-2",
    where=Cite(SECTION, "para 2"),
    strength=Strength.EVIDENCE,
    asks="Is there a negative site larger than VISION took?",
    says="VISION, which alone showed longer survival, also took men with small negative sites (viscera under 1 cm, "
    "nodes "
    "under 2.5 cm), as long as all larger lesions were brighter than the liver.",
    caution=any_lesion(
        "a lesion no brighter than the liver, of {visceral_negative_min} (visceral) or {node_negative_min} (node) or "
        "more",
        beyond_sizes(
            {"visceral": ("long", limit("visceral_negative_min")), "node": ("short", limit("node_negative_min"))},
            "liver",
        ),
        read=imaging.beyond_vision,
        limits=(limit("visceral_negative_min"), limit("node_negative_min")),
    ),
    applies=before_treatment,
    recoverable=True,
    consequence="VISION would not have taken him",
    choices=(
        _MEAN,
        _READ,
        "nodes by their short axis and viscera by their long one; as bright as the liver counts as negative",
        "where SEL-7 says otherwise both stand, and a person decides",
    ),
)

fdg_helps = Recommendation(
    id="SEL-3",
    where=Cite(SECTION, "para 2"),
    asks="Would an FDG PET help?",
    says="FDG PET is not needed for everybody; it may help with several lesions of doubtful viability, or where "
    "disease "
    "without PSMA is suspected.",
    advises=any_of(yes(imaging.uncertain_viability), yes(imaging.suspected_negative)),
    applies=before_treatment,
    consequence="consider an FDG PET",
    choices=("any suspicion of disease without PSMA is enough to suggest it, and never requires it",),
)

fdg_with_liver = Recommendation(
    id="SEL-4",
    where=Cite(SECTION, "para 2"),
    strength=Strength.WEAK,
    asks="Are there liver metastases, which often lose PSMA?",
    says="Liver metastases have repeatedly been seen to lose PSMA; an additional FDG PET may serve them most.",
    advises=yes(disease.liver_metastases),
    applies=before_treatment,
    consequence="consider an FDG PET for the liver metastases",
)

low_uptake_anywhere = any_lesion(
    "a lesion of {lesion_diameter_min} or more with less than {parotid_part_min} of the parotid's uptake",
    low_in_size("long", limit("lesion_diameter_min"), "parotid", limit("parotid_part_min")),
    read=imaging.low_uptake_lesion,
    limits=(limit("lesion_diameter_min"), limit("parotid_part_min")),
)


_low_since_previous = recorded(all_of(a_later_cycle, imaged_since_previous(), low_uptake_anywhere))


def _no_bar(context: Context) -> str:
    return "advice to exclude, and no absolute contra-indication: CI-A-1 defines none"


low_uptake = Recommendation(
    id="SEL-7",
    where=Cite(SECTION, "para 4"),
    asks="Does a lesion of 1 cm or more take up less than half of the parotid?",
    says="Men with a lesion of 1 cm or more and less than half of the parotid's uptake should not have this therapy.",
    against=low_uptake_anywhere,
    applies=any_of(before_treatment, _low_since_previous),
    recoverable=True,
    consequence="advised to exclude from this therapy",
    choices=(
        "one such lesion is enough",
        _MEAN,
        _READ,
        "decided before the first cycle; later it speaks only where new PSMA imaging has such a lesion on record",
        "uptake that falls under therapy may be a response: a person tells it from a loss of PSMA",
        "bone is not exempt: a lesion without a diameter and with low uptake leaves it open",
    ),
    effects=(
        Effect(
            precedence="P6",
            outcome=Outcome.UNDETERMINED,
            when=all_of(the_first_cycle, low_uptake_anywhere),
            says="advised to exclude by uptake: for a person to weigh",
        ),
        Effect(
            precedence="P6",
            outcome=Outcome.UNDETERMINED,
            when=_low_since_previous,
            says="advised to exclude by uptake on the latest imaging: for a person to weigh",
        ),
    ),
    beside=(_no_bar,),
)

mostly_above_parotid = most_lesions(
    "most lesions have more than {parotid_times_encourage} x the parotid's uptake",
    brighter_than("parotid", limit("parotid_times_encourage")),
    read=imaging.majority_above_parotid,
    limits=(limit("parotid_times_encourage"),),
)

encourage = Recommendation(
    id="SEL-8",
    where=Cite(SECTION, "para 5"),
    asks="Do most lesions take up more than the parotid?",
    says="By early data most is to be expected where most lesions take up more than the parotid; only those men should "
    "be encouraged.",
    for_=mostly_above_parotid,
    applies=before_treatment,
    consequence="encourage this therapy",
    choices=(
        "'majority' is more lesions than not, by number",
        "an SUV of 10 is a rough equivalent in the text and no second condition",
        _MEAN,
        _READ,
    ),
)

_any_negative = any_of(
    any_lesion("a lesion read as negative", negative, read=imaging.negative_site), yes(imaging.relevant_negative_part)
)

alternatives_first = Recommendation(
    id="SEL-9",
    where=Cite(SECTION, "para 5"),
    asks="Should other options come first?",
    says="Where uptake is low, or sites are negative, other treatments take precedence.",
    caution=all_of(not_(low_uptake_anywhere), any_of(not_(mostly_above_parotid), _any_negative)),
    applies=before_treatment,
    recoverable=True,
    consequence="eligible, and other options first",
    choices=(
        "three tiers: excluded (SEL-7), others first (SEL-9), encouraged (SEL-8)",
        "a small negative site keeps this advice even where most lesions are bright; both are shown",
    ),
)

specialty = Recommendation(
    id="SEL-10",
    where=Cite(SECTION, "para 6"),
    asks="Did the matching specialty speak about the alternatives?",
    says="Whether an alternative is ruled out is not for nuclear medicine alone: urology for hormones, oncology for "
    "chemotherapy, better a tumour board.",
    requires=all_of(no(setting.in_label), no(setting.specialist_statement)),
    applies=before_treatment,
    recoverable=True,
    consequence="outside the label: a statement of the matching specialty or of a tumour board is missing",
    choices=("asked where use lies outside the label, of which the paragraph speaks",),
)


def _advised_in_label(context: Context) -> str:
    return "inside the label it is advised, not required" if yes(setting.in_label).find(context).holds else ""


informed = Recommendation(
    id="SEL-13",
    where=Cite(SECTION, "para 6"),
    asks="Did an expert inform him about the alternatives?",
    says="It has to be on record that a uro-oncological expert told him of risks and benefits of the alternatives.",
    requires=all_of(no(setting.in_label), no(setting.informed_by_expert)),
    applies=before_treatment,
    recoverable=True,
    consequence="outside the label: the record of it is missing",
    choices=("required outside the label, of which the paragraph speaks; advised inside it",),
    beside=(_advised_in_label,),
)
