"""``lutetia compare``: two dose results side by side, so that a centre can audit one against another."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lutetia.cli.options import JsonOption, OutOption
from lutetia.cli.output import deliver, progress, require_writable_name, tell_aside
from lutetia.errors import InputError

if TYPE_CHECKING:
    from lutetia.dosimetry.gamma import GammaCriterion
    from lutetia.report.document import Document
    from lutetia.workflow.dose.comparison import DoseComparison

SIDE = (
    "A result folder or report.json of Lutetia, an RTDOSE (or a folder with one and SEG or RTSTRUCT), or a CSV table."
)

_CRITERION = re.compile(r"(\d+(?:\.\d+)?)\s*%?\s*/\s*(\d+(?:\.\d+)?)\s*(?:mm)?")


def compare_command(
    a: Annotated[Path, typer.Argument(help=f"{SIDE} The reference of the gamma index.", metavar="A")],
    b: Annotated[Path, typer.Argument(help="The same, to be compared with A.", metavar="B")],
    cycle: Annotated[int | None, typer.Option("--cycle", metavar="N", min=1, help="Compare this cycle only.")] = None,
    gamma: Annotated[
        list[str] | None,
        typer.Option("--gamma", metavar="PERCENT/MM", help="Criterion of the gamma index; may be given several times."),
    ] = None,
    cutoff: Annotated[
        float,
        typer.Option("--cutoff", metavar="PERCENT", min=0, max=99, help="Voxels of A below this are not judged."),
    ] = 10.0,
    local: Annotated[
        bool, typer.Option("--local", help="Percent of the dose at each voxel, not of the maximum.")
    ] = False,
    regions_a: Annotated[
        Path | None, typer.Option("--regions-a", metavar="FILE", help="SEG or RTSTRUCT for the RTDOSE of A.")
    ] = None,
    regions_b: Annotated[
        Path | None, typer.Option("--regions-b", metavar="FILE", help="SEG or RTSTRUCT for the RTDOSE of B.")
    ] = None,
    names: Annotated[
        list[str] | None,
        typer.Option(
            "--name", metavar="THEIRS=OURS", help="A region's name there, and its organ code or lesion id; may repeat."
        ),
    ] = None,
    pseudonymised: Annotated[
        bool, typer.Option("--pseudonymised", help="Both are of one patient though their ids differ.")
    ] = False,
    radionuclide: Annotated[
        bool, typer.Option("--radionuclide", help="An RTDOSE that refers to a plan is of a radionuclide all the same.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write the page too: .html or .pdf.")
    ] = None,
    as_json: JsonOption = False,
    out: OutOption = None,
) -> None:
    """Lay two dose results side by side: regions, means of both maps, gamma index. Differences are B minus A."""
    from lutetia.workflow.dose.comparison import CompareOptions, compare_doses

    require_writable_name(out)
    if report is not None and report.suffix.lower() not in {".html", ".pdf"}:
        raise InputError(f"--report {report}", "the name ends in neither .html nor .pdf", "name a file that does")
    options = CompareOptions(
        cycle=cycle,
        criteria=tuple(_criterion(text, cutoff, local=local) for text in gamma or ["3/3"]),
        regions_a=regions_a,
        regions_b=regions_b,
        names=dict(_name(text) for text in names or []),
        pseudonymised=pseudonymised,
        of_radionuclide=radionuclide,
    )
    with progress(quiet=as_json) as tell:
        found = compare_doses(a, b, options, tell=tell)
    if report is not None:
        _write_page(report, _document(found))
    deliver(lambda: _text(found), lambda: _content(found), as_json=as_json, out=out)


def _criterion(text: str, cutoff: float, *, local: bool) -> GammaCriterion:
    from lutetia.dosimetry.gamma import GammaCriterion

    read = _CRITERION.fullmatch(text.strip())
    if read is None or not (float(read[1]) > 0 and float(read[2]) > 0):
        raise InputError("--gamma", f"'{text}' is no criterion", "write percent and millimetres, e.g. 3/3 or 2%/2mm")
    return GammaCriterion(dose_percent=float(read[1]), distance_mm=float(read[2]), cutoff_percent=cutoff, local=local)


def _name(text: str) -> tuple[str, str]:
    theirs, sign, ours = (part.strip() for part in text.rpartition("="))
    if not (theirs and sign and ours):
        raise InputError("--name", f"'{text}' maps no name", "write e.g. 'Kidney L=kidney_left'")
    return theirs, ours


def _document(found: DoseComparison) -> Document:
    from lutetia.provenance import now
    from lutetia.report.dose_comparison import ComparedSide, dose_comparison_document

    a, b = (ComparedSide(name=side.name, kind=side.kind) for side in (found.a, found.b))
    return dose_comparison_document(
        a, b, found.cycles, notes=found.notes, synthetic=found.a.synthetic or found.b.synthetic,
        made=now().date().isoformat(),
    )  # fmt: skip


def _text(found: DoseComparison) -> str:
    from lutetia.report import render_text

    return render_text(_document(found))


def _content(found: DoseComparison) -> dict[str, Any]:
    from lutetia.report.dose_comparison import ComparedSide, dose_comparison_json

    a, b = (ComparedSide(name=side.name, kind=side.kind) for side in (found.a, found.b))
    return dose_comparison_json(a, b, found.cycles, notes=found.notes)


def _write_page(path: Path, document: Document) -> None:
    from lutetia.report import render_html, render_pdf

    page = render_pdf(document) if path.suffix.lower() == ".pdf" else render_html(document).encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page)
    except OSError as reason:
        raise InputError(str(path), f"it cannot be written ({reason.strerror})", "choose another place") from reason
    tell_aside(f"Written: {path}")
