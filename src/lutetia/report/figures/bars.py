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

    ``complete`` is False where the organ has no dose in one of the cycles of the report. Standard uncertainties are
    None where they are not known.
    """

    label: str
    dose_gy: float
    cycles: tuple[int, ...]
    complete: bool
    dose_gy_per_gbq: float
    limit: QuotedLimit | None
    reference: PerActivity | None
    sigma_gy: float | None = None
    sigma_gy_per_gbq: float | None = None


def draw_bars(bars: tuple[OrganBar, ...]) -> bytes:
    """Return the organ doses as SVG, one row per organ; the numbers stand in columns of their own."""
    with style.drawing("bars"):
        figure = style.new_figure(0.75 + ROW_IN * len(bars))
        left, right, numbers = figure.subplots(1, 3, sharey=True, width_ratios=(1.0, 0.75, 1.1))
        for row, bar in enumerate(bars):
            _dose(left, row, bar)
            _per_activity(right, row, bar)
        _limits(left, bars)
        _numbers(numbers, bars)
        left.set_yticks(range(len(bars)), [bar.label for bar in bars])
        left.set_ylim(len(bars) - 0.4, -0.6)
        left.set_xlabel("absorbed dose [Gy]")
        right.set_xlabel("absorbed dose per activity [Gy/GBq]")
        left.set_xlim(0, 1.45 * _top_dose(bars))
        right.set_xlim(0, 1.08 * _top_rate(bars))
        for axes in (left, right):
            axes.tick_params(axis="y", length=0)
        return style.as_svg(figure)


def _top_dose(bars: tuple[OrganBar, ...]) -> float:
    return max([bar.dose_gy + (bar.sigma_gy or 0) for bar in bars] + [bar.limit.dose_gy for bar in bars if bar.limit])


def _top_rate(bars: tuple[OrganBar, ...]) -> float:
    references = [bar.reference for bar in bars if bar.reference]
    return max(
        [bar.dose_gy_per_gbq + (bar.sigma_gy_per_gbq or 0) for bar in bars]
        + [r.mean_gy_per_gbq + r.sd_gy_per_gbq for r in references]
    )


def _dose(axes: Axes, row: int, bar: OrganBar) -> None:
    axes.barh(row, bar.dose_gy, height=0.5, color=style.BLUE)
    if bar.sigma_gy:
        axes.errorbar(bar.dose_gy, row, xerr=bar.sigma_gy, color=style.INK, elinewidth=1, capsize=2)
    if not bar.complete:
        end_gy = bar.dose_gy + (bar.sigma_gy or 0)
        axes.annotate(f"cycle {', '.join(map(str, bar.cycles))} only", (end_gy, row), xytext=(4, 0),
                      textcoords="offset points", va="center")  # fmt: skip
    if bar.limit:
        axes.vlines(bar.limit.dose_gy, row - 0.5, row + 0.5, color=style.INK, lw=1.2)


def _limits(axes: Axes, bars: tuple[OrganBar, ...]) -> None:
    """Name each quoted limit once, at the first of the rows that follow each other with it."""
    for row, bar in enumerate(bars):
        if bar.limit and (row == 0 or bars[row - 1].limit != bar.limit):
            axes.annotate(f"{bar.limit.dose_gy:g} Gy\n{bar.limit.name}", (bar.limit.dose_gy, row - 0.5), xytext=(3, 0),
                          textcoords="offset points", va="top", color=style.FAINT, annotation_clip=False)  # fmt: skip


def _per_activity(axes: Axes, row: int, bar: OrganBar) -> None:
    reference = bar.reference
    if reference:
        low = max(0.0, reference.mean_gy_per_gbq - reference.sd_gy_per_gbq)
        high = reference.mean_gy_per_gbq + reference.sd_gy_per_gbq
        axes.barh(row, high - low, left=low, height=0.62, color="#dcdcdc")
        axes.vlines(reference.mean_gy_per_gbq, row - 0.31, row + 0.31, color=style.FAINT, lw=0.9)
    if bar.sigma_gy_per_gbq:
        axes.errorbar(bar.dose_gy_per_gbq, row, xerr=bar.sigma_gy_per_gbq, color=style.INK, elinewidth=1, capsize=2)
    axes.plot([bar.dose_gy_per_gbq], [row], "D", color=style.BLUE, ms=4.2)


COLUMN_ENDS = (0.25, 0.66, 0.71)
"""Right ends of the columns of dose and dose per activity, left end of the published value, in parts of their panel."""


def _numbers(axes: Axes, bars: tuple[OrganBar, ...]) -> None:
    """Write dose, dose per activity and the published value of each row, below their heads."""
    axes.set_axis_off()
    heads = ("dose\nGy", "per activity\nGy/GBq", "published\nGy/GBq")
    rows = [
        (
            words.with_sigma(bar.dose_gy, bar.sigma_gy),
            words.with_sigma(bar.dose_gy_per_gbq, bar.sigma_gy_per_gbq),
            published(bar),
        )
        for bar in bars
    ]
    for row, cells in enumerate((heads, *rows), -1):
        for cell, end, side in zip(cells, COLUMN_ENDS, ("right", "right", "left"), strict=True):
            axes.text(end, row if row >= 0 else -0.6, cell, transform=axes.get_yaxis_transform(), ha=side,
                      va="center" if row >= 0 else "bottom", color=style.INK if row >= 0 else style.FAINT)  # fmt: skip


def published(bar: OrganBar) -> str:
    """Write the published mean and standard deviation; a dash where there is none."""
    return "–" if bar.reference is None else f"{bar.reference.mean_gy_per_gbq:g} ± {bar.reference.sd_gy_per_gbq:g}"
