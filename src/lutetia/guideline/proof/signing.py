"""Who signed the cases at the limits, for which limits, and do they still hold?

The file of a section says the limits for which its cases were signed, who signed when and why, and a hash of both.
Where a limit of the book has changed since, the cases that rest on it are reported; nothing is rewritten until
somebody signs again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from importlib import resources
from math import inf
from pathlib import Path
from typing import Any, Final

import yaml

from lutetia.guideline.book import Book, load
from lutetia.guideline.cases import read_words
from lutetia.guideline.proof.boundaries import FOLDER, Generated, Generator, atoms
from lutetia.guideline.proof.dials import lacking

_HEAD: Final = (
    "# Cases at the limits, made by scripts/guideline_proof.py from the hand-written ones. Not edited by hand: where\n"
    "# a limit changes, the cases that rest on it are signed again (docs/proof.md).\n"
)
_PROOF: Final = "proof.yaml"


class _Plain(yaml.SafeDumper):
    """Writes every value in full."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def folder(book: str) -> Path:
    """Return the folder of the cases at the limits."""
    return Path(str(resources.files(f"lutetia.guideline.books.{book}"))) / "cases" / FOLDER


def limits_of(book: Book, names: set[str]) -> dict[str, Any]:
    """Return limits by name as they are signed: value, unit and the day from which they hold."""
    limits = book.edition(date.max).limits
    return {
        name: {"value": limits[name].value, "unit": limits[name].unit, "from": limits[name].since.isoformat()}
        for name in sorted(names)
    }


def cases_hash(limits: Mapping[str, Any], cases: Any) -> str:
    """Return the hash of limits and cases that a signature stands for."""
    told = json.dumps({"limits": limits, "cases": cases}, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(told.encode()).hexdigest()


def sign(name: str, *, by: str, on: date, reason: str) -> Generated:
    """Make the cases of a book anew and write them, with who signed them and why.

    Parameters
    ----------
    name : str
        Of the book.
    by, reason : str
        Who signs, and why.
    on : date
    """
    book, made = load(name), Generator(name).run()
    folder(name).mkdir(parents=True, exist_ok=True)
    for section, cases in made.cases.items():
        if not cases:
            continue
        file = folder(name) / f"{section}.yaml"
        earlier = read_words(file)["signed"] if file.is_file() else []
        limits = limits_of(book, {limit for case in cases for limit in case.limits})
        raw = [{**case.written(), "rests_on": list(case.limits)} for case in cases]
        plain = json.loads(json.dumps(raw, default=str))
        signed = {"by": by, "on": on.isoformat(), "reason": reason}
        head = {"signed": [*earlier, signed], "limits": limits, "sha256": cases_hash(limits, plain)}
        file.write_text(_HEAD + _written(head) + "cases:\n" + "".join(_written([case]) for case in plain), "utf-8")
    return made


def _written(value: Any) -> str:
    text: str = yaml.dump(value, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=inf, default_flow_style=None)
    return text


def due_again(name: str) -> tuple[str, ...]:
    """Return in words what has to be signed again in a book, and why; nothing where all signatures hold."""
    book = load(name)
    now = limits_of(book, set(book.edition(date.max).limits))
    found: list[str] = []
    covered: set[str] = set()
    for file in sorted(folder(name).glob("*.yaml")):
        held = read_words(file)
        covered |= {rule for case in held["cases"] for rule in case["expect"]}
        if cases_hash(held["limits"], held["cases"]) != held["sha256"]:
            found.append(f"{file.name}: limits or cases are not those that were signed")
        changed = {one: was for one, was in held["limits"].items() if now.get(one) != was}
        for one, was in changed.items():
            new = _shown(now[one]) if one in now else "no longer there"
            resting = [case["name"] for case in held["cases"] if one in case["rests_on"]]
            found.append(f"{file.name}: {one} was {_shown(was)} and is {new}; to be signed again: {'; '.join(resting)}")
    left = set(recommendations_with_limits(book)) - covered - set(by_hand(book))
    found += [f"{rule}: has a limit, and neither cases at it nor a reason in {_PROOF}" for rule in sorted(left)]
    return tuple(found)


def _shown(limit: Mapping[str, Any]) -> str:
    return f"{limit['value']:g} {limit['unit']}".rstrip() + f" from {limit['from']}"


def recommendations_with_limits(book: Book) -> tuple[str, ...]:
    """Return the recommendations whose condition looks at a limit."""
    return tuple(
        one.id for one in book.recommendations if any(atom.names() or lacking(atom) for atom, _ in atoms(one.condition))
    )


def proof_of(book: Book) -> Mapping[str, Mapping[str, str]]:
    """Return what a book says about its own proof: the file ``proof.yaml`` beside its sections, where there is one."""
    file = resources.files(f"lutetia.guideline.books.{book.id}") / _PROOF
    held: Mapping[str, Mapping[str, str]] = yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return held or {}


def by_hand(book: Book) -> Mapping[str, str]:
    """Return the recommendations with a comparison whose cases at the limit are written by hand, with where."""
    return proof_of(book).get("by_hand") or {}


def equivalents(book: Book) -> Mapping[str, str]:
    """Return the slips that change nothing, with the reason."""
    return proof_of(book).get("equivalents") or {}
