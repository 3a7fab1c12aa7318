"""Dosage modifications for adverse reactions (section 4.2): not known here, and asked for where a reaction is there.

The table of the EU label was not seen. A rule that is absent must not read as a pass: where a reaction is on record the
answer stays unknown and asks for the label, and the decision stays open until a person has read it.
"""

from __future__ import annotations

from typing import Final

from lutetia.guideline.logic import Condition, all_of, any_of, limit, yes
from lutetia.guideline.logic.entries import Trait, entries, lacks
from lutetia.guideline.logic.reduction import reduced_before
from lutetia.guideline.logic.regimen import a_later_cycle, days_since_previous
from lutetia.guideline.logic.since_treatment import not_of_term, of_term, reached, worsened, worst
from lutetia.guideline.logic.traits import not_of_organ, of_organ
from lutetia.guideline.logic.untold import not_told
from lutetia.guideline.recommendation import Cite, Effect, Recommendation
from lutetia.guideline.verdict import Outcome
from lutetia.vocabulary import Item, condition, laboratory

SECTION = "Dosage modifications for adverse reactions"
_WHERE = Cite(SECTION, "4.2")
_WHY: Final = "the EU text on dosage modifications was not seen"
_COUNTED = (laboratory.haemoglobin, laboratory.leukocytes, laboratory.neutrophils, laboratory.platelets)
_DRY_MOUTH = ("dry mouth", "xerostomia")
_OPEN = Effect(precedence="P3", outcome=Outcome.HOLD)
_CONSEQUENCE = "read the current label before the dose; it may ask to withhold it"
_GRADE = "from CTCAE 5.0 grade 2 on the label is asked for; it is the grade that asks, not one that the label states"
_GRADED = "graded as CTCAE does, by the limit of normal and the value before the first cycle, on the day or since then"
_SINCE = "on the day or at any time since the first cycle, and worse than before it"


def _asked(situation: Condition, reaction: str) -> Condition:
    return not_told(situation, question=f"What does the current EU label ask for after {reaction}?", why=_WHY)


def _missing_today(*items: Item) -> Condition:
    return lacks(*items, limits=("lab_age_max",))


def _by_baseline(*items: Item) -> Condition:
    grade = limit("reaction_grade")
    worse = (worst(item, "since the first cycle", by_baseline=True) >= grade for item in items)
    return any_of(_missing_today(*items), *worse)


def _events(*traits: Trait) -> Condition:
    reaction = reached(limit("reaction_grade"), "since the first cycle")
    return entries("events", *traits, reaction, title="adverse events").exist()


counts = Recommendation(
    id="EU-AE-BLOOD",
    where=_WHERE,
    asks="What does the label ask for after a low blood count?",
    says="What the label asks for after a low blood count is not known here.",
    against=_asked(
        any_of(_missing_today(*_COUNTED), worsened(_COUNTED, "since the first cycle", limit("reaction_grade"))),
        "a low blood count",
    ),
    applies=a_later_cycle,
    recoverable=True,
    consequence=_CONSEQUENCE,
    choices=(_GRADE, _SINCE),
    effects=(_OPEN,),
)

kidney = Recommendation(
    id="EU-AE-RENAL",
    where=_WHERE,
    asks="What does the label ask for after a loss of kidney function?",
    says="What the label asks for after a loss of kidney function is not known here.",
    against=_asked(
        any_of(_by_baseline(laboratory.creatinine), _events(of_organ("kidney"))),
        "a loss of kidney function",
    ),
    applies=a_later_cycle,
    recoverable=True,
    consequence=_CONSEQUENCE,
    choices=(_GRADE, _GRADED),
    effects=(_OPEN,),
)

liver = Recommendation(
    id="EU-AE-LIVER",
    where=_WHERE,
    asks="What does the label ask for after a rise of liver tests?",
    says="What the label asks for after a rise of liver tests is not known here.",
    against=_asked(_by_baseline(laboratory.ast, laboratory.alt, laboratory.bilirubin), "a rise of liver tests"),
    applies=a_later_cycle,
    recoverable=True,
    consequence=_CONSEQUENCE,
    choices=(_GRADE, _GRADED),
    effects=(_OPEN,),
)

mouth = Recommendation(
    id="EU-AE-MOUTH",
    where=_WHERE,
    asks="What does the label ask for after dry mouth?",
    says="What the label asks for after dry mouth is not known here.",
    against=_asked(_events(of_term(*_DRY_MOUTH)), "dry mouth"),
    applies=a_later_cycle,
    recoverable=True,
    consequence=_CONSEQUENCE,
    choices=(_GRADE, _SINCE, "events called dry mouth or xerostomia, whatever organ they are entered under"),
    effects=(_OPEN,),
)

other = Recommendation(
    id="EU-AE-OTHER",
    where=_WHERE,
    asks="What does the label ask for after another adverse reaction?",
    says="What the label asks for after any other adverse reaction is not known here.",
    against=_asked(_events(not_of_term(*_DRY_MOUTH), not_of_organ("kidney")), "another adverse reaction"),
    applies=a_later_cycle,
    recoverable=True,
    consequence=_CONSEQUENCE,
    choices=(_GRADE, _SINCE),
    effects=(_OPEN,),
)

delayed = Recommendation(
    id="EU-AE-DELAY",
    where=_WHERE,
    asks="What does the label ask for where an adverse reaction has delayed the dose?",
    says="What the label asks for after a delay by an adverse reaction is not known here.",
    against=_asked(
        all_of(days_since_previous > limit("interval_max"), yes(condition.delayed_by_toxicity)),
        "a delay by an adverse reaction",
    ),
    applies=a_later_cycle,
    recoverable=False,
    consequence=_CONSEQUENCE,
    choices=("asked beyond the longest interval of the label",),
    effects=(_OPEN,),
)

reduced = Recommendation(
    id="EU-AE-REDUCED",
    where=_WHERE,
    asks="What does the label ask for after an earlier dose of a reduced activity?",
    says="Whether the label has a reduced activity, and what it asks for afterwards, is not known here.",
    against=_asked(reduced_before, "an earlier dose of a reduced activity"),
    applies=a_later_cycle,
    recoverable=False,
    consequence=_CONSEQUENCE,
    choices=("an earlier activity counts as reduced where it lies more than 10 % below the recommended one",),
    effects=(_OPEN,),
)
