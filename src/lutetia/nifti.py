"""Volumes and masks as NIfTI-1, for and from tools that do not speak DICOM.

Patient coordinates are turned from DICOM's LPS to NIfTI's RAS; the place is written twice (qform and sform, code 1,
scanner). NIfTI has neither patient nor frame of reference nor unit of dose: the unit stands in ``descrip`` and the rest
in the names beside it.

Source: NIfTI-1.1 (nifti1.h), https://nifti.nimh.nih.gov/nifti-1.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lutetia.errors import InputError, MissingExtraError
from lutetia.volume import Deformation, Geometry, Mask, Volume

LONGEST_DESCRIPTION: Final = 79
LARGEST_LABEL: Final = 2**31 - 1


def nibabel_package() -> Any:
    """Return nibabel, or say how to install it."""
    try:
        import nibabel
    except ImportError:
        raise MissingExtraError("imaging", "reading or writing NIfTI") from None
    return nibabel


def write_nifti(path: Path, image: Volume | Mask, *, description: str = "") -> Path:
    """Write a volume (32-bit float) or a mask (8 bit, 0 and 1) as ``.nii`` or ``.nii.gz``.

    Parameters
    ----------
    path : Path
        Parents are made.
    image : Volume or Mask
        On any grid; an oblique one keeps its tilt.
    description : str
        Before the unit in ``descrip``; cut to 79 characters together.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    nibabel_package().save(nifti_image(image, description=description), path)
    return path


def nifti_image(image: Volume | Mask, *, description: str = "") -> Any:
    """Return a volume or a mask as nibabel holds it; see :func:`write_nifti`."""
    nibabel = nibabel_package()
    if isinstance(image, Mask):
        array: NDArray[Any] = image.voxels.astype(np.uint8)
        said = description or image.name
    else:
        array, said = image.values, f"{description} [{image.unit}]".strip()
    affine = affine_ras(image.geometry)
    written = nibabel.Nifti1Image(array.transpose(2, 1, 0), affine)
    written.set_qform(affine, code=1)
    written.set_sform(affine, code=1)
    written.header.set_xyzt_units("mm")
    written.header["descrip"] = said.encode("ascii", "replace")[:LONGEST_DESCRIPTION]
    return written


