"""The books as a person reads them: lists, single recommendations, coverage."""

from __future__ import annotations

from typing import Any

from lutetia.guideline import Rule, coverage, find, rules


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


def rule_sheet(rule_id: str, book: str) -> dict[str, Any]:
    """Return one recommendation in full."""
    rule = find(rule_id, book=book)
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
        "unless": list(one.unless),
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


def rule_text(rule_id: str, book: str) -> str:
    """Return one recommendation as text of 80 columns."""
    from textwrap import fill

    sheet = rule_sheet(rule_id, book)
    rule: Rule = find(rule_id, book=book)
    lines = [f"{sheet['id']}  {sheet['asks']}", "", fill(sheet["says"], 78), ""]
    rows = [
        (
            "When it holds",
            f"{rule.polarity.value}: {sheet['consequence']}" if sheet["consequence"] else rule.polarity.value,
        ),
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
            lines.append(fill(f"{name + ':':<18}{value}", 78, subsequent_indent=" " * 18))
    return "\n".join(lines)


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
    lines += [f"{count:>5} of {total}  {state}" for state, count in found.counts.items()]
    section = ""
    for one in found.statements:
        if one.section != section:
            section = one.section
            lines += ["", section]
        lines.append(f"  {one.id:<15} {one.state:<11} {one.reason}"[:118])
    return "\n".join(lines)
