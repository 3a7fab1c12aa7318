"""``lutetia info``: versions, data sets, engines, devices."""

from __future__ import annotations

from lutetia.cli.options import JsonOption
from lutetia.cli.output import say, say_json


def info(as_json: JsonOption = False) -> None:
    """Show versions, data sets with their sources, books, engines and the machine."""
    from lutetia.workflow.about import about

    found = about()
    if as_json:
        say_json(found)
        return
    for title, entries in found.items():
        say(title)
        for name, value in entries.items():
            say(f"  {name:<26} {value}")
