"""``lutetia guideline``: the books, their recommendations, and what is covered."""

from __future__ import annotations

from typing import Annotated

import typer

from lutetia.cli.options import JsonOption
from lutetia.cli.output import say, say_json

app = typer.Typer(help="List and show recommendations, and how much of the source is encoded.", no_args_is_help=True)

BookOption = Annotated[str, typer.Option("--book", help="Which source.")]
DEFAULT_BOOK = "eanm_snmmi_2023"


@app.command("list")
def list_rules(book: BookOption = DEFAULT_BOOK, as_json: JsonOption = False) -> None:
    """List the recommendations of a book, section by section."""
    from lutetia.workflow.library import rule_list

    rules = rule_list(book)
    if as_json:
        say_json({"book": book, "recommendations": rules})
        return
    section = ""
    for rule in rules:
        if rule["section"] != section:
            section = str(rule["section"])
            say(f"\n{section}")
        say(f"  {rule['id']:<16} {rule['strength']:<16} {rule['asks']}")


@app.command("show")
def show(
    rule: Annotated[str, typer.Argument(help="For example CI-B-PLT.", metavar="ID")],
    book: BookOption = DEFAULT_BOOK,
    as_json: JsonOption = False,
) -> None:
    """Show one recommendation: paraphrase, citation, strength, condition in words, limits, Lutetia's choices."""
    from lutetia.workflow.library import rule_sheet, rule_text

    if as_json:
        say_json(rule_sheet(rule, book))
    else:
        say(rule_text(rule, book))


@app.command("coverage")
def coverage(book: BookOption = DEFAULT_BOOK, as_json: JsonOption = False) -> None:
    """Say how many statements of the source are executable, checklist, definition, evidence, or not yet encoded."""
    from lutetia.workflow.library import coverage_json, coverage_text

    if as_json:
        say_json(coverage_json(book))
    else:
        say(coverage_text(book))
