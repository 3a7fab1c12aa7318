"""What is proposed as new, looked at closely: the same place on both days, axial and coronal, on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np

from lutetia.report.figures import style
from lutetia.report.figures.mip import TOP_SUV, frame, grey_scale, outline
from lutetia.report.figures.plane import Box, plane, sample, sample_mask
from lutetia.volume import Geometry, Mask, Volume

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HALF_MM = 60.0
PIXEL_MM = 2.0
ROW_IN, TITLE_IN = 1.75, 0.3
MOST_ROWS = 5
"""Of one picture: more do not fit on a page."""
LONGEST_LINE = 105


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CloseUp:
    """A place on both days.

    Attributes
    ----------
    title : str
        Which lesion, and what is said of it.
    centre_mm : tuple of float
        In the coordinates of the baseline (x, y, z).
    days : tuple of (str, Volume)
        What each day is called, and its uptake values in the coordinates of the baseline.
    mask : Mask
        The lesion, in the same coordinates.
    """

    title: str
    centre_mm: tuple[float, float, float]
    days: tuple[tuple[str, Volume], tuple[str, Volume]]
    mask: Mask


def draw_close_ups(places: Sequence[CloseUp], *, name: str, top_suv: float = TOP_SUV) -> bytes:
    """Return a row for each place as SVG: axial on both days, then coronal on both days.

    Parameters
    ----------
    places : sequence of CloseUp
        At least one, at most :data:`MOST_ROWS`.
    name : str
        Keeps the ids of different pictures apart.
    top_suv : float
        Uptake shown black [SUV].
    """
    if not 0 < len(places) <= MOST_ROWS:
        raise ValueError(f"a picture shows 1 to {MOST_ROWS} places, not {len(places)}")
    with style.drawing(name):
        figure = style.new_figure(ROW_IN * len(places) + TITLE_IN)
        rows = figure.subfigures(len(places), 1, squeeze=False)[:, 0]
        for row, place in zip(rows, places, strict=True):
            row.suptitle("\n".join(wrap(place.title, LONGEST_LINE)), x=0.0, ha="left", size=style.BODY_PT)
            four = row.subplots(1, 4)
            for n, (axis, day) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1))):
                _panel(four[n], place, axis, day, top_suv)
            grey_scale(row, list(four), top_suv)
        return style.as_svg(figure)


def _panel(axes: Axes, place: CloseUp, axis: int, day: int, top_suv: float) -> None:
    said, suv = place.days[day]
    slab = _slab(place, axis)
    image = sample(suv, slab, outside=0.0).squeeze(axis)
    first, step = (slab.origin_mm[1], slab.spacing_mm[1]) if axis == 0 else (slab.origin_mm[2], slab.spacing_mm[0])
    across = slab.origin_mm[0] + slab.spacing_mm[2] * np.arange(image.shape[1])
    up = first + step * np.arange(image.shape[0])
    axes.pcolormesh(across, up, image, cmap="gray_r", vmin=0, vmax=top_suv, shading="nearest", rasterized=True)
    axes.set_aspect("equal")
    if axis == 0:
        axes.invert_yaxis()  # the patient's front is up
    share = sample_mask(place.mask, slab).squeeze(axis)
    if day == 1 and share.max() >= 0.5:
        outline(axes, share, "new", extent=(across[0], across[-1], up[0], up[-1]))
    if day == 0:
        _corner_marks(axes, place, axis)
    frame(axes)
    axes.set_title(f"{said}, {'axial' if axis == 0 else 'coronal'}", size=style.SMALL_PT)
    for text, where, align in (("R", 0.03, "left"), ("L", 0.97, "right")):
        axes.text(where, 0.97, text, transform=axes.transAxes, ha=align, va="top", weight="bold",
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.7})  # fmt: skip


def _slab(place: CloseUp, axis: int) -> Geometry:
    low = tuple(c - HALF_MM for c in place.centre_mm)
    high = tuple(c + HALF_MM for c in place.centre_mm)
    grid = Box((low[0], low[1], low[2]), (high[0], high[1], high[2])).grid(PIXEL_MM)
    return plane(grid, axis=axis, at_mm=place.centre_mm[2 if axis == 0 else 1])


def _corner_marks(axes: Axes, place: CloseUp, axis: int) -> None:
    """Mark the place on the day on which nothing is outlined, without covering it."""
    x, other = place.centre_mm[0], place.centre_mm[1 if axis == 0 else 2]
    for near, far in ((12.0, 20.0), (-12.0, -20.0)):
        axes.plot([x + near, x + far], [other, other], color=style.INK, lw=0.9)
        axes.plot([x, x], [other + near, other + far], color=style.INK, lw=0.9)
