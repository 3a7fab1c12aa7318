"""Write the index of ``docs/validation``: every page, and every comparison that a test holds, its tolerance and why.

Comparisons and tolerances are read from the tests themselves: the first sentence of a module says what is compared with
what, a number named after its cause is a tolerance, and the words below it say why.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = ROOT / "docs" / "validation"
PAGE: Final = FOLDER / "README.md"
HELD_ELSEWHERE: Final = ("tests/dosimetry/test_region_mean.py",)
"""Comparisons with a known truth that stand beside the tests of their part."""
SELF_EXPLAINING: Final = "PRINTED"
"""``PRINTED_TO_THREE_DIGITS`` says why said by its name."""


class Tolerance(NamedTuple):
    """Named numbers that stand together, and why they are what they are."""

    named: tuple[tuple[str, object], ...]
    why: str


def tolerances(tree: ast.Module) -> list[Tolerance]:
    """Return the tolerances of a test module in the order in which they stand."""
    return [one for body in bodies(tree) for one in of_body(body)]


def bodies(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    """Yield the module's statements and those of its functions."""
    yield tree.body
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node.body


def of_body(body: list[ast.stmt]) -> Iterator[Tolerance]:
    """Yield numbers that words follow, with those just above them, and numbers whose name says enough."""
    together: list[tuple[str, object]] = []
    for statement in [*body, ast.Pass()]:
        if (found := number(statement)) is not None:
            together.append(found)
            continue
        why = words(statement)
        for named in (one for one in together if SELF_EXPLAINING in one[0].upper()):
            yield Tolerance((named,), "")
        others = tuple(one for one in together if SELF_EXPLAINING not in one[0].upper())
        if others and why:
            yield Tolerance(others, why)
        together = []


def number(statement: ast.stmt) -> tuple[str, object] | None:
    """Return name and value of a number, or a pair of them, that is given a name."""
    if not (isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)):
        return None
    try:
        value = ast.literal_eval(statement.value)
    except ValueError:
        return None
    numbers = value if isinstance(value, tuple) and len(value) == 2 else (value,)
    return (statement.targets[0].id, value) if all(isinstance(n, int | float) for n in numbers) else None


def words(statement: ast.stmt) -> str:
    """Return the words of a string that stands by itself."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return " ".join(str(statement.value.value).split())
    return ""


def comparison_rows() -> list[str]:
    """Return one row of the table for each tolerance; comparisons without one get one row."""
    rows = []
    for path in [*sorted((ROOT / "golden").glob("test_*.py")), *(ROOT / name for name in HELD_ELSEWHERE)]:
        tree = ast.parse(path.read_text("utf-8"))
        what = " ".join((ast.get_docstring(tree) or "").split("\n\n")[0].split())
        where = path.relative_to(ROOT).as_posix()
        held = tolerances(tree) or [Tolerance((), "equality")]
        for n, (named, why) in enumerate(held):
            names = ", ".join(f"{name.replace('_', ' ').lower()}: {value}" for name, value in named)
            first = (what, f"[{path.name}](../../{where})") if n == 0 else ("", "")
            rows.append(f"| {first[0]} | {names or '-'} | {why or 'said by its name'} | {first[1]} |")
    return rows


def page_rows() -> list[str]:
    """Return one row for each page beside this one."""
    rows = []
    for path in sorted(FOLDER.glob("*.md")):
        if path == PAGE:
            continue
        text = path.read_text("utf-8")
        title = text.splitlines()[0].removeprefix("# ")
        script = re.search(r"`(scripts/\w+\.py)`", text)
        rows.append(f"| [{title}]({path.name}) | {f'`{script[1]}`' if script else '-'} |")
    return rows


def page() -> str:
    """Return the index."""
    pages, comparisons = "\n".join(page_rows()), "\n".join(comparison_rows())
    return f"""# Validation

Written by `scripts/validation_index.py`; nothing on this page is typed by hand.

`make validation` writes these pages anew, in some minutes: accuracy of the physics, the point kernel by two Monte
Carlo codes, curves of voxels, registration, this index, and the phantom where its files are there (a folder `physics`
beside the one named by `LUTETIA_REAL_DATA`). `make studies` writes those that take longer: model choice, coverage,
planar, recovery, PSMA PET, and PSA where its file is there; `make validation studies` writes all. The second point
kernel itself is made anew by `scripts/point_kernel_penelope.py`, which needs PENELOPE.

## Pages

| page | written by |
|---|---|
{pages}

## Comparisons held by tests

Each is run with the other tests; a number is a tolerance, relative where nothing else is said.

| compared | tolerance | why | test |
|---|---|---|---|
{comparisons}
"""


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")
    print(f"Written: {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
