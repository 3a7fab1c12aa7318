"""Where the slices of a multi-frame SPECT lie, what their values mean, and how long they took.

Position and orientation stand at the top of the header or only inside the detector sequence. The slices are stacked
along the normal of the first one, against it where the spacing is negative; they are put into the order of the
normal here, so that no flip remains.

Source: DICOM PS3.3 C.8.4.8 (NM Multi-frame), C.8.4.11 (NM Detector), C.8.4.14 (NM TOMO Acquisition),
C.8.4.15 (NM Reconstruction), C.7.6.16.2.11 (Real World Value Mapping).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lutetia.dicom.error import DicomInputError
from lutetia.dicom.read.header import Header
from lutetia.dicom.read.stack import axes_from, geometry_from
from lutetia.volume import Geometry

FULL_TURN_DEGREES = 360.0


@dataclass(frozen=True, slots=True)
class Duration:
    """Length of the acquisition [s], or None where the header leaves it open, and why."""

    seconds: float | None
    found: str


def ordered_frames(
    header: Header, stored: NDArray[np.float32], series_uid: str
) -> tuple[NDArray[np.float32], Geometry, tuple[str, ...]]:
    """Return the frames in the order of their normal, where they lie, and what was assumed.

    Raises
    ------
    DicomInputError
        If frames are not one stack of slices, or their place is not given.
    """
    where = header.where
    frames = stored[None] if stored.ndim == 2 else stored
    frames = frames[_slice_order(header, len(frames))]
    cosines, position = _placed(header, "ImageOrientationPatient", 6), _placed(header, "ImagePositionPatient", 3)
    spacing = header.vector("PixelSpacing", 2)
    if cosines is None or position is None or spacing is None:
        missing = [
            name
            for name, value in (
                ("ImageOrientationPatient", cosines),
                ("ImagePositionPatient", position),
                ("PixelSpacing", spacing),
            )
            if value is None
        ]
        raise DicomInputError(
            where,
            f"{' and '.join(missing)} stand neither at the top of the header nor in the detector sequence",
            "export the reconstruction with its geometry",
            "left and right, head and feet could not be told",
        )
    step, notes = _step(header)
    axes = axes_from(cosines, where)
    origin = np.asarray(position, dtype=np.float64)
    if step < 0:
        origin = origin + axes[0] * step * (len(frames) - 1)
        frames = frames[::-1]
    frame_of_reference = header.text("FrameOfReferenceUID") or series_uid
    geometry = geometry_from(
        axes,
        (abs(step), spacing[0], spacing[1]),
        origin,
        (len(frames), frames.shape[1], frames.shape[2]),
        frame_of_reference,
        where,
    )
    return np.ascontiguousarray(frames), geometry, notes


def quantity(header: Header) -> tuple[float, float, Literal["count", "Bq/mL"], str]:
    """Return slope, intercept and unit that turn stored values into a quantity, and where they stand.

    Raises
    ------
    DicomInputError
        If the unit stated is neither counts nor activity per volume.
    """
    maps = header.items("RealWorldValueMappingSequence")
    for item in maps:
        code = item.first("MeasurementUnitsCodeSequence")
        unit = ((code.text("CodeValue") if code else None) or "").lower()
        slope = item.number("RealWorldValueSlope")
        if slope is None or len(maps) > 1:
            raise DicomInputError(
                header.where, "its real-world value map is not one straight line", "export the reconstruction again"
            )
        if unit in {"bq/ml", "bq/cm3"}:
            return slope, item.number("RealWorldValueIntercept") or 0.0, "Bq/mL", "RealWorldValueMapping in Bq/ml"
        if unit in {"{counts}", "{count}", "{cnt}"}:
            return slope, item.number("RealWorldValueIntercept") or 0.0, "count", "RealWorldValueMapping in counts"
        raise DicomInputError(
            header.where,
            f"its real-world values are in '{unit or 'no unit'}', neither counts nor Bq/ml",
            "export the reconstruction in counts or in Bq/ml",
        )
    slope, intercept = header.number("RescaleSlope") or 1.0, header.number("RescaleIntercept") or 0.0
    units = header.text("Units")
    if units in {None, "CNTS"}:
        return slope, intercept, "count", "counts, as nuclear medicine images are unless they say otherwise"
    if units == "BQML":
        return slope, intercept, "Bq/mL", "Units BQML"
    raise DicomInputError(
        header.where, f"Units is '{units}', which is no activity", "export the reconstruction in counts or in Bq/ml"
    )


def duration_of(header: Header) -> Duration:
    """Return the acquisition's length where the header leaves one reading only.

    Frame duration times frames per head is the length when the heads together see every angle once: as many
    detectors are described as stated, more than one, and each turns through its part of a full circle.
    """
    rotations = header.items("RotationInformationSequence")
    heads = header.number("NumberOfDetectors")
    if len(rotations) != 1:
        return Duration(None, f"{len(rotations) or 'no'} rotations are described; one is needed to tell the duration")
    frame_ms = rotations[0].number("ActualFrameDuration")
    frames = rotations[0].number("NumberOfFramesInRotation")
    arc, step = rotations[0].number("ScanArc"), rotations[0].number("AngularStep")
    if not frame_ms or not frames:
        return Duration(None, "duration or number of the projections is missing")
    told = f"{frames:.0f} projections of {frame_ms / 1000:g} s, {heads or 0:.0f} detectors stated"
    if not heads or heads < 2:
        return Duration(None, f"{told}: two-headed cameras may write one, which halves the time")
    if not arc or not step or len(header.items("DetectorInformationSequence")) != heads:
        return Duration(None, f"{told}: whether the projections are counted per head is not said")
    if abs(frames * abs(step) - arc) > abs(step) or heads * arc > FULL_TURN_DEGREES + abs(step):
        return Duration(None, f"{told} over {arc:g} degrees: whether they are counted per head cannot be told")
    return Duration(frame_ms / 1000 * frames, f"{told}, each head over {arc:g} degrees")


def _placed(header: Header, keyword: str, length: int) -> tuple[float, ...] | None:
    """Return a geometry attribute from the top of the header or from its first detector."""
    top = header.vector(keyword, length)
    detector = header.first("DetectorInformationSequence")
    return top if top is not None or detector is None else detector.vector(keyword, length)


def _slice_order(header: Header, frames: int) -> list[int]:
    """Return the frame of each slice; refuse more than one time, window or gate."""
    declared = header.number("NumberOfSlices")
    if declared is not None and declared != frames:
        raise DicomInputError(
            header.where,
            f"{frames} frames for {declared:.0f} slices: slices are missing, or there are several windows or times",
            "export one reconstruction of the emission window per series",
        )
    vector = [int(n) for n in header.numbers("SliceVector")]
    if not vector:
        return list(range(frames))
    if sorted(vector) != list(range(1, frames + 1)):
        raise DicomInputError(
            header.where, "SliceVector does not number each frame once", "export the reconstruction again"
        )
    return [int(n) for n in np.argsort(vector)]


def _step(header: Header) -> tuple[float, tuple[str, ...]]:
    """Return the signed distance between slices [mm]."""
    between = header.number("SpacingBetweenSlices")
    if between:
        return between, ()
    thickness = header.number("SliceThickness")
    if not thickness:
        raise DicomInputError(
            header.where, "neither SpacingBetweenSlices nor SliceThickness is given", "export the reconstruction again"
        )
    return abs(thickness), ("SpacingBetweenSlices is missing; reconstructed slices are taken to touch each other",)
