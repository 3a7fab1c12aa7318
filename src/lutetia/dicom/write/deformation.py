"""How one scan lies to another where parts of the patient moved too, as a Deformable Spatial Registration object.

The object's frame of reference, the registered one, is that of the scan in which the deformation begins. A vector grid
displaces its places, and a matrix after that leads to the scan in which it ends, the object's source, where the
standard has values looked up. The same way takes a contour of the first scan to the second.

Source: DICOM PS3.3 A.39.2 (Deformable Spatial Registration IOD), C.20.3 (module), C.20.3.1.1 (order of the steps),
C.20.3.1.3 (order of the vectors).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lutetia.dicom.package import pydicom_package
from lutetia.dicom.read.identity import ObjectReference
from lutetia.dicom.write.header import Header, code, orientation, position, save
from lutetia.dicom.write.references import instance_item, refer
from lutetia.dicom.write.registration import BY_CONTENT, SAME, new_registration, rigid_matrix
from lutetia.volume import Deformation, Geometry, Rigid

DEFORMABLE_SPATIAL_REGISTRATION_STORAGE: Final = "1.2.840.10008.5.1.4.1.1.66.3"


def write_deformation(
    path: Path,
    deformation: Deformation,
    header: Header,
    *,
    begins: Sequence[ObjectReference],
    ends: Sequence[ObjectReference],
    ends_frame_of_reference: str,
    description: str = "",
) -> None:
    """Write a deformation.

    Parameters
    ----------
    path : Path
        The file.
    deformation : Deformation
    header : Header
        Its frame of reference is that of the scan in which the deformation begins.
    begins, ends : sequence of ObjectReference
        The images of both scans, at least one each.
    ends_frame_of_reference : str
    description : str
        Cut to 64 characters, as the standard has it.
    """
    dataset = new_registration(
        header, DEFORMABLE_SPATIAL_REGISTRATION_STORAGE, "DEFORMATION", description, (begins, ends)
    )
    still = _item(begins, header.frame_of_reference, SAME)
    moved = _item(ends, ends_frame_of_reference, BY_CONTENT)
    moved.PreDeformationMatrixRegistrationSequence = [rigid_matrix(Rigid())]
    moved.PostDeformationMatrixRegistrationSequence = [rigid_matrix(deformation.motion)]
    moved.DeformableRegistrationGridSequence = [_grid(deformation)]
    dataset.DeformableRegistrationSequence = [still, moved]
    refer(dataset, header, [*begins, *ends])
    save(dataset, path)


def _item(images: Sequence[ObjectReference], frame: str, how: tuple[str, str]) -> Any:
    item = pydicom_package().Dataset()
    item.SourceFrameOfReferenceUID = frame
    item.ReferencedImageSequence = [instance_item(one) for one in images]
    item.RegistrationTypeCodeSequence = [code(*how, "DCM")]
    return item


def _grid(deformation: Deformation) -> Any:
    """Return the vectors: along rows, then columns, then in the direction of the cross product of the two."""
    grid, vectors = _right_handed(deformation)
    item = pydicom_package().Dataset()
    item.ImageOrientationPatient, item.ImagePositionPatient = orientation(grid), position(grid, 0)
    item.GridDimensions = list(reversed(grid.shape))
    item.GridResolution = [float(step) for step in reversed(grid.spacing_mm)]
    item.VectorGridData = np.ascontiguousarray(vectors, dtype="<f4").tobytes()
    return item


def _right_handed(deformation: Deformation) -> tuple[Geometry, NDArray[np.float32]]:
    """Return grid and vectors, from the other end where the planes follow each other against that direction."""
    grid, vectors = deformation.grid, deformation.displacement_mm
    depth, down, along = grid.directions
    if np.cross(along, down) @ depth > 0:
        return grid, vectors
    x, y, z = (float(v) for v in grid.to_patient((grid.shape[0] - 1, 0, 0)))
    a, b, c = (-float(v) for v in depth)
    return replace(grid, origin_mm=(x, y, z), axes=((a, b, c), *grid.axes[1:])), vectors[::-1]
