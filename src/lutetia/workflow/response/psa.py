"""From the PSA of a record to what PSA criteria say of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from lutetia.course import Course
from lutetia.course.therapy import TherapyLine
from lutetia.criteria.interval import Interval
from lutetia.criteria.pcwg3 import PsaProgression, psa_progression
from lutetia.criteria.psa_response import (
    at_12_weeks,
    best_change,
    changes,
    decline,
    doubling_time,
    flare,
    pattern,
    since_lowest,
    trend_at_6_weeks,
)
from lutetia.criteria.psa_series import Level, PsaSeries, under_treatment, until
from lutetia.criteria.published import published
from lutetia.report.restaging import PsaAnswers, Said, Stance, bounds
from lutetia.vocabulary import laboratory

DECLINES: Final = (30, 50, 90)
CLOSED: Final = {
    "too early": "no later value can settle it: {} began before the 12th week",
    "not confirmed": "no later value can confirm it: {} began within 3 weeks",
}
"""Why a criterion stays open for good, where the next therapy began; PSA counts up to that day only."""
EARLIER_DAYS: Final = 183
"""How long before the baseline the curve begins: long enough to see the rise that led to treatment."""


def psa_levels(course: Course) -> tuple[Level, ...]:
    """Return the PSA of a record, oldest first."""
    return tuple(
        Level(fact.day, Interval.result(fact.quantity, fact.comparator)) for fact in course.facts_of(laboratory.psa)
    )


def psa_answers(levels: Sequence[Level], given: Sequence[date], following: TherapyLine | None = None) -> PsaAnswers:
    """Return what PSA says, by the values up to the day on which the next therapy began.

    Parameters
    ----------
    levels : sequence of Level
        As known.
    given : sequence of date
        Days of the administrations; empty before the first.
    following : TherapyLine, optional
        The therapy begun since.
    """
    if not given:
        return PsaAnswers(series=None, why_not="no cycle was given yet")
    whole = under_treatment(levels, given[0])
    if whole is None:
        return PsaAnswers(series=None, why_not=f"no PSA up to the first cycle ({given[0]}) is recorded")
    series = whole if following is None else until(whole, following.started)
    begins = series.baseline.on - timedelta(days=EARLIER_DAYS)
    return PsaAnswers(
        series=series,
        earlier=tuple(level for level in levels if begins <= level.on < series.baseline.on),
        later=whole.after[len(series.after) :],
        next_therapy=told(following),
        best=best_change(series),
        at_12_weeks=at_12_weeks(series),
        six_weeks=trend_at_6_weeks(series),
        declines=tuple((percent, decline(series, percent)) for percent in DECLINES),
        progression=psa_progression(series, ends_on=None if following is None else following.started),
        rising=doubling_time(since_lowest(series)),
        flare=flare(series),
        pattern=pattern(series, given[1:]),
    )


def told(following: TherapyLine | None) -> str:
    """Name a therapy with the day on which it began."""
    return "" if following is None else f"{following.drug} since {following.started}"


def psa_said(series: PsaSeries | None, last: date, following: TherapyLine | None = None) -> tuple[Said, ...]:
    """Return the rows of PSA for a restaging, with the values up to a day.

    Parameters
    ----------
    series : PsaSeries or None
        Up to the day on which the next therapy began.
    last : date
    following : TherapyLine, optional
        That therapy.
    """
    if series is None:
        needs = ("a PSA before treatment",)
        return (Said(criterion="PSA50", of="PSA", answer="unknown", stance=Stance.OPEN, needs=needs,
                     source=cited("PSA decline"), of_now=False),)  # fmt: skip
    seen = until(series, last)
    ends_on = None if following is None else following.started
    return _half(seen), _pcwg3(psa_progression(seen, ends_on=ends_on), told(following))


def psa_near(series: PsaSeries | None, day: date, within_days: float) -> Interval | None:
    """Return the change of PSA at the value nearest to a day [%]; None without one near enough."""
    if series is None:
        return None
    near = [one for one in changes(series) if abs((one.on - day).days) <= within_days]
    found = min(near, key=lambda one: (abs((one.on - day).days), one.on), default=None)
    return None if found is None else found.percent


def _half(series: PsaSeries) -> Said:
    found, best = decline(series, 50), best_change(series)
    told = f"best change {bounds(best.percent)} ({best.on})" if best is not None else ""
    if found.holds:
        told += {True: f"; confirmed on {found.confirmed_on}", False: "; not confirmed", None: "; not yet confirmed"}[
            found.confirmed
        ]
    answer = {True: "reached", False: "not reached", None: "unknown"}[found.holds]
    stance = {True: Stance.BETTER, False: Stance.NOT_BETTER, None: Stance.OPEN}[found.holds]
    needs = ("a PSA under treatment that tells",) if found.holds is None else ()
    return Said(criterion="PSA50", of="PSA", answer=answer, stance=stance, because=told, needs=needs,
                source=cited("PSA decline"), of_now=False)  # fmt: skip


def _pcwg3(found: PsaProgression, next_therapy: str) -> Said:
    answers = {
        "confirmed": ("progression", Stance.WORSE, f"first on {found.on}, confirmed on {found.confirmed_on}"),
        "without a fall": ("progression", Stance.WORSE, f"on {found.on}; PSA never fell, no confirmation is asked for"),
        "not confirmed": ("to be confirmed", Stance.OPEN, f"a rise on {found.on}"),
        "none": ("no progression", Stance.NOT_WORSE, "no value rose by 25 % and 2 ng/mL over the lowest"),
        "too early": ("too early", Stance.OPEN, "a rise in the first 12 weeks does not count"),
    }
    answer, stance, because = answers[found.state]
    if found.fell_back_on is not None:
        because += f"; below it again on {found.fell_back_on}"
    if found.may_on is not None:
        because += f"; whether the value of {found.may_on} rose enough, its measuring range leaves open"
    by = "" if found.ends_on is None else f", up to {found.ends_on}"
    needs = {
        "not confirmed": (f"a second value 3 weeks later or more{by}",),
        "too early": (f"a PSA 12 weeks after the first cycle or later{by}",),
    }.get(found.state, ())
    if found.closed:
        answer, stance, needs = "not evaluable", Stance.APART, ()
        because += f"; {CLOSED[found.state].format(next_therapy)}"
    return Said(criterion="PCWG3 (PSA)", of="PSA", answer=answer, stance=stance, because=because, needs=needs,
                source=cited("PCWG3 PSA"))  # fmt: skip


_SEEN: Final = {"primary": "", "abstract": "; checked in the abstract", "secondary": "; checked in what others write"}


def cited(name: str) -> str:
    """Return the source of a criterion with its version, and how its wording was checked."""
    one = published()[name]
    return f"{one.source.title}, version {one.version}{_SEEN[one.seen]}"
