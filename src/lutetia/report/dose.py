"""What the cycles delivered: doses with and without recovery, beside what is published; no assumption is hidden."""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING

from lutetia.course import Course, read_agent
from lutetia.dosimetry.cumulative import cumulative
from lutetia.dosimetry.result import CycleDose, DoseValue, FitRefusal, RegionDose
from lutetia.report import words
from lutetia.report.alike import alike
from lutetia.report.bladder import bladder_blocks
from lutetia.report.confidence import budget_fold, effect_fold, missing_uncertainty
from lutetia.report.cumulative import sums_section
from lutetia.report.document import (
    Banner,
    Block,
    Bullets,
    Column,
    Figure,
    KeyFacts,
    Note,
    Section,
    Table,
)
from lutetia.report.dose_choices import choices_fold
from lutetia.report.dose_volume import histograms
from lutetia.report.marrow import marrow_blocks
from lutetia.report.measured import curves, fit_table, sample_table
from lutetia.report.references import PerActivity, per_activity, quoted_limit
from lutetia.report.voxel_curves import voxel_curves_fold
from lutetia.site import Choice

if TYPE_CHECKING:
    from lutetia.report.figures.bars import OrganBar

NOT_FOR_DEVIATION = "Not for deviation from approved dosing."


def dose_section(
    course: Course,
    cycles: tuple[CycleDose, ...],
    *,
    figures: bool = True,
    choices: tuple[Choice, ...] = (),
    references: bool = True,
) -> Section:
    """Return the section on all cycles whose dose is known; what is assumed in every cycle is said once."""
    shared = _shared(cycles)
    blocks: list[Block] = [Banner(text=NOT_FOR_DEVIATION)]
    lesions = {lesion.id for lesion in course.lesions.entries}
    if figures and (figure := _bars(cycles, lesions)):
        blocks.append(figure)
    if summed := sums_section(course, cycles, references=references):
        blocks.append(summed)
    for cycle in cycles:
        blocks.append(cycle_section(cycle, figures=figures, said_elsewhere=shared, lesions=lesions, details=False))
    if shared:
        blocks.append(_assumptions("dose-assumptions", "Assumptions in every cycle", shared))
    blocks += choices_fold(choices)
    details: tuple[Block, ...] = tuple(fold for cycle in cycles for fold in (fit_table(cycle), sample_table(cycle)))
    blocks.append(Section(id="dose-details", title="Fits, samples and masses", blocks=details))
    return Section(id="dose", title="Absorbed dose", blocks=tuple(blocks))


def _shared(cycles: tuple[CycleDose, ...]) -> tuple[str, ...]:
    if len(cycles) < 2:
        return ()
    return tuple(text for text in cycles[0].assumptions if all(text in cycle.assumptions for cycle in cycles[1:]))


def best_gy(region: RegionDose) -> float | None:
    """Return the dose that is shown first: corrected for recovery where possible, from the map where there is one."""
    value = region.uncorrected if region.corrected is None else region.corrected
    return None if isinstance(value, FitRefusal) else gy(value)


def gy(value: DoseValue) -> float:
    """Return the dose with that from elsewhere where it is known, else the mean dose [Gy]."""
    return value.mean_dose_gy if value.total_dose_gy is None else value.total_dose_gy


def per_gbq(dose_gy: float, cycle: CycleDose) -> float:
    """Return a dose per activity given [Gy/GBq]."""
    return dose_gy / (cycle.given_mbq / 1000)


def sigma_gy(region: RegionDose) -> float | None:
    """Return the standard uncertainty of the dose that is shown first [Gy]; None where it has none."""
    return None if isinstance(region.shown, FitRefusal) else region.shown.sigma_gy


def sigma_per_gbq(region: RegionDose, cycle: CycleDose) -> float | None:
    """Return the same per activity given [Gy/GBq]; that of the activity given is not in it."""
    sigma = sigma_gy(region)
    return None if sigma is None else per_gbq(sigma, cycle)


def reference_of(region: RegionDose, cycle: CycleDose) -> PerActivity | None:
    """Return the published dose per activity for this region and this ligand, if there is one."""
    return per_activity(region.region, read_agent(cycle.agent).ligand)


