"""Castration resistance is found by three definitions, and never denied for want of PSA values."""

from datetime import date, timedelta

import pytest

from lutetia.criteria import Interval
from lutetia.criteria.castration_resistance import (
    Progression,
    Psa,
    by_guideline,
    by_pcwg3,
    confirmed_rise,
    for_entry_by_pcwg3,
    rising_sequence,
    two_rises,
)
from lutetia.criteria.published import published

GUIDELINE = published()["CRPC by the guideline"].values
PCWG3 = published()["CRPC by PCWG3"].values
ENTRY = published()["PCWG3 entry"].values
START = date(2025, 6, 1)


def series(*values: tuple[int, float]) -> tuple[Psa, ...]:
    return tuple(Psa(START + timedelta(days=day), value) for day, value in values)


def man(*values: tuple[int, float], testosterone: float | None = 12, **known: bool | None) -> Progression:
    level = None if testosterone is None else Interval.point(testosterone)
    return Progression(testosterone_ng_dl=level, psa=series(*values), **{"suppressed": True, **known})  # type: ignore[arg-type]


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


@pytest.mark.parametrize(("of", "numbers"), [(by_guideline, GUIDELINE), (by_pcwg3, PCWG3), (for_entry_by_pcwg3, ENTRY)])
class TestEachDefinition:
    def test_progression_on_imaging_is_enough(self, of, numbers) -> None:  # type: ignore[no-untyped-def]
        assert of(man(on_imaging=True), **numbers).holds is True

    def test_no_rise_in_the_record_leaves_it_open(self, of, numbers) -> None:  # type: ignore[no-untyped-def]
        found = of(man((0, 5), (60, 5), on_imaging=False), **numbers)
        assert found.holds is None
        assert [str(need) for need in found.needs] == ["earlier PSA values"]

    def test_a_rise_that_is_long_and_large_is_found_by_all(self, of, numbers) -> None:  # type: ignore[no-untyped-def]
        assert of(man((0, 5), (60, 20), (120, 60), on_imaging=False), **numbers).holds is True

    @pytest.mark.parametrize(("testosterone", "suppressed"), [(50.0, True), (12.0, False), (None, False)])
    def test_without_castration_it_is_denied(self, of, numbers, testosterone, suppressed) -> None:  # type: ignore[no-untyped-def]
        known = man((0, 5), (60, 20), (120, 60), testosterone=testosterone, suppressed=suppressed)
        assert of(known, **numbers).holds is False

    def test_an_unknown_testosterone_is_asked_for(self, of, numbers) -> None:  # type: ignore[no-untyped-def]
        found = of(man((0, 5), (60, 20), (120, 60), testosterone=None), **numbers)
        assert [str(need) for need in found.needs] == ["testosterone"]
