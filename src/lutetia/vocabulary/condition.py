"""The man's condition, as a clinician judges it on a day: performance, symptoms, comorbidity, fitness."""

from __future__ import annotations

from lutetia.vocabulary.item import Item


def _flag(item_id: str, asks: str) -> Item:
    return Item(id=item_id, kind="flag", asks=asks)


ecog = Item(id="condition.ecog", kind="score", asks="ECOG performance status?", plausible=(0, 5),
            codes={"loinc": "89247-1"})  # fmt: skip
life_expectancy = Item(
    id="condition.life_expectancy", kind="quantity", asks="Life expectancy, as the clinician judges it?",
    unit="mo", plausible=(0, 240),
)  # fmt: skip
palliative_intent = _flag("condition.palliative_intent", "Is the main purpose to relieve tumour symptoms?")
good_general_condition = _flag("condition.good_general_condition", "In good general condition?")
pain = Item(id="symptom.pain", kind="score", asks="Pain, 0 to 10?", plausible=(0, 10))
pain_flare = Item(
    id="symptom.pain_flare",
    kind="choice",
    asks="A flare of tumour pain since the last administration?",
    choices={"none": "no", "flare": "a flare", "severe": "a severe flare"},
)
takes_analgesics = _flag("symptom.takes_analgesics", "Does he take analgesics for tumour pain?")
from_tumour = _flag("symptom.from_tumour", "Symptoms from the tumour?")
urinary_incontinence = Item(
    id="condition.urinary_incontinence",
    kind="choice",
    asks="Urinary incontinence?",
    choices={"none": "continent", "manageable": "manageable", "unmanageable": "not manageable"},
)
urinary_catheter = _flag("condition.urinary_catheter", "A urinary catheter in place?")
acute_urinary_obstruction = _flag("condition.acute_urinary_obstruction", "Acute obstruction of the urinary tract?")
hydronephrosis = _flag("condition.hydronephrosis", "Hydronephrosis?")
urinary_retention = Item(
    id="condition.urinary_retention",
    kind="choice",
    asks="Urinary retention?",
    choices={"none": "no", "risk": "at risk", "diagnosed": "diagnosed"},
)
unmanageable_psychiatric = _flag(
    "condition.unmanageable_psychiatric", "A psychiatric condition that cannot be managed on the ward?"
)
severe_comorbidity = _flag("condition.severe_comorbidity", "Another severe comorbidity, e.g. cardiovascular?")
tolerates_hydration = _flag("condition.tolerates_hydration", "Can he tolerate increased hydration?")
heart_limits_hydration = _flag("condition.heart_limits_hydration", "Does the heart limit how much he may be hydrated?")
steroids_arranged = _flag("condition.steroids_arranged", "Are corticosteroids arranged around the administration?")
organ_deterioration = _flag("condition.organ_deterioration", "Progressive deterioration of organ function?")
multiorgan_failure_risk = _flag("condition.multiorgan_failure_risk", "At risk of multi-organ failure?")
acute_infection = _flag("condition.acute_infection", "An acute infection?")
toxicity_unacceptable = _flag("condition.toxicity_unacceptable", "Does the patient find the toxicity unacceptable?")
gi_toxicity_manageable = _flag(
    "condition.gi_toxicity_manageable", "Does the gastrointestinal toxicity yield to medical treatment?"
)
delayed_by_toxicity = _flag(
    "condition.delayed_by_toxicity", "Is the next cycle delayed because of an adverse reaction?"
)
prolonged_haematotoxicity = _flag(
    "condition.prolonged_haematotoxicity", "Prolonged haematological toxicity in the past?"
)
fit_for_second_taxane = _flag("fitness.second_taxane", "Fit for a second taxane?")
declines_second_taxane = _flag("fitness.declines_second_taxane", "Declines a second taxane?")
cabazitaxel_candidate = _flag("fitness.cabazitaxel_candidate", "A possible candidate for cabazitaxel?")
docetaxel_contraindicated = _flag("fitness.docetaxel_contraindicated", "An individual contra-indication to docetaxel?")
tolerates_docetaxel = _flag("fitness.tolerates_docetaxel", "Likely to tolerate docetaxel?")
taxane_delay_appropriate = _flag(
    "fitness.taxane_delay_appropriate", "Does the clinician consider it appropriate to delay a taxane?"
)
