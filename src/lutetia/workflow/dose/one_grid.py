"""How do the scans of a cycle come onto the grid of its reference scan, voxel by voxel?

Each is aligned with the reference scan, by CT where both have one, and laid on its grid by linear interpolation. Curves
of voxels need that; curves of regions do not, and nothing is interpolated for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lutetia.dosimetry.voxel_map import OnOneGrid
from lutetia.volume import Volume, moved_volume, resample
from lutetia.workflow.dose.alignment import aligned
from lutetia.workflow.progress import Tell, silently

if TYPE_CHECKING:
    from lutetia.workflow.dose.imaging import ReadScan


def on_one_grid(scans: Sequence[ReadScan], reference: int, tell: Tell = silently) -> OnOneGrid:
    """Lay all scans of a cycle on the grid of one of them.

    Parameters
    ----------
    scans : sequence of ReadScan
    reference : int
        Which one.
    tell : Tell

    Raises
    ------
    lutetia.errors.InputError
        If there are fewer than three scans.
    lutetia.errors.RefusedError
        If two scans cannot be aligned.
    """
    order = sorted(range(len(scans)), key=lambda n: scans[n].given.hours)
    laid = []
    for done, n in enumerate(order):
        tell(f"laying scan {n + 1} on scan {reference + 1}", done / len(order))
        laid.append(_laid(scans[n], scans[reference], n, reference))
    durations = [scans[n].duration_s for n in order]
    return OnOneGrid(
        activities=tuple(laid),
        hours=tuple(scans[n].given.hours for n in order),
        durations=tuple(d for d in durations if d is not None) if None not in durations else None,
        reference=order.index(reference),
    )


def _laid(scan: ReadScan, reference: ReadScan, n: int, number: int) -> Volume:
    grid = reference.given.activity.geometry
    if n == number:
        return reference.given.activity
    where = f"alignment of scan {n + 1} ({scan.given.hours:.1f} h) with scan {number + 1} for curves of voxels"
    motion = aligned(scan, reference, where).motion
    moved = moved_volume(scan.given.activity, motion, frame_of_reference=grid.frame_of_reference)
    return resample(moved, grid, outside=0.0)
