"""Where the activity lies at a glance: maximum-intensity projections from the front and from the left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lutetia.report import words
from lutetia.report.figures import style
from lutetia.report.figures.plane import corners, sample, shadow
from lutetia.report.figures.slices import brightest
from lutetia.report.result import Picture
from lutetia.volume import Geometry

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PIXEL_MM = 4.0
HEIGHT_IN = 3.6


def draw_projections(picture: Picture, *, name: str) -> bytes:
    """Return the anterior and the left lateral projection as SVG, dark where there is much."""
    grid = corners(picture.overlay.geometry).grid(max(PIXEL_MM, min(picture.overlay.geometry.spacing_mm)))
    values = sample(picture.overlay, grid, outside=0.0)
    top, unit = brightest(picture)
    shown = f"white 0 to black {words.number(top / 1000 if unit == 'kBq/mL' else top)} {unit}"
    with style.drawing(name):
        figure = style.new_figure(HEIGHT_IN)
        widths = (grid.shape[2], grid.shape[1], 0.55 * grid.shape[2])
        front, side, legend = figure.subplots(1, 3, width_ratios=widths)
        _project(front, values.max(axis=1), (grid.spacing_mm[2], grid.spacing_mm[0]), top, ("R", "L"))
        _project(side, values.max(axis=2), (grid.spacing_mm[1], grid.spacing_mm[0]), top, ("A", "P"))
        front.set_title("from the front")
        side.set_title("from the left")
        _outlines(front, picture, grid, axis=1)
        legend.set_axis_off()
        legend.text(0, 0.98, shown, va="top", wrap=True)
        return style.as_svg(figure)


def _project(axes: Axes, image: NDArray[np.floating], step: tuple[float, float], top: float, ends: tuple[str, str]) -> None:
    tall, wide = image.shape
    extent = (0.0, wide * step[0], 0.0, tall * step[1])
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
