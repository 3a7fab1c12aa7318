"""Series in a folder, and each as a frozen object with its values, place, time and doubts."""

from lutetia.dicom.read.administration import HeaderAdministration, event_uid_of
from lutetia.dicom.read.ct import CtImage, read_ct
from lutetia.dicom.read.dose import DoseImage, read_dose
from lutetia.dicom.read.identity import Identity, ObjectReference, read_identity, references_of
from lutetia.dicom.read.pet import PetImage, read_pet
from lutetia.dicom.read.segmentation import Segmentation, read_segmentation
from lutetia.dicom.read.series import SeriesFiles, scan_folder
from lutetia.dicom.read.spect import SpectImage, read_spect
from lutetia.dicom.read.stated import Stated
from lutetia.dicom.read.structures import StructureSet, read_structures, require_drawn_on
from lutetia.dicom.read.uptake import UptakeSource, read_for_suv

__all__ = [
    "CtImage",
    "DoseImage",
    "HeaderAdministration",
    "Identity",
    "ObjectReference",
    "PetImage",
    "Segmentation",
    "SeriesFiles",
    "SpectImage",
    "Stated",
    "StructureSet",
    "UptakeSource",
    "event_uid_of",
    "read_ct",
    "read_dose",
    "read_for_suv",
    "read_identity",
    "read_pet",
    "read_segmentation",
    "read_spect",
    "read_structures",
    "references_of",
    "require_drawn_on",
    "scan_folder",
]
