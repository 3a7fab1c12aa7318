"""The books as a person reads them: lists, single recommendations, coverage."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from textwrap import wrap
from typing import Any

from lutetia.errors import InputError
from lutetia.guideline import Rule, coverage, find, rules
from lutetia.guideline.book import load
from lutetia.guideline.coverage import Statement, cases_of
from lutetia.guideline.outline import Outline
from lutetia.guideline.verdict import Outcome

WIDTH = 80
KIND_WORDS = {"not-yet": "not yet"}
"""How a kind of statement is written for a reader, where it differs from its name."""


def rule_list(book: str) -> list[dict[str, Any]]:
    """Return the recommendations of a book in its order, in short."""
    return [
        {
            "id": rule.id,
            "section": rule.section,
            "asks": rule.recommendation.asks,
            "polarity": rule.polarity.value,
            "strength": rule.strength.value,
            **_of_version(rule),
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
    """Return one recommendation in full; of a statement that is not executable what is there to know.

    Parameters
    ----------
    rule_id : str
        In capitals or not.
    book : str

    Raises
    ------
    InputError
        If the book has no such statement; with ids that are like it.
    """
    from lutetia.guideline.sheet import statement_said

    statement = _found(rule_id, book)
    if statement.kind != "executable":
        return _not_evaluated(statement, book)
    rule = find(statement.id, book=book)
    one, said = rule.recommendation, statement_said(rule)
    return {
        "id": rule.id,
        "kind": statement.kind,
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
                "words": limit.words,
                "value": limit.shown,
                "where": limit.locator,
                "chosen_by_lutetia": limit.chosen_by_lutetia,
            }
            for limit in rule.limits
        ],
        "choices_of_lutetia": list(one.choices),
        "condition_in_words": _nested(said.condition),
        "applies_in_words": _nested(said.applies),
        "unless_in_words": [_nested(excuse) for excuse in said.unless],
        "needs": _nested(said.needs),
        "effects": [
            {
                "precedence": effect.precedence, "does": effect.does, "when": _nested(effect.when),
                "until": effect.until, "remarks": list(effect.remarks),
            }
            for effect in said.effects
        ],
        "ages": list(said.ages),
        "cases": [
            {
                "file": case.file, "name": case.name, "background": case.background, "question": case.question,
                "given": list(case.given), "expects": case.expects, "decision": case.decision,
            }
            for case in said.cases
        ],
        **_of_version(rule),
    }  # fmt: skip


def _not_evaluated(statement: Statement, book: str) -> dict[str, Any]:
    from lutetia.guideline.sheet import place

    return {
        "id": statement.id,
        "kind": statement.kind,
        "section": statement.section,
        "citation": place(statement, load(book)),
        "says": statement.says,
        "strength": statement.strength.value,
        "reason": statement.reason,
        **({"caveat": statement.caveat} if statement.caveat else {}),
    }


def _nested(said: Outline | None) -> dict[str, Any] | None:
    return None if said is None else {"text": said.text, "parts": [_nested(part) for part in said.parts]}


def _of_version(rule: Rule) -> dict[str, str]:
    """Return from and until when the source says it, and the caveat; nothing where neither is stated."""
    one = rule.recommendation
    said = {
        "since": one.since.isoformat() if one.since else "",
        "until": one.until.isoformat() if one.until else "",
        "caveat": rule.caveat,
    }
    return {name: value for name, value in said.items() if value}


def rule_text(sheet: Mapping[str, Any]) -> str:
    """Return one recommendation, as :func:`rule_sheet` gives it, as text of 80 columns."""
    if sheet["kind"] != "executable":
        return _not_evaluated_text(sheet)
    lines = [*wrap(f"{sheet['id']}  {sheet['asks']}", WIDTH), "", *wrap(sheet["says"], WIDTH), ""]
    holds = f"{sheet['polarity']}: {sheet['consequence']}" if sheet["consequence"] else sheet["polarity"]
    rows = [
        ("When it holds", holds),
        ("Strength", sheet["strength"]),
        ("Place", sheet["citation"]),
        ("Applies", *_lines(sheet["applies_in_words"])),
        ("Condition", *_lines(sheet["condition_in_words"])),
        *(("Unless on record", *_lines(excuse)) for excuse in sheet["unless_in_words"]),
        ("Then must be there", *_lines(sheet["needs"])),
        *(
            ("Limit", f"{limit['words'] or limit['name']}: {limit['value']} ({limit['where']}{_chosen(limit)})")
            for limit in sheet["limits"]
        ),
        *(("Effect on cycle", *_effect(effect)) for effect in sheet["effects"]),
        *(("Age of facts", age) for age in sheet["ages"]),
        *(("Lutetia's choice", choice) for choice in sheet["choices_of_lutetia"]),
        ("Said since", sheet.get("since", "")),
        ("Said until", sheet.get("until", "")),
        ("Caveat", sheet.get("caveat", "")),
    ]
    for name, *values in rows:
        lines += _labelled(name, values)
    return "\n".join([*lines, *_cases(sheet["cases"])])


def _not_evaluated_text(sheet: Mapping[str, Any]) -> str:
    from lutetia.report.sheet_statement import why_not_evaluated

    kind = KIND_WORDS.get(sheet["kind"], sheet["kind"])
    said = [*wrap(sheet["says"], WIDTH), ""] if sheet["says"] else []
    lines = [f"{sheet['id']}  {kind.capitalize()}", "", *said]
    rows = (
        ("Not evaluated", why_not_evaluated(sheet["kind"], sheet["reason"])),
        ("Strength", sheet["strength"]),
        ("Place", sheet["citation"]),
        ("Caveat", sheet.get("caveat", "")),
    )
    return "\n".join(line for part in (lines, *(_labelled(name, [said]) for name, said in rows)) for line in part)


def _labelled(name: str, values: list[str]) -> list[str]:
    """Return a label with its lines beside it; nothing where there is nothing to say."""
    said = [value for value in values if value]
    lines: list[str] = []
    for value in said:
        head = f"{name + ':':<20}" if not lines else " " * 20
        margin = value[: len(value) - len(value.lstrip())]
        lines += wrap(value.lstrip(), WIDTH, initial_indent=head + margin, subsequent_indent=" " * 22 + margin,
                      break_on_hyphens=False)  # fmt: skip
    return lines


def _lines(nested: Mapping[str, Any] | None, depth: int = 0) -> list[str]:
    """Return a condition in words as lines, what it speaks of further in."""
    if nested is None:
        return []
    text = f"{'  ' * (depth - 1)}- {nested['text']}" if depth else str(nested["text"])
    return [text, *(line for part in nested["parts"] for line in _lines(part, depth + 1))]


def _effect(effect: Mapping[str, Any]) -> list[str]:
    weighed = effect["does"] == Outcome.UNDETERMINED.value
    does = "a person weighs it; no rule forbids the cycle" if weighed else effect["does"]
    until = f", {effect['until']}" if effect["until"] else ""
    when = _lines(effect["when"], 1)
    return [f"{does}{until} ({effect['precedence']}){', when' if when else ''}", *when, *effect["remarks"]]


def _cases(cases: list[Mapping[str, Any]]) -> list[str]:
    lines = ["", f"Cases ({len(cases)})"] if cases else ["", "No case expects anything of it."]
    for case in cases:
        decision = f"; decision: {case['decision']}" if case["decision"] else ""
        lines += wrap(f"{case['name']}: {case['expects']}{decision}", WIDTH, initial_indent="  ",
                      subsequent_indent="    ", break_on_hyphens=False)  # fmt: skip
    return lines


def _found(rule_id: str, book: str) -> Statement:
    """Return the statement of a book, however its id is spelt."""
    statements = {statement.id: statement for statement in coverage(book).statements}
    asked = rule_id.strip().upper()
    for known, statement in statements.items():
        if known.upper() == asked:
            return statement
    like = [known for known in statements if known.upper().startswith(asked)] if asked else []
    like = like or get_close_matches(rule_id.upper(), statements, n=5, cutoff=0.6)
    perhaps = f"write {' or '.join(like)}, if that is meant; " if like else ""
    raise InputError(
        rule_id.strip() or "ID",
        "there is no recommendation or other statement of this name",
        f"{perhaps}'lutetia guideline coverage' shows all",
    )


def _row(head: str, text: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent=head, subsequent_indent=" " * len(head), break_on_hyphens=False)


def _chosen(limit: dict[str, Any]) -> str:
    return "; chosen by Lutetia, configurable" if limit["chosen_by_lutetia"] else ""


def coverage_json(book: str) -> dict[str, Any]:
    """Return what of a book is encoded, statement by statement, each with the cases that expect something of it."""
    found, cases = coverage(book), cases_of(book)
    return {
        "book": found.book,
        "title": found.title,
        "counts": dict(found.counts),
        "statements": [
            {
                "id": one.id,
                "section": one.section,
                "kind": one.kind,
                "reason": one.reason,
                "says": one.says,
                "where": one.where,
                "strength": one.strength.value,
                "cases": [{"file": case.file, "name": case.name} for case in cases.get(one.id, ())],
            }
            for one in found.statements
        ],
    }


def coverage_text(book: str) -> str:
    """Return the coverage of a book section by section."""
    found = coverage(book)
    total = len(found.statements)
    lines = [found.title, ""]
    lines += [f"{count:>5} of {total}  {KIND_WORDS.get(kind, kind)}" for kind, count in found.counts.items()]
    section = ""
    for one in found.statements:
        if one.section != section:
            section = one.section
            lines += ["", *wrap(section, WIDTH)]
        lines += _row(f"  {one.id:<14} {KIND_WORDS.get(one.kind, one.kind):<12} ", one.reason)
    return "\n".join(lines)
