"""Every written case of every book comes out as signed."""

import pytest

from lutetia.guideline import books
from lutetia.guideline.cases import Case, differences, read_cases

CASES = [case for book in books() for case in read_cases(book)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.book}, {case.file}: {case.name}")
def test_the_case_comes_out_as_signed(case: Case) -> None:
    assert differences(case, case.assess()) == ()


def test_no_two_cases_of_a_file_bear_one_name() -> None:
    names = [(case.book, case.file, case.name) for case in CASES]
    assert len(names) == len(set(names))
