"""Is a folder that of a course, and what does the course say of its PET?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lutetia.errors import InputError
from lutetia.workflow.disease.run import OfCourse
from lutetia.workflow.record.folder import RECORD
from lutetia.workflow.record.opened import Opened, open_all


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A folder with PET, and the course that it is of, if it is of one.

    Attributes
    ----------
    folder : Path
    opened : Opened or None
    """

    folder: Path
    opened: Opened | None = None

    @property
    def told(self) -> OfCourse | None:
        """What the measurement says of the course."""
        if self.opened is None:
            return None
        course = self.opened.course
        return OfCourse(id=course.id, synthetic=course.synthetic, inputs=self.opened.inputs, notes=self.opened.notes)


def course_beside(path: Path, site: Path | None) -> Beside:
    """Return a folder with its course; a folder without ``course.yaml`` has none.

    Parameters
    ----------
    path : Path
        The folder, or the ``course.yaml`` in it.
    site : Path or None
        Of the course; without a course it is not used.

    Raises
    ------
    lutetia.errors.InputError
        If there is no such folder, or its course cannot be read.
    """
    if path.name == RECORD or (path / RECORD).is_file():
        opened = open_all(path, site)
        return Beside(folder=opened.folder.path, opened=opened)
    if not path.is_dir():
        raise InputError(str(path), "there is no such folder", "give the folder of a course, or one with DICOM files")
    return Beside(folder=path)
