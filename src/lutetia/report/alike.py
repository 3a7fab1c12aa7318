"""The same note about many regions as one line that names the regions, with the numbers in which they differ."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from lutetia.report import words

_NUMBER: Final = re.compile(r"[+−-]?\d+(?:\.\d+)?")
MOST_DIFFERING: Final = 3
"""Notes that differ in more numbers are written one by one."""


def alike(notes: Iterable[tuple[str, str]], everywhere: int) -> tuple[str, ...]:
    """Return notes grouped by what they say.

    Parameters
    ----------
    notes : iterable of (str, str)
        Region and note.
    everywhere : int
        How many regions there are; a note about all of them says so.

    Returns
    -------
    tuple of str
        One line per kind of note: the regions it is about, the note with a range where a number differs, and each
        region's own numbers.
    """
    groups: dict[str, list[tuple[str, str]]] = {}
    for region, note in notes:
        groups.setdefault(_NUMBER.sub("#", note), []).append((region, note))
    return tuple(line for group in groups.values() for line in _lines(group, everywhere))


def _lines(group: list[tuple[str, str]], everywhere: int) -> Iterable[str]:
    slots = list(zip(*(_NUMBER.findall(note) for _, note in group), strict=True))
    differing = [place for place, found in enumerate(slots) if len(set(found)) > 1]
    if len(differing) > MOST_DIFFERING:
        by_note: dict[str, list[tuple[str, str]]] = {}
        for region, note in group:
            by_note.setdefault(note, []).append((region, note))
        yield from (line for same in by_note.values() for line in _lines(same, everywhere))
        return
    regions = list(dict.fromkeys(region for region, _ in group))
    named = f"All {everywhere} regions" if 2 < len(regions) == everywhere else words.listed(regions)
    yield f"{named}: {_ranged(group[0][1], slots)}{_own(group, differing)}"


def _ranged(note: str, slots: list[tuple[str, ...]]) -> str:
    found = iter(slots)
    return _NUMBER.sub(lambda _: _range(next(found)), note)


def _range(values: tuple[str, ...]) -> str:
    ordered = sorted(set(values), key=lambda text: float(text.replace("−", "-")))
    return ordered[0] if len(ordered) == 1 else f"{ordered[0]} to {ordered[-1]}"


def _own(group: list[tuple[str, str]], differing: list[int]) -> str:
    """Give each region's own numbers, regions with the same ones together."""
    if not differing:
        return ""
    own: dict[str, list[str]] = {}
    for region, note in group:
        found = _NUMBER.findall(note)
        own.setdefault(region, []).append(" and ".join(found[place] for place in differing))
    owners: dict[str, list[str]] = {}
    for region, numbers in own.items():
        owners.setdefault(" or ".join(dict.fromkeys(numbers)), []).append(region)
    return f" ({'; '.join(f'{words.listed(regions)} {numbers}' for numbers, regions in owners.items())})"
