"""The language of the hospital's images, both ways: read what cameras write, write what they could read.

Nothing here needs the optional packages until a function of :mod:`lutetia.dicom.read` or
:mod:`lutetia.dicom.write` is called; without them that call tells what to install.
"""

from lutetia.dicom.error import DicomInputError

__all__ = ["DicomInputError"]
