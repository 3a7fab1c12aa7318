"""RTDOSE: dose maps made by others, where they lie, and whether they are of a radionuclide at all.

Source: DICOM PS3.3 C.8.8.3 (RT Dose Module), C.8.8.3.2 (Grid Frame Offset Vector: distances from the first plane along
the normal, or, for transverse planes only, patient z coordinates).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lutetia.dicom.error import DicomInputError
from lutetia.dicom.read.header import Header
from lutetia.dicom.read.pixels import stored_values
from lutetia.dicom.read.series import SeriesFiles, require_kind
from lutetia.dicom.read.stack import OFF_GRID, axes_from, geometry_from
from lutetia.dicom.read.stated import NOTHING_STATED, Stated, require_patient
from lutetia.volume import Geometry, Volume

OF_BEAMS = frozenset({"BEAM", "BEAM_SESSION", "CONTROL_POINT", "BRACHY", "BRACHY_SESSION", "FRACTION_SESSION"})
"""Summation types of machines and sealed sources; no radiopharmaceutical is given so."""

_PLANS = {
    "1.2.840.10008.5.1.4.1.1.481.5": "an external beam or brachytherapy plan",
    "1.2.840.10008.5.1.4.1.1.481.8": "an ion plan",
}
SAME_MM = 0.01
_MAKER = ("Manufacturer", "ManufacturerModelName")


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseImage:
    """A dose map as read.

    Attributes
    ----------
    volume : Volume
        In Gy.
    kind : {"PHYSICAL", "EFFECTIVE"}
        Absorbed, or biologically effective dose.
    summation : str
        DoseSummationType as written.
    instance_uid, series_uid, study_uid, frame_of_reference : str
    patient_id : str or None
    maker : str
        Manufacturer and model.
    description, comment : str
        Of the series, and of the dose.
    notes : tuple of str
        What a reader should know.
    """

    volume: Volume
    kind: Literal["PHYSICAL", "EFFECTIVE"]
    summation: str
    instance_uid: str
    series_uid: str
    study_uid: str
    frame_of_reference: str
    patient_id: str | None = field(repr=False)
    maker: str
    description: str
    comment: str
    notes: tuple[str, ...] = ()


def read_dose(series: SeriesFiles, *, stated: Stated = NOTHING_STATED, of_radionuclide: bool = False) -> DoseImage:
    """Read a dose map.

    Parameters
    ----------
    series : SeriesFiles
        From :func:`lutetia.dicom.read.scan_folder`; one file.
    stated : Stated
        Whose it is expected to be.
    of_radionuclide : bool
        True: a person says that the dose is of a radionuclide though it refers to a plan, as some makers write it.

    Raises
    ------
    DicomInputError
        If it is not in gray, is of another therapy or patient, or its planes are not one even stack.
    """
    require_kind(series, "dose")
    require_patient(series.patient_id, stated, series.where)
    if len(series.files) != 1:
        raise DicomInputError(
            series.where, f"the series holds {len(series.files)} dose maps", "leave the one that is to be used"
        )
    header, stored = stored_values(series.files[0], series.where)
    kind = _kind(header)
    summation = header.text("DoseSummationType") or ""
    notes = _require_radionuclide(header, summation, of_radionuclide=of_radionuclide)
    scaling = header.number("DoseGridScaling")
    if scaling is None or scaling <= 0:
        raise DicomInputError(series.where, "DoseGridScaling is missing", "export it again", "its values have no scale")
    frames, geometry = _placed(header, stored[None] if stored.ndim == 2 else stored, series)
    values = frames.astype(np.float64) * scaling
    if values.min() < 0:
        raise DicomInputError(
            series.where, f"it holds negative doses, down to {values.min():.3g} Gy", "export the dose, not a difference"
        )
    return DoseImage(
        volume=Volume(values=values.astype(np.float32), geometry=geometry, unit="Gy"),
        kind=kind,
        summation=summation,
        instance_uid=header.text("SOPInstanceUID") or "",
        series_uid=series.series_uid,
        study_uid=series.study_uid,
        frame_of_reference=str(geometry.frame_of_reference),
        patient_id=series.patient_id,
        maker=" ".join(dict.fromkeys(word for key in _MAKER if (word := header.text(key)))),
        description=series.description,
        comment=header.text("DoseComment") or "",
        notes=notes,
    )


def _kind(header: Header) -> Literal["PHYSICAL", "EFFECTIVE"]:
    units = header.text("DoseUnits")
    if units != "GY":
        found = f"DoseUnits is '{units}'" if units else "DoseUnits is missing"
        raise DicomInputError(
            header.where, f"{found}, and not GY", "export the dose in gray", "relative doses cannot be compared"
        )
    kind = header.text("DoseType")
    if kind == "PHYSICAL":
        return "PHYSICAL"
    if kind == "EFFECTIVE":
        return "EFFECTIVE"
    raise DicomInputError(
        header.where, f"DoseType is '{kind}', neither PHYSICAL nor EFFECTIVE", "export the dose, not its error"
    )


def _require_radionuclide(header: Header, summation: str, *, of_radionuclide: bool) -> tuple[str, ...]:
    plans = header.items("ReferencedRTPlanSequence")
    beams = any(
        group.items("ReferencedBeamSequence")
        for plan in plans
        for group in plan.items("ReferencedFractionGroupSequence")
    )
    if summation in OF_BEAMS or beams:
        raise DicomInputError(
            header.where,
            f"it is the dose of an external beam or a sealed source (DoseSummationType {summation or 'missing'})",
            "give the dose map of the radionuclide therapy",
        )
    named = next((_PLANS[uid] for plan in plans if (uid := plan.text("ReferencedSOPClassUID")) in _PLANS), None)
    if named is None:
        return ()
    if not of_radionuclide:
        raise DicomInputError(
            header.where,
            f"it refers to {named} (DoseSummationType {summation or 'missing'})",
            "give the dose map of the radionuclide therapy; if this is one, whose maker wrote a plan's reference, "
            "say so (--radionuclide)",
            "a photon plan's dose beside a radionuclide's would be taken for a disagreement",
        )
    return (f"it refers to {named}; it was said to be of a radionuclide",)


def _placed(header: Header, frames: NDArray[np.float32], series: SeriesFiles) -> tuple[NDArray[np.float32], Geometry]:
    """Return the frames in the order of their normal, and their grid."""
    where = header.where
    cosines, spacing = header.vector("ImageOrientationPatient", 6), header.vector("PixelSpacing", 2)
    position = header.vector("ImagePositionPatient", 3)
    if cosines is None or spacing is None or position is None:
        raise DicomInputError(where, "position, orientation or spacing is missing", "export it with its geometry")
    axes = axes_from(cosines, where)
    along = _along(header, len(frames), axes, np.asarray(position))
    order = np.argsort(along, kind="stable")
    step = _step(header, along[order], where)
    origin = np.asarray(position) + axes[0] * float(along[order][0])
    frame = series.frame_of_reference or series.series_uid
    shape = (len(frames), frames.shape[1], frames.shape[2])
    geometry = geometry_from(axes, (step, spacing[0], spacing[1]), origin, shape, frame, where)
    return np.ascontiguousarray(frames[order]), geometry


def _along(
    header: Header, frames: int, axes: NDArray[np.float64], position: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how far each plane lies from the first along the normal [mm]."""
    offsets = np.asarray(header.numbers("GridFrameOffsetVector"), dtype=np.float64)
    if frames == 1 and offsets.size <= 1:
        return np.zeros(1)
    if offsets.size != frames:
        raise DicomInputError(
            header.where, f"GridFrameOffsetVector has {offsets.size} values for {frames} planes", "export it again"
        )
    if abs(offsets[0]) < SAME_MM:
        return offsets
    transverse = abs(abs(axes[0][2]) - 1) < 1e-4
    if not transverse or abs(offsets[0] - position[2]) > SAME_MM:
        raise DicomInputError(
            header.where,
            f"GridFrameOffsetVector begins with {offsets[0]:g}, which is neither 0 nor the z of a transverse plane",
            "export it again, with distances from the first plane",
            "where the planes lie could not be told",
        )
    return np.asarray((offsets - offsets[0]) * np.sign(axes[0][2]), dtype=np.float64)


def _step(header: Header, along: NDArray[np.float64], where: str) -> float:
    if along.size == 1:
        thickness = header.number("SliceThickness")
        if not thickness:
            raise DicomInputError(where, "a single plane without a thickness", "export the whole dose grid")
        return abs(thickness)
    even = float(along[-1] - along[0]) / (along.size - 1)
    off = float(np.abs(along - along[0] - even * np.arange(along.size)).max())
    if even < SAME_MM or off > OFF_GRID * even:
        raise DicomInputError(
            where, f"its planes lie up to {off:.2f} mm off an even spacing of {even:.2f} mm", "export an even dose grid"
        )
    return even
