"""PSA at the edges: what is missing, early, beyond the measuring range, or falls back between two values."""

from datetime import date, timedelta

import pytest

from lutetia.criteria.interval import Interval
from lutetia.criteria.pcwg3 import psa_progression
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
from lutetia.criteria.psa_series import Level, PsaSeries, under_treatment

START = date(2026, 1, 5)


def on(day: int) -> date:
    return START + timedelta(days=day)


def level(day: int, psa: float | str) -> Level:
    text = str(psa)
    below = text.startswith("<")
    above = text.startswith(">")
    return Level(on(day), Interval.result(float(text.lstrip("<>")), "<" if below else ">" if above else None))


def series(*values: tuple[int, float | str]) -> PsaSeries:
    found = under_treatment([level(day, psa) for day, psa in values], START)
    assert found is not None
    return found


def test_without_a_value_before_treatment_there_is_no_baseline() -> None:
    assert under_treatment([level(5, 10)], START) is None


def test_the_baseline_is_the_last_value_up_to_the_first_day_in_whatever_order_they_come() -> None:
    found = under_treatment([level(30, 8), level(-40, 30), level(0, 20)], START)
    assert found is not None
    assert found.baseline == level(0, 20)
    assert found.after == (level(30, 8),)


def test_a_rise_of_a_quarter_and_of_two_exactly_is_enough() -> None:
    assert psa_progression(series((0, 10), (42, 8), (90, 10), (111, 10))).state == "confirmed"
    assert psa_progression(series((0, 10), (42, 8), (90, 9.99), (111, 9.99))).state == "none"


def test_a_quarter_alone_is_not_enough_below_eight() -> None:
    assert psa_progression(series((0, 4), (42, 1), (90, 2.9), (120, 2.9))).state == "none"


def test_a_value_of_the_83rd_day_does_not_count_and_one_of_the_84th_does() -> None:
    assert psa_progression(series((0, 20), (83, 40))).state == "too early"
    assert psa_progression(series((0, 20), (84, 40))).on == on(84)


def test_a_second_value_twenty_days_later_does_not_confirm() -> None:
    found = psa_progression(series((0, 20), (42, 10), (90, 15), (110, 15)))
    assert (found.state, found.on, found.confirmed_on) == ("not confirmed", on(90), None)
    assert psa_progression(series((0, 20), (42, 10), (90, 15), (111, 15))).confirmed_on == on(111)


def test_a_value_that_fell_back_is_named() -> None:
    found = psa_progression(series((0, 20), (42, 10), (90, 15), (120, 11)))
    assert (found.state, found.fell_back_on) == ("not confirmed", on(120))


def test_a_new_lowest_value_begins_the_search_anew() -> None:
    found = psa_progression(series((0, 20), (42, 10), (90, 15), (100, 9), (130, 15), (160, 15)))
    assert (found.on, found.nadir) == (on(130), level(100, 9))


def test_a_switch_asks_for_confirmation_where_psa_never_fell() -> None:
    rising = series((0, 20), (84, 40))
    assert psa_progression(rising).progressed
    assert not psa_progression(rising, confirm_without_fall=True).progressed


def test_a_nadir_below_detection_is_no_zero() -> None:
    found = psa_progression(series((0, 20), (42, "<0.02"), (90, 2.01), (120, 2.02), (150, 3)))
    assert found.may_on == on(90)
    assert (found.state, found.on) == ("confirmed", on(120))


def test_a_best_change_below_detection_is_a_bound() -> None:
    best = best_change(series((0, 20), (42, "<0.02")))
    assert best is not None
    assert best.percent == Interval(-100, -99.9, high_open=True)
    assert decline(series((0, 20), (42, "<0.02")), 90).holds is True


@pytest.mark.parametrize(("psa", "holds"), [("<10", True), ("<10.1", None), (">10", False), (">9", None), (10, True)])
def test_a_fall_by_half_holds_only_if_it_holds_for_every_value_that_may_be_meant(
    psa: float | str, holds: bool | None
) -> None:
    assert decline(series((0, 20), (42, psa)), 50).holds is holds


