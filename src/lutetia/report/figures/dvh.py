"""How dose is spread over the volume of organs and lesions: cumulative histograms, one line per region."""

from __future__ import annotations

from itertools import cycle as around
from typing import TYPE_CHECKING, Final

from lutetia.dosimetry.radiobiology import Dvh
from lutetia.report import words
from lutetia.report.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT_IN: Final = 2.1
COLOURS: Final = (style.BLUE, style.VERMILLION, style.GREEN, style.PURPLE, style.INK, style.ORANGE)
DASHES: Final = ("-", (0, (4, 1.5)), (0, (1, 1.2)))
"""The first colours are drawn in full, the next round dashed, the next dotted; left and right so differ by dashes."""
AT_LEAST_PERCENT: Final = 0.5
"""Of the volume: where fewer voxels are hotter, the axis ends."""

Line = tuple[str, Dvh]


def draw_dvh(organs: tuple[Line, ...], lesions: tuple[Line, ...], *, name: str) -> bytes:
    """Return cumulative dose-volume histograms as SVG: organs in one panel, lesions in the other.

    Parameters
    ----------
    organs, lesions : tuple of (str, Dvh)
        Label and histogram [Gy]; either may be empty.
    name : str
    """
    panels = [(title, lines) for title, lines in (("Organs", organs), ("Lesions", lesions)) if lines]
    with style.drawing(name):
        figure = style.new_figure(HEIGHT_IN)
        for axes, (title, lines) in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels, strict=True):
            _panel(axes, title, lines)
        return style.as_svg(figure)


def _panel(axes: Axes, title: str, lines: tuple[Line, ...]) -> None:
    for (label, found), (colour, dashes) in zip(lines, around(_styles()), strict=False):
        gy, percent = found.curve()
        axes.plot(gy, percent, color=colour, ls=dashes, label=words.short_region(label))
    axes.set_title(title, weight="bold", size=style.SMALL_PT)
    axes.set_xlim(0, 1.02 * max(found.dose_gy(AT_LEAST_PERCENT) for _, found in lines))
    axes.set_ylim(0, 103)
    axes.set_xlabel("absorbed dose [Gy]")
    axes.set_ylabel("volume [%]")
    axes.legend(frameon=False, fontsize=style.SMALL_PT, handlelength=2.4, loc="upper left", labelspacing=0.25,
                bbox_to_anchor=(1.0, 1.03), borderaxespad=0)  # fmt: skip


def _styles() -> tuple[tuple[str, object], ...]:
    return tuple((colour, dashes) for dashes in DASHES for colour in COLOURS)
