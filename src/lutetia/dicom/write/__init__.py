"""Simulated images as DICOM that any station can read; validated, and marked as made by Lutetia."""

from lutetia.dicom.write.ct import write_ct
from lutetia.dicom.write.header import Administered, Header, WrittenSeries, uid_of
from lutetia.dicom.write.pet import write_pet
from lutetia.dicom.write.spect import SpectAcquisition, write_spect
from lutetia.dicom.write.structures import write_structures

__all__ = [
    "Administered",
    "Header",
    "SpectAcquisition",
    "WrittenSeries",
    "uid_of",
    "write_ct",
    "write_pet",
    "write_spect",
    "write_structures",
]
