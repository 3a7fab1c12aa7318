"""Which clocks run beside the cycles? The interval, consent, pauses, a toxicity that must resolve, contraception.

Each function returns the ``find`` of a :class:`~lutetia.guideline.schedule_windows.Window`. Where a recommendation
of the book already says it (pauses, consent), its own condition decides: plan and assessment cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

from lutetia.course import Cycle, day_of
from lutetia.criteria import Interval, grade
from lutetia.guideline.logic.graded import ctcae
from lutetia.guideline.logic.traits import baseline_of
from lutetia.guideline.recommendation import Effect, Recommendation
from lutetia.guideline.schedule import DueItem, DueState
from lutetia.guideline.schedule_treatment import Treatment, entry, months_after, used, was_it_given
from lutetia.guideline.schedule_windows import (
    ONE_DAY,
    Counted,
    Find,
    Record,
    Span,
    Window,
    each_cycle,
    is_it_the_last,
    planned_next,
)
from lutetia.guideline.verdict import Ask, Evidence
from lutetia.vocabulary import Item


def interval(opens: str, closes: str, *, ligand: str, regular: str | None = None, pauses: Iterable[Pause] = ()) -> Find:
    """Return: the next cycle, between two numbers of days after the one before, for one ligand.

    A pause that is asked for moves the window: the cycle is blocked until its end, and not overdue by it.
    """
    asked = tuple(pauses)

    def find(window: Window, treatment: Treatment) -> Iterator[DueItem]:
        if treatment.last is None or _ligand(treatment) != ligand:
            return
        every = tuple(each_cycle(treatment))
        for earlier, later in pairwise(cycle for cycle in every if not cycle.tentative):
            yield _given_after(window, treatment, earlier, later, opens, closes)
        yield _next(window, treatment, opens, closes, regular, asked)

    return find


def _ligand(treatment: Treatment) -> str | None:
    cycle = treatment.next or treatment.course.cycle(treatment.last[0] if treatment.last else 0)
    return None if cycle is None else cycle.read_agent.ligand


def _given_after(
    window: Window, treatment: Treatment, earlier: Counted, later: Counted, opens: str, closes: str
) -> DueItem:
    span = Span(earlier.day + treatment.days(opens), earlier.day + treatment.days(closes))
    assert span.opens is not None
    assert span.closes is not None
    inside = "" if span.opens <= later.day <= span.closes else ", outside the window"
    because = f"given on {later.day}, {(later.day - earlier.day).days} d after cycle {earlier.cycle}{inside}"
    counted = Counted(key=later.key, cycle=later.cycle, day=later.day, words=earlier.words)
    seen = (entry("cycles", f"cycle {later.cycle} given", later.day),)
    return window.item(treatment, counted, DueState.DONE, because, opens=span.opens, closes=span.closes,
                       done_on=later.day, evidence=seen)  # fmt: skip


def _next(
    window: Window, treatment: Treatment, opens: str, closes: str, regular: str | None, pauses: tuple[Pause, ...]
) -> DueItem:
    assert treatment.last is not None
    number, last = treatment.last
    cycle, today = treatment.next, treatment.known_on
    counted = Counted(key=str(treatment.next_number), cycle=treatment.next_number, day=last,
                      words=f"cycle {number}, given {last}")  # fmt: skip
    if treatment.ended:
        return window.item(treatment, counted, DueState.NOT_APPLICABLE, f"no further cycle: {treatment.ended}")
    running = [(pause.rule.id, until) for pause in pauses if (until := pause.until(treatment)) is not None]
    free = max((until for _, until in running), default=last)
    first, latest = max(last + treatment.days(opens), free), max(last + treatment.days(closes), free)
    ideal = max(last + treatment.days(regular), free) if regular else None
    days = {"opens": first, "ideal": ideal, "closes": latest}
    if cycle is None:
        ask = is_it_the_last(treatment)
        return window.item(treatment, counted, DueState.UNKNOWN, ask.why, asks_for=(ask,), **days)
    said = f"planned for {cycle.planned}, {(cycle.planned - last).days} d after cycle {number}"
    said += "" if first <= cycle.planned <= latest else ", outside the window"
    said += _remarks(treatment, cycle)
    reasons = ", ".join(rule for rule, until in running if until == free)
    if free > today:
        because = f"{said}; not before {free} ({reasons})"
        return window.item(treatment, counted, DueState.BLOCKED, because, blocked_until=free, **days)
    if reasons and free > last + treatment.days(closes):
        said += f"; the delay is explained by {reasons}"
    if today > latest:
        ask = was_it_given(cycle)
        return window.item(treatment, counted, DueState.OVERDUE, said, asks_for=(ask,), **days)
    if cycle.planned < today:
        ask = was_it_given(cycle)
        return window.item(treatment, counted, DueState.UNKNOWN, ask.why, asks_for=(ask,), **days)
    return window.item(treatment, counted, DueState.UPCOMING if today < first else DueState.DUE_NOW, said, **days)


def _remarks(treatment: Treatment, cycle: Cycle) -> str:
    """Say what else was decided about a cycle, and that it lies beyond the approved number."""
    decision, most = treatment.decided(cycle.number), treatment.numbers["cycles_max"].value
    waits = decision is not None and decision.outcome in ("hold", "postpone")
    decided = f"; {decision.outcome} decided on {day_of(decision.on)}" if decision is not None and waits else ""
    ligand = cycle.read_agent.ligand
    beyond = f"; beyond the {most:g} cycles of the approved regimen" if cycle.number > most else ""
    return decided + (beyond if ligand == "PSMA-617" else "")


class Pause:
    """A recommendation that keeps the next cycle away until a day.

    Parameters
    ----------
    rule : Recommendation
        With an effect that says until when.
    asked_on_planned_day : bool
        True where the rule counts from the plan; else it is asked on the day as known.
    open_from : str, optional
        Number of days after the last cycle before which the facts that decide cannot be there yet.
    """

    def __init__(self, rule: Recommendation, *, asked_on_planned_day: bool = False, open_from: str = "") -> None:
        self.rule, self.asked_on_planned_day, self.open_from = rule, asked_on_planned_day, open_from

    def find(self, window: Window, treatment: Treatment) -> Iterator[DueItem]:
        """Say until when the next cycle is kept away."""
        if treatment.ended or (treatment.next is None and (treatment.last is None or self.asked_on_planned_day)):
            return
        number = treatment.next_number
        counted = planned_next(treatment) or Counted(
            key=str(number), cycle=number, day=treatment.known_on, words="the day as known"
        )
        context = treatment.context(self._day(treatment), number)
        if self.rule.applies.find(context).holds is False:
            return
        found = self.rule.condition.find(context)
        if found.holds is False:
            yield window.item(treatment, counted, DueState.NOT_APPLICABLE, "no such pause runs")
        elif found.holds is None:
            yield self._open(window, treatment, counted, found.asks)
        else:
            yield self._running(window, treatment, counted, tuple(s for s in found.evidence if s.state == "used"))

    def _open(self, window: Window, treatment: Treatment, counted: Counted, asks: tuple[Ask, ...]) -> DueItem:
        """Return the item while it cannot be told; before the facts can be there, it only awaits them."""
        if self.open_from and treatment.last is not None:
            opens = treatment.last[1] + treatment.days(self.open_from)
            if treatment.known_on < opens:
                because = "the counts that decide are not due yet"
                return window.item(treatment, counted, DueState.UPCOMING, because, opens=opens)
        because = f"{asks[0].question} {asks[0].why[:1].upper()}{asks[0].why[1:]}"
        return window.item(treatment, counted, DueState.UNKNOWN, because, asks_for=asks)

    def _running(self, window: Window, treatment: Treatment, counted: Counted, seen: tuple[Evidence, ...]) -> DueItem:
        until = self.until(treatment)
        if until is None:
            last = "still given, or its end is not recorded"
            ask = Ask(item=seen[0].item if seen else "course", question="When did it end?", why=last)
            return window.item(treatment, counted, DueState.BLOCKED, last, evidence=seen, asks_for=(ask,))
        planned = treatment.next.planned if treatment.next is not None else None
        early = f"; the planned day {planned} lies before it" if planned is not None and planned < until else ""
        if until <= treatment.known_on:
            because = f"the pause ended on {until}{early}"
            return window.item(treatment, counted, DueState.DONE, because, closes=until, evidence=seen, done_on=until)
        return window.item(treatment, counted, DueState.BLOCKED, f"not before {until}{early}", closes=until,
                           blocked_until=until, evidence=seen)  # fmt: skip

    def until(self, treatment: Treatment) -> date | None:
        """Return the first day on which the cycle may be given; None where no pause runs or its end is not known."""
        if treatment.next is None and self.asked_on_planned_day:
            return None
        context = treatment.context(self._day(treatment), treatment.next_number)
        if self.rule.applies.find(context).holds is False or not self.rule.condition.find(context).holds:
            return None
        running: list[Effect] = [
            effect
            for effect in self.rule.effects
            if effect.until is not None and (effect.when is None or effect.when.find(context).holds)
        ]
        ends = [effect.until.day(context) for effect in running if effect.until is not None]
        known = [end for end in ends if end is not None]
        return max(known) if known and len(known) == len(ends) else None

    def _day(self, treatment: Treatment) -> date:
        planned = treatment.next.planned if treatment.next is not None else treatment.known_on
        return planned if self.asked_on_planned_day else treatment.known_on


def consent_before_the_first(rule: Recommendation, required: Item, ahead: str) -> Find:
    """Return: consent, before the first cycle by the hours that the law asks for."""

    def find(window: Window, treatment: Treatment) -> Iterator[DueItem]:
        first = next((cycle for cycle in each_cycle(treatment) if cycle.cycle == 1), None)
        if first is None:
            if not treatment.given and not treatment.ended:
                yield _no_day(window, treatment)
            return
        found = rule.condition.find(treatment.context(first.day, 1))
        demanded = treatment.course.facts_of(required)
        early = demanded and demanded[-1].value is False
        closes = first.day if early else first.day - treatment.hours(ahead)
        seen = tuple(one for one in found.evidence if one.state == "used" and one.item == "consents")
        if found.holds is False:
            done = min(_days_of_consent(treatment), default=None)
            because = f"{seen[0].shown}, {seen[0].why}" if seen else "recorded"
            yield window.item(treatment, first, DueState.DONE, because, closes=closes, evidence=seen, done_on=done)
            return
        lacking = found.asks or (Ask(item="consents", question="Is there a consent that fulfils the law?",
                                     why="the one recorded does not"),)  # fmt: skip
        if found.holds is None:
            yield window.item(treatment, first, DueState.UNKNOWN, lacking[0].why, closes=closes, evidence=seen,
                              asks_for=lacking)  # fmt: skip
            return
        counted = Counted(key=first.key, cycle=1, day=first.day, words=first.words, tentative=first.tentative,
                          until=None if first.tentative else first.day)  # fmt: skip
        yield window.judged(treatment, counted, Span(None, closes), Record(seen, lacking))

    return find


def _days_of_consent(treatment: Treatment) -> list[date]:
    return [day_of(consent.given_at) for consent in treatment.course.consents if not consent.withdrawn]


def _no_day(window: Window, treatment: Treatment) -> DueItem:
    counted = Counted(key="1", cycle=1, day=treatment.known_on, words="the first cycle", tentative=True)
    ask = Ask(item="cycles", question="For which day is cycle 1 planned?", why="no cycle is planned")
    return window.item(treatment, counted, DueState.UNKNOWN, ask.why, asks_for=(ask,))


def months_after_the_last(months: str, what: str) -> Find:
    """Return: something that lasts from the first cycle until some months after the last."""

    def find(window: Window, treatment: Treatment) -> Iterator[DueItem]:
        if treatment.last is None:
            return
        last = treatment.last[1]
        closes = months_after(last, int(treatment.numbers[months].value))
        counted = Counted(key="course", cycle=0, day=last, words=f"cycle {treatment.last[0]}, given {last}")
        days = {"opens": treatment.given[0][1], "closes": closes}
        if treatment.known_on > closes:
            yield window.item(
                treatment, counted, DueState.DONE, f"the time was over on {closes}", done_on=closes, **days
            )
            return
        longer = "" if treatment.ended else "; longer with each further cycle"
        yield window.item(treatment, counted, DueState.DUE_NOW, f"{what} until {closes}{longer}", **days)

    return find


Point = tuple[date, float, float, Evidence]
"""Day, least and greatest grade, and the fact."""


def must_resolve(items: tuple[Item, ...], *, grade_from: str, recovered: str, within: str) -> Find:
    """Return: a toxicity of some grade that must come back within some days, by events and by blood counts."""

    def find(window: Window, treatment: Treatment) -> Iterator[DueItem]:
        if not treatment.given:
            return
        least, back = treatment.numbers[grade_from].value, treatment.numbers[recovered].value
        running: dict[str, DueItem] = {}
        for name, points, baseline in (*_events(treatment), *_counts(treatment, items)):
            for since, over in episodes(points, least=least, recovered=max(back, baseline)):
                item = _episode(window, treatment, name, since, over, treatment.days(within).days)
                running[item.key] = max(running.get(item.key, item), item, key=lambda one: -one.urgency[0])
        yield from running.values()
        listed = treatment.course.events
        if not running and not treatment.ended:
            counted = Counted(key="list", cycle=0, day=treatment.known_on, words="the day as known")
            if listed.complete_on(treatment.known_on):
                yield window.item(treatment, counted, DueState.NOT_APPLICABLE, "none is recorded, in a complete list")
            else:
                as_of = f"only as of {listed.complete_as_of}" if listed.complete_as_of else "by nobody"
                ask = Ask(item="events", question=f"Is the list of adverse events complete to {treatment.known_on}?",
                          why=f"none is recorded, and the list was called complete {as_of}")  # fmt: skip
                yield window.item(treatment, counted, DueState.UNKNOWN, ask.why, asks_for=(ask,))

    return find


def _episode(
    window: Window, treatment: Treatment, name: str, since: tuple[date, Evidence], over: tuple[date, Evidence] | None,
    within: int,
) -> DueItem:  # fmt: skip
    began, first = since
    closes = date.fromordinal(began.toordinal() + within)
    counted = Counted(key=f"{name}/{began}", cycle=0, day=began, words=f"{name} since {began}")
    what = f"{window.what}: {name.removeprefix('lab.')}"
    if over is not None:
        in_time = "" if over[0] <= closes else f", {(over[0] - closes).days} d after the window"
        because = f"resolved on {over[0]}{in_time}"
        return window.item(treatment, counted, DueState.DONE, because, opens=began, closes=closes, done_on=over[0],
                           evidence=(first, over[1]), what=what)  # fmt: skip
    if treatment.ended:
        return window.item(treatment, counted, DueState.NOT_APPLICABLE, treatment.ended, what=what)
    lacking = (Ask(item=first.item, question=f"Has it resolved ({name})?", why="not recorded as resolved"),)
    late = treatment.known_on > closes
    state = DueState.OVERDUE if late else DueState.DUE_NOW
    fires = closes + ONE_DAY
    because = f"not resolved; the rule (discontinue) holds {'since' if late else 'from'} {fires}"
    return window.item(treatment, counted, state, because, opens=began, closes=closes, evidence=(first,),
                       asks_for=lacking, what=what)  # fmt: skip


def episodes(
    points: Iterable[Point], *, least: float, recovered: float
) -> Iterator[tuple[tuple[date, Evidence], tuple[date, Evidence] | None]]:
    """Yield each time from reaching a grade to coming back, which is None while it lasts."""
    since: tuple[date, Evidence] | None = None
    for day, low, high, seen in points:
        if since is None and low >= least:
            since = (day, seen)
        elif since is not None and high <= recovered:
            yield since, (day, seen)
            since = None
    if since is not None:
        yield since, None


def _events(treatment: Treatment) -> Iterator[tuple[str, list[Point], float]]:
    context = treatment.context(treatment.known_on, treatment.next_number)
    for event in treatment.course.events.entries:
        points = [
            (graded.on, float(graded.grade), float(graded.grade), entry("events", f"grade {graded.grade}", graded.on))
            for graded in event.grades
        ]
        yield event.term, points, float(baseline_of(event, context) or 0)


def _counts(treatment: Treatment, items: tuple[Item, ...]) -> Iterator[tuple[str, list[Point], float]]:
    first = treatment.given[0][1]
    context = treatment.context(treatment.known_on, treatment.next_number)
    for item in items:
        baseline = ctcae(item, "before the first cycle").measure(context).interval
        points = []
        for fact in treatment.sampled(item, first + ONE_DAY, treatment.known_on):
            value = Interval.result(fact.quantity, fact.comparator)
            found = grade(fact.item, value, lower=fact.lower_limit, computed_only=True)
            points.append((fact.day, float(found.least), float(found.most), used(fact)))
        yield item.id, points, baseline.low if baseline is not None else 0.0
