"""Dosage and administration: selection, dosage, delay (sections 2.2 to 2.4)."""

from __future__ import annotations

from lutetia.guideline.books.label_us.blood_and_kidney import count_reduction, renal_reduction
from lutetia.guideline.books.label_us.other_reactions import gi_reduction, mouth_reduction
from lutetia.guideline.books.label_us.scope import BEFORE_TAXANE
from lutetia.guideline.logic import all_of, any_of, limit, not_, yes
from lutetia.guideline.logic.entries import entries
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
from lutetia.guideline.logic.traits import of_kind
from lutetia.guideline.recommendation import Cite, Effect, Recommendation
from lutetia.guideline.verdict import Outcome
from lutetia.vocabulary import condition, disease

SECTION = "Dosage and administration"
_WEIGH = Effect(precedence="P6", outcome=Outcome.UNDETERMINED)

psma_pet = Recommendation(
    id="US-SELECT-PET",
    where=Cite(SECTION, "2.2"),
    asks="Was he selected by PSMA PET?",
    says="Patients are selected by PSMA expression on gallium (68Ga) gozetotide PET or another approved PSMA PET.",
    requires=not_(entries("examinations", of_kind("psma-pet"), title="examinations").exist()),
    applies=before_treatment,
    recoverable=True,
    consequence="a PSMA PET is needed for selection",
    choices=("whether the tracer is approved for it is a checklist item; no list of tracers is kept here",),
)

_due = any_of(count_reduction, renal_reduction, mouth_reduction, gi_reduction, reduced_before)
activity = Recommendation(
    id="US-DOSE-ACTIVITY",
    where=Cite(SECTION, "2.3"),
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
    id="US-DOSE-REDUCED",
    where=Cite(SECTION, "2.4"),
    asks="Was the activity reduced in an earlier cycle?",
    says="The activity is reduced once, to 5.9 GBq, and is not raised again.",
    caution=reduced_before,
    applies=a_later_cycle,
    recoverable=False,
    consequence="stays reduced",
    choices=(
        "an earlier activity counts as reduced where it lies more than 10 % below the recommended one",
        "known from general knowledge of the label, not from a page that was seen",
    ),
    effects=(Effect(precedence="P5", outcome=Outcome.REDUCE, activity=limit("reduced_activity")),),
)

interval = Recommendation(
    id="US-DOSE-INTERVAL",
    where=Cite(SECTION, "2.3"),
    asks="Is the interval other than six weeks?",
    says="A dose is given every 6 weeks.",
    caution=any_of(
        days_since_previous < limit("interval_min"),
        all_of(days_since_previous > limit("interval_max"), not_(yes(condition.delayed_by_toxicity))),
    ),
    applies=a_later_cycle,
    recoverable=True,
    consequence="departs from the label: justify",
    choices=(
        "a week to either side is not remarked on; the label states none, the EU label states this one",
        "a longer interval counts as justified where an adverse reaction is recorded as its reason",
    ),
)

number = Recommendation(
    id="US-DOSE-NUMBER",
    where=Cite(SECTION, "2.3"),
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
    id="US-DOSE-PROGRESSION",
    where=Cite(SECTION, "2.3"),
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

delay_stop = Recommendation(
    id="US-DELAY-STOP",
    where=Cite(SECTION, "2.4"),
    asks="Has an adverse reaction delayed the dose by more than 4 weeks?",
    says="A delay by an adverse reaction that lasts more than 4 weeks ends the treatment.",
    against=_long_delay,
    applies=a_later_cycle,
    until=BEFORE_TAXANE,
    recoverable=False,
    consequence="discontinue",
    choices=(
        "counted from the day originally planned",
        "the wording of this version is known from a public toxicity tool",
        "since when the later wording holds is not known: the day of the next known version is taken",
    ),
    effects=(Effect(precedence="P2", outcome=Outcome.DISCONTINUE),),
)

delay_consider = Recommendation(
    id="US-DELAY-CONSIDER",
    where=Cite(SECTION, "2.4"),
    asks="Has an adverse reaction delayed the dose by more than 4 weeks?",
    says="After more than 4 weeks of delay by an adverse reaction, permanent discontinuation is to be considered.",
    against=_long_delay,
    applies=a_later_cycle,
    since=BEFORE_TAXANE,
    recoverable=False,
    consequence="consider permanent discontinuation",
    choices=("counted from the day originally planned", "'consider' leaves it to a person, who weighs it"),
    effects=(_WEIGH,),
)
