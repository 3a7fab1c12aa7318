"""The pictures of a response: what is below detection looks so, and every row says what it shows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lutetia.criteria.interval import Interval
from lutetia.criteria.psa_series import Level
from lutetia.report.figures.lesion_change import MOST_ROWS, VolumeChange, draw_lesion_changes
from lutetia.report.figures.psa_curve import PsaCurve, draw_psa, shown_value
from lutetia.report.restaging import bounds

START = date(2026, 1, 5)


def on(day: int) -> date:
    return START + timedelta(days=day)


def drawn(*values: tuple[int, Interval], rules: tuple[tuple[float, str], ...] = ()) -> str:
    levels = [Level(on(day), level) for day, level in values]
    curve = PsaCurve(levels=levels, cycles=[(1, on(0)), (2, on(42))], restagings=[(on(84), "PR")], rules=rules,
                     marked=[], early_days=84)  # fmt: skip
    return draw_psa(curve).decode()


def test_the_curve_names_cycles_restagings_rules_and_the_last_value() -> None:
    text = drawn((-3, Interval.point(80)), (84, Interval.point(30)), rules=((40, "half"),))
    assert all(f">{word}<" in text for word in ("1", "2", "PR", "half", "30", "restaging", "first 12 weeks"))


def test_a_value_below_detection_is_drawn_as_a_bound() -> None:
    assert shown_value(Level(START, Interval.result(0.02, "<"))) == (0.02, "<")
    assert shown_value(Level(START, Interval.result(5000, ">"))) == (5000, ">")
    assert "&lt;0.02" in drawn((-3, Interval.point(8)), (84, Interval.result(0.02, "<")))


def test_a_zero_is_drawn_on_a_linear_axis() -> None:
    assert drawn((-3, Interval.point(8)), (84, Interval.point(0)))


def test_the_same_curve_has_the_same_bytes() -> None:
    values = ((-3, Interval.point(80)), (84, Interval.point(30)))
    assert drawn(*values) == drawn(*values)


def test_every_lesion_has_a_row_with_its_change() -> None:
    rows = [VolumeChange("all tumour", 30, 12, "fell"), VolumeChange("L1", None, 4, "new"), VolumeChange("L2", 3, 0)]
    text = draw_lesion_changes(rows).decode()
    assert all(f">{word}<" in text for word in ("all tumour", "L1", "L2", "fell", "new"))


def test_more_lesions_than_a_page_holds_are_left_to_the_table() -> None:
    rows = [VolumeChange(f"lesion {number}", 10, 5) for number in range(MOST_ROWS + 5)]
    text = draw_lesion_changes(rows).decode()
    assert f">lesion {MOST_ROWS - 1}<" in text
    assert f">lesion {MOST_ROWS}<" not in text


@pytest.mark.parametrize(
    ("percent", "words"),
    [
        (Interval.point(-50), "\N{MINUS SIGN}50.0 %"),
        (Interval(-100, -99.9, high_open=True), "below \N{MINUS SIGN}99.9 %"),
        (Interval(100, float("inf")), "above +100.0 %"),
        (Interval(-60, -40), "between \N{MINUS SIGN}60.0 % and \N{MINUS SIGN}40.0 %"),
        (None, "not defined"),
    ],
)
def test_a_change_of_which_only_a_bound_is_known_is_written_as_one(percent: Interval | None, words: str) -> None:
    assert bounds(percent) == words