def _bars(cycles: tuple[CycleDose, ...], lesions: set[str]) -> Figure | None:
    from lutetia.report.figures.bars import draw_bars

    bars = tuple(bar for code in _organs(cycles, lesions) if (bar := _bar(code, cycles)) is not None)
    if not bars:
        return None
    which = _cycles_named(cycles)
    columns = (Column("organ"), Column("dose", "Gy", "decimal"), Column("summed over cycles"),
               Column("dose per activity", "Gy/GBq", "decimal"), Column("published", "Gy/GBq"),
               Column("quoted limit", "Gy"))  # fmt: skip
    return Figure(
        name="organ-doses",
        svg=draw_bars(bars),
        caption=f"Organ doses, {which} (left; upright rule: quoted limit), and per activity in the latest cycle with a "
        "dose (right; grey: published mean ± standard deviation over patients). Whiskers: one standard "
        "uncertainty, where it is known. For comparison only, no stop. " + _sources(bars),
        alt="Bars of organ doses beside published values; the numbers are in the table below.",
        data=Table(caption=f"Organ doses, {which}", columns=columns, rows=tuple(map(_bar_row, bars))),
    )


def _sources(bars: tuple[OrganBar, ...]) -> str:
    """Name each source once, after everything that is taken from it."""
    names: dict[str, dict[str, None]] = {}
    for one in (one for bar in bars for one in (bar.reference, bar.limit) if one is not None):
        names.setdefault(one.source, {})[one.name] = None
    return " ".join(f"{words.listed(known)}: {source}." for source, known in names.items())


def _organs(cycles: tuple[CycleDose, ...], lesions: set[str]) -> tuple[str, ...]:
    codes = (region.region for cycle in cycles for region in cycle.regions)
    return tuple(dict.fromkeys(code for code in codes if code not in lesions))


def _bar(code: str, cycles: tuple[CycleDose, ...]) -> OrganBar | None:
    """Sum an organ over the cycles in which it has a dose; the bar says which."""
    from lutetia.report.figures.bars import OrganBar

    found = [(c, r, dose) for c in cycles for r in c.regions if r.region == code and (dose := best_gy(r)) is not None]
    if not found:
        return None
    cycle, region, latest_gy = found[-1]
    summed = next((one for one in cumulative([c for c, _, _ in found]) if one.region == code), None)
    return OrganBar(
        label=region.label,
        dose_gy=sum(dose for _, _, dose in found),
        cycles=tuple(c.cycle for c, _, _ in found),
        complete=len(found) == len(cycles),
        dose_gy_per_gbq=per_gbq(latest_gy, cycle),
        limit=quoted_limit(code),
        reference=reference_of(region, cycle),
        sigma_gy=None if summed is None else summed.sigma_gy,
        sigma_gy_per_gbq=sigma_per_gbq(region, cycle),
    )


def _bar_row(bar: OrganBar) -> tuple[str, ...]:
    from lutetia.report.figures.bars import published

    return (bar.label, words.with_sigma(bar.dose_gy, bar.sigma_gy), ", ".join(map(str, bar.cycles)),
            words.with_sigma(bar.dose_gy_per_gbq, bar.sigma_gy_per_gbq),
            published(bar), f"{bar.limit.dose_gy:g}" if bar.limit else "–")  # fmt: skip


def _cycles_named(cycles: tuple[CycleDose, ...]) -> str:
    numbers = [str(cycle.cycle) for cycle in cycles]
    return f"cycle {numbers[0]}" if len(numbers) == 1 else f"summed over cycles {', '.join(numbers)}"


def cycle_section(
    cycle: CycleDose,
    *,
    figures: bool = True,
    said_elsewhere: tuple[str, ...] = (),
    lesions: Container[str] = (),
    details: bool = True,
) -> Section:
    """Return the dosimetry of one cycle: warnings first, then doses, curves, notes, assumptions.

    Parameters
    ----------
    figures : bool
    said_elsewhere : tuple of str
        Assumptions that stand elsewhere on the page.
    lesions : container of str
        Ids of the regions that are lesions, for figures.
    details : bool
        With fits, samples and masses; a page of several cycles has them behind all of them.
    """
    facts = KeyFacts(
        rows=(
            ("agent", words.nuclide(cycle.agent)),
            ("activity given", f"{words.number(cycle.given_mbq / 1000)} GBq at the start of administration"),
            ("voxel engine", words.prose(cycle.engine)),
        )
    )
    blocks: list[Block] = [Note(kind="warning", text=words.prose(text)) for text in cycle.warnings]
    blocks += [facts, dose_table(cycle), *_refusals(cycle), *missing_uncertainty(cycle)]
    blocks += [*marrow_blocks(cycle), *bladder_blocks(cycle)]
    blocks += [*curves(cycle), *histograms(cycle, lesions)] if figures else []
    blocks += [*budget_fold(cycle), *effect_fold(cycle, spread=not figures), *voxel_curves_fold(cycle)]
    blocks += [fit_table(cycle), sample_table(cycle)] if details else []
    notes = ((region.label, words.prose(note)) for region in cycle.regions for note in region_notes(region))
    if lines := alike(notes, len(cycle.regions)):
        blocks.append(Section(id=f"dose-{cycle.cycle}-notes", title="Notes on regions", blocks=(Bullets(items=lines),)))
    own = tuple(text for text in cycle.assumptions if text not in said_elsewhere)
    if own or not said_elsewhere:
        blocks.append(_assumptions(f"dose-{cycle.cycle}-assumptions", "Assumptions", own))
    return Section(id=f"dose-{cycle.cycle}", title=f"Cycle {cycle.cycle}", blocks=tuple(blocks))


