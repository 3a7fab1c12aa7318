"""A course's folder on disk: the record, its images, its results, and the site it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lutetia.errors import InputError

RECORD = "course.yaml"
IMAGING = "imaging"
RESULTS = "results"


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
    """Open the folder of a course, given as the folder or as its ``course.yaml``.

    Raises
    ------
    FolderError
        If there is no such folder, or no ``course.yaml`` in it.
    """
    folder = path.parent if path.name == RECORD else path
    if not folder.is_dir():
        raise FolderError(str(path), "there is no such folder", "give the folder that holds course.yaml")
    if not (folder / RECORD).is_file():
        raise FolderError(
            str(folder),
            f"there is no {RECORD} in it",
            f"write one (docs/course-file.md shows how), or run 'lutetia phantom {folder}' for a simulated patient",
        )
    return CourseFolder(folder)


def find_site(course: CourseFolder, given: Path | None) -> Path | None:
    """Return the site's folder: the one given, else ``site/`` beside or above the course's folder, else None."""
    if given is not None:
        if not (given / "site.yaml").is_file():
            raise FolderError(str(given), "there is no site.yaml in it", "give the folder that holds site.yaml")
        return given
    here = course.path.resolve()
    return next((place for place in (here / "site", here.parent / "site") if (place / "site.yaml").is_file()), None)
