"""How is the response followed? Scans after the injection, PSA and when it counts, restaging and its second modality.

Each function returns the ``find`` or the check of a :class:`~lutetia.guideline.schedule_windows.Window`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from lutetia.course import Fact, day_of
from lutetia.course.findings import Examination
from lutetia.course.treatment_series import treatment_series
from lutetia.criteria import Interval
from lutetia.guideline.schedule import DueItem, DueState
from lutetia.guideline.schedule_treatment import Treatment, entry, used
from lutetia.guideline.schedule_windows import ONE_DAY, Check, Counted, Find, Record, Span, Window, planned_next
from lutetia.guideline.verdict import Ask, Evidence
from lutetia.vocabulary import Item

RESTAGING: Final = "psma-pet"
"""What counts as restaging; the source calls it the best modality."""
SECOND: Final = ("ct", "bone-scan", "fdg-pet")
"""What shows lesions without PSMA."""


# Scans after the injection


def scanned_later_than(hours: str) -> Check:
    """Return: a scan later than some hours after the start of the injection, before the next cycle."""

    def check(treatment: Treatment, counted: Counted, span: Span) -> Record:
        after = timedelta(hours=treatment.numbers[hours].value)
        start = _start(treatment, counted)
        if start is None:
            return Record((), (_no_scan(counted),))
        found: list[Evidence] = []
        doubts: list[Ask] = []
        for at, shown in _scans(treatment, counted):
            if isinstance(at, datetime):
                if at - start > after:
                    found.append(entry("cycles", f"{shown}, {(at - start) / timedelta(hours=1):.1f} h", day_of(at)))
            elif at is not None and at > start.date():
                found.append(entry("examinations", shown, at))
            else:
                doubts.append(_when(shown))
        return _first(found, doubts, counted)

    return check


def scanned_on_days() -> Check:
    """Return: a scan on a day of the window, counted in calendar days as the source counts."""

    def check(treatment: Treatment, counted: Counted, span: Span) -> Record:
        start = _start(treatment, counted)
        found: list[Evidence] = []
        doubts: list[Ask] = []
        for at, shown in _scans(treatment, counted):
            if at is None:
                doubts.append(_when(shown))
                continue
            zone = start.tzinfo if start is not None else None
            day = at.astimezone(zone).date() if isinstance(at, datetime) else at
            if (span.opens or date.min) <= day <= (span.closes or date.max):
                found.append(entry("cycles", shown, day))
        return _first(found, doubts, counted)

    return check


def _start(treatment: Treatment, counted: Counted) -> datetime | None:
    cycle = treatment.course.cycle(counted.cycle)
    return None if cycle is None or cycle.administration is None else cycle.administration.started_at


def _scans(treatment: Treatment, counted: Counted) -> Iterator[tuple[date | datetime | None, str]]:
    """Yield the scans of a cycle with their time, as far as it is recorded."""
    cycle = treatment.course.cycle(counted.cycle)
    for scan in cycle.scans if cycle is not None else ():
        yield scan.acquired_at, "scan"
    for seen in treatment.course.examinations.entries:
        until = counted.until or date.max
        if seen.kind == "post-therapy-spect" and counted.day <= day_of(seen.on) < until:
            yield seen.on, "post-therapy scan"


def _first(found: list[Evidence], doubts: list[Ask], counted: Counted) -> Record:
    if found:
        return Record((min(found, key=lambda seen: seen.on or date.max),))
    return Record((), (_no_scan(counted),), tuple(doubts))


def _when(shown: str) -> Ask:
    return Ask(item="cycles", question="When was the scan made?", why=f"a {shown} is recorded without a usable time")


def _no_scan(counted: Counted) -> Ask:
    return Ask(item="cycles", question=f"Was a scan made after cycle {counted.cycle}, and when?", why="none recorded")


# PSA


def reliable_from(psa: Item, days: str) -> Find:
    """Return: the first PSA that counts as a response, from some days after the second cycle of the series."""

    def find(window: Window, treatment: Treatment) -> Iterator[DueItem]:
        counted = _second_cycle(treatment)
        if counted is None:
            return
        opens = counted.day + treatment.days(days)
        facts = treatment.sampled(psa, opens, None)
        evidence = (used(facts[0]),) if facts else ()
        lacking = () if facts else (Ask(item=psa.id, question=psa.asks, why=f"none recorded from {opens} on"),)
        yield window.judged(treatment, counted, Span(opens, None), Record(evidence, lacking))

    return find


def _second_cycle(treatment: Treatment) -> Counted | None:
    """Return the second administration of the present series, or its planned day."""
    given = next((series.cycles for series in reversed(treatment_series(treatment.course))), ())
    if len(given) > 1:
        number, day = given[1]
        return Counted(key="course", cycle=number, day=day, words=f"cycle {number}, given {day}")
    planned = planned_next(treatment)
    if planned is None or len(given) != 1:
        return None
    return Counted(key="course", cycle=planned.cycle, day=planned.day, words=planned.words, tentative=True,
                   passed=planned.passed)  # fmt: skip


def restaging_after_rise(psa: Item, *, reliable: str, rise: str) -> Find:
    """Return: restaging after the latest reliable PSA that rose above the lowest since the baseline of the series."""

    def find(window: Window, treatment: Treatment) -> Iterator[DueItem]:
        series = next(reversed(treatment_series(treatment.course)), None)
        if series is None or len(series.cycles) < 2:
            return
        first, second = series.started, series.cycles[1][1]
        facts = _since_baseline(treatment.course.facts_of(psa), first)
        for place, fact in reversed(list(enumerate(facts))):
            if place == 0 or fact.day < second + treatment.days(reliable):
                return
            lowest = min((one.quantity, one) for one in _Ordered.of(facts[:place]))
            rose = _rose(lowest[1].fact, fact, treatment.numbers[rise].value)
            if rose is False:
                continue
            yield _asked_by(window, treatment, fact, lowest[1].fact, certain=bool(rose))
            return

    return find


class _Ordered:
    """A fact among others of the same item; compared by its number, then by its day."""

    def __init__(self, fact: Fact) -> None:
        self.fact, self.quantity = fact, fact.quantity

    def __lt__(self, other: _Ordered) -> bool:
        return self.fact.day < other.fact.day

    @classmethod
    def of(cls, facts: tuple[Fact, ...]) -> tuple[_Ordered, ...]:
        return tuple(cls(fact) for fact in facts)


def _since_baseline(facts: tuple[Fact, ...], first: date) -> tuple[Fact, ...]:
    before = [fact for fact in facts if fact.day <= first]
    return (*before[-1:], *(fact for fact in facts if fact.day > first))


def _rose(lowest: Fact, fact: Fact, rise: float) -> bool | None:
    limit = Interval.result(lowest.quantity, lowest.comparator).scaled(1 + rise)
    return limit.below(Interval.result(fact.quantity, fact.comparator))


def _asked_by(window: Window, treatment: Treatment, fact: Fact, lowest: Fact, *, certain: bool) -> DueItem:
    counted = Counted(key=str(fact.day), cycle=0, day=fact.day, words=f"PSA of {fact.day}")
    seen = (used(fact), used(lowest))
    if not certain:
        ask = Ask(item=fact.item, question=fact.definition.asks, why="a result beyond what the laboratory can measure")
        return window.item(treatment, counted, DueState.UNKNOWN, ask.why, opens=fact.day, evidence=seen,
                           asks_for=(ask,))  # fmt: skip
    found = [one for one in _restagings(treatment) if day_of(one.on) >= fact.day]
    record = Record((*seen, *(_as_evidence(one) for one in found[:1])), () if found else (_no_restaging(fact.day),))
    item = window.judged(treatment, counted, Span(fact.day, None), record)
    if item.state is not DueState.DUE_NOW:
        return item
    because = f"PSA {fact.shown()} after a lowest value of {lowest.shown()} ({lowest.day})"
    return window.item(treatment, counted, DueState.DUE_NOW, because, opens=fact.day, evidence=seen,
                       asks_for=record.lacking)  # fmt: skip


# Restaging


def _restagings(treatment: Treatment) -> tuple[Examination, ...]:
    found = (one for one in treatment.course.examinations.entries if one.kind == RESTAGING)
    return tuple(sorted(found, key=lambda one: day_of(one.on)))


def _as_evidence(examination: Examination) -> Evidence:
    name = {"psma-pet": "PSMA PET", "fdg-pet": "FDG PET", "ct": "CT", "bone-scan": "bone scan"}[examination.kind]
    return entry("examinations", name, day_of(examination.on))


def _no_restaging(since: date) -> Ask:
    return Ask(item="examinations", question=f"Was a PSMA PET made since {since}, or another restaging?",
               why="none recorded")  # fmt: skip


def restaging(every: str, ahead: str) -> Find:
    """Return: restaging at regular times from the first cycle on, and when the series has ended."""

    def find(window: Window, treatment: Treatment) -> Iterator[DueItem]:
        if treatment.last is None:
            return
        start, number = treatment.given[0][1], 1
        words, last = f"cycle 1, given {start}", treatment.last[1]
        for examination in _restagings(treatment):
            day = day_of(examination.on)
            if day <= start or (treatment.ended and day > last):
                continue
            yield _regular(window, treatment, number, start, words, every, ahead, examination)
            start, words, number = day, f"restaging of {day}", number + 1
        if treatment.ended:
            yield _at_the_end(window, treatment, every)
        else:
            yield _regular(window, treatment, number, start, words, every, ahead, None)

    return find


def _regular(
    window: Window, treatment: Treatment, number: int, start: date, words: str, every: str, ahead: str,
    done: Examination | None,
) -> DueItem:  # fmt: skip
    closes = start + treatment.days(every)
    counted = Counted(key=str(number), cycle=0, day=start, words=words)
    span = Span(closes - treatment.days(ahead), closes)
    if done is None:
        return window.judged(treatment, counted, span, Record((), (_no_restaging(start),)))
    day = day_of(done.on)
    late = f", {(day - closes).days} d after the window" if day > closes else ""
    return window.item(treatment, counted, DueState.DONE, f"PSMA PET on {day}{late}", opens=span.opens, closes=closes,
                       done_on=day, evidence=(_as_evidence(done),))  # fmt: skip


def _at_the_end(window: Window, treatment: Treatment, every: str) -> DueItem:
    assert treatment.last is not None
    number, last = treatment.last
    counted = Counted(key="end", cycle=number, day=last, words=f"cycle {number}, given {last}; {treatment.ended}")
    found = [one for one in _restagings(treatment) if day_of(one.on) > last]
    record = Record((_as_evidence(found[0]),)) if found else Record((), (_no_restaging(last),))
    what = "Restaging at the end of the series"
    return window.judged(treatment, counted, Span(last + ONE_DAY, last + treatment.days(every)), record, what=what)


def second_modality(within: str) -> Find:
    """Return: with the latest restaging, an examination that can show lesions without PSMA."""

    def find(window: Window, treatment: Treatment) -> Iterator[DueItem]:
        start = treatment.given[0][1] if treatment.given else date.min
        made = [one for one in _restagings(treatment) if day_of(one.on) > start]
        if not treatment.given or not made:
            return
        day = day_of(made[-1].on)
        span = Span(day - treatment.days(within), day + treatment.days(within))
        counted = Counted(key=str(day), cycle=0, day=day, words=f"PSMA PET of {day}")
        found = [
            one
            for one in treatment.course.examinations.entries
            if one.kind in SECOND and (span.opens or date.min) <= day_of(one.on) <= (span.closes or date.max)
        ]
        if found:
            nearest = min(found, key=lambda one: abs(day_of(one.on) - day))
            record = Record((_as_evidence(nearest),))
            yield window.judged(treatment, counted, span, record)
            return
        ask = Ask(item="examinations", question=f"Was the CT of the PET/CT of {day} fully diagnostic, or another "
                  "modality used?", why="the record names no second modality beside this PSMA PET")  # fmt: skip
        yield window.item(treatment, counted, DueState.UNKNOWN, ask.why, opens=span.opens, closes=span.closes,
                          asks_for=(ask,))  # fmt: skip

    return find
