"""What a book does not know of its own source: a question that stays unknown, whatever the record says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lutetia.guideline.logic.condition import Condition
from lutetia.guideline.logic.finding import Finding
from lutetia.guideline.verdict import Ask, Evidence

if TYPE_CHECKING:
    from lutetia.guideline.logic.context import Context
    from lutetia.guideline.logic.limit import Limits


class not_told(Condition):  # noqa: N801 - reads as a word in a rule
    """Whether the source covers a situation is not known here; outside the situation the question does not arise."""

    __slots__ = ("question", "situation", "why")

    def __init__(self, situation: Condition, *, question: str, why: str) -> None:
        self.situation, self.question, self.why = situation, question, why

    def find(self, context: Context) -> Finding:
        """Return False outside the situation; otherwise nothing is told, and the source itself has to be asked."""
        found = self.situation.find(context)
        if found.holds is not True:
            return found
        evidence = Evidence(item="label", shown="", on=None, state="missing", why=self.why)
        return Finding(None, (*found.evidence, evidence), (Ask(item="label", question=self.question, why=self.why),))

    def words(self, limits: Limits) -> str:
        """Say that it is not known, and of which situation."""
        return f"not known here: {self.question} (asked where {self.situation.words(limits)})"

    def names(self) -> frozenset[str]:
        """Return the limits of the situation."""
        return self.situation.names()
