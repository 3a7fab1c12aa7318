"""RTSTRUCT: regions as their author drew them.

Source: DICOM PS3.3 C.8.8.5 (Structure Set), C.8.8.6 (ROI Contour).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from lutetia.dicom.error import DicomInputError
from lutetia.dicom.read.ct import CtImage
from lutetia.dicom.read.header import Header, open_header
from lutetia.dicom.read.pet import PetImage
from lutetia.dicom.read.segmentation import UNNAMED_PROGRAM
from lutetia.dicom.read.series import SeriesFiles, require_kind
from lutetia.dicom.read.spect import SpectImage
from lutetia.dicom.read.stated import NOTHING_STATED, Stated, merged, require_patient
from lutetia.volume import Contours
from lutetia.volume.contour import SAME_PLANE_MM

Image = CtImage | SpectImage | PetImage

PLANES_THAT_TELL = 3
"""Two planes with a gap may be two ends of a region; three at even distances are a habit of drawing."""

_FILLED = {"CLOSED_PLANAR", "CLOSEDPLANAR_XOR"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureSet:
    """The regions of one structure set.

    Attributes
    ----------
    regions : mapping of str to Contours
        By the name their author gave; only regions with closed contours.
    frame_of_reference : str
        The coordinate system they are drawn in.
    referenced_series_uid : str or None
        The image series they were drawn on.
    notes : tuple of str
        What was left out.
    automatic : mapping of str to str
        Regions that a program made by itself (ROIGenerationAlgorithm), and what is said of it.
    """

    regions: Mapping[str, Contours]
    series_uid: str
    study_uid: str
    frame_of_reference: str
    referenced_series_uid: str | None
    patient_id: str | None = field(repr=False)
    label: str
    notes: tuple[str, ...] = ()
    automatic: Mapping[str, str] = field(default_factory=dict)


def read_structures(
    series: SeriesFiles,
    *,
    image: Image | None = None,
    timezone: tzinfo | None = None,
    expected_patient_id: str | None = None,
    stated: Stated = NOTHING_STATED,
) -> StructureSet:
    """Read a structure set.

    Parameters
    ----------
    series : SeriesFiles
        From :func:`lutetia.dicom.read.scan_folder`; one file.
    image : CtImage, SpectImage or PetImage, optional
        The image it is to be laid on; must have the same frame of reference and patient.
    timezone, expected_patient_id, stated
        As for :func:`lutetia.dicom.read.read_spect`.

    Raises
    ------
    DicomInputError
        If it belongs to another image or patient, or its regions are ambiguous.
    """
    stated = merged(stated, timezone, expected_patient_id)
    require_kind(series, "structures")
    require_patient(series.patient_id, stated, series.where)
    if len(series.files) != 1:
        raise DicomInputError(
            series.where,
            f"the series holds {len(series.files)} structure sets",
            "leave the one that is to be used in the folder",
        )
    header = open_header(series.files[0], series.where, pixels=True)
    regions, notes = _regions(header)
    frames = {region.frame_of_reference for region in regions.values()}
    if len(frames) != 1:
        found = "it holds no region with closed contours" if not frames else "its regions lie in different frames"
        raise DicomInputError(series.where, found, "export the regions of one image in one structure set")
    structures = StructureSet(
        regions=MappingProxyType(regions),
        series_uid=series.series_uid,
        study_uid=series.study_uid,
        frame_of_reference=str(frames.pop()),
        referenced_series_uid=_referenced(header),
        patient_id=series.patient_id,
        label=header.text("StructureSetLabel") or "",
        notes=notes,
        automatic=MappingProxyType(_automatic(header, regions)),
    )
    if image is None:
        return structures
    require_drawn_on(structures, image)
    return _with_slab(structures, image)


def require_drawn_on(structures: StructureSet, image: Image) -> None:
    """Refuse a structure set that was not drawn in the coordinates of this image, or on this patient.

    Raises
    ------
    DicomInputError
        If frame of reference or patient differ.
    """
    where = f"structures series {structures.series_uid}"
    if structures.patient_id != image.patient_id:
        raise DicomInputError(
            where, "its patient id is not that of the image", "give the structure set drawn on this image"
        )
    if structures.frame_of_reference != image.frame_of_reference:
        drawn_on = structures.referenced_series_uid
        raise DicomInputError(
            where,
            f"its frame of reference is not that of the image series {image.series_uid}"
            + (f"; it was drawn on series {drawn_on}" if drawn_on and drawn_on != image.series_uid else ""),
            "give the structure set drawn on this image, or register the two first",
            "the same millimetres mean another place in the patient",
        )


def _with_slab(structures: StructureSet, image: Image) -> StructureSet:
    """Tell the contours how far apart the slices they were drawn on are, where this is the image they refer to."""
    if structures.referenced_series_uid != image.series_uid:
        return structures
    slab_mm = image.volume.geometry.spacing_mm[0]
    normal = image.volume.geometry.directions[0]
    regions, notes = {}, []
    for name, region in structures.regions.items():
        every = _every_slices(region, normal, slab_mm)
        if region.slab_mm is None and every > 1:
            notes.append(f"'{name}' is drawn on one slice in {every} only; those between are filled from the nearest")
            regions[name] = region
        else:
            regions[name] = replace(region, slab_mm=region.slab_mm or slab_mm)
    return replace(structures, regions=MappingProxyType(regions), notes=(*structures.notes, *notes))


def _every_slices(region: Contours, normal: NDArray[np.float64], slice_mm: float) -> int:
    """Return how many slices lie between neighbouring contours at least; 1 where too few planes can tell."""
    along = np.sort([float(polygon.mean(axis=0) @ normal) for polygon in region.polygons])
    steps = np.diff(along)
    steps = steps[steps > SAME_PLANE_MM]
    if steps.size + 1 < PLANES_THAT_TELL:
        return 1
    return max(1, round(float(steps.min()) / slice_mm))


def _regions(header: Header) -> tuple[dict[str, Contours], tuple[str, ...]]:
    where = header.where
    described = {item.text("ROINumber"): item for item in header.items("StructureSetROISequence")}
    regions: dict[str, Contours] = {}
    notes: list[str] = []
    for drawn in header.items("ROIContourSequence"):
        number = drawn.text("ReferencedROINumber")
        item = described.get(number)
        if item is None:
            raise DicomInputError(
                where, f"contours refer to region {number}, which is not described", "export it again"
            )
        name = item.text("ROIName") or f"region {number}"
        polygons, left_out = _polygons(drawn, name)
        if left_out:
            notes.append(f"'{name}': {left_out} points or open lines are not regions and are left out")
        if not polygons:
            notes.append(f"'{name}' has no closed contour")
            continue
        if name in regions:
            raise DicomInputError(where, f"two regions are called '{name}'", "give each region a name of its own")
        frame = item.text("ReferencedFrameOfReferenceUID")
        if frame is None:
            raise DicomInputError(where, f"'{name}' has no frame of reference", "export the structure set again")
        regions[name] = Contours(name=name, polygons=polygons, frame_of_reference=frame, slab_mm=_slab(drawn))
    return regions, tuple(notes)


def _automatic(header: Header, regions: Mapping[str, Contours]) -> dict[str, str]:
    """Return the regions that no person had a part in; an empty algorithm says nothing about it."""
    described = ((item.text("ROIName") or "", item) for item in header.items("StructureSetROISequence"))
    return {
        name: item.text("ROIGenerationDescription") or UNNAMED_PROGRAM
        for name, item in described
        if name in regions and item.text("ROIGenerationAlgorithm") == "AUTOMATIC"
    }


def _polygons(drawn: Header, name: str) -> tuple[tuple[NDArray[np.float64], ...], int]:
    polygons, left_out = [], 0
    for contour in drawn.items("ContourSequence"):
        if contour.text("ContourGeometricType") not in _FILLED:
            left_out += 1
            continue
        data = contour.coordinates("ContourData")
        declared = contour.number("NumberOfContourPoints")
        if data.size % 3 or (declared is not None and declared * 3 != data.size):
            raise DicomInputError(
                contour.where, f"a contour of '{name}' is cut off: {data.size} coordinates", "export it again"
            )
        if data.size < 9:
            left_out += 1
            continue
        polygons.append(data.reshape(-1, 3))
    return tuple(polygons), left_out


def _slab(drawn: Header) -> float | None:
    """Return the thickness the contours state [mm], where all state the same."""
    stated = {contour.number("ContourSlabThickness") for contour in drawn.items("ContourSequence")}
    only = stated.pop() if len(stated) == 1 else None
    return only if only and only > 0 else None


def _referenced(header: Header) -> str | None:
    for frame in header.items("ReferencedFrameOfReferenceSequence"):
        for study in frame.items("RTReferencedStudySequence"):
            for series in study.items("RTReferencedSeriesSequence"):
                if uid := series.text("SeriesInstanceUID"):
                    return uid
    return None
