"""When something was: a day, or a clock time that says in which time zone it was read.

A day is enough for laboratory results and events; administrations and scans need a clock time. A clock time
without an offset is read in the time zone stated by course or site; with neither it is refused.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, PlainSerializer, ValidationInfo

Moment = date | datetime


def day_of(at: Moment) -> date:
    """Return the calendar day of a moment, in the moment's own offset."""
    return at.date() if isinstance(at, datetime) else at


def _read_day(raw: object) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    if isinstance(raw, str) and len(raw) == 10:
        try:
            return date.fromisoformat(raw)
        except ValueError:
            raise ValueError(f"'{raw}' is not a day of the calendar; write year-month-day, e.g. 2026-03-02") from None
    raise ValueError(f"'{raw}' is not a day; write year-month-day, e.g. 2026-03-02")


def _read_clock_time(raw: object, info: ValidationInfo) -> datetime:
    if isinstance(raw, datetime):
        moment = raw
    elif isinstance(raw, str) and len(raw) > 10:
        try:
            moment = datetime.fromisoformat(raw)
        except ValueError:
            raise ValueError(f"'{raw}' is not a date with a clock time; write e.g. 2026-03-02T10:15+01:00") from None
    else:
        raise ValueError(f"'{raw}' has no clock time, which is needed here; write e.g. 2026-03-02T10:15+01:00")
    if moment.tzinfo is not None:
        return moment
    zone: ZoneInfo | None = (info.context or {}).get("timezone")
    if zone is None:
        raise ValueError(
            f"the clock time '{raw}' has no offset, and neither course nor site states a time zone; "
            "write e.g. 2026-03-02T10:15+01:00, or 'timezone: Europe/Paris' in course.yaml or site.yaml"
        )
    return moment.replace(tzinfo=zone)


def _read_moment(raw: object, info: ValidationInfo) -> Moment:
    if isinstance(raw, datetime) or (isinstance(raw, str) and len(raw) > 10):
        return _read_clock_time(raw, info)
    return _read_day(raw)


def _write(at: Moment) -> str:
    return at.isoformat(timespec="seconds") if isinstance(at, datetime) else at.isoformat()


Day = Annotated[date, BeforeValidator(_read_day), PlainSerializer(_write, return_type=str)]
ClockTime = Annotated[datetime, BeforeValidator(_read_clock_time), PlainSerializer(_write, return_type=str)]
DayOrTime = Annotated[Moment, BeforeValidator(_read_moment), PlainSerializer(_write, return_type=str)]
