"""What all cycles delivered together: sums with their uncertainty, beside plan and quoted doses; what would follow."""

from __future__ import annotations

from lutetia.course import Course
from lutetia.dosimetry.cumulative import AgainstPlan, CumulativeDose, against_plan, cumulative
from lutetia.dosimetry.result import CycleDose
from lutetia.report import words
from lutetia.report.confidence import cumulative_section, eqd2
from lutetia.report.document import Block, Column, Section, Table
from lutetia.report.forecast import forecast_blocks


def sums_section(course: Course, cycles: tuple[CycleDose, ...], *, references: bool = True) -> Section | None:
    """Return the doses over all cycles; None where there is nothing that the cycles do not say alone.

    Parameters
    ----------
    course : Course
        Says which cycles were given, and what was planned.
    cycles : tuple of CycleDose
    references : bool
        Show what is left up to doses quoted for the organ.
    """
    summed = cumulative(cycles, given=[cycle.number for cycle in course.given_cycles])
    blocks: list[Block] = []
    if len(cycles) > 1 or any(one.missing for one in summed):
        blocks.append(sums_table(summed))
    blocks += plan_tables(course, cycles)
    if references and (margins := cumulative_section(summed)):
        blocks += margins.blocks
    blocks += forecast_blocks(course, cycles, summed, references=references)
    return Section(id="dose-cumulative", title="Cumulative dose", blocks=tuple(blocks)) if blocks else None


def sums_table(summed: tuple[CumulativeDose, ...]) -> Table:
    """Return one row per region: which cycles are in the sum, dose, BED and EQD2."""
    columns = (Column("region"), Column("cycles"), Column("dose", "Gy", "decimal"), Column("BED", "Gy", "decimal"),
               Column("EQD2", "Gy", "decimal"))  # fmt: skip
    rows = tuple(
        (
            one.label,
            ", ".join(map(str, one.cycles)) + (f" (none: {', '.join(map(str, one.missing))})" if one.missing else ""),
            words.with_sigma(one.dose_gy, one.sigma_gy),
            "–" if one.bed is None else words.with_sigma(one.bed.bed_gy, one.bed.sigma_gy),
            "–" if one.bed is None else eqd2(one.bed),
        )
        for one in summed
    )
    known = any(one.sigma_gy is not None for one in summed)
    caption = "Sum over cycles" + ("; ± one standard uncertainty, with what the cycles share" if known else "")
    return Table(caption=caption, columns=columns, rows=rows)


def plan_tables(course: Course, cycles: tuple[CycleDose, ...]) -> list[Table]:
    """Return delivered beside planned doses, cycle by cycle; nothing where no dose was planned."""
    rows: list[tuple[str, ...]] = []
    for dose in cycles:
        cycle = course.cycle(dose.cycle)
        planned = {} if cycle is None else {code: gy.to("Gy") for code, gy in cycle.planned_doses.items()}
        labels = {region.region: region.label for region in dose.regions}
        rows += [_plan_row(dose.cycle, labels[one.region], one) for one in against_plan(dose.regions, planned)]
    if not rows:
        return []
    columns = (
        Column("cycle"),
        Column("region"),
        Column("planned", "Gy", "decimal"),
        Column("delivered", "Gy", "decimal"),
        Column("delivered / planned", "", "decimal"),
        Column("beyond 2 standard uncertainties"),
    )
    return [Table(caption="Delivered beside planned doses", columns=columns, rows=tuple(rows))]


def _plan_row(number: int, label: str, one: AgainstPlan) -> tuple[str, ...]:
    beyond = {True: "yes", False: "no", None: "not known"}[one.beyond_uncertainty]
    return (str(number), label, words.number(one.planned_gy), words.with_sigma(one.delivered_gy, one.sigma_gy),
            f"{one.ratio:.2f}", beyond)  # fmt: skip