def test_a_fall_waits_for_confirmation_until_three_weeks_have_passed() -> None:
    assert decline(series((0, 20), (42, 5)), 50).confirmed is None
    assert decline(series((0, 20), (42, 5), (62, 12)), 50).confirmed is None
    assert decline(series((0, 20), (42, 5), (63, 12)), 50).confirmed is False
    assert decline(series((0, 20), (42, 5), (63, 10)), 50).confirmed_on == on(63)


def test_no_value_after_treatment_leaves_the_fall_open() -> None:
    assert decline(series((0, 20)), 50).holds is None


def test_no_change_is_defined_from_a_baseline_of_zero() -> None:
    assert changes(series((0, 0), (42, 5))) == ()
    assert best_change(series((0, 0), (42, 5))) is None
    assert decline(series((0, 0), (42, 0)), 50).holds is None


def test_a_baseline_below_detection_leaves_the_upper_end_open() -> None:
    (change,) = changes(series((0, "<0.02"), (42, 0.04)))
    assert change.percent.low == 100
    assert change.percent.high == float("inf")


def test_doubling_time_needs_three_measured_values_over_four_weeks() -> None:
    assert "2 measured values" in doubling_time([level(0, "<0.1"), level(10, 1), level(60, 2)]).why
    assert "27 days" in doubling_time([level(0, 1), level(13, 2), level(27, 4)]).why
    assert doubling_time([level(0, 1), level(14, 2), level(28, 4)]).months == pytest.approx(14 / 30.4375)


def test_a_falling_psa_has_no_negative_doubling_time() -> None:
    found = doubling_time([level(0, 4), level(30, 3), level(60, 2)])
    assert found.months is None
    assert "not doubling" in found.why


def test_the_values_since_the_lowest_begin_with_its_last_occurrence() -> None:
    assert since_lowest(series((0, 9), (20, 4), (40, 4), (60, 7))) == (level(40, 4), level(60, 7))


def test_the_change_about_twelve_weeks_is_that_of_the_nearest_value() -> None:
    found = at_12_weeks(series((0, 20), (80, 15), (90, 5)))
    assert found is not None
    assert found.on == on(80)
    assert at_12_weeks(series((0, 20), (60, 15))) is None


@pytest.mark.parametrize(
    ("psa", "trend"), [(7, "response"), (7.1, "stable"), (12.49, "stable"), (12.5, "progression"), ("<8", None)]
)
def test_the_sign_at_six_weeks(psa: float | str, trend: str | None) -> None:
    found = trend_at_6_weeks(series((0, 10), (44, psa)))
    assert found is not None
    assert found[1] == trend


def test_there_is_no_sign_at_six_weeks_without_a_value_near_it() -> None:
    assert trend_at_6_weeks(series((0, 10), (20, 5))) is None


def test_an_early_rise_and_a_later_fall_below_the_baseline_is_a_flare() -> None:
    assert flare(series((0, 10), (21, 14), (60, 11), (90, 7))) == (on(21), on(90))
    assert flare(series((0, 10), (21, 14), (90, 10))) is None
    assert flare(series((0, 10), (90, 14), (120, 7))) is None


CYCLES = [on(42), on(84)]


@pytest.mark.parametrize(
    ("second", "third", "expected"),
    [(8, 6, "sustained fall"), (12, 14, "sustained rise"), (8, 9, "fluctuating"), (12, 9, "fluctuating"),
     (12, 12, None)],
)  # fmt: skip
def test_the_pattern_from_cycle_to_cycle(second: float, third: float, expected: str | None) -> None:
    assert pattern(series((0, 10), (40, second), (84, third), (120, 99)), CYCLES) == expected


def test_one_change_is_no_pattern() -> None:
    assert pattern(series((0, 10), (40, 8)), [on(42)]) is None
    assert pattern(series((0, 10), (40, "<8"), (84, "<8")), CYCLES) is None
