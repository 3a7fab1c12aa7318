"""How do the scans of a cycle come onto the grid of its reference scan, voxel by voxel?

Each is aligned with the reference scan, by CT where both have one, and laid on its grid by linear interpolation. Curves
of voxels need that; curves of regions do not, and nothing is interpolated for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lutetia.dosimetry.voxel_map import OnOneGrid
from lutetia.vocabulary.registration import Registration
from lutetia.volume import Volume, deformed_volume, moved_volume, resample
from lutetia.workflow.dose.registration import aligned
from lutetia.workflow.progress import Tell, silently

if TYPE_CHECKING:
    from lutetia.workflow.dose.imaging import ReadScan


def on_one_grid(
    scans: Sequence[ReadScan], reference: int, registration: Registration = "rigid", tell: Tell = silently
) -> OnOneGrid:
    """Lay all scans of a cycle on the grid of one of them.

    Parameters
    ----------
    scans : sequence of ReadScan
    reference : int
        Which one.
    registration : {"rigid", "deformable"}
    tell : Tell

    Raises
    ------
    lutetia.errors.InputError
        If there are fewer than three scans.
    lutetia.errors.RefusedError
        If two scans cannot be aligned.
    """
    order = sorted(range(len(scans)), key=lambda n: scans[n].given.hours)
    laid, told = [], []
    for done, n in enumerate(order):
        tell(f"laying scan {n + 1} on scan {reference + 1}", done / len(order))
        volume, said = _laid(scans[n], scans[reference], (n, reference), registration, tell)
        laid.append(volume)
        told += said
    durations = [scans[n].duration_s for n in order]
    return OnOneGrid(
        activities=tuple(laid),
        hours=tuple(scans[n].given.hours for n in order),
        durations=tuple(d for d in durations if d is not None) if None not in durations else None,
        reference=order.index(reference),
        told=tuple(told),
    )


def _laid(
    scan: ReadScan, reference: ReadScan, numbers: tuple[int, int], registration: Registration, tell: Tell
) -> tuple[Volume, list[str]]:
    """Return a scan on the reference's grid, and what has to be told of that."""
    grid = reference.given.activity.geometry
    n, number = numbers
    if n == number:
        return reference.given.activity, []
    pair = f"scan {n + 1} ({scan.given.hours:.1f} h) with scan {number + 1}"
    found, told = aligned(scan, reference, f"alignment of {pair} for curves of voxels", registration, tell)
    said = [f"Curves of voxels, {pair}: {text}" for text in told]
    if found.deformation is not None:
        said.append(f"Curves of voxels, {pair}: laid on it by deformable {found.by} registration.")
        return deformed_volume(scan.given.activity, found.deformation, grid, outside=0.0), said
    moved = moved_volume(scan.given.activity, found.motion, frame_of_reference=grid.frame_of_reference)
    return resample(moved, grid, outside=0.0), said
