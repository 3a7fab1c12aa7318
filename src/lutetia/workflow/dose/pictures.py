"""Which images of a cycle are worth a look on the page."""

from __future__ import annotations

from dataclasses import replace

from lutetia.dosimetry.result import CycleDose
from lutetia.report import Picture
from lutetia.volume import Mask
from lutetia.workflow.dose.imaging import ReadScan

HIDDEN = frozenset({"body"})
"""Regions whose outline would only clutter."""


def pictures_of(cycle: int, scans: tuple[ReadScan, ...], dose: CycleDose) -> list[Picture]:
    """Return the slices of the reference scan, its projection, and the dose map.

    Parameters
    ----------
    cycle : int
    scans : tuple of ReadScan
    dose : CycleDose
        Its map lies on the grid of the scan that is shown.
    """
    shown = _reference(scans, dose)
    masks: tuple[Mask, ...] = tuple(mask for mask in shown.masks if mask.name not in HIDDEN)
    masks = tuple(replace(mask, name=_label(dose, mask.name)) for mask in masks)
    hours = shown.given.hours
    pictures = [
        Picture(
            title=f"Cycle {cycle}, SPECT/CT {hours:.0f} h after administration",
            background=shown.ct,
            overlay=shown.given.activity,
            masks=masks,
            kind="slices",
        ),
        Picture(
            title=f"Cycle {cycle}, SPECT {hours:.0f} h after administration, maximum intensity",
            background=None,
            overlay=shown.given.activity,
            masks=masks,
            kind="mip",
        ),
    ]
    if dose.dose_map is not None:
        pictures.append(
            Picture(
                title=f"Cycle {cycle}, absorbed dose",
                background=shown.ct,
                overlay=dose.dose_map,
                masks=masks,
                kind="slices",
            )
        )
    return pictures


def _label(dose: CycleDose, name: str) -> str:
    return next((region.label for region in dose.regions if region.region == name), name)


def _reference(scans: tuple[ReadScan, ...], dose: CycleDose) -> ReadScan:
    if dose.dose_map is None:
        return scans[0]
    grid = dose.dose_map.geometry
    return next((scan for scan in scans if scan.given.activity.geometry is grid), scans[0])
