"""Prove the books of the guideline part: slips that no case notices, cases at every limit.

Run in the environment of the project:

    python scripts/guideline_proof.py mutation [--book NAME] [--only limit,comparison,structure]
    python scripts/guideline_proof.py boundaries --check
    python scripts/guideline_proof.py boundaries --sign --by NAME --reason TEXT [--book NAME]
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import track

from lutetia.guideline import books
from lutetia.guideline.book import load
from lutetia.guideline.cases import Case, read_cases
from lutetia.guideline.proof.mutation import LIMIT, Mutant, mutants, noticed_by
from lutetia.guideline.proof.signing import due_again, equivalents, sign
from lutetia.guideline.proof.slips import COMPARISON, STRUCTURE

PROCESSES = 2
KINDS = (LIMIT, COMPARISON, STRUCTURE)
console = Console(soft_wrap=True, highlight=False)
_made: list[Mutant] = []
_cases: tuple[Case, ...] = ()


def _survives(index: int) -> tuple[int, bool]:
    return index, noticed_by(_made[index], _cases) is None


def mutation(names: Sequence[str], kinds: Sequence[str]) -> int:
    """Make every slip of every book; list those that no case notices."""
    bad = 0
    for name in names:
        bad += _of_book(name, kinds)
    return 1 if bad else 0


def _of_book(name: str, kinds: Sequence[str]) -> int:
    global _made, _cases  # noqa: PLW0603 - handed to the worker processes by fork
    began = time.monotonic()
    book = load(name)
    _cases = read_cases(name)
    _made = [one for one in mutants(book) if one.kind in kinds]
    with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
        running = pool.imap_unordered(_survives, range(len(_made)), chunksize=4)
        told = track(running, f"{name:24}", total=len(_made), console=console, transient=True)
        survived = sorted(index for index, survives in told if survives)
    known = equivalents(book)
    counted = Counter(one.kind for one in _made)
    survivors = [_made[index] for index in survived if _made[index].name not in known]
    equal = len(survived) - len(survivors)
    kinds_told = ", ".join(f"{counted[kind]} {kind}" for kind in KINDS if counted[kind])
    console.print(
        f"{name}: {len(_made)} slips ({kinds_told}) against {len(_cases)} cases in {time.monotonic() - began:.0f} s: "
        f"{len(survivors)} not noticed, {equal} change nothing"
    )
    for one in survivors:
        console.print(f"  {one.kind}: {one.name} [{one.said}]", markup=False)
    every = {one.name for one in _made}
    surviving = {_made[index].name for index in survived}
    stale = [one for one in known if (one in every or set(kinds) == set(KINDS)) and one not in surviving]
    for one in stale:
        console.print(f"  listed as changing nothing, and does not survive or is not made: {one}", markup=False)
    return len(survivors) + len(stale)


def boundaries(names: Sequence[str], *, by: str, reason: str) -> int:
    """Sign the cases at the limits anew where somebody signs; else tell what has to be signed again."""
    if by:
        for name in names:
            made = sign(name, by=by, on=datetime.now(tz=UTC).date(), reason=reason)
            written = sum(len(cases) for cases in made.cases.values())
            console.print(f"{name}: {written} cases at the limits, signed by {by}")
            for rule, words in made.by_hand.items():
                console.print(f"  by hand: {rule}: {'; '.join(words)}", markup=False)
        return 0
    due = {name: due_again(name) for name in names}
    for name, found in due.items():
        console.print(f"{name}: {'every signature holds' if not found else f'{len(found)} to look at'}")
        for line in found:
            console.print(f"  {line}", markup=False)
    return 1 if any(due.values()) else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the proofs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    slip = commands.add_parser("mutation", help="make one slip at a time; list those that no case notices")
    slip.add_argument("--book", action="append", choices=books())
    slip.add_argument("--only", default=",".join(KINDS), help="kinds of slips, separated by commas")
    limits = commands.add_parser("boundaries", help="the cases at the limits: check what was signed, or sign")
    limits.add_argument("--book", action="append", choices=books())
    what = limits.add_mutually_exclusive_group(required=True)
    what.add_argument("--check", action="store_true")
    what.add_argument("--sign", action="store_true")
    limits.add_argument("--by", default="", help="who signs")
    limits.add_argument("--reason", default="", help="why")
    given = parser.parse_args(arguments)
    if given.command == "boundaries":
        if given.sign and not (given.by and given.reason):
            parser.error("a signature says who signs and why: --by NAME --reason TEXT")
        return boundaries(given.book or books(), by=given.by, reason=given.reason)
    return mutation(given.book or books(), given.only.split(","))


if __name__ == "__main__":
    sys.exit(main())
