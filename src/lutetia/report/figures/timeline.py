"""How PSA, blood counts and renal function went, under one time axis with cycles, scans and events."""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Final

from lutetia.report import words
from lutetia.report.figures import style
from lutetia.report.history import History, Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PANEL_IN, STRIP_IN, LANE_IN = 0.4, 0.36, 0.115
MOST_LANES = 6
"""Events beyond so many that overlap have a flag without a name; the table names them all."""
LETTER_IN = 0.056
"""Width of a letter of a label."""
MOST_TICKS, MOST_LOG_TICKS = 7, 3
SHORT_DAYS = 60
_PAPER: Final = {"facecolor": "white", "edgecolor": "none", "pad": 0.3, "alpha": 0.85}


def draw_timeline(history: History) -> bytes:
    """Return the timeline as SVG; the top strip holds scans and events, then one panel per quantity."""
    lanes = event_lanes(history)
    heights = [STRIP_IN + LANE_IN * (max(lanes, default=0) + 1), *(PANEL_IN for _ in history.series)]
    with style.drawing("timeline"):
        figure = style.new_figure(sum(heights) + 0.35)
        axes = figure.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
        _strip(axes[0], history, lanes)
        for panel, series in zip(axes[1:], history.series, strict=True):
            _panel(panel, series)
        for panel in axes:
            _cycles(panel, history)
            panel.axvline(history.known_on.toordinal(), color=style.VERMILLION, lw=0.9, ls=(0, (4, 2)))
        _time_axis(axes[-1], history)
        figure.align_ylabels(list(axes))
        return style.as_svg(figure)


def event_lanes(history: History) -> tuple[int, ...]:
    """Return for each event the lane in which its label is free of the labels before it, 0 being the highest."""
    first, last = _shown_days(history)
    days_per_letter = (last - first) / (style.PAGE_WIDTH_IN - 1.0) * LETTER_IN
    ends: list[float] = []
    lanes = []
    for event in history.events:
        start, end = event.on.toordinal(), event.on.toordinal() + days_per_letter * (len(event.label) + 4)
        lane = next((number for number, used in enumerate(ends) if used <= start), len(ends))
        if lane == len(ends) and lane < MOST_LANES:
            ends.append(end)
        elif lane < len(ends):
            ends[lane] = end
        lanes.append(min(lane, MOST_LANES - 1))
    return tuple(lanes)


def _strip(axes: Axes, history: History, lanes: tuple[int, ...]) -> None:
    deepest = max(lanes, default=0)
    axes.set_ylim(-deepest - 0.6, 3.5)
    axes.set_yticks([-deepest / 2, 1], ["events", "scans"])
    axes.tick_params(axis="y", length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="x", length=0)
    if history.scans:
        axes.plot(
            [scan.on.toordinal() for scan in history.scans], [1] * len(history.scans), "o", color=style.INK, ms=3.2
        )
    last = history.span[1].toordinal()
    taken: set[int] = set()
    for event, lane in zip(history.events, lanes, strict=True):
        axes.plot([event.on.toordinal()], [-lane], marker=">", color=style.VERMILLION, ms=4, ls="none")
        if lane < MOST_LANES - 1 or lane not in taken:
            axes.annotate(event.label, (event.on.toordinal(), -lane), xytext=(4, 0), textcoords="offset points",
                          va="center", bbox=_PAPER)  # fmt: skip
        taken.add(lane)
    for cycle in history.cycles:
        late = cycle.on.toordinal() == last and not cycle.given
        axes.annotate(cycle.label, (cycle.on.toordinal(), 2.9), xytext=(3, 0), textcoords="offset points", va="center",
                      color=style.BLUE, bbox=_PAPER if late else None)  # fmt: skip
    axes.annotate("as known", (history.known_on.toordinal(), 2.0), xytext=(-3, 0), textcoords="offset points",
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
    for number, limit in enumerate(series.limits):
        axes.axhline(limit.value, color=style.FAINT, lw=0.6, ls=(0, (6, 2)), zorder=1)
        axes.annotate(limit.label, (0.3 * number, limit.value), xycoords=axes.get_yaxis_transform(), xytext=(3, 1.5),
                      textcoords="offset points", va="bottom", color=style.FAINT, bbox=_PAPER,
                      zorder=1.5)  # fmt: skip
    axes.set_ylabel(f"{series.title}\n{series.unit}", rotation=0, ha="right", va="center")
    last = series.points[-1]
    axes.annotate(f"{last.comparator}{words.measured(last.value)}", (last.on.toordinal(), last.value), xytext=(-2, 5),
                  textcoords="offset points", weight="bold", ha="right")  # fmt: skip


def _scale(axes: Axes, series: Series, values: list[float]) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

    if series.log and min(values) > 0:
        axes.set_yscale("log")
        axes.set_ylim(min(values) / 1.8, max(values) * 2.2)
        axes.yaxis.set_major_locator(FixedLocator(log_ticks(*axes.get_ylim())))
        axes.yaxis.set_minor_locator(NullLocator())
    else:
        shown = [*values, *(limit.value for limit in series.limits)]
        span = (max(shown) - min(shown)) or max(shown) or 1.0
        axes.set_ylim(max(0.0, min(shown) - 0.18 * span), max(shown) + 0.35 * span)
        axes.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def log_ticks(low: float, high: float) -> tuple[float, ...]:
    """Return at most three of 1, 2, 5, 10, ... between two positive values."""
    powers = range(floor(log10(low)), ceil(log10(high)) + 1)
    inside = [step * 10.0**power for power in powers for step in (1, 2, 5) if low <= step * 10.0**power <= high]
    return tuple(inside[:: ceil(len(inside) / MOST_LOG_TICKS) or 1])


def _shown_days(history: History) -> tuple[int, int]:
    first, last = history.span
    margin = max(3, (last - first).days // 25)
    return first.toordinal() - margin, last.toordinal() + 3 * margin


def _time_axis(axes: Axes, history: History) -> None:
    axes.set_xlim(*_shown_days(history))
    ticks = time_ticks(*history.span)
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
