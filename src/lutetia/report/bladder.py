"""What the bladder's wall got from urine, as an estimate: on the page and for a program."""

from __future__ import annotations

from pydantic import Field

from lutetia.dosimetry.result import CycleDose
from lutetia.report import words
from lutetia.report.document import Block, KeyFacts, Note, Section
from lutetia.report.form import Form

STATED = (
    "An estimate from stated excretion and voiding, at the inner surface of the wall: the wall behind it gets less, "
    "and photons from elsewhere are not in it."
)


class BladderForm(Form):
    """An estimate of the dose at the inner surface of the bladder's wall, from its contents."""

    electron_gy: float
    photon_gy: float
    total_gy: float
    total_gy_per_gbq: float
    contents_mbq_h: float = Field(description="time-integrated activity of the contents")
    rests_on: str


def bladder_form(cycle: CycleDose) -> BladderForm | None:
    """Return the estimate of a cycle for a program."""
    found = cycle.bladder
    if found is None:
        return None
    return BladderForm(
        electron_gy=found.electron_gy,
        photon_gy=found.photon_gy,
        total_gy=found.total_gy,
        total_gy_per_gbq=found.total_gy / (cycle.given_mbq / 1000),
        contents_mbq_h=found.contents_mbq_h,
        rests_on=found.rests_on,
    )


def bladder_blocks(cycle: CycleDose) -> list[Block]:
    """Return the section on the bladder; empty where the centre states nothing for it."""
    found = cycle.bladder
    if found is None:
        return []
    facts = KeyFacts(
        rows=(
            ("surface of the wall", f"{words.number(found.total_gy)} Gy"),
            ("of it by electrons", f"{words.number(found.electron_gy)} Gy"),
            ("per activity", f"{words.number(found.total_gy / (cycle.given_mbq / 1000))} Gy/GBq"),
            ("rests on", words.prose(found.rests_on)),
        )
    )
    note = Note(kind="note", text=STATED)
    return [Section(id=f"dose-{cycle.cycle}-bladder", title="Bladder wall", blocks=(facts, note))]
