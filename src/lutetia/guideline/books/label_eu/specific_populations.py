"""Use in specific populations: contraception, kidney function (sections 4.2 and 4.6)."""

from __future__ import annotations

from lutetia.guideline.logic import all_of, limit, yes
from lutetia.guideline.logic.clearance import clearance
from lutetia.guideline.logic.untold import not_told
from lutetia.guideline.recommendation import Cite, Effect, Recommendation
from lutetia.guideline.verdict import Outcome
from lutetia.vocabulary import person

SECTION = "Use in specific populations"

contraception = Recommendation(
    id="EU-CONTRACEPTION",
    where=Cite(SECTION, "4.6"),
    asks="What does the label say of contraception?",
    says="What the label says of contraception is not known here.",
    advises=not_told(
        yes(person.partner_of_childbearing_potential),
        question="How long does the current EU label ask for contraception?",
        why="the EU text on contraception was not seen",
    ),
    consequence="read the current label",
)

severe = Recommendation(
    id="EU-RENAL-SEVERE",
    where=Cite(SECTION, "4.2"),
    asks="What does the label say of severely impaired kidney function?",
    says="What the label says of a clearance below 30 ml/min is not known here.",
    caution=not_told(
        clearance() < limit("clearance_moderate"),
        question="What does the current EU label say of a creatinine clearance below 30 mL/min?",
        why="only what it says of mild and moderate impairment is known here",
    ),
    recoverable=True,
    consequence="read the current label before the dose; it may ask to withhold it",
    choices=("severe is read as a clearance below 30 ml/min",),
    effects=(Effect(precedence="P3", outcome=Outcome.HOLD),),
)

mild = Recommendation(
    id="EU-RENAL-MILD",
    where=Cite(SECTION, "4.2"),
    asks="Is kidney function mildly or moderately impaired?",
    says="Mild or moderate impairment asks for no other activity.",
    informs=all_of(clearance() >= limit("clearance_moderate"), clearance() < limit("clearance_normal")),
    consequence="no adjustment of the activity",
    choices=("mild or moderate is read as a clearance from 30 to below 90 ml/min",),
)
