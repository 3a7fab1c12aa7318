"""Which PET of a folder are measured, and which organs and CT belong to each?

What lies in the frame of reference of a PET belongs to it. A contour or segment counts as an organ where it bears the
code of one, or is given one; others are told and left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lutetia.errors import InputError
from lutetia.quantification.suv import SuvRule
from lutetia.response import PsmaPet
from lutetia.response.pet import KNOWN
from lutetia.volume import Mask, Volume, rasterise
from lutetia.workflow.record.folder import IMAGING

if TYPE_CHECKING:
    from lutetia.dicom.read import PetImage, SeriesFiles


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UptakeImage:
    """A PET as read, in uptake values.

    Attributes
    ----------
    image : PetImage
    suv : Volume
        Standardised uptake values by body weight [g/mL].
    tracer : str or None
        As course or header write it.
    notes : tuple of str
        What a reader should know of its uptake values.
    rule : SuvRule or None
        By which they were made; None where the caller made them by a rule of its own.
    cautions : tuple of str
        What he has to weigh.
    """

    image: PetImage
    suv: Volume
    tracer: str | None
    notes: tuple[str, ...] = ()
    rule: SuvRule | None = None
    cautions: tuple[str, ...] = ()


ReadUptake = Callable[["SeriesFiles"], UptakeImage]
"""Reads a series and turns it into uptake values by a published rule."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReadPsma:
    """A PSMA PET with organs and CT, as found in a folder.

    Attributes
    ----------
    pet : PsmaPet
        Called by its series UID.
    series : SeriesFiles
        The PET.
    used : tuple of SeriesFiles
        The PET, and what lies in its frame of reference.
    acquired_at : datetime
    rule : SuvRule or None
        See :class:`UptakeImage`.
    notes, cautions : tuple of str
    """

    pet: PsmaPet
    series: SeriesFiles
    used: tuple[SeriesFiles, ...]
    acquired_at: datetime
    rule: SuvRule | None = None
    notes: tuple[str, ...] = field(default=())
    cautions: tuple[str, ...] = ()


def series_below(folder: Path) -> tuple[SeriesFiles, ...]:
    """List the series of a course's folder, or of any folder with DICOM files."""
    from lutetia.dicom.read import scan_folder

    imaging = folder / IMAGING
    return scan_folder(imaging if imaging.is_dir() else folder)


def read_days(
    series: tuple[SeriesFiles, ...],
    *,
    read_uptake: ReadUptake,
    chosen: tuple[str, ...] | None,
    organs: Mapping[str, str],
    where: str,
) -> tuple[ReadPsma, ...]:
    """Return one PET or two, the earlier first, each with organs and CT.

    Parameters
    ----------
    series : tuple of SeriesFiles
    read_uptake : callable
    chosen : tuple of str or None
        UIDs of one series or two; needed where the folder holds more than two PET.
    organs : mapping of str to str
        Name of a contour or segment to the code of its organ, where it does not bear it.
    where : str
        Names the folder in errors.

    Raises
    ------
    InputError
        If there is no PET, or which are meant is not clear.
    """
    pets = [one for one in series if one.kind == "PET"]
    wanted = pets if chosen is None else [one for one in pets if one.series_uid in chosen]
    missing = [] if chosen is None else sorted(set(chosen) - {one.series_uid for one in wanted})
    if missing:
        raise InputError(where, f"there is no PET series {missing[0]} in it", f"correct the UID; {_listed(pets)}")
    if not 1 <= len(wanted) <= 2:
        raise InputError(
            where,
            f"{len(wanted)} PET are in question, and one is measured or two are compared",
            f"name the series UID of one PET, or of baseline and follow-up; {_listed(pets)}",
        )
    return tuple(sorted((_day(one, series, read_uptake, organs) for one in wanted), key=lambda day: day.acquired_at))


def require_two(days: tuple[ReadPsma, ...], where: str) -> tuple[ReadPsma, ReadPsma]:
    """Return baseline and follow-up.

    Raises
    ------
    InputError
        If there is only one PET.
    """
    if len(days) != 2:
        raise InputError(
            where,
            f"{len(days)} PET is in question, and two are compared",
            "name the series UIDs of baseline and follow-up",
        )
    return days[0], days[1]


def _listed(pets: list[SeriesFiles]) -> str:
    told = "; ".join(f"{one.series_uid} ({one.description or 'no description'})" for one in pets)
    return f"there are {told}" if told else "there is no PET in it"


def _day(
    one: SeriesFiles, series: tuple[SeriesFiles, ...], read_uptake: ReadUptake, organs: Mapping[str, str]
) -> ReadPsma:
    read = read_uptake(one)
    beside = [other for other in series if other.frame_of_reference == read.image.frame_of_reference]
    notes = list(read.notes)
    masks: dict[str, Mask] = {}
    for mask in _drawn(beside, read.image, notes):
        code = organs.get(mask.name, mask.name)
        if code not in KNOWN:
            notes.append(f"'{mask.name}' bears no code of an organ and is not used")
        elif code in masks:
            raise InputError(one.where, f"two regions are called {code}", "leave the one that is meant")
        else:
            masks[code] = replace(mask, name=code)
    pet = PsmaPet(
        suv=read.suv,
        organs=masks,
        tracer=read.tracer,
        name=one.series_uid,
        acquired_at=read.image.acquired_at,
        ct=_ct(beside, read.image, notes),
    )
    return ReadPsma(
        pet=pet,
        series=one,
        used=tuple(beside),
        acquired_at=read.image.acquired_at,
        rule=read.rule,
        notes=tuple(notes),
        cautions=read.cautions,
    )


def _drawn(beside: list[SeriesFiles], image: PetImage, notes: list[str]) -> Iterator[Mask]:
    from lutetia.dicom.read import read_segmentation, read_structures

    for one in beside:
        if one.kind == "structures":
            structures = read_structures(one)
            notes += structures.notes
            yield from (rasterise(region, image.volume.geometry) for region in structures.regions.values())
        elif one.kind == "segmentation":
            found = read_segmentation(one, expected_patient_id=image.patient_id)
            notes += [f"'{name}' was made by a program ({by})" for name, by in found.automatic.items()]
            yield from found.masks.values()


def _ct(beside: list[SeriesFiles], image: PetImage, notes: list[str]) -> Volume | None:
    from lutetia.dicom.read import read_ct

    found = [one for one in beside if one.kind == "CT"]
    if len(found) != 1:
        if found:
            notes.append(f"{len(found)} CT lie in its frame of reference; none is used")
        return None
    return read_ct(found[0], expected_patient_id=image.patient_id).volume
