"""A reading to be filled in: every question that a PET leaves to its reader, with place and volume written already."""

from __future__ import annotations

from collections.abc import Iterator

from lutetia.response.disease import Disease
from lutetia.response.lesion import FoundLesion
from lutetia.response.proposal import NewLesion
from lutetia.response.reading_file import FORMAT

_HEAD = """\
# What a reader decides about this PET. Fill in what stands empty; take out what you leave open. It is refused as it is.
# To take uptake out, or count what does not count, add to a lesion: 'counts: false' (or true) and 'why: ...'.
format: {format}
by:                      # who reads
on:                      # the day, as 2026-04-02
series_uid: "{uid}"
"""
_JUDGE = """\
# {open}. Say of every piece whether it is disease: only then its volume is known and can be accepted.
"""
_NEW = "new_lesions:             # true or false: are there new lesions at all, also such as are not below\n"


def reading_draft(disease: Disease, proposals: tuple[NewLesion, ...] | None = None) -> str:
    """Return the text of a reading with every question open.

    Parameters
    ----------
    disease : Disease
    proposals : tuple of NewLesion, optional
        Of a follow-up; None for a PET that is compared with none before it.
    """
    new = {one.lesion.id for one in proposals or ()}
    asked = [one for one in disease.counted if one.kind is None or one.id in new or not disease.settled]
    head = _HEAD.format(format=FORMAT, uid=disease.pet.name) + (_NEW if proposals is not None else "")
    if not disease.settled:
        head += _JUDGE.format(open=disease.left_open[0].upper() + disease.left_open[1:])
    judge = not disease.settled
    return head + ("lesions:\n" + "".join(x for one in asked for x in _lesion(one, new, judge=judge)) if asked else "")


def _lesion(lesion: FoundLesion, new: set[str], *, judge: bool) -> Iterator[str]:
    place = ", ".join(f"{value:.1f}" for value in lesion.centre_mm)
    yield f"  # {lesion.id}, SUVmax {lesion.suv_max:.1f}{', ' + lesion.kind if lesion.kind else ''}\n"
    yield f"  - at_mm: [{place}]\n    volume: {{value: {lesion.volume_ml:.2f}, unit: mL}}\n"
    if judge:
        yield "    counts:              # true for disease, false for an organ or anything else\n"
        yield "    why:                 # needed for false\n"
    if lesion.kind is None:
        yield "    kind:                # bone, node, visceral or local\n"
    if lesion.id in new:
        yield "    new:                 # true or false\n"
