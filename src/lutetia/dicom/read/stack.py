"""Whether the files of a series make one volume, and where it lies.

Slices are ordered by their position along the normal of the image plane, never by name, number or slice location.

Source: DICOM PS3.3 C.7.6.2 (Image Plane Module).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lutetia.dicom.error import DicomInputError
from lutetia.dicom.read.header import Header
from lutetia.dicom.read.pixels import stored_values
from lutetia.dicom.read.series import SeriesFiles
from lutetia.volume import Geometry

BED_JOIN = 0.05
"""Part of a slice spacing by which a distance may differ: by hundredths of a millimetre at bed joins."""

OFF_GRID = 0.25
"""Part of a slice spacing that joins may add up to."""

SHEAR_WITHIN_MM = 0.2
"""Positions may leave the common normal by this much; a tilted gantry leaves it by centimetres."""

COSINES_WITHIN = 1e-3
"""Direction cosines are written with few decimals by some scanners."""

_SAME_ON_ALL = (
    "SOPClassUID",
    "PatientID",
    "Rows",
    "Columns",
    "PixelSpacing",
    "ImageOrientationPatient",
    "FrameOfReferenceUID",
    "Units",
    "DecayCorrection",
)


@dataclass(frozen=True, slots=True)
class Stack:
    """Ordered slices: their headers, rescaled values (z, y, x) and geometry."""

    headers: tuple[Header, ...]
    values: NDArray[np.float32]
    geometry: Geometry
    notes: tuple[str, ...] = ()


def read_stack(
    series: SeriesFiles,
    *,
    on_file: Callable[[int, int], None] | None = None,
    check: Callable[[Header], None] | None = None,
) -> Stack:
    """Read a series of one slice per file, each with its own rescale slope and intercept.

    Parameters
    ----------
    series : SeriesFiles
    on_file : callable, optional
        Called with (files done, files in all).
    check : callable, optional
        Called with each header before its pixels count; may refuse.

    Raises
    ------
    DicomInputError
        If slices are missing, doubled, sheared, or differ in size, spacing or orientation.
    """
    where = series.where
    read: list[tuple[Header, NDArray[np.float32]]] = []
    for done, path in enumerate(series.files, start=1):
        header, stored = stored_values(path, where)
        if check is not None:
            check(header)
        if stored.ndim != 2:
            raise DicomInputError(where, f"{path.name} holds {stored.shape[0]} frames", "export one slice per file")
        read.append((header, _rescaled(header, stored, path)))
        if on_file is not None:
            on_file(done, len(series.files))
    headers = [header for header, _ in read]
    _refuse_mixture(headers, where)
    order, geometry = _place(headers, series)
    values = np.stack([read[n][1] for n in order])
    return Stack(tuple(headers[n] for n in order), values, geometry)


def plane(header: Header, where: str) -> tuple[NDArray[np.float64], tuple[float, float]]:
    """Return the axes (normal, down a column, along a row) as rows, and the spacing (rows, columns) [mm]."""
    cosines, spacing = header.vector("ImageOrientationPatient", 6), header.vector("PixelSpacing", 2)
    if cosines is None or spacing is None:
        missing = "ImageOrientationPatient" if cosines is None else "PixelSpacing"
        raise DicomInputError(where, f"{missing} is missing", "export the series again with its geometry")
    return axes_from(cosines, where), (spacing[0], spacing[1])


def axes_from(cosines: tuple[float, ...], where: str) -> NDArray[np.float64]:
    """Return exact unit vectors (normal, down, along) from six written direction cosines."""
    along, down = np.asarray(cosines[:3]), np.asarray(cosines[3:])
    off = (np.linalg.norm(along) - 1, np.linalg.norm(down) - 1, along @ down)
    if np.abs(off).max() > COSINES_WITHIN:
        raise DicomInputError(
            where, "ImageOrientationPatient is not a pair of perpendicular unit vectors", "export the series again"
        )
    along = along / np.linalg.norm(along)
    down = down - (down @ along) * along
    down = down / np.linalg.norm(down)
    return np.stack([np.cross(along, down), down, along])


def geometry_from(
    axes: NDArray[np.float64],
    spacing_mm: tuple[float, float, float],
    origin_mm: NDArray[np.float64],
    shape: tuple[int, int, int],
    frame_of_reference: str,
    where: str,
) -> Geometry:
    """Build a geometry, or say what of it is impossible."""
    try:
        return Geometry(
            shape=shape,
            spacing_mm=spacing_mm,
            origin_mm=(float(origin_mm[0]), float(origin_mm[1]), float(origin_mm[2])),
            axes=tuple((float(a[0]), float(a[1]), float(a[2])) for a in axes),
            frame_of_reference=frame_of_reference,
        )
    except ValueError as error:
        raise DicomInputError(where, str(error), "export the series again with its geometry") from None


def _rescaled(header: Header, stored: NDArray[np.float32], path: Path) -> NDArray[np.float32]:
    """Apply the file's own slope and intercept; without a slope the values have no unit."""
    slope = header.number("RescaleSlope")
    if slope is None:
        raise DicomInputError(
            header.where, f"{path.name} has no RescaleSlope", "export the series again", "its values have no scale"
        )
    return np.asarray(stored * np.float32(slope) + np.float32(header.number("RescaleIntercept") or 0.0))


