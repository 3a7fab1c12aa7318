"""How bad did each side effect get in each cycle? A strip of grades that says the same in grey as in colour.

A darker field is a worse grade and has its number; a hatched one is a range of grades that are possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lutetia.report.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW_IN, HEAD_IN = 0.215, 0.42
FILLS: Final = ("#ffffff", "#dbe9f4", "#9cc4e0", "#3d7fb8", "#0b3c6f", "#000000")
"""By grade, each clearly darker than the one before: the order survives a grey printer."""
_DARK_FROM: Final = 3
_HATCH: Final = "////"


@dataclass(frozen=True, slots=True, kw_only=True)
class StripCell:
    """One field: the grades that are possible, whether worse than before, and whether not recovered in time."""

    least: int
    most: int
    emergent: bool = False
    not_recovered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StripRow:
    """One term; a field is None where nothing was recorded."""

    label: str
    cells: tuple[StripCell | None, ...]


def draw_strip(columns: tuple[str, ...], rows: tuple[StripRow, ...]) -> bytes:
    """Return the strip as SVG."""
    with style.drawing("toxicity"):
        figure = style.new_figure(HEAD_IN + ROW_IN * len(rows))
        axes = figure.subplots()
        for row, line in enumerate(rows):
            for column, cell in enumerate(line.cells):
                _field(axes, column, row, cell)
        axes.set_xlim(-0.5, len(columns) - 0.5)
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xticks(range(len(columns)), columns)
        axes.set_yticks(range(len(rows)), [row.label for row in rows])
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        return style.as_svg(figure)


def _field(axes: Axes, column: int, row: int, cell: StripCell | None) -> None:
    from matplotlib.patches import Polygon, Rectangle

    left, top = column - 0.48, row - 0.43
    if cell is None:
        axes.text(column, row, "·", ha="center", va="center", color=style.FAINT)
        return
    settled = cell.least == cell.most
    axes.add_patch(
        Rectangle((left, top), 0.96, 0.86, facecolor=FILLS[cell.least], linewidth=0.5,
                  edgecolor=style.RULE if settled else style.FAINT, hatch=None if settled else _HATCH)
    )  # fmt: skip
    text = str(cell.least) if settled else f"{cell.least}–{cell.most}"
    dark = cell.least >= _DARK_FROM
    ink = "white" if dark else style.INK
    paper = {"facecolor": FILLS[cell.least], "edgecolor": "none", "pad": 1.0}
    axes.text(column, row, text, ha="center", va="center", color=ink, bbox=None if settled else paper,
              weight="bold" if cell.emergent else "normal")  # fmt: skip
    if cell.not_recovered:
        right = left + 0.96
        corner = [(right, top), (right - 0.16, top), (right, top + 0.5)]
        axes.add_patch(Polygon(corner, closed=True, facecolor=ink, edgecolor="none"))
