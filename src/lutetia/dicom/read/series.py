"""Which series lie in a folder, and what each of them is.

Only headers are read. A SPECT that its maker stored as PET is told from a PET here, once, by what was measured:
nuclide, energy window, collimator, manufacturer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from lutetia.dicom.error import DicomInputError
from lutetia.dicom.package import pydicom_package
from lutetia.dicom.read.header import Header, open_header

Kind = Literal["CT", "SPECT", "PET", "PET or SPECT", "projections", "structures", "segmentation", "dose", "other"]

_CT, _NM, _PT = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.20", "1.2.840.10008.5.1.4.1.1.128"
_STRUCTURES, _SEGMENTATION = "1.2.840.10008.5.1.4.1.1.481.3", "1.2.840.10008.5.1.4.1.1.66.4"
_DOSE = "1.2.840.10008.5.1.4.1.1.481.2"

_SCANNED = (
    "SOPClassUID",
    "SOPInstanceUID",
    "Modality",
    "SeriesInstanceUID",
    "StudyInstanceUID",
    "PatientID",
    "FrameOfReferenceUID",
    "SeriesDescription",
    "ImageType",
    "Manufacturer",
    "CollimatorType",
    "EnergyWindowRangeSequence",
    "RadiopharmaceuticalInformationSequence",
)

ANNIHILATION_KEV = 511.0
_SINGLE_PHOTON = frozenset({"Lu-177", "Tc-99m", "I-131", "I-123", "In-111", "Tl-201", "Sm-153", "Tb-161", "Ra-223"})
_POSITRON = frozenset({"F-18", "Ga-68", "C-11", "N-13", "O-15", "Cu-64", "Zr-89", "Rb-82"})
_ELEMENTS = {
    "lutetium": "Lu", "technetium": "Tc", "iodine": "I", "indium": "In", "thallium": "Tl", "samarium": "Sm",
    "terbium": "Tb", "radium": "Ra", "fluorine": "F", "gallium": "Ga", "carbon": "C", "nitrogen": "N",
    "oxygen": "O", "copper": "Cu", "zirconium": "Zr", "rubidium": "Rb", "yttrium": "Y", "actinium": "Ac",
}  # fmt: skip
_SYMBOLS = frozenset(_ELEMENTS.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesFiles:
    """One series as found in a folder; its pixels are not read yet.

    Attributes
    ----------
    kind : str
        What it is, whatever it is stored as; ``"projections"`` are SPECT data that are not reconstructed.
    told_by : str
        Which header facts decided the kind.
    stored_as : str
        The Modality attribute.
    files : tuple of Path
        In the order of their names.
    """

    series_uid: str
    study_uid: str
    patient_id: str | None = field(repr=False)
    frame_of_reference: str | None
    kind: Kind
    told_by: str
    stored_as: str
    sop_class_uid: str
    description: str
    files: tuple[Path, ...]

    @property
    def where(self) -> str:
        """How errors name it."""
        return f"{self.kind} series {self.series_uid}"


def scan_folder(
    folder: Path,
    *,
    on_file: Callable[[int, int], None] | None = None,
    on_unreadable: Callable[[Path, str], None] | None = None,
) -> tuple[SeriesFiles, ...]:
    """List the DICOM series in a folder and below, or the series of a single file.

    Parameters
    ----------
    folder : Path
        Files that are not DICOM are passed over.
    on_file : callable, optional
        Called with (files done, files in all), for a progress bar.
    on_unreadable : callable, optional
        Called with a damaged DICOM file and the reason. Without it such a file is an error.

    Returns
    -------
    tuple of SeriesFiles
        Ordered by kind and series UID. A second copy of an object already seen is left out.

    Raises
    ------
    DicomInputError
        If the folder does not exist, or a DICOM file in it is damaged.
    """
    pydicom_package()
    if not folder.exists():
        raise DicomInputError(folder.name, "there is no such folder or file", "give the folder that holds the images")
    paths = [folder] if folder.is_file() else sorted(path for path in folder.rglob("*") if path.is_file())
    found: dict[str, list[tuple[Path, Header]]] = {}
    seen: set[str] = set()
    for done, path in enumerate(paths, start=1):
        try:
            header = _scanned(path)
        except DicomInputError as error:
            if on_unreadable is None:
                raise
            on_unreadable(path, error.found)
            header = None
        if header is not None and (sop := header.text("SOPInstanceUID") or str(path)) not in seen:
            seen.add(sop)
            found.setdefault(header.text("SeriesInstanceUID") or "", []).append((path, header))
        if on_file is not None:
            on_file(done, len(paths))
    series = [_series(uid, members) for uid, members in found.items() if uid]
    return tuple(sorted(series, key=lambda s: (s.kind, s.series_uid)))


def require_kind(series: SeriesFiles, kind: Kind) -> None:
    """Refuse a series of another kind than the one asked for, saying how it was told."""
    if series.kind != kind:
        raise DicomInputError(
            f"series {series.series_uid}",
            f"a {kind} is needed, and this is {series.kind} (modality {series.stored_as}; {series.told_by})",
            f"give the series of the {kind}"
            + (", reconstructed with attenuation and scatter correction" if series.kind == "projections" else ""),
        )


def nuclide_of(header: Header) -> str | None:
    """Return the nuclide a header names, as ``"Lu-177"``; None where it names none."""
    for item in header.items("RadiopharmaceuticalInformationSequence"):
        code = item.first("RadionuclideCodeSequence")
        for words in ((code.text("CodeMeaning") if code else None), item.text("Radiopharmaceutical")):
            if words and (nuclide := nuclide_in(words)):
                return nuclide
    return None


def windows_kev(header: Header) -> tuple[tuple[float, float], ...]:
    """Return the energy windows (lower, upper) [keV], from the PET or the NM place."""
    groups = header.items("EnergyWindowInformationSequence") or (header,)
    windows = []
    for group in groups:
        for item in group.items("EnergyWindowRangeSequence"):
            low, high = item.number("EnergyWindowLowerLimit"), item.number("EnergyWindowUpperLimit")
            if low is not None and high is not None:
                windows.append((low, high))
    return tuple(windows)


def _scanned(path: Path) -> Header | None:
    """Return the attributes that tell the kind, or None where the file is not a DICOM object with a series."""
    with path.open("rb") as stream:
        if stream.read(132)[128:] != b"DICM":
            return None
    header = open_header(path, path.name, only=_SCANNED)
    if header.text("SOPClassUID") is None and path.name != "DICOMDIR":
        raise DicomInputError(path.name, "the file is cut off before it says what it is", "export or copy it again")
    return header if header.text("SeriesInstanceUID") else None


def _series(uid: str, members: list[tuple[Path, Header]]) -> SeriesFiles:
    header = members[0][1]
    kind, told_by = _kind(header)
    return SeriesFiles(
        series_uid=uid,
        study_uid=header.text("StudyInstanceUID") or "",
        patient_id=header.text("PatientID"),
        frame_of_reference=header.text("FrameOfReferenceUID"),
        kind=kind,
        told_by=told_by,
        stored_as=header.text("Modality") or "",
        sop_class_uid=header.text("SOPClassUID") or "",
        description=header.text("SeriesDescription") or "",
        files=tuple(path for path, _ in members),
    )


def _kind(header: Header) -> tuple[Kind, str]:
    sop_class = header.text("SOPClassUID")
    image_type = " ".join(header.words("ImageType")).upper()
    if sop_class == _NM:
        reconstructed = "RECON TOMO" in image_type and "TRANSMISSION" not in image_type
        if reconstructed:
            return "SPECT", "reconstructed emission (RECON TOMO) of a gamma camera"
        return ("projections" if "TOMO" in image_type else "other"), f"image type '{image_type}' of a gamma camera"
    if sop_class == _PT:
        return _pet_or_spect(header)
    plain: dict[str | None, Kind] = {
        _CT: "CT",
        _STRUCTURES: "structures",
        _SEGMENTATION: "segmentation",
        _DOSE: "dose",
    }
    return plain.get(sop_class, "other"), "its object class"


def _pet_or_spect(header: Header) -> tuple[Kind, str]:
    """Decide by what was measured; contradicting evidence is named and left undecided."""
    spect: list[str] = []
    pet: list[str] = []
    nuclide, windows = nuclide_of(header), windows_kev(header)
    if nuclide is not None:
        (spect if nuclide in _SINGLE_PHOTON else pet if nuclide in _POSITRON else []).append(nuclide)
    if windows:
        open_at_511 = any(low <= ANNIHILATION_KEV <= high for low, high in windows)
        (pet if open_at_511 else spect).append(f"energy window {windows[0][0]:.0f}-{windows[0][1]:.0f} keV")
    collimator = (header.text("CollimatorType") or "").upper()
    if collimator in {"PARA", "PINH", "FANB", "CONE", "SLNT", "ASTG", "DIVG"}:
        spect.append(f"collimator {collimator}")
    if re.search(r"\bNM\b", (header.text("Manufacturer") or "").upper()):
        spect.append("a gamma camera's manufacturer entry")
    if spect and pet:
        return "PET or SPECT", f"for SPECT: {', '.join(spect)}; for PET: {', '.join(pet)}"
    if spect:
        return "SPECT", f"stored as PET, and {', '.join(spect)}"
    return "PET", ", ".join(pet) or "its object class; neither nuclide nor energy window is stated"


def nuclide_in(words: str) -> str | None:
    """Return the nuclide that words name: ``"177 Lutetium"``, ``"^18^Fluorine"``, ``"Lu-177"``, ``"[18F]X"``."""
    for mass, state, element, element2, mass2, state2 in re.findall(
        r"(?:\^?(\d{1,3})(m)?[\^ -]{0,2}([A-Za-z]{1,10}))|(?:([A-Za-z]{1,10})[\^ -]{0,2}(\d{1,3})(m)?\b)", words
    ):
        name = (element or element2).lower()
        symbol = _ELEMENTS.get(name, name.capitalize())
        if symbol in _SYMBOLS:
            return f"{symbol}-{mass or mass2}{state or state2}"
    return None
