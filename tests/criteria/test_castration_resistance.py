"""A rise of PSA is found as each of three definitions asks for it."""

from datetime import date, timedelta

from lutetia.criteria.castration_resistance import Psa, confirmed_rise, rising_sequence, two_rises

START = date(2025, 6, 1)


def series(*values: tuple[int, float]) -> tuple[Psa, ...]:
    return tuple(Psa(START + timedelta(days=day), value) for day, value in values)


def test_the_day_of_progression_is_that_of_the_first_value_over_the_nadir() -> None:
    rise = confirmed_rise(
        series((0, 100), (42, 130), (84, 60), (126, 50), (168, 65), (196, 70)),
        over_nadir=1.25,
        least_rise_ng_ml=2,
        apart_days=21,
    )
    assert rise is not None
    assert [value.ng_ml for value in rise] == [50, 65, 70]


def test_a_rise_before_the_nadir_does_not_count() -> None:
    falling = series((0, 100), (20, 130), (50, 60), (90, 40))
    assert confirmed_rise(falling, over_nadir=1.25, least_rise_ng_ml=2, apart_days=21) is None
    assert two_rises(falling, over_nadir=1.25, apart_days=14) is None


def test_an_empty_series_shows_no_rise() -> None:
    assert two_rises((), over_nadir=1.25, apart_days=14) is None
    assert confirmed_rise((), over_nadir=1.25, least_rise_ng_ml=2, apart_days=21) is None
    assert rising_sequence((), rises=2, apart_days=7, start_ng_ml=1) is None


def test_the_dust_of_binary_arithmetic_does_not_hide_25_percent() -> None:
    assert two_rises(series((0, 0.4), (30, 0.45), (44, 0.5)), over_nadir=1.25, apart_days=14) is not None


def test_a_nadir_of_zero_is_overcome_by_two_nanograms() -> None:
    assert confirmed_rise(series((0, 0), (30, 2), (60, 2)), over_nadir=1.25, least_rise_ng_ml=2, apart_days=21)


def test_a_rise_that_is_long_and_large_is_found_by_all() -> None:
    rising = series((0, 5), (60, 20), (120, 60))
    assert two_rises(rising, over_nadir=1.25, apart_days=14) is not None
    assert confirmed_rise(rising, over_nadir=1.25, least_rise_ng_ml=2, apart_days=21) is not None
    assert rising_sequence(rising, rises=2, apart_days=7, start_ng_ml=1) is not None
