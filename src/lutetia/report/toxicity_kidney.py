"""How are the kidneys shown? Every creatinine by every equation side by side, the deciding one marked, and slopes."""

from __future__ import annotations

from lutetia.criteria.interval import Interval
from lutetia.criteria.renal_trajectory import EQUATIONS, REPORTED, RenalPoint, Slope, unit_of
from lutetia.report import words
from lutetia.report.document import Block, Bullets, Column, Paragraph, Section, Table
from lutetia.report.toxicity_result import ToxicityResult


def renal_section(result: ToxicityResult) -> tuple[Section, ...]:
    """Return the kidneys as a section; nothing where no creatinine is recorded."""
    renal = result.renal
    if not renal.points and not renal.reported:
        return ()
    values = Table(
        caption="Creatinine and what each equation makes of it; the one that decides here is marked", dense=True,
        columns=(Column("day"), Column("creatinine"),
                 *(Column(_name(name, result), words.unit(unit_of(name)), "decimal") for name in EQUATIONS)),
        rows=tuple(_row(point) for point in renal.points),
    )  # fmt: skip
    slopes = Table(
        caption="Change per year since the value before cycle 1, by least squares, with its standard error", dense=True,
        columns=(Column("equation"), Column("per year"), Column("values"), Column("over")),
        rows=tuple(_slope(name, found) for name, found in renal.slopes.items()),
    )  # fmt: skip
    note = Paragraph(
        lead="Not to be compared across columns.",
        text="Each equation is another quantity: Cockcroft-Gault is a clearance with the actual weight, the others are "
        "normalised to 1.73 m². A change is a change only within one column.",
    )
    blocks: list[Block] = [note, values, slopes]
    if renal.reported:
        blocks.insert(2, _reported(result))
    if renal.needs:
        blocks.append(Bullets(items=tuple(words.sentence(f"missing: {need}") for need in renal.needs)))
    return (Section(id="kidneys", title="Kidneys", blocks=tuple(blocks)),)


def _reported(result: ToxicityResult) -> Table:
    mark = " ◄" if result.equation == REPORTED else ""
    return Table(
        caption=f"GFR as the laboratory calculated it{mark}", dense=True,
        columns=(Column("day"), Column("GFR"), Column("equation")),
        rows=tuple((one.day.isoformat(), words.prose(one.shown()), one.method or "not stated")
                   for one in result.renal.reported),
    )  # fmt: skip


def _name(equation: str, result: ToxicityResult) -> str:
    return f"{equation} ◄" if equation == result.equation else equation


def _row(point: RenalPoint) -> tuple[str, ...]:
    return (
        point.on.isoformat(), words.prose(point.creatinine),
        *(estimate_text(point.estimates.get(name)) for name in EQUATIONS),
    )  # fmt: skip


def estimate_text(found: Interval | None) -> str:
    """Write an estimate; one that a bound of creatinine leaves open as a bound."""
    if found is None:
        return "–"
    if found.low == found.high:
        return f"{found.low:.1f}"
    return f">{found.low:.1f}" if found.low_open else f"<{found.high:.1f}"


def _slope(name: str, found: Slope | str) -> tuple[str, ...]:
    if isinstance(found, str):
        return name, "–", found, "–"
    told = f"{found.per_year:+.1f} ± {found.standard_error:.1f} {words.unit(unit_of(name))}".replace("-", "−")
    return name, told, str(found.values), f"{found.span_days} days"
