"""Every written case comes out as signed."""

from pathlib import Path

import pytest

from lutetia.guideline.cases import Case, differences, read_cases

CASES = read_cases(Path(__file__).parents[2] / "cases")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}: {case.name}")
def test_the_case_comes_out_as_signed(case: Case) -> None:
    assert differences(case, case.assess()) == ()


def test_no_two_cases_of_a_file_bear_one_name() -> None:
    names = [(case.file, case.name) for case in CASES]
    assert len(names) == len(set(names))
