"""The regions of one scan as files: DICOM segmentations, a table, numbers as JSON, and one picture."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta, timezone
from pathlib import Path

from lutetia.nifti import write_nifti
from lutetia.report import Picture
from lutetia.volume import Mask
from lutetia.workflow.dose.made import Made
from lutetia.workflow.dose.measured import on_one_grid
from lutetia.workflow.dose.tables import Cell, csv_text
from lutetia.workflow.new_folder import require_empty
from lutetia.workflow.object_header import object_header
from lutetia.workflow.segment.scan import RegionFound, Segmented

SERIES_NUMBERS = {"lesions": 9011, "organs": 9012, "pieces": 9013}
MOST_DRAWN = 10
"""More names find no room beside a picture."""
COLUMNS = ("region", "what", "volume_mL", "mean_Bq_mL", "max_Bq_mL", "activity_MBq", "x_mm", "y_mm", "z_mm", "made")


def write_segmented(folder: Path, done: Segmented) -> tuple[Path, ...]:
    """Write everything into a new or empty folder; return the files.

    Parameters
    ----------
    folder : Path
    done : Segmented

    Raises
    ------
    InputError
        If the folder holds anything or cannot be written.
    """
    require_empty(folder)
    table, numbers, picture = folder / "regions.csv", folder / "regions.json", folder / "regions.svg"
    table.write_text(csv_text(COLUMNS, [_cells(row) for row in done.rows]), encoding="utf-8")
    numbers.write_text(json.dumps(done.as_json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    picture.write_bytes(_drawn(done))
    files = [table, numbers, picture]
    marked = {**done.masks["lesion"], **done.masks["proposal"]}
    here = {name: mask for name, mask in marked.items() if mask.geometry.matches(done.read.given.activity.geometry)}
    found = _waiting_organs(done)
    if here:
        files.append(_segmentation(folder / "lesions.dcm", "lesions", here, done, done.read.scan.series_uid))
    if found and done.read.scan.ct_series_uid is not None:
        files.append(_segmentation(folder / "organs.dcm", "organs", found, done, done.read.scan.ct_series_uid))
    files += [
        write_nifti(folder / "nifti" / f"{name.replace(' ', '-')}.nii.gz", mask, description=name)
        for name, mask in (here | found).items()
    ]
    return tuple(files)


def outlined(drawn: int, known: int, what: str) -> str:
    """Say of a picture that it outlines only the largest, where that is so."""
    return f"; the {drawn} largest of {known} {what} outlined" if drawn < known else ""


def _waiting_organs(done: Segmented) -> dict[str, Mask]:
    """Return the organs that no person accepted yet on the grid of the CT, where a segmentation can hold them."""
    ct = done.read.ct
    waiting = [mask for name, mask in done.masks["organ"].items() if name in done.made and done.made[name].waits]
    return {} if ct is None else {mask.name: mask for mask in on_one_grid(waiting, ct.geometry)}


def _cells(row: RegionFound) -> tuple[Cell, ...]:
    place = row.hottest_mm or (None, None, None)
    return (row.region, row.what, row.volume_ml, row.mean_bq_ml, row.max_bq_ml, row.activity_mbq, *place, row.made)


def _segmentation(path: Path, name: str, masks: Mapping[str, Mask], done: Segmented, series_uid: str) -> Path:
    from lutetia.dicom.package import pydicom_package
    from lutetia.dicom.write import write_segmentation

    read = pydicom_package().dcmread
    files = done.series[series_uid].files
    away = done.read.given.acquired_at.utcoffset() or timedelta(0)
    header = object_header(
        done.series[series_uid],
        name=name,
        number=SERIES_NUMBERS[name],
        description=f"{'SYNTHETIC ' if done.synthetic else ''}Regions: {name}, cycle {done.cycle}, scan {done.scan}",
        frame_of_reference=str(done.read.given.activity.geometry.frame_of_reference),
        made_at=done.opened.started_at.astimezone(timezone(away)),
    )
    proposal = Made(how=done.method, by=f"Lutetia, {done.method.partition(';')[0]}", kind="proposal")
    write_segmentation(
        path,
        tuple(masks.values()),
        header,
        source=[read(one, stop_before_pixels=True) for one in files],
        labels={one: f"{one}: no lesion of the course" for one in done.masks["proposal"]},
        algorithms={one: done.made.get(one, proposal).algorithm for one in masks},
        described="Regions made on the image" if name == "lesions" else "Organs found by a program, not accepted",
    )
    return path


def _drawn(done: Segmented) -> bytes:
    from lutetia.report.figures.projection import draw_projections

    parts = {what: [mask for mask in part.values() if mask.voxels.any()] for what, part in done.masks.items()}
    proposals = parts["proposal"][:MOST_DRAWN]
    shown = [*parts["lesion"], *proposals, *parts["organ"]]
    title = f"Cycle {done.cycle}, SPECT {done.hours:.0f} h after administration, maximum intensity"
    title += outlined(len(proposals), len(parts["proposal"]), "proposals")
    picture = Picture(title=title, background=None, overlay=done.read.given.activity, masks=tuple(shown), kind="mip")
    return draw_projections(picture, name="regions", heading=f"{'SYNTHETIC  ' if done.synthetic else ''}{title}")
