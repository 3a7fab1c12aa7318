"""Which regions were drawn on a scan, and where are they?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from lutetia.course import Scan
from lutetia.errors import InputError
from lutetia.volume import Mask, rasterise

if TYPE_CHECKING:
    from lutetia.dicom.read import CtImage, SeriesFiles, SpectImage, Stated

TISSUE_ABOVE_HU = -900.0
"""Above this there is tissue, lung included; below it is air."""

Drawn = TypeVar("Drawn")


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
    scan: Scan, spect: SpectImage, ct: CtImage | None, stated: Stated, series: Mapping[str, SeriesFiles]
) -> tuple[dict[str, Mask], tuple[str, ...]]:
    """Return the regions drawn on a scan, and its patient where a CT shows him; those of another scan come later."""
    by_points = bool(scan.lesion_points) and scan.structure_series_uid is None and not scan.regions
    regions, notes = ({}, ()) if scan.regions_from or by_points else drawn_regions(scan, spect, ct, stated, series)
    if ct is not None and "body" not in regions:
        regions["body"] = Mask(voxels=ct.volume.values > TISSUE_ABOVE_HU, geometry=ct.volume.geometry, name="body")
    return regions, notes


def drawn_regions(
    scan: Scan, spect: SpectImage, ct: CtImage | None, stated: Stated, series: Mapping[str, SeriesFiles]
) -> tuple[dict[str, Mask], tuple[str, ...]]:
    """Return the regions that the course names, from a structure set or a segmentation, and what to know of them.

    Raises
    ------
    InputError
        If the course names none, or one that is not there, or they were drawn in another frame of reference.
    """
    if scan.structure_series_uid is None or not scan.regions:
        raise InputError(
            f"SPECT series {spect.series_uid}",
            "the course names no contours for it",
            "name the structure set or segmentation (structure_series_uid) and its contours (regions) in course.yaml, "
            "or the scan of this cycle whose contours are to be moved here (regions_from)",
        )
    files = named_series(series, scan.structure_series_uid, "structures")
    plain = replace(stated, acquired_at=None)
    drawn = _segments if files.kind == "segmentation" else _contours
    return drawn(scan, files, spect, ct, plain)


def _contours(
    scan: Scan, files: SeriesFiles, spect: SpectImage, ct: CtImage | None, stated: Stated
) -> tuple[dict[str, Mask], tuple[str, ...]]:
    from lutetia.dicom.read import read_structures

    image: CtImage | SpectImage = ct if ct is not None else spect
    structures = read_structures(files, image=image, stated=stated)
    if ct is not None and structures.referenced_series_uid == spect.series_uid:
        image = spect
        structures = read_structures(files, image=image, stated=stated)
    regions = {}
    for name, region in scan.regions.items():
        contour = _found(structures.regions, name, structures.series_uid)
        regions[region] = replace(rasterise(contour, image.volume.geometry), name=region)
    return regions, tuple(note for note in structures.notes if any(f"'{name}'" in note for name in scan.regions))


def _segments(
    scan: Scan, files: SeriesFiles, spect: SpectImage, ct: CtImage | None, stated: Stated
) -> tuple[dict[str, Mask], tuple[str, ...]]:
    from lutetia.dicom.read import read_segmentation

    segmentation = read_segmentation(files, stated=stated)
    if segmentation.frame_of_reference != spect.frame_of_reference:
        raise InputError(
            f"segmentation series {segmentation.series_uid}",
            f"its frame of reference is not that of SPECT series {spect.series_uid}",
            "give the segmentation drawn on this SPECT or its CT, or register the two first",
            "the same millimetres mean another place in the patient",
        )
    regions = {
        region: replace(_found(segmentation.masks, name, segmentation.series_uid), name=region)
        for name, region in scan.regions.items()
    }
    return regions, ()


def _found(drawn: Mapping[str, Drawn], name: str, series_uid: str) -> Drawn:
    found = drawn.get(name)
    if found is None:
        raise InputError(
            f"structures series {series_uid}",
            f"it has no contour '{name}'",
            f"its contours are: {', '.join(sorted(drawn))}; correct 'regions' in course.yaml",
        )
    return found
