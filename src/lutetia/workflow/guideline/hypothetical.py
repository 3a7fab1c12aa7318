"""Verdicts side by side under a supposition, and what would change an answer: as text and as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from textwrap import wrap
from typing import Any

from lutetia.guideline.verdict import Assessment, Status
from lutetia.guideline.way_out import Change, WayOut
from lutetia.guideline.what_if import Turned, WhatIf
from lutetia.report import assessment_json
from lutetia.report.words import item as item_name
from lutetia.report.words import prose

WIDTH = 78
_LABEL, _SIDE = 16, 30


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysOut:
    """What would change the answers to one question."""

    question: str
    on: str
    ways: tuple[WayOut, ...]


def what_if_json(one: WhatIf) -> dict[str, Any]:
    """Return a supposition with both verdicts as plain values."""
    return {
        "hypothetical": True,
        "statement": one.statement,
        "supposed": [{**asdict(supposed), "on": supposed.on.isoformat()} for supposed in one.supposed],
        "unheeded": list(one.unheeded),
        "decision_changes": one.decision_changes,
        "changed": [asdict(turned) for turned in one.changed],
        "before": assessment_json(one.before),
        "after": assessment_json(one.after),
    }


def what_if_text(one: WhatIf) -> str:
    """Return both verdicts side by side."""
    title = f"What if: {one.before.question}, {one.before.on}, as known {one.before.known_on}"
    lines = [*wrap(f"** {one.statement.upper()} **", WIDTH), "", title, "=" * WIDTH]
    for supposed in one.supposed:
        day = f"{supposed.on}" if supposed.dated else f"{supposed.on} (the day as known; no date was given)"
        said = f"{item_name(supposed.item)} {prose(supposed.shown)} on {day}, in place of {prose(supposed.instead_of)}"
        lines += wrap(f"Supposed: {said}", WIDTH, subsequent_indent="  ")
    for item in one.unheeded:
        lines += wrap(f"! No answer looks at {item_name(item)} as supposed.", WIDTH, subsequent_indent="  ")
    lines += ["", *_row("", "as recorded", "as supposed"), "-" * WIDTH]
    for label, before, after in _layers(one):
        mark = "* " if before != after else "  "
        lines += _row(mark + label, before, after)
    lines += [*_turned(one.changed), "", *wrap("* differs. A person decides, on facts.", WIDTH)]
    return "\n".join(lines)


def _layers(one: WhatIf) -> Iterable[tuple[str, str, str]]:
    told = [_verdict(assessment) for assessment in (one.before, one.after)]
    for label in told[0]:
        before, after = told[0][label], told[1].get(label, "")
        if before or after:
            yield label, before, after


def _verdict(assessment: Assessment) -> dict[str, str]:
    decision = assessment.decision
    said = {"scope": "inside" if assessment.in_scope else "outside"}
    if decision is not None:
        at_most = f", at most {decision.at_most}" if decision.at_most is not decision.outcome else ""
        said |= {
            "decision": f"{decision.outcome}{at_most}",
            "until": str(decision.until or ""),
            "activity": f"{decision.activity_gbq:g} GBq" if decision.activity_gbq is not None else "",
            "to be weighed": ", ".join(decision.weigh),
            "would settle it": ", ".join(dict.fromkeys(ask.item for ask in decision.decides)),
        }
    ready = {None: "", Status.MET: "yes", Status.NOT_MET: "no"}
    said["ready"] = ready.get(assessment.ready, "unknown")
    said["indication"] = assessment.indication.summary if assessment.indication is not None else ""
    return said


def _turned(changed: Sequence[Turned]) -> list[str]:
    if not changed:
        return ["", "No answer changes."]
    lines = ["", "Answers that change", "-" * WIDTH]
    for one in changed:
        lines += _row(f"* {one.id}", _status(one.before, one.excused_before), _status(one.after, one.excused_after))
        lines += wrap(one.asks, WIDTH, initial_indent="    ", subsequent_indent="    ")
    return lines


def _status(status: Status, excused_by: str) -> str:
    return f"{status}, excused by {excused_by}" if excused_by else status.value


def _row(label: str, left: str, right: str) -> list[str]:
    """Set two texts side by side behind a label."""
    columns = [wrap(label, _LABEL - 1) or [""], wrap(left, _SIDE - 2) or [""], wrap(right, _SIDE) or [""]]
    height = max(map(len, columns))
    cells = [column + [""] * (height - len(column)) for column in columns]
    widths = (_LABEL, _SIDE)
    return [f"{a:<{widths[0]}} {b:<{widths[1]}} {c}".rstrip() for a, b, c in zip(*cells, strict=True)]


def ways_out_json(found: WaysOut) -> dict[str, Any]:
    """Return what would change the answers as plain values."""
    return {
        "question": found.question,
        "on": found.on,
        "answers": [
            {
                "id": way.id, "asks": way.asks, "status": way.status.value, "polarity": way.polarity.value,
                "recoverable": way.recoverable, "said": way.said, "alone_not": list(way.alone_not),
                "not_tried": list(way.not_tried), "changes": [_change_json(one) for one in way.changes],
            }
            for way in found.ways
        ],
    }  # fmt: skip


def _change_json(one: Change) -> dict[str, Any]:
    return {
        "kind": one.kind, "item": one.item, "to": one.words, "now": one.now, "status": one.status.value,
        "excused_by": one.excused_by, "decision": one.outcome.value if one.outcome is not None else None,
        "what_if": one.supposition,
    }  # fmt: skip


def ways_out_text(found: WaysOut) -> str:
    """Return what would change the answers: those that hold first, then the unknown ones."""
    lines = [f"What would change it: {found.question}, {found.on}", "=" * WIDTH]
    lines += wrap("Each change alone was tried on a copy of the record, in which nothing is written.", WIDTH)
    for status, title in ((Status.MET, "What stands in the way"), (Status.UNKNOWN, "What is unknown")):
        ways = [way for way in found.ways if way.status is status]
        lines += ["", title, "-" * WIDTH, *(line for way in ways for line in _way(way))] if ways else []
    if not found.ways:
        lines += ["", "Nothing stands in the way, and nothing is unknown."]
    return "\n".join(lines)


def _way(way: WayOut) -> list[str]:
    may = {True: ", may recover", False: ", will not recover", None: ""}[way.recoverable]
    lines = wrap(f"{way.id}: {way.asks} {way.status}, {way.polarity}{may}", WIDTH, subsequent_indent="  ")
    for change in way.changes:
        lines += _hanging(_sentence(change))
    if way.said:
        lines += _hanging(f"{way.said}.")
    if way.not_tried:
        lines += _hanging(f"not tried: {', '.join(map(item_name, way.not_tried))}.")
    return lines


def _sentence(change: Change) -> str:
    now = f" (now {prose(change.now)})" if change.now else ""
    with_it = f"with {prose(change.fact.shown())}" if change.fact is not None else "then"
    then = f"; the decision {with_it}: {change.outcome}" if change.outcome is not None else ""
    item = change.item if change.kind == "day" else item_name(change.item)
    to = "" if change.kind == "day" else ":"
    return f"{item}{to} {prose(change.words)}{now} -> {_status(change.status, change.excused_by)}{then}"


def _hanging(text: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent="  - ", subsequent_indent="      ")
