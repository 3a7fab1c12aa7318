"""What a next cycle would be expected to deliver, as prescribed, and how many would stay below a quoted dose."""

from __future__ import annotations

from lutetia.course import Course, Cycle
from lutetia.dosimetry.cumulative import CumulativeDose
from lutetia.dosimetry.forecast import INFORMS, CyclesLeft, Forecast, cycles_left, forecast
from lutetia.dosimetry.result import CycleDose
from lutetia.report import words
from lutetia.report.document import Block, Column, Note, Table

MBQ_PER_GBQ = 1000.0


def next_cycle(course: Course) -> Cycle | None:
    """Return the first cycle that is not given yet, if its activity is prescribed; an activity is never assumed."""
    due = next((cycle for cycle in course.cycles if cycle.administration is None), None)
    return due if due is not None and due.prescription is not None else None


def forecasts(course: Course, cycles: tuple[CycleDose, ...]) -> tuple[Forecast, ...]:
    """Return what the next cycle would be expected to deliver; empty where nothing is prescribed or measured."""
    due = next_cycle(course)
    if due is None or due.prescription is None or not cycles:
        return ()
    return forecast(cycles, agent=due.agent, planned_mbq=due.prescription.activity.to("MBq"))


def forecast_blocks(
    course: Course, cycles: tuple[CycleDose, ...], summed: tuple[CumulativeDose, ...], *, references: bool
) -> list[Block]:
    """Return the table of the next cycle and what it rests on.

    Parameters
    ----------
    course : Course
    cycles : tuple of CycleDose
    summed : tuple of CumulativeDose
        Of the same cycles.
    references : bool
        Count the cycles up to doses quoted for the organ.
    """
    found = forecasts(course, cycles)
    due = next_cycle(course)
    if not found or due is None:
        return []
    so_far = {one.region: one for one in summed}
    columns = (
        Column("region"),
        Column("from cycles"),
        Column("expected", "Gy", "decimal"),
        Column("one standard deviation", "Gy"),
        Column("trend per cycle"),
        *((Column("such cycles up to a quoted dose"),) if references else ()),
    )
    rows = tuple(_row(one, so_far.get(one.region), references=references) for one in found)
    caption = f"If cycle {due.number} is given as prescribed, {words.number(found[0].planned_mbq / MBQ_PER_GBQ)} GBq"
    notes = [INFORMS]
    if any(one.relative_sigma is None for one in found):
        notes.append("No deviation is stated where one cycle alone, or a dose without uncertainty, shows none.")
    return [Table(caption=caption, columns=columns, rows=rows), Note(kind="note", text=" ".join(notes))]


def _row(one: Forecast, so_far: CumulativeDose | None, *, references: bool) -> tuple[str, ...]:
    span = one.range_gy
    left = "" if so_far is None else "; ".join(
        _left(cycles_left(so_far, one, margin.reference.value_gy))
        for margin in so_far.margins
        if margin.reference.quantity == "dose"
    )  # fmt: skip
    return (
        one.label,
        ", ".join(map(str, one.from_cycles)),
        words.number(one.expected_gy),
        "–" if span is None else f"{words.number(span[0])} to {words.number(span[1])}",
        "–" if one.trend_per_cycle is None else f"{100 * one.trend_per_cycle:+.0f} %".replace("-", "−"),
        *((left or "–",) if references else ()),
    )


def _left(found: CyclesLeft) -> str:
    span = "" if found.between is None else f" ({found.between[0]} to {found.between[1]})"
    fewer = " or fewer" if found.cycles_missing else ""
    return f"{found.expected}{span}{fewer}, {found.chosen_gy:g} Gy"
