"""How one scan lies to another, as a Spatial Registration object.

The object's frame of reference is that of the scan onto which things were moved; the matrix leads from the other scan's
patient coordinates [mm] into it.

Source: DICOM PS3.3 A.39.1 (Spatial Registration IOD), C.20.2 (Spatial Registration Module), C.20.2.1.1 (the matrix).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from lutetia.dicom.package import pydicom_package
from lutetia.dicom.read.identity import ObjectReference
from lutetia.dicom.write.header import Header, code, da, ds, new_object, save, tm, uid_of
from lutetia.dicom.write.references import instance_item, refer
from lutetia.volume import Rigid

SPATIAL_REGISTRATION_STORAGE: Final = "1.2.840.10008.5.1.4.1.1.66.1"
LONGEST_TEXT: Final = 64
SAME: Final = ("125021", "Frame of Reference Identity")
BY_CONTENT: Final = ("125024", "Image Content-based Alignment")
"""Types of registration, PS3.16 CID 7100."""


def write_registration(
    path: Path,
    motion: Rigid,
    header: Header,
    *,
    moved: Sequence[ObjectReference],
    moved_frame_of_reference: str,
    fixed: Sequence[ObjectReference],
    description: str = "",
) -> None:
    """Write a rigid motion.

    Parameters
    ----------
    path : Path
        The file.
    motion : Rigid
        From the moved scan's patient coordinates to those of the fixed one.
    header : Header
        Its frame of reference is the fixed scan's.
    moved, fixed : sequence of ObjectReference
        The images of both scans, at least one each. They are named one by one, because two scans in one frame of
        reference between which the patient moved cannot be told apart by it.
    moved_frame_of_reference : str
    description : str
        Cut to 64 characters, as the standard has it.
    """
    dataset = new_registration(header, SPATIAL_REGISTRATION_STORAGE, "REGISTRATION", description, (moved, fixed))
    dataset.RegistrationSequence = [
        _item(fixed, header.frame_of_reference, Rigid(), SAME),
        _item(moved, moved_frame_of_reference, motion, BY_CONTENT),
    ]
    refer(dataset, header, [*fixed, *moved])
    save(dataset, path)


def new_registration(
    header: Header, sop_class: str, label: str, description: str, scans: Sequence[Sequence[ObjectReference]]
) -> Any:
    """Return what a registration of any kind begins with.

    Raises
    ------
    ValueError
        If one of the scans has no images.
    """
    if not all(scans):
        raise ValueError("a registration names the images of both scans")
    dataset = new_object(header, sop_class, uid_of(header.series_uid, "0"), "REG")
    dataset.Laterality = ""
    dataset.InstanceNumber, dataset.ContentLabel = 1, label
    dataset.ContentDescription, dataset.ContentCreatorName = description[:LONGEST_TEXT], ""
    dataset.ContentDate, dataset.ContentTime = da(header.acquired_at), tm(header.acquired_at)
    return dataset


def _item(images: Sequence[ObjectReference], frame: str, motion: Rigid, how: tuple[str, str]) -> Any:
    new = pydicom_package().Dataset
    registration = new()
    registration.RegistrationTypeCodeSequence = [code(*how, "DCM")]
    registration.MatrixSequence = [rigid_matrix(motion)]
    item = new()
    item.FrameOfReferenceUID = frame
    item.ReferencedImageSequence = [instance_item(one) for one in images]
    item.MatrixRegistrationSequence = [registration]
    return item


def rigid_matrix(motion: Rigid) -> Any:
    """Return a rigid motion as an item that holds its matrix of four rows."""
    matrix = pydicom_package().Dataset()
    matrix.FrameOfReferenceTransformationMatrixType = "RIGID"
    rows = [(*row, shift) for row, shift in zip(motion.rotation, motion.translation_mm, strict=True)]
    matrix.FrameOfReferenceTransformationMatrix = [ds(x) for row in (*rows, (0.0, 0.0, 0.0, 1.0)) for x in row]
    return matrix
