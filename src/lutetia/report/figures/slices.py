"""Where the activity lies: axial and coronal planes fused on CT, regions outlined and named, L and R marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lutetia.report import words
from lutetia.report.figures import style
from lutetia.report.figures.plane import Box, common, corners, inside, plane, sample, sample_mask, union, widened
from lutetia.report.result import Picture
from lutetia.volume import Geometry, Mask

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

AXIAL_PLANES = 4
WELL_INSIDE = 0.3
"""A plane this deep in a region (1 in its middle, 0 at its end) shows it."""
PIXEL_MM = 2.0
LINE_IN, LETTER_IN = 0.11, 0.054
"""Height of a line and width of a letter of a name [inch]."""
SOFT_TISSUE_HU = (-160.0, 240.0)
BRIGHTEST_PERCENTILE = 99.5
TALLEST_IN = 4.3
PLANES_WIDTH_IN = 6.35
"""Width that two columns of axial planes and the coronal plane share; the scale of the colours has the rest."""
TITLE_IN = 0.24


def draw_slices(picture: Picture, *, name: str) -> bytes:
    """Return up to four axial planes, two by two, and beside them one coronal plane as SVG.

    Ticks at the edges of a plane show where the others cut it.
    """
    box = field_of_view(picture)
    grid = box.grid(PIXEL_MM)
    outlined = [mask for mask in picture.masks if mask.voxels.any()]
    levels, depth = axial_planes(outlined, box), coronal_plane(outlined, box)
    axial_in, coronal_in, tall_in = layout(grid.shape)
    with style.drawing(name):
        figure = style.new_figure(tall_in)
        places = figure.add_gridspec(2, 3, width_ratios=(axial_in, axial_in, coronal_in))
        panels = [(figure.add_subplot(places[row, column]), 0, level)
                  for level, (row, column) in zip(levels, ((0, 0), (0, 1), (1, 0), (1, 1)), strict=False)]  # fmt: skip
        panels.append((figure.add_subplot(places[:, 2]), 1, depth))
        top, unit = brightest(picture)
        for panel, axis, at_mm in panels:
            slab = plane(grid, axis=axis, at_mm=at_mm)
            _panel(panel, picture, slab, axis, top)
            outline_all(panel, outlined, slab, axis, wide_in=axial_in if axis == 0 else coronal_in)
            _crossings(panel, [depth] if axis == 0 else levels)
            panel.set_title(f"{'axial z' if axis == 0 else 'coronal y'} {at_mm:.0f} mm".replace("-", "−"))
        colour_bar(figure, panels[-1][0], top, unit)
        return style.as_svg(figure)


def layout(shape: tuple[int, int, int]) -> tuple[float, float, float]:
    """Return the widths of an axial and the coronal plane and the height of the picture, so that both sides end level.

    Parameters
    ----------
    shape : tuple of int
        Of the display grid: slices, rows, columns.

    Returns
    -------
    tuple of float
        [inch].
    """
    slices, rows, columns = shape
    axial, coronal = rows / columns, slices / columns  # height per width
    axial_in = (PLANES_WIDTH_IN * coronal - TITLE_IN) / (2 * (axial + coronal))
    axial_in = min(max(axial_in, 0.2 * PLANES_WIDTH_IN), 0.4 * PLANES_WIDTH_IN)
    coronal_in = PLANES_WIDTH_IN - 2 * axial_in
    tall_in = max(2 * (axial_in * axial + TITLE_IN), coronal_in * coronal + TITLE_IN)
    return axial_in, coronal_in, min(tall_in, TALLEST_IN)


def _crossings(axes: Axes, levels_mm: list[float]) -> None:
    for level in levels_mm:
        for low, high in ((0.0, 0.035), (0.965, 1.0)):
            axes.plot([low, high], [level, level], color="white", lw=0.8, transform=axes.get_yaxis_transform(),
                      scalex=False, scaley=False)  # fmt: skip


def field_of_view(picture: Picture) -> Box:
    """Return the box to be shown: around the regions, within the images."""
    whole = corners(picture.overlay.geometry)
    if picture.background is not None:
        whole = common(whole, corners(picture.background.geometry))
    boxes = [box for mask in picture.masks if (box := inside(mask)) is not None]
    if not boxes:
        return whole
    wanted = widened(union(boxes))
    if picture.background is not None:  # the body's width helps the eye more than a tight crop
        low, high = (whole.low[0], whole.low[1], wanted.low[2]), (whole.high[0], whole.high[1], wanted.high[2])
        wanted = _body(picture, common(whole, Box(low, high)))
    return common(whole, wanted)


def _body(picture: Picture, box: Box) -> Box:
    assert picture.background is not None
    grid = box.grid(6.0)
    body = sample(picture.background, grid, outside=-1000.0) > -500.0
    if not body.any():
        return box
    rows, columns = np.flatnonzero(body.any(axis=(0, 2))), np.flatnonzero(body.any(axis=(0, 1)))
    low, high = grid.to_patient((0, rows[0], columns[0])), grid.to_patient((0, rows[-1], columns[-1]))
    return common(box, widened(Box((low[0], low[1], box.low[2]), (high[0], high[1], box.high[2])), 10.0))


def axial_planes(masks: list[Mask], box: Box) -> list[float]:
    """Choose planes that together cut as many regions as possible, near their middles; from head to feet [mm]."""
    spans = [(b.low[2], b.high[2]) for mask in masks if (b := inside(mask)) is not None]
    chosen: list[float] = []
    while spans and len(chosen) < AXIAL_PLANES:
        middles = [(low + high) / 2 for low, high in spans]
        best = max(middles, key=lambda z: (sum(_depth(z, span) for span in spans), z))
        chosen.append(best)
        spans = [span for span in spans if _depth(best, span) < WELL_INSIDE]
    return sorted(chosen, reverse=True) or [(box.low[2] + box.high[2]) / 2]


def _depth(z: float, span: tuple[float, float]) -> float:
    """Return 1 in the middle of a span, 0 at its ends and beyond."""
    low, high = span
    return max(0.0, 1.0 - abs(2 * z - low - high) / max(high - low, 1.0))


def coronal_plane(masks: list[Mask], box: Box) -> float:
    """Choose the plane that cuts most regions, weighted by size, near their middles [mm]."""
    spans = [(b.low[1], b.high[1], mask.volume_ml ** (1 / 3)) for mask in masks if (b := inside(mask)) is not None]
    if not spans:
        return (box.low[1] + box.high[1]) / 2
    middles = [(low + high) / 2 for low, high, _ in spans]
    return max(middles, key=lambda y: sum(size * _depth(y, (low, high)) for low, high, size in spans))


def brightest(picture: Picture) -> tuple[float, str]:
    """Return where the colours end, and the unit shown: kBq/mL or Gy."""
    values = picture.overlay.values
    positive = values[values > 0.02 * float(values.max())] if values.size and values.max() > 0 else values
    top = float(np.percentile(positive, BRIGHTEST_PERCENTILE)) or 1.0
    return top, "kBq/mL" if picture.overlay.unit == "Bq/mL" else picture.overlay.unit


def _panel(axes: Axes, picture: Picture, slab: Geometry, axis: int, top: float) -> None:
    from matplotlib import colormaps

    hot = np.clip(sample(picture.overlay, slab, outside=0.0).squeeze(axis) / top, 0.0, 1.0)
    colours = colormaps["inferno"](hot)[..., :3]
    grey = _grey(picture, slab, axis)
    if grey is None:
        fused = colours
    else:
        weight = np.clip(hot * 2.5, 0.0, 0.75)[..., None]
        fused = (1 - weight) * grey[..., None] + weight * colours
    place(axes, fused, slab, axis)


def _grey(picture: Picture, slab: Geometry, axis: int) -> NDArray[np.float64] | None:
    if picture.background is None:
        return None
    low, high = SOFT_TISSUE_HU
    hu = sample(picture.background, slab, outside=-1000.0).squeeze(axis)
    return np.asarray(0.85 * np.clip((hu - low) / (high - low), 0.0, 1.0), dtype=np.float64)


def place(axes: Axes, image: NDArray[np.floating], slab: Geometry, axis: int) -> None:
    """Lay an image into its patient coordinates: patient's right at the viewer's left, head or front up."""
    half, (x, y, z) = slab.spacing_mm[0] / 2, slab.origin_mm
    across = (x - half, x + slab.spacing_mm[2] * slab.shape[2] - half)
    if axis == 0:
        extent = (*across, y + slab.spacing_mm[1] * slab.shape[1] - half, y - half)
        axes.imshow(image, extent=extent, interpolation="none", origin="upper")
    else:
        extent = (*across, z - half, z + slab.spacing_mm[0] * slab.shape[0] - half)
        axes.imshow(image, extent=extent, interpolation="none", origin="lower")
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
    for text, where, side in (("R", 0.02, "left"), ("L", 0.98, "right")):
        axes.text(where, 0.5, text, transform=axes.transAxes, ha=side, va="center", weight="bold",
                  color="white", bbox={"facecolor": style.INK, "edgecolor": "none", "pad": 1.2})  # fmt: skip


def outline_all(axes: Axes, masks: list[Mask], slab: Geometry, axis: int, *, wide_in: float) -> None:
    """Outline every region that a plane cuts, and name it outside of its outline, left of it or right of it.

    Parameters
    ----------
    wide_in : float
        Width of the panel [inch], from which follows how far a name reaches.
    """
    sides: dict[bool, list[tuple[float, float, str, str]]] = {True: [], False: []}
    for number, mask in enumerate(masks):
        colour = style.OUTLINES[number % len(style.OUTLINES)]
        if at := outline(axes, sample_mask(mask, slab).squeeze(axis), slab, axis, colour):
            to_left, x, y = at
            sides[to_left].append((x, y, words.short_region(mask.name), colour))
    left, right = axes.get_xlim()
    per_in = (right - left) / wide_in
    for to_left, labels in sides.items():
        heights = style.spread([y for _, y, _, _ in labels], per_in * LINE_IN)
        for (x, _, name, colour), y in zip(labels, heights, strict=True):
            wide = per_in * LETTER_IN * (len(name) + 1)
            inside_x = max(x, left + wide) if to_left else min(x, right - wide)
            _name(axes, name, (inside_x, y), to_left=to_left, colour=colour)


def _name(axes: Axes, name: str, at: tuple[float, float], *, to_left: bool, colour: str) -> None:
    from matplotlib.patheffects import withStroke

    label = axes.annotate(name, at, xytext=(-3 if to_left else 3, 0), textcoords="offset points", va="center",
                          ha="right" if to_left else "left", color=colour, size=style.SMALL_PT,
                          path_effects=[withStroke(linewidth=1.6, foreground="black")])  # fmt: skip
    label.set_in_layout(False)


def outline(
    axes: Axes, share: NDArray[np.floating], slab: Geometry, axis: int, colour: str
) -> tuple[bool, float, float] | None:
    """Outline one region with its own colour.

    Returns
    -------
    tuple of (bool, float, float) or None
        Whether its name goes to the left of it, and where its outline is nearest to that side [mm]; None where the
        plane does not cut it.
    """
    if share.max() < 0.5 or min(share.shape) < 2:
        return None
    first, step = (slab.origin_mm[1], slab.spacing_mm[1]) if axis == 0 else (slab.origin_mm[2], slab.spacing_mm[0])
    across = slab.origin_mm[0] + slab.spacing_mm[2] * np.arange(share.shape[1])
    up = first + step * np.arange(share.shape[0])
    axes.contour(across, up, share, levels=[0.5], colors=[colour], linewidths=0.9)
    rows, columns = np.nonzero(share >= 0.5)
    to_left = bool(columns.mean() < share.shape[1] / 2)
    edge = columns.min() if to_left else columns.max()
    return to_left, float(across[edge]), float(up[rows[columns == edge]].mean())


def colour_bar(figure: Figure, panel: Axes, top: float, unit: str) -> None:
    """Set the scale of the colours beside a panel."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    shown = top / 1000 if unit == "kBq/mL" else top
    bar = figure.colorbar(ScalarMappable(Normalize(0, shown), cmap="inferno"), ax=panel, fraction=0.04, pad=0.02,
                          aspect=18)  # fmt: skip
    bar.set_label(unit)
    bar.outline.set_visible(False)
    bar.ax.locator_params(axis="y", nbins=4)
