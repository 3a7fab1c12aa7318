"""A reconstructed SPECT as one multi-frame nuclear medicine object.

Source: DICOM PS3.3 A.5 (Nuclear Medicine Image).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lutetia.dicom.package import pydicom_package
from lutetia.dicom.write.header import (
    Header,
    WrittenSeries,
    code,
    ds,
    image_times,
    new_object,
    orientation,
    pixels,
    position,
    radiopharmaceutical,
    require_frame,
    save,
    supine_headfirst,
    uid_of,
)
from lutetia.volume import Volume

NM_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.20"
LARGEST_STORED = 65535


@dataclass(frozen=True, slots=True, kw_only=True)
class SpectAcquisition:
    """How the camera turned.

    Attributes
    ----------
    heads : int
        At least 2; together they see a full circle once, which leaves one reading of the duration.
    projections_per_head : int
    projection_s : float
        Duration of one projection [s].
    windows_kev : tuple of (float, float)
        Emission window or windows [keV].
    corrections : tuple of str
        What the reconstruction corrected, in DICOM's terms.
    """

    heads: int = 2
    projections_per_head: int = 48
    projection_s: float = 25.0
    windows_kev: tuple[tuple[float, float], ...] = ((187.2, 228.8),)
    corrections: tuple[str, ...] = ("UNIF", "ATTN", "SCAT")

    def __post_init__(self) -> None:
        if self.heads < 2 or self.projections_per_head < 1 or self.projection_s <= 0 or not self.windows_kev:
            raise ValueError("a SPECT has two heads or more, projections that last, and an energy window")

    @property
    def duration_s(self) -> float:
        """Length of the acquisition [s]."""
        return self.projections_per_head * self.projection_s


def write_spect(
    path: Path, volume: Volume, header: Header, *, acquisition: SpectAcquisition = SpectAcquisition()
) -> WrittenSeries:
    """Write a reconstructed SPECT.

    Whole counts up to 65535 are stored as they are. Other values are stored as 65535 parts of their maximum, with
    a real-world value map that turns them back into counts or Bq/mL.

    Parameters
    ----------
    path : Path
        The file.
    volume : Volume
        In ``"count"`` or ``"Bq/mL"``, not negative, as acquired (not corrected for decay).
    header : Header
    acquisition : SpectAcquisition
    """
    if volume.unit not in {"count", "Bq/mL"} or volume.values.min() < 0:
        raise ValueError(f"a SPECT holds counts or Bq/mL, none negative, not {volume.unit}")
    geometry = volume.geometry
    require_frame(geometry, header)
    uid = uid_of(header.series_uid, "0")
    dataset = new_object(header, NM_IMAGE_STORAGE, uid, "NM")
    image_times(dataset, header)
    dataset.ImageType = ["DERIVED", "PRIMARY", "RECON TOMO", "EMISSION"]
    dataset.InstanceNumber = 1
    dataset.CorrectedImage = list(acquisition.corrections)
    _frames(dataset, volume)
    _windows(dataset, acquisition)
    _camera(dataset, volume, acquisition)
    given = header.administered
    dataset.RadiopharmaceuticalInformationSequence = (
        [radiopharmaceutical(given, header, becquerel=False)] if given else []
    )
    supine_headfirst(dataset)
    save(dataset, path)
    return WrittenSeries(
        files=(path,),
        study_uid=header.study_uid,
        series_uid=header.series_uid,
        sop_class_uid=NM_IMAGE_STORAGE,
        instance_uids=(uid,),
        geometry=geometry,
    )


def _frames(dataset: Any, volume: Volume) -> None:
    """Write the slices as frames, and the map back to values where they are not whole counts."""
    slices = volume.geometry.shape[0]
    values, largest = volume.values, float(volume.values.max())
    whole = volume.unit == "count" and largest <= LARGEST_STORED and bool((values == np.round(values)).all())
    slope = 1.0 if whole or largest == 0 else largest / LARGEST_STORED
    pixels(dataset, np.round(values.astype(np.float64) / slope), volume.geometry, signed=False)
    dataset.NumberOfFrames = dataset.NumberOfSlices = slices
    dataset.FrameIncrementPointer = 0x00540080
    dataset.SliceVector = list(range(1, slices + 1))
    total = round(volume.total())
    dataset.CountsAccumulated = total if volume.unit == "count" and total < 2**31 else ""
    if not whole:
        dataset.RealWorldValueMappingSequence = [_value_map(slope, volume.unit)]


def _value_map(slope: float, unit: str) -> Any:
    item = pydicom_package().Dataset()
    item.RealWorldValueFirstValueMapped, item.RealWorldValueLastValueMapped = 0, LARGEST_STORED
    item["RealWorldValueFirstValueMapped"].VR = item["RealWorldValueLastValueMapped"].VR = "US"
    item.RealWorldValueSlope, item.RealWorldValueIntercept = slope, 0.0
    item.LUTLabel, item.LUTExplanation = "value", "stored value to reconstructed value"
    ucum = code("Bq/ml", "Becquerels/milliliter", "UCUM") if unit == "Bq/mL" else code("{counts}", "Counts", "UCUM")
    item.MeasurementUnitsCodeSequence = [ucum]
    return item


def _windows(dataset: Any, acquisition: SpectAcquisition) -> None:
    """Write one energy window group of one or more ranges."""
    make = pydicom_package().Dataset
    group = make()
    group.EnergyWindowName, group.EnergyWindowRangeSequence = "emission", []
    for low, high in acquisition.windows_kev:
        limits = make()
        limits.EnergyWindowLowerLimit, limits.EnergyWindowUpperLimit = ds(low), ds(high)
        group.EnergyWindowRangeSequence.append(limits)
    dataset.NumberOfEnergyWindows, dataset.EnergyWindowInformationSequence = 1, [group]


def _camera(dataset: Any, volume: Volume, acquisition: SpectAcquisition) -> None:
    """Write detectors with the place of the first slice, the rotation, and the reconstruction."""
    make, geometry = pydicom_package().Dataset, volume.geometry
    arc = 360.0 / acquisition.heads
    detectors = []
    for head in range(acquisition.heads):
        detector = make()
        detector.CollimatorType, detector.FocalDistance = "PARA", "0"
        detector.StartAngle = ds(head * arc)
        detector.ImagePositionPatient, detector.ImageOrientationPatient = position(geometry, 0), orientation(geometry)
        detectors.append(detector)
    dataset.NumberOfDetectors, dataset.DetectorInformationSequence = acquisition.heads, detectors
    rotation = make()
    rotation.StartAngle, rotation.ScanArc, rotation.RotationDirection = "0", ds(arc), "CW"
    rotation.AngularStep = ds(arc / acquisition.projections_per_head)
    rotation.ActualFrameDuration = round(acquisition.projection_s * 1000)
    rotation.NumberOfFramesInRotation = acquisition.projections_per_head
    dataset.NumberOfRotations, dataset.RotationInformationSequence = 1, [rotation]
    normal = np.cross(geometry.directions[2], geometry.directions[1])
    sign = float(np.sign(normal @ geometry.directions[0]))
    dataset.SpacingBetweenSlices, dataset.SliceThickness = ds(sign * geometry.spacing_mm[0]), ds(geometry.spacing_mm[0])
