"""What is proposed as new: each with its place on both days, the reason, the doubts, and what a reader says."""

from __future__ import annotations

from collections.abc import Iterator

from lutetia.report.disease_lesions import PLACE, place_of, site_of
from lutetia.report.document import Block, Column, Figure, Note, Paragraph, Section, Table
from lutetia.report.figures.mip_new import MOST_ROWS
from lutetia.response import NewLesion, Pair

ANSWERS = {True: "new", False: "not new", None: "? awaits a reader"}


def proposal_sections(pair: Pair, close_ups: tuple[bytes, ...]) -> tuple[Section, ...]:
    """Return the section of the proposals.

    Parameters
    ----------
    pair : Pair
    close_ups : tuple of bytes
        Pictures of the proposals, :data:`~lutetia.report.figures.mip_new.MOST_ROWS` to each; empty for none.
    """
    if not pair.proposals:
        text = "No lesion of the follow-up is proposed as new. That nothing was proposed is no reader's word."
        return (Section(id="new", title="Proposed as new", blocks=(Paragraph(text=text),)),)
    return (Section(id="new", title="Proposed as new", blocks=tuple(_blocks(pair, close_ups))),)


def _blocks(pair: Pair, close_ups: tuple[bytes, ...]) -> Iterator[Block]:
    waiting = [one.lesion.id for one in pair.proposals if one.confirmed is None]
    if waiting and pair.stated_new_lesions is not False:
        text = f"{', '.join(waiting)}. A proposal is no fact: a reader says which of them are new."
        if not pair.follow_up.told_apart:
            text += " Organs were not drawn: each of them may be one."
        yield Note(kind="warning", lead="Awaits a reader.", text=text)
    for number in range(0, len(pair.proposals), MOST_ROWS):
        some = pair.proposals[number : number + MOST_ROWS]
        if close_ups:
            ids = ", ".join(one.lesion.id for one in some)
            yield Figure(
                name=f"new-lesions-{number // MOST_ROWS + 1}", svg=close_ups[number // MOST_ROWS],
                caption=f"{ids}: the same place on both days, axial and coronal, one scale. R and L: the patient's "
                "right and left. Lines at the baseline mark the place; dashes at the follow-up outline the lesion.",
                alt=f"Close-ups of {ids}; reasons and doubts are in the table.",
            )  # fmt: skip
        yield _table(some)


def _table(some: tuple[NewLesion, ...]) -> Table:
    columns = (
        Column("lesion"), Column("site"), PLACE, Column("volume", "mL", "decimal"),
        Column("SUVmax", align="decimal"), Column("why it is proposed"), Column("doubts"), Column("the reader says"),
    )  # fmt: skip
    rows = tuple(
        (
            one.lesion.id, site_of(one.lesion), place_of(one.lesion), f"{one.lesion.volume_ml:.2f}",
            f"{one.lesion.suv_max:.1f}", one.reason, "; ".join(one.doubts) or "none",
            ANSWERS[one.confirmed],
        )
        for one in some
    )  # fmt: skip
    return Table(caption="Reasons and doubts", columns=columns, rows=rows, dense=True)
