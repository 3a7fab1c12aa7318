"""The command line's entry: commands, exit codes, and the rule that no traceback reaches a user."""

from __future__ import annotations

import json
import sys
import tempfile
import traceback
from pathlib import Path

import typer

from lutetia import __version__
from lutetia.cli import about, assess, demo, dose, guideline, record
from lutetia.cli.run import run_command
from lutetia.errors import LutetiaError

OWN_FAULT = 1
INTERRUPTED = 130

app = typer.Typer(
    name="lutetia",
    help="The open workbench for radioligand therapy with 177Lu-PSMA. Not a medical device: results are for "
    "review by qualified people.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.demo)
app.command("run")(run_command)
app.command("assess")(assess.assess_command)
app.command("dose")(dose.dose_command)
app.command("phantom")(demo.phantom)
app.command("accept")(record.accept)
app.add_typer(guideline.app, name="guideline")
app.add_typer(record.schema_app, name="schema")
app.command("info")(about.info)


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
    sys.exit(main(sys.argv[1:]))


def main(arguments: list[str]) -> int:
    """Run one command line and return its exit code.

    Parameters
    ----------
    arguments : list of str
        As typed, without the program's name.
    """
    try:
        app(args=arguments, prog_name="lutetia")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else OWN_FAULT
    except LutetiaError as error:
        _report(error, as_json="--json" in arguments)
        return error.exit_code
    except KeyboardInterrupt:
        typer.echo("Stopped.", err=True)
        return INTERRUPTED
    except Exception:  # noqa: BLE001 - the last line of defence: a user gets a sentence, the developers the traceback
        return _own_fault()
    return 0


def _report(error: LutetiaError, *, as_json: bool) -> None:
    if as_json:
        told = {"where": error.where, "found": error.found, "why": error.why, "remedy": error.remedy}
        typer.echo(json.dumps({"error": told, "exit_code": error.exit_code}, indent=2, ensure_ascii=False))
    typer.echo(str(error), err=True)


def _own_fault() -> int:
    kind = sys.exc_info()[0]
    with tempfile.NamedTemporaryFile("w", prefix="lutetia-fault-", suffix=".txt", delete=False) as log:
        log.write(traceback.format_exc())
    typer.echo(
        f"Lutetia stopped by a fault of its own ({kind.__name__ if kind else 'unknown'}), not of your input. No "
        f"result was written. The details, without patient data unless a file name holds them, are in "
        f"{Path(log.name)}; please send them to the developers.",
        err=True,
    )
    return OWN_FAULT
