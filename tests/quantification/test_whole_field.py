"""Is an image refused or doubted that holds more than there can be, and no other?"""

from __future__ import annotations

import pytest

from lutetia.errors import InputError, RefusedError
from lutetia.quantification import FieldTotal, fields_against_given

GIVEN, HALF_LIFE_H = 7400.0, 159.5


def left(hours: float) -> float:
    return GIVEN * 2 ** (-hours / HALF_LIFE_H)


def scans(*pairs: tuple[float, float], **rest: float) -> list[FieldTotal]:
    """Return scans from hours and the part of what is left that they hold."""
    return [FieldTotal(hours=h, total_mbq=part * left(h), **rest) for h, part in pairs]


def against(*pairs: tuple[float, float], **rest: float):  # type: ignore[no-untyped-def]
    return fields_against_given(scans(*pairs, **rest), given_mbq=GIVEN, half_life_h=HALF_LIFE_H)


def test_what_a_patient_keeps_is_told_plainly_and_doubted_nowhere() -> None:
    found = against((4, 0.71), (24, 0.38), (72, 0.24), (168, 0.15))
    assert found.warnings == ()
    assert found.fractions == pytest.approx((0.71, 0.38, 0.24, 0.15))
    assert found.lines[1].startswith("Scan at 24.0 h: its field holds 2,53")
    assert "38% of the activity given, decayed to the scan" in found.lines[1]


@pytest.mark.parametrize(("part", "stated", "warned"), [(1.05, 0.03, False), (1.12, 0.03, True), (1.12, 0.07, False)])
def test_a_little_more_than_was_given_is_warned_about_beyond_its_uncertainty(
    part: float, stated: float, warned: bool
) -> None:
    found = against((4, part), relative_sigma=stated)
    assert bool(found.warnings) is warned
    if warned:
        assert "more than there can be" in found.warnings[0]


def test_an_alarm_says_what_its_threshold_is_made_of_and_that_it_is_no_uncertainty() -> None:
    (stated,) = against((4, 1.12), relative_sigma=0.03).warnings
    assert "set at 8% above it (twice 3.0% of the calibration and 2.5% taken for the activity meter" in stated
    (unstated,) = against((4, 1.18)).warnings
    assert "5.0% taken for a calibration that states none" in unstated
    assert unstated.endswith("for this alarm only).")


def test_twice_what_was_given_is_refused_with_its_usual_causes() -> None:
    with pytest.raises(RefusedError, match=r"holds 180% of what is left") as caught:
        against((4, 1.8), (24, 0.4))
    assert "of the system, or of one head" in str(caught.value)


def test_exchanged_time_points_are_refused_as_a_rise() -> None:
    late, early = 0.2 * left(72), 0.7 * left(4)
    exchanged = [FieldTotal(hours=4, total_mbq=late), FieldTotal(hours=72, total_mbq=early)]
    with pytest.raises(RefusedError, match=r"rises by .* between 4.0 and 72.0 h") as caught:
        fields_against_given(exchanged, given_mbq=GIVEN, half_life_h=HALF_LIFE_H)
    assert "two scans were exchanged" in str(caught.value)


def test_a_small_rise_is_warned_about() -> None:
    rising = [FieldTotal(hours=24, total_mbq=2000), FieldTotal(hours=48, total_mbq=2300)]
    found = fields_against_given(rising, given_mbq=GIVEN, half_life_h=HALF_LIFE_H)
    assert len(found.warnings) == 1
    assert "it can only fall" in found.warnings[0]


def test_a_rise_of_what_is_corrected_for_decay_is_warned_about() -> None:
    found = against((24, 0.30), (72, 0.36))
    assert len(found.warnings) == 1
    assert "Corrected for decay" in found.warnings[0]


def test_noise_between_scans_is_not_warned_about() -> None:
    assert against((24, 0.300), (72, 0.306)).warnings == ()


def test_fields_of_another_length_are_not_compared() -> None:
    short = FieldTotal(hours=24, total_mbq=500, length_mm=390)
    long = FieldTotal(hours=48, total_mbq=2300, length_mm=780)
    assert fields_against_given([short, long], given_mbq=GIVEN, half_life_h=HALF_LIFE_H).warnings == ()


@pytest.mark.parametrize(("total", "words"), [(0.0, "holds no activity"), (-3.0, "-3 MBq in all")])
def test_an_image_without_activity_or_below_nothing_is_refused(total: float, words: str) -> None:
    with pytest.raises(InputError, match=words):
        fields_against_given([FieldTotal(hours=24, total_mbq=total)], given_mbq=GIVEN, half_life_h=HALF_LIFE_H)


def test_nothing_given_is_refused() -> None:
    with pytest.raises(InputError, match=r"0.0 MBq is impossible"):
        fields_against_given([FieldTotal(hours=24, total_mbq=1)], given_mbq=0.0, half_life_h=HALF_LIFE_H)
