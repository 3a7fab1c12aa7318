"""A course and its site, read from disk, with everything the faces have to say about where they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from lutetia.course import Course
from lutetia.course.file import read_course
from lutetia.provenance import RunRecord, now, sha256_of
from lutetia.site import Site, read_site
from lutetia.workflow.record.folder import CourseFolder, find_site, open_course
from lutetia.workflow.response.kidney import reported_beside_computed


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A course ready to be worked on.

    Attributes
    ----------
    folder : CourseFolder
    course : Course
        The whole record, with the site's settings where the course itself is silent.
    site : Site or None
    site_folder : Path or None
        Where it was read from.
    inputs : mapping of str to str
        Relative file name to SHA-256.
    notes : tuple of str
        What a reader of any result has to know.
    """

    folder: CourseFolder
    course: Course
    site: Site | None
    inputs: Mapping[str, str]
    started_at: datetime = field(default_factory=now)
    notes: tuple[str, ...] = ()
    site_folder: Path | None = None

    @property
    def timezone(self) -> str | None:
        """The zone in which clock times without an offset are read: the course's, else the site's."""
        return self.course.timezone or (self.site.timezone if self.site else None)

    def notes_on(self, known_on: date) -> tuple[str, ...]:
        """Return what a reader has to know of any result about the record as known on a day."""
        own: list[str] = []
        if known_on > date.today():  # noqa: DTZ011 - the user's own calendar day is meant
            own.append(f"{known_on} has not come yet: nothing that will be recorded until then can be known.")
        known = self.course.as_known(known_on)
        if not (known.facts or known.cycles or known.therapies.entries or known.examinations.entries):
            own.append(f"Nothing was known on {known_on}: every entry of the record is of a later day.")
        if doubt := reported_beside_computed(known):
            own.append(doubt)
        return (*self.notes, *own)

    def record(self, command: str, *, parameters: Mapping[str, object], inputs: Mapping[str, str] | None = None,
               datasets: Mapping[str, str] | None = None) -> RunRecord:  # fmt: skip
        """Return the record of a run that ends now."""
        return RunRecord(
            command=command,
            started_at=self.started_at,
            finished_at=now(),
            parameters=dict(parameters),
            inputs={**self.inputs, **(inputs or {})},
            datasets=dict(datasets or {}),
        )


def open_all(course_path: Path, site_path: Path | None) -> Opened:
    """Read a course and the site it belongs to.

    Parameters
    ----------
    course_path : Path
        The course's folder, or its ``course.yaml``.
    site_path : Path or None
        The site's folder; else ``site/`` in or beside the course's is taken, if there is one.

    Raises
    ------
    lutetia.errors.InputError
        If either cannot be read.
    """
    started_at = now()
    folder = open_course(course_path)
    place = find_site(folder, site_path)
    site = None if place is None else read_site(place)
    course = read_course(folder.record, timezone=site.timezone if site else None)
    inputs = {"course.yaml": sha256_of(folder.record)}
    notes: list[str] = []
    if site is None or place is None:
        notes.append("No site was given: time zone, calibrations, local law and population half-lives are unknown.")
    else:
        course = course.with_facts(site.facts(), where_silent=True)
        inputs |= {f"site/{path.relative_to(place)}": sha256_of(path) for path in sorted(place.rglob("*.yaml"))}
    if undated := course.undated_records():
        notes.append(
            f"{undated} entries do not say when they were recorded; their own dates stand in for it in 'as known'."
        )
    return Opened(
        folder=folder, course=course, site=site, inputs=inputs, started_at=started_at, notes=tuple(notes),
        site_folder=place,
    )  # fmt: skip


def record_json(record: RunRecord) -> dict[str, Any]:
    """Return a run record as plain values."""
    return {
        "command": record.command,
        "started_at": record.started_at.isoformat(),
        "finished_at": record.finished_at.isoformat(),
        "version": record.version,
        "python": record.python,
        "packages": dict(record.packages),
        "datasets": dict(record.datasets),
        "parameters": dict(record.parameters),
        "inputs": dict(record.inputs),
    }
