"""The pieces of one PET as files: a DICOM segmentation of what no person has read, numbers as JSON, and one picture."""

from __future__ import annotations

import json
from datetime import timedelta, timezone
from pathlib import Path

from lutetia.provenance import now
from lutetia.report import Picture
from lutetia.workflow.dose.made import Made
from lutetia.workflow.new_folder import require_empty
from lutetia.workflow.object_header import object_header
from lutetia.workflow.segment.objects import MOST_DRAWN, SERIES_NUMBERS, outlined
from lutetia.workflow.segment.series import SegmentedSeries


def write_segmented_series(folder: Path, done: SegmentedSeries) -> tuple[Path, ...]:
    """Write the pieces of one PET into a new or empty folder; return the files.

    Raises
    ------
    InputError
        If the folder holds anything or cannot be written.
    """
    from lutetia.dicom.package import pydicom_package
    from lutetia.dicom.write import write_segmentation
    from lutetia.report.figures.projection import draw_projections

    require_empty(folder)
    numbers, picture = folder / "regions.json", folder / "regions.svg"
    numbers.write_text(json.dumps(done.as_json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    drawn = tuple(done.masks.values())[:MOST_DRAWN]
    heading = f"PET, SUV by body weight, maximum intensity{outlined(len(drawn), len(done.masks), 'pieces')}"
    shown = Picture(title="PET", background=None, overlay=done.read.suv, masks=drawn, kind="mip")
    picture.write_bytes(draw_projections(shown, name="regions", heading=heading))
    if not done.masks:
        return numbers, picture
    away = done.read.image.acquired_at.utcoffset() or timedelta(0)
    by = Made(how=str(done.method), by=f"Lutetia, {done.method.rule_in_words}", kind="proposal")
    header = object_header(
        done.read.pet,
        name="pieces",
        number=SERIES_NUMBERS["pieces"],
        description="Pieces above a threshold, not read",
        frame_of_reference=done.read.image.frame_of_reference,
        made_at=now().astimezone(timezone(away)),
    )
    write_segmentation(
        folder / "pieces.dcm",
        tuple(done.masks.values()),
        header,
        source=[pydicom_package().dcmread(one, stop_before_pixels=True) for one in done.read.pet.files],
        labels={name: f"{name}: not read by a person" for name in done.masks},
        algorithms=dict.fromkeys(done.masks, by.algorithm),
        described="Pieces above a threshold, read by nobody",
    )
    return numbers, picture, folder / "pieces.dcm"
