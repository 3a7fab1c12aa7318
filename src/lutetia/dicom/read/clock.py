"""DICOM's dates, times and offsets as moments that know their time zone.

Source: DICOM PS3.5 6.2 (DA, TM, DT), PS3.3 C.12.1.1.8 (Timezone Offset From UTC).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo

from lutetia.dicom.error import DicomInputError
from lutetia.dicom.read.header import Header

_DAY = re.compile(r"(\d{4})\.?(\d{2})\.?(\d{2})$")
_TIME = re.compile(r"(\d{2}):?(\d{2})?:?(\d{2})?(\.\d{1,6})?$")
_DATE_TIME = re.compile(r"(\d{8})(\d{2}\d{0,4}(?:\.\d{1,6})?)([+-]\d{4})?$")
_OFFSET = re.compile(r"([+-])(\d{2})(\d{2})$")


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment and which attribute told it."""

    at: datetime
    told_by: str


def fixed(at: datetime) -> datetime:
    """Return a moment with its offset instead of its zone.

    Two times of one zone are subtracted by the clock on the wall, which is an hour wrong over a change of summer time.
    """
    away = at.utcoffset()
    if away is None:
        raise ValueError("a time without an offset is no moment")
    return at.replace(tzinfo=timezone(away))


def zone_of(header: Header, stated: tzinfo | None) -> tzinfo | None:
    """Return the header's own offset from UTC, or the zone stated by course or site."""
    offset = header.text("TimezoneOffsetFromUTC")
    return stated if offset is None else _offset(offset, header.where)


def moment(header: Header, stem: str, zone: tzinfo | None) -> Moment | None:
    """Return ``<stem>DateTime``, or ``<stem>Date`` with ``<stem>Time``; None unless both day and time are there.

    Parameters
    ----------
    header : Header
    stem : str
        ``"Acquisition"``, ``"Series"`` or ``"Study"``.
    zone : tzinfo or None
        From :func:`zone_of`.

    Raises
    ------
    DicomInputError
        If the words are not a time, or no offset is known for it.
    """
    together = header.text(f"{stem}DateTime")
    if together is not None:
        return Moment(date_time(together, zone, f"{stem}DateTime", header.where), f"{stem}DateTime")
    day, time = header.text(f"{stem}Date"), header.text(f"{stem}Time")
    if day is None or time is None:
        return None
    return Moment(_joined(day, time, zone, f"{stem}Date and {stem}Time", header.where), f"{stem}Date and {stem}Time")


def date_time(text: str, zone: tzinfo | None, keyword: str, where: str) -> datetime:
    """Read a DT value; its own offset comes before the zone given."""
    parts = _DATE_TIME.match(text)
    if parts is None:
        raise _unreadable(keyword, text, where)
    own = zone if parts[3] is None else _offset(parts[3], where)
    return _joined(parts[1], parts[2], own, keyword, where)


def on_day_of(start: str, scan: datetime, zone: tzinfo | None, where: str) -> datetime:
    """Read a TM value as the last such clock time before a scan: of the same day, or of the day before.

    The clock is that of the zone, whose offset may have been another one then than at the scan.
    """
    local = scan if zone is None else scan.astimezone(zone)
    zone = local.tzinfo if zone is None else zone
    same_day = _joined(f"{local:%Y%m%d}", start, zone, "RadiopharmaceuticalStartTime", where)
    if same_day <= scan:
        return same_day
    return _joined(f"{local - timedelta(days=1):%Y%m%d}", start, zone, "RadiopharmaceuticalStartTime", where)


def _joined(day: str, time: str, zone: tzinfo | None, keyword: str, where: str) -> datetime:
    ymd, hms = _DAY.match(day), _TIME.match(time)
    if ymd is None or hms is None:
        raise _unreadable(keyword, f"{day} {time}", where)
    if zone is None:
        raise DicomInputError(
            where,
            f"{keyword} is a clock time without a time zone",
            "write 'timezone: Europe/Paris' (or wherever the camera stands) in course.yaml or site.yaml",
            "hours after administration could be wrong by the difference between zones",
        )
    fraction = round(float(hms[4] or 0) * 1e6)
    try:
        whole = datetime(
            int(ymd[1]), int(ymd[2]), int(ymd[3]), int(hms[1]), int(hms[2] or 0), int(hms[3] or 0), tzinfo=zone
        )
    except ValueError:
        raise _unreadable(keyword, f"{day} {time}", where) from None
    if whole.utcoffset() != whole.replace(fold=1).utcoffset():
        raise DicomInputError(
            where,
            f"{keyword} falls into the hour in which the clocks were changed",
            "state the time with its offset in the course",
            "that clock time was shown twice, or never",
        )
    return fixed(whole + timedelta(microseconds=fraction))


def _offset(text: str, where: str) -> tzinfo:
    parts = _OFFSET.match(text)
    if parts is None or int(parts[2]) > 14 or int(parts[3]) > 59:
        raise _unreadable("TimezoneOffsetFromUTC", text, where)
    away = timedelta(hours=int(parts[2]), minutes=int(parts[3]))
    return timezone(-away if parts[1] == "-" else away)


def _unreadable(keyword: str, text: str, where: str) -> DicomInputError:
    return DicomInputError(where, f"{keyword} '{text}' is not a time of the calendar", "correct it at the source")
