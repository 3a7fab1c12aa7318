"""Which pictures show what became of the disease: both days at a glance, and each proposal closely."""

from __future__ import annotations

from collections.abc import Collection

from lutetia.report.figures.mip import LineOf, Outlined, PetView, draw_mips
from lutetia.report.figures.mip_new import MOST_ROWS, CloseUp, draw_close_ups
from lutetia.response import Disease, FoundLesion, NewLesion, Pair
from lutetia.volume import Mask, Volume, moved_mask, moved_volume


def mips_of(pair: Pair) -> bytes:
    """Return both PET from the front and from the left, in the position of the baseline, as SVG."""
    gone = {one for history in pair.histories if not history.follow_up for one in history.baseline}
    new = {one.lesion.id for one in pair.proposals if one.confirmed is not False}
    return draw_mips(
        (
            PetView(
                title=_day(pair.baseline, "Baseline"),
                suv=pair.baseline.pet.suv,
                outlined=tuple(
                    Outlined(
                        mask=pair.baseline.mask(lesion),
                        line=_line(pair.baseline, lesion, "gone", gone),
                        name=_named(lesion, gone),
                    )
                    for lesion in _shown(pair.baseline)
                ),
            ),
            PetView(
                title=_day(pair.follow_up, "Follow-up"),
                suv=_in_baseline(pair),
                outlined=tuple(
                    Outlined(
                        mask=_back(pair, lesion),
                        line=_line(pair.follow_up, lesion, "new", new),
                        name=_named(lesion, new),
                    )
                    for lesion in _shown(pair.follow_up)
                ),
            ),
        ),
        name="mips",
    )


def mip_of(disease: Disease) -> bytes:
    """Return one PET from the front and from the left, its lesions outlined and named, as SVG."""
    outlined = tuple(
        Outlined(mask=disease.mask(lesion), line=_line(disease, lesion), name=lesion.id) for lesion in _shown(disease)
    )
    return draw_mips((PetView(title=_day(disease, "PET"), suv=disease.pet.suv, outlined=outlined),), name="mip")


def close_ups_of(pair: Pair) -> tuple[bytes, ...]:
    """Return every proposal of a new lesion on both days, some to a picture, as SVG; nothing where there is none."""
    days = (
        (_day(pair.baseline, "baseline"), pair.baseline.pet.suv),
        (_day(pair.follow_up, "follow-up"), _in_baseline(pair)),
    )
    places = [
        CloseUp(title=_told(one), centre_mm=one.at_baseline_mm, days=days, mask=_back(pair, one.lesion))
        for one in pair.proposals
    ]
    return tuple(
        draw_close_ups(places[first : first + MOST_ROWS], name=f"new-lesions-{first}")
        for first in range(0, len(places), MOST_ROWS)
    )


def _in_baseline(pair: Pair) -> Volume:
    frame = pair.baseline.geometry.frame_of_reference
    return moved_volume(pair.follow_up.pet.suv, pair.motion.inverse(), frame_of_reference=frame)


def _back(pair: Pair, lesion: FoundLesion) -> Mask:
    frame = pair.baseline.geometry.frame_of_reference
    return moved_mask(pair.follow_up.mask(lesion), pair.motion.inverse(), frame_of_reference=frame)


def _shown(disease: Disease) -> tuple[FoundLesion, ...]:
    return tuple(lesion for lesion in disease.lesions if lesion.counted or lesion.decided_by == "reader")


def _line(disease: Disease, lesion: FoundLesion, line: LineOf = "there", ids: Collection[str] = ()) -> LineOf:
    if not lesion.counted:
        return "not counted"
    if lesion.id in ids:
        return line
    return "there" if disease.told(lesion) else "not told apart"


def _named(lesion: FoundLesion, ids: set[str]) -> str:
    return lesion.id if lesion.id in ids else ""


def _day(disease: Disease, otherwise: str) -> str:
    at = disease.pet.acquired_at
    return otherwise if at is None else f"{otherwise} {at.date().isoformat()}"


def _told(one: NewLesion) -> str:
    lesion = one.lesion
    certainty = f"Uncertain: {'; '.join(one.doubts)}" if one.doubts else "No doubt noted"
    return f"{lesion.id}: {lesion.volume_ml:.1f} mL, SUVmax {lesion.suv_max:.1f}. {certainty}"
