"""Whether the fitted time-activity curves go through their samples: one panel per region, residuals below."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from lutetia.dosimetry.result import DoseValue, FitRefusal, RegionDose
from lutetia.report import words
from lutetia.report.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = 3
PANELS_PER_FIGURE = 6
CURVE_IN, RESIDUAL_IN = 1.0, 0.38


def draw_curves(regions: tuple[RegionDose, ...], *, name: str) -> bytes:
    """Return samples, fits and residuals of at most :data:`PANELS_PER_FIGURE` regions as SVG."""
    rows = ceil(len(regions) / COLUMNS)
    with style.drawing(name):
        figure = style.new_figure(rows * (CURVE_IN + RESIDUAL_IN + 0.45))
        grid = figure.subplots(2 * rows, COLUMNS, squeeze=False, height_ratios=[CURVE_IN, RESIDUAL_IN] * rows)
        last_h = max(sample.hours for region in regions for sample in region.samples) * 1.25
        for place in range(rows * COLUMNS):
            row, column = divmod(place, COLUMNS)
            curve, residual = grid[2 * row, column], grid[2 * row + 1, column]
            if place >= len(regions):
                curve.set_axis_off()
                residual.set_axis_off()
                continue
            _curve(curve, regions[place], last_h)
            _residual(residual, regions[place], last_h)
            if column == 0:
                curve.set_ylabel("activity [MBq]")
                residual.set_ylabel("resid. [%]")
        return style.as_svg(figure)


def shown_value(region: RegionDose) -> DoseValue | FitRefusal:
    """Return what is drawn: the recovery-corrected curve where there is one, else the uncorrected."""
    return region.uncorrected if region.corrected is None else region.corrected


def _curve(axes: Axes, region: RegionDose, last_h: float) -> None:
    hours = [sample.hours for sample in region.samples]
    uncorrected = [sample.uncorrected_mbq for sample in region.samples]
    corrected = [sample.corrected_mbq for sample in region.samples]
    value = shown_value(region)
    has_corrected = region.corrected is not None and None not in corrected
    if isinstance(value, DoseValue):
        _fitted(axes, value, max(hours), last_h)
    axes.plot(hours, uncorrected, "o", color=style.INK, mfc="white", ms=3.6)
    if has_corrected:
        axes.plot(hours, np.asarray(corrected, dtype=float), "o", color=style.INK, ms=3.6)
    axes.set_title(region.label, weight="bold")
    low = isinstance(value, FitRefusal)
    axes.text(0.98, 0.04 if low else 0.98, _facts(value), transform=axes.transAxes, ha="right",
              va="bottom" if low else "top")  # fmt: skip
    axes.set_xlim(0, last_h)
    axes.set_ylim(bottom=0)
    axes.tick_params(labelbottom=False)
    axes.locator_params(nbins=4)


def _fitted(axes: Axes, value: DoseValue, last_sample_h: float, last_h: float) -> None:
    inside = np.linspace(0, last_sample_h, 120)
    beyond = np.linspace(last_sample_h, last_h, 30)
    axes.plot(inside, [value.fit.activity_mbq(float(t)) for t in inside], color=style.BLUE)
    axes.plot(beyond, [value.fit.activity_mbq(float(t)) for t in beyond], color=style.BLUE, ls=(0, (3, 1.5)))
    axes.margins(y=0.12)


def _facts(value: DoseValue | FitRefusal) -> str:
    if isinstance(value, FitRefusal):
        return "refused: no fit"
    fit = value.fit
    lines = (
        fit.model,
        f"T½ eff {words.number(fit.effective_half_life_h)} h",
        f"{words.percent(fit.tail_fraction)} beyond the last scan",
    )
    return "\n".join(lines)


def _residual(axes: Axes, region: RegionDose, last_h: float) -> None:
    value = shown_value(region)
    axes.axhline(0, color=style.RULE, lw=0.6)
    axes.set_xlim(0, last_h)
    axes.set_xlabel("time after administration [h]", labelpad=1)
    axes.locator_params(axis="x", nbins=4)
    if isinstance(value, FitRefusal) or len(value.fit.residuals) != len(region.samples):
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        return
    percent = [100 * residual for residual in value.fit.residuals]
    bound = max(5.0, 1.3 * max(map(abs, percent)))
    axes.set_ylim(-bound, bound)
    axes.set_yticks([-round(bound / 1.3), 0, round(bound / 1.3)])
    axes.vlines([sample.hours for sample in region.samples], 0, percent, color=style.BLUE, lw=1)
    axes.plot([sample.hours for sample in region.samples], percent, "s", color=style.BLUE, ms=2.8)
