"""Where the activity lies at a glance: maximum-intensity projections from the front and from the left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lutetia.report import words
from lutetia.report.figures import style
from lutetia.report.figures.plane import MARGIN_MM, Box, common, corners, inside, sample, shadow
from lutetia.report.figures.slices import brightest
from lutetia.report.result import Picture
from lutetia.volume import Geometry

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PIXEL_MM = 4.0
TALLEST_IN = 4.2
TITLE_IN = 0.22
SHOWN_FROM = 0.04
"""Rows whose brightest pixel is below this share of the darkest shade are cropped at head and feet."""


def draw_projections(picture: Picture, *, name: str) -> bytes:
    """Return the anterior and the left lateral projection as SVG, dark where there is much."""
    top, unit = brightest(picture)
    grid = _cropped(picture, top)
    values = sample(picture.overlay, grid, outside=0.0)
    shown = words.number(top / 1000 if unit == "kBq/mL" else top)
    slices, rows, columns = grid.shape
    blank = 0.35 * columns
    tall_in = min(TALLEST_IN, style.PAGE_WIDTH_IN * slices / (columns + rows + blank))
    with style.drawing(name):
        figure = style.new_figure(tall_in + TITLE_IN)
        front, side, legend = figure.subplots(1, 3, width_ratios=(columns, rows, blank))
        _project(front, values.max(axis=1), grid.spacing_mm[0], top, ("R", "L"))
        _project(side, values.max(axis=2), grid.spacing_mm[0], top, ("A", "P"))
        front.set_title("from the front")
        side.set_title("from the left")
        _outlines(front, picture, grid, axis=1)
        legend.set_axis_off()
        legend.text(0, 1, f"white: 0\nblack: {shown} {unit}\nand above", va="top", transform=legend.transAxes)
        return style.as_svg(figure)


def _cropped(picture: Picture, top: float) -> Geometry:
    """Return the display grid without the empty ends at head and feet."""
    whole = corners(picture.overlay.geometry)
    grid = whole.grid(max(PIXEL_MM, min(picture.overlay.geometry.spacing_mm)))
    seen = np.flatnonzero(sample(picture.overlay, grid, outside=0.0).max(axis=(1, 2)) > SHOWN_FROM * top)
    spans = [(box.low[2], box.high[2]) for mask in picture.masks if (box := inside(mask)) is not None]
    if len(seen):
        low, high = (float(grid.to_patient((edge, 0, 0))[2]) for edge in (seen[0], seen[-1]))
        spans.append((low, high))
    if not spans:
        return grid
    low_mm, high_mm = min(low for low, _ in spans) - MARGIN_MM, max(high for _, high in spans) + MARGIN_MM
    wanted = Box((*whole.low[:2], low_mm), (*whole.high[:2], high_mm))
    return common(whole, wanted).grid(grid.spacing_mm[0])


def _project(axes: Axes, image: NDArray[np.floating], step: float, top: float, ends: tuple[str, str]) -> None:
    tall, wide = image.shape
    extent = (0.0, wide * step, 0.0, tall * step)
    axes.imshow(np.clip(image / top, 0, 1) ** 0.7, extent=extent, cmap="gray_r", vmin=0, vmax=1, origin="lower",
                interpolation="none")  # fmt: skip
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set(visible=True, color=style.RULE)
    for text, where, align in ((ends[0], 0.02, "left"), (ends[1], 0.98, "right")):
        axes.text(where, 0.99, text, transform=axes.transAxes, ha=align, va="top", weight="bold")


def _outlines(axes: Axes, picture: Picture, grid: Geometry, *, axis: int) -> None:
    step = grid.spacing_mm[0]
    for number, mask in enumerate(picture.masks):
        seen = shadow(mask, grid, axis=axis)
        if not seen.any():
            continue
        colour = DARK[number % len(DARK)]
        across, up = ((np.arange(n) + 0.5) * step for n in (seen.shape[1], seen.shape[0]))
        axes.contour(across, up, seen.astype(float), levels=[0.5], colors=[colour], linewidths=0.8)
        rows, columns = np.nonzero(seen)
        to_left = columns.mean() < seen.shape[1] / 2
        edge = columns.min() if to_left else columns.max() + 1
        axes.annotate(words.region(mask.name), (edge * step, (rows.mean() + 0.5) * step),
                      xytext=(-2 if to_left else 2, 0), textcoords="offset points", va="center",
                      ha="right" if to_left else "left", color=colour, size=style.SMALL_PT - 1)  # fmt: skip


DARK = (style.BLUE, style.VERMILLION, "#00634a", "#7a4a6b")
"""Outline colours that read on white."""
