"""``lutetia info``: versions, data sets, engines, devices."""

from __future__ import annotations

from lutetia.cli.options import JsonOption, OutOption
from lutetia.cli.output import deliver, require_writable_name


def info(as_json: JsonOption = False, out: OutOption = None) -> None:
    """Show versions, data sets with their sources, books, engines and the machine."""
    from lutetia.workflow.about import about, about_text

    require_writable_name(out)
    found = about()
    deliver(lambda: about_text(found), lambda: found, as_json=as_json, out=out)
