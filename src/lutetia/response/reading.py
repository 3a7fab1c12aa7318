"""A reader's decisions laid on what was measured, so that the same file gives the same result again."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from lutetia.errors import InputError
from lutetia.response.disease import Disease
from lutetia.response.lesion import FoundLesion
from lutetia.response.pair import Pair, with_answers
from lutetia.response.reading_file import LesionReading, Reading

SAME_PLACE_MM: Final = 3.0
"""Between the centre written and the centre found: about a voxel."""
SAME_PART: Final = 0.05
SAME_ML: Final = 0.05
"""Volumes written with one or two decimals may differ by this, or by :data:`SAME_PART`, whichever is more."""


def read_by(disease: Disease, reading: Reading) -> Disease:
    """Return the disease of a PET as a reader says.

    Parameters
    ----------
    disease : Disease
        As measured; a reading is laid on it once.
    reading : Reading

    Raises
    ------
    InputError
        If no lesion lies where one is spoken of, its volume is another, two entries speak of one, or an organ is called
        absent that was drawn.
    """
    if reading.series_uid is not None and reading.series_uid != disease.pet.name:
        raise InputError(
            f"reading by {reading.by}",
            f"it belongs to another series than {disease.pet.name}",
            "take the reading of this PET, or correct its series_uid",
            "a place in one scan is another place in the next",
        )
    drawn = [code for code in reading.absent if code not in disease.pet.not_drawn]
    if drawn:
        raise InputError(
            f"reading of {disease.pet.name}, absent",
            f"'{drawn[0]}' is no organ that is missing here",
            f"name organs that were not drawn: {', '.join(disease.pet.not_drawn) or 'there are none'}",
        )
    told: dict[str, LesionReading] = {}
    for number, said in enumerate(reading.lesions, start=1):
        lesion = _found(disease, said, number)
        if lesion.id in told:
            raise InputError(
                f"reading of {disease.pet.name}, lesion {number}",
                f"{lesion.id} is spoken of twice",
                "keep one of the two entries",
            )
        told[lesion.id] = said
    lesions = tuple(_told(lesion, told.get(lesion.id), reading.by, disease.pet.name) for lesion in disease.lesions)
    return replace(disease, lesions=lesions, read_by=f"{reading.by}, {reading.on}", absent=reading.absent)


def answered(pair: Pair, reading: Reading) -> Pair:
    """Return a pair with what the reader of its follow-up says of new lesions.

    Raises
    ------
    InputError
        If he speaks of a lesion that is not there, or calls one new that the baseline shows.
    """
    answers: dict[str, bool] = {}
    proposed = {one.lesion.id for one in pair.proposals}
    for number, said in enumerate(reading.lesions, start=1):
        if said.new is None:
            continue
        lesion = _found(pair.follow_up, said, number)
        if said.new and lesion.id not in proposed:
            raise InputError(
                f"reading of {pair.follow_up.pet.name}, lesion {number}",
                f"{lesion.id} is called new, and the baseline shows it",
                "correct the entry, or state 'new_lesions: true' above if another lesion is meant",
            )
        answers[lesion.id] = said.new
    return with_answers(pair, answers, reading.new_lesions)


def _found(disease: Disease, said: LesionReading, number: int) -> FoundLesion:
    """Return the lesion that an entry speaks of."""
    where = f"reading of {disease.pet.name}, lesion {number}"
    place = ", ".join(f"{v:.0f}" for v in said.at_mm)
    away = {lesion.id: float(np.linalg.norm(np.subtract(lesion.centre_mm, said.at_mm))) for lesion in disease.lesions}
    nearest = min(disease.lesions, key=lambda lesion: away[lesion.id], default=None)
    if nearest is None or away[nearest.id] > SAME_PLACE_MM:
        shown = "nothing was found at all" if nearest is None else (
            f"the nearest, {nearest.id}, lies {away[nearest.id]:.0f} mm away"
        )  # fmt: skip
        raise InputError(
            where,
            f"no lesion lies at ({place}) mm; {shown}",
            "write the place as the table of lesions prints it, and measure with the method of the reading",
            "a decision about one lesion must not fall on another",
        )
    ml = said.volume.to("mL")
    if abs(ml - nearest.volume_ml) > max(SAME_ML, SAME_PART * nearest.volume_ml):
        raise InputError(
            where,
            f"the lesion at ({place}) mm has {nearest.volume_ml:.2f} mL, and the reading says {ml:g} mL",
            "measure with the method of the reading, or read this PET again",
            "another segmentation made another lesion of it",
        )
    return nearest


def _told(lesion: FoundLesion, said: LesionReading | None, by: str, pet: str) -> FoundLesion:
    if said is None:
        return lesion
    if said.counts is not None:
        if said.why is None and said.counts != lesion.counted:
            raise InputError(
                f"reading of {pet}, {lesion.id}", "what counts is changed without a reason", "add 'why: ...' to it"
            )
        why = by if said.why is None else f"{said.why} ({by})"
        lesion = replace(lesion, counted=said.counts, decided_by="reader", why=why)
    if said.kind is not None or said.site is not None:
        kind, site = said.kind or lesion.kind, said.site or lesion.site
        lesion = replace(lesion, kind=kind, region=said.region, site=site, placed_by=by)
    return lesion
