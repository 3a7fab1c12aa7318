"""Two PET side by side: left is left, head is up, one scale for both days, a line for each meaning."""

from __future__ import annotations

import numpy as np
import pytest

from lutetia.report.figures import mip, mip_new, style
from lutetia.report.figures.mip import Outlined, PetView, draw_mips
from lutetia.report.figures.mip_new import CloseUp, draw_close_ups
from lutetia.volume import Geometry, Mask, Rigid, Volume, moved_volume

GRID = Geometry(shape=(60, 40, 50), spacing_mm=(4.0, 4.0, 4.0), origin_mm=(-98.0, -78.0, -118.0))
A_PIXEL = 1
"""A single hot voxel may fall on either side of a pixel's edge."""
LEFT_HIGH_BACK = (60.0, 50.0, 80.0)
"""A place in the patient's left, to his back, towards his head (x, y, z) [mm]."""


def pet(place=LEFT_HIGH_BACK, suv: float = 12.0) -> Volume:
    values = np.full(GRID.shape, 0.5)
    values[tuple(np.rint(GRID.to_index(place)).astype(int))] = suv
    return Volume(values=values, geometry=GRID, unit="g/mL")


def spot(place=LEFT_HIGH_BACK) -> Mask:
    return Mask(voxels=pet(place).values > 3, geometry=GRID, name="D1")


@pytest.fixture
def figure(monkeypatch):
    """Return the figure itself instead of its SVG."""
    drawn = []

    def keep(shown) -> bytes:
        drawn.append(shown)
        return style_as_svg(shown)

    style_as_svg = style.as_svg
    monkeypatch.setattr(style, "as_svg", keep)
    return drawn


def views(**second) -> tuple[PetView, PetView]:
    return (
        PetView(title="Baseline", suv=pet(), outlined=(Outlined(mask=spot(), line="there"),)),
        PetView(title="Follow-up", suv=pet(suv=second.get("suv", 12.0)), outlined=second.get("outlined", ())),
    )


def letters(axes) -> dict[str, float]:
    return {text.get_text(): text.get_position()[0] for text in axes.texts if text.get_text() in set("LRAP")}


def test_the_patients_left_is_at_the_viewers_right_and_marked(figure) -> None:
    draw_mips(views(), name="m")
    front = figure[0].axes[0]
    image = front.images[0].get_array()
    row, column = np.unravel_index(int(image.argmax()), image.shape)
    assert column > image.shape[1] / 2
    assert row > image.shape[0] / 2, "the head is up: rows grow upwards"
    assert front.images[0].origin == "lower"
    assert letters(front)["L"] > 0.5 > letters(front)["R"]


def test_from_the_left_the_back_is_at_the_viewers_right_and_marked(figure) -> None:
    draw_mips(views(), name="m")
    side = figure[0].axes[2]
    image = side.images[0].get_array()
    _, column = np.unravel_index(int(image.argmax()), image.shape)
    assert column > image.shape[1] / 2
    assert letters(side)["P"] > 0.5 > letters(side)["A"]


def test_slices_stored_from_head_to_feet_do_not_turn_the_patient_over(figure) -> None:
    upright = pet()
    x, y, z = GRID.to_patient((GRID.shape[0] - 1, 0, 0))
    stored = Geometry(shape=GRID.shape, spacing_mm=GRID.spacing_mm, origin_mm=(float(x), float(y), float(z)),
                      axes=((0.0, 0.0, -1.0), *GRID.axes[1:]))  # fmt: skip
    flipped = Volume(values=np.ascontiguousarray(upright.values[::-1]), geometry=stored, unit="g/mL")
    draw_mips([PetView(title="a", suv=upright), PetView(title="b", suv=flipped)], name="m")
    first, second = (figure[0].axes[n].images[0].get_array() for n in (0, 1))
    assert np.allclose(first, second)


def test_both_days_have_one_scale_with_its_unit(figure) -> None:
    draw_mips(views(suv=40.0), name="m")
    panels = [axes for axes in figure[0].axes if axes.images]
    assert {panel.images[0].get_clim() for panel in panels[:4]} == {(0, mip.TOP_SUV)}
    assert any("g/mL" in axes.get_ylabel() for axes in figure[0].axes)


def test_lines_differ_by_dashes_and_not_by_colour() -> None:
    dashes = [str(line[1]) for line in mip.LINES.values()]
    assert len(set(dashes)) == len(dashes)
    svg = draw_mips(views(outlined=(Outlined(mask=spot(), line="new", name="D1"),)), name="m")
    assert "proposed as new; a reader decides" in svg.decode()
    assert "stroke-dasharray" in svg.decode()
    for colour in style.OUTLINES:
        assert colour.lower() not in svg.decode().lower()


def test_pictures_of_two_pet_are_the_same_bytes_each_time() -> None:
    assert draw_mips(views(), name="m") == draw_mips(views(), name="m")


def test_a_follow_up_moved_back_shows_the_lesion_where_it_was(figure) -> None:
    moved = Rigid.about((0, 0, 0), turned_degrees=(0, 0, 0), shift_mm=(20, 0, 0))
    back = moved_volume(pet(tuple(moved.point(LEFT_HIGH_BACK))), moved.inverse(), frame_of_reference=None)
    draw_mips([PetView(title="a", suv=pet()), PetView(title="b", suv=back)], name="m")
    first, second = (figure[0].axes[n].images[0].get_array() for n in (0, 1))
    places = [np.unravel_index(int(image.argmax()), image.shape) for image in (first, second)]
    assert np.abs(np.subtract(*places)).max() <= A_PIXEL


def test_close_ups_show_the_place_on_both_days_with_left_at_the_right(figure) -> None:
    days = (("baseline", pet(suv=0.5)), ("follow-up", pet()))
    draw_close_ups([CloseUp(title="D1", centre_mm=LEFT_HIGH_BACK, days=days, mask=spot())], name="c")
    panels = [axes for axes in figure[0].axes if letters(axes)]
    assert len(panels) == 4
    axial, coronal = panels[1], panels[3]
    assert letters(axial)["L"] > 0.5
    assert axial.yaxis_inverted(), "the patient's front is up"
    assert not coronal.yaxis_inverted()
    for panel, centre in ((axial, LEFT_HIGH_BACK[:2]), (coronal, LEFT_HIGH_BACK[::2])):
        low, high = panel.get_xlim()
        assert low < centre[0] < high
        shown = panel.collections[0]
        assert shown.get_clim() == (0, mip.TOP_SUV)
        values = np.asarray(shown.get_array()).reshape(-1)
        assert values.max() > 5


@pytest.mark.parametrize("number", [0, mip_new.MOST_ROWS + 1])
def test_more_places_than_fit_are_not_squeezed_in(number: int) -> None:
    days = (("baseline", pet()), ("follow-up", pet()))
    places = [CloseUp(title=str(n), centre_mm=LEFT_HIGH_BACK, days=days, mask=spot()) for n in range(number)]
    with pytest.raises(ValueError, match="a picture shows 1 to 5 places"):
        draw_close_ups(places, name="c")
