"""The books as a person reads them: lists, single recommendations, coverage."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from textwrap import wrap
from typing import Any

from lutetia.errors import InputError
from lutetia.guideline import coverage, find, rules

WIDTH = 80
STATES = {"not-yet": "not yet"}
"""How a state of coverage is written for a reader, where it differs from its name."""


def rule_list(book: str) -> list[dict[str, Any]]:
    """Return the recommendations of a book in its order, in short."""
    return [
        {
            "id": rule.id,
            "section": rule.section,
            "asks": rule.recommendation.asks,
            "polarity": rule.polarity.value,
            "strength": rule.strength.value,
        }
        for rule in rules(book)
    ]


def rules_text(listed: list[dict[str, Any]]) -> str:
    """Return a list of recommendations as text of 80 columns, section by section."""
    lines: list[str] = []
    section = ""
    for rule in listed:
        if rule["section"] != section:
            section = str(rule["section"])
            lines += ["", *wrap(section, WIDTH)]
        lines += _row(f"  {rule['id']:<14} {rule['strength']:<18} ", str(rule["asks"]))
    return "\n".join(lines).lstrip("\n")


def rule_sheet(rule_id: str, book: str) -> dict[str, Any]:
    """Return one recommendation in full.

    Parameters
    ----------
    rule_id : str
        In capitals or not.
    book : str

    Raises
    ------
    InputError
        If it is not encoded; with why, where the book has such a statement, and with ids that are like it.
    """
    rule = find(_spelt(rule_id, book), book=book)
    one = rule.recommendation
    return {
        "id": rule.id,
        "section": rule.section,
        "citation": rule.citation,
        "asks": one.asks,
        "says": one.says,
        "polarity": rule.polarity.value,
        "strength": rule.strength.value,
        "applies": rule.applies,
        "condition": rule.condition,
        "consequence": one.consequence,
        "unless": list(rule.exceptions),
        "recoverable": one.recoverable,
        "limits": [
            {
                "name": limit.name,
                "value": limit.shown,
                "where": limit.locator,
                "chosen_by_lutetia": limit.chosen_by_lutetia,
            }
            for limit in rule.limits
        ],
        "choices_of_lutetia": list(one.choices),
    }


def rule_text(sheet: Mapping[str, Any]) -> str:
    """Return one recommendation, as :func:`rule_sheet` gives it, as text of 80 columns."""
    lines = [*wrap(f"{sheet['id']}  {sheet['asks']}", WIDTH), "", *wrap(sheet["says"], WIDTH), ""]
    holds = f"{sheet['polarity']}: {sheet['consequence']}" if sheet["consequence"] else sheet["polarity"]
    rows = [
        ("When it holds", holds),
        ("Strength", sheet["strength"]),
        ("Place", sheet["citation"]),
        ("Applies", sheet["applies"]),
        ("Condition", sheet["condition"]),
        ("Unless", ", ".join(sheet["unless"])),
        *(("Limit", f"{limit['value']} ({limit['where']}{_chosen(limit)})") for limit in sheet["limits"]),
        *(("Lutetia's choice", choice) for choice in sheet["choices_of_lutetia"]),
    ]
    for name, value in rows:
        if value:
            lines += _row(f"{name + ':':<18}", value)
    return "\n".join(lines)


def _spelt(rule_id: str, book: str) -> str:
    """Return the id as the book spells it."""
    encoded = [rule.id for rule in rules(book)]
    asked = rule_id.strip().upper()
    for known in encoded:
        if known.upper() == asked:
            return known
    for statement in coverage(book).statements:
        if statement.id.upper() == asked:
            raise InputError(
                rule_id,
                f"the source has this statement, but it is not executable ({statement.state}): {statement.reason}",
                "see 'lutetia guideline coverage'",
            )
    like = [known for known in encoded if known.upper().startswith(asked)] if asked else []
    like = like or get_close_matches(rule_id.upper(), encoded, n=5, cutoff=0.6)
    perhaps = f"write {' or '.join(like)}, if that is meant; " if like else ""
    raise InputError(
        rule_id.strip() or "ID",
        "there is no recommendation of this name",
        f"{perhaps}'lutetia guideline list' shows all",
    )


def _row(head: str, text: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent=head, subsequent_indent=" " * len(head), break_on_hyphens=False)


def _chosen(limit: dict[str, Any]) -> str:
    return "; chosen by Lutetia, configurable" if limit["chosen_by_lutetia"] else ""


def coverage_json(book: str) -> dict[str, Any]:
    """Return what of a book is encoded, statement by statement."""
    found = coverage(book)
    return {
        "book": found.book,
        "title": found.title,
        "counts": dict(found.counts),
        "statements": [
            {"id": one.id, "section": one.section, "state": one.state, "reason": one.reason} for one in found.statements
        ],
    }


def coverage_text(book: str) -> str:
    """Return the coverage of a book section by section."""
    found = coverage(book)
    total = len(found.statements)
    lines = [found.title, ""]
    lines += [f"{count:>5} of {total}  {STATES.get(state, state)}" for state, count in found.counts.items()]
    section = ""
    for one in found.statements:
        if one.section != section:
            section = one.section
            lines += ["", *wrap(section, WIDTH)]
        lines += _row(f"  {one.id:<14} {STATES.get(one.state, one.state):<12} ", one.reason)
    return "\n".join(lines)
