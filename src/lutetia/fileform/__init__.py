"""How a file that a person writes is read: strictly, and each refusal with file, line, field and remedy."""

from lutetia.fileform.document import Document, compose, contents
from lutetia.fileform.findings import FileError, Finding, Misfit, MisfitError
from lutetia.fileform.model import read_as
from lutetia.fileform.moment import ClockTime, Day, DayOrTime, Moment, day_of
from lutetia.fileform.part import Part
from lutetia.fileform.quantity import (
    AbsorbedDose,
    Activity,
    Concentration,
    Duration,
    Length,
    Mass,
    Quantity,
    TissueVolume,
)

__all__ = [
    "AbsorbedDose",
    "Activity",
    "ClockTime",
    "Concentration",
    "Day",
    "DayOrTime",
    "Document",
    "Duration",
    "FileError",
    "Finding",
    "Length",
    "Mass",
    "Misfit",
    "MisfitError",
    "Moment",
    "Part",
    "Quantity",
    "TissueVolume",
    "compose",
    "contents",
    "day_of",
    "read_as",
]
