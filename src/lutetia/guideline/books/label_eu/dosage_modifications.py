"""Dosage modifications for adverse reactions (section 4.2): not known here, and asked for where a reaction is there.

The table of the EU label was not seen. A rule that is absent must not read as a pass: where a reaction is on record the
answer stays unknown and asks for the label, and the decision stays open until a person has read it.
"""

from __future__ import annotations

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
_COUNTED = (laboratory.haemoglobin, laboratory.leukocytes, laboratory.neutrophils, laboratory.platelets)
_DRY_MOUTH = ("dry mouth", "xerostomia")
_GRADE = "from CTCAE 5.0 grade 2 on the label is asked for; it is the grade that asks, not one that the label states"
_GRADED = "graded as CTCAE does, by the limit of normal and the value before the first cycle, on the day or since then"
_SINCE = "on the day or at any time since the first cycle, and worse than before it"


def _not_seen(
    rule: str,
    after: str,
    situation: Condition,
    *choices: str,
    asks: str = "What does the label ask for after {after}?",
    says: str = "What the label asks for after {after} is not known here.",
    recoverable: bool = True,
) -> Recommendation:
    """Return the rule that asks for the label after a reaction, since what it says there was not seen."""
    return Recommendation(
        id=rule,
        where=Cite(SECTION, "4.2"),
        asks=asks.format(after=after),
        says=says.format(after=after),
        against=not_told(
            situation,
            question=f"What does the current EU label ask for after {after}?",
            why="the EU text on dosage modifications was not seen",
        ),
        applies=a_later_cycle,
        recoverable=recoverable,
        consequence="read the current label before the dose; it may ask to withhold it",
        choices=choices,
        effects=(Effect(precedence="P3", outcome=Outcome.HOLD),),
    )


def _missing_today(*items: Item) -> Condition:
    return lacks(*items, limits=("lab_age_max",))


def _by_baseline(*items: Item) -> Condition:
    grade = limit("reaction_grade")
    worse = (worst(item, "since the first cycle", by_baseline=True) >= grade for item in items)
    return any_of(_missing_today(*items), *worse)


def _events(*traits: Trait) -> Condition:
    reaction = reached(limit("reaction_grade"), "since the first cycle")
    return entries("events", *traits, reaction, title="adverse events").exist()


counts = _not_seen(
    "EU-AE-BLOOD",
    "a low blood count",
    any_of(_missing_today(*_COUNTED), worsened(_COUNTED, "since the first cycle", limit("reaction_grade"))),
    _GRADE,
    _SINCE,
)

kidney = _not_seen(
    "EU-AE-RENAL",
    "a loss of kidney function",
    any_of(_by_baseline(laboratory.creatinine), _events(of_organ("kidney"))),
    _GRADE,
    _GRADED,
)

liver = _not_seen(
    "EU-AE-LIVER",
    "a rise of liver tests",
    _by_baseline(laboratory.ast, laboratory.alt, laboratory.bilirubin),
    _GRADE,
    _GRADED,
)

mouth = _not_seen(
    "EU-AE-MOUTH",
    "dry mouth",
    _events(of_term(*_DRY_MOUTH)),
    _GRADE,
    _SINCE,
    "events called dry mouth or xerostomia, whatever organ they are entered under",
)

other = _not_seen(
    "EU-AE-OTHER",
    "another adverse reaction",
    _events(not_of_term(*_DRY_MOUTH), not_of_organ("kidney")),
    _GRADE,
    _SINCE,
    says="What the label asks for after any other adverse reaction is not known here.",
)

delayed = _not_seen(
    "EU-AE-DELAY",
    "a delay by an adverse reaction",
    all_of(days_since_previous > limit("interval_max"), yes(condition.delayed_by_toxicity)),
    "asked beyond the longest interval of the label",
    asks="What does the label ask for where an adverse reaction has delayed the dose?",
    recoverable=False,
)

reduced = _not_seen(
    "EU-AE-REDUCED",
    "an earlier dose of a reduced activity",
    reduced_before,
    "an earlier activity counts as reduced where it lies more than 10 % below the recommended one",
    says="Whether the label has a reduced activity, and what it asks for afterwards, is not known here.",
    recoverable=False,
)
