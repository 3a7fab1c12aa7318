"""``lutetia disease``: PSMA-positive disease of one PET, or what became of it between two."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lutetia.cli.options import JsonOption, SiteOption
from lutetia.cli.output import progress, say, say_json, tell_aside
from lutetia.errors import InputError

if TYPE_CHECKING:
    from lutetia.response import Segmenter
    from lutetia.workflow.disease.run import DiseaseRun, OnePetRun


class Method(StrEnum):
    """From which uptake on a voxel counts."""

    SUV_3 = "suv3"
    SUV_4 = "suv4"
    LIVER = "liver"
    PERCENT_41 = "percent41"
    PERCENT_50 = "percent50"


def disease_command(
    folder: Annotated[
        Path,
        typer.Argument(help="A course's folder, or any folder with one PET or two.", metavar="COURSE|FOLDER"),
    ],
    series: Annotated[
        list[str] | None,
        typer.Option("--series", metavar="UID", help="Which PET, where there are more than two; may be given twice."),
    ] = None,
    method: Annotated[
        Method | None,
        typer.Option(
            "--method", help="A voxel counts from SUV 3, SUV 4, the liver's threshold, or a part of the maximum on."
        ),
    ] = None,
    segmenter: Annotated[
        str | None,
        typer.Option("--segmenter", metavar="NAME", help="A trained model that an installed package offers."),
    ] = None,
    readings: Annotated[
        list[Path] | None,
        typer.Option("--reading", metavar="FILE", help="A reader's decisions on one PET; may be given twice."),
    ] = None,
    organs: Annotated[
        list[str] | None,
        typer.Option("--organ", metavar="NAME=CODE", help="A contour's name, and the organ it is; may repeat."),
    ] = None,
    zone: Annotated[
        str | None, typer.Option("--timezone", metavar="ZONE", help="Of clock times without an offset.")
    ] = None,
    site: SiteOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="Write page, numbers, pictures and segmentations into this new folder."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure PSMA-positive disease: of one PET, or of two and what became of it. Proposals, never facts.

    A reader decides what counts and what is new; 'lutetia accept' then writes volumes and new lesions into the record.
    """
    from lutetia.workflow.disease.course import course_beside
    from lutetia.workflow.disease.files import write_disease
    from lutetia.workflow.disease.find import DiseaseOptions, find_disease
    from lutetia.workflow.disease.uptake import SuvReader
    from lutetia.workflow.new_folder import require_empty

    by = _segmenter(method, segmenter)
    named = _organs(organs or [])
    if series and len(series) > 2:
        raise InputError("--series", f"{len(series)} series are named", "name one PET, or baseline and follow-up")
    beside = course_beside(folder, site)
    if out is not None:
        require_empty(out)
    options = DiseaseOptions(
        series=tuple(series) if series else None,
        organs=named,
        by=by,
        readings=tuple(readings or ()),
        course=beside.told,
    )
    with progress(quiet=as_json) as tell:
        reader = SuvReader(opened=beside.opened, timezone=zone)
        run = find_disease(beside.folder, read_uptake=reader, options=options, tell=tell)
        files = () if out is None else write_disease(out, run, tell=tell)
    say_json(run.as_json()) if as_json else say(_text(run))
    for path in files:
        tell_aside(f"Written: {path}")


def _segmenter(method: Method | None, plugin: str | None) -> Segmenter:
    from lutetia.response import ThresholdSegmenter, load_segmenter

    if plugin is not None:
        if method is not None:
            raise InputError("--segmenter", "a method is named as well", "take one of the two out")
        return load_segmenter(plugin)
    return {
        Method.SUV_3: ThresholdSegmenter(),
        Method.SUV_4: ThresholdSegmenter(suv=4.0),
        Method.LIVER: ThresholdSegmenter(rule="liver threshold"),
        Method.PERCENT_41: ThresholdSegmenter(rule="percent of maximum"),
        Method.PERCENT_50: ThresholdSegmenter(rule="percent of maximum", part=0.5),
    }[method or Method.SUV_3]


def _organs(typed: list[str]) -> dict[str, str]:
    from lutetia.response.pet import KNOWN

    found = {}
    for text in typed:
        name, sign, code = (part.strip() for part in text.rpartition("="))
        if not (name and sign):
            raise InputError("--organ", f"'{text}' maps no name", "write e.g. 'Kidney L=kidney_left'")
        if code not in KNOWN:
            raise InputError("--organ", f"'{code}' is no code of an organ", f"use one of {', '.join(sorted(KNOWN))}")
        found[name] = code
    return found


def _text(run: OnePetRun | DiseaseRun) -> str:
    from lutetia.report import render_text
    from lutetia.workflow.disease.files import disease_page

    return render_text(disease_page(run, with_pictures=False)).rstrip("\n")
