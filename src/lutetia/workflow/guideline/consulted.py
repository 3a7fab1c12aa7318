"""A course opened to be read by a book: with its site and the local protocol that belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lutetia.course import Course
from lutetia.guideline.protocol import Protocol, read_protocol
from lutetia.provenance import RunRecord
from lutetia.site.folder import PROTOCOL
from lutetia.workflow.record.opened import Opened, open_all, record_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Consulted:
    """A course, and what a book is asked with.

    Attributes
    ----------
    opened : Opened
    known_on : date
        The record as known on this day is used.
    protocol : Protocol or None
        Laid over the book.
    notes : tuple of str
        What a reader of any answer has to know.
    """

    opened: Opened
    known_on: date
    protocol: Protocol | None
    notes: tuple[str, ...]

    @property
    def course(self) -> Course:
        """The whole record."""
        return self.opened.course

    def record(
        self,
        command: str,
        parameters: Mapping[str, str],
        *,
        inputs: Mapping[str, str] | None = None,
        datasets: Mapping[str, str] | None = None,
    ) -> RunRecord:
        """Return the record of a run that ends now, with the day as known and the hash of the protocol."""
        used = {f"protocol/{self.protocol.file}": self.protocol.sha256} if self.protocol is not None else {}
        return self.opened.record(
            command, parameters={"known_on": self.known_on.isoformat(), **parameters},
            inputs={**(inputs or {}), **used}, datasets=datasets,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was found, how it came about, and what has to be known about that."""

    record: RunRecord
    notes: tuple[str, ...]

    def record_json(self) -> dict[str, Any]:
        """Return the run record as plain values."""
        return record_json(self.record)


def consult(
    course_path: Path,
    site_path: Path | None,
    *,
    known_on: date,
    book: str | None,
    protocol_path: Path | None = None,
    not_laid: str = "",
) -> Consulted:
    """Read a course, its site, and the protocol named, else the site's.

    A site's protocol for another book than the one asked is not laid over; a protocol that was named is handed on, and
    refused where it is used.

    Parameters
    ----------
    course_path, site_path : Path
        See :func:`lutetia.workflow.record.opened.open_all`.
    known_on : date
    book : str or None
        The book that is asked; None for whichever the protocol departs from.
    protocol_path : Path, optional
        A local protocol instead of the site's.
    not_laid : str
        What a reader is told of a protocol where none is laid over what is asked.

    Raises
    ------
    lutetia.errors.InputError
        If a file cannot be read.
    """
    opened = open_all(course_path, site_path)
    protocol, remarks = _protocol(opened, protocol_path, book=book, today=max(known_on, opened.started_at.date()))
    if protocol is not None and not_laid:
        protocol, remarks = None, (*remarks, not_laid)
    return Consulted(opened=opened, known_on=known_on, protocol=protocol, notes=(*opened.notes_on(known_on), *remarks))


def _protocol(
    opened: Opened, given: Path | None, *, book: str | None, today: date
) -> tuple[Protocol | None, tuple[str, ...]]:
    if given is not None:
        return read_protocol(given, today=today), ()
    place = opened.site_folder
    if place is None or not (place / PROTOCOL).is_file():
        return None, ()
    protocol = read_protocol(place / PROTOCOL, today=today)
    if book is not None and protocol.book != book:
        return None, (f"The site's protocol departs from '{protocol.book}' and was not laid over '{book}'.",)
    return protocol, ()
