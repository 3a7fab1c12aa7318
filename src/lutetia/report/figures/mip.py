"""Two PET side by side: maximum-intensity projections from the front and from the left, one scale, one position.

Uptake is inverted grey between 0 and one uptake value for both days, so that it prints in grey. What an outline means
is told by its line, never by a colour. The follow-up is shown as the patient lay at baseline.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from lutetia.report.figures import style
from lutetia.report.figures.plane import Box, corners, sample, shadow, union
from lutetia.volume import Geometry, Mask, Volume

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LineOf = Literal["there", "not told apart", "new", "gone", "not counted"]
LINES: Final[Mapping[LineOf, tuple[str, Any, float]]] = MappingProxyType(
    {
        "there": ("disease", "solid", 0.8),
        "not told apart": ("disease or organ, not told apart", (0, (4.0, 1.0, 1.0, 1.0)), 0.8),
        "new": ("proposed as new; a reader decides", (0, (3.0, 1.2)), 1.5),
        "gone": ("baseline only", (0, (1.0, 1.2)), 1.1),
        "not counted": ("taken out by a reader", (0, (6.0, 2.0, 1.0, 2.0)), 0.8),
    }
)
"""What a line means, its dashes and its width [pt]."""
TOP_SUV: Final = 15.0
PIXEL_MM: Final = 3.0
LARGEST_PIXELS: Final = 3_000_000
SCALE_IN, TITLE_IN, LEGEND_IN = 0.5, 0.3, 0.3
TALLEST_IN: Final = 8.0
"""Of the projections, so that picture and caption fit on a page."""
AROUND_PIXELS: Final = 2.3
"""An outline stands this far off, so that it does not hide a small lesion."""
SMALL_PIXELS, AROUND_SMALL_PIXELS = 5, 3.4
"""Around one no wider than this it stands further off."""
EDGE: Final = 0.15
"""Part of the width at each side in which a name goes inward, where it has room."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outlined:
    """A lesion to be outlined.

    Attributes
    ----------
    mask : Mask
        In the coordinates in which the PET is shown.
    line : str
        What it is.
    name : str
        Written beside it; empty for none.
    """

    mask: Mask
    line: LineOf
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PetView:
    """One PET as it is to be shown.

    Attributes
    ----------
    title : str
    suv : Volume
        In the coordinates of the first PET shown.
    outlined : tuple of Outlined
    """

    title: str
    suv: Volume
    outlined: tuple[Outlined, ...] = ()


def draw_mips(views: Sequence[PetView], *, name: str, top_suv: float = TOP_SUV) -> bytes:
    """Return the projections of one PET or several as SVG.

    Parameters
    ----------
    views : sequence of PetView
        In the order in which they are shown.
    name : str
        Keeps the ids of different pictures apart.
    top_suv : float
        Uptake shown black, for all [SUV].
    """
    grid = common_grid([view.suv for view in views])
    slices, rows, columns = grid.shape
    wide_in = style.PAGE_WIDTH_IN - SCALE_IN - 0.1 * 2 * len(views)
    tall_in = min(wide_in * slices / (len(views) * (columns + rows)), TALLEST_IN)
    with style.drawing(name):
        figure = style.new_figure(tall_in + TITLE_IN + LEGEND_IN)
        panels = figure.subplots(1, 2 * len(views), width_ratios=[columns] * len(views) + [rows] * len(views))
        for n, view in enumerate(views):
            values = sample(view.suv, grid, outside=0.0)
            for panel, axis, seen, ends in (
                (panels[n], 1, "from the front", ("R", "L")),
                (panels[len(views) + n], 2, "from the left", ("A", "P")),
            ):
                _panel(panel, values.max(axis=axis), top_suv, ends)
                _outlines(panel, view.outlined, grid, axis)
                panel.set_title(view.title)
                panel.set_xlabel(seen)
        grey_scale(figure, list(panels), top_suv)
        legend(figure, [one.line for view in views for one in view.outlined])
        return style.as_svg(figure)


def common_grid(volumes: Sequence[Volume]) -> Geometry:
    """Return cubes that hold several volumes, coarser where there would be too many."""
    box: Box = union([corners(volume.geometry) for volume in volumes])
    size = np.asarray(box.high) - np.asarray(box.low)
    return box.grid(max(PIXEL_MM, float(np.prod(size) / LARGEST_PIXELS) ** (1 / 3)))


def _panel(axes: Axes, image: NDArray[np.floating], top_suv: float, ends: tuple[str, str]) -> None:
    axes.imshow(image, cmap="gray_r", vmin=0, vmax=top_suv, origin="lower", interpolation="none", aspect="equal")
    frame(axes)
    for text, where, align in ((ends[0], 0.03, "left"), (ends[1], 0.97, "right")):
        axes.text(where, 0.985, text, transform=axes.transAxes, ha=align, va="top", weight="bold")


def frame(axes: Axes) -> None:
    """Take the ticks off and draw a thin frame."""
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set(visible=True, color=style.RULE)


def _outlines(axes: Axes, outlined: Sequence[Outlined], grid: Geometry, axis: int) -> None:
    from matplotlib.patheffects import withStroke

    for one in outlined:
        seen = shadow(one.mask, grid, axis=axis)
        if not seen.any():
            continue
        wider = _wider(seen)
        outline(axes, wider.astype(float), one.line)
        if not one.name:
            continue
        rows, columns = np.nonzero(wider)
        across = columns.mean() / seen.shape[1]
        to_left = across > 1 - EDGE or EDGE <= across < 0.5
        at = (columns.min() - 1 if to_left else columns.max() + 1, rows.mean())
        text = axes.annotate(one.name, at, xytext=(-2 if to_left else 2, 0), textcoords="offset points", va="center",
                             ha="right" if to_left else "left", size=style.SMALL_PT - 1, weight="bold",
                             path_effects=[withStroke(linewidth=1.6, foreground="white")])  # fmt: skip
        text.set_in_layout(False)


def _wider(seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    from scipy.ndimage import distance_transform_edt

    rows, columns = np.nonzero(seen)
    small = max(np.ptp(rows), np.ptp(columns)) < SMALL_PIXELS
    away = np.asarray(distance_transform_edt(~seen))
    return np.asarray(away <= (AROUND_SMALL_PIXELS if small else AROUND_PIXELS), dtype=np.bool_)


def outline(axes: Axes, share: NDArray[np.floating], line: LineOf, **where: Any) -> None:
    """Draw the edge of a region with the line that says what it is, readable on light and dark."""
    _, dashes, width = LINES[line]
    for colour, more in (("white", 0.8), (style.INK, 0.0)):
        drawn = axes.contour(share, levels=[0.5], colors=[colour], linewidths=width + more, **where)
        drawn.set(linestyle=dashes if colour != "white" else "solid")


def grey_scale(figure: Figure, panels: list[Axes], top_suv: float) -> None:
    """Set the scale of the grey beside the panels, with its unit."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    bar = figure.colorbar(ScalarMappable(Normalize(0, top_suv), cmap="gray_r"), ax=panels, fraction=0.02, pad=0.01,
                          aspect=30, extend="max")  # fmt: skip
    bar.set_label("SUV by body weight [g/mL]")
    bar.ax.locator_params(axis="y", nbins=5)


def legend(figure: Figure, used: Sequence[LineOf]) -> None:
    """Say below the panels what each line means; only those that were drawn."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=style.INK, linestyle=dashes, linewidth=width, label=said)
        for line, (said, dashes, width) in LINES.items()
        if line in used
    ]
    if handles:
        figure.legend(handles=handles, loc="outside lower left", ncols=len(handles), frameon=False, handlelength=3.2)
