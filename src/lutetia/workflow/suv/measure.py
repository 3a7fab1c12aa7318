"""Which uptake values does a PET have, by which rule and from which facts, and what do its regions take up?

Joins the reader, the rules of :mod:`lutetia.quantification.suv` and the measures of regions; nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lutetia.course.findings import Examination
from lutetia.errors import InputError
from lutetia.quantification.suv import (
    LeanMass,
    Sex,
    SuvKind,
    SuvRule,
    share_in_view,
    suv_rule,
    to_suv,
)
from lutetia.quantification.uptake import Uptake, measure_uptake, with_at_least
from lutetia.site import read_site
from lutetia.volume import Mask, Volume
from lutetia.workflow.progress import Tell
from lutetia.workflow.record.folder import SITE
from lutetia.workflow.record.opened import Opened, open_all
from lutetia.workflow.suv.compared import Compared, compared_uptake
from lutetia.workflow.suv.regions import regions_on
from lutetia.workflow.suv.stated import doubtful_share, examination_of, stated_about

if TYPE_CHECKING:
    from lutetia.dicom.read import PetImage, SeriesFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class SuvOptions:
    """What is asked for, and what is stated beside the header.

    Attributes
    ----------
    kind, lean_mass : str
        Which uptake value; which formula ``lbm`` means.
    course, site : Path or None
        A course of which an examination names the series.
    timezone : str or None
        IANA name, for clock times without an offset.
    sex : str or None
        As for :class:`lutetia.course.pet.PetScan`.
    series_uid : str or None
        Needed where the folder holds more than one PET.
    regions : mapping of str to str
        Name of a contour to the code or id it gets; empty for all contours under their own names.
    regions_from : Path or None
        Structure sets and segmentations; else those of the folder.
    at_least : float or None
        Only voxels with at least this uptake count.
    """

    kind: SuvKind = "bw"
    lean_mass: LeanMass = "janmahasatian"
    course: Path | None = None
    site: Path | None = None
    timezone: str | None = None
    sex: Sex | None = None
    series_uid: str | None = None
    regions: Mapping[str, str] = field(default_factory=dict)
    regions_from: Path | None = None
    at_least: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredSuv:
    """Uptake of a series and its regions.

    Attributes
    ----------
    suv : Volume
        Uptake values.
    share : float or None
        Part of the injected activity that the image shows.
    tracer : str or None
        As course or header write it.
    regions : tuple of Uptake
    compared : Compared
        Ratios to reference organs, where both are among the regions.
    notes, cautions : tuple of str
    """

    series_uid: str
    description: str
    suv: Volume
    rule: SuvRule
    share: float | None
    tracer: str | None
    regions: tuple[Uptake, ...]
    compared: Compared
    notes: tuple[str, ...]
    cautions: tuple[str, ...]


def measure_suv(folder: Path, options: SuvOptions, tell: Tell) -> MeasuredSuv:
    """Read a PET, choose the rule, and measure its regions.

    Parameters
    ----------
    folder : Path
        With the PET, and structure sets or segmentations drawn on it.
    options : SuvOptions
    tell : callable
        Told what is being done.

    Raises
    ------
    lutetia.errors.InputError
        If a fact that the uptake value needs is missing or contradicts another one.
    lutetia.errors.RefusedError
        If the image would show far more than was injected.
    """
    read = read_suv(folder, options, tell)
    suv, rule = read.suv, read.rule
    masks, notes = regions_on(read.image, suv.geometry, read.series, options.regions, options.regions_from)
    reaching = tuple(mask for mask in masks if _reaches(suv, mask, options.at_least))
    below = (f"no voxel of '{mask.name}' reaches {options.at_least:g}" for mask in masks if mask not in reaching)
    uptakes = tuple(measure_uptake(suv, mask, at_least=options.at_least) for mask in reaching)
    compared = compared_uptake(suv, masks, read.tracer, at_least=options.at_least)
    share = share_in_view(suv, rule)
    return MeasuredSuv(
        series_uid=read.pet.series_uid,
        description=read.pet.description,
        suv=suv,
        rule=rule,
        share=share,
        tracer=read.tracer,
        regions=uptakes,
        compared=compared,
        notes=(*rule.notes, *notes, *below),
        cautions=(*rule.cautions, *doubtful_share(share), *compared.cautions),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReadSuv:
    """A PET as uptake values, with all series that lie beside it."""

    pet: SeriesFiles
    series: tuple[SeriesFiles, ...]
    image: PetImage
    rule: SuvRule
    suv: Volume
    tracer: str | None


def read_suv(folder: Path, options: SuvOptions, tell: Tell) -> ReadSuv:
    """Read a PET and turn it into uptake values; see :func:`measure_suv`."""
    from lutetia.dicom.read import read_for_suv, scan_folder

    series = scan_folder(folder, on_file=lambda done, of: tell("reading headers", done / max(of, 1)))
    pet = _the_pet(series, options.series_uid, folder)
    opened = None if options.course is None else open_all(options.course, options.site)
    examination = None if opened is None else _examination(opened, pet.series_uid)
    source = read_for_suv(
        pet,
        stated=stated_about(opened, examination, timezone=_zone_name(options, opened), sex=options.sex),
        on_file=lambda done, of: tell("reading slices", done / max(of, 1)),
    )
    tell("measuring", None)
    rule = suv_rule(source.facts, options.kind, lean_mass=options.lean_mass)
    suv = to_suv(source.image.volume, rule)
    tracer = examination.tracer if examination is not None and examination.tracer else source.tracer
    return ReadSuv(pet=pet, series=series, image=source.image, rule=rule, suv=suv, tracer=tracer)


def _reaches(suv: Volume, mask: Mask, at_least: float | None) -> bool:
    """Tell whether a region has a voxel that counts; one that lies off the image is left to be refused."""
    return at_least is None or not mask.voxels.any() or with_at_least(suv, mask, at_least).voxels.any().item()


def _the_pet(series: tuple[SeriesFiles, ...], wanted: str | None, folder: Path) -> SeriesFiles:
    """Return the PET that is meant; a series that is no PET is left to the reader to refuse in its own words."""
    if wanted is not None:
        found = next((one for one in series if one.series_uid == wanted), None)
        if found is None:
            raise InputError(folder.name, f"there is no series {wanted} in it", "correct the UID")
        return found
    images = [one for one in series if one.stored_as == "PT"]
    if len(images) == 1:
        return images[0]
    pets = [one for one in images if one.kind == "PET"]
    if len(pets) == 1:
        return pets[0]
    listed = "; ".join(f"{one.series_uid} ({one.kind}, {one.description or 'no description'})" for one in images)
    raise InputError(
        folder.name,
        f"it holds {len(pets)} PET series" + (f": {listed}" if listed else ""),
        "give the folder of one PET, or name it with --series",
    )


def _examination(opened: Opened, series_uid: str) -> Examination:
    found = examination_of(opened.course, series_uid)
    if found is not None:
        return found
    raise InputError(
        str(opened.folder.record),
        f"no examination of the course names PET series {series_uid}",
        f"add 'pet: {{series_uid: {series_uid}}}' to its examination",
        "what the course states about another PET does not hold for this one",
    )


def _zone_name(options: SuvOptions, opened: Opened | None) -> str | None:
    """Return the name of the time zone; of a site alone where no course is given that belongs to one."""
    if options.timezone or opened is not None or options.site is None:
        return options.timezone or (opened.timezone if opened else None)
    site = options.site
    return read_site(site.parent if site.name == SITE else site).timezone
