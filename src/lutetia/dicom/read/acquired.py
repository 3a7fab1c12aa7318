"""When an image was taken: acquisition, series and study times are three different things.

The acquisition date and time decide. Series and study times are those of the reconstruction or of the appointment on
many systems; they are used only where said so, and never silently.
"""

from __future__ import annotations

from datetime import tzinfo

from lutetia.dicom.error import DicomInputError
from lutetia.dicom.read.clock import Moment, moment
from lutetia.dicom.read.header import Header
from lutetia.dicom.read.stated import Stated

SAME_MINUTE_S = 60.0


def acquired(
    headers: tuple[Header, ...], zone: tzinfo | None, stated: Stated, *, series_time_will_do: bool
) -> tuple[Moment, tuple[str, ...]]:
    """Return the start of the acquisition, which fact told it, and what a reader should know.

    Parameters
    ----------
    headers : tuple of Header
        All slices: the earliest time counts.
    zone : tzinfo or None
    stated : Stated
        Its ``acquired_at`` comes first.
    series_time_will_do : bool
        True for PET, whose series time is a time of acquisition by the standard.

    Raises
    ------
    DicomInputError
        If nobody says when the image was taken.
    """
    notes: list[str] = []
    if stated.acquired_at is not None:
        told = _if_readable(headers, zone)
        if told is not None and (apart := abs((told.at - stated.acquired_at).total_seconds())) > SAME_MINUTE_S:
            notes.append(f"the header puts the scan {apart / 3600:.2f} h away from the course's time, which is used")
        return Moment(stated.acquired_at, "stated by the course"), tuple(notes)
    told = _earliest(headers, zone)
    series = moment(headers[0], "Series", zone)
    if told is None and series is not None and series_time_will_do:
        return Moment(series.at, f"{series.told_by}, as no acquisition time is given"), ()
    if told is None:
        raise DicomInputError(
            headers[0].where,
            "AcquisitionDate and AcquisitionTime are missing",
            "state 'acquired_at' of this scan in the course",
            "series and study times may be those of the reconstruction or the appointment",
        )
    if series is not None and abs((series.at - told.at).total_seconds()) > SAME_MINUTE_S:
        apart_h = (series.at - told.at).total_seconds() / 3600
        notes.append(
            f"the series time lies {abs(apart_h):.2f} h {'after' if apart_h > 0 else 'before'} the acquisition"
        )
    study = moment(headers[0], "Study", zone)
    if study is not None and study.at.date() != told.at.date():
        notes.append("the study date is another day than the acquisition, as in studies of several scans")
    return told, tuple(notes)


def _if_readable(headers: tuple[Header, ...], zone: tzinfo | None) -> Moment | None:
    """Return the header's time for comparison only; a person's statement settles one that cannot be read."""
    try:
        return _earliest(headers, zone)
    except DicomInputError:
        return None


def _earliest(headers: tuple[Header, ...], zone: tzinfo | None) -> Moment | None:
    """Return the earliest acquisition time; slices repeat a few distinct ones, so each is read once."""
    seen: dict[tuple[tuple[str, ...], ...], Header] = {}
    for header in headers:
        key = tuple(header.words(f"Acquisition{part}") for part in ("Date", "Time", "DateTime"))
        seen.setdefault(key, header)
    told = [m for header in seen.values() if (m := moment(header, "Acquisition", zone)) is not None]
    return min(told, key=lambda m: m.at, default=None)
