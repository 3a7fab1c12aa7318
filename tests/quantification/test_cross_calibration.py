"""Is the activity of a source right at the time it is needed, whatever was read when and in which geometry?"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from lutetia.errors import InputError
from lutetia.quantification.cross_calibration import (
    GeometryFactor,
    KnownActivity,
    MeterReading,
    at_time,
    cross_calibrate,
    filled_activity,
)

NINE = datetime(2026, 3, 29, 1, 30, tzinfo=timezone(timedelta(hours=1)))
HALF_LIFE_H = 160.0
EXACT = 1e-12


def reading(mbq: float, hours: float = 0.0) -> MeterReading:
    return MeterReading(mbq=mbq, at=NINE + timedelta(hours=hours))


def test_what_is_left_is_taken_off_as_it_was_when_the_syringe_was_full() -> None:
    known = filled_activity(reading(1000), reading(100, 160), half_life_h=HALF_LIFE_H, relative_sigma=0.02)
    assert known.mbq == pytest.approx(800, rel=EXACT)
    assert (known.at, known.relative_sigma) == (NINE, 0.02)


def test_an_activity_decays_to_its_reference_time_over_a_change_of_clocks() -> None:
    known = KnownActivity(mbq=800, at=NINE, relative_sigma=0.02)
    summer = datetime(2026, 3, 29, 3, 30, tzinfo=timezone(timedelta(hours=2)))  # an hour later, not two
    assert at_time(known, summer, half_life_h=1.0).mbq == pytest.approx(400, rel=EXACT)


def test_a_factor_of_the_geometry_multiplies_and_adds_its_uncertainty() -> None:
    factor = GeometryFactor(value=1.05, relative_sigma=0.015, geometry="vial", measured_on=date(2025, 11, 3))
    known = filled_activity(reading(1000), reading(0, 1), half_life_h=HALF_LIFE_H, relative_sigma=0.02, geometry=factor)
    assert known.mbq == pytest.approx(1050, rel=EXACT)
    assert known.relative_sigma == pytest.approx(0.025, rel=EXACT)


def test_a_time_before_the_reading_is_refused() -> None:
    known = KnownActivity(mbq=800, at=NINE, relative_sigma=0.02)
    with pytest.raises(InputError, match=r"begins 2\.00 h before the activity was measured"):
        at_time(known, NINE - timedelta(hours=2), half_life_h=HALF_LIFE_H)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (reading(1000), reading(1200, 1), "were left of"),
        (reading(1000), reading(10, -1), "before it was read as full"),
        (reading(-5), reading(1, 1), "is impossible"),
        (reading(0), reading(0, 1), "were left of"),
        (reading(float("nan")), reading(0, 1), "is impossible"),
    ],
)
def test_impossible_readings_are_refused(before: MeterReading, after: MeterReading, words: str) -> None:
    with pytest.raises(InputError, match=words):
        filled_activity(before, after, half_life_h=HALF_LIFE_H, relative_sigma=0.02)


def test_camera_and_activity_meter_agree_within_twice_the_uncertainty() -> None:
    day = date(2026, 3, 29)
    assert cross_calibrate(105, 100, relative_sigma=0.03, measured_on=day).agrees
    assert not cross_calibrate(108, 100, relative_sigma=0.03, measured_on=day).agrees


@pytest.mark.parametrize(("known", "seen"), [(1000.0, 1.0), (1.0, 1000.0)])
def test_a_unit_between_camera_and_activity_meter_is_refused(known: float, seen: float) -> None:
    with pytest.raises(InputError, match="kBq, MBq, GBq"):
        cross_calibrate(known, seen, relative_sigma=0.03, measured_on=date(2026, 3, 29))


def test_a_factor_that_no_geometry_has_is_refused() -> None:
    with pytest.raises(InputError, match=r"between 0.5 and 2"):
        GeometryFactor(value=1000, relative_sigma=0.01, geometry="vial", measured_on=date(2026, 1, 1))
