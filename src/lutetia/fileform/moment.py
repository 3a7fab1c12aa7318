"""When something was: a day, or a clock time that says in which time zone it was read.

A day is enough for laboratory results and events; administrations and scans need a clock time. A clock time
without an offset is read in the time zone stated by course or site; with neither it is refused, and so is one
that the clock showed twice or never in the night of a change between summer and winter time.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, ValidationInfo, WithJsonSchema

Moment = date | datetime

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_CLOCK: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?")
_MONTH_OR_YEAR: Final = re.compile(r"\d{4}(-\d{2})?")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_EXAMPLE: Final = "2026-03-02T10:15+01:00"


def day_of(at: Moment) -> date:
    """Return the calendar day of a moment, in the moment's own offset."""
    return at.date() if isinstance(at, datetime) else at


def time_zone(name: str) -> ZoneInfo:
    """Return the time zone of an IANA name.

    Raises
    ------
    ValueError
        If there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"'{name}' is not an IANA time zone; write e.g. Europe/Paris") from None


def read_day(raw: object) -> date:
    """Read a day written as year-month-day.

    Raises
    ------
    ValueError
        If it is written otherwise, or the calendar has no such day.
    """
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    if not isinstance(raw, str) or not _DAY.fullmatch(raw):
        raise ValueError(f"'{raw}' is not a day; {_day_remedy(raw)}")
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        raise ValueError(f"'{raw}' is not a day of the calendar; write year-month-day, e.g. 2026-03-02") from None
    return _in_living_memory(day)


def _day_remedy(raw: object) -> str:
    """Say how a day is written, given what stands in its place."""
    text = str(raw)
    if not _MONTH_OR_YEAR.fullmatch(text):
        return "write year-month-day, e.g. 2026-03-02"
    known, first = ("month", f"{text}-01") if "-" in text else ("year", f"{text}-01-01")
    return f"write the first day of the {known}, {first}, and in a therapy also 'dates_known_to: {known}'"


def _in_living_memory(day: date) -> date:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(f"the year of {day} is not plausible; correct it, e.g. 2026-03-02")
    return day


def local_to_aware(naive: datetime, zone: tzinfo) -> datetime:
    """Read a clock time without offset in a time zone; the result carries a fixed offset.

    Raises
    ------
    ValueError
        If the clock showed this time twice or never.
    """
    aware = naive.replace(tzinfo=zone, fold=0)
    if aware.utcoffset() != naive.replace(tzinfo=zone, fold=1).utcoffset():
        raise ValueError(
            f"the clocks were changed around '{naive}', so that this time was shown twice or never; "
            f"write it with its offset, e.g. {_EXAMPLE}"
        )
    return _with_fixed_offset(aware)


def _with_fixed_offset(aware: datetime) -> datetime:
    # Two moments in a ZoneInfo compare as wall clocks, and some never equal themselves in another zone.
    offset = aware.utcoffset() or timedelta()
    return aware.replace(tzinfo=timezone(offset) if offset else UTC, fold=0)


def _read_clock_time(raw: object, info: ValidationInfo) -> datetime:
    if isinstance(raw, datetime):
        moment = raw
    elif isinstance(raw, str) and _CLOCK.fullmatch(raw):
        try:
            moment = datetime.fromisoformat(raw)
        except ValueError:
            raise ValueError(f"'{raw}' is no time of any calendar or clock; write e.g. {_EXAMPLE}") from None
    elif isinstance(raw, date) or (isinstance(raw, str) and _DAY.fullmatch(raw)):
        raise ValueError(f"'{raw}' has no clock time, which is needed here; write e.g. {_EXAMPLE}")
    else:
        raise ValueError(f"'{raw}' is not a date with a clock time; write e.g. {_EXAMPLE}")
    _in_living_memory(moment.date())
    if moment.tzinfo is not None:
        return _with_fixed_offset(moment)
    zone: ZoneInfo | None = (info.context or {}).get("timezone")
    if zone is None:
        raise ValueError(
            f"the clock time '{raw}' has no offset, and neither course nor site states a time zone; "
            f"write e.g. {_EXAMPLE}, or 'timezone: Europe/Paris' in course.yaml or site.yaml"
        )
    return local_to_aware(moment, zone)


def _read_moment(raw: object, info: ValidationInfo) -> Moment:
    if isinstance(raw, datetime) or (isinstance(raw, str) and _CLOCK.fullmatch(raw)):
        return _read_clock_time(raw, info)
    return read_day(raw)


def _write(at: Moment) -> str:
    return at.isoformat()


DAY_SCHEMA: Final = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$", "description": "a day, e.g. 2026-03-02"}
_CLOCK_SCHEMA: Final = {
    "type": "string",
    "pattern": f"^{_CLOCK.pattern}$",
    "description": f"a clock time, e.g. {_EXAMPLE}; without an offset it is read in the stated time zone",
}

Day = Annotated[date, BeforeValidator(read_day), PlainSerializer(_write, return_type=str), WithJsonSchema(DAY_SCHEMA)]
ClockTime = Annotated[
    datetime,
    BeforeValidator(_read_clock_time),
    PlainSerializer(_write, return_type=str),
    WithJsonSchema(_CLOCK_SCHEMA),
]
DayOrTime = Annotated[
    Moment,
    BeforeValidator(_read_moment),
    PlainSerializer(_write, return_type=str),
    WithJsonSchema({"anyOf": [DAY_SCHEMA, _CLOCK_SCHEMA]}),
]


def _known_zone(name: str) -> str:
    time_zone(name)
    return name


ZoneName = Annotated[str, AfterValidator(_known_zone)]
"""An IANA name such as ``Europe/Paris``."""
