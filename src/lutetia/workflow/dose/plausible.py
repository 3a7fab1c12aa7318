"""Do the scans of a cycle belong to its nuclide and calibration, stand in the right order, and hold what they can hold?

Nothing in the pictures would look wrong if they did not; every dose would be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lutetia.course import Cycle
from lutetia.errors import InputError
from lutetia.quantification import FieldTotal, WholeField, fields_against_given
from lutetia.reference.nuclide import Nuclide
from lutetia.site import Calibration, reconstruction_doubts, require_same_windows
from lutetia.volume import Geometry

if TYPE_CHECKING:
    from lutetia.dicom.read import SeriesFiles
    from lutetia.dicom.read.header import Header
    from lutetia.workflow.dose.imaging import ReadScan


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanHeader:
    """What the header of a scan says that its calibration has to agree with.

    Attributes
    ----------
    where : str
        Names the series in errors.
    nuclide : str or None
    windows_kev : tuple of (float, float)
    corrections : tuple of str
    acquired_at : datetime or None
        None where the header does not say.
    """

    where: str
    nuclide: str | None
    windows_kev: tuple[tuple[float, float], ...]
    corrections: tuple[str, ...]
    acquired_at: datetime | None


def checked(
    cycle: Cycle,
    scans: Sequence[ReadScan],
    series: Mapping[str, SeriesFiles],
    *,
    given_mbq: float,
    physical: Nuclide,
    timezone: str | None,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Check the scans of a cycle against their headers, each other and the activity given.

    Returns
    -------
    tuple of str, tuple of str
        Lines that a reader of the dose should see, and warnings.

    Raises
    ------
    InputError
        If a scan is of another nuclide or energy window, holds nothing, or two were exchanged.
    RefusedError
        If a scan holds far more than there can be.
    """
    headers = [header_of(series[scan.scan.series_uid], timezone) for scan in scans]
    require_order(headers, [scan.given.acquired_at for scan in scans])
    notes: list[str] = []
    sigmas: list[float | None] = []
    for scan, header in zip(scans, headers, strict=True):
        _require_nuclide(header, cycle, physical)
        sigmas.append(None if scan.counted_with is None else scan.counted_with.sensitivity.relative_sigma)
        notes += [f"Scan at {scan.given.hours:.1f} h: {note}" for note in _against(scan.counted_with, header)]
    field = whole_field_of(scans, headers, sigmas, given_mbq=given_mbq, physical=physical)
    return (*field.lines, *notes), field.warnings


def whole_field_of(
    scans: Sequence[ReadScan],
    headers: Sequence[ScanHeader],
    sigmas: Sequence[float | None],
    *,
    given_mbq: float,
    physical: Nuclide,
) -> WholeField:
    """Compare all activity in each scan's field with what was given."""
    totals = [
        FieldTotal(
            hours=scan.given.hours,
            total_mbq=scan.given.activity.total() * 1e-6,
            relative_sigma=sigma,
            length_mm=length_along_body_mm(scan.given.activity.geometry),
            series=header.where,
        )
        for scan, header, sigma in zip(scans, headers, sigmas, strict=True)
    ]
    return fields_against_given(totals, given_mbq=given_mbq, half_life_h=physical.half_life_h)


def length_along_body_mm(geometry: Geometry) -> float:
    """Return how long a field is from head to feet [mm]."""
    axes = abs(geometry.directions[:, 2])
    return float(sum(part * n * d for part, n, d in zip(axes, geometry.shape, geometry.spacing_mm, strict=True)))


def require_order(headers: Sequence[ScanHeader], used: Sequence[datetime]) -> None:
    """Refuse scans whose order by the course is not their order by their headers.

    Raises
    ------
    InputError
        Naming two of them.
    """
    told = [(at, header) for at, header in zip(used, headers, strict=True) if header.acquired_at is not None]
    for (_, one), (_, other) in pairwise(sorted(told, key=lambda pair: pair[0])):
        assert one.acquired_at is not None
        assert other.acquired_at is not None
        if one.acquired_at > other.acquired_at:
            raise InputError(
                one.where,
                f"the course puts it before {other.where}, and by their headers it was taken "
                f"{(one.acquired_at - other.acquired_at).total_seconds() / 3600:.1f} h after it",
                "exchange the two in course.yaml, or correct 'acquired_at'",
                "a curve through exchanged time points rises where the activity falls",
            )


def header_of(series: SeriesFiles, timezone: str | None) -> ScanHeader:
    """Read what a scan's header says; see :class:`ScanHeader`."""
    from lutetia.dicom.read.clock import zone_of
    from lutetia.dicom.read.header import open_header
    from lutetia.dicom.read.series import nuclide_of, windows_kev

    header = open_header(series.files[0], series.where)
    return ScanHeader(
        where=series.where,
        nuclide=nuclide_of(header),
        windows_kev=windows_kev(header),
        corrections=header.words("CorrectedImage"),
        acquired_at=_acquired_at(header, zone_of(header, None if timezone is None else ZoneInfo(timezone))),
    )


def _acquired_at(header: Header, zone: tzinfo | None) -> datetime | None:
    from lutetia.dicom.error import DicomInputError
    from lutetia.dicom.read.clock import moment

    try:
        told = moment(header, "Acquisition", zone)
    except DicomInputError:
        return None
    return None if told is None else told.at


def _require_nuclide(header: ScanHeader, cycle: Cycle, physical: Nuclide) -> None:
    if header.nuclide is not None and header.nuclide != physical.name:
        raise InputError(
            header.where,
            f"its header names {header.nuclide}, and cycle {cycle.number} was given {cycle.agent}",
            "name the series of this therapy in course.yaml, or correct the header",
            "energy window, decay and dose belong to the nuclide",
        )


def _against(calibration: Calibration | None, header: ScanHeader) -> tuple[str, ...]:
    if calibration is None:
        return ()
    return (
        *require_same_windows(calibration, header.windows_kev, where=header.where),
        *reconstruction_doubts(calibration.reconstruction, header.corrections),
    )
