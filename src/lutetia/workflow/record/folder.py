"""A course's folder on disk: the record, its images, its results, and the site it belongs to."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lutetia.errors import InputError

RECORD = "course.yaml"
IMAGING = "imaging"
RESULTS = "results"
SITE = "site.yaml"


class FolderError(InputError):
    """A folder is not what a command needs."""


@dataclass(frozen=True, slots=True)
class CourseFolder:
    """A folder with ``course.yaml``, ``imaging/`` (any DICOM) and ``results/<run>/`` (written, never edited)."""

    path: Path

    @property
    def record(self) -> Path:
        """The file of the record."""
        return self.path / RECORD

    @property
    def imaging(self) -> Path:
        """The folder of the images; it may be absent."""
        return self.path / IMAGING

    def require_room_for_results(self) -> None:
        """Refuse, before any work is done, a folder in which the results cannot be written.

        Raises
        ------
        FolderError
        """
        place = self.path / RESULTS
        nearest = place if place.is_dir() else self.path
        if place.exists() and not place.is_dir():
            raise FolderError(str(place), "it is a file where the folder of the results has to be", "move it away")
        if not os.access(nearest, os.W_OK | os.X_OK):
            raise FolderError(str(nearest), "the results cannot be written into it", "allow writing there")

    def new_result(self, started_at: datetime) -> Path:
        """Make and return a new folder for the results of a run; existing results are never touched."""
        stamp = started_at.strftime("%Y-%m-%dT%H%M%SZ")
        for suffix in ("", *(f"-{n}" for n in range(2, 1000))):
            folder = self.path / RESULTS / f"{stamp}{suffix}"
            if not folder.exists():
                folder.mkdir(parents=True)
                return folder
        raise FolderError(str(self.path / RESULTS), "a thousand runs within one second", "wait a second")


def open_course(path: Path) -> CourseFolder:
    """Open the folder of a course, given as that folder or as its ``course.yaml``.

    Raises
    ------
    FolderError
        If there is no such folder, or no ``course.yaml`` in it.
    """
    folder = path.parent if path.name == RECORD else path
    _require_folder(folder, path, RECORD)
    if not (folder / RECORD).is_file():
        raise FolderError(str(folder), f"there is no {RECORD} in it", _remedy(folder))
    return CourseFolder(folder)


def _remedy(folder: Path) -> str:
    inside = sorted(record.parent for record in folder.glob(f"*/{RECORD}"))
    if inside:
        return f"give the folder of one course, e.g. {inside[0]}"
    return "write one (docs/course-file.md shows how), or let 'lutetia phantom DIR' make an example"


def _require_folder(folder: Path, given: Path, wanted: str) -> None:
    if folder.is_dir():
        return
    found = "it is a file, not a folder" if folder.is_file() else "there is no such folder"
    raise FolderError(str(given), found, f"give the folder that holds {wanted}")


def find_site(course: CourseFolder, given: Path | None) -> Path | None:
    """Return the site's folder: the one given, else ``site/`` in or beside the course's, else None."""
    if given is not None:
        folder = given.parent if given.name == SITE else given
        _require_folder(folder, given, SITE)
        if not (folder / SITE).is_file():
            raise FolderError(str(given), f"there is no {SITE} in it", f"give the folder that holds {SITE}")
        return folder
    here = course.path.resolve()
    return next((place for place in (here / "site", here.parent / "site") if (place / SITE).is_file()), None)