def _assumptions(name: str, title: str, texts: tuple[str, ...]) -> Section:
    return Section(id=name, title=title, blocks=(Bullets(items=tuple(map(words.prose, texts)) or ("none stated",)),))


def region_notes(region: RegionDose) -> tuple[str, ...]:
    """Return the notes of a region and of its fits, each once."""
    notes = [*region.notes]
    for value in (region.corrected, region.uncorrected):
        notes += value.fit.notes if isinstance(value, DoseValue) else ()
    return tuple(dict.fromkeys(notes))


def dose_table(cycle: CycleDose) -> Table:
    """Return the doses of a cycle, region by region; a refused fit leaves its cells empty."""
    columns = (
        Column("region"),
        Column("volume", "mL", "decimal"),
        Column("mass", "g", "decimal"),
        Column("recovery", "", "decimal"),
        Column("TIA", "MBq h", "decimal"),
        Column("uncorrected", "Gy", "decimal"),
        Column("corrected", "Gy", "decimal"),
        Column("with cross-dose", "Gy", "decimal"),
        Column("per activity", "Gy/GBq", "decimal"),
        Column("published", "Gy/GBq", "decimal"),
    )
    caption = (
        f"Absorbed dose, cycle {cycle.cycle}. Uncorrected and corrected for recovery: mean dose to the region; with "
        "with the cross-dose of everything in the field. TIA (time-integrated activity) and dose per activity follow "
        "the corrected curve, and the latter the dose with cross-dose, where there is one."
    )
    return Table(caption=caption, columns=columns, rows=tuple(_dose_row(region, cycle) for region in cycle.regions))


def _dose_row(region: RegionDose, cycle: CycleDose) -> tuple[str, ...]:
    shown = region.uncorrected if region.corrected is None else region.corrected
    known = shown if isinstance(shown, DoseValue) else None
    recoveries = [sample.recovery for sample in region.samples if sample.recovery is not None]
    best, reference = best_gy(region), reference_of(region, cycle)
    return (
        region.label,
        words.number(_mean([sample.volume_ml for sample in region.samples])),
        words.number(region.mass_g),
        f"{_mean(recoveries):.2f}" if recoveries else "–",
        words.number(known.fit.tia_mbq_h) if known else "–",
        _mean_dose(region.uncorrected),
        "–" if region.corrected is None else _mean_dose(region.corrected),
        words.with_sigma(known.total_dose_gy, known.sigma_gy) if known else "–",
        "–" if best is None else words.with_sigma(per_gbq(best, cycle), sigma_per_gbq(region, cycle)),
        f"{reference.mean_gy_per_gbq:g} ± {reference.sd_gy_per_gbq:g}" if reference else "–",
    )


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _mean_dose(value: DoseValue | FitRefusal) -> str:
    if isinstance(value, FitRefusal):
        return "refused"
    return words.with_sigma(value.mean_dose_gy, value.sigma_gy if value.total_dose_gy is None else None)


def _refusals(cycle: CycleDose) -> list[Block]:
    notes: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    own = {*(("marrow",) if cycle.marrow else ()), *(("bladder",) if cycle.bladder else ())}
    for region in (one for one in cycle.regions if one.region not in own):  # these have a section of their own
        for value, name in ((region.corrected, "corrected"), (region.uncorrected, "uncorrected")):
            if isinstance(value, FitRefusal):
                notes.setdefault((f"{region.label}: {value.reason}", value.offered), []).append(name)
    return [
        Note(kind="stopped", lead="Refused:", text=words.prose(text), remedy="; ".join(map(words.prose, offered)))
        for text, offered in notes
    ]