def write_displacement(path: Path, deformation: Deformation, *, description: str = "") -> Path:
    """Write the displacement of a deformation as vectors (intent 1006) along x, y, z of NIfTI's own axes (RAS) [mm].

    Parameters
    ----------
    path : Path
        Parents are made.
    deformation : Deformation
        Its rigid motion, which follows the displacement, is not in the file.
    description : str
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    nibabel = nibabel_package()
    vectors = deformation.displacement_mm.transpose(2, 1, 0, 3)[:, :, :, None, :] * np.array(
        [-1, -1, 1], dtype=np.float32
    )
    affine = affine_ras(deformation.grid)
    written = nibabel.Nifti1Image(vectors, affine)
    written.set_qform(affine, code=1)
    written.set_sform(affine, code=1)
    written.header.set_intent("displacement vector", name="displacement")
    written.header.set_xyzt_units("mm")
    said = f"{description} [mm, before the rigid motion]".strip()
    written.header["descrip"] = said.encode("ascii", "replace")[:LONGEST_DESCRIPTION]
    nibabel.save(written, path)
    return path


def read_label_map(path: Path, *, frame_of_reference: str | None) -> tuple[NDArray[np.int64], Geometry]:
    """Read a file of whole numbers, one for each region.

    Parameters
    ----------
    path : Path
        ``.nii`` or ``.nii.gz``.
    frame_of_reference : str or None
        Of the image that it was drawn on; the file itself has none.

    Returns
    -------
    labels : ndarray of int64
        Axes (z, y, x); 0 is no region.
    geometry : Geometry

    Raises
    ------
    InputError
        If it cannot be read, does not say where it lies, or holds anything but whole numbers.
    """
    nibabel = nibabel_package()
    try:
        image = nibabel.load(path)
        array = np.asanyarray(image.dataobj)
    except (
        OSError, EOFError, ValueError, KeyError, TypeError, OverflowError, MemoryError, zlib.error,
        nibabel.filebasedimages.ImageFileError, nibabel.spatialimages.HeaderDataError,
    ) as reason:  # fmt: skip
        raise InputError(path.name, "it cannot be read as NIfTI", "export it again") from reason
    return labels_of(image, array, path.name, frame_of_reference)


def labels_of(
    image: Any, array: NDArray[Any], where: str, frame_of_reference: str | None
) -> tuple[NDArray[np.int64], Geometry]:
    """Return the labels and the grid of an image as nibabel holds it; see :func:`read_label_map`."""
    if array.ndim == 4 and array.shape[3] == 1:
        array = array[..., 0]
    if array.ndim != 3:
        raise InputError(where, f"it has {array.ndim} axes", "give one label map of three axes")
    placed = {int(image.header["sform_code"]), int(image.header["qform_code"])} if "sform_code" in image.header else {1}
    if placed == {0}:
        raise InputError(where, "it does not say where in the patient it lies", "export it with its orientation")
    if (unit := _unit_of_length(image)) not in {"mm", "unknown"}:
        raise InputError(where, f"its lengths are in {unit}", "export it in millimetres")
    if not _are_labels(array):
        raise InputError(
            where,
            "it holds other values than whole numbers from 0 on",
            "give a label map, not an image or a probability",
        )
    return array.transpose(2, 1, 0).astype(np.int64), geometry_of(image.affine, array.shape, where, frame_of_reference)


def _unit_of_length(image: Any) -> str:
    try:
        return str(image.header.get_xyzt_units()[0])
    except KeyError:
        return "a unit that NIfTI does not know"


def _are_labels(array: NDArray[Any]) -> bool:
    """Tell whether an array holds whole numbers from 0 on, small enough to be counted."""
    if array.dtype.kind not in "biuf" or not np.isfinite(array).all():
        return False
    whole = array.dtype.kind != "f" or bool((array == np.rint(array)).all())
    return whole and array.min(initial=0) >= 0 and array.max(initial=0) <= LARGEST_LABEL


def geometry_of(affine: NDArray[Any], shape: tuple[int, ...], where: str, frame_of_reference: str | None) -> Geometry:
    """Return the grid of an array (i, j, k) whose matrix maps to right-anterior-superior millimetres.

    Raises
    ------
    InputError
        If the grid is sheared.
    """
    lps = np.diag([-1.0, -1.0, 1.0, 1.0]) @ np.asarray(affine, dtype=np.float64)
    steps = lps[:3, :3].T[::-1]
    spacing = np.linalg.norm(steps, axis=1)
    if not (np.isfinite(lps).all() and (spacing > 0).all()):
        raise InputError(where, "its matrix gives a voxel no size", "export it on the grid of its image")
    try:
        return Geometry(
            shape=(int(shape[2]), int(shape[1]), int(shape[0])),
            spacing_mm=(float(spacing[0]), float(spacing[1]), float(spacing[2])),
            origin_mm=(float(lps[0, 3]), float(lps[1, 3]), float(lps[2, 3])),
            axes=tuple((float(x), float(y), float(z)) for x, y, z in steps / spacing[:, None]),
            frame_of_reference=frame_of_reference,
        )
    except ValueError as reason:
        raise InputError(where, f"it is on no regular grid ({reason})", "export it on the grid of its image") from None


def masks_of(labels: NDArray[np.int64], geometry: Geometry, names: Mapping[int, str]) -> dict[str, Mask]:
    """Return the regions of a label map by the names of their labels; a label without voxels gives an empty mask."""
    return {name: Mask(voxels=labels == label, geometry=geometry, name=name) for label, name in names.items()}


def affine_ras(geometry: Geometry) -> NDArray[np.float64]:
    """Return the matrix that maps (i, j, k, 1) to right-anterior-superior millimetres."""
    affine = np.eye(4)
    affine[:3, :3] = (geometry.directions[::-1] * np.asarray(geometry.spacing_mm)[::-1, None]).T
    affine[:3, 3] = geometry.origin_mm
    return np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine
