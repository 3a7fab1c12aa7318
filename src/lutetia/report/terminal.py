"""The same page in a terminal: plain text, readable without colour, in the same order."""

from __future__ import annotations

from textwrap import wrap

from lutetia.report.document import (
    Banner,
    Block,
    Branch,
    Bullets,
    Columns,
    Contents,
    Document,
    Figure,
    Fold,
    Form,
    KeyFacts,
    Labelled,
    Lane,
    NewPage,
    Note,
    Paragraph,
    Section,
    Table,
    Tree,
)
from lutetia.report.result import RunResult

LABEL_WIDTH = 16
GAP = 2
LONGEST_CELL, LONGEST_NAME, MIN_NAME = 30, 40, 20


def render_text(document: Document, *, width: int = 80, traces: bool = False) -> str:
    """Return a document as plain text.

    Parameters
    ----------
    width : int
        Columns available; at least 40.
    traces : bool
        True opens what is folded.
    """
    head = " · ".join(("Lutetia", *document.head, *(("SYNTHETIC",) if document.synthetic else ())))
    lines = [*wrap(head, width), "=" * width]
    lines += _all(document.blocks, width, traces, 1)
    lines += ["", *wrap(document.foot, width)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def summary_text(result: RunResult, *, width: int = 80) -> str:
    """Return the answers of a run as a short text: what was stopped, advice, reasons, doses, warnings and notes."""
    from lutetia.report.page import summary

    return render_text(summary(result), width=width)


def _lines(block: Block, width: int, traces: bool, depth: int) -> list[str]:
    match block:
        case Section():
            return _section(block, width, traces, depth)
        case Columns():
            return [line for lane in block.lanes for line in _lane(lane, width, traces, depth)]
        case Fold():
            return _fold(block, width, traces, depth)
        case Table():
            return ["", *_table(block, width)]
        case Labelled():
            return [line for label, blocks in block.rows for line in _labelled(label, blocks, width, traces, depth)]
        case _:
            return _text(block, width)


def _all(blocks: tuple[Block, ...], width: int, traces: bool, depth: int) -> list[str]:
    return [line for block in blocks for line in _lines(block, width, traces, depth)]


def _section(section: Section, width: int, traces: bool, depth: int) -> list[str]:
    body = _all(section.blocks, width, traces, depth + 1)
    if not body:
        return []
    rule = ["-" * width] if depth == 1 else []
    return ["", *wrap(section.title.upper() if depth == 1 else section.title, width), *rule, *body]


def _lane(lane: Lane, width: int, traces: bool, depth: int) -> list[str]:
    body = _indented(_all(lane.blocks, width - 2, traces, depth + 1))
    if not lane.blocks:
        return ["", *_hanging(f"{lane.mark} " if lane.mark else "", f"{lane.title}: {lane.empty}", width)]
    return ["", *_hanging(f"{lane.mark} " if lane.mark else "", lane.title, width), *body]


def _text(block: Block, width: int) -> list[str]:  # noqa: PLR0911 - one return per kind of block
    match block:
        case Paragraph():
            return wrap(f"{block.lead} {block.text}".strip(), width)
        case Bullets():
            return [line for item in block.items for line in _hanging("- ", item, width)]
        case Note():
            sign = {"note": "Note: ", "warning": "WARNING: ", "stopped": "STOPPED: "}[block.kind]
            text = f"{block.lead} {block.text}".strip()
            lines = _hanging("! " if block.kind != "note" else "- ", sign + text, width)
            return lines + (_hanging("  -> ", block.remedy, width) if block.remedy else [])
        case Banner():
            return wrap(f"** {block.text} **", width)
        case KeyFacts():
            return [line for label, value in block.rows for line in _pair(label, value, width)]
        case Tree():
            return [line for branch in block.branches for line in branch_lines(branch, width)]
        case Figure() | Form() | Contents() | NewPage():
            return []
        case _:
            raise TypeError(type(block).__name__)


def branch_lines(branch: Branch, width: int) -> list[str]:
    """Return a sentence and, further in, what it speaks of."""
    return [
        *wrap(branch.text, width, subsequent_indent="  ", break_on_hyphens=False),
        *(line for part in branch.parts for line in _bulleted(branch_lines(part, width - 2))),
    ]


def _bulleted(lines: list[str]) -> list[str]:
    return [f"- {lines[0]}", *_indented(lines[1:])]


def _labelled(label: str, blocks: tuple[Block, ...], width: int, traces: bool, depth: int) -> list[str]:
    body = _indented(_all(blocks, width - LABEL_WIDTH - GAP, traces, depth + 1), LABEL_WIDTH + GAP)
    return [f"{label:<{LABEL_WIDTH + GAP}}{body[0].lstrip()}", *body[1:]] if body else []


def _fold(fold: Fold, width: int, traces: bool, depth: int) -> list[str]:
    if not (traces or fold.mark or fold.meta):
        return []  # a title with nothing under it tells nothing
    sign = f"{fold.mark} " if fold.mark else ""
    lines = _hanging(sign, fold.summary, width)
    if fold.meta:
        lines += _indented(wrap(" · ".join(fold.meta), width - 4), 4)
    if traces:
        lines += _indented(_all(fold.content, width - 4, traces, depth + 1), 4)
    return lines


def _hanging(first: str, text: str, width: int) -> list[str]:
    return wrap(text, width, initial_indent=first, subsequent_indent=" " * len(first)) or [first.rstrip()]


def _pair(label: str, value: str, width: int) -> list[str]:
    return wrap(value, width, initial_indent=f"{label:<{LABEL_WIDTH}}  "[: max(LABEL_WIDTH, len(label)) + 2],
                subsequent_indent=" " * (LABEL_WIDTH + 2))  # fmt: skip


def _indented(lines: list[str], by: int = 2) -> list[str]:
    return [" " * by + line for line in lines]


def _table(table: Table, width: int) -> list[str]:
    """Set a table in columns; too wide, in several stacked parts; with long cells, as one block per row."""
    rows = [tuple(_plain(cell) for cell in row) for row in table.rows]
    heads = [(column.title, f"[{column.unit}]" if column.unit else "") for column in table.columns]
    widths = [max([*map(len, head), *(len(row[place]) for row in rows)]) for place, head in enumerate(heads)]
    caption = wrap(table.caption, width)
    others = sum(widths[1:]) + GAP * (len(widths) - 1)
    if len(widths) > 2 and MIN_NAME <= width - others < widths[0]:
        rows = [line for row in rows for line in _folded_name(row, width - others)]
        widths[0] = width - others
    if sum(widths) + GAP * (len(widths) - 1) > width and (max(widths[1:]) > LONGEST_CELL or widths[0] > LONGEST_NAME):
        return [*caption, *(line for row in rows for line in _row_as_block(table, row, width))]
    parts = _parts(widths, width)
    grids = [_grid(table, heads, rows, widths, part) for part in parts]
    return [*caption, *(line for grid in grids for line in ("", *grid))]


def _folded_name(row: tuple[str, ...], width: int) -> list[tuple[str, ...]]:
    """Write a long name over several lines, the cells beside the last of them."""
    *above, last = wrap(row[0], width, subsequent_indent="  ") or [""]
    return [*((line, *("" for _ in row[1:])) for line in above), (last, *row[1:])]


def _parts(widths: list[int], width: int) -> list[list[int]]:
    """Share columns out over parts that fit, each beginning with the first column."""
    parts, used = [[0]], widths[0]
    for place, own in enumerate(widths[1:], 1):
        if used + GAP + own > width and len(parts[-1]) > 1:
            parts.append([0])
            used = widths[0]
        parts[-1].append(place)
        used += GAP + own
    return parts


def _grid(
    table: Table, heads: list[tuple[str, str]], rows: list[tuple[str, ...]], widths: list[int], part: list[int]
) -> list[str]:
    def line(cells: tuple[str, ...]) -> str:
        return (" " * GAP).join(
            cells[place].rjust(widths[place])
            if table.columns[place].align == "decimal"
            else cells[place].ljust(widths[place])
            for place in part
        )

    titles = [line(tuple(head[half] for head in heads)) for half in (0, 1)]
    return [*(title for title in titles if title.strip()), line(tuple("-" * w for w in widths)), *map(line, rows)]


def _row_as_block(table: Table, row: tuple[str, ...], width: int) -> list[str]:
    parts = [f"{c.heading}: {cell.strip()}" for c, cell in zip(table.columns[1:], row[1:], strict=True) if cell.strip()]
    return [*_hanging("", row[0], width), *_indented(wrap(" · ".join(parts), width - 4), 4)]


def _plain(cell: str) -> str:
    return cell.replace("\u2007", " ").replace("\u2008", " ")
