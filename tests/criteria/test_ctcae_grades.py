"""Laboratory results get the grades that CTCAE v5.0 gives them, and no more certainty than there is."""

from itertools import pairwise

import pytest

from lutetia.criteria import Interval, grade
from lutetia.criteria.ctcae import terms
from lutetia.vocabulary import ITEMS

HB, PLT, WBC, ANC, LYM = (f"lab.{n}" for n in ("haemoglobin", "platelets", "leukocytes", "neutrophils", "lymphocytes"))
CREA, EGFR, AST, BILI, ALP = (f"lab.{n}" for n in ("creatinine", "egfr", "ast", "bilirubin", "alkaline_phosphatase"))


@pytest.mark.parametrize(
    ("item", "value", "least"),
    [
        (HB, 10.0, 1), (HB, 9.9, 2), (HB, 8.0, 2), (HB, 7.9995, 3), (HB, 7.9, 3),
        (PLT, 75.0, 1), (PLT, 74.9, 2), (PLT, 50, 2), (PLT, 49.9, 3), (PLT, 25, 3), (PLT, 24.9, 4),
        (WBC, 3.0, 1), (WBC, 2.9, 2), (WBC, 2.0, 2), (WBC, 1.9, 3), (WBC, 1.0, 3), (WBC, 0.9, 4),
        (ANC, 1.5, 1), (ANC, 1.49, 2), (ANC, 1.0, 2), (ANC, 0.99, 3), (ANC, 0.5, 3), (ANC, 0.49, 4),
        (LYM, 0.8, 1), (LYM, 0.79, 2), (LYM, 0.5, 2), (LYM, 0.49, 3), (LYM, 0.2, 3), (LYM, 0.19, 4),
        (EGFR, 60, 1), (EGFR, 59.9, 2), (EGFR, 30, 2), (EGFR, 29.9, 3), (EGFR, 15, 3), (EGFR, 14.9, 4),
    ],
)  # fmt: skip
def test_the_end_of_a_range_belongs_to_the_milder_grade(item: str, value: float, least: int) -> None:
    normal = {HB: 13, PLT: 150, WBC: 4, ANC: 1.8, LYM: 1, EGFR: 90}[item]
    found = grade(item, value, lower=normal, computed_only=True)
    assert (found.least, found.most) == (least, least)


def test_without_the_lower_limit_a_count_is_at_most_grade_1() -> None:
    assert grade(PLT, 120) == (0, 1)
    assert str(grade(PLT, 120)) == "grade 0 to 1"


def test_without_the_lower_limit_a_count_below_75_is_grade_2_all_the_same() -> None:
    assert grade(PLT, 74) == (2, 2)


def test_within_the_limits_of_normal_it_is_grade_0() -> None:
    assert grade(PLT, 150, lower=150) == (0, 0)


def test_no_number_tells_grade_4_anaemia() -> None:
    assert grade(HB, 5, lower=13) == (3, 4)
    assert grade(HB, 9, lower=13) == (2, 2)


def test_a_result_below_the_measuring_range_is_graded_by_all_it_may_be() -> None:
    assert grade(PLT, Interval.result(25, "<")) == (4, 4)
    assert grade(PLT, Interval.result(30, "<")) == (3, 4)
    assert grade(ANC, Interval.result(2, ">")) == (0, 1)


@pytest.mark.parametrize(
    ("value", "upper", "baseline", "expected"),
    [
        (1.2, 1.2, 1.0, (0, 0)), (1.21, 1.2, 1.0, (1, 1)), (1.8, 1.2, 1.8, (1, 1)), (1.81, 1.2, 1.8, (2, 2)),
        (1.6, 1.2, 1.0, (2, 2)), (3.1, 1.2, 1.0, (3, 3)), (7.3, 1.2, 1.0, (4, 4)), (1.6, 1.2, None, (1, 3)),
    ],
)  # fmt: skip
def test_creatinine_is_graded_by_normal_and_by_baseline(
    value: float, upper: float, baseline: float | None, expected: tuple[int, int]
) -> None:
    assert grade(CREA, value, upper=upper, baseline=baseline) == expected


@pytest.mark.parametrize(
    ("item", "value", "upper", "baseline", "expected"),
    [
        (AST, 40, 40, 20, 0), (AST, 41, 40, 20, 1), (AST, 120, 40, 20, 1), (AST, 121, 40, 20, 2),
        (AST, 200, 40, 20, 2), (AST, 201, 40, 20, 3), (AST, 800, 40, 20, 3), (AST, 801, 40, 20, 4),
        (AST, 149, 40, 100, 0), (AST, 150, 40, 100, 1), (AST, 301, 40, 100, 2),
        (BILI, 1.2, 1.2, 1, 0), (BILI, 1.81, 1.2, 1, 2), (BILI, 3.61, 1.2, 1, 3), (BILI, 12.1, 1.2, 1, 4),
        (BILI, 3.0, 1.2, 2.0, 1), (BILI, 3.1, 1.2, 2.0, 2),
        (ALP, 300, 120, 100, 1), (ALP, 301, 120, 100, 2), (ALP, 601, 120, 100, 3), (ALP, 2401, 120, 100, 4),
        (ALP, 399, 120, 200, 0), (ALP, 400, 120, 200, 1),
    ],
)  # fmt: skip
def test_liver_tests_are_graded_from_normal_or_from_an_abnormal_baseline(
    item: str, value: float, upper: float, baseline: float, expected: int
) -> None:
    assert grade(item, value, upper=upper, baseline=baseline) == (expected, expected)


def test_an_unknown_baseline_may_only_make_a_liver_test_milder() -> None:
    assert grade(AST, 201, upper=40) == (0, 3)


def test_an_item_that_ctcae_does_not_grade_is_refused() -> None:
    with pytest.raises(KeyError):
        grade("lab.psa", 3)


def test_every_graded_item_stands_in_the_vocabulary_in_the_unit_of_the_table() -> None:
    assert all(ITEMS[term.item].unit == term.unit for term in terms().values())


@pytest.mark.parametrize("item", list(terms()))
def test_a_worse_value_never_has_a_milder_grade(item: str) -> None:
    low_is_bad = next(iter(terms()[item].grades.values()))[0].side in ("below", "to")
    values = [0.05 * 1.15**n for n in range(80)]
    found = [grade(item, v, lower=10, upper=20, baseline=15) for v in (reversed(values) if low_is_bad else values)]
    assert all(milder.least <= worse.least and milder.most <= worse.most for milder, worse in pairwise(found))
