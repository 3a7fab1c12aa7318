"""The lesions of a PET as a table, and what became of each between two."""

from __future__ import annotations

from typing import Final

from lutetia.report import words
from lutetia.report.document import Block, Column, Fold, Paragraph, Table
from lutetia.response import Disease, FoundLesion, History, Pair

RATIOS: Final = ("liver", "parotid", "spleen", "blood pool")
"""Organs that lesions are compared with, in the order of the table; those that were not drawn are left out."""
PLACE: Final = Column("x, y, z", "mm")


def lesion_blocks(disease: Disease, pair: Pair | None) -> tuple[Block, ...]:
    """Return the lesions of one PET as a table, and after them what organs spill out."""
    spilled = tuple(one for one in disease.lesions if one.decided_by == "spill-out")
    shown = tuple(one for one in disease.lesions if one not in spilled)
    nothing = Paragraph(text="Nothing takes up enough outside of the organs and of what they spill out.")
    lesions = _table(disease, shown, pair) if shown else nothing
    if not spilled:
        return (lesions,)
    summary = f"{words.count(len(spilled), 'piece')} at the edge of a hotter organ, not counted"
    return (lesions, Fold(summary=summary, content=(_spilled(spilled),)))


def _table(disease: Disease, shown: tuple[FoundLesion, ...], pair: Pair | None) -> Table:
    organs = [organ for organ in RATIOS if organ in disease.references]
    columns = (
        Column("lesion" if disease.told_apart else "piece"), Column("site"), PLACE, Column("volume", "mL", "decimal"),
        Column("SUVmax", align="decimal"), Column("mean", align="decimal"), Column("peak", align="decimal"),
        *(Column(f"/ {organ}", align="decimal") for organ in organs), Column("status"),
    )  # fmt: skip
    statuses = {} if pair is None else _statuses(disease, pair)
    rows = tuple(
        (
            lesion.id, site_of(lesion), place_of(lesion), f"{lesion.volume_ml:.2f}",
            f"{lesion.suv_max:.1f}", f"{lesion.suv_mean:.1f}", f"{lesion.suv_peak:.1f}",
            *(f"{lesion.ratios[organ]:.1f}" for organ in organs), _status(disease, lesion, statuses),
        )
        for lesion in shown
    )  # fmt: skip
    ratios = f" Right of it: SUVmean over that of {words.listed(organs)}." if organs else ""
    caption = f"Peak: highest mean of a 1 mL sphere around a voxel of the lesion.{ratios}"
    return Table(caption=caption, columns=columns, rows=rows, dense=True)


def _spilled(spilled: tuple[FoundLesion, ...]) -> Table:
    columns = (Column("piece"), PLACE, Column("volume", "mL", "decimal"), Column("SUVmax", align="decimal"),
               Column("why it does not count"))  # fmt: skip
    rows = tuple(
        (one.id, place_of(one), f"{one.volume_ml:.2f}", f"{one.suv_max:.1f}", one.why.replace("_", " "))
        for one in spilled
    )
    return Table(caption="A reader may count them", columns=columns, rows=rows, dense=True)


def place_of(lesion: FoundLesion) -> str:
    """Return the centre of a lesion as a reading names it [mm]."""
    return ", ".join(f"{value:.1f}" for value in lesion.centre_mm)


def site_of(lesion: FoundLesion) -> str:
    """Return where a lesion lies, as far as a mask or a reader told."""
    told = [part for part in (lesion.kind, lesion.region, lesion.site) if part]
    return ", ".join(told) if told else "awaits a reader"


def _statuses(disease: Disease, pair: Pair) -> dict[str, str]:
    first = disease is pair.baseline
    return {
        number: _became(one, pair) for one in pair.histories for number in (one.baseline if first else one.follow_up)
    }


def _status(disease: Disease, lesion: FoundLesion, statuses: dict[str, str]) -> str:
    if not lesion.counted:
        return f"does not count: {lesion.why}"
    if not disease.told(lesion):
        return "; ".join(filter(None, ("disease or organ", statuses.get(lesion.id))))
    told = statuses.get(lesion.id, "counts")
    return f"{told}, counted by a reader" if lesion.decided_by == "reader" else told


def history_table(pair: Pair) -> Table:
    """Return what became of each lesion, or of lesions that grew together or fell apart."""
    elsewhere = any(one.other is not None for one in pair.histories)
    what = "Lesions" if pair.baseline.told_apart and pair.follow_up.told_apart else "Pieces of uptake"
    columns = (
        Column("baseline"), Column("follow-up"), Column("site"), Column("volume before", "mL", "decimal"),
        Column("now", "mL", "decimal"), Column("what became of it"),
        *((Column("SUVmax in the other PET", align="decimal"),) if elsewhere else ()),
    )  # fmt: skip
    return Table(
        caption=f"{what} that belong together after the follow-up was laid on the baseline",
        columns=columns,
        rows=tuple(_history(one, pair)[: len(columns)] for one in pair.histories),
    )


def _history(one: History, pair: Pair) -> tuple[str, ...]:
    lesions = [pair.baseline.lesion(n) for n in one.baseline] + [pair.follow_up.lesion(n) for n in one.follow_up]
    sites = dict.fromkeys(site_of(lesion) for lesion in lesions)
    other = None if one.other is None else one.other.suv_max
    return (
        ", ".join(one.baseline) or "–",
        ", ".join(one.follow_up) or "–",
        "; ".join(sites),
        f"{one.baseline_ml:.2f}" if one.baseline else "–",
        f"{one.follow_up_ml:.2f}" if one.follow_up else "–",
        _became(one, pair),
        "–" if other is None else f"{other:.1f}",
    )


def _became(one: History, pair: Pair) -> str:
    """Return what became of a lesion; that it is new is the reader's word."""
    if one.status != "new":
        return one.status
    confirmed = next(told.confirmed for told in pair.proposals if told.lesion.id in one.follow_up)
    return {True: "new", False: "not new, says the reader", None: "proposed as new"}[confirmed]