def _refuse_mixture(headers: list[Header], where: str) -> None:
    """Refuse slices that do not belong together."""
    for keyword in _SAME_ON_ALL:
        found = Counter(header.words(keyword) for header in headers)
        if len(found) == 1:
            continue
        if keyword in {"PixelSpacing", "ImageOrientationPatient"}:
            rows = [header.numbers(keyword) for header in headers]
            if len({len(row) for row in rows}) == 1 and np.ptp(np.asarray(rows), axis=0).max() < COSINES_WITHIN:
                continue
        odd = sum(found.values()) - max(found.values())
        raise DicomInputError(
            where,
            f"{odd} of {len(headers)} slices have another {keyword} than the rest",
            "take localisers and other reconstructions out of the series",
        )


def _place(headers: list[Header], series: SeriesFiles) -> tuple[list[int], Geometry]:
    """Order the slices along their normal and find the grid they lie on."""
    where = series.where
    axes, spacing = plane(headers[0], where)
    found = [header.vector("ImagePositionPatient", 3) for header in headers]
    if any(position is None for position in found):
        raise DicomInputError(where, "ImagePositionPatient is missing", "export the series again with its geometry")
    positions = np.asarray(found, dtype=np.float64)
    along = positions @ axes[0]
    order = np.argsort(along, kind="stable")
    positions, along = positions[order], along[order]
    step = _uniform_step(headers, along, where)
    _refuse_fewer_than_declared(headers, where)
    lateral = positions - positions[0] - np.outer(along - along[0], axes[0])
    off_mm = float(np.linalg.norm(lateral, axis=1).max())
    if off_mm > SHEAR_WITHIN_MM:
        raise DicomInputError(
            where,
            f"the slices are sheared: they leave their common normal by {off_mm:.1f} mm",
            "reconstruct without gantry tilt",
            "voxels of a tilted gantry are not rectangular",
        )
    rows, columns = int(headers[0].number("Rows") or 0), int(headers[0].number("Columns") or 0)
    frame = headers[0].text("FrameOfReferenceUID") or series.series_uid
    shape = (len(headers), rows, columns)
    geometry = geometry_from(axes, (step, *spacing), positions[0], shape, frame, where)
    return order.tolist(), geometry


def _uniform_step(headers: list[Header], along: NDArray[np.float64], where: str) -> float:
    """Return the distance between slices [mm]; refuse doubled and missing ones."""
    declared = headers[0].number("SpacingBetweenSlices")
    if along.size == 1:
        single = declared or headers[0].number("SliceThickness")
        if single is None or single <= 0:
            raise DicomInputError(where, "a single slice without a thickness", "give the whole series")
        return single
    gaps = np.diff(along)
    step = float(np.median(gaps))
    if gaps.min() < 0.01:
        raise DicomInputError(
            where,
            f"two slices lie at the same place ({along[int(gaps.argmin())]:.1f} mm along the normal)",
            "take out doubled slices; dynamic and gated series are not read",
        )
    for at, gap in zip(along, gaps, strict=False):
        if abs(gap - step) > BED_JOIN * step:
            missing = round(gap / step) - 1
            words = f"{missing} slices are missing" if missing > 1 else "a slice is missing"
            raise DicomInputError(
                where,
                f"{words}: after {at:.1f} mm along the normal comes a gap of {gap:.2f} mm, "
                f"where the spacing is {step:.2f} mm",
                "copy or export the complete series",
                "an organ with missing slices has too small a volume and too little activity",
            )
    if declared is not None and abs(abs(declared) - step) > BED_JOIN * step:
        raise DicomInputError(
            where,
            f"the slices lie {step:.2f} mm apart, and SpacingBetweenSlices says {abs(declared):.2f} mm: "
            "slices are missing or the header is wrong",
            "copy or export the complete series",
        )
    even = float(along[-1] - along[0]) / (along.size - 1)
    off_mm = float(np.abs(along - along[0] - even * np.arange(along.size)).max())
    if off_mm > OFF_GRID * even:
        raise DicomInputError(
            where,
            f"slices lie up to {off_mm:.2f} mm off an even spacing of {even:.2f} mm",
            "export a reconstruction with evenly spaced slices",
        )
    return even


def _refuse_fewer_than_declared(headers: list[Header], where: str) -> None:
    """Refuse a PET series of which slices are missing at its ends."""
    declared = headers[0].number("NumberOfSlices")
    if declared is not None and declared != len(headers):
        raise DicomInputError(
            where,
            f"slices are missing: {len(headers)} of the {declared:.0f} that NumberOfSlices states",
            "copy or export the complete series",
        )
