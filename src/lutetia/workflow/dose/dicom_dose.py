"""A dose map made by others, with the regions drawn for it, as a table of region doses.

Regions are laid on the dose grid with the covered part of each voxel; their volume is that of the contour or segment
itself. What the map cuts off is left out and said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lutetia.dosimetry.region_table import RegionRow
from lutetia.errors import InputError
from lutetia.quantification import CUT_OFF_BELOW, cover, visible_fraction
from lutetia.volume import Geometry, Mask, Volume, rasterise
from lutetia.volume.contour import Contours

if TYPE_CHECKING:
    from lutetia.dicom.read import DoseImage, SeriesFiles

FINER = 4
"""Contours are laid on a grid this much finer than the dose's along each axis."""
MAP_MEAN = "mean of the dose map over the region"

Found = tuple["DoseImage", tuple[RegionRow, ...], Mapping[str, Mask], tuple[str, ...]]


def read_dicom_side(path: Path, regions: Path | None = None, *, of_radionuclide: bool = False) -> Found:
    """Read the one absorbed dose map below a path, and the regions beside it or elsewhere.

    Parameters
    ----------
    path : Path
        An RTDOSE, or a folder.
    regions : Path, optional
        SEG or RTSTRUCT; else those beside the dose, where ``path`` is a folder.
    of_radionuclide : bool
        See :func:`lutetia.dicom.read.read_dose`.

    Returns
    -------
    tuple
        The dose, a row per region, the regions as masks, and notes.

    Raises
    ------
    InputError
        If there is no absorbed dose or several, or the regions are another patient's or drawn elsewhere.
    """
    from lutetia.dicom.read import scan_folder

    found = scan_folder(path)
    dose = _dose(found, path, of_radionuclide=of_radionuclide)
    drawn = [s for s in (scan_folder(regions) if regions else found) if s.kind in {"segmentation", "structures"}]
    if regions is not None and not drawn:
        raise InputError(regions.name, "it holds neither a segmentation nor a structure set", "give a SEG or RTSTRUCT")
    if regions is None:
        drawn = [s for s in drawn if s.frame_of_reference in {None, dose.frame_of_reference}]
    rows: dict[str, RegionRow] = {}
    masks: dict[str, Mask] = {}
    notes = list(dose.notes)
    for series in drawn:
        for name, mask in _masks(series, dose).items():
            if name in rows:
                raise InputError(series.where, f"region '{name}' is drawn twice", "leave the one that is to be used")
            row = _row(name, mask, dose.volume)
            if row is None:
                notes.append(f"'{name}' reaches out of the dose map and is left out.")
                continue
            rows[name], masks[name] = row, mask
    return dose, tuple(rows.values()), masks, tuple(notes)


def _dose(found: tuple[SeriesFiles, ...], path: Path, *, of_radionuclide: bool) -> DoseImage:
    from lutetia.dicom.read import read_dose

    series = [s for s in found if s.kind == "dose"]
    if not series:
        raise InputError(path.name, "it holds no RTDOSE", "give a result of Lutetia, an RTDOSE or a CSV table")
    files = [replace(s, files=(file,)) for s in series for file in s.files]
    doses = [read_dose(one, of_radionuclide=of_radionuclide) for one in files]
    physical = [dose for dose in doses if dose.kind == "PHYSICAL"]
    if len(physical) != 1:
        found_words = (
            f"it holds {len(physical)} absorbed dose maps" if physical else "its dose is biologically effective"
        )
        raise InputError(path.name, found_words, "give the one map of absorbed dose (DoseType PHYSICAL)")
    return physical[0]


def _masks(series: SeriesFiles, dose: DoseImage) -> dict[str, Mask]:
    from lutetia.dicom.read import read_segmentation, read_structures

    _require_same_patient(series, dose)
    if series.kind == "segmentation":
        segmentation = read_segmentation(series)
        _require_same_frame(series, segmentation.frame_of_reference, dose)
        return dict(segmentation.masks)
    structures = read_structures(series)
    _require_same_frame(series, structures.frame_of_reference, dose)
    return {name: _laid(contours, dose.volume.geometry) for name, contours in structures.regions.items()}


def _laid(contours: Contours, grid: Geometry) -> Mask:
    """Lay contours on a finer grid around them, whose voxels fill those of the dose."""
    index = np.concatenate([grid.to_index(polygon) for polygon in contours.polygons])
    slab_mm = grid.spacing_mm[0] if contours.slab_mm is None else contours.slab_mm
    around = np.array([1 + ceil(slab_mm / grid.spacing_mm[0]), 1, 1])
    low, high = np.floor(index.min(axis=0)) - around, np.ceil(index.max(axis=0)) + around
    x, y, z = grid.to_patient(low - 0.5 + 0.5 / FINER)
    slices, rows, columns = (int(n) * FINER for n in high - low + 1)
    finer = Geometry(
        shape=(slices, rows, columns),
        spacing_mm=(grid.spacing_mm[0] / FINER, grid.spacing_mm[1] / FINER, grid.spacing_mm[2] / FINER),
        origin_mm=(float(x), float(y), float(z)),
        axes=grid.axes,
        frame_of_reference=grid.frame_of_reference,
    )
    return rasterise(contours, finer, beyond="crop")


def _row(name: str, mask: Mask, dose: Volume) -> RegionRow | None:
    if visible_fraction(mask, dose.geometry) < CUT_OFF_BELOW:
        return None
    mean = cover(mask, dose.geometry).mean(dose)
    return RegionRow(region=name, label=name, dose_gy=mean, volume_ml=mask.volume_ml, dose_from=MAP_MEAN)


def _require_same_patient(series: SeriesFiles, dose: DoseImage) -> None:
    if series.patient_id != dose.patient_id:
        raise InputError(
            series.where, "its patient id is not that of the dose map", "give the regions drawn for this dose map"
        )


def _require_same_frame(series: SeriesFiles, frame: str, dose: DoseImage) -> None:
    if frame != dose.frame_of_reference:
        raise InputError(
            series.where,
            f"its frame of reference is not that of dose series {dose.series_uid}",
            "give the regions drawn on the images of this dose map, or register the two first",
            "the same millimetres mean another place in the patient",
        )
