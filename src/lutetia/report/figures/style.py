"""What all pictures have in common: Okabe-Ito colours with shapes, one typeface, thin rules, the same bytes each time.

Source of the colours: Okabe and Ito, Color universal design (2008).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK: Final = "#1a1a1a"
FAINT: Final = "#595959"
RULE: Final = "#b8b8b8"
BLUE: Final = "#0072B2"
ORANGE: Final = "#E69F00"
VERMILLION: Final = "#D55E00"
GREEN: Final = "#009E73"
SKY: Final = "#56B4E9"
PURPLE: Final = "#CC79A7"
YELLOW: Final = "#F0E442"
OUTLINES: Final = (SKY, ORANGE, GREEN, YELLOW, PURPLE, VERMILLION)
"""In the order in which regions take them; each region also has its name at its outline."""

TYPEFACE: Final = "DejaVu Sans"
"""Named in every picture and replaced by the page's own typeface when the page is set."""

PAGE_WIDTH_IN: Final = 7.2
"""Width of a picture: the text width of an A4 page [inch]."""

SMALL_PT: Final = 7.0
BODY_PT: Final = 8.0

_SETTINGS: Final[dict[Any, Any]] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "lutetia",
    "font.family": [TYPEFACE],
    "font.size": SMALL_PT,
    "axes.titlesize": BODY_PT,
    "axes.labelsize": SMALL_PT,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "text.color": INK,
    "lines.linewidth": 1.2,
    "lines.markersize": 4,
    "text.parse_math": False,
    "axes.unicode_minus": True,
}


@contextmanager
def drawing(name: str) -> Iterator[None]:
    """Draw with the house's settings; ``name`` keeps ids of different pictures apart."""
    import matplotlib as mpl

    with mpl.rc_context(_SETTINGS | {"svg.hashsalt": f"lutetia-{name}"}):
        yield


def new_figure(height_in: float, *, width_in: float = PAGE_WIDTH_IN) -> Figure:
    """Return an empty figure that no window manager knows of."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width_in, height_in), layout="constrained")


def as_svg(figure: Figure) -> bytes:
    """Return a figure as SVG without date or program name."""
    stream = BytesIO()
    figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return stream.getvalue()


def spread(wanted: Sequence[float], least: float) -> list[float]:
    """Move places apart until neighbours are at least so far from each other; their order stays.

    Parameters
    ----------
    wanted : sequence of float
        Where each label would like to stand.
    least : float
        Smallest distance between two labels.
    """
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    groups: list[tuple[float, list[int]]] = []  # middle of a group of touching labels, and who is in it
    for place in order:
        groups.append((wanted[place], [place]))
        while len(groups) > 1 and _touch(groups[-2], groups[-1], least):
            members = groups[-2][1] + groups[-1][1]
            groups[-2:] = [(sum(wanted[one] for one in members) / len(members), members)]
    found = [0.0] * len(wanted)
    for middle, members in groups:
        for number, place in enumerate(members):
            found[place] = middle + (number - (len(members) - 1) / 2) * least
    return found


def _touch(below: tuple[float, list[int]], above: tuple[float, list[int]], least: float) -> bool:
    reach = (len(below[1]) + len(above[1])) / 2 * least
    return above[0] - below[0] < reach
