"""What is said when a DICOM file or series cannot be used."""

from __future__ import annotations

from lutetia.errors import InputError


class DicomInputError(InputError):
    """A DICOM object is incomplete, contradicts itself, or is not what is needed."""
