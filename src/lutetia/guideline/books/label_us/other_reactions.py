"""Dosage modifications for adverse reactions: mouth, gut, fatigue, electrolytes, liver, others (section 2.4)."""

from __future__ import annotations

from lutetia.guideline.books.label_us.blood_and_kidney import (
    HOLD,
    REDUCE,
    SECTION,
    SINCE,
    STOP,
    WORSE,
    count_reduction_again,
    renal_reduction_again,
)
from lutetia.guideline.logic import all_of, any_of, for_any, latest, limit, no, not_, yes
from lutetia.guideline.logic.entries import entries
from lutetia.guideline.logic.quantity import upper_limit
from lutetia.guideline.logic.reduction import reduced_before
from lutetia.guideline.logic.regimen import a_later_cycle
from lutetia.guideline.logic.since_treatment import not_of_term, of_term, reached, recurred, worst_exactly
from lutetia.guideline.logic.traits import at_least, not_of_organ, of_organ
from lutetia.guideline.recommendation import Cite, Effect, Recommendation
from lutetia.guideline.verdict import Outcome
from lutetia.vocabulary import condition, disease, laboratory

_dry_mouth = of_term("dry mouth", "xerostomia")
_gut = (of_organ("gastrointestinal"), not_of_term("dry mouth", "xerostomia"))
_TITLE = "adverse events"
_MOUTH = "events called dry mouth or xerostomia, whatever organ they are entered under"

mouth_hold = Recommendation(
    id="US-AE-MOUTH-HOLD",
    where=Cite(SECTION, "2.4, dry mouth"),
    asks="Is there dry mouth of grade 2 or worse?",
    says="From grade 2 on the dose is withheld until improvement or baseline.",
    against=entries("events", _dry_mouth, at_least(limit("mouth_hold_grade")), title=_TITLE).exist(),
    applies=a_later_cycle,
    recoverable=True,
    consequence="withhold until improvement or baseline",
    choices=(_MOUTH, WORSE, "'improvement' is a grade below the one that withholds"),
    effects=(HOLD,),
)

mouth_consider = Recommendation(
    id="US-AE-MOUTH-CONSIDER",
    where=Cite(SECTION, "2.4, dry mouth"),
    asks="Has there been dry mouth of grade 2?",
    says="After grade 2, once improved, a reduction to 5.9 GBq may be considered.",
    advises=entries("events", _dry_mouth, worst_exactly(limit("mouth_consider_grade")), title=_TITLE).exist(),
    applies=a_later_cycle,
    recoverable=False,
    consequence="consider a reduction to 5.9 GBq",
    choices=(_MOUTH, SINCE, "'consider' leaves both open: the reduction is shown as the other arm"),
    effects=(Effect(precedence="P5", outcome=Outcome.GO, alternatives=(Outcome.REDUCE,)),),
)

mouth_reduction = entries(
    "events", _dry_mouth, reached(limit("mouth_reduce_grade"), "since the first cycle"), title=_TITLE
).exist()
mouth_reduce = Recommendation(
    id="US-AE-MOUTH-REDUCE",
    where=Cite(SECTION, "2.4, dry mouth"),
    asks="Has there been dry mouth of grade 3?",
    says="After grade 3, once improved, the activity is 5.9 GBq.",
    caution=mouth_reduction,
    applies=a_later_cycle,
    recoverable=False,
    consequence="reduce to 5.9 GBq once improved",
    choices=(_MOUTH, WORSE, SINCE),
    effects=(REDUCE,),
)

mouth_stop = Recommendation(
    id="US-AE-MOUTH-STOP",
    where=Cite(SECTION, "2.4, dry mouth"),
    asks="Has dry mouth of grade 3 come back after the reduction?",
    says="Grade 3 again after one reduction: permanently discontinued.",
    against=all_of(
        reduced_before,
        entries("events", _dry_mouth, recurred(limit("mouth_reduce_grade"), (_dry_mouth,)), title=_TITLE).exist(),
    ),
    applies=a_later_cycle,
    recoverable=False,
    consequence="discontinue",
    choices=(_MOUTH,),
    effects=(STOP,),
)

_not_manageable = not_(yes(condition.gi_toxicity_manageable))
_AMENABLE = "'not amenable to medical intervention' is asked of the clinician; unrecorded, it excuses nothing"

gut_hold = Recommendation(
    id="US-AE-GI-HOLD",
    where=Cite(SECTION, "2.4, gastrointestinal toxicity"),
    asks="Is there gastrointestinal toxicity of grade 3 or worse that does not yield to treatment?",
    says="From grade 3 on, not amenable to medical intervention: withheld until grade 2 or baseline.",
    against=entries("events", *_gut, at_least(limit("gi_grade")), title=_TITLE).exist(),
    applies=a_later_cycle,
    unless=(yes(condition.gi_toxicity_manageable),),
    recoverable=True,
    consequence="withhold until grade 2 or baseline",
    choices=(_AMENABLE, WORSE),
    effects=(HOLD,),
)

_gut_reached = entries("events", *_gut, reached(limit("gi_grade"), "since the first cycle"), title=_TITLE).exist()
gi_reduction = all_of(_gut_reached, _not_manageable)
gut_reduce = Recommendation(
    id="US-AE-GI-REDUCE",
    where=Cite(SECTION, "2.4, gastrointestinal toxicity"),
    asks="Has there been such a gastrointestinal toxicity?",
    says="After it, once back at grade 2 or baseline, the activity is 5.9 GBq.",
    caution=_gut_reached,
    applies=a_later_cycle,
    unless=(yes(condition.gi_toxicity_manageable),),
    recoverable=False,
    consequence="reduce to 5.9 GBq once recovered",
    choices=(_AMENABLE, SINCE),
    effects=(REDUCE,),
)

gut_stop = Recommendation(
    id="US-AE-GI-STOP",
    where=Cite(SECTION, "2.4, gastrointestinal toxicity"),
    asks="Has gastrointestinal toxicity of grade 3 or worse come back after the reduction?",
    says="Grade 3 or worse again after one reduction: permanently discontinued.",
    against=all_of(reduced_before, entries("events", *_gut, recurred(limit("gi_grade"), _gut), title=_TITLE).exist()),
    applies=a_later_cycle,
    recoverable=False,
    consequence="discontinue",
    effects=(STOP,),
)

fatigue = Recommendation(
    id="US-AE-FATIGUE",
    where=Cite(SECTION, "2.4, fatigue"),
    asks="Is there fatigue of grade 3 or worse?",
    says="From grade 3 on the dose is withheld until grade 2 or baseline.",
    against=entries("events", of_term("fatigue"), at_least(limit("fatigue_grade")), title=_TITLE).exist(),
    applies=a_later_cycle,
    recoverable=True,
    consequence="withhold until grade 2 or baseline",
    choices=(WORSE,),
    effects=(HOLD,),
)

metabolic = Recommendation(
    id="US-AE-METABOLIC",
    where=Cite(SECTION, "2.4, electrolyte or metabolic abnormalities"),
    asks="Is there an electrolyte or metabolic abnormality of grade 2 or worse?",
    says="From grade 2 on the dose is withheld until grade 1 or baseline.",
    against=entries("events", of_organ("metabolic"), at_least(limit("metabolic_grade")), title=_TITLE).exist(),
    applies=a_later_cycle,
    recoverable=True,
    consequence="withhold until grade 1 or baseline",
    choices=(WORSE, "as entered by a person: the vocabulary has no electrolytes yet"),
    effects=(HOLD,),
)

liver = Recommendation(
    id="US-AE-LIVER",
    where=Cite(SECTION, "2.4, AST or ALT elevation"),
    asks="Are AST or ALT above five times normal without liver metastases?",
    says="AST or ALT above five times the upper limit of normal, liver metastases absent: permanently discontinued.",
    against=all_of(
        for_any(
            (laboratory.ast, laboratory.alt), lambda item: latest(item) > limit("liver_multiple") * upper_limit(item)
        ),
        no(disease.liver_metastases),
    ),
    applies=a_later_cycle,
    recoverable=False,
    consequence="discontinue",
    effects=(STOP,),
)

unacceptable = Recommendation(
    id="US-AE-UNACCEPTABLE",
    where=Cite(SECTION, "2.4, other reactions"),
    asks="Is a toxicity unacceptable?",
    says="Any unacceptable toxicity ends the treatment, a lasting intolerable one of grade 2 included.",
    against=yes(condition.toxicity_unacceptable),
    applies=a_later_cycle,
    recoverable=False,
    consequence="discontinue",
    choices=("'unacceptable' and 'intolerable' are the patient's words, at any grade",),
    effects=(STOP,),
)

other = Recommendation(
    id="US-AE-OTHER",
    where=Cite(SECTION, "2.4, other reactions"),
    asks="Has another reaction of grade 3 or 4 come back after the reduction?",
    says="Any other non-haematological reaction of grade 3 or 4 again after one reduction: permanently discontinued.",
    against=all_of(
        reduced_before,
        entries("events", not_of_organ("blood"), recurred(limit("other_grade")), title=_TITLE).exist(),
    ),
    applies=a_later_cycle,
    recoverable=False,
    consequence="discontinue",
    choices=("'recurrent' means the same term before the reduction and after it",),
    effects=(STOP,),
)

again = Recommendation(
    id="US-AE-AGAIN",
    where=Cite(SECTION, "2.4"),
    asks="Would another reduction be due after the one allowed?",
    says="One reduction only: a reaction that would ask for a second one ends the treatment.",
    against=all_of(
        reduced_before,
        any_of(
            count_reduction_again,
            renal_reduction_again,
            entries(
                "events", _dry_mouth, reached(limit("mouth_reduce_grade"), "since the reduction"), title=_TITLE
            ).exist(),
            all_of(
                entries(
                    "events",
                    of_organ("gastrointestinal"),
                    reached(limit("gi_grade"), "since the reduction"),
                    title=_TITLE,
                ).exist(),
                _not_manageable,
            ),
        ),
    ),
    applies=a_later_cycle,
    recoverable=False,
    consequence="discontinue",
    choices=("known from general knowledge of the label, not from a page that was seen",),
    effects=(STOP,),
)  # fmt: skip
