"""The departures of a local protocol, side by side with the source."""

from __future__ import annotations

from datetime import date
from textwrap import wrap
from typing import Any

from lutetia.guideline.departure import Overlay, with_protocol
from lutetia.guideline.protocol import Protocol, edition_of
from lutetia.guideline.verdict import Departure, Direction

WIDTH = 78
_NAME, _VALUE = 25, 16


def diff_json(protocol: Protocol, on: date) -> dict[str, Any]:
    """Return every departure of a protocol as plain values."""
    overlay = _overlay(protocol, on)
    return {
        "protocol": protocol.file,
        "sha256": protocol.sha256,
        "book": protocol.book,
        "author": protocol.form.author,
        "date": protocol.form.date.isoformat(),
        "compared_on": on.isoformat(),
        "departures": [
            {
                "kind": one.kind, "name": one.name, "words": one.words, "source": one.source, "locator": one.locator,
                "local": one.local, "direction": one.direction.value, "reason": one.reason, "author": one.author,
                "date": one.on.isoformat(), "recommendations": _by_rule(overlay, one),
            }
            for one in overlay.departures
        ],
        "checklist": [
            {
                "id": one.id, "question": one.question, "citation": one.citation, "reason": one.reason,
                "author": one.author, "date": one.on.isoformat(),
            }
            for one in overlay.checklist
        ],
    }  # fmt: skip


def diff_text(protocol: Protocol, on: date) -> str:
    """Return every departure side by side with the source, as text of 80 columns."""
    overlay = _overlay(protocol, on)
    form = protocol.form
    lines = wrap(f"{protocol.file}: departures from {overlay.source.book.title} ({protocol.book}) as of {on}", WIDTH)
    lines += [*wrap(f"by {form.author}, {form.date}", WIDTH), f"sha256 {protocol.sha256}"]
    if overlay.departures:
        lines += ["", _row("", "source", "here", "the local value"), "-" * WIDTH]
    for one in overlay.departures:
        lines += _departure(overlay, one)
    if overlay.checklist:
        lines += ["", "Questions added, answered by a person", "-" * WIDTH]
    for check in overlay.checklist:
        lines += wrap(f"{check.id}: {check.question}", WIDTH, subsequent_indent="  ")
        lines += _indented(f"{check.citation}; {check.author}, {check.on}: {check.reason}")
    if not overlay.departures and not overlay.checklist:
        lines += ["", "It departs from nothing."]
    return "\n".join(lines)


def _overlay(protocol: Protocol, on: date) -> Overlay:
    overlay = with_protocol(edition_of(protocol, on), protocol).overlay
    assert overlay is not None
    return overlay


def _row(name: str, source: str, local: str, direction: str) -> str:
    return f"{name:<{_NAME}} {source:<{_VALUE}} {local:<{_VALUE}} {direction}".rstrip()


def _departure(overlay: Overlay, one: Departure) -> list[str]:
    fits = len(one.name) <= _NAME and max(len(one.source), len(one.local)) <= _VALUE
    if fits:
        lines = [_row(one.name, one.source, one.local, one.direction)]
    else:
        lines = [*wrap(one.name, WIDTH), *_indented(f"source {one.source}; here {one.local}; {one.direction}")]
    place = f" ({one.locator})" if one.locator else ""
    lines += _indented(f"{one.words}{place}")
    by_rule = _by_rule(overlay, one)
    for direction in dict.fromkeys(by_rule.values()):
        named = ", ".join(rule for rule, its in by_rule.items() if its == direction)
        lines += _indented(f"{direction}: {named}")
    return [*lines, *_indented(f"{one.author}, {one.on}: {one.reason}"), ""]


def _indented(text: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ")


def _by_rule(overlay: Overlay, one: Departure) -> dict[str, str]:
    """Return what a local number does to each recommendation that looks at it."""
    if one.kind != "limit" or one.direction is Direction.SAME:
        return {}
    (entry,) = (entry for entry in overlay.protocol.form.limits if entry.name == one.name)
    said = {rule: overlay.direction_in(rule, entry) for rule in overlay.rules_with(one.name)}
    return {rule: direction.value for rule, direction in said.items() if direction is not Direction.NEITHER}
