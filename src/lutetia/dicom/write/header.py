"""What every object written shares: patient, study, series, equipment, time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from datetime import timezone as fixed_offset
from pathlib import Path
from typing import Any, Literal

from lutetia import __version__
from lutetia.dicom.package import pydicom_package
from lutetia.errors import InputError
from lutetia.volume import Geometry

IMPLEMENTATION_UID = "2.25.177000000000000000000000000000000001"
NUCLIDE_CODES = {
    "Lu-177": ("447553000", "^177^Lutetium"),
    "F-18": ("77004003", "^18^Fluorine"),
    "Ga-68": ("35337001", "^68^Gallium"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Administered:
    """The injection as the header will tell it.

    Attributes
    ----------
    agent : str
        In words.
    nuclide : str
        ``"Lu-177"``, ``"F-18"`` or ``"Ga-68"``.
    activity_mbq : float
        At ``at`` [MBq].
    at : datetime
        Start, with offset.
    half_life_s : float
        Physical half-life [s].
    """

    agent: str
    nuclide: str
    activity_mbq: float
    at: datetime
    half_life_s: float

    def __post_init__(self) -> None:
        if self.nuclide not in NUCLIDE_CODES:
            raise ValueError(f"nuclide '{self.nuclide}' has no code here; known: {', '.join(NUCLIDE_CODES)}")
        if self.at.tzinfo is None or self.activity_mbq <= 0 or self.half_life_s <= 0:
            raise ValueError("an administration has a time with offset, a positive activity and a positive half-life")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Patient, study and series of one object to be written.

    Attributes
    ----------
    patient_id, patient_name : str
    study_uid, series_uid, frame_of_reference : str
        UIDs; :func:`uid_of` makes them from words, the same every time.
    study_at, acquired_at : datetime
        Start of study and acquisition, with offset; the offset of ``acquired_at`` is written for all times.
    administered : Administered or None
        Needed for PET; may be left out of a SPECT.
    """

    patient_id: str
    patient_name: str
    study_uid: str
    series_uid: str
    frame_of_reference: str
    study_at: datetime
    acquired_at: datetime
    birth_date: date | None = None
    sex: Literal["M", "F", "O"] | None = None
    weight_kg: float | None = None
    height_m: float | None = None
    series_number: int = 1
    study_description: str = ""
    series_description: str = ""
    administered: Administered | None = None
    manufacturer: str = "Lutetia simulation"
    model: str = "Lutetia simulation"
    study_id: str = "1"
    accession_number: str = ""

    def __post_init__(self) -> None:
        if self.study_at.tzinfo is None or self.acquired_at.tzinfo is None:
            raise ValueError("study and acquisition times carry their offset")

    @property
    def zone(self) -> tzinfo:
        """The fixed offset in which all times of the object are written."""
        away = self.acquired_at.utcoffset()
        return fixed_offset(away if away is not None else timedelta(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSeries:
    """What was written, so that a structure set can refer to it.

    Attributes
    ----------
    files : tuple of Path
    instance_uids : tuple of str
        One per file; slices in the order of axis 0.
    geometry : Geometry
    """

    files: tuple[Path, ...]
    study_uid: str
    series_uid: str
    sop_class_uid: str
    instance_uids: tuple[str, ...]
    geometry: Geometry


def uid_of(*words: str) -> str:
    """Return a UID that is the same for the same words (2.25 and 128 bits of their SHA-256)."""
    digest = hashlib.sha256("\x1f".join(words).encode()).digest()
    return f"2.25.{int.from_bytes(digest[:16], 'big')}"


def new_object(header: Header, sop_class_uid: str, instance_uid: str, modality: str) -> Any:
    """Return a dataset with the modules that all objects share: patient, study, series, equipment, SOP common."""
    pydicom = pydicom_package()
    dataset = pydicom.Dataset()
    dataset.file_meta = _file_meta(pydicom, sop_class_uid, instance_uid)
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID, dataset.SOPInstanceUID = sop_class_uid, instance_uid
    dataset.Modality = modality
    dataset.Manufacturer, dataset.ManufacturerModelName = header.manufacturer, header.model
    dataset.DeviceSerialNumber, dataset.SoftwareVersions = "none", __version__
    dataset.TimezoneOffsetFromUTC = f"{header.acquired_at:%z}"[:5]
    _patient(dataset, header)
    _study(dataset, header)
    _series(dataset, header)
    return dataset


def _file_meta(pydicom: Any, sop_class_uid: str, instance_uid: str) -> Any:
    meta = pydicom.dataset.FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = sop_class_uid, instance_uid
    meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    meta.ImplementationClassUID = IMPLEMENTATION_UID
    meta.ImplementationVersionName = f"LUTETIA_{__version__}"[:16]
    return meta


def _patient(dataset: Any, header: Header) -> None:
    dataset.PatientName, dataset.PatientID = header.patient_name, header.patient_id
    dataset.PatientBirthDate = f"{header.birth_date:%Y%m%d}" if header.birth_date else ""
    dataset.PatientSex = header.sex or ""
    if header.weight_kg is not None:
        dataset.PatientWeight = ds(header.weight_kg)
    if header.height_m is not None:
        dataset.PatientSize = ds(header.height_m)


def _study(dataset: Any, header: Header) -> None:
    study_at = header.study_at.astimezone(header.zone)
    dataset.StudyInstanceUID, dataset.StudyID = header.study_uid, header.study_id
    dataset.AccessionNumber = header.accession_number
    dataset.StudyDate, dataset.StudyTime = da(study_at), tm(study_at)
    dataset.ReferringPhysicianName = ""
    if header.study_description:
        dataset.StudyDescription = header.study_description


def _series(dataset: Any, header: Header) -> None:
    dataset.SeriesInstanceUID, dataset.SeriesNumber = header.series_uid, header.series_number
    dataset.SeriesDate, dataset.SeriesTime = da(header.acquired_at), tm(header.acquired_at)
    if header.series_description:
        dataset.SeriesDescription = header.series_description
    dataset.FrameOfReferenceUID, dataset.PositionReferenceIndicator = header.frame_of_reference, ""


def image_times(dataset: Any, header: Header) -> None:
    """Write what images have and structure sets do not: acquisition and content time, and that no side was chosen."""
    dataset.Laterality = ""
    dataset.AcquisitionDate, dataset.AcquisitionTime = da(header.acquired_at), tm(header.acquired_at)
    dataset.ContentDate, dataset.ContentTime = da(header.acquired_at), tm(header.acquired_at)


def pixels(dataset: Any, stored: Any, geometry: Geometry, *, signed: bool) -> None:
    """Write 16-bit pixels of one or more frames, and their size and spacing."""
    _, rows, columns = geometry.shape
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.Rows, dataset.Columns = rows, columns
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 16, 15
    dataset.PixelRepresentation = int(signed)
    dataset.PixelSpacing = [ds(geometry.spacing_mm[1]), ds(geometry.spacing_mm[2])]
    dataset.PixelData = stored.astype("<i2" if signed else "<u2").tobytes()


def orientation(geometry: Geometry) -> list[str]:
    """Return ImageOrientationPatient: along a row (axis 2), then down a column (axis 1)."""
    return [ds(cosine) for axis in (2, 1) for cosine in geometry.axes[axis]]


def position(geometry: Geometry, k: int) -> list[str]:
    """Return ImagePositionPatient of slice ``k`` [mm]."""
    return [ds(float(x)) for x in geometry.to_patient((k, 0, 0))]


def radiopharmaceutical(given: Administered, header: Header, *, becquerel: bool) -> Any:
    """Return one item of the radiopharmaceutical sequence; PET counts in Bq, nuclear medicine in MBq.

    Half-life and date of the injection are an extension in nuclear medicine, whose own attribute is a clock time.
    """
    item = pydicom_package().Dataset()
    at = given.at.astimezone(header.zone)
    item.Radiopharmaceutical = given.agent[:64]
    item.RadiopharmaceuticalStartTime = tm(at)
    item.RadiopharmaceuticalStartDateTime = f"{at:%Y%m%d}{tm(at)}{at:%z}"[:26]
    item.RadionuclideTotalDose = ds(given.activity_mbq * (1e6 if becquerel else 1.0))
    item.RadionuclideHalfLife = ds(given.half_life_s)
    item.RadionuclideCodeSequence = [code(*NUCLIDE_CODES[given.nuclide])]
    if becquerel:
        item.RadiopharmaceuticalVolume = ""
        item.RadionuclidePositronFraction = ""
    return item


def supine_headfirst(dataset: Any) -> None:
    """Write how the patient lay: recumbent, supine, head first."""
    lying = code("102538003", "recumbent")
    lying.PatientOrientationModifierCodeSequence = [code("40199007", "supine")]
    dataset.PatientOrientationCodeSequence = [lying]
    dataset.PatientGantryRelationshipCodeSequence = [code("102540008", "headfirst")]


def code(value: str, meaning: str, scheme: str = "SCT") -> Any:
    """Return a code item."""
    item = pydicom_package().Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def save(dataset: Any, path: Path) -> None:
    """Write a file with preamble and meta header; parents are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)


def require_frame(geometry: Geometry, header: Header) -> None:
    """Refuse values that lie in another coordinate system than the header would say."""
    if geometry.frame_of_reference not in {None, header.frame_of_reference}:
        raise InputError(
            "writing DICOM",
            "the volume lies in another frame of reference than the header",
            "give both the same frame of reference",
        )


def ds(value: float) -> str:
    """Return a number as a decimal string of at most 16 characters."""
    return str(pydicom_package().valuerep.format_number_as_ds(float(value)))


def da(at: datetime) -> str:
    """Return a DICOM date."""
    return f"{at:%Y%m%d}"


def tm(at: datetime) -> str:
    """Return a DICOM time with microseconds."""
    return f"{at:%H%M%S.%f}"
