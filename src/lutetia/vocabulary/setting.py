"""What the place offers and its law demands; a site states these once, a course may differ."""

from __future__ import annotations

from lutetia.vocabulary.item import Item


def _flag(name: str, asks: str) -> Item:
    return Item(id=f"setting.{name}", kind="flag", asks=asks)


egfr_source = Item(
    id="setting.egfr_source",
    kind="choice",
    asks="Which eGFR decides here?",
    choices={
        "CKD-EPI 2021": "computed from creatinine and age by CKD-EPI 2021",
        "CKD-EPI 2009": "computed from creatinine and age by CKD-EPI 2009",
        "MDRD": "computed from creatinine and age by MDRD",
        "reported": "as the laboratory reports it, whatever its equation",
    },
)
isolation_required = _flag("isolation_required", "Do local rules require isolation on a therapy ward?")
manages_complications = _flag("manages_complications", "Can the site manage severe haematological complications?")
written_consent_required = _flag("written_consent_required", "Does national law require written consent?")
consent_24h_required = _flag("consent_24h_required", "Does national law require consent 24 h before the first cycle?")
individual_use_allowed = _flag("individual_use_allowed", "Do national rules allow use on an individual basis?")
trial_available = _flag("trial_available", "Is a randomised trial open to this patient?")
alternatives_exhausted = _flag("alternatives_exhausted", "Are other treatments exhausted or contra-indicated?")
close_blood_count_monitoring = _flag("close_blood_count_monitoring", "Is close monitoring of blood counts arranged?")
in_label = _flag("in_label", "Is this use within the label that holds here?")
approved_obtainable = _flag("approved_obtainable", "Can the approved preparation be had for him?")
fully_reimbursed = _flag("fully_reimbursed", "Is the approved preparation fully reimbursed for him?")
specialist_statement = _flag(
    "specialist_statement", "Did the matching specialty or a tumour board state that the alternatives do not suit him?"
)
informed_by_expert = _flag(
    "informed_by_expert", "Is it documented that an expert of the field informed him about the alternatives?"
)
