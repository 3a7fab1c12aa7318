"""The vocabulary as a page that a person reads: every item with its question, unit or choices, and code."""

from __future__ import annotations

from lutetia.units import convertible_units
from lutetia.vocabulary import ITEMS, Item

_GROUPS = {
    "person": "The man",
    "disease": "The cancer",
    "imaging": "Imaging, as read",
    "lab": "Laboratory",
    "condition": "His condition",
    "symptom": "Symptoms",
    "fitness": "Fitness for chemotherapy",
    "setting": "The place and its law",
}


def as_markdown() -> str:
    """Return the vocabulary as a page of Markdown."""
    lines = [
        "# The vocabulary",
        "",
        "Each fact of a course is an item of this list. Values outside the plausible range are refused unless",
        "`confirmed:` says why they are right. This page is made from the code.",
    ]
    for group, title in _GROUPS.items():
        items = [item for item in ITEMS.values() if item.group == group]
        lines += ["", f"## {title}", "", "| item | question | value | code |", "|---|---|---|---|"]
        lines += [f"| `{item.id}` | {item.asks} | {_value(item)} | {_codes(item)} |" for item in items]
    return "\n".join(lines) + "\n"


def _value(item: Item) -> str:
    if item.kind == "quantity":
        low, high = item.plausible or (0, 0)
        units = ", ".join(f"`{unit}`" for unit in convertible_units(item.unit, substance=item.substance)[1:])
        return f"{low:g} to {high:g} `{item.unit}`" + (f"; also {units}" if units else "")
    if item.kind == "score":
        low, high = item.plausible or (0, 0)
        return f"whole number, {low:g} to {high:g}"
    if item.kind == "choice":
        return "; ".join(f"`{choice}` ({meaning})" for choice, meaning in item.choices.items())
    return {"flag": "`true` or `false`", "text": "words", "day": "a day"}[item.kind]


def _codes(item: Item) -> str:
    return ", ".join(f"{system.upper()} {code}" for system, code in item.codes.items())
