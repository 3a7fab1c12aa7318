"""``lutetia segment``: which regions a method gives on one scan, before any dose is computed from them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lutetia.cli.options import AsOfOption, JsonOption, OutOption, SiteOption, day
from lutetia.cli.output import deliver, folded, note, progress, require_writable_name, tell_aside
from lutetia.errors import InputError

if TYPE_CHECKING:
    from lutetia.site.dosimetry import LesionRegions
    from lutetia.workflow.segment.scan import RegionFound, Segmented

_QUANTITY = re.compile(r"\s*([0-9.]+(?:[eE][+-]?[0-9]+)?)\s*([^\s0-9.]\S*)\s*")
_NUMBER_OF = {"fixed threshold": "at_least", "percent of maximum": "percent", "gradient": "smoothing"}


def segment_command(
    course: Annotated[
        Path,
        typer.Argument(
            help="The course's folder, or its course.yaml; or a folder with one PET.", metavar="COURSE|SERIES_DIR"
        ),
    ],
    cycle: Annotated[
        int | None, typer.Option("--cycle", metavar="N", help="Which cycle, where several have scans.")
    ] = None,
    scan: Annotated[
        int | None,
        typer.Option("--scan", metavar="N", help="Its place in the cycle, from 1; else the one for the dose map."),
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(
            "--method",
            metavar="NAME",
            help="'fixed threshold', 'percent of maximum' or 'gradient'; else what dosimetry.yaml says. "
            "On a PET: 'fixed threshold', 'liver threshold' or 'qPSMA'.",
        ),
    ] = None,
    value: Annotated[
        str | None,
        typer.Option(
            "--value",
            metavar="VALUE",
            help="The method's number: '200 kBq/mL', '41 %', or '5 mm' (smoothing); on a PET '3 SUV'.",
        ),
    ] = None,
    reach: Annotated[
        str, typer.Option("--reach", metavar="LENGTH", help="Growth beyond a contour or point.")
    ] = "15 mm",
    smallest: Annotated[
        str, typer.Option("--smallest", metavar="VOLUME", help="Smaller regions are left out.")
    ] = "0.5 mL",
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="ORGAN", help="An organ or group that is kept out; may be repeated."),
    ] = None,
    margin: Annotated[str, typer.Option("--margin", metavar="LENGTH", help="Around these organs.")] = "5 mm",
    weights: Annotated[
        Path | None,
        typer.Option(
            "--organs",
            metavar="DIR",
            help="Find organs on the CT with TotalSegmentator and the weights in this folder (extra 'organs').",
        ),
    ] = None,
    device: Annotated[str, typer.Option("--device", metavar="NAME", help="For the network: gpu, cpu or mps.")] = "gpu",
    objects: Annotated[
        Path | None,
        typer.Option(
            "--objects", metavar="DIR", help="Write DICOM SEG, NIfTI, table and picture into this new folder."
        ),
    ] = None,
    regions: Annotated[
        list[str] | None,
        typer.Option("--region", metavar="NAME=CODE", help="On a PET: a contour and its organ code, or 'bone'."),
    ] = None,
    regions_from: Annotated[
        Path | None, typer.Option("--regions-from", metavar="PATH", help="On a PET: SEG or RTSTRUCT elsewhere.")
    ] = None,
    zone: Annotated[
        str | None, typer.Option("--timezone", metavar="ZONE", help="On a PET: of clock times without an offset.")
    ] = None,
    as_of: AsOfOption = None,
    site: SiteOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
) -> None:
    """Make the regions of lesions on one scan, and show what else takes up as much: proposals, never lesions."""
    from lutetia.cli.segment_series import SeriesAsked, is_series
    from lutetia.cli.segment_series import segment_and_tell as _series
    from lutetia.cli.suv import region_code
    from lutetia.workflow.segment.objects import write_segmented
    from lutetia.workflow.segment.scan import OrganRequest, segment_course
    from lutetia.workflow.suv.measure import SuvOptions

    require_writable_name(out)
    if is_series(course):
        _refuse_of_a_course(cycle=cycle, scan=scan, organs=weights, as_of=as_of)
        _series(course, SeriesAsked(method, value, smallest, tuple(without or ()), margin),
                SuvOptions(regions=dict(region_code(text) for text in regions or []), regions_from=regions_from,
                           timezone=zone, site=site),
                objects=objects, as_json=as_json, out=out)  # fmt: skip
        return
    if regions or regions_from is not None or zone is not None:
        raise InputError("--region, --regions-from, --timezone", "they are for a PET without a course",
                         "state regions and time zone in course.yaml")  # fmt: skip
    choice = None if method is None else _choice(method, value, reach, smallest, tuple(without or ()), margin)
    if method is None and (value is not None or without):
        raise InputError("--method", "a number or organs are given, and no method", "name the method, or take them out")
    if device not in {"gpu", "cpu", "mps"}:
        raise InputError("--device", f"'{device}' is no device", "write gpu, cpu or mps")
    organs = None if weights is None else OrganRequest(weights=weights, device=device)  # type: ignore[arg-type]
    with progress(quiet=as_json) as tell:
        done = segment_course(
            course,
            site_path=site,
            known_on=day(as_of),
            cycle=cycle,
            scan=scan,
            choice=choice,
            organs=organs,
            tell=tell,
        )
        files = () if objects is None else write_segmented(objects, done)
    deliver(lambda: _text(done), done.as_json, as_json=as_json, out=out)
    for path in files:
        tell_aside(f"Written: {path}")


def _refuse_of_a_course(**given: object) -> None:
    for name, value in given.items():
        if value is not None:
            raise InputError(
                f"--{name.replace('_', '-')}", "it is for a course, and this folder is a series", "leave it out"
            )


def _choice(
    method: str, value: str | None, reach: str, smallest: str, without: tuple[str, ...], margin: str
) -> LesionRegions:
    from pydantic import ValidationError

    from lutetia.fileform import MisfitError
    from lutetia.site.dosimetry import LesionRegions

    if method not in _NUMBER_OF:
        raise InputError("--method", f"there is no method '{method}'", f"choose one of: {', '.join(_NUMBER_OF)}")
    stated: dict[str, Any] = {
        "method": method,
        "reach": quantity("--reach", reach),
        "smallest": quantity("--smallest", smallest),
        "made_on": "each scan",
        "source": "the command line",
    }
    if without:
        stated |= {"without": without, "margin": quantity("--margin", margin)}
    if value is not None:
        number = quantity("--value", value)
        if method == "percent of maximum" and number["unit"] != "%":
            raise InputError("--value", f"'{value}' is no part of a maximum", "write it as '41 %'")
        stated[_NUMBER_OF[method]] = number["value"] if method == "percent of maximum" else number
    try:
        return LesionRegions.model_validate(stated)
    except MisfitError as error:
        raise InputError("--method", str(error), "see docs/segmentation.md") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "--method"
        raise InputError(where, first["msg"], "see docs/segmentation.md") from None


def quantity(option: str, text: str) -> dict[str, Any]:
    """Read a number with its unit as typed on the command line."""
    found = _QUANTITY.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        return {"value": float(found[1]), "unit": found[2]}
    except ValueError:
        raise InputError(option, f"'{text}' is no number with its unit", "write it as e.g. '15 mm'") from None


def _text(done: Segmented) -> str:
    made_up = "  SYNTHETIC" if done.synthetic else ""
    lines = [
        f"Regions of course {done.course}, cycle {done.cycle}, scan {done.scan} ({done.hours:.1f} h){made_up}",
        "",
        folded(f"Method: {done.method}."),
        "",
        f"  {'region':<18}  {'what':<9} {'mL':>8} {'mean':>9} {'max':>9}  hottest voxel",
        f"  {'':<18}  {'':<9} {'':>8} {'kBq/mL':>9} {'kBq/mL':>9}  x, y, z [mm]",
        *(_line(row) for row in done.rows),
        "",
    ]
    if any(row.what == "proposal" for row in done.rows):
        lines += [
            folded(
                "A proposal becomes a lesion when a person lists it in course.yaml (lesions) and gives this scan its "
                "point (lesion_points: {ID: [x, y, z]})."
            ),
            "",
        ]
    return "\n".join([*lines, *map(note, done.notes)])


def _line(row: RegionFound) -> str:
    def kbq(value: float | None) -> str:
        return "outside" if value is None else f"{value / 1000:.4g}"

    place = "" if row.hottest_mm is None else ", ".join(f"{value:.0f}" for value in row.hottest_mm)
    return (
        f"  {row.region:<18}  {row.what:<9} {row.volume_ml:>8.3g} {kbq(row.mean_bq_ml):>9} {kbq(row.max_bq_ml):>9}  "
        f"{place}"
    ).rstrip()
