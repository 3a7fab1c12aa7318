"""Where the activity lies at a glance: maximum-intensity projections from the front and from the left."""

from __future__ import annotations

from textwrap import wrap
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
NAMES_IN, GAPS_IN, LINE_IN = 1.3, 0.4, 0.135
"""Width of the names on each side, room between the panels, height of a line [inch]."""
LONGEST_NAME = 24
SHOWN_FROM = 0.04
"""Rows whose brightest pixel is below this share of the darkest shade are cropped at head and feet."""


def draw_projections(picture: Picture, *, name: str, heading: str = "") -> bytes:
    """Return the anterior and the left lateral projection as SVG, dark where there is much.

    Parameters
    ----------
    picture : Picture
    name : str
        Of the SVG's parts.
    heading : str
        Above both, where the picture stands alone.
    """
    top, unit = brightest(picture)
    grid = _cropped(picture, top)
    values = sample(picture.overlay, grid, outside=0.0)
    shown = words.number(top / 1000 if unit == "kBq/mL" else top)
    slices, rows, columns = grid.shape
    tall_in = min(TALLEST_IN, (style.PAGE_WIDTH_IN - 2 * NAMES_IN - GAPS_IN) * slices / (columns + rows))
    names = NAMES_IN * slices / tall_in
    with style.drawing(name):
        figure = style.new_figure(tall_in + (3 if heading else 2) * TITLE_IN)
        if heading:
            figure.suptitle(heading, x=0.0, ha="left", fontsize="medium", weight="bold")
        left, front, right, side = figure.subplots(1, 4, width_ratios=(names, columns, names, rows))
        _project(front, values.max(axis=1), grid.spacing_mm[0], top, ("R", "L"))
        _project(side, values.max(axis=2), grid.spacing_mm[0], top, ("A", "P"))
        front.set_title("from the front")
        side.set_title("from the left")
        side.set_xlabel(f"white 0, black {shown} {unit} and above")
        _outlines(front, picture, grid, axis=1, line_mm=LINE_IN / tall_in * slices * grid.spacing_mm[0])
        for blank in (left, right):
            blank.set_axis_off()
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


def _outlines(axes: Axes, picture: Picture, grid: Geometry, *, axis: int, line_mm: float) -> None:
    """Outline the regions, and name them beside the picture, each with a line to its outline."""
    step = grid.spacing_mm[0]
    sides: dict[bool, list[tuple[float, float, str, str]]] = {True: [], False: []}
    for number, mask in enumerate(picture.masks):
        seen = shadow(mask, grid, axis=axis)
        if not seen.any():
            continue
        colour = DARK[number % len(DARK)]
        across, up = ((np.arange(n) + 0.5) * step for n in (seen.shape[1], seen.shape[0]))
        axes.contour(across, up, seen.astype(float), levels=[0.5], colors=[colour], linewidths=0.8)
        rows, columns = np.nonzero(seen)
        to_left = bool(columns.mean() < seen.shape[1] / 2)
        edge = columns.min() if to_left else columns.max()
        height = (rows[columns == edge].mean() + 0.5) * step
        sides[to_left].append(((edge + (not to_left)) * step, height, words.region(mask.name), colour))
    for to_left, labels in sides.items():
        _names(axes, labels, to_left=to_left, line_mm=line_mm)


def _names(axes: Axes, labels: list[tuple[float, float, str, str]], *, to_left: bool, line_mm: float) -> None:
    texts = ["\n".join(wrap(name, LONGEST_NAME)) for _, _, name, _ in labels]
    most_lines = max((text.count("\n") + 1 for text in texts), default=1)
    heights = style.spread([height for _, height, _, _ in labels], most_lines * line_mm)
    for (x, y, _, colour), text, at in zip(labels, texts, heights, strict=True):
        beside = (-0.02 if to_left else 1.02, at)
        name = axes.annotate(text, (x, y), xytext=beside, textcoords=axes.get_yaxis_transform(),
                      va="center", ha="right" if to_left else "left", color=colour, annotation_clip=False,
                      arrowprops={"arrowstyle": "-", "color": colour, "lw": 0.5, "shrinkA": 0, "shrinkB": 0}
                      )  # fmt: skip
        name.set_in_layout(False)


DARK = (style.BLUE, style.VERMILLION, "#00634a", "#7a4a6b")
"""Outline colours that read on white."""
