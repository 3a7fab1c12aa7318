"""How long has a life-threatening blood count lasted? Episodes of a grade in a series of results."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from lutetia.criteria import Interval, grade
from lutetia.guideline.logic.condition import Condition, name_of
from lutetia.guideline.logic.finding import Finding
from lutetia.guideline.logic.graded import ctcae
from lutetia.guideline.logic.regimen import missing
from lutetia.vocabulary import Item

if TYPE_CHECKING:
    from lutetia.guideline.logic.context import Context
    from lutetia.guideline.logic.limit import Limits, limit


class unresolved(Condition):  # noqa: N801 - reads as a word in a rule
    """A laboratory result reached a grade more than some days ago and has not come back since."""

    __slots__ = ("days", "grade", "item", "recovered")

    def __init__(self, item: Item, *, grade: limit, recovered: limit, days: limit) -> None:
        self.item, self.grade, self.recovered, self.days = item, grade, recovered, days

    def find(self, context: Context) -> Finding:
        """Follow the results after the first administration; without a recent one it cannot be told."""
        seen = context.seen(self.item)
        since = self.since(context)
        if not seen.facts:
            return Finding(None, seen.evidence, seen.asks)
        holds = since is not None and (context.on - since).days > self.days.number(context)
        if holds and context.given_on(1) is None:
            why = "the day on which cycle 1 was given is not recorded"
            evidence, asks = missing("cycles", "When was cycle 1 given?", why)
            return Finding(None, (*seen.evidence, *evidence), asks)
        return Finding(holds, seen.evidence)

    def since(self, context: Context) -> date | None:
        """Return the first day of the episode that still lasts, if there is one.

        Results up to the first administration do not count; where its day is not known, all of them do.
        """
        first = context.given_on(1) or date.min
        baseline = ctcae(self.item, "before the first cycle").measure(context).interval
        recovered = max(self.recovered.number(context), baseline.low if baseline is not None else 0)
        since = None
        for fact in context.facts(self.item):
            if fact.day <= first:
                continue
            value = Interval.result(fact.quantity, fact.comparator)
            found = grade(fact.item, value, lower=fact.lower_limit, computed_only=True)
            if since is None and found.least >= self.grade.number(context):
                since = fact.day
            elif found.most <= recovered:
                since = None
        return since

    def words(self, limits: Limits) -> str:
        """Say what has not resolved."""
        return (
            f"CTCAE grade of {name_of(self.item)} reached {self.grade.words(limits)} and did not return to "
            f"{self.recovered.words(limits)} or baseline within {self.days.words(limits)}"
        )

    def names(self) -> frozenset[str]:
        """Return the limits."""
        return self.grade.names() | self.recovered.names() | self.days.names() | {"reference_age_max"}
