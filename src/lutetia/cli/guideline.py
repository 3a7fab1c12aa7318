"""``lutetia guideline``: the books, their recommendations, and what is covered."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lutetia.cli.options import AsOfOption, BookOption, JsonOption, OutOption, day
from lutetia.cli.output import deliver, folded, progress, require_writable_name

app = typer.Typer(
    help="List and show recommendations, and how much of the source is encoded.",
    short_help="Recommendations as encoded, and how many are.",
    no_args_is_help=True,
)

DEFAULT_BOOK = "eanm_snmmi_2023"


@app.command("list", short_help="The recommendations, section by section.")
def list_rules(book: BookOption = DEFAULT_BOOK, as_json: JsonOption = False, out: OutOption = None) -> None:
    """List the recommendations of a book, section by section."""
    from lutetia.workflow.guideline.books import rule_list, rules_text

    require_writable_name(out)
    rules = rule_list(book)
    deliver(lambda: rules_text(rules), lambda: {"book": book, "recommendations": rules}, as_json=as_json, out=out)


@app.command("show", short_help="One recommendation with everything behind it.")
def show(
    rule: Annotated[str, typer.Argument(help="For example CI-B-PLT.", metavar="ID")],
    book: BookOption = DEFAULT_BOOK,
    as_json: JsonOption = False,
    out: OutOption = None,
) -> None:
    """Show one recommendation: paraphrase, citation, strength, condition in words, limits, effects, choices, cases.

    A statement that is not executable is shown with its paraphrase, place, kind and why it is not evaluated.
    """
    from lutetia.workflow.guideline.books import rule_sheet, rule_text

    require_writable_name(out)
    sheet = rule_sheet(rule, book)
    deliver(lambda: rule_text(sheet), lambda: sheet, as_json=as_json, out=out)


@app.command("coverage", short_help="How much of the source is encoded, and why not the rest.")
def coverage(book: BookOption = DEFAULT_BOOK, as_json: JsonOption = False, out: OutOption = None) -> None:
    """Say of every statement whether it is executable, checklist, definition, evidence, or not yet encoded.

    With --json each carries its kind, reason, paraphrase, place, strength, section and the cases that expect something
    of it.
    """
    from lutetia.workflow.guideline.books import coverage_json, coverage_text

    require_writable_name(out)
    deliver(lambda: coverage_text(book), lambda: coverage_json(book), as_json=as_json, out=out)


@app.command("sheet", short_help="A book for sign-off, as HTML and PDF.")
def sheet(
    book: BookOption = DEFAULT_BOOK,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="A new or empty folder; else sheet-BOOK here."),
    ] = None,
    protocol: Annotated[
        Path | None,
        typer.Option("--protocol", metavar="FILE", help="A local protocol to lay over it; its departures are shown."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write the review sheet of a book, to be signed section by section: sheet.html and sheet.pdf.

    Every statement stands in it with its condition in words, limits, effects, choices and cases. The content hash at
    the foot of each page says for which content a signature stands.
    """
    from lutetia.workflow.guideline.sheet import write_sheet

    folder = out or Path(f"sheet-{book}")
    with progress(quiet=as_json) as tell:
        written = write_sheet(book, folder, protocol=protocol, today=day(None), tell=tell)
    deliver(lambda: folded(written.text()), written.as_json, as_json=as_json, out=None)


@app.command("diff", short_help="Where a local protocol departs from the source.")
def diff(
    protocol: Annotated[Path, typer.Argument(help="The protocol's file, e.g. SITE/protocol.yaml.", metavar="PROTOCOL")],
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
) -> None:
    """Print every departure of a local protocol beside the source: both values, tighter or looser, who, when, why."""
    from lutetia.guideline.protocol import read_protocol
    from lutetia.workflow.guideline.protocol import diff_json, diff_text

    require_writable_name(out)
    on = day(as_of)
    read = read_protocol(protocol, today=max(on, day(None)))
    deliver(lambda: diff_text(read, on), lambda: diff_json(read, on), as_json=as_json, out=out)
