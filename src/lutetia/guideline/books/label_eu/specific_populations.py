"""Warnings and use in specific populations: contraception, kidney function before treatment (sections 4.2 and 4.6)."""

from __future__ import annotations

from lutetia.guideline.books.label_eu.scope import STATEMENT
from lutetia.guideline.logic import all_of, any_of, limit, not_, yes
from lutetia.guideline.logic.after import a_cycle_was_given
from lutetia.guideline.logic.clearance import clearance
from lutetia.guideline.logic.regimen import before_treatment, days_since_last
from lutetia.guideline.recommendation import Cite, Effect, Recommendation
from lutetia.guideline.verdict import Outcome
from lutetia.vocabulary import person

SECTION = "Use in specific populations"

contraception = Recommendation(
    id="EU-CONTRACEPTION",
    where=Cite(SECTION, "4.6"),
    asks="Is contraception to be advised?",
    says="Effective contraception with a partner who could bear a child, during treatment and for 14 weeks after it.",
    advises=all_of(
        yes(person.partner_of_childbearing_potential),
        any_of(not_(a_cycle_was_given), days_since_last <= limit("contraception")),
    ),
    consequence="advise effective contraception up to 14 weeks after the last dose",
    caveat=STATEMENT,
)

unstudied = Recommendation(
    id="EU-RENAL-UNSTUDIED",
    where=Cite(SECTION, "4.2"),
    asks="Is the clearance below what was studied?",
    says="Severe impairment, a clearance below 30 ml/min, was not studied.",
    caution=clearance() < limit("clearance_studied"),
    applies=before_treatment,
    recoverable=True,
    consequence="not studied",
    caveat=STATEMENT,
    choices=("not studied is neither allowed nor forbidden: a person weighs it before the first cycle",),
    effects=(Effect(precedence="P6", outcome=Outcome.UNDETERMINED),),
)

mild = Recommendation(
    id="EU-RENAL-MILD",
    where=Cite(SECTION, "4.2"),
    asks="Is kidney function mildly or moderately impaired?",
    says="Mild or moderate impairment asks for no other activity.",
    informs=all_of(clearance() >= limit("clearance_studied"), clearance() < limit("clearance_normal")),
    consequence="no adjustment of the activity",
    choices=("mild or moderate is read as a clearance from 30 to below 90 ml/min",),
)
