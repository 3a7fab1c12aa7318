"""Pictures are the same bytes each time, show the patient's left on the right, and cut where the regions are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from lutetia.course import Course
from lutetia.guideline.verdict import Assessment
from lutetia.report.figures.curves import draw_curves
from lutetia.report.figures.plane import corners, inside, plane, sample, sample_mask, shadow
from lutetia.report.figures.projection import draw_projections
from lutetia.report.figures.slices import axial_planes, coronal_plane, draw_slices, field_of_view
from lutetia.report.figures.style import spread
from lutetia.report.figures.timeline import MOST_LANES, draw_timeline, event_lanes, log_ticks, time_ticks
from lutetia.report.history import Mark, history_of
from lutetia.report.result import Picture
from lutetia.volume import Geometry, Mask, Volume

INTERPOLATED_AT_VOXEL_CENTRES = 1e-5


def test_pictures_are_the_same_bytes_each_time(cycle_dose, pictures, course, undetermined) -> None:
    history = history_of(course, date(2026, 6, 4), (undetermined,))
    for draw in (
        lambda: draw_timeline(history),
        lambda: draw_curves(cycle_dose.regions[:3], name="c"),
        lambda: draw_projections(pictures[1], name="m"),
    ):
        assert draw() == draw()


def test_text_in_pictures_stays_text(course: Course) -> None:
    svg = draw_timeline(history_of(course, date(2026, 6, 4)))
    assert b">cycle 1</text>" in svg
    assert b"<dc:date>" not in svg


def _turned() -> tuple[Geometry, Geometry]:
    """The same voxels stored head first and left first, and as a display grid."""
    stored = Geometry(
        shape=(6, 8, 10),
        spacing_mm=(3.0, 2.0, 2.0),
        origin_mm=(18.0, 14.0, 15.0),
        axes=((0.0, 0.0, -1.0), (0.0, -1.0, 0.0), (-1.0, 0.0, 0.0)),
    )
    display = Geometry(shape=(6, 8, 10), spacing_mm=(3.0, 2.0, 2.0), origin_mm=(0.0, 0.0, 0.0))
    return stored, display


def test_sampling_puts_a_volume_stored_backwards_where_it_is_in_the_patient() -> None:
    stored, display = _turned()
    values = np.arange(stored.voxels, dtype=np.float32).reshape(stored.shape)
    shown = sample(Volume(values=values, geometry=stored, unit="1"), display, outside=0.0)
    np.testing.assert_allclose(shown, values[::-1, ::-1, ::-1], rtol=INTERPOLATED_AT_VOXEL_CENTRES, atol=1e-3)


def test_a_region_on_the_patients_left_is_shown_on_the_right(pictures: tuple[Picture, ...]) -> None:
    left = next(mask for mask in pictures[0].masks if mask.name == "kidney_left")
    grid = field_of_view(pictures[0]).grid(4.0)
    columns = np.nonzero(shadow(left, grid, axis=1))[1]
    assert columns.mean() > grid.shape[2] / 2
    svg = draw_slices(pictures[0], name="s").decode()
    r, l_ = (float(x) for sign in "RL" for x in __import__("re").findall(rf'x="([\d.]+)"[^>]*>{sign}</text>', svg)[:1])
    assert r < l_


def test_outside_of_a_volume_the_sample_is_what_was_asked_for() -> None:
    stored, _ = _turned()
    volume = Volume(values=np.ones(stored.shape), geometry=stored, unit="1")
    far = Geometry(shape=(2, 2, 2), spacing_mm=(1.0, 1.0, 1.0), origin_mm=(500.0, 0.0, 0.0))
    assert (sample(volume, far, outside=-1000.0) == -1000.0).all()


def test_planes_pass_through_the_regions(pictures: tuple[Picture, ...]) -> None:
    masks = list(pictures[0].masks)
    box = field_of_view(pictures[0])
    grid = box.grid(4.0)
    levels = axial_planes(masks, box)
    assert levels == sorted(levels, reverse=True)
    for mask in masks:
        assert any(sample_mask(mask, plane(grid, axis=0, at_mm=z)).max() > 0.5 for z in levels), mask.name
    cut = sum(sample_mask(m, plane(grid, axis=1, at_mm=coronal_plane(masks, box))).max() > 0.5 for m in masks)
    assert cut >= 3


def test_an_empty_region_is_left_out_of_pictures(pictures: tuple[Picture, ...]) -> None:
    grid = pictures[0].masks[0].geometry
    empty = Mask(voxels=np.zeros(grid.shape, dtype=bool), geometry=grid, name="nothing")
    assert inside(empty) is None
    assert not shadow(empty, corners(grid).grid(8.0), axis=1).any()
    only = Picture(title="t", background=None, overlay=pictures[0].overlay, masks=(empty,))
    assert b"nothing" not in draw_slices(only, name="e")


def test_a_picture_without_activity_is_still_drawn(pictures: tuple[Picture, ...]) -> None:
    dark = pictures[0].overlay.with_values(np.zeros(pictures[0].overlay.geometry.shape))
    assert draw_slices(Picture(title="t", background=None, overlay=dark), name="d").startswith(b"<?xml")
    assert draw_projections(Picture(title="t", background=None, overlay=dark), name="d").startswith(b"<?xml")


def test_the_timeline_draws_the_limits_of_the_book_in_the_unit_of_the_panel(course, undetermined: Assessment) -> None:
    history = history_of(course, date(2026, 6, 4), (undetermined,))
    limits = {series.item: [rule.label for rule in series.limits] for series in history.series}
    assert limits == {
        "lab.psa": [],
        "lab.haemoglobin": [],
        "lab.platelets": ["75, CI-B-PLT"],
        "lab.neutrophils": ["1.5, CI-B-ANC"],
        "lab.egfr": ["30, CI-B-GFR"],
    }
    assert [series.log for series in history.series] == [True, False, False, False, False]


def test_without_an_egfr_the_timeline_shows_creatinine(course: Course) -> None:
    facts = {"lab.creatinine": [{"value": 97, "unit": "umol/L", "at": "2026-01-08"}]}
    other = Course.model_validate({"format": "lutetia-course/1", "id": "X", "facts": facts})
    assert [series.title for series in history_of(other, date(2026, 6, 4)).series] == ["creatinine"]


@pytest.mark.parametrize(
    ("first", "last", "most"),
    [
        ("2026-01-01", "2026-01-02", 1),
        ("2026-01-01", "2026-02-15", 7),
        ("2025-11-20", "2026-06-04", 7),
        ("2018-01-01", "2026-06-04", 9),
    ],
)
def test_the_time_axis_is_never_crowded(first: str, last: str, most: int) -> None:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    ticks = time_ticks(start, end)
    assert 1 <= len(ticks) <= most
    assert all(start <= tick <= end for tick in ticks)


def test_a_limit_on_the_timeline_says_what_it_means_where_its_rule_does(course, undetermined: Assessment) -> None:
    meant = tuple(replace(answer, consequence="relative contra-indication") for answer in undetermined.answers)
    history = history_of(course, date(2026, 6, 4), (replace(undetermined, answers=meant),))
    platelets = next(series for series in history.series if series.item == "lab.platelets")
    assert [rule.label for rule in platelets.limits] == ["75, relative contra-indication"]


def test_events_at_the_same_time_have_lanes_of_their_own(course: Course) -> None:
    history = history_of(course, date(2026, 6, 4))
    day = history.known_on
    crowd = tuple(Mark(day, f"event {number}") for number in range(9))
    lanes = event_lanes(replace(history, events=crowd))
    assert lanes[:MOST_LANES] == tuple(range(MOST_LANES))
    assert max(lanes) == MOST_LANES - 1
    far = (Mark(history.span[0], "first"), Mark(day, "last"))
    assert event_lanes(replace(history, events=far)) == (0, 0)


def test_labels_are_moved_apart_and_keep_their_order() -> None:
    wanted = [5.0, 5.1, 0.0, 5.2]
    found = spread(wanted, 1.0)
    assert sorted(range(4), key=found.__getitem__) == sorted(range(4), key=wanted.__getitem__)
    placed = sorted(found)
    assert min(high - low for low, high in pairwise(placed)) >= 1.0 - 1e-9
    assert found[2] == 0.0


@pytest.mark.parametrize(
    ("low", "high", "ticks"), [(10, 400, (10, 50, 200)), (30, 190, (50, 100)), (0.01, 900, (0.01, 0.5, 20)), (3, 4, ())]
)
def test_a_logarithmic_axis_has_at_most_three_ticks(low: float, high: float, ticks: tuple[float, ...]) -> None:
    assert log_ticks(low, high) == pytest.approx(ticks)
