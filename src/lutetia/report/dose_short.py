"""The doses in short, for the first page: every region by cycle, their sum, and what is published beside them."""

from __future__ import annotations

from lutetia.course import Course
from lutetia.dosimetry.cumulative import cumulative
from lutetia.dosimetry.result import CycleDose, RegionDose
from lutetia.report import words
from lutetia.report.document import Banner, Block, Column, Note, Section, Table
from lutetia.report.dose import NOT_FOR_DEVIATION, best_gy, per_gbq, reference_of, sigma_gy, sigma_per_gbq


def dose_short(course: Course, cycles: tuple[CycleDose, ...]) -> Section:
    """Return the doses of organs and lesions by cycle, with every warning of the dosimetry."""
    given = [cycle.number for cycle in course.given_cycles]
    dosed = [cycle.cycle for cycle in cycles]
    blocks: list[Block] = [Banner(text=NOT_FOR_DEVIATION)]
    if missing := [n for n in given if n not in dosed]:
        text = f"no dosimetry for cycle {', '.join(map(str, missing))}; sums over cycles leave it out."
        blocks.append(Note(kind="warning", lead="Incomplete:", text=text))
    for cycle in cycles:
        blocks += [Note(kind="warning", lead=f"Cycle {cycle.cycle}:", text=words.prose(w)) for w in cycle.warnings]
    blocks += [short_table(course, cycles)]
    return Section(id="dose-short", title="Absorbed dose in short", blocks=tuple(blocks))


def short_table(course: Course, cycles: tuple[CycleDose, ...]) -> Table:
    """Return one row per region: dose in each cycle, sum, dose per activity in its latest cycle; organs come first."""
    regions = {region.region: region.label for cycle in cycles for region in cycle.regions}
    lesions = {lesion.id for lesion in course.lesions.entries}
    codes = sorted(regions, key=lambda code: code in lesions)
    summed = (Column("sum", "Gy", "decimal"),) if len(cycles) > 1 else ()
    columns = (Column("region"), *(Column(f"cycle {cycle.cycle}", "Gy", "decimal") for cycle in cycles), *summed,
               Column("per activity", "Gy/GBq", "decimal"), Column("published", "Gy/GBq"))  # fmt: skip
    rows = tuple((regions[code], *_cells(code, cycles)) for code in codes)
    known = any(sigma_gy(region) is not None for cycle in cycles for region in cycle.regions)
    caption = ("± one standard uncertainty, where it is known. " if known else "") + (
        "Corrected for recovery where a resolution is stated, with cross-dose where a voxel engine ran. Per activity: "
        "in the latest cycle with a dose; published: mean ± standard deviation over patients, for the same ligand."
    )
    return Table(caption=caption, columns=columns, rows=rows)


def _cells(code: str, cycles: tuple[CycleDose, ...]) -> tuple[str, ...]:
    found = [(cycle, next((r for r in cycle.regions if r.region == code), None)) for cycle in cycles]
    doses = [None if region is None else best_gy(region) for _, region in found]
    cells = [_cell(region, dose) for (_, region), dose in zip(found, doses, strict=True)]
    known = [dose for dose in doses if dose is not None]
    if len(cycles) > 1:
        only = f" ({words.count(len(known), 'cycle')} only)" if len(known) < len(cycles) else ""
        summed = next((one for one in cumulative(cycles) if one.region == code), None)
        text = words.number(sum(known)) if summed is None else words.with_sigma(summed.dose_gy, summed.sigma_gy)
        cells.append(f"{text}{only}" if known else "–")
    latest = [(cycle, region, dose) for (cycle, region), dose in zip(found, doses, strict=True) if region and dose]
    if not latest:
        return (*cells, "–", "–")
    cycle, region, dose = latest[-1]
    reference = reference_of(region, cycle)
    published = f"{reference.mean_gy_per_gbq:g} ± {reference.sd_gy_per_gbq:g}" if reference else "–"
    return (*cells, words.with_sigma(per_gbq(dose, cycle), sigma_per_gbq(region, cycle)), published)


def _cell(region: RegionDose | None, dose: float | None) -> str:
    if region is None:
        return "–"
    return "refused" if dose is None else words.with_sigma(dose, sigma_gy(region))
