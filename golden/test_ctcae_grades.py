"""CTCAE 5.0 grades against the vectors that were written from the publication, independently of this code.

Source: Common Terminology Criteria for Adverse Events v5.0, US DHHS, NIH/NCI, 27 November 2017, terms *anemia*,
*platelet count decreased*, *neutrophil count decreased*: the lower bound of a range belongs to the milder grade, and
continuous values leave no gap (7.9995 g/dL is below 8.0). No tolerance: a grade is a whole number.
"""

import pytest

from lutetia.criteria import grade

LOWER = {"lab.haemoglobin": 13.5, "lab.platelets": 150.0, "lab.neutrophils": 1.8}
VECTORS = (
    ("lab.haemoglobin", 10.0, 1), ("lab.haemoglobin", 9.9, 2), ("lab.haemoglobin", 8.0, 2), ("lab.haemoglobin", 7.9, 3),
    ("lab.haemoglobin", 7.9995, 3),
    ("lab.platelets", 75.0, 1), ("lab.platelets", 74.9, 2), ("lab.platelets", 50, 2), ("lab.platelets", 49.9, 3),
    ("lab.platelets", 24.9, 4),
    ("lab.neutrophils", 1.49, 2),
)  # fmt: skip


@pytest.mark.parametrize(("item", "value", "expected"), VECTORS)
def test_the_vectors_have_their_grades(item: str, value: float, expected: int) -> None:
    assert grade(item, value, lower=LOWER[item], computed_only=True) == (expected, expected)


def test_grade_1_needs_the_limit_that_the_laboratory_gives() -> None:
    assert grade("lab.platelets", 75.0) == (0, 1)
