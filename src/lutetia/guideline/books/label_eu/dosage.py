"""Posology and method of administration: selection, dosage, delay (section 4.2)."""

from __future__ import annotations

from lutetia.guideline.books.label_eu.blood_and_kidney import count_reduction, renal_reduction
from lutetia.guideline.books.label_eu.other_reactions import gi_reduction, mouth_reduction
from lutetia.guideline.books.label_eu.scope import TABLE
from lutetia.guideline.logic import all_of, any_of, choice, limit, not_, yes
from lutetia.guideline.logic.imaging import psma_imaging
from lutetia.guideline.logic.reduction import reduced_before
from lutetia.guideline.logic.regimen import (
    a_cycle,
    a_later_cycle,
    before_treatment,
    cycle_number,
    days_delayed,
    days_since_previous,
    departure,
)
from lutetia.guideline.recommendation import Cite, Effect, Recommendation
from lutetia.guideline.verdict import Outcome
from lutetia.vocabulary import condition, disease

SECTION = "Posology and method of administration"
_WEIGH = Effect(precedence="P6", outcome=Outcome.UNDETERMINED)

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

_due = any_of(count_reduction, renal_reduction, mouth_reduction, gi_reduction, reduced_before)
activity = Recommendation(
    id="EU-DOSE-ACTIVITY",
    where=Cite(SECTION, "4.2"),
    asks="Does the prescription depart from the recommended activity?",
    says="The recommended activity is 7.4 GBq; after one of the reductions it is 5.9 GBq.",
    caution=not_(
        any_of(
            departure(limit("regular_activity")) <= limit("activity_tolerance"),
            all_of(a_later_cycle, _due, departure(limit("reduced_activity")) <= limit("activity_tolerance")),
        )
    ),
    applies=a_cycle,
    recoverable=True,
    consequence="departs from the label: justify",
    choices=("a difference counts beyond 10 %, the tolerance of the vial; the label states none for a prescription",),
)

reduced = Recommendation(
    id="EU-DOSE-REDUCED",
    where=Cite(SECTION, "4.2"),
    asks="Was the activity reduced in an earlier cycle?",
    says="The activity is reduced once, to 5.9 GBq, and is not raised again.",
    caution=reduced_before,
    applies=a_later_cycle,
    recoverable=False,
    consequence="stays reduced",
    choices=("an earlier activity counts as reduced where it lies more than 10 % below the recommended one",),
    caveat=TABLE,
    effects=(Effect(precedence="P5", outcome=Outcome.REDUCE, activity=limit("reduced_activity")),),
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
    effects=(_WEIGH,),
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

_long_delay = all_of(days_delayed > limit("delay_max"), yes(condition.delayed_by_toxicity))

delay_consider = Recommendation(
    id="EU-DELAY-CONSIDER",
    where=Cite(SECTION, "4.2"),
    asks="Has an adverse reaction delayed the dose by more than 4 weeks?",
    says="After more than 4 weeks of delay by an adverse reaction, permanent discontinuation is to be considered.",
    against=_long_delay,
    applies=a_later_cycle,
    caveat=TABLE,
    recoverable=False,
    consequence="consider permanent discontinuation",
    choices=("counted from the day originally planned", "'consider' leaves it to a person, who weighs it"),
    effects=(_WEIGH,),
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
