"""What red marrow got, as an estimate with its method named: on the page and for a program."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from lutetia.course import read_agent
from lutetia.dosimetry.result import CycleDose, MarrowDose, MarrowMethod, MarrowRefusal
from lutetia.report import words
from lutetia.report.document import Block, Bullets, Column, Note, Section, Table
from lutetia.report.form import Form
from lutetia.report.references import per_activity

ESTIMATE: Final = "An estimate for comparison with the published; it stops nothing."
METHODS: Final[dict[MarrowMethod, str]] = {"blood": "by blood", "image": "by image"}


class MarrowForm(Form):
    """An estimate of the dose of red marrow by one method."""

    kind: Literal["estimate"] = "estimate"
    method: MarrowMethod
    self_gy: float
    cross_gy: float | None = Field(description="from activity elsewhere; null where it is not counted")
    cross_from: str
    total_gy: float
    total_gy_per_gbq: float
    mbq_h_per_g: float = Field(description="time-integrated activity per gram of red marrow")
    model: str = Field(description="of the curve of blood or of the contour")
    rests_on: str
    flags: tuple[str, ...]


class MarrowRefusalForm(Form):
    """Why one method gives none, and what would."""

    kind: Literal["refused"] = "refused"
    method: MarrowMethod
    reason: str
    offered: tuple[str, ...]


def marrow_forms(cycle: CycleDose) -> tuple[MarrowForm | MarrowRefusalForm, ...]:
    """Return the estimates of a cycle for a program."""
    return tuple(_form(one, cycle) for one in cycle.marrow)


def _form(one: MarrowDose | MarrowRefusal, cycle: CycleDose) -> MarrowForm | MarrowRefusalForm:
    if isinstance(one, MarrowRefusal):
        return MarrowRefusalForm(method=one.method, reason=one.reason, offered=one.offered)
    return MarrowForm(
        method=one.method,
        self_gy=one.self_gy,
        cross_gy=one.cross_gy,
        cross_from=one.cross_from,
        total_gy=one.total_gy,
        total_gy_per_gbq=_per_gbq(one, cycle),
        mbq_h_per_g=one.mbq_h_per_g,
        model=one.fit.model,
        rests_on=one.rests_on,
        flags=one.flags,
    )


def _per_gbq(one: MarrowDose, cycle: CycleDose) -> float:
    return one.total_gy / (cycle.given_mbq / 1000)


def marrow_blocks(cycle: CycleDose) -> list[Block]:
    """Return the section on red marrow; empty where the centre states nothing for it."""
    if not cycle.marrow:
        return []
    found = [one for one in cycle.marrow if isinstance(one, MarrowDose)]
    blocks: list[Block] = [
        Note(kind="stopped", lead="Refused:", text=words.prose(f"red marrow {METHODS[one.method]}: {one.reason}"),
             remedy="; ".join(map(words.prose, one.offered)))
        for one in cycle.marrow
        if isinstance(one, MarrowRefusal)
    ]  # fmt: skip
    if found:
        blocks += [_table(found, cycle), Note(kind="note", text=ESTIMATE), *_flags(found), _grounds(found)]
    return [Section(id=f"dose-{cycle.cycle}-marrow", title="Red marrow", blocks=tuple(blocks))]


def _table(found: list[MarrowDose], cycle: CycleDose) -> Table:
    columns = (Column("method"), Column("curve"), Column("from itself", "Gy", "decimal"),
               Column("from elsewhere", "Gy", "decimal"), Column("in all", "Gy", "decimal"),
               Column("per activity", "Gy/GBq", "decimal"), Column("published", "Gy/GBq", "decimal"))  # fmt: skip
    published = per_activity("marrow", read_agent(cycle.agent).ligand)
    beside = f"{published.mean_gy_per_gbq:g} ± {published.sd_gy_per_gbq:g}" if published else "–"
    rows = tuple(
        (METHODS[one.method], one.fit.model, words.number(one.self_gy), words.number(one.cross_gy),
         words.number(one.total_gy), words.number(_per_gbq(one, cycle)), beside)
        for one in found
    )  # fmt: skip
    return Table(caption=f"Absorbed dose of red marrow, cycle {cycle.cycle}: estimates", columns=columns, rows=rows)


def _flags(found: list[MarrowDose]) -> list[Block]:
    flags = dict.fromkeys(flag for one in found for flag in one.flags)
    return [Note(kind="warning", text=words.prose(text)) for text in flags]


def _curve(one: MarrowDose) -> str:
    """Say how a curve was chosen, how much of its integral nobody measured, and what else there is to know."""
    after = f"{one.fit.model}, {one.fit.tail_fraction:.0%} of its integral after the last sample."
    return " ".join((after, *one.fit.notes))


def _grounds(found: list[MarrowDose]) -> Bullets:
    own = [f"{METHODS[one.method].capitalize()}: {one.rests_on}." for one in found]
    own += [f"{METHODS[one.method].capitalize()}, curve: {_curve(one)}" for one in found]
    own += [f"From elsewhere: {told}." for told in dict.fromkeys(one.cross_from for one in found)]
    return Bullets(items=tuple(map(words.prose, own)))
