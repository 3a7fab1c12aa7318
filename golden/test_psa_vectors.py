"""PSA response, PCWG3 progression and doubling time against vectors computed by hand from the definitions.

Days count from the first administration; the first value is the baseline. Nothing here comes from our own output.
"""

from datetime import date, timedelta

import pytest

from lutetia.criteria.interval import Interval
from lutetia.criteria.pcwg3 import psa_progression
from lutetia.criteria.psa_response import best_change, decline, doubling_time
from lutetia.criteria.psa_series import Level, PsaSeries, under_treatment

START = date(2026, 1, 5)
PRINTED_TO_THREE_DECIMALS = 0.0005

EARLY_RISE_IGNORED: list[tuple[int, float]] = [(0, 100), (42, 130), (84, 60), (126, 50), (168, 65), (196, 70)]
NO_DECLINE: list[tuple[int, float]] = [(0, 20), (42, 26), (84, 27), (105, 28)]
GUIDELINE_TRIGGER_ONLY: list[tuple[int, float]] = [(0, 80), (58, 60), (63, 78)]


def levels(values: list[tuple[int, float]]) -> list[Level]:
    return [Level(START + timedelta(days=day), Interval.point(psa)) for day, psa in values]


def series(values: list[tuple[int, float]]) -> PsaSeries:
    found = under_treatment(levels(values), START)
    assert found is not None
    return found


def day(on: date | None) -> int | None:
    return None if on is None else (on - START).days


@pytest.mark.parametrize(
    ("values", "best", "progressed_on"),
    [(EARLY_RISE_IGNORED, -50, 168), (NO_DECLINE, 30, 84), (GUIDELINE_TRIGGER_ONLY, -25, None)],
)
def test_best_change_and_date_of_progression(
    values: list[tuple[int, float]], best: float, progressed_on: int | None
) -> None:
    change = best_change(series(values))
    assert change is not None
    assert change.percent == Interval.point(best)
    found = psa_progression(series(values))
    assert (day(found.on) if found.progressed else None) == progressed_on


def test_psa50_exactly_reached_holds_and_is_not_confirmed_by_later_values_that_rose() -> None:
    found = decline(series(EARLY_RISE_IGNORED), 50)
    assert (found.holds, day(found.on), found.confirmed) == (True, 126, False)


def test_progression_after_a_fall_is_dated_by_the_first_of_the_two_values() -> None:
    found = psa_progression(series(EARLY_RISE_IGNORED))
    assert (found.state, day(found.on), day(found.confirmed_on)) == ("confirmed", 168, 196)


@pytest.mark.parametrize("confirm", [True, False])
def test_progression_without_a_fall_has_the_same_date_with_or_without_confirmation(confirm: bool) -> None:
    found = psa_progression(series(NO_DECLINE), confirm_without_fall=confirm)
    assert (found.progressed, day(found.on)) == (True, 84)


@pytest.mark.parametrize(
    ("values", "months"),
    [([(0, 50), (42, 70), (84, 98)], 2.843), ([(0, 10), (30, 12), (60, 14.4), (90, 17.3)], 3.740)],
)
def test_doubling_time(values: list[tuple[int, float]], months: float) -> None:
    assert doubling_time(levels(values)).months == pytest.approx(months, abs=PRINTED_TO_THREE_DECIMALS)
