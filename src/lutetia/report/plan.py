"""How is a plan shown? As a page of tables, the most urgent first, and as JSON with every reason behind it."""

from __future__ import annotations

from typing import Any, Final

from pydantic import TypeAdapter

from lutetia.guideline.schedule import DueItem, DueState, Plan
from lutetia.report import words
from lutetia.report.course_page import FOOT, course_page
from lutetia.report.document import Block, Bullets, Column, Document, Fold, KeyFacts, Note, Paragraph, Section, Table

FORMAT: Final = "lutetia-plan/1"

_TITLES: Final = {
    DueState.OVERDUE: "Overdue: to be done, or to be recorded",
    DueState.DUE_NOW: "Due now",
    DueState.UNKNOWN: "Unknown: ask",
    DueState.BLOCKED: "Blocked: not before",
    DueState.UPCOMING: "Upcoming",
    DueState.MISSED: "Missed: not recorded in its window",
    DueState.DONE: "Done",
    DueState.NOT_APPLICABLE: "Not applicable",
}
_MARKS: Final = {
    DueState.OVERDUE: "!", DueState.DUE_NOW: "●", DueState.UNKNOWN: "?", DueState.BLOCKED: "×", DueState.UPCOMING: "○",
    DueState.MISSED: "−", DueState.DONE: "+", DueState.NOT_APPLICABLE: "–",
}  # fmt: skip
_BY_DEFAULT: Final = (*list(DueState)[:5], DueState.MISSED)
_NEEDS_A_REASON: Final = (DueState.OVERDUE, DueState.DUE_NOW, DueState.UNKNOWN, DueState.BLOCKED, DueState.MISSED)


def plan_document(plan: Plan, *, every: bool = False) -> Document:
    """Return a page that holds the plan alone.

    Parameters
    ----------
    every : bool
        True shows what is done and what does not apply too.
    """
    blocks: tuple[Block, ...] = (_cycles(plan), *plan_sections(plan, every=every), _notes(plan, every=every))
    return course_page(plan.course, "plan", plan.known_on, blocks, synthetic=plan.synthetic)


def plan_sections(plan: Plan, *, every: bool = False) -> tuple[Section, ...]:
    """Return the plan as sections: what is due when, and why."""
    if not plan.in_scope:
        note = Note(kind="warning", lead="Out of the guideline's scope.", text=words.prose(plan.scope))
        return (Section(id="plan", title="What is due", blocks=(note,)),)
    shown = tuple(DueState) if every else _BY_DEFAULT
    found = [(state, tuple(item for item in plan.items if item.state is state)) for state in shown]
    tables = tuple(_table(state, items) for state, items in found if items)
    nothing = Paragraph(text="Nothing is due, awaited or asked.")
    due = Section(id="plan", title="What is due", blocks=tables or (nothing,))
    reasons = tuple(
        _reason(plan, item) for state, items in found if every or state in _NEEDS_A_REASON for item in items
    )
    return (due, Section(id="plan-reasons", title="Why it is due", blocks=reasons)) if reasons else (due,)


def _cycles(plan: Plan) -> Section:
    rows = tuple(
        (
            f"cycle {cycle.number}",
            f"given {words.day(cycle.given_on)}"
            if cycle.given_on
            else f"planned {words.day(cycle.planned)}, not given",
        )
        for cycle in plan.cycles
    )
    body: Block = KeyFacts(rows=rows) if rows else Paragraph(text="No cycle is in the record.")
    return Section(id="plan-cycles", title="Cycles", blocks=(body,))


def _table(state: DueState, items: tuple[DueItem, ...]) -> Table:
    columns = (Column("what"), Column("from"), Column("to"), Column("rule"))
    rows = tuple((_what(item), *_window(item), item.rule) for item in items)
    return Table(caption=f"{_MARKS[state]} {_TITLES[state]} ({len(items)})", columns=columns, rows=rows)


def _what(item: DueItem) -> str:
    tentative = " (tentative)" if item.tentative and item.state is DueState.UPCOMING else ""
    return f"{_line(item.what)}{tentative}"


def _line(text: str) -> str:
    """Write a text on one line; an event's own name may have several."""
    return " ".join(words.prose(text).split())


def _window(item: DueItem) -> tuple[str, str]:
    if item.state is DueState.DONE and item.done_on is not None:
        return words.day(item.done_on), words.day(item.done_on)
    if item.state is DueState.BLOCKED and item.blocked_until is not None:
        later = item.closes if item.closes != item.blocked_until else None
        return words.day(item.blocked_until), words.day(later)
    return words.day(item.opens), words.day(item.closes)


def _reason(plan: Plan, item: DueItem) -> Fold:
    place = words.place(item.citation, plan.book_title)
    return Fold(
        summary=f"{_line(item.what)}: {_line(item.because)}",
        meta=(f"counted from {_line(item.counted_from)}", item.rule, item.strength.value, place),
        mark=_MARKS[item.state],
        content=_trace(item),
        in_print="closed",
    )


def _trace(item: DueItem) -> tuple[Block, ...]:
    rows = [("says", words.prose(item.says)), ("state", item.state.value)]
    if item.ideal is not None:
        rows.append(("ideal day", words.day(item.ideal)))
    rows += [("fact", f"{words.item(seen.item)} {words.prose(seen.shown)} ({words.day(seen.on)})")
             for seen in item.evidence]  # fmt: skip
    rows += [("asks for", f"{words.item(ask.item)}: {words.prose(ask.question)} ({words.prose(ask.why)})")
             for ask in item.asks_for]  # fmt: skip
    rows += [("number", f"{one.words}: {one.shown} ({one.locator}{'; Lutetia' if one.chosen_by_lutetia else ''})")
             for one in item.windows]  # fmt: skip
    rows += [("Lutetia's choice", words.prose(choice)) for choice in item.choices]
    return (KeyFacts(rows=tuple(rows)),)


def _notes(plan: Plan, *, every: bool) -> Section:
    hidden = sum(item.state in (DueState.DONE, DueState.NOT_APPLICABLE) for item in plan.items)
    notes = [*plan.notes, "Days are included at both ends. Tentative windows move with the planned day."]
    notes += (
        [f"{words.count(hidden, 'item')} done or not applicable: shown with --all."] if hidden and not every else []
    )
    return Section(id="plan-notes", title="Notes", blocks=(Bullets(items=tuple(map(words.prose, notes))),))


_ITEMS: Final = TypeAdapter(Plan)


def plan_json(plan: Plan) -> dict[str, Any]:
    """Return the whole plan as plain values; the form is described in ``docs/plan.md``."""
    return {"format": FORMAT, "notice": FOOT, **_ITEMS.dump_python(plan, mode="json")}
