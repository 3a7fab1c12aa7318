"""How PSA, blood counts and renal function went, under one time axis with cycles, scans and events."""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil
from typing import TYPE_CHECKING

from lutetia.report import words
from lutetia.report.figures import style
from lutetia.report.history import History, Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PANEL_IN, STRIP_IN = 0.5, 0.52
MOST_TICKS = 7
SHORT_DAYS = 60


def draw_timeline(history: History) -> bytes:
    """Return the timeline as SVG; the top strip holds scans and events, then one panel per quantity."""
    heights = [STRIP_IN, *(PANEL_IN for _ in history.series)]
    with style.drawing("timeline"):
        figure = style.new_figure(sum(heights) + 0.35)
        axes = figure.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
        _strip(axes[0], history)
        for panel, series in zip(axes[1:], history.series, strict=True):
            _panel(panel, series)
        for panel in axes:
            _cycles(panel, history)
            panel.axvline(history.known_on.toordinal(), color=style.VERMILLION, lw=0.9, ls=(0, (4, 2)))
        _time_axis(axes[-1], history)
        figure.align_ylabels(list(axes))
        return style.as_svg(figure)


def _strip(axes: Axes, history: History) -> None:
    axes.set_ylim(-0.6, 3.6)
    axes.set_yticks([0, 1], ["events", "scans"])
    axes.tick_params(axis="y", length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="x", length=0)
    if history.scans:
        axes.plot(
            [scan.on.toordinal() for scan in history.scans], [1] * len(history.scans), "o", color=style.INK, ms=3.2
        )
    for event in history.events:
        axes.plot([event.on.toordinal()], [0], marker=">", color=style.VERMILLION, ms=5, ls="none")
        axes.annotate(event.label, (event.on.toordinal(), 0), xytext=(5, 0), textcoords="offset points", va="center")
    for cycle in history.cycles:
        axes.annotate(cycle.label, (cycle.on.toordinal(), 3), xytext=(3, 0), textcoords="offset points", va="center",
                      color=style.BLUE)  # fmt: skip
    axes.annotate("as known", (history.known_on.toordinal(), 2), xytext=(-3, 0), textcoords="offset points",
                  va="center", ha="right", color=style.VERMILLION)  # fmt: skip


def _cycles(axes: Axes, history: History) -> None:
    for cycle in history.cycles:
        axes.axvline(cycle.on.toordinal(), color=style.BLUE, lw=0.9, ls="-" if cycle.given else (0, (1, 2)))


def _panel(axes: Axes, series: Series) -> None:
    days = [point.on.toordinal() for point in series.points]
    values = [point.value for point in series.points]
    axes.plot(days, values, "-", color=style.INK, lw=0.9)
    exact = [(p.on.toordinal(), p.value) for p in series.points if not p.comparator]
    bound = [(p.on.toordinal(), p.value) for p in series.points if p.comparator]
    for points, marker, face in ((exact, "o", style.INK), (bound, "v", "white")):
        if points:
            axes.plot(*zip(*points, strict=True), marker, color=style.INK, mfc=face, ms=3.4)
    _scale(axes, series, values)
    for limit in series.limits:
        axes.axhline(limit.value, color=style.FAINT, lw=0.6, ls=(0, (6, 2)))
        style.label_right(axes, limit.value, limit.label)
    axes.set_ylabel(f"{series.title}\n{series.unit}", rotation=0, ha="right", va="center")
    last = series.points[-1]
    axes.annotate(f"{last.comparator}{words.measured(last.value)}", (last.on.toordinal(), last.value), xytext=(-2, 5),
                  textcoords="offset points", weight="bold", ha="right")  # fmt: skip


def _scale(axes: Axes, series: Series, values: list[float]) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

    if series.log and min(values) > 0:
        axes.set_yscale("log")
        axes.set_ylim(min(values) / 1.8, max(values) * 2.2)
        axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=4))
        axes.yaxis.set_minor_locator(NullLocator())
    else:
        shown = [*values, *(limit.value for limit in series.limits)]
        span = (max(shown) - min(shown)) or max(shown) or 1.0
        axes.set_ylim(max(0.0, min(shown) - 0.18 * span), max(shown) + 0.35 * span)
        axes.yaxis.set_major_locator(MaxNLocator(3))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def _time_axis(axes: Axes, history: History) -> None:
    first, last = history.span
    margin = max(3, (last - first).days // 25)
    axes.set_xlim(first.toordinal() - margin, last.toordinal() + 3 * margin)
    ticks = time_ticks(first, last)
    axes.set_xticks([on.toordinal() for on in ticks], [on.isoformat() for on in ticks])


def time_ticks(first: date, last: date) -> tuple[date, ...]:
    """Return at most :data:`MOST_TICKS` days to write on the axis: first days of months, or weeks in a short course."""
    days = (last - first).days
    if days < SHORT_DAYS:
        step = max(7, 7 * ceil(days / 7 / MOST_TICKS))
        return tuple(first + timedelta(days=n) for n in range(0, days + 1, step))
    months = range(first.year * 12 + first.month, last.year * 12 + last.month)
    step = next(
        (n for n in (1, 2, 3, 6, 12) if len(months) <= n * MOST_TICKS), 12 * ceil(len(months) / 12 / MOST_TICKS)
    )
    return tuple(date(month // 12, month % 12 + 1, 1) for month in months[::step])
