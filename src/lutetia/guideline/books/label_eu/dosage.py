"""Posology and method of administration: selection, dosage, tests (section 4.2)."""

from __future__ import annotations

from lutetia.guideline.logic import all_of, any_of, choice, limit, not_, yes
from lutetia.guideline.logic.clearance import clearance
from lutetia.guideline.logic.entries import lacks
from lutetia.guideline.logic.imaging import psma_imaging
from lutetia.guideline.logic.regimen import (
    a_cycle,
    a_later_cycle,
    before_treatment,
    cycle_number,
    days_since_previous,
    departure,
)
from lutetia.guideline.recommendation import Cite, Effect, Recommendation
from lutetia.guideline.verdict import Outcome
from lutetia.vocabulary import condition, disease, laboratory

SECTION = "Posology and method of administration"

imaging = Recommendation(
    id="EU-SELECT-IMAGING",
    where=Cite(SECTION, "4.2"),
    asks="Was he selected by PSMA imaging?",
    says="Patients are identified by PSMA imaging.",
    requires=not_(psma_imaging.exist()),
    applies=before_treatment,
    recoverable=True,
    consequence="PSMA imaging is needed for selection",
    choices=("PET and SPECT both count; the label does not say which",),
)

activity = Recommendation(
    id="EU-DOSE-ACTIVITY",
    where=Cite(SECTION, "4.2"),
    asks="Does the prescription depart from the recommended activity?",
    says="The recommended activity is 7.4 GBq.",
    caution=departure(limit("regular_activity")) > limit("activity_tolerance"),
    applies=a_cycle,
    recoverable=True,
    consequence="departs from the recommended activity: justify",
    choices=(
        "a difference counts beyond 10 %, the tolerance of the vial; the label states none for a prescription",
        "whether the label has a reduced activity is not known here",
    ),
)

interval = Recommendation(
    id="EU-DOSE-INTERVAL",
    where=Cite(SECTION, "4.2"),
    asks="Is the interval other than six weeks, give or take one?",
    says="A dose is given every 6 weeks, give or take one.",
    caution=any_of(
        days_since_previous < limit("interval_min"),
        all_of(days_since_previous > limit("interval_max"), not_(yes(condition.delayed_by_toxicity))),
    ),
    applies=a_later_cycle,
    recoverable=True,
    consequence="departs from the label: justify",
    choices=("a longer interval counts as justified where an adverse reaction is recorded as its reason",),
)

number = Recommendation(
    id="EU-DOSE-NUMBER",
    where=Cite(SECTION, "4.2"),
    asks="Is it more than the sixth dose?",
    says="Up to 6 doses are given.",
    against=cycle_number > limit("cycles_max"),
    applies=a_cycle,
    recoverable=False,
    consequence="beyond the number of doses of the label",
    choices=("the label says nothing about a further dose: a person weighs it",),
    effects=(Effect(precedence="P6", outcome=Outcome.UNDETERMINED),),
)

progression = Recommendation(
    id="EU-DOSE-PROGRESSION",
    where=Cite(SECTION, "4.2"),
    asks="Has the disease progressed under the therapy?",
    says="Treatment ends with progression of the disease.",
    against=yes(disease.progressed_under_radioligand),
    applies=a_later_cycle,
    recoverable=False,
    consequence="discontinue",
    choices=("progression is the clinician's judgement; no criteria are named",),
    effects=(Effect(precedence="P2", outcome=Outcome.DISCONTINUE),),
)

toxicity = Recommendation(
    id="EU-DOSE-TOXICITY",
    where=Cite(SECTION, "4.2"),
    asks="Is a toxicity unacceptable?",
    says="Treatment ends with an unacceptable toxicity.",
    against=yes(condition.toxicity_unacceptable),
    applies=a_later_cycle,
    recoverable=False,
    consequence="discontinue",
    choices=("'unacceptable' is the patient's word, at any grade",),
    effects=(Effect(precedence="P2", outcome=Outcome.DISCONTINUE),),
)

tests = Recommendation(
    id="EU-LABS",
    where=Cite(SECTION, "4.2"),
    asks="Are blood counts, kidney and liver tests there?",
    says="Before and during treatment: blood counts, creatinine with the computed clearance, AST, ALT, alkaline "
    "phosphatase, albumin and bilirubin.",
    requires=lacks(
        laboratory.haemoglobin,
        laboratory.leukocytes,
        laboratory.neutrophils,
        laboratory.platelets,
        clearance(),
        laboratory.ast,
        laboratory.alt,
        laboratory.alkaline_phosphatase,
        laboratory.albumin,
        laboratory.bilirubin,
        limits=("lab_age_max",),
    ),
    applies=a_cycle,
    recoverable=True,
    consequence="not ready until these are there",
    choices=("the label gives no age for a test: five days, as the guideline has",),
)

deprivation = Recommendation(
    id="EU-ADT",
    where=Cite(SECTION, "4.2"),
    asks="Does androgen deprivation go on?",
    says="Medical castration goes on during treatment in men who were not castrated by surgery.",
    caution=choice(disease.castration, "none"),
    recoverable=True,
    consequence="androgen deprivation should be continued",
)
