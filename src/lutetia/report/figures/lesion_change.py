"""How did the volume of each lesion change from the PET before treatment to the one under it?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from lutetia.report import words
from lutetia.report.figures import style
from lutetia.report.figures.timeline import log_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW_IN: Final = 0.2
MOST_ROWS: Final = 24
"""More lesions than a page can show are left to the table."""


class VolumeChange(NamedTuple):
    """One row: a lesion, or all tumour.

    Attributes
    ----------
    before_ml, now_ml : float or None
        None where it was not measured.
    remark : str
        Said at the end of the row, e.g. ``new``.
    """

    name: str
    before_ml: float | None
    now_ml: float | None
    remark: str = ""


def draw_lesion_changes(rows: Sequence[VolumeChange]) -> bytes:
    """Return the changes as SVG: open circles before treatment, full ones now, on a logarithmic axis."""
    shown = rows[:MOST_ROWS]
    with style.drawing("lesions"):
        figure = style.new_figure(ROW_IN * (len(shown) + 1) + 0.5)
        axes = figure.subplots()
        for place, row in enumerate(shown):
            _row(axes, -place, row)
        values = [ml for row in shown for ml in (row.before_ml, row.now_ml) if ml]
        axes.set_xscale("log")
        axes.set_xlim(min(values) / 1.6, max(values) * 3)
        axes.set_ylim(-len(shown) + 0.4, 0.6)
        axes.set_yticks([-place for place in range(len(shown))], [row.name for row in shown])
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        _ticks(axes)
        axes.set_xlabel("PSMA-positive volume [mL]")
        return style.as_svg(figure)


def _row(axes: Axes, place: float, row: VolumeChange) -> None:
    axes.axhline(place, color=style.RULE, lw=0.4, zorder=0)
    before, now = row.before_ml or None, row.now_ml or None
    if before is not None and now is not None:
        axes.plot([before, now], [place, place], "-", color=style.INK, lw=1.1, zorder=2)
    if before is not None:
        axes.plot([before], [place], "o", color=style.INK, mfc="white", ms=4.6, zorder=3)
    if now is not None:
        axes.plot([now], [place], "o", color=style.BLUE, ms=4.6, zorder=4)
    ends = [ml for ml in (before, now) if ml is not None]
    if ends:
        axes.annotate(row.remark, (max(ends), place), xytext=(7, 0), textcoords="offset points", va="center",
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6})  # fmt: skip


def _ticks(axes: Axes) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    axes.xaxis.set_major_locator(FixedLocator(log_ticks(*axes.get_xlim())))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: words.measured(value)))
