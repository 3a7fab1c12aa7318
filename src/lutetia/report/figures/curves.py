"""Whether the fitted time-activity curves go through their samples: one panel per region, residuals below."""

from __future__ import annotations

from math import ceil
from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np

from lutetia.dosimetry.result import DoseValue, FitRefusal, RegionDose
from lutetia.report import words
from lutetia.report.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = 4
PANELS_PER_FIGURE = 4
CURVE_IN, RESIDUAL_IN = 0.86, 0.3
LONGEST_TITLE = 24
HEADROOM, HEADROOM_FOR_A_LINE = 1.3, 0.3
"""Room above the curve for what is said about it in two lines, and for each further one."""


def draw_curves(regions: tuple[RegionDose, ...], *, name: str) -> bytes:
    """Return samples, fits and residuals of at most :data:`PANELS_PER_FIGURE` regions as SVG.

    One sample has no residual to show: where no region has two, there are no panels for residuals.
    """
    rows, below = ceil(len(regions) / COLUMNS), has_residuals(regions)
    ratios = [CURVE_IN, RESIDUAL_IN] if below else [CURVE_IN]
    with style.drawing(name):
        figure = style.new_figure(rows * (sum(ratios) + 0.47))
        grid = figure.subplots(len(ratios) * rows, COLUMNS, squeeze=False, height_ratios=ratios * rows)
        last_h = max(sample.hours for region in regions for sample in region.samples) * 1.25
        for place in range(rows * COLUMNS):
            row, column = divmod(place, COLUMNS)
            panels = grid[len(ratios) * row : len(ratios) * (row + 1), column]
            if place >= len(regions):
                for panel in panels:
                    panel.set_axis_off()
                continue
            _curve(panels[0], regions[place], last_h)
            if below:
                _residual(panels[1], regions[place])
            _hours(list(panels), last_h)
            if column == 0:
                panels[0].set_ylabel("MBq")
                if below:
                    panels[1].set_ylabel("resid. %")
        return style.as_svg(figure)


def has_residuals(regions: tuple[RegionDose, ...]) -> bool:
    """Return whether any region was sampled more than once."""
    return any(len(region.samples) > 1 for region in regions)


def _hours(panels: list[Axes], last_h: float) -> None:
    for panel in panels:
        panel.set_xlim(0, last_h)
        panel.tick_params(labelbottom=panel is panels[-1])
        panel.locator_params(axis="x", nbins=4)
    panels[-1].set_xlabel("h after administration", labelpad=1)


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
    axes.set_title("\n".join(wrap(region.label, LONGEST_TITLE)), weight="bold", size=style.SMALL_PT)
    low = isinstance(value, FitRefusal)
    said = _facts(value)
    axes.text(0.98, 0.04 if low else 0.98, said, transform=axes.transAxes, ha="right",
              va="bottom" if low else "top")  # fmt: skip
    room = HEADROOM + HEADROOM_FOR_A_LINE * max(0, said.count("\n") - 1)
    axes.set_ylim(0, room * max(axes.get_ylim()[1], 1e-6))
    axes.locator_params(axis="y", nbins=3)


def _fitted(axes: Axes, value: DoseValue, last_sample_h: float, last_h: float) -> None:
    inside = np.linspace(0, last_sample_h, 120)
    beyond = np.linspace(last_sample_h, last_h, 30)
    axes.plot(inside, [value.fit.activity_mbq(float(t)) for t in inside], color=style.BLUE)
    axes.plot(beyond, [value.fit.activity_mbq(float(t)) for t in beyond], color=style.BLUE, ls=(0, (3, 1.5)))


def _facts(value: DoseValue | FitRefusal) -> str:
    if isinstance(value, FitRefusal):
        return "refused: no fit"
    fit = value.fit
    model = fit.model.replace("-exponential", "-exp.").replace("single time point, ", "one scan:\n")
    half_life = words.number(fit.effective_half_life_h)
    return f"{model}\nT½ {half_life} h, {words.percent(fit.tail_fraction)} later"


def _residual(axes: Axes, region: RegionDose) -> None:
    value = shown_value(region)
    axes.axhline(0, color=style.RULE, lw=0.6)
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
