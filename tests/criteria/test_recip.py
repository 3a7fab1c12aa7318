"""RECIP says what is missing, and never calls a new lesion alone progression."""

import pytest

from lutetia.criteria.recip import classify, classify_visually


def test_a_small_change_is_stable_whoever_looked_for_new_lesions() -> None:
    assert classify(100, 110, None).response == "SD"


def test_a_larger_volume_waits_for_the_reader() -> None:
    found = classify(100, 150, None)
    assert found.response is None
    assert found.could_be == ("SD", "PD")
    assert "new lesions" in str(found.needs[0])


def test_a_smaller_volume_waits_for_the_reader() -> None:
    assert classify(100, 50, None).could_be == ("PR", "SD")


def test_a_missing_volume_is_asked_for() -> None:
    found = classify(None, 50, True)
    assert [str(need) for need in found.needs] == ["PSMA-positive volume at baseline [mL]"]
    assert found.could_be == ("SD", "PD")


def test_a_new_lesion_without_any_volume_is_a_contradiction_and_no_complete_response() -> None:
    found = classify(100, 0, True)
    assert found.response is None
    assert "contradict" in found.because


def test_no_volume_at_both_times_is_not_evaluable() -> None:
    assert classify(0, 0, False).response == "NE"


def test_a_vanished_volume_is_complete_without_a_word_on_new_lesions() -> None:
    assert classify(100, 0, None).response == "CR"


def test_a_reader_who_says_nothing_of_volume_leaves_it_open() -> None:
    assert classify_visually(None, False).could_be == ("CR", "PR", "SD")


@pytest.mark.parametrize("volume", [-1, float("nan"), float("inf")])
def test_no_negative_or_undefined_volume_is_classified(volume: float) -> None:
    with pytest.raises(ValueError, match="number of mL"):
        classify(volume, 10, False)
