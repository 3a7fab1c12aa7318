"""Preamble: what the guideline is, and how long it holds."""

from __future__ import annotations

from lutetia.guideline.logic import limit
from lutetia.guideline.logic.after import later_than
from lutetia.guideline.recommendation import Cite, Recommendation

SECTION = "Preamble"

past_review = Recommendation(
    id="SCOPE-4",
    where=Cite(SECTION, "para 2"),
    asks="Is the guideline past the day of its review?",
    says="Guidelines are looked at again five years after they appeared, or before where there is reason.",
    informs=later_than(limit("review_after")),
    consequence="past its review: ask whether a later edition holds",
    choices=("counted from July 2023, the month of publication; the text itself carries no date",),
)
