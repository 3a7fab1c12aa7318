"""A consent that lacks nothing: given, not withdrawn, in the form and in the time that the law asks for."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from lutetia.course import Moment
from lutetia.course.decision import Consent
from lutetia.criteria import Interval
from lutetia.fileform import day_of
from lutetia.guideline.logic.condition import Condition, kleene_all, kleene_any, kleene_not, yes
from lutetia.guideline.logic.finding import Finding, distinct
from lutetia.guideline.logic.regimen import missing
from lutetia.guideline.verdict import Ask, Evidence
from lutetia.vocabulary import Item

if TYPE_CHECKING:
    from lutetia.guideline.logic.context import Context
    from lutetia.guideline.logic.limit import Limits, limit


class consent_lacking(Condition):  # noqa: N801 - reads as a word in a rule
    """No valid informed consent is recorded, in the form and in the time that the law asks for.

    Form and time are asked before the first cycle. Before a later one a consent that was withdrawn is none, and whether
    there is one that is not recorded is asked.
    """

    __slots__ = ("hours", "in_time", "in_writing")

    def __init__(self, *, in_writing: Item, in_time: Item, hours: limit) -> None:
        self.in_writing, self.in_time, self.hours = in_writing, in_time, hours

    def find(self, context: Context) -> Finding:
        """Look for one consent that lacks nothing."""
        given = [consent for consent in context.course.consents if day_of(consent.given_at) <= context.on]
        valid = [consent for consent in given if not consent.withdrawn]
        later = context.question.number > 1
        if not valid:
            why = "withdrawn" if given else "not recorded"
            lacking = None if later and not given else True
            return Finding(lacking, *missing("consents", "Has informed consent been obtained, and when?", why))
        if later:
            return Finding(False, tuple(_shown(consent) for consent in valid))
        found = [self._lacking(consent, context) for consent in valid]
        lacks = kleene_all(*(one.holds for one in found))
        evidence = distinct(seen for one in found for seen in one.evidence)
        return Finding(lacks, evidence, distinct(ask for one in found for ask in one.asks) if lacks is None else ())

    def _lacking(self, consent: Consent, context: Context) -> Finding:
        writing, timing = yes(self.in_writing).find(context), yes(self.in_time).find(context)
        short = _hours_between(consent.given_at, context.on).below(Interval.point(self.hours.number(context)))
        form = kleene_all(writing.holds, kleene_not(consent.written))
        when = kleene_all(timing.holds, short)
        evidence = _shown(consent)
        asks: list[Ask] = []
        if form is None:
            asks += writing.asks
            if consent.written is None:
                asks += missing("consents", "Was the consent given in writing?", "not recorded")[1]
        if when is None:
            asks += timing.asks
            if short is None:
                question = f"Was the consent given {self.hours.number(context):g} h before the administration?"
                asks += missing("consents", question, "only the day is known")[1]
        return Finding(kleene_any(form, when), (evidence, *writing.evidence, *timing.evidence), tuple(asks))

    def words(self, limits: Limits) -> str:
        """Say what must be there."""
        return (
            "no valid consent is recorded, or not in writing where the law asks for it, or less than "
            f"{self.hours.words(limits)} before the first administration where the law asks for it; later: none is "
            "recorded, or it was withdrawn"
        )

    def names(self) -> frozenset[str]:
        """Return the limit."""
        return self.hours.names()


def _shown(consent: Consent) -> Evidence:
    written = {True: "in writing", False: "not in writing", None: "form not recorded"}[consent.written]
    return Evidence(item="consents", shown=f"consent, {written}", on=None, state="used", why=str(consent.given_at))


def _hours_between(consent: Moment, planned: date) -> Interval:
    """Return the span of hours from a consent to some time on the planned day."""
    zone = consent.tzinfo if isinstance(consent, datetime) else UTC
    day_begins = datetime.combine(planned, time(), zone)
    if isinstance(consent, datetime):
        earliest = latest = consent
    else:
        earliest = datetime.combine(consent, time(), zone)
        latest = earliest + timedelta(days=1)
    hours = (
        (day_begins - latest) / timedelta(hours=1),
        (day_begins + timedelta(days=1) - earliest) / timedelta(hours=1),
    )
    return Interval(*hours)
