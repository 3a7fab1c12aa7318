"""Open points: what the guideline leaves unanswered and a record can run into."""

from __future__ import annotations

from lutetia.guideline.logic import any_of, limit
from lutetia.guideline.logic.after import treated_again
from lutetia.guideline.logic.entries import entries
from lutetia.guideline.logic.regimen import cycle_number
from lutetia.guideline.logic.traits import psma_radioligand
from lutetia.guideline.recommendation import Cite, Effect, Recommendation
from lutetia.guideline.verdict import Outcome, Strength

SECTION = "Open points/miscellaneous"

_beyond = cycle_number > limit("cycles_max")
more_cycles = Recommendation(
    id="OPEN-1",
    where=Cite(SECTION, "1"),
    strength=Strength.EVIDENCE,
    asks="Is this more therapy than has been studied?",
    says="Whether further cycles, or treating again later, help in advanced disease is not known.",
    caution=any_of(
        _beyond,
        treated_again(limit("cycles_max")),
        entries("earlier_radionuclides", psma_radioligand, title="earlier radionuclides").exist(),
    ),
    consequence="the benefit is unknown",
    choices=(
        "further cycles are those beyond the sixth; earlier radioligands against PSMA count as treating again",
        "so does a selection after six cycles, or after cycles with none in the record left to give",
        "a person weighs a cycle beyond the sixth before it is given",
    ),
    effects=(
        Effect(
            precedence="P6",
            outcome=Outcome.UNDETERMINED,
            when=_beyond,
            says="beyond six cycles, whose benefit is unknown: for a person to weigh",
        ),
    ),
)
