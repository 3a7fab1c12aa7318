"""How did the graded results go? One panel per result under one time axis, the limits named beside their lines."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from lutetia.report import words
from lutetia.report.figures import style
from lutetia.report.figures.timeline import time_ticks
from lutetia.report.history import History, Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PANEL_IN, FRAME_IN = 0.6, 0.5
_LEAST_APART: Final = 0.24
"""Between two labels of limits, as a part of the panel's height."""
_MARGIN: Final = 0.03
"""Before the first and after the last day, as a part of the time shown."""


def draw_curves(history: History) -> bytes:
    """Return the results as SVG, oldest left."""
    with style.drawing("toxicity-curves"):
        figure = style.new_figure(FRAME_IN + PANEL_IN * len(history.series))
        axes = figure.subplots(len(history.series), 1, sharex=True, squeeze=False)[:, 0]
        for panel, series in zip(axes, history.series, strict=True):
            _panel(panel, series)
            _cycles(panel, history)
        for place, cycle in enumerate(history.cycles):
            label = cycle.label if place == 0 else cycle.label.removeprefix("cycle ")
            axes[0].annotate(label, (cycle.on.toordinal(), 1), xycoords=("data", "axes fraction"), xytext=(-2, 2),
                             textcoords="offset points", color=style.BLUE, va="bottom",
                             ha="right" if place == 0 else "center")  # fmt: skip
        began, ended = _shown(history)
        first, last = began.toordinal(), ended.toordinal()
        margin = max(3.0, _MARGIN * (last - first))
        axes[-1].set_xlim(first - margin, last + margin)
        ticks = time_ticks(began, ended)
        axes[-1].set_xticks([on.toordinal() for on in ticks], [on.isoformat() for on in ticks])
        figure.align_ylabels(list(axes))
        return style.as_svg(figure)


def _shown(history: History) -> tuple[date, date]:
    """Return the first and the last day of a result or a cycle: what is known later shows nothing."""
    days = [point.on for series in history.series for point in series.points] + [cycle.on for cycle in history.cycles]
    return min(days), max(days)


def _cycles(axes: Axes, history: History) -> None:
    for cycle in history.cycles:
        dash = "-" if cycle.given else (0, (1, 2))
        axes.axvline(cycle.on.toordinal(), color=style.BLUE, lw=0.8, ls=dash, zorder=0)


def _panel(axes: Axes, series: Series) -> None:
    from matplotlib.ticker import MaxNLocator

    days = [point.on.toordinal() for point in series.points]
    values = [point.value for point in series.points]
    axes.plot(days, values, "-", color=style.INK, lw=0.9)
    for exact, marker, face in ((True, "o", style.INK), (False, "v", "white")):
        shown = [(p.on.toordinal(), p.value) for p in series.points if (not p.comparator) is exact]
        if shown:
            axes.plot(*zip(*shown, strict=True), marker, color=style.INK, mfc=face, ms=3.2)
    every = [*values, *(limit.value for limit in series.limits)]
    span = (max(every) - min(every)) or max(every) or 1.0
    low, high = max(0.0, min(every) - 0.15 * span), max(every) + 0.15 * span
    axes.set_ylim(low, high)
    axes.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
    axes.set_ylabel(f"{series.title}\n{series.unit}", rotation=0, ha="right", va="center")
    places = style.spread([(limit.value - low) / (high - low) for limit in series.limits], _LEAST_APART)
    for limit, place in zip(series.limits, places, strict=True):
        axes.axhline(limit.value, color=style.FAINT, lw=0.6, ls=(0, (6, 2)), zorder=1)
        axes.annotate(limit.label, (1, place), xycoords="axes fraction", xytext=(4, 0), textcoords="offset points",
                      va="center", color=style.FAINT, annotation_clip=False)  # fmt: skip
    last = series.points[-1]
    axes.annotate(f"{last.comparator}{words.measured(last.value)}", (days[-1], last.value), xytext=(4, 3),
                  textcoords="offset points", weight="bold", ha="right")  # fmt: skip
