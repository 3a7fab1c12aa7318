"""Regions as a structure set that refers to the image they were drawn on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lutetia.dicom.package import pydicom_package
from lutetia.dicom.write.header import Header, WrittenSeries, da, new_object, save, tm, uid_of
from lutetia.errors import InputError
from lutetia.volume import Contours, Mask, outline

STRUCTURE_SET_STORAGE = "1.2.840.10008.5.1.4.1.1.481.3"
DETACHED_STUDY = "1.2.840.10008.3.1.2.3.1"
WRITTEN_DECIMALS = 4
"""Ten-thousandths of a millimetre; the strings stay below 16 characters."""

_COLOURS = ((230, 159, 0), (86, 180, 233), (0, 158, 115), (240, 228, 66), (0, 114, 178), (213, 94, 0), (204, 121, 167))


def write_structures(
    path: Path, regions: Iterable[Contours | Mask], header: Header, *, drawn_on: WrittenSeries
) -> Path:
    """Write a structure set.

    Parameters
    ----------
    path : Path
        The file.
    regions : iterable of Contours or Mask
        Masks are written as the outlines of their voxels, which give the same mask back.
    header : Header
        Its series UID is the structure set's own.
    drawn_on : WrittenSeries
        The image, in the same frame of reference.
    """
    drawn = [outline(region) if isinstance(region, Mask) else region for region in regions]
    names = [region.name for region in drawn]
    if not drawn or len(set(names)) != len(names):
        raise ValueError("a structure set holds at least one region, and no two of one name")
    if any(region.frame_of_reference not in {None, header.frame_of_reference} for region in drawn):
        raise InputError(
            "writing DICOM",
            "a region lies in another frame of reference than the header",
            "give both the same frame of reference",
        )
    dataset = new_object(header, STRUCTURE_SET_STORAGE, uid_of(header.series_uid, "0"), "RTSTRUCT")
    dataset.InstanceNumber, dataset.OperatorsName = 1, ""
    dataset.StructureSetLabel = "Lutetia"
    dataset.StructureSetDate, dataset.StructureSetTime = da(header.acquired_at), tm(header.acquired_at)
    dataset.ApprovalStatus = "UNAPPROVED"
    dataset.ReferencedFrameOfReferenceSequence = [_reference(header, drawn_on)]
    dataset.StructureSetROISequence = [_described(n, region, header) for n, region in enumerate(drawn, 1)]
    dataset.ROIContourSequence = [_drawn(n, region, drawn_on) for n, region in enumerate(drawn, 1)]
    dataset.RTROIObservationsSequence = [_observed(n) for n in range(1, len(drawn) + 1)]
    save(dataset, path)
    return path


def _reference(header: Header, drawn_on: WrittenSeries) -> Any:
    make = pydicom_package().Dataset
    images = []
    for uid in drawn_on.instance_uids:
        image = make()
        image.ReferencedSOPClassUID, image.ReferencedSOPInstanceUID = drawn_on.sop_class_uid, uid
        images.append(image)
    series, study, frame = make(), make(), make()
    series.SeriesInstanceUID, series.ContourImageSequence = drawn_on.series_uid, images
    study.ReferencedSOPClassUID, study.ReferencedSOPInstanceUID = DETACHED_STUDY, drawn_on.study_uid
    study.RTReferencedSeriesSequence = [series]
    frame.FrameOfReferenceUID, frame.RTReferencedStudySequence = header.frame_of_reference, [study]
    return frame


def _described(number: int, region: Contours, header: Header) -> Any:
    item = pydicom_package().Dataset()
    item.ROINumber, item.ROIName = number, region.name[:64]
    item.ReferencedFrameOfReferenceUID = header.frame_of_reference
    item.ROIGenerationAlgorithm = ""  # type 2: who drew them is not known here
    return item


def _drawn(number: int, region: Contours, drawn_on: WrittenSeries) -> Any:
    make = pydicom_package().Dataset
    item = make()
    item.ReferencedROINumber = number
    item.ROIDisplayColor = list(_COLOURS[(number - 1) % len(_COLOURS)])
    item.ContourSequence = []
    for n, polygon in enumerate(region.polygons, 1):
        contour = make()
        contour.ContourNumber = n
        contour.ContourGeometricType, contour.NumberOfContourPoints = "CLOSED_PLANAR", len(polygon)
        contour.ContourData = _coordinates(polygon)
        contour.ContourImageSequence = [_image(polygon, drawn_on)]
        item.ContourSequence.append(contour)
    return item


def _coordinates(polygon: NDArray[np.float64]) -> list[str]:
    return [f"{x:.{WRITTEN_DECIMALS}f}" for x in polygon.ravel()]


def _image(polygon: NDArray[np.float64], drawn_on: WrittenSeries) -> Any:
    """Refer to the slice nearest to a contour, or to its frame."""
    item = pydicom_package().Dataset()
    k = round(float(drawn_on.geometry.to_index(polygon)[:, 0].mean()))
    k = min(max(k, 0), drawn_on.geometry.shape[0] - 1)
    item.ReferencedSOPClassUID = drawn_on.sop_class_uid
    if len(drawn_on.instance_uids) == 1:
        item.ReferencedSOPInstanceUID = drawn_on.instance_uids[0]
        item.ReferencedFrameNumber = k + 1
    else:
        item.ReferencedSOPInstanceUID = drawn_on.instance_uids[k]
    return item


def _observed(number: int) -> Any:
    item = pydicom_package().Dataset()
    item.ObservationNumber = item.ReferencedROINumber = number
    item.RTROIInterpretedType, item.ROIInterpreter = "", ""
    return item
