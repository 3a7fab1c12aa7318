"""Which registration lays two scans of a cycle on one another, and what does it do to regions and their volumes?

The centre chooses; a deformation needs a CT with both scans and has to pass its checks. Where it is not used the rigid
motion is, and why is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lutetia.quantification.alignment import Alignment, align, align_deformably
from lutetia.site import DosimetrySettings, Site
from lutetia.vocabulary.registration import Registration
from lutetia.volume import Mask, deformed_mask, moved_mask
from lutetia.workflow.progress import Tell

if TYPE_CHECKING:
    from lutetia.workflow.dose.imaging import ReadScan

LARGEST_VOLUME_CHANGE: Final = 0.25
"""Lutetia's choice: no organ or lesion changes its volume by more within a cycle; its contour is then moved rigidly."""
FILLS: Final = frozenset({"bladder"})
"""Regions whose volume may change by any factor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedRegion:
    """A region where it came to lie on another scan.

    Attributes
    ----------
    mask : Mask
    drawn_ml : float
        Its volume where it was drawn [mL].
    by : Alignment
        What moved it.
    change : float or None
        By which part of its volume a deformation changes it, whether it is used for it or not.
    """

    mask: Mask
    drawn_ml: float
    by: Alignment
    change: float | None = None

    @property
    def deformed(self) -> bool:
        """Whether it was deformed."""
        return self.by.deformation is not None


def registration_of(site: Site | None) -> Registration:
    """Return which registration a centre chose."""
    settings = DosimetrySettings() if site is None else site.dosimetry
    chosen: Registration = settings.chosen("registration").value
    return chosen


def aligned(
    source: ReadScan, target: ReadScan, where: str, registration: Registration, tell: Tell
) -> tuple[Alignment, tuple[str, ...]]:
    """Return how a scan lies to another, by CT where both have one, else by SPECT; and what has to be told of that.

    Parameters
    ----------
    source, target : ReadScan
    where : str
        Names the pair in errors and in what is told.
    registration : str
        What was asked for.
    tell : Tell

    Raises
    ------
    lutetia.errors.RefusedError
        If not even a rigid motion can be found.
    """
    if source.ct is None or target.ct is None:
        missing = "deformable registration was asked for and needs a CT with both scans; the rigid motion is used."
        found = align(source.given.activity, target.given.activity, where=where)
        return found, (missing,) if registration == "deformable" else ()
    if registration == "rigid":
        return align(source.ct, target.ct, where=where), ()
    found = align_deformably(source.ct, target.ct, where=where, tell=lambda done: tell(f"deforming, {where}", done))
    return found, _not_used(found)


def _not_used(alignment: Alignment) -> tuple[str, ...]:
    failed = () if alignment.check is None else alignment.check.failed
    if not failed:
        return ()
    return (f"deformable registration was asked for and is not used: {'; '.join(failed)}. The rigid motion is used.",)


def moved_regions(drawn: Mapping[str, Mask], alignment: Alignment, frame: str | None) -> dict[str, MovedRegion]:
    """Return regions of one scan where they come to lie on another, by name.

    Parameters
    ----------
    drawn : mapping of str to Mask
    alignment : Alignment
        From the scan on which they were drawn to the other.
    frame : str or None
        The other's frame of reference.
    """
    return {name: _moved(name, mask, alignment, frame) for name, mask in drawn.items()}


def _moved(name: str, mask: Mask, alignment: Alignment, frame: str | None) -> MovedRegion:
    drawn_ml = mask.volume_ml
    change: float | None = None
    if alignment.deformation is not None and mask.voxels.any():
        found = deformed_mask(mask, alignment.deformation)
        change = found.volume_ml / drawn_ml - 1
        if name in FILLS or abs(change) <= LARGEST_VOLUME_CHANGE:
            return MovedRegion(mask=found, drawn_ml=drawn_ml, by=alignment, change=change)
    moved = moved_mask(mask, alignment.motion, frame_of_reference=frame)
    return MovedRegion(mask=moved, drawn_ml=drawn_ml, by=alignment.rigid or alignment, change=change)
