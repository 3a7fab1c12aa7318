"""Simulated images and computed results as DICOM that any station can read, marked as made by Lutetia."""

from lutetia.dicom.write.administration import AdministrationRecord, Measured, PatientThen, write_administration
from lutetia.dicom.write.ct import write_ct
from lutetia.dicom.write.deformation import write_deformation
from lutetia.dicom.write.dose import write_dose
from lutetia.dicom.write.header import Administered, Header, WrittenSeries, uid_of
from lutetia.dicom.write.measurements import write_measurements
from lutetia.dicom.write.pet import write_pet
from lutetia.dicom.write.registration import write_registration
from lutetia.dicom.write.segmentation import (
    AS_DRAWN,
    BY_EDGE,
    BY_NEIGHBOURS,
    BY_NETWORK,
    Algorithm,
    write_segmentation,
)
from lutetia.dicom.write.spect import SpectAcquisition, write_spect
from lutetia.dicom.write.structures import write_structures

__all__ = [
    "AS_DRAWN",
    "BY_EDGE",
    "BY_NEIGHBOURS",
    "BY_NETWORK",
    "Administered",
    "AdministrationRecord",
    "Algorithm",
    "Header",
    "Measured",
    "PatientThen",
    "SpectAcquisition",
    "WrittenSeries",
    "uid_of",
    "write_administration",
    "write_ct",
    "write_deformation",
    "write_dose",
    "write_measurements",
    "write_pet",
    "write_registration",
    "write_segmentation",
    "write_spect",
    "write_structures",
]
