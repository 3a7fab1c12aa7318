"""The command line's entry: commands, exit codes, and the rule that no traceback reaches a user."""

from __future__ import annotations

import sys
from typing import Any

import typer

from lutetia import __version__
from lutetia.cli import (
    about,
    administration,
    assess,
    calibrate,
    compare,
    demo,
    disease,
    dose,
    guideline,
    plan,
    planar,
    record,
    response,
    schema,
    segment,
    suv,
    timeline,
    toxicity,
)
from lutetia.cli.ending import (
    INTERRUPTED,
    READER_GONE,
    flushed,
    misunderstood,
    not_reachable,
    own_fault,
    refused,
)
from lutetia.cli.output import tell_aside
from lutetia.cli.run import run_command
from lutetia.errors import LutetiaError

UsageError: type[Any] = typer.BadParameter.__bases__[0]
"""What typer raises for arguments that cannot be understood."""

app = typer.Typer(
    name="lutetia",
    help="The open workbench for radioligand therapy with 177Lu-PSMA. Not a medical device: results are for "
    "review by qualified people.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo", short_help="A simulated patient with known truth, run end to end.")(demo.demo)
app.command("run", short_help="All that is due for a course, on one page.")(run_command)
app.command("assess", short_help="What the guideline says: selection, or the next cycle.")(assess.assess_command)
app.command("plan", short_help="What is due when, as a table and as a calendar.")(plan.plan_command)
app.command("timeline", short_help="A course as a line of decisions, each as known then.")(timeline.timeline_command)
app.command("response", short_help="PSA and every criterion of response, side by side.")(response.response_command)
app.command("toxicity", short_help="Side effects by CTCAE, cycle by cycle.")(toxicity.toxicity_command)
app.command("prognosis", short_help="Factors of prognosis, and published models by card.")(toxicity.prognosis_command)
app.command("dose", short_help="Images, or a table of activities, to absorbed doses.")(dose.dose_command)
app.command("administration", short_help="How each cycle was given, as a DICOM dose record.")(
    administration.administration_command
)
app.command("planar", short_help="Counts on planar views to activities.")(planar.planar_command)
app.command("segment", short_help="The regions that a method gives on one scan.")(segment.segment_command)
app.command("compare", short_help="Two dose results side by side.")(compare.compare_command)
app.command("calibrate", short_help="A phantom of known activity to a calibration.")(calibrate.calibrate_command)
app.command("suv", short_help="A PET to uptake values, with the rule and its facts.")(suv.suv_command)
app.command("disease", short_help="PSMA-positive disease of one PET, or between two.")(disease.disease_command)
app.command("phantom", short_help="A simulated patient's files, for testing and teaching.")(demo.phantom)
app.command("accept", short_help="A reviewed result into the record.")(record.accept)
app.add_typer(guideline.app, name="guideline")
app.add_typer(schema.schema_app, name="schema")
app.command("info", short_help="Versions, data sets, books, engines, machine.")(about.info)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"lutetia {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
) -> None:
    """Take what holds for every command."""


def run() -> None:
    """Run the command line and exit with 0 (done), 2 (the input is wrong) or 3 (refused for safety)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(flushed(main(sys.argv[1:])))


def main(arguments: list[str]) -> int:
    """Run one command line and return its exit code.

    Parameters
    ----------
    arguments : list of str
        As typed, without the program's name.
    """
    as_json = "--json" in arguments
    try:
        code = _called(arguments)
    except UsageError as error:
        error.show()
        return misunderstood(error.format_message(), as_json=as_json)
    except LutetiaError as error:
        return refused(error, as_json=as_json)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except OSError as error:
        return not_reachable(error, as_json=as_json)
    except Exception:  # noqa: BLE001 - the last line of defence: a user gets a sentence, the developers the traceback
        return own_fault(as_json=as_json)
    if code == INTERRUPTED:
        tell_aside("Stopped from the keyboard. What had been written by then is incomplete.")
    return code


def _called(arguments: list[str]) -> int:
    try:
        ended = app(args=arguments, prog_name="lutetia", standalone_mode=False)
    except SystemExit as gone:  # typer's own way out when the reader of standard output went away
        return READER_GONE if gone.code == 1 else int(gone.code or 0)
    return ended if isinstance(ended, int) else 0
