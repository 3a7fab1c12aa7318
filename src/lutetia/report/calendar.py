"""A plan for a calendar: one event for each window, as iCalendar (RFC 5545).

No name of a patient is in it: an event names the course by its id. The same plan gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from lutetia import __version__
from lutetia.guideline.schedule import DueItem, DueState, Plan
from lutetia.report import words
from lutetia.report.course_page import FOOT

LONGEST_LINE: Final = 75
"""Octets of a line without its end (RFC 5545, 3.1)."""
_ESCAPED: Final = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"}


def render_calendar(plan: Plan, *, every: bool = False) -> str:
    """Return the plan as iCalendar text, with CRLF at the ends of lines.

    Parameters
    ----------
    every : bool
        True writes what is done, missed or not applicable too; items without any day are left out.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//Lutetia//Lutetia {__version__}//EN", "CALSCALE:GREGORIAN",
             "METHOD:PUBLISH"]  # fmt: skip
    for item in plan.items:
        if every or item.pending:
            lines += _event(plan, item)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(plan: Plan, item: DueItem) -> Iterator[str]:
    days = _days(item)
    if days is None:
        return
    first, last = days
    made_up = "SYNTHETIC " if plan.synthetic else ""
    yield "BEGIN:VEVENT"
    yield f"UID:{uid(plan.course, item.key)}"
    yield f"DTSTAMP:{plan.known_on:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{first:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(f'{made_up}{plan.course}: {words.prose(item.what)} ({item.state.value})')}"
    yield f"DESCRIPTION:{_text(_description(item))}"
    yield f"STATUS:{'TENTATIVE' if item.tentative or item.state is DueState.UNKNOWN else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _days(item: DueItem) -> tuple[date, date] | None:
    """Return first and last day; an open window is entered on the day that it has."""
    if item.state is DueState.DONE and item.done_on is not None:
        return item.done_on, item.done_on
    opens = item.blocked_until if item.state is DueState.BLOCKED and item.blocked_until else item.opens
    days = [day for day in (opens, item.closes) if day is not None]
    return (min(days), max(days)) if days else None


def _description(item: DueItem) -> str:
    lines = [
        f"{item.state.value}: {words.prose(item.because)}",
        f"Counted from {item.counted_from}.",
        words.prose(item.says),
        f"{item.rule}: {item.citation} ({item.strength.value}).",
        *(f"Ask: {words.prose(ask.question)}" for ask in item.asks_for),
        FOOT,
    ]
    return "\n".join(lines)


def uid(course: str, key: str) -> str:
    """Return the id of an event: the same for the same thing of the same course on every day."""
    plain = re.sub(r"[^A-Za-z0-9.-]", lambda sign: f"_{ord(sign[0]):x}_", key.replace("/", "."))
    return f"{course}.{plain}@plan.lutetia"


def _text(raw: str) -> str:
    return "".join(_ESCAPED.get(sign, sign) for sign in raw.replace("\r\n", "\n").replace("\r", "\n"))


def _folded(line: str) -> Iterator[str]:
    """Cut a line into parts of at most 75 octets, never within a character; each further part begins with a space."""
    part, size = "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > LONGEST_LINE:
            yield part
            part, size = " ", 1
        part += sign
        size += octets
    yield part
