"""``lutetia calibrate``: a phantom or a source of known activity to the calibration of a camera."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lutetia.cli.options import JsonOption, OutOption
from lutetia.cli.output import deliver, folded, note, require_writable_name

if TYPE_CHECKING:
    from lutetia.workflow.calibration.calibrate import Calibrated


def calibrate_command(
    measurement: Annotated[
        Path, typer.Argument(help="The measurement, in YAML; docs/calibration.md shows one.", metavar="MEASUREMENT")
    ],
    spheres: Annotated[
        Path | None,
        typer.Option("--spheres", metavar="FILE", help="A CSV or YAML of spheres: volume_mL, recovery, sigma."),
    ] = None,
    site: Annotated[
        Path | None,
        typer.Option(
            "--site",
            envvar="LUTETIA_SITE",
            metavar="DIR",
            help="The site's folder, into which the calibration is written; without it, it is shown only.",
        ),
    ] = None,
    show_only: Annotated[bool, typer.Option("--show-only", help="Write nothing into the site's folder.")] = False,
    as_json: JsonOption = False,
    out: OutOption = None,
) -> None:
    """Calibrate a camera: counts per second and MBq with uncertainty, and the recovery of spheres."""
    from lutetia.workflow.calibration.calibrate import calibrate

    require_writable_name(out)
    done = calibrate(measurement, site_path=site, spheres=spheres, write=not show_only)
    deliver(lambda: _text(done), done.as_json, as_json=as_json, out=out)


def _text(done: Calibrated) -> str:
    lines = [f"Calibration {done.name}", "", *_answer(done), "", "Uncertainty (relative, one standard)"]
    lines += [f"  {name:<10} {100 * part:6.2f} %" for name, part in done.as_json()["uncertainty"].items() if part]
    lines += ["", "What was done", *(folded(f"  {line}") for line in done.measured.lines), ""]
    lines += [note(text) for text in done.measured.notes]
    return "\n".join(lines)


def _answer(done: Calibrated) -> list[str]:
    from lutetia.dosimetry.uncertainty.printed import with_uncertainty

    cross, calibration = done.measured.cross, done.calibration
    if cross is not None:
        value = with_uncertainty(cross.factor, cross.factor * cross.relative_sigma)
        return [f"  activity meter over camera  {value}  ({cross.measured_on})"]
    assert calibration is not None
    stated = calibration.sensitivity
    value = with_uncertainty(stated.value, stated.value * stated.relative_sigma)
    lines = [f"  sensitivity of the {calibration.sensitivity_of}  {value} cps/MBq"]
    if calibration.recovery is not None:
        fit = calibration.recovery
        lines.append(
            f"  recovery by volume  a = {fit.a:.3g}, b = {fit.b_ml:.3g} mL, from {fit.smallest_ml:g} to "
            f"{fit.largest_ml:g} mL"
        )
    lines.append(f"  valid from {calibration.valid_from} to {calibration.valid_to or 'further notice'}")
    written = "nothing: no site was given, or only to be shown" if done.written is None else done.written.name
    return [*lines, f"  written: {written}"]
