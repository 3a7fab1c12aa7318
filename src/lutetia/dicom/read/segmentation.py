"""SEG: regions as voxels, with their own grid.

Source: DICOM PS3.3 A.51 (Segmentation).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from lutetia.dicom.error import DicomInputError
from lutetia.dicom.package import highdicom_package
from lutetia.dicom.read.header import damage, open_header, tolerant
from lutetia.dicom.read.series import SeriesFiles, require_kind
from lutetia.dicom.read.stack import geometry_from
from lutetia.dicom.read.stated import NOTHING_STATED, Stated, merged, require_patient
from lutetia.volume import Geometry, Mask

UNNAMED_PROGRAM: Final = "a program that does not name itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segmentation:
    """The regions of one segmentation.

    Attributes
    ----------
    masks : mapping of str to Mask
        By segment label, on the segmentation's own grid, which may be smaller than the image's;
        :func:`lutetia.volume.resample_mask` brings them onto the image.
    automatic : mapping of str to str
        Segment labels that a program made by itself, and its name.
    aided : mapping of str to str
        Segment labels that a person made with a program (SEMIAUTOMATIC), and its name, where it is given.
    """

    masks: Mapping[str, Mask]
    series_uid: str
    study_uid: str
    frame_of_reference: str
    referenced_series_uid: str | None
    patient_id: str | None = field(repr=False)
    automatic: Mapping[str, str] = field(default_factory=dict)
    aided: Mapping[str, str] = field(default_factory=dict)


def read_segmentation(
    series: SeriesFiles, *, expected_patient_id: str | None = None, stated: Stated = NOTHING_STATED
) -> Segmentation:
    """Read a binary segmentation or label map, or a fractional one that holds nothing between none and all.

    Parameters
    ----------
    series : SeriesFiles
        From :func:`lutetia.dicom.read.scan_folder`; one file.
    expected_patient_id, stated
        As for :func:`lutetia.dicom.read.read_spect`.

    Raises
    ------
    DicomInputError
        If it holds parts of voxels, is ambiguous, not on a regular grid, or of another patient.
    """
    stated = merged(stated, None, expected_patient_id)
    require_kind(series, "segmentation")
    require_patient(series.patient_id, stated, series.where)
    if len(series.files) != 1:
        raise DicomInputError(
            series.where, f"the series holds {len(series.files)} segmentations", "leave the one that is to be used"
        )
    header = open_header(series.files[0], series.where, pixels=True)
    referenced = header.first("ReferencedSeriesSequence")
    with tolerant():
        masks = _masks(header.dataset, series)
    return Segmentation(
        masks=MappingProxyType(masks),
        series_uid=series.series_uid,
        study_uid=series.study_uid,
        frame_of_reference=next(str(mask.geometry.frame_of_reference) for mask in masks.values()),
        referenced_series_uid=referenced.text("SeriesInstanceUID") if referenced else None,
        patient_id=series.patient_id,
        automatic=MappingProxyType({name: by or UNNAMED_PROGRAM for name, by in _by(header.dataset, "AUTOMATIC")}),
        aided=MappingProxyType({name: by for name, by in _by(header.dataset, "SEMIAUTOMATIC") if by}),
    )


def _masks(dataset: Any, series: SeriesFiles) -> dict[str, Mask]:
    seg_module = highdicom_package().seg
    try:
        segmentation = seg_module.Segmentation.from_dataset(dataset)
        numbers = list(segmentation.segment_numbers)
        volume = segmentation.get_volume(segment_numbers=numbers, combine_segments=False)
    except damage() as error:
        raise DicomInputError(
            series.where, f"its frames do not make a regular grid ({error})", "export it on the grid of its image"
        ) from None
    if not np.isin(volume.array, (0, 1)).all():
        raise DicomInputError(
            series.where,
            "it is fractional: voxels belong to a segment in part or with a probability",
            "export it as a binary segmentation",
            "where its edge lies would be a choice that nobody made",
        )
    geometry = _geometry(volume, series)
    masks: dict[str, Mask] = {}
    for n, number in enumerate(numbers):
        name = str(segmentation.get_segment_description(number).segment_label)
        if name in masks:
            raise DicomInputError(series.where, f"two segments are called '{name}'", "give each a name of its own")
        masks[name] = Mask(voxels=np.asarray(volume.array[..., n], dtype=np.bool_), geometry=geometry, name=name)
    if not masks:
        raise DicomInputError(series.where, "it holds no segment", "export the segmentation again")
    return masks


def _by(dataset: Any, kind: str) -> Iterator[tuple[str, str]]:
    """Yield the segments of one SegmentAlgorithmType with the name of the algorithm, which may be empty."""
    for segment in dataset.SegmentSequence:
        if str(segment.get("SegmentAlgorithmType", "")) == kind:
            yield str(segment.SegmentLabel), str(segment.get("SegmentAlgorithmName") or "")


def _geometry(volume: Any, series: SeriesFiles) -> Geometry:
    """Turn highdicom's affine, LPS mm by array index, into a geometry."""
    steps = np.asarray(volume.affine)[:3, :3].T
    spacing = np.linalg.norm(steps, axis=1)
    shape = tuple(int(n) for n in volume.array.shape[:3])
    frame = str(volume.frame_of_reference_uid or series.frame_of_reference or series.series_uid)
    return geometry_from(
        steps / spacing[:, None],
        (float(spacing[0]), float(spacing[1]), float(spacing[2])),
        np.asarray(volume.affine)[:3, 3],
        (shape[0], shape[1], shape[2]),
        frame,
        series.where,
    )
