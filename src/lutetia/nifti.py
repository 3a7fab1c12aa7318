"""Volumes and masks as NIfTI-1, for tools that do not speak DICOM.

Patient coordinates are turned from DICOM's LPS to NIfTI's RAS; the place is written twice (qform and sform, code 1,
scanner). NIfTI has neither patient nor frame of reference nor unit of dose: the unit stands in ``descrip`` and the rest
in the names beside it.

Source: NIfTI-1.1 (nifti1.h), https://nifti.nimh.nih.gov/nifti-1.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lutetia.errors import MissingExtraError
from lutetia.volume import Geometry, Mask, Volume

LONGEST_DESCRIPTION: Final = 79


def nibabel_package() -> Any:
    """Return nibabel, or say how to install it."""
    try:
        import nibabel
    except ImportError:
        raise MissingExtraError("imaging", "writing NIfTI") from None
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
    path.parent.mkdir(parents=True, exist_ok=True)
    nibabel.save(written, path)
    return path


def affine_ras(geometry: Geometry) -> NDArray[np.float64]:
    """Return the matrix that maps (i, j, k, 1) to right-anterior-superior millimetres."""
    affine = np.eye(4)
    affine[:3, :3] = (geometry.directions[::-1] * np.asarray(geometry.spacing_mm)[::-1, None]).T
    affine[:3, 3] = geometry.origin_mm
    return np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine
