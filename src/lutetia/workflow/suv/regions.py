"""Which regions lie on a PET, and how are they laid on its voxels?

A contour is filled on the PET's own voxels, centre in or out; a mask of another grid is read at the centres of the
PET's voxels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lutetia.errors import InputError
from lutetia.volume import Geometry, Mask, rasterise, resample_mask

if TYPE_CHECKING:
    from lutetia.dicom.read import PetImage, SeriesFiles


def regions_on(
    image: PetImage,
    geometry: Geometry,
    series: tuple[SeriesFiles, ...],
    names: Mapping[str, str],
    elsewhere: Path | None,
) -> tuple[tuple[Mask, ...], tuple[str, ...]]:
    """Return the regions drawn on an image, on its grid, and what a reader should know of them.

    Parameters
    ----------
    image : PetImage
    geometry : Geometry
        Of its voxels.
    series : tuple of SeriesFiles
        Of the folder; its structure sets and segmentations are used unless ``elsewhere`` names others.
    names : mapping of str to str
        Name of a contour to the code or id it gets; empty for all under their own names.
    elsewhere : Path or None

    Raises
    ------
    InputError
        If a region that is named is not there, or is there twice.
    """
    from lutetia.dicom.read import scan_folder

    notes: list[str] = []
    drawn: dict[str, Mask] = {}
    for mask in _drawn(image, geometry, series if elsewhere is None else scan_folder(elsewhere), notes):
        if mask.name in drawn:
            raise InputError(
                f"region '{mask.name}'", "two objects hold a region of this name", "leave the one that is meant"
            )
        drawn[mask.name] = mask
    absent = sorted(set(names) - set(drawn))
    if absent:
        raise InputError(
            f"region '{absent[0]}'",
            "no contour drawn on this PET has this name",
            f"its contours are: {', '.join(sorted(drawn)) or 'none'}",
        )
    if not names:
        return tuple(drawn.values()), tuple(notes)
    return tuple(replace(drawn[name], name=code) for name, code in names.items()), tuple(notes)


def _drawn(image: PetImage, geometry: Geometry, series: tuple[SeriesFiles, ...], notes: list[str]) -> Iterator[Mask]:
    from lutetia.dicom.read import read_segmentation, read_structures

    for one in series:
        if one.kind == "structures":
            structures = read_structures(one, image=image)
            notes.extend((*structures.notes, *_by_programs(structures.automatic)))
            yield from (rasterise(region, geometry) for region in structures.regions.values())
        elif one.kind == "segmentation":
            segmentation = read_segmentation(one, expected_patient_id=image.patient_id)
            notes.extend(_by_programs(segmentation.automatic))
            yield from (resample_mask(mask, geometry) for mask in segmentation.masks.values())


def _by_programs(automatic: Mapping[str, str]) -> Iterator[str]:
    """Say which regions no person drew."""
    yield from (
        f"region '{name}' was made by {by}, and no person is named who accepted it" for name, by in automatic.items()
    )
