"""How a reader's decisions are written: a small YAML that says which lesions count, where they are, what is new.

A lesion is named by its place and its volume, never by a number that another segmentation would give to another one.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from lutetia.course.findings import LesionKind, NodeRegion
from lutetia.fileform import Day, FileError, Misfit, MisfitError, Part, TissueVolume, compose, read_as

Words = Annotated[str, Field(min_length=1)]

FORMAT: Final = "lutetia reading 1"


class ReadingFileError(FileError):
    """A file with a reading is wrong."""


class LesionReading(Part):
    """What a reader says of one lesion.

    Attributes
    ----------
    at_mm : tuple of float
        Its centre (x, y, z) as the table prints it [mm].
    volume : TissueVolume
        As the table prints it; a check that it is this lesion.
    counts : bool or None
        Whether it counts as disease; None leaves what was measured. Where organs were not drawn, the total is known
        once every piece has this.
    kind : str or None
        Bone, node, visceral or local.
    region : str or None
        Of a node: its region as PROMISE V2 names it.
    site : str or None
        In words.
    new : bool or None
        Of a lesion of the follow-up: whether it is new.
    why : str or None
        Needed where the reader changes what counts.
    """

    at_mm: Annotated[tuple[float, float, float], Field(strict=False)]
    volume: TissueVolume
    counts: bool | None = None
    kind: LesionKind | None = None
    region: NodeRegion | None = None
    site: Words | None = None
    new: bool | None = None
    why: Words | None = None

    @model_validator(mode="after")
    def _says_something_and_why(self) -> Self:
        misfits = []
        said = (self.counts, self.kind, self.region, self.site, self.new)
        if all(one is None for one in said):
            misfits.append(Misfit(("counts",), "nothing is said of this lesion; add counts, kind, site or new"))
        if self.region is not None and self.kind != "node":
            misfits.append(Misfit(("region",), "a region of nodes needs 'kind: node'"))
        if self.counts is False and self.why is None:
            misfits.append(Misfit(("why",), "what counts is changed without a reason; add 'why: ...'"))
        if self.counts is False and self.new:
            misfits.append(Misfit(("new",), "a lesion that does not count cannot be a new one; correct one of the two"))
        if misfits:
            raise MisfitError(misfits)
        return self


class Reading(Part):
    """What a reader says of one PET.

    Attributes
    ----------
    format : str
        ``lutetia reading 1``.
    by : str
        Who read it.
    on : date
        When.
    series_uid : str or None
        The PET it belongs to; checked where the PET says its own.
    new_lesions : bool or None
        Of a follow-up: whether there are new lesions at all, those included that nothing proposed.
    absent : tuple of str
        Codes of organs with uptake of their own that this PET does not show: out of its field, or removed. Nothing of
        them can be among the lesions.
    lesions : tuple of LesionReading
    """

    format: Literal["lutetia reading 1"]
    by: Words
    on: Day
    series_uid: Words | None = None
    new_lesions: bool | None = None
    absent: Annotated[tuple[Words, ...], Field(strict=False)] = ()
    lesions: Annotated[tuple[LesionReading, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _new_lesions_agree(self) -> Self:
        if self.new_lesions is False and any(lesion.new for lesion in self.lesions):
            text = "no new lesion is stated, and a lesion below is called new; correct one of the two"
            raise MisfitError([Misfit(("new_lesions",), text)])
        return self


def parse_reading(text: str | bytes, *, name: str = "reading.yaml") -> Reading:
    """Read a reading.

    Parameters
    ----------
    text : str or bytes
        Of the file.
    name : str
        Of the file, for messages.

    Raises
    ------
    ReadingFileError
        With every finding and its line.
    """
    return read_as(Reading, compose(text, name=name, refuse=ReadingFileError), refuse=ReadingFileError)
