"""Renal formulas against worked values.

Values: computed for men from the published equations (CKD-EPI 2021, CKD-EPI 2009, MDRD with IDMS-traceable creatinine,
Cockcroft-Gault with actual weight) independently of this code, and printed to two decimals.
"""

import pytest

from lutetia.criteria import egfr
from lutetia.criteria.renal import cockcroft_gault

PRINTED_TO_TWO_DECIMALS = 0.005
COLUMNS = ("CKD-EPI 2021", "CKD-EPI 2009", "MDRD")
WORKED = (
    # creatinine [mg/dL], age [years], weight [kg], CKD-EPI 2021, CKD-EPI 2009, MDRD, Cockcroft-Gault
    (0.8, 60, 80, 101.32, 97.10, 98.61, 111.11),
    (1.0, 70, 80, 80.97, 75.92, 73.87, 77.78),
    (1.5, 72, 75, 49.16, 45.85, 46.00, 47.22),
    (2.0, 75, 70, 34.16, 31.71, 32.73, 31.60),
    (2.4, 78, 68, 26.94, 24.90, 26.31, 24.40),
)


@pytest.mark.parametrize("row", WORKED, ids=lambda row: f"{row[0]} mg/dL, {row[1]} years")
def test_the_equations_give_the_worked_values(row: tuple[float, ...]) -> None:
    creatinine, age, weight, *expected, clearance = row
    for formula, value in zip(COLUMNS, expected, strict=True):
        assert egfr(creatinine, age, formula=formula) == pytest.approx(value, abs=PRINTED_TO_TWO_DECIMALS)
    assert cockcroft_gault(creatinine, age, weight) == pytest.approx(clearance, abs=PRINTED_TO_TWO_DECIMALS)
