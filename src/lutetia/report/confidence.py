"""What stands behind a dose on the page: its budget of uncertainty, its biological effect, its sum over cycles."""

from __future__ import annotations

from lutetia.dosimetry.cumulative import CumulativeDose, Margin
from lutetia.dosimetry.radiobiology import Bed
from lutetia.dosimetry.radiobiology.dvh import BLUR_NOTE
from lutetia.dosimetry.result import CycleDose, DoseValue, RegionDose
from lutetia.dosimetry.uncertainty import Budget
from lutetia.report import words
from lutetia.report.alike import alike
from lutetia.report.document import Block, Bullets, Column, Fold, Note, Section, Table


def dosed(cycle: CycleDose) -> list[tuple[RegionDose, DoseValue]]:
    """Return the regions of a cycle that have a dose, with the one that is shown first."""
    return [(region, region.shown) for region in cycle.regions if isinstance(region.shown, DoseValue)]


def budget_fold(cycle: CycleDose) -> list[Fold]:
    """Return which step makes each dose unsure; nothing where no dose has an uncertainty."""
    known = [(region, value) for region, value in dosed(cycle) if value.budget is not None]
    if not known:
        return []
    names = tuple(dict.fromkeys(part.name for _, value in known for part in _budget(value).contributions))
    columns = (
        Column("region"),
        Column("dose", "Gy", "decimal"),
        Column("95 % interval", "Gy"),
        Column("relative", "%", "decimal"),
        Column("dominated by"),
        *(Column(_step(name), "% of variance", "decimal") for name in names),
    )
    rows = tuple(_budget_row(region, value, names) for region, value in known)
    caption = f"Uncertainty, cycle {cycle.cycle}: one standard uncertainty, and what its variance is made of: "
    table = Table(caption=caption + "; ".join(names), columns=columns, rows=rows, dense=True)
    return [Fold(summary=f"Uncertainty of cycle {cycle.cycle}: {words.count(len(rows), 'dose')}", content=(table,))]


def _budget(value: DoseValue) -> Budget:
    assert value.budget is not None
    return value.budget


def _step(name: str) -> str:
    """Name an error by what stands before its first comma; the ways by which it acts are told in the caption."""
    return name.partition(",")[0]


def _budget_row(region: RegionDose, value: DoseValue, names: tuple[str, ...]) -> tuple[str, ...]:
    budget = _budget(value)
    low, high = budget.interval_gy(value.best_gy)
    shares = {part.name: share for part, share in zip(budget.contributions, budget.shares, strict=True)}
    return (
        region.label,
        words.with_sigma(value.best_gy, value.sigma_gy),
        f"{words.number(low, 2)} to {words.number(high, 2)}",
        f"{100 * budget.relative_sigma:.0f}",
        _step(budget.dominant.name),
        *(f"{100 * shares[name]:.0f}" if name in shares else "–" for name in names),
    )


def missing_uncertainty(cycle: CycleDose) -> list[Block]:
    """Say which doses have no uncertainty although one was asked for, and what is not stated."""
    pairs = (
        (region.label, f"no uncertainty, because not stated: {words.listed(value.uncertainty_missing)}")
        for region, value in dosed(cycle)
        if value.uncertainty_missing
    )
    lines = alike(pairs, len(cycle.regions))
    return [Note(kind="note", lead="Uncertainty:", text="; ".join(lines) + ".")] if lines else []


