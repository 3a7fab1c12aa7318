"""``lutetia guideline``: the books, their recommendations, and what is covered."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lutetia.cli.options import AsOfOption, BookOption, JsonOption, OutOption, day
from lutetia.cli.output import deliver, require_writable_name

app = typer.Typer(
    help="List and show recommendations, and how much of the source is encoded.",
    short_help="Recommendations as encoded, and how many are.",
    no_args_is_help=True,
)

DEFAULT_BOOK = "eanm_snmmi_2023"


@app.command("list", short_help="The recommendations, section by section.")
def list_rules(book: BookOption = DEFAULT_BOOK, as_json: JsonOption = False, out: OutOption = None) -> None:
    """List the recommendations of a book, section by section."""
    from lutetia.workflow.books import rule_list, rules_text

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
    """Show one recommendation: paraphrase, citation, strength, condition in words, limits, Lutetia's choices."""
    from lutetia.workflow.books import rule_sheet, rule_text

    require_writable_name(out)
    sheet = rule_sheet(rule, book)
    deliver(lambda: rule_text(sheet), lambda: sheet, as_json=as_json, out=out)


@app.command("coverage", short_help="How much of the source is encoded, and why not the rest.")
def coverage(book: BookOption = DEFAULT_BOOK, as_json: JsonOption = False, out: OutOption = None) -> None:
    """Say how many statements of the source are executable, checklist, definition, evidence, or not yet encoded."""
    from lutetia.workflow.books import coverage_json, coverage_text

    require_writable_name(out)
    deliver(lambda: coverage_text(book), lambda: coverage_json(book), as_json=as_json, out=out)


@app.command("diff", short_help="Where a local protocol departs from the source.")
def diff(
    protocol: Annotated[Path, typer.Argument(help="The protocol's file, e.g. SITE/protocol.yaml.", metavar="PROTOCOL")],
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
) -> None:
    """Print every departure of a local protocol beside the source: both values, tighter or looser, who, when, why."""
    from lutetia.guideline.protocol import read_protocol
    from lutetia.workflow.protocol import diff_json, diff_text

    require_writable_name(out)
    on = day(as_of)
    read = read_protocol(protocol, today=max(on, day(None)))
    deliver(lambda: diff_text(read, on), lambda: diff_json(read, on), as_json=as_json, out=out)
