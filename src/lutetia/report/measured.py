"""What a dose rests on: the samples of each region, the curves through them, why each curve was chosen, the masses."""

from __future__ import annotations

from collections.abc import Iterable

from lutetia.dosimetry.result import CycleDose, DoseValue, FitRefusal, RegionDose
from lutetia.report import words
from lutetia.report.alike import alike
from lutetia.report.document import Block, Bullets, Column, Figure, Fold, Paragraph, Table


def curves(cycle: CycleDose) -> list[Block]:
    """Return the figures of a cycle's time-activity curves."""
    from lutetia.report.figures.curves import PANELS_PER_FIGURE, draw_curves, has_residuals

    regions = tuple(region for region in cycle.regions if region.samples)
    caption = (
        f"Time-activity curves, cycle {cycle.cycle}. Filled: corrected for recovery; open: uncorrected; line: fit, "
        "dashed beyond the last scan; T½: effective half-life; later: part of the integral after the last scan."
    )
    caption += " Squares below: residuals, (measured − fitted) / fitted." if has_residuals(regions) else ""
    blocks: list[Block] = []
    for start in range(0, len(regions), PANELS_PER_FIGURE):
        part = regions[start : start + PANELS_PER_FIGURE]
        name = f"curves-{cycle.cycle}-{start // PANELS_PER_FIGURE + 1}"
        labels = ", ".join(region.label for region in part)
        said = f"Time-activity curves, cycle {cycle.cycle}, continued." if start else caption
        alt = f"Time-activity curves of {labels}; samples and fits are in the tables below."
        blocks.append(Figure(name=name, svg=draw_curves(part, name=name), caption=said, alt=alt))
    return blocks


def fit_table(cycle: CycleDose) -> Fold:
    """Return the fits of a cycle, one row per curve, and why each model was chosen."""
    columns = (Column("region"), Column("curve"), Column("model"), Column("T½ eff", "h", "decimal"),
               Column("TIA", "MBq h", "decimal"), Column("beyond last scan", "%", "decimal"),
               Column("other models, TIA", "MBq h"))  # fmt: skip
    values = [(region, name, value) for region in cycle.regions for name, value in
              (("corrected", region.corrected), ("uncorrected", region.uncorrected))
              if isinstance(value, DoseValue)]  # fmt: skip
    rows = tuple(_fit_row(region, name, value) for region, name, value in values)
    table = Table(caption=f"Fits, cycle {cycle.cycle}", columns=columns, rows=unrepeated(rows), dense=True)
    why = alike((pair for region in cycle.regions for pair in _choices(region)), len(cycle.regions))
    content: tuple[Block, ...] = (table, Paragraph(lead="Why these models", text=""), Bullets(items=why))
    return Fold(summary=f"Fits of cycle {cycle.cycle}: {words.count(len(rows), 'curve')}", content=content)


def _choices(region: RegionDose) -> Iterable[tuple[str, str]]:
    """Yield why the models of a region were chosen, once where both curves have the same one for the same reason."""
    said = {
        name: f"{value.fit.model}: {words.prose(value.fit.chosen_because)}"
        for name, value in (("corrected", region.corrected), ("uncorrected", region.uncorrected))
        if isinstance(value, DoseValue)
    }
    if len(set(said.values())) == 1:
        yield region.label, next(iter(said.values()))
    else:
        yield from ((f"{region.label} ({name})", text) for name, text in said.items())


def _fit_row(region: RegionDose, name: str, value: DoseValue) -> tuple[str, ...]:
    fit = value.fit
    others = "; ".join(f"{model} {words.number(tia)}" for model, tia in fit.alternatives.items()) or "–"
    return (region.label, name, fit.model, words.number(fit.effective_half_life_h), words.number(fit.tia_mbq_h),
            f"{100 * fit.tail_fraction:.0f}", others)  # fmt: skip


def unrepeated(rows: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    """Leave a row's name out where the row above has it."""
    before = ("", *(row[0] for row in rows))
    return tuple(("" if row[0] == last else row[0], *row[1:]) for row, last in zip(rows, before, strict=False))


def sample_table(cycle: CycleDose) -> Fold:
    """Return the samples of a cycle, and where the masses come from."""
    columns = (Column("region"), Column("after admin.", "h", "decimal"), Column("scan"),
               Column("volume", "mL", "decimal"), Column("uncorrected", "MBq", "decimal"),
               Column("recovery", "", "decimal"), Column("corrected", "MBq", "decimal"),
               Column("residual", "%", "decimal"))  # fmt: skip
    rows = tuple(row for region in cycle.regions for row in _sample_rows(region))
    caption = f"Samples, cycle {cycle.cycle}: activity as it was at the scan"
    table = Table(caption=caption, columns=columns, rows=unrepeated(rows), dense=True)
    masses = alike(((region.label, region.mass_from) for region in cycle.regions), len(cycle.regions))
    content: tuple[Block, ...] = (table, Paragraph(lead="Where the masses come from", text=""), Bullets(items=masses))
    return Fold(summary=f"Samples and masses of cycle {cycle.cycle}", content=content)


def _sample_rows(region: RegionDose) -> Iterable[tuple[str, ...]]:
    value = region.uncorrected if region.corrected is None else region.corrected
    residuals = () if isinstance(value, FitRefusal) else value.fit.residuals
    for number, sample in enumerate(region.samples):
        residual = f"{100 * residuals[number]:+.1f}".replace("-", "−") if number < len(residuals) else "–"
        recovery = "–" if sample.recovery is None else f"{sample.recovery:.2f}"
        yield (region.label, words.number(sample.hours), sample.acquired_at.isoformat(timespec="minutes"),
               words.number(sample.volume_ml), words.number(sample.uncorrected_mbq), recovery,
               words.number(sample.corrected_mbq), residual)  # fmt: skip
