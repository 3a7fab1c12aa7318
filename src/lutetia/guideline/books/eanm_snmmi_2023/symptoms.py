"""Management of side effects: what relieves a dry mouth and pain."""

from __future__ import annotations

from lutetia.guideline.books.eanm_snmmi_2023.kidney import formulas_beside
from lutetia.guideline.books.eanm_snmmi_2023.side_effects import SECTION
from lutetia.guideline.logic import all_of, choice, latest, limit, yes
from lutetia.guideline.logic.entries import entries
from lutetia.guideline.logic.graded import reference
from lutetia.guideline.logic.regimen import a_later_cycle
from lutetia.guideline.logic.traits import of_grade, of_organ, still_there
from lutetia.guideline.recommendation import Cite, Recommendation
from lutetia.guideline.verdict import Strength
from lutetia.vocabulary import condition, laboratory

mild_dryness = Recommendation(
    id="AE-7",
    where=Cite(SECTION, "7"),
    strength=Strength.MODERATE_STRONG,
    asks="Is his mouth a little dry?",
    says="Mild xerostomia can be eased by water, sprays of artificial saliva, or lozenges with xylitol.",
    advises=entries("events", of_organ("salivary-glands"), of_grade(limit("mild_grade")), title="events").exist(),
    applies=a_later_cycle,
    consequence="offer water, saliva substitutes or xylitol",
    choices=("'mild' is read as CTCAE grade 1",),
)

unacceptable_dryness = Recommendation(
    id="AE-8a",
    where=Cite(SECTION, "8"),
    strength=Strength.WEAK,
    asks="Does he find the dryness unacceptable?",
    says="Xerostomia that the patient does not accept may possibly gain from retrograde sialendoscopy with rinsing by "
    "steroids.",
    advises=all_of(
        entries("events", of_organ("salivary-glands"), still_there, title="events").exist(),
        yes(condition.toxicity_unacceptable),
    ),
    applies=a_later_cycle,
    consequence="sialendoscopy with steroids is an option",
    choices=("AE-6a speaks too, and stopping comes first unless the patient, once informed, wishes to go on",),
)

pain_flare = Recommendation(
    id="AE-9b",
    where=Cite(SECTION, "9"),
    asks="Did tumour pain flare?",
    says="Pain that first grows worse may come from oedema after irradiation; steroids or NSAIDs answer it best.",
    advises=choice(condition.pain_flare, "flare", "severe"),
    applies=a_later_cycle,
    consequence="steroids or NSAIDs; look at the kidneys before an NSAID",
    choices=("the look at the kidneys is Lutetia's",),
    beside=(formulas_beside("egfr_min"),),
)

severe_flare = Recommendation(
    id="AE-9c",
    where=Cite(SECTION, "9"),
    asks="Is the flare severe?",
    says="When it is severe, opioids may be given for a time.",
    advises=choice(condition.pain_flare, "severe"),
    applies=a_later_cycle,
    consequence="opioids for a time are an option",
    choices=("'severe' is the clinician's word",),
)

fewer_analgesics = Recommendation(
    id="AE-9d",
    where=Cite(SECTION, "9"),
    asks="Could he do with fewer analgesics?",
    says="When PSA responds between the cycles, fewer analgesics should be tried.",
    advises=all_of(
        yes(condition.takes_analgesics),
        latest(laboratory.psa) <= limit("psa_response_part") * reference(laboratory.psa, "before the first cycle"),
    ),
    applies=a_later_cycle,
    consequence="try to reduce analgesics",
    choices=(
        "a PSA of half the value before the first cycle or less is read as a response; FU-2b limits what it proves",
    ),
)
