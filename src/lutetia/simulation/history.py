"""What was true of the simulated patient before his treatment and around it; all of it made up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from lutetia.course import Complete, Fact, Listed
from lutetia.course.event import AdverseEvent, Allergy, Comorbidity, GradeOn, Organ
from lutetia.course.therapy import EarlierRadionuclide, ExternalBeam, Medication, Support, TherapyLine
from lutetia.fileform import Quantity
from lutetia.simulation.bloods import LAST_DAY
from lutetia.simulation.schedule import CYCLE_STARTS

COORDINATOR: Final = "coordinator"
PHYSICIAN: Final = "nuclear medicine physician"
BOARD: Final = "tumour board"
REFERRED: Final = date(2025, 12, 18)
BEFORE_CYCLES: Final = (date(2026, 1, 9), date(2026, 2, 20), LAST_DAY)
"""Visits before each cycle given and before the third."""
COMPLETE: Final = tuple(
    Complete(as_of=day, by=COORDINATOR)
    for day in sorted({REFERRED, *BEFORE_CYCLES, *(start.date() for start in CYCLE_STARTS)})
)
"""His lists were called complete at referral, at each visit, and on the day of each cycle."""

_AT_REFERRAL: Final[Mapping[str, bool | str | int]] = {
    "person.solitary_kidney": False,
    "person.partner_of_childbearing_potential": False,
    "disease.histology": "adenocarcinoma",
    "disease.gleason": 8,
    "disease.hrr_status": "not-altered",
    "disease.castration_resistant": True,
    "disease.metastatic": True,
    "disease.psma_positive": True,
    "disease.bone_metastases": True,
    "disease.node_metastases": True,
    "disease.liver_metastases": False,
    "disease.other_visceral_metastases": False,
    "disease.superscan": False,
    "disease.new_lesions": True,
    "disease.short_hormonal_response": False,
    "disease.brain_metastases": False,
    "disease.spinal_canal_threatened": False,
    "disease.swelling_risk": False,
    "disease.high_tumour_burden": False,
    "imaging.negative_site": False,
    "imaging.relevant_negative_part": False,
    "imaging.suspected_negative": False,
    "imaging.uncertain_viability": False,
    "imaging.large_tumour_volume": False,
    "setting.in_label": True,
    "fitness.second_taxane": False,
    "fitness.declines_second_taxane": True,
    "fitness.cabazitaxel_candidate": False,
}

_AT_EACH_VISIT: Final[Mapping[str, tuple[bool | str | int, ...]]] = {
    "person.alive": (True,) * 4,
    "disease.castration": ("medical",) * 4,
    "disease.cytopenia_from_tumour": (False,) * 4,
    "condition.palliative_intent": (True,) * 4,
    "condition.prolonged_haematotoxicity": (False,) * 4,
    "condition.ecog": (1,) * 4,
    "condition.good_general_condition": (True,) * 4,
    "symptom.pain": (4, 4, 2, 1),
    "symptom.from_tumour": (True,) * 4,
    "symptom.takes_analgesics": (True,) * 4,
    "symptom.pain_flare": ("none",) * 4,
    "condition.urinary_incontinence": ("none",) * 4,
    "condition.urinary_catheter": (False,) * 4,
    "condition.acute_urinary_obstruction": (False,) * 4,
    "condition.hydronephrosis": (False,) * 4,
    "condition.urinary_retention": ("none",) * 4,
    "condition.unmanageable_psychiatric": (False,) * 4,
    "condition.severe_comorbidity": (False,) * 4,
    "condition.tolerates_hydration": (True,) * 4,
    "condition.heart_limits_hydration": (False,) * 4,
    "condition.organ_deterioration": (False,) * 4,
    "condition.multiorgan_failure_risk": (False,) * 4,
    "condition.acute_infection": (False,) * 4,
    "condition.toxicity_unacceptable": (False,) * 4,
}
"""Asked at referral, before each cycle given, and before the third."""


def facts() -> dict[str, tuple[Fact, ...]]:
    """Return what was asked at referral and at each visit, by item; the laboratory is elsewhere."""
    found: dict[str, tuple[Fact, ...]] = {}
    for item, answer in _AT_REFERRAL.items():
        found[item] = (Fact(item=item, value=answer, at=REFERRED, source=BOARD),)
    for item, values in _AT_EACH_VISIT.items():
        found[item] = tuple(
            Fact(item=item, value=value, at=day, source=PHYSICIAN)
            for day, value in zip((REFERRED, *BEFORE_CYCLES), values, strict=True)
        )
    found["person.height"] = (Fact(item="person.height", value=175, unit="cm", at=REFERRED),)
    found["person.weight"] = tuple(
        Fact(item="person.weight", value=value, unit="kg", at=day)
        for day, value in zip((date(2025, 12, 16), *BEFORE_CYCLES), (82.0, 81.8, 81.2, 80.7), strict=True)
    )
    found["condition.life_expectancy"] = tuple(
        Fact(item="condition.life_expectancy", value=value, unit="mo", at=day, source=PHYSICIAN)
        for day, value in zip((REFERRED, *BEFORE_CYCLES), (12, 12, 14, 15), strict=True)
    )
    return found


def therapies() -> Listed[TherapyLine]:
    """Return the treatments of his cancer so far."""
    lines = (
        TherapyLine(drug="leuprorelin", drug_class="adt", started=date(2019, 3, 11), ongoing=True, progressed=True),
        TherapyLine(
            drug="abiraterone", drug_class="arpi", started=date(2020, 6, 2), stopped=date(2023, 1, 17), progressed=True,
            reason_for_stopping="progression",
        ),
        TherapyLine(
            drug="docetaxel", drug_class="taxane", started=date(2023, 2, 20), stopped=date(2023, 9, 4), progressed=True,
            reason_for_stopping="progression", note="eight infusions of 75 mg/m2",
        ),
        TherapyLine(
            drug="enzalutamide", drug_class="arpi", started=date(2023, 10, 9), stopped=date(2025, 11, 24),
            progressed=True, reason_for_stopping="progression",
        ),
        TherapyLine(drug="denosumab", drug_class="bone-protection", started=date(2023, 3, 13), ongoing=True),
    )  # fmt: skip
    return Listed[TherapyLine](entries=lines, complete=COMPLETE)


def external_beam() -> Listed[ExternalBeam]:
    """Return his earlier radiotherapy."""
    prostate = ExternalBeam(
        site="prostate", large_field=False, dose=Quantity(value=78, unit="Gy"), fractions=39,
        started=date(2017, 9, 4), ended=date(2017, 10, 27),
    )  # fmt: skip
    return Listed[ExternalBeam](entries=(prostate,), complete=COMPLETE)


def medication() -> Listed[Medication]:
    """Return his other medicines."""
    taken = (
        Medication(drug="amlodipine", started=date(2012, 5, 2)),
        Medication(drug="calcium and vitamin D", started=date(2023, 3, 13)),
        Medication(drug="paracetamol", started=date(2025, 10, 6)),
    )
    return Listed[Medication](entries=taken, complete=COMPLETE)


def comorbidities() -> Listed[Comorbidity]:
    """Return his other diseases."""
    known = (
        Comorbidity(term="arterial hypertension", since=date(2012, 5, 2)),
        Comorbidity(term="peripheral neuropathy after docetaxel", since=date(2023, 8, 14)),
    )
    return Listed[Comorbidity](entries=known, complete=COMPLETE)


def allergies() -> Listed[Allergy]:
    """Return an empty list that is known to be complete."""
    return Listed[Allergy](complete=COMPLETE)


def support() -> Listed[Support]:
    """Return an empty list that is known to be complete."""
    return Listed[Support](complete=COMPLETE)


def earlier_radionuclides() -> Listed[EarlierRadionuclide]:
    """Return an empty list that is known to be complete."""
    return Listed[EarlierRadionuclide](complete=COMPLETE)


def events() -> Listed[AdverseEvent]:
    """Return what he suffered from the treatment."""
    suffered = (
        _event("nausea", "gastrointestinal", (date(2026, 1, 12), 1), (date(2026, 1, 15), 0)),
        _event("fatigue", "general", (date(2026, 1, 19), 1)),
        _event("dry mouth", "salivary-glands", (date(2026, 2, 2), 1)),
    )
    return Listed[AdverseEvent](entries=suffered, complete=COMPLETE)


def _event(term: str, organ: Organ, *grades: tuple[date, int]) -> AdverseEvent:
    return AdverseEvent(
        term=term, ctcae="5.0", organ=organ, baseline_grade=0, recorded_by="study nurse",
        grades=tuple(GradeOn(on=on, grade=grade) for on, grade in grades),
    )  # fmt: skip
