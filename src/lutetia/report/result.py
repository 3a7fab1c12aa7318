"""What a run hands to its page: the record, the answers, the doses, the pictures, and what was stopped and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, Self

from lutetia.course import Course
from lutetia.dosimetry.result import CycleDose
from lutetia.errors import LutetiaError, sentence
from lutetia.guideline.book_comparison import Comparison
from lutetia.guideline.verdict import Assessment
from lutetia.provenance import RunRecord
from lutetia.site import Choice
from lutetia.volume import Mask, Volume

PictureKind = Literal["slices", "mip"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An image that is to be drawn with the outlines of its regions.

    Attributes
    ----------
    title : str
        What it shows, e.g. ``"Cycle 1, SPECT/CT 24 h after administration"``.
    background : Volume or None
        CT [HU] on which the overlay is laid; any grid of the same patient coordinates.
    overlay : Volume
        Activity concentration [Bq/mL] or absorbed dose [Gy].
    masks : tuple of Mask
        Regions to outline; each may lie on its own grid.
    kind : str
        ``"slices"`` for axial and coronal planes, ``"mip"`` for maximum-intensity projections.
    """

    title: str
    background: Volume | None
    overlay: Volume
    masks: tuple[Mask, ...] = ()
    kind: PictureKind = "slices"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A part of the run that gave no result, while the others did.

    Attributes
    ----------
    part : str
        Name of the part, e.g. ``"dosimetry, cycle 1"``.
    message : str
        What was found and why nothing was computed.
    remedy : str
        What to write or do.
    exit_code : int
        2 where the input is wrong, 3 where a result was withheld as unsafe.
    """

    part: str
    message: str
    remedy: str
    exit_code: int = 2

    @classmethod
    def from_error(cls, part: str, error: LutetiaError) -> Self:
        """Tell of a part that ended with one of Lutetia's errors."""
        found = " ".join((error.found.rstrip(". ") + ".", *([sentence(error.why)] if error.why else [])))
        return cls(part=part, message=f"{error.where}: {found}", remedy=error.remedy, exit_code=error.exit_code)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """All that a page is built from.

    Attributes
    ----------
    course : Course
        As known on ``known_on``.
    known_on : date
        Nothing recorded or dated later was used.
    assessments : tuple of Assessment
        In the order in which they are to be read; the first is the page's question.
    comparisons : tuple of Comparison
        What every source says about the same questions; the page shows where they differ.
    cycles : tuple of CycleDose
        Dosimetry, one per cycle.
    choices : tuple of Choice
        What stands behind the doses, whose choice it is, and from which source.
    references_shown : bool
        Show doses that are quoted for organs beside the sums over cycles.
    pictures : tuple of Picture
    record : RunRecord
    notes : tuple of str
        Assumptions and warnings of the whole run; always shown.
    stopped : tuple of Stop
    """

    course: Course
    known_on: date
    record: RunRecord
    assessments: tuple[Assessment, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    cycles: tuple[CycleDose, ...] = ()
    choices: tuple[Choice, ...] = ()
    references_shown: bool = True
    pictures: tuple[Picture, ...] = ()
    notes: tuple[str, ...] = ()
    stopped: tuple[Stop, ...] = ()
