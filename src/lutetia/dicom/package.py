"""The optional packages behind DICOM, imported on first use."""

from __future__ import annotations

from typing import Any

from lutetia.errors import MissingExtraError


def pydicom_package() -> Any:
    """Return pydicom, or say how to install it."""
    try:
        import pydicom
    except ImportError:
        raise MissingExtraError("imaging", "reading and writing DICOM") from None
    return pydicom


def highdicom_package() -> Any:
    """Return highdicom, or say how to install it."""
    try:
        import highdicom
    except ImportError:
        raise MissingExtraError("imaging", "reading segmentations") from None
    return highdicom
