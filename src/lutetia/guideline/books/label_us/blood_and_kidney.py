"""Dosage modifications for adverse reactions: blood counts and kidneys (section 2.4)."""

from __future__ import annotations

from lutetia.guideline.logic import Condition, all_of, any_of, limit
from lutetia.guideline.logic.clearance import clearance, kidney_loss, lowest_clearance_below
from lutetia.guideline.logic.entries import entries, lacks
from lutetia.guideline.logic.reduction import reduced_before
from lutetia.guideline.logic.regimen import a_cycle, a_later_cycle
from lutetia.guideline.logic.since_treatment import Stretch, reached, worsened, worst
from lutetia.guideline.logic.traits import of_organ
from lutetia.guideline.recommendation import Cite, Effect, Recommendation
from lutetia.guideline.verdict import Outcome
from lutetia.vocabulary import laboratory

SECTION = "Dosage modifications for adverse reactions"
_COUNTED = (laboratory.haemoglobin, laboratory.leukocytes, laboratory.neutrophils, laboratory.platelets)
HOLD = Effect(precedence="P3", outcome=Outcome.HOLD)
REDUCE = Effect(precedence="P5", outcome=Outcome.REDUCE, activity=limit("reduced_activity"))
STOP = Effect(precedence="P2", outcome=Outcome.DISCONTINUE)
WORSE = "worse than before the first cycle: what was as bad then has come back to baseline"
SINCE = "what happened since the first cycle counts, whether or not it has recovered since"
_GRADES = "graded by CTCAE 5.0 from haemoglobin, leukocytes, neutrophils and platelets; lymphocytes are not named"
_CONFIRMED = (
    "Lutetia's choice: the label asks for a confirmed value; the first one holds the cycle, and is to be repeated "
    "before anything final is decided"
)


def _counts(stretch: Stretch, grade: limit) -> Condition:
    return worsened(_COUNTED, stretch, grade)


tests = Recommendation(
    id="US-LABS",
    where=Cite("Warnings and precautions", "5"),
    asks="Are blood counts and kidney function there?",
    says="Blood counts and kidney tests, with creatinine and the computed clearance, before and during treatment.",
    requires=lacks(*_COUNTED, clearance(), limits=("lab_age_max",)),
    applies=a_cycle,
    recoverable=True,
    consequence="not ready until these are there",
    choices=("the label gives no age for a test: five days, as the guideline has",),
)

counts_hold = Recommendation(
    id="US-AE-MYELO-HOLD",
    where=Cite(SECTION, "2.4, myelosuppression"),
    asks="Is there myelosuppression of grade 2 or worse?",
    says="From grade 2 on the dose is withheld until grade 1 or baseline.",
    against=_counts("now", limit("myelosuppression_hold_grade")),
    applies=a_later_cycle,
    recoverable=True,
    consequence="withhold until grade 1 or baseline",
    choices=(_GRADES, WORSE),
    effects=(HOLD,),
)

count_reduction = _counts("since the first cycle", limit("myelosuppression_reduce_grade"))
counts_reduce = Recommendation(
    id="US-AE-MYELO-REDUCE",
    where=Cite(SECTION, "2.4, myelosuppression"),
    asks="Has there been myelosuppression of grade 3 or worse?",
    says="After grade 3 or worse, once recovered, the activity is 5.9 GBq.",
    caution=count_reduction,
    applies=a_later_cycle,
    recoverable=False,
    consequence="reduce to 5.9 GBq once recovered",
    choices=(_GRADES, WORSE, SINCE),
    effects=(REDUCE,),
)

count_reduction_again = _counts("since the reduction", limit("myelosuppression_reduce_grade"))
counts_stop = Recommendation(
    id="US-AE-MYELO-STOP",
    where=Cite(SECTION, "2.4, myelosuppression"),
    asks="Has myelosuppression of grade 3 or worse come back after the reduction?",
    says="Grade 3 or worse again after one reduction: permanently discontinued.",
    against=all_of(
        reduced_before,
        _counts("before the reduction", limit("myelosuppression_reduce_grade")),
        count_reduction_again,
    ),
    applies=a_later_cycle,
    recoverable=False,
    consequence="discontinue",
    choices=(_GRADES, "'recurrent' means before the reduction and after it, in whichever count"),
    effects=(STOP,),
)


def _creatinine(stretch: Stretch, grade: limit) -> Condition:
    return worst(laboratory.creatinine, stretch, by_baseline=True) >= grade


def _loss(stretch: Stretch) -> Condition:
    return kidney_loss(rise=limit("creatinine_rise"), fall=limit("clearance_fall"), stretch=stretch)


def _renal(stretch: Stretch) -> Condition:
    return any_of(
        _creatinine(stretch, limit("renal_hold_grade")),
        lowest_clearance_below(limit("clearance_min"), stretch),
        _loss(stretch),
    )


kidney_hold = Recommendation(
    id="US-AE-RENAL-HOLD",
    where=Cite(SECTION, "2.4, renal toxicity"),
    asks="Is there renal toxicity?",
    says="Creatinine of grade 2 or worse, a clearance below 30 ml/min, or creatinine up by 40 % with a clearance down "
    "by more than 40 %: the dose is withheld until improvement or baseline.",
    against=_renal("now"),
    applies=a_later_cycle,
    recoverable=True,
    consequence="withhold until improvement or baseline",
    choices=(_CONFIRMED, "clearance by Cockcroft-Gault with the actual weight; the eGFR does not decide"),
    effects=(Effect(precedence="P3", outcome=Outcome.HOLD, note=_CONFIRMED),),
)

renal_reduction = _loss("since the first cycle")
kidney_reduce = Recommendation(
    id="US-AE-RENAL-REDUCE",
    where=Cite(SECTION, "2.4, renal toxicity"),
    asks="Has creatinine risen by 40 % with the clearance fallen by more than 40 %?",
    says="After such a loss, once improved, the activity is 5.9 GBq.",
    caution=renal_reduction,
    applies=a_later_cycle,
    recoverable=False,
    consequence="reduce to 5.9 GBq once improved",
    choices=(SINCE, "the reference is the value before the first cycle"),
    effects=(REDUCE,),
)

kidney_stop = Recommendation(
    id="US-AE-RENAL-STOP",
    where=Cite(SECTION, "2.4, renal toxicity"),
    asks="Has there been renal toxicity of grade 3 or worse?",
    says="Renal toxicity of grade 3 or worse: permanently discontinued.",
    against=any_of(
        _creatinine("since the first cycle", limit("renal_stop_grade")),
        entries(
            "events", of_organ("kidney"), reached(limit("renal_stop_grade"), "since the first cycle"),
            title="adverse events",
        ).exist(),
    ),
    applies=a_later_cycle,
    recoverable=False,
    consequence="discontinue",
    choices=(SINCE, "creatinine by CTCAE, and events of the kidney as entered", _CONFIRMED),
    effects=(Effect(precedence="P2", outcome=Outcome.DISCONTINUE, note=_CONFIRMED),),
)  # fmt: skip

renal_reduction_again = _loss("since the reduction")
kidney_again = Recommendation(
    id="US-AE-RENAL-RECURRENT",
    where=Cite(SECTION, "2.4, renal toxicity"),
    asks="Has renal toxicity come back after the reduction?",
    says="Renal toxicity again after one reduction: permanently discontinued.",
    against=all_of(reduced_before, _renal("before the reduction"), _renal("since the reduction")),
    applies=a_later_cycle,
    recoverable=False,
    consequence="discontinue",
    choices=("'recurrent' means before the reduction and after it, by whichever of the three signs", _CONFIRMED),
    effects=(Effect(precedence="P2", outcome=Outcome.DISCONTINUE, note=_CONFIRMED),),
)
