"""Comparisons know what they do not know."""

from math import inf

import pytest

from lutetia.criteria import Interval, egfr
from lutetia.criteria.interval import steady


def test_equal_ends_are_not_below_each_other() -> None:
    assert Interval.point(3.0).below(Interval.point(3.0)) is False


def test_everything_below_a_limit_is_below_it() -> None:
    assert Interval.result(0.02, "<").below(Interval.point(0.02)) is True


def test_everything_above_a_limit_is_not_below_it() -> None:
    assert Interval.result(5, ">").below(Interval.point(5)) is False
    assert Interval.point(5).below(Interval.result(5, ">")) is True


def test_a_limit_within_an_interval_leaves_the_comparison_open() -> None:
    assert Interval(1, 3).below(Interval.point(2)) is None
    assert Interval(1, 3).below(Interval(2, inf)) is None


def test_the_hull_holds_both_and_keeps_a_closed_end() -> None:
    assert Interval(1, 2, high_open=True).hull(Interval.point(2)) == Interval(1, 2)
    assert Interval.point(1).hull(Interval.point(4)) == Interval(1, 4)


def test_binary_dust_does_not_decide() -> None:
    assert steady(3 * 1.2) == 3.6
    assert Interval.point(3.6).below(Interval.point(1.2).scaled(3)) is False


@pytest.mark.parametrize(("creatinine", "age"), [(0, 70), (-1, 70), (1, 0)])
def test_no_gfr_is_estimated_from_an_impossible_creatinine_or_age(creatinine: float, age: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        egfr(creatinine, age, formula="MDRD")


def test_an_unknown_equation_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="CKD-EPI 2021, CKD-EPI 2009, MDRD"):
        egfr(1, 70, formula="Schwartz")
