"""A small form of the recorded study; the page is docs/validation/time-activity.md."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CURVES = 150


@pytest.fixture(scope="module")
def study(script):
    return script("model_choice_study")


@pytest.mark.parametrize("stated", [True, False])
@pytest.mark.parametrize("number", [0, 1, 2])
def test_few_integrals_are_a_fifth_wrong_and_none_is_slower_than_decay(study, number, stated):
    found = study.study(study.MAIN[number], study.HOURS, CURVES, seed=7, stated=stated)
    assert found.refused == 0
    assert found.slower_than_decay == 0
    assert found.far_percent < study.TARGET_PERCENT
    of_150_curves = 0.85
    assert found.covered(1.96) > of_150_curves


def test_the_recorded_page_met_its_target_with_ten_thousand_curves():
    page = (ROOT / "docs" / "validation" / "time-activity.md").read_text("utf-8")
    assert "**Met.**" in page
    assert "10000 curves for each population" in page