def effect_fold(cycle: CycleDose, *, spread: bool = True) -> list[Fold]:
    """Return BED, and the spread of dose, of each region; nothing where neither is known.

    Parameters
    ----------
    cycle : CycleDose
    spread : bool
        False where the histograms are drawn beside it.
    """
    known = [
        (region, value)
        for region, value in dosed(cycle)
        if value.bed is not None or (spread and region.dvh is not None)
    ]
    if not known:
        return []
    columns = (Column("region"), Column("BED", "Gy", "decimal"), Column("EQD2", "Gy", "decimal"),
               Column("G", "", "decimal"), *_VOLUMES[: len(_VOLUMES) * spread])  # fmt: skip
    rows = tuple((region.label, *_effect(value), *(_volumes(region) if spread else ())) for region, value in known)
    sources = dict.fromkeys(
        f"{bed.repair.tissue}: alpha/beta {bed.repair.alpha_beta_gy:g} Gy, repair half-life "
        f"{bed.repair.repair_half_life_h:.3g} h ({bed.repair.source.title.split(':')[0]}, {bed.repair.source.year})"
        for _, value in known
        if (bed := value.bed) is not None
    )
    blurred = spread and any(region.dvh is not None for region, _ in known)
    caption = f"Biologically effective dose{' and dose-volume figures' if spread else ''}, cycle {cycle.cycle}"
    table = Table(caption=caption, columns=columns, rows=rows, dense=True)
    title = "Biological effect and spread" if spread else "Biological effect"
    notes = Bullets(items=(*sources, *((BLUR_NOTE,) if blurred else ())))
    return [Fold(summary=f"{title}, cycle {cycle.cycle}", content=(table, notes))]


_VOLUMES = (Column("map: D98", "Gy", "decimal"), Column("D50", "Gy", "decimal"), Column("D2", "Gy", "decimal"))


def _effect(value: DoseValue) -> tuple[str, ...]:
    bed = value.bed
    if bed is None:
        return ("–", "–", "–")
    return (
        words.with_sigma(bed.bed_gy, bed.sigma_gy),
        eqd2(bed),
        "–" if bed.protraction is None else f"{bed.protraction:.3f}",
    )


def eqd2(bed: Bed) -> str:
    """Write an EQD2 with its uncertainty, which is that of the BED in the same proportion."""
    return words.with_sigma(
        bed.eqd2_gy, bed.sigma_gy * bed.eqd2_gy / bed.bed_gy if bed.sigma_gy and bed.bed_gy else None
    )


def _volumes(region: RegionDose) -> tuple[str, ...]:
    spread = region.dvh
    return ("–",) * 3 if spread is None else tuple(words.number(spread.dose_gy(x)) for x in (98, 50, 2))


def cumulative_section(summed: tuple[CumulativeDose, ...]) -> Section | None:
    """Return the doses over all cycles beside what is quoted for the organ; None where nothing is quoted."""
    rows = tuple(_margin_row(one, margin) for one in summed for margin in one.margins)
    if not rows:
        return None
    columns = (
        Column("region"),
        Column("cycles"),
        Column("quantity"),
        Column("delivered", "Gy", "decimal"),
        Column("quoted", "Gy", "decimal"),
        Column("left", "Gy", "decimal"),
        Column("what is quoted"),
    )
    caption = "Sum over cycles beside doses quoted for the organ: reference, not a stop"
    sources = dict.fromkeys(
        f"{m.reference.value_gy:g} Gy {m.reference.quantity}: {m.reference.source.title.split(':')[0]} "
        f"({m.reference.source.year}), {m.reference.source.identifier}"
        for one in summed
        for m in one.margins
    )
    note = Note(
        kind="note",
        text="None of these doses was validated as a limit for radioligand therapy. BED adds up over cycles with full "
        "repair in between.",
    )
    blocks: tuple[Block, ...] = (
        Table(caption=caption, columns=columns, rows=rows),
        note,
        Bullets(items=tuple(sources)),
    )
    return Section(id="dose-cumulative", title="Cumulative dose", blocks=blocks)


def _margin_row(one: CumulativeDose, margin: Margin) -> tuple[str, ...]:
    cycles = ", ".join(map(str, one.cycles))
    absent = f" (no dose: {', '.join(map(str, one.missing))})" if one.missing else ""
    reference = margin.reference
    return (
        one.label,
        cycles + absent,
        reference.quantity,
        words.with_sigma(margin.delivered_gy, margin.sigma_gy),
        f"{reference.value_gy:g}",
        words.with_sigma(margin.left_gy, margin.sigma_gy),
        reference.meaning,
    )
