"""A dose map as RTDOSE that a hospital's archive and its planning systems can open.

The dose was given by a radiopharmaceutical, so there is no RT plan that could be referred to, and none is made up:
DoseSummationType is PLAN_OVERVIEW, the one term that needs neither a plan nor a treatment record but an overview of
what was given. Absorbed dose is PHYSICAL, biologically effective dose EFFECTIVE; both in GY.

Source: DICOM PS3.3 A.18.3 (RT Dose), C.8.8.3 (RT Dose Module), C.8.8.3.2 (Grid Frame Offset Vector), C.12.2 (Common
Instance Reference).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from lutetia.dicom.package import pydicom_package
from lutetia.dicom.read.identity import ObjectReference
from lutetia.dicom.write.header import (
    Header,
    WrittenSeries,
    code,
    da,
    ds,
    new_object,
    orientation,
    position,
    require_frame,
    save,
    tm,
    uid_of,
)
from lutetia.dicom.write.references import instance_item, refer
from lutetia.errors import InputError
from lutetia.volume import Geometry, Volume

RT_DOSE_STORAGE = "1.2.840.10008.5.1.4.1.1.481.2"
UPRIGHT_WITHIN = 1e-4
"""Cosines this near to an axis of the patient are that axis; scanners write six decimals."""
LONGEST_TEXT = 64

DoseKind = Literal["PHYSICAL", "EFFECTIVE"]


def write_dose(
    path: Path,
    dose: Volume,
    header: Header,
    *,
    kind: DoseKind = "PHYSICAL",
    comment: str = "",
    label: str = "Radionuclide",
    made_from: Sequence[ObjectReference] = (),
    bits: Literal[16, 32] = 32,
) -> WrittenSeries:
    """Write a dose map.

    Parameters
    ----------
    path : Path
        The file.
    dose : Volume
        In Gy, not negative, on a grid along the patient's axes.
    header : Header
        Its frame of reference is that of the image the dose was made from.
    kind : {"PHYSICAL", "EFFECTIVE"}
        Absorbed dose, or biologically effective dose.
    comment : str
        Said in the object; cut to 64 characters, as the standard has it.
    label : str
        What was given, in 16 characters.
    made_from : sequence of ObjectReference
        Images and contours; the first is named as the source image.
    bits : {16, 32}
        Stored to one part in 65535, or in 4294967295, of the maximum; a few old stations read 16 only.

    Raises
    ------
    InputError
        If the grid is oblique to the patient: many stations would show such a dose in another place.
    """
    if dose.unit != "Gy" or dose.values.min() < 0:
        raise ValueError(f"an RTDOSE holds Gy, none negative, not {dose.unit}")
    require_frame(dose.geometry, header)
    _require_upright(dose.geometry)
    values, geometry = _right_handed(dose)
    dataset = new_object(header, RT_DOSE_STORAGE, uid_of(header.series_uid, "0"), "RTDOSE")
    dataset.ContentDate, dataset.ContentTime = da(header.acquired_at), tm(header.acquired_at)
    dataset.OperatorsName, dataset.InstanceNumber = "", 1
    dataset.ImageType = ["DERIVED", "SECONDARY", "DOSE"]
    _grid(dataset, geometry)
    _dose(dataset, values, kind, comment, bits)
    dataset.PlanOverviewSequence = [_overview(label)]
    _references(dataset, header, made_from)
    save(dataset, path)
    return WrittenSeries(
        files=(path,),
        study_uid=header.study_uid,
        series_uid=header.series_uid,
        sop_class_uid=RT_DOSE_STORAGE,
        instance_uids=(str(dataset.SOPInstanceUID),),
        geometry=geometry,
    )


def _require_upright(geometry: Geometry) -> None:
    cosines = np.sort(np.abs(geometry.directions), axis=1)
    if np.abs(cosines - [0.0, 0.0, 1.0]).max() > UPRIGHT_WITHIN:
        raise InputError(
            "writing RTDOSE",
            "the dose grid is oblique to the patient's axes",
            "resample the dose onto an upright grid first",
            "many stations ignore the tilt and would show the dose in another place",
        )


def _right_handed(dose: Volume) -> tuple[NDArray[np.float32], Geometry]:
    """Turn the slices round where they are stacked against the normal of their plane, which frames cannot be."""
    geometry = dose.geometry
    normal = np.cross(geometry.directions[2], geometry.directions[1])
    if normal @ geometry.directions[0] > 0:
        return dose.values, geometry
    x, y, z = geometry.to_patient((geometry.shape[0] - 1, 0, 0))
    flipped = Geometry(
        shape=geometry.shape,
        spacing_mm=geometry.spacing_mm,
        origin_mm=(float(x), float(y), float(z)),
        axes=(tuple(-c for c in geometry.axes[0]), *geometry.axes[1:]),  # type: ignore[arg-type]
        frame_of_reference=geometry.frame_of_reference,
    )
    return dose.values[::-1], flipped


def _grid(dataset: Any, geometry: Geometry) -> None:
    frames, rows, columns = geometry.shape
    dataset.NumberOfFrames, dataset.Rows, dataset.Columns = frames, rows, columns
    dataset.FrameIncrementPointer = 0x3004000C
    dataset.GridFrameOffsetVector = [ds(n * geometry.spacing_mm[0]) for n in range(frames)]
    dataset.SliceThickness = ds(geometry.spacing_mm[0])
    dataset.PixelSpacing = [ds(geometry.spacing_mm[1]), ds(geometry.spacing_mm[2])]
    dataset.ImagePositionPatient, dataset.ImageOrientationPatient = position(geometry, 0), orientation(geometry)


def _dose(dataset: Any, values: NDArray[np.float32], kind: DoseKind, comment: str, bits: int) -> None:
    largest = 2**bits - 1
    scaling = ds(float(values.max()) / largest or 1.0)
    stored = np.clip(np.round(values.astype(np.float64) / float(scaling)), 0, largest)
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = bits, bits, bits - 1, 0
    dataset.DoseUnits, dataset.DoseType, dataset.DoseSummationType = "GY", kind, "PLAN_OVERVIEW"
    dataset.DoseGridScaling = scaling
    if comment:
        dataset.DoseComment = comment[:LONGEST_TEXT]
    dataset.PixelData = stored.astype(f"<u{bits // 8}").tobytes()


def _overview(label: str) -> Any:
    item = pydicom_package().Dataset()
    item.PlanOverviewIndex, item.RTPlanLabel = 1, label[:16]
    item.NumberOfFractionsIncluded = 1
    item.TreatmentSite, item.TreatmentSiteCodeSequence = "", []
    item.PrescriptionOverviewSequence = []
    return item


def _references(dataset: Any, header: Header, made_from: Sequence[ObjectReference]) -> None:
    """Name what the dose was made from: the source image, then all."""
    if not made_from:
        return
    source = instance_item(made_from[0])
    source.PurposeOfReferenceCodeSequence = [code("121322", "Source image for image processing operation", "DCM")]
    dataset.SourceImageSequence = [source]
    refer(dataset, header, made_from)
