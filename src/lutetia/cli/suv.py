"""``lutetia suv``: a PET to uptake values, with the rule, every fact behind it, and the uptake of its regions."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from lutetia.cli.options import JsonOption, OutOption, SiteOption
from lutetia.cli.output import deliver, folded, progress, require_writable_name
from lutetia.errors import InputError


class Kind(StrEnum):
    """What uptake is related to."""

    BODY_WEIGHT = "bw"
    LEAN_BODY_MASS = "lbm"
    IDEAL_BODY_WEIGHT = "ibw"
    BODY_SURFACE = "bsa"


class Lean(StrEnum):
    """Formula of the lean body mass."""

    JANMAHASATIAN = "janmahasatian"
    JAMES = "james"
    MORGAN = "morgan"


class SexStated(StrEnum):
    """Whose formula is meant."""

    MEN = "M"
    WOMEN = "F"
    MEAN = "mean-of-both"


def suv_command(
    series: Annotated[
        Path, typer.Argument(help="Folder with one PET, and what was drawn on it.", metavar="SERIES_DIR")
    ],
    kind: Annotated[Kind, typer.Option("--kind", help="By body weight, lean mass, ideal weight, surface.")] = (
        Kind.BODY_WEIGHT
    ),
    lean_mass: Annotated[Lean, typer.Option("--lean-mass", help="Formula of the lean body mass.")] = Lean.JANMAHASATIAN,
    course: Annotated[
        Path | None,
        typer.Option("--course", metavar="COURSE", help="A course that states what the header cannot say."),
    ] = None,
    site: SiteOption = None,
    sex: Annotated[
        SexStated | None, typer.Option("--sex", help="Whose formula is meant, where PatientSex does not say.")
    ] = None,
    zone: Annotated[
        str | None, typer.Option("--timezone", metavar="ZONE", help="Of clock times without an offset.")
    ] = None,
    series_uid: Annotated[
        str | None, typer.Option("--series", metavar="UID", help="Which PET, where the folder holds several.")
    ] = None,
    regions: Annotated[
        list[str] | None,
        typer.Option(
            "--region", metavar="NAME[=CODE]", help="A contour, and its organ code or lesion id; may repeat. Else all."
        ),
    ] = None,
    regions_from: Annotated[
        Path | None, typer.Option("--regions-from", metavar="PATH", help="SEG or RTSTRUCT; else those of SERIES_DIR.")
    ] = None,
    at_least: Annotated[
        float | None, typer.Option("--at-least", metavar="SUV", min=0, help="Only voxels of this uptake or more.")
    ] = None,
    as_json: JsonOption = False,
    out: OutOption = None,
) -> None:
    """Compute uptake values (SUV) of a PET, and the uptake of its regions."""
    from lutetia.workflow.suv.measure import SuvOptions, measure_suv
    from lutetia.workflow.suv.told import suv_json, suv_lines

    require_writable_name(out)
    options = SuvOptions(
        kind=kind.value,
        lean_mass=lean_mass.value,
        course=course,
        site=site,
        timezone=zone,
        sex=None if sex is None else sex.value,
        series_uid=series_uid,
        regions=dict(region_code(text) for text in regions or []),
        regions_from=regions_from,
        at_least=at_least,
    )
    with progress(quiet=as_json) as tell:
        found = measure_suv(series, options, tell)
    deliver(
        lambda: "\n".join(folded(line) for line in suv_lines(found)),
        lambda: suv_json(found),
        as_json=as_json,
        out=out,
    )


def region_code(text: str) -> tuple[str, str]:
    """Read a contour's name, and the code it gets, as typed on the command line."""
    name, sign, code = (part.strip() for part in text.partition("="))
    if not name or (sign and not code):
        raise InputError("--region", f"'{text}' names no region", "write e.g. 'Node 1' or 'Node 1=L1'")
    return name, code or name
