"""How the organ doses stand beside what is published: dose against quoted limits, dose per activity against a trial."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lutetia.report import words
from lutetia.report.figures import style
from lutetia.report.references import PerActivity, QuotedLimit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW_IN = 0.24


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganBar:
    """One organ: its dose summed over the cycles in which it is known [Gy], and the latest per activity [Gy/GBq].

    ``complete`` is False where the organ has no dose in one of the cycles of the report.
    """

    label: str
    dose_gy: float
    cycles: tuple[int, ...]
    complete: bool
    dose_gy_per_gbq: float
    limit: QuotedLimit | None
    reference: PerActivity | None


def draw_bars(bars: tuple[OrganBar, ...]) -> bytes:
    """Return the organ doses as SVG, one row per organ."""
    with style.drawing("bars"):
        figure = style.new_figure(0.55 + ROW_IN * len(bars))
        left, right = figure.subplots(1, 2, sharey=True)
        for row, bar in enumerate(bars):
            _dose(left, row, bar)
            _per_activity(right, row, bar)
        left.set_yticks(range(len(bars)), [bar.label for bar in bars])
        left.set_ylim(len(bars) - 0.4, -0.6)
        left.set_xlabel("absorbed dose [Gy]")
        right.set_xlabel("absorbed dose per activity [Gy/GBq]")
        left.set_xlim(0, 1.5 * _top_dose(bars))
        right.set_xlim(0, 1.6 * _top_rate(bars))
        for axes in (left, right):
            axes.tick_params(axis="y", length=0)
        return style.as_svg(figure)


def _top_dose(bars: tuple[OrganBar, ...]) -> float:
    return max([bar.dose_gy for bar in bars] + [bar.limit.dose_gy for bar in bars if bar.limit])


def _top_rate(bars: tuple[OrganBar, ...]) -> float:
    references = [bar.reference for bar in bars if bar.reference]
    return max([bar.dose_gy_per_gbq for bar in bars] + [r.mean_gy_per_gbq + r.sd_gy_per_gbq for r in references])


def _dose(axes: Axes, row: int, bar: OrganBar) -> None:
    axes.barh(row, bar.dose_gy, height=0.5, color=style.BLUE)
    partial = "" if bar.complete else f" (cycle {', '.join(map(str, bar.cycles))} only)"
    axes.annotate(words.number(bar.dose_gy) + partial, (bar.dose_gy, row), xytext=(3, 0), textcoords="offset points",
                  va="center")  # fmt: skip
    if bar.limit:
        axes.vlines(bar.limit.dose_gy, row - 0.42, row + 0.42, color=style.INK, lw=1.2)
        axes.annotate(f"{bar.limit.dose_gy:g} {bar.limit.name}", (bar.limit.dose_gy, row), xytext=(3, 0),
                      textcoords="offset points", va="center", color=style.FAINT, annotation_clip=False)  # fmt: skip


def _per_activity(axes: Axes, row: int, bar: OrganBar) -> None:
    reference = bar.reference
    if reference:
        low = max(0.0, reference.mean_gy_per_gbq - reference.sd_gy_per_gbq)
        high = reference.mean_gy_per_gbq + reference.sd_gy_per_gbq
        axes.barh(row, high - low, left=low, height=0.62, color="#dcdcdc")
        axes.vlines(reference.mean_gy_per_gbq, row - 0.31, row + 0.31, color=style.FAINT, lw=0.9)
        end = max(high, bar.dose_gy_per_gbq)
        axes.annotate(reference.name, (end, row), xytext=(5, 0), textcoords="offset points", va="center",
                      color=style.FAINT)  # fmt: skip
    axes.plot([bar.dose_gy_per_gbq], [row], "D", color=style.BLUE, ms=4.2)
    axes.annotate(words.number(bar.dose_gy_per_gbq), (1.0, row), xycoords=axes.get_yaxis_transform(), xytext=(4, 0),
                  textcoords="offset points", va="center", annotation_clip=False)  # fmt: skip
