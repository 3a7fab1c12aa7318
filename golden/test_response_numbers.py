"""The numbers of every criterion of response against those of their publications.

Values: typed from the publications named in each row, or from what others write of them; limits, compared exactly.
"""

import pytest

from lutetia.criteria.published import published
from lutetia.criteria.response_class import TABLE

PRINTED = {
    ("RECIP", "fall_percent"): 30,  # Gafita 2022, as printed on recip-criteria.com
    ("RECIP", "rise_percent"): 20,
    ("PCWG3 PSA", "over_nadir"): 1.25,  # Scher 2016
    ("PCWG3 PSA", "least_rise_ng_ml"): 2,
    ("PCWG3 PSA", "apart_days"): 21,  # 3 weeks
    ("PCWG3 PSA", "early_days"): 84,  # 12 weeks
    ("PSA decline", "apart_days"): 21,
    ("PSA decline", "at_days"): 84,
    ("PSA doubling time", "least_values"): 3,  # Scher 2008
    ("PSA doubling time", "least_days"): 28,  # 4 weeks
    ("PSA doubling time", "days_per_month"): 365.25 / 12,
    ("PSA at 6 weeks", "at_days"): 42,
    ("PSA at 6 weeks", "fall_percent"): 30,
    ("PSA at 6 weeks", "rise_percent"): 25,
    ("PCWG3 bone", "least_new"): 2,
    ("PCWG3 bone", "least_more"): 2,
    ("PCWG3 bone", "apart_days"): 42,  # 6 weeks
    ("RECIST", "fall_percent"): 30,  # Eisenhauer 2009
    ("RECIST", "rise_percent"): 20,
    ("RECIST", "least_rise_mm"): 5,
    ("adapted PERCIST", "percent"): 30,
    ("PPP", "many_new"): 2,  # Fanti 2020
    ("PPP", "growth_percent"): 30,
    ("PSA + RECIP", "fall_percent"): 50,
    ("PSA + RECIP", "rise_percent"): 25,
    ("PROMISE", "many_regions"): 2,  # Seifert 2023
    ("PROMISE", "few_bones"): 3,
    ("PRIMARY", "bright_suv_max"): 12,  # Emmett 2022, table 2
}
EVERY = {(one, name): number for one, it in published(TABLE).items() for name, number in it.numbers.items()}


@pytest.mark.parametrize(("criterion", "name"), PRINTED)
def test_every_number_is_the_one_that_was_printed(criterion: str, name: str) -> None:
    assert EVERY[criterion, name].value == PRINTED[criterion, name]


def test_every_number_is_held_here_or_says_that_lutetia_chose_it() -> None:
    assert all(number.chosen_by_lutetia for name, number in EVERY.items() if name not in PRINTED)
