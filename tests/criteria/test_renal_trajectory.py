"""Every creatinine by every equation, and a slope only where it can be told."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from lutetia.course import Course
from lutetia.course.file import parse_course
from lutetia.criteria.renal_trajectory import (
    COCKCROFT_GAULT,
    EQUATIONS,
    LEAST_SPAN_DAYS,
    WEIGHT_MAX_AGE_DAYS,
    Slope,
    estimate_by,
    least_squares,
    renal_course,
    unit_of,
)

PRINTED_TO_TWO_DECIMALS = 0.005
PRINTED_TO_FOUR_DECIMALS = 5e-5
EXACT_BUT_FOR_ROUNDING = 1e-9
START = date(2026, 1, 1)


def course(values: Sequence[tuple[object, int]], *, weight: int | None = 0, born: str = "1955-06-01") -> Course:
    lines = ["format: lutetia-course/1", "id: T-1", f"patient: {{birth_date: {born}}}" if born else "", "facts:"]
    lines.append("  lab.creatinine:")
    for value, day in values:
        sign = ", comparator: '<'" if str(value).startswith("<") else ""
        number = str(value).lstrip("<")
        lines.append(f"    - {{value: {number}, unit: mg/dL, at: {START + timedelta(days=day)}{sign}}}")
    if weight is not None:
        lines.append(f"  person.weight: [{{value: 80, unit: kg, at: {START + timedelta(days=weight)}}}]")
    return parse_course("\n".join(lines), name="course.yaml")


def test_all_equations_stand_side_by_side() -> None:
    point = renal_course(course([(1.0, 0)], born="1956-01-01")).points[0]
    told = {name: found.low for name, found in point.estimates.items()}
    worked = {"CKD-EPI 2021": 80.97, "CKD-EPI 2009": 75.92, "MDRD": 73.87, COCKCROFT_GAULT: 77.78}  # 70 years, 80 kg
    assert told == pytest.approx(worked, abs=PRINTED_TO_TWO_DECIMALS)
    assert {unit_of(name) for name in EQUATIONS} == {"mL/min", "mL/min/{1.73_m2}"}


def test_the_same_creatinine_in_another_unit_means_the_same_kidneys() -> None:
    text = course([(1.0, 0)])
    other = text.model_dump(mode="json")
    other["facts"]["lab.creatinine"][0] |= {"value": 1.0 * 10 / 113.12 * 1000, "unit": "umol/L"}
    again = Course.model_validate_json(__import__("json").dumps(other))
    first, second = renal_course(text).points[0], renal_course(again).points[0]
    for name in EQUATIONS:
        assert first.estimates[name].low == pytest.approx(second.estimates[name].low, rel=EXACT_BUT_FOR_ROUNDING)


def test_an_old_weight_is_none() -> None:
    record = course([(1.0, WEIGHT_MAX_AGE_DAYS), (1.0, WEIGHT_MAX_AGE_DAYS + 1)])
    known = [COCKCROFT_GAULT in point.estimates for point in renal_course(record).points]
    assert known == [True, False]
    assert "Cockcroft-Gault" in renal_course(record).needs[0]


def test_without_a_date_of_birth_no_equation_speaks() -> None:
    found = renal_course(course([(1.0, 0)], born=""))
    assert found.points[0].estimates == {}
    assert found.needs == ("date of birth, from which every equation takes the age",)


def test_a_creatinine_below_the_measuring_range_is_a_gfr_above_one() -> None:
    estimate = renal_course(course([("<0.5", 0)])).points[0].estimates["MDRD"]
    assert estimate.low_open
    assert estimate.high == float("inf")


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([(1.0, 0), (1.1, 100)], "2 of the 3 values that a slope needs"),
        ([(1.0, 0), (1.1, 40), (1.2, LEAST_SPAN_DAYS - 1)], "89 of the 90 days that a slope needs"),
        ([("<0.5", 0), (1.1, 40), (1.2, 100)], "2 of the 3 values that a slope needs"),
    ],
)
def test_a_slope_that_cannot_be_told_says_why(values: list[tuple[object, int]], told: str) -> None:
    assert renal_course(course(values)).slopes["MDRD"] == told


def test_a_slope_is_per_year_and_counts_from_the_day_asked() -> None:
    values = [(0.5, 0), (1.0, 10), (1.0, 60), (1.0, 110)]
    slope = renal_course(course(values), since=START + timedelta(days=10)).slopes["MDRD"]
    assert isinstance(slope, Slope)
    assert (slope.values, slope.span_days) == (3, 100)


def test_least_squares_against_worked_numbers() -> None:
    # y = 80, 74, 72 at 0, 1, 2 years: mean 75.33, slope -4, residuals 0.667, -1.333, 0.667; s = 1.633, error 1.1547
    slope, error = least_squares([0, 1, 2], [80, 74, 72])
    assert slope == pytest.approx(-4, abs=EXACT_BUT_FOR_ROUNDING)
    assert error == pytest.approx(1.1547, abs=PRINTED_TO_FOUR_DECIMALS)


def test_reported_values_of_different_equations_have_no_slope() -> None:
    text = "\n".join([
        "format: lutetia-course/1", "id: T-1", "facts:", "  lab.egfr:",
        "    - {value: 80, unit: 'mL/min/{1.73_m2}', at: 2026-01-01, method: CKD-EPI 2009}",
        "    - {value: 78, unit: 'mL/min/{1.73_m2}', at: 2026-03-01, method: CKD-EPI 2021}",
        "    - {value: 70, unit: 'mL/min/{1.73_m2}', at: 2026-06-01, method: CKD-EPI 2021}",
    ])  # fmt: skip
    found = renal_course(parse_course(text, name="course.yaml"))
    assert found.slopes["reported"] == "the equations differ, or are not stated with every value"
    same = renal_course(parse_course(text.replace("2009", "2021"), name="course.yaml")).slopes["reported"]
    assert isinstance(same, Slope)


def test_an_unknown_equation_is_refused() -> None:
    with pytest.raises(ValueError, match="Schwartz"):
        estimate_by(course([(1.0, 0)]), "Schwartz")
