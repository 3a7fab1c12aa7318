"""Which regions were drawn on a scan, and where are they?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from lutetia.course import Scan
from lutetia.errors import InputError
from lutetia.volume import Mask, rasterise
from lutetia.workflow.dose.made import NOT_ACCEPTED, Made

if TYPE_CHECKING:
    from lutetia.dicom.read import CtImage, SeriesFiles, SpectImage, Stated

TISSUE_ABOVE_HU = -900.0
"""Above this there is tissue, lung included; below it is air."""

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """The regions of one scan.

    Attributes
    ----------
    regions : dict of str to Mask
        By organ code or lesion id.
    notes : tuple of str
        What to know of them.
    made : mapping of str to Made
        Regions that no person drew.
    """

    regions: dict[str, Mask]
    notes: tuple[str, ...] = ()
    made: Mapping[str, Made] = field(default_factory=dict)


def named_series(series: Mapping[str, SeriesFiles], uid: str, what: str) -> SeriesFiles:
    """Return a series that the course names.

    Raises
    ------
    InputError
        If it is not below ``imaging/``.
    """
    found = series.get(uid)
    if found is None:
        raise InputError(
            f"{what} series {uid}",
            "the course names it, and it is not below imaging/",
            "put its files there, or correct the UID in course.yaml",
        )
    return found


def regions_of(
    scan: Scan,
    spect: SpectImage,
    ct: CtImage | None,
    stated: Stated,
    series: Mapping[str, SeriesFiles],
    *,
    imaging: Path | None = None,
) -> Drawn:
    """Return the regions drawn on a scan, and its patient where a CT shows him; those of another scan come later."""
    by_points = bool(scan.lesion_points) and not scan.regions
    elsewhere = scan.regions_from is not None or by_points
    drawn = Drawn(regions={}) if elsewhere else drawn_regions(scan, spect, ct, stated, series, imaging=imaging)
    if ct is not None and "body" not in drawn.regions:
        body = Mask(voxels=ct.volume.values > TISSUE_ABOVE_HU, geometry=ct.volume.geometry, name="body")
        return replace(drawn, regions={**drawn.regions, "body": body})
    return drawn


def drawn_regions(
    scan: Scan,
    spect: SpectImage,
    ct: CtImage | None,
    stated: Stated,
    series: Mapping[str, SeriesFiles],
    *,
    imaging: Path | None = None,
) -> Drawn:
    """Return the regions that the course names, from a structure set, a segmentation or a label map.

    Raises
    ------
    InputError
        If the course names none, or one that is not there, or they were drawn in another frame of reference.
    """
    if scan.structure_file is not None and scan.regions and imaging is not None:
        return _label_map(scan, imaging / scan.structure_file, spect)
    if scan.structure_series_uid is None or not scan.regions:
        raise InputError(
            f"SPECT series {spect.series_uid}",
            "the course names no contours for it",
            "name the structure set or segmentation (structure_series_uid) and its contours (regions) in course.yaml, "
            "or the scan of this cycle whose contours are to be moved here (regions_from)",
        )
    files = named_series(series, scan.structure_series_uid, "structures")
    plain = replace(stated, acquired_at=None)
    read = _segments if files.kind == "segmentation" else _contours
    return read(scan, files, spect, ct, plain)


def _contours(scan: Scan, files: SeriesFiles, spect: SpectImage, ct: CtImage | None, stated: Stated) -> Drawn:
    from lutetia.dicom.read import read_structures

    image: CtImage | SpectImage = ct if ct is not None else spect
    structures = read_structures(files, image=image, stated=stated)
    if ct is not None and structures.referenced_series_uid == spect.series_uid:
        image = spect
        structures = read_structures(files, image=image, stated=stated)
    regions: dict[str, Mask] = {}
    for name, region in scan.regions.items():
        contour = _found(structures.regions, name, f"structures series {structures.series_uid}")
        regions[region] = replace(rasterise(contour, image.volume.geometry), name=region)
    notes = tuple(note for note in structures.notes if any(f"'{name}'" in note for name in scan.regions))
    made = _by_programs(scan, structures.automatic)
    return Drawn(regions=regions, notes=(*notes, *_waiting(made)), made=made)


def _by_programs(scan: Scan, automatic: Mapping[str, str]) -> dict[str, Made]:
    """Return the origin of the regions that an object says a program made by itself."""
    return {
        region: Made(how=f"made by {by}", by=by, kind="program", accepted_by=scan.regions_accepted_by)
        for name, region in scan.regions.items()
        if (by := automatic.get(name)) is not None
    }


def _segments(scan: Scan, files: SeriesFiles, spect: SpectImage, ct: CtImage | None, stated: Stated) -> Drawn:
    from lutetia.dicom.read import read_segmentation
    from lutetia.dicom.write import AS_DRAWN

    segmentation = read_segmentation(files, stated=stated)
    if segmentation.frame_of_reference != spect.frame_of_reference:
        raise InputError(
            f"segmentation series {segmentation.series_uid}",
            f"its frame of reference is not that of SPECT series {spect.series_uid}",
            "give the segmentation drawn on this SPECT or its CT, or register the two first",
            "the same millimetres mean another place in the patient",
        )
    regions = {
        region: replace(_found(segmentation.masks, name, f"structures series {segmentation.series_uid}"), name=region)
        for name, region in scan.regions.items()
    }
    made = _by_programs(scan, segmentation.automatic) | {
        region: Made(how=f"made by a person with {by}", by=by, kind="aided")
        for name, region in scan.regions.items()
        if (by := segmentation.aided.get(name)) not in {None, AS_DRAWN.name}
    }
    return Drawn(regions=regions, notes=_waiting(made), made=made)


def _waiting(made: Mapping[str, Made]) -> tuple[str, ...]:
    waiting = sorted(region for region, one in made.items() if one.waits)
    if not waiting:
        return ()
    said = f"the regions of {', '.join(waiting)} were made by a program and are {NOT_ACCEPTED}"
    return (f"{said}: look at them, then add 'regions_accepted_by' to this scan in course.yaml",)


def _label_map(scan: Scan, path: Path, spect: SpectImage) -> Drawn:
    from lutetia.nifti import masks_of, read_label_map

    if not path.is_file():
        raise InputError(
            f"label map {path.name}",
            "the course names it, and it is not below imaging/",
            "put it there, or correct 'structure_file' in course.yaml",
        )
    labels, geometry = read_label_map(path, frame_of_reference=spect.frame_of_reference)
    table = _table_beside(path) or {int(label): str(int(label)) for label in np.unique(labels) if label}
    masks = masks_of(labels, geometry, {n: name for n, name in table.items() if name in scan.regions})
    where = f"label map {path.name}"
    regions = {region: replace(_found(masks, name, where, table), name=region) for name, region in scan.regions.items()}
    origin = Made(
        how=f"read from {where}, whose author it does not name",
        by=where,
        kind="program",
        accepted_by=scan.regions_accepted_by,
    )
    made = dict.fromkeys(regions, origin)
    said = (f"{where} names neither patient nor image; that it belongs to this scan is the course's word",)
    return Drawn(regions=regions, notes=(*said, *_waiting(made)), made=made)


def _table_beside(path: Path) -> dict[int, str]:
    """Return the names of labels from the table beside a label map, if there is one."""
    beside = path.with_name(path.name.removesuffix(".gz").removesuffix(".nii") + ".json")
    if not beside.is_file():
        return {}
    try:
        content = json.loads(beside.read_text(encoding="utf-8"))
        table = {int(number): str(name) for number, name in content.items()}
    except (ValueError, AttributeError, TypeError) as reason:
        raise InputError(
            f"label table {beside.name}", "it is no table of numbers and names", 'write it as {"1": "Kidney L"}'
        ) from reason
    if len(set(table.values())) != len(table):
        raise InputError(f"label table {beside.name}", "two labels have one name", "give each a name of its own")
    return table


def _found(drawn: Mapping[str, Part], name: str, where: str, known: Mapping[int, str] | None = None) -> Part:
    found = drawn.get(name)
    if found is None:
        named = ", ".join(sorted(known.values() if known else drawn))
        raise InputError(
            where, f"it has no contour '{name}'", f"its contours are: {named}; correct 'regions' in course.yaml"
        )
    return found
