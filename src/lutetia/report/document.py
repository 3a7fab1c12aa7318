"""What a page consists of, before anybody decides whether it becomes HTML, PDF or plain text.

One model, small renderers: everything a reader may see is decided here, and a renderer only sets it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from typing import Literal

Tone = Literal["plain", "unknown", "for", "against", "excludes"]
"""How a part speaks; a renderer shows it by a mark and a place, colour only repeats it."""

MARKS: dict[Tone, str] = {"plain": "", "unknown": "?", "for": "+", "against": "−", "excludes": "×"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Running text; ``lead`` is set first and bold."""

    text: str
    lead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """A short list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """An assumption, warning or stop; never hidden by a renderer.

    Attributes
    ----------
    kind : {"note", "warning", "stopped"}
    remedy : str
        What to do, where something is to be done.
    """

    kind: Literal["note", "warning", "stopped"]
    text: str
    lead: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """One line across the page, e.g. that a dose report is not for deviation from approved dosing."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFacts:
    """Pairs of label and value."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its title, unit, and how its cells are set.

    ``decimal`` columns are padded with figure spaces so that their decimal points stand below each other.
    """

    title: str
    unit: str = ""
    align: Literal["text", "decimal"] = "text"

    @property
    def heading(self) -> str:
        """Title and unit as one line of text."""
        return f"{self.title} [{self.unit}]" if self.unit else self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows below columns with units; the first cell of a row names it.

    Attributes
    ----------
    caption : str
        Says what the table shows; read out first by a screen reader.
    rows : tuple of tuple of str
        As many cells per row as there are columns.
    dense : bool
        True for an appendix: paper sets it smaller.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    dense: bool = False

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"table '{self.caption}': every row needs {len(self.columns)} cells")
        aligned = [
            _align_decimals(cells) if column.align == "decimal" else cells
            for column, cells in zip(self.columns, zip(*self.rows, strict=True), strict=True)
        ] if self.rows else []  # fmt: skip
        object.__setattr__(self, "rows", tuple(zip(*aligned, strict=True)) if aligned else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture with a caption, a text for those who do not see it, and its numbers as a table where it has any.

    Attributes
    ----------
    name : str
        File name without extension.
    svg : bytes
        Self-contained SVG.
    data : Table or None
        The numbers that are drawn.
    """

    name: str
    svg: bytes
    caption: str
    alt: str
    data: Table | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """One line that opens to what stands behind it.

    Attributes
    ----------
    summary : str
        The line itself.
    meta : tuple of str
        Short parts after it: value and date, limit, strength, place.
    mark : str
        Sign set before the line.
    in_print : {"open", "closed", "absent"}
        Whether paper shows the content too, only the line, or nothing; what it leaves out stands open elsewhere.
    """

    summary: str
    content: tuple[Block, ...]
    meta: tuple[str, ...] = ()
    mark: str = ""
    in_print: Literal["open", "closed", "absent"] = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One of several columns that are read beside each other; ``empty`` is said where there is nothing."""

    title: str
    tone: Tone
    blocks: tuple[Block, ...]
    empty: str = "nothing"

    @property
    def mark(self) -> str:
        """The sign that carries the tone without colour."""
        return MARKS[self.tone]


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Lanes side by side; on narrow paper and in a terminal one below the other, in this order."""

    lanes: tuple[Lane, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """A sentence and what it speaks of."""

    text: str
    parts: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """Sentences that open into others, as a list in a list."""

    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """Labels, each with blocks beside it."""

    rows: tuple[tuple[str, tuple[Block, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A table to be filled in by hand: empty cells are high enough to write in; ``lead`` is said before it."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Where everything stands: the sections of a level with their pages, or, as an index, those with the ids named."""

    level: int = 2
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins a page on paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A titled part of the page; ``id`` is stable and can be linked to."""

    id: str
    title: str
    blocks: tuple[Block, ...]


Block = (
    Paragraph
    | Bullets
    | Note
    | Banner
    | KeyFacts
    | Table
    | Figure
    | Fold
    | Columns
    | Section
    | Tree
    | Labelled
    | Form
    | Contents
    | NewPage
)  # a block may hold blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A page.

    Attributes
    ----------
    head : tuple of str
        Parts of the header line after the name: course, question, day of knowledge.
    synthetic : bool
        True for a made-up patient; said on every page.
    foot : str
        Said at the foot of every page.
    made : str
        When and by which version.
    seal : str
        Stands at the foot of every page in the place of ``made`` and of the document's own hash, where what is set has
        a hash of its own.
    """

    title: str
    head: tuple[str, ...]
    synthetic: bool
    foot: str
    made: str
    blocks: tuple[Block, ...]
    language: str = "en"
    seal: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 over everything a reader may see, as lower-case hexadecimal."""
        plain = json.dumps(as_plain(self), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(plain.encode()).hexdigest()

    def figures(self) -> tuple[Figure, ...]:
        """Return every figure, in the order of the page."""
        return tuple(block for block in walk(self.blocks) if isinstance(block, Figure))


def walk(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return blocks and everything inside them, in reading order."""
    found: list[Block] = []
    for block in blocks:
        found.append(block)
        match block:
            case Fold(content=inner) | Section(blocks=inner):
                found.extend(walk(inner))
            case Columns(lanes=lanes):
                found.extend(inner for lane in lanes for inner in walk(lane.blocks))
            case Labelled(rows=rows):
                found.extend(inner for _, blocks in rows for inner in walk(blocks))
            case _:
                pass
    return tuple(found)


def as_plain(part: object) -> object:
    """Return a part of a document as dicts, lists and strings, each dict with its ``type``; figures by their hash."""
    if isinstance(part, bytes):
        return hashlib.sha256(part).hexdigest()
    if isinstance(part, tuple):
        return [as_plain(item) for item in part]
    if not hasattr(part, "__dataclass_fields__"):
        return part
    plain: dict[str, object] = {"type": type(part).__name__}
    plain.update({field.name: as_plain(getattr(part, field.name)) for field in fields(part)})  # type: ignore[arg-type]
    for extra in ("mark", "heading"):
        if extra not in plain and hasattr(part, extra):
            plain[extra] = getattr(part, extra)
    return plain


FIGURE_SPACE, PUNCTUATION_SPACE = "\u2007", "\u2008"


def _align_decimals(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Pad numbers on the right so that right-aligned cells have their decimal points below each other."""
    fractions = [cell.partition(".")[2] if _is_number(cell) else "" for cell in cells]
    longest = max(map(len, fractions))
    if longest == 0:
        return cells
    return tuple(
        cell + ("" if "." in cell else PUNCTUATION_SPACE) + FIGURE_SPACE * (longest - len(fraction))
        if _is_number(cell)
        else cell
        for cell, fraction in zip(cells, fractions, strict=True)
    )


def _is_number(cell: str) -> bool:
    return cell.lstrip("<>−+ ").replace(".", "", 1).isdigit()
