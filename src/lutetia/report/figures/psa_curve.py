"""How PSA went under treatment: on a logarithmic axis, with the cycles, the restagings and what counts as a change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import ceil, floor, inf, log10
from typing import TYPE_CHECKING, Final, NamedTuple

from lutetia.criteria.psa_series import Level
from lutetia.report import words
from lutetia.report.figures import style
from lutetia.report.figures.timeline import log_ticks, time_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT_IN: Final = 2.9
MANY_POWERS: Final = 3
"""From so many powers of ten on, they alone are written on the axis."""
_PAPER: Final = {"facecolor": "white", "edgecolor": "none", "pad": 0.3, "alpha": 0.85}


class PsaCurve(NamedTuple):
    """What is drawn.

    Attributes
    ----------
    levels : sequence of Level
        Oldest first, those before treatment among them.
    cycles : sequence of date
    restagings : sequence of tuple of date and str
        With a word on each.
    rules : sequence of tuple of float and str
        Values that mean something, with their names [ng/mL].
    marked : sequence of tuple of date and str
        Values to be named on the curve.
    early_days : float
        How long after the first cycle a rise does not count [d].
    """

    levels: Sequence[Level]
    cycles: Sequence[date]
    restagings: Sequence[tuple[date, str]]
    rules: Sequence[tuple[float, str]]
    marked: Sequence[tuple[date, str]]
    early_days: float


def draw_psa(curve: PsaCurve) -> bytes:
    """Return the curve as SVG."""
    with style.drawing("psa"):
        figure = style.new_figure(HEIGHT_IN)
        strip, axes = figure.subplots(2, 1, sharex=True, height_ratios=[1, 5])
        _time_axis(axes, curve)
        _strip(strip, curve)
        _levels(axes, curve)
        _rules(axes, curve)
        for cycle in curve.cycles:
            for panel in (strip, axes):
                panel.axvline(cycle.toordinal(), color=style.BLUE, lw=0.8, zorder=1)
        return style.as_svg(figure)


def shown_value(level: Level) -> tuple[float, str]:
    """Return the number at which a value is drawn and its comparator: a bound stands for what lies beyond it."""
    if level.ng_ml.high == inf:
        return level.ng_ml.low, ">"
    return level.ng_ml.high, "<" if level.ng_ml.low < level.ng_ml.high else ""


def _levels(axes: Axes, curve: PsaCurve) -> None:
    days = [level.on.toordinal() for level in curve.levels]
    values = [shown_value(level) for level in curve.levels]
    axes.plot(days, [value for value, _ in values], "-", color=style.INK, lw=0.9, zorder=3)
    for sign, marker, face in (("", "o", style.INK), ("<", "v", "white"), (">", "^", "white")):
        chosen = [(day, value) for day, (value, found) in zip(days, values, strict=True) if found == sign]
        if chosen:
            axes.plot(*zip(*chosen, strict=True), marker, color=style.INK, mfc=face, ms=3.6, zorder=4)
    positive = [value for value, _ in values if value > 0]
    if len(positive) == len(values):
        axes.set_yscale("log")
        axes.set_ylim(min(positive) / 1.6, max([*positive, *(value for value, _ in curve.rules)]) * 1.9)
        _log_axis(axes)
    else:
        axes.set_ylim(0, max([1.0, *positive]) * 1.2)
    axes.set_ylabel("PSA\nng/mL", rotation=0, ha="right", va="center")
    drawn = {level.on: value for level, (value, _) in zip(curve.levels, values, strict=True)}
    for day, name in curve.marked:
        axes.plot([day.toordinal()], [drawn[day]], "s", color=style.VERMILLION, mfc="none", ms=7.5, mew=1.1, zorder=5)
        axes.annotate(name, (day.toordinal(), drawn[day]), xytext=(-6, 7), textcoords="offset points", ha="right",
                      color=style.VERMILLION, bbox=_PAPER, zorder=6)  # fmt: skip
    last, (value, sign) = curve.levels[-1], values[-1]
    axes.annotate(f"{sign}{words.measured(value)}", (last.on.toordinal(), value), xytext=(6, 0),
                  textcoords="offset points", weight="bold", va="center", zorder=6)  # fmt: skip


def _log_axis(axes: Axes) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    low, high = axes.get_ylim()
    powers = [10.0**power for power in range(ceil(log10(low)), floor(log10(high)) + 1)]
    axes.yaxis.set_major_locator(FixedLocator(powers if len(powers) >= MANY_POWERS else log_ticks(low, high)))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def _rules(axes: Axes, curve: PsaCurve) -> None:
    low, high = axes.get_ylim()
    for value, name in curve.rules:
        if not low < value < high:
            continue
        axes.axhline(value, color=style.FAINT, lw=0.6, ls=(0, (6, 2)), zorder=1)
        axes.annotate(name, (1.0, value), xycoords=axes.get_yaxis_transform(), xytext=(0, 1.5),
                      textcoords="offset points", ha="right", va="bottom", color=style.FAINT, bbox=_PAPER,
                      zorder=2)  # fmt: skip
    if curve.cycles:
        start = curve.cycles[0].toordinal()
        end = start + curve.early_days
        axes.axvspan(start, end, color=style.RULE, alpha=0.25, lw=0, zorder=0)
        axes.annotate(f"first {curve.early_days / 7:g} weeks", (end, 0.02), xycoords=axes.get_xaxis_transform(),
                      xytext=(-2, 0), textcoords="offset points", ha="right", va="bottom", color=style.FAINT,
                      bbox=_PAPER)  # fmt: skip


def _strip(axes: Axes, curve: PsaCurve) -> None:
    axes.set_ylim(-0.6, 1.7)
    axes.set_yticks([0, 1], ["restaging", "cycle"])
    axes.tick_params(axis="both", length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    for number, cycle in enumerate(curve.cycles, start=1):
        axes.annotate(str(number), (cycle.toordinal(), 1), ha="center", va="center", color=style.BLUE, weight="bold",
                      bbox={**_PAPER, "alpha": 1.0})  # fmt: skip
    for day, name in curve.restagings:
        axes.plot([day.toordinal()], [0], "D", color=style.INK, ms=3.4)
        axes.annotate(name, (day.toordinal(), 0), xytext=(4, 0), textcoords="offset points", va="center", bbox=_PAPER)


def _time_axis(axes: Axes, curve: PsaCurve) -> None:
    days = [level.on for level in curve.levels] + list(curve.cycles) + [day for day, _ in curve.restagings]
    first, last = min(days), max(days)
    margin = max(5, (last - first).days // 25)
    axes.set_xlim(first.toordinal() - margin, last.toordinal() + 3 * margin)
    ticks = time_ticks(first, last)
    axes.set_xticks([on.toordinal() for on in ticks], [on.isoformat() for on in ticks])
